"""The day and the week: what happens in which order."""

from __future__ import annotations

import mesa
import numpy as np

from cocreate_sim.config import Scenario
from cocreate_sim.engine import streams
from cocreate_sim.world.build import build_world
from cocreate_sim.world.events import KINDS

from . import (
    career,
    casework,
    club_facilities,
    clubs,
    councils,
    couriers,
    issues,
    leaders,
    moving,
    neighbours,
    renovation,
    rollout,
    rounds,
    skill_groups,
    staff,
    upper,
)
from .agents import Household, Issue, Office, Post, Resident, Site, Team
from .clock import DAY
from .town import settle

CODE = {kind.name: code for code, kind in enumerate(KINDS)}

Event = tuple[int, int, int, int, int, float]
"""Instant, kind, whom it happens to (two numbers), who else, how much."""


class ReferenceModel(mesa.Model):
    """The same district as in the fast model, step by step in plain Python."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(rng=scenario.run.seed)
        self.cocreate = scenario
        self.levers = scenario.levers
        """Levers of the start, for those that have no date; others are read at each subdistrict."""
        self.settings = scenario.uncertainties
        self.seed = np.uint64(scenario.run.seed)
        self.day = 0
        self.events: list[Event] = []

        self.offices: list[Office] = []
        self.households: list[Household] = []
        self.building_level = -1
        self.residents: list[Resident] = []
        self.resident: dict[int, Resident] = {}
        self.sites: list[Site] = []
        world = build_world(scenario.world, scenario.levers, scenario.run.seed, scenario.channels, (), scenario.timeline)
        settle(self, world)
        rollout.begin(self, world)
        couriers.settle(self, world)
        leaders.settle(self)
        councils.settle(self, world)

        self.issues: list[Issue] = []
        self.latent: list[Issue] = []
        self.in_unit: list[Issue] = []
        self.moving: list[Issue] = []
        self.teams: list[Team] = []

        staff.begin(self)
        issues.begin(self)
        couriers.begin(self)
        casework.begin(self)
        neighbours.begin(self)
        clubs.begin(self)
        skill_groups.begin(self)
        moving.begin(self)
        upper.begin(self)

    def is_on(self, mechanism: str) -> bool:
        """True unless the mechanism is switched off."""
        return self.cocreate.switches.get(mechanism, True)

    @property
    def posts(self) -> list[Post]:
        """All posts, community by community, then subdistrict by subdistrict."""
        return [post for office in self.offices for post in office.posts]

    @property
    def week(self) -> int:
        """Weeks since the start."""
        return self.day // 7

    @property
    def counting(self) -> bool:
        """True after burn-in."""
        return self.week >= self.cocreate.run.burn_in_weeks

    def draw(self, decision: int, tick: int, a: int, b: int = 0) -> float:
        """The number between 0 and 1 that belongs to this decision of this identity at this tick.

        The tick is whatever keeps draws apart: the day, the week, or two numbers packed into one (``k << 16``, ``attempts * 64 + k``);
        2**32 - 1 stands for before the start.
        """
        return float(streams.uniform(self.seed, decision, tick, a, b))

    def draw2(self, decision: int, tick: int, a: int, b: int = 0) -> tuple[float, float]:
        """Two numbers of one decision."""
        u = streams.uniform2(self.seed, decision, tick, a, b)
        return float(u[0]), float(u[1])

    def draw4(self, decision: int, tick: int, a: int, b: int = 0) -> tuple[float, float, float, float]:
        """Four numbers of one decision."""
        u = streams.uniform4(self.seed, decision, tick, a, b)
        return float(u[0]), float(u[1]), float(u[2]), float(u[3])

    def note(self, kind: str, a: int, b: int = 0, other: int = -1, value: float = 0.0, at: int | None = None) -> None:
        """Write down what was decided; without an hour it is noted at midnight."""
        self.events.append((self.day * DAY if at is None else at, CODE[kind], a, b, other, float(value)))

    def step(self) -> None:
        """Let one day happen."""
        self.events.clear()
        if self.is_on("rollout"):
            rollout.rollout(self)
        if self.is_on("turnover"):
            staff.turnover(self)
        if self.is_on("career"):
            career.career(self)
        if self.is_on("arrivals"):
            issues.arrivals(self)
        couriers.ride(self)
        issues.reporting(self)
        issues.routing(self)
        if self.is_on("self_resolution"):
            issues.self_resolution(self)
        if self.day % 7 < 5:
            casework.working_day(self)
        if self.day % 7 == 6:
            if self.is_on("moving"):
                moving.moving(self)
            staff.staff_time(self)
            if self.is_on("heads"):
                neighbours.heads(self)
            if self.is_on("rounds"):
                rounds.rounds(self)
            if self.is_on("upper_heads"):
                upper.upper_heads(self)
            if self.is_on("mobilisation"):
                staff.mobilisation(self)
            if self.is_on("clubs") and self.levers.clubs:
                clubs.clubs(self)
            neighbours.participation(self)
            leaders.week(self)
            if self.is_on("renovation"):
                renovation.projects(self)
            if self.is_on("upkeep"):
                renovation.upkeep(self)
            if self.is_on("club_facilities") and self.levers.keepers.value == "club":
                club_facilities.club_facilities(self)
            if self.is_on("recognition"):
                neighbours.recognition(self)
            neighbours.volunteering(self)
            if self.is_on("skill_groups") and self.levers.skill_groups:
                skill_groups.skill_groups(self)
            couriers.stations(self)
            councils.week(self)
            if self.is_on("ties"):
                neighbours.ties(self)
                clubs.ties(self)
            neighbours.belonging(self)
        self.day += 1
