"""Leaders sent down: district leaders and partner units find money, a skill or an idle space for the hardest projects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from ..engine.kernels import kernel
from ..engine.settings import loguniform, setting, uniform
from ..engine.streams import uniform as uniform_draw
from ..engine.streams import uniform4
from ..world import decisions as d
from ..world.counters import PROJECTS_HELPED, YUAN_BROKERED
from ..world.events import FINDS_MONEY, FINDS_PARTNER, LENDS_SPACE, MOVES_ON, TAKES_UP, note
from ..world.leaders import LEADER, UNIT, build_envoys, shares
from ..world.sites import BUILD
from ..world.world import World


@dataclass(frozen=True, slots=True)
class LeadersSettings:
    """How much attention leaders and units have, and what it is worth."""

    projects_at_a_time: int = setting(
        2, unit="projects", low=1, high=50, prior=uniform(1, 5),
        meaning="projects that a leader attends to at a time; a sent-down unit attends to one", source="no evidence",
    )  # fmt: skip
    attention_weeks: int = setting(
        8, unit="weeks", low=1, high=520, prior=uniform(4, 26),
        meaning="time after which leaders and units move on, whatever has become of the project", source="no evidence",
    )  # fmt: skip
    money_chance: float = setting(
        0.1, unit="chance per week", low=0.0, high=1.0, prior=loguniform(0.01, 0.5),
        meaning="a leader finds money for a project that lacks it", source="no evidence",
    )  # fmt: skip
    money_share: float = setting(
        0.5, unit="share of the missing sum", low=0.0, high=1.0, prior=uniform(0.1, 1.0),
        meaning="what the leader finds of it", source="no evidence",
    )  # fmt: skip
    skill_chance: float = setting(
        0.1, unit="chance per week", low=0.0, high=1.0, prior=loguniform(0.01, 0.5),
        meaning="a leader or unit finds the skill that a project lacks", source="no evidence",
    )  # fmt: skip
    space_chance: float = setting(
        0.05, unit="chance per week", low=0.0, high=1.0, prior=loguniform(0.01, 0.5),
        meaning="a partner lends an idle space to a project, once", source="S27; no evidence for the chance",
    )  # fmt: skip
    space_share: float = setting(
        0.5, unit="share of the missing hours", low=0.0, high=1.0, prior=uniform(0.1, 0.8),
        meaning="work that such a space saves", source="no evidence",
    )  # fmt: skip


UNIT_KEY = 1 << 24
"""Key of an envoy's draws: kind x this + number."""


class _Rules(NamedTuple):
    attention: int
    money_chance: float
    money_share: float
    skill_chance: float
    space_chance: float
    space_share: float
    to_pay: float


@kernel
def _key(kind, number):
    """The identity of a leader's project or of a unit in one number."""
    return np.int64(kind) * UNIT_KEY + number


@kernel
def _harder(sites, s, t):
    """True when project ``s`` is harder than ``t``: longer stuck, then lacking more of money and skill, then more hours."""
    if sites.since[s] != sites.since[t]:
        return sites.since[s] < sites.since[t]
    lacks_s, lacks_t = _lacks(sites, s), _lacks(sites, t)
    if lacks_s != lacks_t:
        return lacks_s > lacks_t
    missing_s, missing_t = sites.hours_needed[s] - sites.hours_got[s], sites.hours_needed[t] - sites.hours_got[t]
    return missing_s > missing_t


@kernel
def _lacks(sites, s):
    """How many of money and skill a project lacks."""
    lacks = 0 if sites.funded[s] else 1
    if sites.skill[s] >= 0 and not sites.skill_found[s]:
        lacks += 1
    return lacks


@kernel
def _hardest(sites, community):
    """The hardest project being built, of a community or (-1) of all, that nobody has taken up; -1 when there is none."""
    chosen = -1
    for s in range(sites.id.shape[0]):
        in_reach = sites.stage[s] == BUILD and not sites.helped[s] and (community < 0 or sites.office[s] == community)
        if in_reach and (chosen < 0 or _harder(sites, s, chosen)):
            chosen = s
    return chosen


@kernel
def _broker(sites, s, kind, number, week, seed, log, counts, rules):
    """Find what the project lacks, with some luck."""
    u = uniform4(seed, d.BROKER, week, _key(kind, number), sites.id[s])
    missing = sites.money_needed[s] * rules.to_pay - sites.brokered[s]
    if kind == LEADER and not sites.funded[s] and missing > 0.0 and u[0] < rules.money_chance:
        found = rules.money_share * missing
        sites.brokered[s] += found
        counts[YUAN_BROKERED] += found
        note(log, FINDS_MONEY, sites.id[s], sites.number[s], -1, found)
    if sites.skill[s] >= 0 and not sites.skill_found[s] and u[1] < rules.skill_chance:
        sites.skill_found[s] = True
        note(log, FINDS_PARTNER, sites.id[s], sites.number[s], -1, 0.0)
    if not sites.space_lent[s] and sites.hours_got[s] < sites.hours_needed[s] and u[2] < rules.space_chance:
        saved = rules.space_share * (sites.hours_needed[s] - sites.hours_got[s])
        sites.space_lent[s] = True
        sites.hours_got[s] += saved
        note(log, LENDS_SPACE, sites.id[s], sites.number[s], -1, saved)


@kernel
def _week(week, seed, envoys, sites, of_district, of_community, log, counts, rules):
    """Each envoy stays with a project, moves on, is busy elsewhere, or takes up the hardest one in reach."""
    for k in range(envoys.kind.shape[0]):
        kind, number, s = envoys.kind[k], envoys.number[k], envoys.site[k]
        if s >= 0 and (envoys.until[k] <= week or sites.stage[s] != BUILD):
            envoys.site[k], envoys.until[k] = -1, week
            note(log, MOVES_ON, sites.id[s], number, -1, float(kind))
        if envoys.until[k] <= week:  # who is with a project stays longer
            here = of_district if kind == LEADER else of_community[number]
            if uniform_draw(seed, d.LEADER_HERE, week, _key(kind, number), 0) >= here:
                envoys.until[k] = week + rules.attention  # busy with a project outside the world
                continue
            s = _hardest(sites, number if kind == UNIT else -1)
            if s < 0:
                continue
            envoys.site[k], envoys.until[k] = s, week + rules.attention
            sites.helped[s] = True
            counts[PROJECTS_HELPED] += 1
            note(log, TAKES_UP, sites.id[s], number, sites.number[s], float(kind))
        if envoys.site[k] >= 0:
            _broker(sites, envoys.site[k], kind, number, week, seed, log, counts, rules)


class Leaders:
    """District leaders and sent-down units attend to the hardest projects for a while, and find what these lack."""

    name: ClassVar[str] = "leaders"
    cadence: ClassVar[str] = "weekly"
    sentence: ClassVar[str] = (
        "Leaders of the district take up the projects that are stuck longest and find money, a skill or a partner's idle space; "
        "units sent down to a community find a skill or lend a space; both move on after some weeks."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "hardest = longest in building, then lacking more of money and skill, then most hours missing; each is taken up once",
        "a week brings money_share of the missing sum, the skill, space_share of the missing hours, each with its chance",
        "a free leader is busy outside the world for attention_weeks with 1 - households / (14 x those of a subdistrict)",
    )
    without: ClassVar[str] = "nobody is sent down, whatever the levers say"
    reads: ClassVar[tuple[str, ...]] = ("sites",)
    writes: ClassVar[tuple[str, ...]] = ("money, skills and hours of projects", "attention of leaders and units")
    seed_facts: ClassVar[tuple[str, ...]] = ("S12", "S27")
    Settings: ClassVar[type] = LeadersSettings

    def __init__(self, world: World, settings: LeadersSettings, on: bool) -> None:
        s = settings
        self.on, self.at_a_time = on, s.projects_at_a_time
        self.rules = _Rules(
            s.attention_weeks, s.money_chance, s.money_share, s.skill_chance, s.space_chance, s.space_share,
            1.0 - world.uncertainties["renovation"].own_money,
        )  # fmt: skip
        self.of_district, self.of_community = shares(world.settings, world.households)
        self.sent = (0, False)

    def step(self, world: World) -> None:
        """Let leaders and units attend to projects for a week."""
        if not self.on:
            return
        wanted = (world.levers.leaders_sent_down, world.levers.sent_down_units)
        if self.sent != wanted:  # at the start, and when others are sent down than before
            world.envoys, self.sent = build_envoys(world.levers, world.settings.communities, self.at_a_time), wanted
        _week(
            world.week, world.seed_word, world.envoys, world.sites, self.of_district, self.of_community,
            world.log, world.week_counts, self.rules,
        )  # fmt: skip
