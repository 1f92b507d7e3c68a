"""Files that show either nothing new or all of it, whatever happens while they are written."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from .errors import OutputError


def reason(error: OSError) -> str:
    """Say in words why the system refused to write."""
    return error.strerror or str(error)


def write_file(path: Path, fill: Callable[[BinaryIO], None], *, shared: bool = False) -> Path:
    """Write a file so that its name shows either nothing new or all of it.

    The bytes go to a draft beside it, reach the disk, and are then renamed.

    Parameters
    ----------
    shared
        Nobody keeps others from writing the same file now: the draft gets a name of this process. Otherwise the draft is
        ``.tmp-NAME``, so that one that a crash left is written over and nothing lies about.

    Raises
    ------
    OutputError
        When the disk is full or the folder cannot be written to; the old file, if any, is untouched.
    """
    draft = path.with_name(f".tmp-{os.getpid()}-{path.name}" if shared else f".tmp-{path.name}")
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
        sync_folder(path.parent)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {reason(error)}") from error
    return path


def write_bytes(path: Path, content: bytes, *, shared: bool = False) -> Path:
    """Write bytes, all or nothing; see :func:`write_file`."""
    return write_file(path, lambda stream: _put(stream, content), shared=shared)


def sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where the system allows it."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _put(stream: BinaryIO, data: bytes) -> None:
    stream.write(data)
