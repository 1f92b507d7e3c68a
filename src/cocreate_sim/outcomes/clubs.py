"""Outcomes of clubs and of the facilities that they keep; not a number where the policy has none."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..world import counters as c
from ..world.clubs import CLUB
from ..world.levers import Keepers
from ..world.world import World
from .measures import ratio

WEEKLY = ("clubs", "club_members_share", "club_attendance", "volunteers_in_clubs_share")
FACILITIES = ("facilities_by_clubs", "facility_fees", "facility_bills_public")


def exist(world: World) -> bool:
    """Say whether there can be clubs in this run."""
    return world.levers.clubs and world.switches.get("clubs", True)


def keep(world: World) -> bool:
    """Say whether clubs can keep facilities in this run."""
    return exist(world) and world.levers.keepers is Keepers.CLUB and world.switches.get("club_facilities", True)


def weekly(world: World, n: NDArray[np.float64]) -> dict[str, float]:
    """Count clubs and their members at the end of a week."""
    nothing = dict.fromkeys((*WEEKLY, *FACILITIES), math.nan)
    if not exist(world):
        return nothing
    r = world.residents
    member, volunteer = r.club >= 0, r.volunteer_since >= 0
    members = float(member.sum())
    found = {
        "clubs": float((world.clubs.stage == CLUB).sum()),
        "club_members_share": members / max(float(r.adult.sum()), 1.0),
        "club_attendance": ratio(n[c.CLUB_CAME], members),
        "volunteers_in_clubs_share": ratio(float((member & volunteer).sum()), float(volunteer.sum())),
    }
    if keep(world):
        found |= {
            "facilities_by_clubs": float((world.sites.keeper >= 0).sum()),
            "facility_fees": n[c.FEES],
            "facility_bills_public": n[c.PUBLIC_BILLS],
        }
    return nothing | found


def summary(world: World, n: NDArray[np.float64], years: float) -> dict[str, float]:
    """Count what was founded and what dissolved, within the horizon."""
    there, kept = exist(world), keep(world)
    return {
        "clubs_founded": n[c.CLUBS_FOUNDED] / years if there else math.nan,
        "clubs_dissolved": n[c.CLUBS_DISSOLVED] / years if there else math.nan,
        "facilities_closed": n[c.FACILITIES_CLOSED] / years if kept else math.nan,
    }
