"""Heads above the unit: buildings and grids, or the nested levels, find a head of their own, who supports and solves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from cocreate_sim.world import decisions as d

from .agents import Group, Household, Issue, Resident
from .clock import DAY, HOUR, WEEKS_PER_YEAR

BUILDING, GRID = 0, 1
NESTED = (2, 3, 4)
"""Roles: building head, grid head, and the party roles of 25, 100 and 500 households."""


@dataclass(eq=False)
class Seat:
    """What a group above the unit offers to a head of its own."""

    group: Group
    level: int
    role: int
    head: Resident | None = None
    below: float = 0.0
    """Unit heads whom it supports."""
    helper_hours: int = 0


def begin(model: Any) -> None:
    """Make the seats, all vacant."""
    model.seats = []
    for household in model.households:
        household.seats = [None] * len(household.levels)
    if model.levers.upper_heads:
        nested = model.levers.partition == "nested" and model.cocreate.channels.scope
        made: dict[tuple[int, Group], Seat] = {}
        for household in model.households:
            for level, group in enumerate(household.levels):
                if level > 0 and group is not None:
                    if (level, group) not in made:
                        made[level, group] = Seat(group, level, _role(model, level, nested))
                    household.seats[level] = made[level, group]
        model.seats = list(made.values())


def _role(model: Any, level: int, nested: bool) -> int:
    if nested:
        return NESTED[level - 1]
    return BUILDING if level == model.building_level else GRID


def _hours(model: Any, seat: Seat) -> float:
    s = model.settings["upper_heads"]
    return float(s.building_hours if seat.role in (BUILDING, NESTED[0]) else s.grid_hours)


def upper_heads(model: Any) -> None:
    """Heads quit, seats are filled from the lowest level up, and the heads plan their week."""
    s = model.settings["heads"]
    for seat in model.seats:
        if seat.head is None:
            continue
        lack = 1.0 - seat.head.household.community.support
        hazard = s.quit_rate / WEEKS_PER_YEAR * math.exp(math.log(s.unsupported_effect) * lack)
        if model.draw(d.SEAT_QUITS, model.week, seat.head.number) < 1.0 - math.exp(-hazard):
            model.note("upper_head_quits", seat.head.number, other=seat.role)
            seat.head.rests_until = model.week + s.rest_weeks
            seat.head.leads = None
            seat.head = None
    chance = 1.0 if s.step_forward_weeks == 0 else -math.expm1(-1.0 / s.step_forward_weeks)
    for seat in sorted(model.seats, key=lambda seat: seat.level):
        if seat.head is not None:
            continue
        stepped = []
        for r in seat.group.residents:
            busy = r.heads is not None or r.leads is not None or r.rests_until > model.week
            if not r.willing_to_lead or busy or (seat.role in NESTED and not r.party):
                continue
            u = model.draw(d.SEAT_STEPS_FORWARD, model.week, r.number)
            if u < chance:
                stepped.append((u, r.number, r))
        if stepped:  # the keenest becomes head
            seat.head = min(stepped)[2]
            seat.head.leads = seat
            model.note("becomes_upper_head", seat.head.number, other=seat.role)
    _plan(model)


def _plan(model: Any) -> None:
    """Count the unit heads below each seat, and share out the hours of its head."""
    support_share = model.settings["upper_heads"].support_share
    for seat in model.seats:
        seat.below = 0.0
        for household in seat.group.households:
            unit = household.groups["supervision"]
            if unit is not None and household.has_head:
                seat.below += 1.0 / float(len(unit.households))
        hours = _hours(model, seat) if seat.head else 0.0
        seat.helper_hours = int(hours * (1.0 - support_share) * HOUR)
    needed = model.settings["staff_time"].supervision_hours
    for household in model.households:
        household.cover = household.heads_above = 0.0
        for seat in household.seats:
            if seat is not None and seat.head is not None:
                household.heads_above += 1.0 / float(len(seat.group.households))
                if seat.below > 0.0 and needed > 0.0:
                    household.cover += _hours(model, seat) * support_share / (seat.below * needed)
        household.cover = min(household.cover, 1.0)


# --- issues -----------------------------------------------------------------------------------------------------------


def has_head(household: Household, level: int) -> bool:
    """True when a level of the ladder above the unit has a head for this household."""
    seat = household.seats[level] if level < len(household.seats) else None
    return seat is not None and seat.head is not None


def finds_head(model: Any, issue: Issue, holds: Any) -> int:
    """Lowest level that holds the issue and has a head, 0 for the unit, or -1."""
    home = issue.household
    if not model.is_on("routing") or not model.is_on("self_resolution") or issue.needs_posts:
        return -1
    if model.settings["routing"].rule.value == "hotline" or home.levels[0] is None:
        return -1
    for k in range(len(home.levels)):
        if holds(issue, k) and (has_head(issue.touches[0], k) or (k == 0 and home.has_head)):
            return k
    return -1


def arrives(model: Any, issue: Issue) -> bool:
    """An issue on its way to a head above the unit arrives there, if it does today."""
    if issue.due >= (model.day + 1) * DAY:
        return False
    issue.state = "in the unit"
    issue.due += int(model.settings["routing"].unit_days * DAY)
    model.in_unit.append(issue)
    model.note("stays_with_head", issue.a, issue.b, issue.touches[0].seats[issue.level].role, issue.due)
    return True
