"""Couriers ride through compounds, and may be the first to report what they see there."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import mesa

from cocreate_sim.world import decisions as d
from cocreate_sim.world.issues import BEYOND, STAIR
from cocreate_sim.world.world import World

from . import issues
from .agents import Compound, Office
from .clock import WEEKS_PER_YEAR

COURIER_KEY = 1 << 24
MANAGERS = 5


class Courier(mesa.Agent):
    """Somebody who rides through the same compounds every day, and is at home elsewhere."""

    def __init__(self, model: mesa.Model, subdistrict: Office, number: int) -> None:
        super().__init__(model)
        self.subdistrict = subdistrict
        self.number = number
        self.round: list[Compound] = []
        self.station: Station | None = None
        self.belonging = 0.0
        self.weight = 0.0

    @property
    def identity(self) -> int:
        """The number by which the log knows them."""
        return self.subdistrict.place * COURIER_KEY + self.number


def settle(model: Any, world: World) -> None:
    """Send the built couriers on their rounds: so many compounds of the subdistrict from a first one on, in a circle."""
    subdistricts = [o for o in model.offices if not o.is_community]
    model.stations = [Station(office) for office in model.offices if office.is_community]
    model.couriers = []
    for row in world.couriers:
        courier = Courier(model, subdistricts[row.subdistrict], int(row.number))
        own = [c for c in model.compounds if c.households[0].subdistrict is courier.subdistrict]
        at = own.index(model.compounds[row.start])
        courier.round = [own[(at + k) % len(own)] for k in range(row.compounds)]
        for compound in courier.round:
            compound.couriers.append(courier)
        model.couriers.append(courier)


def _exposed(model: Any) -> float:
    """Open issues outside homes in a mean compound of a mean round, when residents alone report, at neutral trust."""
    arrivals, reporting = model.settings["arrivals"], model.settings["reporting"]
    for compound in model.compounds:
        compound.unreported = 0.0
    for household in model.households:
        left = 0.0
        for scope in range(STAIR, BEYOND + 1):
            left += arrivals.scope_shares[scope] * (1.0 - issues.neutral_chance(model, household, scope))
        household.compound.unreported += left
    seen = 0.0
    for courier in model.couriers:
        there = 0.0
        for compound in courier.round:
            there += compound.unreported
        seen += there / len(courier.round)
    return float(arrivals.rate / 365.0 * reporting.lapse_days * seen / max(len(model.couriers), 1))


def begin(model: Any) -> None:
    """How readily a courier reports one open issue, so that a year brings as many as are known from elsewhere."""
    exposed = _exposed(model) if model.levers.courier_reports else 0.0
    model.courier_strength = model.settings["couriers"].reports_per_year / 365.0 / exposed if exposed > 0.0 else 0.0


def ride(model: Any) -> None:
    """What couriers would report today of one issue in each compound, if they can report at all."""
    if not (model.is_on("couriers") and model.levers.courier_reports):
        return
    s = model.settings["couriers"]
    for courier in model.couriers:
        courier.weight = model.courier_strength / len(courier.round) * (1.0 + (s.station_ratio - 1.0) * courier.belonging)
    for compound in model.compounds:
        compound.passing = 0.0
        for courier in compound.couriers:
            compound.passing += courier.weight


# --- stations -----------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Station:
    """The place for a station in a community; five co-managers keep it open."""

    community: Office
    stage: str = "nothing"
    since: int = 0
    plans: int = 0
    meetings: int = 0
    rent: float = 0.0
    keeping: list[bool] = field(default_factory=lambda: [False] * MANAGERS)

    @property
    def number(self) -> int:
        """Of its community."""
        return self.community.place

    @property
    def managers(self) -> int:
        """Who keeps to it, as a sum of powers of two."""
        return sum(2**m for m in range(MANAGERS) if self.keeping[m])

    def enter(self, stage: str, week: int) -> None:
        """Begin a stage."""
        self.stage, self.since = stage, week


def _chance(rate: float) -> float:
    """Chance within a week of something that happens at a yearly rate."""
    return -math.expm1(-rate / WEEKS_PER_YEAR)


def stations(model: Any) -> None:
    """Stations are planned, open and close; couriers join, leave and come to belong."""
    if not (model.is_on("stations") and model.levers.stations):
        return
    places = model.stations
    share = sum(s.stage == "open" for s in places) / len(places)
    begun = any(s.plans for s in places)
    first = None if begun else min(places, key=lambda s: model.draw(d.FIRST_STATION, 0, s.number))
    for station in places:
        if station.stage == "open":
            _keep_open(model, station)
        elif station.stage == "nothing":
            _begin(model, station, share, station is first)
        else:
            _prepare(model, station)
    for courier in model.couriers:
        _visit(model, courier)


def _begin(model: Any, station: Station, share: float, first: bool) -> None:
    """Plan a station: the first community at once, others of their own accord or by example."""
    s = model.settings["stations"]
    chance = 1.0 - math.exp(-(s.alone + s.by_example * share) / WEEKS_PER_YEAR)
    if first or model.draw(d.STATION_PLANNED, model.week, station.number) < chance:
        station.enter("meetings with firms", model.week)
        station.meetings = 0
        station.plans += 1
        model.note("plans_station", station.number, station.plans)


def _prepare(model: Any, station: Station) -> None:
    """Meet three times, find a donor, fit out the shop."""
    s, week, number = model.settings["stations"], model.week, station.number
    waited = week - station.since
    if station.stage == "preparing":
        if waited >= s.opening_weeks:
            station.enter("open", week)
            station.keeping = [True] * MANAGERS
            model.note("station_opens", number, station.plans)
        return
    if station.stage == "meetings with firms":
        firms = sum(model.draw(d.FIRM_COMES, week, number, firm) < s.firm_comes for firm in range(10))
        if firms >= s.firms_needed:
            station.meetings += 1
            model.note("firms_meet", number, station.meetings, value=firms)
        if station.meetings == 3:
            station.enter("search for a donor", week)
            return
    elif model.draw(d.SHOP_OFFERED, week, number) < _chance(s.donor_rate):
        station.enter("preparing", week)
        station.rent = s.rent
        model.note("shop_offered", number, station.plans, value=s.rent)
        return
    if waited >= s.give_up_weeks:
        station.enter("nothing", week)
        model.note("station_given_up", number, station.plans)


def _keep_open(model: Any, station: Station) -> None:
    s = model.settings["stations"]
    for m in range(MANAGERS):
        chance = _chance(s.quit_rate if station.keeping[m] else s.return_rate)
        if model.draw(d.STATION_MANAGER, model.week, station.number, m) < chance:
            model.note("manager_goes" if station.keeping[m] else "manager_returns", station.number, m)
            station.keeping[m] = not station.keeping[m]
    if sum(station.keeping) < s.managers_needed:
        station.enter("nothing", model.week)
        station.keeping = [False] * MANAGERS
        model.note("station_closes", station.number, station.plans)


def _visit(model: Any, courier: Courier) -> None:
    """Join the first open station of the round, or leave; belong more, or less."""
    s = model.settings["stations"]
    u = model.draw(d.STATION_MEMBER, model.week, courier.identity)
    names = (courier.subdistrict.place, courier.number)
    if courier.station is not None:
        if courier.station.stage != "open" or u < _chance(s.leave_rate):
            model.note("leaves_station", *names, courier.station.number)
            courier.station = None
    elif u < s.join_chance:
        on_the_way = (model.stations[c.households[0].community.place] for c in courier.round)
        courier.station = next((station for station in on_the_way if station.stage == "open"), None)
        if courier.station is not None:
            model.note("joins_station", *names, courier.station.number)
    if courier.station is not None:
        courier.belonging += s.belonging_gain * (1.0 - courier.belonging)
    else:
        courier.belonging *= math.exp(-s.belonging_fade / WEEKS_PER_YEAR)
