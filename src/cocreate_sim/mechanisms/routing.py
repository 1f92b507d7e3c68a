"""Routing: a report goes to the lowest level that holds it; every level crossed costs a hand-off."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, NamedTuple

import numpy as np

from ..engine.kernels import kernel
from ..engine.settings import loguniform, setting, uniform
from ..engine.streams import exponential
from ..engine.streams import uniform as uniform_draw
from ..world import decisions as d
from ..world.clock import DAY, WEEK_DAYS
from ..world.counters import DISPATCHED, HANDOFFS
from ..world.events import GOES_TO_HEAD, IS_HANDED_UP, IS_SENT, STAYS_IN_UNIT, STAYS_WITH_HEAD, note
from ..world.issues import BEYOND, IN_UNIT, MOVING
from ..world.partition import Regrouping
from ..world.staff import SUBDISTRICT
from ..world.world import N_IN_UNIT, N_MOVING, World


class Rule(Enum):
    """Who decides where a report goes."""

    LADDER = "ladder"
    HOTLINE = "hotline"


@dataclass(frozen=True, slots=True)
class RoutingSettings:
    """How reports travel."""

    rule: Rule = setting(
        Rule.LADDER, unit="rule",
        meaning="up the ladder from the unit head, or by hotline straight to staff", source="S22; A1",
    )  # fmt: skip
    handoff_days: float = setting(
        0.5, unit="days per level crossed", low=0.0, high=30.0, prior=loguniform(0.1, 3.0),
        meaning="mean delay of a hand-off", source="E11",
    )  # fmt: skip
    unit_days: float = setting(
        7.0, unit="days", low=0.0, high=365.0, prior=uniform(2.0, 21.0),
        meaning="how long a unit keeps an issue before it hands it up", source="no evidence",
    )  # fmt: skip
    background_in_unit: float = setting(
        0.25, unit="share", low=0.0, high=1.0, prior=uniform(0.0, 0.5),
        meaning="share of community cases outside the world that never reach staff", source="no evidence",
    )  # fmt: skip


class Ladder(NamedTuple):
    """Group of each household at each level below the community: shape (levels, households)."""

    level: np.ndarray


@kernel
def _holds(issues, row, groups):
    """True when all households that an issue touches belong to one group of a level."""
    group = groups[issues.first[row]]
    return issues.scope[row] < BEYOND and group >= 0 and group == groups[issues.end[row] - 1]


@kernel
def ladder_crossings(issues, row, level):
    """Levels crossed on the ladder: as many as lie below the lowest one that holds the whole issue."""
    crossed = 0
    while crossed < level.shape[0] and level[crossed, issues.first[row]] >= 0:
        if _holds(issues, row, level[crossed]):
            return crossed
        crossed += 1
    return crossed


@kernel
def levels_above(household, level):
    """How many levels there are below the community where a household lives: partitions differ between places."""
    number = 0
    while number < level.shape[0] and level[number, household] >= 0:
        number += 1
    return number


@kernel
def _led_level(issues, row, level, has_head, above):
    """Lowest level that holds the whole issue and has a head (0 is the unit), or -1."""
    for k in range(level.shape[0]):
        if _holds(issues, row, level[k]):
            seat = above.seat[k, issues.first[row]]
            if (k == 0 and has_head[issues.household[row]]) or (seat >= 0 and above.seats.head[seat] >= 0):
                return k
    return -1


@kernel
def hotline_crossings(issues, row, level):
    """A hotline hands each call over once."""
    return 1


@kernel
def _travel_days(seed, issues, row, start, end, above, mean, led):
    """Days that the hand-offs across the levels from ``start`` to before ``end`` take, quicker where the level has a head."""
    days = 0.0
    for k in range(start, end):
        pace = 1.0
        if k < above.seat.shape[0]:
            seat = above.seat[k, issues.household[row]]
            if seat >= 0 and above.seats.head[seat] >= 0:
                pace = led
        days += mean * pace * exponential(
            uniform_draw(seed, d.HANDOFF, int(issues.attempts[row]) * 64 + k, issues.a[row], issues.b[row])
        )
    return days


@kernel
def _send_to_head(seed, issues, row, k, above, mean, led, log):
    """Send an issue to the head of level ``k`` above the unit: it crosses the levels below."""
    issues.level[row] = k
    issues.handoffs[row] = k
    issues.due[row] += np.int64(_travel_days(seed, issues, row, 0, k, above, mean, led) * DAY)
    role = above.seats.role[above.seat[k, issues.first[row]]]
    note(log, GOES_TO_HEAD, issues.a[row], issues.b[row], role, float(issues.due[row]))


@kernel
def _reaches_head(issues, row, end_of_day, unit_days, above, roster, log):
    """Let an issue arrive with the head above the unit to whom it was sent, if it does today."""
    if issues.due[row] >= end_of_day:
        return False
    role = above.seats.role[above.seat[issues.level[row], issues.first[row]]]
    issues.state[row] = IN_UNIT
    issues.due[row] += np.int64(unit_days * DAY)
    roster.in_unit[roster.length[N_IN_UNIT]] = row
    roster.length[N_IN_UNIT] += 1
    note(log, STAYS_WITH_HEAD, issues.a[row], issues.b[row], role, float(issues.due[row]))
    return True


@kernel
def _route_day(
    day, seed, direct, hotline, unit_solves, communities, subdistrict, level, has_head, above, issues, roster, log, counts, mean,
    led, unit_days,
):  # fmt: skip
    """Decide on today's reports, and hand up what units and the heads above them could not solve in time."""
    end_of_day = (day + 1) * DAY
    kept = 0
    for position in range(roster.length[N_IN_UNIT]):
        row = roster.in_unit[position]
        if issues.due[row] >= end_of_day:
            roster.in_unit[kept] = row
            kept += 1
            continue
        issues.target[row] = issues.office[row]
        issues.work[row] = -1
        issues.state[row] = MOVING
        crossed = int(issues.handoffs[row])
        issues.handoffs[row] += 1
        counts[HANDOFFS] += issues.handoffs[row]
        counts[DISPATCHED] += 1
        issues.due[row] += np.int64(_travel_days(seed, issues, row, crossed, crossed + 1, above, mean, led) * DAY)
        note(log, IS_HANDED_UP, issues.a[row], issues.b[row], issues.target[row], float(issues.due[row]))
        roster.moving[roster.length[N_MOVING]] = row
        roster.length[N_MOVING] += 1
    roster.length[N_IN_UNIT] = kept
    kept = 0
    for position in range(roster.length[N_MOVING]):
        row = roster.moving[position]
        if issues.target[row] < 0:
            h = issues.household[row]
            home = issues.office[row]
            target = communities + subdistrict[h] if issues.needs_posts[row] else home
            if issues.level[row] == 0 and unit_solves and not (direct or hotline or issues.needs_posts[row] or level[0, h] < 0):
                k = _led_level(issues, row, level, has_head, above)
                if k > 0:
                    _send_to_head(seed, issues, row, k, above, mean, led, log)
            if issues.level[row] > 0:
                if not _reaches_head(issues, row, end_of_day, unit_days, above, roster, log):
                    roster.moving[kept] = row
                    kept += 1
                continue
            if direct:
                crossings = 0
            elif hotline or not has_head[h]:
                crossings = hotline_crossings(issues, row, level)
            else:
                crossings = ladder_crossings(issues, row, level)
                if crossings == 0 and unit_solves and not issues.needs_posts[row]:
                    issues.state[row] = IN_UNIT
                    issues.due[row] = issues.reported[row] + np.int64(unit_days * DAY)
                    roster.in_unit[roster.length[N_IN_UNIT]] = row
                    roster.length[N_IN_UNIT] += 1
                    note(log, STAYS_IN_UNIT, issues.a[row], issues.b[row], -1, float(issues.due[row]))
                    continue
                if issues.needs_posts[row]:
                    crossings = levels_above(h, level) + 1
            issues.target[row] = target
            issues.handoffs[row] = crossings
            counts[HANDOFFS] += crossings
            counts[DISPATCHED] += 1
            issues.due[row] += np.int64(_travel_days(seed, issues, row, 0, crossings, above, mean, led) * DAY)
            note(log, IS_SENT, issues.a[row], issues.b[row], target, float(issues.due[row]))
        roster.moving[kept] = row
        kept += 1
    roster.length[N_MOVING] = kept


class Routing:
    """Reports travel up the ladder: unit, building, grid, community, subdistrict."""

    name: ClassVar[str] = "routing"
    cadence: ClassVar[str] = "daily"
    sentence: ClassVar[str] = (
        "A report goes to the lowest head whose level holds all households it touches, or to staff; each level crossed costs a "
        "hand-off."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "levels crossed = number of levels below the lowest group that holds the whole issue",
        "delay = sum of that many exponential hand-offs; without a head the hotline hands over once",
        "what needs the powers of the subdistrict crosses all levels and the community",
        "what a unit cannot solve in unit_days crosses one",
        "the same holds for a head above the unit: its level has unit_days, then the issue goes to staff by one hand-off",
    )
    without: ClassVar[str] = "every report reaches the staff who must act at once, and units are not tried"
    reads: ClassVar[tuple[str, ...]] = ("reports", "partition", "heads", "seats above the unit")
    writes: ClassVar[tuple[str, ...]] = ("issues",)
    seed_facts: ClassVar[tuple[str, ...]] = ("S17", "S22", "S66")
    Settings: ClassVar[type] = RoutingSettings

    def __init__(self, world: World, settings: RoutingSettings, on: bool) -> None:
        self.settings, self.on = settings, on
        self._climb(world)
        self.communities = world.settings.communities
        self._offer(world)

    def _climb(self, world: World) -> None:
        """Note the group of each household at each level; -1 where a place has fewer levels than others."""
        self.level = np.ascontiguousarray(np.stack([g.of_household for g in world.climb()]))

    def follow_units(self, world: World, change: Regrouping) -> None:
        """Climb the new ladder; cases that are on their way arrive as planned."""
        self._climb(world)

    def _offer(self, world: World) -> None:
        """Work out the exogenous cases per week of each office: what households alone would send, before any feedback."""
        arrivals = world.uncertainties["arrivals"]
        weekly = arrivals.rate * WEEK_DAYS / 365.0 if world.switches.get("arrivals", True) else 0.0
        reported = world.report_chance * arrivals.scope_shares
        to_posts = (reported * arrivals.posts_shares).sum(axis=1) * weekly
        to_community = (reported * (1.0 - arrivals.posts_shares)).sum(axis=1) * weekly
        h, o = world.households, world.offices
        posts = o.tier == SUBDISTRICT
        subdistricts = world.settings.subdistricts
        world.offered_cases = np.concatenate((
            np.bincount(h.community, to_community, self.communities), np.bincount(h.subdistrict, to_posts, subdistricts),
        ))  # fmt: skip
        family = ~h.collective
        per_household = np.where(
            posts, to_posts[family].mean(), to_community[family].mean() * (1 - self.settings.background_in_unit)
        )
        share_family = 1.0 + world.settings.collective_share / (1 - world.settings.collective_share) * (
            world.settings.persons_per_household / world.settings.collective_size
        )
        world.background_cases = o.background * per_household * share_family

    def step(self, world: World) -> None:
        """Send today's reports on their way."""
        s = self.settings
        _route_day(
            world.day, world.seed_word, not self.on, s.rule is Rule.HOTLINE, world.switches.get("self_resolution", True),
            self.communities, world.households.subdistrict, self.level, world.neighbourhood.has_head, world.above, world.issues,
            world.roster, world.log, world.week_counts, s.handoff_days, world.uncertainties["upper_heads"].led_handoff,
            s.unit_days,
        )  # fmt: skip
