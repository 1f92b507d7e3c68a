"""How many replicates a study needs for intervals as narrow as one wishes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from .paired import quantile

MOST = 1_000_000


def needed(sd: float, half_width: float) -> int | None:
    """Return the smallest number of replicates whose 95 % interval is expected to be ``half_width`` wide on each side.

    Parameters
    ----------
    sd
        Standard deviation of the paired differences.
    half_width
        Wanted half width, in the same unit.

    Returns
    -------
    int or None
        At least 2; None when more than a million would be needed.
    """
    if half_width <= 0:
        return 2 if sd == 0 else None
    low, high = 1, 2
    while quantile(high) * sd / math.sqrt(high) > half_width:
        low, high = high, 2 * high
        if high > MOST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        if quantile(middle) * sd / math.sqrt(middle) > half_width:
            low = middle
        else:
            high = middle
    return high


def advice(comparison: pd.DataFrame, percent: float = 5.0, outcomes: Sequence[str] | None = None) -> pd.DataFrame:
    """Say for every row of a comparison how many replicates would bring its half width to ``percent`` of the reference mean.

    Returns
    -------
    pandas.DataFrame
        outcome, arm, reference, replicates (now), half_width (now), half_width_percent (now), percent (wanted),
        replicates_needed, note.
    """
    rows = comparison if outcomes is None else comparison[comparison["outcome"].isin(list(outcomes))]
    found = []
    for row in rows.to_dict("records"):
        half, base = (row["high"] - row["low"]) / 2, abs(row["reference_mean"])
        known = math.isfinite(row["sd_difference"])
        share = 100 * half / base if known and base > 0 else None
        count = needed(row["sd_difference"], percent / 100 * base) if known else None
        note = "" if count is not None else "two replicates are needed before advice can be given"
        if known and count is None:
            note = "the reference mean is zero" if base == 0 else f"more than {MOST:,} replicates"
        found.append(
            {
                "outcome": row["outcome"],
                "arm": row["arm"],
                "reference": row["reference"],
                "replicates": row["replicates"],
                "half_width": half if known else None,
                "half_width_percent": share,
                "percent": percent,
                "replicates_needed": count,
                "note": note,
            }
        )
    return pd.DataFrame(found).astype({"replicates_needed": "Int64"}) if found else pd.DataFrame(found)
