"""The runs behind the pages: done by a few threads, week by week, kept for whoever asks again, given up when nobody does."""

from __future__ import annotations

import math
import os
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import CoCreateError, ConfigError
from . import limits

WAITING, RUNNING, DONE, FAILED, STOPPED = "waiting", "running", "done", "failed", "stopped"
AT_ONCE = max(1, min(2, os.cpu_count() or 1))
"""Runs at the same time: compiled loops let other threads go on, so that the page answers meanwhile."""

SLICE = 0.1
"""Seconds that one run goes on before another one has its turn."""


@dataclass
class Run:
    """One run, and how far it is; ``weekly`` is filled as the weeks go by."""

    key: str
    config: Mapping[str, Any]
    seed: int
    status: str = WAITING
    weeks: int = 0
    """Weeks done, burn-in included."""
    total: int = 0
    burn_in: int = 0
    weekly: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    summary: Mapping[str, float] = field(default_factory=dict)
    error: str = ""
    model: Any = field(default=None, repr=False)
    """While it runs."""

    def __post_init__(self) -> None:
        self.burn_in = int(self.config["run"]["burn_in_weeks"])
        self.total = self.burn_in + int(self.config["run"]["weeks"])

    @property
    def under_way(self) -> bool:
        """Whether it waits or goes on."""
        return self.status in (WAITING, RUNNING)

    def series(self, outcome: str) -> NDArray[np.float64]:
        """Return the weeks of one outcome that are done, burn-in first."""
        values = self.weekly.get(outcome)
        return np.empty(0) if values is None else values[: self.weeks]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A run that somebody wants; whoever asks for the same key gets the same run."""

    key: str
    config: Mapping[str, Any]
    seed: int


class Runs:
    """Does runs in threads; :meth:`ask` says what a page wants now.

    Parameters
    ----------
    at_once
        Runs at the same time.
    most
        Runs that may wait or run.
    clock
        Seconds, for forgetting pages that were closed.
    """

    def __init__(
        self, at_once: int = AT_ONCE, most: int = limits.MOST_WAITING, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.most, self.clock = most, clock
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._first: deque[Run] = deque()
        self._later: deque[Run] = deque()
        self._wanted: dict[str, tuple[frozenset[str], float]] = {}
        self._change = threading.Condition()
        self._closed = False
        self._threads = [threading.Thread(target=self._work, name=f"run-{k}", daemon=True) for k in range(at_once)]
        for thread in self._threads:
            thread.start()

    def ask(self, page: str, wanted: Sequence[Wanted], shown: int | None = None) -> list[Run]:
        """Return the runs that a page wants, started where they are new; what no page wants any more is given up.

        Parameters
        ----------
        page
            Who asks.
        wanted
            The runs, those that are drawn first.
        shown
            How many of them, from the first, are drawn: these go on side by side, and before all others.

        Raises
        ------
        ConfigError
            When more runs would wait than this machine should be asked for; nothing is started then.
        """
        keys = [one.key for one in wanted]
        first = set(keys if shown is None else keys[:shown])
        with self._change:
            self._want(page, keys)
            new = {k for k in keys if k not in self._runs or self._runs[k].status == STOPPED}
            under_way = sum(run.under_way for run in self._runs.values())
            if under_way + len(new) > self.most:
                raise ConfigError(
                    f"{under_way} runs wait or go on, and {len(new)} more were asked for; at most {self.most} may: "
                    "wait a little, close other pages, or repeat less often"
                )
            for one in wanted:
                if one.key in new:
                    new.remove(one.key)
                    self._runs[one.key] = Run(one.key, one.config, one.seed)
                    (self._first if one.key in first else self._later).append(self._runs[one.key])
                self._runs.move_to_end(one.key)
            self._forget(set(keys))
            self._change.notify_all()
            return [self._runs[key] for key in keys]

    def _want(self, page: str, keys: Sequence[str]) -> None:
        """Note what a page wants, and give up what no page does."""
        now = self.clock()
        self._wanted = {p: w for p, w in self._wanted.items() if now - w[1] <= limits.ASIDE}
        self._wanted[page] = (frozenset(keys), now)
        still = frozenset().union(*(each for each, _ in self._wanted.values()))
        for run in self._runs.values():
            if run.under_way and run.key not in still:
                run.status = STOPPED

    def _forget(self, needed: set[str]) -> None:
        ended = [k for k, run in self._runs.items() if run.status in (DONE, FAILED, STOPPED) and k not in needed]
        for key in ended[: max(0, len(self._runs) - limits.KEPT)]:
            del self._runs[key]

    def _work(self) -> None:
        """Do a slice of one run after the other: a run that is drawn goes behind its like, any other is brought to its end."""
        while True:
            with self._change:
                while not (self._first or self._later or self._closed):
                    self._change.wait()
                if self._closed:
                    return
                line = self._first or self._later
                run = line.popleft()
            try:
                _go_on(run)
            except CoCreateError as error:
                _fail(run, str(error))
            except Exception as error:  # noqa: BLE001 - told on the page; the thread goes on with the next run
                _fail(run, f"{type(error).__name__}: {error}")
            with self._change:
                if run.under_way:
                    self._first.append(run) if line is self._first else self._later.appendleft(run)
                else:
                    run.model = None
                self._change.notify_all()

    def begin(self, some: Sequence[Run], seconds: float) -> None:
        """Wait until the first week of each run is done, but no longer than so many seconds."""
        with self._change:
            self._change.wait_for(lambda: all(run.weeks or not run.under_way for run in some), timeout=seconds)

    def wait(self, seconds: float) -> bool:
        """Wait until nothing runs or waits; say whether that happened in time."""
        with self._change:
            return self._change.wait_for(lambda: not any(run.under_way for run in self._runs.values()), timeout=seconds)

    def close(self) -> None:
        """Stop after the weeks that are under way."""
        with self._change:
            self._closed = True
            self._change.notify_all()
        for thread in self._threads:
            thread.join(timeout=10)


def _go_on(run: Run) -> None:
    """Do the next slice of a run: its first week alone, so that a curve begins, then as many weeks as fit in a moment."""
    from ..model import CoCreateModel
    from ..study.simulate import scenario_of
    from ..world.clock import WEEK_DAYS

    if run.status == WAITING:
        run.model = CoCreateModel(scenario_of(run.config, run.seed))
        run.weekly, run.status = run.model.record.weekly, RUNNING
    model, until = run.model, time.monotonic() + (SLICE if run.weeks else 0.0)
    while run.status == RUNNING and run.weeks < run.total:
        for _ in range(WEEK_DAYS):
            model.step()
        run.weeks += 1
        if time.monotonic() >= until:
            break
    if run.status == RUNNING and run.weeks == run.total:
        summary = model.record.result(model.world).summary
        run.summary = {name: value for name, value in summary.items() if math.isfinite(value)}
        run.status = DONE


def _fail(run: Run, why: str) -> None:
    run.error, run.status = why, FAILED
