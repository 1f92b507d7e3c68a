"""Policies as data: what ships, and in words how one differs from the time before 2022."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .config import compose, options
from .config.timeline import sentences
from .engine.settings import meta_of
from .world.levers import Channels, Levers

BASE = "before_2022"
"""The policy that others are compared with."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a government does: levers, and which channels and mechanisms are on."""

    name: str
    label: str
    meaning: str
    levers: dict[str, Any]
    channels: dict[str, bool]
    switches: dict[str, bool]
    timeline: list[dict[str, Any]]
    """Dated changes of levers, checked: week, where, levers."""
    start: str
    """The day on which the horizon begins."""


def shipped() -> list[str]:
    """Return the names of the policies that ship, the base first."""
    return sorted(options("policy"), key=lambda name: (name != BASE, name))


def policy(name: str, *overrides: str) -> Policy:
    """Return a policy by its name, with single levers changed by ``key=value`` words such as ``levers.posts=60``."""
    config = compose([f"policy={name}", *overrides])
    told = config["policy"]
    return Policy(
        told["name"], told["label"], told["meaning"], config["levers"], config["channels"], config["switches"],
        config["timeline"], config["run"]["start"],
    )  # fmt: skip


def differences(one: Policy, base: Policy | None = None) -> list[str]:
    """Say in words how a policy differs from another, by default from before 2022; an empty list means not at all.

    >>> differences(policy("posts_72"))
    ['posts: 72 instead of 40 posts per subdistrict']
    """
    base = policy(BASE) if base is None else base
    said = []
    for cls, mine, theirs in ((Levers, one.levers, base.levers), (Channels, one.channels, base.channels)):
        for name, value in mine.items():
            if value != theirs[name]:
                said.append(_said(cls, name, value, theirs[name]))
    said += [
        f"the mechanism {name.replace('_', ' ')} is {'on' if on else 'off'}"
        for name, on in one.switches.items()
        if on != base.switches[name]
    ]
    return said + dated(one.timeline, one.levers, one.start)


def dated(timeline: list[dict[str, Any]], levers: dict[str, Any], start: str) -> list[str]:
    """Say in words what a timeline changes, in the order of time; ``levers`` are those of the start.

    >>> dated([{"at": 4, "where": [0], "levers": {"posts": 72}}], {"posts": 40}, "2022-06-01")
    ['from 2022-06-29 (week 4) in subdistrict 0: posts: 72 instead of 40 posts per subdistrict']
    """
    return [
        f"{head}: {_said(Levers, name, value, levers[name])}"
        for head, changed in sentences(timeline, start)
        for name, value in changed.items()
    ]


def _said(cls: type, name: str, value: Any, before: Any) -> str:
    meta = meta_of(cls, name)
    if isinstance(value, bool):
        return f"{name.replace('_', ' ')}: {'on' if value else 'off'} instead of {'on' if before else 'off'} ({meta.meaning})"
    unit = "" if meta.unit == "rule" else f" {meta.unit}"
    told = [f"{v:,.10g}" if isinstance(v, int | float) else str(v).replace("_", " ") for v in (value, before)]
    return f"{name.replace('_', ' ')}: {told[0]} instead of {told[1]}{unit}"
