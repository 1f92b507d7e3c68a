"""Upkeep: facilities decay; keepers on a rota hold them up, by role, or nobody does."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from ..engine.kernels import kernel
from ..engine.settings import loguniform, setting, uniform
from ..engine.streams import uniform as uniform_draw
from ..world import decisions as d
from ..world.clubs import members_by_club
from ..world.counters import RESIDENT_HOURS, UPKEEP_HOURS
from ..world.events import DOES_SHIFT, note
from ..world.sites import BOOK_HOUSE, MANAGE, POND
from ..world.world import World

WEEKS_PER_YEAR = 365.0 / 7.0


@dataclass(frozen=True, slots=True)
class UpkeepSettings:
    """How fast facilities decay, and who keeps them."""

    decay: float = setting(
        0.9, unit="per year", low=0.0, high=50.0, prior=loguniform(0.3, 2.4),
        meaning="decay of a facility without upkeep", source="E21; S02: idle within 0.5 to 4 years",
    )  # fmt: skip
    steward_ratio: float = setting(
        3.0, unit="hazard ratio", low=1.0, high=20.0, prior=uniform(2.0, 6.0),
        meaning="how much slower a facility decays that somebody looks after", source="E21; A8.10: more than three times",
    )  # fmt: skip
    upkeep_ratio: float = setting(
        7 / 3, unit="upkeep hours over a life / build hours", low=0.01, high=100.0, prior=uniform(1.0, 5.0),
        meaning="hours that full upkeep takes over the life of a facility",
        source="S06: three parts planting, seven parts tending; a proverb",
    )  # fmt: skip
    life_years: float = setting(
        10.0, unit="years", low=0.1, high=100.0, prior=uniform(3.0, 15.0),
        meaning="life over which these hours are spread", source="B3",
    )  # fmt: skip
    repair: float = setting(
        4.0, unit="per year at full upkeep", low=0.0, high=1000.0, prior=uniform(2.0, 8.0),
        meaning="how fast full upkeep restores a facility", source="no evidence",
    )  # fmt: skip
    rota_size: int = setting(
        8, unit="keepers", low=1, high=1000,
        meaning="most keepers on a rota per week", source="no evidence",
    )  # fmt: skip
    shift_hours: float = setting(
        1.0, unit="hours", low=0.01, high=24.0, prior=uniform(0.5, 2.0),
        meaning="length of a shift", source="no evidence",
    )  # fmt: skip
    shows_up: float = setting(
        0.25, unit="chance per week", low=0.0, high=1.0, prior=uniform(0.05, 0.5),
        meaning="a keeper does their shift", source="no evidence",
    )  # fmt: skip
    by_role: bool = setting(
        True, unit="yes or no",
        meaning="book houses are kept by party members, ponds by skilled volunteers, gardens by volunteers; or all by volunteers",
        source="S07",
    )  # fmt: skip


class _Rates(NamedTuple):
    decay: float
    stewarded: float
    repair: float
    weekly_share: float
    rota_size: int
    shift_hours: float
    shows_up: float
    by_role: bool


@kernel
def _keeps(residents, i, kind, by_role):
    """True when a resident stands on the rota of such a facility."""
    if by_role and kind == BOOK_HOUSE:
        return residents.party[i]
    if by_role and kind == POND:
        return residents.skill[i] >= 0 and residents.volunteer_since[i] >= 0
    return residents.volunteer_since[i] >= 0


@kernel
def _week(
    week, seed, counting, sites, residents, members, first_member, condition, site_compound, sites_of, feelings, log, counts,
    rates,
):  # fmt: skip
    """Let keepers do their shifts and every facility age by a week (exact solution of F8)."""
    for s in range(sites.id.shape[0]):
        given = 0.0
        if sites.stage[s] >= MANAGE:
            on_rota = 0
            needed = sites.hours_needed[s] * rates.weekly_share
            club = sites.keeper[s]
            first, end = np.int64(sites.first_resident[s]), np.int64(sites.end_resident[s])
            if club >= 0:
                first, end = first_member[club], first_member[club + 1]
            for k in range(first, end):
                i = members[k] if club >= 0 else k
                if club < 0 and not (residents.adult[i] and _keeps(residents, i, sites.kind[s], rates.by_role)):
                    continue
                on_rota += 1
                if uniform_draw(seed, d.ROTA, week, residents.id[i], sites.id[s]) < rates.shows_up:
                    hours = min(rates.shift_hours, needed - given)
                    given += hours
                    residents.last_active[i] = week
                    if counting:
                        residents.hours[i] += hours
                    feelings.good[i] += 1
                    note(log, DOES_SHIFT, residents.id[i], sites.id[s], -1, hours)
                if on_rota >= rates.rota_size or given >= needed:
                    break
            counts[UPKEEP_HOURS] += given
            counts[RESIDENT_HOURS] += given
            sites.upkeep_hours[s] += given
            share = min(given / needed, 1.0) if needed > 0.0 else 0.0
            decay = rates.decay / (rates.stewarded if given > 0.0 else 1.0)
            gain = rates.repair * share
            pace = decay + gain
            if pace > 0.0:
                rest = gain / pace
                sites.condition[s] = rest + (sites.condition[s] - rest) * math.exp(-pace / WEEKS_PER_YEAR)
        elif sites.condition[s] > 0.0:
            sites.condition[s] *= math.exp(-rates.decay / WEEKS_PER_YEAR)
        sites.rota_hours[s] = given
    condition[:] = 0.0
    for s in range(sites.id.shape[0]):
        condition[site_compound[s]] += sites.condition[s]
    for c in range(condition.shape[0]):
        condition[c] /= max(sites_of[c], 1)


class Upkeep:
    """Built facilities are kept by a rota, or decay until they are idle."""

    name: ClassVar[str] = "upkeep"
    cadence: ClassVar[str] = "weekly"
    sentence: ClassVar[str] = (
        "Keepers do their shifts (party members the book house, skilled volunteers the pond, volunteers the "
        "garden; or members of the club that took it over); what nobody keeps decays."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "dC/dt = -decay C / steward_ratio^(somebody keeps it) + repair (u / U) (1 - C)",
        "u = hours given by the first rota_size keepers, in order of their number, of whom each comes with chance shows_up",
        "limit: C* = g / (g + decay / steward_ratio), g = repair u / U",
        "limit: without upkeep C = exp(-decay t), idle after 1.204 / decay years",
    )
    without: ClassVar[str] = "facilities neither decay nor need keepers"
    reads: ClassVar[tuple[str, ...]] = ("sites", "volunteers", "party members", "skills", "clubs")
    writes: ClassVar[tuple[str, ...]] = ("condition of facilities", "hours", "experiences")
    seed_facts: ClassVar[tuple[str, ...]] = ("S02", "S06", "S07", "S28")
    Settings: ClassVar[type] = UpkeepSettings

    def __init__(self, world: World, settings: UpkeepSettings, on: bool) -> None:
        s = settings
        self.on = on
        self.rates = _Rates(
            s.decay, s.steward_ratio, s.repair, s.upkeep_ratio / (s.life_years * WEEKS_PER_YEAR), s.rota_size, s.shift_hours,
            s.shows_up, s.by_role,
        )  # fmt: skip
        self.site_compound = world.households.compound[world.sites.first]
        self.sites_of = np.bincount(self.site_compound, minlength=len(world.condition))

    def step(self, world: World) -> None:
        """Keep and age facilities by a week."""
        if self.on:
            members, first_member = members_by_club(world.residents.club, len(world.clubs))
            _week(
                world.week, world.seed_word, world.counting, world.sites, world.residents, members, first_member,
                world.condition, self.site_compound, self.sites_of, world.feelings, world.log, world.week_counts, self.rates,
            )  # fmt: skip
