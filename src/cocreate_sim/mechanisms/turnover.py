"""Turnover: people leave their posts, posts stay vacant, newcomers learn, overwork burns out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from ..engine.kernels import kernel
from ..engine.settings import setting, uniform
from ..engine.streams import uniform as uniform_draw
from ..engine.streams import uniforms
from ..world import decisions as d
from ..world.clock import WEEK_DAYS
from ..world.counters import HIRES, LEAVERS
from ..world.events import FILLS_POST, LEAVES_POST, note
from ..world.staff import COMMUNITY
from ..world.world import World

DAYS_PER_YEAR = 365.0
TIER_KEY = 1 << 24
DAYS_PER_MONTH = DAYS_PER_YEAR / 12.0
WORKING_LIFE = 40 * 12.0
"""Months; nobody in post at the start came earlier."""


@dataclass(frozen=True, slots=True)
class TurnoverSettings:
    """How staff come, learn, tire and go."""

    leave_community: float = setting(
        0.12, unit="per year", low=0.0, high=5.0, prior=uniform(0.05, 0.25),
        meaning="rate at which a community worker leaves, at reference pay and without burnout", source="E4; A6.6",
    )  # fmt: skip
    leave_posts: float = setting(
        0.04, unit="per year", low=0.0, high=5.0, prior=uniform(0.01, 0.08),
        meaning="the same for a post of the subdistrict", source="E4",
    )  # fmt: skip
    refill_months: float = setting(
        3.0, unit="months", low=0.0, high=60.0, prior=uniform(1.0, 6.0),
        meaning="mean time until a vacant post is filled", source="F9: 1 to 6 months",
    )  # fmt: skip
    start_skill: float = setting(
        0.6, unit="share of full pace", low=0.05, high=1.0, prior=uniform(0.4, 0.8),
        meaning="pace of a new member of staff", source="F9",
    )  # fmt: skip
    ramp_months: float = setting(
        9.0, unit="months", low=0.0, high=60.0, prior=uniform(6.0, 12.0),
        meaning="time until full pace", source="F9: 6 to 12 months",
    )  # fmt: skip
    load_limit: float = setting(
        0.8, unit="share of office time", low=0.0, high=2.0, prior=uniform(0.6, 0.95),
        meaning="load above which burnout builds up", source="no evidence; prevalence 42 to 45 % (A6.4, A6.5)",
    )  # fmt: skip
    burnout_months: float = setting(
        9.0, unit="months", low=0.5, high=120.0, prior=uniform(3.0, 18.0),
        meaning="time in which full overload burns out", source="E25",
    )  # fmt: skip
    recovery_months: float = setting(
        12.0, unit="months", low=0.5, high=120.0, prior=uniform(6.0, 24.0),
        meaning="time of recovery", source="E25",
    )  # fmt: skip
    burnout_effect: float = setting(
        2.5, unit="hazard ratio at full burnout", low=1.0, high=20.0, prior=uniform(1.5, 4.0),
        meaning="how burnout raises leaving", source="E25",
    )  # fmt: skip
    pay_effect: float = setting(
        1.0, unit="elasticity", low=0.0, high=10.0, prior=uniform(0.0, 2.0),
        meaning="how pay below or above the reference changes leaving of community workers",
        source="F9; no evidence for the size",
    )  # fmt: skip
    reference_pay: float = setting(
        4000.0, unit="yuan per month", low=100.0, high=100_000.0,
        meaning="pay at which the rates above hold", source="S34",
    )  # fmt: skip


class _Rates(NamedTuple):
    refill: float
    start_skill: float
    ramp: float
    load_limit: float
    build_up: float
    recovery: float
    log_burnout: float


@kernel
def _turnover_day(day, seed, weekly, posts, office_of, leave, busy_share, log, counts, rates):
    """Let each post lose or find its person today; once a week skill and burnout move on."""
    for s in range(posts.tier.shape[0]):
        if not posts.established[s]:
            continue
        b = posts.number[s]
        a = np.int64(posts.tier[s]) * TIER_KEY + posts.place[s]
        if posts.filled[s]:
            hazard = leave[office_of[s]] * math.exp(rates.log_burnout * posts.burnout[s] - posts.hold[s])
            if hazard > 0.0 and uniform_draw(seed, d.POST_LEAVES, day, a, b) < 1.0 - math.exp(-hazard / DAYS_PER_YEAR):
                posts.filled[s] = False
                posts.left[s] = True
                posts.since[s] = day
                posts.burnout[s] = 0.0
                counts[LEAVERS] += 1
                note(log, LEAVES_POST, office_of[s], b, -1, 0.0)
        elif uniform_draw(seed, d.POST_FILLED, day, a, b) < rates.refill:
            posts.filled[s] = True
            posts.since[s] = day
            posts.came[s] = day
            posts.skill[s] = rates.start_skill
            counts[HIRES] += 1
            note(log, FILLS_POST, office_of[s], b, -1, 0.0)
        if weekly and posts.filled[s]:
            overload = (
                max(busy_share[office_of[s]] - rates.load_limit, 0.0) / (1.0 - rates.load_limit)
                if rates.load_limit < 1.0
                else 0.0
            )
            change = overload * rates.build_up * (1.0 - posts.burnout[s]) - posts.burnout[s] * rates.recovery
            posts.burnout[s] = min(max(posts.burnout[s] + change, 0.0), 1.0)
            if posts.skill[s] < 1.0:
                posts.skill[s] = min(posts.skill[s] + rates.ramp, 1.0)


class Turnover:
    """Posts lose and find people; experience and burnout belong to the person, the post keeps its number."""

    name: ClassVar[str] = "turnover"
    cadence: ClassVar[str] = "daily"
    sentence: ClassVar[str] = (
        "People leave their posts, sooner when burnt out or badly paid; posts stay vacant for a while; "
        "newcomers need months to learn."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "leaving hazard = h0 exp(ln(burnout_effect) burnout - hold) (pay / reference)^-pay_effect",
        "refill hazard = 1 / refill_months",
        "d burnout / dt = overload (1 - burnout) / burnout_months - burnout / recovery_months",
        "limit: vacancy = k f / (1 + k f)",
    )
    without: ClassVar[str] = "nobody leaves, every post is filled by an experienced person, nobody burns out"
    reads: ClassVar[tuple[str, ...]] = ("busy time of posts", "hold of the career ladder")
    writes: ClassVar[tuple[str, ...]] = ("posts",)
    seed_facts: ClassVar[tuple[str, ...]] = ("S34", "S36")
    Settings: ClassVar[type] = TurnoverSettings

    def __init__(self, world: World, settings: TurnoverSettings, on: bool) -> None:
        s = settings
        self.settings, self.on = s, on
        week = WEEK_DAYS / DAYS_PER_MONTH
        self.rates = _Rates(
            1.0 if s.refill_months == 0 else -math.expm1(-1.0 / (s.refill_months * DAYS_PER_MONTH)), s.start_skill,
            1.0 if s.ramp_months == 0 else (1.0 - s.start_skill) * week / s.ramp_months, s.load_limit, week / s.burnout_months,
            week / s.recovery_months, math.log(s.burnout_effect),
        )  # fmt: skip
        p = world.posts
        self.office_of = np.where(p.tier == COMMUNITY, p.place, world.settings.communities + p.place)
        self.read_levers(world)
        if on:  # the staff at the start came at different times
            ids = p.tier.astype(np.int64) * TIER_KEY + p.place
            u = np.array([uniforms(world.seed, d.POST_START, ids[i : i + 1], b=int(p.number[i]))[0] for i in range(len(ids))])
            leave = self.leave[self.office_of]
            with np.errstate(divide="ignore"):
                months = np.where(leave > 0, -np.log(u) / np.maximum(leave, 1e-12) * 12.0, np.inf)
            p.came[:] = -np.round(np.minimum(months, WORKING_LIFE) * DAYS_PER_MONTH)
            if s.ramp_months > 0:
                p.skill[:] = np.minimum(s.start_skill + (1.0 - s.start_skill) * months / s.ramp_months, 1.0)

    def read_levers(self, world: World) -> None:
        """Work out the yearly rate at which the people of each office leave, by the pay in force there."""
        s = self.settings
        by_pay = [s.leave_community * (float(pay) / s.reference_pay) ** -s.pay_effect for pay in world.in_force.pay]
        community = world.offices.tier == COMMUNITY
        self.leave = np.where(community, np.array(by_pay)[world.office_subdistrict], s.leave_posts)

    def step(self, world: World) -> None:
        """Let people come and go."""
        if self.on:
            weekly = world.day % WEEK_DAYS == 0
            _turnover_day(
                world.day, world.seed_word, weekly, world.posts, self.office_of, self.leave, world.busy_share, world.log,
                world.week_counts, self.rates,
            )  # fmt: skip
