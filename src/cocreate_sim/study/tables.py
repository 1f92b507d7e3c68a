"""The tables of a study on disk: pieces while it runs, sorted tables when it ends."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..analysis.parts import BY_PLACE, FOLDER, TABLES, TIERS, assemble, read_parts
from ..errors import OutputError
from .output import reason, write_table

if TYPE_CHECKING:
    from ..outcomes.record import RunResult

FLUSH_SECONDS = 1.0
"""Finished runs reach the disk within about this time."""

Pieces = dict[str, pd.DataFrame]


def failed_run(arm: str, replicate: int, seed: int, seconds: float, error: str) -> Pieces:
    """Return the row of a run that failed: it keeps its place, its seed and its error."""
    row = {"arm": arm, "replicate": replicate, "seed": seed, "status": "failed", "error": error, "wall_seconds": seconds}
    return {"runs": pd.DataFrame([row])}


def finished_run(arm: str, replicate: int, seed: int, seconds: float, result: RunResult, burn_in_weeks: int) -> Pieces:
    """Return what one run measured, as rows of the tables."""
    key = {"arm": arm, "replicate": replicate}
    row: dict[str, Any] = {**key, "seed": seed, "status": "ok", "error": "", "wall_seconds": seconds}
    row |= {f"realised_{name}": float(value) for name, value in result.realised.items()}
    row |= {name: float(value) for name, value in result.summary.items()}
    pieces = {"runs": pd.DataFrame([row])}
    if result.weekly:
        length = len(next(iter(result.weekly.values())))
        weekly = {"week": np.arange(length, dtype=np.int64) - burn_in_weeks}
        weekly |= {name: np.asarray(values, dtype=np.float64) for name, values in result.weekly.items()}
        pieces["weekly"] = _keyed(key, pd.DataFrame(weekly))
    if result.places:
        weeks, places = next(iter(result.places.values())).shape
        by_place: dict[str, Any] = {"week": np.tile(np.arange(weeks, dtype=np.int64) - burn_in_weeks, places)}
        by_place = {"subdistrict": np.repeat(np.arange(places, dtype=np.int64), weeks)} | by_place
        by_place |= {name: np.asarray(values, dtype=np.float64).T.ravel() for name, values in result.places.items()}
        pieces[BY_PLACE] = _keyed(key, pd.DataFrame(by_place))
    tiers = [tier for tier in TIERS if len(result.waits.get(tier, ()))]
    if tiers:
        percentiles = np.concatenate([np.arange(len(result.waits[t]), dtype=np.int64) for t in tiers])
        days = np.concatenate([np.asarray(result.waits[t], dtype=np.float64) for t in tiers])
        names = np.repeat(np.array(tiers, dtype=object), [len(result.waits[t]) for t in tiers])
        pieces["waits"] = _keyed(key, pd.DataFrame({"tier": names, "percentile": percentiles, "days": days}))
    if result.projects:
        counts = np.array(list(result.projects.values()), dtype=np.int64)
        pieces["projects"] = _keyed(key, pd.DataFrame({"event": list(result.projects), "count": counts}))
    return pieces


def _keyed(key: Mapping[str, Any], table: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([pd.DataFrame(key, index=table.index), table], axis=1)


class Parts:
    """Finished runs on their way to disk: gathered for about a second, then written as one piece."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER
        self.waiting: list[Pieces] = []
        self.number = 1
        self.last = time.monotonic()

    def add(self, run: Pieces) -> None:
        """Take one finished run."""
        self.waiting.append(run)

    def flush(self, at_once: bool = False) -> None:
        """Write the runs that wait, when it is time; the piece counts from the moment its ``runs`` file is there.

        A piece that an interrupt cut short is written again under the same number, so no run is ever there twice.
        """
        due = at_once or time.monotonic() - self.last >= FLUSH_SECONDS
        if not (due and self.waiting):
            return
        for name in (BY_PLACE, *TABLES):
            frames = [run[name] for run in self.waiting if name in run]
            table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
            if name == BY_PLACE and not frames:
                continue
            write_table(self.folder / f"{name}-{self.number:06d}.parquet", table)
        self.number += 1
        self.waiting.clear()
        self.last = time.monotonic()


def compact(folder: Path, manifest: Mapping[str, Any]) -> pd.DataFrame:
    """Turn the pieces into tables, sorted by arm and replicate, and return the runs.

    ``subdistricts.parquet`` is there when a world has several.
    ``runs.parquet`` is written last: while it is missing, readers use the pieces.
    """
    tables = assemble(read_parts(folder), manifest)
    write_table(folder / "weekly.parquet", tables.weekly)
    write_table(folder / "waits.parquet", tables.waits)
    write_table(folder / "projects.parquet", tables.projects)
    if len(tables.subdistricts):
        write_table(folder / f"{BY_PLACE}.parquet", tables.subdistricts)
    write_table(folder / "runs.parquet", tables.runs)
    return tables.runs


def remove_parts(folder: Path) -> None:
    """Remove the pieces once the tables hold them all."""
    try:
        shutil.rmtree(folder / FOLDER, ignore_errors=False)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise OutputError(f"{folder / FOLDER} cannot be removed: {reason(error)}") from error
