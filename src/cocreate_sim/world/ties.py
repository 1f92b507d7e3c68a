"""Ties: who knows whom, at most K each, with strength; both ends hold the tie, in ascending order of the other's id."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.kernels import kernel
from .events import TIE_ENDED, note


class Ties(NamedTuple):
    """Bounded lists of ties, one row per resident."""

    number: NDArray[np.int16]
    other: NDArray[np.int32]
    """Rows of the people known, shape (residents, K), ascending; only the first ``number`` are used."""
    strength: NDArray[np.float64]
    everyday: NDArray[np.bool_]
    """A neighbour met in the stairs anyway: such a tie rests at a level above zero."""


def empty_ties(residents: int, most: int) -> Ties:
    """Make empty lists with room for ``most`` ties each."""
    shape = (residents, most)
    return Ties(np.zeros(residents, np.int16), np.full(shape, -1, np.int32), np.zeros(shape), np.zeros(shape, np.bool_))


@kernel
def find(ties, i, j):
    """Position of ``j`` in the list of ``i``, or -1."""
    low = 0
    high = ties.number[i]
    while low < high:
        middle = (low + high) // 2
        if ties.other[i, middle] < j:
            low = middle + 1
        else:
            high = middle
    if low < ties.number[i] and ties.other[i, low] == j:
        return low
    return -1


@kernel
def _insert(ties, i, j, strength, everyday):
    at = ties.number[i]
    while at > 0 and ties.other[i, at - 1] > j:
        ties.other[i, at] = ties.other[i, at - 1]
        ties.strength[i, at] = ties.strength[i, at - 1]
        ties.everyday[i, at] = ties.everyday[i, at - 1]
        at -= 1
    ties.other[i, at] = j
    ties.strength[i, at] = strength
    ties.everyday[i, at] = everyday
    ties.number[i] += 1


@kernel
def _delete(ties, i, at):
    for k in range(at, ties.number[i] - 1):
        ties.other[i, k] = ties.other[i, k + 1]
        ties.strength[i, k] = ties.strength[i, k + 1]
        ties.everyday[i, k] = ties.everyday[i, k + 1]
    ties.number[i] -= 1


@kernel
def remove(ties, i, j):
    """End the tie between two residents on both sides."""
    at = find(ties, i, j)
    if at >= 0:
        _delete(ties, i, at)
        _delete(ties, j, find(ties, j, i))


@kernel
def _weakest(ties, i):
    at = 0
    for k in range(1, ties.number[i]):
        if ties.strength[i, k] < ties.strength[i, at]:
            at = k
    return at


@kernel
def _makes_room(ties, i, strength):
    """True when ``i`` has room, or a tie weaker than the new one to give up."""
    if ties.number[i] < ties.other.shape[1]:
        return True
    return ties.strength[i, _weakest(ties, i)] < strength


@kernel
def _give_up_weakest(ties, i, ids, log):
    j = ties.other[i, _weakest(ties, i)]
    remove(ties, i, j)
    note(log, TIE_ENDED, min(ids[i], ids[j]), max(ids[i], ids[j]), -1, 0.0)


@kernel
def add(ties, i, j, strength, everyday, ids, log):
    """Make a tie if both have room for it; a full list gives up its weakest tie when that is weaker. Says whether it was made."""
    if not _makes_room(ties, i, strength) or not _makes_room(ties, j, strength):
        return False
    if ties.number[i] == ties.other.shape[1]:
        _give_up_weakest(ties, i, ids, log)
    if ties.number[j] == ties.other.shape[1]:
        _give_up_weakest(ties, j, ids, log)
    _insert(ties, i, j, strength, everyday)
    _insert(ties, j, i, strength, everyday)
    return True
