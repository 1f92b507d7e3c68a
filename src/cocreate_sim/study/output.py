"""The folder of results: claimed before any work starts, and never holding half a file."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..disk import reason, sync_folder, write_bytes
from ..errors import OutputError
from . import lock

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def prepare(out: str | Path) -> Path:
    """Claim an empty or new folder for one study, or refuse it before any work starts.

    Parameters
    ----------
    out
        The folder; missing parents are made.

    Returns
    -------
    Path
        The folder, holding a claim, so that no other study can start in it.

    Raises
    ------
    OutputError
        When it is a file, holds something already, or cannot be written to.
    """
    folder = Path(out)
    try:
        if folder.exists() and not folder.is_dir():
            raise OutputError(f"{folder} is a file; give a folder that is new or empty")
        if lock.in_use(folder):
            raise OutputError(f"{folder} is being used by another study; give a folder that is new or empty")
        if folder.is_dir() and any(entry.name != lock.NAME for entry in folder.iterdir()):
            begun = "; `cocreate resume` goes on with a study" if (folder / "manifest.json").is_file() else ""
            raise OutputError(f"{folder} is not empty; give a folder that is new or empty (nothing was changed){begun}")
        folder.mkdir(parents=True, exist_ok=True)
        lock.claim(folder)
    except OSError as error:
        raise OutputError(f"{folder} cannot be written to: {reason(error)}") from error
    return folder


def write_text(path: Path, text: str) -> Path:
    """Write a UTF-8 text, all or nothing."""
    return write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, content: Mapping[str, Any]) -> Path:
    """Write a mapping as JSON that any reader accepts (numbers that are not finite are refused)."""
    return write_text(path, json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def as_bytes(table: pd.DataFrame | pa.Table) -> bytes:
    """Return a table as a Parquet file (zstd)."""
    import pyarrow as pa  # slow to import
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    rows = table if isinstance(table, pa.Table) else pa.Table.from_pandas(table, preserve_index=False)
    pq.write_table(rows, stream, compression="zstd")
    return stream.getvalue()


def write_table(path: Path, table: pd.DataFrame) -> Path:
    """Write a table as Parquet, all or nothing."""
    return write_bytes(path, as_bytes(table))


def append_line(path: Path, line: str) -> None:
    """Add a line to a file and wait until it has reached the disk; a crash can leave a part of the line, never less than before.

    A part of a line that an earlier crash left is ended first.
    """
    try:
        with path.open("ab+") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(size - 1, 0))
            torn = size > 0 and stream.read(1) != b"\n"
            stream.write((("\n" if torn else "") + line).encode())
            stream.flush()
            os.fsync(stream.fileno())
        if size == 0:
            sync_folder(path.parent)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {reason(error)}") from error


def write_csv(path: Path, table: pd.DataFrame) -> Path:
    """Write a table as CSV with all digits, all or nothing; an empty cell means that there is no value."""
    return write_text(path, table.to_csv(index=False, lineterminator="\n"))
