"""Outcomes of alliances: what couriers, stations, building councils and leaders sent down bring; not a number where none act."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..world import counters as c
from ..world.world import World
from .measures import ratio

NONE = float("nan")


def acts(world: World, mechanism: str, lever: bool | float) -> bool:
    """Whether a lever is set and its mechanism is on."""
    return bool(lever) and world.switches.get(mechanism, True)


def weekly(world: World, n: NDArray[np.float64]) -> dict[str, float]:
    """Figures of the week that ends today."""
    return {"courier_reports": n[c.REPORTED_BY_COURIER] if acts(world, "couriers", world.levers.courier_reports) else NONE}


def summary(world: World, n: NDArray[np.float64], years: float) -> dict[str, float]:
    """Figures of the horizon, from its counters added up."""
    reports = n[c.REPORTED_BY_COURIER]
    riding = acts(world, "couriers", world.levers.courier_reports)
    return {
        "reported_by_couriers_share": ratio(reports, n[c.REPORTED]) if riding else NONE,
        "courier_reports_urgent_share": ratio(n[c.COURIERS_URGENT], reports),
        "courier_reports_open_share": ratio(n[c.COURIERS_OPEN_AIR], reports),
        "courier_reports_each": ratio(reports, len(world.couriers) * years) if riding else NONE,
    }
