"""Participation: who comes, given that they know of an activity (F1)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from ..engine.kernels import kernel
from ..engine.settings import normal, setting, uniform
from ..engine.streams import fill4, logistic
from ..world import decisions as d
from ..world import traits
from ..world.counters import (
    ASKED_BY_HEAD,
    ASKED_BY_STAFF,
    BUILD_HOURS,
    CAME,
    IN_VAIN,
    MEETING_HOURS,
    PARTIES_FORMED,
    PARTIES_TRIED,
    RESIDENT_HOURS,
)  # fmt: skip
from ..world.events import COMES, IS_ASKED, WORKS_ON_SITE, note
from ..world.events import IN_VAIN as COMES_IN_VAIN
from ..world.partition import Regrouping
from ..world.residents import CONDITIONAL, HUMP, UNCONDITIONAL
from ..world.world import World

BLOCK = 2048
"""Residents for whom numbers are drawn at once."""
ROUNDING = 1e-9
"""Logits added to what somebody may want at most, so that rounding never skips a decision."""


@dataclass(frozen=True, slots=True)
class ParticipationSettings:
    """What moves a resident to come."""

    base: float = setting(
        -4.0, unit="logits", low=-30.0, high=30.0, prior=normal(-4.0, 0.7),
        meaning="willingness of a conditional cooperator before anything else",
        source="A4: 3.4 to 14 % of residents active in a year",
    )  # fmt: skip
    base_sd: float = setting(
        0.5, unit="logits", low=0.0, high=10.0, prior=uniform(0.0, 1.0),
        meaning="spread of willingness between residents", source="no evidence",
    )  # fmt: skip
    kind_gap: float = setting(
        2.0, unit="logits", low=0.0, high=30.0, prior=uniform(1.0, 3.0),
        meaning="free riders are less, unconditional givers more willing by this", source="B2; no evidence for the size",
    )  # fmt: skip
    conditional_share: float = setting(
        0.50, unit="share", low=0.0, high=1.0,
        meaning="conditional cooperators", source="B2: Fischbacher, Gaechter and Fehr 2001",
    )  # fmt: skip
    free_rider_share: float = setting(
        0.30, unit="share", low=0.0, high=1.0,
        meaning="free riders", source="B2: about one third",
    )  # fmt: skip
    hump_share: float = setting(
        0.14, unit="share", low=0.0, high=1.0,
        meaning="those who give most when half of the others do; the rest gives unconditionally", source="B2",
    )  # fmt: skip
    peers: float = setting(
        2.0, unit="logits", low=0.0, high=20.0, prior=uniform(0.0, 6.0),
        meaning="weight of the share of known people who took part last week (J)", source="E15",
    )  # fmt: skip
    known_weight: float = setting(
        1.0, unit="tie strength", low=0.0, high=100.0,
        meaning="tie strength at which known people carry half their weight (w0)", source="F1",
    )  # fmt: skip
    asked: float = setting(
        1.0, unit="logits", low=0.0, high=10.0, prior=uniform(0.3, 2.0),
        meaning="effect of being asked in person", source="E16; A4.12",
    )  # fmt: skip
    belonging: float = setting(
        1.0, unit="logits", low=0.0, high=10.0, prior=uniform(0.3, 2.0),
        meaning="effect of full belonging", source="A7.9: positive, size unknown",
    )  # fmt: skip
    party: float = setting(
        0.3, unit="logits", low=-5.0, high=5.0, prior=normal(0.3, 0.4),
        meaning="party members are more willing by this; the prior includes 0", source="E18; A7.10",
    )  # fmt: skip
    pivotal: float = setting(
        2.0, unit="logits", low=0.0, high=100.0, prior=uniform(0.0, 5.0),
        meaning="worth of the success that one's own coming decides", source="B2; no evidence for the size",
    )  # fmt: skip
    visible: float = setting(
        0.5, unit="logits", low=0.0, high=10.0, prior=uniform(0.0, 1.5),
        meaning="effect of visible progress on a site", source="S05: positive, size unknown",
    )  # fmt: skip
    cost: float = setting(
        0.3, unit="logits per session in weeks of free time", low=0.0, high=20.0, prior=uniform(0.1, 0.6),
        meaning="cost of the hours of a session against the weekly free time", source="no evidence",
    )  # fmt: skip
    session_hours: float = setting(
        2.0, unit="hours", low=0.0, high=24.0, prior=uniform(1.0, 3.0),
        meaning="length of a session before coordination", source="no evidence",
    )  # fmt: skip
    budget_median: float = setting(
        0.8, unit="hours per week", low=0.01, high=40.0, prior=uniform(0.2, 2.0),
        meaning="free time for community work", source="E24",
    )  # fmt: skip
    budget_sigma: float = setting(
        0.8, unit="standard deviation of the logarithm", low=0.0, high=3.0,
        meaning="spread of free time", source="E24: log-normal; hours per volunteer 3 to 36 a year",
    )  # fmt: skip
    word_of_mouth: float = setting(
        0.3, unit="chance", low=0.0, high=1.0, prior=uniform(0.1, 0.6),
        meaning="hearing of an activity when all known people take part", source="no evidence",
    )  # fmt: skip
    ask_per_visit: float = setting(
        0.5, unit="chance", low=0.0, high=1.0, prior=uniform(0.2, 0.9),
        meaning="a visiting head asks each adult to come", source="no evidence",
    )  # fmt: skip
    story_reach: float = setting(
        0.05, unit="chance per week", low=0.0, high=1.0, prior=uniform(0.0, 0.1),
        meaning="hearing of activities while a finished project nearby is talked about", source="S65; no evidence for the size",
    )  # fmt: skip
    party_minimum: int = setting(
        3, unit="helpers", low=1, high=1000,
        meaning="a group's working party forms from this many helpers", source="E20: 2 to 15; fixed before any unit-size result",
    )  # fmt: skip
    noise: float = setting(
        1.0, unit="ratio", low=1e-6, high=1e6,
        meaning="scale of what is not explained; towards 0 residents act on thresholds", source="B2: limit of Granovetter",
    )  # fmt: skip
    everyone_knows: bool = setting(
        False, unit="yes or no",
        meaning="every adult considers coming every week (for limits)", source="B2",
    )  # fmt: skip
    memory_weeks: float = setting(
        8.0, unit="weeks", low=1.0, high=520.0,
        meaning="time over which attendance is remembered", source="no evidence",
    )  # fmt: skip

    def kind_shares(self) -> np.ndarray:
        """Shares of the first three kinds; what they leave is unconditional."""
        return np.array([self.conditional_share, self.free_rider_share, self.hump_share])


class _Rates(NamedTuple):
    peers: float
    known_weight: float
    asked: float
    belonging: float
    party: float
    pivotal: float
    visible: float
    cost: float
    session_hours: float
    word_of_mouth: float
    ask_per_visit: float
    story_reach: float
    minimum: int
    noise: float
    everyone: bool
    memory: float
    pair_hours: float
    crowding_out: float


@kernel
def pivotality(n, p, m):
    """Chance that one helper more decides: P(Bin(n - 1, p) = m - 1)."""
    if m < 1 or n < m:
        return 0.0
    if p <= 0.0:
        return 1.0 if m == 1 else 0.0
    if p >= 1.0:
        return 1.0 if n == m else 0.0
    k = m - 1
    log = math.lgamma(n) - math.lgamma(m) - math.lgamma(n - k) + k * math.log(p) + (n - 1 - k) * math.log1p(-p)
    return math.exp(log)


@kernel
def asked_on_visits(visits, ask):
    """Chance to be asked on a number of visits; 1.4 visits are one for sure, and another with chance 0.4."""
    whole = math.floor(visits)
    return 1.0 - (1.0 - ask) ** whole * (1.0 - ask * (visits - whole))


@kernel
def _decide(week, seed, residents, households, neighbourhood, ties, sites, audience, pivot, pivot_chance, coordination,
            activity_rate, asked_by_staff, broadcast, board_effect, luck, rates, log, counts):  # fmt: skip
    """Let each adult who hears of an activity decide whether to come; reads last week's participation only."""
    visits, visited = 0.0, 0.0  # neighbours have the same visits: their chance to be asked is computed once
    for i in range(residents.id.shape[0]):
        at = i % BLOCK
        if at == 0:
            fill4(seed, d.TAKE_PART, week, residents.id, i, min(i + BLOCK, residents.id.shape[0]), luck)
        residents.takes_part[i] = False
        residents.asked[i] = False
        if not residents.adult[i]:
            continue
        h = residents.household[i]
        call = neighbourhood.call[h]
        by_staff = asked_by_staff[households.community[h]]
        sessions = neighbourhood.sessions[h]
        if not (rates.everyone or call >= 0 or by_staff > 0.0 or sessions > 0.0):
            continue
        if neighbourhood.visits[h] != visits:
            visits = neighbourhood.visits[h]
            visited = asked_on_visits(visits, rates.ask_per_visit)
        head_asks = luck[0, at] < visited
        staff_asks = luck[1, at] < by_staff
        asked = head_asks or staff_asks
        story = rates.story_reach if neighbourhood.story[h] >= week else 0.0
        here = households.subdistrict[h]
        deaf = (1.0 - broadcast[here]) * (1.0 - sessions) * (1.0 - story)
        if not (asked or rates.everyone) and luck[2, at] >= 1.0 - deaf * (1.0 - rates.word_of_mouth):
            continue  # even if all known people came, they would not hear of it
        if asked:
            residents.asked[i] = True
            counts[ASKED_BY_HEAD if head_asks else ASKED_BY_STAFF] += 1
            note(log, IS_ASKED, residents.id[i], 0, -1, 1.0 if head_asks else 0.0)
        kind, group = residents.kind[i], audience.of_household[h]
        board = board_effect[here] if group >= 0 else 0.0
        value = residents.baseline[i] + rates.belonging * residents.belonging[i]
        if residents.party[i]:
            value += rates.party
        if asked:
            value += rates.asked
        if board > 0.0 and kind == UNCONDITIONAL:
            value -= rates.crowding_out * board
        g = pivot.of_household[h]
        if g >= 0:
            value += rates.pivotal * pivot_chance[g]
        if call >= 0:
            value += rates.visible * min(sites.hours_got[call] / sites.hours_needed[call], 1.0)
        length = rates.session_hours
        c = coordination.of_household[h]
        if c >= 0:
            length += rates.pair_hours * max(activity_rate[c] * coordination.adults[c] - 1.0, 0.0) / 2.0
        value -= rates.cost * length / residents.budget[i]
        company = rates.peers if kind in (CONDITIONAL, HUMP) else 0.0
        if luck[3, at] >= logistic((value + company + board + ROUNDING) / rates.noise):
            continue  # even if all known people came and looked on, they would stay at home
        total, active, seen = 0.0, 0.0, 0.0
        for k in range(ties.number[i]):
            j, w = ties.other[i, k], ties.strength[i, k]
            total += w
            if residents.took_part[j]:
                active += w
            if group >= 0 and audience.of_resident[j] == group:
                seen += w
        weight = rates.known_weight + total
        share = active / weight if weight > 0.0 else 0.0
        if not (asked or rates.everyone) and luck[2, at] >= 1.0 - deaf * (1.0 - rates.word_of_mouth * share):
            continue
        value += company * (min(share, 1.0 - share) if kind == HUMP else share)
        if board > 0.0:
            others = audience.adults[group] - 1
            value += board * (min(seen / others, 1.0) if others > 0 else 0.0)
        residents.takes_part[i] = luck[3, at] < logistic(value / rates.noise)


@kernel
def _gather(week, counting, rows, residents, households, neighbourhood, sites, mass, attendance, called, helpers, coordination,
            activity_rate, coming, feelings, rates, log, counts):  # fmt: skip
    """Form working parties of those who come (``rows``) where they are enough, and credit hours; others go home again."""
    attendance[:] = 0
    called[:] = 0
    coming[:] = 0
    helpers[:] = 0
    for k in range(rows.shape[0]):
        h = residents.household[rows[k]]
        if mass.of_household[h] >= 0:
            attendance[mass.of_household[h]] += 1
            if neighbourhood.call[h] >= 0:
                called[mass.of_household[h]] += 1
        if coordination.of_household[h] >= 0:
            coming[coordination.of_household[h]] += 1
    for g in range(attendance.shape[0]):
        if attendance[g] > 0:
            counts[PARTIES_TRIED] += 1
            if attendance[g] >= rates.minimum:
                counts[PARTIES_FORMED] += 1
    for k in range(rows.shape[0]):
        h = residents.household[rows[k]]
        call = neighbourhood.call[h]
        if call >= 0 and called[mass.of_household[h]] >= rates.minimum:
            helpers[call] += 1
    for k in range(rows.shape[0]):
        i = rows[k]
        h = residents.household[i]
        c, call = coordination.of_household[h], neighbourhood.call[h]
        talk = rates.pair_hours * (coming[c] - 1.0) / 2.0 if c >= 0 else 0.0
        hours = rates.session_hours + talk
        counts[CAME] += 1
        counts[RESIDENT_HOURS] += hours
        counts[MEETING_HOURS] += talk
        note(log, COMES, residents.id[i], 0, sites.id[call] if call >= 0 else -1, hours)
        residents.last_active[i] = week
        building = households.building[h]
        residents.activity[i] = call if call >= 0 else (sites.shape[0] + building if building >= 0 else -1)
        if counting:
            residents.weeks_active[i] += 1
            residents.hours[i] += hours
        if call < 0 or called[mass.of_household[h]] >= rates.minimum:
            feelings.good[i] += 1
            if call >= 0 and helpers[call] >= sites.helpers_needed[call]:
                sites.hours_got[call] += rates.session_hours
                sites.build_hours[call] += rates.session_hours
                counts[BUILD_HOURS] += rates.session_hours
                note(log, WORKS_ON_SITE, residents.id[i], 0, sites.id[call], rates.session_hours)
        else:
            feelings.bad[i] += 1
            counts[IN_VAIN] += 1
            note(log, COMES_IN_VAIN, residents.id[i], 0, sites.id[call], 0.0)
    keep = math.exp(-1.0 / rates.memory)
    for c in range(activity_rate.shape[0]):
        adults = coordination.adults[c]
        now = coming[c] / adults if adults > 0 else 0.0
        activity_rate[c] = activity_rate[c] * keep + now * (1.0 - keep)


@kernel
def _expect(pivot, rate, minimum, chance):
    """Update what each group expects of its members, and so how decisive one helper is."""
    for g in range(chance.shape[0]):
        chance[g] = pivotality(pivot.adults[g], rate[g], minimum)


class Participation:
    """Residents who hear of an activity weigh company, belonging, honour, effect and cost, and come or stay away."""

    name: ClassVar[str] = "participation"
    cadence: ClassVar[str] = "weekly"
    sentence: ClassVar[str] = (
        "Adults who hear of an activity decide whether to come; a working party forms when enough of a unit have come."
    )
    equations: ClassVar[tuple[str, ...]] = (
        (
            "P = logistic((a_kind + belonging B + party + asked + company + board V + pivotal Piv + visible progress "
            "- cost h / budget) / noise)"
        ),
        "company = J T for conditional givers, J min(T, 1 - T) for hump-shaped ones, 0 for free riders and unconditional givers",
        (
            "hears of it: whoever is asked, and others with 1 - (1 - broadcast) (1 - meetings) (1 - story) (1 - word_of_mouth T) "
            "where a project calls, staff ask or a head meets"
        ),
        "asked by the head: 1 - (1 - ask)^n (1 - ask f) on n + f visits, n whole",
        "T = sum of tie strengths to people who took part last week / (w0 + sum of tie strengths)",
        (
            "V = min(tie strength to others in the unit / (adults of the unit - 1), 1); Piv = P(Bin(N - 1, p) = m - 1), "
            "p = share of the unit who came, remembered over memory_weeks"
        ),
        "hours given = session_hours + pair_hours (attendees - 1) / 2; only session_hours build, and only if helpers_needed came",
    )
    without: ClassVar[str] = "nobody comes"
    reads: ClassVar[tuple[str, ...]] = ("residents", "ties", "visits", "meetings", "events", "calls for helpers")
    writes: ClassVar[tuple[str, ...]] = ("participation", "hours", "progress of projects", "experiences", "attendance")
    seed_facts: ClassVar[tuple[str, ...]] = ("S05", "S09", "S37", "S64")
    Settings: ClassVar[type] = ParticipationSettings

    def __init__(self, world: World, settings: ParticipationSettings, on: bool) -> None:
        s, r = settings, world.residents
        self.on = on
        if s.conditional_share + s.free_rider_share + s.hump_share > 1.0 + 1e-12:
            from ..errors import ConfigError

            raise ConfigError(
                "uncertainties.participation: conditional_share + free_rider_share + hump_share = "
                f"{s.conditional_share + s.free_rider_share + s.hump_share:g} is above 1; the rest gives unconditionally"
            )
        r.kind[:] = traits.kinds(world.seed, r.id, 0, s.kind_shares())
        r.baseline[:] = traits.baselines(world.seed, r.id, 0, r.kind, s.base, s.kind_gap, s.base_sd)
        r.budget[:] = traits.budgets(world.seed, r.id, 0, s.budget_median, s.budget_sigma)
        heads = world.uncertainties["heads"]
        recognition = world.uncertainties["recognition"]
        self.rates = _Rates(
            s.peers, s.known_weight, s.asked, s.belonging, s.party, s.pivotal, s.visible, s.cost, s.session_hours,
            s.word_of_mouth, s.ask_per_visit, s.story_reach, s.party_minimum, s.noise, s.everyone_knows, s.memory_weeks,
            heads.pair_hours, recognition.crowding_out,
        )  # fmt: skip
        self.helpers = np.zeros(len(world.sites.id), np.int64)
        self.expected = np.zeros(len(world.group("pivotality").first))
        self.luck = np.empty((4, BLOCK))
        self._make_room(world)

    def _make_room(self, world: World) -> None:
        """Make the lists that hold a number per group while a week's activities take place."""
        self.attendance = np.zeros(len(world.group("critical_mass").first), np.int64)
        self.called = np.zeros_like(self.attendance)
        self.coming = np.zeros(len(world.group("coordination").first), np.int64)
        self.pivot_chance = np.zeros(len(self.expected))

    def follow_units(self, world: World, change: Regrouping) -> None:
        """Carry over what members of a unit expect of each other, and how many of them come."""
        if world.channels.pivotality:
            self.expected = change.averaged(self.expected)
        if world.channels.coordination:
            world.activity_rate = change.averaged(world.activity_rate)
        self._make_room(world)

    def step(self, world: World) -> None:
        """Let the week's activities take place."""
        r = world.residents
        r.took_part[:] = r.takes_part
        if not self.on:
            return
        pivot = world.group("pivotality")
        groups = pivot.of_resident[np.flatnonzero(r.took_part)]
        came = np.bincount(groups[groups >= 0], minlength=len(self.expected))
        keep = math.exp(-1.0 / self.rates.memory)
        self.expected *= keep
        self.expected += (1.0 - keep) * came / np.maximum(pivot.adults, 1)
        _expect(pivot, self.expected, self.rates.minimum, self.pivot_chance)
        _decide(
            world.week, world.seed_word, r, world.households, world.neighbourhood, world.ties, world.sites, world.group("ties"),
            pivot, self.pivot_chance, world.group("coordination"), world.activity_rate, world.asked_by_staff, world.broadcast,
            world.board_effect, self.luck, self.rates, world.log, world.week_counts,
        )  # fmt: skip
        _gather(
            world.week, world.counting, np.flatnonzero(r.takes_part), r, world.households, world.neighbourhood, world.sites,
            world.group("critical_mass"), self.attendance, self.called, self.helpers, world.group("coordination"),
            world.activity_rate, self.coming, world.feelings, self.rates, world.log, world.week_counts,
        )  # fmt: skip
