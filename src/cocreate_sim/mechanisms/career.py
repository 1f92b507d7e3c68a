"""Career: community workers rise on a ladder of four posts and eighteen grades (四崗十八級), and may move up from it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from ..engine.kernels import kernel
from ..engine.settings import loguniform, setting, uniform
from ..engine.streams import uniform as uniform_draw
from ..world import decisions as d
from ..world.counters import MOVED_UP
from ..world.counters import RISES as COUNT_RISES
from ..world.events import ENTERS_LADDER, MOVES_UP, RISES, note
from ..world.staff import COMMUNITY, FIRST_GRADES, GRADES
from ..world.world import World

DAYS_PER_YEAR = 365.0
DAYS_PER_MONTH = DAYS_PER_YEAR / 12.0
TIER_KEY = 1 << 24


@dataclass(frozen=True, slots=True)
class CareerSettings:
    """How community workers enter the ladder, rise, are held by it, and leave it upwards."""

    graduate_share: float = setting(
        0.46, unit="share of community workers", low=0.0, high=1.0,
        meaning="those with a bachelor's degree, who enter at a higher grade", source="S36",
    )  # fmt: skip
    graduate_grade: int = setting(
        3, unit="grade", low=1, high=GRADES,
        meaning="grade at which graduates enter; all others enter at the first", source="no evidence",
    )  # fmt: skip
    review_months: float = setting(
        12.0, unit="months", low=0.1, high=120.0,
        meaning="time between two reviews of all grades", source="no evidence",
    )  # fmt: skip
    years_per_grade: float = setting(
        2.0, unit="years", low=0.1, high=40.0, prior=uniform(1.0, 4.0),
        meaning="service in a grade before the next; service before the ladder counts likewise", source="no evidence",
    )  # fmt: skip
    skill_needed: float = setting(
        0.9, unit="share of full pace", low=0.0, high=1.0, prior=uniform(0.6, 1.0),
        meaning="who works slower does not rise", source="no evidence",
    )  # fmt: skip
    ladder_effect: float = setting(
        0.3, unit="logarithm of the hazard ratio", low=-3.0, high=5.0, prior=uniform(0.0, 0.8),
        meaning="how prospects hold community workers, at the same pay (g_l)", source="F9; S35: sign only",
    )  # fmt: skip
    path_grade: int = setting(
        10, unit="grade", low=1, high=GRADES,
        meaning="from this grade a community worker may move up to a vacant post of the subdistrict",
        source="S35; no evidence for the grade",
    )  # fmt: skip
    path_months: float = setting(
        6.0, unit="months", low=0.0, high=1000.0, prior=loguniform(2.0, 60.0),
        meaning="mean time until a vacant post of the subdistrict is offered to community workers", source="no evidence",
    )  # fmt: skip


class _Rates(NamedTuple):
    graduate_share: float
    graduate_grade: int
    days_per_grade: int
    skill_needed: float
    effect: float
    pay_effect: float
    step: float
    path_grade: int
    offered: float


@kernel
def _leave_ladder(posts, s):
    """A post without a person, or without a ladder, has no grade and holds nobody."""
    posts.grade[s] = 0
    posts.post_type[s] = -1
    posts.hold[s] = 0.0


@kernel
def _grade_day(day, seed, ladder, review, posts, office_of, log, counts, rates):
    """Grade those who are new on the ladder; on the day of the review raise those who have served and learnt enough."""
    for s in range(posts.tier.shape[0]):
        if posts.tier[s] != COMMUNITY:
            continue
        if not ladder or not posts.filled[s]:
            _leave_ladder(posts, s)
            continue
        b = posts.number[s]
        if posts.grade[s] == 0:
            a = np.int64(posts.tier[s]) * TIER_KEY + posts.place[s]
            graduate = uniform_draw(seed, d.QUALIFICATION, posts.since[s], a, b) < rates.graduate_share
            served = (day - posts.came[s]) // rates.days_per_grade
            posts.grade[s] = min((rates.graduate_grade if graduate else 1) + served, GRADES)
            posts.graded[s] = day
            note(log, ENTERS_LADDER, office_of[s], b, -1, float(posts.grade[s]))
        elif (
            review
            and posts.grade[s] < GRADES
            and posts.skill[s] >= rates.skill_needed
            and day - posts.graded[s] >= rates.days_per_grade
        ):
            posts.grade[s] += 1
            posts.graded[s] = day
            counts[COUNT_RISES] += 1
            note(log, RISES, office_of[s], b, -1, float(posts.grade[s]))
        kind = len(FIRST_GRADES) - 1
        while posts.grade[s] < FIRST_GRADES[kind]:
            kind -= 1
        posts.post_type[s] = kind
        posts.hold[s] = rates.effect + rates.pay_effect * math.log1p(rates.step * (posts.grade[s] - 1))


@kernel
def _goes_first(posts, s, other):
    """True when the person in post ``s`` is asked before another: by grade, then by length of service."""
    if posts.grade[s] != posts.grade[other]:
        return posts.grade[s] > posts.grade[other]
    return posts.came[s] < posts.came[other]


@kernel
def _move_up(day, seed, posts, office_of, subdistrict, log, counts, rates):
    """Offer vacant posts of the subdistricts to community workers of high grade; who moves up leaves a vacant post behind."""
    for v in range(posts.tier.shape[0]):
        if posts.tier[v] == COMMUNITY or posts.filled[v] or not posts.established[v]:
            continue
        a = np.int64(posts.tier[v]) * TIER_KEY + posts.place[v]
        if uniform_draw(seed, d.POST_OFFERED, day, a, posts.number[v]) >= rates.offered:
            continue
        first = -1
        for s in range(posts.tier.shape[0]):
            eligible = posts.grade[s] >= rates.path_grade and subdistrict[posts.place[s]] == posts.place[v]
            if eligible and (first < 0 or _goes_first(posts, s, first)):
                first = s
        if first < 0:
            continue
        posts.filled[v] = True
        posts.since[v] = day
        posts.came[v] = posts.came[first]
        posts.skill[v] = posts.skill[first]
        posts.burnout[v] = posts.burnout[first]
        posts.filled[first] = False
        posts.left[first] = True
        posts.since[first] = day
        posts.burnout[first] = 0.0
        _leave_ladder(posts, first)
        counts[MOVED_UP] += 1
        note(log, MOVES_UP, office_of[first], posts.number[first], posts.number[v], float(office_of[v]))


class Career:
    """Community workers have something to rise to, and so a reason to stay."""

    name: ClassVar[str] = "career"
    cadence: ClassVar[str] = "daily"
    sentence: ClassVar[str] = (
        "With the career ladder, community workers enter by qualification, rise at a yearly review, are paid by grade, stay "
        "longer, and may move up to a vacant post of the subdistrict."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "entry at grade 1, graduates at graduate_grade; + 1 at a review after years_per_grade with a pace of skill_needed",
        (
            "hold = ladder_effect + pay_effect ln(1 + grade_pay (grade - 1) / pay of the start); leaving hazard x exp(-hold): "
            "a dated change of pay moves all grades in proportion"
        ),
        "limit: vacancy = k f / (1 + k f) with f = h0 exp(-hold)",
    )
    without: ClassVar[str] = "as without the lever: community workers have no grades, all are paid alike, and nobody moves up"
    reads: ClassVar[tuple[str, ...]] = ("posts",)
    writes: ClassVar[tuple[str, ...]] = ("grades", "hold of the career ladder", "posts")
    seed_facts: ClassVar[tuple[str, ...]] = ("S33", "S34", "S35", "S36")
    Settings: ClassVar[type] = CareerSettings

    def __init__(self, world: World, settings: CareerSettings, on: bool) -> None:
        s = settings
        self.on = on
        self.review_days = max(round(s.review_months * DAYS_PER_MONTH), 1)
        self.rates = _Rates(
            s.graduate_share, s.graduate_grade, max(round(s.years_per_grade * DAYS_PER_YEAR), 1), s.skill_needed, s.ladder_effect,
            world.uncertainties["turnover"].pay_effect, world.levers.grade_pay / world.levers.pay, s.path_grade,
            1.0 if s.path_months == 0 else -math.expm1(-1.0 / (s.path_months * DAYS_PER_MONTH)),
        )  # fmt: skip
        p = world.posts
        self.office_of = np.where(p.tier == COMMUNITY, p.place, world.settings.communities + p.place)

    def step(self, world: World) -> None:
        """Grade, raise and move people up."""
        if not self.on:
            return
        ladder = world.levers.career_ladder
        review = world.day > 0 and world.day % self.review_days == 0
        log, counts = world.log, world.week_counts
        _grade_day(world.day, world.seed_word, ladder, review, world.posts, self.office_of, log, counts, self.rates)
        if ladder:
            subdistrict = world.places.community_subdistrict
            _move_up(world.day, world.seed_word, world.posts, self.office_of, subdistrict, log, counts, self.rates)
