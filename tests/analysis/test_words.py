"""Numbers in words never claim more or less than they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocreate_sim.analysis import words
from cocreate_sim.analysis.load import OutcomeInfo


@given(st.floats(1e-5, 1e6), st.floats(0.001, 0.999))
def test_an_interval_beside_zero_never_seems_to_touch_it(high: float, share: float) -> None:
    low = high * share
    texts = words.rounded([(low + high) / 2, low, high])
    assert all(float(t.replace(",", "")) > 0 for t in texts)


@given(st.floats(-1e6, 1e6), st.floats(0, 1e3))
def test_rounding_keeps_the_ends_apart(middle: float, half: float) -> None:
    texts = [float(t.replace(",", "")) for t in words.rounded([middle, middle - half, middle + half])]
    assert texts[1] <= texts[0] <= texts[2]
    if half > 1e-3:
        assert texts[1] < texts[2]


@pytest.mark.parametrize(
    ("mean", "low", "high", "unit", "text"),
    [
        (-41.2, -47.3, -35.1, "%", "41 % (35 to 47)"),
        (12.0, 3.4, 20.6, "%", "12 % (3 to 21)"),
        (0.023, 0.021, 0.025, "working days", "0.023 working days (0.021 to 0.025)"),
        (0.5, -0.2, 1.2, "hours", "0.5 hours (-0.2 to 1.2)"),
        (200.0, 200.0, 200.0, "%", "200 % (in every replicate)"),
        (5.0, None, None, "%", "5 %"),
        (0.35, 0.2, 0.5, "Gini", "0.3 (0.2 to 0.5)"),
        (-1.6, -2.4, -0.8, "%", "1.6 % (0.8 to 2.4)"),
    ],
)
def test_amounts(mean: float, low: float | None, high: float | None, unit: str, text: str) -> None:
    assert words.amount(mean, low, high, unit) == text


@pytest.mark.parametrize(
    ("now", "before", "unit", "text"),
    [
        (1.9, 3.2, "working days", "1.9 instead of 3.2 working days"),
        (0.0614, 0.0523, "share of adults per week", "6.1 % instead of 5.2 % of adults per week"),
        (3124.2, 1850.4, "paid hours per week", "3,124 instead of 1,850 paid hours per week"),
        (0.98765, 0.98764, "0 to 1", "0.9877 instead of 0.9876"),
        (0, 0, "cases", "0 instead of 0 cases"),
    ],
)
def test_two_values(now: float, before: float, unit: str, text: str) -> None:
    assert words.instead(now, before, unit) == text


def test_settings_and_outcomes_in_words() -> None:
    assert words.level_words("posts", 72.0) == "72 posts"
    assert words.level_words("unit_size", "10-20") == "units of 10-20 households"
    assert words.level_words("unit_size", 100.0) == "units of 100 households"
    assert words.level_words("staff_rule", "protected") == "protected mobilisation time"
    assert words.level_words("skill_groups", "true") == "skill groups on"
    assert words.level_words("vote_honoured", "false") == "another option than the one voted for"
    assert words.level_words("weeks", 52.0) == "weeks 52"
    assert words.noun(OutcomeInfo("x", "Came in vain", "", 0)) == "came in vain"
    assert words.noun(OutcomeInfo("x", "NGO visits", "", 0)) == "NGO visits"
    assert words.value(0.4567, "share of posts") == "45.7 % of posts"
    assert words.value(0.4567, "Gini") == "0.457"
    assert words.figures(1234567.0) == "1,234,567"
    assert words.figures(0.000123456) == "0.000123"
    assert words.figures(0.0) == "0"
    assert words.listing(["a", "b", "c"]) == "a, b and c"
    assert words.listing([]) == ""
    assert words.times(1, "run") == "1 run"
    assert words.times(2, "run") == "2 runs"
