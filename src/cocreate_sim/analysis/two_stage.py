"""Replicates until a difference is known well enough: Stein's two-stage procedure.

Looking at an interval after every replicate and stopping as soon as it is narrow gives intervals that hold the truth too
seldom. Stein's procedure looks once: the first stage alone says how many replicates are needed, and its variance and its
degrees of freedom make the final interval, which then holds the truth at least as often as it says (for differences that are
about normal). Source: Stein, C. (1945), A two-sample test for a linear hypothesis whose power is independent of the variance,
Annals of Mathematical Statistics 16, 243-258.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from .load import Study
from .paired import quantile
from .tables import compared

FEWEST = 5
"""Fewer replicates in the first stage say too little of the variance."""
COLUMNS = (
    "outcome", "arm", "reference", "first_stage", "wanted_half_width", "replicates_needed", "replicates", "difference", "low",
    "high", "half_width", "resolved",
)  # fmt: skip


def two_stage(study: Study, outcome: str, half_width: float, first: int, confidence: float = 0.95) -> pd.DataFrame:
    """Say for every compared arm how many replicates its difference needs, and how well it is known with those that there are.

    Parameters
    ----------
    outcome, half_width
        What is asked, and how far its interval may reach to either side, in the outcome's unit.
    first
        Replicates of the first stage, from which the variance is estimated.

    Returns
    -------
    pandas.DataFrame
        One row per arm; ``resolved`` says whether the interval is as narrow as wanted. An arm whose difference could be
        measured in fewer than two replicates of the first stage has no numbers and is not resolved.
    """
    rows = []
    for arm, reference in compared(study):
        difference = (study.values(arm.name, outcome) - study.values(reference.name, outcome)).dropna().sort_index()
        row = {"outcome": outcome, "arm": arm.name, "reference": reference.name, "wanted_half_width": half_width}
        rows.append(row | _numbers(difference, half_width, first, confidence))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"replicates_needed": "Int64"})


def _numbers(difference: pd.Series, half_width: float, first: int, confidence: float) -> dict[str, object]:
    stage = difference[difference.index < first].to_numpy(np.float64)
    if stage.size < 2:
        return {"first_stage": stage.size, "replicates": difference.size, "resolved": False}
    reach = quantile(stage.size, confidence) * float(stage.std(ddof=1))
    needed = max(stage.size, math.ceil((reach / half_width) ** 2))
    mean, half = float(difference.mean()), reach / math.sqrt(difference.size)
    return {
        "first_stage": stage.size, "replicates_needed": needed, "replicates": difference.size, "difference": mean,
        "low": mean - half, "high": mean + half, "half_width": half, "resolved": half <= half_width,
    }  # fmt: skip


def told(table: pd.DataFrame, study: Study) -> str:
    """Say in sentences what is resolved and what is not."""
    lines = []
    for row in table.to_dict("records"):
        what, arm = study.outcomes[row["outcome"]].label, study.arm(row["arm"]).label
        if not math.isfinite(row["half_width"]):
            lines.append(f"{arm}: {what} could not be measured in two replicates of the first stage: not resolved.")
            continue
        known = f"{row['difference']:.4g} ({row['low']:.4g} to {row['high']:.4g}) with {row['replicates']} replicates"
        how = (
            "resolved" if row["resolved"]
            else f"not resolved: {row['replicates_needed']:,} replicates would be needed, and the budget ended before"
        )  # fmt: skip
        lines.append(f"{arm}: difference in {what} {known}; wanted within {row['wanted_half_width']:.4g}: {how}.")
    first = int(table["first_stage"].max())
    lines.append(f"Stein's two-stage procedure: the first {first} replicates alone gave the number of replicates and the width.")
    return "\n".join(lines) + "\n"
