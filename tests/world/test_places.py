"""The physical ladder: every household stands in exactly one place of each kind, next to its neighbours."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scenarios import WORLDS, world_settings

from cocreate_sim.errors import ConfigError
from cocreate_sim.world.compounds import apportion
from cocreate_sim.world.places import Places, Spans, build_places
from cocreate_sim.world.settings import WorldSettings

small_worlds = st.builds(
    lambda compounds, grids, communities, per_compound, **more: world_settings(
        "random",
        subdistricts=1 + (communities - 1) // 3,
        communities=communities,
        compounds=communities + compounds,
        grids=communities + compounds + grids,
        households=(communities + compounds) * per_compound + grids,
        **more,
    ),
    compounds=st.integers(0, 6), grids=st.integers(0, 9), communities=st.integers(1, 6), per_compound=st.integers(1, 150),
    compound_cv=st.floats(0, 3), building_min=st.integers(1, 60), building_mean=st.floats(1, 200), building_cv=st.floats(0, 3),
    stair_size=st.integers(1, 30), collective_share=st.floats(0, 0.8), collective_size=st.integers(1, 20),
)  # fmt: skip
WORLDS.setdefault("random", {})


@given(small_worlds, st.integers(0, 1000))
def test_any_world_that_can_be_built_is_laid_out_without_gap_or_overlap(settings: WorldSettings, seed: int) -> None:
    _check_layout(settings, *build_places(settings, seed))


@pytest.mark.parametrize("name", ["tiny", "quarter", "subdistrict"])
def test_the_shipped_worlds_are_laid_out_without_gap_or_overlap(name: str) -> None:
    settings = world_settings(name)
    _check_layout(settings, *build_places(settings, 1))


def _check_layout(settings: WorldSettings, places: Places, homes) -> None:  # type: ignore[no-untyped-def]
    s, family = settings, np.flatnonzero(~homes.collective)
    # sizes add up
    assert len(family) == s.households
    assert (len(places.compounds.first), len(places.grids.first)) == (s.compounds, s.grids)
    for spans, of in ((places.buildings, homes.building), (places.compounds, homes.compound), (places.grids, homes.grid)):
        # each kind of place takes every family household exactly once, as a run of neighbours
        _check_runs(spans, family)
        assert np.array_equal(of[family], np.repeat(np.arange(len(spans.first)), spans.size))
    # buildings, grids and stairs lie inside one compound, stairs inside one building
    for spans in (places.buildings, places.grids):
        assert np.array_equal(homes.compound[spans.first], homes.compound[spans.end - 1])
    assert np.array_equal(places.building_compound, homes.compound[places.buildings.first])
    rows = np.arange(len(homes.id))
    assert np.all((homes.stair_first <= rows) & (rows < homes.stair_end))
    assert np.array_equal(homes.building[homes.stair_first], homes.building[homes.stair_end - 1])
    assert np.all(homes.stair_end - homes.stair_first <= s.stair_size)
    # grids of a compound differ by at most one household
    for c in range(s.compounds):
        sizes = places.grids.size[homes.compound[places.grids.first] == c]
        assert sizes.max() - sizes.min() <= 1
    # collective households stand in a compound and a grid of it, in no building, each on its own stair
    collective = np.flatnonzero(homes.collective)
    assert np.all(homes.building[collective] == -1)
    assert np.array_equal(homes.compound[places.grids.first[homes.grid[collective]]], homes.compound[collective])
    assert np.all(homes.stair_end[collective] - homes.stair_first[collective] == 1)
    assert np.array_equal(np.bincount(homes.compound[collective], minlength=s.compounds), places.collective_of_compound)
    # communities and subdistricts are runs of compounds, none empty, and nested
    for owner, count in ((places.compound_community, s.communities), (places.community_subdistrict, s.subdistricts)):
        assert np.array_equal(np.unique(owner), np.arange(count))
        assert np.all(np.diff(owner) >= 0)
    assert np.array_equal(homes.community, places.compound_community[homes.compound])
    assert np.array_equal(homes.subdistrict, places.community_subdistrict[homes.community])
    assert np.array_equal(homes.id, rows), "ids are the order in space"


def _check_runs(spans: Spans, family: np.ndarray) -> None:
    assert np.all(spans.size > 0)
    covered = np.concatenate([np.arange(first, end) for first, end in zip(spans.first, spans.end, strict=True)])
    assert np.array_equal(covered, family)


def test_the_last_building_of_a_compound_is_not_smaller_than_the_smallest() -> None:
    places, homes = build_places(world_settings("subdistrict"), 1)
    assert places.compounds.size.min() >= 12
    assert places.buildings.size.min() >= 12


def test_buildings_have_the_mean_size_that_was_asked_for() -> None:
    places, _ = build_places(world_settings("subdistrict", households=100_000), 1)
    size = places.buildings.size
    # the last building of a compound takes what is left, up to two smallest ones
    assert size.mean() == pytest.approx(44, rel=0.05)


def test_collective_residents_are_the_share_of_the_census() -> None:
    s = world_settings("subdistrict")
    places, homes = build_places(s, 1)
    collective = homes.collective.sum() * s.collective_size
    assert collective / (collective + s.households * s.persons_per_household) == pytest.approx(0.1815, abs=1e-4)


def test_places_belong_to_the_seed_alone() -> None:
    settings = world_settings("quarter")
    (_, one), (_, again), (_, other) = (build_places(settings, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.building, again.building)
    assert not np.array_equal(one.compound, other.compound)


@given(st.integers(0, 3), st.lists(st.floats(0.01, 100), min_size=1, max_size=40), st.integers(0, 2000))
def test_apportioning_gives_whole_parts_close_to_their_weights(least: int, weights: list[float], more: int) -> None:
    total = least * len(weights) + more
    w = np.array(weights)
    parts = apportion(total, w, least)
    exact = w / w.sum() * total
    assert parts.sum() == total
    assert parts.min() >= least
    if exact.min() >= least:
        assert np.all(np.abs(parts - exact) < 1)
    order = np.argsort(w, kind="stable")
    assert np.all(np.diff(parts[order]) >= -1), "who weighs more gets no less, but for rounding"


REFUSED: list[tuple[dict[str, object], tuple[str, ...]]] = [
    ({"households": 3}, ("world.households = 3", "world.compounds = 4")),
    ({"grids": 3}, ("world.grids = 3", "world.compounds = 4")),
    ({"communities": 5}, ("world.communities", "world.compounds = 4")),
    ({"subdistricts": 3}, ("world.communities = 2", "world.subdistricts = 3")),
    ({"households": 6, "grids": 8}, ("world.grids = 8", "world.households = 6")),
]


@pytest.mark.parametrize(("changes", "told"), REFUSED, ids=lambda value: "-".join(value) if isinstance(value, dict) else "")
def test_a_world_that_cannot_be_laid_out_is_refused_by_name(changes: dict[str, object], told: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError) as refused:
        build_places(world_settings("quarter", **changes), 1)
    for words in told:
        assert words in str(refused.value)


@pytest.mark.parametrize(
    "name", ["households", "compounds", "grids", "communities", "subdistricts", "stair_size", "building_min"]
)
@pytest.mark.parametrize("value", [0, -1, 0.5, "many"])
def test_nothing_can_be_made_of_no_households_or_places(name: str, value: object, refusal: Callable[..., str]) -> None:
    assert f"world.{name} = {value!r}" in refusal(lambda: world_settings("quarter", **{name: value}))
