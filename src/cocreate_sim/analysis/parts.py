"""The tables of a study on disk: finished ones, and the pieces of a study that is still going on or was cut short.

A finished study is ``runs.parquet`` and a folder per other table, whose files hold a thousand runs each. While it goes on,
``parts/`` holds pieces, and a journal that lists those that are complete, one line each: a checksum of the line, then the size
and checksum of every file of the piece. A line that a crash cut short, or that names a file which is not as it was written,
does not count.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import OutputError

SCHEMA = 3
FOLDER = "parts"
JOURNAL = "journal"
RUNS = "runs"
BY_PLACE = "subdistricts"
"""The table by subdistrict, which is there only when a world has several."""
PLACES, PLACE_TIES = "places/places.parquet", "places/ties.parquet"
"""Tables by unit and building, and of the ties of one building, which `cocreate places` writes for one replicate."""
TABLES = ("weekly", "waits", "projects", RUNS)
"""Tables that every study has."""
SHARDED = (BY_PLACE, *TABLES[:-1])
"""Tables that lie in a folder of their own, in files of many runs each."""

RUN_COLUMNS = ("arm", "replicate", "seed", "key", "status", "error", "wall_seconds")
KEYS = {
    RUNS: ("arm", "replicate"),
    "weekly": ("arm", "replicate", "week"),
    "waits": ("arm", "replicate", "tier", "percentile"),
    "projects": ("arm", "replicate", "event"),
    BY_PLACE: ("arm", "replicate", "subdistrict", "week"),
}
TIERS = ("posts", "community", "all")


def table_path(folder: Path, name: str) -> Path:
    """Return where a table of a finished study lies: ``runs.parquet``, or a folder of Parquet files."""
    return folder / (name if name in SHARDED else f"{name}.parquet")


def key_of(settings: str, seed: int, code: str) -> str:
    """Return the key of one run from the hash of its settings, its seed and the hash of the model's rules."""
    return sha256(f"{settings} {seed} {code}".encode()).hexdigest()[:32]


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what a study says of itself.

    Raises
    ------
    OutputError
        When the folder holds no study, or one that this version cannot read.
    """
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise OutputError(f"{folder} holds no study: manifest.json is not there") from error
    except (OSError, ValueError) as error:
        raise OutputError(f"{path} cannot be read: {error}") from error
    schema = manifest.get("schema") if isinstance(manifest, dict) else None
    if schema != SCHEMA:
        made = f"schema {schema}, made by version {manifest.get('version')}" if isinstance(schema, int) else "no schema"
        raise OutputError(f"{path} has {made}; this version reads schema {SCHEMA}: use the version that made it")
    return dict(manifest)


class Mark(NamedTuple):
    """What a file was when it was written: its size in bytes and its SHA-256; in JSON a list of the two."""

    size: int
    digest: str

    def damage(self, path: Path) -> str:
        """Say in what a file is not as it was written; empty when it is whole."""
        try:
            content = path.read_bytes()
        except OSError as error:
            return f"{path}: {error.strerror or error}"
        if len(content) != self.size or sha256(content).hexdigest() != self.digest:
            return f"{path}: {len(content):,} bytes that are not the {self.size:,} bytes written"
        return ""


def marks_of(told: Mapping[str, Any]) -> dict[str, Mark]:
    """Return the marks of files as they stand in JSON."""
    return {name: Mark(int(size), str(digest)) for name, (size, digest) in told.items()}


def mark_of(content: bytes) -> Mark:
    """Return the mark of a file's content."""
    return Mark(len(content), sha256(content).hexdigest())


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a study: its number, how many runs it holds, and the mark of each of its files."""

    number: int
    runs: int
    files: dict[str, Mark]

    def path(self, folder: Path, table: str) -> Path:
        """Return where one of its tables lies."""
        return folder / FOLDER / f"{table}-{self.number:06d}.parquet"

    def damage(self, folder: Path) -> str:
        """Say which of its files is missing or not as it was written; empty when all are whole."""
        return next((told for name, mark in self.files.items() if (told := mark.damage(self.path(folder, name)))), "")

    def line(self) -> str:
        """Return the line of the journal that makes it count."""
        text = json.dumps({"piece": self.number, "runs": self.runs, "files": self.files}, separators=(",", ":"))
        return f"{crc32(text.encode()):08x} {text}\n"


def read_journal(folder: Path) -> list[Piece]:
    """Return the pieces that the journal lists; lines that a crash cut short are passed over."""
    try:
        lines = (folder / FOLDER / JOURNAL).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    found = {}
    for line in lines:
        checksum, _, text = line.partition(" ")
        if checksum == f"{crc32(text.encode()):08x}":
            told = json.loads(text)
            found[told["piece"]] = Piece(int(told["piece"]), int(told["runs"]), marks_of(told["files"]))
    return list(found.values())


def read_pieces(folder: Path, table: str) -> list[pd.DataFrame]:
    """Return one table of every piece, in the order in which they were written.

    Raises
    ------
    OutputError
        When a piece is damaged; going on with the study does its runs again.
    """
    found = []
    for piece in read_journal(folder):
        damage = piece.damage(folder)
        if damage:
            raise OutputError(f"{damage}; `cocreate resume {folder}` does its runs again")
        if table in piece.files:
            found.append(read_table(piece.path(folder, table)))
    return found


def read_table(path: Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read a Parquet table, one file or a folder of files, or say which is damaged."""
    try:
        return pd.read_parquet(path, columns=None if columns is None else list(columns))
    except (OSError, ValueError) as error:
        raise OutputError(f"{path} cannot be read: {error}") from error


def read(folder: Path, manifest: Mapping[str, Any], name: str) -> pd.DataFrame:
    """Return a table of a study, finished or not; the table by subdistrict is empty when no world has several."""
    path = table_path(folder, name)
    if table_path(folder, RUNS).is_file():
        return read_table(path) if name != BY_PLACE or path.exists() else pd.DataFrame()
    runs = runs_table(read_pieces(folder, RUNS), manifest)
    return runs if name == RUNS else rows_table(name, read_pieces(folder, name), manifest, runs)


def runs_table(pieces: Sequence[pd.DataFrame], manifest: Mapping[str, Any]) -> pd.DataFrame:
    """Put the rows of runs together, sorted by arm (in the study's order) and replicate, with a column per factor.

    The same runs give the same table, whoever computed them and in whatever order.
    """
    arms = list(manifest["arms"])
    outcomes = [o["name"] for o in manifest["outcomes"]]
    runs = _sorted(_joined(pieces, RUN_COLUMNS), RUNS, arms)
    realised = sorted(c for c in runs.columns if c.startswith("realised_"))
    measured = [c for c in outcomes if c in runs.columns]
    levels = {column: _levels(runs["arm"], arms, name) for name, column in factor_columns(arms, outcomes).items()}
    return pd.concat([runs[list(RUN_COLUMNS)], pd.DataFrame(levels, index=runs.index), runs[realised + measured]], axis=1)


def rows_table(
    name: str,
    pieces: Sequence[pd.DataFrame],
    manifest: Mapping[str, Any],
    runs: pd.DataFrame,
    columns: Sequence[str] = (),
    events: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Put the rows of another table together, in the order of the runs.

    Parameters
    ----------
    columns
        All columns of the table, when some may be missing in these pieces.
    runs, events
        An event (``events``: those of the whole study) that happened in no project of a run is counted as zero.
    """
    table = _joined(pieces, (*KEYS[name], *{"waits": ("days",), "projects": ("count",)}.get(name, ())))
    table = table.reindex(columns=[*table.columns, *(c for c in columns if c not in table.columns)])
    if name == "weekly":
        table = table[[*KEYS[name], *(o["name"] for o in manifest["outcomes"] if o["name"] in table.columns)]]
    if name == "projects" and not (table.empty and events is None):
        table = _with_zeros(table, runs, sorted(table["event"].unique()) if events is None else events)
    return _sorted(table, name, list(manifest["arms"]))


def factor_columns(arms: Sequence[Mapping[str, Any]], outcomes: Sequence[str]) -> dict[str, str]:
    """Return the column of each factor: its name, or ``factor_NAME`` where an outcome has that name already."""
    taken = {*outcomes, *RUN_COLUMNS}
    names = dict.fromkeys(name for arm in arms for name in arm["factors"])
    return {name: f"factor_{name}" if name in taken else name for name in names}


def _levels(names: pd.Series, arms: Sequence[Mapping[str, Any]], factor: str) -> pd.Series:
    """Return the value of one factor for each run: numbers when all arms have a number, else texts."""
    by_arm = {arm["name"]: arm["factors"].get(factor) for arm in arms}
    if all(isinstance(level, int | float) for level in by_arm.values()):
        return names.map(by_arm).astype("float64")
    return names.map({arm: f"{level:.10g}" if isinstance(level, int | float) else level for arm, level in by_arm.items()})


def _joined(pieces: Sequence[pd.DataFrame], columns: Sequence[str]) -> pd.DataFrame:
    filled = [piece for piece in pieces if len(piece)]
    if not filled:
        return pd.DataFrame({column: pd.Series(dtype="float64") for column in columns})
    return pd.concat(filled, ignore_index=True)


def _sorted(table: pd.DataFrame, name: str, arms: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    ranks = pd.DataFrame({key: table[key] for key in KEYS[name]})
    ranks["arm"] = numbered(ranks["arm"], [arm["name"] for arm in arms])
    if name == "waits":
        ranks["tier"] = numbered(ranks["tier"], TIERS)
    index = ranks.sort_values(list(KEYS[name]), kind="stable").index
    return table.loc[index].drop_duplicates(list(KEYS[name])).reset_index(drop=True)


def numbered(texts: pd.Series, order: Sequence[str]) -> NDArray[np.int64]:
    """Return the place of each text in an order; each different one is looked up once: ``Series.map`` is slow with many rows."""
    places = {text: place for place, text in enumerate(order)}
    codes, different = pd.factorize(texts)
    found: NDArray[np.int64] = np.array([places[text] for text in different], np.int64)[codes]
    return found


def _with_zeros(projects: pd.DataFrame, runs: pd.DataFrame, events: Sequence[str]) -> pd.DataFrame:
    done = runs.loc[runs["status"] == "ok", ["arm", "replicate"]]
    full = done.merge(pd.DataFrame({"event": list(events)}), how="cross")
    if projects.empty:
        return full.assign(count=0)
    full = full.merge(projects, how="left", on=["arm", "replicate", "event"])
    full["count"] = full["count"].fillna(0).astype("int64")
    return full
