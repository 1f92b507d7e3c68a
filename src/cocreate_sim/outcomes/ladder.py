"""Heads above the unit: how many there are at each level, their span and hours, and what they solve."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..world import counters as c
from ..world.seats import ROLES
from ..world.world import World
from .measures import ratio

HEADS = ("building_heads", "grid_heads", "central_households", "party_groups", "party_branches")
"""Outcomes that count the heads of each role, in the order of the roles."""


def weekly(world: World, n: NDArray[np.float64]) -> dict[str, float]:
    """Count heads above the unit at the end of a week; not a number where there is no such level."""
    seats, has_head = world.above.seats, world.neighbourhood.has_head
    led = seats.head >= 0
    there = np.isin(np.arange(len(ROLES)), seats.role)
    heads = np.bincount(seats.role[led], minlength=len(ROLES))
    none = len(seats) == 0
    return {
        **{name: float(heads[k]) if there[k] else np.nan for k, name in enumerate(HEADS)},
        "seats_filled_share": ratio(float(led.sum()), len(seats)),
        "span_of_control": ratio(float(seats.below[led].sum()), float(led.sum())),
        "covered_share": np.nan if none else ratio(float(world.above.cover[has_head].sum()), float(has_head.sum())),
        "upper_head_hours": np.nan if none else float(n[c.UPPER_HEAD_HOURS]),
        **summary(world, n),
    }


def summary(world: World, n: NDArray[np.float64]) -> dict[str, float]:
    """Part of the solved issues that heads above the unit solved."""
    return {"solved_above_unit_share": ratio(n[c.SOLVED_ABOVE_UNIT], n[c.SOLVED]) if len(world.above.seats) else np.nan}
