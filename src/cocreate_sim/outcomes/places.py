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


@kernel
def _count_people(residents, subdistrict, sums):
    """Add up, by subdistrict: adults, those who took part, volunteers, belonging, trust."""
    for i in range(residents.id.shape[0]):
        if not residents.adult[i]:
            continue
        place = subdistrict[residents.household[i]]
        sums[0, place] += 1.0
        sums[1, place] += 1.0 if residents.takes_part[i] else 0.0
        sums[2, place] += 1.0 if residents.volunteer_since[i] >= 0 else 0.0
        sums[3, place] += residents.belonging[i]
        sums[4, place] += residents.trust[i]


@kernel
def _count_households(subdistrict, collective, has_head, sums):
    """Count, by subdistrict, family households and those whose unit has a head."""
    for h in range(subdistrict.shape[0]):
        if not collective[h]:
            sums[0, subdistrict[h]] += 1.0
            sums[1, subdistrict[h]] += 1.0 if has_head[h] else 0.0


class ByPlace:
    """Writes down each week by subdistrict; holds nothing where a world has only one."""

    def __init__(self, world: World, weeks: int) -> None:
        self.count = world.settings.subdistricts
        names = BY_PLACE if self.count > 1 else ()
        self.weekly = {name: np.full((weeks, self.count), np.nan) for name in names}

    def week(self, world: World) -> None:
        """Write down the week that ends today."""
        if not self.weekly:
            return
        for name, values in (self._people(world) | self._issues(world) | self._posts(world)).items():
            self.weekly[name][world.week] = values

    def _people(self, world: World) -> dict[str, NDArray[np.float64]]:
        adults, took_part, volunteers, belonging, trust = people = np.zeros((5, self.count))
        homes, led = households = np.zeros((2, self.count))
        h = world.households
        _count_people(world.residents, h.subdistrict, people)
        _count_households(h.subdistrict, h.collective, world.neighbourhood.has_head, households)
        return {
            "participation_week": _per(took_part, adults),
            "volunteers_registered": _per(volunteers, adults),
            "belonging_mean": _per(belonging, adults),
            "trust_mean": _per(trust, adults),
            "units_with_head_share": _per(led, homes),
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
        there, filled = (np.bincount(place, posts, self.count).astype(np.float64) for posts in (p.established, p.filled))
        return {"vacancy_share": _per(there - filled, there)}


def _per(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide, where there is something to divide by."""
    share: NDArray[np.float64] = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return share
