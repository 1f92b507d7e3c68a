"""Worlds that list their compounds: exactly those compounds, the same luck for everything else, units of every kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scenarios import world_settings

from cocreate_sim.engine.settings import build
from cocreate_sim.world.build import build_world
from cocreate_sim.world.levers import Levers, parse_rule
from cocreate_sim.world.listed import LARGEST_HOUSEHOLD, ListedCompound, in_order, problem, totals
from cocreate_sim.world.partition import unit_spans
from cocreate_sim.world.places import build_places
from cocreate_sim.world.settings import WorldSettings
from cocreate_sim.world.world import World

TOWN: list[dict[str, Any]] = [
    {"compound": "a", "households": 620, "community": "one", "buildings": 7, "residents": 1500, "grids": 3, "sites": 5},
    {"compound": "b", "households": 90, "community": "one", "stair_size": 6, "buildings": 2, "collective_households": 11},
    {"compound": "c", "households": 41, "community": "two", "residents": 41},
    {"compound": "d", "households": 130, "subdistrict": "east", "residents": 1040, "collective_households": 0},
]


def listed(rows: list[dict[str, Any]], **changes: Any) -> WorldSettings:
    compounds = tuple(build(ListedCompound, row, "row") for row in rows)
    return build(WorldSettings, {"name": "town", "listed": compounds, **totals(compounds), **changes}, "world")


def built(settings: WorldSettings, partition: str = "10-20", seed: int = 1) -> World:
    return build_world(settings, Levers(partition=partition), seed)


def counts(world: World) -> list[dict[str, int]]:
    """Count what stands and lives in each compound, from the columns of the built world alone."""
    homes, people, places = world.households, world.residents, world.places
    found = []
    for c in range(len(places.compounds.first)):
        family = (homes.compound == c) & ~homes.collective
        grids = np.unique(homes.grid[family])
        site = [s for s in world.sites if places.compounds.first[c] <= s.first < places.compounds.end[c]]
        found.append(
            {
                "households": int(family.sum()),
                "residents": int(family[people.household].sum()),
                "collective_households": int(((homes.compound == c) & homes.collective).sum()),
                "buildings": len(np.unique(homes.building[family])),
                "grids": len(grids),
                "sites": len(site),
                "stair_size": int((homes.stair_end - homes.stair_first)[family].max()),
            }
        )
    return found


def check(rows: list[dict[str, Any]], world: World) -> None:
    for row, there in zip(rows, counts(world), strict=True):
        for name, number in there.items():
            if name == "stair_size":
                assert number <= row.get(name, world.settings.stair_size)
            elif row.get(name) is not None:
                assert number == row[name], (row, name)
        assert there["grids"] == row.get("grids", max(1, round(row["households"] / 308)))


def test_the_built_world_has_exactly_the_listed_compounds() -> None:
    world = built(listed(TOWN))
    check(TOWN, world)
    assert list(world.places.compound_community) == [0, 0, 1, 2]
    assert list(world.places.community_subdistrict) == [0, 0, 1]
    found = world.counts()
    assert (found["households"], found["compounds"], found["communities"], found["subdistricts"]) == (881, 4, 3, 2)
    sizes = np.diff(np.append(world.places.buildings.first[:7], 620))
    assert sizes.max() - sizes.min() <= 1, "listed buildings are as equal as possible"


rows = st.fixed_dictionaries(
    {"households": st.integers(1, 120)},
    optional={
        "grids": st.integers(1, 4), "buildings": st.integers(1, 9), "stair_size": st.integers(1, 30), "share": st.floats(0, 1),
        "collective_households": st.integers(0, 20), "sites": st.integers(1, 4),
    },
)  # fmt: skip


@given(st.lists(rows, min_size=1, max_size=5), st.integers(0, 1000), st.data())
def test_any_table_is_built_as_it_stands(drawn: list[dict[str, Any]], seed: int, data: st.DataObject) -> None:
    for k, row in enumerate(drawn):
        row["compound"] = f"c{k}"
        row["community"] = f"m{k // 2}"
        for name in ("grids", "buildings", "sites"):
            if name in row:
                row[name] = min(row[name], row["households"])
        if "share" in row:
            row["residents"] = row["households"] + round(row.pop("share") * (LARGEST_HOUSEHOLD - 1) * row["households"])
    largest = max(row["households"] for row in drawn)  # no unit is larger than the largest compound
    fitting = ["1", "10-20", "nested", "grid", *(["5"] if largest >= 5 else [])]
    world = built(listed(drawn), data.draw(st.sampled_from(fitting)), seed)
    check(drawn, world)
    sizes = (world.households.end_resident - world.households.first_resident)[~world.households.collective]
    assert sizes.min() >= 1
    assert sizes.max() <= LARGEST_HOUSEHOLD


@pytest.mark.parametrize("seed", [1, 2])
def test_what_a_table_leaves_open_is_drawn_as_in_any_other_world(seed: int) -> None:
    # given a drawn world, and a table that says how large its compounds came out
    drawn = world_settings("quarter")
    places, _ = build_places(drawn, seed)
    compound_of_grid = np.searchsorted(places.compounds.first, places.grids.first, side="right") - 1
    table = [
        {"compound": f"c{c}", "households": int(size), "grids": int((compound_of_grid == c).sum()), "community": f"m{m}"}
        for c, (size, m) in enumerate(zip(places.compounds.size, places.compound_community, strict=True))
    ]
    # then both are the same world, to the last trait of the last resident
    one, other = built(drawn, seed=seed), built(listed(table, households_per_site=50), seed=seed)
    for name in ("households", "residents", "units"):
        for a, b in zip(getattr(one, name), getattr(other, name), strict=True):
            assert np.array_equal(a, b)
    assert np.array_equal(one.sites, other.sites)
    assert np.array_equal(one.posts, other.posts)
    assert np.array_equal(one.couriers, other.couriers)


def test_a_listed_number_of_residents_changes_no_family_of_another_compound() -> None:
    one, other = built(listed(TOWN)), built(listed([{**TOWN[0], "residents": 1501}, *TOWN[1:]]))
    sizes = [w.households.end_resident - w.households.first_resident for w in (one, other)]
    changed = np.flatnonzero(sizes[0] != sizes[1])
    assert len(changed) > 0
    assert set(one.households.compound[changed]) == {0}


@pytest.mark.parametrize("rule", ["5", "10-20", "25", "100", "500", "nested", "grid"])
def test_every_partition_works_on_listed_compounds(rule: str) -> None:
    world = built(listed(TOWN), rule)
    places = world.places
    for level in unit_spans(parse_rule(rule), places):
        of = np.searchsorted(places.compounds.first, level.first, side="right") - 1
        assert np.array_equal(np.bincount(of, level.size, len(TOWN)), places.compounds.size)
        assert np.all(level.end <= places.compounds.end[of])
    assert np.all(world.units.of_household[~world.households.collective] >= 0)


def test_compounds_of_a_community_and_of_a_subdistrict_are_put_together() -> None:
    cells = [("a", "x", "p"), ("b", "y", "p"), ("c", "z", "q"), ("d", "x", "p"), ("e", "w", "p")]
    given = [ListedCompound(name, 10, subdistrict, community) for name, community, subdistrict in cells]
    assert [row.compound for row in in_order(given)] == ["a", "d", "b", "e", "c"]
    assert problem(in_order(given), str) is None
    found = problem(given, str)
    assert found is not None
    assert found[0] == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"buildings": 621}, ["world.listed[0].buildings: 621 is above households = 620; allowed: 1 to 620"]),
        ({"grids": 700}, ["world.listed[0].grids: 700 is above"]),
        ({"sites": 700}, ["world.listed[0].sites: 700 is above"]),
        ({"residents": 619}, ["world.listed[0].residents: 619 do not fit households = 620", "allowed: 620 to 4960"]),
        ({"residents": 4961}, ["world.listed[0].residents: 4961 do not fit"]),
        ({"compound": "b"}, ["world.listed[1].compound: 'b' stands in world.listed[0], too"]),
        ({"compound": " a"}, ["world.listed[0].compound: ' a' is not a name"]),
        ({"subdistrict": "east"}, ["world.listed[1].community: 'one' lies in subdistrict 'subdistrict' here and in 'east' in"]),
    ],
)
def test_a_list_that_cannot_be_built_is_refused(
    change: dict[str, Any], said: list[str], refusal: Callable[[Callable[[], Any]], str]
) -> None:
    told = refusal(lambda: built(listed([{**TOWN[0], **change}, *TOWN[1:]])))
    assert all(text in told for text in said), told


def test_other_numbers_than_those_of_the_list_are_refused(refusal: Callable[[Callable[[], Any]], str]) -> None:
    told = refusal(lambda: built(listed(TOWN, households=880)))
    assert told == "world.households = 880, but world.listed has 881; allowed: 881"
