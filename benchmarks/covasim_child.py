"""Covasim's default model in its own environment, in this process: ``python -m benchmarks.covasim_child PEOPLE DAYS``."""

from __future__ import annotations

import json
import sys
import time

from .measure import own_peak


def main() -> None:
    """Run and print; the run of a few people before it compiles Covasim's loops, which is not counted."""
    import covasim as cv

    people, days = int(sys.argv[1]), int(sys.argv[2])
    cv.Sim(pop_size=1000, n_days=3, verbose=0).run()
    start = time.perf_counter()
    sim = cv.Sim(pop_size=people, n_days=days, verbose=0)
    sim.init()
    built = time.perf_counter()
    sim.run()
    done = time.perf_counter()
    print(json.dumps({
        "seconds": done - built, "build_seconds": built - start, "version": cv.__version__,
        "peak_gib": own_peak(),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
