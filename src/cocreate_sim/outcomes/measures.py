"""Measures of inequality and spread, on plain arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def gini(values: NDArray[np.float64]) -> float:
    """How unequal amounts are: 0 when all are equal, towards 1 when one has everything; 0 when nobody has anything."""
    v = np.sort(np.asarray(values, dtype=np.float64))
    total = float(v.sum())
    if len(v) == 0 or total <= 0:
        return 0.0
    n = len(v)
    return float(((2.0 * np.arange(1, n + 1) - n - 1) * v).sum() / (n * total))


def theil(values: NDArray[np.float64]) -> float:
    """Theil's T: 0 when all are equal, ln(n) when one of n has everything; 0 when nobody has anything."""
    v = np.asarray(values, dtype=np.float64)
    mean = float(v.mean()) if len(v) else 0.0
    if mean <= 0:
        return 0.0
    share = v[v > 0] / mean
    return float((share * np.log(share)).sum() / len(v))


def top_share(values: NDArray[np.float64], share: float) -> float:
    """Part of the total that the largest ``share`` of the values holds; 0 when the total is 0."""
    v = np.sort(np.asarray(values, dtype=np.float64))
    total = float(v.sum())
    if len(v) == 0 or total <= 0:
        return 0.0
    count = max(1, round(share * len(v)))
    return float(v[-count:].sum() / total)


def ratio(part: float, whole: float) -> float:
    """Part over whole, or not a number when there is no whole to speak of."""
    return part / whole if whole > 0 else float("nan")
