"""Couriers: they ride through the compounds every day and are at home elsewhere; the (subdistrict, number) is permanent."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.columns import Columns, table
from ..engine.kernels import kernel
from ..engine.streams import uniforms
from . import decisions
from .places import Households, Places
from .settings import WorldSettings

EMPLOYERS = 10
"""Firms that couriers work for: more than ten were called together (S53)."""
COURIER_KEY = 1 << 24
"""Identity of a courier in the event log: subdistrict x this + number."""

COURIERS: Columns = {
    "subdistrict": (np.int32, "Subdistrict in which the round lies."),
    "number": (np.int32, "Permanent number within the subdistrict."),
    "employer": (np.int8, "Firm: 0 to 9."),
    "start": (np.int32, "First compound of the round."),
    "compounds": (np.int32, "Compounds of the round, one after the other; after the last of the subdistrict comes its first."),
    "station": (np.int32, "Community of the station where the courier is a member, or -1."),
    "belonging": (np.float64, "Sense of belonging to the district, 0 to 1."),
}
"""One row per courier, by subdistrict and number."""


class Rides(NamedTuple):
    """Who rides through each compound: couriers ``who[first[c]:first[c + 1]]`` in the order of their identities."""

    first: NDArray[np.int64]
    who: NDArray[np.int32]
    weight: NDArray[np.float64]
    """How often each courier would report one open issue in one compound of the round, per day."""
    hazard: NDArray[np.float64]
    """The same of all couriers of a compound together; 0 where no courier can report."""


def _compounds_of(places: Places) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First compound and number of compounds of each subdistrict; compounds of a subdistrict follow one another."""
    owner = places.community_subdistrict[places.compound_community]
    count = np.bincount(owner, minlength=int(places.community_subdistrict.max()) + 1)
    return np.cumsum(count) - count, count


def build_couriers(settings: WorldSettings, seed: int, places: Places, households: Households) -> np.recarray:
    """Send out couriers in proportion to the residents of each subdistrict, each with a round of neighbouring compounds."""
    first, compounds = _compounds_of(places)
    people = households.end_resident - households.first_resident
    residents = np.bincount(households.subdistrict, people, len(first))
    count = np.round(residents * settings.couriers_per_10k / 10_000).astype(np.int64)
    subdistrict = np.repeat(np.arange(len(first)), count)
    number = np.arange(len(subdistrict)) - np.repeat(np.cumsum(count) - count, count)
    identity = subdistrict * COURIER_KEY + number
    own = compounds[subdistrict]
    start = first[subdistrict] + (uniforms(seed, decisions.COURIER_ROUND, identity) * own).astype(np.int64)
    return table(
        COURIERS, len(subdistrict), subdistrict=subdistrict, number=number, start=start, station=-1,
        employer=(uniforms(seed, decisions.COURIER_EMPLOYER, identity) * EMPLOYERS).astype(np.int64),
        compounds=np.minimum(settings.courier_round, own),
    )  # fmt: skip


def rounds(couriers: np.recarray, places: Places) -> list[NDArray[np.int64]]:
    """Return the compounds of each courier's round, in the order in which they are ridden through."""
    first, compounds = _compounds_of(places)
    return [
        first[c.subdistrict] + (c.start - first[c.subdistrict] + np.arange(c.compounds)) % compounds[c.subdistrict]
        for c in couriers
    ]


def build_rides(couriers: np.recarray, places: Places) -> Rides:
    """List the couriers of each compound; nobody reports yet."""
    ridden = rounds(couriers, places)
    compound = np.concatenate([*ridden, np.zeros(0, np.int64)])
    who = np.repeat(np.arange(len(ridden)), [len(r) for r in ridden])
    order = np.lexsort((who, compound))
    first = np.searchsorted(compound[order], np.arange(len(places.compounds.first) + 1))
    return Rides(
        first.astype(np.int64), who[order].astype(np.int32), np.zeros(len(couriers)), np.zeros(len(places.compounds.first))
    )


@kernel
def who_passes(rides, compound, u):
    """The courier who reports, of those who ride through a compound: by weight, with a number between 0 and 1."""
    mark, passed = u * rides.hazard[compound], 0.0
    end = rides.first[compound + 1]
    for k in range(rides.first[compound], end - 1):
        passed += rides.weight[rides.who[k]]
        if passed > mark:
            return rides.who[k]
    return rides.who[end - 1]


@kernel
def courier_id(couriers, courier):
    """The identity of a courier in one number."""
    return np.int64(couriers.subdistrict[courier]) * COURIER_KEY + couriers.number[courier]
