"""Compiling on a new machine: announced, once, and kept for every later run."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_MOST_HELPERS = 3
"""More would wait for the longest mechanism, and each takes a gigabyte."""
_WORDS = (
    "world=three_subdistricts", "world.towers=3", "run.weeks=2", "run.burn_in_weeks=1", "levers.partition=12",
    "levers.red_board=true", "levers.clubs=true", "levers.skill_groups=true", "levers.keepers=club",
    "levers.courier_reports=true", "levers.stations=true", "levers.leaders_sent_down=26", "levers.sent_down_units=true",
    "levers.councils=true", "levers.career_ladder=true", "levers.rounds=district_first", "levers.upper_heads=true",
)  # fmt: skip

# The model is slow to import: whoever only checks settings should not wait for it.


def _mark() -> Path | None:
    """Return the file that says that all loops are in the cache; Numba asks for the same files, at the same place and time."""
    from .engine.kernels import _COMPILED, cache_folder

    folder = cache_folder()
    if folder is None:
        return None
    files = sorted(path for part in _COMPILED for path in (Path(__file__).resolve().parent / part).rglob("*.py"))
    told = "".join(f"{path} {path.stat().st_mtime_ns}" for path in files)
    return folder / f"complete-{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def is_warm() -> bool:
    """Say whether all loops have been compiled on this machine for exactly these sources."""
    mark = _mark()
    return mark is not None and mark.exists()


def get_ready() -> None:
    """Compile all loops without a word, unless that has been done."""
    if not is_warm():
        warm_up()


def warm_up(report: Callable[[int, int], None] | None = None, every: float = 0.5) -> None:
    """Compile all loops by a short run of a small world; ``report(compiled, all)`` is called as it goes on.

    On other cores, other processes let the same mechanisms happen in another order, only to compile: what they have compiled this
    run finds in the cache.
    """
    from .config import load
    from .engine.kernels import cache_folder, registered
    from .model import CoCreateModel

    done = threading.Event()

    def watch() -> None:
        while not done.wait(every):
            if report is not None:
                report(sum(1 for k in registered if getattr(k, "signatures", ())), len(registered))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        with _helpers(cache_folder() is not None):
            CoCreateModel(load(*_WORDS)).run()
    finally:
        done.set()
        watcher.join()
    if report is not None:
        report(len(registered), len(registered))
    if (mark := _mark()) is not None:
        mark.touch()


@contextlib.contextmanager
def _helpers(wanted: bool) -> Iterator[None]:
    """Let other cores compile ahead for as long as this lasts."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    count = min(cores - 1, _MOST_HELPERS) if wanted and os.environ.get("NUMBA_DISABLE_JIT") != "1" else 0
    quiet: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    program = "import sys; from cocreate_sim.warming import _compile_ahead; _compile_ahead(float(sys.argv[1]))"
    started = [subprocess.Popen([sys.executable, "-c", program, str(1 - k / count)], **quiet) for k in range(count)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def _compile_ahead(part: float) -> None:
    """Let mechanisms happen backwards, from a certain part of their order on; it means nothing, but compiles their loops."""
    from .config import load
    from .model import CoCreateModel

    if hasattr(os, "nice"):
        os.nice(10)
    model = CoCreateModel(load(*_WORDS))
    last = round(part * len(model.mechanisms))
    for mechanism in (*model.mechanisms[:last][::-1], *model.mechanisms[last:][::-1]):
        with contextlib.suppress(Exception):
            mechanism.step(model.world)
