"""Staff: vacancies, burnout, and how much time more posts leave for residents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..world.settings import WorldSettings
from .case import Case, Formula, Planted, Quantity, Start, enough, exact, sampled
from .plant import less_skill, rules
from .reduced import alone, batches, identical, one_building, reduced, weeks_of
from .theory.queues import vacancy, vacancy_by_days
from .theory.units import burnout, free_hours


def office() -> WorldSettings:
    """Twelve households, so that staff meet cases of households outside and nobody else."""
    return one_building(households=12, building_min=12, community_households=12, collective_share=0.0)


def _vacancy(start: Start, leave: float, months: float) -> Iterator[Quantity]:
    continuous, by_days = vacancy(leave, months), vacancy_by_days(leave, months)
    given = {
        "turnover.leave_posts": leave, "turnover.leave_community": leave, "turnover.refill_months": months,
        "turnover.ramp_months": 0.0, "turnover.burnout_effect": 1.0, "turnover.pay_effect": 0.0,
    }  # fmt: skip
    world = identical(10, compounds=2, communities=2, subdistricts=2)
    model = start(reduced(world, given, alone("turnover"), weeks=884, burn_in=156, posts=1000))
    yield sampled("share of posts vacant", batches(model.run().weekly["vacancy_share"][156:], 13), by_days)
    yield exact("whole days, beside k f / (1 + k f)", by_days, continuous, 0.015)


def _burnout(start: Start, build_up: float, recovery: float) -> Iterator[Quantity]:
    expected = burnout(build_up, recovery)
    given = {
        "turnover.leave_posts": 0.0, "turnover.leave_community": 0.0, "turnover.burnout_months": build_up,
        "turnover.recovery_months": recovery, "turnover.load_limit": 0.8, "casework.rho_40": 3.0, "casework.patience_days": None,
    }  # fmt: skip
    model = start(reduced(office(), given, alone("arrivals", "casework", "staff_time", "turnover"), weeks=600))
    model.run()
    posts = model.world.posts
    enough(abs(model.world.busy_share[-1] - 1.0) < 1e-6, "posts are not busy all the time")
    yield exact("burnout of posts", posts.burnout[posts.tier == 1], expected, 1e-3)


def left(start: Start, posts: int, *, paid: float, admin: float, cases: float, hours: float, weeks: int = 720) -> np.ndarray:
    """Hours that the posts have left when cases come first, week by week."""
    offered = cases * hours / (40 * paid * (1.0 - admin))
    given = {
        "arrivals.hours_law": "constant", "arrivals.hours_cv": 0.0, "arrivals.hours_median": hours,
        "arrivals.burst_variance": 0.0,
        "arrivals.posts_small": 1.0, "arrivals.posts_building": 1.0, "arrivals.posts_compound": 1.0,
        "arrivals.condition_effect": 0.0,
        "staff_time.paid_hours": paid, "staff_time.admin_share": admin, "casework.rho_40": offered,
        "casework.load_by_arrivals": True, "casework.patience_days": None, "casework.reopen_chance": 0.0,
    }  # fmt: skip
    model = start(reduced(office(), given, alone("arrivals", "casework", "staff_time"), weeks=weeks, posts=posts))
    return weeks_of(model, lambda w: w.free_hours[-1], skip=26)


def _free_hours(start: Start, posts: int, paid: float, admin: float, cases: float, hours: float) -> Iterator[Quantity]:
    expected = free_hours(posts, paid, admin, cases * hours)
    found = left(start, posts, paid=paid, admin=admin, cases=cases, hours=hours)
    yield sampled("hours a week left for residents", batches(found), expected)


def _leverage(start: Start, few: int, many: int, cases: float, hours: float) -> Iterator[Quantity]:
    common: dict[str, Any] = {"paid": 40.0, "admin": 0.5}
    expected = [free_hours(posts, 40.0, 0.5, cases * hours) for posts in (few, many)]
    less, more = (batches(left(start, posts, cases=cases, hours=hours, **common)) for posts in (few, many))
    ratio = expected[1] / expected[0]
    # the two runs meet the same cases: stretches are compared with each other, and the error of the ratio follows from them
    sizes = more - ratio * less
    yield sampled("hours left with more posts / with fewer", ratio + sizes / less.mean(), ratio)


_LIMIT = "cases come first, all of the same length, nobody gives up, nothing comes back"

STAFF = (
    Formula(
        name="vacancy",
        title="How many posts are vacant",
        text="k f / (1 + k f); in whole days l / (l + r), l = 1 - exp(-k / 365), r = 1 - exp(-12 / (365 f))",
        limit="turnover alone; no effect of burnout or pay",
        source="B1; renewal argument",
        parameters={"leave": "leavers per post and year (k)", "months": "mean months until a post is refilled (f)"},
        measure=_vacancy,
        cases=tuple(Case({"leave": k, "months": f}, 0.06) for k, f in ((0.5, 6.0), (0.2, 3.0), (2.0, 1.0), (5.0, 6.0))),
        planted=Planted("posts are refilled 4 % later", rules("turnover", refill=1 / 1.04)),
    ),
    Formula(
        name="burnout",
        title="Burnout under full load",
        text="b* = recovery / (recovery + build-up)",
        limit="posts always busy, nobody leaves",
        source="B3; Homer 1985",
        parameters={"build_up": "months in which full load burns out", "recovery": "months of recovery"},
        measure=_burnout,
        cases=tuple(Case({"build_up": b, "recovery": r}) for b, r in ((9.0, 12.0), (3.0, 24.0), (18.0, 6.0))),
        planted=Planted("recovery is 0.5 % faster", rules("turnover", recovery=1.005)),
    ),
    Formula(
        name="free_hours",
        title="What administration and cases leave for residents",
        text="S H (1 - a) - cases x hours",
        limit=_LIMIT,
        source="B3; accounting identity",
        parameters={
            "posts": "posts (S)",
            "paid": "paid hours a week (H)",
            "admin": "share of administration (a)",
            "cases": "cases a week",
            "hours": "hours of a case",
        },
        measure=_free_hours,
        cases=(
            Case({"posts": 40, "paid": 40.0, "admin": 0.5, "cases": 150.0, "hours": 4.0}, 0.04),
            Case({"posts": 72, "paid": 40.0, "admin": 0.5, "cases": 150.0, "hours": 4.0}, 0.01),
            Case({"posts": 56, "paid": 40.0, "admin": 0.5, "cases": 150.0, "hours": 4.0}, 0.02),
            Case({"posts": 72, "paid": 50.0, "admin": 0.3, "cases": 400.0, "hours": 3.0}, 0.02),
            Case({"posts": 40, "paid": 45.0, "admin": 0.7, "cases": 30.0, "hours": 8.0}, 0.05),
            Case({"posts": 10, "paid": 40.0, "admin": 0.5, "cases": 10.0, "hours": 6.0}, 0.05),
        ),
        planted=Planted("staff need 2 % longer for every case", less_skill(0.02)),
    ),
    Formula(
        name="leverage",
        title="80 % more posts leave four times the hours, or more, or less",
        text="(S2 H (1 - a) - L) / (S1 H (1 - a) - L) for L offered hours: 4.2 for 40 and 72 posts, 150 cases of 4 hours",
        limit=f"{_LIMIT}; 40 paid hours, half of them administration",
        source="B3; accounting identity",
        parameters={"few": "posts before (S1)", "many": "posts after (S2)", "cases": "cases a week", "hours": "hours of a case"},
        defaults={"few": 40, "many": 72, "hours": 4.0},
        measure=_leverage,
        cases=(
            Case({"cases": 150.0}, 0.04),
            Case({"cases": 2.5}, 0.01),
            Case({"cases": 100.0}, 0.02),
            Case({"cases": 180.0}, 0.2),
        ),
        planted=Planted("staff need 2 % longer for every case", less_skill(0.02)),
    ),
)
