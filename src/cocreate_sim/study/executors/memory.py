"""Giving freed memory back to the system: a worker lives through thousands of runs, and each has arrays of its own sizes."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable
from functools import cache
from typing import Any

SECONDS = 5.0
"""Memory is given back so often at most: it takes some milliseconds."""
_last = [0.0]


def give_back(clock: Callable[[], float] = time.monotonic) -> None:
    """Let the C library return the gaps between what is in use, if it is time; without it, they add up to gigabytes."""
    if clock() - _last[0] >= SECONDS:
        _last[0] = clock()
        trim = _trim()
        if trim is not None:
            trim(0)


@cache
def _trim() -> Any:
    """The function of the GNU C library, or None elsewhere: other libraries give memory back unasked, or cannot."""
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # TypeError: Windows has no library without a name
        return None
