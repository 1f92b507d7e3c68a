"""The front in words and as plain values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from .frontier import Goal, Reach
from .words import figures, times

_MOST = 15
SURE = 0.9


def told(
    table: pd.DataFrame, names: Mapping[str, str], goals: Sequence[Goal], reach: Reach | None, replicates: int, size: int | None,
    command: str,
) -> str:  # fmt: skip
    """Say which policies are on the front and how sure that is."""
    front = table[table["front"]]
    of = f" of {size:,} in all" if size is not None else ""
    wanted = ", ".join(f"{goal.outcome} {goal.way}" for goal in goals)
    lines = [f"{len(table):,} policies{of} were run, {times(replicates, 'replicate')} each."]
    lines += [f"No other policy beats {len(front):,} of them in all goals ({wanted})."]
    if replicates > 1:
        sure = int((table["membership"] >= SURE).sum())
        maybe = int(((table["membership"] >= 1 - SURE) & (table["membership"] < SURE)).sum())
        lines += [f"On the front in at least nine of ten resamples of the replicates: {sure}; in one to nine of ten: {maybe}."]
    else:
        lines += ["One replicate: how sure the front is cannot be said."]
    lines += ["", "The front:"]
    lines += [f"  {_point(row, names, goals)}" for row in front.head(_MOST).to_dict("records")]
    if len(front) > _MOST:
        lines += [f"  and {len(front) - _MOST} more (frontier.csv)"]
    if reach is not None:
        lines += ["", _reached(table, names, goals, reach)]
    return "\n".join([*lines, command]) + "\n"


def _point(row: Mapping[Any, Any], names: Mapping[str, str], goals: Sequence[Goal]) -> str:
    chosen = ", ".join(f"{name.replace('_', ' ')} {_level(row[address])}" for address, name in names.items())
    values = ", ".join(f"{g.outcome} {figures(float(row[g.outcome]))}" for g in goals)
    sure = f" (front in {row['membership']:.0%})" if math.isfinite(row["membership"]) else ""
    return f"{chosen}: {values}{sure}"


def _level(value: Any) -> str:
    return f"{value:,.6g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _reached(table: pd.DataFrame, names: Mapping[str, str], goals: Sequence[Goal], reach: Reach) -> str:
    asked = f"{reach.outcome} {reach.sign} {reach.limit:g}"
    there = table[table["reached"]]
    if there.empty:
        return f"No policy reaches {asked}."
    first = goals[0]
    best = there.sort_values(first.outcome, ascending=first.way == "least").to_dict("records")[0]
    policy = f"{_point(best, names, goals)}; it reaches it in {best['reaches']:.0%} of resamples"
    return f"Of the {len(there)} policies that reach {asked}, this has the {first.way} {first.outcome}: {policy}."


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
