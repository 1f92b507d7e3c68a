"""The children's class in plain Python over agents: the shortest way from a rule to a result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from cocreate_sim.agents import Resident
from cocreate_sim.engine.settings import setting, uniform
from cocreate_sim.engine.streams import uniform as draw
from cocreate_sim.outcomes.catalogue import Outcome
from cocreate_sim.world.decisions import of_extension
from cocreate_sim.world.ties import add, find
from cocreate_sim.world.world import World

TEACHES, COMES, MEETS = (of_extension(f"childrens_class.{decision}") for decision in ("teaches", "comes", "meets"))
WEEKS_PER_YEAR = 52


@dataclass(frozen=True, slots=True)
class ChildrensClassSettings:
    """When the class is held, who comes, and what it does to their parents."""

    first_week: int = setting(
        26, unit="week of the year", low=0, high=51,
        meaning="first week of the holidays, counted from the start of the run", source="no evidence",
    )  # fmt: skip
    weeks: int = setting(
        8, unit="weeks per year", low=0, high=52,
        meaning="length of the holidays", source="no evidence",
    )  # fmt: skip
    teach_chance: float = setting(
        0.2, unit="chance per week", low=0.0, high=1.0, prior=uniform(0.05, 0.5),
        meaning="a volunteer teaches", source="no evidence",
    )  # fmt: skip
    seats: int = setting(
        8, unit="children per teacher", low=1, high=100,
        meaning="children a teacher can take", source="no evidence",
    )  # fmt: skip
    come_chance: float = setting(
        0.5, unit="chance per week", low=0.0, high=1.0, prior=uniform(0.1, 0.8),
        meaning="a child wants to come", source="no evidence",
    )  # fmt: skip
    met: float = setting(
        4.0, unit="parents per class", low=0.0, high=50.0, prior=uniform(3.0, 10.0),
        meaning="parents whom a parent really meets", source="F5",
    )  # fmt: skip
    tie_gain: float = setting(
        0.1, unit="share of full strength", low=0.0, high=1.0, prior=uniform(0.02, 0.3),
        meaning="gain of a tie by meeting", source="E13",
    )  # fmt: skip
    belonging_gain: float = setting(
        0.05, unit="share of the gap to full belonging", low=0.0, high=1.0, prior=uniform(0.02, 0.2),
        meaning="rise of a parent's belonging", source="E14",
    )  # fmt: skip


class ChildrensClass:
    """Volunteers teach children in the holidays, and their parents get to know each other."""

    name: ClassVar[str] = "childrens_class"
    after: ClassVar[str] = "mobilisation"
    cadence: ClassVar[str] = "weekly"
    sentence: ClassVar[str] = (
        "In the holidays volunteers teach the children of their community, and the parents who bring them meet."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "a child comes with chance min(come_chance, seats x teachers / children of the community)",
        "a pair of A parents meets with chance min(1, met / (A - 1)): w <- w + tie_gain (1 - w)",
        "B <- B + belonging_gain (1 - B) of every parent",
    )
    without: ClassVar[str] = "nobody teaches, nobody meets"
    reads: ClassVar[tuple[str, ...]] = ("volunteers", "children")
    writes: ClassVar[tuple[str, ...]] = ("ties", "belonging")
    seed_facts: ClassVar[tuple[str, ...]] = ()
    Settings: ClassVar[type] = ChildrensClassSettings
    outcomes: ClassVar[tuple[Outcome, ...]] = (
        Outcome("childrens_class_children", "Children in class", "children per week", "children who came", "own", True, 0),
        Outcome("childrens_class_parents", "Parents reached", "parents", "parents who ever brought a child", "own", False, 0),
    )
    model: Any  # the CoCreateModel, set before the first step

    def __init__(self, world: World, settings: ChildrensClassSettings, on: bool) -> None:
        self.settings, self.on = settings, on
        self.children = 0
        # an agent stores nothing of its own: further state is an array with one value per row
        world.extra[self.name] = np.zeros(len(world.residents.id), np.int32)

    def step(self, world: World) -> None:
        """Hold this week's class in every community."""
        s = self.settings
        self.children = 0
        if not self.on or not s.first_week <= world.week % WEEKS_PER_YEAR < s.first_week + s.weeks:
            return
        for _, residents in self.model.agents.select(agent_type=Resident).groupby("community"):
            self.hold(world, list(residents))

    def luck(self, world: World, decision: int, a: int, b: int = 0) -> float:
        """The draw of this week that belongs to a decision of one resident, or of a pair."""
        return float(draw(world.seed_word, decision, world.week, a, b))

    def hold(self, world: World, residents: list[Any]) -> None:
        """Hold the class of one community."""
        s = self.settings
        children = [r for r in residents if not r.adult]
        teachers = [r for r in residents if r.is_volunteer and self.luck(world, TEACHES, r.unique_id) < s.teach_chance]
        chance = min(s.come_chance, s.seats * len(teachers) / max(len(children), 1))
        came = [child for child in children if self.luck(world, COMES, child.unique_id) < chance]
        self.children += len(came)
        parents = [Resident(self.model, row) for row in sorted({int(world.households.first_resident[c.household]) for c in came})]
        for parent in parents:
            parent.belonging += s.belonging_gain * (1.0 - parent.belonging)
            world.extra[self.name][parent.row] += 1
        chance = min(1.0, s.met / (len(parents) - 1)) if len(parents) > 1 else 0.0
        for x, one in enumerate(parents):
            for other in parents[x + 1 :]:
                if self.luck(world, MEETS, one.unique_id, other.unique_id) < chance:
                    self.meet(world, one.row, other.row)

    def meet(self, world: World, i: int, j: int) -> None:
        """Strengthen the tie of two parents, or make one."""
        ties, gain = world.ties, self.settings.tie_gain
        at = find(ties, i, j)
        if at >= 0:
            strength = ties.strength[i, at] + gain * (1.0 - ties.strength[i, at])
            ties.strength[i, at] = ties.strength[j, find(ties, j, i)] = strength
        elif gain > 0.0:
            add(ties, i, j, gain, False, world.residents.id, world.log)

    def week(self, world: World) -> dict[str, float]:
        """Count the children of the week that ends."""
        return {f"{self.name}_children": self.children}

    def summary(self, world: World, weeks: int) -> dict[str, float]:
        """Count the parents who ever came."""
        return {f"{self.name}_parents": np.count_nonzero(world.extra[self.name])}
