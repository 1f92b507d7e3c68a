"""Workers give memory back: what a run has freed is not kept for the rest of a study."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

from cocreate_sim.study.executors import interface, memory

GAPS = """
from pathlib import Path
from cocreate_sim.study.executors import memory

def used():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 // 2**20

runs, kept = [], []
for _ in range(2000):
    runs.append(bytearray(100_000))  # what a run needs
    kept.append(bytearray(2_000))  # what stays, and lies between
full = used()
runs.clear()
gaps = used()
memory.give_back()
print(full - gaps, full - used())
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="only the GNU C library keeps such gaps")
def test_gaps_between_what_is_kept_are_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", GAPS], check=True, capture_output=True, text=True)
    freed, given_back = (int(word) for word in done.stdout.split())
    assert freed < 50  # MiB: freeing alone gives back next to nothing
    assert given_back > 150


def test_memory_is_given_back_now_and_then_only(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(memory, "_trim", lambda: asked.append)
    monkeypatch.setattr(memory, "_last", [0.0])
    for now in (4.9, 5.0, 7.0, 9.9, 10.0):
        memory.give_back(lambda now=now: now)  # type: ignore[misc]
    assert asked == [0, 0]


def test_where_there_is_nothing_to_ask_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_trim", lambda: None)
    monkeypatch.setattr(memory, "_last", [0.0])
    memory.give_back(lambda: 100.0)
    assert memory._last == [100.0]


@pytest.mark.parametrize("divisor", [1, 0])
def test_it_is_tried_after_every_task_also_after_one_that_fails(divisor: int, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[bool] = []
    monkeypatch.setattr(interface, "give_back", lambda: tried.append(True))
    interface.attempt(lambda shared, task: task / divisor, None, 0, 1)
    assert tried == [True]
