"""The whole of a comparison: arms, runs, tables, figures, and a summary in words."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

from ..config import compose
from ..config.executor import with_processes
from ..config.experiment import HEADLINE
from ..errors import ConfigError
from ..extensions import load
from ..warming import get_ready
from . import interactions
from .design import arms_of, pair_by_of
from .executors import Executor, executor_of
from .going import Progress, Way
from .results import write_results
from .runner import resume, run_study
from .until import Until, settle


def compare(
    overrides: Sequence[str],
    out: str | Path | None = None,
    processes: int | None = None,
    progress: Progress | None = None,
    ready: Callable[[], None] = get_ready,
    until: Until | None = None,
) -> Path:
    """Compare policies, or the arms of an experiment, on the same worlds and with the same luck.

    Parameters
    ----------
    overrides
        Words such as ``experiment=staffing``, ``policies=before_2022,posts_72``, ``levers.posts=40,56,72``,
        ``replicates=20``, ``world=tiny``.
    out
        A new or empty folder; ``out=FOLDER`` among the words will do as well.
    processes
        How many runs go on at the same time on this machine; the executor of the words does them when not given.
    progress
        Called with the number of finished runs and the number of runs.
    ready
        Called once before the first run, when everything has been checked.
    until
        Adds replicates until a difference is known so well: see :mod:`cocreate_sim.analysis.two_stage`.

    Returns
    -------
    Path
        The folder: see ``manifest.json`` and ``summary.txt`` in it.
    """
    config = compose(overrides)
    arms = arms_of(config, overrides)
    experiment = config.get("experiment") or {}
    own = [outcome.name for kind in load(config["extensions"]) for outcome in kind.outcomes]
    about = {
        "command": command("compare", overrides) + (until.words if until else ""),
        "question": experiment.get("question")
        or f"What changes with {', '.join(a.label for a in arms[1:])}, against {arms[0].label}?",
        "experiment": experiment.get("name"),
        "headline": list(experiment.get("outcomes") or [*HEADLINE, *own]),
        "pair_by": pair_by_of(config),
        "cache": config["cache"],
        **(interactions.about(experiment, overrides) if experiment.get("interactions") else {}),
        **(until.checked(config).about(config) if until else {}),
    }
    size = int(config["replicates"]), int(config["run"]["seed"])
    executor = executor_of(with_processes(config["executor"], processes or 0))
    way = Way(progress, ready)
    folder = run_study(arms, *size, folder_of(out, config.get("out")), executor, way, about=about)
    finish(folder, executor, way)
    return folder


def finish(folder: Path, executor: Executor, way: Way) -> None:
    """Do what follows the runs of a study: pairs of parts, more replicates, tables and figures; what is done stays done."""
    interactions.settle(folder, executor, way)
    settle(folder, lambda study, replicates: resume(study, executor, way, replicates=replicates))
    write_results(folder)


def folder_of(out: str | Path | None, configured: str | None) -> Path:
    """Return the folder for the results, or refuse to guess one."""
    chosen = configured if out is None else out
    if chosen is None:
        raise ConfigError("out is missing; name a new or empty folder for the results, such as out=results/first")
    return Path(chosen)


def command(name: str, overrides: Sequence[str]) -> str:
    """Return the command that makes the same study again, fit for a shell, without what changes no result."""
    left_out = ("out=", "processes=", "executor", "cache=")
    return shlex.join(["cocreate", name, *(word for word in overrides if not word.startswith(left_out))])
