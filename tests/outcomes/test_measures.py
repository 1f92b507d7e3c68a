"""Measures of inequality, against values worked out by hand and the bounds that they keep."""

from __future__ import annotations

import ast
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cocreate_sim
from cocreate_sim.outcomes.measures import gini, ratio, theil, top_share

AMOUNTS = st.lists(st.floats(0.0, 1e6, allow_subnormal=False).map(lambda x: 0.0 if x < 1e-6 else x), min_size=1, max_size=40).map(
    np.array
)


@pytest.mark.parametrize(
    ("amounts", "expect"),
    [
        pytest.param([], 0.0, id="nobody"),
        pytest.param([0, 0, 0], 0.0, id="nobody has anything"),
        pytest.param([7], 0.0, id="one alone"),
        pytest.param([3, 3, 3, 3], 0.0, id="all equal"),
        pytest.param([0, 1], 1 / 2, id="one of two has all"),
        pytest.param([0, 0, 0, 8], 3 / 4, id="one of four has all"),
        pytest.param([1, 2, 3], 2 / 9, id="one, two, three: pairs differ by 8 / 9 on average, of twice the mean 2"),
        pytest.param([3, 1, 2], 2 / 9, id="the order does not matter"),
        pytest.param([1, 3], 1 / 4, id="one and three"),
    ],
)
def test_gini(amounts: list[float], expect: float) -> None:
    assert gini(np.array(amounts, dtype=float)) == pytest.approx(expect, abs=1e-12)


@pytest.mark.parametrize(
    ("amounts", "expect"),
    [
        pytest.param([], 0.0, id="nobody"),
        pytest.param([0, 0], 0.0, id="nobody has anything"),
        pytest.param([5, 5, 5], 0.0, id="all equal"),
        pytest.param([0, 0, 0, 8], math.log(4), id="one of four has all"),
        pytest.param([1, 3], 0.5 * (0.5 * math.log(0.5) + 1.5 * math.log(1.5)), id="one and three"),
        pytest.param([0, 1, 1], math.log(1.5), id="two of three share all"),
    ],
)
def test_theil(amounts: list[float], expect: float) -> None:
    assert theil(np.array(amounts, dtype=float)) == pytest.approx(expect, abs=1e-12)


@pytest.mark.parametrize(
    ("amounts", "share", "expect"),
    [
        pytest.param([], 0.01, 0.0, id="nobody"),
        pytest.param([0, 0], 0.5, 0.0, id="nobody has anything"),
        pytest.param([1] * 100, 0.01, 0.01, id="all equal"),
        pytest.param([1] * 99 + [101], 0.01, 101 / 200, id="the most active of a hundred"),
        pytest.param([4, 3, 2, 1], 0.5, 0.7, id="the better half"),
        pytest.param([4, 3, 2, 1], 0.01, 0.4, id="at least one person"),
        pytest.param([4, 3, 2, 1], 1.0, 1.0, id="everybody"),
    ],
)
def test_top_share(amounts: list[float], share: float, expect: float) -> None:
    assert top_share(np.array(amounts, dtype=float), share) == pytest.approx(expect, abs=1e-12)


def test_ratio_to_nothing_is_not_a_number() -> None:
    assert ratio(3.0, 4.0) == 0.75
    assert ratio(0.0, 4.0) == 0.0
    assert math.isnan(ratio(0.0, 0.0))
    assert math.isnan(ratio(3.0, 0.0))


@given(AMOUNTS)
def test_bounds(amounts: np.ndarray) -> None:
    n = len(amounts)
    assert -1e-9 <= gini(amounts) <= 1.0 - 1.0 / n + 1e-9
    assert -1e-9 <= theil(amounts) <= math.log(n) + 1e-9
    assert 0.0 <= top_share(amounts, 0.01) <= 1.0 + 1e-9


@given(AMOUNTS)
def test_gini_is_the_mean_difference_of_pairs_over_twice_the_mean(amounts: np.ndarray) -> None:
    mean = amounts.mean()
    by_pairs = np.abs(amounts[:, None] - amounts[None, :]).mean() / (2 * mean) if mean > 0 else 0.0
    assert gini(amounts) == pytest.approx(by_pairs, abs=1e-9)


@given(AMOUNTS, st.floats(0.01, 100.0))
def test_the_unit_of_measurement_and_the_order_do_not_matter(amounts: np.ndarray, scale: float) -> None:
    for measure in (gini, theil, lambda v: top_share(v, 0.2)):
        assert measure(scale * amounts[::-1]) == pytest.approx(measure(amounts), abs=1e-9)


@given(AMOUNTS, st.integers(2, 4))
def test_several_copies_of_the_same_people_are_as_unequal(amounts: np.ndarray, copies: int) -> None:
    assert gini(np.tile(amounts, copies)) == pytest.approx(gini(amounts), abs=1e-9)
    assert theil(np.tile(amounts, copies)) == pytest.approx(theil(amounts), abs=1e-9)


@given(st.lists(st.floats(1.0, 100.0), min_size=2, max_size=30).map(np.array), st.floats(0.0, 0.5))
def test_a_gift_from_the_richest_to_the_poorest_makes_more_equal(amounts: np.ndarray, part: float) -> None:
    after = np.sort(amounts)
    gift = part * (after[-1] - after[0])
    after[0] += gift
    after[-1] -= gift
    assert gini(after) <= gini(amounts) + 1e-9
    assert theil(after) <= theil(amounts) + 1e-9


@given(AMOUNTS, st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_larger_top_holds_more(amounts: np.ndarray, a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert top_share(amounts, low) <= top_share(amounts, high) + 1e-12


@pytest.mark.parametrize("path", sorted((Path(cocreate_sim.__file__).parent / "outcomes").glob("*.py")), ids=lambda path: path.name)
def test_sums_do_not_depend_on_the_number_of_threads(path: Path) -> None:
    """A product of matrices or vectors is summed in an order that follows BLAS's threads: its last digits differ between machines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        assert not isinstance(node, ast.MatMult), path.name
        assert not (isinstance(node, ast.Attribute) and node.attr in ("dot", "vdot", "inner", "matmul", "einsum")), path.name
