"""The places of the article, as `configs/world/` builds them, have the published sizes; posts are those of their subdistrict.

Each published figure is compared with what was built, within the tolerance that stands beside it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest

from cocreate_sim.config import load
from cocreate_sim.world.build import build_world
from cocreate_sim.world.issues import COMPOUND
from cocreate_sim.world.sites import BOOK_HOUSE, IDLE, POND
from cocreate_sim.world.staff import COMMUNITY
from cocreate_sim.world.world import World

PLACES = ("dushi_taoyuan", "huajin", "tanhualin", "bairuijing", "yaojialing", "nanhu")


@functools.cache
def built(name: str, partition: str = "10-20") -> World:
    """The world as it ships, with 40 posts per subdistrict and 11.2 community workers per 10,000 residents."""
    scenario = load(f"world={name}", f"levers.partition={partition}")
    return build_world(scenario.world, scenario.levers, scenario.run.seed)


Figure = tuple[str, str, Callable[[World], float], float, float]
FIGURES: list[Figure] = [
    # world, what and where it is published, how it is counted, lowest and highest value that agrees
    ("dushi_taoyuan", "one compound (S02)", lambda w: w.counts()["compounds"], 1, 1),
    ("dushi_taoyuan", "there is a building no. 14 (S04)", lambda w: w.counts()["buildings"], 14, 25),
    ("dushi_taoyuan", "three facilities (S07)", lambda w: w.counts()["sites"], 3, 3),
    ("dushi_taoyuan", "households of an average compound (C05)", lambda w: w.counts()["households"], 640, 740),
    ("huajin", "96 building groups (S14)", lambda w: w.counts()["buildings"], 96, 96),
    ("huajin", "households per compound (C05)", lambda w: w.counts()["households_per_compound"], 640, 740),
    ("tanhualin", "more than 3,000 households (S25)", lambda w: w.counts()["households"], 3000, 3100),
    ("tanhualin", "nearly 10,000 residents (S26)", lambda w: w.counts()["residents"], 9_600, 10_000),
    ("tanhualin", "3.3 persons per household (S26)", lambda w: w.counts()["residents_per_household"], 3.2, 3.4),
    ("tanhualin", "52 historic buildings (S25)", lambda w: w.counts()["sites"], 52, 52),
    ("bairuijing", "8,424 households (A4.5)", lambda w: w.counts()["households"], 8424, 8424),
    ("bairuijing", "more than 25,000 residents (S30)", lambda w: w.counts()["residents"], 25_000, 25_500),
    ("bairuijing", "28 community workers (S36)", lambda w: w.counts()["community_workers"], 28, 28),
    ("bairuijing", "11.2 workers per 10,000 (C08)", lambda w: w.counts()["community_workers_per_10k"], 11.0, 11.4),
    ("bairuijing", "301 households per worker (C08)", lambda w: w.counts()["households"] / w.counts()["community_workers"], 300, 302),
    ("bairuijing", "eight residents in ten are newcomers (S30)", lambda w: w.counts()["newcomers"] / w.counts()["residents"], 0.78, 0.82),
    ("yaojialing", "one community (S47)", lambda w: w.counts()["communities"], 1, 1),
    ("yaojialing", "households of an average community (C03 / A5.4)", lambda w: w.counts()["households"], 1_890, 2_205),
    ("nanhu", "100,000 residents (A4.3)", lambda w: w.counts()["residents"], 99_000, 101_000),
    ("nanhu", "one subdistrict (S52)", lambda w: w.counts()["subdistricts"], 1, 1),
    *[(name, "units of 10 to 20 households (S19)", lambda w: w.counts()["mean_unit_size"], 10, 20) for name in PLACES],
    *[(name, "about 300 households per grid (C04: 285 to 331)", lambda w: w.counts()["households_per_grid"], 250, 350) for name in PLACES],
    *[(name, "40 posts per subdistrict (S32)", lambda w: w.counts()["posts"], 40, 40) for name in PLACES],
]  # fmt: skip


@pytest.mark.parametrize(("name", "what", "count", "low", "high"), FIGURES, ids=[f"{f[0]}: {f[1]}" for f in FIGURES])
def test_a_place_of_the_article_has_its_published_size(
    name: str, what: str, count: Callable[[World], float], low: float, high: float
) -> None:
    value = count(built(name))
    assert low <= value <= high, f"{name}, {what}: {value:,.2f}, expected {low:,.2f} to {high:,.2f}"


@pytest.mark.parametrize("name", PLACES)
def test_a_place_smaller_than_its_subdistrict_shares_the_posts_with_the_rest_of_it(name: str) -> None:
    """Given 40 posts for the whole subdistrict, expect the households outside the place to send their cases to them too."""
    world = built(name)
    whole, here = world.settings.subdistrict_households, world.settings.households
    assert world.counts()["background_households"] == whole - here
    outside = world.offices.background[world.offices.tier == COMMUNITY].sum()
    assert outside == max(world.settings.community_households * world.settings.communities - here, 0)


def test_the_pond_has_lain_idle_for_the_whole_compound() -> None:
    world = built("dushi_taoyuan")
    pond = world.sites[0]
    assert (pond.kind, pond.scope, pond.stage, pond.condition) == (POND, COMPOUND, IDLE, 0.0)
    assert (pond["first"], pond.end) == (0, world.settings.households)


def test_the_storehouse_is_a_room_that_nobody_keeps_yet() -> None:
    store = built("tanhualin").sites[0]
    assert (store.kind, store.scope, store.stage) == (BOOK_HOUSE, COMPOUND, IDLE)


def test_nested_units_of_huajin_are_5_25_100_and_500_households() -> None:
    """Each compound of 704 households ends with smaller ones; the others are exactly of these sizes."""
    world = built("huajin", "nested")
    sizes = [set(level.households.astype(int).tolist()) for level in world.ladder]
    assert max(sizes[0]) == 5
    assert [max(s) for s in sizes[1:]] == pytest.approx([25, 100, 500], rel=0.01)
    assert [len(level.first) for level in world.ladder] == [6 * 141, 6 * 29, 6 * 8, 6 * 2]


@pytest.mark.parametrize(
    ("what", "count", "published"),
    [
        ("family households (A5.2)", lambda s: s.households, 4_082_533),
        ("residents (A5.1)", lambda s: s.households * s.persons_per_household / (1 - s.collective_share), 12_326_518),
        ("residents in families (A5.2)", lambda s: s.households * s.persons_per_household, 10_089_527),
        ("compounds as in Wuchang (S20)", lambda s: s.compounds / s.households, 568 / 392_000),
        ("grids as in Wuchang (S20)", lambda s: s.grids / s.households, 1272 / 392_000),
        ("communities as in Wuchang (A5.4)", lambda s: s.communities / s.households, 191 / 392_000),
        ("subdistricts as in Wuchang (A5.4)", lambda s: s.subdistricts / s.households, 14 / 392_000),
        ("no households outside", lambda s: s.subdistricts * s.subdistrict_households, 4_082_533),
    ],
)  # fmt: skip
def test_the_city_is_wuchang_ten_times(what: str, count: Callable[..., float], published: float) -> None:
    """The settings compose; nothing is built, for the city is there for its size only."""
    assert count(load("world=wuhan").world) == pytest.approx(published, rel=0.003), what
