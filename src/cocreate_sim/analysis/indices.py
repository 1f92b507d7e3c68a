"""Sensitivity indices from the points of a design and what came out at each: Sobol, Morris, PRCC.

Numbers only; which study has which design, and what the numbers say, is told in :mod:`cocreate_sim.analysis.sensitivity`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

from .optional import needed
from .paired import CONFIDENCE

RESAMPLES = 1000
SEED = 1
"""Of the resamples from which Sobol and Morris intervals come: the same study gives the same interval."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Index:
    """One number that says how much a setting matters, with its 95 % interval where there is one."""

    setting: str
    index: str
    value: float
    low: float | None = None
    high: float | None = None


def sobol(settings: Sequence[str], y: Numbers) -> list[Index]:
    """Return first-order and total indices: the share of an outcome's variance that a setting explains alone, or has a part in.

    Parameters
    ----------
    settings
        The sampled settings, in the order of the design.
    y
        The outcome at each point of a Saltelli design: for each base point A, A with one setting of B after the other, B.

    Notes
    -----
    Intervals are those of SALib: estimate plus or minus 1.96 standard deviations of 1,000 bootstrap estimates. An index that is
    zero may come out a little below.
    """
    analyze = needed("SALib.analyze.sobol", "sensitivity by Sobol indices").analyze
    found = analyze(_problem(settings), y, calc_second_order=False, num_resamples=RESAMPLES, conf_level=CONFIDENCE, seed=SEED)
    return [
        Index(name, index, float(found[key][i]), *_around(float(found[key][i]), float(found[f"{key}_conf"][i])))
        for index, key in (("first", "S1"), ("total", "ST"))
        for i, name in enumerate(settings)
    ]


def morris(settings: Sequence[str], shares: Numbers, y: Numbers, levels: int) -> list[Index]:
    """Return Morris' measures of elementary effects, in the outcome's unit for a move of a setting from one end to the other.

    ``mu_star`` is the mean size of the effect, ``mu`` the mean with its sign, ``sigma`` how far effects differ between places of
    the design: the larger it is beside ``mu_star``, the more the effect bends or depends on other settings.
    """
    analyze = needed("SALib.analyze.morris", "sensitivity by Morris").analyze
    how: dict[str, Any] = {"num_levels": levels, "num_resamples": RESAMPLES, "conf_level": CONFIDENCE, "seed": SEED}
    found = analyze(_problem(settings), shares, y, **how)
    return [
        Index(name, index, float(found[index][i]), *(ends[i] if index == "mu_star" else (None, None)))
        for ends in [[_around(float(v), float(c)) for v, c in zip(found["mu_star"], found["mu_star_conf"], strict=True)]]
        for index in ("mu_star", "mu", "sigma")
        for i, name in enumerate(settings)
    ]


def prcc(settings: Sequence[str], shares: Numbers, y: Numbers) -> list[Index]:
    """Return partial rank correlation coefficients: how strictly an outcome rises or falls with a setting, the others held.

    Source: Marino, S. et al. (2008), A methodology for performing global uncertainty and sensitivity analysis in systems biology,
    Journal of Theoretical Biology 254, 178-196. Intervals are Fisher's, with the other settings taken off the sample size.
    """
    ranks = np.column_stack([rankdata(column) for column in shares.T])
    outcome = rankdata(y)
    count, axes = ranks.shape
    reach = float(ndtri(0.5 + CONFIDENCE / 2)) / math.sqrt(count - axes - 2)
    found = []
    for i, name in enumerate(settings):
        others = np.column_stack([np.ones(count), np.delete(ranks, i, axis=1)])
        mine, its = (column - others @ np.linalg.lstsq(others, column, rcond=None)[0] for column in (ranks[:, i], outcome))
        size = math.sqrt(float(mine @ mine) * float(its @ its))
        value = float(mine @ its) / size if size > 1e-9 * count else 0.0
        z = math.atanh(min(max(value, -1 + 1e-12), 1 - 1e-12))
        found.append(Index(name, "prcc", value, math.tanh(z - reach), math.tanh(z + reach)))
    return found


def fewest_for_prcc(axes: int) -> int:
    """Return how many points PRCC of so many settings needs at least."""
    return axes + 4


def _problem(settings: Sequence[str]) -> Mapping[str, Any]:
    return {"num_vars": len(settings), "names": list(settings), "bounds": [[0.0, 1.0]] * len(settings), "groups": None}


def _around(value: float, half: float) -> tuple[float, float]:
    return value - half, value + half
