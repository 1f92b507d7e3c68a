"""Speed and memory of the shipped worlds, one process, warm kernels: `make bench` prints a table with the machine's description.

Each world runs in a process of its own, so that peak memory is that world's; times are of the run alone and of
building the world. Targets stand beside the figures. These machines are noisy: compare ratios inside one table.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

TARGETS = {"tiny": (0.2, None), "subdistrict": (4.0, None), "wuchang": (60.0, 3.0)}
LATEST = Path(__file__).resolve().parent / "latest.json"


def one(world: str, size: int | None) -> None:
    """Run one world and print its figures as JSON."""
    from cocreate_sim import CoCreateModel, load

    burn_in, weeks = (0, 104) if world == "tiny" else (26, 104)
    words = [f"world={world}", "policy=small_units", f"run.weeks={weeks}", f"run.burn_in_weeks={burn_in}"]
    if size is not None:
        scale = size / 28_000
        words += [
            f"world.households={size}", f"world.compounds={max(1, round(41 * scale))}",
            f"world.grids={max(1, round(91 * scale))}", f"world.communities={max(1, round(14 * scale))}",
            f"world.subdistricts={max(1, round(scale))}", "world.background=false",
        ]  # fmt: skip
    CoCreateModel(load("world=tiny", "policy=small_units", "run.weeks=2", "run.burn_in_weeks=0")).run()  # load kernels
    start = time.perf_counter()
    model = CoCreateModel(load(*words))
    seconds = model.profile()
    built = time.perf_counter()
    model.run()
    done = time.perf_counter()
    residents = len(model.world.residents.id)
    print(json.dumps({
        "world": world if size is None else f"{size} households", "residents": residents, "weeks": burn_in + weeks,
        "build_seconds": built - start, "run_seconds": done - built,
        "ns_per_resident_week": (done - built) / residents / (burn_in + weeks) * 1e9,
        "peak_gib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        "seconds": seconds,
    }))  # fmt: skip


def _shares(seconds: dict[str, float], flat: dict[str, float | str]) -> None:
    """Print which share of the time of the largest world each mechanism takes."""
    total = sum(seconds.values())
    print("\nshare of time by mechanism, largest world:")
    for name, spent in sorted(seconds.items(), key=lambda item: -item[1]):
        print(f"  {name:16s}{spent:9.2f} s{100 * spent / total:7.1f} %")
        flat[f"share_{name}"] = spent / total


def measured(*words: str) -> dict[str, Any]:
    """Figures of one run in a process of its own."""
    done = subprocess.run([sys.executable, __file__, *words], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def machine() -> str:
    """Describe the machine in a line."""
    model = ""
    if Path("/proc/cpuinfo").exists():
        names = [
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ]
        model = names[0] if names else ""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    size = f"{os.cpu_count()} cores, {memory:.0f} GiB"
    return f"{model or platform.processor()}, {size}, {platform.system()}, Python {platform.python_version()}"


def main() -> None:
    """Print the table and write latest.json."""
    print(machine())
    rows = [measured("--world", w) for w in TARGETS]
    flat: dict[str, float | str] = {"machine": machine()}
    heads = ("world", "residents", "weeks", "build s", "run s", "target s", "ns/res-week", "peak GiB")
    line = "{:20s}{:>12}{:>7}{:>9}{:>9}{:>10}{:>13}{:>10}"
    print(line.format(*heads))
    for row, (seconds, _) in zip(rows, TARGETS.values(), strict=True):
        build, run, cost, peak = (row[k] for k in ("build_seconds", "run_seconds", "ns_per_resident_week", "peak_gib"))
        figures = (f"{build:.2f}", f"{run:.2f}", f"{seconds:.1f}", f"{cost:.0f}", f"{peak:.2f}")
        print(line.format(str(row["world"]), row["residents"], row["weeks"], *figures))
        flat |= {f"{row['world']}_seconds": row["run_seconds"], f"{row['world']}_gib": row["peak_gib"]}
    _shares(rows[-1]["seconds"], flat)
    sizes = [measured("--size", str(s)) for s in (3_500, 28_000, 112_000, 350_000)]
    print("\ncost per resident-week by size of the world (no background stream):")
    for row in sizes:
        print(
            f"{row['residents']:12d} residents {row['ns_per_resident_week']:9.0f} ns per resident-week {row['peak_gib']:8.2f} GiB"
        )
    costs = [row["ns_per_resident_week"] for row in sizes]
    flat["size_cost_ratio"] = max(costs) / min(costs)
    print(f"largest over smallest cost: {flat['size_cost_ratio']:.2f} (target 1.5)")
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "cocreate_sim.cli", "--help"], check=True, capture_output=True)
    flat["help_seconds"] = time.perf_counter() - start
    print(f"cocreate --help: {flat['help_seconds']:.2f} s (target 1 s)")
    LATEST.write_text(json.dumps(flat, indent=1) + "\n")


if __name__ == "__main__":
    if "--world" in sys.argv:
        one(sys.argv[-1], None)
    elif "--size" in sys.argv:
        one("subdistrict", int(sys.argv[-1]))
    else:
        main()
