"""The model: a mesa.Model that owns a world and walks the schedule, one day per step."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .agent_sets import AgentModel
from .config import RunSettings, Scenario
from .engine.settings import check_value
from .errors import CoCreateError
from .mechanism import Mechanism
from .outcomes.record import Record, RunResult
from .schedule import MECHANISMS
from .world.build import build_world
from .world.clock import DAY, WEEK_DAYS, WORKING_DAYS
from .world.events import empty_log
from .world.world import N_ISSUES


class CoCreateModel(AgentModel):
    """A district, day by day: ``model.step()`` is one day, ``model.run()`` the whole horizon.

    Its agents are the residents and the posts: see :mod:`cocreate_sim.agents`, also for `mesa.batch_run`.

    Parameters
    ----------
    scenario
        World, levers, channels, switches, uncertainties and length of the run; see :func:`cocreate_sim.load`.
    without
        Ids of residents to leave out of the world (nobody else's luck changes).
    rng
        A seed that takes the place of ``scenario.run.seed``, as Mesa's tools give it; drawn priors stay as they are.

    Raises
    ------
    ConfigError
        When the world cannot be built as asked.
    """

    def __init__(self, scenario: Scenario, without: Sequence[int] = (), *, rng: int | None = None) -> None:
        if rng is not None:
            seed = check_value(RunSettings, "seed", rng, "rng")
            scenario = dataclasses.replace(scenario, run=dataclasses.replace(scenario.run, seed=seed))
        super().__init__(rng=int(scenario.run.seed))
        s = scenario
        self.cocreate = s
        self.world = world = build_world(s.world, s.levers, s.run.seed, s.channels, without)
        world.uncertainties, world.switches = s.uncertainties, s.switches
        world.burn_in_weeks = s.run.burn_in_weeks
        self.weeks = s.run.burn_in_weeks + s.run.weeks
        self.mechanisms: list[Mechanism] = [m(world, s.uncertainties[m.name], s.switches.get(m.name, True)) for m in MECHANISMS]
        self.daily = [m for m in self.mechanisms if m.cadence != "weekly"]
        self.weekly = [m for m in self.mechanisms if m.cadence == "weekly"]
        self.record = Record(world, self.weeks)
        self._listening = False

    def step(self) -> None:
        """Let one day happen; on Sundays the weekly mechanisms follow, and the week is written down."""
        world = self.world
        if world.week >= self.weeks:
            raise CoCreateError(f"the run is over after {self.weeks} weeks; run.weeks and run.burn_in_weeks set its length")
        if self._listening:
            self._make_room()
        for mechanism in self.daily:
            mechanism.step(world)
        if world.day % WEEK_DAYS == WEEK_DAYS - 1:
            for mechanism in self.weekly:
                mechanism.step(world)
            self.record.week(world)
        world.day += 1
        self.running = world.day < self.weeks * WEEK_DAYS

    def listen(self) -> None:
        """Note every discrete decision from now on: :meth:`events` returns those of the last day."""
        self._listening = True

    def _make_room(self) -> None:
        """Make an empty log with room for more events than a day can have."""
        w = self.world
        calls = int((w.sites.end - w.sites.first).sum())
        people, issues = len(w.residents.id), int(w.roster.length[N_ISSUES])
        own = 2.0 * w.uncertainties["arrivals"].rate * len(w.households.id) / 365.0  # twice the rate: no week is worse
        births = int(100 + 3 * (own + w.background_cases.sum() / WORKING_DAYS) * max(w.arrivals_scale, 1.0))
        allies = 2 * len(w.couriers) + 10 * len(w.stations) + 5 * len(w.towers) + 6 * len(w.sites)
        own_events = people * (10 + w.ties.other.shape[1]) + 8 * (issues + births) + 100 * len(w.posts) + 2 * calls
        w.log = empty_log(own_events + allies)
        w.log.midnight[0] = w.day * DAY

    def events(self) -> np.recarray:
        """Return the discrete decisions of the last day, in the order in which they fell: columns as in `world/events.py`.

        Raises
        ------
        CoCreateError
            When there were more than the log has room for, so that some are missing.
        """
        noted, room = int(self.world.log.length[0]), len(self.world.log.rows)
        if noted > room:
            raise CoCreateError(f"day {self.world.day - 1} had {noted} events, and the log has room for {room}")
        events: np.recarray = self.world.log.rows[:noted].view(np.recarray)
        return events

    def run(self, progress: Callable[[int, int], Any] | None = None) -> RunResult:
        """Run burn-in and horizon, and return the tables; ``progress(done, total)`` is called after each week."""
        while self.world.day < self.weeks * WEEK_DAYS:
            self.step()
            if progress is not None and self.world.day % WEEK_DAYS == 0:
                progress(self.world.day // WEEK_DAYS, self.weeks)
        return self.record.result(self.world)

    def run_model(self) -> None:
        """Run to the end, as Mesa's users expect."""
        self.run()
