"""Who lives here: moves, years of residence, newcomers."""

from __future__ import annotations

import numpy as np

from ..engine.kernels import kernel
from ..errors import InvariantError
from ..world import counters as c
from ..world.world import World
from .census import ADULTS, IN_FAMILIES, NEWCOMERS, WEEKS_HERE, Census
from .measures import ratio

WEEKS_PER_YEAR = 365.0 / 7.0


def families_move(world: World) -> bool:
    """Return whether families move in this run."""
    return world.switches.get("moving", True) and world.uncertainties["moving"].rate > 0.0


def weekly(world: World, census: Census) -> dict[str, float]:
    """Families that moved, mean years since adults in families moved in, and the share of newcomers among all adults."""
    newcomers = ratio(census.everybody(NEWCOMERS), census.everybody(ADULTS))
    told = {"moves_week": float("nan"), "residence_years": float("nan"), "newcomers_share": newcomers}
    if families_move(world):
        years = ratio(census.everybody(WEEKS_HERE) / WEEKS_PER_YEAR, census.everybody(IN_FAMILIES))
        told |= {"moves_week": world.week_counts[c.HOUSEHOLDS_MOVED], "residence_years": years}
    return told


@kernel
def _one_sided(ties, met):
    """The first resident with a tie to somebody who does not know them, or -1; ``met`` is room, all zero.

    Lists ascend, and so do the rows: whoever is met as the upper end must have the lower ends at the front, in the order in which
    they come. So no list is searched.
    """
    for i in range(ties.number.shape[0]):
        for k in range(met[i], ties.number[i]):
            j = ties.other[i, k]
            if j <= i or met[j] >= ties.number[j] or ties.other[j, met[j]] != i:
                return i
            met[j] += 1
    return -1


def check(world: World, ties: bool = True) -> None:
    """Raise InvariantError when a group has a head who is not its head or, with ``ties``, when one end of a tie has it alone."""
    stranger = int(_one_sided(world.ties, np.zeros_like(world.ties.number))) if ties else -1
    if stranger >= 0:
        raise InvariantError(f"day {world.day}: resident {world.residents.id[stranger]} has a tie that its other end has not")
    led = np.flatnonzero(world.head >= 0)
    if not np.array_equal(world.residents.head_of[world.head[led]], led):
        raise InvariantError(f"day {world.day}: a group is headed by somebody who is not its head")
