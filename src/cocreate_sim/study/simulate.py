"""One run of one arm: what a worker process does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..config import Scenario
    from ..outcomes.record import RunResult

Task = tuple[int, int]
"""Which arm, and which seed."""
Simulate = Callable[[Sequence[Mapping[str, Any]], Task], Any]
"""``simulate(configs, (arm, seed))`` returns a RunResult; it must be importable by name."""

_MOST_KEPT = 1000
_kept: dict[int, tuple[Mapping[str, Any], Scenario]] = {}
"""Scenarios of configs that draw nothing from priors, by the identity of the config: only the seed differs between runs."""


def with_seed(config: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """Return the same config with another seed."""
    return {**config, "run": {**config["run"], "seed": seed}}


def simulate(configs: Sequence[Mapping[str, Any]], task: Task) -> RunResult:
    """Build the world of one arm with one seed, let the time pass, and return what was measured."""
    from ..model import CoCreateModel  # slow to import: only processes that simulate need the model

    arm, seed = task
    return CoCreateModel(scenario_of(configs[arm], seed)).run()


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
