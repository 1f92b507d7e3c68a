"""Recognition: the red board names who took part, moves those who are known, and may put off others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import PLAIN, alone, identical
from tests.scenarios import scenario

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world.world import World

GIVERS = {"participation.conditional_share": 0.0, "participation.kind_gap": 0.0}
"""Everybody gives unconditionally."""


def made(
    changes: dict[str, Any] | None = None, *, red_board: bool = True, on: bool = True, world: Any = None, **levers: Any
) -> CoCreateModel:
    """One building of 200 adults, half of whom would come anyway."""
    given = (
        PLAIN | {"participation.base": 0.0, "recognition.board_effect": 2.0, "recognition.crowding_out": 0.0} | (changes or {})
    )
    switches = alone("participation", *["recognition"] * on)
    return CoCreateModel(scenario(world or identical(200), weeks=4, settings=given, switches=switches, red_board=red_board, **levers))


def step(model: CoCreateModel, name: str) -> World:
    """Let one mechanism happen once."""
    next(m for m in model.mechanisms if m.name == name).step(model.world)
    return model.world


def came(changes: dict[str, Any], **given: Any) -> np.ndarray:
    """Who comes this week."""
    return step(made(changes, **given), "participation").residents.takes_part.copy()


@pytest.mark.parametrize(
    ("lever", "on", "effect"), [(True, True, 2.0), (False, True, 0.0), (True, False, 0.0), (False, False, 0.0)]
)
def test_there_is_a_board_only_with_lever_and_mechanism(lever: bool, on: bool, effect: float) -> None:
    """Switched off, there is no board, whatever the lever says."""
    model = made(red_board=lever, on=on)
    assert model.world.board_effect == effect
    model.world.residents.last_active[:] = 0
    step(model, "recognition")
    listed = effect > 0
    assert np.all(model.world.residents.on_board == listed)
    assert np.all(model.world.feelings.good == listed)


@pytest.mark.parametrize("weeks", [1, 4, 10])
def test_a_name_stays_on_the_board_for_its_weeks(weeks: int) -> None:
    """Active in week 3: listed from that week on, for so many weeks; the first listing is a good experience, once."""
    model = made({"recognition.weeks_on_board": weeks})
    r = model.world.residents
    r.last_active[7] = 3
    shown = []
    for week in range(3, 20):
        model.world.day = 7 * week
        step(model, "recognition")
        if r.on_board[7]:
            shown.append(week)
        assert r.on_board.sum() == int(r.on_board[7])
    assert shown == list(range(3, 3 + weeks))
    assert model.world.feelings.good[7] == 1
    assert model.world.feelings.good.sum() == 1


def test_who_is_listed_again_is_pleased_again() -> None:
    model = made({"recognition.weeks_on_board": 1})
    for week in (3, 4, 9):  # active in weeks 3 and 4 in a row, and again in week 9
        for now in (week, week + 1) if week != 3 else (week,):
            model.world.day = 7 * now
            if now == week:
                model.world.residents.last_active[0] = week
            step(model, "recognition")
    assert model.world.feelings.good[0] == 2


@pytest.mark.parametrize(
    ("known", "kind", "crowding", "sign"),
    [
        pytest.param({"ties.complete": True}, {}, 0.0, +1, id="known to all: moved"),
        pytest.param({"ties.start_degree": 0.0}, {}, 0.0, 0, id="known to nobody: not moved"),
        pytest.param({"ties.complete": True}, GIVERS, 0.0, +1, id="giver known to all, no crowding out: moved"),
        pytest.param({"ties.complete": True}, GIVERS, 1.0, 0, id="giver: honour and crowding out are even"),
        pytest.param({"ties.complete": True}, GIVERS, 3.0, -1, id="giver: put off"),
        pytest.param({"ties.start_degree": 0.0}, GIVERS, 1.0, -1, id="unknown giver: put off"),
        pytest.param({"ties.complete": True}, {}, 10.0, +1, id="others are never put off"),
    ],
)
def test_the_board_moves_those_who_are_known_and_may_put_off_givers(
    known: dict[str, Any], kind: dict[str, Any], crowding: float, sign: int
) -> None:
    given = known | kind | {"recognition.crowding_out": crowding}
    without, with_board = came(given, red_board=False), came(given, red_board=True)
    more, less = (with_board & ~without).sum(), (without & ~with_board).sum()
    assert np.sign(int(more) - int(less)) == sign
    assert min(more, less) == 0


def test_the_effect_counts_ties_in_the_unit_only() -> None:
    """Everybody knows all 200: in units of 1 there is nobody else before whom to be honoured; without the channel the building counts."""
    given = {"ties.complete": True}
    nobody = came(given, red_board=False)
    assert np.array_equal(came(given, partition="1"), nobody)
    whole = came(given, partition="200")
    assert whole.sum() > nobody.sum()
    assert np.array_equal(came(given, partition="20"), whole)


@pytest.mark.parametrize(("strength", "partition", "family", "effect"), [(0.5, "2", 1.0, 1.0), (0.5, "5", 1.0, 1.0), (1.0, "5", 3.0, 2.0)])
def test_the_effect_is_in_proportion_to_how_well_the_unit_knows_one(
    strength: float, partition: str, family: float, effect: float
) -> None:
    """Without chance, those come whose worth is above 0: given an effect of 2, 1 of it by ties of one half, 2 where one is known to all.

    To be known by children as well makes it no larger.
    """
    place = identical(40, persons_per_household=family, children_share=0.4 * (family > 1))
    for base, comes in ((-effect - 0.01, False), (-effect + 0.01, True)):
        given = {"ties.complete": True, "participation.noise": 1e-6, "participation.base": base}
        model = made(given, world=place, partition=partition)
        model.world.ties.strength[:] = strength
        r = step(model, "participation").residents
        assert np.all(r.takes_part[r.adult] == comes)


def test_a_larger_effect_moves_more() -> None:
    numbers = [came({"ties.complete": True, "recognition.board_effect": effect}).sum() for effect in (0.0, 0.5, 2.0)]
    assert numbers[0] < numbers[1] < numbers[2]
