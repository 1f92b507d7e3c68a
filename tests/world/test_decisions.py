"""Every random decision has a number of its own, and its draws say nothing about those of another decision."""

from __future__ import annotations

import math

import numpy as np

from cocreate_sim.engine.streams import uniforms
from cocreate_sim.world import decisions

NUMBERS = {name: value for name, value in vars(decisions).items() if name.isupper()}


def test_no_two_decisions_share_a_number() -> None:
    assert len(set(NUMBERS.values())) == len(NUMBERS) > 40
    assert all(0 < number < 2**32 for number in NUMBERS.values())


def test_draws_of_different_decisions_are_uncorrelated() -> None:
    # given the same 4,000 identities at the same tick
    n = 4000
    draws = np.array([uniforms(1, number, np.arange(n), tick=5) for number in NUMBERS.values()])
    # expect no pair of decisions to correlate beyond what the most extreme of that many pairs would by chance
    table = np.corrcoef(draws)
    pairs = table[np.triu_indices(len(NUMBERS), 1)] * math.sqrt(n)
    assert np.abs(pairs).max() < math.sqrt(2 * math.log(len(pairs))) + 1.5
    assert abs(pairs.std() - 1) < 0.1
