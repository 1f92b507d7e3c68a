"""Arms: what a user asked for becomes named, labelled points, each with the arm it is compared with."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocreate_sim.config import compose
from cocreate_sim.errors import ConfigError
from cocreate_sim.study.design import Arm, arms_of
from cocreate_sim.study.points import plan


def asked(*words: str) -> list[Arm]:
    return arms_of(compose(words), words)


def test_policies_are_compared_with_the_first() -> None:
    arms = asked("world=tiny", "policies=before_2022,posts_72,small_units", "replicates=3", "out=x")
    assert [a.name for a in arms] == ["before_2022", "posts_72", "small_units"]
    assert [a.label for a in arms] == ["before 2022", "72 posts", "small units"]
    assert {a.reference for a in arms} == {"before_2022"}
    assert arms[1].overrides == ("world=tiny", "policy='posts_72'")
    assert compose(arms[1].overrides)["levers"]["posts"] == 72
    assert asked("policies=[before_2022,posts_72]")[1].name == "posts_72"


def test_a_grid_is_compared_along_the_factor_it_pairs_by() -> None:
    arms = asked("experiment=staffing", "world=tiny")
    config = compose(["experiment=staffing"])
    assert len(arms) == len({a.name for a in arms}) == 20
    by_name = {a.name: a for a in arms}
    for arm in arms:
        reference = by_name[arm.reference]
        assert reference.factors == {**arm.factors, "posts": 40.0}
        composed = compose(arm.overrides)
        assert composed["levers"]["posts"] == arm.factors["posts"]
        assert composed["uncertainties"]["casework"]["rho_40"] == arm.factors["rho_40"]
        assert composed["levers"]["staff_rule"] == arm.factors["staff_rule"]
    assert config["experiment"]["pair_by"] == "levers.posts"
    assert "72 posts" in arms[-1].label
    assert "load 1.5" in arms[-1].label


def test_partitions_are_units_and_head_hours_a_factor() -> None:
    arms = asked("experiment=unit_size", "world=tiny")
    assert {a.factors["unit_size"] for a in arms} >= {10.0, "10-20", "grid"}
    assert {a.factors["head_hours"] for a in arms} == {"per_head", "equal_total"}
    small = next(a for a in arms if a.factors == {"unit_size": "10-20", "head_hours": "equal_total"})
    assert small.label == "units of 10-20 households, equal total head hours"
    assert compose(small.overrides)["levers"]["partition"] == "10-20"
    assert next(a for a in arms if a.name == small.reference).factors == {"unit_size": "grid", "head_hours": "equal_total"}


def test_a_list_on_the_command_line_is_a_factor() -> None:
    arms = asked("levers.posts=40,56,72")
    assert [a.name for a in arms] == ["posts-40", "posts-56", "posts-72"]
    assert [a.label for a in arms] == ["40 posts", "56 posts", "72 posts"]
    assert {a.reference for a in arms} == {"posts-40"}


def test_one_value_on_the_command_line_holds_a_factor_fixed() -> None:
    arms = asked("experiment=staffing", "levers.staff_rule=protected", "uncertainties.casework.rho_40=0.8")
    assert {(a.factors["staff_rule"], a.factors["rho_40"]) for a in arms} == {("protected", 0.8)}
    assert len(arms) == 2
    assert all(len(set(a.overrides)) == len(a.overrides) for a in arms)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["world=tiny"], "there is nothing to compare; allowed: policies="),
        (["policies=before_2022"], "there is nothing to compare over policy: it has one value"),
        (["experiment=staffing", "levers.posts=72"], "there is nothing to compare over levers.posts"),
        (["policies=before_2022,posts_27"], "did you mean 'posts_72'"),
        (["levers.post=40,72"], "did you mean 'levers.posts'|did you mean 'posts'"),
    ],
)
def test_what_cannot_be_compared_is_refused(words: list[str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        asked(*words)


def test_several_factors_can_be_compared_at_once_with_the_arm_that_has_none_of_them() -> None:
    arms = asked("experiment=idle_site")
    assert {a.reference for a in arms} == {"visible-0_red_board-false"}
    fixed = asked("experiment=idle_site", "levers.red_board=true")
    assert {(a.name, a.reference) for a in fixed} == {
        ("visible-0_red_board-true", "visible-0_red_board-true"),
        ("visible-1_red_board-true", "visible-0_red_board-true"),
    }
    with pytest.raises(ConfigError, match=r"visible and levers\.red_board: they have one value"):
        asked("experiment=idle_site", "levers.red_board=true", "uncertainties.participation.visible=1.0")


def made(factors: dict[str, list[Any]]) -> list[Arm]:
    first = next(iter(factors))
    reference = {a: v[0] for a, v in factors.items()}
    return arms_of({"experiment": {"factors": factors, "pair_by": first, "reference": reference}}, [])


text = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80)
level = st.one_of(st.integers(-99, 10**6), st.floats(-1e6, 1e6).map(lambda x: round(x, 4)), text)


@given(st.lists(level, min_size=2, max_size=5, unique_by=str), st.lists(level, min_size=1, max_size=3, unique_by=str))
def test_names_are_safe_as_file_names_and_differ(first: list[Any], second: list[Any]) -> None:
    arms = made({"levers.one": first, "levers.two": second})
    names = [a.name for a in arms]
    different = {(str(a.factors["one"]), str(a.factors["two"])) for a in arms}
    assert len(set(names)) >= len(different)
    for name in names:
        assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,59}", name)
    assert {a.reference for a in arms} <= set(names)


def test_a_grid_that_is_too_large_is_refused() -> None:
    with pytest.raises(ConfigError, match="101 x 100 = 10100 arms; at most 10000"):
        made({"levers.one": list(range(101)), "levers.two": list(range(100))})


def test_two_settings_of_one_name_keep_their_addresses() -> None:
    arms = made({"uncertainties.clubs.rate": [1, 2], "uncertainties.ties.rate": [1, 2]})
    assert list(arms[0].factors) == ["uncertainties_clubs_rate", "uncertainties_ties_rate"]


def test_an_experiment_may_vary_one_factor_at_a_time_and_name_combinations_besides() -> None:
    words = ["experiment=robustness"]
    arms = arms_of(compose(words), words)
    found = {(arm.factors["unit_size"], arm.factors["posts"]) for arm in arms}
    sizes = {(size, 40.0) for size in (5.0, 10.0, 15.0, 20.0, 25.0, 50.0, 100.0, 500.0, "nested", "grid")}
    posts = {("grid", float(count)) for count in (48, 56, 64, 72, 80)}
    assert found == sizes | posts | {(15.0, 72.0), ("nested", 72.0)}
    assert len(arms) == 17
    assert {arm.reference for arm in arms} == {"unit_size-grid_posts-40"}


def test_combinations_besides_go_with_the_values_that_are_typed() -> None:
    words = ["experiment=robustness", "levers.partition=5,15,grid", "levers.posts=40,72"]
    found = [(arm.factors["unit_size"], arm.factors["posts"]) for arm in arms_of(compose(words), words)]
    assert found == [(5.0, 40.0), (15.0, 40.0), (15.0, 72.0), ("grid", 40.0), ("grid", 72.0)]


def test_a_sweep_refuses_an_experiment_that_chooses_its_arms() -> None:
    with pytest.raises(ConfigError, match="chooses its arms, which `cocreate compare` runs"):
        plan(["experiment=robustness"])
