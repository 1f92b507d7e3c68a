"""Partings: the first event in which two runs of the same world differ, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.columns import table
from ..world.clock import DAY, WEEK_DAYS
from ..world.events import BORN as IS_BORN
from ..world.events import ENTERS_STAGE, EVENTS, FAILS, KINDS
from ..world.issues import BACKGROUND, SCOPES
from ..world.sites import REASONS, STAGES

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MECHANISMS = list(dict.fromkeys(kind.mechanism for kind in KINDS))
_RANK = np.array([_MECHANISMS.index(kind.mechanism) for kind in KINDS])
"""Place of each kind of event in the order of a tick; kinds are listed in that order."""
_NAMES: dict[int, tuple[str, ...]] = {IS_BORN: SCOPES, ENTERS_STAGE: STAGES, FAILS: REASONS}
"""Kinds whose ``other`` is a code, and what the codes mean."""


@dataclass(frozen=True)
class Parting:
    """Where two runs part: the event of each, or None where it does not happen."""

    one: np.record | None
    other: np.record | None
    before: int
    """Events of that day that both have before it."""

    def told(self, one: str, other: str) -> str:
        """Say it in words, with the names of the two runs."""
        if self.one is not None and self.other is not None:
            return f"{in_words(self.one)} in {one}, but in {other}: {in_words(self.other)}"
        event, here, there = (self.one, one, other) if self.one is not None else (self.other, other, one)
        return f"{in_words(event)} in {here}; not so in {there}"


def as_rows(events: Sequence[tuple[int, int, int, int, int, float]]) -> np.recarray:
    """Make rows of the event log from tuples with the same columns."""
    rows = table(EVENTS, len(events))
    for at, event in enumerate(events):
        rows[at] = event
    return rows


def in_order(events: np.recarray) -> np.recarray:
    """Sort a day's events: by mechanism in the order of a tick, instant, kind and identity."""
    keys = (events.value, events.other, events.b, events.a, events.kind, events.instant, _RANK[events.kind])
    ordered: np.recarray = events[np.lexsort(keys)].view(np.recarray)
    return ordered


def first_parting(one: np.recarray, other: np.recarray, tolerance: float = 0.0) -> Parting | None:
    """Return the first event of a day in which two runs part, or None; values may differ by a relative ``tolerance``."""
    one, other = in_order(one), in_order(other)
    shared = min(len(one), len(other))
    same = np.ones(shared, np.bool_)
    for name in ("instant", "kind", "a", "b", "other"):
        same &= one[name][:shared] == other[name][:shared]
    same &= _close(one.value[:shared], other.value[:shared], tolerance)
    at = shared if same.all() else int(np.argmin(same))
    if at == len(one) == len(other):
        return None
    first = one[at] if at < len(one) else None
    second = other[at] if at < len(other) else None
    if first is None or second is None or (first.kind, first.a, first.b) == (second.kind, second.a, second.b):
        return Parting(first, second, at)
    earlier = _key(first) < _key(second)
    return Parting(first if earlier else None, None if earlier else second, at)


def _key(event: Any) -> tuple[float, ...]:
    return (int(_RANK[event.kind]), int(event.instant), int(event.kind), int(event.a), int(event.b), int(event.other))


def _close(one: NDArray[np.float64], other: NDArray[np.float64], tolerance: float) -> NDArray[np.bool_]:
    close: NDArray[np.bool_] = np.abs(one - other) <= tolerance * np.maximum(np.abs(one), np.abs(other))
    return close


def in_words(event: Any) -> str:
    """Say in words when an event happened, and what."""
    kind = KINDS[event.kind]
    day, time = divmod(int(event.instant), DAY)
    clock = f" at {_clock(time)}" if time else ""
    codes = _NAMES.get(int(event.kind))
    what = kind.sentence.format(
        a=event.a, b=event.b, value=float(event.value), issue=_issue(int(event.a), int(event.b)),
        other=codes[int(event.other)] if codes else event.other, due=_instant(float(event.value)),
        yes="yes" if event.value else "no",
    )  # fmt: skip
    return f"day {day} ({WEEKDAYS[day % WEEK_DAYS]} of week {day // WEEK_DAYS}){clock}, {kind.mechanism}: {what}"


def _clock(time: int) -> str:
    seconds, micro = divmod(time, 1_000_000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{micro:06d}"


def _instant(value: float) -> str:
    day, time = divmod(int(value), DAY)
    return f"day {day} {_clock(time)}"


def _issue(a: int, b: int) -> str:
    if a < BACKGROUND:
        return f"issue {b} of household {a}"
    tier, place = divmod(a - BACKGROUND, 1 << 24)
    return f"case {b} from outside the world at {'subdistrict' if tier else 'community'} {place}"
