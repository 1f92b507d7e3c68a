"""Staff time: administration and unit heads take their share, cases come first, what is left mobilises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..engine.kernels import kernel
from ..engine.settings import loguniform, setting, uniform
from ..world.clock import HOUR
from ..world.counters import MOBILISATION_HOURS, PAID_HOURS, STAFF_CASE_HOURS, SUPERVISION_HOURS
from ..world.levers import StaffRule
from ..world.staff import COMMUNITY
from ..world.world import World

SLOWEST = 0.02
"""Cases never stop altogether: the least share of office time that is left for them."""


@dataclass(frozen=True, slots=True)
class StaffTimeSettings:
    """How the hours of staff are split."""

    paid_hours: float = setting(
        40.0, unit="hours per week", low=1.0, high=70.0, prior=uniform(40.0, 55.0),
        meaning="paid hours of a member of staff", source="E3",
    )  # fmt: skip
    admin_share: float = setting(
        0.5, unit="share", low=0.0, high=0.95, prior=uniform(0.3, 0.7),
        meaning="hours that administration takes", source="E2",
    )  # fmt: skip
    supervision_hours: float = setting(
        0.1, unit="staff hours per unit head and week", low=0.0, high=40.0, prior=loguniform(0.02, 0.5),
        meaning="training, chat groups and visits that a unit head needs from community workers", source="E10",
    )  # fmt: skip
    most_supervision: float = setting(
        0.8, unit="share of free hours", low=0.0, high=1.0, prior=uniform(0.5, 0.95),
        meaning="supervision never takes more than this", source="no evidence",
    )  # fmt: skip


@kernel
def _week(
    households, group, has_head, above, posts, admin, per_head, most, protected, needed, first_post, end_post, tier, share_left,
    speed, busy_share, free_hours, support, counts,
):  # fmt: skip
    """Close the books of last week and set the pace of the next for every office."""
    offices = tier.shape[0]
    needed[:] = 0.0
    for h in range(households.id.shape[0]):
        if has_head[h]:
            size = group.households[group.of_household[h]]
            needed[households.community[h]] += per_head / size * (1.0 - above.cover[h])
        needed[households.community[h]] += per_head * above.part[h]
    for o in range(offices):
        busy, present = np.int64(0), np.int64(0)
        for s in range(first_post[o], end_post[o]):
            busy += posts.busy[s]
            present += posts.present[s]
            posts.busy[s] = 0
            posts.present[s] = 0
        hours = present / HOUR
        busy_hours = busy / HOUR
        busy_share[o] = busy_hours / hours if present > 0 else 0.0
        # last week's books, at last week's shares: paid = administration + unit heads + cases + mobilisation
        share = speed[o] / (1.0 - protected[o])
        free_hours[o] = (hours - busy_hours) * speed[o] + protected[o] * share * hours
        counts[PAID_HOURS] += hours
        counts[SUPERVISION_HOURS] += max(1.0 - admin - share, 0.0) * hours
        counts[STAFF_CASE_HOURS] += busy_hours * speed[o]
        counts[MOBILISATION_HOURS] += free_hours[o]
        # next week's pace
        free = (1.0 - admin) * hours
        granted = min(needed[o], most * free) if tier[o] == COMMUNITY else 0.0
        support[o] = granted / needed[o] if needed[o] > 0.0 else 1.0
        share_left[o] = (free - granted) / hours if hours > 0.0 else 1.0 - admin
        speed[o] = max(share_left[o] * (1.0 - protected[o]), SLOWEST)


class StaffTime:
    """Paid hours are split into administration, support of unit heads, cases, and mobilisation."""

    name: ClassVar[str] = "staff_time"
    cadence: ClassVar[str] = "weekly"
    sentence: ClassVar[str] = (
        "Of the hours of staff, administration and unit heads take their part; cases come first; what is "
        "left mobilises residents."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "H = paid hours x filled posts; H_admin = a H; H_supervision = supervision_hours x heads (community workers only)",
        "unit heads whom heads above support need that much less; each head above the unit needs as much as a unit head",
        "share of time for cases = (H - H_admin - H_supervision) / H; protected rule: less the protected share of it",
        "H_mobilisation = idle office time x that share (+ the protected share)",
        "limit: S H (1 - a) - offered hours: 200 h with 40 posts and 840 h with 72, 4.2 times (B3)",
    )
    without: ClassVar[str] = "no administration and no supervision: all paid hours go to cases and mobilisation"
    reads: ClassVar[tuple[str, ...]] = ("posts", "heads", "busy time of posts")
    writes: ClassVar[tuple[str, ...]] = ("share of time for cases", "hours for mobilisation", "support of heads")
    seed_facts: ClassVar[tuple[str, ...]] = ("S32", "S36", "C09")
    Settings: ClassVar[type] = StaffTimeSettings

    def __init__(self, world: World, settings: StaffTimeSettings, on: bool) -> None:
        self.settings, self.on = settings, on
        self.admin = settings.admin_share if on else 0.0
        self.per_head = settings.supervision_hours if on else 0.0
        self.share_left = np.full(len(world.offices.tier), 1.0 - self.admin)
        """Share of time that administration and unit heads leave, by office."""
        self.read_levers(world)

    def read_levers(self, world: World) -> None:
        """Set this week's pace anew by the staff rule in force."""
        rule = list(StaffRule).index(StaffRule.PROTECTED)
        by_place = np.where(world.in_force.staff_rule == rule, world.in_force.protected_share, 0.0)
        self.protected = by_place[world.office_subdistrict]
        world.speed[:] = np.maximum(self.share_left * (1.0 - self.protected), SLOWEST)

    def step(self, world: World) -> None:
        """Split last week's hours and set the pace of the next week."""
        s, o = self.settings, world.offices
        _week(
            world.households, world.group("supervision"), world.neighbourhood.has_head, world.above, world.posts, self.admin,
            self.per_head, s.most_supervision, self.protected, np.empty(len(o.tier)), o.first_post, o.end_post, o.tier,
            self.share_left, world.speed, world.busy_share, world.free_hours, world.support, world.week_counts,
        )  # fmt: skip
