"""Long runs save their state on the way, and go on from there after a kill, with the same result to the last bit.

A checkpoint is an uncompressed archive of arrays as raw bytes and one JSON text, each with a checksum; nothing in it is code.
"""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..disk import write_file
from ..errors import OutputError
from ..model import CoCreateModel
from .state import CannotSave, State, state_of, take_over

SHARE = 0.05
"""Saving takes at most about this share of a run's time."""
HEAD = "head.json"


def save(model: CoCreateModel, path: Path, key: str) -> None:
    """Write the state of a run, all or nothing; ``key`` says which run it is."""
    state = state_of(model)
    names = list(state.arrays)
    head = {
        "key": key, "values": state.values, "lengths": state.lengths, "same": state.same,
        "arrays": {name: [str(i), list(state.arrays[name].shape), _kind(state.arrays[name])] for i, name in enumerate(names)},
    }  # fmt: skip

    def fill(stream: Any) -> None:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            archive.writestr(HEAD, json.dumps(head))
            for i, name in enumerate(names):
                with archive.open(str(i), "w", force_zip64=True) as entry:
                    entry.write(np.ascontiguousarray(state.arrays[name]).reshape(-1).view(np.uint8).data)

    write_file(path, fill)


def _kind(array: np.ndarray[Any, Any]) -> str:
    """Name of an array's type; rows of a table are told by their size, for their columns are the model's."""
    return array.dtype.str if array.dtype.names is None else f"|V{array.dtype.itemsize}"


def restore(model: CoCreateModel, path: Path, key: str) -> bool:
    """Put a freshly built model into the state of a checkpoint; False when there is none that is whole and of this run.

    Raises
    ------
    CannotSave
        When the state does not fit the model, which may then be half changed: build another.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            head = json.loads(archive.read(HEAD))
            if head["key"] != key:
                return False
            arrays = {
                name: np.frombuffer(archive.read(entry), np.dtype(kind)).reshape(shape)
                for name, (entry, shape, kind) in head["arrays"].items()
            }
    except (OSError, zipfile.BadZipFile, ValueError, KeyError):
        return False  # damaged, or never there: the run starts from its beginning
    take_over(model, State(arrays, head["values"], head["lengths"], head["same"]))
    return True


def watched(
    model: CoCreateModel, path: Path, key: Callable[[], str], seconds: float, clock: Callable[[], float] = time.monotonic
) -> Callable[[int, int], None]:
    """Return what is to be called after each week: it saves the state when it is time; most runs end before, and need no key."""
    last = [clock(), seconds]

    def week(done: int, weeks: int) -> None:
        if done >= weeks or clock() - last[0] < last[1]:
            return
        start = clock()
        try:
            save(model, path, key())
        except (CannotSave, OutputError):
            last[1] = float("inf")  # a run that cannot be saved, or a folder that is not here, costs a restart and no more
            return
        last[:] = clock(), max(seconds, (clock() - start) / SHARE)

    return week
