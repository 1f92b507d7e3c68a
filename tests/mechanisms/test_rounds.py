"""Rounds: given heads with so many visits, where the visits go under each rule."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone, identical
from tests.mechanisms.given import days, on_its_way, place, rule
from tests.scenarios import run, scenario, world_settings

from cocreate_sim.errors import ConfigError
from cocreate_sim.model import CoCreateModel
from cocreate_sim.outcomes.measures import gini
from cocreate_sim.outcomes.spread import Spread
from cocreate_sim.world.clock import DAY
from cocreate_sim.world.issues import IN_UNIT, LAPSED, LATENT, MOVING, SERVED, SOLVED, WAITING
from cocreate_sim.world.levers import Rounds

HEADS: dict[str, Any] = {"heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0, "heads.quit_rate": 0.0}
"""Every group has a head at once."""
ORDERED = [Rounds.RANDOM, Rounds.COMMUNITY_FIRST, Rounds.DISTRICT_FIRST]
CHANGED = [*ORDERED, Rounds.COOPERATIVE]


def given(rounds: Rounds, *, on: tuple[str, ...] = ("heads", "rounds"), world: Any = None, **more: Any) -> CoCreateModel:
    """384 households in two compounds of four buildings of four stairs; units of twelve, each of them a stair."""
    levers = {"partition": "12"} | {k: v for k, v in more.items() if k not in ("settings", "channels")}
    settings = HEADS | more.get("settings", {})
    return place(world=world or {}, settings=settings, switches=alone(*on), channels=more.get("channels"), rounds=rounds, **levers)


def planned(model: CoCreateModel, week: int = 0) -> np.ndarray:
    """Visits of each household after the heads have planned their week."""
    model.world.day = 7 * week + 6
    rule(model, "heads").step(model.world)
    rule(model, "rounds").step(model.world)
    return model.world.neighbourhood.visits


def even(model: CoCreateModel) -> np.ndarray:
    """What the heads alone would plan."""
    rule(model, "heads").step(model.world)
    return model.world.neighbourhood.visits.copy()


# the even rule and the switch


@pytest.mark.parametrize(
    ("rounds", "on"), [(Rounds.EVEN, ("heads", "rounds")), (Rounds.RANDOM, ("heads",)), (Rounds.COOPERATIVE, ("heads",))]
)
def test_by_default_or_switched_off_everybody_is_visited_alike(rounds: Rounds, on: tuple[str, ...]) -> None:
    visits = planned(given(rounds, on=on))
    assert np.all(visits == visits[0])
    assert visits[0] == pytest.approx(2.0 * 0.4 / 0.25 / 12)


@pytest.mark.parametrize("rounds", CHANGED)
def test_without_heads_nobody_is_visited(rounds: Rounds) -> None:
    assert not planned(given(rounds, on=("rounds",))).any()


# what every rule keeps


@pytest.mark.parametrize("rounds", CHANGED)
@pytest.mark.parametrize(("hours", "most"), [(0.3, 0.4), (2.0, 3.0), (9.0, 2.5), (60.0, 0.4), (60.0, 50.0), (9.0, 0.0)])
@pytest.mark.parametrize("willing", [0.02, 1.0])
def test_there_are_as_many_visits_as_by_the_even_rule(rounds: Rounds, hours: float, most: float, willing: float) -> None:
    """Nobody is visited more often than most_visits, dormitories are not visited, and each pool keeps its visits."""
    settings = {"heads.hours": hours, "heads.most_visits": most, "heads.willing_share": willing}
    model = given(rounds, world={"households": 96, "compounds": 2, "building_min": 24, "collective_share": 0.3}, settings=settings)
    before = even(model)
    visits = planned(model)
    w = model.world
    assert visits.sum() == pytest.approx(before.sum(), rel=1e-12)
    assert visits.min() >= 0.0
    assert visits.max() <= most + 1e-12
    assert not visits[w.households.collective].any()
    if rounds in (Rounds.RANDOM, Rounds.COMMUNITY_FIRST):
        unit = w.units.of_household[~w.households.collective]
        family = ~w.households.collective
        assert np.bincount(unit, visits[family]) == pytest.approx(np.bincount(unit, before[family]), abs=1e-12)


@pytest.mark.parametrize("rounds", CHANGED)
def test_with_all_channels_off_unit_size_changes_no_visit(rounds: Rounds) -> None:
    """The null test: each rule acts through the head's attention, never through the unit itself."""
    none = dict.fromkeys(("ties", "attention", "pivotality", "critical_mass", "leader_supply", "scope", "supervision", "coordination", "pooling", "quorum"), False)
    settings = {"heads.willing_share": 0.005, "heads.hours": 9.0}
    first, *others = (planned(given(rounds, partition=n, channels=none, settings=settings)).copy() for n in ("1", "12", "grid"))
    assert first.any()
    assert all(np.array_equal(first, other) for other in others)


def test_attention_off_sends_the_head_round_the_building() -> None:
    model = given(Rounds.RANDOM, channels={"attention": False}, settings={"heads.hours": 2.0})
    visits = planned(model)
    assert np.bincount(model.world.households.building, visits) == pytest.approx(3.2)
    assert sorted(np.unique(visits).round(9).tolist()) == [0.0, 0.2, 1.0], "three whole visits and a fifth of one to 48 households"


# random


def test_at_random_some_are_visited_and_next_week_others() -> None:
    """Given 3.2 visits a week to twelve households, expect three whole ones, and over the weeks everybody in turn."""
    model = given(Rounds.RANDOM)
    sums = np.zeros(384)
    for week in range(60):
        visits = planned(model, week).copy()
        assert np.all(np.bincount(model.world.units.of_household, visits >= 1.0) == 3)
        sums += visits
    assert sums.mean() == pytest.approx(60 * 3.2 / 12)
    assert sums.std() == pytest.approx(np.sqrt(60 * 0.19), rel=0.3)
    assert sums.min() > 4.0


def test_a_head_with_more_visits_than_households_goes_round_again() -> None:
    visits = planned(given(Rounds.RANDOM, settings={"heads.hours": 10.0}))
    assert np.all((visits >= 1.0) & (visits <= 2.0))
    assert set(np.round(visits, 9).tolist()) == {1.0, 2.0}, "sixteen visits to twelve households"


def test_who_is_visited_is_a_matter_of_the_household_and_the_week() -> None:
    """Another unit size draws the same order: who comes first of six also comes first of them among twelve, or somebody new does."""
    small, large = (planned(given(Rounds.RANDOM, partition=n, settings={"heads.hours": 0.625})).copy() for n in ("6", "12"))
    assert np.all(small[large > 0.5] > 0.5)
    assert (small > 0.5).sum() == 2 * (large > 0.5).sum() == 64


# community first


def report(model: CoCreateModel, household: int, day: float = 0.5, state: int = MOVING, **more: Any) -> int:
    """An issue at a household, reported on a day."""
    row = on_its_way(model, int(day * DAY), household=household, scope=0, first=household, end=household + 1, **more)
    model.world.issues.state[row] = state
    return row


def test_community_first_goes_where_the_own_unit_reported() -> None:
    """Given a grid of eight stairs whose head makes 3.2 visits: the stair with two reports first, then the one with one."""
    model = given(Rounds.COMMUNITY_FIRST, partition="grid", settings={"heads.hours": 10.0})
    for household in (30, 31, 0):
        report(model, household)
    visits = planned(model)
    assert np.all(visits[24:36] == 1.0), "the stair of the households 24 to 35 had two reports"
    assert visits[:12].sum() == pytest.approx(16.0 - 12.0), "what is left goes to the stair with one"
    assert visits[12:24].sum() == visits[36:96].sum() == 0.0
    assert visits[96:192].sum() == pytest.approx(16.0), "another head does not come over"


@pytest.mark.parametrize(
    ("day", "memory", "counts"), [(0.5, 4, False), (7.5, 4, True), (34.5, 4, True), (7.5, 3, False), (0.5, 5, True)]
)
def test_reports_count_for_the_weeks_of_memory(day: float, memory: int, counts: bool) -> None:
    model = given(Rounds.COMMUNITY_FIRST, partition="grid", settings={"rounds.memory_weeks": memory, "heads.hours": 7.5})
    report(model, 30, day)
    visits = planned(model, 4)
    assert np.all(visits[24:36] == 1.0) == counts


@pytest.mark.parametrize(
    ("state", "reported", "counts"), [(SOLVED, True, True), (WAITING, True, True), (LATENT, False, False), (LAPSED, False, False)]
)
def test_what_was_reported_counts_solved_or_not(state: int, reported: bool, counts: bool) -> None:
    model = given(Rounds.COMMUNITY_FIRST, partition="grid", settings={"heads.hours": 7.5})
    row = report(model, 30, state=state)
    if not reported:
        model.world.issues.reported[row] = 0
    assert np.all(planned(model)[24:36] == 1.0) == counts


def test_reports_from_outside_the_world_send_nobody() -> None:
    model, other = (given(Rounds.COMMUNITY_FIRST, partition="grid") for _ in range(2))
    on_its_way(model, DAY, household=-1)
    assert np.array_equal(planned(model), planned(other))


@pytest.mark.parametrize("rounds", [Rounds.COMMUNITY_FIRST])
def test_limit_without_reports_it_is_random(rounds: Rounds) -> None:
    assert np.array_equal(planned(given(rounds), 3), planned(given(Rounds.RANDOM), 3))


# district first


def test_district_first_sends_all_heads_to_the_building_with_the_largest_backlog_per_household() -> None:
    """32 heads with 3.2 visits make 102.4: once through two buildings of 48, the rest to the next."""
    model = given(Rounds.DISTRICT_FIRST)
    for household, number in ((50, 3), (340, 2), (200, 1)):
        for state in (IN_UNIT, WAITING, SERVED)[:number]:
            report(model, household, state=state)
    for _ in range(9):
        report(model, 0, state=SOLVED)
    visits = planned(model)
    per_building = np.bincount(model.world.households.building, visits)
    assert per_building[1] == per_building[7] == 48.0
    assert per_building[4] == pytest.approx(32 * 3.2 - 96)
    assert per_building[[0, 2, 3, 5, 6]].sum() == 0.0


def test_it_is_the_backlog_per_household_that_counts() -> None:
    """Two open cases in a building of 80 are less than one in a building of 20."""
    world = identical(160, compounds=2)
    model = CoCreateModel(scenario(world, settings=HEADS | {"heads.hours": 1.0}, switches=alone("heads", "rounds"), rounds="district_first"))
    model.world.places.buildings.first[:], model.world.places.buildings.end[:] = [0, 140], [140, 160]
    model.world.households.building[:] = np.repeat([0, 1], [140, 20])
    for household in (3, 4, 150):
        report(model, household, state=WAITING)
    visits = planned(model)
    assert visits[140:].sum() == pytest.approx(visits.sum())


def test_households_without_a_head_are_visited_too_and_their_issues_noticed() -> None:
    """Given heads in one building only and the backlog in another: the reporter of what they find has no name there."""
    settings = {"heads.willing_share": 0.0, "reporting.head_notices": 1.0, "heads.hours": 40.0, "reporting.rate": 0.0, "reporting.lapse_days": 1e5}
    model = given(Rounds.DISTRICT_FIRST, on=("heads", "rounds", "reporting"), settings=settings)
    w = model.world
    first = int(np.flatnonzero(w.residents.adult)[0])
    w.head[0], w.residents.head_of[first] = first, 0
    report(model, 340, state=WAITING)
    visits = planned(model)
    assert visits[:12].sum() == 0.0
    assert visits[336:384].sum() == pytest.approx(36.0), "three visits a week to each of twelve households, all of them here"
    assert not w.neighbourhood.has_head[336:].any()
    found = [report(model, int(h), 6.0, LATENT, due=0) for h in np.flatnonzero(visits)]
    w.roster.latent[: len(found)], w.roster.length[0] = found, len(found)
    w.roster.length[2] = 0
    w.day = 7
    days(model, 14, "reporting")
    reported = w.issues[found][w.issues.state[found] == MOVING]
    assert len(reported) > 10
    assert np.all(reported.by == 1)
    assert np.all(reported.reporter == -1)


def test_heads_stay_in_their_subdistrict() -> None:
    world = world_settings("quarter", households=200, subdistricts=2, background=False)
    model = CoCreateModel(
        scenario(world, settings=HEADS, switches=alone("heads", "rounds"), partition="10-20", rounds=Rounds.DISTRICT_FIRST)
    )
    w = model.world
    before = np.bincount(w.households.subdistrict, even(model))
    report(model, 0, state=WAITING)
    assert np.bincount(w.households.subdistrict, planned(model)) == pytest.approx(before)


# cooperative


def cooperation(headless: int, enough: float, hours: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    """Visits where the last so many of the 32 units have no head, and whose households those are."""
    model = given(Rounds.COOPERATIVE, settings={"rounds.enough_visits": enough, "heads.hours": hours})
    w = model.world
    rule(model, "heads").step(w)
    alone_ = w.units.of_household >= 32 - headless
    w.neighbourhood.visits[alone_], w.neighbourhood.has_head[alone_] = 0.0, False
    rule(model, "rounds").step(w)
    return w.neighbourhood.visits, alone_


@pytest.mark.parametrize(
    ("headless", "enough", "own", "others"),
    [
        pytest.param(0, 0.1, 3.2 / 12, None, id="all have heads: nothing changes"),
        pytest.param(16, 0.2, 0.2, 0.8 / 12, id="half have none: what is above enough goes over"),
        pytest.param(16, 0.1, 3.2 / 12 - 0.1, 0.1, id="they take no more than enough"),
        pytest.param(8, 0.1, 3.2 / 12 - 0.1 / 3, 0.1, id="what they do not need goes back"),
        pytest.param(16, 0.5, 3.2 / 12, 0.0, id="the own unit comes first"),
        pytest.param(16, 0.0, 3.2 / 12, 0.0, id="nobody needs anything: the heads keep them"),
    ],
)
def test_heads_help_units_without_one_with_what_their_own_do_not_need(headless: int, enough: float, own: float, others: float | None) -> None:
    visits, alone_ = cooperation(headless, enough)
    assert visits[~alone_] == pytest.approx(own)
    if others is not None:
        assert visits[alone_] == pytest.approx(others)


def test_where_nobody_has_a_head_there_is_nothing_to_share() -> None:
    assert not cooperation(32, 0.1)[0].any()


def test_help_stays_in_the_community() -> None:
    world = world_settings("quarter", households=200, background=False)
    model = CoCreateModel(
        scenario(world, settings=HEADS, switches=alone("heads", "rounds"), partition="10-20", rounds=Rounds.COOPERATIVE)
    )
    n, community = model.world.neighbourhood, model.world.households.community
    rule(model, "heads").step(model.world)
    n.visits[community == 1], n.has_head[community == 1] = 0.0, False
    rule(model, "rounds").step(model.world)
    assert not n.visits[community == 1].any()


# bad input, outcomes, and the whole model


def test_an_unknown_rule_is_refused_with_the_list() -> None:
    with pytest.raises(ConfigError, match=r"levers.rounds = 'evn' is not allowed; one of: even, random, community_first"):
        scenario("tiny", rounds="evn")


@pytest.mark.parametrize(("name", "value"), [("memory_weeks", 0), ("enough_visits", -0.1)])
def test_settings_out_of_range_are_refused(name: str, value: float) -> None:
    with pytest.raises(ConfigError, match=rf"uncertainties.rounds.{name} = {value} is outside its range"):
        given(Rounds.EVEN, settings={f"rounds.{name}": value})


def test_spread_of_visits_solutions_and_waiting() -> None:
    """Two visits here and six there; two reports with one day and one with three; one of the three is solved."""
    model = given(Rounds.EVEN, partition="48", settings={"heads.willing_share": 0.0})
    w, spread = model.world, Spread(model.world)
    assert all(np.isnan(v) for v in spread.summary(w).values())
    w.neighbourhood.visits[[0, 48]] = 2.0, 6.0
    spread.week(w)
    for household, state, length in ((0, SOLVED, 1), (1, SOLVED, 1), (50, WAITING, 3)):
        row = report(model, household, 0.5, state)
        w.issues.solved[row] = (0.5 + length) * DAY
    report(model, 60, 0.0, LATENT)
    w.day = 3
    w.issues.reported[2] = 0.0 + 1  # just after the start, and still open
    told = spread.summary(w)
    sizes = [2.0, 6.0, *[0.0] * 6]
    assert told["unit_gini_visits"] == told["building_gini_visits"] == pytest.approx(gini(np.array(sizes)))
    assert told["unit_gini_solved"] == pytest.approx(gini(np.array([2.0, *[0.0] * 7])))
    assert told["unit_gini_waiting"] == told["building_gini_waiting"] == pytest.approx(gini(np.array([1.0, 3.0])), abs=1e-9)


def test_burn_in_is_not_part_of_the_spread() -> None:
    model = given(Rounds.EVEN)
    model.world.burn_in_weeks = 1
    spread = Spread(model.world)
    planned(model)
    spread.week(model.world)
    assert not spread.visits.any()
    model.world.day = 13
    spread.week(model.world)
    assert spread.visits.any()


@pytest.mark.compiled
def test_rules_differ_in_how_visits_are_spread_and_not_in_their_number() -> None:
    """A year in a quarter where half of the units find a head."""
    told = {}
    for rounds in Rounds:
        given_ = {"heads.willing_share": 0.03, "heads.hours": 5.0, "rounds.enough_visits": 0.2}
        told[rounds] = run("quarter", weeks=52, settings=given_, partition="10-20", rounds=rounds)
    spread = {rounds: result.summary["building_gini_visits"] for rounds, result in told.items()}
    assert spread[Rounds.DISTRICT_FIRST] != pytest.approx(spread[Rounds.EVEN], rel=0.01)
    assert spread[Rounds.COOPERATIVE] < spread[Rounds.EVEN]
    units = {rounds: result.summary["unit_gini_visits"] for rounds, result in told.items()}
    assert units[Rounds.COOPERATIVE] < units[Rounds.EVEN] - 0.02
    assert units[Rounds.RANDOM] == pytest.approx(units[Rounds.EVEN], abs=0.15), "the same heads' own units"
