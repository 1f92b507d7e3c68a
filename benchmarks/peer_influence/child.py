"""Runs one program of the small task in a process of its own and prints what it took, as JSON.

``python -m benchmarks.peer_influence.child in_mesa --agents 1000 --weeks 52 [--threads 2] [--luck FILE.npy --keep FILE.npz]``
"""

from __future__ import annotations

import argparse
import importlib
import json

import numpy as np

from ..measure import own_peak
from .task import Task


def main() -> None:
    """Run and print; a framework that is not there, or fails, is said in one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--agents", type=int, required=True)
    parser.add_argument("--weeks", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--luck")
    parser.add_argument("--keep")
    options = parser.parse_args()
    before = own_peak()
    try:
        program = importlib.import_module(f"benchmarks.peer_influence.{options.program}")
        luck = None if options.luck is None else np.load(options.luck)
        outcome = program.run(Task(options.agents, options.weeks, options.seed, options.threads, luck))
    except ImportError as error:
        print(json.dumps({"absent": str(error)}))
        return
    if options.keep is not None:
        np.savez(options.keep, counts=outcome.counts, belonging=outcome.belonging, last=outcome.last)
    print(json.dumps({
        "seconds": outcome.seconds, "build_seconds": outcome.build_seconds, "peak_gib": own_peak(),
        "before_gib": before, "counts": outcome.counts,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
