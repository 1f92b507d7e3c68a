"""Outcomes of clubs; not a number where there are none by policy."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..world import counters as c
from ..world.clubs import CLUB
from ..world.world import World
from .measures import ratio

WEEKLY = ("clubs", "club_members_share", "club_attendance", "volunteers_in_clubs_share")


def exist(world: World) -> bool:
    """Say whether there can be clubs in this run."""
    return world.levers.clubs and world.switches.get("clubs", True)


def weekly(world: World, n: NDArray[np.float64]) -> dict[str, float]:
    """Count clubs and their members at the end of a week."""
    if not exist(world):
        return dict.fromkeys(WEEKLY, math.nan)
    r = world.residents
    member, volunteer = r.club >= 0, r.volunteer_since >= 0
    members = float(member.sum())
    return {
        "clubs": float((world.clubs.stage == CLUB).sum()),
        "club_members_share": members / max(float(r.adult.sum()), 1.0),
        "club_attendance": ratio(n[c.CLUB_CAME], members),
        "volunteers_in_clubs_share": ratio(float((member & volunteer).sum()), float(volunteer.sum())),
    }


def summary(world: World, n: NDArray[np.float64], years: float) -> dict[str, float]:
    """Count what was founded and what dissolved, within the horizon."""
    if not exist(world):
        return {"clubs_founded": math.nan, "clubs_dissolved": math.nan}
    return {"clubs_founded": n[c.CLUBS_FOUNDED] / years, "clubs_dissolved": n[c.CLUBS_DISSOLVED] / years}
