"""The same model twice: our engine, and the reference in plain Mesa (tests/reference), one object per agent.

``python -m benchmarks.same_model ours|reference|check RESIDENTS WEEKS`` measures one of them in this process.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from typing import Any

from . import measure
from .measure import Row
from .results import Results

SIZES = {False: ((1000, 26, 3), (3000, 26, 3), (10_000, 13, 3), (30_000, 13, 3)), True: ((1000, 8, 3), (3000, 8, 3))}
"""Residents, weeks and repeats."""
PER_HOUSEHOLD = 3.02
"""Residents for each family household, dormitories included: A4.3 and A5.2."""


def words(residents: int, weeks: int) -> list[str]:
    """A world of that size with the proportions of Wuchang, all of whose cases come from its own households."""
    households = round(residents / PER_HOUSEHOLD)
    shares = {"compounds": 568, "grids": 1272, "communities": 191, "subdistricts": 14, "towers": 35}
    sizes = {name: max(name != "towers", round(number * households / 392_000)) for name, number in shares.items()}
    return [
        "world=subdistrict", "policy=small_units", f"run.weeks={weeks}", "run.burn_in_weeks=0", "world.background=false",
        f"world.households={households}", *(f"world.{name}={int(number)}" for name, number in sizes.items()),
    ]  # fmt: skip


def model(which: str, residents: int, weeks: int) -> Any:
    """Build one of the two."""
    from cocreate_sim import CoCreateModel, load

    scenario = load(*words(residents, weeks))
    if which == "ours":
        return CoCreateModel(scenario)
    from tests.reference.model import ReferenceModel

    return ReferenceModel(scenario)


def timed(which: str, residents: int, weeks: int) -> Row:
    """Seconds of the weeks alone, and of building; loops are loaded before."""
    from cocreate_sim.warming import warm_up

    warm_up()
    start = measure.clock()
    made = model(which, residents, weeks)
    built = measure.clock()
    for _ in range(weeks * 7):
        made.step()
    done = measure.clock()
    people = len(made.world.residents.id) if which == "ours" else len(made.residents)
    return {"seconds": done - built, "build_seconds": built - start, "peak_gib": measure.own_peak(), "residents": people}


def checked(residents: int, weeks: int) -> Row:
    """Both models day by day: every event, and the state at the end of each week."""
    from tests.reference.compare import TOLERANCE, state_difference

    from cocreate_sim.outcomes.partings import as_rows, first_parting

    fast, plain = model("ours", residents, weeks), model("reference", residents, weeks)
    fast.listen()
    events = 0
    differs = state_difference(fast, plain)
    for day in range(weeks * 7):
        fast.step()
        plain.step()
        events += len(plain.events)
        parted = first_parting(fast.events(), as_rows(plain.events), TOLERANCE)
        differs = differs or (parted.told("the fast model", "the reference") if parted else None)
        if day % 7 == 6:
            differs = differs or state_difference(fast, plain)
    return {"events": events, "differs": differs}


def drawing(residents: int, weeks: int) -> Row:
    """Which share of the reference's time goes into drawing, since each of its draws calls a compiled function from Python."""
    from cocreate_sim.engine import streams

    made = model("reference", residents, weeks)
    plain, calls = streams.uniform, [0]
    for name in ("draw", "draw2", "draw4"):
        setattr(made, name, partial(_counted, getattr(made, name), calls))
    start = measure.clock()
    for _ in range(weeks * 7):
        made.step()
    seconds = measure.clock() - start
    start = measure.clock()
    for k in range(100_000):
        plain(made.seed, 1, k, 1, 0)
    return {"share": calls[0] * (measure.clock() - start) / 100_000 / seconds}


def _counted(draw: Any, calls: list[int], *numbers: int) -> Any:
    calls[0] += 1
    return draw(*numbers)


def measured(results: Results, quick: bool) -> None:
    """Measure both models in turns, and compare their decisions in the same run."""
    results.heading("The same model: ours and the reference in plain Mesa, everything on", "one core; equal decisions checked")
    for residents, weeks, repeats in SIZES[quick]:
        size = [str(residents), str(weeks)]
        told = measure.child(["-m", "benchmarks.same_model", "check", *size])
        if told.get("absent") or told["differs"]:
            sys.exit(f"The two models differ for {residents} residents: {told.get('absent') or told['differs']}.")
        rows = measure.alternate(
            {name: partial(measure.child, ["-m", "benchmarks.same_model", name, *size]) for name in ("ours", "reference")},
            repeats,
        )
        failed = next((row["absent"] for name in rows for row in rows[name] if "absent" in row), None)
        if failed:
            sys.exit(f"The comparison with the reference failed for {residents} residents: {failed}")
        short = f"{residents // 1000}k"
        results.add(f"reference_same_events_{short}", told["events"], "events, all equal")
        for name in ("ours", "reference"):
            cost = 1e9 * measure.median(rows[name]) / rows[name][0]["residents"] / weeks
            results.add(f"same_model_{name}_{short}_ns", cost, "ns per resident-week")
            results.add(f"same_model_{name}_{short}_gib", measure.median(rows[name], "peak_gib"), "GiB")
        results.add(f"reference_ratio_{short}", measure.ratio(rows["reference"], rows["ours"]), "times our time")
    results.add("reference_ratio", results.figures[f"reference_ratio_{short}"], f"times our time at {residents} residents")
    share = measure.child(["-m", "benchmarks.same_model", "drawing", "1000", "4"])
    results.add("reference_draw_share", share["share"], "of the reference's time")


def main() -> None:
    """Measure one, in this process."""
    which, residents, weeks = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    acts = {"check": checked, "drawing": drawing}
    print(json.dumps(acts[which](residents, weeks) if which in acts else timed(which, residents, weeks)))


if __name__ == "__main__":
    main()
