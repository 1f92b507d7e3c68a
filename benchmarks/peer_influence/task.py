"""The small task: constants, graph and start, the same for every program. Needs NumPy only."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

DEGREE = 12
DULLNESS = -2.5
BELONGING = 2.0
EXAMPLE = 3.0
PACE = 0.02
CHOICE = 901
"""The number of the decision in the random function."""


@dataclass(frozen=True, slots=True)
class Task:
    """How many residents, weeks and threads; with ``luck`` (weeks x residents) the draws are given."""

    agents: int
    weeks: int
    seed: int = 1
    threads: int = 1
    luck: np.ndarray | None = None


@dataclass(slots=True)
class Outcome:
    """What a program hands back: who took part (how many each week), belonging at the end, seconds."""

    counts: list[int] = field(default_factory=list)
    belonging: np.ndarray = field(default_factory=lambda: np.empty(0))
    last: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.uint8))
    build_seconds: float = 0.0
    seconds: float = 0.0


def graph(agents: int, seed: int) -> np.ndarray:
    """Neighbours of everybody: (agents, 12), those before and after in six random rings."""
    generator = np.random.default_rng([seed, 12])
    found = np.empty((agents, DEGREE), dtype=np.int32)
    for ring in range(DEGREE // 2):
        order = generator.permutation(agents).astype(np.int32)
        found[order, 2 * ring] = np.roll(order, 1)
        found[order, 2 * ring + 1] = np.roll(order, -1)
    return found


def start(agents: int, seed: int) -> np.ndarray:
    """Belonging before the first week."""
    return np.random.default_rng([seed, 13]).random(agents)
