"""An interrupted time series: a line before a date, a line after it, and how far the second lies from the first, prolonged.

Segmented regression with a change of level and of slope (Bernal, Cummins and Gasparrini 2017), by ordinary least squares;
standard errors allow weeks that resemble their neighbours (Newey and West 1987, as statsmodels computes them).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from .optional import needed
from .paired import CONFIDENCE

FEWEST_WEEKS = 8
"""On either side of the date: fewer do not tell a level from a slope."""
_TERMS = 4


@dataclass(frozen=True, slots=True)
class Segmented:
    """What segmented regression says of one series."""

    effect: float
    """Mean distance, over the weeks after the date, of the fitted line from the line before it, prolonged."""
    low: float
    high: float
    terms: tuple[float, float, float, float]
    """Level and slope before the date (at week 0 after it), then the change of level and of slope."""


def segmented(since: NDArray[np.float64], y: NDArray[np.float64], confidence: float = CONFIDENCE) -> Segmented | None:
    """Fit a series of weeks around a date.

    Parameters
    ----------
    since
        Weeks since the date, negative before it.
    y
        The outcome in each of these weeks; weeks in which it was not measured are left out.

    Returns
    -------
    Segmented or None
        None when fewer than 8 weeks before or after the date were measured.
    """
    there = np.isfinite(y)
    since, y = since[there], y[there]
    after = since >= 0
    if min(after.sum(), (~after).sum()) < FEWEST_WEEKS:
        return None
    design = np.column_stack([np.ones(since.size), since, after, np.where(after, since, 0.0)])
    asked = np.array([0.0, 0.0, 1.0, since[after].mean()])
    lags = math.floor(4 * (since.size / 100) ** (2 / 9))
    ols = needed("statsmodels.regression.linear_model", "an interrupted time series").OLS
    fit = ols(y, design).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
    effect = float(asked @ fit.params)
    error = math.sqrt(max(float(asked @ fit.cov_params() @ asked), 0.0))
    half = float(stdtrit(since.size - _TERMS, 0.5 + confidence / 2)) * error
    level, slope, step, bend = (float(term) for term in fit.params)
    return Segmented(effect, effect - half, effect + half, (level, slope, step, bend))
