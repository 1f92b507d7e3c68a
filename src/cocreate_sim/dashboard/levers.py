"""The levers of the page: which there are, what they may be, and the words that set them; ranges come from their settings."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..config import write
from ..engine.settings import check_value, meta_of, types_of
from ..errors import ConfigError, nearest
from ..world.levers import Levers, parse_rule
from ..world.timeline import DATED

Value = int | float | bool | str

OFFERED = ("posts", "partition", "pay", "red_board", "clubs", "stations")
"""Levers that the page offers, in its order."""
SIZES = ("5", "10-20", "25", "50", "100", "500", "nested", "grid")
"""Unit sizes to choose from; the address takes any other that the model knows."""
STEPS = 100
"""Positions of a slider on a logarithmic scale."""
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Lever:
    """One lever of the page."""

    name: str
    kind: str
    """``number``, ``switch`` or ``size``."""
    unit: str
    meaning: str
    low: float
    high: float
    dated: bool
    """Whether it can change on a date."""

    @property
    def step(self) -> float:
        """By how much the arrows beside the number change it."""
        return 1 if self.high <= 1000 else 100


def lever(name: str) -> Lever:
    """Return a lever with the unit and range that its setting has."""
    meta, kind = meta_of(Levers, name), types_of(Levers)[name]
    sort = "switch" if kind is bool else "size" if name == "partition" else "number"
    return Lever(name, sort, meta.unit, meta.meaning, meta.low or 0.0, meta.high or math.inf, name in DATED)


LEVERS = {name: lever(name) for name in OFFERED}


def checked(name: str, value: Any, where: str) -> Value:
    """Return the value of a lever as the model takes it, or refuse it with its range."""
    if name not in LEVERS:
        raise ConfigError(f"{name!r} is not a lever of the page{nearest(name, OFFERED)}; allowed: {', '.join(OFFERED)} ({where})")
    if name == "partition":
        rule = parse_rule(value)
        return str(rule.size) if rule.kind == "number" else rule.kind
    if value is None or value == "":
        raise ConfigError(f"{name} has no value; allowed: {span(LEVERS[name])} ({where})")
    found: Value = check_value(Levers, name, value, name, where)
    return found


def from_text(name: str, text: str, where: str) -> Value:
    """Read the value of a lever from the address of the page: ``on`` and ``off``, numbers, or a unit size."""
    kind = LEVERS[name].kind if name in LEVERS else ""
    if kind == "switch":
        if text not in ("on", "off"):
            raise ConfigError(f"{name} = {text!r} is not allowed; one of: on, off ({where})")
        return text == "on"
    if kind == "number":
        if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", text):
            raise ConfigError(f"{name} = {text!r} is not a number; allowed: {span(LEVERS[name])} ({where})")
        return checked(name, float(text), where)
    return checked(name, text, where)


def as_text(value: Value) -> str:
    """Write the value of a lever as the address of the page has it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return value if isinstance(value, str) else f"{value:.10g}"


def span(of: Lever) -> str:
    """Say from where to where a lever goes."""
    return f"{of.low:,.10g} to {of.high:,.10g} {of.unit}"


def words(
    policy: str, shipped: Mapping[str, Value], values: Mapping[str, Value], since: str | None, before: Mapping[str, Value]
) -> list[str]:
    """Return the words for a run under a policy with levers of one's own.

    Parameters
    ----------
    policy, shipped
        A policy, and the levers that it ships with.
    values
        A value for every lever of the page.
    since
        The month from which the levers that can be dated have these values; until then they have those of ``before``.
    before
        Levers at the start, when there is a month.
    """
    dated = [name for name in OFFERED if LEVERS[name].dated and since is not None]
    later = {name: values[name] for name in dated if values[name] != before[name]}
    at_start = {name: before[name] if name in later else values[name] for name in OFFERED}
    found = [word("policy", policy)] + [word(f"levers.{k}", value) for k, value in at_start.items() if value != shipped[k]]
    return found + ([write("timeline", [{"at": since, "where": "all", "levers": later}])] if later else [])


def word(address: str, value: Value) -> str:
    """Return the word that gives a value to an address, without quotes where none are needed."""
    return f"{address}={value}" if isinstance(value, str) and re.fullmatch(r"[A-Za-z]\w*", value) else write(address, value)


def position(value: float, low: float, high: float) -> float:
    """Return where a number stands on a slider whose every step is the same share more."""
    inside = min(max(value, low), high)
    return round(STEPS * math.log(inside / low) / math.log(high / low), 2)


def months(start: str, weeks: int) -> Sequence[str]:
    """Return the months that begin within a horizon, its first one aside.

    >>> months("2022-06-01", 13)
    ['2022-07', '2022-08']
    """
    from ..config.timeline import day

    first, last = day(0, start), day(weeks - 1, start)
    found: list[str] = []
    year, month = first.year, first.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        if (year, month) > (last.year, last.month):
            return found
        found.append(f"{year:04}-{month:02}")
