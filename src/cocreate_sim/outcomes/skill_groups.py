"""Outcomes of skill groups; not a number where there are none by policy."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..world import counters as c
from ..world.world import World


def exist(world: World) -> bool:
    """Say whether there can be skill groups in this run."""
    return world.levers.skill_groups and world.switches.get("skill_groups", True)


def weekly(world: World, n: NDArray[np.float64]) -> dict[str, float]:
    """Count members, their hours and what they solved in a week."""
    there = exist(world)
    return {
        "skill_group_members": float(world.skill_members.sum()) if there else math.nan,
        "skill_group_hours": n[c.GROUP_HOURS] if there else math.nan,
        "solved_by_skill_groups": n[c.SOLVED_BY_GROUPS] if there else math.nan,
    }


def summary(world: World, n: NDArray[np.float64], years: float) -> dict[str, float]:
    """Count the projects that skill groups helped within the horizon."""
    return {"projects_by_skill_groups": n[c.PROJECTS_BY_GROUPS] / years if exist(world) else math.nan}
