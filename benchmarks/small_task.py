"""The same small task in several frameworks and in C: peer_influence/README.md says what it is."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from . import measure
from .measure import Row
from .peer_influence.task import CHOICE
from .results import Results

PROGRAMS = {"ours": "", "in_c": "", "in_mesa": "", "in_agentpy": "bench", "in_starsim": "bench", "in_frames": "bench-frames"}
"""Program -> the environment it needs, besides our own."""
COMPILED = ("ours", "in_c")
CHECKED = (1000, 26)
TOLERANCE = 1e-12
SIZES = {False: ((10_000, 52, 5), (100_000, 26, 5), (1_000_000, 8, 3)), True: ((10_000, 26, 3), (100_000, 8, 3))}
"""Residents, weeks and repeats; objects take minutes for a million, so there are fewer weeks of it."""
MILLION = 1_000_000


def run_one(program: str, agents: int, weeks: int, *more: str, threads: int = 1) -> Row:
    """One program in its environment, in a process of its own."""
    python = measure.interpreter(PROGRAMS[program]) if PROGRAMS[program] else sys.executable
    words = ["-m", "benchmarks.peer_influence.child", program, "--agents", str(agents), "--weeks", str(weeks)]
    return measure.child([*words, "--threads", str(threads), *more], python, threads)


def differences(programs: tuple[str, ...], agents: int, weeks: int) -> dict[str, str | None]:
    """Give all programs the same draws; say of each where it differs from ours (None: nowhere, or why it does not run)."""
    from cocreate_sim.engine.streams import uniforms

    with tempfile.TemporaryDirectory() as name:
        luck = Path(name) / "luck.npy"
        np.save(luck, np.stack([uniforms(1, CHOICE, np.arange(agents), tick=week) for week in range(weeks)]))
        found: dict[str, str | None] = {}
        for program in programs:
            kept = Path(name) / f"{program}.npz"
            row = run_one(program, agents, weeks, "--luck", str(luck), "--keep", str(kept))
            found[program] = f"absent: {row['absent']}" if "absent" in row else _differs(Path(name) / "ours.npz", kept)
        if "in_c" in found and found["in_c"] is None:  # its own random function, too
            drawn = [run_one(program, agents, weeks)["counts"] for program in COMPILED]
            found["in_c"] = None if drawn[0] == drawn[1] else "the random functions differ"
    return found


def _differs(ours: Path, other: Path) -> str | None:
    one, two = np.load(ours), np.load(other)
    if not np.array_equal(one["counts"], two["counts"]):
        return f"{int(np.argmin(one['counts'] == two['counts']))} is the first week with another number of participants"
    if not np.array_equal(one["last"], two["last"]):
        return "other residents took part in the last week"
    apart = float(np.abs(one["belonging"] - two["belonging"]).max())
    return None if apart <= TOLERANCE else f"belonging differs by {apart:.2g}"


def measured(results: Results, quick: bool) -> None:
    """Check that all programs do the same, then time them."""
    results.heading("The same small task: participation by example, degree 12", "nanoseconds per resident and week, one core")
    running = []
    for program, differs in differences(tuple(PROGRAMS), *CHECKED).items():
        if differs is None:
            running.append(program)
        elif differs.startswith("absent"):
            results.miss(f"small_task_{program}", differs)
        else:
            sys.exit(f"{program} does not do the same as ours: {differs}. Nothing is compared.")
    results.note("small_task_same_decisions", ", ".join(running))
    for size, weeks, repeats in SIZES[quick]:
        _timed(results, running, size, weeks, repeats, largest=size == SIZES[quick][-1][0])
    results.heading("The same on two cores", "others keep to one; mesa-frames may use both in Polars")
    size, weeks, repeats = SIZES[quick][-1]
    two = [program for program in ("ours", "in_c", "in_frames") if program in running]
    for program in two:
        rows = measure.alternate(
            {"one": partial(run_one, program, size, weeks), "two": partial(run_one, program, size, weeks, threads=2)}, repeats
        )
        results.add(f"small_task_{program}_two_core_ratio", measure.ratio(rows["one"], rows["two"]), "times as fast as on one")


def _timed(results: Results, running: list[str], size: int, weeks: int, repeats: int, *, largest: bool) -> None:
    """Time one size: the compiled programs in more rounds, since they take less time and differ less."""
    short = f"{size // 1000}k" if size < MILLION else f"{size // MILLION}m"
    programs: dict[str, Callable[[], Row]] = {program: partial(run_one, program, size, weeks) for program in running}
    rows = measure.alternate(programs, repeats)
    fast = {program: programs[program] for program in COMPILED if program in running}
    close = measure.alternate(fast, 3 * repeats)
    for program in running:
        taken = close.get(program, rows[program])
        if not measure.present(taken):
            results.miss(f"small_task_{program}_{short}", taken[-1]["absent"])
            continue
        results.add(f"small_task_{program}_{short}_ns", 1e9 * measure.median(taken) / size / weeks, "ns per resident-week")
        results.add(f"small_task_{program}_{short}_gib", measure.median(taken, "peak_gib"), "GiB")
    others = [p for p in running if p not in COMPILED and measure.present(rows[p])]
    ratios = {program: measure.ratio(rows[program], rows["ours"]) for program in others}
    for program, times in ratios.items():
        results.add(f"small_task_{program}_{short}_ratio", times, "times our time")
    if largest and ratios:
        results.add("small_task_least_ratio", min(ratios.values()), "times our time")
    if largest and "in_c" in running:
        results.add("c_ratio", measure.ratio(close["ours"], close["in_c"]), "times the time of C")
    elif largest:
        results.miss("c_ratio", "no C compiler")
