"""Clubs: in each community at most one for each interest, from the class that a talent holds to the day it dissolves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..engine.columns import Columns, table

INTERESTS = ("running", "dance", "table tennis", "calligraphy", "reading")
NO_CLUB, CLASS, CLUB, DISSOLVED = range(4)
STAGES = ("no club", "class", "club", "dissolved")
TOO_FEW, NO_LEADER = range(2)
ENDS = ("too few members", "nobody to lead it")


CLUBS: Columns = {
    "id": (np.int64, "Permanent id: community x number of interests + interest."),
    "community": (np.int32, "Community whose residents may join."),
    "interest": (np.int8, "Index into INTERESTS."),
    "stage": (np.int8, "Index into STAGES; after it has dissolved a new class may begin."),
    "founder": (np.int32, "Resident who leads it (能人), or -1."),
    "begun": (np.int32, "Week in which its class began, or -1."),
    "founded": (np.int32, "Week in which the club was founded, or -1."),
    "members": (np.int32, "Residents who belong to the class or club."),
}
"""One row per community and interest; the row is the id."""


def build_clubs(communities: int) -> np.recarray:
    """Make room for one club per community and interest; there is none at the start."""
    n = communities * len(INTERESTS)
    ids = np.arange(n)
    return table(
        CLUBS, n, id=ids, community=ids // len(INTERESTS), interest=ids % len(INTERESTS), founder=-1, begun=-1, founded=-1
    )


def members_by_club(club: NDArray[np.int32], clubs: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """List the rows of members club by club, in the order of their ids, and where each club's list begins and ends."""
    rows = np.flatnonzero(club >= 0)
    rows = rows[np.argsort(club[rows], kind="stable")]
    return rows, np.searchsorted(club[rows], np.arange(clubs + 1))
