"""The runs of a study that is still going on, or was cut short: pieces on disk, put together in one order.

The journal lists the pieces that are complete, one line each: a checksum of the line, then the size and checksum of every
file of the piece. A line that a crash cut short, or that names a file which is not as it was written, does not count.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import crc32

import pandas as pd

from ..errors import OutputError

SCHEMA = 2
FOLDER = "parts"
JOURNAL = "journal"
TABLES = ("weekly", "waits", "projects", "runs")
"""Each piece is one file per table."""
BY_PLACE = "subdistricts"
"""The table by subdistrict, which is there only when a world has several."""

RUN_COLUMNS = ("arm", "replicate", "seed", "key", "status", "error", "wall_seconds")
KEYS = {
    "runs": ("arm", "replicate"),
    "weekly": ("arm", "replicate", "week"),
    "waits": ("arm", "replicate", "tier", "percentile"),
    "projects": ("arm", "replicate", "event"),
    "subdistricts": ("arm", "replicate", "subdistrict", "week"),
}
TIERS = ("posts", "community", "all")


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a study, one row per run, run and week, run and percentile, run and event, run and subdistrict and week."""

    runs: pd.DataFrame
    weekly: pd.DataFrame
    waits: pd.DataFrame
    projects: pd.DataFrame
    subdistricts: pd.DataFrame
    """Empty when no world of the study has several subdistricts."""


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


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a study: its number, and the size and checksum of each of its files."""

    number: int
    files: dict[str, tuple[int, str]]

    def path(self, folder: Path, table: str) -> Path:
        """Return where one of its tables lies."""
        return folder / FOLDER / f"{table}-{self.number:06d}.parquet"

    def damage(self, folder: Path) -> str:
        """Say which of its files is missing or not as it was written; empty when all are whole."""
        for table, (size, checksum) in self.files.items():
            path = self.path(folder, table)
            try:
                content = path.read_bytes()
            except OSError as error:
                return f"{path}: {error.strerror or error}"
            if len(content) != size or sha256(content).hexdigest() != checksum:
                return f"{path}: {len(content):,} bytes that are not the {size:,} bytes written"
        return ""


def journal_line(piece: Piece) -> str:
    """Return the line of the journal that makes a piece count."""
    text = json.dumps({"piece": piece.number, "files": piece.files}, separators=(",", ":"))
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
            files = {name: (int(size), str(digest)) for name, (size, digest) in told["files"].items()}
            found[told["piece"]] = Piece(int(told["piece"]), files)
    return list(found.values())


def read_parts(folder: Path) -> dict[str, list[pd.DataFrame]]:
    """Return the pieces of each table, in the order in which they were written.

    Raises
    ------
    OutputError
        When a piece is damaged; going on with the study does its runs again.
    """
    found: dict[str, list[pd.DataFrame]] = {name: [] for name in (BY_PLACE, *TABLES)}
    for piece in read_journal(folder):
        damage = piece.damage(folder)
        if damage:
            raise OutputError(f"{damage}; `cocreate resume {folder}` does its runs again")
        for name in piece.files:
            found[name].append(read_table(piece.path(folder, name)))
    return found


def read_table(path: Path) -> pd.DataFrame:
    """Read one Parquet table, or say which file is damaged."""
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise OutputError(f"{path} cannot be read: {error}") from error


def assemble(pieces: Mapping[str, Sequence[pd.DataFrame]], manifest: Mapping[str, Any]) -> Tables:
    """Put pieces together so that the same runs give the same tables, whoever computed them and in whatever order.

    Rows are sorted by arm (in the study's order) and replicate; factor columns are added; an event that happened in
    no project of a run is counted as zero.
    """
    arms = list(manifest["arms"])
    outcomes = [o["name"] for o in manifest["outcomes"]]
    order = {arm["name"]: i for i, arm in enumerate(arms)}
    runs = _sorted(_joined(pieces["runs"], RUN_COLUMNS), "runs", order)
    realised = sorted(c for c in runs.columns if c.startswith("realised_"))
    measured = [c for c in outcomes if c in runs.columns]
    levels = {column: _levels(runs["arm"], arms, name) for name, column in factor_columns(arms, outcomes).items()}
    runs = pd.concat([runs[list(RUN_COLUMNS)], pd.DataFrame(levels, index=runs.index), runs[realised + measured]], axis=1)
    weekly = _sorted(_joined(pieces["weekly"], KEYS["weekly"]), "weekly", order)
    weekly = weekly[[*KEYS["weekly"], *(c for c in outcomes if c in weekly.columns)]]
    waits = _sorted(_joined(pieces["waits"], (*KEYS["waits"], "days")), "waits", order)
    projects = _with_zeros(_joined(pieces["projects"], (*KEYS["projects"], "count")), runs)
    places = _sorted(_joined(pieces.get(BY_PLACE, ()), KEYS[BY_PLACE]), BY_PLACE, order)
    return Tables(runs, weekly, waits, _sorted(projects, "projects", order), places)


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


def _sorted(table: pd.DataFrame, name: str, order: Mapping[str, int]) -> pd.DataFrame:
    ranks = pd.DataFrame({key: table[key] for key in KEYS[name]})
    ranks["arm"] = ranks["arm"].map(order)
    if name == "waits":
        ranks["tier"] = ranks["tier"].map({tier: i for i, tier in enumerate(TIERS)})
    index = ranks.sort_values(list(KEYS[name]), kind="stable").index
    return table.loc[index].drop_duplicates(list(KEYS[name])).reset_index(drop=True)


def _with_zeros(projects: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    if projects.empty:
        return projects
    done = runs.loc[runs["status"] == "ok", ["arm", "replicate"]]
    events = pd.DataFrame({"event": sorted(projects["event"].unique())})
    full = done.merge(events, how="cross").merge(projects, how="left", on=["arm", "replicate", "event"])
    full["count"] = full["count"].fillna(0).astype("int64")
    return full
