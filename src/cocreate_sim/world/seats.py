"""Seats above the unit: one for each group of each level between the unit and the community, for a head of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.columns import Columns, table
from .partition import Groups

BUILDING_HEAD, GRID_HEAD, CENTRAL_HOUSEHOLD, PARTY_GROUP, PARTY_BRANCH = range(5)
ROLES = ("building head", "grid head", "central household of the party", "party group", "party branch")
"""Who heads a building (樓棟長), a grid (網格長, S22), and the 里 of 25, 格 of 100 and 網 of 500 households (S18)."""
NESTED_ROLES = (CENTRAL_HOUSEHOLD, PARTY_GROUP, PARTY_BRANCH)
"""Roles of the nested levels above the 鄰, lowest first; all are held by party members (S18)."""


SEATS: Columns = {
    "level": (np.int8, "Level of the ladder; 1 is the first above the unit."),
    "role": (np.int8, "Who heads it: index into ROLES."),
    "head": (np.int32, "Row of the resident who heads it, or -1."),
    "households": (np.float64, "Family households that belong to it."),
    "below": (np.float64, "Unit heads among them, counted every week."),
    "hours_left": (np.int64, "Microseconds that its head has left for issues this week."),
}
"""One row per seat, level by level from below; within a level in the order of the groups."""


class Above(NamedTuple):
    """The levels above the unit, and what their heads mean for each household."""

    seats: np.recarray
    seat: NDArray[np.int32]
    """Seat of each household at each level, or -1: shape (levels of the ladder, households); none at the unit's own."""
    cover: NDArray[np.float64]
    """Share of the support that the unit head of the household needs and that heads above give, 0 to 1."""
    part: NDArray[np.float64]
    """Heads above the unit that fall to each household: one divided by the households of each."""


def roles_of(ladder: Sequence[Groups], buildings: Groups, nested: bool) -> tuple[int, ...]:
    """Return the role that heads each level above the unit, lowest first."""
    if nested:
        return NESTED_ROLES
    same = [np.array_equal(level.first, buildings.first) and np.array_equal(level.end, buildings.end) for level in ladder[1:]]
    building = same.index(True) if any(same) else -1  # where a grid is one building, the grid is the level above
    return tuple(BUILDING_HEAD if k == building else GRID_HEAD for k in range(len(same)))


def build_above(ladder: Sequence[Groups], roles: Sequence[int], wanted: bool) -> Above:
    """Make a vacant seat for each group of each level above the unit, or none at all unless they are ``wanted``."""
    homes = len(ladder[0].of_household)
    seat = np.full((len(ladder), homes), -1, np.int32)
    levels = list(zip(ladder[1:], roles, strict=True)) if wanted else []
    sizes = [len(groups.first) for groups, _ in levels]
    seats = table(
        SEATS, sum(sizes), level=np.repeat(np.arange(1, 1 + len(levels)), sizes), role=np.repeat([r for _, r in levels], sizes),
        head=-1, households=np.concatenate([np.zeros(0), *(groups.households for groups, _ in levels)]),
    )  # fmt: skip
    for k, (groups, _) in enumerate(levels):
        seat[1 + k] = np.where(groups.of_household >= 0, groups.of_household + sum(sizes[:k]), -1)
    return Above(seats, seat, np.zeros(homes), np.zeros(homes))
