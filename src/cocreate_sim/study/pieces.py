"""Finished runs on their way to disk: small pieces with a journal, which grow together so that they stay few."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa

from ..analysis.parts import FOLDER, JOURNAL, RUNS, SHARDED, Mark, Piece, mark_of, read_journal, read_table
from ..disk import reason, write_bytes
from ..errors import OutputError
from .output import append_line, as_bytes
from .tables import Rows, stacked

FLUSH_SECONDS = 1.0
"""Finished runs reach the disk within about this time, and a thousand at once."""
TOGETHER = 16
"""So many pieces of about one size are put together into one."""
SHARD_RUNS = 1000
"""Pieces of this many runs are large enough, and files of a finished study hold so many."""


class Parts:
    """Finished runs on their way to disk: gathered for about a second, then written as one piece and noted in the journal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.waiting: list[Rows] = []
        self.pieces = read_journal(folder)
        self.last = time.monotonic()

    @property
    def number(self) -> int:
        """Number of the next piece."""
        return 1 + max((piece.number for piece in self.pieces), default=0)

    def add(self, run: Rows) -> None:
        """Take one finished run."""
        self.waiting.append(run)

    def flush(self, at_once: bool = False) -> bool:
        """Write the runs that wait, when it is time, and say whether any were written.

        The piece counts from the moment its line stands in the journal. One that an interrupt cut short is written again under
        the same number, so no run is ever there twice.
        """
        due = at_once or len(self.waiting) >= SHARD_RUNS or time.monotonic() - self.last >= FLUSH_SECONDS
        if not (due and self.waiting):
            return False
        tables = {name: stacked(name, self.waiting) for name in (*SHARDED, RUNS) if any(name in run for run in self.waiting)}
        self.pieces.append(write_piece(self.folder, self.number, tables))
        self.waiting.clear()
        while self._grow():
            pass
        self.last = time.monotonic()
        return True

    def _grow(self) -> bool:
        """Put pieces of about one size together when there are enough; say whether anything was done."""
        by_size: dict[int, list[Piece]] = {}
        for piece in self.pieces:
            if piece.runs < SHARD_RUNS:
                by_size.setdefault(len(f"{piece.runs:x}"), []).append(piece)  # sizes in steps of 16
        small = next((found for _, alike in sorted(by_size.items()) if (found := _enough(alike))), None)
        if small is None:
            return False
        joined = fill_piece(self.folder, self.number, merged(self.folder, small))
        rest = [piece for piece in self.pieces if piece not in small]
        list_only(self.folder, [*rest, joined])
        self.pieces = [*rest, joined]
        for piece in small:
            for name in piece.files:
                piece.path(self.folder, name).unlink(missing_ok=True)
        return True


def _enough(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Return the first of these pieces that are worth putting together: many, or in sum as large as a piece should be."""
    runs = 0
    for count, piece in enumerate(pieces, 1):
        runs += piece.runs
        if count == TOGETHER or runs >= SHARD_RUNS:
            return pieces[:count]
    return ()


def merged(folder: Path, pieces: Sequence[Piece]) -> dict[str, pd.DataFrame]:
    """Return the tables of several pieces, one after the other."""
    tables = {}
    for name in (*SHARDED, RUNS):
        found = [read_table(piece.path(folder, name)) for piece in pieces if name in piece.files]
        if found:
            tables[name] = pd.concat(found, ignore_index=True)
    return tables


def fill_piece(folder: Path, number: int, tables: Mapping[str, pd.DataFrame | pa.Table]) -> Piece:
    """Write the files of a piece, which does not count yet."""
    files: dict[str, Mark] = {}
    piece = Piece(number, len(tables[RUNS]), files)
    for name, table in tables.items():
        content = as_bytes(table)
        write_bytes(piece.path(folder, name), content)
        files[name] = mark_of(content)
    return piece


def write_piece(folder: Path, number: int, tables: Mapping[str, pd.DataFrame]) -> Piece:
    """Write one piece: its files reach the disk first, then its line in the journal."""
    piece = fill_piece(folder, number, tables)
    append_line(folder / FOLDER / JOURNAL, piece.line())
    return piece


def list_only(folder: Path, pieces: Sequence[Piece]) -> None:
    """Let the journal list these pieces and no others."""
    write_bytes(folder / FOLDER / JOURNAL, "".join(piece.line() for piece in pieces).encode())


def remove_parts(folder: Path) -> None:
    """Remove the pieces once the tables hold them all."""
    try:
        shutil.rmtree(folder / FOLDER, ignore_errors=False)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise OutputError(f"{folder / FOLDER} cannot be removed: {reason(error)}") from error


def take_stock(folder: Path, retry: bool) -> tuple[pd.DataFrame, list[str]]:
    """Return the runs that need not be done again, and which files were found damaged.

    Afterwards the journal lists whole pieces only; with ``retry`` they hold no failed run.
    """
    pieces = read_journal(folder)
    damage = {piece.number: piece.damage(folder) for piece in pieces}
    whole = [piece for piece in pieces if not damage[piece.number]]
    if len(whole) < len(pieces):
        list_only(folder, whole)
    for piece in whole if retry else ():
        runs = read_table(piece.path(folder, RUNS))
        if (runs["status"] == "failed").any():
            _replace_runs(folder, piece, without_failed(runs))
    found = [read_table(piece.path(folder, RUNS), ("arm", "replicate")) for piece in read_journal(folder) if piece.runs]
    known = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=["arm", "replicate"])
    return known, [text for text in damage.values() if text]


def without_failed(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs that did not fail."""
    return runs[runs["status"] != "failed"].reset_index(drop=True)


def _replace_runs(folder: Path, piece: Piece, runs: pd.DataFrame) -> None:
    """Write a piece again, under the next number, with other runs; what failed has rows in no other table."""
    tables = {name: read_table(piece.path(folder, name)) for name in piece.files}
    pieces = read_journal(folder)
    other = fill_piece(folder, 1 + max(p.number for p in pieces), tables | {RUNS: runs})
    list_only(folder, [*(p for p in pieces if p.number != piece.number), other])
