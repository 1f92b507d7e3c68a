"""Volunteering: some who come register, some who registered lapse; volunteers are the helpers of their unit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from ..engine.kernels import kernel
from ..engine.settings import loguniform, setting, uniform
from ..engine.streams import uniform as uniform_draw
from ..engine.streams import uniforms
from ..world import decisions as d
from ..world.clock import HOUR
from ..world.counters import ASKED_AT_CLUB, VOLUNTEERS_JOINED, VOLUNTEERS_LAPSED
from ..world.events import ASKED_AT_CLUB as ASKED
from ..world.events import CEASES, REGISTERS, note
from ..world.partition import Regrouping
from ..world.world import World

WEEKS_PER_YEAR = 365.0 / 7.0


@dataclass(frozen=True, slots=True)
class VolunteeringSettings:
    """How people become, stay and cease to be volunteers."""

    start_share: float = setting(
        0.03, unit="share of adults", low=0.0, high=1.0, prior=uniform(0.01, 0.12),
        meaning="volunteers at the start", source="A4: regular helpers 1 to 3 %, registered 12 to 22 %",
    )  # fmt: skip
    join_chance: float = setting(
        0.1, unit="chance per activity", low=0.0, high=1.0, prior=uniform(0.02, 0.3),
        meaning="a participant registers as a volunteer", source="no evidence",
    )  # fmt: skip
    lapse_rate: float = setting(
        0.6, unit="per year", low=0.0, high=50.0, prior=uniform(0.3, 1.0),
        meaning="rate at which a volunteer without belonging lapses", source="A4.11: one in three a year",
    )  # fmt: skip
    belonging_effect: float = setting(
        1.0, unit="logarithm of the ratio", low=0.0, high=10.0, prior=uniform(0.3, 2.0),
        meaning="how full belonging slows lapsing", source="F9; A7.9: sign only",
    )  # fmt: skip
    solving_share: float = setting(
        0.3, unit="share of free time", low=0.0, high=1.0, prior=uniform(0.1, 0.6),
        meaning="volunteers' free time that goes to neighbours' issues", source="no evidence",
    )  # fmt: skip
    club_odds: float = setting(
        2.0, unit="odds ratio", low=0.01, high=100.0, prior=loguniform(0.7, 6.0),
        meaning="members of a club register with odds so many times those of others; below 1 clubs keep people away",
        source="E19; A7.6: the sign is not certain",
    )  # fmt: skip
    asked_at_club: float = setting(
        0.1, unit="chance per meeting", low=0.0, high=1.0, prior=uniform(0.0, 0.3),
        meaning="a member who comes to the meeting of a club is asked there to be a volunteer",
        source="S41; no evidence for the size",
    )  # fmt: skip


class _Rates(NamedTuple):
    join: float
    member_join: float
    asked_at_club: float
    lapse: float
    belonging: float
    solving: float
    head_solving: float


@kernel
def _week(week, seed, residents, households, pool, has_head, head_hours, skill_share, unit_hours, log, counts, rates):
    """Register and release volunteers, then add up the hours that each group's helpers have this week."""
    unit_hours[:] = 0
    for i in range(residents.id.shape[0]):
        if residents.volunteer_since[i] >= 0:
            hazard = rates.lapse * math.exp(-rates.belonging * residents.belonging[i])
            if uniform_draw(seed, d.VOLUNTEER_LAPSES, week, residents.id[i], 0) < 1.0 - math.exp(-hazard):
                residents.volunteer_since[i] = -1
                counts[VOLUNTEERS_LAPSED] += 1
                note(log, CEASES, residents.id[i], 0, -1, 0.0)
        else:
            invited = residents.takes_part[i]
            if residents.club_meeting[i] >= 0 and uniform_draw(seed, d.CLUB_ASKS, week, residents.id[i], 0) < rates.asked_at_club:
                invited = True
                counts[ASKED_AT_CLUB] += 1
                note(log, ASKED, residents.id[i], 0, -1, 0.0)
            if invited:
                join = rates.member_join if residents.club[i] >= 0 else rates.join
                if uniform_draw(seed, d.VOLUNTEER_JOINS, week, residents.id[i], 0) < join:
                    residents.volunteer_since[i] = week
                    counts[VOLUNTEERS_JOINED] += 1
                    note(log, REGISTERS, residents.id[i], 0, -1, 0.0)
        g = pool.of_resident[i]
        if residents.volunteer_since[i] >= 0 and g >= 0:
            own = 1.0 - skill_share if residents.skill[i] >= 0 else 1.0
            unit_hours[g] += int(residents.budget[i] * rates.solving * own * HOUR)
    for h in range(households.id.shape[0]):
        if has_head[h]:
            unit_hours[pool.of_household[h]] += int(head_hours[h] * rates.head_solving * HOUR)


class Volunteering:
    """Participants register as volunteers, volunteers lapse; registered is not active."""

    name: ClassVar[str] = "volunteering"
    cadence: ClassVar[str] = "weekly"
    sentence: ClassVar[str] = (
        "Some participants register as volunteers and help with neighbours' issues; volunteers lapse, later where they belong."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "join with join_chance per activity, or when asked at a club; lapse hazard = lapse_rate exp(-belonging_effect B)",
        "members of a club: odds of joining = club_odds x join_chance / (1 - join_chance)",
        "hours of a unit's helpers = sum of budget x solving_share, less skill groups' share, + the head's hours for solving",
    )
    without: ClassVar[str] = "nobody registers, there are no helpers but heads"
    reads: ClassVar[tuple[str, ...]] = ("participation", "belonging", "heads", "clubs")
    writes: ClassVar[tuple[str, ...]] = ("volunteers", "hours of helpers")
    seed_facts: ClassVar[tuple[str, ...]] = ("S41", "S43")
    Settings: ClassVar[type] = VolunteeringSettings

    def __init__(self, world: World, settings: VolunteeringSettings, on: bool) -> None:
        s, r = settings, world.residents
        self.on = on
        heads = world.uncertainties["heads"]
        join = s.join_chance if on else 0.0
        member_join = s.club_odds * join / (1.0 - join + s.club_odds * join)
        self.rates = _Rates(
            join, member_join, s.asked_at_club if on else 0.0, s.lapse_rate / WEEKS_PER_YEAR, s.belonging_effect, s.solving_share,
            max(1.0 - heads.visit_share - heads.meeting_share, 0.0),
        )  # fmt: skip
        if on:
            r.volunteer_since[r.adult & (uniforms(world.seed, d.VOLUNTEER_JOINS, r.id, tick=2**32 - 1) < s.start_share)] = 0

    def follow_units(self, world: World, change: Regrouping) -> None:
        """Leave units that stay their helpers' hours of this week; helpers of new ones begin next week."""
        if world.channels.pooling:
            world.unit_hours = change.kept(world.unit_hours, 0)

    def step(self, world: World) -> None:
        """Register, release and count helpers for the coming week."""
        pool = world.group("pooling")
        _week(
            world.week, world.seed_word, world.residents, world.households, pool, world.neighbourhood.has_head,
            world.head_week_hours, world.skill_share, world.unit_hours, world.log, world.week_counts, self.rates,
        )  # fmt: skip
