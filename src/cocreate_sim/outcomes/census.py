"""The weekly census: residents, homes and issues counted by subdistrict, each in one pass over the rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..engine.kernels import kernel
from ..world.clock import DAY, WEEK_DAYS
from ..world.issues import IN_UNIT, SERVED, SOLVED, STATES
from ..world.world import N_ISSUES, World

OLD_DAYS = 30
PEOPLE = (
    ADULTS, TOOK_PART, VOLUNTEERS, HEADS, LEADERS, HEADS_TWICE, MEMBERS, NEWCOMERS, BELONGING, TRUST, IN_FAMILIES, TIES,
    KNOW_NOBODY, WEEKS_HERE,
) = range(14)  # fmt: skip
"""Adults; those who took part, are volunteers, head a unit, a level above it, or both, belong to a club, or are new; their
belonging and trust added up; adults in families, their ties, those of them who know nobody, and the weeks since they moved in."""
HOMES = FAMILIES, LED = range(2)
"""Family households, and those whose unit has a head."""
DONE = SOLVED_THIS_WEEK, BY_UNIT, DAYS, BY_STAFF, WAITED = range(5)
"""Issues solved this week, by the unit itself, the days that all took, those that staff solved, and what these waited in line."""


@dataclass(frozen=True, slots=True)
class Census:
    """What there is at the end of a week; the last axis is the subdistrict, unless told otherwise."""

    people: NDArray[np.float64]
    homes: NDArray[np.float64]
    states: NDArray[np.int64]
    """Issues by subdistrict and state, shape (subdistricts + 1, states); the last row are background cases."""
    old: NDArray[np.int64]
    """Open issues older than 30 days by state, without background cases."""
    done: NDArray[np.float64]

    def everybody(self, what: int) -> float:
        """A figure of people, for the whole world."""
        return float(self.people[what].sum())

    @property
    def open(self) -> NDArray[np.int64]:
        """Issues that are reported and not solved, by subdistrict; the last are background cases."""
        found: NDArray[np.int64] = self.states[:, IN_UNIT : SERVED + 1].sum(axis=1)
        return found


@kernel
def _count_people(week, residents, ties, collective, subdistrict, people):
    for i in range(residents.id.shape[0]):
        if not residents.adult[i]:
            continue
        h = residents.household[i]
        place = subdistrict[h]
        people[ADULTS, place] += 1.0
        people[TOOK_PART, place] += 1.0 if residents.takes_part[i] else 0.0
        people[VOLUNTEERS, place] += 1.0 if residents.volunteer_since[i] >= 0 else 0.0
        heads, leads = residents.head_of[i] >= 0, residents.leads[i] >= 0
        people[HEADS, place] += 1.0 if heads else 0.0
        people[LEADERS, place] += 1.0 if leads else 0.0
        people[HEADS_TWICE, place] += 1.0 if heads and leads else 0.0
        people[MEMBERS, place] += 1.0 if residents.club[i] >= 0 else 0.0
        people[NEWCOMERS, place] += 1.0 if residents.newcomer[i] else 0.0
        people[BELONGING, place] += residents.belonging[i]
        people[TRUST, place] += residents.trust[i]
        if not collective[h]:
            people[IN_FAMILIES, place] += 1.0
            people[TIES, place] += ties.number[i]
            people[KNOW_NOBODY, place] += 1.0 if ties.number[i] == 0 else 0.0
            people[WEEKS_HERE, place] += week + 1.0 - residents.moved_in[i]


@kernel
def _count_homes(collective, has_head, subdistrict, homes):
    for h in range(subdistrict.shape[0]):
        if not collective[h]:
            homes[FAMILIES, subdistrict[h]] += 1.0
            homes[LED, subdistrict[h]] += 1.0 if has_head[h] else 0.0


@kernel
def _count_issues(issues, born, since, now, subdistrict, states, old, done):
    for row in range(born):
        h, state = issues.household[row], issues.state[row]
        place = subdistrict[h] if h >= 0 else states.shape[0] - 1
        states[place, state] += 1
        if h < 0:
            continue
        if IN_UNIT <= state <= SERVED:
            if now - issues.reported[row] > OLD_DAYS * DAY:
                old[state] += 1
        elif state == SOLVED and issues.solved[row] >= since:
            done[SOLVED_THIS_WEEK, place] += 1
            done[DAYS, place] += (issues.solved[row] - issues.reported[row]) / DAY
            if issues.in_unit[row]:
                done[BY_UNIT, place] += 1
            else:
                done[BY_STAFF, place] += 1
                done[WAITED, place] += max(issues.waited[row], 0)


def take(world: World) -> Census:
    """Count everything at the end of a day, usually the last one of a week."""
    h, places = world.households, world.settings.subdistricts
    people, homes, done = (np.zeros((len(kinds), places)) for kinds in (PEOPLE, HOMES, DONE))
    states, old = np.zeros((places + 1, len(STATES)), np.int64), np.zeros(len(STATES), np.int64)
    _count_people(world.week, world.residents, world.ties, h.collective, h.subdistrict, people)
    _count_homes(h.collective, world.neighbourhood.has_head, h.subdistrict, homes)
    since, now = (np.int64(day) * DAY for day in (world.week * WEEK_DAYS, world.day + 1))
    _count_issues(world.issues, int(world.roster.length[N_ISSUES]), since, now, h.subdistrict, states, old, done)
    return Census(people, homes, states, old, done)
