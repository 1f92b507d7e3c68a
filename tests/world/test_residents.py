"""Residents: as many, as old and as new as the census says, whatever the policy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.scenarios import world_settings

from cocreate_sim.world.build import build_world
from cocreate_sim.world.levers import Levers
from cocreate_sim.world.places import build_places
from cocreate_sim.world.residents import CHILD, OLD, build_residents
from cocreate_sim.world.world import World

LIVING = {"age_band", "adult", "newcomer", "party", "skill", "household"}


def _share(who: np.ndarray, of: np.ndarray | None = None) -> float:
    return float(who.mean() if of is None else who[of].mean())


def test_a_family_household_has_2_47_persons_and_never_none(subdistrict: World) -> None:
    homes = subdistrict.households
    size = (homes.end_resident - homes.first_resident)[~homes.collective]
    assert size.mean() == pytest.approx(2.47, abs=4 * size.std() / math.sqrt(len(size)))
    assert size.min() == 1
    assert size.max() <= 8


def test_residents_stand_in_the_order_of_their_households(subdistrict: World) -> None:
    people, homes = subdistrict.residents, subdistrict.households
    assert np.array_equal(people.id, np.arange(len(people.id)))
    assert np.array_equal(people.household, np.repeat(np.arange(len(homes.id)), homes.end_resident - homes.first_resident))
    assert homes.end_resident[-1] == len(people.id)


# published share, who, among whom, how many times more the sampling error is because households share the trait
SHARES = {
    "residents in collective households": (0.1815, lambda w, live: w.households.collective[w.residents.household], None, 1.5),
    "children among family residents": (0.13, lambda w, live: w.residents.age_band == CHILD, "family", 1.0),
    "residents of 60 and over": (0.172, lambda w, live: w.residents.age_band == OLD, None, 1.0),
    "newcomers": (0.32, lambda w, live: w.residents.newcomer, None, 1.8),
    "party members": (0.07, lambda w, live: w.residents.party, None, 1.0),
    "adults skilled in health": (0.06, lambda w, live: w.residents.skill == 0, "adult", 1.0),
    "adults skilled in law": (0.06, lambda w, live: w.residents.skill == 1, "adult", 1.0),
    "adults skilled in teaching": (0.06, lambda w, live: w.residents.skill == 2, "adult", 1.0),
}


@pytest.mark.parametrize("name", SHARES)
def test_shares_are_those_of_the_census(name: str, subdistrict: World) -> None:
    expected, who, among, clustering = SHARES[name]
    people = subdistrict.residents
    groups = {None: np.ones(len(people.id), bool), "adult": people.adult,
              "family": ~subdistrict.households.collective[people.household]}  # fmt: skip
    inside = groups[among]
    error = math.sqrt(expected * (1 - expected) / inside.sum()) * clustering
    assert _share(who(subdistrict, None), inside) == pytest.approx(expected, abs=4 * error), f"sharp to {4 * error:.4f}"


def test_who_is_a_child_is_no_adult_no_party_member_and_has_no_skill(subdistrict: World) -> None:
    people = subdistrict.residents
    child = people.age_band == CHILD
    assert np.array_equal(people.adult, ~child)
    assert not (people.party & child).any()
    assert np.all(people.skill[child] == -1)


def test_every_household_has_an_adult_and_dormitories_have_no_children(subdistrict: World) -> None:
    people, homes = subdistrict.residents, subdistrict.households
    assert np.bincount(people.household, people.adult).min() >= 1
    assert not (people.age_band[homes.collective[people.household]] == CHILD).any()


def test_a_household_came_from_elsewhere_as_a_whole(subdistrict: World) -> None:
    people = subdistrict.residents
    first = subdistrict.households.first_resident[people.household]
    assert np.array_equal(people.newcomer, people.newcomer[first])


def test_traits_are_independent_of_each_other(subdistrict: World) -> None:
    people, family = subdistrict.residents, ~subdistrict.households.collective[subdistrict.residents.household]
    inside = people.adult & family
    traits = [people.party, people.newcomer, people.skill == 0, people.age_band == OLD]
    table = np.corrcoef([t[inside].astype(float) for t in traits])
    limit = 5 / math.sqrt(inside.sum())
    assert np.all(np.abs(table[~np.eye(len(traits), dtype=bool)]) < limit)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({"newcomer_share": 0.8}, 0.8), ({"newcomer_share": 1.0}, 1.0), ({"newcomer_share": 0.32, "collective_share": 0.0}, 0.32)],
)
def test_newcomers_follow_the_scenario(changes: dict[str, float], expected: float) -> None:
    world = build_world(world_settings("quarter", households=6000, **changes), Levers(), 1)
    assert _share(world.residents.newcomer) == pytest.approx(expected, abs=0.02)


@given(st.floats(1.0, 4.0))
@hypothesis_settings(max_examples=hypothesis_settings.default.max_examples // 5)
def test_households_have_the_size_that_was_asked_for(mean: float) -> None:
    settings = world_settings("quarter", households=5000, persons_per_household=mean, collective_share=0.0)
    people, _ = build_residents(settings, 1, build_places(settings, 1)[1])
    # at most eight persons: at a mean of 4, the cut costs less than 2 %
    assert len(people.id) / 5000 == pytest.approx(mean, abs=4 * math.sqrt(mean / 5000) + 0.02 * mean)


@pytest.mark.parametrize("lever", [{"partition": "5"}, {"posts": 72}, {"partition": "nested", "red_board": True, "pay": 9000.0}])
def test_the_same_people_live_under_every_policy(lever: dict[str, object]) -> None:
    settings = world_settings("quarter")
    one, other = (build_world(settings, levers, 7) for levers in (Levers(), Levers(**lever)))  # type: ignore[arg-type]
    for name, column in one.residents._asdict().items():
        assert np.array_equal(column, getattr(other.residents, name)), name
    for name, column in one.households._asdict().items():
        assert np.array_equal(column, getattr(other.households, name)), name
    assert np.array_equal(one.sites, other.sites)


@pytest.mark.parametrize("gone", [[0], [1, 2, 3], [501], list(range(0, 900, 7))])
def test_leaving_residents_out_changes_nobody_else(gone: list[int]) -> None:
    settings = world_settings("quarter")
    everybody, rest = (build_world(settings, Levers(partition="10-20"), 7, without=w) for w in ([], gone))
    stay = ~np.isin(everybody.residents.id, gone)
    assert np.array_equal(rest.residents.id, everybody.residents.id[stay])
    for name in LIVING:
        assert np.array_equal(getattr(rest.residents, name), getattr(everybody.residents, name)[stay]), name
    assert np.array_equal(rest.units.of_household, everybody.units.of_household)
    assert np.array_equal(
        np.repeat(rest.households.id, rest.households.end_resident - rest.households.first_resident), rest.residents.household
    )
