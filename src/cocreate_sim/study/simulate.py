"""One run of one arm: what a worker process does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..config import Scenario
    from ..outcomes.record import RunResult

Task = tuple[int, int]
"""Which arm, and which seed."""
Simulate = Callable[[Sequence[Mapping[str, Any]], Task], Any]
"""``simulate(configs, (arm, seed))`` returns a RunResult; it must be importable by name."""
Weeks = Callable[[int, int], None]
"""``weeks(done, total)``: called after each week of a run."""
Curves = Callable[[int, Mapping[str, Any]], None]
"""``curves(done, weekly)``: called after each week with the weekly outcomes, of which the first ``done`` weeks are measured."""

SAVE_SECONDS = 60.0
"""A run that takes longer than this saves its state now and then."""


@dataclass(frozen=True, slots=True)
class Saving:
    """Where the states of a study's runs are saved, and how often."""

    folder: str
    seconds: float = SAVE_SECONDS

    def path(self, arm: int, seed: int) -> Path:
        """Return where the state of one run lies."""
        return Path(self.folder) / f"state-{arm}-{seed}.zip"


_MOST_KEPT = 1000
_kept: dict[int, tuple[Mapping[str, Any], Scenario]] = {}
"""Scenarios of configs that draw nothing from priors, by the identity of the config: only the seed differs between runs."""


def with_seed(config: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """Return the same config with another seed."""
    return {**config, "run": {**config["run"], "seed": seed}}


def simulate(
    configs: Sequence[Mapping[str, Any]],
    task: Task,
    saving: Saving | None = None,
    weeks: Weeks | None = None,
    seconds: dict[str, float] | None = None,
    curves: Curves | None = None,
) -> RunResult:
    """Build the world of one arm with one seed, let the time pass, and return what was measured.

    Parameters
    ----------
    saving
        Where a long run saves its state now and then, and where it goes on from.
    weeks
        Called after each week.
    seconds
        Filled with the seconds that each mechanism takes.
    curves
        Called after each week with the weekly outcomes so far.
    """
    from ..model import CoCreateModel  # slow to import: only processes that simulate need the model

    arm, seed = task
    model = CoCreateModel(scenario_of(configs[arm], seed))
    watch = None
    if saving is not None:
        from . import checkpoints
        from .keys import run_key, settings_hash
        from .state import CannotSave

        path = saving.path(arm, seed)

        def key() -> str:
            return run_key(settings_hash(configs[arm]), seed)

        if path.exists():
            try:
                checkpoints.restore(model, path, key())
            except CannotSave:
                model = CoCreateModel(scenario_of(configs[arm], seed))
        watch = checkpoints.watched(model, path, key, saving.seconds)
    if seconds is not None:
        model.seconds = seconds
        seconds |= {mechanism.name: 0.0 for mechanism in model.mechanisms}

    def week(done: int, total: int) -> None:
        if watch is not None:
            watch(done, total)
        if curves is not None:
            curves(done, model.record.weekly)
        if weeks is not None:
            weeks(done, total)

    return model.run(week)


def scenario_of(config: Mapping[str, Any], seed: int) -> Scenario:
    """Return the scenario of a config with a seed; checked once per config where only the seed can change it."""
    from ..config import scenario

    sections = [settings for settings in config["uncertainties"].values() if isinstance(settings, Mapping)]
    if any(isinstance(value, Mapping) for settings in sections for value in settings.values()):
        return scenario(with_seed(config, seed))
    kept = _kept.get(id(config))
    if kept is None or kept[0] is not config:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        kept = _kept[id(config)] = (config, scenario(with_seed(config, seed)))
    return replace(kept[1], run=replace(kept[1].run, seed=seed))
