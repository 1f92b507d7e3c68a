"""The folder of results: claimed before any work starts, and never holding half a file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ..errors import OutputError

if TYPE_CHECKING:
    import pandas as pd

CLAIM = ".tmp-claim"


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
        if folder.is_dir() and any(folder.iterdir()):
            raise OutputError(f"{folder} is not empty; give a folder that is new or empty (nothing was changed)")
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / CLAIM).open("xb") as claim:  # "x": of two studies that start together, one is refused
            claim.write(str(os.getpid()).encode())
            claim.flush()
            os.fsync(claim.fileno())
    except FileExistsError as error:
        raise OutputError(f"{folder} is being used by another study; give a folder that is new or empty") from error
    except OSError as error:
        raise OutputError(f"{folder} cannot be written to: {reason(error)}") from error
    return folder


def release(folder: Path) -> None:
    """Take back the claim on a folder; a folder that is then empty is removed."""
    (folder / CLAIM).unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def reason(error: OSError) -> str:
    """Say in words why the system refused to write."""
    return error.strerror or str(error)


def write_file(path: Path, fill: Callable[[BinaryIO], None]) -> Path:
    """Write a file so that its name shows either nothing new or all of it.

    The bytes go to ``.tmp-NAME`` beside it, reach the disk, and are then renamed.

    Raises
    ------
    OutputError
        When the disk is full or the folder cannot be written to; the old file, if any, is untouched.
    """
    draft = path.with_name(f".tmp-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with draft.open("wb") as stream:
                fill(stream)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {reason(error)}") from error
    return path


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where the system allows it."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_text(path: Path, text: str) -> Path:
    """Write a UTF-8 text, all or nothing."""
    return write_file(path, lambda stream: _put(stream, text.encode("utf-8")))


def write_json(path: Path, content: Mapping[str, Any]) -> Path:
    """Write a mapping as JSON that any reader accepts (numbers that are not finite are refused)."""
    return write_text(path, json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def write_table(path: Path, table: pd.DataFrame) -> Path:
    """Write a table as Parquet (zstd), all or nothing."""
    return write_file(path, lambda stream: table.to_parquet(stream, engine="pyarrow", compression="zstd", index=False))


def write_csv(path: Path, table: pd.DataFrame) -> Path:
    """Write a table as CSV with all digits, all or nothing; an empty cell means that there is no value."""
    return write_text(path, table.to_csv(index=False, lineterminator="\n"))


def _put(stream: BinaryIO, data: bytes) -> None:
    stream.write(data)
