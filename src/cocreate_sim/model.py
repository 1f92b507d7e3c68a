"""The model: a mesa.Model that owns a world and walks the schedule, one day per step."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .agent_sets import AgentModel
from .config import RunSettings, Scenario
from .engine.settings import check_value
from .errors import CoCreateError
from .extensions import in_order
from .mechanism import FollowsUnits, Mechanism, ReadsLevers
from .outcomes.record import Record, RunResult
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
        self.world = world = build_world(s.world, s.levers, s.run.seed, s.channels, without, s.timeline)
        world.uncertainties, world.switches = s.uncertainties, s.switches
        world.burn_in_weeks = s.run.burn_in_weeks
        self.weeks = s.run.burn_in_weeks + s.run.weeks
        self.mechanisms: list[Mechanism] = [
            m(world, s.uncertainties[m.name], s.switches.get(m.name, True)) for m in in_order(s.extensions)
        ]
        own: list[Any] = [m for m in self.mechanisms if m.name in s.extensions]
        for extension in own:
            extension.model = self
        self.daily = [m for m in self.mechanisms if m.cadence != "weekly"]
        self.weekly = [m for m in self.mechanisms if m.cadence == "weekly"]
        self.record = Record(world, self.weeks, sorted(own, key=lambda m: s.extensions.index(m.name)))
        self._listening = False
        self.seconds: dict[str, float] | None = None

    def step(self) -> None:
        """Let one day happen; on Sundays the weekly mechanisms follow, and the week is written down."""
        world = self.world
        if world.week >= self.weeks:
            raise CoCreateError(f"the run is over after {self.weeks} weeks; run.weeks and run.burn_in_weeks set its length")
        if self._listening:
            self._make_room()
        self._act(self.daily)
        if world.day % WEEK_DAYS == WEEK_DAYS - 1:
            self._act(self.weekly)
            self.record.week(world)
        world.day += 1
        self.running = world.day < self.weeks * WEEK_DAYS

    def _act(self, mechanisms: Sequence[Mechanism]) -> None:
        """Let mechanisms happen in their order, and add up the seconds of each when somebody asked for them."""
        for mechanism in mechanisms:
            start = time.perf_counter() if self.seconds is not None else 0.0
            mechanism.step(self.world)
            if self.world.levers_changed:
                self._take_over()
            if self.seconds is not None:
                self.seconds[mechanism.name] += time.perf_counter() - start

    def profile(self) -> dict[str, float]:
        """Measure from now on the seconds that each mechanism takes; the dictionary returned goes on being filled."""
        self.seconds = {mechanism.name: 0.0 for mechanism in self.mechanisms}
        return self.seconds

    def _take_over(self) -> None:
        """Let every mechanism follow what the roll-out has changed."""
        world = self.world
        change, world.regrouped, world.levers_changed = world.regrouped, None, False
        for mechanism in self.mechanisms:
            if isinstance(mechanism, ReadsLevers):
                mechanism.read_levers(world)
            if change is not None and isinstance(mechanism, FollowsUnits):
                mechanism.follow_units(world, change)

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
        own_events = people * (16 + w.ties.other.shape[1]) + 8 * (issues + births) + 100 * len(w.posts) + 2 * calls
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
