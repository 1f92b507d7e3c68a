"""Stations for couriers (新就業群體服務驛站): one place in every community where one may be planned and opened."""

from __future__ import annotations

import numpy as np

from ..engine.columns import Columns, table
from .places import Places

NOTHING, MEETING, SEARCHING, PREPARING, OPEN = range(5)
STAGES = ("nothing", "meetings with firms", "search for a donor", "preparing", "open")
MANAGERS = 5
"""Subdistrict, community, social organisations, firms and couriers manage a station together (S57)."""

STATIONS: Columns = {
    "community": (np.int32, "Community: the permanent identity."),
    "stage": (np.int8, "Index into the stages: nothing, meetings, search, preparing, open."),
    "since": (np.int32, "Week in which the present stage began."),
    "plans": (np.int32, "How often a station was planned here."),
    "meetings": (np.int32, "Meetings of the present plan to which enough firms came."),
    "managers": (np.int32, "Co-managers who keep to it: a sum of 1, 2, 4, 8 and 16."),
    "rent": (np.float64, "Rent a year of the donated shop, yuan."),
}
"""One row per community."""


def build_stations(places: Places) -> np.recarray:
    """Make an empty place for a station in every community."""
    communities = len(places.community_subdistrict)
    return table(STATIONS, communities, community=np.arange(communities))
