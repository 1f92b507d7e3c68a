"""Arrivals: given how often and what breaks, when weeks pass, expect so many issues of such a nature at such times."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.limits.common import issues
from tests.mechanisms.given import counts, days, place, rule

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c
from cocreate_sim.world.clock import DAY, HOUR, OPENS
from cocreate_sim.world.issues import BEYOND, BUILDING, COMPLEX, COMPOUND, LATENT, MOVING, ONE_HOUSEHOLD, STAIR, URGENT

STILL = {"arrivals.burst_variance": 0.0, "arrivals.condition_effect": 0.0}


def born(
    weeks: int = 10, condition: float = 0.0, modelled: bool = True, world: dict[str, Any] | None = None, **settings: Any
) -> CoCreateModel:
    """The place after some weeks in which only arrivals happened."""
    given = STILL | {"arrivals.rate": 20.0} | {f"arrivals.{k}": v for k, v in settings.items()}
    model = place(settings=given, world={"background": not modelled} | (world or {}))
    model.world.condition[:] = condition
    days(model, 7 * weeks, "arrivals")
    return model


def test_births_follow_the_rate() -> None:
    """Given 384 households and 20 issues a year each, when 10 weeks pass, expect 1,473 issues, give or take 3 sqrt."""
    expected = 384 * 20 * 70 / 365
    assert abs(counts(born(), c.BORN) - expected) < 3 * math.sqrt(expected)


@pytest.mark.parametrize(
    ("given", "expected"),
    [({"rate": 0.0}, 0.0), ({"rate": 5.0}, 0.25), ({"rate": 40.0}, 2.0), ({"rate": 20.0, "condition_effect": 0.5}, 1.0)],
    ids=["nothing breaks", "a quarter", "double", "the effect of condition needs a condition"],
)
def test_births_in_proportion(given: dict[str, float], expected: float) -> None:
    """Given another rate, when the same weeks pass, expect births in proportion."""
    ratio = counts(born(**given), c.BORN) / counts(born(), c.BORN)
    assert ratio == pytest.approx(expected, abs=0.12)


@pytest.mark.parametrize(("condition", "effect", "kept"), [(1.0, 0.0, 1.0), (1.0, 0.5, 0.5), (0.5, 0.6, 0.7), (1.0, 1.0, 0.0)])
def test_good_facilities_avoid_issues(condition: float, effect: float, kept: float) -> None:
    """Given facilities in good condition, expect a share of the same issues (the same households, the same luck), no new ones."""
    poor, good = born(condition_effect=effect), born(condition=condition, condition_effect=effect)
    known = {(i.a, i.b) for i in issues(poor)}
    fewer = {(i.a, i.b) for i in issues(good)}
    assert fewer <= known
    assert len(fewer) / len(known) == pytest.approx(kept, abs=0.05)


@pytest.mark.parametrize(("times", "counter"), [("next_time", c.BORN), ("outside_next", c.BACKGROUND_BORN)], ids=["own", "outside"])
def test_what_is_due_at_midnight_is_born_on_the_new_day(times: str, counter: int) -> None:
    # given a day on which the streams begin, and the next candidate of somebody at midnight after another day
    model = born(weeks=0, modelled=False, rate=0.01)
    days(model, 1, "arrivals")
    due = getattr(rule(model, "arrivals"), times)
    due[:] = 1000 * DAY
    due[0] = 2 * DAY
    rule(model, "arrivals").earliest[:] = 0  # type: ignore[attr-defined]
    before = counts(model, counter)
    days(model, 1, "arrivals")
    assert counts(model, counter) == before
    # expect it on the day that begins then
    days(model, 1, "arrivals")
    assert counts(model, counter) > before


def test_cases_a_million_years_apart_do_not_come_at_once() -> None:
    # given so low a load that the time to the next candidate has no number of 64 bits
    model = born(weeks=0, modelled=False, rate=1.0)
    model.world.arrivals_scale = 1e-15
    days(model, 1, "arrivals")
    rule(model, "arrivals").next_time[:] = DAY  # type: ignore[attr-defined]
    rule(model, "arrivals").earliest[:] = 0  # type: ignore[attr-defined]
    # expect what is due, and nothing after it
    days(model, 2, "arrivals")
    assert counts(model, c.BACKGROUND_BORN) == 0
    assert counts(model, c.BORN) <= len(model.world.households.id)


def test_switched_off_no_issue_is_ever_born() -> None:
    """Without arrivals: neither households nor the background send anything."""
    model = place(switches={"arrivals": False})
    days(model, 70, "arrivals")
    assert len(issues(model)) == 0


def test_bad_weeks_differ_by_community() -> None:
    """Given a weekly burst of variance v, expect weekly counts with variance over mean near 1 + v mean, and 1 without."""
    spread = {}
    for v in (0.0, 1 / 3):
        weekly = np.bincount(issues(born(weeks=60, burst_variance=v)).born // (7 * DAY), minlength=60)
        spread[v] = weekly.var() / weekly.mean()
        assert weekly.mean() == pytest.approx(384 * 20 * 7 / 365, rel=0.12)
    assert spread[0.0] < 1.8
    assert 25 < spread[1 / 3] < 75


@pytest.mark.parametrize("scope", ["household", "stair", "building", "compound", "beyond"])
def test_scope_is_a_fixed_set_of_households(scope: str) -> None:
    """Given issues of one scope only, expect each to touch exactly that household, stair, building or compound, around its home."""
    only = {f"scope_{s}": float(s == scope) for s in ("household", "stair", "building", "compound", "beyond")}
    model = born(weeks=3, **only)
    i, h = issues(model), model.world.households
    size = {"household": 1, "stair": 12, "building": 48, "compound": 192, "beyond": 192}[scope]
    assert len(i) > 200
    assert np.all(i.end - i.first == size)
    assert np.all((i.first <= i.household) & (i.household < i.end))
    assert np.all(i.first % size == 0)
    if scope in ("stair", "building"):
        assert np.all(h.building[i.first] == h.building[i.household])
    assert np.all(h.compound[i.first] == h.compound[i.household])


def test_nature_in_shares() -> None:
    """Given shares of scope, urgency, powers and skill, expect them among 7,000 issues (4 standard errors)."""
    model = born(
        weeks=50, posts_small=0.1, posts_building=0.4, posts_compound=0.7, urgent_share=0.1, complex_share=0.2, skilled_share=0.6
    )
    i = issues(model)
    for scope, weight in enumerate((4, 3, 3, 3, 1)):
        assert (i.scope == scope).mean() == pytest.approx(weight / 14, abs=4 * 0.5 / math.sqrt(len(i)))
    for scope, share in ((ONE_HOUSEHOLD, 0.1), (STAIR, 0.1), (BUILDING, 0.4), (COMPOUND, 0.7), (BEYOND, 1.0)):
        assert i.needs_posts[i.scope == scope].mean() == pytest.approx(share, abs=0.06)
    assert (i.priority == URGENT).mean() == pytest.approx(0.1, abs=0.02)
    assert (i.priority == COMPLEX).mean() == pytest.approx(0.2, abs=0.02)
    for skill in range(3):
        assert (i.skill == skill).mean() == pytest.approx(0.2, abs=0.02)
    assert np.all(i.state == LATENT)


@pytest.mark.parametrize("none", ["urgent_share", "complex_share", "skilled_share"])
def test_share_of_zero_means_never(none: str) -> None:
    """Given a share of zero, expect no such issue."""
    i = issues(born(weeks=5, **{none: 0.0}))
    never = {"urgent_share": i.priority == URGENT, "complex_share": i.priority == COMPLEX, "skilled_share": i.skill >= 0}[none]
    assert len(i) > 400
    assert not never.any()


@pytest.mark.parametrize(
    ("law", "cv", "mean", "spread"),
    [("constant", 1.5, 3 * math.sqrt(3.25), 0.0), ("exponential", 0.0, 3.0, 3.0), ("lognormal", 1.0, 3 * math.sqrt(2), 3 * math.sqrt(2)), ("lognormal", 0.0, 3.0, 0.0)],
)  # fmt: skip
def test_hours_of_a_case(law: str, cv: float, mean: float, spread: float) -> None:
    """Given a law of hours with median 3, expect the mean 3 sqrt(1 + cv^2) under every law, and the spread of the law."""
    hours = issues(born(weeks=60, hours_law=law, hours_median=3.0, hours_cv=cv)).hours
    assert hours.mean() == pytest.approx(mean, rel=0.05)
    assert hours.std() == pytest.approx(spread, rel=0.15, abs=1e-9)
    if law == "lognormal":
        assert np.median(hours) == pytest.approx(3.0, rel=0.05)


@pytest.mark.parametrize("clock", ["calendar", "working"])
def test_clock(clock: str) -> None:
    """Given the working clock, expect births from Monday to Friday between nine and five only; by the calendar at any time. Same number."""
    model = born(weeks=20, clock=clock)
    i = issues(model)
    weekday, hour = i.born // DAY % 7, (i.born % DAY) / HOUR
    assert abs(len(i) - 384 * 20 * 140 / 365) < 4 * math.sqrt(384 * 20 * 140 / 365)
    if clock == "working":
        assert weekday.max() == 4
        assert hour.min() >= OPENS / HOUR
        assert hour.max() < OPENS / HOUR + 8
    else:
        assert np.bincount(weekday, minlength=7).min() > 0.1 * len(i)
        assert (hour < 9).mean() == pytest.approx(9 / 24, abs=0.04)


@pytest.mark.parametrize("clock", ["calendar", "working"])
def test_background_stream(clock: str) -> None:
    """Given households outside the world, expect the cases per week that the load is computed from, on their way to their office."""
    model = born(weeks=20, modelled=False, rate=1.0, clock=clock)
    i = issues(model)
    outside = i[i.household < 0]
    assert np.all(outside.state == MOVING)
    for office in (0, 1):
        expected = 20 * model.world.background_cases[office]
        assert expected > 100
        assert abs((outside.target == office).sum() - expected) < 4 * math.sqrt(expected)
    assert np.array_equal(outside.needs_posts, outside.target == 1)
    assert np.all(outside.reporter == -1)
    assert counts(model, c.BACKGROUND_BORN) == len(outside)


def test_no_background_where_it_is_switched_off() -> None:
    """Given a world without background, expect issues of its own households only."""
    assert np.all(issues(born(rate=1.0)).household >= 0)


def test_the_same_issues_under_every_policy() -> None:
    """Given other posts, partition and staff, expect the very same issues, hours and all."""
    tables = []
    for levers in ({}, {"posts": 72, "partition": "12"}, {"partition": "nested", "community_workers_per_10k": 18.0}):
        model = place(settings=STILL | {"casework.rho_40": None}, **levers)
        days(model, 100, "arrivals")
        i = issues(model)
        tables.append([i[name].copy() for name in ("a", "b", "born", "hours", "scope", "priority", "skill", "needs_posts")])
    for other in tables[1:]:
        for one, two in zip(tables[0], other, strict=True):
            assert np.array_equal(one, two)


def test_room_for_issues_grows() -> None:
    """Given more issues than the table has room for, expect the table to grow and to lose none."""
    model = born(weeks=4, rate=200.0)
    assert len(model.world.issues) > 1024
    i = issues(model)
    assert len({(x.a, x.b) for x in i}) == len(i) == counts(model, c.BORN) > 2000
    assert rule(model, "arrivals").any
