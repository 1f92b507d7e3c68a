"""The comparison table: tidy, complete, and without a missing value that is not explained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.analysis import made_up

from cocreate_sim.analysis.load import load_study
from cocreate_sim.analysis.parts import SCHEMA
from cocreate_sim.analysis.tables import COLUMNS, comparison
from cocreate_sim.errors import OutputError


def values(settings: dict[str, Any], replicate: int, world: np.random.Generator, own: np.random.Generator) -> dict[str, float]:
    wait = 3 + world.normal() - 0.02 * (settings["posts"] - 40) * settings["rho_40"]
    return {"wait_mean_days": wait + 0.1 * own.normal(), "participation_week": 0.05, "mobilisation_hours": np.nan}


def test_each_arm_of_a_grid_meets_the_reference_with_the_same_other_factors(tmp_path: Path) -> None:
    study = made_up.study(tmp_path, made_up.staffing_arms([0.5, 0.9], posts=(40, 56, 72)), values)
    table = comparison(study)
    assert list(table.columns) == [*COLUMNS, "rho_40", "posts", "staff_rule"]
    assert not table.duplicated(["outcome", "arm"]).any()
    waits = table[table["outcome"] == "wait_mean_days"]
    assert len(waits) == 2 * 2 * 2
    assert set(waits["posts"]) == {56, 72}
    for row in waits.itertuples():
        assert row.reference == f"rho_40-{row.rho_40}_posts-40_{row.staff_rule}"
        expected = study.values(row.arm, "wait_mean_days").mean() - study.values(row.reference, "wait_mean_days").mean()
        assert row.difference == pytest.approx(expected)
        assert row.low < row.difference < row.high
    assert (waits["variance_ratio"] > 10).all()


def test_missing_values_are_always_explained(tmp_path: Path) -> None:
    for replicates in (1, 3):
        study = made_up.study(tmp_path / str(replicates), made_up.staffing_arms([0.9]), values, replicates)
        table = comparison(study)
        numbers = table[list(COLUMNS[4:-1])]
        assert (table.loc[numbers.isna().any(axis=1), "note"] != "").all()
        assert (table.loc[~numbers.isna().any(axis=1), "note"] == "").all()
        constant = table[table["outcome"] == "participation_week"].iloc[0]
        assert constant["difference"] == 0
        assert pd.isna(constant["variance_ratio"]) if replicates == 1 else constant["variance_ratio"] == 1


def test_failed_runs_lose_their_pair_and_no_other(tmp_path: Path) -> None:
    arms = made_up.policy_arms(a=40, b=72)
    made = [
        made_up.study(
            tmp_path / str(len(failed)),
            arms,
            lambda s, r, w, o: {"wait_mean_days": w.normal() + (s["levers.posts"] > 40)},
            6,
            failed=failed,
        )
        for failed in ([], [("b", 2)])
    ]
    whole, cut = (comparison(s).iloc[0] for s in made)
    assert (whole["replicates"], cut["replicates"]) == (6, 5)
    assert whole["difference"] == pytest.approx(1)
    assert cut["difference"] == pytest.approx(1)
    assert cut["reference_mean"] == pytest.approx(made[1].values("a", "wait_mean_days").drop(2).mean())


def test_a_folder_that_holds_no_study_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="holds no study"):
        load_study(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(OutputError, match="cannot be read"):
        load_study(tmp_path)
    (tmp_path / "manifest.json").write_text('{"schema": 99}')
    with pytest.raises(OutputError, match=f"reads schema {SCHEMA}"):
        load_study(tmp_path)
    (tmp_path / "manifest.json").write_text(f'{{"schema": {SCHEMA}, "arms": [], "outcomes": []}}')
    with pytest.raises(OutputError, match="no finished run"):
        load_study(tmp_path)


def test_a_damaged_table_is_named(tmp_path: Path) -> None:
    made_up.study(tmp_path, made_up.policy_arms(a=40), lambda *_: {"wait_mean_days": 1.0}, 2)
    whole = (tmp_path / "runs.parquet").read_bytes()
    (tmp_path / "runs.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(OutputError, match=r"runs\.parquet cannot be read"):
        load_study(tmp_path)
