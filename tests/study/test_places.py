"""What happened where: the table by unit adds up to what the run measured, and leaves the study's own numbers alone."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from cocreate_sim.analysis.load import load_study
from cocreate_sim.errors import ConfigError, OutputError
from cocreate_sim.study.compare import compare
from cocreate_sim.study.places import write_places

pytestmark = pytest.mark.slow

WORDS = [
    "policies=before_2022,small_units", "world=tiny", "replicates=2", "run.weeks=13", "run.burn_in_weeks=4", "processes=1",
]  # fmt: skip


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compare(WORDS, tmp_path_factory.mktemp("places") / "study")


def test_rows_by_unit_add_up_to_the_run(study):
    before = (study / "runs.parquet").read_bytes()
    paths = write_places(study, replicate=1)
    assert (study / "runs.parquet").read_bytes() == before
    assert [path.name for path in paths] == ["places.parquet", "ties.parquet"]
    found = load_study(study)
    table = found.places
    assert set(table["arm"]) == {"before_2022", "small_units"}
    assert set(table["replicate"]) == {1}
    for (arm, _), rows in table.groupby(["arm", "moment"]):
        assert rows["households"].sum() == 48
        if arm == "small_units":
            assert rows["households"].between(10, 20).all()
    for arm in ("before_2022", "small_units"):
        end = table[(table["arm"] == arm) & (table["moment"] == "end")]
        weekly = found.weekly[(found.weekly["arm"] == arm) & (found.weekly["replicate"] == 1)]
        last = weekly[weekly["week"] == weekly["week"].max()].iloc[0]
        assert (end["ties_per_resident"] * end["adults"]).sum() / end["adults"].sum() == pytest.approx(last["ties_per_resident"])
        assert end["backlog"].sum() == last["backlog"]


def test_ties_name_each_pair_once(study):
    write_places(study, ["before_2022"])
    table = load_study(study).place_ties
    end = table[table["moment"] == "end"]
    pairs = end[end["other"] >= 0]
    assert len(pairs) > 0
    assert (pairs["other"] > pairs["person"]).all()
    assert not pairs.duplicated(["person", "other"]).any()
    assert set(pairs["other"]) <= set(end.loc[end["other"] < 0, "person"])


def test_what_is_not_there_is_refused_before_any_run(study, tmp_path):
    with pytest.raises(ConfigError, match=r"arm 'smal_units' is not in the study; did you mean 'small_units'\?"):
        write_places(study, ["smal_units"])
    with pytest.raises(ConfigError, match="replicate 2 is not in the study; allowed: 0 to 1"):
        write_places(study, replicate=2)
    with pytest.raises(OutputError, match="holds no study"):
        write_places(tmp_path)
    manifest = json.loads((study / "manifest.json").read_text("utf-8"))
    (tmp_path / "manifest.json").write_text(json.dumps(manifest | {"code": "other"}), encoding="utf-8")
    pd.read_parquet(study / "runs.parquet").to_parquet(tmp_path / "runs.parquet")
    with pytest.raises(OutputError, match="made with other rules of the model"):
        write_places(tmp_path)
    assert not (tmp_path / "places").exists()
