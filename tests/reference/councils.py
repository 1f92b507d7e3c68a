"""Councils of office towers meet their communities; both ask for favours, grant and refuse them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from cocreate_sim.engine.streams import logistic
from cocreate_sim.world import decisions as d
from cocreate_sim.world.organisations import BALANCE, COST, CUSTOMERS, PARKING, RELATIONSHIP, ROOM
from cocreate_sim.world.world import World

from .agents import Office
from .clock import WEEKS_PER_YEAR


@dataclass(eq=False)
class Needs:
    """What a community lacks, and what it has been lent of it."""

    cars: int
    classes_wanted: int
    places: int = 0
    classes: int = 0


@dataclass(eq=False)
class Tower:
    """An office tower beside a community, with or without a council."""

    number: int
    community: Office
    needs: Needs
    parking: int
    seats: int
    rooms: int
    founded: int = -1
    relationship: float = 0.0
    given: int = 0
    received: int = 0
    owed: float = 0.0
    """What it received less what it gave, as far as it is remembered."""
    places_shared: int = 0
    rooms_shared: int = 0


def settle(model: Any, world: World) -> None:
    """Towers stand where they were built; no council has been founded."""
    s = model.settings["councils"]
    communities = [o for o in model.offices if o.is_community]
    model.needs = [Needs(s.cars, s.classes) for _ in communities]
    model.towers = [
        Tower(int(t.id), communities[t.community], model.needs[t.community], int(t.parking), int(t.seats), int(t.rooms))
        for t in world.towers
    ]


def week(model: Any) -> None:
    """Found councils, the first at once, others of their own accord or by example; those founded earlier may meet."""
    towers = model.towers
    if not (model.is_on("councils") and model.levers.councils and towers):
        return
    s = model.settings["councils"]
    founded = [t for t in towers if t.founded >= 0]
    first = None if founded else min(towers, key=lambda t: model.draw(d.FIRST_COUNCIL, 0, t.number))
    chance = 1.0 - math.exp(-(s.alone + s.by_example * (len(founded) / len(towers))) / WEEKS_PER_YEAR)
    for tower in towers:
        if tower.founded >= 0:
            tower.relationship *= math.exp(-s.fade / WEEKS_PER_YEAR)
            tower.owed *= math.exp(-1.0 / (s.memory_months * (WEEKS_PER_YEAR / 12.0)))
            if (model.week - tower.founded) % s.meeting_weeks == 0:
                _meet(model, tower)
        elif tower is first or model.draw(d.COUNCIL_FOUNDED, model.week, tower.number) < chance:
            tower.founded = model.week
            model.note("council_founded", tower.number, tower.community.place)


def _meet(model: Any, tower: Tower) -> None:
    """The community asks for parking places, or else for a room; the council asks for customers."""
    s, needs = model.settings["councils"], tower.needs
    tower.relationship += s.gain * (1.0 - tower.relationship)
    model.note("council_meets", tower.number, tower.community.place)
    places = min(needs.cars - needs.places, tower.parking - tower.places_shared)
    room = needs.classes < needs.classes_wanted and tower.rooms_shared < tower.rooms
    asks = model.draw(d.ASKS, model.week, tower.number, 0) < s.asking
    if asks and places > 0:
        if _granted(model, tower, PARKING, places / tower.parking):
            tower.places_shared += places
            needs.places += places
            _serve(model, tower, places)
    elif asks and room and _granted(model, tower, ROOM, 1.0 / tower.rooms):
        tower.rooms_shared += 1
        needs.classes += 1
        _serve(model, tower, s.class_size)
    if tower.seats > 0 and model.draw(d.ASKS, model.week, tower.number, 1) < s.asking:
        _granted(model, tower, CUSTOMERS, min(tower.seats / max(tower.community.served, 1.0), 1.0))


def _granted(model: Any, tower: Tower, favour: int, share: float) -> bool:
    """Whether a favour is granted; the ledger and the log know."""
    s = model.settings["councils"]
    council_is_asked = favour != CUSTOMERS
    terms = {
        COST: -s.cost * share,
        BALANCE: s.balance * (tower.owed if council_is_asked else -tower.owed),
        RELATIONSHIP: -s.relationship * (1.0 - tower.relationship),
    }
    chance = logistic(s.willingness + terms[COST] + terms[BALANCE] + terms[RELATIONSHIP])
    names = (tower.number, tower.community.place)
    if model.draw(d.FAVOUR, model.week, tower.number, favour) < chance:
        if council_is_asked:
            tower.given += 1
            tower.owed -= 1.0
        else:
            tower.received += 1
            tower.owed += 1.0
        model.note("favour_granted", *names, favour)
        return True
    model.note("favour_refused", *names, min(terms, key=lambda reason: (terms[reason], reason)), favour)
    return False


def _serve(model: Any, tower: Tower, people: int) -> None:
    """So many people of the community have something of it."""
    chance = min(people / max(tower.community.served, 1.0), 1.0)
    for resident in model.residents:
        if not resident.adult or resident.household.community is not tower.community:
            continue
        if model.draw(d.FAVOUR_SERVES, model.week, resident.number, tower.number) < chance:
            resident.good += 1
