"""Ties: how neighbours get to know each other, fade from each other's mind, and how many one can keep up with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone, identical
from tests.mechanisms.given import make
from tests.scenarios import scenario, world_settings

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c
from cocreate_sim.world.world import World

YEAR = 365.0 / 7.0
STRANGERS: dict[str, Any] = {"ties.start_degree": 0.0, "ties.met_per_activity": 1000.0, "ties.gain": 0.1, "ties.fade": 0.0}
"""Nobody knows anybody, who comes meets all others, and nothing fades."""


def made(changes: dict[str, Any] | None = None, *, world: Any = None, on: bool = True, **levers: Any) -> CoCreateModel:
    """One building of twelve adults in units of six."""
    given = {"partition": "6"} | levers
    settings = STRANGERS | (changes or {})
    return CoCreateModel(scenario(world or identical(12), weeks=4, settings=settings, switches=alone(*["ties"] * on), **given))


def week(model: CoCreateModel, *present: int, site: dict[int, int] | None = None) -> World:
    """One week in which those named come to an activity of their building, or to a site."""
    r, homes = model.world.residents, model.world.households
    r.activity[:] = len(model.world.sites) + homes.building[r.household]
    for who, where in (site or {}).items():
        r.activity[who] = where
    model.world.residents.takes_part[:] = False
    model.world.residents.takes_part[list(present)] = True
    next(m for m in model.mechanisms if m.name == "ties").step(model.world)
    model.world.day += 7
    return model.world


def matrix(world: World) -> np.ndarray:
    """Strength of each pair, 0 for strangers."""
    t, n = world.ties, len(world.residents.id)
    full = np.zeros((n, n))
    for i in range(n):
        row = t.other[i, : t.number[i]]
        assert np.all(np.diff(row) > 0), "ascending, each once"
        full[i, row] = t.strength[i, : t.number[i]]
    return full


# ------------------------------------------------------------------------------------------------ growth


def test_who_does_something_together_gets_to_know_each_other() -> None:
    """Three of one unit come: three ties of the strength of one joint activity."""
    world = week(made(), 0, 1, 2)
    expected = np.zeros((12, 12))
    expected[:3, :3] = 0.1 * (1 - np.eye(3))
    assert matrix(world) == pytest.approx(expected)
    assert world.week_counts[c.TIES_MADE] == 3


@pytest.mark.parametrize("gain", [0.02, 0.1, 0.5])
@pytest.mark.parametrize("weeks", [1, 2, 5])
def test_ties_grow_with_each_joint_activity(gain: float, weeks: int) -> None:
    model = made({"ties.gain": gain, "ties.ends_below": 0.0})
    for _ in range(weeks):
        world = week(model, 0, 1)
    assert matrix(world)[0, 1] == pytest.approx(1.0 - (1.0 - gain) ** weeks)


@pytest.mark.parametrize(
    ("site", "meet"), [({}, True), ({0: 0, 11: 0}, True), ({0: 0}, False)], ids=["one building", "one site", "site and building"]
)
@pytest.mark.parametrize("partition", ["6", "12"])
def test_people_meet_where_they_are_whatever_their_unit(site: dict[int, int], meet: bool, partition: str) -> None:
    """Residents 0 and 11 live in one building, in one unit or in two: they meet where both come."""
    world = week(made(partition=partition), 0, 11, site=site)
    assert (matrix(world)[0, 11] > 0) == meet


def test_nobody_meets_alone() -> None:
    assert week(made(), 0).week_counts[c.TIES_MADE] == 0


def test_without_gain_nobody_is_remembered() -> None:
    assert week(made({"ties.gain": 0.0}), 0, 1, 2).ties.number.sum() == 0


@pytest.mark.parametrize(("met", "share"), [(0.0, 0.0), (10.0, 10 / 99), (50.0, 50 / 99), (99.0, 1.0), (500.0, 1.0)])
def test_one_really_meets_only_so_many(met: float, share: float) -> None:
    """A hundred attendees: each pair meets with chance met / 99."""
    model = made({"ties.met_per_activity": met, "ties.most": 200}, world=identical(100), partition="100")
    world = week(model, *range(100))
    pairs = 100 * 99 / 2
    assert world.week_counts[c.TIES_MADE] == pytest.approx(share * pairs, abs=4 * np.sqrt(pairs * share * (1 - share)))


# ------------------------------------------------------------------------------------------------ fading


@pytest.mark.parametrize("fade", [0.0, 0.4, 5.0])
def test_new_ties_fade_towards_nothing(fade: float) -> None:
    model = made({"ties.gain": 1.0, "ties.fade": fade, "ties.ends_below": 0.0})
    week(model, 0, 1)
    for _ in range(10):
        world = week(model)
    assert matrix(world)[0, 1] == pytest.approx(np.exp(-10 * fade / YEAR))


@pytest.mark.parametrize(("start", "everyday"), [(0.5, 0.3), (0.2, 0.3), (0.5, 0.0)])
def test_neighbours_known_from_the_start_return_to_their_everyday_level(start: float, everyday: float) -> None:
    given = {
        "ties.start_degree": 4.0, "ties.knows_nobody": 0.0, "ties.start_strength": start, "ties.everyday_strength": everyday, "ties.fade": 5.0,
        "ties.ends_below": 0.0,
    }  # fmt: skip
    model = made(given, world=identical(40))
    known = matrix(model.world) > 0
    assert known.sum() > 40
    for weeks in (1, 2, 30):
        while model.world.week < weeks:
            week(model)
        strength = everyday + (start - everyday) * np.exp(-5.0 * weeks / YEAR)
        assert matrix(model.world)[known] == pytest.approx(strength)


def test_ties_that_stay_keep_what_they_are_when_a_weak_one_before_them_ends() -> None:
    """Of three ties of the first resident the middle one ends; the last one moves up, and is still one of the stairs."""
    model = made({"ties.ends_below": 0.05, "ties.everyday_strength": 0.3})
    for other, strength, everyday in ((1, 0.4, False), (2, 0.04, False), (3, 0.5, True)):
        make(model.world.ties, 0, other, strength, everyday)
    world = week(model)
    assert matrix(world)[0].nonzero()[0].tolist() == [1, 3]
    assert matrix(world)[0, [1, 3]] == pytest.approx([0.4, 0.5])
    assert world.ties.everyday[0, :2].tolist() == [False, True]


def test_a_tie_that_has_become_too_weak_is_forgotten_by_both() -> None:
    """0.1 fades below 0.05 in week 8 at 5 a year (ln 2 / 5 x 52.14 = 7.2 weeks)."""
    model = made({"ties.gain": 0.1, "ties.fade": 5.0, "ties.ends_below": 0.05})
    week(model, 0, 1, 2)
    for n in range(1, 12):
        world = week(model)
        assert np.array_equal(world.ties.number[:3] > 0, [n < 8] * 3)
    assert world.week_counts[c.TIES_ENDED] == 3


@pytest.mark.parametrize(
    ("setting", "low", "high", "sign"),
    [("fade", 0.5, 3.0, -1), ("gain", 0.05, 0.3, +1), ("everyday_strength", 0.1, 0.5, +1), ("start_strength", 0.2, 0.9, +1), ("start_degree", 2.0, 8.0, +1),
     ("most", 3, 15, +1), ("met_per_activity", 1.0, 10.0, +1), ("ends_below", 0.01, 0.6, -1)],
)  # fmt: skip
def test_each_setting_moves_the_strength_of_ties_its_way(setting: str, low: float, high: float, sign: int) -> None:
    """Total strength after ten weeks in which a third of forty neighbours comes."""
    total = []
    for value in (low, high):
        given = {"ties.start_degree": 6.0, "ties.fade": 1.0, "ties.met_per_activity": 5.0, f"ties.{setting}": value}
        model = made(given, world=identical(40), partition="40")
        for n in range(10):
            world = week(model, *range(n % 3, 40, 3))
        total.append(matrix(world).sum())
    assert sign * (total[1] - total[0]) > 0, total


# ------------------------------------------------------------------------------------------------ bounds


@pytest.mark.parametrize("most", [1, 3, 8])
def test_nobody_keeps_up_with_more_than_the_bound(most: int) -> None:
    model = made({"ties.most": most, "ties.met_per_activity": 3.0, "ties.fade": 2.0}, world=identical(40), partition="40")
    for n in range(20):
        world = week(model, *range(n % 2, 40, 2))
        strength = matrix(world)
        assert np.array_equal(strength, strength.T), "both ends know the same"
        assert world.ties.number.max() <= most
        assert np.all(strength <= 1.0)
    assert world.ties.number.max() == most


def test_a_stronger_tie_takes_the_place_of_the_weakest() -> None:
    """Resident 0 can keep up with two: a stronger third neighbour replaces the weaker one, a weaker one finds no place."""
    ties = made({"ties.most": 2}).world.ties
    assert make(ties, 0, 1, 0.5, False)
    assert make(ties, 0, 2, 0.2, False)
    assert not make(ties, 0, 3, 0.2, False)
    assert not make(ties, 3, 0, 0.1, False)
    assert make(ties, 3, 0, 0.3, True)
    assert ties.other[0, :2].tolist() == [1, 3]
    assert ties.number[:4].tolist() == [2, 1, 0, 1]


# ------------------------------------------------------------------------------------------------ the start


def test_complete_makes_everybody_know_everybody_of_the_building() -> None:
    model = made({"ties.complete": True}, world=identical(24, 2), partition="6")
    building = model.world.buildings.of_resident
    expected = (building[:, None] == building[None, :]) & ~np.eye(24, dtype=bool)
    assert np.array_equal(matrix(model.world), expected.astype(float))


def test_at_the_start_neighbours_know_as_many_as_told() -> None:
    """Mean ties over all adults; those who know nobody leave theirs to the others."""
    world = identical(2000, 10, stair_size=20)
    for nobody in (0.0, 0.3):
        number = made(
            {"ties.start_degree": 6.0, "ties.knows_nobody": nobody, "ties.most": 60, "ties.newcomer_ratio": 1.0}, world=world
        ).world.ties.number
        # each of the others draws start_degree / (1 - nobody) of them, of whom 1 - nobody know anybody
        assert number.mean() == pytest.approx(6.0 * (1 - nobody), rel=0.06)
        assert number[number > 0].mean() == pytest.approx(6.0, rel=0.06)
        assert (number == 0).mean() == pytest.approx(nobody, abs=0.04)


def test_newcomers_know_fewer() -> None:
    world = identical(2000, 10, newcomer_share=0.4)
    fewer, same, none = (
        made({"ties.start_degree": 6.0, "ties.newcomer_ratio": r, "ties.most": 60}, world=world).world for r in (0.3, 1.0, 0.0)
    )
    new = fewer.residents.newcomer
    assert fewer.ties.number[new].mean() < 0.5 * fewer.ties.number[~new].mean()
    assert same.ties.number[new].mean() == pytest.approx(same.ties.number[~new].mean(), rel=0.1)
    assert none.ties.number[new].max() == 0


def test_the_nearer_the_likelier() -> None:
    """Ten stairs of ten: with the weight of nearness the share of ties inside the stair grows."""
    shares = []
    for near in (1.0, 4.0, 50.0):
        model = made({"ties.start_degree": 6.0, "ties.near_weights": near, "ties.most": 60}, world=identical(100, stair_size=10))
        stair = model.world.households.stair_first
        known = matrix(model.world) > 0
        shares.append((known & (stair[:, None] == stair[None, :])).sum() / known.sum())
    assert shares[0] < 0.2 < shares[1] < shares[2]
    assert shares[2] > 0.7


def test_ties_lead_out_of_the_household_and_not_out_of_the_building() -> None:
    model = made({"ties.start_degree": 8.0}, world=world_settings("quarter"), partition="10")
    r, building = model.world.residents, model.world.buildings.of_resident
    pairs = [(i, int(j)) for i in range(len(r.id)) for j in model.world.ties.other[i, : model.world.ties.number[i]]]
    assert len(pairs) > 1000
    assert all(r.household[i] != r.household[j] for i, j in pairs)
    assert all(building[i] == building[j] for i, j in pairs)


# ------------------------------------------------------------------------------------------------ switched off


def test_without_it_ties_stay_as_they_were_at_the_start() -> None:
    given = {"ties.start_degree": 4.0, "ties.fade": 50.0, "ties.gain": 0.5}
    off, on = (made(given, world=identical(40), on=yes, partition="40") for yes in (False, True))
    start = matrix(off.world)
    assert np.array_equal(start, matrix(on.world))
    assert start.sum() > 0
    for _ in range(5):
        week(off, *range(40))
        week(on, *range(40))
    assert np.array_equal(matrix(off.world), start)
    assert not np.array_equal(matrix(on.world), start)
