"""Everything measured in one run, so that ratios hold: ``make bench`` prints the table and writes benchmarks/latest.json.

``python -m benchmarks.run [--quick] [--only PART ...] [--out FILE]``. Every program runs in a process of its own, which tells its
time and its peak memory; programs that are compared run in turns. With --quick or --only, latest.json stays as it is.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import latency, measure, same_model, scale, small_task, store, sweeps
from .results import TARGETS, Results

LATEST = Path(__file__).resolve().parent / "latest.json"
PARTS = {
    "latency": latency.measured,
    "small_task": small_task.measured,
    "same_model": same_model.measured,
    "scale": scale.measured,
    "sweeps": sweeps.measured,
    "launchers": sweeps.launchers,
    "store": store.measured,
}


def main() -> int:
    """Measure, print, write; the exit code tells whether everything could be measured, not whether it was fast."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller sizes: less than ten minutes")
    parser.add_argument("--only", nargs="+", choices=list(PARTS), metavar="PART", help=f"some parts of {', '.join(PARTS)}")
    parser.add_argument("--out", type=Path, help="write the figures to this file; with --only, those of other parts stay")
    options = parser.parse_args()
    out = options.out or (None if options.quick or options.only else LATEST)
    from cocreate_sim.warming import get_ready

    get_ready()  # figures are those of compiled loops; latency compiles anew, in a cache of its own
    results = Results(measure.machine(), options.quick)
    if options.only and out is not None:
        results.go_on_from(out)
    print(", ".join(f"{name} {value}" for name, value in results.machine.items()), flush=True)
    for name in options.only or PARTS:
        PARTS[name](results, options.quick)
        if out is not None:
            results.write(out)
    results.heading("Targets")
    for name, (sign, wanted) in TARGETS.items():
        value = f"{results.figures[name]:.4g}" if name in results.figures else "not measured"
        print(f"  {name:44s}{value:>14} {results.verdict(name) or f'target {sign} {wanted:g}'}")
    if results.absent:
        print(f"\n{len(results.absent)} figures were not measured: {', '.join(results.absent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
