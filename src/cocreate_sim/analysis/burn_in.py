"""Whether the weeks before the horizon were enough for the world to settle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from .load import Study
from .paired import Interval, interval

BATCH_WEEKS = 5
TOLERANCE = 0.05
"""A drift of less than this share of the later mean does not matter, however clear it is."""
FEWEST_WEEKS = 20
_COLUMNS = (
    "replicates", "burn_in_weeks", "mser_weeks", "early_mean", "late_mean", "drift", "low", "high", "relative_drift",
    "relative_bias",
)  # fmt: skip


def mser(series: ArrayLike, batch: int = BATCH_WEEKS) -> int | None:
    """Return how many weeks at the start of a series should not be measured (MSER-5; White 1997).

    The series is averaged over batches; the cut is the one that leaves the smallest standard error of the mean of what
    remains. A cut beyond half of the series means that it never settled: None.
    """
    x = np.asarray(series, dtype=np.float64)
    count = x.size // batch
    if count < 2:
        return None
    means = x[: count * batch].reshape(count, batch).mean(axis=1)
    rest = [means[cut:] for cut in range(count // 2 + 1)]
    errors = np.array([0.0 if np.ptp(r) == 0 else float(((r - r.mean()) ** 2).sum()) / r.size**2 for r in rest])
    cut = int(errors.argmin())
    return None if cut == count // 2 and cut > 0 else cut * batch


def burn_in(study: Study, outcomes: Sequence[str] | None = None, arm: str | None = None) -> pd.DataFrame:
    """Test for each weekly outcome whether it had settled when measuring began.

    Two tests must agree. The first quarter of the horizon must not differ from its second half (after Geweke). And
    leaving out the weeks that MSER-5 would cut (from the mean of the replicates, burn-in included) must not move the
    mean over the horizon. A change counts when it is clear over the replicates and at least 5 %.

    Parameters
    ----------
    study
        The study.
    outcomes
        Weekly outcomes to test; the headline ones when not given, and all weekly ones when none of these is weekly.
    arm
        The arm to test; the first reference arm when not given.

    Returns
    -------
    pandas.DataFrame
        outcome, arm, replicates, burn_in_weeks, mser_weeks (None when it never settles), early_mean, late_mean, drift
        (early less late), low, high, relative_drift, relative_bias (of the horizon's mean, by MSER-5), enough ("yes",
        "no" or "unknown") and note.
    """
    name = arm or next(a.reference for a in study.arms)
    weekly = study.weekly[study.weekly["arm"] == name]
    measured = [c for c in study.outcomes if c in weekly.columns]
    asked = [o for o in (outcomes or study.headline) if o in measured] or measured
    rows = [{"outcome": outcome, "arm": name, **_settled(weekly, outcome)} for outcome in asked]
    return pd.DataFrame(rows)


def _settled(weekly: pd.DataFrame, outcome: str) -> dict[str, object]:
    table = weekly.pivot(index="replicate", columns="week", values=outcome).sort_index(axis=1)
    warm = int((table.columns.to_numpy() < 0).sum())
    values = table.to_numpy(dtype=np.float64)
    values = values[np.isfinite(values).any(axis=1)]
    count = values.shape[1] - warm
    row: dict[str, object] = dict.fromkeys(_COLUMNS) | {"replicates": len(values), "burn_in_weeks": warm, "enough": "unknown"}
    if not len(values) or count < FEWEST_WEEKS:
        return row | {"note": f"a horizon of at least {FEWEST_WEEKS} weeks is needed"}
    cut = mser(pd.Series(_means(values.T)).interpolate(limit_direction="both"))
    early, late = _means(values[:, warm : warm + count // 4]), _means(values[:, warm + count // 2 :])
    after = max(warm, len(table.columns) // 2 if cut is None else cut)
    whole, settled = _means(values[:, warm:]), _means(values[:, after:])
    drift, bias = _difference(early, late), _difference(whole, settled)
    row |= {
        "mser_weeks": cut, "early_mean": _centre(early), "late_mean": _centre(late),
        "drift": drift.mean, "low": drift.low, "high": drift.high,
        "relative_drift": _relative(drift, late), "relative_bias": _relative(bias, settled),
    }  # fmt: skip
    if not drift.replicates or not bias.replicates:
        return row | {"note": "not measured in both parts of the horizon"}
    if drift.replicates < 2:
        return row | {"note": "one replicate: a drift cannot be told from chance"}
    found = []
    if _counts(drift, late):
        found.append("the first quarter of the horizon differs from the second half")
    if _counts(bias, settled):
        never = "it did not settle in the first half of all weeks"
        found.append(never if cut is None else f"{cut} weeks of burn-in would be needed")
    return row | {"enough": "no" if found else "yes", "note": "; ".join(found)}


def _difference(a: NDArray[np.float64], b: NDArray[np.float64]) -> Interval:
    d = a - b
    return interval(d[np.isfinite(d)])


def _relative(change: Interval, base: NDArray[np.float64]) -> float | None:
    size = abs(_centre(base))
    return change.mean / size if size > 0 else None


def _counts(change: Interval, base: NDArray[np.float64]) -> bool:
    """Whether a change is clear over the replicates, and large enough to matter."""
    relative = _relative(change, base)
    return change.clear and (relative is None or abs(relative) >= TOLERANCE)


def _centre(values: NDArray[np.float64]) -> float:
    """Mean over the replicates in which there is a value."""
    return float(_means(values[np.newaxis, :])[0])


def _means(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of each row over its measured weeks."""
    return np.array([r[np.isfinite(r)].mean() if np.isfinite(r).any() else np.nan for r in rows])
