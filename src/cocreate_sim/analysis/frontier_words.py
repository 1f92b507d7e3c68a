"""The front in words and as plain values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from .frontier import MOST, Goal, Reach
from .languages import comma, current, say, translated
from .words import figures, outcome_words, times

_MOST = 15
SURE = 0.9


def told(
    table: pd.DataFrame, names: Mapping[str, str], goals: Sequence[Goal], reach: Reach | None, replicates: int, size: int | None,
    command: str,
) -> str:  # fmt: skip
    """Say which policies are on the front and how sure that is."""
    front = table[table["front"]]
    of = say(" of {n} in all", n=f"{size:,}") if size is not None else ""
    each = times(replicates, "replicate")
    lines = [say("{n} policies{of} were run, {replicates} each.", n=f"{len(table):,}", of=of, replicates=each)]
    wanted = wanted_words(goals)
    lines += [say("No other policy beats {n} of them in all goals ({goals}).", n=f"{len(front):,}", goals=wanted)]
    if replicates > 1:
        sure = int((table["membership"] >= SURE).sum())
        maybe = int(((table["membership"] >= 1 - SURE) & (table["membership"] < SURE)).sum())
        lines += [
            say(
                "On the front in at least nine of ten resamples of the replicates: {sure}; in one to nine of ten: {maybe}.",
                sure=sure, maybe=maybe,
            )
        ]
    else:
        lines += [say("One replicate: how sure the front is cannot be said.")]
    lines += ["", say("The front:")]
    lines += [f"  {_point(row, names, goals)}" for row in front.head(_MOST).to_dict("records")]
    if len(front) > _MOST:
        lines += ["  " + say("and {n} more (frontier.csv)", n=len(front) - _MOST)]
    if reach is not None:
        lines += ["", _reached(table, names, goals, reach)]
    return "\n".join([*lines, command]) + "\n"


def wanted_words(goals: Sequence[Goal]) -> str:
    """Say of which outcomes most or least is wanted."""
    return comma().join(goal_words(goal) for goal in goals)


def goal_words(goal: Goal) -> str:
    """Say of which outcome most or least is wanted."""
    outcome = outcome_words(goal.outcome)
    return say("{outcome} most", outcome=outcome) if goal.way == MOST else say("{outcome} least", outcome=outcome)


def lever_words(name: str) -> str:
    """Name a lever."""
    return translated(name.replace("_", " "))


def _point(row: Mapping[Any, Any], names: Mapping[str, str], goals: Sequence[Goal]) -> str:
    chosen = comma().join(f"{lever_words(name)} {_level(row[address])}" for address, name in names.items())
    values = comma().join(f"{outcome_words(g.outcome)} {figures(float(row[g.outcome]))}" for g in goals)
    sure = say(" (front in {share})", share=f"{row['membership']:.0%}") if math.isfinite(row["membership"]) else ""
    return say("{policy}: {values}{sure}|point", policy=chosen, values=values, sure=sure)


def _level(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,.6g}"
    return str(value) if current() == "en" else translated(str(value).replace("_", " "))


def _reached(table: pd.DataFrame, names: Mapping[str, str], goals: Sequence[Goal], reach: Reach) -> str:
    asked = f"{outcome_words(reach.outcome)} {reach.sign} {reach.limit:g}"
    there = table[table["reached"]]
    if there.empty:
        return say("No policy reaches {asked}.", asked=asked)
    first = goals[0]
    best = there.sort_values(first.outcome, ascending=first.way == "least").to_dict("records")[0]
    words = {
        "n": len(there), "asked": asked, "outcome": outcome_words(first.outcome), "policy": _point(best, names, goals),
        "share": f"{best['reaches']:.0%}",
    }  # fmt: skip
    if first.way == MOST:
        return say(
            "Of the {n} policies that reach {asked}, this has the most {outcome}: {policy}; it reaches it in {share} of "
            "resamples.",
            **words,
        )
    return say(
        "Of the {n} policies that reach {asked}, this has the least {outcome}: {policy}; it reaches it in {share} of resamples.",
        **words,
    )


def as_dict(table: pd.DataFrame, goals: Sequence[Goal], reach: Reach | None) -> dict[str, Any]:
    """Return everything as plain values, fit for JSON."""
    rows = [
        {str(k): None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()}
        for row in table.to_dict("records")
    ]
    return {
        "goals": {g.outcome: g.way for g in goals}, "policies": len(table), "front": int(table["front"].sum()),
        "reach": None if reach is None else f"{reach.outcome}{reach.sign}{reach.limit:g}", "points": rows,
    }  # fmt: skip
