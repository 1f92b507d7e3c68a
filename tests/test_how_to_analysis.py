"""Every line of the pages on what a study answers runs, in the order in which it stands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pandas as pd
import pytest

from cocreate_sim.cli import OK, main

PAGES = Path(__file__).resolve().parents[1] / "docs" / "how-to"


def run_page(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Run the blocks of a page in an empty folder, and return what each line printed."""
    monkeypatch.chdir(folder)
    said = {}
    for language, block in re.findall(r"```(sh|python)\n(.*?)```", (PAGES / name).read_text(encoding="utf-8"), re.S):
        if language == "python":
            exec(block, {})
            said["python"] = capsys.readouterr().out
            continue
        for line in block.strip().splitlines():
            words = shlex.split(line)
            assert words[0] == "cocreate"
            runs = ["executor=serial", "--quiet"] if words[1] in ("sweep", "compare") else []  # here, not in processes of their own
            assert main([*words[1:], *runs]) == OK, line
            said[line] = capsys.readouterr().out
    return said


@pytest.mark.compiled
def test_the_page_on_sensitivity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    said = run_page("sensitivity.md", tmp_path, monkeypatch, capsys)
    sobol = said["cocreate sensitivity saltelli outcomes=wait_mean_days,backlog"]
    for words in ("40 posts:", "72 posts minus 40 posts:", "Waiting, share of its variation: load", "samples=8 is few", "Chance may explain"):
        assert words in sobol
    assert "Waiting: moved most by load by " in said["python"]
    assert '"table": "lhs/sensitivity.csv"' in said["cocreate sensitivity lhs outcomes=wait_mean_days --json"]
    for folder in ("saltelli", "morris", "lhs"):
        for name in ("sensitivity.csv", "sensitivity.txt", "figures/sensitivity.svg", "figures/sensitivity.png"):
            assert (tmp_path / folder / name).is_file()


@pytest.mark.compiled
def test_the_page_on_comparisons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    said = run_page("compare.md", tmp_path, monkeypatch, capsys)
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
def test_the_page_on_dated_policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    said = run_page("timeline.md", tmp_path, monkeypatch, capsys)
    told = said["cocreate timeline rollout outcomes=participation_week,belonging_mean"]
    assert told.startswith("Roll-out: first changed 1 place in week 0 (10 weeks before, 26 after) and 2 places in week 31 (26 weeks before, 26 after).")
    for words in ("Belonging, from 0 to 1: true effect ", "before-after finds ", "interrupted time series finds ", "difference-in-differences finds "):
        assert words in told
    assert "difference_in_differences" in said["python"]
    assert (tmp_path / "rollout" / "figures" / "timeline.svg").is_file()
