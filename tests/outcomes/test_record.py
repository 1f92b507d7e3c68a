"""The record: every figure can be counted again from the world itself."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.outcomes.conftest import Ran
from tests.scenarios import CoCreateModel, run, scenario
from tests.test_channels import LIVELY

from cocreate_sim.outcomes.catalogue import OUTCOMES
from cocreate_sim.world.build import build_world
from cocreate_sim.world.clock import DAY
from cocreate_sim.world.counters import PLANS_PASSED
from cocreate_sim.world.issues import IN_UNIT, LATENT, MOVING, SERVED, SOLVED, WAITING
from cocreate_sim.world.sites import MANAGE, PLAN
from cocreate_sim.world.world import N_ISSUES, World

BURN_IN, WEEKS = 6, 30


def _issues(world: World) -> np.recarray:
    """The issues of the modelled households."""
    issues = world.issues[: int(world.roster.length[N_ISSUES])]
    return issues[issues.household >= 0]


def test_weekly_series_cover_burn_in_and_horizon(ran: Ran) -> None:
    for name, series in ran.result.weekly.items():
        assert series.shape == (BURN_IN + WEEKS,), name
        assert series.dtype == np.float64, name


RATIOS = {"solved_in_unit_share", "on_time_share", "reopened_share", "satisfaction", "solved_above_unit_share"}
"""Shares of all that was solved in the horizon, which is not the mean of the weekly shares."""


@pytest.mark.parametrize("name", [n for n, o in OUTCOMES.items() if o.weekly and n not in RATIOS])
def test_the_summary_is_the_mean_of_the_weeks_after_burn_in(name: str, ran: Ran) -> None:
    horizon = ran.result.weekly[name][BURN_IN:]
    known = horizon[np.isfinite(horizon)]
    assert ran.result.summary[name] == pytest.approx(known.mean() if len(known) else np.nan, rel=1e-12, nan_ok=True)


def test_births_and_solutions_are_those_of_the_weeks(ran: Ran) -> None:
    issues = _issues(ran.model.world)
    for name, instant in (("issues_born", issues.born), ("issues_solved", issues.solved[issues.state == SOLVED])):
        weeks = np.bincount(instant // (7 * DAY), minlength=BURN_IN + WEEKS)
        assert np.array_equal(ran.result.weekly[name], weeks), name


def test_stocks_of_the_last_week_are_those_of_the_world(ran: Ran) -> None:
    world, weekly = ran.model.world, ran.result.weekly
    issues, adult = _issues(world), world.residents.adult
    is_open = np.isin(issues.state, [IN_UNIT, MOVING, WAITING, SERVED])
    now = world.day * DAY
    assert weekly["latent_stock"][-1] == (issues.state == LATENT).sum()
    assert weekly["backlog"][-1] == is_open.sum()
    assert weekly["backlog_old_share"][-1] == ((now - issues.reported > 30 * DAY) & is_open).sum() / is_open.sum()
    assert weekly["volunteers_registered"][-1] == (world.residents.volunteer_since[adult] >= 0).mean()
    assert weekly["belonging_mean"][-1] == pytest.approx(world.residents.belonging[adult].mean())
    assert weekly["trust_mean"][-1] == pytest.approx(world.residents.trust[adult].mean())
    known = world.ties.number[adult & ~world.households.collective[world.residents.household]]
    assert weekly["ties_per_resident"][-1] == pytest.approx(known.mean())
    assert weekly["knows_nobody_share"][-1] == pytest.approx((known == 0).mean())
    assert weekly["condition_mean"][-1] == world.sites.condition.mean()
    assert weekly["kept_share"][-1] == (world.sites.stage >= MANAGE).mean()
    assert weekly["vacancy_share"][-1] == pytest.approx(1 - world.posts.filled.mean())
    headed = world.neighbourhood.has_head[~world.households.collective]
    assert weekly["units_with_head_share"][-1] == pytest.approx(headed.mean())


def test_shares_of_solved_issues_are_counted_over_the_horizon(ran: Ran) -> None:
    issues, s = _issues(ran.model.world), ran.result.summary
    solved = issues[(issues.state == SOLVED) & (issues.solved >= BURN_IN * 7 * DAY)]
    days = (solved.solved - solved.reported) / DAY
    assert s["solved_in_unit_share"] == pytest.approx(solved.in_unit.mean())
    assert s["total_days_mean"] == pytest.approx(days.mean())
    assert s["on_time_share"] == pytest.approx((days <= 3).mean())


def test_participation_is_counted_person_by_person(ran: Ran) -> None:
    people, s = ran.model.world.residents, ran.result.summary
    weeks, adult = people.weeks_active, people.adult
    assert s["participation_ever"] == (weeks[adult] > 0).mean()
    assert s["participation_week"] == pytest.approx(weeks[adult].sum() / adult.sum() / WEEKS)
    assert s["participation_newcomers"] == pytest.approx(weeks[adult & people.newcomer].mean() / WEEKS)
    assert s["participation_party"] == pytest.approx(weeks[people.party].mean() / WEEKS)
    assert s["newcomer_ratio"] == pytest.approx(weeks[adult & people.newcomer].mean() / weeks[adult & ~people.newcomer].mean())
    assert s["hours_per_resident_year"] == pytest.approx(people.hours[adult].mean() * 365 / 7 / WEEKS)
    assert not weeks[~adult].any()
    hours = np.sort(people.hours[adult])
    assert s["hours_top1_share"] == pytest.approx(hours[-round(len(hours) / 100) :].sum() / hours.sum())


def test_waits_are_percentiles_that_rise_and_agree_with_the_summary(ran: Ran) -> None:
    waits, s = ran.result.waits, ran.result.summary
    assert set(waits) == {"posts", "community", "all"}
    for tier, percentiles in waits.items():
        assert percentiles.shape == (101,), tier
        assert percentiles[0] >= 0
        assert np.all(np.diff(percentiles) >= 0)
    assert s["wait_median_days"] == pytest.approx(waits["all"][50])
    assert s["wait_p90_days"] == pytest.approx(waits["all"][90])
    assert min(s["wait_posts_mean_days"], s["wait_community_mean_days"]) <= s["wait_mean_days"]
    assert s["wait_mean_days"] <= max(s["wait_posts_mean_days"], s["wait_community_mean_days"])


def test_without_cases_there_are_no_waits() -> None:
    result = run("tiny", weeks=2, switches={"arrivals": False})
    assert all(len(w) == 0 for w in result.waits.values())
    assert math.isnan(result.summary["wait_mean_days"])
    assert result.summary["issues_born"] == 0


def test_projects_move_stage_by_stage_and_end_or_are_under_way() -> None:
    # given projects that are often rated poorly, and corrected once
    settings = LIVELY | {"renovation.pass_mark": 0.9, "renovation.rating_noise": 0.2}
    model = CoCreateModel(scenario("quarter", weeks=80, settings=settings))
    result = model.run()
    projects, sites = result.projects, model.world.sites
    failed = dict.fromkeys(("plan", "build", "manage", "evaluate", "share"), 0)
    for name, number in projects.items():
        if name.startswith("failed_"):
            failed[name.split("_")[1]] += number
    assert min(failed["plan"], failed["evaluate"], projects["entered_manage"]) > 3
    # expect every plan to be voted through, to fail or to be still planned, and each stage to be entered from the one before
    passed = projects["entered_plan"] - failed["plan"] - int((sites.stage == PLAN).sum())
    assert projects["entered_build"] == passed == model.record.counts[:, PLANS_PASSED].sum()
    assert passed >= projects["entered_manage"] >= projects["entered_evaluate"] >= projects["entered_share"]
    assert projects["entered_share"] >= projects["finished"]
    years = 80 * 7 / 365
    assert result.summary["projects_failed"] == pytest.approx(sum(failed.values()) / years)
    assert result.summary["projects_finished"] == pytest.approx(projects["finished"] / years)
    assert result.summary["projects_started"] == pytest.approx(projects["entered_plan"] / years)


def test_planning_time_is_that_of_the_plans_that_passed() -> None:
    # given plans that take exactly as long as two weekly meetings, are always passed, and are rated poorly for ever
    settings = LIVELY | {
        "heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0, "renovation.meetings_low": 2, "renovation.meetings_high": 2,
        "renovation.quorum": 0.0, "renovation.turnout": 1.0, "renovation.common_property": 0.0, "renovation.approval": 1.0,
    }  # fmt: skip
    rated = ({"renovation.pass_mark": 0.0}, {"renovation.pass_mark": 1.0, "renovation.corrections": 3})
    passing, corrected = (run("quarter", weeks=60, settings=settings | marks).summary["plan_days"] for marks in rated)
    assert passing == pytest.approx(corrected, rel=0.25), "corrections are no new plans"


def test_burn_in_is_not_counted() -> None:
    """The same weeks, counted from the start or after a burn-in: the same series, another summary."""
    long = run("tiny", weeks=20, burn_in=0, settings=LIVELY)
    short = run("tiny", weeks=8, burn_in=12, settings=LIVELY)
    for name, series in long.weekly.items():
        assert np.array_equal(series, short.weekly[name], equal_nan=True), name
    assert short.summary["participation_week"] == pytest.approx(long.weekly["participation_week"][12:].mean())
    assert all(short.projects[k] <= long.projects[k] for k in ("entered_plan", "entered_build", "finished"))


def test_realised_figures_describe_the_built_world(ran: Ran) -> None:
    realised, world = ran.result.realised, ran.model.world
    assert realised["households"] == 600
    assert realised["residents"] == len(world.residents.id)
    assert realised["units"] == len(world.units.first)
    assert realised["rho_40"] == pytest.approx(0.8)
    given = ran.model.cocreate
    built = build_world(given.world, given.levers, given.run.seed, given.channels).counts()
    assert {name: realised[name] for name in built} == built, "as built, whoever moved since"
    assert realised["mean_unit_size"] == pytest.approx(600 / len(world.units.first))
