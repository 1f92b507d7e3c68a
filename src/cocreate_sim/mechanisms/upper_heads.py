"""Heads above the unit: each building and grid (or each level of the nested partition) may find a head of its own."""

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
from ..world.clock import HOUR
from ..world.counters import UPPER_HEAD_HOURS, UPPER_HEADS_FOUND, UPPER_HEADS_QUIT
from ..world.events import BECOMES_UPPER_HEAD, UPPER_HEAD_QUITS, note
from ..world.seats import BUILDING_HEAD, CENTRAL_HOUSEHOLD
from ..world.world import World

WEEKS_PER_YEAR = 365.0 / 7.0


@dataclass(frozen=True, slots=True)
class UpperHeadsSettings:
    """Who heads a level above the unit, and what their hours do. Stepping forward, quitting and rest are those of unit heads."""

    willing_share: float = setting(
        0.04, unit="share of adults", low=0.0, high=1.0, prior=loguniform(0.01, 0.10),
        meaning="adults who would head a level above the unit", source="no evidence; E8 for unit heads",
    )  # fmt: skip
    party_ratio: float = setting(
        5.0, unit="ratio", low=0.0, high=100.0, prior=loguniform(1.0, 25.0),
        meaning="how much likelier party members are willing to",
        source="no evidence: between no likelier (A7.10) and nearly every member at the share of E8 (S18: they hold the roles)",
    )  # fmt: skip
    building_hours: float = setting(
        3.0, unit="hours per week", low=0.0, high=60.0, prior=loguniform(0.5, 20.0),
        meaning="hours of a building head, or of the central household of a nested group of 25", source="no evidence",
    )  # fmt: skip
    grid_hours: float = setting(
        5.0, unit="hours per week", low=0.0, high=60.0, prior=loguniform(0.5, 40.0),
        meaning="hours of a grid head, or of the head of a nested group of 100 or 500", source="no evidence",
    )  # fmt: skip
    support_share: float = setting(
        0.5, unit="share of hours", low=0.0, high=1.0, prior=uniform(0.2, 0.8),
        meaning="hours that support the unit heads below; what is left solves issues", source="no evidence",
    )  # fmt: skip
    led_handoff: float = setting(
        0.5, unit="ratio", low=0.0, high=1.0, prior=uniform(0.3, 1.0),
        meaning="time that a hand-off across a level with a head of its own takes, compared with one without",
        source="no evidence",
    )  # fmt: skip


class _Rates(NamedTuple):
    step_forward: float
    quit: float
    log_unsupported: float
    rest: int
    building_hours: float
    grid_hours: float
    support_share: float
    per_head: float


@kernel
def _quit_and_fill(week, seed, above, residents, households, support, best, log, counts, rates):
    """Let heads quit, then fill vacant seats from the lowest level up; who holds another office does not step forward."""
    seats = above.seats
    for s in range(seats.head.shape[0]):
        best[s] = 2.0
        i = seats.head[s]
        if i >= 0:
            lack = 1.0 - support[households.community[residents.household[i]]]
            hazard = rates.quit * math.exp(rates.log_unsupported * lack)
            if hazard > 0.0 and uniform_draw(seed, d.SEAT_QUITS, week, residents.id[i], 0) < 1.0 - math.exp(-hazard):
                seats.head[s] = -1
                residents.leads[i] = -1
                residents.rests_until[i] = week + rates.rest
                counts[UPPER_HEADS_QUIT] += 1
                note(log, UPPER_HEAD_QUITS, residents.id[i], 0, seats.role[s], 0.0)
    for level in range(1, above.seat.shape[0]):
        for i in range(residents.id.shape[0]):
            if not residents.willing_to_lead[i] or residents.rests_until[i] > week:
                continue
            s = above.seat[level, residents.household[i]]
            if s < 0 or residents.head_of[i] >= 0 or residents.leads[i] >= 0:
                continue
            if seats.role[s] >= CENTRAL_HOUSEHOLD and not residents.party[i]:
                continue
            if seats.head[s] >= 0 and best[s] > 1.0:  # somebody has held it since last week
                continue
            u = uniform_draw(seed, d.SEAT_STEPS_FORWARD, week, residents.id[i], 0)
            if u < rates.step_forward and u < best[s]:  # the keenest becomes it
                if seats.head[s] >= 0:
                    residents.leads[seats.head[s]] = -1
                else:
                    counts[UPPER_HEADS_FOUND] += 1
                best[s] = u
                seats.head[s] = i
                residents.leads[i] = s
    for s in range(seats.head.shape[0]):
        if best[s] <= 1.0:
            note(log, BECOMES_UPPER_HEAD, residents.id[seats.head[s]], 0, seats.role[s], 0.0)


@kernel
def _hours(role, rates):
    """Hours per week of a head above the unit."""
    return rates.building_hours if role in (BUILDING_HEAD, CENTRAL_HOUSEHOLD) else rates.grid_hours


@kernel
def _attend(supervision, has_head, above, counts, rates):
    """Count the unit heads below each seat, and spread its head's hours over them and over issues."""
    seats, levels = above.seats, above.seat.shape[0]
    for s in range(seats.head.shape[0]):
        hours = _hours(seats.role[s], rates) if seats.head[s] >= 0 else 0.0
        seats.below[s] = 0.0
        seats.hours_left[s] = np.int64(hours * (1.0 - rates.support_share) * HOUR)
        counts[UPPER_HEAD_HOURS] += hours
    for h in range(has_head.shape[0]):
        if has_head[h]:
            size = supervision.households[supervision.of_household[h]]
            for level in range(1, levels):  # who belongs to a unit belongs to every level above it
                seats.below[above.seat[level, h]] += 1.0 / size
    for h in range(has_head.shape[0]):
        cover, part = 0.0, 0.0
        for level in range(1, levels):
            s = above.seat[level, h]
            if s >= 0 and seats.head[s] >= 0:
                part += 1.0 / seats.households[s]
                if seats.below[s] > 0.0 and rates.per_head > 0.0:
                    cover += _hours(seats.role[s], rates) * rates.support_share / (seats.below[s] * rates.per_head)
        above.cover[h] = min(cover, 1.0)
        above.part[h] = part


class UpperHeads:
    """Building and grid heads (樓棟長, 網格長), or nested party roles, support unit heads and solve issues."""

    name: ClassVar[str] = "upper_heads"
    cadence: ClassVar[str] = "weekly"
    sentence: ClassVar[str] = (
        "Where the lever says so, levels above the unit find heads of their own, who support the unit heads below, solve "
        "what lies inside their level, and pass on the rest faster."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "one person holds one office; nested levels are headed by party members; vacancies, quits and rest as for unit heads",
        "cover of unit heads = min(1, sum over levels of hours x support_share / (unit heads below x supervision_hours))",
        "support of a unit head = cover + (1 - cover) x support by staff",
        "staff hours for unit heads = supervision_hours x (unit heads less their cover, and every head above)",
        "hours for issues = hours x (1 - support_share); a hand-off across a level with a head takes led_handoff x handoff_days",
    )
    without: ClassVar[str] = "only units have heads: staff alone support them, and what is larger than a unit goes to staff"
    reads: ClassVar[tuple[str, ...]] = ("residents", "heads", "support of heads", "ladder")
    writes: ClassVar[tuple[str, ...]] = ("seats above the unit", "support of heads from above")
    seed_facts: ClassVar[tuple[str, ...]] = ("S17", "S18", "S22")
    Settings: ClassVar[type] = UpperHeadsSettings

    def __init__(self, world: World, settings: UpperHeadsSettings, on: bool) -> None:
        s, r, heads = settings, world.residents, world.uncertainties["heads"]
        self.on = on and len(world.above.seats) > 0
        r.willing_to_lead[:] = traits.willing_to_lead(world.seed, r.id, 0, r.adult, r.party, s.willing_share, s.party_ratio)
        self.best = np.empty(len(world.above.seats))
        self.rates = _Rates(
            step_forward=1.0 if heads.step_forward_weeks == 0 else -math.expm1(-1.0 / heads.step_forward_weeks),
            quit=heads.quit_rate / WEEKS_PER_YEAR, log_unsupported=math.log(heads.unsupported_effect), rest=heads.rest_weeks,
            building_hours=s.building_hours, grid_hours=s.grid_hours, support_share=s.support_share,
            per_head=world.uncertainties["staff_time"].supervision_hours,
        )  # fmt: skip

    def step(self, world: World) -> None:
        """Let heads quit, be found, and plan their week."""
        if not self.on:
            return
        _quit_and_fill(
            world.week, world.seed_word, world.above, world.residents, world.households, world.support, self.best, world.log,
            world.week_counts, self.rates,
        )  # fmt: skip
        _attend(world.group("supervision"), world.neighbourhood.has_head, world.above, world.week_counts, self.rates)
