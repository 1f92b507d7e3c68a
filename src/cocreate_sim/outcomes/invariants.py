"""The books must balance in every run: conservation of issues, Little's law, roles and lines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import InvariantError
from ..world import counters as c
from ..world.clock import DAY, OPENS, office_time
from ..world.issues import IN_UNIT, LAPSED, LATENT, MOVING, SERVED, SOLVED, WAITING
from ..world.world import N_IN_UNIT, N_ISSUES, N_LATENT, N_MOVING, World
from . import allies
from .census import FAMILIES, HEADS, HEADS_TWICE, LEADERS, MEMBERS, Census

SOLVERS = [c.SOLVED_IN_UNIT, c.SOLVED_ABOVE_UNIT, c.SOLVED_BY_COMMUNITY, c.SOLVED_BY_POSTS]
"""Counters of who solved an issue; each is solved by exactly one."""


def check(world: World, census: Census, sums: NDArray[np.float64]) -> None:
    """Raise InvariantError, naming what does not balance. ``sums`` are the counters added up since the start."""
    modelled, background = census.states[:-1].sum(axis=0), census.states[-1]
    everything = modelled + background
    n = world.roster.length
    rules = [
        ("issues born = latent + open + solved + lapsed", int(everything.sum()), int(n[N_ISSUES])),
        ("modelled issues born", int(modelled.sum()), int(sums[c.BORN])),
        ("background cases born", int(background.sum()), int(sums[c.BACKGROUND_BORN])),
        ("latent issues", int(everything[LATENT]), int(n[N_LATENT])),
        ("issues in units", int(everything[IN_UNIT]), int(n[N_IN_UNIT])),
        ("issues on their way", int(everything[MOVING]), int(n[N_MOVING])),
        ("solved issues", int(modelled[SOLVED]), int(sums[c.SOLVED])),
        ("issues solved by somebody", int(sums[SOLVERS].sum()), int(sums[c.SOLVED])),
        ("lapsed issues", int(modelled[LAPSED]), int(sums[c.LAPSED] + sums[c.GAVE_UP])),
        ("solved background cases", int(background[SOLVED]), int(sums[c.BACKGROUND_SOLVED])),
        ("cases in line", int(everything[WAITING]), int(world.pools.waiting.sum())),
        ("cases in hand", int(everything[SERVED]), int((world.posts.serving >= 0).sum())),
        ("people in posts that exist", int((world.posts.filled & world.posts.established).sum()), int(world.posts.filled.sum())),
        ("people in post", int(world.posts.filled.sum()), int(world.first_staff + sums[c.HIRES] - sums[c.LEAVERS])),
        ("households in units", int(world.units.households.sum()), int(census.homes[FAMILIES].sum())),
        ("heads", int(census.everybody(HEADS)), int((world.head >= 0).sum())),
        ("members of clubs", int(census.everybody(MEMBERS)), int(world.clubs.members.sum())),
        (
            "members of clubs = joined + talents - left - dispersed", int(world.clubs.members.sum()),
            int(sums[c.CLUB_JOINED] + sums[c.TALENTS_FOUND] - sums[c.CLUB_LEFT] - sums[c.CLUB_DISPERSED]),
        ),
        *allies.check(world, sums),
        ("heads above the unit", int(census.everybody(LEADERS)), int((world.above.seats.head >= 0).sum())),
        ("residents with two offices", int(census.everybody(HEADS_TWICE)), 0),
    ]
    for name, left, right in rules:
        if left != right:
            raise InvariantError(f"day {world.day}: {name} do not balance: {left} counted, {right} booked")
    held = float(world.sites.balance.sum())
    booked = float(sums[c.FEES] + sums[c.DEBTS_LEFT] - sums[c.CLUB_BILLS] - sums[c.PURSES_LEFT])
    if abs(held - booked) > 1e-9 * (1.0 + float(sums[c.FEES] + sums[c.CLUB_BILLS])):
        raise InvariantError(f"day {world.day}: purses of facilities do not balance: {held} yuan held, {booked} booked")
    day = world.day
    now = int(office_time(np.int64(day) * DAY + OPENS, world.office_day))
    if day % 7 < 5:
        now += world.office_day
    p = world.pools
    expected = p.sojourns + p.waiting * now - p.entered
    if not np.array_equal(p.area, expected):
        at = int(np.flatnonzero(p.area != expected)[0])
        raise InvariantError(
            f"day {day}: Little's law fails in pool {at}: {int(p.area[at])} case-microseconds in line, {int(expected[at])} waited"
        )
    if not (np.all(world.sites.condition >= 0) and np.all(world.sites.condition <= 1)):
        raise InvariantError(f"day {day}: the condition of a site is outside 0 to 1")
