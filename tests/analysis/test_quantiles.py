"""Percentiles of waiting: paired within runs, told for few comparisons."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.analysis import made_up

from cocreate_sim.analysis.load import Study, load_study
from cocreate_sim.analysis.quantiles import quantiles, sentences


def study(folder: Path, factor: float = 0.5, replicates: int = 8) -> Study:
    """Waiting is exponential with a mean of the world's, times ``factor`` under more posts."""
    arms = made_up.policy_arms(before=40, more=72)
    made_up.study(folder, arms, lambda *_: {"wait_mean_days": 1.0}, replicates, headline=["wait_mean_days"])
    rows = []
    for arm in arms:
        for r in range(replicates):
            mean = np.random.default_rng(r).uniform(1, 2) * (factor if arm["name"] == "more" else 1.0)
            shares = np.minimum(np.arange(101) / 100, 0.995)
            days = -mean * np.log1p(-shares)
            rows.append(pd.DataFrame({"arm": arm["name"], "replicate": r, "tier": "posts", "percentile": np.arange(101), "days": days}))
    (folder / "waits").unlink()
    pd.concat(rows, ignore_index=True).to_parquet(folder / "waits")
    return load_study(folder)


def test_percentiles_fall_by_half_where_every_case_waits_half(tmp_path: Path) -> None:
    found = quantiles(study(tmp_path)).set_index("percentile")
    assert found.index.tolist() == [50, 75, 90, 95, 99]
    assert (found["mean"] / found["reference_mean"]).to_numpy() == pytest.approx(0.5)
    assert found.loc[90, "reference_mean"] / found.loc[50, "reference_mean"] == pytest.approx(np.log(10) / np.log(2))
    assert (found["high"] < 0).all()
    assert (found["replicates"] == 8).all()


def test_what_most_and_the_slowest_wait_is_told(tmp_path: Path) -> None:
    made = study(tmp_path / "s")
    told = sentences(made, quantiles(made))
    assert len(told) == 1
    assert told[0].startswith("More against before, waiting at the posts: half of the cases wait at most 0.")
    assert "nine in ten at most" in told[0]
    assert "99 in 100 at most" in told[0]
    assert "less)" in told[0]
    more = study(tmp_path / "more", factor=2.0)
    assert "more)" in sentences(more, quantiles(more))[0]


def test_no_difference_and_no_waiting_times_are_said_or_left_out(tmp_path: Path) -> None:
    same = study(tmp_path / "same", factor=1.0)
    assert "(no clear difference)" in sentences(same, quantiles(same))[0] or "under both" in sentences(same, quantiles(same))[0]
    none = made_up.study(tmp_path / "none", made_up.policy_arms(before=40, more=72), lambda *_: {"wait_mean_days": 1.0}, 3)
    assert quantiles(none).empty
    assert sentences(none, quantiles(none)) == []
