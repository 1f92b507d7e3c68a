"""Self-resolution: given an issue inside a unit, what the unit needs to solve it, how long that takes, and what goes to staff.

One compound of 40 households in units of 10; issues of 4 staff hours need 2 hours of helpers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone, identical, issues
from tests.mechanisms.given import listen, noted, on_its_way
from tests.scenarios import only, scenario

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c
from cocreate_sim.world.clock import DAY, HOUR
from cocreate_sim.world.events import UNIT_WORKS
from cocreate_sim.world.issues import IN_UNIT, MOVING, ONE_HOUSEHOLD, SOLVED
from cocreate_sim.world.levers import CHANNELS

HEALTH, LAW, TEACHING = range(3)
REPORTER = 0
"""The first resident, who counts like any other."""


def unit(
    hours: float = 1000.0, *, on: bool = True, heads: bool = True, skill: int = -1, channels: Any = None, **given: Any
) -> CoCreateModel:
    """Units with a head, helpers with so many hours in the first week, and one kind of skill in household 0."""
    settings = {"routing.handoff_days": 0.0} | {(k if "." in k else f"self_resolution.{k}"): v for k, v in given.items()}
    names = ["routing"] + ["self_resolution"] * on
    model = CoCreateModel(
        scenario(
            identical(40, skill_share=0.0, building_min=19, building_mean=20.0),
            weeks=10,
            settings=settings,
            switches=alone(*names),
            partition="10",
            channels=channels,
        )  # fmt: skip
    )
    world = model.world
    world.neighbourhood.has_head[:] = heads
    world.unit_hours[:] = int(hours * HOUR)
    if skill >= 0:
        mechanism = next(m for m in model.mechanisms if m.name == "self_resolution")
        mechanism.skills[0, skill] = 1  # type: ignore[attr-defined]
    return model


def report(model: CoCreateModel, household: int = 3, *, hours: float = 4.0, skill: int = -1, posts: bool = False) -> int:
    """Report an issue of one household on Monday at ten."""
    return on_its_way(
        model, model.world.day * DAY + 10 * HOUR, household=household, scope=ONE_HOUSEHOLD, first=household, end=household + 1,
        needs_posts=posts, skill=skill, hours=hours, reporter=REPORTER,
    )  # fmt: skip


def days(model: CoCreateModel, count: int) -> None:
    """Let days pass."""
    for _ in range(count):
        model.step()


NEEDS: list[tuple[str, dict[str, Any], dict[str, Any], bool]] = [
    # what, unit, issue, solved by the unit
    ("a head and hours", {}, {}, True),
    ("no head", {"heads": False}, {}, False),
    ("no hours", {"hours": 0.0}, {}, False),
    ("too few hours", {"hours": 1.9}, {}, False),
    ("just enough hours", {"hours": 2.0}, {}, True),
    ("needs the posts", {}, {"posts": True}, False),
    ("needs a skill that nobody has", {}, {"skill": LAW}, False),
    ("needs a skill that somebody has", {"skill": LAW}, {"skill": LAW}, True),
    ("needs another skill", {"skill": HEALTH}, {"skill": LAW}, False),
    ("skill lives in another unit", {"skill": LAW}, {"skill": LAW, "household": 15}, False),
    ("work without effort", {"hours": 0.0, "hours_factor": 0.0}, {}, True),
    ("harder for neighbours", {"hours": 2.0, "hours_factor": 1.0}, {}, False),
    ("switched off", {"on": False}, {}, False),
]


@pytest.mark.parametrize(("what", "given", "issue", "solved"), NEEDS, ids=[n[0] for n in NEEDS])
def test_what_a_unit_needs(what: str, given: dict[str, Any], issue: dict[str, Any], solved: bool) -> None:
    """Either the unit solves it on the day of its report, or it is with staff after unit_days; never both."""
    model = unit(**given)
    row = report(model, **issue)
    days(model, 1)
    case = issues(model)[row]
    assert (case.state == SOLVED) == case.in_unit == solved
    days(model, 10)
    case = issues(model)[row]
    assert case.state == (SOLVED if solved else MOVING)
    assert (case.target >= 0) != solved
    counts = model.record.sums + model.world.week_counts
    assert counts[c.SOLVED_IN_UNIT] == counts[c.SOLVED] == solved
    assert counts[c.DISPATCHED] == (not solved)


def test_switched_off_units_are_not_even_tried() -> None:
    model = unit(on=False)
    row = report(model)
    days(model, 1)
    assert issues(model).state[row] == MOVING
    assert issues(model).target[row] == 0
    assert issues(model).due[row] == 10 * HOUR


def test_hours_are_limited_per_week_and_spent_in_order_of_report() -> None:
    """Given three issues of 2 hours and 3 hours a week, expect the first solved this week, the other two next week."""
    model = unit(3.0)
    rows = [report(model) for _ in range(3)]
    days(model, 1)
    assert issues(model).state[rows].tolist() == [SOLVED, IN_UNIT, IN_UNIT]
    assert issues(model).work[rows].tolist() == [0, HOUR, 2 * HOUR]
    days(model, 5)
    assert issues(model).state[rows].tolist() == [SOLVED, IN_UNIT, IN_UNIT]
    assert model.world.unit_hours[0] == 0
    assert model.world.week_counts[c.RESIDENT_HOURS] == 3.0
    model.world.unit_hours[:] = 3 * HOUR
    days(model, 1)
    assert issues(model).state[rows].tolist() == [SOLVED, SOLVED, SOLVED]
    assert model.record.sums[c.RESIDENT_HOURS] == 6.0
    assert issues(model).solved[rows[1]] == 7 * DAY - 1


def test_the_least_help_is_noted() -> None:
    model = unit(1 / HOUR)
    row = report(model)
    listen(model)
    days(model, 1)
    works = noted(model, UNIT_WORKS)
    assert works.b.tolist() == [row]
    assert works.value.tolist() == [1.0]


def test_units_do_not_help_each_other_but_a_pool_of_the_building_does() -> None:
    """Given hours in the first unit of a building only, expect the second unit to solve nothing, unless they pool."""
    for pooling, solved in ((True, False), (False, True)):
        names = CHANNELS if pooling else [n for n in CHANNELS if n != "pooling"]
        model = unit(0.0, channels=only(*names))
        model.world.unit_hours[0] = 10 * HOUR
        row = report(model, household=15)
        days(model, 1)
        assert (issues(model).state[row] == SOLVED) == solved


def test_skill_of_the_building_counts_without_the_channel_of_critical_mass() -> None:
    model = unit(skill=LAW, channels=only(*(n for n in CHANNELS if n != "critical_mass")))
    near, far = report(model, household=15, skill=LAW), report(model, household=25, skill=LAW)
    days(model, 1)
    assert issues(model).state[[near, far]].tolist() == [SOLVED, IN_UNIT]


def test_unfinished_work_is_handed_up_and_starts_afresh() -> None:
    """Given 1 of 2 hours done in 7 days, expect the issue with staff on day 8, with all of its staff hours to do."""
    model = unit(1.0)
    row = report(model)
    days(model, 7)
    assert issues(model).state[row] == IN_UNIT
    assert issues(model).work[row] == HOUR
    days(model, 1)
    case = issues(model)[row]
    assert (case.state, case.target, case.work, case.handoffs) == (MOVING, 0, -1, 1)
    assert not case.in_unit


def test_a_head_who_comes_in_time_saves_the_issue_and_one_who_leaves_loses_it() -> None:
    for there in (True, False):
        model = unit(0.0)
        row = report(model)
        days(model, 1)
        model.world.unit_hours[:] = 10 * HOUR
        model.world.neighbourhood.has_head[:] = there
        days(model, 8)
        assert (issues(model).state[row] == SOLVED) == there


@pytest.mark.parametrize(("limit", "after", "on_time"), [(3.0, 0, True), (3.0, 4, False), (10.0, 4, True)])
def test_neighbours_in_time_please_the_reporter(limit: float, after: int, on_time: bool) -> None:
    """Given hours only after some days, expect satisfaction when the issue is solved within the limit."""
    model = unit(0.0, limit_days=limit)
    report(model)
    days(model, after)
    model.world.unit_hours[:] = 10 * HOUR
    days(model, 1)
    feelings = model.world.feelings
    assert model.world.week_counts[c.ON_TIME] == model.world.week_counts[c.SATISFIED] == on_time
    assert feelings.served[REPORTER] == feelings.good[REPORTER] == on_time
    assert model.world.week_counts[c.TOTAL_DAYS] == pytest.approx(after + 14 / 24)


def test_what_is_solved_within_the_limit_to_the_instant_is_on_time() -> None:
    """Units are done at the end of a day: given a report at the end of Monday, expect it solved a day later."""
    model = unit(0.0, limit_days=1.0)
    row = report(model)
    model.world.issues.reported[row] = model.world.issues.due[row] = DAY - 1
    days(model, 1)
    model.world.unit_hours[:] = 10 * HOUR
    days(model, 1)
    assert model.world.week_counts[c.TOTAL_DAYS] == model.world.week_counts[c.ON_TIME] == 1.0


def test_helpers_get_new_hours_every_week() -> None:
    """Given four heads with 2 hours a week for nothing else, expect at most 8 hours of work in any week, and all of them used."""
    given = {
        "arrivals.rate": 200.0, "arrivals.posts_small": 0.0, "heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0,
        "heads.visit_share": 0.0, "heads.meeting_share": 0.0, "heads.hours": 2.0,
    }  # fmt: skip
    switches = alone("arrivals", "routing", "self_resolution", "heads")
    model = CoCreateModel(scenario(identical(40), weeks=12, settings=given, switches=switches, partition="10"))
    used = []
    for _ in range(12):
        days(model, 7)
        used.append(float(model.record.counts[model.world.week - 1, c.RESIDENT_HOURS]))
    assert max(used) <= 8.0 + 1e-9
    assert np.mean(used[2:]) > 7.0
    assert model.record.sums[c.SOLVED_IN_UNIT] > 20


SIGNS: list[tuple[str, Any, Any, int]] = [
    # setting, low, high, sign of the share solved in the unit
    ("self_resolution.hours_factor", 0.2, 2.0, -1),
    ("heads.hours", 1.0, 20.0, +1),
    ("routing.unit_days", 1.0, 30.0, +1),
    ("arrivals.skilled_share", 0.0, 1.0, -1),
]


@pytest.mark.parametrize(("setting", "low", "high", "sign"), SIGNS, ids=[s[0] for s in SIGNS])
def test_each_setting_moves_the_share_solved_in_units(setting: str, low: Any, high: Any, sign: int) -> None:
    given = {"arrivals.rate": 20.0, "heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0, "heads.hours": 10.0}
    switches = alone("arrivals", "routing", "self_resolution", "heads", "casework")
    shares = [
        CoCreateModel(
            scenario(identical(40, skill_share=0.02), weeks=16, settings=given | {setting: v}, switches=switches, partition="10")
        )
        .run()
        .summary["solved_in_unit_share"]
        for v in (low, high)
    ]
    assert sign * (shares[1] - shares[0]) > 0.02, shares


def test_an_issue_that_nobody_reported_pleases_nobody() -> None:
    model = unit()
    row = report(model)
    model.world.issues.reporter[row] = -1
    days(model, 30)
    assert issues(model).state[row] == SOLVED
    assert model.record.sums[c.SATISFIED] + model.world.week_counts[c.SATISFIED] == 1
    assert not any(feeling.any() for feeling in model.world.feelings)
