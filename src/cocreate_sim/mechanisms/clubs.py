"""Clubs: staff find a talent, a class becomes a club, it grows by word of mouth and meets every Saturday (F10)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from ..engine.kernels import kernel
from ..engine.settings import loguniform, setting, uniform
from ..engine.streams import uniform as uniform_draw
from ..engine.streams import uniforms
from ..world import decisions as d
from ..world.clubs import CLASS, CLUB, DISSOLVED, INTERESTS, NO_LEADER, TOO_FEW
from ..world.counters import (
    CLUB_CAME,
    CLUB_DISPERSED,
    CLUB_JOINED,
    CLUB_LEFT,
    CLUBS_DISSOLVED,
    CLUBS_FOUNDED,
    TALENTS_FOUND,
)  # fmt: skip
from ..world.events import (
    CLUB_DISSOLVES,
    CLUB_FOUNDED,
    COMES_TO_CLUB,
    JOINS_CLUB,
    LEADS_CLUB,
    LEAVES_CLUB,
    TALENT_FOUND,
    note,
)  # fmt: skip
from ..world.staff import COMMUNITY, people_served
from ..world.world import World

WEEKS_PER_YEAR = 365.0 / 7.0
NOBODY, NEW_LEADER, TALENT = range(3)
"""Whom a club, or the place of one, looks for this week."""


@dataclass(frozen=True, slots=True)
class ClubsSettings:
    """How clubs begin, grow, meet and end."""

    interested: float = setting(
        0.03, unit="share of adults, per interest", low=0.0, high=0.2, prior=loguniform(0.005, 0.2),
        meaning="adults who would join a club of one interest; nobody has two", source="no evidence",
    )  # fmt: skip
    talented: float = setting(
        0.05, unit="share of the interested", low=0.0, high=1.0, prior=loguniform(0.01, 0.2),
        meaning="those able and willing to lead a club (能人)", source="S38; no evidence for the share",
    )  # fmt: skip
    find_rate: float = setting(
        0.1, unit="talents per 100 free staff hours", low=0.0, high=100.0, prior=loguniform(0.01, 1.0),
        meaning="talents that community workers find, over all interests", source="S38; no evidence for the rate",
    )  # fmt: skip
    lessons: int = setting(
        8, unit="weekly lessons", low=1, high=104, prior=uniform(4.0, 12.0),
        meaning="a class becomes a club after so many lessons", source="no evidence",
    )  # fmt: skip
    join_rate: float = setting(
        0.3, unit="per year", low=0.0, high=100.0, prior=loguniform(0.03, 3.0),
        meaning="rate at which an interested resident joins unasked, knowing nobody in the club (p_c)", source="F10; no evidence",
    )  # fmt: skip
    word_of_mouth: float = setting(
        2.0, unit="per year", low=0.0, high=10_000.0, prior=uniform(0.0, 4.0),
        meaning="the same by word of mouth of members whom one knows well (q_c)", source="F10; no evidence",
    )  # fmt: skip
    known_weight: float = setting(
        1.0, unit="tie strength", low=0.0, high=1e6,
        meaning="strength of ties to members at which word of mouth has half its effect (w0)", source="F10",
    )  # fmt: skip
    invited: float = setting(
        0.2, unit="hazard per asking", low=0.0, high=10.0, prior=uniform(0.0, 0.5),
        meaning="an interested resident joins when staff ask them to come to something", source="F10; no evidence",
    )  # fmt: skip
    leave_rate: float = setting(
        0.3, unit="per year", low=0.0, high=100.0, prior=loguniform(0.1, 1.0),
        meaning="rate at which members leave (mu_c), the leader as well", source="F10; A4.11: one volunteer in three in a year",
    )  # fmt: skip
    comes: float = setting(
        0.5, unit="chance per week", low=0.0, high=1.0, prior=uniform(0.2, 0.9),
        meaning="a member comes to the weekly meeting", source="S39: every Saturday; no evidence for the share",
    )  # fmt: skip
    minimum: int = setting(
        5, unit="members", low=1, high=1000, prior=uniform(3.0, 10.0),
        meaning="with fewer members a class becomes no club, and a club dissolves", source="no evidence",
    )  # fmt: skip


class _Rates(NamedTuple):
    lessons: int
    join: float
    word: float
    weight: float
    invited: float
    leave: float
    comes: float
    minimum: int


@kernel
def _come_and_go(week, seed, clubs, residents, households, ties, before, asked_by_staff, log, counts, rates):
    """Let members leave and interested residents join, by whom they knew in the club last week."""
    interests = len(INTERESTS)
    leaves = 1.0 - math.exp(-rates.leave)
    for i in range(residents.id.shape[0]):
        c = before[i]
        if c >= 0:
            if uniform_draw(seed, d.CLUB_LEAVES, week, residents.id[i], 0) < leaves:
                residents.club[i] = -1
                clubs.members[c] -= 1
                if clubs.founder[c] == i:
                    clubs.founder[c] = -1
                counts[CLUB_LEFT] += 1
                note(log, LEAVES_CLUB, residents.id[i], c, -1, 0.0)
            continue
        if residents.interest[i] < 0:
            continue
        community = households.community[residents.household[i]]
        c = community * interests + residents.interest[i]
        if clubs.stage[c] != CLASS and clubs.stage[c] != CLUB:
            continue
        known = 0.0
        for k in range(ties.number[i]):
            if before[ties.other[i, k]] == c:
                known += ties.strength[i, k]
        share = known / (rates.weight + known) if known > 0.0 else 0.0
        hazard = rates.join + rates.word * share + rates.invited * asked_by_staff[community]
        if uniform_draw(seed, d.CLUB_JOINS, week, residents.id[i], 0) < 1.0 - math.exp(-hazard):
            residents.club[i] = c
            clubs.members[c] += 1
            counts[CLUB_JOINED] += 1
            note(log, JOINS_CLUB, residents.id[i], c, -1, 0.0)


@kernel
def _find_leaders(week, seed, clubs, residents, households, search, wanted, best, chosen, log, counts):
    """Replace leaders who have gone, and let staff find talents for interests without a club; the keenest is chosen."""
    interests = len(INTERESTS)
    for c in range(clubs.id.shape[0]):
        wanted[c], best[c], chosen[c] = NOBODY, 2.0, -1
        if clubs.stage[c] == CLASS or clubs.stage[c] == CLUB:
            if clubs.founder[c] < 0:
                wanted[c] = NEW_LEADER
        elif uniform_draw(seed, d.CLUB_SEARCH, week, c, 0) < 1.0 - math.exp(-search[c]):
            wanted[c] = TALENT
    for i in range(residents.id.shape[0]):
        if residents.talent[i]:
            c = households.community[residents.household[i]] * interests + residents.interest[i]
            if wanted[c] == TALENT or (wanted[c] == NEW_LEADER and residents.club[i] == c):
                u = uniform_draw(seed, d.CLUB_LEADER, week, residents.id[i], 0)
                if u < best[c]:
                    best[c], chosen[c] = u, i
    for c in range(clubs.id.shape[0]):
        i = chosen[c]
        if i < 0:
            continue
        clubs.founder[c] = i
        if wanted[c] == TALENT:
            clubs.stage[c], clubs.begun[c], clubs.founded[c], clubs.members[c] = CLASS, week, -1, 1
            residents.club[i] = c
            counts[TALENTS_FOUND] += 1
            note(log, TALENT_FOUND, residents.id[i], c, -1, 0.0)
        else:
            note(log, LEADS_CLUB, residents.id[i], c, -1, 0.0)


@kernel
def _found_and_end(week, clubs, log, counts, rates):
    """Make clubs of classes that have held their lessons; dissolve what has too few members or nobody to lead it."""
    for c in range(clubs.id.shape[0]):
        stage = clubs.stage[c]
        if stage != CLASS and stage != CLUB:
            continue
        over = stage == CLASS and week - clubs.begun[c] >= rates.lessons
        few = clubs.members[c] < rates.minimum and (stage == CLUB or over)
        if clubs.founder[c] < 0 or few:
            reason = NO_LEADER if clubs.founder[c] < 0 else TOO_FEW
            counts[CLUBS_DISSOLVED] += 1 if stage == CLUB else 0
            counts[CLUB_DISPERSED] += clubs.members[c]
            note(log, CLUB_DISSOLVES, c, 0, reason, float(clubs.members[c]))
            clubs.stage[c], clubs.members[c], clubs.founder[c] = DISSOLVED, 0, -1
        elif over:
            clubs.stage[c], clubs.founded[c] = CLUB, week
            counts[CLUBS_FOUNDED] += 1
            note(log, CLUB_FOUNDED, c, 0, -1, float(clubs.members[c]))


@kernel
def _meet(week, seed, clubs, residents, free_hours, feelings, log, counts, rates):
    """Let members come to this week's meeting; where the community has an hour free, its staff come too."""
    for i in range(residents.id.shape[0]):
        residents.club_meeting[i] = -1
        c = residents.club[i]
        if c < 0:
            continue
        if clubs.stage[c] == DISSOLVED:
            residents.club[i] = -1
        elif uniform_draw(seed, d.CLUB_COMES, week, residents.id[i], 0) < rates.comes:
            residents.club_meeting[i] = c
            feelings.good[i] += 1
            if free_hours[clubs.community[c]] >= 1.0:
                feelings.met_staff[i] += 1
            counts[CLUB_CAME] += 1
            note(log, COMES_TO_CLUB, residents.id[i], c, -1, 0.0)


class Clubs:
    """Staff find talents (能人), whose classes become clubs; members meet every week and bring in those who know them."""

    name: ClassVar[str] = "clubs"
    cadence: ClassVar[str] = "weekly"
    sentence: ClassVar[str] = (
        "Staff with free hours find a talent, whose class becomes a club after some lessons; it grows by word of mouth, meets "
        "every Saturday, and ends when too few are left or nobody leads it."
    )
    equations: ClassVar[tuple[str, ...]] = (
        (
            "hazard of a class for an interest without one = find_rate x free hours / 100 / number of interests "
            "x share of the community's residents who are in the model"
        ),
        (
            "joining hazard of an interested resident = p_c + q_c s / (w0 + s) + invited x chance to be asked by staff; "
            "s = strength of ties to members last week"
        ),
        "leaving hazard = mu_c; a leader who has left is followed by a talent among the members, if there is one",
        "limit: with w0 far above s, and everybody known, dF/dt = (p + q F) (1 - F) with q = q_c m / w0 (Bass)",
    )
    without: ClassVar[str] = "there are no clubs, whatever the lever says"
    reads: ClassVar[tuple[str, ...]] = ("hours for mobilisation", "chance to be asked by staff", "ties")
    writes: ClassVar[tuple[str, ...]] = ("clubs", "meetings of clubs", "experiences")
    seed_facts: ClassVar[tuple[str, ...]] = ("S38", "S39", "S40", "S41")
    Settings: ClassVar[type] = ClubsSettings

    def __init__(self, world: World, settings: ClubsSettings, on: bool) -> None:
        s, r, o = settings, world.residents, world.offices
        self.on = on and world.levers.clubs
        u = uniforms(world.seed, d.INTEREST, r.id)
        interest = np.minimum(u / max(s.interested, 1e-12), len(INTERESTS)).astype(np.int64)
        r.interest[:] = np.where(r.adult & (interest < len(INTERESTS)), interest, -1)
        r.talent[:] = (r.interest >= 0) & (uniforms(world.seed, d.TALENT, r.id) < s.talented)
        here = o.tier == COMMUNITY
        served = people_served(world.settings, o.residents[here], o.background[here])
        self.search = s.find_rate / 100.0 / len(INTERESTS) * o.residents[here] / served
        """Talents that an hour of staff finds for one interest, among the residents of the world."""
        self.before = np.empty_like(r.club)
        clubs = len(world.clubs)
        self.scratch = (np.zeros(clubs, np.int8), np.zeros(clubs), np.zeros(clubs, np.int32))
        self.rates = _Rates(
            s.lessons, s.join_rate / WEEKS_PER_YEAR, s.word_of_mouth / WEEKS_PER_YEAR, s.known_weight, s.invited,
            s.leave_rate / WEEKS_PER_YEAR, s.comes, s.minimum,
        )  # fmt: skip

    def step(self, world: World) -> None:
        """Let members come and go, clubs begin and end, and those there are meet."""
        if not self.on:
            return
        week, seed, clubs, r, log, counts = (
            world.week, world.seed_word, world.clubs, world.residents, world.log, world.week_counts,
        )  # fmt: skip
        self.before[:] = r.club
        search = (self.search * world.free_hours[: len(self.search)])[clubs.community]
        _come_and_go(
            week, seed, clubs, r, world.households, world.ties, self.before, world.asked_by_staff, log, counts, self.rates
        )
        _find_leaders(week, seed, clubs, r, world.households, search, *self.scratch, log, counts)
        _found_and_end(week, clubs, log, counts, self.rates)
        _meet(week, seed, clubs, r, world.free_hours, world.feelings, log, counts, self.rates)
