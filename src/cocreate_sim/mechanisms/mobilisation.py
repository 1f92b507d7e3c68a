"""Mobilisation: staff hold events and ask people, as many as their hours allow; chat groups reach everyone weakly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..engine.settings import loguniform, setting, uniform
from ..engine.streams import uniforms
from ..world import decisions as d
from ..world.counters import EVENTS
from ..world.events import EVENTS_HELD, note
from ..world.staff import COMMUNITY, SUBDISTRICT, people_served
from ..world.world import World


@dataclass(frozen=True, slots=True)
class MobilisationSettings:
    """What staff hours turn into."""

    hours_per_event: float = setting(
        25.0, unit="staff hours", low=0.1, high=1000.0, prior=loguniform(8.0, 80.0),
        meaning="staff hours for one event", source="F3",
    )  # fmt: skip
    asked_per_event: float = setting(
        25.0, unit="people", low=0.0, high=1000.0, prior=uniform(17.0, 39.0),
        meaning="people asked in person for one event", source="F3; A7.11: 17 per meeting, A4.7: 39 per event",
    )  # fmt: skip
    used_share: float = setting(
        0.6, unit="share of free hours", low=0.0, high=1.0, prior=uniform(0.3, 1.0),
        meaning="free staff hours that really go into mobilisation", source="no evidence; A6.2: 3 to 27 % of tasks",
    )  # fmt: skip
    broadcast_reach: float = setting(
        0.05, unit="chance per week", low=0.0, high=1.0, prior=uniform(0.01, 0.15),
        meaning="a resident notices a message in the building's chat group", source="S14; no evidence for the size",
    )  # fmt: skip


class Mobilisation:
    """Free staff hours become events; each event asks a bounded number of people."""

    name: ClassVar[str] = "mobilisation"
    cadence: ClassVar[str] = "weekly"
    sentence: ClassVar[str] = (
        "Staff use the hours that cases leave to hold events and ask people in person; messages reach everybody weakly."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "events = hours for mobilisation x used_share / hours_per_event, rounded at random; posts share theirs out by population",
        "chance to be asked = events x asked_per_event / residents of the community",
    )
    without: ClassVar[str] = "staff ask nobody, and no messages are sent"
    reads: ClassVar[tuple[str, ...]] = ("hours for mobilisation",)
    writes: ClassVar[tuple[str, ...]] = ("chance to be asked by staff", "events")
    seed_facts: ClassVar[tuple[str, ...]] = ("S14", "S37")
    Settings: ClassVar[type] = MobilisationSettings

    def __init__(self, world: World, settings: MobilisationSettings, on: bool) -> None:
        self.settings, self.on = settings, on
        o = world.offices
        self.communities = np.flatnonzero(o.tier == COMMUNITY)
        served = people_served(world.settings, o.residents, o.background)
        self.served = served[self.communities]
        owner = world.places.community_subdistrict
        self.part = self.served / served[o.tier == SUBDISTRICT][owner]
        """Part of the subdistrict's events that falls to each community."""
        self.owner = owner
        self.first_subdistrict = len(self.communities)
        self.read_levers(world)

    def read_levers(self, world: World) -> None:
        """Take over where messages go out."""
        world.broadcast[:] = np.where(world.in_force.broadcast & self.on, self.settings.broadcast_reach, 0.0)

    def step(self, world: World) -> None:
        """Hold this week's events."""
        if not self.on:
            return
        s = self.settings
        own = world.free_hours[self.communities]
        shared = world.free_hours[self.first_subdistrict + self.owner] * self.part
        expected = (own + shared) * s.used_share / s.hours_per_event
        events = np.floor(expected + uniforms(world.seed, d.EVENTS, self.communities, tick=world.week))
        world.asked_by_staff[self.communities] = np.minimum(events * s.asked_per_event / self.served, 1.0)
        world.week_counts[EVENTS] += events.sum()
        for community in np.flatnonzero(events) if world.log.listening else ():
            note(world.log, EVENTS_HELD, community, 0, -1, events[community])
