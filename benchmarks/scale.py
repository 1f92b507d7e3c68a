"""Size: from one building to a city, what a run takes and how it grows; beside it Covasim, which simulates people by the day.

``python -m benchmarks.scale WORLD|RESIDENTS [WEEKS]`` measures one world in this process.
"""

from __future__ import annotations

import json
import math
import sys
from functools import partial
from typing import Any

from . import measure
from .measure import Row
from .results import Results
from .same_model import words

BURN_IN, WEEKS = 26, 104
WORLDS = {
    False: (("bairuijing", 5), ("subdistrict", 3), ("wuchang", 3), ("wuhan", 1)),
    True: (("bairuijing", 3), ("subdistrict", 1)),
}
"""World and repeats. `wuchang` is the whole district; `wuhan` exists for its size only."""
GROWING = {False: (10_000, 100_000, 400_000, 1_200_000), True: (3000, 10_000, 30_000)}
"""Residents of worlds of one shape, for the growth exponent."""
GROWTH_WEEKS = 26
COVASIM = {False: ((20_000, 60), (200_000, 60)), True: ((5000, 20), (20_000, 20))}
"""People and days; the larger gives the speed, both together the memory for each further person."""


def timed(world: str, weeks: int) -> Row:
    """Seconds of building and of running one world, peak memory, and the seconds of each mechanism."""
    from cocreate_sim import CoCreateModel, load

    CoCreateModel(load("world=tiny", "policy=small_units", "run.weeks=2", "run.burn_in_weeks=0")).run()  # load kernels
    if world.isdigit():
        asked = words(int(world), weeks)
    else:
        asked = [f"world={world}", "policy=small_units", f"run.weeks={weeks}", f"run.burn_in_weeks={BURN_IN}"]
    start = measure.clock()
    model = CoCreateModel(load(*asked))
    shares = model.profile()
    built = measure.clock()
    model.run()
    done = measure.clock()
    return {
        "seconds": done - built, "build_seconds": built - start, "peak_gib": measure.own_peak(), "weeks": model.weeks,
        "residents": len(model.world.residents.id), "shares": shares,
    }  # fmt: skip


def one(world: str, weeks: int) -> Row:
    """The same in a process of its own."""
    return measure.child(["-m", "benchmarks.scale", world, str(weeks)])


def exponent(sizes: list[float], seconds: list[float]) -> float:
    """The slope of seconds on size, both in logarithms: 1 when twice the people take twice the time."""
    x, y = [math.log(v) for v in sizes], [math.log(v) for v in seconds]
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
    spread = sum((v - middle_x) ** 2 for v in x)
    return sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True)) / spread


def measured(results: Results, quick: bool) -> None:
    """Measure the shipped worlds, growth, and Covasim."""
    results.heading(
        f"Size: {BURN_IN} + {WEEKS} weeks, policy small_units, everything on, one core", "the run; building beside it"
    )
    last: Row = {}
    for world, repeats in WORLDS[quick]:
        rows = [one(world, WEEKS) for _ in range(repeats)]
        if not measure.present(rows):
            results.miss(f"{world}_seconds", next(row["absent"] for row in rows if "absent" in row))
            continue
        seconds, residents = measure.median(rows), rows[0]["residents"]
        results.add(f"{world}_residents", residents, "residents")
        results.add(f"{world}_seconds", seconds, "s")
        results.add(f"{world}_build_seconds", measure.median(rows, "build_seconds"), "s")
        results.add(f"{world}_gib", measure.median(rows, "peak_gib"), "GiB")
        results.add(f"{world}_ns", 1e9 * seconds / residents / rows[0]["weeks"], "ns per resident-week")
        _shares(results, world, rows)
        last = {"seconds": seconds, **{k: rows[0][k] for k in ("residents", "weeks", "peak_gib")}}
    results.miss("two_thread_ratio", "a run of the model uses one core; runs share the cores (sweeps below)")
    _growth(results, quick)
    if last:
        _covasim(results, quick, last)


def _shares(results: Results, world: str, rows: list[Row]) -> None:
    """Which share of the time each mechanism takes; what takes less than a hundredth is put together."""
    spent = {name: measure.median([row["shares"] for row in rows], name) for name in rows[0]["shares"]}
    total = sum(spent.values())
    rest = 0.0
    for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        if seconds < 0.01 * total:
            rest += seconds
        else:
            results.add(f"{world}_share_{name}", seconds / total, "of the mechanisms' time")
    results.add(f"{world}_share_others", rest / total, "of the mechanisms' time")


def _growth(results: Results, quick: bool) -> None:
    results.heading("Growth: worlds of one shape, all of whose cases are their own", f"{GROWTH_WEEKS} weeks")
    programs = {str(size): partial(one, str(size), GROWTH_WEEKS) for size in GROWING[quick]}
    rows = measure.alternate(programs, 1 if quick else 3)
    if not all(measure.present(found) for found in rows.values()):
        results.miss("growth_exponent", str(rows))
        return
    for size, found in rows.items():
        cost = 1e9 * measure.median(found) / found[0]["residents"] / GROWTH_WEEKS
        results.add(f"growth_{size}_ns", cost, "ns per resident-week")
    sizes = [float(found[0]["residents"]) for found in rows.values()]
    results.add("growth_exponent", exponent(sizes, [measure.median(found) for found in rows.values()]), "of residents")


def _covasim(results: Results, quick: bool, ours: dict[str, Any]) -> None:
    """Both in person-days: different models, so this says what order of size to expect, and no more."""
    results.heading("Yardstick: Covasim's default model, same machine", "another model with other aims: a yardstick, no contest")
    python = measure.interpreter("bench")
    (few, days), (many, _) = COVASIM[quick]
    programs = {
        str(n): partial(measure.child, ["-m", "benchmarks.covasim_child", str(n), str(days)], python) for n in (few, many)
    }
    rows = measure.alternate(programs, 1 if quick else 3)
    failed = next((row["absent"] for found in rows.values() for row in found if "absent" in row), None)
    speed = ours["residents"] * ours["weeks"] * 7 / ours["seconds"]
    results.add("our_person_days_per_second", speed, "person-days per s")
    results.add("our_gib_per_million", ours["peak_gib"] * 1e6 / ours["residents"], "GiB, whole process")
    if failed:
        results.miss("covasim_person_days_per_second", failed)
        return
    largest = rows[str(many)]
    results.note("covasim_version", largest[0]["version"])
    theirs = many * days / measure.median(largest)
    results.add("covasim_person_days_per_second", theirs, "person-days per s")
    slope = (measure.median(largest, "peak_gib") - measure.median(rows[str(few)], "peak_gib")) / (many - few)
    results.add("covasim_gib_per_million", slope * 1e6, "GiB, growth alone")
    results.add("covasim_ratio", speed / theirs, "times its person-days per s")


if __name__ == "__main__":
    print(json.dumps(timed(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else WEEKS)))
