"""The store of studies without the model: what keeping a run costs, and how many runs are opened, compared and gone on with.

``python -m benchmarks.store RUNS`` measures one study in this process. Each of its runs is the same run of `tiny`, made once, so
that all time is that of the store, with tables as wide as real ones.
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from . import measure
from .measure import Row
from .results import Results

RUNS = {False: (10_000, 100_000), True: (200, 2000)}
"""A smaller study and a larger: memory and time for each run must not grow with their number."""
LEFT = 10
"""Runs that wait for `resume`."""


class Canned:
    """A run that is there at once; the study is cut short before the last ones."""

    def __init__(self, result: Any, most: int) -> None:
        self.result, self.left = result, most
        self.first = self.peak_gib = 0.0

    def __call__(self, configs: Sequence[Mapping[str, Any]], task: tuple[int, int]) -> Any:
        """Return the result, the same each time."""
        self.first = self.first or time.perf_counter()
        if self.left == 0:
            self.peak_gib = measure.own_peak()
            raise KeyboardInterrupt
        self.left -= 1
        return self.result


def timed(runs: int) -> Row:
    """Seconds and memory of a study of two arms that is cut short, resumed, opened and compared."""
    from cocreate_sim.config import compose
    from cocreate_sim.study.checks import checked_configs
    from cocreate_sim.study.design import arms_of
    from cocreate_sim.study.simulate import simulate

    words = ("world=tiny", "policies=before_2022,posts_72", "run.weeks=26", "run.burn_in_weeks=0")
    arms = arms_of(compose(words), words)
    configs = checked_configs(arms, 1)
    result = simulate(configs, (0, 1))
    with tempfile.TemporaryDirectory() as name:
        return _kept(Path(name) / "study", arms, configs, result, runs)


def _kept(folder: Path, arms: Sequence[Any], configs: Sequence[Any], result: Any, runs: int) -> Row:
    """The same, of runs that are all this one."""
    from cocreate_sim.analysis.load import load_study
    from cocreate_sim.analysis.tables import comparison
    from cocreate_sim.study.executors import Serial
    from cocreate_sim.study.going import Way
    from cocreate_sim.study.runner import resume, run_study

    row: Row = {}
    made, rest = Canned(result, runs - LEFT), Canned(result, LEFT)
    with contextlib.suppress(KeyboardInterrupt):
        run_study(arms, runs // len(arms), 1, folder, Serial(), Way(simulate=made, ready=_nothing), configs=configs)
    row["seconds"] = time.perf_counter() - made.first
    row["files"] = sum(path.is_file() for path in folder.rglob("*"))
    row["running_gib"], row["peak_gib"] = made.peak_gib, measure.own_peak()
    start = time.perf_counter()
    resume(folder, Serial(), Way(simulate=rest, ready=_nothing))
    row["found_seconds"] = rest.first - start
    row["mib"] = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20
    start = time.perf_counter()
    study = load_study(folder)
    row["open_seconds"] = time.perf_counter() - start
    assert len(study.done) == runs
    start = time.perf_counter()
    comparison(study)
    row["compare_seconds"] = time.perf_counter() - start
    return row


def _nothing() -> None:
    """Nothing to get ready."""


def measured(results: Results, quick: bool) -> None:
    """Measure a smaller and a larger study."""
    small, large = RUNS[quick]
    results.heading("The store, without the model", f"one process; {small:,} and {large:,} runs of two arms")
    rows = {runs: measure.child(["-m", "benchmarks.store", str(runs)]) for runs in (small, large)}
    for runs, row in rows.items():
        if "absent" in row:
            results.miss(f"store_{runs}_runs", row["absent"])
            return
    row = rows[large]
    results.add("store_overhead_ms", 1000 * row["seconds"] / large, "ms per run")
    for name, words in (("running", "while runs are done"), ("peak", "once tables are written")):
        more = row[f"{name}_gib"] - rows[small][f"{name}_gib"]
        results.add(f"store_{name}_growth_gib", more, f"GiB more with {large:,} runs than with {small:,}, {words}")
    results.add("store_files", row["files"], "files while it is going on")
    results.add("store_mib", row["mib"], "MiB in all")
    results.add("store_found_seconds", row["found_seconds"], "s until `resume` does the first run")
    results.add("store_open_seconds", row["open_seconds"], "s to open it for analysis")
    results.add("store_compare_seconds", row["compare_seconds"], "s to compare all outcomes")


if __name__ == "__main__":
    print(json.dumps(timed(int(sys.argv[1]))))
