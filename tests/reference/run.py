"""Draw random configurations, run both models on each, and say where they part: ``python -m tests.reference.run --n 200 --seed 12345``.

Work is done in batches; each finished batch is kept in a file, so that a long check goes on where it was stopped. A batch
counts for exactly these sources: after any change of either model it is done anew.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from tests.invariants.drawing import scenarios

from cocreate_sim.config import Scenario
from cocreate_sim.engine.kernels import source_hash
from cocreate_sim.errors import ConfigError
from cocreate_sim.study.executors.memory import give_back

from .compare import TooLarge, first_difference

HERE = Path(__file__).parent
BATCH = 50


def sources() -> str:
    """A hash of both models and of the way configurations are drawn."""
    digest = hashlib.sha256(source_hash().encode())
    for path in [*sorted(HERE.glob("*.py")), HERE.parent / "invariants" / "drawing.py"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def drawn(count: int, key: int, strategy: st.SearchStrategy[Scenario]) -> list[Scenario]:
    """The first ``count`` configurations that Hypothesis draws with this key."""
    found: list[Scenario] = []

    @seed(key)
    @settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(strategy)
    def collect(scenario: Scenario) -> None:
        found.append(scenario)

    collect()
    return found[:count]


def batch(count: int, key: int) -> dict[str, Any]:
    """Compare one batch: how many were compared, how many cannot be built or are too large, and what differs."""
    compared, refused, differ = 0, 0, []
    for number, scenario in enumerate(drawn(count, key, scenarios())):
        try:
            found = first_difference(scenario)
        except (ConfigError, TooLarge):
            refused += 1  # such a place cannot be laid out, or it has more issues than plain Python can follow
            continue
        give_back()
        compared += 1
        if found:
            differ.append(f"configuration {number} of batch {key}: {found}")
    return {"compared": compared, "refused": refused, "differ": differ}


def _kept(file: Path, now: str) -> Iterator[dict[str, Any]]:
    if file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.endswith("}"):  # a line that was cut off when the check was killed is not a batch
                row = json.loads(line)
                if row["sources"] == now:
                    yield row


def main() -> int:
    """Compare at least ``--n`` configurations; the exit code is 1 when any differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=200, help="how many configurations to compare (200)")
    parser.add_argument("--seed", type=int, default=12345, help="which ones (12345)")
    parser.add_argument("--keep", type=Path, default=Path(".cache/reference.jsonl"), help="file of finished batches")
    given = parser.parse_args()
    now = sources()
    done = {row["key"]: row for row in _kept(given.keep, now)}
    given.keep.parent.mkdir(parents=True, exist_ok=True)
    compared, refused, differ, k, start = 0, 0, [], 0, time.monotonic()
    while compared < given.n:
        key = given.seed * 1_000_000 + k
        row = done.get(key)
        if row is None:
            row = {"sources": now, "key": key, **batch(BATCH, key)}
            with given.keep.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
        compared, refused, k = compared + row["compared"], refused + row["refused"], k + 1
        differ += row["differ"]
        for found in row["differ"]:
            print(found, flush=True)
        print(f"{compared} compared, {refused} refused, {len(differ)} differ, {time.monotonic() - start:.0f} s", flush=True)
    print(f"{compared} configurations, {len(differ)} differ")
    return 1 if differ else 0


if __name__ == "__main__":
    raise SystemExit(main())
