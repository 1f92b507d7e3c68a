"""The guard of the work of loops: what it counts, and what it lets pass."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

from benchmarks import work

from cocreate_sim.schedule import MECHANISMS


def loop(folder: Path, name: str, turns: int) -> ModuleType:
    """A mechanism whose loop has that many turns and draws once in each."""
    path = folder / f"{name}.py"
    path.write_text(f"def act(philox):\n    for _ in range({turns}):\n        philox()\n", encoding="utf-8")
    module = ModuleType(name)
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), module.__dict__)
    return module


def test_lines_and_draws_of_a_loop_are_counted_for_its_mechanism(tmp_path: Path) -> None:
    def philox() -> None: ...

    once, twice = work.Counting(tmp_path), work.Counting(tmp_path)
    for trace, turns in ((once, 10), (twice, 20)):
        module = loop(tmp_path, "ringing", turns)
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            module.act(philox)
            philox()
        finally:
            sys.settrace(before)
    assert once.counts["ringing.draws"] == 10
    assert twice.counts["ringing.draws"] == 20
    assert twice.counts["ringing.lines"] - once.counts["ringing.lines"] == 20
    assert once.counts["others.draws"] == 1


def test_more_work_is_told_and_less_or_a_little_more_is_not() -> None:
    stored = {"participation.lines": 100_000, "participation.draws": 50_000, "upkeep.lines": 20}
    assert work.compared(stored, stored) == []
    assert work.compared({**stored, "participation.lines": 104_000, "upkeep.lines": 200}, stored) == []
    assert work.compared({**stored, "participation.draws": 1000}, stored) == []
    told = work.compared({**stored, "participation.lines": 110_000}, stored)
    assert told == ["participation.lines: 110,000, stored 100,000 (+10%)"]
    assert work.compared({**stored, "new.draws": 5000}, stored) == ["new.draws: 5,000, stored 0 (new)"]


def test_another_python_compares_draws_alone() -> None:
    stored = {"participation.lines": 100_000, "participation.draws": 50_000}
    assert work.compared({"participation.lines": 200_000, "participation.draws": 50_000}, stored, lines=False) == []
    assert work.compared({"participation.lines": 1, "participation.draws": 60_000}, stored, lines=False)


def test_stored_figures_are_those_of_the_world_and_of_known_mechanisms() -> None:
    stored = json.loads(work.STORED.read_text(encoding="utf-8"))
    assert stored["world"] == " ".join(work.WORDS)
    known = {mechanism.name for mechanism in MECHANISMS} | {"others"}
    assert {name.split(".")[0] for name in stored["counts"]} <= known
    assert stored["counts"]["participation.draws"] > 1000
