"""Burn-in and the number of replicates: judged from the data, on cases whose answer is known."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.analysis import made_up

from cocreate_sim.analysis.burn_in import burn_in, mser
from cocreate_sim.analysis.paired import quantile
from cocreate_sim.analysis.replicates import advice, needed
from cocreate_sim.analysis.tables import comparison

WEEKS = 130


def test_mser_cuts_a_known_start() -> None:
    noise = np.random.default_rng(3).normal(0, 0.1, WEEKS)
    step = np.where(np.arange(WEEKS) < 30, 5.0, 1.0)
    assert mser(step + noise) == 30
    assert mser(np.ones(WEEKS)) == 0
    assert mser(np.linspace(0, 1, WEEKS)) is None, "a trend never settles"
    assert mser([1.0, 2.0]) is None


def judged(tmp_path: Path, course: np.ndarray, noise: float, replicates: int = 10) -> pd.Series:
    def weekly(replicate: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        return {"participation_week": course + noise * rng.normal(size=WEEKS)}

    study = made_up.study(
        tmp_path,
        made_up.policy_arms(a=40, b=72),
        lambda *_: {"participation_week": 0.05},
        replicates,
        weekly=weekly,
        headline=["participation_week"],
    )
    table = burn_in(study)
    assert list(table["outcome"]) == ["participation_week"]
    assert list(table["arm"]) == ["a"]
    return table.iloc[0]


def test_a_settled_world_has_enough_burn_in(tmp_path: Path) -> None:
    row = judged(tmp_path, np.full(WEEKS, 0.05), 0.005)
    assert (row["enough"], row["burn_in_weeks"], row["note"]) == ("yes", 26, "")
    assert row["low"] < 0 < row["high"] or abs(row["relative_drift"]) < 0.05


def test_a_quick_start_is_covered_by_the_burn_in(tmp_path: Path) -> None:
    row = judged(tmp_path, 0.05 * (1 - np.exp(-np.arange(WEEKS) / 4)), 0.002)
    assert row["enough"] == "yes"
    assert row["mser_weeks"] >= 5
    assert abs(row["relative_bias"]) < 0.05


def test_a_slow_start_is_not(tmp_path: Path) -> None:
    row = judged(tmp_path, 0.05 * (1 - np.exp(-np.arange(WEEKS) / 30)), 0.002)
    assert row["enough"] == "no"
    assert row["relative_bias"] < -0.05
    assert row["drift"] < 0
    assert row["high"] < 0
    assert "first quarter of the horizon differs" in row["note"]


def test_one_replicate_or_a_short_horizon_is_not_judged(tmp_path: Path) -> None:
    row = judged(tmp_path / "one", np.full(WEEKS, 0.05), 0.005, replicates=1)
    assert row["enough"] == "unknown"
    assert "one replicate" in row["note"]
    study = made_up.study(
        tmp_path / "short",
        made_up.policy_arms(a=40),
        lambda *_: {"participation_week": 0.05},
        3,
        weekly=lambda r, rng: {"participation_week": rng.normal(size=36)},
    )
    assert burn_in(study).iloc[0]["note"] == "a horizon of at least 20 weeks is needed"


def test_weeks_without_a_value_do_not_spoil_the_test(tmp_path: Path) -> None:
    course = np.full(WEEKS, 0.05)
    course[[3, 60]] = np.nan
    assert judged(tmp_path, course, 0.001)["enough"] == "yes"


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_the_advised_number_is_the_smallest_that_is_enough(sd: float, half_width: float) -> None:
    n = needed(sd, half_width)
    if n is None:
        assert quantile(1_000_000) * sd / 1000 > half_width * 0.7
        return
    assert n >= 2
    assert quantile(n) * sd / math.sqrt(n) <= half_width
    assert n == 2 or quantile(n - 1) * sd / math.sqrt(n - 1) > half_width


def test_advice_in_a_known_case(tmp_path: Path) -> None:
    """Paired sd 1 and reference mean 10: a half width of 5 % is 0.5, for which 18 replicates are needed."""
    assert needed(1.0, 0.5) == 18
    assert needed(0.0, 0.1) == needed(0.0, 0.0) == 2
    assert needed(1.0, 0.0) is None
    study = made_up.study(
        tmp_path,
        made_up.policy_arms(a=40, b=72),
        lambda s, r, w, o: {"wait_mean_days": 10 + (s["levers.posts"] > 40) * o.normal()},
        50,
    )
    row = advice(comparison(study), 5).iloc[0]
    assert row["percent"] == 5
    assert row["replicates"] == 50
    assert 10 <= row["replicates_needed"] <= 30
    assert row["half_width_percent"] == pytest.approx(10 * row["half_width"])


def test_advice_needs_two_replicates(tmp_path: Path) -> None:
    study = made_up.study(tmp_path, made_up.policy_arms(a=40, b=72), lambda *_: {"wait_mean_days": 1.0}, 1)
    row = advice(comparison(study)).iloc[0]
    assert pd.isna(row["replicates_needed"])
    assert "two replicates" in row["note"]
