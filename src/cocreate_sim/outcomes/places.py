"""Weekly figures by subdistrict: what a study of a staggered roll-out compares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..engine.kernels import kernel
from ..world.clock import DAY, WEEK_DAYS
from ..world.issues import IN_UNIT, SERVED, SOLVED
from ..world.world import N_ISSUES, World

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


@kernel
def _count_issues(issues, born, since, subdistrict, open_, solved, in_unit, days, served, waited):
    """Count issues by subdistrict: open ones, and those solved since an instant with their times."""
    for row in range(born):
        h = issues.household[row]
        if h < 0:
            continue
        place, state = subdistrict[h], issues.state[row]
        if IN_UNIT <= state <= SERVED:
            open_[place] += 1
        elif state == SOLVED and issues.solved[row] >= since:
            solved[place] += 1
            days[place] += (issues.solved[row] - issues.reported[row]) / DAY
            if issues.in_unit[row]:
                in_unit[place] += 1
            else:
                served[place] += 1
                waited[place] += max(issues.waited[row], 0)


class ByPlace:
    """Writes down each week by subdistrict; holds nothing where a world has only one."""

    def __init__(self, world: World, weeks: int) -> None:
        self.count = world.settings.subdistricts
        names = BY_PLACE if self.count > 1 else ()
        self.weekly = {name: np.full((weeks, self.count), np.nan) for name in names}
        home = world.households.subdistrict
        self.of_adult = home[world.residents.household[world.residents.adult]]
        self.of_family = home[~world.households.collective]

    def week(self, world: World) -> None:
        """Write down the week that ends today."""
        if not self.weekly:
            return
        for name, values in (self._people(world) | self._issues(world) | self._posts(world)).items():
            self.weekly[name][world.week] = values

    def _people(self, world: World) -> dict[str, NDArray[np.float64]]:
        r, a = world.residents, world.residents.adult
        adults, homes = self._sum(self.of_adult), self._sum(self.of_family)
        has_head = world.neighbourhood.has_head[~world.households.collective]
        return {
            "participation_week": _per(self._sum(self.of_adult, r.takes_part[a]), adults),
            "volunteers_registered": _per(self._sum(self.of_adult, r.volunteer_since[a] >= 0), adults),
            "belonging_mean": _per(self._sum(self.of_adult, r.belonging[a]), adults),
            "trust_mean": _per(self._sum(self.of_adult, r.trust[a]), adults),
            "units_with_head_share": _per(self._sum(self.of_family, has_head), homes),
        }

    def _issues(self, world: World) -> dict[str, NDArray[np.float64]]:
        open_, solved, in_unit, days, served, waited = np.zeros((6, self.count))
        since = np.int64(world.week * WEEK_DAYS) * DAY
        _count_issues(
            world.issues, int(world.roster.length[N_ISSUES]), since, world.households.subdistrict, open_, solved, in_unit, days,
            served, waited,
        )  # fmt: skip
        return {
            "issues_solved": solved, "backlog": open_, "solved_in_unit_share": _per(in_unit, solved),
            "total_days_mean": _per(days, solved), "wait_mean_days": _per(waited / world.office_day, served),
        }  # fmt: skip

    def _posts(self, world: World) -> dict[str, NDArray[np.float64]]:
        p, o = world.posts, world.offices
        place = np.repeat(world.office_subdistrict, o.end_post - o.first_post)
        there = self._sum(place, p.established)
        return {"vacancy_share": _per(there - self._sum(place, p.filled), there)}

    def _sum(self, place: NDArray[np.int32], values: NDArray[np.generic] | None = None) -> NDArray[np.float64]:
        sums: NDArray[np.float64] = np.bincount(place, values, self.count).astype(np.float64)
        return sums


def _per(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide, where there is something to divide by."""
    share: NDArray[np.float64] = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return share
