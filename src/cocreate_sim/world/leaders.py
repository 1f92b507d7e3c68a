"""Leaders sent down (下沉幹部) and sent-down units (下沉單位): who attends to which project, and until when."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..engine.columns import Columns, table
from .levers import Levers
from .places import Households
from .settings import WorldSettings

LEADER, UNIT = 0, 1
DISTRICT_SUBDISTRICTS = 14
"""Subdistricts of the district whose leaders they are (A5.4)."""
SLOT_KEY = 1 << 8
"""Most projects at a time; identity of a leader's n-th project: leader x this + n."""

ENVOYS: Columns = {
    "kind": (np.int8, "0 leader of the district, 1 unit sent down to a community."),
    "number": (np.int32, "Permanent number: of the leader (x 256 + n for the n-th project at a time), or the community."),
    "site": (np.int64, "Site whose project has their attention, or -1."),
    "until": (np.int32, "Week in which they move on."),
}
"""One row for each project that a leader can attend to at a time, then one per sent-down unit."""


def build_envoys(levers: Levers, communities: int, projects_at_a_time: int) -> np.recarray:
    """Send down as many leaders as the lever says, and a unit to every community where the lever says so."""
    slots = np.arange(levers.leaders_sent_down * projects_at_a_time)
    leaders = slots // projects_at_a_time * SLOT_KEY + slots % projects_at_a_time
    units = np.arange(communities if levers.sent_down_units else 0)
    kind = np.repeat([LEADER, UNIT], [len(leaders), len(units)])
    return table(ENVOYS, len(kind), kind=kind, number=np.concatenate((leaders, units)), site=-1)


def shares(settings: WorldSettings, households: Households) -> tuple[float, NDArray[np.float64]]:
    """Share of the district, and of each community, that is modelled: how much of an envoy's attention falls to this world."""
    family = ~households.collective
    here = np.bincount(households.community, family, settings.communities)
    district = DISTRICT_SUBDISTRICTS * settings.subdistrict_households
    return min(float(here.sum()) / district, 1.0), np.minimum(here / settings.community_households, 1.0)
