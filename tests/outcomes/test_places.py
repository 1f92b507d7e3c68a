"""Weekly figures by subdistrict add up to those of the whole world, and are there only where there are several."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.scenarios import scenario, world_settings

from cocreate_sim.model import CoCreateModel
from cocreate_sim.outcomes.catalogue import OUTCOMES
from cocreate_sim.outcomes.places import BY_PLACE
from cocreate_sim.world import counters as c
from cocreate_sim.world.timeline import Change

LIVELY: dict[str, Any] = {
    "arrivals.rate": 20.0, "participation.base": -1.5, "heads.willing_share": 0.3, "heads.step_forward_weeks": 1.0,
    "volunteering.join_chance": 0.5, "turnover.leave_posts": 2.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def run() -> CoCreateModel:
    world = world_settings("quarter", households=180, compounds=3, grids=6, communities=3, subdistricts=3, background=False)
    model = CoCreateModel(
        scenario(world, weeks=10, burn_in=2, posts=4, settings=LIVELY, partition="12", timeline=(Change(3, 1, "posts", 8),))
    )
    model.run()
    return model


def test_what_is_counted_adds_up_to_the_world(run: CoCreateModel) -> None:
    places, weekly = run.record.places.weekly, run.record.weekly
    assert places["issues_solved"].sum(axis=1).tolist() == weekly["issues_solved"].tolist() == run.record.counts[:, c.SOLVED].tolist()
    assert places["backlog"].sum(axis=1).tolist() == weekly["backlog"].tolist()
    assert places["issues_solved"].sum() > 0


@pytest.mark.parametrize("name", ["participation_week", "volunteers_registered", "belonging_mean", "trust_mean"])
def test_means_of_adults_are_those_of_the_world_weighted_by_adults(name: str, run: CoCreateModel) -> None:
    people = run.world.residents
    adults = np.bincount(run.world.households.subdistrict[people.household[people.adult]])
    assert (run.record.places.weekly[name] @ adults) / adults.sum() == pytest.approx(run.record.weekly[name], rel=1e-12)


def test_shares_of_issues_and_posts_are_those_of_the_world_too(run: CoCreateModel) -> None:
    places, weekly = run.record.places.weekly, run.record.weekly
    solved = places["issues_solved"]
    in_unit = np.where(solved > 0, places["solved_in_unit_share"], 0.0) * solved
    any_solved = solved.sum(axis=1) > 0
    assert (in_unit.sum(axis=1) / solved.sum(axis=1))[any_solved] == pytest.approx(weekly["solved_in_unit_share"][any_solved])
    days = np.where(solved > 0, places["total_days_mean"], 0.0) * solved
    assert days.sum(axis=1) == pytest.approx(run.record.counts[:, c.TOTAL_DAYS])
    there = np.array([3 * [5]] * 5 + [[5, 9, 5]] * 7)  # four posts and a community worker each; eight from week 3 on
    assert (places["vacancy_share"] * there).sum(axis=1) / there.sum(axis=1) == pytest.approx(weekly["vacancy_share"])


def test_waiting_is_that_of_cases_that_staff_closed(run: CoCreateModel) -> None:
    issues = run.world.issues[: int(run.world.roster.length[3])]
    last = (issues.state == 5) & (issues.solved >= 11 * 7 * 86_400_000_000) & ~issues.in_unit
    place = run.world.households.subdistrict[issues.household]
    for k in range(3):
        mine = issues.waited[last & (place == k)]
        expected = np.maximum(mine, 0).mean() / run.world.office_day if len(mine) else np.nan
        assert run.record.places.weekly["wait_mean_days"][-1, k] == pytest.approx(expected, nan_ok=True)


def test_what_cannot_be_measured_is_not_a_number(run: CoCreateModel) -> None:
    places = run.record.places.weekly
    assert np.isnan(places["total_days_mean"][places["issues_solved"] == 0]).all()
    assert np.isfinite(places["participation_week"]).all()


def test_one_subdistrict_has_no_table() -> None:
    assert CoCreateModel(scenario("tiny", weeks=1)).run().places == {}


def test_columns_are_outcomes_of_the_catalogue_and_have_a_meaning() -> None:
    assert set(BY_PLACE) <= set(OUTCOMES)
    assert all(BY_PLACE.values())
