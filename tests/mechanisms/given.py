"""Words for tests of one mechanism: a small place, an issue, a project, a person, and the step of that mechanism alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from tests.scenarios import scenario, world_settings

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world.clock import DAY, HOUR
from cocreate_sim.world.issues import (
    BEYOND,
    BUILDING,
    COMPOUND,
    IN_UNIT,
    LATENT,
    MOVING,
    NORMAL,
    ONE_HOUSEHOLD,
    SCOPES,
    STAIR,
)  # fmt: skip
from cocreate_sim.world.sites import BUILD, GARDEN, PLAN
from cocreate_sim.world.world import N_IN_UNIT, N_ISSUES, N_LATENT, N_MOVING, World

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


def sundays(model: CoCreateModel, count: int, *names: str) -> None:
    """Let ``count`` weeks pass in which only the named mechanisms act, on Sundays, in the order named."""
    for _ in range(count):
        model.world.day = model.world.week * 7 + 6
        for name in names:
            rule(model, name).step(model.world)
        model.world.day += 1


def instant(day: int, hour: float) -> int:
    """Calendar microseconds of a day (0 is a Monday) and an hour of it."""
    return int(day * DAY + hour * HOUR)


def issue(
    world: World, household: int = 0, *, scope: int = ONE_HOUSEHOLD, state: int = MOVING, day: int = 0, hour: float = 8.0,
    hours: float = 1.0, priority: int = NORMAL, needs_posts: bool = False, skill: int = -1, office: int | None = None, reporter: int = -1,
) -> int:  # fmt: skip
    """Put an issue into the world by hand and return its row; a MOVING one is reported but not yet routed unless ``office`` is given."""
    homes, compounds = world.households, world.places.compounds
    row = int(world.roster.length[N_ISSUES])
    i, c = world.issues, int(homes.compound[household])
    assert row < len(i)
    spans = {
        ONE_HOUSEHOLD: (household, household + 1),
        STAIR: (homes.stair_first[household], homes.stair_end[household]),
        BUILDING: (world.places.buildings.first[homes.building[household]], world.places.buildings.end[homes.building[household]]),
        COMPOUND: (compounds.first[c], compounds.end[c]),
        BEYOND: (compounds.first[c], compounds.end[c]),
    }
    for column in ("reporter", "target", "pool", "work", "waited", "ahead", "behind"):
        i[column][row] = -1
    i.a[row], i.b[row], i.household[row], i.office[row] = homes.id[household], 1000 + row, household, homes.community[household]
    i.scope[row], (i.first[row], i.end[row]) = scope, spans[scope]
    i.priority[row], i.needs_posts[row], i.skill[row], i.hours[row], i.state[row] = priority, needs_posts, skill, hours, state
    i.born[row] = i.reported[row] = i.due[row] = instant(day, hour)
    i.reporter[row] = reporter
    if office is not None:
        i.target[row] = office
    which = {LATENT: N_LATENT, IN_UNIT: N_IN_UNIT, MOVING: N_MOVING}[state]
    lists = (world.roster.latent, world.roster.in_unit, world.roster.moving)
    lists[which][world.roster.length[which]] = row
    world.roster.length[which] += 1
    world.roster.length[N_ISSUES] += 1
    return row


def project(model: CoCreateModel, stage: int = PLAN, site: int = 0, **columns: Any) -> np.record:
    """Set a project on a site, ready for the named stage; ``columns`` override what is usual there."""
    world = model.world
    s = world.sites
    usual = {
        "number": 1, "since": world.week, "proposed": world.week, "initiator": -1, "by_residents": True, "meetings": 0, "options": 3,
        "hours_needed": 20.0, "hours_got": 0.0, "money_needed": 1000.0, "funded": stage > BUILD, "helpers_needed": 1, "skill": -1,
        "skill_found": stage > BUILD, "corrections": 0, "support": 0.5, "condition": 1.0 if stage > BUILD else 0.0, "kind": GARDEN,
    }  # fmt: skip
    s.stage[site] = stage
    for name, value in (usual | columns).items():
        s[name][site] = value
    return s[site]


def counts(model: CoCreateModel, counter: int) -> float:
    """What a counter of the running week stands at."""
    return float(model.world.week_counts[counter])


def names_of(scope: int) -> str:
    """A scope in words."""
    return SCOPES[scope]
