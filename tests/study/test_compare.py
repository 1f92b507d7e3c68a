"""The whole job on the real model, in its smallest world: tables, figures and words, and nothing when it cannot start."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from cocreate_sim.analysis.parts import TABLES, table_path
from cocreate_sim.errors import CoCreateError, ConfigError, OutputError
from cocreate_sim.schedule import MECHANISMS
from cocreate_sim.study import results, simulate
from cocreate_sim.study.compare import command, compare
from cocreate_sim.study.run import run_one

SHORT = ("world=tiny", "run.weeks=24", "run.burn_in_weeks=4")


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    words = [*SHORT, "policies=before_2022,posts_72", "replicates=3", "seed=7"]
    return compare(words, tmp_path_factory.mktemp("study") / "s", 1)


def test_a_comparison_leaves_everything(compared: Path) -> None:
    there = {p.name for p in compared.iterdir()}
    made = ["comparison.parquet", "comparison.csv", "replicates.csv", "burn_in.csv", "summary.txt", "figures", "manifest.json", "certainty.csv", "quantiles.csv"]
    assert there == {*made, *(table_path(compared, t).name for t in TABLES)}
    assert list((compared / "figures").glob("*.svg"))
    manifest = json.loads((compared / "manifest.json").read_text(encoding="utf-8"))
    assert (
        manifest["command"]
        == "cocreate compare world=tiny run.weeks=24 run.burn_in_weeks=4 policies=before_2022,posts_72 replicates=3 seed=7"
    )
    assert manifest["runs"] == {"asked": 6, "ok": 6, "failed": 0}
    assert manifest["arms"][1]["differs"] == {"levers.posts": 72}
    runs = pd.read_parquet(compared / "runs.parquet")
    assert list(runs["seed"]) == [7, 8, 9] * 2
    assert list(runs["policy"]) == ["before_2022"] * 3 + ["posts_72"] * 3
    known = {o["name"] for o in manifest["outcomes"]}
    assert known <= set(runs.columns)
    csv = pd.read_csv(compared / "comparison.csv").fillna({"note": ""})
    assert_frame_equal(csv, pd.read_parquet(compared / "comparison.parquet"), check_dtype=False, check_exact=False)
    summary = (compared / "summary.txt").read_text(encoding="utf-8")
    assert "3 replicates in each arm" in summary
    assert "(C09)" in summary


@pytest.mark.slow
def test_two_processes_give_the_same_tables(compared: Path, tmp_path: Path) -> None:
    words = [*SHORT, "policies=before_2022,posts_72", "replicates=3", "seed=7"]
    other = compare(words, tmp_path / "two", 2)
    for name in (*TABLES, "comparison"):
        one, two = (
            pd.read_parquet(table_path(folder, name)).drop(columns="wall_seconds", errors="ignore")
            for folder in (compared, other)
        )
        assert_frame_equal(one, two, check_exact=True)


def test_a_run_is_the_same_alone_and_in_a_study(compared: Path, tmp_path: Path) -> None:
    folder = run_one([*SHORT, "policy=posts_72", "seed=8"], tmp_path / "one")
    alone = pd.read_parquet(folder / "runs.parquet").iloc[0]
    runs = pd.read_parquet(compared / "runs.parquet")
    there = runs[(runs["arm"] == "posts_72") & (runs["seed"] == 8)].iloc[0]
    same = [c for c in alone.index if c not in ("arm", "replicate", "wall_seconds")]
    pd.testing.assert_series_equal(alone[same], there[same], check_names=False, check_exact=True)
    assert (folder / "summary.txt").read_text(encoding="utf-8").startswith("72 posts in tiny, 24 weeks, seed 8.")
    assert not (folder / "comparison.csv").exists()


def test_progress_of_one_run_counts_weeks(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    run_one(
        ["world=tiny", "run.weeks=2", "run.burn_in_weeks=1"], tmp_path / "one", lambda done, total: told.append((done, total))
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["policies=before_2022,posts_72", "levers.post=3"], "did you mean"),
        (["levers.posts=40,100000"], "outside its range"),
        (["policies=before_2022,posts_72", "replicates=0"], "replicates"),
        (["experiment=staffing", "levers.posts=72"], "nothing to compare"),
    ],
)
def test_bad_words_are_refused_before_any_work(tmp_path: Path, words: list[str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        compare([*SHORT, *words], tmp_path / "s")
    assert not (tmp_path / "s").exists()


def test_a_run_of_several_values_is_refused(tmp_path: Path) -> None:
    for word in ("levers.posts=40,72", "policies=before_2022,posts_72"):
        with pytest.raises(ConfigError, match="asks for a comparison"):
            run_one([*SHORT, word], tmp_path / "s")
    with pytest.raises(ConfigError, match="out is missing"):
        run_one(SHORT)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").touch()
    with pytest.raises(OutputError, match="is not empty"):
        run_one(SHORT, tmp_path / "mine")


def test_an_interrupted_run_leaves_no_folder(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_one(SHORT, tmp_path / "one", stop)
    assert not (tmp_path / "one").exists()


def test_a_study_without_a_single_good_run_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(config: object, seed: int) -> None:
        raise ValueError("no such world")

    monkeypatch.setattr(simulate, "scenario_of", fail)
    with pytest.raises(CoCreateError, match="all 4 runs failed; the first error: ValueError: no such world"):
        compare([*SHORT, "policies=before_2022,posts_72", "replicates=2"], tmp_path / "s", 1)
    assert set(pd.read_parquet(tmp_path / "s" / "runs.parquet")["status"]) == {"failed"}


@pytest.mark.slow
def test_results_can_be_written_again(compared: Path) -> None:
    before = (compared / "comparison.csv").read_bytes()
    results.write_results(compared)
    assert (compared / "comparison.csv").read_bytes() == before


def test_the_command_can_be_pasted_into_a_shell() -> None:
    assert (
        command("compare", ["levers.partition='10-20'", "out=results/x"])
        == """cocreate compare 'levers.partition='"'"'10-20'"'"''"""
    )


@pytest.mark.slow
def test_a_profile_says_which_mechanism_took_the_time(tmp_path: Path) -> None:
    folder = run_one([*SHORT, "policy=before_2022"], tmp_path / "profiled", profile=True)
    table = pd.read_csv(folder / "profile.csv")
    assert set(table.mechanism) == {m.name for m in MECHANISMS}
    assert table.share.sum() == pytest.approx(1.0)
    assert table.seconds.is_monotonic_decreasing
    assert not (run_one([*SHORT, "policy=before_2022"], tmp_path / "plain") / "profile.csv").exists()
