"""Waiting times beyond their mean: what the slower half, the slowest tenth and the slowest hundredth of cases wait."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from .effects import contrast
from .languages import clause_comma, say, translated
from .load import ArmInfo, Study
from .paired import paired
from .tables import compared
from .words import capital, figures, instead, listing, with_unit

PERCENTILES = (50, 75, 90, 95, 99)
TOLD = {50: "half of the cases wait", 90: "nine in ten", 99: "99 in 100"}
WHERE = {"posts": "at the posts", "community": "at the communities", "all": "of all cases"}
COLUMNS = ("tier", "percentile", "arm", "reference", "replicates", "mean", "reference_mean", "difference", "low", "high", "note")
UNIT = "working days"
MOST_TOLD = 6


def quantiles(study: Study, percentiles: Sequence[int] = PERCENTILES) -> pd.DataFrame:
    """Compare percentiles of waiting times between every arm and its reference.

    A percentile is taken within each run, over its cases; differences are paired by replicate, with Student's t intervals over
    replicates. So an interval says how sure the percentile of a world is, not how far cases lie apart.

    Returns
    -------
    pandas.DataFrame
        One row per tier, percentile and compared arm, in working days; empty when the study keeps no waiting times.
    """
    waits = study.waits
    rows: list[dict[str, object]] = []
    if not waits.empty:
        wanted = waits[waits["percentile"].isin(list(percentiles))]
        by_run = wanted.set_index(["tier", "percentile", "arm", "replicate"])["days"].sort_index()
        groups = {key: days.droplevel([0, 1, 2]) for key, days in by_run.groupby(level=[0, 1, 2])}
        for tier in dict.fromkeys(waits["tier"]):
            for percentile in percentiles:
                rows += _rows(study, groups, str(tier), int(percentile))
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    return found.astype(dict.fromkeys(("mean", "reference_mean", "difference", "low", "high"), "float64"))


def _rows(study: Study, groups: dict[tuple[str, int, str], pd.Series], tier: str, percentile: int) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for arm, base in compared(study):
        mine, other = (groups.get((tier, percentile, one.name)) for one in (arm, base))
        if mine is None or other is None:
            continue
        pair = paired(mine, other)
        gap = pair.difference
        rows.append({
            "tier": tier, "percentile": percentile, "arm": arm.name, "reference": base.name, "replicates": gap.replicates,
            "mean": pair.mean, "reference_mean": pair.reference_mean, "difference": gap.mean, "low": gap.low, "high": gap.high,
            "note": pair.note,
        })  # fmt: skip
    return rows


def sentences(study: Study, table: pd.DataFrame) -> list[str]:
    """Say for few comparisons what half, nine in ten and 99 in 100 cases wait at most; at the posts, if these are measured."""
    pairs = compared(study)
    tier = next((name for name in WHERE if (table["tier"] == name).any()), None)
    if tier is None or len(pairs) > MOST_TOLD:
        return []
    found = []
    for arm, base in pairs:
        rows = table[(table["tier"] == tier) & (table["arm"] == arm.name) & (table["low"].notna())]
        parts = [_told(row, TOLD[row["percentile"]]) for row in rows.to_dict("records") if row["percentile"] in TOLD]
        if parts:
            where, told = translated(WHERE[tier], "waiting"), listing(parts)
            found.append(say("{pair}, waiting {where}: {findings}.", pair=_head(study, arm, base), where=where, findings=told))
    return found


def _head(study: Study, arm: ArmInfo, base: ArmInfo) -> str:
    words = contrast(study, arm, base)
    pair = say("{subject} against {reference}", subject=words.subject, reference=words.reference)
    return capital(clause_comma().join(part for part in (pair, words.condition) if part))


def _told(row: dict[str, object], who: str) -> str:
    who = translated(who)
    mean, base, low, high = (float(str(row[name])) for name in ("mean", "reference_mean", "low", "high"))
    if low == high == 0:
        return say("{who} at most {time} under both", who=who, time=with_unit(figures(mean), UNIT))
    values = say("{who} at most {times}", who=who, times=instead(mean, base, UNIT))
    if low <= 0 <= high:
        return values + say(" (no clear difference)")
    ends = (-high, -low) if mean < base else (low, high)
    about = {"low": figures(ends[0]), "high": figures(ends[1])}
    return values + (say(" ({low} to {high} less)", **about) if mean < base else say(" ({low} to {high} more)", **about))
