"""A staggered roll-out from the words of a user to the tables by subdistrict and what difference-in-differences says of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cocreate_sim.analysis.load import load_study
from cocreate_sim.config import compose, write
from cocreate_sim.outcomes.places import BY_PLACE
from cocreate_sim.study.compare import compare
from cocreate_sim.study.run import run_one

pytestmark = pytest.mark.slow

WEEKS, BURN_IN = 12, 4
SMALL = (
    "world=three_subdistricts", "world.households=180", "world.background=false", f"run.weeks={WEEKS}", f"run.burn_in_weeks={BURN_IN}",
)  # fmt: skip
PILOT = """# @package _global_
policy: {label: pilot}
timeline:
  - {at: 0, where: [1], levers: {partition: 10-20, red_board: true}}
  - {at: 2022-07-27, where: all, levers: {partition: 10-20, red_board: true}}
"""


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    (folder / "policy").mkdir()
    (folder / "policy" / "pilot.yaml").write_text(PILOT, encoding="utf-8")
    words = [*SMALL, write("config_dir", str(folder)), "policies=before_2022,pilot", "replicates=2", "seed=7"]
    return compare(words, folder / "s", 1)


def test_a_world_with_several_subdistricts_leaves_a_table_by_subdistrict(compared: Path) -> None:
    table = pd.read_parquet(compared / "subdistricts")
    assert list(table.columns) == ["arm", "replicate", "subdistrict", "week", *BY_PLACE]
    assert len(table) == 2 * 2 * 3 * (WEEKS + BURN_IN)
    assert sorted(table["week"].unique()) == list(range(-BURN_IN, WEEKS))
    by_week = table.groupby(["arm", "replicate", "week"])[["issues_solved", "backlog"]].sum().reset_index()
    weekly = pd.read_parquet(compared / "weekly").sort_values(["arm", "replicate", "week"], ignore_index=True)
    for name in ("issues_solved", "backlog"):
        assert np.array_equal(by_week.sort_values(["arm", "replicate", "week"])[name], weekly[name])


def test_the_policy_changes_a_place_when_it_is_reached_and_not_before(compared: Path) -> None:
    table = load_study(compared).subdistricts.set_index(["arm", "replicate", "subdistrict", "week"]).sort_index()
    same = (table.loc["before_2022"] == table.loc["pilot"]) | (table.loc["before_2022"].isna() & table.loc["pilot"].isna())
    weeks = same.index.get_level_values("week")
    place = same.index.get_level_values("subdistrict")
    reached = np.where(place == 1, 0, 8)
    assert same[weeks < reached].all(axis=None)
    assert not same[weeks >= reached].all(axis=None)


def test_the_summary_sets_the_estimate_beside_the_truth(compared: Path) -> None:
    told = (compared / "summary.txt").read_text(encoding="utf-8")
    assert "pilot: partition and red board came to 1 subdistrict (1) in week 0 and to 2 subdistricts (0, 2) in week 8" in told
    assert "difference-in-differences" in told
    assert "spill-over 0" in told, "nothing couples subdistricts"
    assert "parallel trends" in told


def test_the_manifest_holds_the_timeline(compared: Path) -> None:
    manifest = json.loads((compared / "manifest.json").read_text(encoding="utf-8"))
    assert [entry["at"] for entry in manifest["arms"][1]["differs"]["timeline"]] == [0, 8]


def test_one_run_leaves_the_table_too_and_one_subdistrict_none(tmp_path: Path) -> None:
    dated = write("timeline", [{"at": 1, "where": [2], "levers": {"posts": 44}}])
    run_one([*SMALL, dated], tmp_path / "three")
    assert len(pd.read_parquet(tmp_path / "three" / "subdistricts")) == 3 * (WEEKS + BURN_IN)
    run_one(["world=tiny", "run.weeks=2", "run.burn_in_weeks=1"], tmp_path / "tiny")
    assert not (tmp_path / "tiny" / "subdistricts").exists()
    assert load_study(tmp_path / "tiny").subdistricts.empty


def test_the_experiment_that_ships_has_a_world_of_its_own_and_takes_another() -> None:
    config = compose(["experiment=rollout"])
    assert config["world"]["name"] == "three_subdistricts"
    assert config["experiment"]["factors"] == {"policy": ["before_2022", "rollout"]}
    assert compose(["experiment=rollout", "world=wuchang"])["world"]["subdistricts"] == 14
    assert compose(["experiment=staffing"])["world"]["name"] == "subdistrict"
