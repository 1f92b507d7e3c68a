"""What the page says in numbers: means of each policy and differences to the baseline, and the same as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pandas as pd

from ..analysis.paired import Interval, paired
from ..config.timeline import day
from . import charts, text
from .asked import Asked
from .charts import Curve
from .places import Places
from .runs import DONE, Run, Runs


@dataclass(frozen=True, slots=True)
class Row:
    """One outcome: the baseline, and each policy with its difference."""

    outcome: str
    base: float
    policies: tuple[tuple[float, Interval], ...]


def complete(runs: Sequence[Sequence[Run]]) -> int:
    """Return with how many lucks every policy is complete; ``runs`` holds the runs of each policy, luck by luck."""
    return sum(all(run.status == DONE for run in same_luck) for same_luck in zip(*runs, strict=True))


def rows(curves: Sequence[Curve], runs: Sequence[Sequence[Run]], week: int) -> list[Row]:
    """Compare every policy with the baseline (the first).

    With two complete lucks or more, over whole runs and with intervals; before, over the weeks that are shown of the first luck.
    """
    if complete(runs) >= 2:
        return [_repeated(name, runs) for name in text.SHOWN]
    found = []
    for name in text.SHOWN:
        until = min(charts.shown_weeks(curve, week) for curve in curves)
        base, *others = (charts.mean_of(curve, name, until) for curve in curves)
        found.append(Row(name, base, tuple((value, Interval(value - base, None, None, 1)) for value in others)))
    return found


def _repeated(outcome: str, runs: Sequence[Sequence[Run]]) -> Row:
    lucks = [k for k, same_luck in enumerate(zip(*runs, strict=True)) if all(run.status == DONE for run in same_luck)]
    columns = [pd.Series({k: of_policy[k].summary.get(outcome, float("nan")) for k in lucks}) for of_policy in runs]
    compared = [paired(column, columns[0]) for column in columns[1:]]
    means = [float(column.mean()) for column in columns]
    return Row(outcome, means[0], tuple(zip(means[1:], (p.difference for p in compared), strict=True)))


def said(row: Row, k: int, language: str) -> str:
    """Say the mean of a policy and its difference to the baseline: ``5.10 % (+1.20 points; +0.80 to +1.60)``."""
    mean, difference = row.policies[k]
    unit = charts.unit_of(row.outcome)
    points = text.say("points", language) if unit.startswith("share") else ""
    ends = [] if difference.low is None or difference.high is None else [difference.low, difference.high]
    middle, *between = (charts.number(value, unit, sign=True).removesuffix(" %") for value in (difference.mean, *ends))
    to = text.say("to", language)
    return f"{charts.number(mean, unit)} ({middle}{points}" + (f"; {f' {to} '.join(between)}" if between else "") + ")"


def weekly_csv(asked: Asked, start: str, curves: Sequence[Curve]) -> str:
    """Return every weekly outcome of every policy that is computed so far, a row per policy and week."""
    first = curves[0].run
    names = sorted(first.weekly)
    begin = day(0, start) - timedelta(weeks=first.burn_in)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["policy", "world", "seed", "week", "date", "counted", *names])
    for curve in curves:
        columns = [curve.run.series(name) for name in names]
        for week in range(curve.run.weeks):
            date = (begin + timedelta(weeks=week)).isoformat()
            values = [repr(float(column[week])) for column in columns]
            head = [safe(curve.label), safe(asked.world), curve.run.seed, week - first.burn_in, date, week >= first.burn_in]
            writer.writerow([*head, *values])
    return stream.getvalue()


def table_csv(asked: Asked, curves: Sequence[Curve], found: Sequence[Row]) -> str:
    """Return the comparison as a table, a row per policy and outcome."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    head = ["policy", "outcome", "label", "unit", "mean", "baseline", "difference", "low", "high", "replicates"]
    writer.writerow(head)
    for k, curve in enumerate(curves[1:]):
        for row in found:
            mean, difference = row.policies[k]
            label, unit = text.outcome(row.outcome, asked.language)
            ends = ["" if end is None else repr(end) for end in (difference.low, difference.high)]
            numbers = [repr(mean), repr(row.base), repr(difference.mean), *ends, difference.replicates]
            writer.writerow([safe(curve.label), row.outcome, label, unit, *numbers])
    return stream.getvalue()


def safe(cell: str) -> str:
    """Return a text that a spreadsheet does not take for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def file_of(button: str, asked: Asked, places: Places, runs: Runs, key: str) -> tuple[str, str]:
    """Return name and content of the file behind a button."""
    from .watching import asked_runs, curves_of

    planned, found, _ = asked_runs(asked, places, runs, key)
    curves = curves_of(planned, found)
    if button == "weekly-csv":
        return "cocreate-weeks.csv", weekly_csv(asked, places.start, curves)
    last = max((curve.run.weeks for curve in curves), default=0)
    return "cocreate-comparison.csv", table_csv(asked, curves, rows(curves, found, last) if curves else [])
