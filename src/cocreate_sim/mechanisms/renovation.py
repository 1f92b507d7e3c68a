"""Micro-renovation in five stages: plan, build, manage, evaluate, share; every stage can fail, by name of the reason."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from ..engine.kernels import kernel
from ..engine.settings import loguniform, setting, uniform
from ..engine.streams import logistic, normal, uniform4
from ..engine.streams import uniform as uniform_draw
from ..world import decisions as d
from ..world.counters import (
    BUILD_DAYS,
    BUILT,
    FAILED,
    FAILED_BUILDING,
    FAILED_HELPED,
    FINISHED,
    FINISHED_HELPED,
    GIVEN_YUAN,
    HOUSEHOLDS_CALLED,
    HOUSEHOLDS_VOTING,
    MEETING_HOURS,
    PLAN_DAYS,
    PLANS_PASSED,
    PROJECTS_BY_GROUPS,
    PROPOSED_BY_RESIDENTS,
    PROPOSED_BY_STAFF,
    RESIDENT_HOURS,
    VOTES_HELD,
    VOTES_VALID,
    YUAN,
)  # fmt: skip
from ..world.events import (
    ENTERS_STAGE,
    FAILS,
    FALLS_IDLE,
    FINDS_GROUP,
    FINDS_SKILL,
    IS_FUNDED,
    IS_PROPOSED,
    MEETS,
    VOTES,
    Log,
    note,
)  # fmt: skip
from ..world.issues import COMPOUND, STAIR
from ..world.partition import Regrouping, skill_counts
from ..world.residents import FREE_RIDER
from ..world.sites import (
    BUILD,
    EVALUATE,
    IDLE,
    KEPT,
    MANAGE,
    NEGLECTED,
    NO_CONVENER,
    NO_HELPERS,
    NO_MONEY,
    NO_QUORUM,
    NO_SKILL,
    PLAN,
    POOR_RATING,
    REJECTED,
    SHARE,
)  # fmt: skip
from ..world.world import World

WEEKS_PER_YEAR = 365.0 / 7.0
AWAY = -1
"""The ballot of a household that does not vote, or whose unit has no quorum."""


@dataclass(frozen=True, slots=True)
class RenovationSettings:
    """How a site becomes a shared facility, or not. Sizes are fixed before any unit size is looked at (F2)."""

    initiative: float = setting(
        1.0, unit="proposals per 100 adults and year", low=0.0, high=100.0, prior=loguniform(0.1, 5.0),
        meaning="rate at which fully attached residents propose to renovate an idle site they use",
        source="S04: one building began; no rate known",
    )  # fmt: skip
    staff_initiative: float = setting(
        0.5, unit="proposals per site and year", low=0.0, high=52.0, prior=uniform(0.0, 2.0),
        meaning="the same by staff, when 100 hours a week are free in the community", source="no evidence",
    )  # fmt: skip
    idle_below: float = setting(
        0.3, unit="condition", low=0.0, high=1.0,
        meaning="a facility below this condition is idle", source="F8",
    )  # fmt: skip
    meetings_low: int = setting(
        2, unit="meetings", low=1, high=52,
        meaning="fewest meetings before a vote", source="S15, A7.11",
    )  # fmt: skip
    meetings_high: int = setting(
        6, unit="meetings", low=1, high=52,
        meaning="most meetings before a vote", source="A7.11: 6 meetings",
    )  # fmt: skip
    options_low: int = setting(
        2, unit="options", low=1, high=20,
        meaning="fewest options that residents choose among", source="no evidence",
    )  # fmt: skip
    options_high: int = setting(
        6, unit="options", low=1, high=20,
        meaning="most options that residents choose among", source="S15: 4 bidders",
    )  # fmt: skip
    attendees: float = setting(
        17.0, unit="people", low=1.0, high=500.0, prior=uniform(8.0, 30.0),
        meaning="attendees of a planning meeting (at most one per household)", source="A7.11: about 17",
    )  # fmt: skip
    plan_weeks: int = setting(
        26, unit="weeks", low=1, high=520,
        meaning="a plan without a vote by then is given up", source="F7: resident-led projects take 3 to 24 months",
    )  # fmt: skip
    turnout: float = setting(
        0.35, unit="share of households", low=0.0, high=1.0, prior=uniform(0.05, 0.6),
        meaning="turnout at middling belonging", source="E22",
    )  # fmt: skip
    turnout_belonging: float = setting(
        1.0, unit="logits", low=0.0, high=10.0, prior=uniform(0.0, 2.0),
        meaning="effect of full belonging on turnout", source="A7.3, A7.9: positive",
    )  # fmt: skip
    quorum: float = setting(
        1 / 3, unit="share of households", low=0.0, high=1.0, prior=uniform(0.2, 0.5),
        meaning="turnout at which a unit's vote is valid, for what is not common property",
        source="no evidence; simple majority rule",
    )  # fmt: skip
    common_property: float = setting(
        0.1, unit="share of projects", low=0.0, high=1.0, prior=uniform(0.0, 0.3),
        meaning="projects that change common property: two thirds of all households must vote (not by unit)",
        source="A5.12: Civil Code article 278",
    )  # fmt: skip
    approval: float = setting(
        0.75, unit="share of votes", low=0.0, high=1.0, prior=uniform(0.5, 0.95),
        meaning="votes in favour", source="no evidence",
    )  # fmt: skip
    hours_low: float = setting(30.0, unit="person-hours", low=0.1, high=1e6, meaning="smallest project", source="E20")
    hours_high: float = setting(
        2000.0, unit="person-hours", low=0.1, high=1e6,
        meaning="largest project (stairs a tenth, buildings a third of it)", source="E20",
    )  # fmt: skip
    money_low: float = setting(2e3, unit="yuan", low=0.0, high=1e9, meaning="cheapest project", source="E20")
    money_high: float = setting(
        5e5, unit="yuan", low=0.0, high=1e9,
        meaning="dearest project (stairs a tenth, buildings a third of it)", source="E20",
    )  # fmt: skip
    helpers_low: int = setting(
        2, unit="helpers", low=1, high=1000,
        meaning="fewest helpers that a working day needs", source="E20",
    )  # fmt: skip
    helpers_high: int = setting(
        15, unit="helpers", low=1, high=1000,
        meaning="most helpers that a working day needs (stairs a fifth, buildings half)", source="E20",
    )  # fmt: skip
    skilled: float = setting(
        0.3, unit="share of projects", low=0.0, high=1.0, prior=uniform(0.1, 0.5),
        meaning="projects that need a skill", source="S43; no share known",
    )  # fmt: skip
    skill_search: float = setting(
        0.02, unit="chance per week", low=0.0, high=1.0, prior=uniform(0.0, 0.1),
        meaning="staff find the skill elsewhere", source="no evidence",
    )  # fmt: skip
    own_money: float = setting(
        0.1, unit="share of cost", low=0.0, high=1.0, prior=uniform(0.0, 0.3),
        meaning="what residents give themselves, in money or equipment", source="S28: donated equipment; no share known",
    )  # fmt: skip
    build_weeks: int = setting(
        52, unit="weeks", low=1, high=520,
        meaning="a project that is not built by then is given up", source="F7",
    )  # fmt: skip
    evaluate_after: int = setting(
        12, unit="weeks", low=1, high=520,
        meaning="users rate a facility after so long", source="no evidence",
    )  # fmt: skip
    pass_mark: float = setting(
        0.5, unit="rating", low=0.0, high=1.0, prior=uniform(0.3, 0.7),
        meaning="rating from which a project counts as a success", source="no evidence",
    )  # fmt: skip
    rating_noise: float = setting(
        0.1, unit="standard deviation", low=0.0, high=2.0,
        meaning="spread of ratings", source="no evidence",
    )  # fmt: skip
    corrections: int = setting(
        1, unit="times", low=0, high=10,
        meaning="how often a poorly rated project may be corrected", source="S63: evaluated together",
    )  # fmt: skip
    share_weeks: int = setting(
        4, unit="weeks", low=1, high=520,
        meaning="a finished project is celebrated for so long", source="no evidence",
    )  # fmt: skip
    story_weeks: int = setting(
        12, unit="weeks", low=0, high=520,
        meaning="neighbours talk about it for so long", source="S65; no length known",
    )  # fmt: skip


class _Rules(NamedTuple):
    initiative: float
    staff_initiative: float
    idle_below: float
    meetings_low: int
    meetings_high: int
    options: tuple[int, int]
    attendees: float
    plan_weeks: int
    turnout_logit: float
    turnout_belonging: float
    quorum: float
    common_property: float
    approval: float
    hours: tuple[float, float]
    money: tuple[float, float]
    helpers: tuple[int, int]
    skilled: float
    skill_search: float
    own_money: float
    build_weeks: int
    evaluate_after: int
    pass_mark: float
    rating_noise: float
    corrections: int
    share_weeks: int
    story_weeks: int
    honoured: np.ndarray
    """By subdistrict: what was voted for is built."""
    meeting_hours: float
    pair_hours: float
    from_week: int


class _Books(NamedTuple):
    """What is written down: entries and failures by stage, the event log, the week's counters."""

    events: np.ndarray
    log: Log
    counts: np.ndarray


@kernel
def _enter(sites, s, stage, week, books, rules):
    """Enter a stage. ``books.events`` follows projects proposed after burn-in; what a correction repeats counts once."""
    sites.stage[s] = stage
    sites.since[s] = week
    note(books.log, ENTERS_STAGE, sites.id[s], sites.number[s], stage, 0.0)
    first_time = sites.corrections[s] == 0 or stage >= SHARE
    if first_time and sites.proposed[s] >= rules.from_week:
        books.events[stage, 0] += 1
    if stage == BUILD and first_time:
        books.counts[PLANS_PASSED] += 1
    elif stage == MANAGE and first_time:
        books.counts[BUILT] += 1
    elif stage == KEPT:
        books.counts[FINISHED] += 1
        books.counts[FINISHED_HELPED] += 1 if sites.helped[s] else 0


@kernel
def _fail(sites, s, reason, week, feelings, residents, books, rules):
    """Close a project as failed; those who carried it lose belonging and trust. The site is idle again."""
    books.counts[FAILED] += 1
    books.counts[FAILED_BUILDING] += 1 if sites.stage[s] >= BUILD else 0
    books.counts[FAILED_HELPED] += 1 if sites.helped[s] else 0
    note(books.log, FAILS, sites.id[s], sites.number[s], reason, float(sites.stage[s]))
    if sites.proposed[s] >= rules.from_week:
        books.events[sites.stage[s], 1 + reason] += 1
    if sites.initiator[s] >= 0:
        feelings.bad[sites.initiator[s]] += 1
        feelings.ignored[sites.initiator[s]] += 1
    if sites.stage[s] == BUILD:
        for i in range(sites.first_resident[s], sites.end_resident[s]):
            if residents.last_active[i] >= week - 4:
                feelings.bad[i] += 1
                feelings.ignored[i] += 1
    sites.stage[s] = IDLE
    sites.since[s] = week


@kernel
def _propose(sites, s, seed, week, residents, free_hours, books, rules):
    """Somebody, or staff, may propose to renovate an idle site; its needs are drawn with the project."""
    first, end = sites.first_resident[s], sites.end_resident[s]
    if end <= first:
        return
    u = uniform4(seed, d.PROPOSAL, week, sites.id[s], 0)
    adults = end - first
    rate = rules.initiative / 100.0 * adults / WEEKS_PER_YEAR
    initiator, by_residents = -1, False
    if u[0] < 1.0 - math.exp(-rate):  # a candidate: the resident whose turn it is decides by attachment
        low, high = residents.id[first], residents.id[end - 1]
        wanted = low + np.int64(u[1] * (high - low + 1))
        at, top = first, end
        while at < top:
            middle = (at + top) // 2
            if residents.id[middle] < wanted:
                at = middle + 1
            else:
                top = middle
        if at < end and residents.id[at] == wanted and residents.adult[at]:
            keen = residents.belonging[at] * (0.1 if residents.kind[at] == FREE_RIDER else 1.0)
            if uniform_draw(seed, d.INITIATOR, week, sites.id[s], 0) < keen:
                initiator, by_residents = at, True
    if not by_residents:
        hazard = rules.staff_initiative / WEEKS_PER_YEAR * min(free_hours[sites.office[s]] / 100.0, 1.0)
        if u[2] >= 1.0 - math.exp(-hazard):
            return
    books.counts[PROPOSED_BY_RESIDENTS if by_residents else PROPOSED_BY_STAFF] += 1
    sites.number[s] += 1
    k = sites.number[s]
    v, w = uniform4(seed, d.PROJECT_SIZE, k, sites.id[s], 0), uniform4(seed, d.PROJECT_OPTIONS, k, sites.id[s], 0)
    size = 0.1 if sites.scope[s] == STAIR else (1.0 if sites.scope[s] == COMPOUND else 1.0 / 3.0)
    crowd = 0.2 if sites.scope[s] == STAIR else (1.0 if sites.scope[s] == COMPOUND else 0.5)
    most = max(rules.hours[1] * size, rules.hours[0])
    sites.hours_needed[s] = rules.hours[0] * (most / rules.hours[0]) ** v[0]
    dear = max(rules.money[1] * size, rules.money[0])
    sites.money_needed[s] = rules.money[0] * (dear / rules.money[0]) ** v[1] if rules.money[0] > 0.0 else 0.0
    top = max(int(rules.helpers[1] * crowd), rules.helpers[0])
    sites.helpers_needed[s] = rules.helpers[0] + int(v[2] * (top - rules.helpers[0] + 1))
    sites.skill[s] = int(v[3] / rules.skilled * 3.0) if v[3] < rules.skilled else -1
    sites.meetings[s] = rules.meetings_low + int(w[0] * (rules.meetings_high - rules.meetings_low + 1))
    sites.options[s] = rules.options[0] + int(w[1] * (rules.options[1] - rules.options[0] + 1))
    sites.skill_found[s] = False
    sites.funded[s] = False
    sites.hours_got[s] = 0.0
    sites.brokered[s] = 0.0
    sites.space_lent[s] = False
    sites.helped[s] = False
    sites.corrections[s] = 0
    sites.support[s] = 0.0
    sites.initiator[s] = initiator
    sites.by_residents[s] = by_residents
    sites.proposed[s] = week
    note(books.log, IS_PROPOSED, sites.id[s], k, residents.id[initiator] if by_residents else -1, sites.hours_needed[s])
    _enter(sites, s, PLAN, week, books, rules)


@kernel
def valid_votes(needed_share, members, votes):
    """Votes that reach the quorum: at least ceil(share x members) households voted."""
    return votes >= math.ceil(needed_share * members - 1e-9)


@kernel
def _ballot(sites, s, seed, week, h, households, residents, rules):
    """What a household votes: twice the number of its option, and one more for a yes; or that it stays away."""
    person = households.first_resident[h]
    if households.end_resident[h] == person:
        return AWAY
    u = uniform4(seed, d.VOTE, week, households.id[h], sites.id[s])
    if u[0] >= logistic(rules.turnout_logit + rules.turnout_belonging * (residents.belonging[person] - 0.5)):
        return AWAY
    return 2 * int(u[2] ** 1.5 * sites.options[s]) + (1 if u[1] < rules.approval else 0)


@kernel
def _poll(sites, s, seed, week, first, end, needed_share, households, residents, ballots, books, rules):
    """Let the households of one unit vote; without a quorum their ballots do not count."""
    votes = 0
    for h in range(first, end):
        ballots[h] = _ballot(sites, s, seed, week, h, households, residents, rules)
        if ballots[h] != AWAY:
            votes += 1
            note(books.log, VOTES, households.id[h], sites.id[s], ballots[h] // 2, float(ballots[h] % 2))
    books.counts[VOTES_HELD] += 1
    books.counts[HOUSEHOLDS_CALLED] += end - first
    books.counts[HOUSEHOLDS_VOTING] += votes
    valid = valid_votes(needed_share, end - first, votes)
    if valid:
        books.counts[VOTES_VALID] += 1
    else:
        ballots[first:end] = AWAY
    return valid


@kernel
def _answer(sites, s, built, winner, households, feelings, ballots):
    """Who said yes to what is built was heard; where staff build something else than what won, the others were not."""
    for h in range(sites.first[s], sites.end[s]):
        if ballots[h] == AWAY:
            continue
        voter = households.first_resident[h]
        if ballots[h] == 2 * built + 1:
            feelings.good[voter] += 1
            feelings.served[voter] += 1
        elif built != winner and ballots[h] // 2 != built:
            feelings.bad[voter] += 1
            feelings.ignored[voter] += 1


@kernel
def _vote(sites, s, seed, week, households, residents, group, feelings, scratch, books, rules):
    """Hold the vote, unit by unit (all at once for common property); what wins is built, unless staff build their own option."""
    ballots, tally = scratch
    common = uniform4(seed, d.PROJECT_OPTIONS, sites.number[s], sites.id[s], 0)[2] < rules.common_property
    needed_share = 2.0 / 3.0 if common else rules.quorum
    first, end = sites.first[s], sites.end[s]
    start, valid_members = first, 0
    for h in range(first, end):
        if h + 1 < end and (common or group.of_household[h + 1] == group.of_household[h]):
            continue
        if _poll(sites, s, seed, week, start, h + 1, needed_share, households, residents, ballots, books, rules):
            valid_members += h + 1 - start
        start = h + 1
    votes, favour = 0, 0
    tally[:] = 0
    for h in range(first, end):
        if ballots[h] != AWAY:
            votes += 1
            favour += ballots[h] % 2
            tally[ballots[h] // 2] += 1
    if 2 * valid_members < end - first or votes == 0:
        _fail(sites, s, NO_QUORUM, week, feelings, residents, books, rules)
        return
    if 2 * favour <= votes:
        _fail(sites, s, REJECTED, week, feelings, residents, books, rules)
        return
    winner = np.argmax(tally)
    built = winner if rules.honoured[sites.subdistrict[s]] else sites.options[s] - 1
    _answer(sites, s, built, winner, households, feelings, ballots)
    sites.support[s] = tally[built] / votes
    books.counts[PLAN_DAYS] += (week - sites.proposed[s]) * 7
    _enter(sites, s, BUILD, week, books, rules)


@kernel
def _plan(sites, s, seed, week, households, residents, group, has_head, free_hours, feelings, scratch, books, rules):
    """Meet, if somebody convenes; then vote."""
    if week - sites.since[s] > rules.plan_weeks:
        _fail(sites, s, NO_CONVENER, week, feelings, residents, books, rules)
        return
    if sites.meetings[s] == 0:
        _vote(sites, s, seed, week, households, residents, group, feelings, scratch, books, rules)
        return
    home = households_of(residents, sites, s)
    convened = has_head[home] or free_hours[sites.office[s]] >= 1.0
    if convened:
        people = min(rules.attendees, float(sites.end[s] - sites.first[s]))
        talk = rules.pair_hours * (people - 1.0) / 2.0
        books.counts[RESIDENT_HOURS] += people * (rules.meeting_hours + talk)
        books.counts[MEETING_HOURS] += people * talk
        sites.meetings[s] -= 1
        note(books.log, MEETS, sites.id[s], sites.number[s], -1, 0.0)


@kernel
def households_of(residents, sites, s):
    """The household from which a project is led: its initiator's, or the first beside the site."""
    return residents.household[sites.initiator[s]] if sites.initiator[s] >= 0 else sites.first[s]


@kernel
def _cost(sites, s, own_money):
    """Public money that a project needs: without what residents give, and what leaders found."""
    return max(sites.money_needed[s] * (1.0 - own_money) - sites.brokered[s], 0.0)


@kernel
def _fund(sites, budget, own_money, books):
    """Pay for projects in the order in which they were proposed, as far as this year's money goes."""
    while True:
        chosen = -1
        for s in range(sites.id.shape[0]):
            if sites.stage[s] == BUILD and not sites.funded[s]:
                cost = _cost(sites, s, own_money)
                if cost <= budget[sites.subdistrict[s]] and (chosen < 0 or sites.proposed[s] < sites.proposed[chosen]):
                    chosen = s
        if chosen < 0:
            return
        cost = _cost(sites, chosen, own_money)
        budget[sites.subdistrict[chosen]] -= cost
        sites.funded[chosen] = True
        books.counts[YUAN] += cost
        books.counts[GIVEN_YUAN] += sites.money_needed[chosen] * own_money
        note(books.log, IS_FUNDED, sites.id[chosen], sites.number[chosen], -1, cost)


@kernel
def _build(sites, s, seed, week, residents, mass, skills, skill_members, neighbourhood, feelings, books, rules):
    """Call for helpers while money and skill are there; finish when the hours are given."""
    if not sites.skill_found[s]:
        g = mass.of_household[households_of(residents, sites, s)]
        own = sites.skill[s] < 0 or (g >= 0 and skills[g, sites.skill[s]] > 0)
        if not own and skill_members[sites.office[s], sites.skill[s]] > 0:
            sites.skill_found[s] = True
            books.counts[PROJECTS_BY_GROUPS] += 1
            note(books.log, FINDS_GROUP, sites.id[s], sites.number[s], sites.skill[s], 0.0)
        elif own or uniform_draw(seed, d.PROPOSAL, week, sites.id[s], 1) < rules.skill_search:
            sites.skill_found[s] = True
            note(books.log, FINDS_SKILL, sites.id[s], sites.number[s], -1, 0.0)
    if sites.hours_got[s] >= sites.hours_needed[s]:
        sites.condition[s] = 1.0
        if sites.corrections[s] == 0:
            books.counts[BUILD_DAYS] += (week - sites.since[s]) * 7
        _enter(sites, s, MANAGE, week, books, rules)
    elif week - sites.since[s] > rules.build_weeks:
        reason = NO_MONEY if not sites.funded[s] else (NO_SKILL if not sites.skill_found[s] else NO_HELPERS)
        _fail(sites, s, reason, week, feelings, residents, books, rules)
    elif sites.funded[s] and sites.skill_found[s]:
        for h in range(sites.first[s], sites.end[s]):
            neighbourhood.call[h] = s


@kernel
def _afterwards(sites, s, seed, week, residents, households, compounds, neighbourhood, feelings, books, rules):
    """Manage, evaluate, share; a neglected facility fails at any of these."""
    stage, waited = sites.stage[s], week - sites.since[s]
    if stage != KEPT and sites.condition[s] < rules.idle_below:
        _fail(sites, s, NEGLECTED, week, feelings, residents, books, rules)
    elif stage == KEPT and sites.condition[s] < rules.idle_below:
        sites.stage[s] = IDLE
        sites.since[s] = week
        note(books.log, FALLS_IDLE, sites.id[s], 0, -1, 0.0)
    elif stage == MANAGE and waited >= rules.evaluate_after:
        _enter(sites, s, EVALUATE, week, books, rules)
    elif stage == EVALUATE:
        z = normal(uniform_draw(seed, d.RATING, week, sites.id[s], 0))
        rating = 0.6 * sites.condition[s] + 0.4 * sites.support[s] + rules.rating_noise * z
        if rating >= rules.pass_mark:
            _enter(sites, s, SHARE, week, books, rules)
            for i in range(sites.first_resident[s], sites.end_resident[s]):
                if residents.adult[i]:
                    feelings.good[i] += 1
            compound = households.compound[sites.first[s]]
            for h in range(compounds.first[compound], compounds.end[compound]):
                neighbourhood.story[h] = week + rules.story_weeks
        elif sites.corrections[s] < rules.corrections:
            sites.corrections[s] += 1
            sites.hours_got[s] = 0.8 * sites.hours_needed[s]
            _enter(sites, s, BUILD, week, books, rules)
        else:
            _fail(sites, s, POOR_RATING, week, feelings, residents, books, rules)
    elif stage == SHARE and waited >= rules.share_weeks:
        _enter(sites, s, KEPT, week, books, rules)


@kernel
def _week(
    week, seed, sites, households, compounds, residents, quorum, mass, skills, skill_members, neighbourhood, free_hours, budget,
    feelings, scratch, books, rules,
):  # fmt: skip
    """Move every project one week on, in the order of site ids; smaller sites call over larger ones."""
    neighbourhood.call[:] = -1
    _fund(sites, budget, rules.own_money, books)
    for scope in (COMPOUND, COMPOUND - 1, STAIR):
        for s in range(sites.id.shape[0]):
            if sites.scope[s] != scope:
                continue
            stage = sites.stage[s]
            if stage == IDLE:
                if sites.condition[s] < rules.idle_below:
                    _propose(sites, s, seed, week, residents, free_hours, books, rules)
            elif stage == PLAN:
                _plan(
                    sites, s, seed, week, households, residents, quorum, neighbourhood.has_head, free_hours, feelings, scratch,
                    books, rules,
                )  # fmt: skip
            elif stage == BUILD:
                _build(sites, s, seed, week, residents, mass, skills, skill_members, neighbourhood, feelings, books, rules)
            else:
                _afterwards(
                    sites, s, seed, week, residents, households, compounds, neighbourhood, feelings, books, rules
                )


class Renovation:
    """Idle sites are planned, built, managed, evaluated and shared together (共謀 共建 共管 共評 共享)."""

    name: ClassVar[str] = "renovation"
    cadence: ClassVar[str] = "weekly"
    sentence: ClassVar[str] = (
        "Residents or staff propose to renovate an idle site; neighbours meet, vote, build, use, rate and "
        "celebrate it, or fail on the way."
    )
    equations: ClassVar[tuple[str, ...]] = (
        (
            "proposal hazard = initiative x residents x belonging of the adult whose turn it is, a tenth of it for a free rider; "
            "staff: staff_initiative x min(free hours / 100, 1)"
        ),
        (
            "one member of a household votes, with logistic(logit(turnout) + turnout_belonging (B - 1/2)), for option "
            "floor(u^1.5 x options): the first is liked best; without vote_honoured staff build the last"
        ),
        (
            "vote valid in a unit if turnout >= ceil(quorum x households); passes if valid units hold half of "
            "the households and a majority approves"
        ),
        (
            "who said yes to the option that is built: a good experience, and served; where staff overrule what won: a bad one "
            "for those who wanted something else, and ignored"
        ),
        "built when helpers' hours reach the need, with money, skill (also of a skill group) and helpers_needed at a time",
        "rating = 0.6 condition + 0.4 support for what was built + noise",
    )
    without: ClassVar[str] = "no project is ever proposed"
    reads: ClassVar[tuple[str, ...]] = (
        "sites", "heads", "hours for mobilisation", "belonging", "progress of projects", "skill groups",
    )  # fmt: skip
    writes: ClassVar[tuple[str, ...]] = ("sites", "calls for helpers", "experiences")
    seed_facts: ClassVar[tuple[str, ...]] = ("S02", "S03", "S04", "S05", "S10", "S15", "S16", "S63", "S64")
    Settings: ClassVar[type] = RenovationSettings

    def __init__(self, world: World, settings: RenovationSettings, on: bool) -> None:
        from ..errors import ConfigError

        s = settings
        for low, high in (
            ("meetings_low", "meetings_high"),
            ("options_low", "options_high"),
            ("hours_low", "hours_high"),
            ("money_low", "money_high"),
            ("helpers_low", "helpers_high"),
        ):
            if getattr(s, low) > getattr(s, high):
                raise ConfigError(
                    f"uncertainties.renovation.{low} = {getattr(s, low)} is above uncertainties.renovation.{high} = "
                    f"{getattr(s, high)}"
                )
        if s.plan_weeks <= s.meetings_high:
            raise ConfigError(
                f"uncertainties.renovation.plan_weeks = {s.plan_weeks} leaves no time for the vote after "
                f"uncertainties.renovation.meetings_high = {s.meetings_high} weekly meetings; allowed: from {s.meetings_high + 1}"
            )
        heads = world.uncertainties["heads"]
        self.settings, self.on = s, on
        t = min(max(s.turnout, 1e-12), 1 - 1e-12)
        self.rules = _Rules(
            s.initiative, s.staff_initiative, s.idle_below, s.meetings_low, s.meetings_high,
            (s.options_low, s.options_high), s.attendees, s.plan_weeks,
            math.log(t / (1 - t)), s.turnout_belonging, s.quorum, s.common_property, s.approval, (s.hours_low, s.hours_high),
            (s.money_low, s.money_high), (s.helpers_low, s.helpers_high), s.skilled, s.skill_search, s.own_money, s.build_weeks,
            s.evaluate_after, s.pass_mark, s.rating_noise, s.corrections, s.share_weeks, s.story_weeks,
            world.in_force.vote_honoured.copy(), heads.meeting_hours, heads.pair_hours,
            world.burn_in_weeks,
        )  # fmt: skip
        self.skills = skill_counts(world.group("critical_mass"), world.residents)
        ballots, tally = np.full(len(world.households.id), AWAY), np.zeros(s.options_high, np.int64)
        self.scratch = (ballots, tally)
        self.read_levers(world)

    def read_levers(self, world: World) -> None:
        """Take over each subdistrict's money, and whether votes are honoured there."""
        self.rules.honoured[:] = world.in_force.vote_honoured
        self.weekly_budget = world.in_force.project_budget / WEEKS_PER_YEAR

    def follow_units(self, world: World, change: Regrouping) -> None:
        """Count anew who has which skill."""
        self.skills = skill_counts(world.group("critical_mass"), world.residents)

    def step(self, world: World) -> None:
        """Move projects on by a week."""
        if not self.on:
            return
        world.budget += self.weekly_budget
        _week(
            world.week, world.seed_word, world.sites, world.households, world.places.compounds, world.residents,
            world.group("quorum"), world.group("critical_mass"), self.skills, world.skill_members, world.neighbourhood,
            world.free_hours, world.budget, world.feelings, self.scratch,
            _Books(world.project_events, world.log, world.week_counts), self.rules,
        )  # fmt: skip
