"""Runs that studies share: what one has computed, no other computes again.

A cache is a folder; each entry holds the runs of one block of one study, in tables like those of a study, with the key of a run
in place of its arm and replicate. Entries are complete from the moment they have their name, and never change.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pandas as pd

from ..analysis.parts import RUN_COLUMNS, RUNS, SHARDED, mark_of, marks_of, read_table
from ..disk import reason, write_bytes
from ..errors import OutputError
from .compaction import blocks, shard_path
from .output import as_bytes, write_json
from .tables import RunId

HEAD = "entry.json"


def check(cache: Path) -> None:
    """Make the folder of a cache, or refuse it before any work starts.

    Raises
    ------
    OutputError
        When it is a file, or cannot be written to.
    """
    try:
        cache.mkdir(parents=True, exist_ok=True)
        trial = cache / f".tmp-{uuid4().hex}"
        trial.touch()
        trial.unlink()
    except OSError as error:
        raise OutputError(f"cache = {cache} cannot be used: {reason(error)}") from error


def fetch(cache: Path, wanted: Mapping[str, list[RunId]]) -> Iterator[dict[str, pd.DataFrame]]:
    """Yield the tables of the runs that are wanted and there, by key; an entry that is damaged is passed over."""
    left = dict(wanted)
    for entry, keys in _entries(cache):
        hits = [key for key in keys if key in left]
        if not hits or not _whole(entry):
            continue
        try:
            places = pd.DataFrame([run for key in hits for run in left[key]], columns=list(RunId._fields))
            names = [name for name in (*SHARDED, RUNS) if (entry / f"{name}.parquet").is_file()]
            tables = {name: _placed(read_table(entry / f"{name}.parquet"), places) for name in names}
        except OutputError:
            continue
        for key in hits:
            del left[key]
        yield tables


def _entries(cache: Path) -> Iterator[tuple[Path, list[str]]]:
    """Yield every entry that can be read, and the keys of its runs."""
    for entry in sorted(path for path in cache.iterdir() if not path.name.startswith(".")):
        with suppress(OutputError):
            yield entry, list(read_table(entry / f"{RUNS}.parquet", ("key",))["key"])


def _whole(entry: Path) -> bool:
    """Whether all files of an entry are as they were written."""
    try:
        marks = marks_of(json.loads((entry / HEAD).read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError):
        return False
    return not any(mark.damage(entry / name) for name, mark in marks.items())


def _placed(table: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Give rows their place in a study: the arm and replicate of their key."""
    joined = places[["arm", "replicate", "key"]].merge(table, on="key")
    return joined if "status" in table else joined.drop(columns="key")


def keep(cache: Path, folder: Path, runs: pd.DataFrame, outcomes: Collection[str]) -> None:
    """Put the runs of a study that are not there yet into the cache; those that failed stay out."""
    known = {key for _, keys in _entries(cache) for key in keys}
    for number, at in enumerate(blocks(runs["replicate"].to_numpy())):
        block = runs.iloc[at]
        new = block[(block["status"] == "ok") & ~block["key"].isin(known)].drop_duplicates("key")
        if new.empty:
            continue
        tables: dict[str, pd.DataFrame] = {}
        for name in SHARDED:
            path = shard_path(folder, name, number)
            rows = new[["arm", "replicate", "key"]].merge(read_table(path)) if path.is_file() else pd.DataFrame()
            if len(rows):
                tables[name] = rows.drop(columns=["arm", "replicate"])
        measured = [c for c in new.columns if c in RUN_COLUMNS or c in outcomes or c.startswith("realised_")]
        _add(cache, {**tables, RUNS: new[measured].drop(columns=["arm", "replicate"])})


def _add(cache: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    name = sha256(" ".join(sorted(tables[RUNS]["key"])).encode()).hexdigest()[:16]
    if (cache / name).exists():
        return
    draft = cache / f".tmp-{uuid4().hex}"
    try:
        draft.mkdir()
        marks = {}
        for table, rows in tables.items():
            content = as_bytes(rows)
            write_bytes(draft / f"{table}.parquet", content)
            marks[f"{table}.parquet"] = mark_of(content)
        write_json(draft / HEAD, {"files": marks})
        with suppress(OSError):  # another study put the same runs there at the same moment
            draft.rename(cache / name)
    except OSError as error:
        raise OutputError(f"cache = {cache} cannot be written to: {reason(error)}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
