"""The pages on what a study answers: what their commands print, and what they leave behind."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.docs.pages import ROOT
from tests.docs.run import run_page

from cocreate_sim.cli import BAD_INPUT, OK, main

pytestmark = pytest.mark.slow

PAGES = ROOT / "docs" / "how-to"
HERE = ("executor=serial",)
"""In this process: studies so small do not pay for others."""


def asked(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What each command of a page prints in an empty folder."""
    monkeypatch.chdir(folder)
    return run_page(PAGES / f"{name}.md", folder, add=HERE, whole=True)


@pytest.mark.compiled
def test_the_page_on_sensitivity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = asked("sensitivity", tmp_path, monkeypatch)
    sobol = said["cocreate sensitivity saltelli outcomes=wait_mean_days,backlog"]
    for words in ("40 posts:", "72 posts minus 40 posts:", "Waiting, share of its variation: load", "samples=8 is few", "Chance may explain"):
        assert words in sobol
    assert "Waiting: moved most by load by " in said["python"]
    assert '"table": "lhs/sensitivity.csv"' in said["cocreate sensitivity lhs outcomes=wait_mean_days --json"]
    for folder in ("saltelli", "morris", "lhs"):
        for name in ("sensitivity.csv", "sensitivity.txt", "figures/sensitivity.svg", "figures/sensitivity.png"):
            assert (tmp_path / folder / name).is_file()


@pytest.mark.compiled
def test_what_matters_is_told_in_chinese_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["world=tiny", "run.weeks=4", "run.burn_in_weeks=0", "executor=serial", "out=lhs", "--quiet"]
    asked = ["uncertainties.casework.rho_40=interval(0.5,1)", "design=latin_hypercube", "samples=12"]
    assert main(["sweep", *asked, *words]) == OK
    assert main(["sensitivity", "lhs", "outcomes=wait_mean_days", "--language", "zh"]) == OK
    told = capsys.readouterr().out
    assert "等待" in told
    assert (tmp_path / "lhs" / "sensitivity.zh.txt").read_text(encoding="utf-8").strip() in told
    assert (tmp_path / "lhs" / "figures" / "sensitivity.zh.png").is_file()
    assert main(["sensitivity", "lhs", "--language", "fr"]) == BAD_INPUT
    assert "language 'fr' is not known" in capsys.readouterr().err


@pytest.mark.compiled
def test_the_page_on_comparisons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = asked("compare", tmp_path, monkeypatch)
    assert "no_larger_than" in said["python"]
    summary = (tmp_path / "posts" / "summary.txt").read_text(encoding="utf-8")
    assert "at once (Holm's correction)" in summary
    assert "Waiting of most, and of the slowest" in summary
    page = (PAGES / "compare.md").read_text(encoding="utf-8")
    for name in ("comparison.csv", "certainty.csv", "quantiles.csv", "replicates.csv"):
        assert (tmp_path / "posts" / name).is_file()
        assert f"`{name}`" in page
    for column in pd.read_csv(tmp_path / "posts" / "certainty.csv").columns[3:]:
        assert column in ("replicates", "difference") or column.removesuffix("_low").removesuffix("_high") in page


@pytest.mark.compiled
def test_the_page_on_dated_policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = asked("timeline", tmp_path, monkeypatch)
    told = said["cocreate timeline rollout outcomes=participation_week,belonging_mean"]
    assert told.startswith("Roll-out: first changed 1 place in week 0 (10 weeks before, 26 after) and 2 places in week 31 (26 weeks before, 26 after).")
    for words in ("Belonging, from 0 to 1: true effect ", "before-after finds ", "interrupted time series finds ", "difference-in-differences finds "):
        assert words in told
    assert "difference_in_differences" in said["python"]
    assert (tmp_path / "rollout" / "figures" / "timeline.svg").is_file()


@pytest.mark.compiled
def test_every_line_of_the_page_on_calibrating_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = asked("calibrate", tmp_path, monkeypatch)
    assert len(said) == 4
    for told in (next(iter(said.values())), said["python"]):
        assert "worlds meet all targets" in told
    worlds = (tmp_path / "calibration" / "worlds.csv").read_text(encoding="utf-8").splitlines()
    assert len(worlds) > 20


@pytest.mark.compiled
def test_every_line_of_the_page_on_robustness_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = asked("robustness", tmp_path, monkeypatch)
    assert len(said) == 4
    assert '"smaller units help" (all worlds): ' in said["cocreate robustness robust"]
    assert '"72 posts helped" (load ' in said["cocreate robustness robust"]
    explored = next(text for line, text in said.items() if line.startswith("cocreate explore"))
    assert "Box 1 (PRIM)" in explored
    assert "rho_40" in explored


@pytest.mark.compiled
def test_every_line_of_the_page_on_the_frontier_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = list(asked("frontier", tmp_path, monkeypatch).values())
    assert "9 policies of 9 in all were run, 3 replicates each." in said[0]
    assert "policies that reach participation_week > 0.001, this has the least public_yuan" in said[1]
