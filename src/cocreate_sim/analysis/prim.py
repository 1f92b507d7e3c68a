"""PRIM, the patient rule induction method: boxes of settings within which something happens much more often than elsewhere.

Friedman and Fisher 1999, as used for scenario discovery by Bryant and Lempert 2010: a box is peeled, a little off one side at a
time, always where the share of cases inside rises most; sides are pasted back where that raises it; each limit is tested.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binom

PEEL = 0.05
"""Part of the worlds in a box that one peel takes off."""
LEAST = 0.05
"""A box holds at least this part of all worlds."""
FEWEST = 20
SURE = 0.05
_BETTER = 1e-12

Numbers = NDArray[np.float64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Box:
    """Limits of some settings, and what lies within."""

    limits: dict[str, tuple[float, float]]
    """Setting -> lowest and highest value; an end without a limit is infinite."""
    coverage: float
    """Of all cases, the share inside the box."""
    density: float
    """Of the worlds inside the box, the share that are cases."""
    mass: float
    """Of all worlds, the share inside the box."""
    p: dict[str, float]
    """Setting -> how likely chance alone gives such a density if its limit did nothing (quasi-p-value)."""

    def inside(self, settings: pd.DataFrame) -> Truths:
        """Say which worlds lie inside the box."""
        found = np.ones(len(settings), dtype=np.bool_)
        for name, (low, high) in self.limits.items():
            found &= settings[name].between(low, high).to_numpy()
        return found


def peeled(settings: pd.DataFrame, cases: Truths, least: float = LEAST, peel: float = PEEL) -> list[Box]:
    """Peel one box and return all steps, from the whole to the smallest box: the trade-off of coverage and density.

    Parameters
    ----------
    settings
        One row per world, one column per setting.
    cases
        Which worlds are cases.
    least
        Smallest part of all worlds that a box may hold.
    peel
        Part of the box that one step takes off.
    """
    x, names = settings.to_numpy(dtype=np.float64), list(settings.columns)
    inside = np.ones(len(x), dtype=np.bool_)
    limits = np.tile([-np.inf, np.inf], (len(names), 1))
    boxes = [_box(names, limits, x, cases)]
    while (step := _best_peel(x, cases, inside, limits, peel, least)) is not None:
        column, side, value = step
        limits[column, side] = value
        inside = _within(x, limits)
        boxes.append(_box(names, limits, x, cases))
    return boxes


def _best_peel(
    x: Numbers, cases: Truths, inside: Truths, limits: Numbers, peel: float, least: float
) -> tuple[int, int, float] | None:
    """Return the peel after which the share of cases is highest: the column, the side and its new limit."""
    here, best, found = cases[inside], float(cases[inside].mean()), None
    if best >= 1.0:
        return None
    for column in range(x.shape[1]):
        values = x[inside, column]
        for side, share in ((0, peel), (1, 1.0 - peel)):
            kept = _after(values, side, share)
            if kept is None or kept[0].sum() < least * len(x):
                continue
            density = float(here[kept[0]].mean())
            if density > best + _BETTER:
                best, found = density, (column, side, kept[1])
    return found


def _after(values: Numbers, side: int, share: float) -> tuple[Truths, float] | None:
    """Return what is left after a peel and the new limit, half way to the next value; None when nothing can be taken off."""
    cut = np.quantile(values, share)
    kept = values > cut if side == 0 else values < cut
    if not kept.any() or kept.all():
        return None
    limit = (values[kept].min() + values[~kept].max()) / 2 if side == 0 else (values[kept].max() + values[~kept].min()) / 2
    return kept, float(limit)


def _within(x: Numbers, limits: Numbers) -> Truths:
    return np.asarray(((x >= limits[:, 0]) & (x <= limits[:, 1])).all(axis=1))


def _box(names: Sequence[str], limits: Numbers, x: Numbers, cases: Truths) -> Box:
    inside = _within(x, limits)
    used = [k for k in range(len(names)) if np.isfinite(limits[k]).any()]
    return Box(
        {names[k]: (float(limits[k, 0]), float(limits[k, 1])) for k in used},
        float(cases[inside].sum() / max(cases.sum(), 1)), float(cases[inside].mean()) if inside.any() else 0.0,
        float(inside.mean()), {names[k]: _quasi_p(k, limits, x, cases) for k in used},
    )  # fmt: skip


def _quasi_p(column: int, limits: Numbers, x: Numbers, cases: Truths) -> float:
    """Return how likely as many cases lie in the box if the limits of one setting were drawn at random (Bryant and Lempert)."""
    without = limits.copy()
    without[column] = (-np.inf, np.inf)
    wide, inside = _within(x, without), _within(x, limits)
    return float(binom.sf(cases[inside].sum() - 1, inside.sum(), cases[wide].mean()))


def pasted(box: Box, settings: pd.DataFrame, cases: Truths, peel: float = PEEL) -> Box:
    """Move limits of a box outwards, a little at a time, as long as that raises the share of cases inside."""
    x, names = settings.to_numpy(dtype=np.float64), list(settings.columns)
    limits = np.array([box.limits.get(name, (-np.inf, np.inf)) for name in names])
    density = box.density
    while True:
        best = None
        for column in np.flatnonzero(np.isfinite(limits).any(axis=1)):
            for side in (0, 1):
                wider = _wider(x, limits, int(column), side, peel)
                if wider is not None and (found := float(cases[_within(x, wider)].mean())) > density + _BETTER:
                    density, best = found, wider
        if best is None:
            return _box(names, limits, x, cases)
        limits = best


def _wider(x: Numbers, limits: Numbers, column: int, side: int, peel: float) -> Numbers | None:
    """Return limits of which one lets in as many worlds more as one peel takes off; None when it has no limit."""
    if not np.isfinite(limits[column, side]):
        return None
    free = limits.copy()
    free[column, side] = -np.inf if side == 0 else np.inf
    outside = np.sort(x[_within(x, free) & ~_within(x, limits), column])
    if not len(outside):
        return None
    count = min(max(1, round(peel * _within(x, limits).sum())), len(outside))
    free[column, side] = outside[-count] if side == 0 else outside[count - 1]
    return free


def tested(box: Box, settings: pd.DataFrame, cases: Truths) -> Box:
    """Take away limits that chance explains, the likeliest first."""
    x, names = settings.to_numpy(dtype=np.float64), list(settings.columns)
    while box.p and max(box.p.values()) >= SURE:
        idle = max(box.p, key=lambda name: box.p[name])
        kept = {name: ends for name, ends in box.limits.items() if name != idle}
        box = _box(names, np.array([kept.get(name, (-np.inf, np.inf)) for name in names]), x, cases)
    return box


def chosen(steps: Sequence[Box], settings: pd.DataFrame, cases: Truths) -> Box:
    """Return the step that balances coverage and density best (their harmonic mean), without limits that chance explains."""
    worthy = [tested(box, settings, cases) for box in steps]
    return max(worthy, key=lambda box: 2 * box.coverage * box.density / max(box.coverage + box.density, 1e-12))


def boxes(settings: pd.DataFrame, cases: Truths, most: int = 3) -> list[Box]:
    """Return up to ``most`` boxes, each found in the worlds that the earlier ones leave; coverage is of all cases.

    A box that is no denser than all worlds together is not told.
    """
    left = np.ones(len(settings), dtype=np.bool_)
    found: list[Box] = []
    overall = float(cases.mean())
    while len(found) < most and cases[left].sum() >= FEWEST and left.sum() >= FEWEST:
        here, ours = settings[left], cases[left]
        box = pasted(chosen(peeled(here, ours), here, ours), here, ours)
        if not box.limits or box.density <= overall:
            break
        inside = box.inside(settings) & left
        found.append(Box(
            box.limits, float(cases[inside].sum() / cases.sum()), float(cases[inside].mean()), float(inside.mean()), box.p
        ))  # fmt: skip
        left &= ~inside
    return found
