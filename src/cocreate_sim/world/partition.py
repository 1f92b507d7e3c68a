"""Partitions: how households are grouped into governance units, and the one place where unit size enters the model."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ConfigError
from .levers import Rule
from .places import Households, Places, Spans
from .residents import SKILLS, Residents

NESTED = (5, 5, 4, 5)
"""Households per 鄰, 鄰 per 里, 里 per 格, 格 per 網 (S17)."""
TEN_TO_TWENTY = (10, 15, 20)
"""Smallest, aimed and largest unit of the 10-20 rule (S19)."""


class Groups(NamedTuple):
    """A grouping of family households into runs; collective households belong to no group (-1)."""

    of_household: NDArray[np.int32]
    of_resident: NDArray[np.int32]
    first: NDArray[np.int32]
    end: NDArray[np.int32]
    households: NDArray[np.float64]
    adults: NDArray[np.int32]


def _even(spans: Spans, counts: NDArray[np.int64]) -> Spans:
    """Cut each span into ``counts`` runs whose sizes differ by at most one."""
    size = (spans.end - spans.first).astype(np.int64)
    base, extra = size // counts, size % counts
    owner = np.repeat(np.arange(len(counts)), counts)
    k = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    lengths = base[owner] + (k < extra[owner])
    first = spans.first[owner] + base[owner] * k + np.minimum(k, extra[owner])
    return Spans(first.astype(np.int32), (first + lengths).astype(np.int32))


def _merge(spans: Spans, compound: NDArray[np.int64], factor: int) -> tuple[Spans, NDArray[np.int64]]:
    """Join each ``factor`` consecutive runs of a compound into one."""
    start = np.searchsorted(compound, compound)
    key = (np.arange(len(compound)) - start) // factor
    new = np.flatnonzero(np.concatenate(([True], (compound[1:] != compound[:-1]) | (key[1:] != key[:-1]))))
    last = np.append(new[1:], len(compound)) - 1
    return Spans(spans.first[new], spans.end[last]), compound[new]


def unit_spans(rule: Rule, places: Places) -> list[Spans]:
    """Return the levels of a partition, the unit first; all but ``nested`` have one level."""
    compounds = places.compounds
    size = (compounds.end - compounds.first).astype(np.int64)
    if rule.kind == "grid":
        return [places.grids]
    if rule.kind == "10-20":
        _, aim, most = TEN_TO_TWENTY
        b = (places.buildings.end - places.buildings.first).astype(np.int64)
        return [_even(places.buildings, np.maximum(np.maximum(np.round(b / aim).astype(np.int64), -(-b // most)), 1))]
    if rule.kind == "number":
        if rule.size > int(size.max()):
            raise ConfigError(
                f"levers.partition = {rule.size} is larger than the largest compound of this world ({int(size.max())} "
                f"households); "
                "allowed: up to that size, or 10-20, nested, grid"
            )
        return [_even(compounds, -(-size // rule.size))]
    counts = -(-size // NESTED[0])
    spans = _even(compounds, counts)
    owner = np.repeat(np.arange(len(counts)), counts)
    levels = [spans]
    for factor in NESTED[1:]:
        spans, owner = _merge(spans, owner, factor)
        levels.append(spans)
    return levels


def group(spans: Spans, households: Households, residents: Residents) -> Groups:
    """Turn runs of households into a grouping with sizes in households and adults."""
    n = len(households.id)
    of = np.full(n + 1, -1, dtype=np.int32)
    sizes = spans.end - spans.first
    rows = np.repeat(spans.first - np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes) + np.arange(sizes.sum())
    of[rows] = np.repeat(np.arange(len(sizes)), sizes)
    of = of[:-1]
    of_resident = of[residents.household]
    inside = residents.adult & (of_resident >= 0)
    adults = np.bincount(of_resident[inside], minlength=len(sizes)).astype(np.int32)
    return Groups(of, of_resident, spans.first.astype(np.int32), spans.end.astype(np.int32), sizes.astype(np.float64), adults)


def ladder_of(levels: list[Groups], buildings: Groups, grids: Groups, nested: bool) -> tuple[Groups, ...]:
    """Return the levels an issue climbs below the community: the unit, then every larger level."""
    if nested:
        return tuple(levels)
    unit = levels[0]
    mean = float(unit.households.mean())
    return (unit, *(g for g in (buildings, grids) if float(g.households.mean()) > mean * 1.000001))


def skill_counts(groups: Groups, residents: Residents) -> NDArray[np.int32]:
    """Count the adults with each skill in each group: shape (groups, skills)."""
    table = np.zeros((len(groups.first), len(SKILLS)), np.int32)
    inside = (residents.skill >= 0) & (groups.of_resident >= 0)
    np.add.at(table, (groups.of_resident[inside], residents.skill[inside]), 1)
    return table
