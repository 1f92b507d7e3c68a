"""The small task in C: the practical limit of this machine. Needs a C compiler (Debian, Ubuntu: apt-get install gcc)."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from . import blocks
from .task import Outcome, Task

SOURCE = Path(__file__).with_name("week.c")
FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC")
"""Products and sums are not fused, so that results are those of the other programs."""


def compiler() -> str | None:
    """The C compiler of this machine, if there is one."""
    return next((found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None)


def library() -> Any:
    """Compile the loop and load it."""
    found = compiler()
    if found is None:
        raise ImportError("no C compiler (cc, gcc or clang) on this machine; Debian, Ubuntu: apt-get install gcc")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "week.so"
        subprocess.run([found, *FLAGS, "-o", str(path), str(SOURCE), "-lm"], check=True)
        made = ctypes.CDLL(str(path))
    made.week.restype = made.given_week.restype = ctypes.c_int64
    return made


def run(task: Task) -> Outcome:
    """Run the task; compiling is not counted. Threads run at once: ctypes lets go of Python's lock."""
    made = library()
    number = ctypes.c_int64

    def at(column: np.ndarray) -> ctypes.c_void_p:
        return ctypes.c_void_p(column.ctypes.data)

    def week(first: int, last: int, seed: int, tick: int, *columns: np.ndarray) -> int:
        return int(made.week(number(first), number(last), ctypes.c_uint64(seed), number(tick), *map(at, columns)))

    def given(first: int, last: int, *columns: np.ndarray) -> int:
        return int(made.given_week(number(first), number(last), *map(at, columns)))

    return blocks.run(task, week, given)
