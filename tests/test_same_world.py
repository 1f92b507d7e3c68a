"""The same world under every policy: a change touches what it must and nobody else's luck.

Given a world, when one resident is left out, one post is added, units are split, or another model runs beside it,
expect every other resident's traits and draws, and every birth of an issue, to stay what they were.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.scenarios import CoCreateModel, only, run, scenario
from tests.test_channels import LIVELY

from cocreate_sim.validation.channels import differences
from cocreate_sim.world.world import N_ISSUES

TRAITS = (
    "household", "age_band", "adult", "newcomer", "party", "skill", "kind", "baseline", "budget", "reports_rate", "belonging_rest",
    "willing_to_head",
)  # fmt: skip
NATURE = ("household", "scope", "first", "end", "priority", "needs_posts", "skill", "hours", "born", "office")

# everything by which one resident can touch another is off: peers, ties, heads, honour, decisiveness, common projects, being
# asked in person (a fixed number of people is asked), reports on behalf of others, and the load of staff set by who lives there
ALONE: dict[str, Any] = {
    "settings": {"participation.everyone_knows": True, "participation.base": -2.0, "participation.peers": 0.0, "participation.pivotal": 0.0,
                 "participation.word_of_mouth": 0.0, "heads.pair_hours": 0.0, "casework.rho_40": None, "arrivals.rate": 3.0},
    "switches": {"ties": False, "heads": False, "recognition": False, "renovation": False, "mobilisation": False, "reporting": False},
}  # fmt: skip
FEELS = ("belonging", "trust", "weeks_active", "hours", "last_active", "volunteer_since", "takes_part", "head_of", "on_board")


def _ran(world: str = "quarter", without: tuple[int, ...] = (), **given: Any) -> CoCreateModel:
    model = CoCreateModel(scenario(world, **given), without=without)
    model.run()
    return model


def _births(model: CoCreateModel) -> dict[tuple[int, int], tuple[Any, ...]]:
    """Every issue by its permanent identity, with all that was drawn for it at birth."""
    world = model.world
    issues = world.issues[: int(world.roster.length[N_ISSUES])]
    mine = issues[issues.household >= 0]
    return {(int(i.a), int(i.b)): tuple(i[name].item() for name in NATURE) for i in mine}


def _same_columns(one: CoCreateModel, other: CoCreateModel, names: tuple[str, ...], gone: tuple[int, ...] = ()) -> None:
    """Compare columns of residents by id, leaving out those who are not in both."""
    a, b = one.world.residents, other.world.residents
    stay = ~np.isin(a.id, gone)
    assert np.array_equal(a.id[stay], b.id)
    for name in names:
        assert np.array_equal(getattr(a, name)[stay], getattr(b, name)), name


# --- leaving one resident out ---------------------------------------------------------------------------------------

SOMEBODY = (1, 243, 1801)
"""Three adults who are not the first of their household (the first reports its issues), the last in a dormitory."""


@pytest.fixture(scope="module")
def alone() -> CoCreateModel:
    """Everybody is there, and nobody touches anybody."""
    return _ran(weeks=20, **ALONE)


def test_those_left_out_were_there_and_active(alone: CoCreateModel) -> None:
    people, homes = alone.world.residents, alone.world.households
    gone = list(SOMEBODY)
    assert np.all(homes.first_resident[people.household[gone]] != gone)
    assert people.adult[gone].all()
    assert homes.collective[people.household[gone]].tolist() == [False, False, True]
    assert people.weeks_active.sum() > 1000


@pytest.mark.parametrize("gone", [(someone,) for someone in SOMEBODY] + [SOMEBODY])
def test_without_interactions_leaving_somebody_out_changes_nobody_else(alone: CoCreateModel, gone: tuple[int, ...]) -> None:
    other = _ran(without=gone, weeks=20, **ALONE)
    _same_columns(alone, other, TRAITS + FEELS, gone)
    assert _births(alone) == _births(other)
    n = int(alone.world.roster.length[N_ISSUES])
    for name in ("state", "solved", "waited", "handoffs", "reopened", "attempts", "a", "b"):
        assert np.array_equal(alone.world.issues[name][:n], other.world.issues[name][:n]), name


@pytest.mark.parametrize("gone", [(0,), (1,), (243, 1801)])
def test_with_interactions_it_changes_nobody_elses_traits_and_no_birth(gone: tuple[int, ...]) -> None:
    settings = LIVELY | {"arrivals.condition_effect": 0.0}
    everybody, rest = (_ran(without=w, weeks=12, settings=settings, partition="10-20") for w in ((), gone))
    _same_columns(everybody, rest, TRAITS, gone)
    assert _births(everybody) == _births(rest)
    assert differences(everybody.record.result(everybody.world), rest.record.result(rest.world)), "but others do live differently"


def test_who_is_left_out_takes_their_own_hours_with_them(alone: CoCreateModel) -> None:
    gone = (int(np.argmax(alone.world.residents.weeks_active)),)
    other = _ran(without=gone, weeks=20, **ALONE)
    hours = float(alone.world.residents.hours[gone[0]])
    assert hours > 0
    assert alone.world.residents.hours.sum() - other.world.residents.hours.sum() == pytest.approx(hours)


# --- adding one post ------------------------------------------------------------------------------------------------

OF_POSTS = {"mobilisation_hours", "vacancy_share", "burnout_mean", "leavers_year", "skill_mean", "public_hours", "public_yuan",
            "utilisation_posts"}  # fmt: skip
"""Outcomes that count posts themselves: one more post is one more to be paid, or vacant."""


@pytest.mark.parametrize("rho_40", [0.8, 1.2])
def test_one_more_post_changes_no_birth_no_trait_and_no_decision_to_come(rho_40: float) -> None:
    # given residents whom staff do not ask, so that their decisions need nothing from the posts but their luck
    settings = {
        "casework.rho_40": rho_40,
        "participation.everyone_knows": True,
        "participation.belonging": 0.0,
        "arrivals.rate": 3.0,
    }
    switches = {"mobilisation": False, "renovation": False}
    few, more = (_ran(weeks=16, settings=settings, switches=switches, posts=posts) for posts in (40, 41))
    assert _births(few) == _births(more)
    _same_columns(few, more, (*TRAITS, "weeks_active", "takes_part", "last_active"))
    assert few.world.residents.weeks_active.sum() > 100


def test_at_low_load_one_more_post_changes_nothing_but_what_counts_posts() -> None:
    # given so few cases that no weekend brings one for every post
    settings = LIVELY | {
        "arrivals.rate": 0.3,
        "casework.rho_40": 0.02,
        "casework.community_hours": 0.02,
        "renovation.staff_initiative": 0.0,
    }
    given: dict[str, Any] = {"weeks": 26, "settings": settings, "switches": {"mobilisation": False}, "partition": "10-20"}
    few, more = (_ran(posts=posts, **given) for posts in (40, 41))
    found = set(differences(few.record.result(few.world), more.record.result(more.world)))
    assert found <= OF_POSTS | {f"weekly {name}" for name in OF_POSTS}, found
    assert "public_hours" in found
    _same_columns(few, more, TRAITS + FEELS)
    # the 40 have the same people, who come and go on the same days
    old = more.world.posts[more.world.posts.number < 40]
    for name in ("tier", "place", "number", "filled", "since", "skill"):
        assert np.array_equal(few.world.posts[name], old[name]), name


def test_under_load_one_more_post_shortens_waiting() -> None:
    """The change above is small because the load is: near saturation the same post matters."""
    wait = [
        run("quarter", weeks=30, settings={"casework.rho_40": 1.3}, posts=posts).summary["wait_posts_mean_days"]
        for posts in (40, 56)
    ]
    assert wait[0] > 1.2 * wait[1]


# --- splitting units ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("partition", ["5", "10-20", "nested"])
def test_splitting_units_leaves_births_and_traits_as_they_are(partition: str) -> None:
    settings = LIVELY | {"arrivals.condition_effect": 0.0}
    grids, units = (_ran(weeks=12, settings=settings, partition=p) for p in ("grid", partition))
    assert _births(grids) == _births(units)
    assert len(_births(grids)) > 200
    _same_columns(grids, units, TRAITS)


@pytest.mark.parametrize("partition", ["5", "10-20", "100", "nested"])
def test_no_draw_knows_the_number_of_a_unit(alone: CoCreateModel, partition: str) -> None:
    """All channels are on, but there are no heads, ties or projects that they could act through: nothing may change."""
    units = _ran(weeks=20, partition=partition, **ALONE)
    assert alone.cocreate.levers.partition == "grid"
    found = differences(alone.record.result(alone.world), units.record.result(units.world))
    assert set(found) <= {"working_parties_share"}, "which counts the parties of units, and so units"
    _same_columns(alone, units, TRAITS + FEELS)


def test_births_answer_to_the_condition_of_facilities_and_to_nothing_else() -> None:
    """With the effect on, better facilities take births away; what is born keeps its identity and its nature."""
    plain, kept = ({"arrivals.condition_effect": e} for e in (0.0, 0.6))
    switches = {"renovation": False, "upkeep": False}
    models = []
    for settings in (plain, kept):
        model = CoCreateModel(scenario("quarter", weeks=16, settings=settings | {"arrivals.rate": 3.0}, switches=switches))
        model.world.condition[:] = 1.0
        model.run()
        models.append(_births(model))
    assert 0.3 < len(models[1]) / len(models[0]) < 0.5
    assert models[1].items() <= models[0].items()


# --- other luck, same luck ------------------------------------------------------------------------------------------


def test_another_seed_is_another_world() -> None:
    one, other = (_ran(weeks=8, seed=seed) for seed in (1, 2))
    assert _births(one) != _births(other)
    assert not np.array_equal(one.world.residents.household, other.world.residents.household)
    assert len(differences(one.record.result(one.world), other.record.result(other.world))) > 30


def test_the_same_scenario_gives_the_same_results_to_the_last_bit() -> None:
    arms = [run("quarter", weeks=16, settings=LIVELY, partition="10-20", red_board=True) for _ in range(2)]
    assert differences(*arms) == []


def test_models_stepped_in_turn_do_not_touch_each_other() -> None:
    # given two policies and two seeds, each run by itself
    scenarios = [
        scenario("quarter", weeks=10, settings=LIVELY, partition="5", red_board=True),
        scenario("quarter", weeks=10, settings=LIVELY, partition="100", seed=2),
        scenario("tiny", weeks=10, settings=LIVELY, channels=only("ties")),
    ]
    by_itself = [CoCreateModel(s).run() for s in scenarios]
    # when they are stepped day by day in turn
    models = [CoCreateModel(s) for s in scenarios]
    for _ in range(10 * 7):
        for model in models:
            model.step()
    # expect the same results
    for model, expected in zip(models, by_itself, strict=True):
        assert differences(model.record.result(model.world), expected) == []
