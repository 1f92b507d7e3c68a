"""All runs of a study: every arm with every seed, in parallel, on disk as they finish; and going on where it stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..analysis.parts import read_manifest
from ..errors import CoCreateError, ConfigError, OutputError
from ..warming import get_ready
from . import lock, tables
from .ctrl_c import CtrlC
from .design import Arm
from .executors import Executor, Finished, Processes, executor_of
from .keys import code_hash, run_key
from .lock import release
from .manifest import configs_of, describe, now
from .output import prepare, write_json
from .simulate import Simulate, simulate, with_seed

Progress = Callable[[int, int], None]
"""``progress(done, total)``: finished runs, and runs in all."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a study stops by itself, and what it does with a run that fails; nothing is lost when it stops."""

    time_budget: float | None = None
    """Seconds after which no new run is awaited."""
    run_seconds: float | None = None
    """Seconds after which a run is stopped and counts as failed (needs worker processes)."""
    fail_fast: bool = False
    """Stop at the first run that fails."""


NO_LIMITS = Limits()


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
    simulate: Simulate = simulate,
    ready: Callable[[], None] = get_ready,
    limits: Limits = NO_LIMITS,
    executor: Executor | None = None,
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
        Called with the number of finished runs and the number of runs.
    configs
        The composed config of each arm, when the caller has them already.
    about
        What the manifest should say besides: kind, command, question, headline outcomes, pair_by.
    simulate
        Computes one run; importable by name unless runs are done in this process.
    ready
        Called once before the first run, when everything has been checked: compiles what is not compiled yet.
    limits
        When to stop by itself.
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
    if configs is None:
        configs = checked_configs(arms, base_seed)
    ready()
    seeds = [base_seed + r for r in range(replicates)]
    manifest = describe(arms, configs, seeds, {**(about or {}), "executor": executor.settings}, executor.workers)
    folder = prepare(out)
    try:
        write_json(folder / "manifest.json", manifest)
    except BaseException:
        release(folder)
        raise
    return _go_on(folder, manifest, configs, set(), executor, progress, simulate, limits)


def resume(
    out: str | Path,
    processes: int | None = None,
    progress: Progress | None = None,
    *,
    retry: bool = False,
    simulate: Simulate = simulate,
    ready: Callable[[], None] = get_ready,
    limits: Limits = NO_LIMITS,
    executor: Executor | None = None,
) -> tuple[Path, list[str]]:
    """Go on with a study exactly where it stopped, however it stopped.

    Parameters
    ----------
    out
        The folder of the study.
    processes, progress, simulate, ready, limits, executor
        As in :func:`run_study`; who does the runs may differ from before and changes no result. When neither processes nor an
        executor is given, those that began the study do.
    retry
        Do the runs that failed again too.

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
    if manifest["status"] != "complete" or retry:
        executor.check(limits.run_seconds)
    configs = configs_of(manifest)
    ready()
    lock.claim(folder)
    try:
        if manifest["status"] == "complete" and not (retry and manifest["runs"]["failed"]):
            tables.remove_parts(folder)
            release(folder)
            return folder, []
        tables.reopen(folder, retry)
        known, damaged = tables.take_stock(folder, retry)
    except BaseException:
        release(folder)
        raise
    done = set(zip(known["arm"], known["replicate"].astype(int), strict=True))
    manifest |= {"status": "running", "ended": None, "executor": executor.settings, "processes": executor.workers}
    return _go_on(folder, manifest, configs, done, executor, progress, simulate, limits), damaged


def _go_on(
    folder: Path,
    manifest: dict[str, Any],
    configs: Sequence[Mapping[str, Any]],
    done: set[tuple[str, int]],
    executor: Executor,
    progress: Progress | None,
    simulate: Simulate,
    limits: Limits,
) -> Path:
    """Do the runs that are not done, replicate by replicate, and close the study."""
    arms = [arm["name"] for arm in manifest["arms"]]
    hashes = [arm["settings"] for arm in manifest["arms"]]
    base = manifest["base_seed"]
    every = [(arm, seed) for seed in manifest["seeds"] for arm in range(len(arms))]
    tasks = [(arm, seed) for arm, seed in every if (arms[arm], seed - base) not in done]
    asked, finished_before = len(every), len(every) - len(tasks)
    parts = tables.Parts(folder)
    stop_at = time.monotonic() + limits.time_budget if limits.time_budget is not None else None
    count = finished_before
    try:
        with CtrlC() as ctrl_c, closing(executor.run(simulate, list(configs), tasks, limits.run_seconds)) as finished:
            for news in finished:
                if news is not None:
                    arm, seed = tasks[news.task]
                    run = tables.RunId(arms[arm], seed - base, seed, run_key(hashes[arm], seed))
                    parts.add(_pieces(news, run, configs[arm]))
                    count += 1
                    if progress is not None:
                        progress(count, asked)
                    if news.error and limits.fail_fast:
                        raise CoCreateError(f"run {run.replicate} of {run.arm} failed: {news.error}")
                parts.flush()
                ctrl_c.check()
                if stop_at is not None and time.monotonic() >= stop_at and count < asked:
                    raise TimeoutError
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_cut_short(folder, parts, manifest, asked)) from None
    except TimeoutError:
        raise CoCreateError(f"the time budget is used up: {_cut_short(folder, parts, manifest, asked)}") from None
    except CoCreateError as error:
        raise CoCreateError(f"{error}; {_cut_short(folder, parts, manifest, asked)}") from None
    except BaseException:
        _cut_short(folder, parts, manifest, asked)
        raise
    finish(folder, parts, manifest, "complete")
    return folder


def checked_processes(processes: int | None) -> int:
    """Return how many runs go on at the same time (0 is one per processor), or refuse the number."""
    if processes is None:
        return 0
    if isinstance(processes, bool) or not isinstance(processes, int) or not 1 <= processes <= 1024:
        raise ConfigError(f"processes = {processes!r} must be a whole number from 1 to 1024")
    return processes


def checked_configs(arms: Sequence[Arm], base_seed: int) -> list[dict[str, Any]]:
    """Return the composed config of every arm; the first setting that cannot be used is refused."""
    from ..config import compose  # slow to import, and not needed when the caller has the configs

    configs = [compose(arm.overrides) for arm in arms]
    check_worlds(configs, base_seed)
    return configs


def check_worlds(configs: Sequence[Mapping[str, Any]], seed: int) -> None:
    """Refuse the first config that makes no scenario, or whose world cannot be built as asked; equal layouts are tried once."""
    from ..config import scenario
    from ..world.build import check_buildable

    built = set()
    for config in configs:
        s = scenario(with_seed(config, seed))
        layout = (s.world, s.levers.partition, s.levers.upper_heads, s.timeline)
        if layout not in built:
            check_buildable(s.world, s.levers, seed, s.timeline)
            built.add(layout)


def finish(folder: Path, parts: tables.Parts, manifest: dict[str, Any], status: str) -> int:
    """Turn pieces into tables, write how the study ended, and return the number of finished runs; the lock is given back."""
    try:
        parts.flush(at_once=True)
        if parts.number == 1:  # nothing finished: leave the folder as it was
            (folder / "manifest.json").unlink(missing_ok=True)
            return 0
        runs = tables.compact(folder, manifest)
        ok = int((runs["status"] == "ok").sum())
        manifest |= {
            "status": status,
            "ended": now(),
            "runs": {"asked": manifest["runs"]["asked"], "ok": ok, "failed": len(runs) - ok},
        }
        write_json(folder / "manifest.json", manifest)
        tables.remove_parts(folder)
        return ok
    finally:
        release(folder)


def _cut_short(folder: Path, parts: tables.Parts, manifest: dict[str, Any], asked: int) -> str:
    """Keep what is complete, and say how much that is."""
    ok = finish(folder, parts, manifest, "interrupted")
    if ok == 0 and not folder.exists():
        return f"stopped before any of {asked} runs was complete; nothing was kept"
    return f"stopped: {ok} of {asked} runs are complete and can be read in {folder}; `cocreate resume {folder}` goes on"


def _pieces(news: Finished, run: tables.RunId, config: Mapping[str, Any]) -> tables.Pieces:
    if news.error:
        return tables.failed_run(run, news.seconds, news.error)
    return tables.finished_run(run, news.seconds, news.value, int(config["run"]["burn_in_weeks"]))
