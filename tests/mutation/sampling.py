"""Which mutants are tried, and what a sample says of all of them."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import TypeVar

T = TypeVar("T")

FEWEST = 3
"""Of every file at least so many, or all that it has."""


def shares(sizes: Mapping[str, int], count: int) -> dict[str, int]:
    """How many of each file: in proportion to their numbers, by largest remainders, at least ``FEWEST``, ``count`` in all if there are."""
    least = {name: min(size, FEWEST) for name, size in sizes.items()}
    rest = {name: size - least[name] for name, size in sizes.items()}
    free = min(max(count - sum(least.values()), 0), sum(rest.values()))
    total = sum(sizes.values()) or 1
    wish = {name: max(count * size / total - least[name], 0.0) for name, size in sizes.items()}
    scale = free / sum(wish.values()) if free else 0.0
    exact = {name: min(wish[name] * scale, rest[name]) for name in sizes}
    given = {name: int(exact[name]) for name in sizes}
    by_remainder = sorted(sizes, key=lambda name: (given[name] - exact[name], name))
    while sum(given.values()) < free:
        for name in by_remainder:
            if sum(given.values()) < free and given[name] < rest[name]:
                given[name] += 1
    return {name: least[name] + given[name] for name in sizes}


def sample(mutants: Mapping[str, Sequence[T]], count: int, seed: int) -> list[T]:
    """Draw by file. A larger sample of the same seed contains the smaller one, so more can be tried later."""
    numbers = shares({name: len(all_) for name, all_ in mutants.items()}, count)
    drawn: list[T] = []
    for name in sorted(mutants):
        shuffled = list(mutants[name])
        random.Random(f"{seed} {name}").shuffle(shuffled)
        drawn += shuffled[: numbers[name]]
    return drawn


def wilson(hits: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of a share (Wilson 1927), which stays within 0 and 1."""
    if trials == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share, spread = hits / trials, z * z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / trials + spread / (4 * trials))
    return max(middle - half, 0.0), min(middle + half, 1.0)
