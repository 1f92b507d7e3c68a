"""Levers: what a government can set. Channels: the only ways in which the size of a unit may act."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from enum import Enum

from ..engine.settings import setting
from ..errors import ConfigError


class StaffRule(Enum):
    """What staff do first with the hours that administration leaves."""

    CASES_FIRST = "cases_first"
    PROTECTED = "protected"


class HeadHours(Enum):
    """How unit heads' hours follow the partition: each head the same, or the same total in every partition."""

    PER_HEAD = "per_head"
    EQUAL_TOTAL = "equal_total"


class Keepers(Enum):
    """Who looks after a facility once it is built."""

    ROTA = "rota"
    CLUB = "club"


class Rounds(Enum):
    """Where the visits go that unit heads have time for; the number of visits is the same under every rule."""

    EVEN = "even"
    RANDOM = "random"
    COMMUNITY_FIRST = "community_first"
    DISTRICT_FIRST = "district_first"
    COOPERATIVE = "cooperative"


_lever = "lever"


@dataclass(frozen=True, slots=True)
class Levers:
    """What a government can set; the defaults are Wuchang before June 2022."""

    posts: int = setting(
        40, unit="posts per subdistrict", low=1, high=1000, role=_lever,
        meaning="established posts of a subdistrict office (編制)", source="S32",
    )  # fmt: skip
    partition: str = setting(
        "grid", unit="rule", role=_lever,
        meaning="how households are grouped into governance units: a number of households, 10-20, nested or grid",
        source="S17, S19, S20",
    )  # fmt: skip
    head_hours: HeadHours = setting(
        HeadHours.PER_HEAD, unit="rule", role=_lever,
        meaning="every unit head gives the same hours, or all heads together give the same total in every partition",
        source="design: leader hours are a lever, not a gift of small units",
    )  # fmt: skip
    rounds: Rounds = setting(
        Rounds.EVEN, unit="rule", role=_lever,
        meaning="where unit heads go on their rounds: everywhere alike, at random, where the own unit reports most, where the "
        "subdistrict's backlog is largest, or also to units without a head",
        source="design: the names are those of a patrol model of Shanghai, of which nothing else is known",
    )  # fmt: skip
    community_workers_per_10k: float = setting(
        11.2, unit="workers per 10,000 residents", low=0.5, high=100.0, role=_lever,
        meaning="community workers (社區工作者), who stand beside the posts", source="S36, C08; the norm is 18 (A5.7)",
    )  # fmt: skip
    staff_rule: StaffRule = setting(
        StaffRule.CASES_FIRST, unit="rule", role=_lever,
        meaning="cases first and mobilise with what is left, or protect a share of time for mobilisation", source="F3",
    )  # fmt: skip
    protected_share: float = setting(
        0.2, unit="share of free hours", low=0.0, high=0.9, role=_lever,
        meaning="share of staff hours kept for mobilisation under the protected rule", source="F3; A6.2 gives 3 to 27 % of tasks",
    )  # fmt: skip
    red_board: bool = setting(
        False, unit="yes or no", role=_lever,
        meaning="a public board names those who took part (紅榜)", source="S08",
    )  # fmt: skip
    broadcast: bool = setting(
        True, unit="yes or no", role=_lever,
        meaning="messages go to the chat group of every building", source="S14",
    )  # fmt: skip
    project_budget: float = setting(
        1_000_000.0, unit="yuan per subdistrict and year", low=0.0, high=1e9, role=_lever,
        meaning="public money for micro-renovations", source="no evidence: a round figure, varied in experiments",
    )  # fmt: skip
    pay: float = setting(
        4000.0, unit="yuan per month", low=1000.0, high=50_000.0, role=_lever,
        meaning="mean monthly pay of community workers", source="S34",
    )  # fmt: skip
    post_pay: float = setting(
        6000.0, unit="yuan per month", low=1000.0, high=50_000.0, role=_lever,
        meaning="mean monthly pay of a subdistrict post, for the cost outcome", source="not verified (U): the article gives none",
    )  # fmt: skip
    career_ladder: bool = setting(
        False, unit="yes or no", role=_lever,
        meaning="community workers have a ladder of four posts and eighteen grades, with a path to the posts of the subdistrict",
        source="S33, S35",
    )  # fmt: skip
    grade_pay: float = setting(
        100.0, unit="yuan per month and grade", low=0.0, high=10_000.0, role=_lever,
        meaning="with the ladder, what each grade above the first adds to the pay of a community worker",
        source="no evidence; A5.9: pay about doubled with the reform",
    )  # fmt: skip
    upper_heads: bool = setting(
        False, unit="yes or no", role=_lever,
        meaning="levels above the unit have heads of their own: buildings and grids, or the party roles of the nested partition",
        source="S17, S18, S22",
    )  # fmt: skip
    vote_honoured: bool = setting(
        True, unit="yes or no", role=_lever,
        meaning="the option that residents voted for is the one that is built", source="S15, S16",
    )  # fmt: skip
    clubs: bool = setting(
        False, unit="yes or no", role=_lever,
        meaning="staff look for talents (能人) whose classes become clubs", source="S38, S39",
    )  # fmt: skip
    skill_groups: bool = setting(
        False, unit="yes or no", role=_lever,
        meaning="volunteers of a community are grouped by profession, and help where their skill is missing", source="S43",
    )  # fmt: skip
    keepers: Keepers = setting(
        Keepers.ROTA, unit="rule", role=_lever,
        meaning="facilities are kept by those who use them, on a rota, or by a club of the community where one can",
        source="S07, S28",
    )  # fmt: skip
    user_fee: float = setting(
        0.0, unit="yuan per person and day", low=0.0, high=1000.0, role=_lever,
        meaning="fee that members pay for a facility kept by their club; otherwise the public pays its bills",
        source="S29: 1 yuan",
    )  # fmt: skip
    courier_reports: bool = setting(
        False, unit="yes or no", role=_lever,
        meaning="couriers can report what they see on their rounds (武漢微鄰里)", source="S58, S59",
    )  # fmt: skip
    stations: bool = setting(
        False, unit="yes or no", role=_lever,
        meaning="stations for couriers are planned with firms and donors (新就業群體服務驛站)", source="S53, S62",
    )  # fmt: skip
    leaders_sent_down: int = setting(
        0, unit="leaders of the district", low=0, high=200, role=_lever,
        meaning="district leaders who take up stuck projects (下沉); a world smaller than a district has its share of their time",
        source="S12: 26 in Wuchang",
    )  # fmt: skip
    sent_down_units: bool = setting(
        False, unit="yes or no", role=_lever,
        meaning="a partner organisation is sent down to every community (下沉單位)", source="S27",
    )  # fmt: skip
    councils: bool = setting(
        False, unit="yes or no", role=_lever,
        meaning="office towers found councils that exchange favours with communities (樓宇理事會)", source="S48, S51",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Channels:
    """The ten ways in which unit size may act; a channel that is off uses the building instead of the unit."""

    ties: bool = setting(
        True, unit="on or off", role=_lever,
        meaning="tie coverage and visibility inside the unit", source="F2",
    )  # fmt: skip
    attention: bool = setting(
        True, unit="on or off", role=_lever,
        meaning="the head's hours spread over the unit's households", source="F2",
    )  # fmt: skip
    pivotality: bool = setting(
        True, unit="on or off", role=_lever,
        meaning="how much one helper more decides the outcome", source="F2",
    )  # fmt: skip
    critical_mass: bool = setting(
        True, unit="on or off", role=_lever,
        meaning="enough helpers and the needed skill inside the unit", source="F2",
    )  # fmt: skip
    leader_supply: bool = setting(
        True, unit="on or off", role=_lever,
        meaning="somebody in the unit is willing to be its head", source="F2",
    )  # fmt: skip
    scope: bool = setting(
        True, unit="on or off", role=_lever,
        meaning="an issue larger than the unit is handed up", source="F2",
    )  # fmt: skip
    supervision: bool = setting(
        True, unit="on or off", role=_lever,
        meaning="staff hours for each unit head", source="F2",
    )  # fmt: skip
    coordination: bool = setting(
        True, unit="on or off", role=_lever,
        meaning="meetings take longer with more attendees", source="F2",
    )  # fmt: skip
    pooling: bool = setting(True, unit="on or off", role=_lever, meaning="the unit's helpers are one pool", source="F2")
    quorum: bool = setting(True, unit="on or off", role=_lever, meaning="votes are counted by unit", source="F2")


CHANNELS = tuple(f.name for f in dataclasses.fields(Channels))


@dataclass(frozen=True, slots=True)
class Rule:
    """A parsed partition rule: "number" with its size, "10-20", "nested" or "grid"."""

    kind: str
    size: int = 0


def parse_rule(text: str | int) -> Rule:
    """Read a partition lever: a whole number of households, ``10-20``, ``nested`` or ``grid``."""
    word = str(text).strip()
    if word in ("10-20", "nested", "grid"):
        return Rule(word)
    if re.fullmatch(r"[0-9]{1,9}", word) and int(word) >= 1:
        return Rule("number", int(word))
    raise ConfigError(
        f"levers.partition = {text!r} is not a partition; allowed: a whole number of households from 1, 10-20, nested, grid"
    )
