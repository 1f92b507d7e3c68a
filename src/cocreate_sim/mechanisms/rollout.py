"""Roll-out: on the Monday of its date a lever gets another value, in one subdistrict or in all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..world.clock import WEEK_DAYS
from ..world.counters import HIRES, LEAVERS
from ..world.events import FILLS_POST, LEAVES_POST, LEVER_CHANGES, note
from ..world.staff import establishment
from ..world.timeline import DATED, code_of
from ..world.world import World


@dataclass(frozen=True, slots=True)
class RolloutSettings:
    """Nothing is uncertain about a date: what changes when and where is the timeline of the policy."""


class Rollout:
    """Levers change on dates, pilots first and the whole district later.

    Without turnover nobody is hired, so new posts are filled at once, at full pace.
    """

    name: ClassVar[str] = "rollout"
    cadence: ClassVar[str] = "daily"
    sentence: ClassVar[str] = (
        "On the Monday of its date a lever gets another value in the subdistricts named; posts are established or abolished, "
        "and units redrawn."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "posts from the new count on are abolished and their people leave; new ones stand vacant until they are filled",
        "units of the same households stay; in others the head steps down, and rates are the mean over households",
    )
    without: ClassVar[str] = "the levers of the start hold to the end"
    reads: ClassVar[tuple[str, ...]] = ("timeline",)
    writes: ClassVar[tuple[str, ...]] = ("levers in force", "posts", "partition")
    seed_facts: ClassVar[tuple[str, ...]] = ("S01", "S31", "S32", "S65")
    Settings: ClassVar[type] = RolloutSettings

    def __init__(self, world: World, settings: RolloutSettings, on: bool) -> None:
        self.on = on
        self.hires_follow = world.switches.get("turnover", True)
        self.next = 0
        """The first change that has not come yet."""

    def step(self, world: World) -> None:
        """Make the changes that fall due this Monday."""
        if not self.on or world.day % WEEK_DAYS:
            return
        changed = set()
        while self.next < len(world.timeline) and world.timeline[self.next].week <= world.week - world.burn_in_weeks:
            change = world.timeline[self.next]
            self.next += 1
            value, column = code_of(change.lever, change.value), world.in_force[change.lever]
            if column[change.subdistrict] != value:
                column[change.subdistrict] = value
                note(world.log, LEVER_CHANGES, change.subdistrict, 0, DATED.index(change.lever), float(value))
                changed.add(change.lever)
        if not changed:
            return
        world.levers_changed = True
        if changed & {"posts", "community_workers_per_10k"}:
            self._establish(world)
        if "partition" in changed:
            world.redraw_units()

    def _establish(self, world: World) -> None:
        """Establish and abolish posts; whoever holds an abolished one leaves, and the case in hand goes back to its line."""
        p, o = world.posts, world.offices
        wanted = establishment(world.settings, world.in_force, o.residents, o.background, world.places.community_subdistrict)
        office_of = np.repeat(np.arange(len(o.tier)), o.end_post - o.first_post)
        exists = p.number < wanted[office_of]
        for s in np.flatnonzero(exists != p.established):
            new, leaves = bool(exists[s]), bool(p.filled[s])
            p.established[s] = new
            p.since[s] = world.day
            if leaves:
                p.filled[s], p.left[s], p.burnout[s] = False, True, 0.0
                world.week_counts[LEAVERS] += 1
                note(world.log, LEAVES_POST, office_of[s], p.number[s], -1, 0.0)
            elif new and not self.hires_follow:
                p.filled[s], p.came[s], p.skill[s] = True, world.day, 1.0
                world.week_counts[HIRES] += 1
                note(world.log, FILLS_POST, office_of[s], p.number[s], -1, 0.0)
