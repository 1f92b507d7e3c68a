"""Partitions: how many units of which size, for any rule and any world."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scenarios import world_settings

from cocreate_sim.config import load
from cocreate_sim.errors import ConfigError
from cocreate_sim.world.build import build_world
from cocreate_sim.world.levers import Levers, parse_rule
from cocreate_sim.world.partition import NESTED, skill_counts, unit_spans
from cocreate_sim.world.places import Places, Spans, build_places
from cocreate_sim.world.world import World

_PLACES = {name: build_places(world_settings(name), 3)[0] for name in ("tiny", "quarter", "subdistrict")}
RULES = ("5", "10-20", "25", "nested", "grid")


def _units(rule: str | int, places: Places) -> Spans:
    return unit_spans(parse_rule(rule), places)[0]


def _compound_of(units: Spans, places: Places) -> np.ndarray:
    return np.searchsorted(places.compounds.first, units.first, side="right") - 1


@pytest.mark.parametrize("world", _PLACES)
@pytest.mark.parametrize("rule", RULES)
def test_units_take_every_family_household_once_and_stay_inside_a_compound(world: str, rule: str) -> None:
    places = _PLACES[world]
    units = _units(rule, places)
    assert np.all(units.size > 0)
    compound = _compound_of(units, places)
    assert np.all((places.compounds.first[compound] <= units.first) & (units.end <= places.compounds.end[compound]))
    ends_where_the_next_begins = units.end[:-1][compound[:-1] == compound[1:]]
    assert np.array_equal(ends_where_the_next_begins, units.first[1:][compound[:-1] == compound[1:]])
    assert np.array_equal(np.bincount(compound, units.size), places.compounds.size)


@given(st.sampled_from(list(_PLACES)), st.data())
def test_a_number_n_makes_as_few_units_as_n_allows_all_of_nearly_one_size(world: str, data: st.DataObject) -> None:
    places = _PLACES[world]
    n = data.draw(st.integers(1, int(places.compounds.size.max())), "households per unit")
    units = _units(n, places)
    compound = _compound_of(units, places)
    assert np.array_equal(np.bincount(compound), -(-places.compounds.size // n)), "ceil(H / n) units per compound"
    assert units.size.max() <= n
    for c in np.unique(compound):
        sizes = units.size[compound == c]
        assert sizes.max() - sizes.min() <= 1


@given(st.lists(st.integers(1, 900), min_size=1, max_size=30))
def test_ten_to_twenty_holds_in_every_building_of_ten_or_more(buildings: list[int]) -> None:
    # given buildings of any size in one compound
    end = np.cumsum(buildings)
    spans = Spans((end - buildings).astype(np.int32), end.astype(np.int32))
    compound = Spans(np.array([0], np.int32), end[-1:].astype(np.int32))
    places = _PLACES["tiny"]._replace(buildings=spans, compounds=compound)
    # when they are cut by the rule
    units = _units("10-20", places)
    # expect units inside one building, of 10 to 20 households, but for buildings that are smaller themselves
    building = np.searchsorted(spans.first, units.first, side="right") - 1
    assert np.all(units.end <= spans.end[building])
    large = spans.size[building] >= 10
    assert np.all((units.size[large] >= 10) & (units.size[large] <= 20))
    assert np.array_equal(units.size[~large], spans.size[building][~large])


def test_ten_to_twenty_gives_about_fifteen(subdistrict: World) -> None:
    assert 14 < subdistrict.units.households.mean() < 16


@pytest.mark.parametrize("world", _PLACES)
def test_nested_units_lie_inside_each_other_level_by_level(world: str) -> None:
    places = _PLACES[world]
    levels = unit_spans(parse_rule("nested"), places)
    assert len(levels) == len(NESTED)
    for caps, level in zip((5, 25, 100, 500), levels, strict=True):
        assert level.size.max() <= caps
        assert int(level.size.sum()) == int(places.compounds.size.sum())
    for factor, lower, upper in zip(NESTED[1:], levels[:-1], levels[1:], strict=True):
        parent = np.searchsorted(upper.first, lower.first, side="right") - 1
        assert np.all(lower.end <= upper.end[parent]), "no unit is cut by the level above"
        children = np.bincount(parent)
        compound = _compound_of(upper, places)
        last = np.append(compound[1:] != compound[:-1], True)
        assert np.all(children[~last] == factor)
        assert np.all((children[last] >= 1) & (children[last] <= factor))


@pytest.mark.parametrize(("households", "expected"), [(500, (100, 20, 5, 1)), (1000, (200, 40, 10, 2)), (501, (101, 21, 6, 2))])
def test_huajin_numbers_come_out_exactly(households: int, expected: tuple[int, ...]) -> None:
    places, _ = build_places(world_settings("tiny", households=households), 1)
    levels = unit_spans(parse_rule("nested"), places)
    assert tuple(len(level.first) for level in levels) == expected
    if households % 500 == 0:
        assert [set(level.size.tolist()) for level in levels] == [{5}, {25}, {100}, {500}]


def test_grid_only_makes_every_grid_a_unit() -> None:
    places = _PLACES["subdistrict"]
    units = _units("grid", places)
    assert np.array_equal(units.first, places.grids.first)
    assert np.array_equal(units.end, places.grids.end)


@pytest.mark.parametrize("rule", RULES)
def test_households_and_residents_know_their_unit_and_dormitories_have_none(rule: str) -> None:
    world = build_world(world_settings("quarter"), Levers(partition=rule), 1)
    units, homes, people = world.units, world.households, world.residents
    assert np.array_equal(np.bincount(units.of_household[~homes.collective]), units.households)
    assert np.all(units.of_household[homes.collective] == -1)
    assert np.array_equal(units.of_resident, units.of_household[people.household])
    for u in range(len(units.first)):
        assert units.adults[u] == int((people.adult & (units.of_resident == u)).sum())


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("5", "unit building grid"), ("60", "unit grid"), ("150", "unit"), ("grid", "unit"), ("nested", "鄰 里 格 網")],
)
def test_an_issue_climbs_only_to_larger_groups(rule: str, expected: str) -> None:
    world = build_world(world_settings("quarter"), Levers(partition=rule), 1)
    assert len(world.ladder) == len(expected.split())
    mean = [float(level.households.mean()) for level in world.ladder]
    assert mean == sorted(mean)
    assert world.ladder[0] is world.units


def test_skills_are_counted_once_per_adult_and_unit(subdistrict: World) -> None:
    counted = skill_counts(subdistrict.units, subdistrict.residents)
    skill, unit = subdistrict.residents.skill, subdistrict.units.of_resident
    assert counted.sum() == ((skill >= 0) & (unit >= 0)).sum()
    for u in (0, 77, len(counted) - 1):
        assert counted[u].tolist() == [int(((unit == u) & (skill == k)).sum()) for k in range(3)]


@pytest.mark.parametrize(
    "text", ["0", "-5", "", "1.5", "1e3", "ten", "10-30", "Nested", "grids", "5,10", "²", True, 0, -1, 2.0, None]
)
def test_what_is_no_partition_is_refused_with_what_is_allowed(text: object) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_rule(text)  # type: ignore[arg-type]
    for words in (f"levers.partition = {text!r}", "whole number", "10-20", "nested", "grid"):
        assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "kind", "size"), [("7", "number", 7), (7, "number", 7), (" 10-20 ", "10-20", 0), ("nested", "nested", 0)]
)
def test_what_is_a_partition_is_read(text: str | int, kind: str, size: int) -> None:
    rule = parse_rule(text)
    assert (rule.kind, rule.size) == (kind, size)


def test_a_unit_larger_than_the_largest_compound_is_refused_with_its_size() -> None:
    places = _PLACES["quarter"]
    largest = int(places.compounds.size.max())
    assert len(_units(largest, places).first) >= 4
    with pytest.raises(ConfigError, match=rf"levers\.partition = {largest + 1} .*\({largest} households\)"):
        _units(largest + 1, places)


@pytest.mark.parametrize("override", ["levers.partition=0", "levers.partition=10-30", "world.households=0", "levers.posts=0"])
def test_the_config_refuses_them_too(override: str) -> None:
    with pytest.raises(ConfigError, match=override.split("=")[0].replace(".", r"\.")):
        load("world=tiny", override)
