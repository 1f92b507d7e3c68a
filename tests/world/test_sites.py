"""Sites: where a micro-renovation may happen, fixed before anybody draws units."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.scenarios import world_settings

from cocreate_sim.world.build import build_world
from cocreate_sim.world.issues import BUILDING, COMPOUND, STAIR
from cocreate_sim.world.levers import Levers
from cocreate_sim.world.places import build_places
from cocreate_sim.world.sites import BOOK_HOUSE, GARDEN, IDLE, POND, SCOPE_SHARES, build_sites
from cocreate_sim.world.world import World


@pytest.fixture(scope="module")
def many_sites() -> World:
    return build_world(world_settings("subdistrict", households_per_site=20), Levers(), 1)


def test_there_is_one_site_per_so_many_households_and_one_at_least_in_every_compound(subdistrict: World) -> None:
    compound = subdistrict.households.compound[subdistrict.sites.first]
    count = np.bincount(compound, minlength=len(subdistrict.places.compounds.first))
    assert np.array_equal(count, np.maximum(np.round(subdistrict.places.compounds.size / 150), 1))


def test_a_site_is_used_by_exactly_its_stair_building_or_compound(many_sites: World) -> None:
    homes, places, people = many_sites.households, many_sites.places, many_sites.residents
    for site in many_sites.sites:
        first, end, h = int(site.first), int(site.end), int(site.first)
        expected = {
            STAIR: (homes.stair_first[h], homes.stair_end[h]),
            BUILDING: (places.buildings.first[homes.building[h]], places.buildings.end[homes.building[h]]),
            COMPOUND: (places.compounds.first[homes.compound[h]], places.compounds.end[homes.compound[h]]),
        }[int(site.scope)]
        assert (first, end) == expected
        users = people.household[site.first_resident : site.end_resident]
        assert users[0] == first
        assert users[-1] == end - 1
        assert len(users) == int(((people.household >= first) & (people.household < end)).sum())
        assert site.office == homes.community[h]
        assert site.subdistrict == homes.subdistrict[h]


def test_scopes_and_kinds_come_in_their_shares(many_sites: World) -> None:
    sites = many_sites.sites
    for scope, share in SCOPE_SHARES:
        assert (sites.scope == scope).mean() == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / len(sites)))
    for kind in range(3):
        assert (sites.kind == kind).mean() == pytest.approx(1 / 3, abs=4 * math.sqrt(2 / 9 / len(sites)))


def test_every_site_starts_idle_with_nothing_on_it(subdistrict: World) -> None:
    sites = subdistrict.sites
    assert np.all(sites.stage == IDLE)
    for column in ("condition", "hours_got", "number", "funded", "build_hours", "upkeep_hours"):
        assert not sites[column].any(), column


@pytest.mark.parametrize(("first", "kind"), [("garden", GARDEN), ("pond", POND), ("book_house", BOOK_HOUSE)])
def test_the_first_site_may_be_a_certain_one_of_the_whole_compound(first: str, kind: int) -> None:
    """Given a kind, expect that facility for the first compound, idle like the others, which stay as they are."""
    named, any_ = (build_world(world_settings("quarter", first_site=f), Levers(), 1) for f in (first, "any"))
    site = named.sites[0]
    assert (site.kind, site.scope, site.stage, site.condition) == (kind, COMPOUND, IDLE, 0.0)
    assert (site["first"], site.end) == (named.places.compounds.first[0], named.places.compounds.end[0])
    assert np.array_equal(named.sites[1:], any_.sites[1:])


def test_sites_do_not_move_with_the_partition() -> None:
    one, other = (build_world(world_settings("quarter"), Levers(partition=p), 1).sites for p in ("5", "100"))
    assert np.array_equal(one, other)


@pytest.mark.parametrize("households", [600, 100_000])
def test_no_two_sites_share_an_id_and_so_their_luck(households: int) -> None:
    settings = world_settings("quarter", households=households, households_per_site=5, compound_cv=0.0)
    sites = build_sites(settings, 1, *build_places(settings, 1))
    assert len(sites) == pytest.approx(households / 5, rel=0.01)
    assert len(np.unique(sites.id)) == len(sites)
