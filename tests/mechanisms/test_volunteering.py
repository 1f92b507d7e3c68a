"""Volunteering: who registers, who lapses, and how many hours of help a unit has."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone, identical
from tests.scenarios import scenario, world_settings

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c
from cocreate_sim.world.clock import HOUR
from cocreate_sim.world.world import World

NONE: dict[str, Any] = {"volunteering.start_share": 0.0, "volunteering.lapse_rate": 0.0, "volunteering.join_chance": 0.0}


def made(
    changes: dict[str, Any] | None = None, *, world: Any = None, on: tuple[str, ...] = ("volunteering",), **levers: Any
) -> CoCreateModel:
    """Four hundred adults in one building."""
    given = scenario(world or identical(400), weeks=4, settings=NONE | (changes or {}), switches=alone(*on), **levers)
    return CoCreateModel(given)


def step(model: CoCreateModel, name: str = "volunteering") -> World:
    """Let one mechanism happen once."""
    next(m for m in model.mechanisms if m.name == name).step(model.world)
    return model.world


@pytest.mark.parametrize(("share", "expect"), [(0.0, 0.0), (0.3, 0.3), (1.0, 1.0)])
def test_some_are_volunteers_from_the_start(share: float, expect: float) -> None:
    model = made({"volunteering.start_share": share})
    assert (model.world.residents.volunteer_since >= 0).mean() == pytest.approx(expect, abs=0.08 * (0 < expect < 1))


def test_children_are_not_volunteers() -> None:
    r = made({"volunteering.start_share": 1.0}, world=world_settings("tiny", children_share=0.5)).world.residents
    assert np.array_equal(r.volunteer_since >= 0, r.adult)
    assert not r.adult.all()


@pytest.mark.parametrize(("chance", "expect"), [(0.0, 0.0), (0.3, 0.3), (1.0, 1.0)])
def test_participants_register_with_the_chance_to_join(chance: float, expect: float) -> None:
    model = made({"volunteering.join_chance": chance})
    r = model.world.residents
    r.takes_part[:200] = True
    model.world.day = 35
    step(model)
    joined = r.volunteer_since >= 0
    assert joined[:200].mean() == pytest.approx(expect, abs=0.12 * (0 < expect < 1))
    assert not joined[200:].any(), "who does not come does not register"
    assert np.all(r.volunteer_since[joined] == 5)
    assert model.world.week_counts[c.VOLUNTEERS_JOINED] == joined.sum()


def test_who_is_registered_does_not_register_again() -> None:
    model = made({"volunteering.join_chance": 1.0, "volunteering.start_share": 1.0})
    model.world.residents.takes_part[:] = True
    model.world.day = 35
    step(model)
    assert np.all(model.world.residents.volunteer_since == 0)
    assert model.world.week_counts[c.VOLUNTEERS_JOINED] == 0


@pytest.mark.parametrize(
    ("rate", "effect", "belonging", "expect"),
    [
        pytest.param(0.0, 0.0, 0.0, 0.0, id="nobody ever lapses"),
        pytest.param(50.0, 0.0, 0.0, 1 - np.exp(-50 * 7 / 365), id="most lapse"),
        pytest.param(50.0, 2.0, 0.0, 1 - np.exp(-50 * 7 / 365), id="no belonging, no effect of it"),
        pytest.param(50.0, 2.0, 1.0, 1 - np.exp(-50 * 7 / 365 * np.exp(-2.0)), id="belonging keeps them"),
        pytest.param(50.0, 10.0, 1.0, 0.0, id="strong belonging keeps nearly all"),
    ],
)
def test_volunteers_lapse_later_where_they_belong(rate: float, effect: float, belonging: float, expect: float) -> None:
    model = made({"volunteering.start_share": 1.0, "volunteering.lapse_rate": rate, "volunteering.belonging_effect": effect})
    model.world.residents.belonging[:] = belonging
    step(model)
    lapsed = model.world.residents.volunteer_since < 0
    assert lapsed.mean() == pytest.approx(expect, abs=0.08 * (expect > 0))
    assert model.world.week_counts[c.VOLUNTEERS_LAPSED] == lapsed.sum()


@pytest.mark.parametrize("partition", ["40", "100"])
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_helper_hours_of_a_unit_are_part_of_its_volunteers_free_time(partition: str, share: float) -> None:
    model = made({"volunteering.start_share": 0.2, "volunteering.solving_share": share}, partition=partition)
    w = step(model)
    r, units = w.residents, w.units
    expected = np.bincount(units.of_resident, np.where(r.volunteer_since >= 0, r.budget * share, 0.0), len(units.first))
    assert w.unit_hours / HOUR == pytest.approx(expected, abs=1e-6)
    assert (expected.max() > 0) == (share > 0)


def test_volunteers_of_dormitories_are_helpers_of_no_unit() -> None:
    model = made({"volunteering.start_share": 1.0}, world=identical(100, collective_share=0.5, collective_size=4), partition="10")
    w = step(model)
    families = w.units.of_resident >= 0
    assert 0.3 < families.mean() < 0.7
    own = (w.residents.budget * model.world.uncertainties["volunteering"].solving_share)[families]
    assert w.unit_hours.sum() / HOUR == pytest.approx(own.sum(), abs=1e-3)


def test_free_time_is_new_every_week() -> None:
    model = made({"volunteering.start_share": 0.2})
    first = step(model).unit_hours.copy()
    assert np.array_equal(step(model).unit_hours, first)


@pytest.mark.parametrize(("visit", "meeting", "hours"), [(0.4, 0.3, 0.9), (0.0, 0.0, 3.0), (0.5, 0.5, 0.0), (0.8, 0.8, 0.0)])
def test_heads_help_with_the_hours_that_visits_and_meetings_leave(visit: float, meeting: float, hours: float) -> None:
    """Three hours of each head; nobody is a volunteer."""
    heads = {
        "heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0, "heads.hours": 3.0, "heads.visit_share": visit, "heads.meeting_share": meeting,
    }  # fmt: skip
    model = made(heads, on=("volunteering", "heads"), partition="40")
    step(model, "heads")
    assert step(model).unit_hours / HOUR == pytest.approx(hours, abs=1e-6)


def test_pooling_off_makes_the_building_one_pool() -> None:
    model = made({"volunteering.start_share": 1.0}, partition="40", channels={"pooling": False})
    assert len(step(model).unit_hours) == 1


def test_without_it_nobody_registers_and_only_heads_help() -> None:
    given = {
        "volunteering.start_share": 1.0, "volunteering.join_chance": 1.0, "heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0,
        "heads.hours": 3.0, "heads.visit_share": 0.4, "heads.meeting_share": 0.3,
    }  # fmt: skip
    model = made(given, on=("heads",), partition="40")
    model.world.residents.takes_part[:] = True
    step(model, "heads")
    step(model)
    assert np.all(model.world.residents.volunteer_since < 0)
    assert model.world.unit_hours / HOUR == pytest.approx(0.9, abs=1e-6)
    model.world.neighbourhood.has_head[:] = False
    assert np.all(step(model).unit_hours == 0)
