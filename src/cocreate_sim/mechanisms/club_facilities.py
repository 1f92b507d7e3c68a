"""Bills of facilities: the public pays them, unless a club takes a facility over and its members pay a fee."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from ..engine.kernels import kernel
from ..engine.settings import loguniform, setting, uniform
from ..world.clock import WEEK_DAYS
from ..world.clubs import CLUB, INTERESTS
from ..world.counters import (
    CLUB_BILLS,
    DEBTS_LEFT,
    FACILITIES_CLOSED,
    FACILITIES_TAKEN,
    FAILED,
    FEES,
    PUBLIC_BILLS,
    PURSES_LEFT,
)  # fmt: skip
from ..world.events import CLOSES, GIVES_BACK, TAKES_OVER, note
from ..world.levers import Keepers
from ..world.sites import IDLE, KEPT, MANAGE, NO_FUNDS
from ..world.world import World


@dataclass(frozen=True, slots=True)
class ClubFacilitiesSettings:
    """What a facility costs to run, and who pays."""

    running_cost: float = setting(
        20.0, unit="yuan per day", low=0.0, high=100_000.0, prior=loguniform(2.0, 200.0),
        meaning="water, electricity and the like of a facility in use", source="S29: what fees pay for; no evidence",
    )  # fmt: skip
    paying: float = setting(
        1.0, unit="share of members", low=0.0, high=1.0, prior=uniform(0.3, 1.0),
        meaning="members who pay the fee of a day",
        source="S29: each person, each day; whether those who stay away pay is not said",
    )  # fmt: skip
    reserve: float = setting(
        1000.0, unit="yuan", low=0.0, high=1e7, prior=loguniform(100.0, 10_000.0),
        meaning="what a facility may owe before it closes", source="no evidence",
    )  # fmt: skip


class _Rates(NamedTuple):
    clubs: bool
    """Clubs take facilities over."""
    fee: float
    """Yuan that a member brings in a week."""
    cost: float
    """Yuan that a facility takes in a week."""
    reserve: float
    from_week: int


@kernel
def _lay_down(sites, s, counts):
    """End a club's keeping: what is left of its purse goes with it, or what it owes stays unpaid."""
    counts[PURSES_LEFT] += max(sites.balance[s], 0.0)
    counts[DEBTS_LEFT] += max(-sites.balance[s], 0.0)
    sites.balance[s] = 0.0
    sites.keeper[s] = -1


@kernel
def _close(sites, s, week, residents, feelings, project_events, log, counts, rates):
    """Close a facility without funds; before its five stages are over, the project has failed as well."""
    counts[FACILITIES_CLOSED] += 1
    club = sites.keeper[s]
    note(log, CLOSES, sites.id[s], sites.number[s], club, float(sites.stage[s]))
    if sites.stage[s] < KEPT:
        counts[FAILED] += 1
        if sites.proposed[s] >= rates.from_week:
            project_events[sites.stage[s], 1 + NO_FUNDS] += 1
        if sites.initiator[s] >= 0:
            feelings.bad[sites.initiator[s]] += 1
            feelings.ignored[sites.initiator[s]] += 1
    for i in range(residents.id.shape[0]):
        if residents.club[i] == club:
            feelings.bad[i] += 1
    sites.stage[s] = IDLE
    sites.since[s] = week


@kernel
def _week(week, sites, clubs, residents, busy, feelings, project_events, log, counts, rates):
    """Pay the bills of facilities in use, then let clubs that keep none take over one each."""
    busy[:] = False
    for s in range(sites.id.shape[0]):
        c = sites.keeper[s]
        if c >= 0 and (sites.stage[s] < MANAGE or clubs.stage[c] != CLUB):
            note(log, GIVES_BACK, sites.id[s], 0, c, 0.0)
            _lay_down(sites, s, counts)
            c = -1
        if c >= 0:
            busy[c] = True
        if c < 0 or rates.fee <= 0.0:
            counts[PUBLIC_BILLS] += rates.cost if sites.stage[s] >= MANAGE else 0.0
            continue
        counts[FEES] += rates.fee * clubs.members[c]
        counts[CLUB_BILLS] += rates.cost
        sites.balance[s] += rates.fee * clubs.members[c] - rates.cost
        if sites.balance[s] < -rates.reserve:
            _close(sites, s, week, residents, feelings, project_events, log, counts, rates)
            _lay_down(sites, s, counts)
    if not rates.clubs:
        return
    for s in range(sites.id.shape[0]):
        if sites.stage[s] < MANAGE or sites.keeper[s] >= 0:
            continue
        largest = -1
        first = sites.office[s] * len(INTERESTS)
        for c in range(first, first + len(INTERESTS)):
            pays = rates.fee <= 0.0 or rates.fee * clubs.members[c] >= rates.cost
            if clubs.stage[c] == CLUB and pays and not busy[c] and (largest < 0 or clubs.members[c] > clubs.members[largest]):
                largest = c
        if largest >= 0:
            busy[largest] = True
            sites.keeper[s] = largest
            counts[FACILITIES_TAKEN] += 1
            note(log, TAKES_OVER, sites.id[s], 0, largest, float(clubs.members[largest]))


class ClubFacilities:
    """Bills of facilities are paid by the public, or by a club that keeps one and whose members pay a fee."""

    name: ClassVar[str] = "club_facilities"
    cadence: ClassVar[str] = "weekly"
    sentence: ClassVar[str] = (
        "The public pays the bills of facilities in use; or the largest club of a community that keeps none yet takes one over, "
        "does its shifts and pays by a daily fee of its members; when fees no longer pay and the reserve is gone, it closes."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "balance <- balance + 7 (fee x paying x members - running_cost); closes when balance < - reserve",
        "a club takes over only if fee x paying x members >= running_cost at that time; without a fee the public pays",
        (
            "limit: break-even members = running_cost / (fee x paying); with M below, closes in week floor(reserve / D) + 1, "
            "D = 7 (running_cost - fee x paying x M)"
        ),
    )
    without: ClassVar[str] = "facilities cost nothing to run; those who use them keep every one, whatever the levers say"
    reads: ClassVar[tuple[str, ...]] = ("sites", "clubs")
    writes: ClassVar[tuple[str, ...]] = ("keepers and purses of facilities", "experiences")
    seed_facts: ClassVar[tuple[str, ...]] = ("S28", "S29")
    Settings: ClassVar[type] = ClubFacilitiesSettings

    def __init__(self, world: World, settings: ClubFacilitiesSettings, on: bool) -> None:
        s = settings
        self.on = on
        self.busy = np.zeros(len(world.clubs), np.bool_)
        self.rates = _Rates(
            world.levers.keepers is Keepers.CLUB, WEEK_DAYS * world.levers.user_fee * s.paying, WEEK_DAYS * s.running_cost,
            s.reserve, world.burn_in_weeks,
        )  # fmt: skip

    def step(self, world: World) -> None:
        """Pay the week's bills, and hand facilities over."""
        if self.on:
            _week(
                world.week, world.sites, world.clubs, world.residents, self.busy, world.feelings, world.project_events,
                world.log, world.week_counts, self.rates,
            )  # fmt: skip
