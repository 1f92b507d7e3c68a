"""Mobilisation: free staff hours become events, events ask people, messages reach everybody weakly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone, identical
from tests.scenarios import scenario

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c

PLAN: dict[str, Any] = {
    "mobilisation.hours_per_event": 25.0, "mobilisation.asked_per_event": 20.0, "mobilisation.used_share": 1.0, "mobilisation.broadcast_reach": 0.05,
}  # fmt: skip


def held(
    own: float,
    shared: float = 0.0,
    *,
    communities: int = 1,
    on: bool = True,
    weeks: int = 1,
    changes: dict[str, Any] | None = None,
    **levers: Any,
) -> tuple[CoCreateModel, list[float]]:
    """Events of some weeks in which each community has ``own`` and the subdistrict ``shared`` hours free; 200 adults per community."""
    world = identical(200 * communities, communities, communities=communities)
    model = CoCreateModel(
        scenario(world, weeks=1, settings=PLAN | (changes or {}), switches=alone(*["mobilisation"] * on), **levers)
    )
    rule = next(m for m in model.mechanisms if m.name == "mobilisation")
    w = model.world
    events = []
    for _ in range(weeks):
        w.free_hours[:communities], w.free_hours[communities:] = own, shared
        before = w.week_counts[c.EVENTS]
        rule.step(w)
        w.day += 7
        events.append(float(w.week_counts[c.EVENTS] - before))
    return model, events


@pytest.mark.parametrize(
    ("own", "shared", "communities", "events", "asked"),
    [
        pytest.param(0.0, 0.0, 1, 0, 0.0, id="no time, no events"),
        pytest.param(50.0, 0.0, 1, 2, 0.2, id="two events ask 40 of 200"),
        pytest.param(0.0, 50.0, 1, 2, 0.2, id="hours of the posts count as well"),
        pytest.param(25.0, 25.0, 1, 2, 0.2, id="together"),
        pytest.param(50.0, 100.0, 2, 8, 0.4, id="posts serve two communities, half each"),
        pytest.param(2500.0, 0.0, 1, 100, 1.0, id="nobody is asked with more than certainty"),
    ],
)
def test_events_are_as_many_as_hours_allow(own: float, shared: float, communities: int, events: int, asked: float) -> None:
    model, number = held(own, shared, communities=communities)
    assert number == [events]
    assert model.world.asked_by_staff[:communities] == pytest.approx(asked)
    assert np.all(model.world.asked_by_staff[communities:] == 0.0)


def test_part_of_an_event_is_rounded_at_random_and_without_bias() -> None:
    _, events = held(10.0, weeks=600)
    assert set(events) == {0.0, 1.0}
    assert np.mean(events) == pytest.approx(0.4, abs=3.5 * np.sqrt(0.24 / 600))


@pytest.mark.parametrize(
    ("setting", "low", "high", "sign"),
    [("hours_per_event", 10.0, 50.0, -1), ("used_share", 0.2, 1.0, +1), ("asked_per_event", 10.0, 30.0, +1)],
)
def test_each_setting_moves_the_chance_to_be_asked(setting: str, low: float, high: float, sign: int) -> None:
    few, many = (held(100.0, changes={f"mobilisation.{setting}": value})[0].world.asked_by_staff[0] for value in (low, high))
    assert sign * (many - few) > 0


def test_the_same_event_asks_a_smaller_part_of_a_larger_community() -> None:
    """Households outside the world are asked too: they count among those served."""
    world = identical(200, background=True, community_households=1000, subdistrict_households=1000)
    model = CoCreateModel(scenario(world, weeks=1, settings=PLAN, switches=alone("mobilisation")))
    model.world.free_hours[0] = 250.0
    next(m for m in model.mechanisms if m.name == "mobilisation").step(model.world)
    assert model.world.asked_by_staff[0] == pytest.approx(10 * 20 / 1000)


@pytest.mark.parametrize(("broadcast", "on", "reach"), [(True, True, 0.05), (False, True, 0.0), (True, False, 0.0)])
def test_messages_are_sent_when_the_lever_says_so(broadcast: bool, on: bool, reach: float) -> None:
    assert held(0.0, on=on, broadcast=broadcast)[0].world.broadcast == reach


def test_without_it_staff_ask_nobody() -> None:
    model, events = held(1000.0, 1000.0, on=False, weeks=5)
    assert events == [0.0] * 5
    assert np.all(model.world.asked_by_staff == 0.0)
