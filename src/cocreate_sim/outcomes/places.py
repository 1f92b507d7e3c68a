"""Weekly figures by subdistrict: what a study of a staggered roll-out compares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..world.world import World
from .census import (
    ADULTS,
    BELONGING,
    BY_STAFF,
    BY_UNIT,
    DAYS,
    FAMILIES,
    LED,
    SOLVED_THIS_WEEK,
    TOOK_PART,
    TRUST,
    VOLUNTEERS,
    WAITED,
    Census,
)

BY_PLACE = {
    "participation_week": "adults of the subdistrict who took part in an activity in the week, as a share",
    "volunteers_registered": "registered volunteers, as a share of adults",
    "belonging_mean": "mean belonging of adults, 0 to 1",
    "trust_mean": "mean trust of adults in staff, 0 to 1",
    "units_with_head_share": "family households whose unit has a head, as a share",
    "issues_solved": "issues of the subdistrict's households closed as solved in the week, by units or staff",
    "solved_in_unit_share": "of these, the share that neighbours solved without staff",
    "total_days_mean": "days from the report to the solution of these, mean",
    "wait_mean_days": "working days in line of those of them that staff solved, mean",
    "backlog": "issues of the subdistrict's households that are reported and not solved at the end of the week",
    "vacancy_share": "established posts in the subdistrict, and of its communities, that nobody holds, as a share",
}
"""Columns of the table, in its order, and what they mean; empty where there is nothing to count."""


class ByPlace:
    """Writes down each week by subdistrict; holds nothing where a world has only one."""

    def __init__(self, world: World, weeks: int) -> None:
        self.count = world.settings.subdistricts
        names = BY_PLACE if self.count > 1 else ()
        self.weekly = {name: np.full((weeks, self.count), np.nan) for name in names}

    def week(self, world: World, census: Census) -> None:
        """Write down the week that ends today."""
        if not self.weekly:
            return
        people, homes, done = census.people, census.homes, census.done
        values = {
            "participation_week": _per(people[TOOK_PART], people[ADULTS]),
            "volunteers_registered": _per(people[VOLUNTEERS], people[ADULTS]),
            "belonging_mean": _per(people[BELONGING], people[ADULTS]),
            "trust_mean": _per(people[TRUST], people[ADULTS]),
            "units_with_head_share": _per(homes[LED], homes[FAMILIES]),
            "issues_solved": done[SOLVED_THIS_WEEK],
            "solved_in_unit_share": _per(done[BY_UNIT], done[SOLVED_THIS_WEEK]),
            "total_days_mean": _per(done[DAYS], done[SOLVED_THIS_WEEK]),
            "wait_mean_days": _per(done[WAITED] / world.office_day, done[BY_STAFF]),
            "backlog": census.open[:-1],
            "vacancy_share": self._vacancies(world),
        }
        for name, column in values.items():
            self.weekly[name][world.week] = column

    def _vacancies(self, world: World) -> NDArray[np.float64]:
        p, o = world.posts, world.offices
        place = np.repeat(world.office_subdistrict, o.end_post - o.first_post)
        there, filled = (np.bincount(place, posts, self.count).astype(np.float64) for posts in (p.established, p.filled))
        return _per(there - filled, there)


def _per(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide, where there is something to divide by."""
    share: NDArray[np.float64] = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return share
