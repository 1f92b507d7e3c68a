"""Stations: firms meet, a donor lends a shop, couriers become members; a station closes when too few keep to it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from ..engine.kernels import kernel
from ..engine.settings import loguniform, setting, uniform
from ..engine.streams import uniform as uniform_draw
from ..engine.streams import uniforms
from ..world import decisions as d
from ..world.counters import STATION_YUAN, STATIONS_CLOSED, STATIONS_OPENED
from ..world.couriers import EMPLOYERS, courier_id, rounds
from ..world.events import (
    FIRMS_MEET,
    JOINS_STATION,
    LEAVES_STATION,
    MANAGER_GOES,
    MANAGER_RETURNS,
    PLANS_STATION,
    SHOP_OFFERED,
    STATION_CLOSES,
    STATION_GIVEN_UP,
    STATION_OPENS,
    note,
)  # fmt: skip
from ..world.stations import MANAGERS, MEETING, NOTHING, OPEN, PREPARING, SEARCHING
from ..world.world import World

WEEKS_PER_YEAR = 365.0 / 7.0
MEETINGS = 3
"""Meetings with firms before a donor is looked for (S53)."""


@dataclass(frozen=True, slots=True)
class StationsSettings:
    """How stations come about, what they do for couriers, and how they end."""

    alone: float = setting(
        0.03, unit="per year", low=0.0, high=50.0, prior=loguniform(0.003, 0.1),
        meaning="rate at which a community without a station plans one of its own accord", source="B2; 0.01 to 0.03 is typical",
    )  # fmt: skip
    by_example: float = setting(
        0.38, unit="per year", low=0.0, high=50.0, prior=uniform(0.1, 2.0),
        meaning="the same because others have one, when all others have", source="B2; 0.2 to 0.4 is typical",
    )  # fmt: skip
    firm_comes: float = setting(
        0.8, unit="chance per meeting", low=0.0, high=1.0, prior=uniform(0.5, 1.0),
        meaning="each of ten firms that couriers work for comes to a meeting", source="S53; no evidence for the chance",
    )  # fmt: skip
    firms_needed: int = setting(
        6, unit="firms", low=0, high=10,
        meaning="firms that a weekly meeting needs to count; three such meetings are needed", source="S53: more than ten came",
    )  # fmt: skip
    donor_rate: float = setting(
        4.0, unit="per year", low=0.0, high=500.0, prior=loguniform(0.5, 20.0),
        meaning="rate at which somebody offers a shop for a planned station", source="no evidence; S55: within a month, once",
    )  # fmt: skip
    give_up_weeks: int = setting(
        52, unit="weeks", low=1, high=520,
        meaning="meetings, or the search for a donor, are given up after so long", source="no evidence",
    )  # fmt: skip
    opening_weeks: int = setting(
        4, unit="weeks", low=0, high=104, meaning="time to fit out a donated shop", source="S53, S55: March to April 2022",
    )  # fmt: skip
    rent: float = setting(
        300_000.0, unit="yuan per year", low=0.0, high=1e8, prior=loguniform(5e4, 3e5),
        meaning="rent that the donor of a shop of 100 square metres forgoes", source="S54",
    )  # fmt: skip
    running_cost: float = setting(
        2_000.0, unit="yuan per week", low=0.0, high=1e6, prior=loguniform(500.0, 8000.0),
        meaning="cost of keeping a station open day and night", source="no evidence; S56: 24 hours a day",
    )  # fmt: skip
    join_chance: float = setting(
        0.05, unit="chance per week", low=0.0, high=1.0, prior=loguniform(0.01, 0.3),
        meaning="a courier who rides through the community of an open station becomes a member", source="no evidence",
    )  # fmt: skip
    leave_rate: float = setting(
        0.5, unit="per year", low=0.0, high=50.0, prior=uniform(0.2, 2.0),
        meaning="rate at which a member stays away for good", source="no evidence",
    )  # fmt: skip
    belonging_gain: float = setting(
        0.02, unit="share of the way to full belonging per week", low=0.0, high=1.0, prior=loguniform(0.005, 0.1),
        meaning="how a member's belonging grows", source="S56: sign only",
    )  # fmt: skip
    belonging_fade: float = setting(
        0.5, unit="per year", low=0.0, high=50.0, prior=loguniform(0.1, 1.0),
        meaning="rate at which belonging is lost without a station", source="E14, of residents",
    )  # fmt: skip
    quit_rate: float = setting(
        0.3, unit="per year", low=0.0, high=50.0, prior=uniform(0.05, 1.0),
        meaning="rate at which one of the five co-managers no longer keeps to it", source="no evidence; S57 names the five",
    )  # fmt: skip
    return_rate: float = setting(
        1.0, unit="per year", low=0.0, high=50.0, prior=uniform(0.0, 4.0),
        meaning="rate at which such a co-manager is won back", source="no evidence",
    )  # fmt: skip
    managers_needed: int = setting(
        3, unit="co-managers", low=0, high=5, meaning="a station with fewer than these closes", source="no evidence",
    )  # fmt: skip
    footfall: float = setting(
        1.3125, unit="ratio", low=0.1, high=10.0, prior=uniform(1.0, 1.3125),
        meaning="visits to the host of a station against before; only told as an outcome, it drives nothing",
        source="S60: 16,000 to 21,000 a day, against a year of the epidemic; not causal",
    )  # fmt: skip


class _Rules(NamedTuple):
    alone: float
    by_example: float
    firm_comes: float
    firms_needed: int
    donor: float
    give_up: int
    opening: int
    rent: float
    running_cost: float
    join: float
    leave: float
    gain: float
    keep: float
    quits: float
    returns: float
    managers_needed: int


@kernel
def keeping(managers):
    """How many of the five co-managers keep to it."""
    count = 0
    for m in range(MANAGERS):
        count += (managers >> m) & 1
    return count


@kernel
def _plan(stations, k, first, share, week, seed, log, counts, rules):
    """Move the plan of a station one week on."""
    community, stage = stations.community[k], stations.stage[k]
    waited = week - stations.since[k]
    if stage == NOTHING:
        hazard = (rules.alone + rules.by_example * share) / WEEKS_PER_YEAR
        if first or uniform_draw(seed, d.STATION_PLANNED, week, community, 0) < 1.0 - math.exp(-hazard):
            stations.stage[k], stations.since[k], stations.meetings[k] = MEETING, week, 0
            stations.plans[k] += 1
            note(log, PLANS_STATION, community, stations.plans[k], -1, 0.0)
    elif stage == MEETING:
        firms = 0
        for firm in range(EMPLOYERS):
            if uniform_draw(seed, d.FIRM_COMES, week, community, firm) < rules.firm_comes:
                firms += 1
        if firms >= rules.firms_needed:
            stations.meetings[k] += 1
            note(log, FIRMS_MEET, community, stations.meetings[k], -1, float(firms))
        if stations.meetings[k] == MEETINGS:
            stations.stage[k], stations.since[k] = SEARCHING, week
        elif waited >= rules.give_up:
            stations.stage[k], stations.since[k] = NOTHING, week
            note(log, STATION_GIVEN_UP, community, stations.plans[k], -1, 0.0)
    elif stage == SEARCHING:
        if uniform_draw(seed, d.SHOP_OFFERED, week, community, 0) < rules.donor:
            stations.stage[k], stations.since[k], stations.rent[k] = PREPARING, week, rules.rent
            note(log, SHOP_OFFERED, community, stations.plans[k], -1, rules.rent)
        elif waited >= rules.give_up:
            stations.stage[k], stations.since[k] = NOTHING, week
            note(log, STATION_GIVEN_UP, community, stations.plans[k], -1, 0.0)
    elif waited >= rules.opening:
        stations.stage[k], stations.since[k], stations.managers[k] = OPEN, week, (1 << MANAGERS) - 1
        counts[STATIONS_OPENED] += 1
        note(log, STATION_OPENS, community, stations.plans[k], -1, 0.0)


@kernel
def _keep_open(stations, k, week, seed, log, counts, rules):
    """Let co-managers quit and come back; a station with too few of them closes."""
    community = stations.community[k]
    counts[STATION_YUAN] += rules.running_cost
    for m in range(MANAGERS):
        u, there = uniform_draw(seed, d.STATION_MANAGER, week, community, m), (stations.managers[k] >> m) & 1
        if there and u < rules.quits:
            stations.managers[k] -= 1 << m
            note(log, MANAGER_GOES, community, m, -1, 0.0)
        elif not there and u < rules.returns:
            stations.managers[k] += 1 << m
            note(log, MANAGER_RETURNS, community, m, -1, 0.0)
    if keeping(stations.managers[k]) < rules.managers_needed:
        stations.stage[k], stations.since[k], stations.managers[k] = NOTHING, week, 0
        counts[STATIONS_CLOSED] += 1
        note(log, STATION_CLOSES, community, stations.plans[k], -1, 0.0)


@kernel
def _week(week, seed, first_place, stations, couriers, ridden_first, ridden, log, counts, rules):
    """Move stations on, in the order of communities, then couriers join, leave and come to belong, in the order of theirs."""
    places = stations.community.shape[0]
    share = 0.0
    for k in range(places):
        share += 1.0 if stations.stage[k] == OPEN else 0.0
    share /= places
    for k in range(places):
        if stations.stage[k] == OPEN:
            _keep_open(stations, k, week, seed, log, counts, rules)
        else:
            _plan(stations, k, k == first_place, share, week, seed, log, counts, rules)
    for i in range(couriers.number.shape[0]):
        who = courier_id(couriers, i)
        u = uniform_draw(seed, d.STATION_MEMBER, week, who, 0)
        station = couriers.station[i]
        if station >= 0:
            if stations.stage[station] != OPEN or u < rules.leave:
                couriers.station[i] = -1
                note(log, LEAVES_STATION, couriers.subdistrict[i], couriers.number[i], station, 0.0)
        elif u < rules.join:
            for at in range(ridden_first[i], ridden_first[i + 1]):
                if stations.stage[ridden[at]] == OPEN:
                    couriers.station[i] = ridden[at]
                    note(log, JOINS_STATION, couriers.subdistrict[i], couriers.number[i], ridden[at], 0.0)
                    break
        if couriers.station[i] >= 0:
            couriers.belonging[i] += rules.gain * (1.0 - couriers.belonging[i])
        else:
            couriers.belonging[i] *= rules.keep


class Stations:
    """Subdistricts plan stations with firms and donors; couriers who are members come to belong."""

    name: ClassVar[str] = "stations"
    cadence: ClassVar[str] = "weekly"
    sentence: ClassVar[str] = (
        "A community plans a station for couriers, sooner where others have one: three meetings with firms, then somebody "
        "lends a shop, or nobody does; couriers become members and come to belong, while enough of five co-managers keep to it."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "planning hazard = alone + by_example x share of communities with an open station; the first community plans at once",
        "a meeting counts if Bin(10, firm_comes) >= firms_needed; a donor comes with hazard donor_rate",
        "d belonging = belonging_gain (1 - belonging) per week of a member; without a station it fades at belonging_fade",
        "limit without return: open after t years with P(Bin(5, exp(-quit_rate t)) >= managers_needed)",
    )
    without: ClassVar[str] = "there are no stations, whatever the lever says"
    reads: ClassVar[tuple[str, ...]] = ("stations", "couriers")
    writes: ClassVar[tuple[str, ...]] = ("stations", "membership and belonging of couriers")
    seed_facts: ClassVar[tuple[str, ...]] = ("S53", "S54", "S55", "S56", "S57", "S60", "S62")
    Settings: ClassVar[type] = StationsSettings

    def __init__(self, world: World, settings: StationsSettings, on: bool) -> None:
        s = settings
        self.on = on
        self.rules = _Rules(
            s.alone, s.by_example, s.firm_comes, s.firms_needed, -math.expm1(-s.donor_rate / WEEKS_PER_YEAR), s.give_up_weeks,
            s.opening_weeks, s.rent, s.running_cost, s.join_chance, -math.expm1(-s.leave_rate / WEEKS_PER_YEAR),
            s.belonging_gain, math.exp(-s.belonging_fade / WEEKS_PER_YEAR), -math.expm1(-s.quit_rate / WEEKS_PER_YEAR),
            -math.expm1(-s.return_rate / WEEKS_PER_YEAR), s.managers_needed,
        )  # fmt: skip
        world.footfall = s.footfall
        self.first_place = int(np.argmin(uniforms(world.seed, d.FIRST_STATION, world.stations.community)))
        ridden = rounds(world.couriers, world.places)
        self.ridden_first = np.cumsum([0, *(len(r) for r in ridden)])
        self.ridden = world.places.compound_community[np.concatenate([*ridden, np.zeros(0, np.int64)])]

    def step(self, world: World) -> None:
        """Move stations on by a week."""
        if self.on and world.levers.stations:
            first = -1 if world.stations.plans.any() else self.first_place
            _week(
                world.week, world.seed_word, first, world.stations, world.couriers, self.ridden_first, self.ridden, world.log,
                world.week_counts, self.rules,
            )  # fmt: skip
