"""Residents: one row per person, in the order of their households; the id is permanent, the row is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.kernels import kernel
from ..engine.streams import uniforms
from . import decisions
from .listed import LARGEST_HOUSEHOLD
from .places import Households
from .settings import WorldSettings

CHILD, YOUNG, MIDDLE, OLD = 0, 1, 2, 3
AGE_BANDS = ("under 15", "15 to 34", "35 to 59", "60 and over")
SKILLS = ("health", "law", "teaching")
CONDITIONAL, FREE_RIDER, HUMP, UNCONDITIONAL = 0, 1, 2, 3
KINDS = ("conditional", "free rider", "hump-shaped", "unconditional")
NEVER = -1_000_000


class Residents(NamedTuple):
    """Columns of residents; shares and levels lie between 0 and 1, hours are per week, weeks count from the start."""

    id: NDArray[np.int64]
    household: NDArray[np.int32]
    age_band: NDArray[np.int8]
    adult: NDArray[np.bool_]
    newcomer: NDArray[np.bool_]
    party: NDArray[np.bool_]
    skill: NDArray[np.int8]
    """Index into SKILLS, or -1."""
    kind: NDArray[np.int8]
    """How they answer to others' contributions: index into KINDS."""
    baseline: NDArray[np.float64]
    """Willingness before anything else, in logits."""
    budget: NDArray[np.float64]
    """Free hours per week for community work."""
    reports_rate: NDArray[np.float64]
    """Relative propensity to report what they notice."""
    belonging: NDArray[np.float64]
    belonging_rest: NDArray[np.float64]
    trust: NDArray[np.float64]
    takes_part: NDArray[np.bool_]
    """Took part in this week's activity."""
    took_part: NDArray[np.bool_]
    """Took part in last week's activity: what others could see when they decided."""
    activity: NDArray[np.int32]
    """Where they took part this week: a site, or the number of sites + their building; people meet there."""
    asked: NDArray[np.bool_]
    last_active: NDArray[np.int32]
    weeks_active: NDArray[np.int32]
    """Weeks of the horizon (after burn-in) in which they took part."""
    hours: NDArray[np.float64]
    """Hours given within the horizon."""
    volunteer_since: NDArray[np.int32]
    """Week of registration, or -1."""
    head_of: NDArray[np.int32]
    """The group they head, or -1."""
    willing_to_head: NDArray[np.bool_]
    leads: NDArray[np.int32]
    """The seat above the unit that they hold, or -1."""
    willing_to_lead: NDArray[np.bool_]
    """Would head a level above the unit."""
    rests_until: NDArray[np.int32]
    on_board: NDArray[np.bool_]
    interest: NDArray[np.int8]
    """What they would join a club for: index into INTERESTS of `world/clubs.py`, or -1."""
    talent: NDArray[np.bool_]
    """Able and willing to lead a club of their interest (能人)."""
    club: NDArray[np.int32]
    """The club, or the class before it, to which they belong: its id, or -1."""
    club_meeting: NDArray[np.int32]
    """The club whose meeting they came to this week, or -1; people meet there too."""
    moved_in: NDArray[np.int32]
    """Week in which they moved in; negative before the start."""


@kernel
def blank_person(residents, i, week):
    """Forget who lived here: another person of the same age and skill moves in, and has done nothing here yet.

    Temper, free time and resting belonging are drawn anew by `world/traits.py`; hours and weeks of the horizon stay booked here.
    """
    residents.newcomer[i] = True
    residents.takes_part[i] = False
    residents.took_part[i] = False
    residents.activity[i] = -1
    residents.asked[i] = False
    residents.last_active[i] = NEVER
    residents.volunteer_since[i] = -1
    residents.head_of[i] = -1
    residents.leads[i] = -1
    residents.rests_until[i] = NEVER
    residents.on_board[i] = False
    residents.club[i] = -1
    residents.club_meeting[i] = -1
    residents.moved_in[i] = week


def _family_sizes(mean: float, luck: NDArray[np.float64]) -> NDArray[np.int64]:
    """One person and a Poisson number of others, at most eight, from one number in (0, 1) for each family."""
    others = mean - 1.0
    terms = np.cumprod(np.concatenate(([np.exp(-others)], others / np.arange(1, LARGEST_HOUSEHOLD))))
    cumulative = np.cumsum(terms / terms.sum())
    return 1 + np.searchsorted(cumulative[:-1], luck)


def _household_sizes(settings: WorldSettings, seed: int, households: Households) -> NDArray[np.int64]:
    """Size of each household: families vary, and a listed number of residents is met; collective households are all alike."""
    luck = uniforms(seed, decisions.HOUSEHOLD_SIZE, households.id)
    sizes = _family_sizes(settings.persons_per_household, luck)
    starts = np.searchsorted(households.compound, np.arange(len(settings.listed)))  # family households come first
    for start, row in zip(starts, settings.listed, strict=True):
        if row.residents is not None:
            homes = slice(start, start + row.households)
            turn = np.argsort(uniforms(seed, decisions.HOUSEHOLD_SIZE, households.id[homes], b=1), kind="stable")
            sizes[homes] = _adding_up(_family_sizes(row.residents / row.households, luck[homes]), row.residents, turn)
    return np.where(households.collective, settings.collective_size, sizes)


def _adding_up(sizes: NDArray[np.int64], total: int, turn: NDArray[np.int64]) -> NDArray[np.int64]:
    """Make families one larger or smaller, in turn, until the residents add up."""
    while missing := total - int(sizes.sum()):
        step = 1 if missing > 0 else -1
        end = LARGEST_HOUSEHOLD if step > 0 else 1
        sizes[turn[sizes[turn] != end][: abs(missing)]] += step
    return sizes


def build_residents(
    settings: WorldSettings, seed: int, households: Households, without: Sequence[int] = ()
) -> tuple[Residents, Households]:
    """Populate the households; ``without`` leaves out residents by id and changes nobody else's traits."""
    sizes = _household_sizes(settings, seed, households)
    home = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    ids = np.arange(len(home), dtype=np.int64)
    first_of_home = np.concatenate(([True], home[1:] != home[:-1]))

    s = settings
    child = s.children_share * s.persons_per_household / max(s.persons_per_household - 1.0, 0.1)
    age_u = uniforms(seed, decisions.AGE, ids)
    collective = households.collective[home]
    is_child = (age_u < min(child, 1.0)) & ~first_of_home & ~collective
    adult_u = np.where(first_of_home | collective, age_u, (age_u - child) / max(1.0 - child, 1e-9))
    old = min(s.old_share / ((1 - s.collective_share) * (1 - s.children_share)), 1.0)
    band = np.where(adult_u < old, OLD, np.where(adult_u < old + (1 - old) * 0.45, YOUNG, MIDDLE))
    band = np.where(collective, YOUNG, np.where(is_child, CHILD, band)).astype(np.int8)

    adult_share = 1.0 - s.children_share * (1.0 - s.collective_share)
    skill_u = uniforms(seed, decisions.SKILL, ids)
    skill = (
        np.minimum(skill_u / s.skill_share, len(SKILLS)).astype(np.int64)
        if s.skill_share > 0
        else np.full(len(ids), len(SKILLS))
    )
    # collective households count as newcomers; families make up the rest of the published share
    in_families = max(s.newcomer_share - s.collective_share, 0.0) / (1.0 - s.collective_share)
    newcomer = collective | (uniforms(seed, decisions.NEWCOMER, households.id)[home] < in_families)

    keep = ~np.isin(ids, np.asarray(list(without), dtype=np.int64)) if len(without) else slice(None)
    home, ids, band, newcomer, skill = home[keep], ids[keep], band[keep], newcomer[keep], skill[keep]
    n = len(ids)
    first = np.searchsorted(home, np.arange(len(sizes))).astype(np.int32)
    end = np.searchsorted(home, np.arange(len(sizes)), side="right").astype(np.int32)
    adult = band != CHILD

    def blank(dtype: type, value: float = 0) -> Any:
        return np.full(n, value, dtype=dtype)

    residents = Residents(
        id=ids, household=home, age_band=band, adult=adult, newcomer=newcomer,
        party=adult & (uniforms(seed, decisions.PARTY, ids) < s.party_share / adult_share),
        skill=np.where(adult & (skill < len(SKILLS)), skill, -1).astype(np.int8), kind=blank(np.int8),
        baseline=blank(np.float64), budget=blank(np.float64, 1.0), reports_rate=blank(np.float64, 1.0),
        belonging=blank(np.float64), belonging_rest=blank(np.float64), trust=blank(np.float64, 0.5), takes_part=blank(np.bool_),
        took_part=blank(np.bool_), activity=blank(np.int32, -1), asked=blank(np.bool_),
        last_active=blank(np.int32, NEVER), weeks_active=blank(np.int32),
        hours=blank(np.float64), volunteer_since=blank(np.int32, -1), head_of=blank(np.int32, -1),
        willing_to_head=blank(np.bool_), leads=blank(np.int32, -1), willing_to_lead=blank(np.bool_),
        rests_until=blank(np.int32, NEVER), on_board=blank(np.bool_), interest=blank(np.int8, -1), talent=blank(np.bool_),
        club=blank(np.int32, -1), club_meeting=blank(np.int32, -1), moved_in=blank(np.int32),
    )  # fmt: skip
    return residents, households._replace(first_resident=first, end_resident=end)
