"""A guard against slow changes that no noisy clock decides: how much work the loops do, counted.

``make work`` runs a small world with compilation off and counts, for every mechanism, the random draws and the lines of its
loops that are executed. Both are the same on every machine, so they can be compared with the stored figures
(benchmarks/work.json) in CI. More than TOLERANCE above is an error: a loop does more than it did. If that is meant,
``make work ARGS=--renew`` writes the figures anew; commit them with the change that moved them. What a compiler makes of the
same lines is not seen here: `c_ratio` and `reference_ratio` of `make bench` tell.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any

STORED = Path(__file__).resolve().parent / "work.json"
WORDS = (
    "world=quarter", "world.households=200", "world.compounds=2", "world.grids=3", "world.communities=1", "world.towers=1",
    "policy=wuchang_2024", "run.weeks=3", "run.burn_in_weeks=1", "world.background=false", "seed=1",
)  # fmt: skip
"""Small enough for plain Python, with every mechanism in it."""
TOLERANCE = 0.05
SLACK = 300
"""More of something rare is no slower loop: a count may grow by this, whatever its size."""


class Counting:
    """A trace function that counts lines of mechanisms' loops, and draws by the mechanism that asks for them."""

    def __init__(self, mechanisms: Path) -> None:
        self.folder = str(mechanisms) + os.sep
        self.counts: Counter[str] = Counter()

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        """Called whenever a function is entered: follow those of mechanisms, and note draws."""
        code = frame.f_code
        if code.co_filename.startswith(self.folder):
            return self.line
        if code.co_name == "philox":
            self.counts[f"{self.asker(frame)}.draws"] += 1
        return None

    def line(self, frame: FrameType, event: str, _: Any) -> Any:
        """Called for every line of a mechanism's function."""
        if event == "line":
            self.counts[f"{Path(frame.f_code.co_filename).stem}.lines"] += 1
        return self.line

    def asker(self, frame: FrameType) -> str:
        """The mechanism that asks for a draw, or `others`."""
        at = frame.f_back
        while at is not None:
            if at.f_code.co_filename.startswith(self.folder):
                return Path(at.f_code.co_filename).stem
            at = at.f_back
        return "others"


def counted(words: tuple[str, ...] = WORDS) -> dict[str, int]:
    """Run the world and count; only with compilation off, since compiled loops run past any counter."""
    from cocreate_sim import mechanisms
    from cocreate_sim.config import load
    from cocreate_sim.model import CoCreateModel

    model = CoCreateModel(load(*words))
    trace = Counting(Path(str(mechanisms.__file__)).parent)
    sys.settrace(trace)
    try:
        model.run()
    finally:
        sys.settrace(None)
    return dict(sorted(trace.counts.items()))


def compared(found: Mapping[str, int], stored: Mapping[str, int], *, lines: bool = True) -> list[str]:
    """What a loop does more than it did, in words; lines are left out on another Python, which counts them otherwise."""
    told = []
    for name in sorted({*found, *stored}):
        if name.endswith(".lines") and not lines:
            continue
        now, before = found.get(name, 0), stored.get(name, 0)
        if now > before * (1 + TOLERANCE) + SLACK:
            growth = f"{now / before - 1:+.0%}" if before else "new"
            told.append(f"{name}: {now:,}, stored {before:,} ({growth})")
    return told


def main() -> int:
    """Count, and compare or renew."""
    if os.environ.get("NUMBA_DISABLE_JIT") != "1":
        os.execve(
            sys.executable, [sys.executable, "-m", "benchmarks.work", *sys.argv[1:]], {**os.environ, "NUMBA_DISABLE_JIT": "1"}
        )
    version = "{}.{}".format(*sys.version_info)
    found = counted()
    if "--renew" in sys.argv:
        document = {"python": version, "world": " ".join(WORDS), "counts": found}
        STORED.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        print(f"{STORED.name}: {len(found)} counts written")
        return 0
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    same = stored["python"] == version
    told = compared(found, stored["counts"], lines=same)
    total = sum(count for name, count in found.items() if name.endswith(".draws"))
    about = "draws and lines" if same else f"draws only: lines were counted on Python {stored['python']}"
    print(f"work of the loops ({about}): {total:,} draws, {sum(found.values()) - total:,} lines")
    for line in told:
        print(f"  MORE WORK  {line}", file=sys.stderr)
    if told:
        print("If that is meant: make work ARGS=--renew, and commit benchmarks/work.json with the change.", file=sys.stderr)
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
