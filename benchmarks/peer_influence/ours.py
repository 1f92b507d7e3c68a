"""The small task as a loop of our engine."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from cocreate_sim.engine.kernels import kernel
from cocreate_sim.engine.streams import uniform

from . import blocks
from .task import BELONGING, CHOICE, DEGREE, DULLNESS, EXAMPLE, PACE, Outcome, Task


@kernel
def choose(u, i, neighbours, before, now, belonging):
    """Let resident i take part or not, and let his belonging follow."""
    asked = math.log(u / (1.0 - u))
    own = DULLNESS + BELONGING * belonging[i]
    took = 0
    if asked < own + EXAMPLE:  # else no example is enough
        if asked < own:  # no example is needed
            took = 1
        else:
            seen = 0
            for k in range(DEGREE):
                seen += before[neighbours[i, k]]
            if asked < own + EXAMPLE * (seen / DEGREE):
                took = 1
    now[i] = took
    belonging[i] += PACE * (took - belonging[i])
    return took


@kernel
def week(first, last, seed, tick, neighbours, before, now, belonging):
    """A week of the residents from first to last."""
    count = 0
    for i in range(first, last):
        count += choose(uniform(seed, CHOICE, tick, i, 0), i, neighbours, before, now, belonging)
    return count


@kernel
def given_week(first, last, luck, neighbours, before, now, belonging):
    """The same with given draws."""
    count = 0
    for i in range(first, last):
        count += choose(luck[i], i, neighbours, before, now, belonging)
    return count


def run(task: Task) -> Outcome:
    """Run the task; compiling is not counted."""
    seed = np.uint64(task.seed)

    def one(first: int, last: int, _: int, tick: int, *columns: Any) -> int:
        return int(week(first, last, seed, tick, *columns))

    def compile_first() -> None:
        blocks.run(Task(64, 1, luck=None if task.luck is None else np.full((1, 64), 0.5)), one, given_week)

    return blocks.run(task, one, given_week, compile_first)
