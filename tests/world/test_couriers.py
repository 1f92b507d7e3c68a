"""Couriers: in proportion to residents, each with a round of neighbouring compounds inside one subdistrict."""

from __future__ import annotations

import numpy as np
import pytest
from tests.scenarios import world_settings

from cocreate_sim.world.build import build_world
from cocreate_sim.world.couriers import EMPLOYERS, rounds, who_passes
from cocreate_sim.world.levers import Levers
from cocreate_sim.world.world import World

STREETS = {"compounds": 12, "communities": 4, "subdistricts": 2, "grids": 12, "households": 6000}


def built(**settings: object) -> World:
    return build_world(world_settings("quarter", **(STREETS | settings)), Levers(), 1)


@pytest.mark.parametrize("per_10k", [0.0, 60.0, 200.0])
def test_couriers_follow_the_residents_of_their_subdistrict(per_10k: float) -> None:
    world = built(couriers_per_10k=per_10k)
    residents = np.bincount(world.households.subdistrict[world.residents.household])
    count = np.bincount(world.couriers.subdistrict, minlength=2)
    assert np.array_equal(count, np.round(residents * per_10k / 10_000))
    assert world.counts()["couriers"] == count.sum()


def test_an_average_subdistrict_has_as_many_for_its_residents_as_nanhu(subdistrict: World) -> None:
    """Six hundred for 100,000."""
    assert len(subdistrict.couriers) / len(subdistrict.residents.id) == pytest.approx(600 / 100_000, rel=0.01)


def test_a_round_lies_in_one_subdistrict_and_its_compounds_are_neighbours() -> None:
    world = built(courier_round=3)
    subdistrict = world.places.community_subdistrict[world.places.compound_community]
    for courier, compounds in zip(world.couriers, rounds(world.couriers, world.places), strict=True):
        assert len(set(compounds.tolist())) == 3
        assert set(subdistrict[compounds]) == {courier.subdistrict}
        assert compounds[0] == courier.start
        own = np.flatnonzero(subdistrict == courier.subdistrict)
        assert np.array_equal((compounds[1:] - compounds[:-1]) % len(own), [1, 1])


def test_a_round_is_no_longer_than_the_subdistrict() -> None:
    world = built(courier_round=100)
    subdistrict = world.places.community_subdistrict[world.places.compound_community]
    assert np.array_equal(world.couriers.compounds, np.bincount(subdistrict)[world.couriers.subdistrict])


def test_all_firms_and_all_compounds_are_served() -> None:
    world = built(couriers_per_10k=200.0)
    assert set(world.couriers.employer) == set(range(EMPLOYERS))
    assert np.all(np.diff(world.rides.first) > 0)
    for c in range(12):
        riders = world.rides.who[world.rides.first[c] : world.rides.first[c + 1]]
        assert np.all(np.diff(riders) > 0), "in the order of their identities"
        assert all(c in rounds(world.couriers[r : r + 1], world.places)[0] for r in riders)
    assert len(world.rides.who) == world.couriers.compounds.sum()


def test_a_larger_number_leaves_the_others_where_they_were() -> None:
    few, many = built(couriers_per_10k=20.0).couriers, built(couriers_per_10k=80.0).couriers
    rows = {(c.subdistrict, c.number): c for c in many}
    assert all(rows[c.subdistrict, c.number] == c for c in few)


def test_who_rides_by_more_often_is_named_more_often() -> None:
    rides = built(couriers_per_10k=200.0).rides
    here = rides.who[: rides.first[1]]
    assert len(here) > 3
    rides.weight[here] = np.arange(1, len(here) + 1)
    rides.hazard[0] = rides.weight[here].sum()
    u = (np.arange(50_000) + 0.5) / 50_000
    named = np.bincount([who_passes(rides, 0, x) for x in u], minlength=len(rides.weight))[here]
    assert named / len(u) == pytest.approx(rides.weight[here] / rides.hazard[0], abs=1e-4)
