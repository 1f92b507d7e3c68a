"""Words for tests of one mechanism: a small place, and days in which that mechanism alone acts."""

from __future__ import annotations

from typing import Any

import numpy as np
from tests.scenarios import scenario, world_settings

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c
from cocreate_sim.world.events import empty_log
from cocreate_sim.world.issues import MOVING
from cocreate_sim.world.ties import Ties, add
from cocreate_sim.world.world import N_ISSUES, N_MOVING

PLACE: dict[str, Any] = {
    "households": 384, "compounds": 2, "grids": 4, "communities": 1, "compound_cv": 0.0, "building_min": 47, "building_mean": 1.0,
    "building_cv": 0.0, "stair_size": 12, "collective_share": 0.0, "households_per_site": 48,
}  # fmt: skip
"""Two compounds of four buildings of four stairs of twelve households; a grid is two buildings."""


def place(**given: Any) -> CoCreateModel:
    """The place above; ``world`` holds changes of it, the rest is what :func:`tests.scenarios.scenario` takes."""
    return CoCreateModel(scenario(world_settings("tiny", **(PLACE | given.pop("world", {}))), **given))


def rule(model: CoCreateModel, name: str) -> Any:
    """The mechanism of that name."""
    return next(m for m in model.mechanisms if m.name == name)


def days(model: CoCreateModel, count: int, *names: str) -> None:
    """Let ``count`` days pass in which only the named mechanisms act, in the order named (weekly ones on Sundays)."""
    for _ in range(count):
        for name in names:
            mechanism = rule(model, name)
            if mechanism.cadence != "weekly" or model.world.day % 7 == 6:
                mechanism.step(model.world)
        model.world.day += 1


def counts(model: CoCreateModel, counter: int) -> float:
    """What a counter of the running week stands at."""
    return float(model.world.week_counts[counter])


def on_its_way(model: CoCreateModel, instant: int, **columns: Any) -> int:
    """Add an issue that is born, reported and due at one instant, with the given columns; its row."""
    world = model.world
    row = int(world.roster.length[N_ISSUES])
    blank = dict.fromkeys(("target", "pool", "work", "waited", "ahead", "behind", "reporter"), -1)
    for name, value in {
        **blank,
        "b": row,
        "state": MOVING,
        "born": instant,
        "reported": instant,
        "due": instant,
        **columns,
    }.items():
        world.issues[name][row] = value
    world.roster.moving[world.roster.length[N_MOVING]] = row
    world.roster.length[N_MOVING] += 1
    world.roster.length[N_ISSUES] += 1
    world.week_counts[c.BORN] += 1
    return row


def listen(model: CoCreateModel) -> None:
    """Note what is decided from now on."""
    model.world.log = empty_log(10_000)


def noted(model: CoCreateModel, kind: int) -> np.recarray:
    """The events of one kind since somebody listens."""
    log = model.world.log
    rows = log.rows[: int(log.length[0])]
    return rows[rows.kind == kind]


def make(ties: Ties, i: int, j: int, strength: float, everyday: bool) -> bool:
    """Make a tie between two residents whose ids are their rows; whether there was room."""
    return bool(add(ties, i, j, strength, everyday, np.arange(len(ties.number)), empty_log()))
