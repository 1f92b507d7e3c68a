"""Moving: families move away and others move in; what neighbours had built up with them is lost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..engine.kernels import kernel
from ..engine.settings import loguniform, setting
from ..engine.streams import uniforms
from ..world import decisions as d
from ..world import traits
from ..world.counters import CLUB_LEFT, HEADS_QUIT, HOUSEHOLDS_MOVED, TIES_ENDED, UPPER_HEADS_QUIT, VOLUNTEERS_LAPSED
from ..world.events import CEASES, HEAD_QUITS, LEAVES_CLUB, MOVES, TIE_ENDED, UPPER_HEAD_QUITS, note
from ..world.issues import SERVED
from ..world.residents import blank_person
from ..world.ties import remove
from ..world.world import N_ISSUES, World

WEEKS_PER_YEAR = 365.0 / 7.0
LONGEST = 60.0
"""Years; no family at the start moved in earlier."""


@dataclass(frozen=True, slots=True)
class MovingSettings:
    """How often families move."""

    rate: float = setting(
        0.05, unit="per family household and year", low=0.0, high=5.0, prior=loguniform(0.01, 0.3),
        meaning="rate at which a family moves away and another one moves in",
        source="no evidence for the rate; A5.6: 32 % of residents live away from their registered home",
    )  # fmt: skip


@kernel
def _move_out(week, rows, residents, ties, head, seats, clubs, sites, issues, born, feelings, gone, log, counts):
    """Let everybody in these rows go: ties end on both sides, offices and registrations lapse, and nobody is their successor."""
    for k in range(rows.shape[0]):
        i = rows[k]
        person = residents.id[i]
        if residents.head_of[i] >= 0:
            head[residents.head_of[i]] = -1
            counts[HEADS_QUIT] += 1
            note(log, HEAD_QUITS, person, 0, -1, 0.0)
        if residents.leads[i] >= 0:
            seats.head[residents.leads[i]] = -1
            counts[UPPER_HEADS_QUIT] += 1
            note(log, UPPER_HEAD_QUITS, person, 0, seats.role[residents.leads[i]], 0.0)
        if residents.volunteer_since[i] >= 0:
            counts[VOLUNTEERS_LAPSED] += 1
            note(log, CEASES, person, 0, -1, 0.0)
        c = residents.club[i]
        if c >= 0:
            clubs.members[c] -= 1
            if clubs.founder[c] == i:
                clubs.founder[c] = -1
            counts[CLUB_LEFT] += 1
            note(log, LEAVES_CLUB, person, c, -1, 0.0)
        while ties.number[i] > 0:
            j = ties.other[i, ties.number[i] - 1]
            remove(ties, i, j)
            counts[TIES_ENDED] += 1
            note(log, TIE_ENDED, min(person, residents.id[j]), max(person, residents.id[j]), -1, 0.0)
        blank_person(residents, i, week)
        feelings.good[i] = 0
        feelings.bad[i] = 0
        feelings.served[i] = 0
        feelings.ignored[i] = 0
        feelings.met_staff[i] = 0
        gone[i] = True
    for s in range(sites.id.shape[0]):
        if sites.initiator[s] >= 0 and gone[sites.initiator[s]]:
            sites.initiator[s] = -1
    for row in range(born):
        if issues.state[row] <= SERVED and issues.reporter[row] >= 0 and gone[issues.reporter[row]]:
            issues.reporter[row] = -1
    for k in range(rows.shape[0]):
        gone[rows[k]] = False


class Moving:
    """Families move; the home keeps its number, its size and its ages, everything else starts anew."""

    name: ClassVar[str] = "moving"
    cadence: ClassVar[str] = "weekly"
    sentence: ClassVar[str] = (
        "Families move away; others of the same size, ages and skills move in, who know nobody, hold no office and are new."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "P(a family moves in a week) = 1 - exp(-rate / 52.14)",
        "temper, free time, willingness to head and resting belonging are drawn anew as at the start; nobody is known",
        "limit: mean residence = 1 / rate; share still there after t years = exp(-rate t)",
    )
    without: ClassVar[str] = "the same people live here for the whole run"
    reads: ClassVar[tuple[str, ...]] = ("residents",)
    writes: ClassVar[tuple[str, ...]] = ("residents", "ties", "heads", "volunteers", "experiences", "reporters")
    seed_facts: ClassVar[tuple[str, ...]] = ("S11", "S30")
    Settings: ClassVar[type] = MovingSettings

    def __init__(self, world: World, settings: MovingSettings, on: bool) -> None:
        self.on = on and settings.rate > 0.0
        h, r = world.households, world.residents
        self.chance = -math.expm1(-settings.rate / WEEKS_PER_YEAR)
        self.families = np.flatnonzero(~h.collective)
        self.gone = np.zeros(len(r.id), np.bool_)
        if self.on:
            years = np.minimum(-np.log(uniforms(world.seed, d.RESIDENCE_START, h.id)) / settings.rate, LONGEST)
            r.moved_in[:] = -np.round(years * WEEKS_PER_YEAR)[r.household]

    def step(self, world: World) -> None:
        """Let families move, before anything is planned for the week."""
        if not self.on:
            return
        h, r = world.households, world.residents
        moves = uniforms(world.seed, d.HOUSEHOLD_MOVES, h.id[self.families], tick=world.week) < self.chance
        homes = self.families[moves]
        if len(homes) == 0:
            return
        world.week_counts[HOUSEHOLDS_MOVED] += len(homes)
        for home in homes if world.log.listening else ():
            note(world.log, MOVES, h.id[home], 0, -1, 0.0)
        rows = np.concatenate([np.arange(h.first_resident[k], h.end_resident[k]) for k in homes])
        _move_out(
            world.week, rows, r, world.ties, world.head, world.above.seats, world.clubs, world.sites, world.issues,
            int(world.roster.length[N_ISSUES]), world.feelings, self.gone, world.log, world.week_counts,
        )  # fmt: skip
        self._move_in(world, rows)

    def _move_in(self, world: World, rows: NDArray[np.int64]) -> None:
        """Draw who moves in, by the rules of the start."""
        r, seed, tick, ids = world.residents, world.seed, world.week + 1, world.residents.id[rows]
        p, b = world.uncertainties["participation"], world.uncertainties["belonging"]
        kind = traits.kinds(seed, ids, tick, p.kind_shares())
        r.kind[rows] = kind
        r.baseline[rows] = traits.baselines(seed, ids, tick, kind, p.base, p.kind_gap, p.base_sd)
        r.budget[rows] = traits.budgets(seed, ids, tick, p.budget_median, p.budget_sigma)
        rest = traits.resting_belonging(seed, ids, tick, r.newcomer[rows], b.start, b.newcomer_gap, b.spread)
        r.belonging_rest[rows] = rest
        r.belonging[rows] = rest
        r.trust[rows] = b.trust_start
        willing = traits.willing_to_head(seed, ids, tick, r.adult[rows], world.uncertainties["heads"].willing_share)
        r.willing_to_head[rows] = willing
        above = world.uncertainties["upper_heads"]
        r.willing_to_lead[rows] = traits.willing_to_lead(
            seed, ids, tick, r.adult[rows], r.party[rows], above.willing_share, above.party_ratio
        )
