"""Partings: the first event in which two runs of the same world differ, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.columns import table
from ..world.clock import DAY, HOUR, WEEK_DAYS
from ..world.clubs import ENDS
from ..world.couriers import COURIER_KEY
from ..world.events import BORN as IS_BORN
from ..world.events import (
    CLUB_DISSOLVES,
    ENTERS_STAGE,
    EVENTS,
    FAILS,
    FAVOUR_GRANTED,
    FAVOUR_REFUSED,
    FINDS_GROUP,
    GROUP_WORKS,
    KINDS,
    LEVER_CHANGES,
    OF_SEATS,
    Kind,
)
from ..world.issues import BACKGROUND, BY_COURIER, SCOPES
from ..world.leaders import SLOT_KEY
from ..world.organisations import FAVOURS, REFUSALS
from ..world.residents import SKILLS
from ..world.seats import ROLES
from ..world.sites import REASONS, STAGES
from ..world.timeline import DATED, said

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MECHANISMS = list(dict.fromkeys(kind.mechanism for kind in KINDS))
_RANK = np.array([_MECHANISMS.index(kind.mechanism) for kind in KINDS])
"""Place of each kind of event in the order of a tick; kinds are listed in that order."""
_CODES: dict[int, tuple[str, ...]] = {
    IS_BORN: SCOPES, ENTERS_STAGE: STAGES, FAILS: REASONS, LEVER_CHANGES: DATED, CLUB_DISSOLVES: ENDS, GROUP_WORKS: SKILLS,
    FINDS_GROUP: SKILLS, FAVOUR_GRANTED: FAVOURS, FAVOUR_REFUSED: REFUSALS,
} | dict.fromkeys(OF_SEATS, ROLES)  # fmt: skip
"""Kinds whose ``other`` is a code, and what the codes mean."""


@dataclass(frozen=True)
class Parting:
    """Where two runs part: the event of each, or None where it does not happen."""

    one: np.record | None
    other: np.record | None
    before: int
    """Events of that day that both have before it."""
    last: np.record | None = None
    """The last of these, or None."""

    def words(self, communities: int | None = None) -> tuple[str | None, str | None]:
        """Return both events in words; digits are left out only where the rest tells the two apart."""
        told = self._each(communities, False)
        return self._each(communities, True) if told[0] == told[1] else told

    def _each(self, communities: int | None, exact: bool) -> tuple[str | None, str | None]:
        one, other = (None if e is None else in_words(e, communities, exact) for e in (self.one, self.other))
        return one, other

    def told(self, one: str, other: str, communities: int | None = None) -> str:
        """Say it in words, with the names of the two runs."""
        first, second = self.words(communities)
        if first is not None and second is not None:
            return f"{first} in {one}, but in {other}: {second}"
        return f"{first} in {one}; not so in {other}" if first is not None else f"{second} in {other}; not so in {one}"


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
    last = one[at - 1] if at else None
    if first is None or second is None or (first.kind, first.a, first.b) == (second.kind, second.a, second.b):
        return Parting(first, second, at, last)
    earlier = _key(first) < _key(second)
    return Parting(first if earlier else None, None if earlier else second, at, last)


def _key(event: Any) -> tuple[float, ...]:
    return (int(_RANK[event.kind]), int(event.instant), int(event.kind), int(event.a), int(event.b), int(event.other))


def _close(one: NDArray[np.float64], other: NDArray[np.float64], tolerance: float) -> NDArray[np.bool_]:
    close: NDArray[np.bool_] = np.abs(one - other) <= tolerance * np.maximum(np.abs(one), np.abs(other))
    return close


def in_words(event: Any, communities: int | None = None, exact: bool = False) -> str:
    """Say in words when an event happened, and what.

    Parameters
    ----------
    event
        A row of the event log.
    communities
        Number of communities: with it offices are named, without it they have numbers only.
    exact
        Tell every digit and microsecond.
    """
    kind = KINDS[event.kind]
    return f"{when(event, exact)}, {kind.mechanism.replace('_', ' ')}: {what(event, communities, exact)}"


def when(event: Any, exact: bool = False) -> str:
    """Say when an event happened; events without an hour have a day only."""
    day, time = divmod(int(event.instant), DAY)
    clock = f" at {_clock(time, exact)}" if time else ""
    return f"day {day} ({WEEKDAYS[day % WEEK_DAYS]} of week {day // WEEK_DAYS}){clock}"


def what(event: Any, communities: int | None = None, exact: bool = False) -> str:
    """Say what happened: the sentence of the event's kind, with names instead of codes."""
    a, b, other, value = int(event.a), int(event.b), int(event.other), float(event.value)
    codes, somebody = _CODES.get(int(event.kind)), f"resident {other}"
    kind: Kind = KINDS[int(event.kind)]
    return kind.sentence.format(
        a=a, b=b, other=other, value=_number(value, exact), hours=_number(value / HOUR, exact), issue=_issue(a, b),
        due=_instant(int(value), exact), yes="yes" if value else "no", code=codes[other] if codes else other,
        stage=STAGES[int(value)] if event.kind == FAILS else "", office_a=_office(a, communities),
        office=_office(other, communities), office_value=_office(int(value), communities),
        reporter=_reporter(other, int(value)),
        favour=FAVOURS[int(value)] if event.kind == FAVOUR_REFUSED else "",
        envoy=f"the unit sent down to community {b}" if value else f"leader {b // SLOT_KEY}",
        initiator=somebody if other >= 0 else "staff", asker="the unit head" if value else "staff",
        satisfied="" if a >= BACKGROUND else f" (satisfied: {'yes' if value else 'no'})",
        lever_value=said(DATED[other], value) if event.kind == LEVER_CHANGES else "",
        place=f"site {other}" if other >= 0 else "an activity of the building",
    )  # fmt: skip


def _reporter(other: int, by: int) -> str:
    if by == BY_COURIER:
        subdistrict, number = divmod(other, COURIER_KEY)
        return f"courier {number} of subdistrict {subdistrict}"
    if other < 0:
        return "the head of another unit on a round" if by else "somebody"
    return f"resident {other}{', the head on a round' if by else ''}"


def _number(value: float, exact: bool) -> str:
    return repr(value) if exact else f"{value:.6g}"


def _clock(time: int, exact: bool) -> str:
    seconds, micro = divmod(time, 1_000_000)
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{clock}.{micro:06d}" if exact else clock


def _instant(value: int, exact: bool) -> str:
    day, time = divmod(value, DAY)
    return f"day {day}, {_clock(time, exact)}"


def _office(number: int, communities: int | None) -> str:
    if communities is None:
        return f"office {number}"
    return f"community {number}" if number < communities else f"subdistrict {number - communities}"


def _issue(a: int, b: int) -> str:
    if a < BACKGROUND:
        return f"issue {b} of household {a}"
    tier, place = divmod(a - BACKGROUND, 1 << 24)
    return f"case {b} from outside the world at {'subdistrict' if tier else 'community'} {place}"
