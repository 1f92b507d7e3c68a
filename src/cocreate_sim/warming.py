"""Compiling on a new machine: announced, once, and kept for every later run."""

from __future__ import annotations

import threading
from collections.abc import Callable

_MARK = "complete"
_WORDS = (
    "world=three_subdistricts", "world.towers=3", "run.weeks=2", "run.burn_in_weeks=1", "levers.partition=12",
    "levers.red_board=true", "levers.clubs=true", "levers.skill_groups=true", "levers.keepers=club",
    "levers.courier_reports=true", "levers.stations=true", "levers.leaders_sent_down=26", "levers.sent_down_units=true",
    "levers.councils=true", "levers.career_ladder=true", "levers.rounds=district_first", "levers.upper_heads=true",
)  # fmt: skip

# The model is slow to import: whoever only checks settings should not wait for it.


def is_warm() -> bool:
    """Say whether all loops have been compiled on this machine for exactly these sources."""
    from .engine.kernels import cache_folder

    folder = cache_folder()
    return folder is not None and (folder / _MARK).exists()


def get_ready() -> None:
    """Compile all loops without a word, unless that has been done."""
    if not is_warm():
        warm_up()


def warm_up(report: Callable[[int, int], None] | None = None, every: float = 0.5) -> None:
    """Compile all loops by a short run of a small world; ``report(compiled, all)`` is called as it goes on."""
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
        CoCreateModel(load(*_WORDS)).run()
    finally:
        done.set()
        watcher.join()
    if report is not None:
        report(len(registered), len(registered))
    folder = cache_folder()
    if folder is not None:
        (folder / _MARK).touch()
