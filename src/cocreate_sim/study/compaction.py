"""From pieces to the tables of a finished study, a thousand runs at a time, and back again when a study is gone on with."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ..analysis.parts import (
    BY_PLACE,
    FOLDER,
    RUNS,
    SHARDED,
    Mark,
    Piece,
    mark_of,
    marks_of,
    numbered,
    read_journal,
    read_manifest,
    read_table,
    rows_table,
    runs_table,
    table_path,
)
from ..disk import write_bytes
from ..errors import OutputError
from .output import as_bytes
from .pieces import SHARD_RUNS, fill_piece, list_only, without_failed

_FEW = 4
"""So many pieces are kept in memory while tables are written."""

Files = dict[str, Mark]
"""What each file of a study was when it was written, by its name within the study."""


def compact(folder: Path, manifest: Mapping[str, Any]) -> tuple[pd.DataFrame, Files]:
    """Turn the pieces into tables, and return the runs and the marks of all files.

    ``runs.parquet`` is sorted by arm and replicate. The other tables are folders: each file holds a thousand runs, replicate by
    replicate, sorted likewise. ``runs.parquet`` is written last: while it is missing, readers use the pieces.
    """
    pieces = read_journal(folder)
    damage = next((told for piece in pieces if (told := piece.damage(folder))), "")
    if damage:
        raise OutputError(f"{damage}; `cocreate resume {folder}` does its runs again")
    held = [read_table(piece.path(folder, RUNS)) for piece in pieces]
    arms = [arm["name"] for arm in manifest["arms"]]
    homes = [_codes(table, arms) for table in held]
    runs = runs_table(held, manifest)
    del held  # a second copy of all runs
    files: Files = {}
    for name in SHARDED:
        content = _Content(folder, name, pieces, homes, arms)
        if name != BY_PLACE or content.there:
            _write_shards(folder, name, _shards(content, runs, manifest), files)
    _put(folder, table_path(folder, RUNS), runs, files)
    return runs, files


def _codes(table: pd.DataFrame, arms: Sequence[str]) -> NDArray[np.int64]:
    """Return a number for the run of each row."""
    if table.empty:
        return np.zeros(0, np.int64)
    return np.asarray(table["replicate"].to_numpy(np.int64) * len(arms) + numbered(table["arm"], arms), np.int64)


class _Content:
    """One table of all pieces, read piece by piece."""

    def __init__(
        self, folder: Path, name: str, pieces: Sequence[Piece], homes: Sequence[NDArray[np.int64]], arms: Sequence[str]
    ) -> None:
        self.name, self.arms = name, arms
        self.there = [
            (piece.path(folder, name), home) for piece, home in zip(pieces, homes, strict=True) if name in piece.files
        ]
        self.columns = list(dict.fromkeys(column for path, _ in self.there for column in pq.read_schema(path).names))
        self.read = lru_cache(_FEW)(read_table)

    def events(self) -> list[str]:
        """Everything that happened in a project of any run."""
        return sorted({event for path, _ in self.there for event in read_table(path, ("event",))["event"].unique()})

    def of(self, runs: pd.DataFrame) -> list[pd.DataFrame]:
        """Return the rows of some runs."""
        wanted = _codes(runs, self.arms)
        tables = [self.read(path) for path, home in self.there if np.isin(home, wanted).any()]
        return [table[np.isin(_codes(table, self.arms), wanted)] for table in tables]


def blocks(replicates: NDArray[np.int64]) -> list[NDArray[np.intp]]:
    """Cut the rows of all runs into blocks of a thousand, replicate by replicate: what one file holds."""
    order = np.argsort(replicates, kind="stable")
    return [np.sort(order[i : i + SHARD_RUNS]) for i in range(0, max(len(order), 1), SHARD_RUNS)]


def _shards(content: _Content, runs: pd.DataFrame, manifest: Mapping[str, Any]) -> Iterator[pd.DataFrame]:
    events = content.events() if content.name == "projects" and content.there else None
    for rows in blocks(runs["replicate"].to_numpy()):
        block = runs.iloc[rows]
        yield rows_table(content.name, content.of(block), manifest, block, content.columns, events)


def _write_shards(folder: Path, name: str, shards: Iterator[pd.DataFrame], files: Files) -> None:
    """Write one file per block; a block without rows has none, but the first file is always there, to tell the columns."""
    kept = set()
    for number, shard in enumerate(shards):
        path = shard_path(folder, name, number)
        if len(shard) or number == 0:
            _put(folder, path, shard, files)
            kept.add(path)
    for path in table_path(folder, name).glob("*.parquet"):
        if path not in kept:
            path.unlink()


def shard_path(folder: Path, name: str, number: int) -> Path:
    """Return where the rows of a block of runs lie."""
    return table_path(folder, name) / f"{number:04d}.parquet"


def _put(folder: Path, path: Path, table: pd.DataFrame, files: Files) -> None:
    content = as_bytes(table)
    write_bytes(path, content)
    files[path.relative_to(folder).as_posix()] = mark_of(content)


def damaged_files(folder: Path, manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the files of a finished study that are not as they were written, and in what."""
    marks = marks_of(manifest.get("files") or {})
    return {name: told for name, mark in marks.items() if (told := mark.damage(folder / name))}


def reopen(folder: Path, retry: bool) -> list[str]:
    """Turn the tables of a finished or interrupted study back into pieces, and say which files were found damaged.

    The runs whose rows lie in a damaged file are left out, and with ``retry`` those that failed. The tables stay until all
    pieces count; then ``runs.parquet`` goes, and readers use the pieces.
    """
    path = table_path(folder, RUNS)
    if not path.is_file():
        return []
    harm: dict[str, str] = {}
    if not read_journal(folder):
        manifest = read_manifest(folder)
        harm = damaged_files(folder, manifest)
        whole = {name: mark for name, mark in marks_of(manifest["files"]).items() if name not in harm}
        pieces = list(_pieces_of(folder, pq.read_table(path), retry, whole, harm.keys())) if path.name in whole else []
        (folder / FOLDER).mkdir(exist_ok=True)
        if pieces:
            list_only(folder, pieces)
    path.unlink()
    return list(harm.values())


def _pieces_of(
    folder: Path, runs: pa.Table, retry: bool, whole: Mapping[str, Mark], harm: AbstractSet[str]
) -> Iterator[Piece]:
    """Make a piece of each block; its large files get a second name, which costs no copying."""
    for number, rows in enumerate(blocks(runs["replicate"].to_numpy())):
        files = {name: shard_path(folder, name, number).relative_to(folder).as_posix() for name in SHARDED}
        if harm & set(files.values()):
            continue
        block = runs.take(rows)
        piece = fill_piece(folder, number + 1, {RUNS: without_failed(block.to_pandas()) if retry else block})
        for name, file in files.items():
            if file in whole:
                second = piece.path(folder, name)
                second.unlink(missing_ok=True)
                try:
                    os.link(folder / file, second)
                except OSError:  # a file system without second names
                    write_bytes(second, (folder / file).read_bytes())
                piece.files[name] = whole[file]
        yield piece
