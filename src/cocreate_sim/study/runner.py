"""All runs of a study: every arm with every seed, in parallel, on disk as they finish."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from ..errors import ConfigError
from ..warming import get_ready
from . import tables
from .ctrl_c import CtrlC
from .design import Arm
from .manifest import describe, now
from .output import prepare, release, write_json
from .simulate import Simulate, simulate, with_seed
from .supervisor import run_tasks
from .worker import Finished

Progress = Callable[[int, int], None]
"""``progress(done, total)``: finished runs, and runs in all."""


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
        How many runs go on at the same time; all cores when not given; 1 runs in this process.
    progress
        Called with the number of finished runs and the number of runs.
    configs
        The composed config of each arm, when the caller has them already.
    about
        What the manifest should say besides: command, question, headline outcomes, pair_by.
    simulate
        Computes one run; importable by name when ``processes`` is more than 1.
    ready
        Called once before the first run, when everything has been checked: compiles what is not compiled yet.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ConfigError
        When a setting of an arm cannot be used; nothing has been written.
    OutputError
        When the folder cannot be used.
    KeyboardInterrupt
        After Ctrl-C, with a message that says how many runs are complete; they can be read.
    """
    processes = checked_processes(processes)
    if configs is None:
        configs = checked_configs(arms, base_seed)
    ready()
    seeds = [base_seed + r for r in range(replicates)]
    manifest = describe(arms, configs, seeds, about or {}, processes)
    tasks = [(arm, seed) for seed in seeds for arm in range(len(arms))]
    folder = prepare(out)
    try:
        write_json(folder / "manifest.json", manifest)
        parts = tables.Parts(folder)
    except BaseException:
        release(folder)
        raise
    done = 0
    try:
        with CtrlC() as ctrl_c, closing(run_tasks(simulate, list(configs), tasks, processes)) as finished:
            for news in finished:
                if news is not None:
                    arm, seed = tasks[news.task]
                    parts.add(_pieces(news, arms[arm].name, seed - base_seed, seed, configs[arm]))
                    done += 1
                    if progress is not None:
                        progress(done, len(tasks))
                parts.flush()
                ctrl_c.check()
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_cut_short(folder, parts, manifest, len(tasks))) from None
    except BaseException:
        _cut_short(folder, parts, manifest, len(tasks))
        raise
    finish(folder, parts, manifest, "complete")
    return folder


def checked_processes(processes: int | None) -> int:
    """Return how many runs go on at the same time, or refuse the number."""
    if processes is None:
        return os.cpu_count() or 1
    if isinstance(processes, bool) or not isinstance(processes, int) or not 1 <= processes <= 1024:
        raise ConfigError(f"processes = {processes!r} must be a whole number from 1 to 1024")
    return processes


def checked_configs(arms: Sequence[Arm], base_seed: int) -> list[dict[str, Any]]:
    """Return the composed config of every arm; the first setting that cannot be used is refused."""
    from ..config import compose, scenario  # slow to import, and not needed when the caller has the configs
    from ..world.build import check_buildable

    configs = [compose(arm.overrides) for arm in arms]
    built = set()
    for config in configs:
        s = scenario(with_seed(config, base_seed))
        if (s.world, s.levers.partition, s.timeline) not in built:
            check_buildable(s.world, s.levers, base_seed, s.timeline)
            built.add((s.world, s.levers.partition, s.timeline))
    return configs


def finish(folder: Path, parts: tables.Parts, manifest: dict[str, Any], status: str) -> int:
    """Turn pieces into tables, write how the study ended, and return the number of finished runs."""
    parts.flush(at_once=True)
    if parts.number == 1:  # nothing finished: leave the folder as it was
        (folder / "manifest.json").unlink(missing_ok=True)
        release(folder)
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
    release(folder)
    return ok


def _cut_short(folder: Path, parts: tables.Parts, manifest: dict[str, Any], asked: int) -> str:
    """Keep what is complete, and say how much that is."""
    ok = finish(folder, parts, manifest, "interrupted")
    if ok == 0 and not folder.exists():
        return f"stopped before any of {asked} runs was complete; nothing was kept"
    return f"stopped: {ok} of {asked} runs are complete and can be read in {folder}"


def _pieces(news: Finished, arm: str, replicate: int, seed: int, config: Mapping[str, Any]) -> tables.Pieces:
    if news.error:
        return tables.failed_run(arm, replicate, seed, news.seconds, news.error)
    return tables.finished_run(arm, replicate, seed, news.seconds, news.value, int(config["run"]["burn_in_weeks"]))
