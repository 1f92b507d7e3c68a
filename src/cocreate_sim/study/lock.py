"""One process per study: a lock that the system takes back from a process that dies, however it dies."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from ..errors import OutputError

if sys.platform != "win32":  # Windows has no such locks: there the file alone says that somebody is here
    import fcntl

NAME = ".tmp-claim"
_held: dict[Path, BinaryIO] = {}


def claim(folder: Path) -> None:
    """Take the lock of a folder.

    Raises
    ------
    OutputError
        When another process has it, which is named; or when the folder cannot be written to.
    """
    path = folder.resolve() / NAME
    if path in _held:
        raise OutputError(f"{folder} is being used by this process already")
    while True:
        try:
            stream = path.open("a+b")
        except OSError as error:
            raise OutputError(f"{folder} cannot be written to: {error.strerror}") from error
        if not _lock(stream):
            holder = path.read_bytes().decode(errors="replace").strip()
            stream.close()
            raise OutputError(f"{folder} is being used by another process{f' ({holder})' if holder else ''}; wait until it ends")
        if _same(path, stream):
            break
        stream.close()  # the holder before us removed the file as it left: try again
    stream.truncate(0)
    stream.write(str(os.getpid()).encode())
    stream.flush()
    os.fsync(stream.fileno())
    _held[path] = stream


def release(folder: Path) -> None:
    """Give the lock back; a folder that is then empty is removed."""
    path = folder.resolve() / NAME
    stream = _held.pop(path, None)
    with suppress(OSError):  # the folder itself may have been taken away
        path.unlink(missing_ok=True)
    if stream is not None:
        stream.close()
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def in_use(folder: Path) -> bool:
    """Say whether a living process works on a study."""
    path = folder / NAME
    if not path.exists():
        return False
    with suppress(OSError), path.open("a+b") as stream:
        return not _lock(stream)
    return False


def _lock(stream: BinaryIO) -> bool:
    if sys.platform != "win32":
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True


def _same(path: Path, stream: BinaryIO) -> bool:
    with suppress(OSError):
        return os.path.samestat(path.stat(), os.fstat(stream.fileno()))
    return False
