"""The tables of a study on disk: pieces while it runs, sorted tables when it ends."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from ..analysis.parts import (
    BY_PLACE,
    FOLDER,
    JOURNAL,
    TABLES,
    TIERS,
    Piece,
    assemble,
    journal_line,
    read_journal,
    read_parts,
    read_table,
)
from ..errors import OutputError
from .output import append_line, as_bytes, reason, write_bytes, write_table

if TYPE_CHECKING:
    from ..outcomes.record import RunResult

FLUSH_SECONDS = 1.0
"""Finished runs reach the disk within about this time."""

Pieces = dict[str, pd.DataFrame]


class RunId(NamedTuple):
    """Which run of a study: its arm, replicate and seed, and the hash of all that determines it."""

    arm: str
    replicate: int
    seed: int
    key: str


def failed_run(run: RunId, seconds: float, error: str) -> Pieces:
    """Return the row of a run that failed: it keeps its place, its seed and its error."""
    return {"runs": pd.DataFrame([{**run._asdict(), "status": "failed", "error": error, "wall_seconds": seconds}])}


def finished_run(run: RunId, seconds: float, result: RunResult, burn_in_weeks: int) -> Pieces:
    """Return what one run measured, as rows of the tables."""
    key = {"arm": run.arm, "replicate": run.replicate}
    row: dict[str, Any] = {**run._asdict(), "status": "ok", "error": "", "wall_seconds": seconds}
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
    """Finished runs on their way to disk: gathered for about a second, then written as one piece and noted in the journal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.waiting: list[Pieces] = []
        self.number = 1 + max((piece.number for piece in read_journal(folder)), default=0)
        self.last = time.monotonic()

    def add(self, run: Pieces) -> None:
        """Take one finished run."""
        self.waiting.append(run)

    def flush(self, at_once: bool = False) -> None:
        """Write the runs that wait, when it is time; the piece counts from the moment its line stands in the journal.

        A piece that an interrupt cut short is written again under the same number, so no run is ever there twice.
        """
        due = at_once or time.monotonic() - self.last >= FLUSH_SECONDS
        if not (due and self.waiting):
            return
        joined = {}
        for name in (BY_PLACE, *TABLES):
            frames = [run[name] for run in self.waiting if name in run]
            if frames or name != BY_PLACE:
                joined[name] = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
        write_piece(self.folder, self.number, joined)
        self.number += 1
        self.waiting.clear()
        self.last = time.monotonic()


def write_piece(folder: Path, number: int, pieces: Pieces) -> None:
    """Write one piece: its files reach the disk first, then its line in the journal."""
    files: dict[str, tuple[int, str]] = {}
    piece = Piece(number, files)
    for name in (BY_PLACE, *TABLES):
        if name not in pieces:
            continue
        content = as_bytes(pieces[name])
        write_bytes(piece.path(folder, name), content)
        files[name] = (len(content), sha256(content).hexdigest())
    append_line(folder / FOLDER / JOURNAL, journal_line(piece))


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


def reopen(folder: Path, retry: bool) -> None:
    """Turn the tables of a finished or interrupted study back into a piece; with ``retry`` without the runs that failed.

    The tables stay until the piece counts; then ``runs.parquet`` goes, and readers use the pieces.
    """
    path = folder / "runs.parquet"
    if not path.is_file():
        return
    if not read_journal(folder):
        there = [name for name in (BY_PLACE, *TABLES) if (folder / f"{name}.parquet").is_file()]
        tables = {name: read_table(folder / f"{name}.parquet") for name in there}
        write_piece(folder, 1, tables | {"runs": _without_failed(tables["runs"]) if retry else tables["runs"]})
    path.unlink()


def take_stock(folder: Path, retry: bool) -> tuple[pd.DataFrame, list[str]]:
    """Return the runs that need not be done again, and which files were found damaged.

    Afterwards the journal lists whole pieces only; with ``retry`` they hold no failed run.
    """
    pieces = read_journal(folder)
    damage = {piece.number: piece.damage(folder) for piece in pieces}
    whole = [piece for piece in pieces if not damage[piece.number]]
    if len(whole) < len(pieces):
        _list_only(folder, whole)
    for piece in whole if retry else ():
        runs = read_table(piece.path(folder, "runs"))
        if (runs["status"] == "failed").any():
            _replace_runs(folder, piece, _without_failed(runs))
    tables = [read_table(piece.path(folder, "runs")) for piece in read_journal(folder)]
    filled = [table for table in tables if len(table)]
    known = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=["arm", "replicate"])
    return known, [text for text in damage.values() if text]


def _without_failed(runs: pd.DataFrame) -> pd.DataFrame:
    return runs[runs["status"] != "failed"].reset_index(drop=True)


def _list_only(folder: Path, pieces: Sequence[Piece]) -> None:
    write_bytes(folder / FOLDER / JOURNAL, "".join(journal_line(piece) for piece in pieces).encode())


def _replace_runs(folder: Path, piece: Piece, runs: pd.DataFrame) -> None:
    """Write a piece again, under the next number, with other runs; what failed has rows in no other table."""
    tables = {name: read_table(piece.path(folder, name)) for name in piece.files}
    write_piece(folder, 1 + max(p.number for p in read_journal(folder)), tables | {"runs": runs})
    _list_only(folder, [p for p in read_journal(folder) if p.number != piece.number])
