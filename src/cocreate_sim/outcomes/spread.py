"""How evenly service is spread over units and buildings: visits of heads, solved issues, waiting."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..world.clock import DAY, WEEK_DAYS
from ..world.issues import SOLVED
from ..world.partition import Groups
from ..world.world import N_ISSUES, World
from .measures import gini

Values = NDArray[np.float64]


class Spread:
    """Adds up the visits of the horizon, household by household, and compares units and buildings at the end."""

    def __init__(self, world: World) -> None:
        self.visits = np.zeros(len(world.households.id))

    def week(self, world: World) -> None:
        """Add the visits planned for the week to come."""
        if world.counting:
            self.visits += world.neighbourhood.visits

    def summary(self, world: World) -> dict[str, float]:
        """Return Ginis between units and between buildings; not a number where there is nothing to spread."""
        home, solved, days = _reported(world)
        homes = len(world.households.id)
        solutions = np.bincount(home[solved], minlength=homes).astype(np.float64)
        reports = np.bincount(home, minlength=homes).astype(np.float64)
        waited = np.bincount(home, days, homes).astype(np.float64)
        told = {}
        for name, groups in (("unit", world.units), ("building", world.buildings)):
            for what, values in (("visits", self.visits), ("solved", solutions)):
                each = _of_groups(groups, values)
                told[f"{name}_gini_{what}"] = gini(each / groups.households) if each.sum() > 0 else float("nan")
            number, sums = _of_groups(groups, reports), _of_groups(groups, waited)
            some = number > 0
            told[f"{name}_gini_waiting"] = gini(sums[some] / number[some]) if some.any() else float("nan")
        return told


def _of_groups(groups: Groups, values: Values) -> Values:
    """Add up values of households by group."""
    inside = groups.of_household >= 0
    sums: Values = np.bincount(groups.of_household[inside], values[inside], len(groups.first)).astype(np.float64)
    return sums


def _reported(world: World) -> tuple[NDArray[np.int32], NDArray[np.bool_], Values]:
    """Issues reported within the horizon: their households, whether they are solved, and days from report to solution or now."""
    every: Any = world.issues
    issues: Any = every[: int(world.roster.length[N_ISSUES])]
    start = world.burn_in_weeks * WEEK_DAYS * DAY
    issues = issues[(issues.household >= 0) & (issues.reported > 0) & (issues.reported >= start)]
    solved = issues.state == SOLVED
    until = np.where(solved, issues.solved, world.day * DAY)
    return issues.household, solved, (until - issues.reported) / DAY
