"""Mechanisms of one's own: installed beside cocreate-sim, chosen by name, placed in the tick, measured like the others.

A package offers a mechanism through the entry point group ``cocreate_sim.mechanisms``; a config asks for it with
``extensions: [NAME]``. A config names, it never imports: only what the user has chosen to install can run.
`docs/how-to/own-mechanism.md` builds one from the first line.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar, Protocol

from .engine.settings import Meta
from .errors import ConfigError, nearest
from .mechanism import Mechanism
from .outcomes.catalogue import OUTCOMES, Outcome
from .schedule import BY_NAME, MECHANISMS
from .world.world import World

GROUP = "cocreate_sim.mechanisms"
"""The group of entry points in which packages offer mechanisms."""
CADENCES = ("daily", "working day", "weekly")
_TEXTS = ("name", "cadence", "sentence", "without", "after")
_LISTS = ("equations", "reads", "writes", "seed_facts", "outcomes")


class Extension(Mechanism, Protocol):
    """A mechanism of one's own: what every mechanism has, its place in the tick, and what it measures."""

    after: ClassVar[str]
    """The mechanism that it follows in the tick."""
    outcomes: ClassVar[tuple[Outcome, ...]]
    """What it measures; each name begins with the name of the mechanism."""
    model: Any
    """The running :class:`cocreate_sim.CoCreateModel`, set before the first step: its ``agents``."""

    def week(self, world: World) -> Mapping[str, float]:
        """Return the weekly outcomes of the week that ends."""

    def summary(self, world: World, weeks: int) -> Mapping[str, float]:
        """Return the other outcomes, at the end of a horizon of so many weeks."""


def installed() -> dict[str, EntryPoint]:
    """Return what installed packages offer, by name; nothing of it is loaded.

    Raises
    ------
    ConfigError
        When two packages offer the same name.
    """
    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda p: (p.name, p.value)):
        if point.name in found and found[point.name].value != point.value:
            both = f"{found[point.name].value}, {point.value}"
            raise ConfigError(f"two installed packages offer the mechanism {point.name}: {both}")
        found[point.name] = point
    return found


def sources(names: Sequence[str]) -> dict[str, list[Path]]:
    """Return the source files of the packages that offer mechanisms; nothing of them is loaded."""
    found = {}
    for name in names:
        module = find_spec(installed()[name].value.partition(":")[0].split(".")[0])
        folders = [Path(place) for place in (module.submodule_search_locations or ())] if module else []
        alone = [Path(module.origin)] if module and module.origin and not folders else []
        found[name] = alone + sorted(path for folder in folders for path in folder.rglob("*.py"))
    return found


def checked_names(value: Any, where: str = "") -> list[str]:
    """Return the names of extensions as a list, or refuse what is no list of names that are installed."""
    place = f" ({where})" if where else ""
    names = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ConfigError(f"extensions = {value!r} must be a list of names{place}")
    if len(set(names)) < len(names):
        raise ConfigError(f"extensions = {', '.join(names)}: a name is given twice{place}")
    offered = installed() if names else {}
    for name in names:
        if name in BY_NAME:
            raise ConfigError(f"extensions: {name} is a mechanism of the model itself, switched by switches.{name}{place}")
        if name not in offered:
            there = ", ".join(offered) or "none"
            raise ConfigError(f"extensions: {name!r} is not installed{nearest(name, offered)}; installed: {there}{place}")
    return list(names)


def load(names: Sequence[str]) -> tuple[type[Extension], ...]:
    """Load the named extensions, and refuse one that lacks something.

    Raises
    ------
    ConfigError
        When one is not installed, cannot be imported, or does not have what a mechanism must have.
    """
    offered, made = installed() if names else {}, []
    known = set(BY_NAME)
    for name in checked_names(list(names)):
        try:
            kind = offered[name].load()
        except Exception as error:  # whatever stands in somebody else's module
            raise ConfigError(f"extensions: {name} ({offered[name].value}) cannot be loaded: {error}") from error
        if fault := _fault(kind, name, known):
            raise ConfigError(f"extensions: {name} ({offered[name].value}) {fault}")
        known.add(name)
        made.append(kind)
    return tuple(made)


def in_order(names: Sequence[str] = ()) -> tuple[type[Mechanism], ...]:
    """Return all mechanisms in the order of a tick, each extension behind the one that it follows.

    Several that follow the same one come in the order in which they are named.
    """
    order: list[type[Mechanism]] = list(MECHANISMS)
    behind: dict[str, str] = {}
    for kind in load(names):
        last = kind.after
        while last in behind:
            last = behind[last]
        at = next(k for k, m in enumerate(order) if m.name == last)
        order.insert(at + 1, kind)
        behind[last] = kind.name
    return tuple(order)


def by_name(names: Sequence[str] = ()) -> dict[str, type[Mechanism]]:
    """Return all mechanisms by name, in the order of a tick."""
    return {m.name: m for m in in_order(names)} if names else BY_NAME


def outcomes(names: Sequence[str] = ()) -> dict[str, Outcome]:
    """Return all outcomes: those of the model, then those of each extension."""
    return OUTCOMES | {o.name: o for kind in load(names) for o in kind.outcomes}


def _fault(offered: object, name: str, known: set[str]) -> str:
    """Say what keeps a class from being a mechanism, or nothing."""
    if not isinstance(offered, type):
        return "is not a class"
    kind: Any = offered
    missing = [k for k in (*_TEXTS, *_LISTS, "Settings", "step", "week", "summary") if not hasattr(kind, k)]
    if missing:
        return f"has no {', '.join(missing)}"
    for attribute in _TEXTS:
        if not isinstance(getattr(kind, attribute), str):
            return f"must have a text as {attribute}"
    for attribute in _LISTS:
        if not isinstance(getattr(kind, attribute), tuple):
            return f"must have a tuple as {attribute}"
    if kind.name != name or not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
        return f"is called {kind.name!r}: entry point and name must be the same, of small letters, digits and _"
    if kind.cadence not in CADENCES:
        return f"has the cadence {kind.cadence!r}; allowed: {', '.join(CADENCES)}"
    if kind.after not in known:
        return f"follows {kind.after!r}, which is no mechanism{nearest(kind.after, known)}; allowed: {', '.join(sorted(known))}"
    return _fault_of_settings(kind.Settings) or _fault_of_outcomes(kind.outcomes, name)


def _fault_of_settings(settings: Any) -> str:
    if not isinstance(settings, type) or not dataclasses.is_dataclass(settings):
        return "must have a dataclass as Settings"
    for field in dataclasses.fields(settings):
        meta = field.metadata.get("setting")
        if not isinstance(meta, Meta) or not meta.unit or not meta.meaning or not meta.source:
            return f"has the setting {field.name} without unit, meaning or source: make it with engine.settings.setting(...)"
    return ""


def _fault_of_outcomes(measured: tuple[Any, ...], name: str) -> str:
    for outcome in measured:
        if not isinstance(outcome, Outcome):
            return f"measures {outcome!r}, which is no Outcome"
        if not outcome.name.startswith(f"{name}_") or outcome.name in OUTCOMES:
            return f"measures {outcome.name!r}: the name of an outcome must begin with {name}_ and be new"
    names = [outcome.name for outcome in measured]
    return "" if len(set(names)) == len(names) else "measures an outcome twice"
