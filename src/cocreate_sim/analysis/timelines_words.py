"""What evaluations of a dated policy find, in sentences: truth first, then each method and by how much it misses."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from .languages import say, translated
from .load import OutcomeInfo, Study
from .timelines import METHODS, Change, changes, dated
from .words import capital, figures, listing, noun, times, unit_words

ASSUMPTIONS = {
    "before_after": "Before-after assumes that nothing else changed: every trend counts as the policy's effect.",
    "interrupted_time_series": (
        "An interrupted time series assumes that the line before the date would have gone on straight: what bends by itself, "
        "such as a world that has not settled, counts as effect."
    ),
    "difference_in_differences": (
        "Difference-in-differences assumes that places would have moved alike without the change, that nobody acts before its "
        "date, and that it does not move other places. It counts all weeks in which somebody had not changed yet, so that its "
        "truth is its own."
    ),
}
TRUTH = "The truth is the same world and luck without the policy, over the same weeks and places."


def told(study: Study, table: pd.DataFrame, window: int) -> list[str]:
    """Say for each arm when what changed, and for each outcome the truth and what each method makes of it."""
    lines: list[str] = []
    for arm in dated(study):
        mine = table[table["arm"] == arm.name]
        if mine["estimate"].notna().any():
            dates = _dates(changes(study, arm, window))
            lines.append(say("{arm}: {dates}.|changes", arm=capital(translated(arm.label)), dates=dates))
            lines += [_line(study.outcomes[name], mine[mine["outcome"] == name]) for name in dict.fromkeys(mine["outcome"])]
    if int(table["replicates"].max()) < 2:
        lines.append(say("One replicate: nothing can be said of chance, and bias cannot be told from it."))
    used = set(table.loc[table["estimate"].notna(), "method"])
    return [*lines, translated(TRUTH), *(translated(said) for method, said in ASSUMPTIONS.items() if method in used)]


def _dates(found: list[Change]) -> str:
    weeks = sorted({change.week for change in found})
    parts = []
    for week in weeks:
        here = [change for change in found if change.week == week]
        before, after = min(c.before for c in here), min(c.after for c in here)
        parts.append(
            say(
                "{places} in week {week} ({before} weeks before, {after} after)",
                places=times(len(here), "place"), week=week, before=before, after=after,
            )
        )
    return say("first changed {places}", places=listing(parts))


def _line(outcome: OutcomeInfo, rows: pd.DataFrame) -> str:
    share = "share" in outcome.unit.split()
    unit = unit_words("percentage points" if share else outcome.unit)
    unit = say("from {unit}", unit=unit) if outcome.unit == "0 to 1" else say("in {unit}", unit=unit)
    scale = 100.0 if share else 1.0
    by_method = {str(row["method"]): row for row in rows.to_dict("records")}
    measured = [name for name in METHODS if name in by_method and math.isfinite(by_method[name]["estimate"])]
    if not measured:
        return say("{outcome}: too few measured weeks around every change.", outcome=capital(noun(outcome)))
    truth = say("true effect {effect}", effect=_ends(by_method[measured[0]], "truth", scale))
    own = "difference_in_differences"
    parts = [_method(translated(METHODS[name]), by_method[name], scale, name == own) for name in measured]
    told = say("; |list").join([truth, *parts])
    return say("{outcome}, {unit}: {findings}.", outcome=capital(noun(outcome)), unit=unit, findings=told)


def _method(name: str, row: dict[str, Any], scale: float, own_truth: bool) -> str:
    text = say("{method} finds {effect}", method=name, effect=_ends(row, "estimate", scale))
    if own_truth:
        text += say(" where {effect} is true", effect=_ends(row, "truth", scale))
    text += say(", bias {bias}", bias=_ends(row, "bias", scale))
    held = row["coverage"]
    if not math.isfinite(held):
        return text
    return text + say("; its own 95 % intervals hold the truth in {n} of 100 runs and places", n=f"{100 * held:.0f}")


def _ends(row: dict[str, Any], name: str, scale: float) -> str:
    low, high = ("low", "high") if name == "estimate" else (f"{name}_low", f"{name}_high")
    if not math.isfinite(row[low]):
        return figures(scale * row[name])
    ends = say(" ({low} to {high})", low=figures(scale * row[low]), high=figures(scale * row[high]))
    return f"{figures(scale * row[name])}{ends}"
