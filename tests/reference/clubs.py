"""Clubs: a talent holds a class, the class becomes a club, members come and go, and meet every week."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from typing import Any

from cocreate_sim.world import decisions as d
from cocreate_sim.world.clubs import CLASS, CLUB, DISSOLVED, INTERESTS, NO_CLUB, NO_LEADER, TOO_FEW

from . import neighbours
from .agents import Office, Resident
from .clock import WEEKS_PER_YEAR

NO_INTEREST = -1


@dataclass(eq=False)
class Club:
    """The club of one interest in one community; at most one at a time."""

    number: int
    community: Office
    interest: int
    stage: int = NO_CLUB
    founder: Resident | None = None
    begun: int = -1
    founded: int = -1
    people: list[Resident] = field(default_factory=list)

    @property
    def runs(self) -> bool:
        """True for a class and for a club."""
        return self.stage in (CLASS, CLUB)

    @property
    def members(self) -> int:
        """How many belong to it."""
        return len(self.people)


def begin(model: Any) -> None:
    """What residents would join a club for, and who could lead one."""
    s = model.settings["clubs"]
    communities = [office for office in model.offices if office.is_community]
    model.clubs = [
        Club(len(INTERESTS) * community.number + interest, community, interest)
        for community in communities
        for interest in range(len(INTERESTS))
    ]
    for r in model.residents:
        interest = int(min(model.draw(d.INTEREST, 0, r.number) / max(s.interested, 1e-12), len(INTERESTS)))
        r.interest = interest if r.adult and interest < len(INTERESTS) else NO_INTEREST
        r.talent = r.interest != NO_INTEREST and model.draw(d.TALENT, 0, r.number) < s.talented


def _club_of(model: Any, r: Resident) -> Club:
    """The club that a resident with an interest could join."""
    return model.clubs[len(INTERESTS) * r.household.community.number + r.interest]


def clubs(model: Any) -> None:
    """A week of clubs."""
    _come_and_go(model)
    _find_leaders(model)
    _found_and_end(model)
    _hold_meetings(model)


def leave(model: Any, r: Resident) -> None:
    """A member goes; a leader leaves the club without one."""
    club = r.club
    r.club = None
    club.people.remove(r)
    if club.founder is r:
        club.founder = None
    model.note("leaves_club", r.number, club.number)


def _come_and_go(model: Any) -> None:
    """Members leave; interested residents join, drawn by members whom they knew last week."""
    s = model.settings["clubs"]
    before = {r: r.club for r in model.residents}
    for r in model.residents:
        club = before[r]
        if club is not None:
            if model.draw(d.CLUB_LEAVES, model.week, r.number) < 1.0 - math.exp(-s.leave_rate / WEEKS_PER_YEAR):
                leave(model, r)
        elif r.interest != NO_INTEREST and _club_of(model, r).runs:
            club = _club_of(model, r)
            known = 0.0
            for other, tie in r.known():
                if before[other] is club:
                    known += tie.strength
            share = known / (s.known_weight + known) if known > 0.0 else 0.0
            hazard = s.join_rate / WEEKS_PER_YEAR + s.word_of_mouth / WEEKS_PER_YEAR * share
            hazard += s.invited * club.community.asked_by_staff
            if model.draw(d.CLUB_JOINS, model.week, r.number) < 1.0 - math.exp(-hazard):
                r.club = club
                club.people.append(r)
                model.note("joins_club", r.number, club.number)


def _find_leaders(model: Any) -> None:
    """A leader who has left is followed by a talent among the members; staff find talents where there is no club yet."""
    s = model.settings["clubs"]
    for club in model.clubs:
        if club.runs:
            candidates = [r for r in club.people if r.talent] if club.founder is None else []
        else:
            community = club.community
            modelled = community.residents / max(community.served, 1.0)
            hazard = s.find_rate / 100.0 / len(INTERESTS) * modelled * community.free_hours
            found = model.draw(d.CLUB_SEARCH, model.week, club.number) < 1.0 - math.exp(-hazard)
            candidates = [r for r in model.residents if r.talent and _club_of(model, r) is club] if found else []
        if not candidates:
            continue
        leader = min(candidates, key=lambda r: model.draw(d.CLUB_LEADER, model.week, r.number))
        club.founder = leader
        if club.runs:
            model.note("leads_club", leader.number, club.number)
        else:
            club.stage, club.begun, club.founded, club.people, leader.club = CLASS, model.week, -1, [leader], club
            model.note("talent_found", leader.number, club.number)


def _found_and_end(model: Any) -> None:
    """A class that has held its lessons becomes a club; without a leader, or with too few members, it is over."""
    s = model.settings["clubs"]
    for club in model.clubs:
        if not club.runs:
            continue
        taught = club.stage == CLASS and model.week - club.begun >= s.lessons
        too_few = (club.stage == CLUB or taught) and club.members < s.minimum
        if club.founder is None or too_few:
            model.note("club_dissolves", club.number, 0, TOO_FEW if club.founder else NO_LEADER, club.members)
            for r in club.people:
                r.club = None
            club.stage, club.people, club.founder = DISSOLVED, [], None
        elif taught:
            club.stage, club.founded = CLUB, model.week
            model.note("club_founded", club.number, value=club.members)


def _hold_meetings(model: Any) -> None:
    """Members come on Saturday, or not; it is a good experience, and staff who have an hour free come as well."""
    s = model.settings["clubs"]
    for r in model.residents:
        r.club_meeting = None
        if r.club is not None and model.draw(d.CLUB_COMES, model.week, r.number) < s.comes:
            r.club_meeting = r.club
            r.good += 1
            r.met_staff += r.club.community.free_hours >= 1.0
            model.note("comes_to_club", r.number, r.club.number)


def ties(model: Any) -> None:
    """Those who came to a meeting fall into circles; who is in the same one meets."""
    met = model.settings["ties"].met_per_activity
    for club in model.clubs if met > 0.0 else ():
        present = [r for r in model.residents if r.club_meeting is club]
        wanted = max((len(present) - 1.0) / met, 1.0)
        fewer = math.floor(wanted)
        # two people share a circle with chance 1 / number: mixed between two whole numbers, it is met / (present - 1)
        share = (1.0 / wanted - 1.0 / (fewer + 1.0)) / (1.0 / fewer - 1.0 / (fewer + 1.0))
        number = fewer if model.draw(d.CLUB_CIRCLES, model.week, club.number) < share else fewer + 1
        circles: list[list[Resident]] = [[] for _ in range(number)]
        for r in present:
            circles[int(model.draw(d.CLUB_CIRCLE, model.week, r.number) * number)].append(r)
        for circle in circles:
            for one, other in itertools.combinations(circle, 2):
                neighbours._meet(model, one, other)
