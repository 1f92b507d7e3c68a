"""Ties: people who do something together get to know each other; ties that are not used fade."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.kernels import kernel
from ..engine.settings import loguniform, setting, uniform
from ..engine.streams import uniform as uniform_draw
from ..engine.streams import uniform4, uniforms
from ..world import decisions as d
from ..world.counters import TIES_ENDED, TIES_MADE
from ..world.events import TIE_ENDED, TIE_MADE, empty_log, note
from ..world.ties import add, empty_ties, find
from ..world.world import World

WEEKS_PER_YEAR = 365.0 / 7.0


@dataclass(frozen=True, slots=True)
class TieGrowthSettings:
    """How ties begin, grow and fade."""

    most: int = setting(
        15, unit="ties", low=1, high=5000, prior=uniform(5.0, 50.0),
        meaning="neighbours whom one can keep up with (K)", source="E12; A8.9",
    )  # fmt: skip
    start_degree: float = setting(
        6.0, unit="ties", low=0.0, high=100.0, prior=uniform(2.0, 10.0),
        meaning="neighbours known at the start, in the mean, by those who know any and are no newcomers", source="F6",
    )  # fmt: skip
    knows_nobody: float = setting(
        0.235, unit="share of residents", low=0.0, high=1.0,
        meaning="family residents without any tie at the start", source="A7.1: 23.5 %",
    )  # fmt: skip
    newcomer_ratio: float = setting(
        0.5, unit="ratio", low=0.0, high=1.0, prior=uniform(0.2, 1.0),
        meaning="ties of newcomers compared with others", source="S30: sign only",
    )  # fmt: skip
    near_weights: float = setting(
        4.0, unit="ratio", low=1.0, high=100.0, prior=uniform(1.5, 8.0),
        meaning="a neighbour of the same stair is so much likelier to be known than one of the same building",
        source="B3: propinquity",
    )  # fmt: skip
    start_strength: float = setting(
        0.5, unit="strength", low=0.0, high=1.0,
        meaning="strength of a tie at the start", source="no evidence",
    )  # fmt: skip
    everyday_strength: float = setting(
        0.3, unit="strength", low=0.0, high=1.0, prior=uniform(0.1, 0.5),
        meaning="level at which chance meetings in the stairs keep a neighbour's tie", source="A7.1: 57 % chat weekly",
    )  # fmt: skip
    gain: float = setting(
        0.1, unit="share per joint activity", low=0.0, high=1.0, prior=uniform(0.02, 0.3),
        meaning="growth of a tie by doing something together (alpha)", source="E13",
    )  # fmt: skip
    fade: float = setting(
        0.4, unit="per year", low=0.0, high=50.0, prior=loguniform(0.1, 1.0),
        meaning="fading of ties (lambda)", source="E13",
    )  # fmt: skip
    ends_below: float = setting(
        0.03, unit="strength", low=0.0, high=1.0,
        meaning="a tie weaker than this is forgotten", source="no evidence",
    )  # fmt: skip
    met_per_activity: float = setting(
        5.0, unit="people", low=0.0, high=1000.0, prior=uniform(3.0, 10.0),
        meaning="others whom one really meets at an activity", source="F5",
    )  # fmt: skip
    complete: bool = setting(
        False, unit="yes or no",
        meaning="everybody knows everybody in the building at full strength (for limits)", source="B2: complete graph",
    )  # fmt: skip


class _Rates(NamedTuple):
    gain: float
    keep: float
    everyday: float
    ends_below: float
    met: float


@kernel
def _everybody(ties, first, end):
    for i in range(first, end):
        at = 0
        for j in range(first, end):
            if i != j:
                ties.other[i, at] = j
                ties.strength[i, at] = 1.0
                ties.everyday[i, at] = True
                at += 1
        ties.number[i] = at


@kernel
def _begin(seed, ties, residents, households, buildings, social, near, degree, strength, log):
    """Draw the ties at the start, pair by pair within a building: the nearer, the likelier."""
    for b in range(buildings.first.shape[0]):
        first, end = households.first_resident[buildings.first[b]], households.end_resident[buildings.end[b] - 1]
        for i in range(first, end):
            if social[i] <= 0.0:
                continue
            h = residents.household[i]
            stair_first, stair_end = (
                households.first_resident[households.stair_first[h]],
                households.end_resident[households.stair_end[h] - 1],
            )
            weight = near * (stair_end - stair_first) + (end - first) - (stair_end - stair_first)
            for j in range(households.end_resident[h], end):
                if social[j] <= 0.0:
                    continue
                chance = degree * (near if j < stair_end else 1.0) / weight * social[i] * social[j]
                if uniform_draw(seed, d.TIE_START, 0, residents.id[i], residents.id[j]) < chance:
                    add(ties, i, j, strength, True, residents.id, log)


@kernel
def _fade(ties, residents, rates, log, counts):
    """Let every tie relax by a week, and forget those that have become too weak; both ends do the same."""
    for i in range(residents.id.shape[0]):
        kept = 0
        for k in range(ties.number[i]):
            rest = rates.everyday if ties.everyday[i, k] else 0.0
            w = rest + (ties.strength[i, k] - rest) * rates.keep
            if w < rates.ends_below:
                counts[TIES_ENDED] += 0.5
                j = ties.other[i, k]
                if i < j:
                    note(log, TIE_ENDED, residents.id[i], residents.id[j], -1, 0.0)
                continue
            ties.strength[i, kept] = w
            if kept < k:
                ties.other[i, kept] = ties.other[i, k]
                ties.everyday[i, kept] = ties.everyday[i, k]
            kept += 1
        ties.number[i] = kept


@kernel
def _meet(week, seed, ties, residents, rows, place, number, people, rates, log, counts):
    """Let those who came (``rows``) meet at the ``place`` of each, pair by pair in the order of their ids."""
    places = number.shape[0] - 2
    number[:] = 0
    for k in range(rows.shape[0]):
        number[place[k] + 2] += 1
    for g in range(places):
        number[g + 2] += number[g + 1]
    for k in range(rows.shape[0]):  # afterwards number[g] and number[g + 1] bound the people at place g
        people[number[place[k] + 1]] = rows[k]
        number[place[k] + 1] += 1
    for g in range(places):
        present = number[g + 1] - number[g]
        if present < 2:
            continue
        chance = min(rates.met / (present - 1.0), 1.0)
        for x in range(number[g], number[g + 1]):
            for y in range(x + 1, number[g + 1]):
                i, j = people[x], people[y]
                if uniform4(seed, d.MEET, week, residents.id[i], residents.id[j])[0] >= chance:
                    continue
                at = find(ties, i, j)
                if at >= 0:
                    w = ties.strength[i, at] + rates.gain * (1.0 - ties.strength[i, at])
                    ties.strength[i, at] = w
                    ties.strength[j, find(ties, j, i)] = w
                elif rates.gain > 0.0 and add(ties, i, j, rates.gain, False, residents.id, log):
                    counts[TIES_MADE] += 1
                    note(log, TIE_MADE, residents.id[i], residents.id[j], -1, 0.0)


class TieGrowth:
    """Ties grow between people who do something together and fade without it (from 陌鄰 to 睦鄰)."""

    name: ClassVar[str] = "ties"
    cadence: ClassVar[str] = "weekly"
    sentence: ClassVar[str] = (
        "People who come to the same site, activity of their building or club get to know each other; unused ties fade."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "w <- w + gain (1 - w) for a pair that meets; a pair of A attendees meets with probability min(1, met / (A - 1))",
        "in a club those meet who are in the same circle; the number of circles makes the chance of a pair the same",
        "w <- rest + (w - rest) exp(-fade dt); rest is above 0 for neighbours known from the start",
        "limit: w* = alpha f / (alpha f + lambda)",
    )
    without: ClassVar[str] = "ties stay as they were at the start"
    reads: ClassVar[tuple[str, ...]] = ("participation", "meetings of clubs")
    writes: ClassVar[tuple[str, ...]] = ("ties",)
    seed_facts: ClassVar[tuple[str, ...]] = ("S11", "S24")
    Settings: ClassVar[type] = TieGrowthSettings

    def __init__(self, world: World, settings: TieGrowthSettings, on: bool) -> None:
        s, r, h = settings, world.residents, world.households
        self.on = on
        n = len(r.id)
        spans = world.places.buildings
        if s.complete:
            size = h.end_resident[spans.end - 1] - h.first_resident[spans.first]
            world.ties = empty_ties(n, int(size.max()))
            for b in range(len(spans.first)):
                _everybody(world.ties, h.first_resident[spans.first[b]], h.end_resident[spans.end[b] - 1])
        else:
            world.ties = empty_ties(n, s.most)
            loner = uniforms(world.seed, d.LONER, r.id) < s.knows_nobody
            social = np.where(loner, 0.0, np.where(r.newcomer, s.newcomer_ratio, 1.0))
            # those who know anybody share the ties among themselves: correct for loners and newcomers
            mean = float(social.mean()) if n else 0.0
            degree = s.start_degree / max(mean, 1e-9)
            _begin(
                world.seed_word, world.ties, r, h, spans, social, s.near_weights, degree, max(s.start_strength, s.ends_below),
                empty_log(),
            )  # fmt: skip
        self.rates = _Rates(s.gain, math.exp(-s.fade / WEEKS_PER_YEAR), s.everyday_strength, s.ends_below, s.met_per_activity)

    def step(self, world: World) -> None:
        """Let ties fade, and let those who came meet."""
        if self.on:
            _fade(world.ties, world.residents, self.rates, world.log, world.week_counts)
            r = world.residents
            here = np.flatnonzero(r.takes_part)
            here = here[r.activity[here] >= 0]
            self._meet_at(world, here, r.activity[here], len(world.sites) + len(world.places.buildings.first), self.rates)
            here = np.flatnonzero(r.club_meeting >= 0)
            if self.rates.met > 0.0 and len(here):
                self._meet_at(world, here, *self._circles(world, here), self.rates._replace(met=math.inf))

    def _circles(self, world: World, here: NDArray[np.int64]) -> tuple[NDArray[np.int32], int]:
        """Divide each meeting of a club into circles, so many that two who are ``here`` share one with chance met / (A - 1).

        A few hundred pairs instead of all, which in a club of thousands would take longer than everything else.
        """
        r, clubs = world.residents, world.clubs
        club = r.club_meeting[here]
        wanted = np.maximum((np.bincount(club, minlength=len(clubs)) - 1.0) / self.rates.met, 1.0)
        fewer = np.floor(wanted)
        share = (1.0 / wanted - 1.0 / (fewer + 1.0)) / (1.0 / fewer - 1.0 / (fewer + 1.0))
        more = uniforms(world.seed, d.CLUB_CIRCLES, clubs.id, tick=world.week) >= share
        number = fewer.astype(np.int64) + more
        first = np.cumsum(number) - number
        own = uniforms(world.seed, d.CLUB_CIRCLE, r.id[here], tick=world.week)
        return (first[club] + (own * number[club]).astype(np.int64)).astype(np.int32), int(number.sum())

    def _meet_at(self, world: World, rows: NDArray[np.int64], place: NDArray[np.int32], places: int, rates: _Rates) -> None:
        """Let people meet, each at the place where they were."""
        if len(rows):
            number, people = np.empty(places + 2, np.int64), np.empty(len(rows), np.int64)
            _meet(
                world.week, world.seed_word, world.ties, world.residents, rows, place, number, people, rates, world.log,
                world.week_counts,
            )  # fmt: skip
