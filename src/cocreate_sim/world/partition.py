"""Partitions: how households are grouped into governance units, and the one place where unit size enters the model."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ConfigError
from .levers import Rule
from .places import Households, Places, Spans
from .residents import SKILLS, Residents
from .timeline import rule_of

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


def climbing(levels: list[Spans], places: Places) -> list[Spans]:
    """Return the levels an issue climbs below the community: the unit, then every larger level."""
    unit = float(levels[0].size.mean())
    return [levels[0], *(s for s in (places.buildings, places.grids) if float(s.size.mean()) > unit * 1.000001)]


def ladder_of(rule: Rule, places: Places) -> list[Spans]:
    """Return the levels an issue climbs where a partition rule holds, the unit first."""
    levels = unit_spans(rule, places)
    return levels if rule.kind == "nested" else climbing(levels, places)


def ladder_by_place(codes: NDArray[np.int32], places: Places, households: Households) -> list[Spans]:
    """Return the levels of the whole world when each subdistrict has a partition of its own (codes as in `timeline.py`)."""
    levels: list[list[Spans]] = []
    for code in np.unique(codes):
        for k, spans in enumerate(ladder_of(rule_of(int(code)), places)):
            here = codes[households.subdistrict[spans.first]] == code
            levels += [[]] if k == len(levels) else []
            levels[k].append(Spans(spans.first[here], spans.end[here]))
    joined = []
    for parts in levels:
        first, end = (np.concatenate([getattr(spans, side) for spans in parts]) for side in ("first", "end"))
        order = np.argsort(first)
        joined.append(Spans(first[order], end[order]))
    return joined


class Regrouping(NamedTuple):
    """Units before and after a change of the partition."""

    old: Groups
    new: Groups
    same: NDArray[np.int64]
    """For each unit the former unit of just the same households, or -1."""

    def kept(self, values: NDArray[Any], blank: float) -> NDArray[Any]:
        """Return a value per unit: units that stay keep theirs, the others start with ``blank``."""
        new = np.full(len(self.same), blank, values.dtype)
        new[self.same >= 0] = values[self.same[self.same >= 0]]
        return new

    def averaged(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a rate per unit: units that stay keep theirs, the others have the mean of their households' former units."""
        inside = self.new.of_household >= 0
        of, former = self.new.of_household[inside], self.old.of_household[inside]
        new: NDArray[np.float64] = np.bincount(of, values[former], len(self.same)) / self.new.households
        new[self.same >= 0] = values[self.same[self.same >= 0]]
        return new


def regrouping(old: Groups, new: Groups) -> Regrouping:
    """Match the units after a change of the partition with those before it."""
    at = np.minimum(np.searchsorted(old.first, new.first), len(old.first) - 1)
    same = (old.first[at] == new.first) & (old.end[at] == new.end)
    return Regrouping(old, new, np.where(same, at, -1))


def skill_counts(groups: Groups, residents: Residents) -> NDArray[np.int32]:
    """Count the adults with each skill in each group: shape (groups, skills)."""
    table = np.zeros((len(groups.first), len(SKILLS)), np.int32)
    inside = (residents.skill >= 0) & (groups.of_resident >= 0)
    np.add.at(table, (groups.of_resident[inside], residents.skill[inside]), 1)
    return table
