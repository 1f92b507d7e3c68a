"""Lines: where cases wait for staff, one pool per community and per team of a subdistrict's posts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .staff import COMMUNITY, Offices

PRIORITY_CLASSES = 3


class Pools(NamedTuple):
    """One row per pool; each has a line per priority class, linked through the issues themselves."""

    office: NDArray[np.int64]
    first_post: NDArray[np.int64]
    end_post: NDArray[np.int64]
    step: NDArray[np.int64]
    """Its posts are the rows first_post, first_post + step, ... below end_post."""
    head: NDArray[np.int32]
    """First case of each line, or -1: shape (pools, priority classes)."""
    tail: NDArray[np.int32]
    waiting: NDArray[np.int64]
    area: NDArray[np.int64]
    """Case-microseconds of waiting, added up event by event (left side of Little's law)."""
    sojourns: NDArray[np.int64]
    """Waiting of the cases that left the line (right side of Little's law)."""
    entered: NDArray[np.int64]
    """Sum of the queueing instants of those still in line."""


def build_pools(offices: Offices, teams: int) -> Pools:
    """Make a pool for each community, and ``teams`` pools for each subdistrict that never help each other."""
    communities = int((offices.tier == COMMUNITY).sum())
    subdistricts = len(offices.tier) - communities
    office = np.concatenate((np.arange(communities), np.repeat(np.arange(communities, len(offices.tier)), teams)))
    team = np.concatenate((np.zeros(communities, np.int64), np.tile(np.arange(teams), subdistricts)))
    n = len(office)
    empty = np.full((n, PRIORITY_CLASSES), -1, np.int32)
    return Pools(
        office=office, first_post=offices.first_post[office] + team, end_post=offices.end_post[office].astype(np.int64),
        step=np.where(offices.tier[office] == COMMUNITY, 1, teams), head=empty, tail=empty.copy(),
        waiting=np.zeros(n, np.int64), area=np.zeros(n, np.int64), sojourns=np.zeros(n, np.int64),
        entered=np.zeros(n, np.int64),
    )  # fmt: skip
