"""Belonging and trust: what experience does to them, and what the lack of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given as examples
from hypothesis import settings as effort
from hypothesis import strategies as st
from tests.limits.common import alone, identical
from tests.scenarios import scenario

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world.world import World

YEAR = 365.0 / 7.0
STILL: dict[str, Any] = {
    "belonging.start": 0.4, "belonging.newcomer_gap": 0.0, "belonging.spread": 0.0, "belonging.return_rate": 0.0, "belonging.gain": 0.1,
    "belonging.loss": 0.2, "belonging.visit_gain": 0.0, "belonging.trust_start": 0.5, "belonging.trust_gain": 0.2, "belonging.trust_loss": 0.3,
    "belonging.trust_by_taking_part": 0.0,
}  # fmt: skip
"""Nothing returns to rest; round figures."""


def made(changes: dict[str, Any] | None = None, on: bool = True, **world: Any) -> CoCreateModel:
    """One building of ten alike adults."""
    households = world.pop("households", 10)
    given = scenario(
        identical(households, **world), weeks=1, settings=STILL | (changes or {}), switches=alone(*["belonging"] * on)
    )
    return CoCreateModel(given)


def digest(model: CoCreateModel, **experiences: int) -> World:
    """Let the first resident have these experiences, and one week pass; resident 1 has none."""
    for name, number in experiences.items():
        getattr(model.world.feelings, name)[0] = number
    next(m for m in model.mechanisms if m.name == "belonging").step(model.world)
    return model.world


@pytest.mark.parametrize(
    ("good", "bad", "expect"),
    [
        (0, 0, 0.4),
        (1, 0, 0.4 + 0.1 * 0.6),
        (2, 0, 1 - 0.6 * 0.9**2),
        (0, 1, 0.4 * 0.8),
        (0, 3, 0.4 * 0.8**3),
        (1, 1, (1 - 0.6 * 0.9) * 0.8),
    ],
)
def test_good_experience_raises_belonging_and_bad_lowers_it(good: int, bad: int, expect: float) -> None:
    """Each good one closes a tenth of the gap to full belonging, each bad one takes a fifth of the level."""
    world = digest(made(), good=good, bad=bad)
    assert world.residents.belonging[0] == pytest.approx(expect)
    assert world.residents.belonging[1] == pytest.approx(0.4)
    assert world.residents.trust[0] == 0.5


@pytest.mark.parametrize(
    ("served", "ignored", "came", "expect"),
    [
        (0, 0, False, 0.5), (1, 0, False, 0.6), (2, 0, False, 1 - 0.5 * 0.8**2), (0, 1, False, 0.35), (0, 2, False, 0.5 * 0.7**2),
        (1, 1, False, 0.6 * 0.7), (0, 0, True, 0.5 + 0.1 * 0.5),
    ],
)  # fmt: skip
def test_trust_follows_reports_and_taking_part(served: int, ignored: int, came: bool, expect: float) -> None:
    model = made({"belonging.trust_by_taking_part": 0.1})
    model.world.residents.takes_part[0] = came
    world = digest(model, served=served, ignored=ignored)
    assert world.residents.trust[0] == pytest.approx(expect)
    assert world.residents.trust[1] == 0.5
    assert world.residents.belonging[0] == pytest.approx(0.4)


def test_experiences_are_digested_once() -> None:
    model = made()
    after = digest(model, good=1, bad=1, served=1, ignored=1).residents
    belonging, trust = after.belonging[0], after.trust[0]
    assert all(column.sum() == 0 for column in model.world.feelings)
    digest(model)
    assert (after.belonging[0], after.trust[0]) == (belonging, trust)


@pytest.mark.parametrize("level", [0.0, 0.9])
@pytest.mark.parametrize("rate", [0.4, 10.0])
def test_belonging_returns_to_where_it_rests(level: float, rate: float) -> None:
    model = made({"belonging.return_rate": rate})
    model.world.residents.belonging[0] = level
    for weeks in range(1, 4):
        digest(model)
        assert model.world.residents.belonging[0] == pytest.approx(0.4 + (level - 0.4) * np.exp(-rate * weeks / YEAR))
    assert model.world.residents.belonging[1] == pytest.approx(0.4)
    assert model.world.residents.trust[0] == 0.5


@pytest.mark.parametrize(
    ("visits", "gain", "expect"), [(0.0, 0.01, 0.4), (1.0, 0.0, 0.4), (1.0, 0.01, 0.406), (3.0, 0.01, 0.418), (3.0, 1.0, 1.0)]
)
def test_a_visit_of_the_head_raises_belonging(visits: float, gain: float, expect: float) -> None:
    model = made({"belonging.visit_gain": gain})
    model.world.neighbourhood.visits[0] = visits
    world = digest(model)
    assert world.residents.belonging[0] == pytest.approx(expect)
    assert world.residents.belonging[1] == pytest.approx(0.4)


@effort(max_examples=30)
@examples(
    start=st.floats(0, 1), trust=st.floats(0, 1), gain=st.floats(0, 1), loss=st.floats(0, 1), counts=st.tuples(*[st.integers(0, 50)] * 4), visits=st.floats(0, 50)
)  # fmt: skip
def test_levels_stay_between_0_and_1(
    start: float, trust: float, gain: float, loss: float, counts: tuple[int, ...], visits: float
) -> None:
    given = {
        "belonging.start": start, "belonging.trust_start": trust, "belonging.gain": gain, "belonging.loss": loss, "belonging.trust_gain": gain,
        "belonging.trust_loss": loss, "belonging.visit_gain": gain, "belonging.return_rate": 5.0, "belonging.trust_by_taking_part": gain,
    }  # fmt: skip
    model = made(given)
    model.world.neighbourhood.visits[:] = visits
    model.world.residents.takes_part[:] = True
    r = digest(model, good=counts[0], bad=counts[1], served=counts[2], ignored=counts[3]).residents
    for level in (r.belonging, r.trust):
        assert np.all((level >= -1e-12) & (level <= 1 + 1e-12))


@pytest.mark.compiled
def test_newcomers_rest_lower_and_residents_differ() -> None:
    given = {"belonging.start": 0.5, "belonging.newcomer_gap": 0.2, "belonging.spread": 0.05}
    r = made(given, households=2000, newcomer_share=0.4).world.residents
    assert r.belonging[~r.newcomer].mean() == pytest.approx(0.5, abs=0.01)
    assert r.belonging[r.newcomer].mean() == pytest.approx(0.3, abs=0.01)
    assert r.belonging[~r.newcomer].std() == pytest.approx(0.05, rel=0.1)
    assert np.array_equal(r.belonging, r.belonging_rest)


def test_resting_levels_are_kept_between_0_and_1() -> None:
    rest = made({"belonging.spread": 1.0}, households=500).world.residents.belonging_rest
    assert rest.min() == 0.0
    assert rest.max() == 1.0


@pytest.mark.parametrize(
    ("setting", "level", "sign"),
    [("gain", "belonging", +1), ("loss", "belonging", -1), ("visit_gain", "belonging", +1), ("trust_gain", "trust", +1),
     ("trust_loss", "trust", -1), ("trust_by_taking_part", "trust", +1), ("start", "belonging", +1), ("trust_start", "trust", +1)],
)  # fmt: skip
def test_each_setting_moves_its_level(setting: str, level: str, sign: int) -> None:
    levels = []
    for value in (0.1, 0.6):
        model = made({f"belonging.{setting}": value})
        model.world.neighbourhood.visits[:] = 1.0
        model.world.residents.takes_part[:] = True
        levels.append(getattr(digest(model, good=2, bad=2, served=2, ignored=2).residents, level)[0])
    assert sign * (levels[1] - levels[0]) > 0.01


def test_without_it_belonging_and_trust_stay_and_experiences_are_forgotten() -> None:
    model = made({"belonging.return_rate": 50.0}, on=False)
    model.world.residents.belonging[0] = 0.9
    model.world.residents.takes_part[:] = True
    model.world.neighbourhood.visits[:] = 3.0
    world = digest(model, good=3, bad=1, served=2, ignored=1)
    assert world.residents.belonging[0] == 0.9
    assert np.all(world.residents.belonging[1:] == 0.4)
    assert np.all(world.residents.trust == 0.5)
    assert all(column.sum() == 0 for column in world.feelings)
