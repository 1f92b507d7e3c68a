"""All runs of a study: every arm with every seed, in parallel, on disk as they finish; and going on where it stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..analysis.parts import read_manifest
from ..errors import OutputError
from . import cache, lock
from .checks import checked_configs
from .compaction import damaged_files, reopen
from .design import Arm
from .executors import Executor, Processes, executor_of
from .going import PLAIN, Way, go_on
from .keys import code_hash
from .manifest import asking_for, configs_of, describe
from .output import prepare, write_json
from .pieces import remove_parts, take_stock


def run_study(
    arms: Sequence[Arm],
    replicates: int,
    base_seed: int,
    out: str | Path,
    executor: Executor | None = None,
    way: Way = PLAIN,
    *,
    configs: Sequence[Mapping[str, Any]] | None = None,
    about: Mapping[str, Any] | None = None,
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
    executor
        Who does the runs; without one, a process on each core of this machine.
    way
        What happens besides: progress, limits and the like.
    configs
        The composed config of each arm, when the caller has them already.
    about
        What the manifest should say besides: kind, command, question, headline outcomes, pair_by.

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
    executor = executor or Processes()
    executor.check(way.limits.run_seconds)
    if configs is None:
        configs = checked_configs(arms, base_seed)
    if (about or {}).get("cache"):
        cache.check(Path((about or {})["cache"]))
    way.ready()
    seeds = [base_seed + r for r in range(replicates)]
    manifest = describe(arms, configs, seeds, {**(about or {}), "executor": executor.settings}, executor.workers)
    folder = prepare(out)
    try:
        write_json(folder / "manifest.json", manifest)
    except BaseException:
        lock.release(folder)
        raise
    return go_on(folder, manifest, configs, set(), executor, way)


def resume(
    out: str | Path,
    executor: Executor | None = None,
    way: Way = PLAIN,
    *,
    retry: bool = False,
    replicates: int | None = None,
) -> tuple[Path, list[str]]:
    """Go on with a study exactly where it stopped, however it stopped.

    Parameters
    ----------
    out
        The folder of the study.
    executor
        Who goes on: it may be another than before, and changes no result; without one, that which began the study.
    way
        What happens besides: progress, limits and the like.
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
        executor = executor_of(manifest["executor"]) if manifest.get("executor") else Processes()
    if manifest["status"] != "complete" or retry or replicates:
        executor.check(way.limits.run_seconds)
    configs = configs_of(manifest)
    way.ready()
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
    return go_on(folder, manifest, configs, done, executor, way), [*damaged, *torn]


def begin_or_go_on(
    arms: Sequence[Arm],
    replicates: int,
    base_seed: int,
    folder: Path,
    executor: Executor | None = None,
    way: Way = PLAIN,
    *,
    configs: Sequence[Mapping[str, Any]] | None = None,
    about: Mapping[str, Any] | None = None,
) -> Path:
    """Run a study that is a part of another: from the beginning, what is left of it, or nothing when it is complete.

    Parameters are those of :func:`run_study`.
    """
    if not (folder / "manifest.json").is_file():
        return run_study(arms, replicates, base_seed, folder, executor, way, configs=configs, about=about)
    if read_manifest(folder)["status"] != "complete":
        resume(folder, executor, way)
    return folder
