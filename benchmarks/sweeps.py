"""Many runs: how many a minute with one process and with two, beside Mesa's own batches of the reference and Hydra's jobs.

``python -m benchmarks.sweeps RUNS WEEKS`` measures `mesa.batch_run` with the reference on `bairuijing` in this process.
"""

from __future__ import annotations

import json
import sys
import tempfile
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq

from . import measure
from .measure import Row
from .results import Results

STUDIES = {
    False: (("bairuijing", 104, 40, 3), ("tiny", 26, 1000, 5), ("subdistrict", 104, 16, 1)),
    True: (("bairuijing", 26, 16, 1), ("tiny", 26, 40, 1)),
}
"""World, weeks after a burn-in of 26, runs and repeats. Half of the runs have 40 posts and half 72."""
MESA = {False: (2, 8), True: (2, 1)}
"""Runs and weeks of `mesa.batch_run`: the reference is slow, so it gets few weeks, and its speed is given per week."""


def study(world: str, weeks: int, runs: int, processes: int) -> Row:
    """A sweep of the command line, from its start to its last table, tables of results and summary included."""
    with tempfile.TemporaryDirectory() as folder:
        words = [
            "-m", "cocreate_sim.cli", "sweep", f"world={world}", f"run.weeks={weeks}", "levers.posts=40,72",
            f"replicates={runs // 2}", f"processes={processes}", f"out={folder}/sweep", "--quiet",
        ]  # fmt: skip
        return measure.command(words)


def launched(weeks: int, runs: int, jobs: int) -> Row:
    """As many runs as two jobs of Hydra, one for each number of posts, ``jobs`` of them at once (joblib launcher)."""
    with tempfile.TemporaryDirectory() as folder:
        words = [
            str(measure.ROOT / "experiments/staffing/run.py"), "--multirun", "world=bairuijing", f"run.weeks={weeks}",
            "levers.posts=40,72", "uncertainties.casework.rho_40=0.95", f"replicates={runs // 4}", "executor=serial",
            f"hydra.sweep.dir={folder}/jobs",
        ]  # fmt: skip
        if jobs > 1:
            words += ["hydra/launcher=joblib", f"hydra.launcher.n_jobs={jobs}"]
        row = measure.command(words)
        done = sum(pq.read_metadata(table).num_rows for table in Path(folder).rglob("runs.parquet"))
    return row if "absent" in row or done == runs else {"absent": f"{done} runs were done instead of {runs}"}


def batch(runs: int, weeks: int) -> Row:
    """`mesa.batch_run` of the reference, one process, as Mesa's users do it."""
    import mesa
    from tests.reference.model import ReferenceModel

    from cocreate_sim import load
    from cocreate_sim.config import Scenario

    class Run(ReferenceModel):
        """Ends by itself and has an (empty) collector of data, as `mesa.batch_run` expects."""

        def __init__(self, scenario: Scenario) -> None:
            super().__init__(scenario)
            self.datacollector = mesa.DataCollector()

        def step(self) -> None:
            super().step()
            self.running = self.day < weeks * 7

    words = ("world=bairuijing", f"run.weeks={weeks}", "run.burn_in_weeks=0")
    scenarios = [load(*words, f"seed={seed}") for seed in range(1, runs + 1)]
    start = measure.clock()
    mesa.batch_run(Run, {"scenario": scenarios}, number_processes=1, max_steps=weeks * 7, display_progress=False)
    return {"seconds": measure.clock() - start, "peak_gib": measure.own_peak()}


def measured(results: Results, quick: bool) -> None:
    """Measure sweeps with one and two processes, and Mesa's batches."""
    results.heading("Many runs: whole studies, start and summary included", "levers.posts=40,72, burn-in of 26 weeks")
    for world, weeks, runs, repeats in STUDIES[quick]:
        one, two = partial(study, world, weeks, runs, 1), partial(study, world, weeks, runs, 2)
        rows = measure.alternate({"one": one, "two": two}, repeats)
        failed = next((row["absent"] for found in rows.values() for row in found if "absent" in row), None)
        if failed:
            results.miss(f"{world}_runs_per_minute", failed)
            continue
        for name, word in (("one", "1"), ("two", "2")):
            results.add(f"{world}_runs_per_minute_{word}", 60 * runs / measure.median(rows[name]), f"runs of 26 + {weeks} weeks")
            results.add(f"{world}_sweep_gib_{word}", measure.median(rows[name], "peak_gib"), "GiB, largest process")
        results.add(f"{world}_two_process_ratio", measure.ratio(rows["one"], rows["two"]), "times as many as with one")
    _mesa(results, quick)


def launchers(results: Results, quick: bool) -> None:
    """Measure Hydra's jobs in turns with a sweep of ours."""
    world, weeks, runs, repeats = STUDIES[quick][0]
    results.heading("Hydra's launchers", f"{runs} runs in two jobs (two rules for staff each), {world}, in turns with our sweep")
    rows = measure.alternate(
        {
            "sweep": partial(study, world, weeks, runs, 2),
            "1": partial(launched, weeks, runs, 1),
            "2": partial(launched, weeks, runs, 2),
        },
        repeats,
    )
    for jobs in ("1", "2"):
        name = f"hydra_runs_per_minute_{jobs}"
        if measure.present(rows[jobs]):
            results.add(name, 60 * runs / measure.median(rows[jobs]), f"runs of 26 + {weeks} weeks, {jobs} at once")
        else:
            results.miss(name, rows[jobs][-1]["absent"])
    if measure.present(rows["sweep"]) and measure.present(rows["2"]):
        results.add("hydra_ratio", measure.ratio(rows["2"], rows["sweep"]), "times as many with our sweep, two processes each")


def _mesa(results: Results, quick: bool) -> None:
    runs, weeks = MESA[quick]
    row = measure.child(["-m", "benchmarks.sweeps", str(runs), str(weeks)])
    if "absent" in row:
        results.miss("mesa_batch_weeks_per_minute", row["absent"])
        return
    results.add("mesa_batch_weeks_per_minute", 60 * runs * weeks / row["seconds"], "weeks of bairuijing, plain Mesa")
    world, length, _, _ = STUDIES[quick][0]
    if f"{world}_runs_per_minute_1" in results.figures:
        ours = results.figures[f"{world}_runs_per_minute_1"] * (length + 26)
        results.add("sweep_weeks_per_minute", ours, "weeks of bairuijing, one process")
        results.add("mesa_batch_ratio", ours / results.figures["mesa_batch_weeks_per_minute"], "times mesa.batch_run")


if __name__ == "__main__":
    print(json.dumps(batch(int(sys.argv[1]), int(sys.argv[2]))))
