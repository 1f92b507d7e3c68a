"""Rounds: where unit heads go with the visits that they have time for; their number stays the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..engine.kernels import kernel
from ..engine.settings import loguniform, setting
from ..engine.streams import uniforms
from ..world import decisions as d
from ..world.clock import DAY, WEEK_DAYS
from ..world.issues import IN_UNIT, SERVED
from ..world.levers import Rounds
from ..world.world import N_ISSUES, World


@dataclass(frozen=True, slots=True)
class RoundsSettings:
    """What heads look at when they choose where to go."""

    memory_weeks: int = setting(
        4, unit="weeks", low=1, high=104,
        meaning="reports of the last so many weeks send a head back to a stair (community_first)", source="no evidence",
    )  # fmt: skip
    enough_visits: float = setting(
        0.1, unit="visits per household and week", low=0.0, high=10.0, prior=loguniform(0.02, 1.0),
        meaning="what the own unit needs, before a head helps units without one (cooperative)", source="no evidence",
    )  # fmt: skip


@kernel
def _send(order, pool, most, planned, visits):
    """Send the visits of each pool along its households in their order, one visit each, and again until none are left."""
    start = 0
    while start < order.shape[0]:
        p = pool[order[start]]
        end = start
        while end < order.shape[0] and pool[order[end]] == p:
            end += 1
        left = planned[p]
        going = True
        while left > 0.0 and going:
            going = False
            for k in range(start, end):
                more = min(1.0, most - visits[order[k]], left)
                if more > 0.0:
                    visits[order[k]] += more
                    left -= more
                    going = True
        start = end


@kernel
def _help_others(community, inside, has_head, enough, spare, without, visits):
    """Give what is more than enough to households of the same community without a head; what they do not need goes back."""
    spare[:] = 0.0
    without[:] = 0
    for h in range(visits.shape[0]):
        spare[community[h]] += max(visits[h] - enough, 0.0)
        if inside[h] >= 0 and not has_head[h]:
            without[community[h]] += 1
    for h in range(visits.shape[0]):
        c = community[h]
        if without[c] == 0 or spare[c] <= 0.0:
            continue
        share = min(enough, spare[c] / without[c])
        if inside[h] >= 0 and not has_head[h]:
            visits[h] = share
        elif visits[h] > enough:
            visits[h] = enough + (visits[h] - enough) * (1.0 - share * without[c] / spare[c])


class RoundsOfHeads:
    """Heads choose where to go: rules after which the same visits reach other households."""

    name: ClassVar[str] = "rounds"
    cadence: ClassVar[str] = "weekly"
    sentence: ClassVar[str] = (
        "The visits of unit heads go to all households alike, or by the rule of the lever to some first; "
        "there are neither more nor fewer of them."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "in order of need, one visit each, then again, at most most_visits; equal needs in random order",
        "need, inside the unit: none (random); reports of the stair in memory_weeks (community_first)",
        "need, all heads of a subdistrict together: open cases per household of the building (district_first)",
        "cooperative: what is above enough_visits goes to households without a head in the same community, up to enough_visits",
        "limit: the sum of visits is that of the even rule",
    )
    without: ClassVar[str] = "as by the even rule: all households of a head are visited alike"
    reads: ClassVar[tuple[str, ...]] = ("visits", "reports", "backlog", "heads")
    writes: ClassVar[tuple[str, ...]] = ("visits",)
    seed_facts: ClassVar[tuple[str, ...]] = ("S23", "S24")
    Settings: ClassVar[type] = RoundsSettings

    def __init__(self, world: World, settings: RoundsSettings, on: bool) -> None:
        self.settings, self.on = settings, on
        self.most = float(world.uncertainties["heads"].most_visits)

    def step(self, world: World) -> None:
        """Rewrite this week's plan of visits."""
        rule = world.levers.rounds
        if not self.on or rule is Rounds.EVEN:
            return
        n, h = world.neighbourhood, world.households
        if rule is Rounds.COOPERATIVE:
            size = world.settings.communities
            enough = min(self.settings.enough_visits, self.most)
            inside = world.group("leader_supply").of_household
            _help_others(h.community, inside, n.has_head, enough, np.zeros(size), np.zeros(size, np.int64), n.visits)
            return
        own = world.group("attention").of_household
        pool, goes = (h.subdistrict, ~h.collective) if rule is Rounds.DISTRICT_FIRST else (own, n.has_head)
        rows = np.flatnonzero(goes)
        chance = uniforms(world.seed, d.ROUND, h.id[rows], tick=world.week)
        order = rows[np.lexsort((chance, -self._need(world, rule)[rows], pool[rows]))]
        planned = np.bincount(pool[rows], n.visits[rows])
        n.visits[:] = 0.0
        _send(order, pool, self.most, planned, n.visits)

    def _need(self, world: World, rule: Rounds) -> NDArray[np.float64]:
        """How urgently each household should be visited."""
        h, size = world.households, len(world.households.id)
        if rule is Rounds.RANDOM:
            return np.zeros(size)
        table: Any = world.issues
        issues = table[: int(world.roster.length[N_ISSUES])]
        issues = issues[issues["household"] >= 0]
        if rule is Rounds.COMMUNITY_FIRST:
            since = (world.day + 1 - WEEK_DAYS * self.settings.memory_weeks) * DAY
            late = (issues["reported"] > 0) & (issues["reported"] >= since)
            return np.bincount(h.stair_first[issues["household"][late]], minlength=size)[h.stair_first].astype(np.float64)
        at = h.building[issues["household"][(issues["state"] >= IN_UNIT) & (issues["state"] <= SERVED)]]
        buildings = world.places.buildings
        backlog = np.bincount(at[at >= 0], minlength=len(buildings.first)) / buildings.size
        need: NDArray[np.float64] = np.where(h.building >= 0, backlog[np.maximum(h.building, 0)], 0.0)
        return need
