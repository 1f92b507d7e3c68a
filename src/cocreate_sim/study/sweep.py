"""A sweep: a design of points times replicates, on disk as runs finish, and a table of what each point gave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..config import compose
from ..config.executor import with_processes
from ..config.experiment import HEADLINE
from ..config.overrides import last_of_each, parse
from ..warming import get_ready
from .checks import check_worlds
from .compare import command, folder_of
from .executors import executor_of
from .going import NO_LIMITS, Limits, Progress, Way
from .points import Plan, composable, plan
from .results import write_results
from .runner import run_study


def sweep(
    words: Sequence[str],
    out: str | Path | None = None,
    processes: int | None = None,
    progress: Progress | None = None,
    ready: Callable[[], None] = get_ready,
    limits: Limits = NO_LIMITS,
) -> Path:
    """Run every point of a design with every seed; ``resume`` goes on with one that was cut short.

    Parameters
    ----------
    words
        Words such as ``levers.posts=40,72``, ``design=sobol``, ``samples=64``, ``uncertainties=priors``, ``replicates=20``.
    out
        A new or empty folder; ``out=FOLDER`` among the words will do as well.
    processes
        How many runs go on at the same time on this machine; the executor of the words does them when not given.
    progress
        Called with the number of finished runs and the number of runs.
    ready
        Called once before the first run, when everything has been checked.
    limits
        When to stop by itself.

    Returns
    -------
    Path
        The folder: ``runs.parquet`` has one row per run, ``points.csv`` one per point.
    """
    layout, config = checked_plan(words)
    about = {
        "kind": "sweep",
        "command": command("sweep", words),
        "cache": config["cache"],
        "question": (config.get("experiment") or {}).get("question") or "",
        "headline": list((config.get("experiment") or {}).get("outcomes") or HEADLINE),
        "notes": list(layout.notes),
        **({"design": dict(layout.design)} if layout.design else {}),
    }
    folder = run_study(
        layout.arms, int(config["replicates"]), int(config["run"]["seed"]), folder_of(out, config.get("out")),
        executor_of(with_processes(config["executor"], processes or 0)), Way(progress, ready, limits), configs=layout.configs,
        about=about,
    )  # fmt: skip
    write_results(folder)
    return folder


def checked_plan(words: Sequence[str]) -> tuple[Plan, dict[str, Any]]:
    """Lay out the points and check that every world of the first seed can be built."""
    layout = plan(words)
    config = compose(composable(last_of_each(parse(words, spans=True))))
    check_worlds(layout.configs, int(config["run"]["seed"]))
    return layout, config
