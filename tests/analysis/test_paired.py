"""Intervals cover what they promise, pairs are pairs, and nothing is silently missing."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cocreate_sim.analysis import paired as p

number = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 3))
samples = st.lists(st.tuples(number, number), min_size=2, max_size=12)


def series(values: object, index: object = None) -> pd.Series:
    return pd.Series(np.asarray(values, dtype=float), index=index)


def made_up_studies(
    count: int, replicates: int, effect: float, world_sd: float = 3.0, own_sd: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes of two arms: the same world in both, and luck of their own."""
    rng = np.random.default_rng(20240601)
    world = rng.normal(10, world_sd, (count, replicates))
    return (
        world + effect + rng.normal(0, own_sd, (count, replicates)),
        world + rng.normal(0, own_sd, (count, replicates)),
    )


@pytest.mark.slow
@pytest.mark.parametrize("replicates", [2, 5, 20])
def test_intervals_cover_the_truth_in_95_of_100_studies(replicates: int) -> None:
    count, effect = 2000, -0.7
    arm, reference = made_up_studies(count, replicates, effect)
    found = [p.paired(series(a), series(b)).difference for a, b in zip(arm, reference, strict=True)]
    covered = np.mean([i.low <= effect <= i.high for i in found])  # type: ignore[operator]
    assert abs(covered - 0.95) < 3 * math.sqrt(0.95 * 0.05 / count)


def test_relative_intervals_cover_the_truth_in_95_of_100_studies() -> None:
    count, effect = 2000, -4.0
    arm, reference = made_up_studies(count, 10, effect)
    found = [p.paired(series(a), series(b)).relative for a, b in zip(arm, reference, strict=True)]
    covered = np.mean([i.low <= effect / 10 <= i.high for i in found])  # type: ignore[union-attr, operator]
    assert abs(covered - 0.95) < 3 * math.sqrt(0.95 * 0.05 / count)


def test_a_true_zero_is_called_clear_in_one_of_twenty_studies() -> None:
    arm, reference = made_up_studies(2000, 10, 0.0)
    clear = np.mean([p.paired(series(a), series(b)).difference.clear for a, b in zip(arm, reference, strict=True)])
    assert abs(clear - 0.05) < 3 * math.sqrt(0.95 * 0.05 / 2000)


def test_the_variance_ratio_of_a_known_case() -> None:
    """Worlds with variance 9 and luck with variance 1: separate worlds give 2 (9 + 1) = 20, the same worlds 2, so 10."""
    arm, reference = made_up_studies(1, 40_000, 1.0)
    ratio = p.paired(series(arm[0]), series(reference[0])).variance_ratio
    assert ratio == pytest.approx(10, rel=0.03)
    shuffled = np.random.default_rng(1).permutation(reference[0])
    assert p.paired(series(arm[0]), series(shuffled)).variance_ratio == pytest.approx(1, rel=0.03)


@given(samples)
def test_the_difference_is_that_of_the_paired_t_test(pairs: list[tuple[float, float]]) -> None:
    a, b = np.array(pairs).T
    found = p.paired(series(a), series(b)).difference
    d = a - b
    assert found.mean == pytest.approx(d.mean(), abs=1e-6)
    if np.ptp(d) > 1e-6:
        theirs = stats.ttest_1samp(d, 0).confidence_interval(0.95)
        assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), rel=1e-9, abs=1e-6)


@given(samples)
def test_the_relative_interval_excludes_zero_exactly_when_the_difference_does(pairs: list[tuple[float, float]]) -> None:
    a, b = np.array(pairs).T
    found = p.paired(series(a), series(b))
    if found.relative is not None and found.relative.low is not None and found.relative.high is not None:
        assert found.relative.low <= found.relative.mean <= found.relative.high
        edge = min(abs(end) for end in found.difference.ends)
        if edge > 1e-6 * max(map(abs, found.difference.ends)):  # a bound that is zero but for rounding may fall on either side
            assert found.relative.clear == found.difference.clear
    else:
        assert found.note


@given(samples, st.randoms(use_true_random=False))
def test_the_order_of_runs_does_not_matter(pairs: list[tuple[float, float]], random: object) -> None:
    a, b = np.array(pairs).T
    order = list(range(len(a)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert p.paired(series(a), series(b)) == p.paired(series(a), series(b[order], order))


def test_pairs_are_by_replicate_and_incomplete_pairs_are_left_out() -> None:
    arm = series([11, 12, 13, np.nan], [3, 1, 2, 5])
    reference = series([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])
    found = p.paired(arm, reference)
    assert (found.difference.replicates, found.mean, found.reference_mean) == (3, 12, 2)
    assert found.sd == pytest.approx(np.std([12 - 1, 13 - 2, 11 - 3], ddof=1))


def test_one_replicate_has_no_interval_and_says_so() -> None:
    found = p.paired(series([3]), series([2]))
    assert (found.difference.mean, found.difference.low, found.difference.high) == (1, None, None)
    assert found.relative is not None
    assert (found.relative.mean, found.relative.low) == (0.5, None)
    assert (found.sd, found.variance_ratio, found.note) == (None, None, p.ONE_REPLICATE)
    assert not found.difference.clear


def test_no_pair_at_all_says_so() -> None:
    found = p.paired(series([1], [0]), series([1], [1]))
    assert found.difference.replicates == 0
    assert found.note == p.NEVER_MEASURED


def test_constant_outcomes() -> None:
    same = p.paired(series([0.1] * 3), series([0.1] * 3))
    assert same.difference == p.Interval(0, 0, 0, 3)
    assert (same.variance_ratio, same.sd, same.note) == (1, 0, "")
    shifted = p.paired(series([0.3] * 3), series([0.1] * 3))
    assert shifted.difference.low == shifted.difference.high == pytest.approx(0.2)
    assert shifted.variance_ratio == 1
    moving = p.paired(series([1.1, 2.1, 3.1]), series([1.0, 2.0, 3.0]))
    assert moving.variance_ratio is None
    assert "infinite" in moving.note
    assert moving.sd == 0
    assert moving.difference.clear


def test_a_reference_of_zero_has_no_relative_change() -> None:
    found = p.paired(series([1, 2, 3]), series([0, 0, 0]))
    assert found.relative is None
    assert "reference mean is zero" in found.note
    near = p.paired(series([1, 2, 3]), series([-1, 0.1, 1]))
    assert near.relative is not None
    assert near.relative.low is None
    assert near.note == p.NEAR_ZERO


def test_a_negative_reference_counts_as_a_size() -> None:
    found = p.paired(series([-9.0, -9.2, -8.8]), series([-10.0, -10.1, -9.9]))
    assert found.relative is not None
    assert found.relative.mean == pytest.approx(0.1)
    assert found.relative.low is not None
    assert 0 < found.relative.low < 0.1


def test_turning_and_scaling() -> None:
    i = p.Interval(2, 1, 4, 5)
    assert i.negative() == p.Interval(-2, -4, -1, 5)
    assert i.times(10) == p.Interval(20, 10, 40, 5)
    assert p.interval([]).replicates == 0
    assert math.isnan(p.interval([]).mean)
