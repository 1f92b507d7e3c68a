"""Arrivals: something breaks, blocks or annoys, and an issue is born, latent until somebody reports it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, NamedTuple

import numpy as np

from ..engine.kernels import kernel
from ..engine.settings import gamma, loguniform, setting, uniform
from ..engine.streams import exponential, normal, uniform4
from ..engine.streams import uniform as uniform_draw
from ..world import decisions as d
from ..world.clock import DAY, FOREVER, HOUR, OPENS, WEEK_DAYS, WORKING_DAYS
from ..world.counters import BACKGROUND_BORN, BORN
from ..world.events import BORN as IS_BORN
from ..world.events import note_at
from ..world.issues import BACKGROUND, BEYOND, BUILDING, COMPLEX, COMPOUND, LATENT, MOVING, NORMAL, ONE_HOUSEHOLD, STAIR, URGENT
from ..world.world import N_ISSUES, N_LATENT, N_MOVING, World

DAYS_PER_YEAR = 365.0
LONGEST = float(FOREVER)
"""Microseconds: a longer gap, where hardly anything ever happens, has no whole number of 64 bits."""
BLOCK = 32
"""Households whose earliest next candidate is kept, so that on most days they are not looked at one by one."""


class HoursLaw(Enum):
    """How staff hours per case are spread around their mean."""

    LOGNORMAL = "lognormal"
    EXPONENTIAL = "exponential"
    CONSTANT = "constant"


class ArrivalsClock(Enum):
    """Whether issues are born at any time, or in office hours only (for queueing limits)."""

    CALENDAR = "calendar"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class ArrivalsSettings:
    """How often issues are born, how far they reach, and how many staff hours they need."""

    rate: float = setting(
        1.0, unit="issues per household and year", low=0.0, high=5000.0, prior=loguniform(0.1, 3.0),
        meaning="how often an issue is born where facilities are idle",
        source="E5; 0.74 reports per household and year in Wuhan (A1.2)",
    )  # fmt: skip
    burst_variance: float = setting(
        0.05, unit="variance of a weekly factor with mean 1", low=0.0, high=1 / 3, prior=uniform(0.0, 1 / 3),
        meaning="weeks differ: more issues in some weeks",
        source="A1.19: city case flow is far from Poisson; uniform factor, so that candidates have a bound",
    )  # fmt: skip
    condition_effect: float = setting(
        0.3, unit="share", low=0.0, high=1.0, prior=uniform(0.0, 0.6),
        meaning="issues avoided where all facilities are in perfect condition", source="no evidence",
    )  # fmt: skip
    scope_household: float = setting(
        4.0, unit="weight", low=0.0, high=100.0, prior=gamma(4.0),
        meaning="weight of issues of one household", source="E7: Dirichlet(4,3,3,3,1)",
    )  # fmt: skip
    scope_stair: float = setting(
        3.0, unit="weight", low=0.0, high=100.0, prior=gamma(3.0),
        meaning="weight of issues of a stair", source="E7",
    )  # fmt: skip
    scope_building: float = setting(
        3.0, unit="weight", low=0.0, high=100.0, prior=gamma(3.0),
        meaning="weight of issues of a building", source="E7",
    )  # fmt: skip
    scope_compound: float = setting(
        3.0, unit="weight", low=0.0, high=100.0, prior=gamma(3.0),
        meaning="weight of issues of a compound", source="E7",
    )  # fmt: skip
    scope_beyond: float = setting(
        1.0, unit="weight", low=0.0, high=100.0, prior=gamma(1.0),
        meaning="weight of issues beyond the compound", source="E7",
    )  # fmt: skip
    posts_small: float = setting(
        0.1, unit="share", low=0.0, high=1.0, prior=uniform(0.0, 0.2),
        meaning="issues of a household or stair that need the powers of the subdistrict",
        source="no evidence; with E7 gives 23 to 51 cases per working day (A1)",
    )  # fmt: skip
    posts_building: float = setting(
        0.2, unit="share", low=0.0, high=1.0, prior=uniform(0.05, 0.35),
        meaning="the same for a building", source="no evidence",
    )  # fmt: skip
    posts_compound: float = setting(
        0.5, unit="share", low=0.0, high=1.0, prior=uniform(0.2, 0.8),
        meaning="the same for a compound; beyond it all do", source="no evidence",
    )  # fmt: skip
    urgent_share: float = setting(
        0.1, unit="share", low=0.0, high=1.0, prior=uniform(0.05, 0.2),
        meaning="issues that endanger somebody", source="S58; no share known",
    )  # fmt: skip
    complex_share: float = setting(
        0.2, unit="share", low=0.0, high=1.0, prior=uniform(0.1, 0.3),
        meaning="issues that can wait behind normal ones", source="no evidence",
    )  # fmt: skip
    skilled_share: float = setting(
        0.4, unit="share", low=0.0, high=1.0, prior=uniform(0.2, 0.6),
        meaning="issues that helpers can only solve with a skill", source="S43: three kinds of skill; no share known",
    )  # fmt: skip
    hours_median: float = setting(
        3.0, unit="staff hours", low=0.01, high=100.0, prior=uniform(0.5, 8.0),
        meaning="median staff hours per case at the posts", source="E1: median 3 h, 95 % 0.5 to 12 h",
    )  # fmt: skip
    hours_cv: float = setting(
        1.5, unit="coefficient of variation", low=0.0, high=5.0, prior=uniform(1.0, 2.0),
        meaning="spread of hours between cases", source="E1: 1 to 2",
    )  # fmt: skip
    hours_law: HoursLaw = setting(
        HoursLaw.LOGNORMAL, unit="law",
        meaning="distribution of hours between cases, same mean", source="F4: lognormal, exponential in limits",
    )  # fmt: skip
    clock: ArrivalsClock = setting(
        ArrivalsClock.CALENDAR, unit="clock",
        meaning="issues are born at any time, or in office hours only", source="design: for queueing limits",
    )  # fmt: skip

    @property
    def hours_mean(self) -> float:
        """Mean staff hours per case at the posts."""
        return self.hours_median * math.sqrt(1.0 + self.hours_cv**2)

    @property
    def scope_shares(self) -> np.ndarray:
        """Shares of the five scopes, smallest first."""
        weights = np.array([self.scope_household, self.scope_stair, self.scope_building, self.scope_compound, self.scope_beyond])
        shares: np.ndarray = weights / weights.sum()
        return shares

    @property
    def posts_shares(self) -> np.ndarray:
        """Share of issues that need the posts, by scope."""
        return np.array([self.posts_small, self.posts_small, self.posts_building, self.posts_compound, 1.0])


class _Rates(NamedTuple):
    mean_gap: float
    burst_width: float
    condition_effect: float
    bound: float
    scope_bounds: np.ndarray
    posts_shares: np.ndarray
    urgent: float
    complex: float
    skilled: float
    median: float
    sigma: float
    mean: float
    law: int
    working_clock: bool
    office_day: int


@kernel
def _nature(issues, row, seed, rates):
    """Draw what an issue is: its reach, urgency, skill, powers and hours belong to it, not to who serves it."""
    a, b = issues.a[row], issues.b[row]
    u = uniform4(seed, d.ISSUE_NATURE, 0, a, b)
    scope = ONE_HOUSEHOLD
    while scope < BEYOND and u[0] >= rates.scope_bounds[scope]:
        scope += 1
    issues.scope[row] = scope
    issues.priority[row] = URGENT if u[1] < rates.urgent else (COMPLEX if u[1] >= 1.0 - rates.complex else NORMAL)
    issues.needs_posts[row] = u[2] < rates.posts_shares[scope]
    issues.skill[row] = int(u[3] / rates.skilled * 3.0) if u[3] < rates.skilled else -1
    v = uniform_draw(seed, d.ISSUE_HOURS, 0, a, b)
    if rates.law == 0:
        hours = rates.median * math.exp(rates.sigma * normal(v))
    elif rates.law == 1:
        hours = rates.mean * exponential(v)
    else:
        hours = rates.mean
    issues.hours[row] = hours


@kernel
def _blank(issues, row, a, b, household, office, born):
    issues.a[row] = a
    issues.b[row] = b
    issues.household[row] = household
    issues.office[row] = office
    issues.born[row] = born
    issues.state[row] = LATENT
    issues.reporter[row] = -1
    issues.target[row] = -1
    issues.pool[row] = -1
    issues.work[row] = -1
    issues.waited[row] = -1


@kernel
def _touch(issues, row, h, households, places):
    """Write down which households an issue of household ``h`` touches."""
    scope = issues.scope[row]
    issues.first[row] = h
    issues.end[row] = h + 1
    if scope == STAIR:
        issues.first[row] = households.stair_first[h]
        issues.end[row] = households.stair_end[h]
    elif scope == BUILDING and households.building[h] >= 0:
        issues.first[row] = places.buildings.first[households.building[h]]
        issues.end[row] = places.buildings.end[households.building[h]]
    elif scope >= COMPOUND:
        compound = households.compound[h]
        issues.first[row] = places.compounds.first[compound]
        issues.end[row] = places.compounds.end[compound]


@kernel
def _births(
    start, day, seed, scale, next_time, next_k, earliest, households, places, condition, burst, issues, roster, log, counts,
    rates,
):  # fmt: skip
    """Let candidates of the day become issues; returns the block of households where the table was full, else their number."""
    homes = households.id.shape[0]
    if rates.working_clock:
        weekday = day % WEEK_DAYS
        if weekday >= WORKING_DAYS:
            return earliest.shape[0]
        opened = ((day // WEEK_DAYS) * WORKING_DAYS + weekday) * rates.office_day
        until = opened + rates.office_day
    else:
        opened = day * DAY
        until = opened + DAY
    mean_gap = rates.mean_gap / scale
    for block in range(start, earliest.shape[0]):
        if earliest[block] >= until:
            continue
        soonest = FOREVER
        for h in range(block * BLOCK, min((block + 1) * BLOCK, homes)):
            while next_time[h] < until:
                row = roster.length[N_ISSUES]
                if row >= issues.a.shape[0]:
                    return block
                moment, k = next_time[h], next_k[h]
                next_k[h] = k + 1
                gap = exponential(uniform_draw(seed, d.ISSUE_GAP, k + 1, households.id[h], 0)) * mean_gap
                next_time[h] = moment + max(np.int64(min(gap, LONGEST)), 1)
                rate = burst[households.community[h]] * (1.0 - rates.condition_effect * condition[households.compound[h]])
                if uniform_draw(seed, d.ISSUE_THIN, k, households.id[h], 0) * rates.bound >= rate:
                    continue
                born = moment
                if rates.working_clock:
                    born = day * DAY + OPENS + (moment - opened)
                _blank(issues, row, households.id[h], k, h, households.community[h], born)
                _nature(issues, row, seed, rates)
                _touch(issues, row, h, households, places)
                roster.latent[roster.length[N_LATENT]] = row
                roster.length[N_LATENT] += 1
                roster.length[N_ISSUES] += 1
                counts[BORN] += 1
                note_at(log, born, IS_BORN, households.id[h], k, issues.scope[row], issues.hours[row])
            soonest = min(soonest, next_time[h])
        earliest[block] = soonest
    return earliest.shape[0]


@kernel
def _outside(start, day, seed, scale, next_time, next_k, cases_per_day, offices, issues, roster, log, counts, rates):
    """Cases of households outside the world reach each office as a plain Poisson stream."""
    n = next_time.shape[0]
    weekday = day % WEEK_DAYS
    if rates.working_clock and weekday >= WORKING_DAYS:
        return n
    opened = ((day // WEEK_DAYS) * WORKING_DAYS + weekday) * rates.office_day if rates.working_clock else day * DAY
    until = opened + (rates.office_day if rates.working_clock else DAY)
    length = rates.office_day * WORKING_DAYS / WEEK_DAYS if rates.working_clock else float(DAY)
    for o in range(start, n):
        while next_time[o] < until:
            row = roster.length[N_ISSUES]
            if row >= issues.a.shape[0]:
                return o
            moment, k = next_time[o], next_k[o]
            a = BACKGROUND + (np.int64(offices.tier[o]) << 24) + offices.place[o]
            if k > 0:
                born = day * DAY + OPENS + (moment - opened) if rates.working_clock else moment
                _blank(issues, row, a, k, -1, o, born)
                _nature(issues, row, seed, rates)
                issues.needs_posts[row] = offices.tier[o] == 1
                issues.state[row] = MOVING
                issues.reported[row] = born
                issues.due[row] = born
                issues.target[row] = o
                roster.moving[roster.length[N_MOVING]] = row
                roster.length[N_MOVING] += 1
                roster.length[N_ISSUES] += 1
                counts[BACKGROUND_BORN] += 1
                note_at(log, born, IS_BORN, a, k, issues.scope[row], issues.hours[row])
            next_k[o] = k + 1
            gap = exponential(uniform_draw(seed, d.BACKGROUND_GAP, k + 1, a, 0)) * length / (cases_per_day[o] * scale)
            next_time[o] = moment + max(np.int64(min(gap, LONGEST)), 1)
    return n


class Arrivals:
    """Issues are born in households as Poisson candidates, thinned by the week's burst and the state of facilities."""

    name: ClassVar[str] = "arrivals"
    cadence: ClassVar[str] = "daily"
    sentence: ClassVar[str] = (
        "Something breaks or annoys: each household meets new issues at its rate, more in bad weeks, fewer "
        "where facilities are in good condition."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "candidates ~ Poisson(rate x (1 + sqrt(3 v))) per household, identity (household, k)",
        "accepted with probability burst(week) x (1 - condition_effect x condition) / (1 + sqrt(3 v))",
        "burst = 1 + sqrt(3 v) (2 u - 1), variance v",
    )
    without: ClassVar[str] = "no issue is ever born"
    reads: ClassVar[tuple[str, ...]] = ("condition of facilities",)
    writes: ClassVar[tuple[str, ...]] = ("issues",)
    seed_facts: ClassVar[tuple[str, ...]] = ("S58",)
    Settings: ClassVar[type] = ArrivalsSettings

    def __init__(self, world: World, settings: ArrivalsSettings, on: bool) -> None:
        self.on = on
        s = settings
        width = math.sqrt(3.0 * s.burst_variance)
        bound = 1.0 + width
        paid_day = world.uncertainties["staff_time"].paid_hours / WORKING_DAYS * HOUR
        working = s.clock is ArrivalsClock.WORKING
        length = paid_day * WORKING_DAYS / WEEK_DAYS if working else DAY
        self.rates = _Rates(
            mean_gap=DAYS_PER_YEAR * length / (s.rate * bound) if s.rate > 0 else 0.0, burst_width=width,
            condition_effect=s.condition_effect, bound=bound, scope_bounds=np.cumsum(s.scope_shares),
            posts_shares=s.posts_shares, urgent=s.urgent_share, complex=s.complex_share, skilled=s.skilled_share,
            median=s.hours_median, sigma=math.sqrt(math.log1p(s.hours_cv**2)), mean=s.hours_mean,
            law=list(HoursLaw).index(s.hours_law), working_clock=working, office_day=round(paid_day),
        )  # fmt: skip
        self.any = on and s.rate > 0
        self.next_time: np.ndarray | None = None

    def _start(self, world: World) -> None:
        """Draw each household's first candidate, once the load (and so the scale of arrivals) is known."""
        from ..engine.streams import uniforms

        gaps = -np.log(uniforms(world.seed, d.ISSUE_GAP, world.households.id, tick=0))
        gap = self.rates.mean_gap / world.arrivals_scale
        self.next_time = np.minimum(gaps * gap, LONGEST).astype(np.int64)
        self.next_k = np.zeros(len(gaps), np.int32)
        self.earliest = np.zeros(-(-len(gaps) // BLOCK), np.int64)
        n = len(world.offices.tier)
        self.outside = world.background_cases / WEEK_DAYS
        self.outside_next = np.where(self.outside > 0, 0, FOREVER)
        self.outside_k = np.zeros(n, np.int32)
        self.burst = np.ones(world.settings.communities)

    def step(self, world: World) -> None:
        """Let the day's issues be born."""
        if not self.any:
            return
        if self.next_time is None:
            self._start(world)
        r = self.rates
        if world.day % WEEK_DAYS == 0:
            from ..engine.streams import uniforms

            u = uniforms(world.seed, d.BURST, np.arange(len(self.burst)), tick=world.week)
            self.burst = 1.0 + r.burst_width * (2.0 * u - 1.0)
        seed, at = world.seed_word, 0
        while at < len(self.earliest):
            at = _births(
                at, world.day, seed, world.arrivals_scale, self.next_time, self.next_k, self.earliest, world.households,
                world.places, world.condition, self.burst, world.issues, world.roster, world.log, world.week_counts, r,
            )  # fmt: skip
            if at < len(self.earliest):
                world.grow_issues()
        at = 0
        while at < len(self.outside):
            at = _outside(
                at, world.day, seed, world.arrivals_scale, self.outside_next, self.outside_k, self.outside, world.offices,
                world.issues, world.roster, world.log, world.week_counts, r,
            )  # fmt: skip
            if at < len(self.outside):
                world.grow_issues()
