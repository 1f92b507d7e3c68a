"""How sure a difference is: means and paired differences over replicates, with Student's t intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

CONFIDENCE = 0.95
ONE_REPLICATE = "one replicate: no interval"
SAME = "the difference is the same in every replicate"
NEVER_MEASURED = "not measured in both arms of any replicate"
NEAR_ZERO = "the reference mean is not clearly different from zero: no relative interval"
_NOISE = 1e-12
"""Differences that vary by less than this, relative to the values, vary by rounding only."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over replicates with its interval; ``low`` and ``high`` are None when there is none."""

    mean: float
    low: float | None
    high: float | None
    replicates: int

    @property
    def clear(self) -> bool:
        """Whether the interval exists and excludes zero."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)

    @property
    def ends(self) -> tuple[float, float]:
        """The interval as two numbers; the mean itself when there is none."""
        return (self.mean if self.low is None else self.low, self.mean if self.high is None else self.high)

    def negative(self) -> Interval:
        """The same change seen from the other side."""
        return Interval(
            -self.mean, None if self.high is None else -self.high, None if self.low is None else -self.low, self.replicates
        )

    def times(self, factor: float) -> Interval:
        """The same interval in another unit (``factor`` above zero)."""
        return Interval(
            self.mean * factor,
            None if self.low is None else self.low * factor,
            None if self.high is None else self.high * factor,
            self.replicates,
        )


@dataclass(frozen=True, slots=True)
class Paired:
    """Two arms compared replicate by replicate: the same seed gives both the same world and the same luck."""

    mean: float
    reference_mean: float
    difference: Interval
    relative: Interval | None
    """Difference divided by the reference mean; None when that mean is zero."""
    sd: float | None
    """Standard deviation of the paired differences."""
    variance_ratio: float | None
    """Variance of the difference if the arms had been run on separate worlds, divided by the variance of the paired one."""
    note: str
    """Why something is missing; empty when nothing is."""


def quantile(replicates: int, confidence: float = CONFIDENCE) -> float:
    """Return the two-sided Student quantile for a mean of so many replicates."""
    return float(stdtrit(replicates - 1, 0.5 + confidence / 2))


def interval(values: ArrayLike, confidence: float = CONFIDENCE) -> Interval:
    """Return the mean of replicates and its Student t interval; one replicate has a mean but no interval.

    Parameters
    ----------
    values
        One number per replicate, shape (replicates,).
    confidence
        Of the interval.

    Returns
    -------
    Interval
        The mean in the unit of the values, with the two ends.
    """
    x = np.asarray(values, dtype=np.float64)
    if x.size == 0:
        return Interval(math.nan, None, None, 0)
    mean = _mean(x)
    if x.size == 1:
        return Interval(mean, None, None, 1)
    half = quantile(x.size, confidence) * math.sqrt(_variance(x) / x.size)
    return Interval(mean, mean - half, mean + half, int(x.size))


def paired(values: pd.Series, reference: pd.Series, confidence: float = CONFIDENCE) -> Paired:
    """Compare one outcome of two arms over the replicates that both have.

    Parameters
    ----------
    values, reference
        The outcome in the arm and in the arm it is compared with, indexed by replicate.
    confidence
        Of the intervals.

    Returns
    -------
    Paired
        Both means, and their difference in the unit of the outcome.

    Notes
    -----
    The interval of the relative change is Fieller's: it excludes zero exactly when that of the difference does.
    """
    both = values.dropna().index.intersection(reference.dropna().index).sort_values()
    a = values.loc[both].to_numpy(dtype=np.float64)
    b = reference.loc[both].to_numpy(dtype=np.float64)
    if both.empty:
        return Paired(math.nan, math.nan, interval([]), None, None, None, NEVER_MEASURED)
    d = a - b
    scale = max(float(np.max(np.abs(a))), float(np.max(np.abs(b))))
    if np.ptp(d) <= _NOISE * scale:
        d = np.full(d.size, d[0] if abs(d[0]) > _NOISE * scale else 0.0)
    difference = interval(d, confidence)
    relative, why = _relative(d, b, confidence)
    if d.size == 1:
        return Paired(_mean(a), _mean(b), difference, relative, None, None, ONE_REPLICATE)
    var_d, var_sum = _variance(d), _variance(a) + _variance(b)
    notes = [why]
    ratio: float | None = 1.0
    if var_d > 0:
        ratio = var_sum / var_d
    elif var_sum > 0:
        ratio = None
        notes.append(f"{SAME}: the variance ratio is infinite")
    return Paired(_mean(a), _mean(b), difference, relative, math.sqrt(var_d), ratio, "; ".join(n for n in notes if n))


def _mean(x: NDArray[np.float64]) -> float:
    """Mean that returns a constant unchanged."""
    return float(x[0]) if np.ptp(x) == 0 else float(x.mean())


def _variance(x: NDArray[np.float64]) -> float:
    return 0.0 if np.ptp(x) == 0 else float(x.var(ddof=1))


def _relative(d: NDArray[np.float64], b: NDArray[np.float64], confidence: float) -> tuple[Interval | None, str]:
    """Return the mean difference over the reference mean, with Fieller's interval, and why it is missing."""
    n, difference, base = d.size, _mean(d), _mean(b)
    if base == 0:
        return None, "the reference mean is zero: no relative change"
    ratio, size = difference / base, abs(base)
    if n == 1:
        return Interval(difference / size, None, None, 1), ""
    g = quantile(n, confidence) ** 2 / n
    dd, bb = _variance(d), _variance(b)
    db = float(np.cov(d, b)[0, 1]) if dd > 0 and bb > 0 else 0.0
    a2, a1, a0 = base**2 - g * bb, difference * base - g * db, difference**2 - g * dd
    if a2 <= 0:
        return Interval(difference / size, None, None, n), NEAR_ZERO
    root = math.sqrt(max(a1**2 - a2 * a0, 0.0))
    low, high = (a1 - root) / a2, (a1 + root) / a2
    if base < 0:
        low, high = -high, -low
    lower, upper = min(low, ratio * base / size), max(high, ratio * base / size)
    return Interval(difference / size, lower, upper, n), ""
