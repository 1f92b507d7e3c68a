"""Self-resolution: a unit with a head and helpers solves what lies inside it, within its skills and hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..engine.kernels import kernel
from ..engine.settings import setting, uniform
from ..world.clock import DAY, HOUR
from ..world.counters import (
    GROUP_HOURS,
    ON_TIME,
    RESIDENT_HOURS,
    SATISFIED,
    SOLVED,
    SOLVED_ABOVE_UNIT,
    SOLVED_BY_GROUPS,
    SOLVED_IN_UNIT,
    TOTAL_DAYS,
)
from ..world.events import GROUP_WORKS, UNIT_SOLVES, UNIT_WORKS, UPPER_HEAD_SOLVES, UPPER_HEAD_WORKS, note
from ..world.issues import SOLVED as STATE_SOLVED
from ..world.partition import Regrouping, skill_counts
from ..world.world import N_IN_UNIT, World


@dataclass(frozen=True, slots=True)
class SelfResolutionSettings:
    """What neighbours can do by themselves."""

    hours_factor: float = setting(
        0.5, unit="helper hours per staff hour", low=0.0, high=10.0, prior=uniform(0.2, 1.5),
        meaning="work that an issue needs from neighbours, compared with staff", source="no evidence",
    )  # fmt: skip
    limit_days: float = setting(
        3.0, unit="days", low=0.1, high=365.0,
        meaning="time within which a solved issue counts as on time", source="A1.16: 72 hours",
    )  # fmt: skip


@kernel
def _work(issues, row, factor, left):
    """Let helpers with so many microseconds left work on an issue; return what they give."""
    if issues.work[row] < 0:
        issues.work[row] = np.int64(issues.hours[row] * factor * HOUR)
    given = min(left, issues.work[row])
    issues.work[row] -= given
    return given


@kernel
def _solve_day(
    day, factor, limit, skills, mass_group, pool_group, unit_hours, skill_hours, above, skills_above, feelings, has_head, issues,
    roster, log, counts,
):  # fmt: skip
    """Let each group's helpers, and heads above the units, work through their issues in order of report, as hours go."""
    kept = 0
    instant = np.int64(day + 1) * DAY - 1
    seats = above.seats
    for position in range(roster.length[N_IN_UNIT]):
        row = roster.in_unit[position]
        h, skill, lifted, office = issues.household[row], issues.skill[row], issues.level[row] > 0, issues.office[row]
        own, by_group, seat, group = False, False, -1, pool_group[h]
        if lifted:
            seat = above.seat[issues.level[row], issues.first[row]]
            own = seats.head[seat] >= 0 and (skill < 0 or skills_above[seat, skill] > 0)
        else:
            own = has_head[h] and (skill < 0 or skills[mass_group[h], skill] > 0)
            by_group = has_head[h] and not own and skill_hours[office, skill] > 0
        if own or by_group:
            who = seats.role[seat] if lifted else -1
            if lifted:
                given = _work(issues, row, factor, seats.hours_left[seat])
                seats.hours_left[seat] -= given
            elif own:
                given = _work(issues, row, factor, unit_hours[group])
                unit_hours[group] -= given
            else:
                given = _work(issues, row, factor, skill_hours[office, skill])
                skill_hours[office, skill] -= given
                counts[GROUP_HOURS] += given / HOUR
            if not lifted:
                counts[RESIDENT_HOURS] += given / HOUR
            if given > 0:
                kind = GROUP_WORKS if by_group else UPPER_HEAD_WORKS if lifted else UNIT_WORKS
                note(log, kind, issues.a[row], issues.b[row], skill if by_group else who, float(given))
            if issues.work[row] == 0:
                issues.state[row] = STATE_SOLVED
                issues.in_unit[row] = not lifted
                issues.solved[row] = instant
                days = (instant - issues.reported[row]) / DAY
                counts[SOLVED] += 1
                note(log, UPPER_HEAD_SOLVES if lifted else UNIT_SOLVES, issues.a[row], issues.b[row], who, 0.0)
                counts[SOLVED_ABOVE_UNIT if lifted else SOLVED_IN_UNIT] += 1
                counts[SOLVED_BY_GROUPS] += 1 if by_group else 0
                counts[TOTAL_DAYS] += days
                reporter = issues.reporter[row]
                if days <= limit:
                    counts[ON_TIME] += 1
                    counts[SATISFIED] += 1
                    if reporter >= 0:
                        feelings.served[reporter] += 1
                        feelings.good[reporter] += 1
                continue
        roster.in_unit[kept] = row
        kept += 1
    roster.length[N_IN_UNIT] = kept


class SelfResolution:
    """Neighbours settle what is theirs: the head and the helpers of a unit are a small server pool."""

    name: ClassVar[str] = "self_resolution"
    cadence: ClassVar[str] = "daily"
    sentence: ClassVar[str] = (
        "A unit with a head solves issues inside it, if somebody there has the skill and helpers have hours left this week, "
        "or if the community's group for that skill has."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "work = hours of the issue, as drawn x hours_factor; hours of the group's helpers this week are spent in order of report",
        "whose report is solved within limit_days is served",
        "possible only with a head, and with an adult who has the skill (P = 1 - (1 - q)^adults); else by the skill group",
        "a head above the unit spends the hours for issues of that head alone, and finds the skill within the level",
    )
    without: ClassVar[str] = "units solve nothing: everything goes to staff"
    reads: ClassVar[tuple[str, ...]] = (
        "issues in units", "hours of helpers", "skills", "skill groups", "heads", "seats above the unit",
    )  # fmt: skip
    writes: ClassVar[tuple[str, ...]] = ("issues", "experiences")
    seed_facts: ClassVar[tuple[str, ...]] = ("S43", "S66")
    Settings: ClassVar[type] = SelfResolutionSettings

    def __init__(self, world: World, settings: SelfResolutionSettings, on: bool) -> None:
        self.settings, self.on = settings, on
        self.skills = skill_counts(world.group("critical_mass"), world.residents)
        levels = world.climb()[1:] if len(world.above.seats) else ()
        self.skills_above = np.concatenate([self.skills[:0], *(skill_counts(level, world.residents) for level in levels)])

    def follow_units(self, world: World, change: Regrouping) -> None:
        """Count anew who has which skill; issues that lie in units stay, and the new units go on with them."""
        self.skills = skill_counts(world.group("critical_mass"), world.residents)

    def step(self, world: World) -> None:
        """Let units work on their issues."""
        if not self.on or world.roster.length[N_IN_UNIT] == 0:
            return
        _solve_day(
            world.day, self.settings.hours_factor, self.settings.limit_days, self.skills,
            world.group("critical_mass").of_household, world.group("pooling").of_household, world.unit_hours, world.skill_hours,
            world.above, self.skills_above, world.feelings, world.neighbourhood.has_head, world.issues, world.roster, world.log,
            world.week_counts,
        )  # fmt: skip
