"""Building councils: office towers and communities meet, ask each other for favours, and grant or refuse them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from ..engine.kernels import kernel
from ..engine.settings import loguniform, setting, uniform
from ..engine.streams import logistic, uniforms
from ..engine.streams import uniform as uniform_draw
from ..world import decisions as d
from ..world.counters import FAVOURS_GRANTED, REFUSED_BALANCE, REFUSED_COST, REFUSED_RELATIONSHIP
from ..world.events import COUNCIL_FOUNDED, COUNCIL_MEETS, FAVOUR_GRANTED, FAVOUR_REFUSED, note
from ..world.organisations import BALANCE, COST, CUSTOMERS, PARKING, RELATIONSHIP, ROOM
from ..world.staff import COMMUNITY, people_served
from ..world.world import World

WEEKS_PER_YEAR = 365.0 / 7.0
WEEKS_PER_MONTH = WEEKS_PER_YEAR / 12.0


@dataclass(frozen=True, slots=True)
class CouncilsSettings:
    """How councils are founded, and when a favour is granted."""

    alone: float = setting(
        0.03, unit="per year", low=0.0, high=50.0, prior=loguniform(0.003, 0.1),
        meaning="rate at which a tower founds a council of its own accord", source="B2; 0.01 to 0.03 is typical",
    )  # fmt: skip
    by_example: float = setting(
        0.38, unit="per year", low=0.0, high=50.0, prior=uniform(0.1, 2.0),
        meaning="the same because others have one, when all others have", source="B2; 0.2 to 0.4 is typical",
    )  # fmt: skip
    meeting_weeks: int = setting(
        4, unit="weeks", low=1, high=104, meaning="a council meets its community every so often", source="no evidence",
    )  # fmt: skip
    asking: float = setting(
        0.3, unit="chance per meeting", low=0.0, high=1.0, prior=uniform(0.1, 0.6),
        meaning="a side that lacks something asks for it", source="no evidence; S47: asked after 8 months",
    )  # fmt: skip
    cars: int = setting(
        100, unit="cars", low=0, high=10_000, prior=uniform(0, 200),
        meaning="cars of a community that stand by the roadside", source="S46: more than 100 in one community",
    )  # fmt: skip
    classes: int = setting(
        1, unit="classes", low=0, high=100, prior=uniform(0, 3),
        meaning="childcare classes that a community would hold if it had rooms", source="no evidence; S51: 12 in 17 towers",
    )  # fmt: skip
    class_size: int = setting(20, unit="children", low=1, high=200, meaning="children of a class", source="no evidence")
    willingness: float = setting(
        1.0, unit="logits", low=-20.0, high=20.0, prior=uniform(-1.0, 3.0),
        meaning="how willing one side is that knows the other well, when the favour costs nothing", source="E23; no evidence",
    )  # fmt: skip
    balance: float = setting(
        0.5, unit="logits per favour", low=0.0, high=20.0, prior=uniform(0.0, 2.0),
        meaning="weight of what was received minus what was given", source="E23; no evidence",
    )  # fmt: skip
    relationship: float = setting(
        2.0, unit="logits", low=0.0, high=20.0, prior=uniform(0.0, 4.0),
        meaning="loss of willingness towards somebody not known at all", source="E23; no evidence",
    )  # fmt: skip
    cost: float = setting(
        2.0, unit="logits", low=0.0, high=20.0, prior=uniform(0.0, 4.0),
        meaning="loss of willingness when all that one has is asked for", source="E23; no evidence",
    )  # fmt: skip
    memory_months: float = setting(
        12.0, unit="months", low=0.1, high=600.0, prior=uniform(3.0, 24.0),
        meaning="time in which favours are forgotten", source="E23; S49: returned within about a year",
    )  # fmt: skip
    gain: float = setting(
        0.1, unit="share of the way per meeting", low=0.0, high=1.0, prior=uniform(0.02, 0.3),
        meaning="how a meeting makes council and community know each other", source="E23; no evidence",
    )  # fmt: skip
    fade: float = setting(
        0.5, unit="per year", low=0.0, high=50.0, prior=loguniform(0.1, 1.0),
        meaning="rate at which they lose sight of each other", source="E13, of residents",
    )  # fmt: skip


class _Rules(NamedTuple):
    alone: float
    by_example: float
    meeting_weeks: int
    asking: float
    class_size: int
    willingness: float
    balance: float
    relationship: float
    cost: float
    forget: float
    gain: float
    fade: float


@kernel
def _serve(tower, people, week, seed, community, residents, households, served, feelings):
    """A favour reaches so many of the people of a community; each adult who lives here is as likely as any other."""
    chance = min(people / served[community], 1.0)
    for i in range(residents.id.shape[0]):
        if not residents.adult[i] or households.community[residents.household[i]] != community:
            continue
        if uniform_draw(seed, d.FAVOUR_SERVES, week, residents.id[i], tower) < chance:
            feelings.good[i] += 1


@kernel
def _ask(towers, k, favour, share, week, seed, log, counts, rules):
    """Ask for a favour that takes a share of what the other side has; grant it, or refuse it for the weightiest reason."""
    sign = -1.0 if favour == CUSTOMERS else 1.0  # who is asked for customers is the community, which owes what the council gave
    costs = -rules.cost * share
    balance = rules.balance * sign * towers.owed[k]
    strange = -rules.relationship * (1.0 - towers.relationship[k])
    community = towers.community[k]
    if uniform_draw(seed, d.FAVOUR, week, towers.id[k], favour) < logistic(rules.willingness + costs + balance + strange):
        counts[FAVOURS_GRANTED] += 1
        towers.owed[k] -= sign
        note(log, FAVOUR_GRANTED, towers.id[k], community, favour, 0.0)
        return True
    reason, worst = COST, costs
    if balance < worst:
        reason, worst = BALANCE, balance
    if strange < worst:
        reason = RELATIONSHIP
    counts[REFUSED_COST if reason == COST else REFUSED_BALANCE if reason == BALANCE else REFUSED_RELATIONSHIP] += 1
    note(log, FAVOUR_REFUSED, towers.id[k], community, reason, float(favour))
    return False


@kernel
def _meet(towers, needs, k, week, seed, residents, households, served, feelings, log, counts, rules):
    """Get to know each other better; then the community may ask for what it lacks, and the council for customers."""
    tower, community = towers.id[k], towers.community[k]
    towers.relationship[k] += rules.gain * (1.0 - towers.relationship[k])
    note(log, COUNCIL_MEETS, tower, community, -1, 0.0)
    places = min(needs.cars[community] - needs.places[community], towers.parking[k] - towers.places_shared[k])
    room = needs.classes[community] < needs.classes_wanted[community] and towers.rooms_shared[k] < towers.rooms[k]
    if (places > 0 or room) and uniform_draw(seed, d.ASKS, week, tower, 0) < rules.asking:
        favour = PARKING if places > 0 else ROOM
        share = places / towers.parking[k] if places > 0 else 1.0 / towers.rooms[k]
        if _ask(towers, k, favour, share, week, seed, log, counts, rules):
            towers.given[k] += 1
            if favour == PARKING:
                towers.places_shared[k] += places
                needs.places[community] += places
            else:
                towers.rooms_shared[k] += 1
                needs.classes[community] += 1
            people = places if favour == PARKING else rules.class_size
            _serve(tower, people, week, seed, community, residents, households, served, feelings)
    if towers.seats[k] > 0 and uniform_draw(seed, d.ASKS, week, tower, 1) < rules.asking:
        share = min(towers.seats[k] / served[community], 1.0)
        towers.received[k] += 1 if _ask(towers, k, CUSTOMERS, share, week, seed, log, counts, rules) else 0


@kernel
def _week(week, seed, first, share, towers, needs, residents, households, served, feelings, log, counts, rules):
    """Found councils and let them meet, in the order of towers."""
    hazard = (rules.alone + rules.by_example * share) / WEEKS_PER_YEAR
    for k in range(towers.id.shape[0]):
        if towers.founded[k] < 0:
            if k == first or uniform_draw(seed, d.COUNCIL_FOUNDED, week, towers.id[k], 0) < 1.0 - math.exp(-hazard):
                towers.founded[k] = week
                note(log, COUNCIL_FOUNDED, towers.id[k], towers.community[k], -1, 0.0)
            continue
        towers.relationship[k] *= rules.fade
        towers.owed[k] *= rules.forget
        if (week - towers.founded[k]) % rules.meeting_weeks == 0:
            _meet(towers, needs, k, week, seed, residents, households, served, feelings, log, counts, rules)


class Councils:
    """Councils of office towers come to know their community and exchange favours with it."""

    name: ClassVar[str] = "councils"
    cadence: ClassVar[str] = "weekly"
    sentence: ClassVar[str] = (
        "Office towers found councils, sooner where others have; council and community meet and ask each other for parking "
        "places, rooms or customers; a favour is granted, or refused because it costs too much, because too much was given, or "
        "to strangers."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "founding hazard = alone + by_example x share of towers with a council; the first council is founded at once",
        (
            "granted with Lambda(willingness + balance (received - given, remembered) - relationship (1 - w) "
            "- cost asked / had); refused for the most negative of the three terms"
        ),
        "w grows by gain (1 - w) at each meeting and fades",
    )
    without: ClassVar[str] = "there are no councils, whatever the lever says"
    reads: ClassVar[tuple[str, ...]] = ("towers", "what communities lack")
    writes: ClassVar[tuple[str, ...]] = ("towers", "what communities lack", "experiences")
    seed_facts: ClassVar[tuple[str, ...]] = ("S44", "S45", "S46", "S47", "S48", "S49", "S50", "S51")
    Settings: ClassVar[type] = CouncilsSettings

    def __init__(self, world: World, settings: CouncilsSettings, on: bool) -> None:
        s = settings
        self.on = on
        self.rules = _Rules(
            s.alone, s.by_example, s.meeting_weeks, s.asking, s.class_size, s.willingness, s.balance, s.relationship, s.cost,
            math.exp(-1.0 / (s.memory_months * WEEKS_PER_MONTH)), s.gain, math.exp(-s.fade / WEEKS_PER_YEAR),
        )  # fmt: skip
        world.needs.cars[:], world.needs.classes_wanted[:] = s.cars, s.classes
        o = world.offices
        self.served = people_served(world.settings, o.residents, o.background)[o.tier == COMMUNITY]

    def step(self, world: World) -> None:
        """Found councils, meet and exchange favours."""
        if self.on and world.levers.councils and len(world.towers):
            share = float((world.towers.founded >= 0).mean())
            first = -1 if share > 0.0 else int(np.argmin(uniforms(world.seed, d.FIRST_COUNCIL, world.towers.id)))
            _week(
                world.week, world.seed_word, first, share, world.towers, world.needs, world.residents, world.households,
                self.served, world.feelings, world.log, world.week_counts, self.rules,
            )  # fmt: skip
