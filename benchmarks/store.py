"""What storing costs: a study of 100,000 made-up runs, from the first to the summary. ``python benchmarks/store.py [RUNS]``.

The runs are made up in no time (12 outcomes by week over 26 weeks, 60 outcomes in all), so that what is measured is the study:
handing out, writing, putting pieces together, opening, summarising, going on. Prints one JSON document.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from cocreate_sim.analysis.load import load_study
from cocreate_sim.analysis.points import sweep_summary
from cocreate_sim.config import compose
from cocreate_sim.study import runner
from cocreate_sim.study.design import Arm
from cocreate_sim.study.executors import Processes
from cocreate_sim.study.going import Way
from cocreate_sim.study.status import status

OUTCOMES = [f"made_up_{k}" for k in range(59)]
REPLICATES, WEEKS = 100, 26


def made_up(configs: Sequence[Mapping[str, Any]], task: tuple[int, int]) -> Any:
    """A run that takes no time."""
    luck = np.random.default_rng([*task])
    summary = dict(zip(("participation_week", *OUTCOMES), luck.random(60), strict=True))
    weekly = {name: luck.random(WEEKS) for name in ("participation_week", "backlog", *OUTCOMES[:10])}
    waits = {tier: np.sort(luck.random(101)) for tier in ("posts", "community", "all")}
    return SimpleNamespace(
        summary=summary, weekly=weekly, waits=waits, projects={"finished": 3, "entered_plan": 9}, realised={"rho_40": 0.9},
        places={},
    )  # fmt: skip


def memory() -> float:
    """Peak memory of this process in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def timed(what: str, act: Callable[[], Any], figures: dict[str, float]) -> Any:
    """Do something and note its seconds."""
    start = time.perf_counter()
    found = act()
    figures[what] = time.perf_counter() - start
    return found


def main() -> None:
    """Measure and print."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    points = runs // REPLICATES
    config = compose(["world=tiny", f"run.weeks={WEEKS}", "run.burn_in_weeks=0"])
    configs = [{**config, "levers": {**config["levers"], "posts": k + 1}} for k in range(points)]
    arms = [Arm(f"p{k:05d}", f"posts {k}", (f"levers.posts={k}",), {"posts": float(k)}, f"p{k:05d}") for k in range(points)]
    about = {"kind": "sweep", "headline": ["participation_week"]}
    folder = Path(tempfile.mkdtemp()) / "study"
    figures: dict[str, float] = {"runs": runs}

    def study() -> None:
        runner.run_study(
            arms, REPLICATES, 1, folder, Processes(1), Way(ready=bool, simulate=made_up), configs=configs, about=about,
        )  # fmt: skip

    before = memory()
    if os.fork() == 0:  # killed when nine tenths are done
        done = [0]

        def and_die(configs: Sequence[Mapping[str, Any]], task: tuple[int, int]) -> Any:
            done[0] += 1
            if done[0] > 0.9 * runs:
                os._exit(0)
            return made_up(configs, task)

        runner.run_study(
            arms, REPLICATES, 1, folder, Processes(1), Way(ready=bool, simulate=and_die), configs=configs, about=about,
        )  # fmt: skip
    os.wait()
    figures["files_while_running"] = sum(1 for path in folder.rglob("*") if path.is_file())
    timed("status_seconds", lambda: status(folder), figures)
    found: list[float] = []
    start = time.perf_counter()

    def first(configs: Sequence[Mapping[str, Any]], task: tuple[int, int]) -> Any:
        found.append(time.perf_counter() - start)
        return made_up(configs, task)

    runner.resume(folder, Processes(1), Way(ready=bool, simulate=first))
    figures["resume_finds_its_place_seconds"] = found[0]
    shutil.rmtree(folder)
    timed("study_seconds", study, figures)
    figures["overhead_ms_per_run"] = 1e3 * figures["study_seconds"] / runs
    figures["made_up_ms_per_run"] = 1e3 * _alone(configs, 2000) / 2000
    figures["files"] = sum(1 for path in folder.rglob("*") if path.is_file())
    figures["gib"] = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**30
    figures["parent_gib_grown"] = memory() - before
    opened = timed("open_seconds", lambda: load_study(folder), figures)
    timed("summarise_seconds", lambda: sweep_summary(opened), figures)
    print(json.dumps(figures, indent=1))
    shutil.rmtree(folder.parent)


def _alone(configs: Sequence[Mapping[str, Any]], runs: int) -> float:
    start = time.perf_counter()
    for number in range(runs):
        made_up(configs, (0, number))
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
