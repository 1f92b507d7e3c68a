"""How large compounds are and what they belong to, before anything stands on the ground: drawn at random, or listed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.streams import normals
from ..errors import ConfigError
from . import decisions
from .listed import problem, totals
from .settings import WorldSettings

IntArray = NDArray[np.int32]


class Plan(NamedTuple):
    """One row per compound, and the subdistrict of each community."""

    sizes: NDArray[np.int64]
    grids: NDArray[np.int64]
    collective: NDArray[np.int64]
    community: IntArray
    community_subdistrict: IntArray


def apportion(total: int, weights: NDArray[np.float64], least: int) -> NDArray[np.int64]:
    """Split ``total`` into whole parts close to the weights, each at least ``least`` (largest remainder)."""
    parts = len(weights)
    if total < least * parts:
        raise ConfigError(f"{total} cannot be split into {parts} parts of at least {least}")
    at_least = np.zeros(parts, dtype=np.bool_)
    while True:  # whoever would get less than the minimum gets it, and the others share the rest
        free = total - least * int(at_least.sum())
        quota = weights / weights[~at_least].sum() * free
        below = ~at_least & (quota < least)
        if not below.any():
            break
        at_least |= below
    shares = np.where(at_least, least, np.floor(quota)).astype(np.int64)
    order = np.argsort(np.where(at_least, 1.0, shares - quota), kind="stable")
    shares[order[: total - int(shares.sum())]] += 1
    return shares


def _split(weights: NDArray[np.int64], count: int) -> IntArray:
    """Assign consecutive items to ``count`` consecutive groups of about equal weight, none empty."""
    n = len(weights)
    middle = np.cumsum(weights) - weights / 2
    owner = np.minimum((middle / weights.sum() * count).astype(np.int64), count - 1)
    starts = np.searchsorted(owner, np.arange(count))
    for g in range(1, count):  # no group may be empty
        starts[g] = max(starts[g], starts[g - 1] + 1)
    for g in range(count - 1, 0, -1):
        starts[g] = min(starts[g], n - (count - g))
    return (np.searchsorted(starts, np.arange(n), side="right") - 1).astype(np.int32)


def _collective(settings: WorldSettings, households: int, grids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Share the collective households of so many family households out over compounds, by their grids."""
    family = households * settings.persons_per_household
    collective = round(family * settings.collective_share / (1 - settings.collective_share) / settings.collective_size)
    return apportion(collective, grids.astype(np.float64), 0)


def drawn(settings: WorldSettings, seed: int) -> Plan:
    """Draw the sizes of compounds, and share grids and communities out over them."""
    s = settings
    if s.households < s.compounds:
        raise ConfigError(
            f"world.households = {s.households} is below world.compounds = {s.compounds}: every compound needs a household"
        )
    if s.grids < s.compounds:
        raise ConfigError(f"world.grids = {s.grids} is below world.compounds = {s.compounds}: every compound needs a grid")
    if s.grids > s.households:
        raise ConfigError(f"world.grids = {s.grids} is above world.households = {s.households}: every grid needs a household")
    if s.compounds < s.communities:
        raise ConfigError(
            f"world.compounds = {s.compounds} is below world.communities = {s.communities}: every community needs a compound"
        )
    if s.communities < s.subdistricts:
        raise ConfigError(
            f"world.communities = {s.communities} is below world.subdistricts = {s.subdistricts}: every subdistrict needs one"
        )

    spread = np.sqrt(np.log1p(s.compound_cv**2))
    weights = np.exp(spread * normals(seed, decisions.COMPOUND_SIZE, np.arange(s.compounds)))
    least = min(s.building_min, s.households // s.compounds)
    sizes = apportion(s.households, weights, max(least, 1))
    grids_of = apportion(s.grids, sizes.astype(np.float64), 1)
    subdistrict_of = _split(sizes, s.subdistricts)
    shares = np.bincount(subdistrict_of, minlength=s.subdistricts).astype(np.float64)
    communities_of = apportion(s.communities, shares, 1)
    compound_community = np.empty(s.compounds, dtype=np.int32)
    community_subdistrict = np.repeat(np.arange(s.subdistricts), communities_of).astype(np.int32)
    for d in range(s.subdistricts):
        mine = np.flatnonzero(subdistrict_of == d)
        count = int(communities_of[d])
        if count > len(mine):
            raise ConfigError(
                f"world.communities = {s.communities}: subdistrict {d} has {len(mine)} compounds for {count} communities"
            )
        compound_community[mine] = _split(sizes[mine], count) + int(communities_of[:d].sum())

    return Plan(sizes, grids_of, _collective(s, s.households, grids_of), compound_community, community_subdistrict)


def listed(settings: WorldSettings) -> Plan:
    """Take compounds as they are listed."""
    rows = settings.listed
    _check(settings)
    grids = np.array([row.number_of_grids for row in rows])
    open_ = np.array([row.collective_households is None for row in rows])
    collective = np.array([row.collective_households or 0 for row in rows])
    if open_.any():
        households = sum(row.households for row in rows if row.collective_households is None)
        collective[open_] = _collective(settings, households, grids[open_])
    owner = {row.neighbourhood: row.subdistrict for row in rows}
    community, subdistrict = ({name: k for k, name in enumerate(dict.fromkeys(names))} for names in (owner, owner.values()))
    return Plan(
        np.array([row.households for row in rows]), grids, collective,
        np.array([community[row.neighbourhood] for row in rows], np.int32),
        np.array([subdistrict[name] for name in owner.values()], np.int32),
    )  # fmt: skip


def _check(settings: WorldSettings) -> None:
    """Refuse a list that cannot be built, or that other settings of the world contradict."""
    found = problem(settings.listed, lambda k: f"world.listed[{k}]")
    if found is not None:
        row, column, wrong = found
        raise ConfigError(f"world.listed[{row}].{column}: {wrong}")
    for name, number in totals(settings.listed).items():
        if getattr(settings, name) != number:
            raise ConfigError(f"world.{name} = {getattr(settings, name)}, but world.listed has {number}; allowed: {number}")
