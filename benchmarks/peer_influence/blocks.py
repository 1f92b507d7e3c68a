"""Runs a compiled week over blocks of residents, one block per thread: the driver of both the engine's loop and the one in C."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from .task import Outcome, Task, graph, start

Week = Callable[..., int]
"""``week(first, last, seed, tick, neighbours, before, now, belonging)`` returns how many of the block took part."""
GivenWeek = Callable[..., int]
"""The same with the draws of the week in the place of the seed and the tick."""


def run(task: Task, week: Week, given: GivenWeek, ready: Callable[[], Any] = int) -> Outcome:
    """Run all weeks; the result does not depend on the number of threads, since a week reads the last one only."""
    began = time.perf_counter()
    neighbours, belonging = graph(task.agents, task.seed), start(task.agents, task.seed)
    before, now = np.zeros(task.agents, dtype=np.uint8), np.zeros(task.agents, dtype=np.uint8)
    ends = np.linspace(0, task.agents, task.threads + 1).astype(int)
    blocks = [(int(a), int(b)) for a, b in zip(ends[:-1], ends[1:], strict=True)]
    outcome = Outcome(build_seconds=time.perf_counter() - began)
    ready()
    with ThreadPoolExecutor(task.threads) as pool:
        began = time.perf_counter()
        for tick in range(task.weeks):

            def act(block: tuple[int, int], tick: int = tick, before: np.ndarray = before, now: np.ndarray = now) -> int:
                if task.luck is None:
                    return week(*block, task.seed, tick, neighbours, before, now, belonging)
                return given(*block, task.luck[tick], neighbours, before, now, belonging)

            done = map(act, blocks) if task.threads == 1 else pool.map(act, blocks)
            outcome.counts.append(sum(done))
            before, now = now, before
        outcome.seconds = time.perf_counter() - began
    outcome.belonging, outcome.last = belonging, before
    return outcome
