"""The numbers of a study that are published, and whether those of another run of it match."""

from __future__ import annotations

import pandas as pd

from .load import Study
from .paired import interval
from .tables import against, compared

KEY = ("outcome", "arm", "reference")
VALUES = ("replicates", "value", "low", "high", "sd")
EQUAL, WITHIN, DIFFERS, MISSING, NEW = "equal", "within tolerance", "differs", "missing now", "not published"
MATCHES = (EQUAL, WITHIN)
"""Verdicts on a number that counts as reproduced."""
_ROUNDING = 1e-9
"""Numbers that did not vary at all are still allowed to differ by this share of themselves, where a tolerance counts."""


def numbers(study: Study) -> pd.DataFrame:
    """Return the headline numbers of a study: the mean of every arm, and its difference from the arm it is compared with.

    Returns
    -------
    pandas.DataFrame
        One row per outcome, arm and reference; ``reference`` is empty for the mean of the arm itself, and names the other arm
        for a paired difference. ``low`` and ``high`` are the 95 % interval of ``value``, ``sd`` is the standard deviation over
        ``replicates``; what was never measured has no value.
    """
    rows = []
    for outcome in study.headline:
        for arm in study.arms:
            values = study.values(arm.name, outcome)
            mean = interval(values)
            sd = float(values.std(ddof=1)) if len(values) > 1 else None
            rows.append((outcome, arm.name, "", mean.replicates, mean.mean, mean.low, mean.high, sd))
        for arm, reference in compared(study):
            pair = against(study, arm.name, reference.name, outcome)
            d = pair.difference
            rows.append((outcome, arm.name, reference.name, d.replicates, d.mean, d.low, d.high, pair.sd))
    return pd.DataFrame(rows, columns=[*KEY, *VALUES]).astype({"replicates": "int64"} | dict.fromkeys(VALUES[1:], "float64"))


def verdicts(published: pd.DataFrame, now: pd.DataFrame, exact: bool, tolerance: float) -> pd.DataFrame:
    """Say for every number whether it matches what was published.

    Parameters
    ----------
    published, now
        Tables of :func:`numbers`.
    exact
        Every digit counts: the same rules of the model were run as often.
    tolerance
        Otherwise: how many standard errors of the difference between two independent studies a number may be off. Of the two
        standard deviations the larger one counts, so that few replicates widen what is allowed.

    Returns
    -------
    pandas.DataFrame
        The published rows in their order, then rows that were not published; columns ``published``, ``now``, ``allowed`` (how
        far apart they may lie, 0 where every digit counts) and ``verdict``.
    """
    both = published.merge(now, on=list(KEY), how="outer", suffixes=("", "_now"), indicator=True)
    order = {key: place for place, key in enumerate(zip(*(published[k] for k in KEY), strict=True))}
    places = [order.get(key, len(order)) for key in zip(*(both[k] for k in KEY), strict=True)]
    both = both.assign(place=places).sort_values("place", kind="stable", ignore_index=True)
    same = pd.concat([_same(both[name], both[f"{name}_now"]) for name in VALUES], axis=1).all(axis=1)
    sd = both[["sd", "sd_now"]].max(axis=1).fillna(0.0)
    allowed = tolerance * sd * (1 / both["replicates"] + 1 / both["replicates_now"]) ** 0.5
    allowed = allowed.clip(lower=_ROUNDING * both["value"].abs())
    near = (both["value"] - both["value_now"]).abs() <= allowed
    near |= both["value"].isna() & both["value_now"].isna()
    verdict = pd.Series(DIFFERS, index=both.index).mask(near & (not exact), WITHIN).mask(same, EQUAL)
    verdict = verdict.mask(both["_merge"] == "left_only", MISSING).mask(both["_merge"] == "right_only", NEW)
    found = both[[*KEY, "value", "value_now"]].rename(columns={"value": "published", "value_now": "now"})
    return found.assign(allowed=0.0 if exact else allowed, verdict=verdict)


def _same(one: pd.Series, other: pd.Series) -> pd.Series:
    """Whether two columns hold the same number, or none, digit by digit."""
    return (one == other) | (one.isna() & other.isna())
