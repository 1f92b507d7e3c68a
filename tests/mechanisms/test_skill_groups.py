"""Skill groups: who belongs to one, the hours that it has, and whom it helps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone, identical, issues
from tests.mechanisms.given import counts, on_its_way, rule
from tests.scenarios import run, scenario

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c
from cocreate_sim.world.clock import DAY, HOUR
from cocreate_sim.world.issues import IN_UNIT, ONE_HOUSEHOLD, SOLVED
from cocreate_sim.world.levers import Levers
from cocreate_sim.world.sites import BUILD

HEALTH, LAW, TEACHING = range(3)


def made(
    changes: dict[str, Any] | None = None, *, on: tuple[str, ...] = ("skill_groups",), lever: bool = True, **world: Any
) -> CoCreateModel:
    """Two communities of forty adults in units of ten, each with two free hours a week; nobody has a skill or volunteers."""
    place = identical(80, **({"compounds": 2, "communities": 2, "skill_share": 0.0} | world))
    settings = {"routing.handoff_days": 0.0, "volunteering.solving_share": 0.5, "volunteering.lapse_rate": 0.0} | (changes or {})
    given = scenario(place, weeks=10, settings=settings, switches=alone(*on), partition="10", skill_groups=lever)
    model = CoCreateModel(given)
    r = model.world.residents
    r.volunteer_since[:], r.skill[:], r.budget[:] = -1, -1, 2.0
    return model


def volunteer(model: CoCreateModel, resident: int, skill: int) -> None:
    """Make a resident a volunteer of that profession."""
    model.world.residents.volunteer_since[resident], model.world.residents.skill[resident] = 0, skill


# --- who, and how many hours ------------------------------------------------------------------------------------------


def test_volunteers_are_grouped_by_profession_and_community() -> None:
    model = made()
    r = model.world.residents
    for resident, skill in ((0, LAW), (11, LAW), (12, HEALTH), (40, LAW), (79, TEACHING)):
        volunteer(model, resident, skill)
    r.skill[5] = HEALTH  # a doctor who does not volunteer
    r.volunteer_since[6] = 0  # a volunteer without any of the professions
    rule(model, "skill_groups").step(model.world)
    assert model.world.skill_members.tolist() == [[1, 2, 0], [0, 1, 1]]


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_hours_are_split_between_the_group_and_the_unit_and_never_given_twice(share: float) -> None:
    """Two hours a week, half of it for neighbours' issues: one hour, of which the group has its share and the unit the rest."""
    model = made({"skill_groups.share": share, "heads.willing_share": 0.0}, on=("skill_groups", "volunteering"))
    volunteer(model, 0, LAW)
    volunteer(model, 11, LAW)
    volunteer(model, 12, -1)
    for name in ("volunteering", "skill_groups"):
        rule(model, name).step(model.world)
    w = model.world
    assert w.skill_hours[0, LAW] / HOUR == pytest.approx(2 * share)
    assert w.unit_hours[:2] / HOUR == pytest.approx([1 - share, 2 - share])
    assert (w.skill_hours.sum() + w.unit_hours.sum()) / HOUR == pytest.approx(3.0)


def test_groups_are_formed_anew_every_week() -> None:
    model = made()
    volunteer(model, 0, LAW)
    rule(model, "skill_groups").step(model.world)
    first = model.world.skill_hours.copy()
    model.world.skill_hours[0, LAW] = 7
    rule(model, "skill_groups").step(model.world)
    assert np.array_equal(model.world.skill_hours, first)
    model.world.residents.volunteer_since[0] = -1
    rule(model, "skill_groups").step(model.world)
    assert not model.world.skill_members.any()
    assert not model.world.skill_hours.any()


# --- issues -----------------------------------------------------------------------------------------------------------


def helped(model: CoCreateModel, *, group: float = 100.0, unit: float = 0.0, household: int = 3, skill: int = LAW) -> tuple[int, float]:
    """An issue of two helper hours that needs a skill, in a unit with a head: its state, and the hours of law in community 0."""
    w = model.world
    w.neighbourhood.has_head[:] = True
    w.skill_hours[0, LAW] = int(group * HOUR)
    w.unit_hours[:] = int(unit * HOUR)
    row = on_its_way(
        model, w.day * DAY + 10 * HOUR, household=household, scope=ONE_HOUSEHOLD, first=household, end=household + 1, skill=skill,
        hours=4.0, reporter=5, office=household // 40,
    )  # fmt: skip
    model.step()
    return int(issues(model).state[row]), w.skill_hours[0, LAW] / HOUR


ISSUES = ("routing", "self_resolution")


@pytest.mark.parametrize(
    ("given", "state", "left"),
    [
        pytest.param({}, SOLVED, 98.0, id="the group helps"),
        pytest.param({"group": 2.0}, SOLVED, 0.0, id="with its last hours"),
        pytest.param({"group": 0.0, "unit": 100.0}, IN_UNIT, 0.0, id="a group without hours helps no more"),
        pytest.param({"group": 1.5}, IN_UNIT, 0.0, id="half done"),
        pytest.param({"skill": HEALTH}, IN_UNIT, 100.0, id="another profession"),
        pytest.param({"household": 43}, IN_UNIT, 100.0, id="another community"),
        pytest.param({"skill": -1, "unit": 2.0}, SOLVED, 100.0, id="no skill needed: the unit does it"),
    ],
)
def test_a_group_helps_a_unit_that_lacks_the_skill(given: dict[str, Any], state: int, left: float) -> None:
    model = made(on=ISSUES)
    found, hours = helped(model, **given)
    assert found == state
    assert hours == pytest.approx(left)
    by_group = state == SOLVED and given.get("skill", LAW) == LAW
    assert counts(model, c.SOLVED_BY_GROUPS) == by_group
    assert counts(model, c.SOLVED_IN_UNIT) == (state == SOLVED)
    assert counts(model, c.GROUP_HOURS) == pytest.approx(given.get("group", 100.0) - left)


def test_a_unit_that_has_the_skill_uses_its_own_hours() -> None:
    model = made(on=ISSUES)
    rule(model, "self_resolution").skills[0, LAW] = 1
    state, left = helped(model, unit=2.0)
    assert (state, left) == (SOLVED, 100.0)
    assert counts(model, c.SOLVED_BY_GROUPS) == 0


def test_without_a_head_nobody_calls_the_group() -> None:
    model = made(on=ISSUES)
    w = model.world
    w.skill_hours[:] = 100 * HOUR
    row = on_its_way(model, 10 * HOUR, household=3, scope=ONE_HOUSEHOLD, first=3, end=4, skill=LAW, hours=4.0)
    model.step()
    assert issues(model).state[row] != SOLVED
    assert w.skill_hours[0, LAW] == 100 * HOUR


# --- projects ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("needs", "members", "own", "found", "by_group"),
    [
        pytest.param(LAW, 1, False, True, 1, id="in the group of the community"),
        pytest.param(LAW, 0, False, False, 0, id="nobody has it"),
        pytest.param(HEALTH, 1, False, False, 0, id="another profession"),
        pytest.param(LAW, 1, True, True, 0, id="in the unit itself"),
        pytest.param(-1, 1, False, True, 0, id="no skill needed"),
    ],
)
def test_a_project_finds_its_skill_in_a_group(needs: int, members: int, own: bool, found: bool, by_group: int) -> None:
    model = made({"renovation.skill_search": 0.0}, on=("renovation",))
    w = model.world
    s = w.sites[w.sites.office == 0]
    assert len(s)
    w.sites.stage[:], w.sites.skill[:], w.sites.skill_found[:], w.sites.hours_needed[:] = BUILD, needs, False, 100.0
    w.sites.initiator[:], w.sites.funded[:] = -1, True
    w.skill_members[0, LAW] = members
    if own:
        rule(model, "renovation").skills[:, LAW] = 1
    rule(model, "renovation").step(w)
    here = w.sites.office == 0
    assert np.all(w.sites.skill_found[here] == found)
    assert counts(model, c.PROJECTS_BY_GROUPS) == by_group * here.sum()


# --- without ----------------------------------------------------------------------------------------------------------


def test_by_default_there_are_no_groups() -> None:
    assert Levers().skill_groups is False


@pytest.mark.parametrize(("lever", "on"), [(False, ("skill_groups", "volunteering")), (True, ("volunteering",))], ids=["no lever", "off"])
def test_without_the_lever_or_the_mechanism_all_hours_stay_with_the_unit(lever: bool, on: tuple[str, ...]) -> None:
    model = made({"heads.willing_share": 0.0}, lever=lever, on=on)
    volunteer(model, 0, LAW)
    for name in ("volunteering", "skill_groups"):
        rule(model, name).step(model.world)
    assert not model.world.skill_members.any()
    assert not model.world.skill_hours.any()
    assert model.world.unit_hours[0] / HOUR == pytest.approx(1.0)


def test_outcomes_are_not_a_number_where_there_are_none() -> None:
    names = ("skill_group_members", "skill_group_hours", "solved_by_skill_groups", "projects_by_skill_groups")
    without, there = (run("tiny", weeks=3, skill_groups=lever).summary for lever in (False, True))
    assert all(np.isnan(without[name]) for name in names)
    assert all(there[name] >= 0 for name in names)
