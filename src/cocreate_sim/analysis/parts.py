"""The runs of a study that is still going on, or was cut short: pieces on disk, put together in one order."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import OutputError

SCHEMA = 1
FOLDER = "parts"
TABLES = ("weekly", "waits", "projects", "runs")
"""Each piece is one file per table; ``runs`` is written last, and makes the piece count."""
BY_PLACE = "subdistricts"
"""The table by subdistrict, which is there only when a world has several."""

RUN_COLUMNS = ("arm", "replicate", "seed", "status", "error", "wall_seconds")
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
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise OutputError(f"{path} is not the manifest of a study of schema {SCHEMA}")
    return manifest


def read_parts(folder: Path) -> dict[str, list[pd.DataFrame]]:
    """Return the pieces of each table, in the order in which they were written; unfinished pieces are left out."""
    found: dict[str, list[pd.DataFrame]] = {name: [] for name in (BY_PLACE, *TABLES)}
    for last in sorted((folder / FOLDER).glob("runs-*.parquet")):
        number = last.stem.removeprefix("runs-")
        places = folder / FOLDER / f"{BY_PLACE}-{number}.parquet"
        if places.is_file():
            found[BY_PLACE].append(read_table(places))
        for name in TABLES:
            found[name].append(read_table(folder / FOLDER / f"{name}-{number}.parquet"))
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
