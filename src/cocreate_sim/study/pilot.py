"""What a sweep would take: three weeks of its first point are run and timed."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..analysis.parts import RUNS, SHARDED
from .simulate import scenario_of, with_seed
from .tables import RunId, finished_run, stacked

WEEKS = 3
GIB = 1024.0**3


@dataclass(frozen=True, slots=True)
class Estimate:
    """About how long runs take, and how much memory and disk; by the first point, which others may exceed."""

    seconds_per_run: float
    hours: float
    memory_gib: float
    """Of each process."""
    disk_gib: float

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def estimate(config: Mapping[str, Any], runs: int, processes: int) -> Estimate:
    """Run three weeks of one point and extrapolate to a study of so many runs."""
    from ..config import compose
    from ..model import CoCreateModel
    from .output import as_bytes

    seed = int(config["run"]["seed"])
    weeks = int(config["run"]["weeks"]) + int(config["run"]["burn_in_weeks"])
    short = {**config, "run": {**config["run"], "weeks": WEEKS, "burn_in_weeks": 0}, "timeline": []}
    tiny = {**short, "world": compose(["world=tiny"])["world"], "levers": compose()["levers"]}
    CoCreateModel(scenario_of(with_seed(tiny, seed), seed)).run()  # loops are read from disk at their first use
    start = time.perf_counter()
    model = CoCreateModel(scenario_of(with_seed(short, seed), seed))
    built = time.perf_counter()
    result = model.run()
    per_week = (time.perf_counter() - built) / WEEKS
    each = built - start + per_week * weeks
    rows = finished_run(RunId("p", 0, seed, "k"), each, result, 0)
    size = {name: len(as_bytes(stacked(name, [rows] * 8))) / 8 for name in (*SHARDED, RUNS) if name in rows}
    disk = sum(size.values()) + (size.get("weekly", 0.0) + size.get("subdistricts", 0.0)) * (weeks / WEEKS - 1.0)
    return Estimate(each, each * runs / min(processes, max(runs, 1)) / 3600.0, _memory() / GIB, disk * runs / GIB)


def _memory() -> float:
    """Most bytes that this process ever had in memory."""
    if sys.platform == "win32":
        return float("nan")
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak if os.uname().sysname == "Darwin" else 1024 * peak)
