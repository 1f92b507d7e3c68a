"""What a page asks for, and its address: everything the page shows follows from the words behind the question mark."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from ..errors import ConfigError, nearest
from ..outcomes.catalogue import OUTCOMES
from . import levers, limits
from .levers import LEVERS, OFFERED, Value
from .places import Places
from .text import LANGUAGES

T = TypeVar("T")

CHARTS = ("participation_week", "backlog", "issues_solved", "ties_per_resident")
"""Outcomes of the four charts at first."""
WEEKS = (26, 52, 104, 156, 208, 260)
REPEATS = (1, 2, 5, 10, 20)
PACES = ("all", "fast", "slow")
"""As fast as it is computed, or so many weeks a second."""
LARGEST_SEED = 2_000_000_000
KEYS = ("world", "weeks", "seed", "repeat", "language", "chart", "base", "policy")
HERE = "the address of the page"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A policy with the levers as they were moved."""

    policy: str
    values: Mapping[str, Value]
    """A value for every lever of the page."""
    since: str | None = None
    """The month from which the levers that can be dated hold; None from the start."""


@dataclass(frozen=True, slots=True)
class Asked:
    """All that a page shows."""

    world: str
    base: Chosen
    policies: tuple[Chosen, ...]
    weeks: int = 104
    seed: int = 1
    repeat: int = 1
    language: str = "en"
    charts: tuple[str, ...] = CHARTS
    wrong: tuple[str, ...] = field(default=(), compare=False)
    """What in the address could not be used, in sentences."""

    def query(self, places: Places) -> str:
        """Return the address of this page: ``?`` and words, those with their usual value left out."""
        usual = default(places)
        pairs = [
            (key, str(getattr(self, key)))
            for key in ("world", "weeks", "seed", "repeat", "language")
            if getattr(self, key) != getattr(usual, key)
        ]
        pairs += [] if self.charts == CHARTS else [("chart", ",".join(self.charts))]
        pairs += [] if self.base == usual.base else [("base", written(self.base, places))]
        pairs += [] if self.policies == usual.policies else [("policy", written(one, places)) for one in self.policies or ()]
        if not self.policies:
            pairs.append(("policy", ""))
        return f"?{urlencode(pairs, safe=':;,=')}" if pairs else ""


def default(places: Places) -> Asked:
    """Return what the page shows when its address says nothing."""
    return Asked(places.first, as_shipped(places.base, places), (as_shipped(places.second, places),))


def as_shipped(policy: str, places: Places) -> Chosen:
    """Return a policy with the levers that it ships with."""
    return Chosen(policy, {name: places.levers(policy)[name] for name in OFFERED})


def written(one: Chosen, places: Places) -> str:
    """Write a policy as the address has it: ``small_units;posts=72;from=2023-01``."""
    shipped = places.levers(one.policy)
    parts = [one.policy, *(f"{name}={levers.as_text(one.values[name])}" for name in OFFERED if one.values[name] != shipped[name])]
    return ";".join([*parts, *([f"from={one.since}"] if one.since else [])])


def read(query: str, places: Places) -> Asked:
    """Read the address of a page; what cannot be used is told in ``wrong`` and has its usual value instead."""
    usual, wrong = default(places), []
    if len(query) > limits.LONGEST_ADDRESS:
        return replace(usual, wrong=(f"the address has {len(query)} characters; at most {limits.LONGEST_ADDRESS} are read",))
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    unknown = dict.fromkeys(key for key, _ in pairs if key not in KEYS)
    wrong += [f"{key[:60]!r} is not known{nearest(key, KEYS)}; allowed: {', '.join(KEYS)} ({HERE})" for key in unknown]

    def given(key: str, usually: T, reads: Callable[[str], T]) -> T:
        texts = [text for name, text in pairs if name == key]
        try:
            if len(texts) > 1:
                raise ConfigError(f"{key} stands {len(texts)} times; allowed: once ({HERE})")
            return reads(texts[0]) if texts else usually
        except ConfigError as error:
            wrong.append(str(error))
            return usually

    weeks = given("weeks", usual.weeks, lambda text: whole("weeks", text, 1, limits.LONGEST))
    named = [text for name, text in pairs if name == "policy"]
    policies, texts = [], [text for text in named if text]
    for text in texts[: limits.MOST_POLICIES]:
        try:
            policies.append(policy_of(text, places, weeks))
        except ConfigError as error:
            wrong.append(str(error))
    if len(texts) > limits.MOST_POLICIES:
        most = limits.MOST_POLICIES
        wrong.append(f"{len(texts)} policies are asked for; at most {most} are shown beside the baseline ({HERE})")
    return Asked(
        given("world", usual.world, places.world),
        given("base", usual.base, lambda text: policy_of(text, places, weeks)),
        tuple(policies) if policies or named == [""] else usual.policies,
        weeks,
        given("seed", usual.seed, lambda text: whole("seed", text, 0, LARGEST_SEED)),
        given("repeat", usual.repeat, lambda text: whole("repeat", text, 1, limits.MOST_REPEATS)),
        given("language", usual.language, lambda text: one_of("language", text, tuple(LANGUAGES))),
        given("chart", usual.charts, charts_of),
        tuple(wrong),
    )


def whole(name: str, value: Any, low: int, high: int) -> int:
    """Return a whole number of a range, or refuse it."""
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and len(text) < 12) or not low <= int(text) <= high:
        raise ConfigError(f"{name} = {str(value)[:40]!r} is not a whole number from {low:,} to {high:,} ({HERE})")
    return int(text)


def one_of(name: str, text: str, allowed: Sequence[str]) -> str:
    """Return one of the words that are allowed, or refuse it."""
    if text not in allowed:
        shown = ", ".join(allowed)
        raise ConfigError(f"{name} = {text[:60]!r} is not known{nearest(text, allowed)}; allowed: {shown} ({HERE})")
    return text


def charts_of(text: str) -> tuple[str, ...]:
    """Read the outcomes of the charts; where fewer than four are named, the usual ones follow."""
    weekly = [name for name, outcome in OUTCOMES.items() if outcome.weekly]
    names = [one_of("chart", name, weekly) for name in text.split(",")]
    if len(names) > len(CHARTS):
        raise ConfigError(f"chart names {len(names)} outcomes; at most {len(CHARTS)} are drawn ({HERE})")
    return (*names, *CHARTS[len(names) :])


def policy_of(text: str, places: Places, weeks: int) -> Chosen:
    """Read a policy of the address: ``small_units;posts=72;from=2023-01``."""
    name, *parts = text.split(";")
    shipped = as_shipped(places.policy(name), places)
    values, since = dict(shipped.values), None
    for part in parts:
        key, _, value = part.partition("=")
        if key == "from":
            since = month("from", value, places.start, weeks)
        elif key in LEVERS:
            values[key] = levers.from_text(key, value, HERE)
        else:
            allowed = (*OFFERED, "from")
            raise ConfigError(
                f"{key[:60]!r} is not a lever of the page{nearest(key, allowed)}; allowed: {', '.join(allowed)} ({HERE})"
            )
    return Chosen(shipped.policy, values, since)


def month(name: str, text: str, start: str, weeks: int) -> str:
    """Return a month that begins within the horizon, or refuse it."""
    allowed = levers.months(start, weeks)
    if text not in allowed:
        to = f"a month from {allowed[0]} to {allowed[-1]}" if allowed else "none, the horizon is too short"
        raise ConfigError(f"{name} = {text[:40]!r} is not a month that begins within the {weeks} weeks; allowed: {to} ({HERE})")
    return text
