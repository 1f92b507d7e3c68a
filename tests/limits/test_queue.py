"""Case work is an exact queue: Erlang C, pooling, Erlang A and Little's law, from the shipped model through settings alone.

Limit: cases arrive in office hours (``arrivals.clock = working``) as a Poisson stream of households outside the world, all need
the posts, hours are exponential, staff do nothing else (``staff_time`` off), nobody leaves (``turnover`` off), cases reach the
posts at once (``reporting`` and ``routing`` off), first come first served, no reopening; no patience except under Erlang A.
The load is set by the model's own ``rho_40``: ``rho_40 x 40`` erlangs.

Each check takes 3 standard errors of 40 batches; ``sharp`` is the relative error that it would notice.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone, batches, check, issues
from tests.limits.formulas import erlang_a, erlang_c, erlang_c_wait
from tests.scenarios import scenario, world_settings

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world.clock import DAY, HOUR
from cocreate_sim.world.issues import LAPSED, SERVED, SOLVED, WAITING

BURN_IN = 4


def line(
    posts: int,
    load: float,
    cases: int,
    *,
    weeks: int = 100,
    burn_in: int = BURN_IN,
    seed: int = 1,
    households: bool = False,
    **changes: Any,
) -> CoCreateModel:
    """A model whose posts are an M/M/c queue with about ``cases`` cases in ``weeks`` weeks of 40 office hours."""
    hours = load * 40.0 * weeks / cases
    settings = {
        "arrivals.clock": "working", "arrivals.burst_variance": 0.0, "arrivals.condition_effect": 0.0,
        "arrivals.hours_law": "exponential", "arrivals.hours_cv": 0.0, "arrivals.hours_median": hours, "arrivals.rate": 10.0,
        "arrivals.posts_small": 1.0, "arrivals.posts_building": 1.0, "arrivals.posts_compound": 1.0,
        "casework.priorities": False, "casework.patience_days": None, "casework.rereport_chance": 0.0,
        "casework.reopen_chance": 0.0, "casework.rho_40": load / 40.0, "casework.load_by_arrivals": True,
    } | {key.replace("__", "."): value for key, value in changes.items()}  # fmt: skip
    outside = {"background": False} if households else {"subdistrict_households": 100_000, "community_households": 12}
    world = world_settings(
        "tiny",
        collective_share=0.0,
        **({"households": 48} | outside if households else {"households": 12, "building_min": 12} | outside),
    )
    return CoCreateModel(
        scenario(
            world, seed=seed, weeks=weeks, burn_in=burn_in, settings=settings, switches=alone("arrivals", "casework"), posts=posts
        )
    )


def service_hours(model: CoCreateModel) -> float:
    """Mean hours of a case."""
    return float(model.cocreate.uncertainties["arrivals"].hours_median)


def lined_up(model: CoCreateModel) -> np.recarray:
    """Cases that came after the burn-in, in the order in which they joined the line, without the last ones still open."""
    cases = issues(model)
    cases = cases[(cases.pool >= 0) & (cases.born >= model.world.burn_in_weeks * 7 * DAY)]
    cases = cases[np.argsort(cases.born, kind="stable")]
    open_ = np.flatnonzero((cases.state == WAITING) | (cases.state == SERVED))
    return cases[: open_[0]] if len(open_) else cases


@pytest.mark.parametrize(
    ("posts", "load", "cases", "sharp_chance", "sharp_wait"),
    [(1, 0.5, 200_000, 0.02, 0.08), (1, 0.8, 300_000, 0.03, 0.15), (3, 2.0, 300_000, 0.03, 0.10), (18, 14.4, 300_000, 0.09, 0.22), (40, 36.0, 400_000, 0.12, 0.30)],
)  # fmt: skip
def test_waiting_follows_erlang_c(posts: int, load: float, cases: int, sharp_chance: float, sharp_wait: float) -> None:
    """Chance to wait and mean wait of M/M/c; would notice an error of 2 to 12 % of the chance, 8 to 30 % of the wait."""
    model = line(posts, load, cases)
    model.run()
    done = lined_up(model)
    check(batches(done.waited > 0), erlang_c(posts, load), sharp_chance, f"P(wait), {posts} posts, {load} erlangs")
    mean = batches(done.waited / HOUR) / service_hours(model)
    check(mean, erlang_c_wait(posts, load), sharp_wait, f"mean wait, {posts} posts, {load} erlangs")


def test_households_make_the_same_queue() -> None:
    """Cases born in the modelled households, not outside, form the same M/M/3 queue (6 % of the chance, 15 % of the wait)."""
    model = line(3, 2.0, 60_000, households=True)
    result = model.run()
    assert result.realised["background_households"] == 0
    done = lined_up(model)
    check(batches(done.waited > 0), erlang_c(3, 2.0), 0.06, "P(wait)")
    check(batches(done.waited / HOUR) / service_hours(model), erlang_c_wait(3, 2.0), 0.15, "mean wait")


def test_the_summary_tells_the_same_wait() -> None:
    """``wait_posts_mean_days`` is the mean wait in working days, and ``utilisation_posts`` is load / posts within 1 %."""
    model = line(3, 2.0, 150_000)
    summary = model.run().summary
    days = lined_up(model).waited.mean() / (8 * HOUR)
    assert summary["wait_posts_mean_days"] == pytest.approx(days, rel=1e-3)
    assert summary["wait_mean_days"] == summary["wait_posts_mean_days"]
    assert summary["utilisation_posts"] == pytest.approx(2 / 3, rel=0.01)
    assert model.world.rho_40 == pytest.approx(2 / 40)


@pytest.mark.parametrize(("teams", "each", "sharp"), [(2, 36, 0.25), (4, 18, 0.2), (8, 9, 0.2), (18, 4, 0.15), (72, 1, 0.15)])
def test_teams_that_never_help_each_other_wait_longer(teams: int, each: int, sharp: float) -> None:
    """72 posts at 90 % in m teams: each team is M/M/(72/m); the penalty of B1 from 0.12 to 9 services, within 15 to 25 %."""
    model = line(72, 64.8, 250_000, weeks=60, burn_in=4 if each > 1 else 40, casework__teams=teams)
    model.run()
    done = lined_up(model)
    check(
        batches(done.waited / HOUR) / service_hours(model),
        erlang_c_wait(each, 0.9 * each),
        sharp,
        f"mean wait, {teams} teams of {each}",
    )


def test_pooling_penalty_on_the_same_cases() -> None:
    """The same cases wait longer in every split; the order 1, 2, 8, 72 teams holds case by case on average."""
    waits = []
    for teams in (1, 2, 8, 72):
        model = line(72, 64.8, 40_000, weeks=20, casework__teams=teams)
        model.run()
        waits.append(lined_up(model).waited.mean())
    assert waits == sorted(waits)
    assert waits[-1] > 20 * waits[0]


@pytest.mark.parametrize(
    ("posts", "load", "theta", "sharp"),
    [(40, 36.0, 0.1, 0.3), (40, 44.0, 0.1, 0.1), (40, 60.0, 0.1, 0.03), (3, 2.0, 0.5, 0.05)],
)
def test_giving_up_follows_erlang_a(posts: int, load: float, theta: float, sharp: float) -> None:
    """M/M/c+M with patience 1/theta services: chance to give up, mean time in line, and P(gives up) = theta E[time in line]."""
    cases, weeks = 200_000, 100
    hours = load * 40.0 * weeks / cases
    model = line(posts, load, cases, weeks=weeks, casework__patience_days=hours / theta / 8.0)
    busy = model.run().weekly["utilisation_posts"][BURN_IN:]
    done = lined_up(model)
    formula = erlang_a(posts, load, theta)
    gave_up = batches(done.state == LAPSED)
    time = batches(done.waited / HOUR) / hours
    assert set(np.unique(done.state)) <= {SOLVED, LAPSED}
    check(batches(done.waited > 0), formula.waits, sharp, "P(wait)")
    check(gave_up, formula.gives_up, sharp, "P(gives up)")
    check(time, formula.time, sharp, "mean time in line")
    check(batches(busy, 25), formula.busy, 0.02, "busy")
    identity = gave_up - theta * time
    assert abs(identity.mean()) <= 3 * identity.std(ddof=1) / np.sqrt(len(identity)), "P(gives up) = theta E[time in line]"


def test_reporting_again_makes_the_line_longer() -> None:
    """Those who gave up and report again raise the waiting above Erlang A (endogenous congestion), on the same first cases."""
    waits = []
    for again in (0.0, 0.5, 1.0):
        model = line(
            40, 44.0, 30_000, weeks=30, casework__patience_days=0.4, casework__rereport_chance=again, casework__rereport_days=0.5
        )
        model.run()
        waits.append(model.record.result(model.world).summary["wait_posts_mean_days"])
    assert waits[0] < waits[1] < waits[2]


@pytest.mark.parametrize("patience", [None, 2.0])
@pytest.mark.parametrize("teams", [1, 3])
def test_littles_law_holds_to_the_microsecond(patience: float | None, teams: int) -> None:
    """Case-microseconds in line = sum of what each case waited: whole numbers, equal exactly, from two separate records."""
    model = line(
        6,
        5.7,
        20_000,
        weeks=20,
        casework__patience_days=patience,
        casework__teams=teams,
        casework__priorities=True,
        casework__reopen_chance=0.2,
    )
    model.run()
    cases, pools = issues(model), model.world.pools
    now = 24 * 5 * 8 * HOUR
    in_line = cases.state == WAITING
    waited = np.maximum(cases.waited, 0) + np.where(in_line, now - cases.queued, 0)
    assert int(waited[cases.pool >= 0].sum()) == int(pools.area.sum())
    assert pools.area.sum() > 0
    assert int(in_line.sum()) == int(pools.waiting.sum())


@pytest.mark.long
@pytest.mark.parametrize(("posts", "load"), [(1, 0.8), (3, 2.0), (18, 14.4), (40, 36.0), (72, 64.8)])
def test_waiting_follows_erlang_c_sharply(posts: int, load: float) -> None:
    """A million cases: would notice 3 % of the chance to wait and 8 % of the mean wait."""
    model = line(posts, load, 1_000_000, weeks=300)
    model.run()
    done = lined_up(model)
    check(batches(done.waited > 0), erlang_c(posts, load), 0.05, "P(wait)")
    check(batches(done.waited / HOUR) / service_hours(model), erlang_c_wait(posts, load), 0.12, "mean wait")
