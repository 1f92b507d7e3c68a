"""Community workers enter the career ladder, rise on it, are held by it, and move up to posts of the subdistrict."""

from __future__ import annotations

import math
from typing import Any

from cocreate_sim.world import decisions as d
from cocreate_sim.world.staff import FIRST_GRADES

from .clock import DAYS_PER_MONTH, DAYS_PER_YEAR
from .staff import key_of

TOP = 18


def career(model: Any) -> None:
    """Grades, reviews, and the path upwards, after today's comings and goings."""
    s = model.settings["career"]
    every = max(round(s.review_months * DAYS_PER_MONTH), 1)
    review = model.day > 0 and model.day % every == 0
    for office in model.offices:
        if not office.is_community:
            continue
        for post in office.posts:
            if not model.levers.career_ladder or not post.filled:
                _off(post)
                continue
            if post.grade == 0:
                _enter(model, s, post)
            elif review and _may_rise(model, s, post):
                post.grade += 1
                post.graded = model.day
                model.note("rises", office.number, post.number, value=post.grade)
            post.post_type = sum(post.grade >= first for first in FIRST_GRADES[1:])
            raise_in_pay = math.log1p(model.levers.grade_pay / model.levers.pay * (post.grade - 1))
            post.hold = s.ladder_effect + model.settings["turnover"].pay_effect * raise_in_pay
    if model.levers.career_ladder:
        _path(model, s)


def _off(post: Any) -> None:
    post.grade, post.post_type, post.hold = 0, -1, 0.0


def _enter(model: Any, s: Any, post: Any) -> None:
    """By qualification, and by years of service."""
    graduate = model.draw(d.QUALIFICATION, post.since, key_of(post), post.number) < s.graduate_share
    served = (model.day - post.came) // _days_per_grade(s)
    post.grade = min((s.graduate_grade if graduate else 1) + served, TOP)
    post.graded = model.day
    model.note("enters_ladder", post.office.number, post.number, value=post.grade)


def _days_per_grade(s: Any) -> int:
    return max(round(s.years_per_grade * DAYS_PER_YEAR), 1)


def _may_rise(model: Any, s: Any, post: Any) -> bool:
    """Not at the top, at pace, and long enough in the grade."""
    served = model.day - post.graded >= _days_per_grade(s)
    return bool(served and post.grade < TOP and post.skill >= s.skill_needed)


def _path(model: Any, s: Any) -> None:
    """Vacant posts of a subdistrict are offered to its community workers of high grade."""
    chance = 1.0 if s.path_months == 0 else -math.expm1(-1.0 / (s.path_months * DAYS_PER_MONTH))
    for vacant in model.posts:
        if vacant.office.is_community or vacant.filled or not vacant.established:
            continue
        if model.draw(d.POST_OFFERED, model.day, key_of(vacant), vacant.number) >= chance:
            continue
        eligible = [
            post
            for office in model.offices
            if office.is_community and office.subdistrict is vacant.office
            for post in office.posts
            if post.grade >= s.path_grade
        ]
        if not eligible:
            continue
        own = min(eligible, key=lambda post: (-post.grade, post.came, post.office.place, post.number))
        vacant.filled, vacant.since = True, model.day
        vacant.came, vacant.skill, vacant.burnout = own.came, own.skill, own.burnout
        own.filled, own.left, own.since, own.burnout = False, True, model.day, 0.0
        _off(own)
        model.note("moves_up", own.office.number, own.number, vacant.number, vacant.office.number)
