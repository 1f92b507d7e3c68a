"""Self-resolution: a unit with a head and helpers solves what lies inside it, within its skills and hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..engine.kernels import kernel
from ..engine.settings import setting, uniform
from ..world.clock import DAY, HOUR
from ..world.counters import GROUP_HOURS, ON_TIME, RESIDENT_HOURS, SATISFIED, SOLVED, SOLVED_BY_GROUPS, SOLVED_IN_UNIT, TOTAL_DAYS
from ..world.events import GROUP_WORKS, UNIT_SOLVES, UNIT_WORKS, note
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
def _solve_day(
    day, factor, limit, skills, mass_group, pool_group, unit_hours, skill_hours, feelings, has_head, issues, roster, log, counts
):
    """Let each group's helpers work through its issues in order of report, as far as this week's hours go."""
    kept = 0
    instant = np.int64(day + 1) * DAY - 1
    for position in range(roster.length[N_IN_UNIT]):
        row = roster.in_unit[position]
        h = issues.household[row]
        group, mass = pool_group[h], mass_group[h]
        skill, office = issues.skill[row], issues.office[row]
        led = group >= 0 and mass >= 0 and has_head[h]
        own = led and (skill < 0 or skills[mass, skill] > 0)
        by_group = led and not own and skill_hours[office, skill] > 0
        if own or by_group:
            if issues.work[row] < 0:
                issues.work[row] = np.int64(issues.hours[row] * factor * HOUR)
            given = min(unit_hours[group] if own else skill_hours[office, skill], issues.work[row])
            issues.work[row] -= given
            counts[RESIDENT_HOURS] += given / HOUR
            if own:
                unit_hours[group] -= given
            else:
                skill_hours[office, skill] -= given
                counts[GROUP_HOURS] += given / HOUR
            if given > 0 and own:
                note(log, UNIT_WORKS, issues.a[row], issues.b[row], -1, float(given))
            elif given > 0:
                note(log, GROUP_WORKS, issues.a[row], issues.b[row], skill, float(given))
            if issues.work[row] == 0:
                issues.state[row] = STATE_SOLVED
                issues.in_unit[row] = True
                issues.solved[row] = instant
                days = (instant - issues.reported[row]) / DAY
                counts[SOLVED] += 1
                note(log, UNIT_SOLVES, issues.a[row], issues.b[row], -1, 0.0)
                counts[SOLVED_IN_UNIT] += 1
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
        "work = staff hours x hours_factor; hours of the group's helpers this week are spent in order of report",
        "possible only with a head, and with an adult who has the skill (P = 1 - (1 - q)^adults); else by the skill group",
    )
    without: ClassVar[str] = "units solve nothing: everything goes to staff"
    reads: ClassVar[tuple[str, ...]] = ("issues in units", "hours of helpers", "skills", "skill groups", "heads")
    writes: ClassVar[tuple[str, ...]] = ("issues", "experiences")
    seed_facts: ClassVar[tuple[str, ...]] = ("S43", "S66")
    Settings: ClassVar[type] = SelfResolutionSettings

    def __init__(self, world: World, settings: SelfResolutionSettings, on: bool) -> None:
        self.settings, self.on = settings, on
        self.skills = skill_counts(world.group("critical_mass"), world.residents)

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
            world.feelings, world.neighbourhood.has_head, world.issues, world.roster, world.log, world.week_counts,
        )  # fmt: skip
