"""What tests of limits share: mechanisms switched off by name, worlds of identical people, and the three-standard-errors rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from tests.scenarios import world_settings

from cocreate_sim.model import CoCreateModel
from cocreate_sim.schedule import BY_NAME
from cocreate_sim.world.settings import WorldSettings
from cocreate_sim.world.world import N_ISSUES, World


def alone(*names: str) -> dict[str, bool]:
    """Switches of which only the named ones are on."""
    assert set(names) <= set(BY_NAME), names
    return {name: name in names for name in BY_NAME}


def identical(households: int, compounds: int = 1, **changes: Any) -> WorldSettings:
    """Compounds of equal size, each one building and one stair, of one-person households: every resident is an adult."""
    each = households // compounds
    assert each * compounds == households, "compounds of equal size"
    given: dict[str, Any] = {
        "households": households, "compounds": compounds, "grids": compounds, "communities": 1, "compound_cv": 0.0,
        "building_min": min(each, 2000), "building_mean": 1.0, "building_cv": 0.0, "stair_size": min(each, 200),
        "persons_per_household": 1.0, "collective_share": 0.0, "children_share": 0.0, "households_per_site": max(each, 5),
        "background": False,
    } | changes  # fmt: skip
    return world_settings("tiny", **given)


PLAIN: dict[str, Any] = {
    "participation.conditional_share": 1.0, "participation.free_rider_share": 0.0, "participation.hump_share": 0.0,
    "participation.base_sd": 0.0, "participation.belonging": 0.0, "participation.party": 0.0, "participation.pivotal": 0.0,
    "participation.cost": 0.0, "participation.peers": 0.0, "participation.everyone_knows": True,
}  # fmt: skip
"""Residents who differ in nothing, hear of everything and look at nobody."""


def issues(model: CoCreateModel) -> np.recarray:
    """Return the rows of all issues ever born."""
    return model.world.issues[: int(model.world.roster.length[N_ISSUES])]


def batches(values: NDArray[np.float64], count: int = 40) -> NDArray[np.float64]:
    """Cut a long series into equal stretches and average each; long stretches are nearly independent."""
    length = len(values) // count
    assert length > 0, f"{len(values)} values for {count} batches"
    return np.asarray(values[: length * count], dtype=np.float64).reshape(count, length).mean(axis=1)


def check(samples: ArrayLike, expected: float, sharp: float, what: str = "") -> None:
    """Assert that independent samples average to the formula within 3 standard errors, and that the test is as sharp as it says.

    ``sharp`` is the relative error of the model that the test would notice: 3 standard errors over the formula's value.
    """
    values = np.asarray(samples, dtype=np.float64)
    mean, error = float(values.mean()), float(values.std(ddof=1)) / np.sqrt(len(values))
    told = f"{what}: model {mean:.6g}, formula {expected:.6g}, {(mean - expected) / max(error, 1e-300):+.2f} standard errors of {error:.3g}"
    assert 3 * error <= sharp * abs(expected), (
        f"not sharp enough ({3 * error / abs(expected):.3%} instead of {sharp:.2%}); {told}"
    )
    assert abs(mean - expected) <= 3 * error, told


def check_share(hits: float, trials: float, expected: float, sharp: float, what: str = "") -> None:
    """The same for independent yes-or-no trials, with the binomial standard error of the formula."""
    error = np.sqrt(expected * (1 - expected) / trials)
    told = f"{what}: model {hits / trials:.6g}, formula {expected:.6g}, {(hits / trials - expected) / error:+.2f} standard errors of {error:.3g}"
    assert 3 * error <= sharp * expected, f"not sharp enough ({3 * error / expected:.3%} instead of {sharp:.2%}); {told}"
    assert abs(hits / trials - expected) <= 3 * error, told


def weeks_of(model: CoCreateModel, measure: Callable[[World], Any], skip: int = 0) -> NDArray[np.float64]:
    """Run to the end, week by week, and note ``measure(world)`` on each Sunday after the first ``skip`` weeks."""
    noted: list[Any] = []
    for week in range(model.weeks):
        for _ in range(7):
            model.step()
        if week >= skip:
            noted.append(measure(model.world))
    return np.array(noted, dtype=np.float64)
