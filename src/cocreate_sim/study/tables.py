"""What one run leaves behind, as rows of the tables of a study."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from ..analysis.parts import BY_PLACE, RUNS, TIERS

if TYPE_CHECKING:
    from ..outcomes.record import RunResult

Rows = dict[str, dict[str, Any]]
"""For each table the columns of one run; one value stands for all its rows."""


class RunId(NamedTuple):
    """Which run of a study: its arm, replicate and seed, and the hash of all that determines it."""

    arm: str
    replicate: int
    seed: int
    key: str


def failed_run(run: RunId, seconds: float, error: str) -> Rows:
    """Return the row of a run that failed: it keeps its place, its seed and its error."""
    return {RUNS: {**run._asdict(), "status": "failed", "error": error, "wall_seconds": seconds}}


def finished_run(run: RunId, seconds: float, result: RunResult, burn_in_weeks: int) -> Rows:
    """Return what one run measured, as rows of the tables."""
    key = {"arm": run.arm, "replicate": run.replicate}
    row: dict[str, Any] = {**run._asdict(), "status": "ok", "error": "", "wall_seconds": seconds}
    row |= {f"realised_{name}": float(value) for name, value in result.realised.items()}
    row |= {name: float(value) for name, value in result.summary.items()}
    rows: Rows = {RUNS: row}
    if result.weekly:
        length = len(next(iter(result.weekly.values())))
        weekly = {"week": np.arange(length, dtype=np.int64) - burn_in_weeks}
        weekly |= {name: np.asarray(values, dtype=np.float64) for name, values in result.weekly.items()}
        rows["weekly"] = key | weekly
    if result.places:
        weeks, places = next(iter(result.places.values())).shape
        by_place: dict[str, Any] = {"subdistrict": np.repeat(np.arange(places, dtype=np.int64), weeks)}
        by_place["week"] = np.tile(np.arange(weeks, dtype=np.int64) - burn_in_weeks, places)
        by_place |= {name: np.asarray(values, dtype=np.float64).T.ravel() for name, values in result.places.items()}
        rows[BY_PLACE] = key | by_place
    tiers = [tier for tier in TIERS if len(result.waits.get(tier, ()))]
    if tiers:
        lengths = [len(result.waits[tier]) for tier in tiers]
        rows["waits"] = key | {
            "tier": np.repeat(np.array(tiers, dtype=object), lengths),
            "percentile": np.concatenate([np.arange(length, dtype=np.int64) for length in lengths]),
            "days": np.concatenate([np.asarray(result.waits[tier], dtype=np.float64) for tier in tiers]),
        }
    if result.projects:
        counts = np.array(list(result.projects.values()), dtype=np.int64)
        rows["projects"] = key | {"event": np.array(list(result.projects), dtype=object), "count": counts}
    return rows


def stacked(table: str, runs: Sequence[Rows]) -> pd.DataFrame:
    """Put the rows of several runs into one table; a figure that a run does not have is missing there."""
    rows = [run[table] for run in runs if table in run]
    if table == RUNS:
        return pd.DataFrame(rows)
    lengths = [len(next(v for v in row.values() if isinstance(v, np.ndarray))) for row in rows]
    names = dict.fromkeys(name for row in rows for name in row)
    return pd.DataFrame({name: _column([row.get(name, np.nan) for row in rows], lengths) for name in names})


def _column(values: Sequence[Any], lengths: Sequence[int]) -> Any:
    """Lay the values of several runs one after the other; a single value is repeated."""
    if all(isinstance(value, np.ndarray) for value in values):
        return np.concatenate(values)
    if any(isinstance(value, np.ndarray) for value in values):
        return np.concatenate([v if isinstance(v, np.ndarray) else np.full(n, v) for v, n in zip(values, lengths, strict=True)])
    kind = object if isinstance(values[0], str) else None
    return np.repeat(np.array(values, dtype=kind), lengths)
