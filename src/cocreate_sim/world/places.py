"""Places: the physical ladder from district to household; neighbours in space are neighbours in number."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.streams import normals
from ..errors import ConfigError
from . import decisions
from .settings import WorldSettings

IntArray = NDArray[np.int32]


class Spans(NamedTuple):
    """Runs of household rows, one row per place: ``first`` (inclusive) and ``end`` (exclusive)."""

    first: IntArray
    end: IntArray

    @property
    def size(self) -> IntArray:
        """Households in each place."""
        return self.end - self.first


class Households(NamedTuple):
    """One row per household, family households of a compound first, then its collective ones."""

    id: NDArray[np.int64]
    compound: IntArray
    building: IntArray
    stair_first: IntArray
    stair_end: IntArray
    grid: IntArray
    community: IntArray
    subdistrict: IntArray
    collective: NDArray[np.bool_]
    first_resident: IntArray
    end_resident: IntArray


class Places(NamedTuple):
    """Where households stand: spans of family households by building, compound and grid, and who belongs to what."""

    buildings: Spans
    compounds: Spans
    grids: Spans
    building_compound: IntArray
    compound_community: IntArray
    community_subdistrict: IntArray
    collective_of_compound: IntArray


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


def _runs(total: int, count: int) -> NDArray[np.int64]:
    """Sizes of ``count`` runs that differ by at most one and add up to ``total``."""
    base, extra = divmod(total, count)
    return np.array([base + (i < extra) for i in range(count)], dtype=np.int64)


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


def _buildings(settings: WorldSettings, seed: int, compound: int, households: int) -> list[int]:
    """Building sizes of one compound: log-normal above the smallest, adding up to its households."""
    least = min(settings.building_min, households)
    spread = np.sqrt(np.log1p(settings.building_cv**2))
    middle = max(settings.building_mean - least, 1.0)
    sizes: list[int] = []
    left = households
    k = 0
    while left > 0:
        z = normals(seed, decisions.BUILDING_SIZE, np.array([compound]), b=k)[0]
        size = least + round(middle * float(np.exp(spread * z - spread**2 / 2)))
        if left - size < least:
            size = left
        sizes.append(size)
        left -= size
        k += 1
    return sizes


def build_places(settings: WorldSettings, seed: int) -> tuple[Places, Households]:
    """Lay out compounds, buildings, stairs, grids and communities; residents are counted later."""
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

    family = s.households * s.persons_per_household
    collective = round(family * s.collective_share / (1 - s.collective_share) / s.collective_size)
    collective_of = apportion(collective, grids_of.astype(np.float64), 0)

    columns: dict[str, list[NDArray[np.int64]]] = {
        n: [] for n in ("compound", "building", "stair_first", "stair_end", "grid", "collective")
    }
    spans: dict[str, list[tuple[int, int]]] = {"building": [], "compound": [], "grid": []}
    building_compound: list[int] = []
    row = 0
    for c in range(s.compounds):
        households, extra = int(sizes[c]), int(collective_of[c])
        spans["compound"].append((row, row + households))
        at = row
        for size in _buildings(s, seed, c, households):
            stairs = _runs(size, -(-size // s.stair_size))
            starts = at + np.concatenate(([0], np.cumsum(stairs)[:-1]))
            columns["stair_first"].append(np.repeat(starts, stairs))
            columns["stair_end"].append(np.repeat(starts + stairs, stairs))
            columns["building"].append(np.full(size, len(spans["building"])))
            spans["building"].append((at, at + size))
            building_compound.append(c)
            at += size
        at = row
        for size in _runs(households, int(grids_of[c])):
            columns["grid"].append(np.full(size, len(spans["grid"])))
            spans["grid"].append((at, at + int(size)))
            at += int(size)
        rows = np.arange(row + households, row + households + extra)
        columns["building"].append(np.full(extra, -1))
        columns["stair_first"].append(rows)
        columns["stair_end"].append(rows + 1)
        columns["grid"].append(np.sort(len(spans["grid"]) - 1 - np.arange(extra) % int(grids_of[c])))
        columns["compound"].append(np.full(households + extra, c))
        columns["collective"].append(np.repeat([0, 1], [households, extra]))
        row += households + extra

    cols = {k: np.concatenate(v).astype(np.int32) for k, v in columns.items()}
    community = compound_community[cols["compound"]]
    nobody = np.zeros(row, dtype=np.int32)
    table = Households(
        id=np.arange(row, dtype=np.int64), compound=cols["compound"], building=cols["building"],
        stair_first=cols["stair_first"], stair_end=cols["stair_end"], grid=cols["grid"], community=community,
        subdistrict=community_subdistrict[community], collective=cols["collective"].astype(np.bool_), first_resident=nobody,
        end_resident=nobody,
    )  # fmt: skip
    span = {k: Spans(*np.array(v, dtype=np.int32).reshape(-1, 2).T.copy()) for k, v in spans.items()}
    places = Places(
        span["building"], span["compound"], span["grid"], np.array(building_compound, dtype=np.int32), compound_community,
        community_subdistrict, collective_of.astype(np.int32),
    )  # fmt: skip
    return places, table
