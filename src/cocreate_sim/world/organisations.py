"""Office towers whose councils (樓宇理事會) exchange favours with their community, and what communities lack."""

from __future__ import annotations

import numpy as np

from ..engine.columns import Columns, table
from ..engine.streams import uniforms
from . import decisions
from .settings import WorldSettings

PARKING, ROOM, CUSTOMERS = range(3)
FAVOURS = ("parking places", "a room for a childcare class", "customers for the canteen")
COST, BALANCE, RELATIONSHIP = range(3)
REFUSALS = ("it costs too much", "more was given than received", "they hardly know each other")
MOST_PLACES, MOST_SEATS, MOST_ROOMS = 200, 300, 4
"""Largest car park, canteen and number of spare rooms of a tower: every size is as likely (no evidence; 80 places in S45)."""

TOWERS: Columns = {
    "id": (np.int64, "Permanent number in the built world."),
    "community": (np.int32, "Community next door."),
    "parking": (np.int32, "Parking places that could be shared."),
    "seats": (np.int32, "Seats of the canteen."),
    "rooms": (np.int32, "Rooms that could be shared."),
    "founded": (np.int32, "Week in which its council was founded, or -1."),
    "relationship": (np.float64, "How well council and community know each other, 0 to 1."),
    "given": (np.int32, "Favours that the council did the community."),
    "received": (np.int32, "Favours that the community did the council."),
    "owed": (np.float64, "Favours received minus given, as far as remembered."),
    "places_shared": (np.int32, "Parking places shared with the community."),
    "rooms_shared": (np.int32, "Rooms shared with the community."),
}
"""One row per office tower."""

NEEDS: Columns = {
    "cars": (np.int32, "Cars of the community without a parking place."),
    "places": (np.int32, "Parking places that councils share with it."),
    "classes_wanted": (np.int32, "Childcare classes for which a room is lacking."),
    "classes": (np.int32, "Childcare classes held in shared rooms."),
}
"""One row per community."""


def build_towers(settings: WorldSettings, seed: int) -> np.recarray:
    """Place office towers beside communities, each with a car park, a canteen and rooms of its own size."""
    ids = np.arange(settings.towers)

    def drawn(what: int, count: int) -> np.ndarray:
        return (uniforms(seed, decisions.TOWER, ids, b=what) * count).astype(np.int64)

    return table(
        TOWERS, len(ids), id=ids, community=drawn(0, settings.communities), parking=drawn(1, MOST_PLACES + 1),
        seats=drawn(2, MOST_SEATS + 1), rooms=drawn(3, MOST_ROOMS + 1), founded=-1,
    )  # fmt: skip
