"""Waiting: for the import, the help, the first run on a new machine, the second, and the first curve."""

from __future__ import annotations

import shutil
import tempfile
from functools import partial
from pathlib import Path

from . import measure
from .measure import Row
from .results import Results

CLI = ("-m", "cocreate_sim.cli")
TINY = ("world=tiny", "run.weeks=26", "run.burn_in_weeks=0")
COUNT_COMPILED = (
    "import json;from cocreate_sim import CoCreateModel, load;from cocreate_sim.engine.kernels import registered;"
    "CoCreateModel(load('world=tiny','run.weeks=2','run.burn_in_weeks=0')).run();"
    "print(json.dumps({'compiled':sum(sum(k.stats.cache_misses.values()) for k in registered)}))"
)
"""How many loops are compiled in a process whose machine has run the model before: none."""


def run(cache: Path, folder: Path, name: str, *words: str) -> Row:
    """``cocreate run`` as a user types it, with a certain cache of compiled loops."""
    return measure.command([*CLI, "run", *words, f"out={folder / name}", "--quiet"], COCREATE_CACHE_DIR=str(cache))


def measured(results: Results, quick: bool) -> None:
    """Measure each."""
    results.heading("Waiting", "whole processes, as a user starts them")
    rounds = 5 if quick else 15
    programs = {
        "nothing": partial(measure.command, ["-c", "pass"]),
        "import": partial(measure.command, ["-c", "import cocreate_sim"]),
        "help": partial(measure.command, [*CLI, "--help"]),
    }
    rows = measure.alternate(programs, rounds)
    results.add("python_seconds", measure.median(rows["nothing"]), "s, Python alone")
    results.add("import_seconds", measure.median(rows["import"]), "s, import cocreate_sim")
    results.add("help_seconds", measure.median(rows["help"]), "s, cocreate --help")
    model = [measure.command(["-c", "from cocreate_sim import CoCreateModel, load"]) for _ in range(3)]
    results.add("import_model_seconds", measure.median(model), "s, with the model")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _first(results, folder / "kernels", folder)


def _first(results: Results, cache: Path, folder: Path) -> None:
    """The first run compiles into an empty cache; the second must compile nothing."""
    first = run(cache, folder, "first", *TINY)
    if "absent" in first:
        results.miss("first_run_seconds", first["absent"])
        return
    seconds = [run(cache, folder, f"next-{k}", *TINY)["seconds"] for k in range(3)]
    second = sorted(seconds)[1]
    results.add("first_run_seconds", first["seconds"], "s, empty cache")
    results.add("second_run_seconds", second, "s")
    results.add("compile_seconds", first["seconds"] - second, "s, once per machine")
    results.add("first_run_gib", first["peak_gib"], "GiB")
    counted = measure.child(["-c", COUNT_COMPILED], COCREATE_CACHE_DIR=str(cache))
    if "absent" in counted:
        results.miss("second_run_compiled_loops", counted["absent"])
    else:
        results.add("second_run_compiled_loops", counted["compiled"], "loops")
    curve = [run(cache, folder, f"curve-{k}", "world=bairuijing") for k in range(3)]
    if not measure.present(curve) or not any((folder / "curve-0" / "figures").glob("*")):
        results.miss("first_curve_seconds", str(curve[-1].get("absent", "the run drew no figure")))
        return
    results.add("first_curve_seconds", measure.median(curve), "s, bairuijing, tables and figures")
    shutil.rmtree(cache)
