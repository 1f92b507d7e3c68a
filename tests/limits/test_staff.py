"""Staff: vacancies, burnout, and the leverage of posts on the time that is left for residents (B1, B3), through settings alone."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.limits.common import alone, batches, check, identical, weeks_of
from tests.scenarios import scenario, world_settings

from cocreate_sim.model import CoCreateModel

WEEKS_PER_YEAR = 365.0 / 7.0


@pytest.mark.parametrize(("leave", "months"), [(0.2, 3.0), (0.5, 6.0), (2.0, 1.0), (5.0, 6.0)])
def test_vacancy_is_kf_over_one_plus_kf(leave: float, months: float) -> None:
    """Vacancy = k f / (1 + k f), with 2,000 posts in 2 subdistricts over 17 years: would notice 6 % of the share.

    Days are whole: the exact chain leaves with 1 - exp(-k / 365) and refills with 1 - exp(-1 / f) a day, from the next day on.
    It lies up to 1.5 % above the formula (most where posts are refilled within a month).
    """
    world = identical(10, compounds=2, communities=2, subdistricts=2)
    given = {
        "turnover.leave_posts": leave, "turnover.leave_community": leave, "turnover.refill_months": months,
        "turnover.ramp_months": 0.0, "turnover.burnout_effect": 1.0, "turnover.pay_effect": 0.0,
    }  # fmt: skip
    model = CoCreateModel(scenario(world, weeks=884, burn_in=156, settings=given, switches=alone("turnover"), posts=1000))
    vacant = model.run().weekly["vacancy_share"][156:]
    kf = leave * months / 12.0
    leaves, fills = 1.0 - math.exp(-leave / 365.0), 1.0 - math.exp(-12.0 / (365.0 * months))
    assert leaves / (leaves + fills) == pytest.approx(kf / (1.0 + kf), rel=0.015)
    check(batches(vacant, 13), leaves / (leaves + fills), 0.06, f"vacancy, k = {leave}, f = {months} months")


@pytest.mark.parametrize(("build_up", "recovery"), [(9.0, 12.0), (3.0, 24.0), (18.0, 6.0)])
def test_burnout_settles_where_build_up_meets_recovery(build_up: float, recovery: float) -> None:
    """Under full load b* = recovery / (recovery + build-up); exact to 0.1 %."""
    given = {
        "turnover.leave_posts": 0.0, "turnover.leave_community": 0.0, "turnover.burnout_months": build_up,
        "turnover.recovery_months": recovery, "turnover.load_limit": 0.8, "casework.rho_40": 3.0, "casework.patience_days": None,
    }  # fmt: skip
    world = world_settings("tiny", households=12, building_min=12, community_households=12, collective_share=0.0)
    model = CoCreateModel(
        scenario(world, weeks=600, settings=given, switches=alone("arrivals", "casework", "staff_time", "turnover"))
    )
    model.run()
    posts = model.world.posts
    assert model.world.busy_share[-1] == pytest.approx(1.0, abs=1e-6)
    assert posts.burnout[posts.tier == 1] == pytest.approx(recovery / (recovery + build_up), rel=1e-3)


def mobilised(posts: int, *, paid: float, admin: float, cases: float, hours: float, weeks: int = 720) -> np.ndarray:
    """Weekly hours that the posts have left when cases come first."""
    offered = cases * hours / (40 * paid * (1 - admin))
    given = {
        "arrivals.hours_law": "constant", "arrivals.hours_cv": 0.0, "arrivals.hours_median": hours, "arrivals.burst_variance": 0.0,
        "arrivals.posts_small": 1.0, "arrivals.posts_building": 1.0, "arrivals.posts_compound": 1.0, "arrivals.condition_effect": 0.0,
        "staff_time.paid_hours": paid, "staff_time.admin_share": admin,
        "casework.rho_40": offered, "casework.load_by_arrivals": True, "casework.patience_days": None, "casework.reopen_chance": 0.0,
    }  # fmt: skip
    world = world_settings("tiny", households=12, building_min=12, community_households=12, collective_share=0.0)
    model = CoCreateModel(
        scenario(world, weeks=weeks, settings=given, switches=alone("arrivals", "casework", "staff_time"), posts=posts)
    )
    return weeks_of(model, lambda w: w.free_hours[-1], skip=26)


def test_eighty_percent_more_posts_leave_four_times_the_hours() -> None:
    """S H (1 - a) - cases x hours: 200 h with 40 posts, 840 h with 72, 4.2 times (B3); within 4 %, 1 % and 4 %."""
    few = mobilised(40, paid=40.0, admin=0.5, cases=150.0, hours=4.0)
    many = mobilised(72, paid=40.0, admin=0.5, cases=150.0, hours=4.0)
    check(batches(few), 200.0, 0.04, "40 posts")
    check(batches(many), 840.0, 0.01, "72 posts")
    check(batches(many / few.mean()), 4.2, 0.04, "leverage")


@pytest.mark.parametrize(
    ("posts", "paid", "admin", "cases", "hours", "sharp"),
    [
        (56, 40.0, 0.5, 150.0, 4.0, 0.02),
        (72, 50.0, 0.3, 400.0, 3.0, 0.02),
        (40, 45.0, 0.7, 30.0, 8.0, 0.05),
        (10, 40.0, 0.5, 10.0, 6.0, 0.05),
    ],
)
def test_free_hours_are_what_administration_and_cases_leave(
    posts: int, paid: float, admin: float, cases: float, hours: float, sharp: float
) -> None:
    """The same identity at other loads, within 2 to 5 %."""
    free = mobilised(posts, paid=paid, admin=admin, cases=cases, hours=hours)
    check(batches(free), posts * paid * (1 - admin) - cases * hours, sharp, f"{posts} posts")


def test_leverage_grows_without_bound_as_the_load_nears_one() -> None:
    """(72 x 20 - L) / (40 x 20 - L) for offered hours L: 1.8 without cases, above 7 at a load of 0.9."""
    ratios = []
    for cases in (2.5, 100.0, 150.0, 180.0):
        few, many = (mobilised(n, paid=40.0, admin=0.5, cases=cases, hours=4.0, weeks=300).mean() for n in (40, 72))
        ratios.append(many / few)
    assert ratios[0] == pytest.approx((1440 - 10) / (800 - 10), rel=0.01)
    assert ratios == sorted(ratios)
    assert ratios[-1] > 7.0
