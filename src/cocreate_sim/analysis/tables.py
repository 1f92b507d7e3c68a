"""The comparison of a study as one tidy table: every outcome, every arm against its reference."""

from __future__ import annotations

import pandas as pd

from .load import ArmInfo, Study
from .paired import Paired, paired

COLUMNS = (
    "outcome",
    "arm",
    "reference",
    "replicates",
    "mean",
    "reference_mean",
    "difference",
    "low",
    "high",
    "relative_change",
    "relative_low",
    "relative_high",
    "sd_difference",
    "variance_ratio",
    "note",
)


def against(study: Study, arm: str, reference: str, outcome: str, confidence: float = 0.95) -> Paired:
    """Compare one outcome of two arms of a study, replicate by replicate.

    Parameters
    ----------
    study
        As :func:`~cocreate_sim.analysis.load.load_study` reads it.
    arm, reference
        Names of the two arms, such as ``posts_72`` and ``before_2022``.
    outcome
        Name of the outcome, such as ``wait_mean_days``; the difference has its unit.
    confidence
        Of the intervals.

    Returns
    -------
    Paired
        Both means, and their difference with its interval.
    """
    return paired(study.values(arm, outcome), study.values(reference, outcome), confidence)


def compared(study: Study) -> list[tuple[ArmInfo, ArmInfo]]:
    """Return each arm with the arm it is compared with, without the references themselves."""
    return [(arm, study.arm(arm.reference)) for arm in study.arms if arm.reference != arm.name]


def comparison(study: Study) -> pd.DataFrame:
    """Compare every arm with its reference in every outcome.

    Parameters
    ----------
    study
        A comparison, as :func:`~cocreate_sim.analysis.load.load_study` reads it.

    Returns
    -------
    pandas.DataFrame
        One row per outcome and arm. ``replicates`` counts the pairs of runs that both finished and could be measured;
        ``low`` and ``high`` are the 95 % Student t interval of ``difference``; ``relative_*`` are shares of the
        reference mean (Fieller's interval); ``variance_ratio`` says how many times the same worlds and luck made the
        variance of the difference smaller. A cell without a value is explained in ``note``. Factors of the arm follow.
    """
    factors = list(dict.fromkeys(name for arm in study.arms for name in arm.factors))
    rows = []
    for outcome in (name for name in study.outcomes if name in study.runs.columns):
        for arm, reference in compared(study):
            row = _row(outcome, arm.name, reference.name, against(study, arm.name, reference.name, outcome))
            rows.append(row | {name: arm.factors.get(name) for name in factors})
    table = pd.DataFrame(rows, columns=[*COLUMNS, *factors])
    for name in factors:  # a column holds numbers or texts, never both
        if not pd.api.types.is_numeric_dtype(table[name]):
            table[name] = table[name].map(lambda level: f"{level:.10g}" if isinstance(level, float) else level)
    return table.astype(dict.fromkeys(COLUMNS[4:-1], "float64"))


def _row(outcome: str, arm: str, reference: str, pair: Paired) -> dict[str, object]:
    relative = pair.relative
    return {
        "outcome": outcome,
        "arm": arm,
        "reference": reference,
        "replicates": pair.difference.replicates,
        "mean": pair.mean,
        "reference_mean": pair.reference_mean,
        "difference": pair.difference.mean,
        "low": pair.difference.low,
        "high": pair.difference.high,
        "relative_change": relative.mean if relative else None,
        "relative_low": relative.low if relative else None,
        "relative_high": relative.high if relative else None,
        "sd_difference": pair.sd,
        "variance_ratio": pair.variance_ratio,
        "note": pair.note,
    }
