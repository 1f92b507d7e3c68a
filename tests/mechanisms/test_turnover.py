"""Turnover: given posts and their load, who leaves, how long posts stay vacant, how newcomers learn, and who burns out.

Days and weeks pass here for the staff alone: the load of their office is set by hand.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone, identical
from tests.scenarios import run, scenario

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c

WORKERS, POSTS = 0, 1
"""Tiers."""
FEW: dict[str, Any] = {"posts": 20, "levers": {"community_workers_per_10k": 2.0}}
"""Twenty of each, where nothing is left to chance."""


def staff(
    days: int = 0,
    *,
    on: bool = True,
    posts: int = 1000,
    load: float = 0.0,
    seed: int = 1,
    levers: dict[str, Any] | None = None,
    **given: Any,
) -> CoCreateModel:
    """1,000 community workers and 1,000 posts, whose offices are busy for a share ``load`` of their time."""
    settings = {"turnover.leave_community": 0.0, "turnover.leave_posts": 0.0} | {f"turnover.{k}": v for k, v in given.items()}
    place = identical(10, background=True, community_households=100_000, subdistrict_households=10)
    levers = {"community_workers_per_10k": 100.0} | (levers or {})
    model = CoCreateModel(
        scenario(place, seed=seed, weeks=1000, settings=settings, switches=alone(*(["turnover"] * on)), posts=posts, **levers)
    )
    live(model, days, load)
    return model


def live(model: CoCreateModel, days: int, load: float = 0.0) -> CoCreateModel:
    """Let days pass for the staff."""
    mechanism = next(m for m in model.mechanisms if m.name == "turnover")
    for _ in range(days):
        model.world.busy_share[:] = load
        mechanism.step(model.world)
        model.world.day += 1
    return model


def tier(model: CoCreateModel, which: int) -> np.recarray:
    """Posts of a tier."""
    return model.world.posts[model.world.posts.tier == which]


def near(share: float, expected: float, n: int) -> bool:
    """Whether a share of ``n`` independent people is within 4 binomial standard deviations."""
    return abs(share - expected) <= 4 * np.sqrt(expected * (1 - expected) / n)


def test_switched_off_every_post_is_filled_by_an_experienced_person() -> None:
    """Nobody leaves, nobody burns out, whatever the load and the settings say."""
    model = staff(400, on=False, load=1.0, leave_posts=5.0, leave_community=5.0, start_skill=0.1)
    posts = model.world.posts
    assert len(posts) == 2000
    assert posts.filled.all()
    assert np.all(posts.skill == 1.0)
    assert np.all(posts.burnout == 0.0)
    assert model.world.week_counts[[c.LEAVERS, c.HIRES]].sum() == 0


@pytest.mark.parametrize(("setting", "who", "others"), [("leave_posts", POSTS, WORKERS), ("leave_community", WORKERS, POSTS)])
@pytest.mark.parametrize("rate", [0.2, 2.0])
def test_people_leave_at_the_rate_of_their_tier(setting: str, who: int, others: int, rate: float) -> None:
    """After 100 days without refills, exp(-rate x 100 / 365) of a tier are still there, and all of the other."""
    model = staff(100, refill_months=60.0, burnout_effect=1.0, **{setting: rate})
    hired = model.world.week_counts[c.HIRES]
    leavers = model.world.week_counts[c.LEAVERS]
    assert near(1 - leavers / 1000, np.exp(-rate * 100 / 365), 1000)
    assert (~tier(model, who).filled).sum() == leavers - hired
    assert hired < 0.06 * leavers + 5
    assert tier(model, others).filled.all()


def test_nobody_leaves_at_rate_nil() -> None:
    assert staff(200, load=1.0, **FEW).world.week_counts[c.LEAVERS] == 0


# vacancies


@pytest.mark.parametrize("months", [1.0, 3.0, 12.0])
def test_vacant_posts_are_refilled_after_a_while(months: float) -> None:
    """Given all posts vacant, exp(-60 / days to refill) of them still are after 60 days."""
    model = staff(refill_months=months)
    model.world.posts.filled[:] = False
    live(model, 60)
    assert near((~model.world.posts.filled).mean(), np.exp(-60 / (months * 365 / 12)), 2000)
    assert model.world.week_counts[c.HIRES] == model.world.posts.filled.sum()


def test_instant_refill() -> None:
    """With refill_months = 0 a post is vacant for the rest of the day only, and its newcomer starts the day after."""
    model = staff(refill_months=0.0, start_skill=0.5)
    model.world.posts.filled[:7] = False
    model.world.posts.skill[:7] = 0.9
    live(model, 1)
    posts = model.world.posts
    assert posts.filled.all()
    assert np.all(posts.since[:7] == 0)
    assert np.all(posts.skill[:7] < 0.6)


def test_the_post_outlives_the_person() -> None:
    """Its number and place stay; skill and burnout belong to the person and start anew."""
    few = FEW | {"posts": 100}
    model = staff(leave_posts=5.0, leave_community=5.0, refill_months=1.0, start_skill=0.3, **few)
    before = model.world.posts.copy()
    model.world.posts.burnout[:] = 1.0
    live(model, 365)
    posts = model.world.posts
    for column in ("tier", "place", "number"):
        assert np.array_equal(posts[column], before[column])
    new = posts.filled & (posts.since > 0)
    assert new.mean() > 0.5
    assert np.all(posts.burnout[new] == 0.0)
    assert np.all(posts.burnout[~posts.filled] == 0.0)
    assert posts.skill[new].min() < 0.4


# learning


@pytest.mark.parametrize(("start", "months"), [(0.6, 9.0), (0.2, 3.0), (0.6, 24.0)])
def test_newcomers_learn_in_a_straight_line(start: float, months: float) -> None:
    """Half of the way after half of the ramp, at full pace (and not above) after all of it."""
    model = staff(refill_months=0.0, start_skill=start, ramp_months=months, **FEW)
    model.world.posts.filled[:] = False
    live(model, 1)
    half = int(months * 365 / 12 / 2)
    live(model, half)
    assert model.world.posts.skill == pytest.approx((1 + start) / 2, abs=0.05)
    live(model, half + 14)
    assert np.all(model.world.posts.skill == 1.0)


def test_without_ramp_newcomers_are_at_full_pace_within_a_week() -> None:
    model = staff(refill_months=0.0, ramp_months=0.0, start_skill=0.3)
    model.world.posts.filled[:] = False
    live(model, 8)
    assert np.all(model.world.posts.skill == 1.0)


def test_staff_at_the_start_came_at_different_times() -> None:
    """Where people leave often, many are still learning on the first day; where nobody leaves, nobody is."""
    often, seldom, never = (staff(leave_posts=k, start_skill=0.5, ramp_months=12.0) for k in (2.0, 0.1, 0.0))
    skills = [tier(m, POSTS).skill for m in (often, seldom, never)]
    learning = [(s < 1.0).mean() for s in skills]
    assert near(learning[0], 1 - np.exp(-2.0), 1000)
    assert near(learning[1], 1 - np.exp(-0.1), 1000)
    assert learning[2] == 0.0
    assert skills[0].min() >= 0.5
    assert np.all(tier(often, WORKERS).skill == 1.0)


def test_where_nobody_leaves_all_have_served_a_working_life_of_forty_years() -> None:
    assert np.all(tier(staff(**FEW), POSTS).came == -40 * 365)


# burnout


@pytest.mark.parametrize(
    ("load", "limit", "burns"),
    [(0.0, 0.8, False), (0.8, 0.8, False), (0.9, 0.8, True), (1.0, 0.8, True), (1.0, 1.0, False), (0.9, 0.5, True)],
)
def test_burnout_builds_up_above_the_limit_only(load: float, limit: float, burns: bool) -> None:
    burnout = staff(365, load=load, load_limit=limit, **FEW).world.posts.burnout
    assert np.all((burnout > 0.1) == burns)
    assert np.all(burnout <= 1.0)


def test_first_weeks_of_overload() -> None:
    """Four weeks at full load: a bit less than 28 days / burnout_months; at half of the overload half of it."""
    full = staff(22, load=1.0, burnout_months=10.0, recovery_months=120.0, **FEW).world.posts.burnout[0]
    half = staff(22, load=0.9, burnout_months=10.0, recovery_months=120.0, **FEW).world.posts.burnout[0]
    assert full == pytest.approx(28 / (10 * 365 / 12), rel=0.1)
    assert half / full == pytest.approx(0.5, rel=0.05)


def test_recovery() -> None:
    """Without overload, burnout halves in about ln 2 x recovery_months."""
    model = staff(recovery_months=12.0, **FEW)
    model.world.posts.burnout[:] = 0.8
    live(model, round(np.log(2) * 365))
    assert model.world.posts.burnout == pytest.approx(0.4, rel=0.03)


def test_burnout_is_that_of_the_own_office() -> None:
    model = staff()
    mechanism = next(m for m in model.mechanisms if m.name == "turnover")
    for _ in range(100):
        model.world.busy_share[:] = [1.0, 0.0]  # community, posts
        mechanism.step(model.world)
        model.world.day += 1
    assert np.all(tier(model, WORKERS).burnout > 0.1)
    assert np.all(tier(model, POSTS).burnout == 0.0)


@pytest.mark.parametrize("effect", [1.0, 3.0])
def test_burnt_out_people_leave_sooner(effect: float) -> None:
    """Given everybody at full burnout for 30 days, expect the hazard times burnout_effect."""
    model = staff(leave_posts=1.0, burnout_effect=effect, refill_months=60.0, burnout_months=0.5, recovery_months=120.0)
    model.world.posts.burnout[:] = 1.0
    live(model, 30, load=1.0)
    assert near(model.world.week_counts[c.LEAVERS] / 1000, 1 - np.exp(-effect * 30 / 365), 1000)


# pay


@pytest.mark.parametrize(
    ("pay", "effect", "factor"),
    [(4000.0, 1.0, 1.0), (2000.0, 1.0, 2.0), (8000.0, 1.0, 0.5), (2000.0, 2.0, 4.0), (2000.0, 0.0, 1.0)],
)
def test_elasticity_of_leaving_to_pay(pay: float, effect: float, factor: float) -> None:
    """Hazard x (pay / reference)^-elasticity, for community workers."""
    model = staff(100, levers={"pay": pay}, leave_community=0.5, pay_effect=effect, refill_months=60.0)
    assert near(model.world.week_counts[c.LEAVERS] / 1000, 1 - np.exp(-0.5 * factor * 100 / 365), 1000)


@pytest.mark.compiled
def test_reference_pay_moves_with_pay() -> None:
    """Twice the pay at twice the reference changes nothing, person by person."""
    same = [staff(100, levers={"pay": p}, leave_community=1.0, reference_pay=p).world.posts.filled for p in (4000.0, 8000.0)]
    assert np.array_equal(*same)


@pytest.mark.compiled
def test_posts_of_the_subdistrict_do_not_follow_the_pay_of_workers() -> None:
    same = [staff(100, levers={"pay": p}, leave_posts=1.0).world.posts.filled for p in (2000.0, 8000.0)]
    assert np.array_equal(*same)
    assert not same[0].all()


def test_those_who_stay_at_low_pay_stay_at_high_pay() -> None:
    """The same people under the same luck: with refills out of reach, better pay only ever keeps somebody."""
    low, high = (staff(60, levers={"pay": p}, leave_community=1.0, refill_months=60.0).world.posts for p in (2000.0, 8000.0))
    never_left = low.filled & (low.since == 0)
    assert np.all(high.filled[never_left] & (high.since[never_left] == 0))
    assert high.filled.sum() > low.filled.sum() + 50


# outcomes of the whole model


SIGNS: list[tuple[str, Any, Any, str, int]] = [
    ("turnover.leave_posts", 0.1, 3.0, "vacancy_share", +1),
    ("turnover.leave_posts", 0.1, 3.0, "skill_mean", -1),
    ("turnover.leave_community", 0.1, 5.0, "leavers_year", +1),
    ("turnover.refill_months", 0.5, 12.0, "vacancy_share", +1),
    ("turnover.start_skill", 0.2, 0.9, "skill_mean", +1),
    ("turnover.ramp_months", 1.0, 24.0, "skill_mean", -1),
    ("turnover.burnout_effect", 1.0, 10.0, "leavers_year", +1),
    ("turnover.burnout_months", 2.0, 24.0, "burnout_mean", -1),
    ("turnover.recovery_months", 2.0, 24.0, "burnout_mean", +1),
    ("turnover.load_limit", 0.5, 0.95, "burnout_mean", -1),
    ("turnover.leave_posts", 0.1, 3.0, "wait_posts_mean_days", +1),
]


@pytest.mark.compiled
@pytest.mark.parametrize(("setting", "low", "high", "outcome", "sign"), SIGNS, ids=[f"{s[0]}-{s[3]}" for s in SIGNS])
def test_each_setting_moves_its_outcome_its_way(setting: str, low: Any, high: Any, outcome: str, sign: int) -> None:
    """In an overloaded office of 40 posts where half leave each year."""
    given = {
        "turnover.leave_posts": 0.8, "turnover.leave_community": 0.8, "casework.rho_40": 1.1, "arrivals.rate": 40.0,
        "arrivals.posts_small": 0.9, "arrivals.posts_building": 0.9,
    }  # fmt: skip
    switches = alone("arrivals", "casework", "staff_time", "turnover")
    few, many = (
        run(identical(40), weeks=104, settings=given | {setting: v}, switches=switches).summary[outcome] for v in (low, high)
    )
    assert sign * (many - few) > 0.02 * max(abs(few), abs(many)), (few, many)
