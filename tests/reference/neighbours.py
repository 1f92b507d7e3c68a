"""Heads, participation, recognition, volunteers, ties and belonging: what neighbours do on Sundays, and what it does to them."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from typing import Any

import numpy as np
from scipy import stats

from cocreate_sim.engine.streams import logistic, normal
from cocreate_sim.world import decisions as d
from cocreate_sim.world.residents import CONDITIONAL, FREE_RIDER, HUMP, UNCONDITIONAL

from .agents import Building, Group, Resident, Site, Tie
from .clock import HOUR, WEEKS_PER_YEAR

HOUSEHOLDS_PER_HEAD = 15.0
"""Of the 10-20 rule: what heads' hours are a total of, when all partitions get the same."""


def begin(model: Any) -> None:
    """Temper, free time, belonging, who would be head, who volunteers, and who knows whom at the start."""
    for r in model.residents:
        temper(model, r, 0)
        if model.is_on("volunteering") and r.adult:
            start_share = model.settings["volunteering"].start_share
            if model.draw(d.VOLUNTEER_JOINS, 2**32 - 1, r.number) < start_share:
                r.volunteer_since = 0
    _first_ties(model)


def temper(model: Any, r: Resident, tick: int) -> None:
    """What a person brings along: ``tick`` is 0 for who lives here at the start, else one more than the week of moving in."""
    s, feelings = model.settings["participation"], model.settings["belonging"]
    bounds = np.cumsum(s.kind_shares())
    u = model.draw(d.KIND, tick, r.number)
    r.kind = next((k for k in range(3) if u < bounds[k]), UNCONDITIONAL)
    gap = {FREE_RIDER: -s.kind_gap, UNCONDITIONAL: s.kind_gap}.get(r.kind, 0.0)
    r.baseline = s.base + gap + s.base_sd * normal(model.draw(d.BASELINE, tick, r.number))
    r.budget = float(s.budget_median * np.exp(s.budget_sigma * normal(model.draw(d.BUDGET, tick, r.number))))
    level = feelings.start - feelings.newcomer_gap * r.newcomer
    level += feelings.spread * normal(model.draw(d.BELONGING_START, tick, r.number))
    r.belonging = r.belonging_rest = min(max(level, 0.0), 1.0)
    r.trust = feelings.trust_start
    r.willing_to_head = r.adult and model.draw(d.HEAD_WILLING, tick, r.number) < model.settings["heads"].willing_share
    above = model.settings["upper_heads"]
    share = above.willing_share * above.party_ratio if r.party else above.willing_share
    r.willing_to_lead = r.adult and model.draw(d.SEAT_WILLING, tick, r.number) < share


# --- heads ------------------------------------------------------------------------------------------------------------


def heads(model: Any) -> None:
    """Heads tire and quit; willing adults step forward for vacant groups; heads plan their visits and meetings."""
    s, groups = model.settings["heads"], model.groups["leader_supply"]
    for group in groups:
        head = group.head
        if head is None:
            continue
        lack = (1.0 - head.household.community.support) * (1.0 - head.household.cover)
        hazard = s.quit_rate / WEEKS_PER_YEAR * math.exp(math.log(s.unsupported_effect) * lack)
        if model.draw(d.HEAD_QUITS, model.week, head.number) < 1.0 - math.exp(-hazard):
            group.head = head.heads = None
            head.rests_until = model.week + s.rest_weeks
            model.note("head_quits", head.number)
    chance = 1.0 if s.step_forward_weeks == 0 else -math.expm1(-1.0 / s.step_forward_weeks)
    for group in groups:
        if group.head is not None:
            continue
        stepped = []
        for r in group.residents:
            if r.willing_to_head and r.heads is None and r.leads is None and r.rests_until <= model.week:
                u = model.draw(d.HEAD_STEPS_FORWARD, model.week, r.number)
                if u < chance:
                    stepped.append((u, r.number, r))
        if stepped:  # the keenest becomes head
            group.head = min(stepped)[2]
            group.head.heads = group
            model.note("becomes_head", group.head.number)
    for household in model.households:
        _attend(model, household)


def _attend(model: Any, household: Any) -> None:
    """What the hours of its head come to for one household."""
    s, group = model.settings["heads"], household.groups["leader_supply"]
    household.has_head = group is not None and group.head is not None
    household.visits = household.sessions = household.head_hours = 0.0
    if not household.has_head:
        return
    served = float(len(household.groups["attention"].households))
    hours = s.hours * (served / HOUSEHOLDS_PER_HEAD if household.subdistrict.levers["head_hours"].value == "equal_total" else 1.0)
    household.head_hours = hours / served
    household.visits = min(hours * (s.visit_share / s.visit_hours) / served, s.most_visits)
    circle = household.groups["coordination"]
    expected = circle.activity_rate * circle.adults
    length = s.meeting_hours + s.pair_hours * max(expected - 1.0, 0.0) / 2.0
    household.sessions = min(hours * s.meeting_share / length, 1.0)


# --- participation ----------------------------------------------------------------------------------------------------


def participation(model: Any) -> None:
    """Adults who hear of an activity decide; enough of a group make a working party, too few go home again."""
    for r in model.residents:
        r.took_part = r.takes_part
    if not model.is_on("participation"):
        return
    s = model.settings["participation"]
    keep = math.exp(-1.0 / s.memory_weeks)
    for group in model.groups["pivotality"]:
        came = sum(r.took_part for r in group.residents)
        group.expected = group.expected * keep + (1.0 - keep) * came / max(group.adults, 1)
        if s.pivotal > 0:
            group.pivotality = _pivotality(group.adults, group.expected, s.party_minimum)
    for r in model.residents:
        r.takes_part = r.asked = False
        if r.adult:
            _decide(model, r)
    _gather(model)
    for group in model.groups["coordination"]:
        came = sum(r.takes_part for r in group.residents)
        now = came / group.adults if group.adults > 0 else 0.0
        group.activity_rate = group.activity_rate * keep + now * (1.0 - keep)


def _pivotality(adults: int, p: float, needed: int) -> float:
    """Chance that exactly one fewer than needed of the others come."""
    return float(stats.binom.pmf(needed - 1, adults - 1, p)) if adults >= needed else 0.0


def _decide(model: Any, r: Resident) -> None:
    """Whether a resident hears of an activity, and comes."""
    s, home = model.settings["participation"], r.household
    by_staff = home.community.asked_by_staff
    if not (s.everyone_knows or home.call or by_staff > 0.0 or home.sessions > 0.0):
        return  # nothing is on
    u = model.draw4(d.TAKE_PART, model.week, r.number)  # the head asks, staff ask, hears of it, comes
    visits = int(home.visits)  # and one more with the chance that is left over
    never = (1.0 - s.ask_per_visit) ** visits * (1.0 - s.ask_per_visit * (home.visits - visits))
    head_asks = u[0] < 1.0 - never
    asked = head_asks or u[1] < by_staff

    group = home.groups["ties"]
    strength = active = seen = 0.0
    for other, tie in r.known():
        strength += tie.strength
        if other.took_part:
            active += tie.strength
        if group is not None and other.household.groups["ties"] is group:
            seen += tie.strength
    weight = s.known_weight + strength
    share = active / weight if weight > 0.0 else 0.0

    story = s.story_reach if home.story >= model.week else 0.0
    broadcast = 0.0
    if model.is_on("mobilisation") and home.subdistrict.levers["broadcast"]:
        broadcast = model.settings["mobilisation"].broadcast_reach
    # no message, meeting or story reaches them
    deaf = (1.0 - broadcast) * (1.0 - home.sessions) * (1.0 - story)
    hears = u[2] < 1.0 - deaf * (1.0 - s.word_of_mouth * share)
    if not (asked or s.everyone_knows or hears):
        return
    if asked:
        r.asked = True
        model.note("is_asked", r.number, value=head_asks)

    value = r.baseline
    if r.kind == CONDITIONAL:
        value += s.peers * share
    elif r.kind == HUMP:
        value += s.peers * min(share, 1.0 - share)
    value += s.belonging * r.belonging
    if r.party:
        value += s.party
    if asked:
        value += s.asked
    if model.is_on("recognition") and home.subdistrict.levers["red_board"] and group is not None:
        board = model.settings["recognition"]
        others = group.adults - 1
        value += board.board_effect * (min(seen / others, 1.0) if others > 0 else 0.0)
        if r.kind == UNCONDITIONAL:
            value -= board.crowding_out * board.board_effect
    pivot = home.groups["pivotality"]
    if s.pivotal > 0 and pivot is not None:
        value += s.pivotal * pivot.pivotality
    if home.call:
        value += s.visible * min(home.call.hours_got / home.call.hours_needed, 1.0)
    length = s.session_hours
    circle = home.groups["coordination"]
    if circle is not None:
        expected = circle.activity_rate * circle.adults
        length += model.settings["heads"].pair_hours * max(expected - 1.0, 0.0) / 2.0
    value -= s.cost * length / r.budget
    r.takes_part = u[3] < logistic(value / s.noise)


def _gather(model: Any) -> None:
    """Those who came work on the site that called, if enough of their group did, or join an activity of their building."""
    s = model.settings["participation"]
    coming = [r for r in model.residents if r.takes_part]
    called: Counter[Group] = Counter(r.household.groups["critical_mass"] for r in coming if r.household.call)
    circles: Counter[Group] = Counter(r.household.groups["coordination"] for r in coming)

    def party(r: Resident) -> bool:
        mass = r.household.groups["critical_mass"]
        return mass is not None and called[mass] >= s.party_minimum

    helpers: Counter[Site] = Counter(r.household.call for r in coming if r.household.call and party(r))
    for r in coming:
        site, circle = r.household.call, r.household.groups["coordination"]
        talk = 0.0
        if circle is not None:
            talk = model.settings["heads"].pair_hours * max(circles[circle] - 1.0, 0.0) / 2.0
        hours = s.session_hours + talk
        model.note("comes", r.number, other=site.number if site else -1, value=hours)
        r.last_active = model.week
        r.place = site or r.household.building
        if model.counting:
            r.weeks_active += 1
            r.hours += hours
        if site and not party(r):
            r.bad += 1
            model.note("in_vain", r.number, other=site.number)
            continue
        r.good += 1
        if site and helpers[site] >= site.helpers_needed:
            site.hours_got += s.session_hours
            site.build_hours += s.session_hours
            model.note("works_on_site", r.number, other=site.number, value=s.session_hours)


def recognition(model: Any) -> None:
    """Those who were active of late are named on the red board; a new name is an honour."""
    weeks = model.settings["recognition"].weeks_on_board
    for r in model.residents:
        if not r.household.subdistrict.levers["red_board"]:
            continue
        listed = r.last_active > model.week - weeks
        if listed and not r.on_board:
            r.good += 1
            model.note("is_honoured", r.number)
        r.on_board = listed


def volunteering(model: Any) -> None:
    """Participants register, volunteers cease; then each group's helpers count their hours for the coming week."""
    s, head = model.settings["volunteering"], model.settings["heads"]
    for r in model.residents:
        if r.volunteer_since >= 0:
            hazard = s.lapse_rate / WEEKS_PER_YEAR * math.exp(-s.belonging_effect * r.belonging)
            if model.draw(d.VOLUNTEER_LAPSES, model.week, r.number) < 1.0 - math.exp(-hazard):
                r.volunteer_since = -1
                model.note("ceases", r.number)
        elif model.is_on("volunteering"):
            invited = r.takes_part
            if r.club_meeting is not None and model.draw(d.CLUB_ASKS, model.week, r.number) < s.asked_at_club:
                invited = True
                model.note("asked_at_club", r.number)
            odds = s.club_odds if r.club is not None else 1.0
            chance = odds * s.join_chance / (1.0 - s.join_chance + odds * s.join_chance)
            if invited and model.draw(d.VOLUNTEER_JOINS, model.week, r.number) < chance:
                r.volunteer_since = model.week
                model.note("registers", r.number)
    solving = max(1.0 - head.visit_share - head.meeting_share, 0.0)
    for group in model.groups["pooling"]:
        group.helper_hours = 0
        for r in group.residents:
            if r.volunteer_since >= 0:
                own = 1.0 - model.skill_share if r.skill >= 0 else 1.0
                group.helper_hours += int(r.budget * s.solving_share * own * HOUR)
        for household in group.households:
            if household.has_head:
                group.helper_hours += int(household.head_hours * solving * HOUR)


# --- ties -------------------------------------------------------------------------------------------------------------


def _first_ties(model: Any) -> None:
    """Who knows whom at the start: pairs within a building, likelier within a stair, fewer for newcomers and loners."""
    s = model.settings["ties"]
    if s.complete:
        for building in model.buildings:
            people = [r for h in building.households for r in h.members]
            for one, other in itertools.combinations(people, 2):
                one.ties[other.number] = other.ties[one.number] = Tie(1.0, True)
        return
    social = {}
    for r in model.residents:
        loner = model.draw(d.LONER, 0, r.number) < s.knows_nobody
        social[r] = 0.0 if loner else s.newcomer_ratio if r.newcomer else 1.0
    mean = float(np.mean(list(social.values()))) if social else 0.0
    degree = s.start_degree / max(mean, 1e-9)
    for building in model.buildings:
        people = [r for h in building.households for r in h.members]
        for k, one in enumerate(people):
            stair = one.household.stair
            near = sum(len(h.members) for h in stair)
            weight = s.near_weights * near + len(people) - near
            for other in people[k + 1 :]:
                if other.household is one.household or social[one] == 0.0 or social[other] == 0.0:
                    continue
                nearness = s.near_weights if other.household in stair else 1.0
                chance = degree * nearness / weight * social[one] * social[other]
                if model.draw(d.TIE_START, 0, one.number, other.number) < chance:
                    _befriend(model, one, other, Tie(max(s.start_strength, s.ends_below), True))
    model.events.clear()  # what happened before the start is not an event


def _most_ties(model: Any) -> int:
    """Ties that one can keep up; where everybody knows everybody, enough for the largest building."""
    if model.settings["ties"].complete:
        return max(sum(len(h.members) for h in building.households) for building in model.buildings)
    return int(model.settings["ties"].most)


def _befriend(model: Any, one: Resident, other: Resident, tie: Tie) -> bool:
    """Make a tie if both have room, or a weaker tie to give up for it."""
    most = _most_ties(model)

    def weakest(r: Resident) -> tuple[Resident, Tie]:
        return min(r.known(), key=lambda known: known[1].strength)

    full = [r for r in (one, other) if len(r.ties) >= most]
    if any(weakest(r)[1].strength >= tie.strength for r in full):
        return False
    for r in full:
        if len(r.ties) >= most:
            part(model, r, weakest(r)[0])
    one.ties[other.number] = other.ties[one.number] = tie
    return True


def part(model: Any, one: Resident, other: Resident) -> None:
    """End a tie."""
    del one.ties[other.number], other.ties[one.number]
    model.note("tie_ended", min(one.number, other.number), max(one.number, other.number))


def ties(model: Any) -> None:
    """All ties relax; those who came to one place meet, pair by pair, and know each other better."""
    s = model.settings["ties"]
    keep = math.exp(-s.fade / WEEKS_PER_YEAR)
    for one in model.residents:
        for other, tie in one.known():
            if other.number < one.number:
                continue  # each tie once
            rest = s.everyday_strength if tie.everyday else 0.0
            tie.strength = rest + (tie.strength - rest) * keep
            if tie.strength < s.ends_below:
                part(model, one, other)
    places: dict[Site | Building, list[Resident]] = {}
    for r in model.residents:
        if r.takes_part and r.place is not None:
            places.setdefault(r.place, []).append(r)
    sites = [p for p in model.sites if p in places]
    for place in [*sites, *(b for b in model.buildings if b in places)]:
        present = places[place]
        for one, other in itertools.combinations(present, 2):
            chance = min(s.met_per_activity / (len(present) - 1.0), 1.0)
            if chance >= 1.0 or model.draw4(d.MEET, model.week, one.number, other.number)[0] < chance:
                _meet(model, one, other)


def _meet(model: Any, one: Resident, other: Resident) -> None:
    gain = model.settings["ties"].gain
    if other.number in one.ties:
        tie = one.ties[other.number]
        tie.strength += gain * (1.0 - tie.strength)
    elif gain > 0.0 and _befriend(model, one, other, Tie(gain, False)):
        model.note("tie_made", one.number, other.number)


# --- belonging --------------------------------------------------------------------------------------------------------


def belonging(model: Any) -> None:
    """The week's experiences raise and lower belonging and trust; then they are forgotten."""
    s = model.settings["belonging"]
    for r in model.residents:
        if model.is_on("belonging"):
            level = r.belonging_rest + (r.belonging - r.belonging_rest) * math.exp(-s.return_rate / WEEKS_PER_YEAR)
            level += min(s.visit_gain * r.household.visits, 1.0) * (1.0 - level)
            for _ in range(r.good):
                level += s.gain * (1.0 - level)
            for _ in range(r.bad):
                level -= s.loss * level
            r.belonging = level
            for _ in range(r.served):
                r.trust += s.trust_gain * (1.0 - r.trust)
            for _ in range(r.ignored):
                r.trust -= s.trust_loss * r.trust
            if r.takes_part:
                r.trust += s.trust_by_taking_part * (1.0 - r.trust)
            for _ in range(r.met_staff):
                r.trust += s.trust_by_contact * (1.0 - r.trust)
        r.good = r.bad = r.served = r.ignored = r.met_staff = 0
