"""All runs of a study: every arm with every seed, in parallel, on disk as they finish; and going on where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..analysis.parts import read_manifest
from ..errors import OutputError
from ..warming import get_ready
from . import cache, lock
from .checks import checked_configs, checked_processes
from .compaction import damaged_files, reopen
from .design import Arm
from .executors import Executor, Processes, executor_of
from .going import NO_LIMITS, Limits, Progress, Way, go_on
from .keys import code_hash
from .manifest import asking_for, configs_of, describe
from .output import prepare, write_json
from .pieces import remove_parts, take_stock
from .simulate import Curves, Simulate, Weeks


def run_study(
    arms: Sequence[Arm],
    replicates: int,
    base_seed: int,
    out: str | Path,
    processes: int | None = None,
    progress: Progress | None = None,
    *,
    configs: Sequence[Mapping[str, Any]] | None = None,
    about: Mapping[str, Any] | None = None,
    simulate: Simulate | None = None,
    ready: Callable[[], None] = get_ready,
    limits: Limits = NO_LIMITS,
    weeks: Weeks | None = None,
    seconds: dict[str, float] | None = None,
    executor: Executor | None = None,
    curves: Curves | None = None,
) -> Path:
    """Run every arm with every seed and leave the tables of the study in ``out``.

    Replicate r uses seed ``base_seed + r`` in every arm, so that arms meet the same world and the same luck. Runs start
    replicate by replicate: a study that is cut short holds about the same number of runs of each arm.

    Parameters
    ----------
    arms
        What to compare; see :func:`cocreate_sim.study.design.arms_of`.
    replicates
        Number of seeds.
    base_seed
        Seed of the first replicate.
    out
        A new or empty folder.
    processes
        How many runs go on at the same time on this machine; all cores when not given; 1 runs in this process.
    progress
        Called with the number of finished runs, the number of runs, and how many of the finished ones failed.
    configs
        The composed config of each arm, when the caller has them already.
    about
        What the manifest should say besides: kind, command, question, headline outcomes, pair_by.
    simulate
        Computes one run in place of the model; importable by name unless runs are done in this process.
    ready
        Called once before the first run, when everything has been checked: compiles what is not compiled yet.
    limits
        When to stop by itself.
    weeks, seconds, curves
        For a study of one run: called after each week, filled with the seconds of each mechanism, called with outcomes so far.
    executor
        Who does the runs, instead of ``processes`` of this machine.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ConfigError
        When the executor cannot work, or a setting of an arm cannot be used; nothing has been written.
    OutputError
        When the folder cannot be used.
    KeyboardInterrupt
        After Ctrl-C, with a message that says how many runs are complete; they can be read, and `resume` goes on.
    """
    executor = executor or Processes(checked_processes(processes))
    executor.check(limits.run_seconds)
    way = Way(executor, progress, limits, simulate, weeks, seconds, curves)
    if configs is None:
        configs = checked_configs(arms, base_seed)
    if (about or {}).get("cache"):
        cache.check(Path((about or {})["cache"]))
    ready()
    seeds = [base_seed + r for r in range(replicates)]
    manifest = describe(arms, configs, seeds, {**(about or {}), "executor": executor.settings}, executor.workers)
    folder = prepare(out)
    try:
        write_json(folder / "manifest.json", manifest)
    except BaseException:
        lock.release(folder)
        raise
    return go_on(folder, manifest, configs, set(), way)


def resume(
    out: str | Path,
    processes: int | None = None,
    progress: Progress | None = None,
    *,
    retry: bool = False,
    simulate: Simulate | None = None,
    ready: Callable[[], None] = get_ready,
    limits: Limits = NO_LIMITS,
    weeks: Weeks | None = None,
    executor: Executor | None = None,
    replicates: int | None = None,
) -> tuple[Path, list[str]]:
    """Go on with a study exactly where it stopped, however it stopped.

    Parameters
    ----------
    out
        The folder of the study.
    processes, progress, simulate, ready, limits, weeks, executor
        As in :func:`run_study`; who does the runs may differ from before and changes no result. When neither processes nor an
        executor is given, those that began the study do.
    retry
        Do the runs that failed again too.
    replicates
        When there are fewer, ask for so many of every arm from now on.

    Returns
    -------
    Path
        The folder; its tables equal those of a study that was never interrupted.
    list of str
        Which files were found damaged; their runs were done again.

    Raises
    ------
    OutputError
        When the folder holds no study, another process works on it, or the model has changed since.
    """
    folder = Path(out)
    manifest = read_manifest(folder)
    if manifest["code"] != code_hash():
        raise OutputError(
            f"{folder} was begun with other rules of the model or other numeric packages (version {manifest['version']}, code "
            f"{manifest['code']}; here {code_hash()}): its runs would not belong together. Start a new study"
        )
    if executor is None:
        begun = manifest.get("executor") if processes is None else None
        executor = executor_of(begun) if begun else Processes(checked_processes(processes))
    if manifest["status"] != "complete" or retry or replicates:
        executor.check(limits.run_seconds)
    way = Way(executor, progress, limits, simulate, weeks)
    configs = configs_of(manifest)
    ready()
    lock.claim(folder)
    try:
        manifest = read_manifest(folder)  # as it is now that nobody else works on it
        if replicates is not None and replicates > manifest["replicates"]:
            manifest |= asking_for(replicates, manifest)
            write_json(folder / "manifest.json", manifest)
        whole = manifest["status"] == "complete" and not damaged_files(folder, manifest)
        if whole and not (retry and manifest["runs"]["failed"]):
            remove_parts(folder)
            lock.release(folder)
            return folder, []
        damaged = reopen(folder, retry)
        known, torn = take_stock(folder, retry)
    except BaseException:
        lock.release(folder)
        raise
    done = set(zip(known["arm"], known["replicate"].astype(int), strict=True))
    manifest |= {"status": "running", "ended": None, "executor": executor.settings, "processes": executor.workers}
    return go_on(folder, manifest, configs, done, way), [*damaged, *torn]
