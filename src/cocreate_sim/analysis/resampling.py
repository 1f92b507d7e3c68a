"""Intervals of a mean that need no bell curve: the bias-corrected and accelerated bootstrap over replicates.

Source: Efron, B. (1987), Better bootstrap confidence intervals, Journal of the American Statistical Association 82, 171-185.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.special import ndtr, ndtri

from .paired import CONFIDENCE

RESAMPLES = 4999
FEWEST = 20
"""With fewer replicates these intervals miss the truth more often than they say (with 10, of normal values, one in ten)."""
MOST = 4000
"""With more replicates a mean is normal enough for Student's t, and resampling would only cost memory."""
_BLOCK = 500


def bca(values: ArrayLike, confidence: float = CONFIDENCE) -> tuple[float, float] | None:
    """Return the interval of the mean of replicates; None when there are fewer than 20, more than 4,000, or all are the same.

    The resamples are the same for every outcome with as many replicates, so that a table comes out again digit by digit.
    """
    x = np.sort(np.asarray(values, dtype=np.float64))  # the order of replicates means nothing
    n = x.size
    if not FEWEST <= n <= MOST or np.ptp(x) == 0:
        return None
    means = np.concatenate([counts @ x for counts in _counts(n)]) / n
    mean = x.mean()
    below = (np.mean(means < mean) + np.mean(means <= mean)) / 2
    bias = ndtri(np.clip(below, 1 / RESAMPLES, 1 - 1 / RESAMPLES))
    left_out = (x.sum() - x) / (n - 1)
    gap = left_out.mean() - left_out
    spread = float((gap**2).sum())
    acceleration = float((gap**3).sum()) / (6 * spread**1.5)
    ends = bias + ndtri(np.array([(1 - confidence) / 2, (1 + confidence) / 2]))
    low, high = np.quantile(means, ndtr(bias + ends / (1 - acceleration * ends)))
    return float(low), float(high)


@lru_cache(maxsize=4)
def _counts(n: int) -> tuple[NDArray[np.float32], ...]:
    """How often each replicate is in each resample, in blocks; drawn once for every number of replicates."""
    sizes = [min(_BLOCK, RESAMPLES - start) for start in range(0, RESAMPLES, _BLOCK)]
    draws = (stats.multinomial(n, np.full(n, 1 / n)).rvs(size, random_state=block) for block, size in enumerate(sizes))
    return tuple(np.asarray(block, dtype=np.float32) for block in draws)
