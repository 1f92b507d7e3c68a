"""The children's class once more, as a compiled loop over columns: the same results, fast enough for a whole district."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cocreate_sim.engine.kernels import kernel
from cocreate_sim.engine.streams import uniform as draw
from cocreate_sim.outcomes.catalogue import Outcome
from cocreate_sim.world.ties import add, find
from cocreate_sim.world.world import World

from .agents import COMES, MEETS, TEACHES, WEEKS_PER_YEAR, ChildrensClass, ChildrensClassSettings


class State(NamedTuple):
    """Columns of the class: what it keeps, and room to work in."""

    times: NDArray[np.int32]
    """Weeks in which each resident brought a child."""
    order: NDArray[np.int64]
    """Rows of residents, community by community, ascending."""
    first: NDArray[np.int64]
    """Where each community begins in that order."""
    parents: NDArray[np.int64]
    """Room for the parents of one class."""


class Rules(NamedTuple):
    """Settings, as a compiled loop takes them."""

    teach: float
    seats: int
    come: float
    met: float
    tie_gain: float
    belonging_gain: float


@kernel
def _hold(seed, week, residents, households, ties, state, rules, log):
    """Hold the class of every community; return how many children came."""
    total = 0
    for c in range(state.first.shape[0] - 1):
        teachers = 0
        children = 0
        for k in range(state.first[c], state.first[c + 1]):
            i = state.order[k]
            if not residents.adult[i]:
                children += 1
            if residents.volunteer_since[i] >= 0 and draw(seed, TEACHES, week, residents.id[i], 0) < rules.teach:
                teachers += 1
        chance = min(rules.come, rules.seats * teachers / max(children, 1))
        present = 0
        for k in range(state.first[c], state.first[c + 1]):
            i = state.order[k]
            if residents.adult[i] or draw(seed, COMES, week, residents.id[i], 0) >= chance:
                continue
            total += 1
            parent = households.first_resident[residents.household[i]]
            if present == 0 or state.parents[present - 1] != parent:  # brothers and sisters come with one parent
                state.parents[present] = parent
                present += 1
                residents.belonging[parent] += rules.belonging_gain * (1.0 - residents.belonging[parent])
                state.times[parent] += 1
        if present > 1:
            _meet(seed, week, residents, ties, state.parents, present, rules, log)
    return total


@kernel
def _meet(seed, week, residents, ties, parents, present, rules, log):
    """Let the parents of one class meet, pair by pair in ascending order."""
    chance = min(1.0, rules.met / (present - 1))
    for x in range(present):
        for y in range(x + 1, present):
            i, j = parents[x], parents[y]
            if draw(seed, MEETS, week, residents.id[i], residents.id[j]) >= chance:
                continue
            at = find(ties, i, j)
            if at >= 0:
                strength = ties.strength[i, at] + rules.tie_gain * (1.0 - ties.strength[i, at])
                ties.strength[i, at] = strength
                ties.strength[j, find(ties, j, i)] = strength
            elif rules.tie_gain > 0.0:
                add(ties, i, j, rules.tie_gain, False, residents.id, log)


class ChildrensClassFast(ChildrensClass):
    """The same happening: its words, settings and outcomes are inherited, its rule is compiled."""

    name: ClassVar[str] = "childrens_class_fast"
    outcomes: ClassVar[tuple[Outcome, ...]] = tuple(
        replace(o, name=o.name.replace("childrens_class", "childrens_class_fast")) for o in ChildrensClass.outcomes
    )

    def __init__(self, world: World, settings: ChildrensClassSettings, on: bool) -> None:
        self.settings, self.on = settings, on
        self.children = 0
        community = world.households.community[world.residents.household]
        order = np.argsort(community, kind="stable")
        first = np.searchsorted(community[order], np.arange(world.settings.communities + 1))
        rows = len(world.residents.id)
        self.state = State(np.zeros(rows, np.int32), order, first, np.zeros(rows, np.int64))
        world.extra[self.name] = self.state.times
        s = settings
        self.rules = Rules(s.teach_chance, s.seats, s.come_chance, s.met, s.tie_gain, s.belonging_gain)

    def step(self, world: World) -> None:
        """Hold this week's class in every community."""
        s = self.settings
        self.children = 0
        if self.on and s.first_week <= world.week % WEEKS_PER_YEAR < s.first_week + s.weeks:
            self.children = _hold(
                world.seed_word, world.week, world.residents, world.households, world.ties, self.state, self.rules, world.log
            )
