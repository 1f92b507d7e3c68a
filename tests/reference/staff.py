"""People come to posts, learn, tire and leave; their hours go to administration, unit heads, cases and mobilisation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from cocreate_sim.world import decisions as d

from .clock import DAYS_PER_MONTH, DAYS_PER_YEAR, HOUR

TIER_KEY = 1 << 24
SLOWEST = 0.02
"""Cases never stop altogether: the least share of office time left for them."""
WORKING_LIFE = 480.0
"""Months; nobody came earlier."""


def begin(model: Any) -> None:
    """Those who are in post at the start came at different times; the first week's pace knows of no unit heads yet."""
    s = model.settings["turnover"]
    if model.is_on("turnover"):
        for post in model.posts:
            rate = _leaving_rate(model, post)
            months = math.inf
            if rate > 0:
                months = -np.log(model.draw(d.POST_START, 0, key_of(post), post.number)) / max(rate, 1e-12) * 12.0
            post.came = -round(min(months, WORKING_LIFE) * DAYS_PER_MONTH)
            if s.ramp_months > 0:
                post.skill = min(s.start_skill + (1.0 - s.start_skill) * months / s.ramp_months, 1.0)
    for office in model.offices:
        office.share = 1.0 - _admin(model)
        set_pace(office)


def set_pace(office: Any) -> None:
    """Cases get the time that administration and unit heads leave, less what is protected for mobilisation."""
    office.speed = max(office.share * (1.0 - _protected(office)), SLOWEST)


def key_of(post: Any) -> int:
    """What names the office of a post in random draws."""
    return int(post.office.tier * TIER_KEY + post.office.place)


def _leaving_rate(model: Any, post: Any) -> float:
    """Per year, without burnout; pay moves community workers only."""
    s = model.settings["turnover"]
    if post.office.is_community:
        return float(s.leave_community * (post.office.subdistrict.levers["pay"] / s.reference_pay) ** -s.pay_effect)
    return float(s.leave_posts)


def turnover(model: Any) -> None:
    """Each post may lose or find its person today; on Mondays those in post have learnt and tired a little more."""
    s = model.settings["turnover"]
    for post in model.posts:
        if not post.established:
            continue
        if post.filled:
            hazard = _leaving_rate(model, post) * math.exp(math.log(s.burnout_effect) * post.burnout - post.hold)
            if model.draw(d.POST_LEAVES, model.day, key_of(post), post.number) < 1.0 - math.exp(-hazard / DAYS_PER_YEAR):
                post.filled, post.left, post.since, post.burnout = False, True, model.day, 0.0
                model.note("leaves_post", post.office.number, post.number)
        else:
            chance = 1.0 if s.refill_months == 0 else -math.expm1(-1.0 / (s.refill_months * DAYS_PER_MONTH))
            if model.draw(d.POST_FILLED, model.day, key_of(post), post.number) < chance:
                post.filled, post.since, post.came, post.skill = True, model.day, model.day, s.start_skill
                model.note("fills_post", post.office.number, post.number)
        if post.filled and model.day % 7 == 0:
            _learn_and_tire(s, post)


def _learn_and_tire(s: Any, post: Any) -> None:
    """A week's change of skill, and of burnout by the load of the post's office."""
    week = 7 / DAYS_PER_MONTH
    overload = 0.0
    if s.load_limit < 1.0:
        overload = max(post.office.busy_share - s.load_limit, 0.0) / (1.0 - s.load_limit)
    rise = overload * (week / s.burnout_months) * (1.0 - post.burnout)
    post.burnout = min(max(post.burnout + (rise - post.burnout * (week / s.recovery_months)), 0.0), 1.0)
    learnt = 1.0 if s.ramp_months == 0 else (1.0 - s.start_skill) * week / s.ramp_months
    post.skill = min(post.skill + learnt, 1.0)


def _admin(model: Any) -> float:
    return float(model.settings["staff_time"].admin_share) if model.is_on("staff_time") else 0.0


def _protected(office: Any) -> float:
    """Share of time kept for mobilisation."""
    levers = office.subdistrict.levers
    return float(levers["protected_share"]) if levers["staff_rule"].value == "protected" else 0.0


def staff_time(model: Any) -> None:
    """On Sunday the week's hours are added up, and the pace of the next week is set."""
    s = model.settings["staff_time"]
    per_head = s.supervision_hours if model.is_on("staff_time") else 0.0
    needed = dict.fromkeys(model.offices, 0.0)
    for household in model.households:
        group = household.groups["supervision"]
        if per_head > 0.0 and group is not None and household.has_head:
            needed[household.community] += per_head / float(len(group.households)) * (1.0 - household.cover)
        needed[household.community] += per_head * household.heads_above
    for office in model.offices:
        hours = sum(p.present for p in office.posts) / HOUR
        busy_hours = sum(p.busy for p in office.posts) / HOUR
        for post in office.posts:
            post.busy = post.present = 0
        office.busy_share = busy_hours / hours if hours > 0 else 0.0
        share = office.speed / (1.0 - _protected(office))
        office.free_hours = (hours - busy_hours) * office.speed + _protected(office) * share * hours
        free = (1.0 - _admin(model)) * hours  # what administration leaves; heads take theirs of it
        granted = min(needed[office], s.most_supervision * free) if office.is_community else 0.0
        office.support = granted / needed[office] if needed[office] > 0.0 else 1.0
        office.share = (free - granted) / hours if hours > 0.0 else 1.0 - _admin(model)
        set_pace(office)


def mobilisation(model: Any) -> None:
    """Staff turn free hours into events, and ask people in person; the posts share their events out by population."""
    s = model.settings["mobilisation"]
    for office in model.offices:
        if not office.is_community:
            continue
        served = max(office.served, 1.0)
        above = office.subdistrict
        part = served / max(above.served, 1.0)
        expected = (office.free_hours + above.free_hours * part) * s.used_share / s.hours_per_event
        events = math.floor(expected + model.draw(d.EVENTS, model.week, office.number))
        office.asked_by_staff = min(events * s.asked_per_event / served, 1.0)
        if events > 0:
            model.note("events_held", office.number, value=events)
