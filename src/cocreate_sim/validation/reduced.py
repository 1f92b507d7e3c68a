"""The model reduced by settings alone: mechanisms switched off, worlds of identical people, long series cut into samples."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..config import RunSettings, Scenario
from ..engine.settings import build
from ..errors import ConfigError, unknown
from ..model import CoCreateModel
from ..schedule import BY_NAME, MECHANISMS
from ..world.levers import Channels, Levers
from ..world.settings import WorldSettings
from ..world.timeline import Timeline, in_order
from ..world.world import N_ISSUES, World

ONE_BUILDING: dict[str, Any] = {
    "name": "tiny", "compounds": 1, "grids": 1, "communities": 1, "households": 48, "building_min": 48, "households_per_site": 48,
}  # fmt: skip
"""The smallest world, as in configs/world/tiny.yaml."""

PLAIN: dict[str, Any] = {
    "participation.conditional_share": 1.0, "participation.free_rider_share": 0.0, "participation.hump_share": 0.0,
    "participation.base_sd": 0.0, "participation.belonging": 0.0, "participation.party": 0.0, "participation.pivotal": 0.0,
    "participation.cost": 0.0, "participation.peers": 0.0, "participation.everyone_knows": True,
}  # fmt: skip
"""Residents who differ in nothing, hear of everything and look at nobody."""
PLAIN_WORDS = "one kind of resident, no other motive, everybody hears of everything"

READY_HEADS: dict[str, Any] = {"heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0, "heads.quit_rate": 0.0}
"""Everybody is willing to head, steps forward at once and never quits."""


def alone(*names: str) -> dict[str, bool]:
    """Return switches of which only the named ones are on."""
    for name in names:
        if name not in BY_NAME:
            raise unknown("switches", name, BY_NAME)
    return {name: name in names for name in BY_NAME}


def one_building(**changes: Any) -> WorldSettings:
    """Return the smallest world, with some of its settings changed."""
    return build(WorldSettings, ONE_BUILDING | changes, "world")


def identical(households: int, compounds: int = 1, **changes: Any) -> WorldSettings:
    """Compounds of equal size, each one building and one stair, of one-person households: every resident is an adult."""
    each, rest = divmod(households, compounds)
    if rest:
        raise ConfigError(f"{households} households do not make {compounds} compounds of equal size")
    given: dict[str, Any] = {
        "households": households, "compounds": compounds, "grids": compounds, "communities": 1, "compound_cv": 0.0,
        "building_min": min(each, 2000), "building_mean": 1.0, "building_cv": 0.0, "stair_size": min(each, 200),
        "persons_per_household": 1.0, "collective_share": 0.0, "children_share": 0.0, "households_per_site": max(each, 5),
        "background": False,
    }  # fmt: skip
    return one_building(**(given | changes))


def reduced(
    world: WorldSettings,
    settings: Mapping[str, Any] | None = None,
    switches: Mapping[str, bool] | None = None,
    *,
    weeks: int,
    burn_in: int = 0,
    seed: int = 1,
    channels: Mapping[str, bool] | None = None,
    timeline: Timeline = (),
    **levers: Any,
) -> Scenario:
    """Return all that one run needs: ``settings`` maps ``mechanism.field`` to a value; what is not said stays at its default."""
    chosen: dict[str, dict[str, Any]] = {m.name: {} for m in MECHANISMS}
    for address, value in (settings or {}).items():
        mechanism, _, name = address.partition(".")
        if mechanism not in chosen:
            raise unknown("uncertainties", mechanism, chosen)
        chosen[mechanism][name] = value
    for name in switches or {}:
        if name not in chosen:
            raise unknown("switches", name, chosen)
    return Scenario(
        world=world,
        levers=build(Levers, levers, "levers"),
        channels=build(Channels, dict(channels or {}), "channels"),
        switches=dict.fromkeys(chosen, True) | dict(switches or {}),
        uncertainties={m.name: build(m.Settings, chosen[m.name], f"uncertainties.{m.name}") for m in MECHANISMS},
        run=build(RunSettings, {"weeks": weeks, "burn_in_weeks": burn_in, "seed": seed}, "run"),
        timeline=in_order(timeline),
    )


def told(scenario: Scenario) -> dict[str, Any]:
    """Return every setting of a scenario that is not at its default, by its address: what a user would type to run it."""
    parts: list[tuple[str, Any]] = [(name, getattr(scenario, name)) for name in ("world", "levers", "channels", "run")]
    parts += [(f"uncertainties.{name}", settings) for name, settings in scenario.uncertainties.items()]
    found = {
        f"{address}.{f.name}": getattr(value, "value", value)
        for address, part in parts
        for f in dataclasses.fields(part)
        if (value := getattr(part, f.name)) != f.default
    }
    return found | {f"switches.{name}": False for name, on in scenario.switches.items() if not on}


def issues(model: CoCreateModel) -> np.recarray:
    """Return the rows of all issues ever born."""
    every: Any = model.world.issues
    rows: np.recarray = every[: int(model.world.roster.length[N_ISSUES])]
    return rows


def batches(values: NDArray[Any], count: int = 40) -> NDArray[np.float64]:
    """Cut a long series into equal stretches and average each; long stretches are nearly independent."""
    length = len(values) // count
    if length == 0:
        raise ConfigError(f"{len(values)} values are too few for {count} batches: ask for more")
    means: NDArray[np.float64] = np.asarray(values[: length * count], dtype=np.float64).reshape(count, length).mean(axis=1)
    return means


def weeks_of(model: CoCreateModel, measure: Callable[[World], Any], skip: int = 0) -> NDArray[np.float64]:
    """Run to the end, week by week, and note ``measure(world)`` on each Sunday after the first ``skip`` weeks."""
    noted: list[Any] = []
    for week in range(model.weeks):
        for _ in range(7):
            model.step()
        if week >= skip:
            noted.append(measure(model.world))
    return np.array(noted, dtype=np.float64)
