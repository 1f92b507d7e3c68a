"""Places: the physical ladder from district to household; neighbours in space are neighbours in number."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.streams import normals
from . import compounds, decisions
from .compounds import IntArray
from .settings import WorldSettings


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


def _runs(total: int, count: int) -> NDArray[np.int64]:
    """Sizes of ``count`` runs that differ by at most one and add up to ``total``."""
    base, extra = divmod(total, count)
    return np.array([base + (i < extra) for i in range(count)], dtype=np.int64)


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


def _building_sizes(settings: WorldSettings, seed: int, compound: int, households: int) -> list[int]:
    """Building sizes of one compound: of the listed number of buildings, as equal as possible, or drawn."""
    number = settings.listed[compound].buildings if settings.listed else None
    return _buildings(settings, seed, compound, households) if number is None else _runs(households, number).tolist()


def build_places(settings: WorldSettings, seed: int) -> tuple[Places, Households]:
    """Lay out compounds, buildings, stairs, grids and communities; residents are counted later."""
    s = settings
    plan = compounds.listed(s) if s.listed else compounds.drawn(s, seed)
    sizes, grids_of, collective_of = plan.sizes, plan.grids, plan.collective
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
        stair_size = (s.listed[c].stair_size if s.listed else None) or s.stair_size
        for size in _building_sizes(s, seed, c, households):
            stairs = _runs(size, -(-size // stair_size))
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
    community = plan.community[cols["compound"]]
    nobody = np.zeros(row, dtype=np.int32)
    table = Households(
        id=np.arange(row, dtype=np.int64), compound=cols["compound"], building=cols["building"],
        stair_first=cols["stair_first"], stair_end=cols["stair_end"], grid=cols["grid"], community=community,
        subdistrict=plan.community_subdistrict[community], collective=cols["collective"].astype(np.bool_), first_resident=nobody,
        end_resident=nobody,
    )  # fmt: skip
    span = {k: Spans(*np.array(v, dtype=np.int32).reshape(-1, 2).T.copy()) for k, v in spans.items()}
    places = Places(
        span["building"], span["compound"], span["grid"], np.array(building_compound, dtype=np.int32), plan.community,
        plan.community_subdistrict, collective_of.astype(np.int32),
    )  # fmt: skip
    return places, table
