"""Reporting: people who pass a latent issue may report it, more often when earlier reports were solved."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.kernels import kernel
from ..engine.settings import loguniform, setting, uniform
from ..engine.streams import exponential, fill2, surely_longer, uniform2, uniforms
from ..engine.streams import uniform as uniform_draw
from ..world import decisions as d
from ..world.clock import DAY, WEEK_DAYS
from ..world.counters import COURIERS_OPEN_AIR, COURIERS_URGENT, LAPSED, REPORTED, REPORTED_BY_COURIER, REPORTED_BY_HEAD
from ..world.couriers import courier_id, who_passes
from ..world.events import LAPSES, note, note_at
from ..world.events import REPORTED as IS_REPORTED
from ..world.issues import BEYOND, BUILDING, BY_COURIER, BY_HEAD, BY_RESIDENT, COMPOUND, MOVING, ONE_HOUSEHOLD, STAIR, URGENT
from ..world.issues import LAPSED as STATE_LAPSED
from ..world.world import N_LATENT, N_MOVING, World

BLOCK = 512
"""Latent issues for which numbers are drawn at once."""
CLASS_SHARES = (0.9604, 0.0350, 0.0045, 0.0001)
CLASS_RATES = (1.0, 7.5, 150.0, 950.0)
"""Ordinary residents, unpaid watchers, committed teams, paid hobbyists: 0.2, 1.5, 30 and 190 reports a year (A3, F4)."""


@dataclass(frozen=True, slots=True)
class ReportingSettings:
    """Who notices and reports, and how experience changes it."""

    rate: float = setting(
        0.004, unit="reports per exposed ordinary resident and day", low=0.0, high=100.0, prior=loguniform(1e-4, 1e-1),
        meaning="hazard that an ordinary resident reports a latent issue that touches them", source="E6",
    )  # fmt: skip
    own_home: float = setting(
        10.0, unit="ratio", low=1.0, high=1000.0, prior=loguniform(3, 30),
        meaning="how much sooner an issue of one's own household is reported", source="no evidence",
    )  # fmt: skip
    presence_building: float = setting(
        0.5, unit="share of days", low=0.0, high=1.0, prior=uniform(0.2, 0.8),
        meaning="a resident passes an issue of the stair or building", source="no evidence",
    )  # fmt: skip
    presence_compound: float = setting(
        0.2, unit="share of days", low=0.0, high=1.0, prior=uniform(0.05, 0.4),
        meaning="a resident passes an issue of the compound or beyond", source="no evidence",
    )  # fmt: skip
    unequal: bool = setting(True, unit="yes or no", meaning="four classes of reporters instead of one", source="A3")
    trust_effect: float = setting(
        2.0, unit="log ratio between no and full trust", low=0.0, high=6.0, prior=uniform(0.0, 4.0),
        meaning="reporting rises after a solved report and falls after an ignored one",
        source="A1.7: contacts grew fivefold in Beijing",
    )  # fmt: skip
    lapse_days: float = setting(
        60.0, unit="days", low=0.1, high=100_000.0, prior=loguniform(20, 365),
        meaning="mean time after which an unreported issue goes away or is put up with", source="no evidence",
    )  # fmt: skip
    head_notices: float = setting(
        0.3, unit="chance per visit", low=0.0, high=1.0, prior=uniform(0.1, 0.6),
        meaning="a unit head on a round notices an issue there", source="no evidence",
    )  # fmt: skip


class _Block(NamedTuple):
    """Room for what is looked up and drawn for a block of latent issues at once."""

    a: NDArray[np.int64]
    b: NDArray[np.int32]
    visits: NDArray[np.float64]
    """Hazard to be noticed by the head, per day."""
    rides: NDArray[np.float64]
    """Hazard to be passed by a courier, per day."""
    lapse: NDArray[np.float64]
    gap: NDArray[np.float64]
    head: NDArray[np.float64]
    courier: NDArray[np.float64]


def _room() -> _Block:
    hazards, draws = (np.empty((k, BLOCK)) for k in (2, 8))
    return _Block(np.empty(BLOCK, np.int64), np.empty(BLOCK, np.int32), *hazards, *draws.reshape(4, 2, BLOCK))


class _Rates(NamedTuple):
    rate: float
    own_home: float
    presence_building: float
    presence_compound: float
    trust_effect: float
    most: float
    lapse: float
    head_notices: float


@kernel
def exposure(scope, rates):
    """How strongly an ordinary resident in reach is exposed to an issue of this scope."""
    if scope == ONE_HOUSEHOLD:
        return rates.own_home
    if scope <= BUILDING:
        return rates.presence_building
    return rates.presence_compound


@kernel
def _reach(issues, row, households, cumulative):
    """Add up the propensities to report of everybody whom an issue touches."""
    first = households.first_resident[issues.first[row]]
    end = households.end_resident[issues.end[row] - 1]
    return cumulative[end] - cumulative[first]


@kernel
def _look(day, seed, first, end, households, neighbourhood, rides, issues, roster, rates, block):
    """Look up a block of latent issues, and draw when each lapses or is first passed by residents, the head or couriers."""
    for k in range(end - first):
        row = roster.latent[first + k]
        h = issues.household[row]
        block.a[k] = issues.a[row]
        block.b[k] = issues.b[row]
        block.visits[k] = neighbourhood.visits[h] / WEEK_DAYS * rates.head_notices
        block.rides[k] = rides.hazard[households.compound[h]] if issues.scope[row] >= STAIR else 0.0
    n = end - first
    fill2(seed, d.LAPSE, day, block.a, block.b, n, block.lapse)
    fill2(seed, d.REPORT_GAP, day, block.a, block.b, n, block.gap)
    fill2(seed, d.HEAD_NOTICES, day, block.a, block.b, n, block.head)
    fill2(seed, d.COURIER_PASSES, day, block.a, block.b, n, block.courier)


@kernel
def _report_day(
    day, seed, at_once, households, residents, cumulative, neighbourhood, head_row, head_group, couriers, rides, issues, roster,
    block, log, counts, rates,
):  # fmt: skip
    """Walk through latent issues: some are reported today, some lapse, the others stay latent in the same order."""
    kept = 0
    for position in range(roster.length[N_LATENT]):
        at = position % BLOCK
        if at == 0 and not at_once:
            until = min(position + BLOCK, roster.length[N_LATENT])
            _look(day, seed, position, until, households, neighbourhood, rides, issues, roster, rates, block)
        row = roster.latent[position]
        a, b, h = issues.a[row], issues.b[row], issues.household[row]
        now = max(issues.born[row] - day * DAY, 0) / DAY
        moment, lapse = math.inf, math.inf
        by, reporter, courier = BY_RESIDENT, -1, -1
        if at_once:
            moment = now
            first, end = households.first_resident[h], households.end_resident[h]
            reporter = first if end > first else -1
        else:
            if not surely_longer(block.lapse[0, at], rates.lapse, 1.0 - now):
                lapse = now + exponential(block.lapse[0, at]) / rates.lapse
            total = issues.reach[row]
            if total == 0.0:
                total = issues.reach[row] = _reach(issues, row, households, cumulative)
            hazard = rates.rate * exposure(issues.scope[row], rates) * total * rates.most
            time, k = now, 0
            u = block.gap[0, at], block.gap[1, at]
            while hazard > 0.0 and not surely_longer(u[0], hazard, 1.0 - time):
                time += exponential(u[0]) / hazard
                if time >= 1.0 or time >= lapse:
                    break
                first, end = households.first_resident[issues.first[row]], households.end_resident[issues.end[row] - 1]
                mark = cumulative[first] + uniform_draw(seed, d.REPORTER, day + (k << 16), a, b) * total
                low, high = first, end - 1
                while low < high:
                    middle = (low + high) // 2
                    if cumulative[middle + 1] > mark:
                        high = middle
                    else:
                        low = middle + 1
                if u[1] * rates.most < math.exp(rates.trust_effect * (residents.trust[low] - 0.5)):
                    moment, reporter = time, low
                    break
                k += 1
                u = uniform2(seed, d.REPORT_GAP, day + (k << 16), a, b)
            if not surely_longer(block.head[0, at], block.visits[at], 1.0 - now):
                time = now + exponential(block.head[0, at]) / block.visits[at]
                if time < moment:
                    moment, by = time, BY_HEAD
                    reporter = head_row[head_group[h]]  # who is visited is in a unit
            if not surely_longer(block.courier[0, at], block.rides[at], 1.0 - now):
                time = now + exponential(block.courier[0, at]) / block.rides[at]
                if time < moment:
                    moment, by, reporter = time, BY_COURIER, -1
                    courier = who_passes(rides, households.compound[h], block.courier[1, at])
        if lapse < 1.0 and lapse <= moment:
            issues.state[row] = STATE_LAPSED
            counts[LAPSED] += 1
            note(log, LAPSES, a, b, -1, 0.0)
        elif moment < 1.0:
            when = max(day * DAY + np.int64(moment * DAY), issues.born[row])
            issues.state[row] = MOVING
            issues.reported[row] = when
            issues.due[row] = when
            issues.reporter[row] = reporter
            issues.by[row] = by
            roster.moving[roster.length[N_MOVING]] = row
            roster.length[N_MOVING] += 1
            counts[REPORTED] += 1
            who = residents.id[reporter] if reporter >= 0 else -1
            if by == BY_HEAD:
                counts[REPORTED_BY_HEAD] += 1
            elif by == BY_COURIER:
                who = courier_id(couriers, courier)
                counts[REPORTED_BY_COURIER] += 1
                counts[COURIERS_URGENT] += 1 if issues.priority[row] == URGENT else 0
                counts[COURIERS_OPEN_AIR] += 1 if issues.scope[row] >= COMPOUND else 0
            note_at(log, when, IS_REPORTED, a, b, who, float(by))
        else:
            roster.latent[kept] = row
            kept += 1
    roster.length[N_LATENT] = kept


class Reporting:
    """Latent issues are found by residents who pass, by unit heads and couriers on their rounds, or by nobody."""

    name: ClassVar[str] = "reporting"
    cadence: ClassVar[str] = "daily"
    sentence: ClassVar[str] = (
        "People who pass a latent issue may report it; solved reports make them report more, ignored ones less."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "hazard of an issue = sum over residents in reach of rate x presence x class x exp(trust_effect (trust - 1/2))",
        "head: visits per day x chance to notice; couriers: see there; lapse: 1 / lapse_days; whichever comes first",
    )
    without: ClassVar[str] = "every issue is reported at the instant of its birth"
    reads: ClassVar[tuple[str, ...]] = ("latent issues", "trust", "visits of heads", "rides of couriers")
    writes: ClassVar[tuple[str, ...]] = ("issues",)
    seed_facts: ClassVar[tuple[str, ...]] = ("S24", "S58")
    Settings: ClassVar[type] = ReportingSettings

    def __init__(self, world: World, settings: ReportingSettings, on: bool) -> None:
        s, r = settings, world.residents
        self.on = on
        u = uniforms(world.seed, d.REPORTER_CLASS, r.id)
        kind = np.searchsorted(np.cumsum(CLASS_SHARES)[:-1], u) if s.unequal else np.zeros(len(u), np.int64)
        r.reports_rate[:] = np.where(r.adult, np.array(CLASS_RATES)[kind], 0.0)
        self.cumulative = np.concatenate(([0.0], np.cumsum(r.reports_rate)))
        self.rates = _Rates(
            s.rate, s.own_home, s.presence_building, s.presence_compound, s.trust_effect, math.exp(s.trust_effect / 2.0),
            1.0 / s.lapse_days, s.head_notices,
        )  # fmt: skip
        self.block = _room()
        world.report_chance = self.chances(world) if on else np.ones((len(world.households.id), BEYOND + 1))

    def chances(self, world: World) -> np.ndarray:
        """Chance that an issue is reported before it lapses, at neutral trust and without heads: (households, scopes)."""
        h, c = world.households, self.cumulative
        compounds = world.places.compounds
        own = c[h.end_resident] - c[h.first_resident]
        stair = c[h.end_resident[h.stair_end - 1]] - c[h.first_resident[h.stair_first]]
        spans = world.places.buildings
        per_building = c[h.end_resident[spans.end - 1]] - c[h.first_resident[spans.first]]
        building = np.where(h.building >= 0, per_building[np.maximum(h.building, 0)], own)
        compound = (c[h.end_resident[compounds.end - 1]] - c[h.first_resident[compounds.first]])[h.compound]
        sums = np.stack([own, stair, building, compound, compound], axis=1)
        strength = np.array([exposure(k, self.rates) for k in range(BEYOND + 1)])
        hazard = self.rates.rate * strength * sums
        chances: np.ndarray = hazard / (hazard + self.rates.lapse)
        return chances

    def step(self, world: World) -> None:
        """Let today's reports be made."""
        supply = world.group("leader_supply")
        _report_day(
            world.day, world.seed_word, not self.on, world.households, world.residents, self.cumulative, world.neighbourhood,
            world.head, supply.of_household, world.couriers, world.rides, world.issues, world.roster, self.block, world.log,
            world.week_counts, self.rates,
        )  # fmt: skip
