"""Something breaks, is reported, is sent on its way, or is solved by neighbours."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from cocreate_sim.engine.streams import exponential, normal
from cocreate_sim.world import decisions as d
from cocreate_sim.world.issues import BACKGROUND, BEYOND, BUILDING, COMPLEX, COMPOUND, NORMAL, ONE_HOUSEHOLD, STAIR, URGENT

from . import skill_groups, upper
from .agents import Household, Issue, Office, Resident
from .clock import DAY, DAYS_PER_YEAR, FOREVER, HOUR, OPENS

REPORTERS = ((0.9604, 1.0), (0.0350, 7.5), (0.0045, 150.0), (0.0001, 950.0))
"""Share and relative rate of ordinary residents, unpaid watchers, committed teams and paid hobbyists."""


def begin(model: Any) -> None:
    """Give each resident a class of reporters, and work out the load that households alone put on each office."""
    s = model.settings["reporting"]
    for resident in model.residents:
        rate = _class_rate(model.draw(d.REPORTER_CLASS, 0, resident.number)) if s.unequal else 1.0
        resident.reports_rate = rate if resident.adult else 0.0
    _offer(model)


def _class_rate(u: float) -> float:
    below = 0.0
    for share, rate in REPORTERS:
        below += share
        if u <= below:
            return rate
    return REPORTERS[-1][1]


def _reach(household: Household, scope: int) -> list[Household]:
    """The households that an issue of this scope touches, when it is born in this household."""
    if scope == STAIR:
        return household.stair
    if scope == BUILDING and household.building is not None:
        return household.building.households
    if scope >= COMPOUND:
        return household.compound.households
    return [household]


def _exposure(s: Any, scope: int) -> float:
    if scope == ONE_HOUSEHOLD:
        return float(s.own_home)
    return float(s.presence_building if scope <= BUILDING else s.presence_compound)


def neutral_chance(model: Any, household: Household, scope: int) -> float:
    """Chance that residents, at neutral trust and without heads, report an issue born here before it lapses."""
    if not model.is_on("reporting"):
        return 1.0
    s = model.settings["reporting"]
    rates = sum(r.reports_rate for h in _reach(household, scope) for r in h.members)
    hazard = s.rate * _exposure(s, scope) * rates
    return float(hazard / (hazard + 1.0 / s.lapse_days))  # of two exponential clocks this one rings first


def _offer(model: Any) -> None:
    """Exogenous cases per week of each office: what households would report at neutral trust and without heads."""
    arrivals = model.settings["arrivals"]
    weekly = arrivals.rate * 7 / DAYS_PER_YEAR if model.is_on("arrivals") else 0.0
    to_posts, to_community = [], []
    for household in model.households:
        posts = community = 0.0
        for scope in range(BEYOND + 1):
            reported = neutral_chance(model, household, scope) * arrivals.scope_shares[scope]
            posts += reported * arrivals.posts_shares[scope]
            community += reported * (1.0 - arrivals.posts_shares[scope])
        to_posts.append(posts * weekly)
        to_community.append(community * weekly)
        household.subdistrict.offered += to_posts[-1]
        household.community.offered += to_community[-1]
    world = model.cocreate.world
    family = [not h.collective for h in model.households]
    dormitories = 1.0 + world.collective_share / (1 - world.collective_share) * (
        world.persons_per_household / world.collective_size
    )
    for office in model.offices:
        cases = np.mean(np.array(to_community if office.is_community else to_posts)[family])
        if office.is_community:
            cases *= 1 - model.settings["routing"].background_in_unit
        office.outside = float(office.background * cases * dormitories)


# --- arrivals ---------------------------------------------------------------------------------------------------------


def arrivals(model: Any) -> None:
    """Each household meets candidates for an issue at the highest possible rate; some of them become one."""
    s = model.settings["arrivals"]
    if s.rate == 0:
        return
    width = math.sqrt(3.0 * s.burst_variance)
    bound = 1.0 + width
    working = s.clock.value == "working"
    paid_day = model.settings["staff_time"].paid_hours / 5 * HOUR
    mean_gap = DAYS_PER_YEAR * (paid_day * 5 / 7 if working else DAY) / (s.rate * bound) / model.arrivals_scale
    if model.day == 0:
        for household in model.households:
            gap = -np.log(model.draw(d.ISSUE_GAP, 0, household.number)) * mean_gap
            household.next_moment = int(min(gap, FOREVER))
        for office in model.offices:
            office.next_moment = 0 if office.outside > 0 else FOREVER
    if model.day % 7 == 0 and width > 0:
        for office in model.offices:
            if office.is_community:
                office.burst = 1.0 + width * (2.0 * model.draw(d.BURST, model.week, office.number) - 1.0)
    if working and model.day % 7 >= 5:
        return
    length = model.office_day if working else DAY
    opened = (model.day // 7 * 5 + model.day % 7) * length if working else model.day * DAY

    def calendar(moment: int) -> int:
        return int(model.day * DAY + OPENS + (moment - opened)) if working else moment

    for h in model.households:
        while h.next_moment < opened + length:
            moment, k = h.next_moment, h.next_candidate
            h.next_candidate += 1
            gap = exponential(model.draw(d.ISSUE_GAP, k + 1, h.number)) * mean_gap
            h.next_moment += max(int(gap), 1)
            rate = h.community.burst * (1.0 - s.condition_effect * h.compound.condition)
            if model.draw(d.ISSUE_THIN, k, h.number) * bound < rate:
                issue = Issue(h.number, k, h, h.community, calendar(moment))
                _nature(model, issue)
                issue.touches = _reach(h, issue.scope)
                model.latent.append(issue)
                model.note("born", issue.a, issue.b, issue.scope, issue.hours, at=issue.born)
    for office in model.offices:
        _outside(model, office, opened + length, model.office_day * 5 / 7 if working else float(DAY), calendar)


def _outside(model: Any, office: Office, until: int, length: float, calendar: Any) -> None:
    """Households outside the world send cases to the office as a plain Poisson stream."""
    identity = BACKGROUND + (office.tier << 24) + office.place
    while office.next_moment < until:
        if office.next_case > 0:  # the zeroth candidate only starts the stream
            issue = Issue(identity, office.next_case, None, office, calendar(office.next_moment))
            _nature(model, issue)
            issue.needs_posts = not office.is_community
            issue.state, issue.target = "moving", office
            issue.reported = issue.due = issue.born
            model.moving.append(issue)
            model.note("born", issue.a, issue.b, issue.scope, issue.hours, at=issue.born)
        office.next_case += 1
        gap = exponential(model.draw(d.BACKGROUND_GAP, office.next_case, identity)) * length
        office.next_moment += max(int(gap / (office.outside / 7 * model.arrivals_scale)), 1)


def _nature(model: Any, issue: Issue) -> None:
    """What an issue is belongs to it: reach, urgency, powers, skill and hours."""
    s = model.settings["arrivals"]
    u = model.draw4(d.ISSUE_NATURE, 0, issue.a, issue.b)
    below = np.cumsum(s.scope_shares)
    issue.scope = next(k for k in range(BEYOND + 1) if k == BEYOND or u[0] < below[k])
    issue.priority = URGENT if u[1] < s.urgent_share else COMPLEX if u[1] >= 1.0 - s.complex_share else NORMAL
    issue.needs_posts = bool(u[2] < s.posts_shares[issue.scope])
    issue.skill = int(u[3] / s.skilled_share * 3.0) if u[3] < s.skilled_share else -1
    v = model.draw(d.ISSUE_HOURS, 0, issue.a, issue.b)
    if s.hours_law.value == "lognormal":
        issue.hours = s.hours_median * math.exp(math.sqrt(math.log1p(s.hours_cv**2)) * normal(v))
    elif s.hours_law.value == "exponential":
        issue.hours = s.hours_mean * exponential(v)
    else:
        issue.hours = s.hours_mean
    model.issues.append(issue)


# --- reporting --------------------------------------------------------------------------------------------------------


def reporting(model: Any) -> None:
    """Somebody who passes reports a latent issue, a head finds it on a round, or it lapses; whichever is first."""
    still_latent = []
    for issue in model.latent:
        now = max(issue.born - model.day * DAY, 0) / DAY
        if model.is_on("reporting"):
            moment, reporter, by = _first_report(model, issue, now)
            rate = 1.0 / model.settings["reporting"].lapse_days
            lapses = now + exponential(model.draw2(d.LAPSE, model.day, issue.a, issue.b)[0]) / rate
            if lapses < 1.0 and lapses <= moment:
                issue.state = "lapsed"
                model.note("lapses", issue.a, issue.b)
                continue
        else:
            members = issue.household.members
            moment, reporter, by = now, members[0] if members else None, 0
        if moment < 1.0:
            issue.state, issue.by = "moving", by
            issue.reporter = None if by == 2 else reporter  # a courier is no resident whom the outcome would please or annoy
            issue.reported = issue.due = max(model.day * DAY + int(moment * DAY), issue.born)
            model.moving.append(issue)
            model.note("reported", issue.a, issue.b, reporter.identity if reporter else -1, by, at=issue.reported)
        else:
            still_latent.append(issue)
    model.latent = still_latent


def _first_report(model: Any, issue: Issue, now: float) -> tuple[float, Resident | Any, int]:
    """When today (as a share of the day), by whom, and whether as a head (1) or courier (2); time 2 means not today."""
    s, identity = model.settings["reporting"], (issue.a, issue.b)
    moment, by = 2.0, 0
    reporter: Resident | Any = None
    exposed = [r for h in issue.touches for r in h.members]
    total = sum(r.reports_rate for r in exposed)
    most = math.exp(s.trust_effect / 2.0)  # of the fully trusting: candidates come at this rate, and are thinned by trust
    hazard = s.rate * _exposure(s, issue.scope) * total * most
    time, k = now, 0
    while hazard > 0.0:
        gap, thin = model.draw2(d.REPORT_GAP, model.day + (k << 16), *identity)
        time += exponential(gap) / hazard
        if time >= 1.0:
            break
        mark, passed = model.draw(d.REPORTER, model.day + (k << 16), *identity) * total, 0.0
        for candidate in exposed:
            passed += candidate.reports_rate
            if passed > mark:
                break
        if thin * most < math.exp(s.trust_effect * (candidate.trust - 0.5)):
            moment, reporter = time, candidate
            break
        k += 1
    visits = issue.household.visits / 7 * s.head_notices
    if visits > 0.0:
        time = now + exponential(model.draw(d.HEAD_NOTICES, model.day, *identity)) / visits
        if time < moment:
            group = issue.household.groups["leader_supply"]
            moment, reporter, by = time, group.head if group else None, 1
    passing = issue.household.compound.passing if issue.scope != ONE_HOUSEHOLD else 0.0
    if passing > 0.0:
        gap, mark = model.draw2(d.COURIER_PASSES, model.day, *identity)
        time = now + exponential(gap) / passing
        if time < moment:
            moment, reporter, by = time, issue.household.compound.who_passes(mark), 2
    return moment, reporter, by


# --- routing ----------------------------------------------------------------------------------------------------------


def routing(model: Any) -> None:
    """A report goes to the lowest head whose level holds it, or to staff; each level crossed costs a hand-off."""
    s = model.settings["routing"]
    kept = []
    for issue in model.in_unit:  # what units could not solve in time
        if issue.due >= (model.day + 1) * DAY:
            kept.append(issue)
            continue
        issue.state, issue.target, issue.work = "moving", issue.office, -1
        issue.due += int(_travel(model, issue, issue.handoffs, issue.handoffs + 1) * DAY)
        issue.handoffs += 1
        model.moving.append(issue)
        model.note("is_handed_up", issue.a, issue.b, issue.office.number, issue.due)
    model.in_unit = kept
    moving = []
    for issue in model.moving:
        if issue.target is None:
            led = issue.level or upper.finds_head(model, issue, _holds)
            if led > 0:
                if issue.level == 0:
                    issue.level = issue.handoffs = led
                    issue.due += int(_travel(model, issue, 0, led) * DAY)
                    model.note("goes_to_head", issue.a, issue.b, issue.touches[0].seats[led].role, issue.due)
                if not upper.arrives(model, issue):
                    moving.append(issue)
                continue
            crossings = _crossings(model, issue)
            if led == 0:
                issue.state = "in the unit"
                issue.due = issue.reported + int(s.unit_days * DAY)
                model.in_unit.append(issue)
                model.note("stays_in_unit", issue.a, issue.b, value=issue.due)
                continue
            issue.target = issue.household.subdistrict if issue.needs_posts else issue.office
            issue.handoffs = crossings
            issue.due += int(_travel(model, issue, 0, crossings) * DAY)
            model.note("is_sent", issue.a, issue.b, issue.target.number, issue.due)
        moving.append(issue)
    model.moving = moving


def _crossings(model: Any, issue: Issue) -> int:
    """Levels that a report crosses; 0 means that its unit keeps it, or, without routing or units at work, that staff have it at once."""
    if not model.is_on("routing"):
        return 0
    home = issue.household
    if model.settings["routing"].rule.value == "hotline" or not home.has_head or home.levels[0] is None:
        return 1
    if issue.needs_posts:
        return len(home.levels) + 1
    return next((k for k in range(len(home.levels)) if _holds(issue, k)), len(home.levels))


def _holds(issue: Issue, level: int) -> bool:
    """True when all households that the issue touches belong to one group of this level."""
    first, last = issue.touches[0], issue.touches[-1]
    return issue.scope < BEYOND and first.levels[level] is not None and first.levels[level] is last.levels[level]


def _travel(model: Any, issue: Issue, start: int, end: int) -> float:
    """Days that the hand-offs across the levels from start to before end take; a level with a head hands over faster."""
    days = 0.0
    for k in range(start, end):
        pace = model.settings["upper_heads"].led_handoff if upper.has_head(issue.household, k) else 1.0
        luck = exponential(model.draw(d.HANDOFF, issue.attempts * 64 + k, issue.a, issue.b))
        days += model.settings["routing"].handoff_days * pace * luck
    return days


# --- self-resolution --------------------------------------------------------------------------------------------------


def self_resolution(model: Any) -> None:
    """Helpers of a unit with a head, and heads above the unit, work through their issues in the order in which they came."""
    s = model.settings["self_resolution"]
    kept = []
    for issue in model.in_unit:
        home = issue.household
        pool, mass = home.groups["pooling"], home.groups["critical_mass"]
        led = pool is not None and mass is not None and home.has_head
        own = led and (issue.skill < 0 or mass.has_skill(issue.skill))
        who, helper, role = "unit", pool, -1
        if issue.level > 0:
            seat = issue.touches[0].seats[issue.level]
            led = False
            own = seat.head is not None and (issue.skill < 0 or seat.group.has_skill(issue.skill))
            who, helper, role = "upper_head", seat, seat.role
        if own or (led and issue.office.skill_hours[issue.skill] > 0):
            if issue.work < 0:
                issue.work = int(issue.hours * s.hours_factor * HOUR)
            if own:
                given = min(helper.helper_hours, issue.work)
                helper.helper_hours -= given
                if given > 0:
                    model.note(f"{who}_works", issue.a, issue.b, role, given)
            else:
                given = skill_groups.work(model, issue)
            issue.work -= given
            if issue.work == 0:
                issue.state, issue.in_unit, issue.solved = "solved", issue.level == 0, (model.day + 1) * DAY - 1
                model.note(f"{who}_solves", issue.a, issue.b, role)
                if issue.reporter and (issue.solved - issue.reported) / DAY <= s.limit_days:
                    issue.reporter.served += 1
                    issue.reporter.good += 1
                continue
        kept.append(issue)
    model.in_unit = kept
