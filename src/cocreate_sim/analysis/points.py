"""What each point of a sweep gave: means with intervals, one row per point."""

from __future__ import annotations

import pandas as pd

from .load import Study
from .paired import interval
from .sensitivity import METHODS
from .words import listing, noun, times


def points(study: Study) -> pd.DataFrame:
    """Sum up each point of a sweep over its replicates.

    Returns
    -------
    pandas.DataFrame
        One row per point: its name, the value of every factor, the number of finished runs, and for every headline outcome
        its mean with the 95 % interval (Student's t; empty with one replicate) in ``OUTCOME``, ``OUTCOME_low``, ``OUTCOME_high``.
    """
    rows = []
    for arm in study.arms:
        row: dict[str, object] = {"point": arm.name, **arm.factors, "replicates": len(study.by_arm[arm.name])}
        for outcome in study.headline:
            found = interval(study.values(arm.name, outcome))
            row |= {outcome: found.mean, f"{outcome}_low": found.low, f"{outcome}_high": found.high}
        rows.append(row)
    return pd.DataFrame(rows)


def sweep_summary(study: Study) -> str:
    """Say in words what a sweep did, how much of it is there, and where the spread between points is largest."""
    asked, ok, failed = study.manifest["runs"]["asked"], len(study.done), len(study.failed)
    size = f"{times(len(study.arms), 'point')}, {times(int(study.manifest['replicates']), 'replicate')} each"
    lines = [
        str(study.manifest.get("question") or ""),
        f"{size}: {ok:,} of {asked:,} runs finished{f', {failed:,} failed' if failed else ''}.",
        f"Varied: {listing(study.varied) or 'nothing'}. World: {study.manifest['config']['world']['name']}.",
    ]
    lines += study.manifest.get("notes") or []
    table = points(study)
    for outcome in study.headline:
        column = table[outcome].dropna()
        if len(column) > 1:
            unit = study.outcomes[outcome].unit
            lines.append(f"{noun(study.outcomes[outcome])}: {column.min():.4g} to {column.max():.4g} {unit} between points.")
    design = (study.manifest.get("design") or {}).get("name")
    if any(design in designs for designs in METHODS.values()):
        lines.append("Which of the varied settings matter: `cocreate sensitivity` and this folder.")
    lines.append(str(study.manifest.get("command") or ""))
    return "\n".join(line for line in lines if line) + "\n"
