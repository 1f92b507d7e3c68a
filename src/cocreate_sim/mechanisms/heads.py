"""Heads: somebody has to be willing to head a unit; their hours become visits, meetings and help."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from ..engine.kernels import kernel
from ..engine.settings import loguniform, setting, uniform
from ..engine.streams import uniform as uniform_draw
from ..world import decisions as d
from ..world import traits
from ..world.counters import HEAD_HOURS, HEADS_FOUND, HEADS_QUIT
from ..world.events import BECOMES_HEAD, HEAD_QUITS, note
from ..world.levers import HeadHours
from ..world.partition import TEN_TO_TWENTY, Regrouping
from ..world.world import World

WEEKS_PER_YEAR = 365.0 / 7.0
REFERENCE_SIZE = float(TEN_TO_TWENTY[1])
"""Households per head that give the total of the equal-total rule (S19)."""


@dataclass(frozen=True, slots=True)
class HeadsSettings:
    """Who heads a unit and what a head does."""

    willing_share: float = setting(
        0.04, unit="share of adults", low=0.0, high=1.0, prior=loguniform(0.01, 0.10),
        meaning="adults who would head their unit", source="E8",
    )  # fmt: skip
    step_forward_weeks: float = setting(
        8.0, unit="weeks", low=0.0, high=520.0, prior=uniform(2.0, 26.0),
        meaning="mean time until a willing adult steps forward for a vacant unit",
        source="no evidence; refill 1 to 6 months (F9)",
    )  # fmt: skip
    hours: float = setting(
        2.0, unit="hours per week", low=0.0, high=60.0, prior=uniform(0.5, 5.0),
        meaning="hours of a unit head", source="E9",
    )  # fmt: skip
    quit_rate: float = setting(
        0.3, unit="per year", low=0.0, high=20.0, prior=uniform(0.1, 0.6),
        meaning="rate at which heads quit when fully supported", source="E9",
    )  # fmt: skip
    unsupported_effect: float = setting(
        2.0, unit="hazard ratio", low=1.0, high=20.0, prior=uniform(1.0, 4.0),
        meaning="quitting of heads whom staff have no time for", source="no evidence",
    )  # fmt: skip
    rest_weeks: int = setting(
        52, unit="weeks", low=0, high=1000,
        meaning="a head who quit does not come back for this long", source="no evidence",
    )  # fmt: skip
    visit_share: float = setting(
        0.4, unit="share of hours", low=0.0, high=1.0, prior=uniform(0.2, 0.6),
        meaning="hours for visits", source="no evidence",
    )  # fmt: skip
    visit_hours: float = setting(
        0.25, unit="hours", low=0.01, high=10.0, prior=uniform(0.1, 0.5),
        meaning="length of a visit to a household", source="no evidence",
    )  # fmt: skip
    most_visits: float = setting(
        3.0, unit="visits per household and week", low=0.0, high=50.0,
        meaning="nobody is visited more often", source="design",
    )  # fmt: skip
    meeting_share: float = setting(
        0.3, unit="share of hours", low=0.0, high=1.0, prior=uniform(0.1, 0.5),
        meaning="hours for meetings; what is left solves issues", source="no evidence",
    )  # fmt: skip
    meeting_hours: float = setting(
        1.0, unit="hours", low=0.01, high=10.0, prior=uniform(0.5, 2.0),
        meaning="length of a meeting before anybody disagrees", source="no evidence",
    )  # fmt: skip
    pair_hours: float = setting(
        0.02, unit="hours per pair", low=0.0, high=5.0, prior=loguniform(0.002, 0.1),
        meaning="talk that each pair of attendees adds (kappa)", source="B2: pairwise coordination; no evidence for the size",
    )  # fmt: skip


class _Rates(NamedTuple):
    step_forward: float
    quit: float
    log_unsupported: float
    rest: int
    hours: float
    visit_rate: float
    most_visits: float
    meeting_share: float
    meeting_hours: float
    pair_hours: float


@kernel
def _quit_and_fill(week, seed, head, residents, households, support, cover, of_resident, best, log, counts, rates):
    """Let heads quit, then let willing adults step forward where there is no head; the keenest becomes it."""
    for g in range(head.shape[0]):
        best[g] = 2.0
    for g in range(head.shape[0]):
        i = head[g]
        if i >= 0:
            home = residents.household[i]
            lack = (1.0 - support[households.community[home]]) * (1.0 - cover[home])
            hazard = rates.quit * math.exp(rates.log_unsupported * lack)
            if hazard > 0.0 and uniform_draw(seed, d.HEAD_QUITS, week, residents.id[i], 0) < 1.0 - math.exp(-hazard):
                head[g] = -1
                residents.head_of[i] = -1
                residents.rests_until[i] = week + rates.rest
                counts[HEADS_QUIT] += 1
                note(log, HEAD_QUITS, residents.id[i], 0, -1, 0.0)
    for i in range(residents.id.shape[0]):
        g = of_resident[i]
        free = residents.head_of[i] < 0 and residents.leads[i] < 0 and residents.rests_until[i] <= week
        if residents.willing_to_head[i] and g >= 0 and free:
            if head[g] >= 0 and best[g] > 1.0:
                continue
            u = uniform_draw(seed, d.HEAD_STEPS_FORWARD, week, residents.id[i], 0)
            if u < rates.step_forward and u < best[g]:
                if head[g] >= 0:
                    residents.head_of[head[g]] = -1
                else:
                    counts[HEADS_FOUND] += 1
                best[g] = u
                head[g] = i
                residents.head_of[i] = g
    for g in range(head.shape[0]):
        if best[g] <= 1.0:  # somebody stepped forward this week
            note(log, BECOMES_HEAD, residents.id[head[g]], 0, -1, 0.0)


@kernel
def _attend(
    households, head, supply, attention, coordination, rate, equal_total, neighbourhood, week_hours, counts, rates
):  # fmt: skip
    """Spread each head's hours over visits and meetings, household by household."""
    for h in range(households.id.shape[0]):
        g = supply.of_household[h]
        present = g >= 0 and head[g] >= 0
        neighbourhood.has_head[h] = present
        neighbourhood.visits[h] = 0.0
        neighbourhood.sessions[h] = 0.0
        week_hours[h] = 0.0
        if not present:
            continue
        served = attention.households[attention.of_household[h]]
        hours = rates.hours * (served / REFERENCE_SIZE if equal_total[households.subdistrict[h]] else 1.0)
        week_hours[h] = hours / served
        neighbourhood.visits[h] = min(hours * rates.visit_rate / served, rates.most_visits)
        c = coordination.of_household[h]
        expected = rate[c] * coordination.adults[c]
        length = rates.meeting_hours + rates.pair_hours * max(expected - 1.0, 0.0) / 2.0
        neighbourhood.sessions[h] = min(hours * rates.meeting_share / length, 1.0)
        counts[HEAD_HOURS] += hours / served


class Heads:
    """Unit heads (鄰里長) step forward, visit, hold meetings, tire and quit."""

    name: ClassVar[str] = "heads"
    cadence: ClassVar[str] = "weekly"
    sentence: ClassVar[str] = (
        "Where somebody is willing, a unit finds a head, who visits households, holds meetings and helps "
        "with issues until they quit."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "P(somebody is willing) = 1 - (1 - q)^adults; a vacancy is filled by the first willing adult to step forward",
        "hours = the setting; under levers.head_hours = equal_total x households of the unit / 15, the mean of the 10-20 rule",
        "visits per household and week = hours x visit_share / (visit_hours x households)",
        "meetings per week = hours x meeting_share / (meeting_hours + pair_hours (attendees - 1) / 2)",
    )
    without: ClassVar[str] = "no unit has a head"
    reads: ClassVar[tuple[str, ...]] = ("residents", "support of heads", "attendance")
    writes: ClassVar[tuple[str, ...]] = ("heads", "visits", "meetings")
    seed_facts: ClassVar[tuple[str, ...]] = ("S18", "S21", "S22", "S23", "S24")
    Settings: ClassVar[type] = HeadsSettings

    def __init__(self, world: World, settings: HeadsSettings, on: bool) -> None:
        s, r = settings, world.residents
        self.on = on
        r.willing_to_head[:] = traits.willing_to_head(world.seed, r.id, 0, r.adult, s.willing_share)
        self.best = np.empty(len(world.head))
        self.rates = _Rates(
            step_forward=1.0 if s.step_forward_weeks == 0 else -math.expm1(-1.0 / s.step_forward_weeks),
            quit=s.quit_rate / WEEKS_PER_YEAR, log_unsupported=math.log(s.unsupported_effect), rest=s.rest_weeks,
            hours=s.hours, visit_rate=s.visit_share / s.visit_hours, most_visits=s.most_visits,
            meeting_share=s.meeting_share, meeting_hours=s.meeting_hours, pair_hours=s.pair_hours,
        )  # fmt: skip
        self.read_levers(world)

    def read_levers(self, world: World) -> None:
        """Take over where all heads together give the same total of hours."""
        self.equal_total = world.in_force.head_hours == list(HeadHours).index(HeadHours.EQUAL_TOTAL)

    def follow_units(self, world: World, change: Regrouping) -> None:
        """Let heads of units that are no more step down (they may head a new one); who heads a unit that stays, stays."""
        if not world.channels.leader_supply:
            return
        r, n = world.residents, world.neighbourhood
        former, world.head = world.head, change.kept(world.head, -1)
        self.best = np.empty(len(world.head))
        led = np.flatnonzero(world.head >= 0)
        out = np.setdiff1d(former[former >= 0], world.head[led])
        r.head_of[out] = -1
        r.head_of[world.head[led]] = led
        world.week_counts[HEADS_QUIT] += len(out)
        for i in out if world.log.listening else ():
            note(world.log, HEAD_QUITS, r.id[i], 0, -1, 0.0)
        anew = (change.new.of_household >= 0) & (change.same[change.new.of_household] < 0)
        n.has_head[anew] = False
        for planned in (n.visits, n.sessions, world.head_week_hours):
            planned[anew] = 0.0

    def step(self, world: World) -> None:
        """Let heads quit, be found, and plan their week."""
        if not self.on:
            return
        supply = world.group("leader_supply")
        _quit_and_fill(
            world.week, world.seed_word, world.head, world.residents, world.households, world.support, world.above.cover,
            supply.of_resident, self.best, world.log, world.week_counts, self.rates,
        )  # fmt: skip
        _attend(
            world.households, world.head, supply, world.group("attention"), world.group("coordination"), world.activity_rate,
            self.equal_total, world.neighbourhood, world.head_week_hours, world.week_counts, self.rates,
        )  # fmt: skip
