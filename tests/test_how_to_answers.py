"""Every line of the pages on calibrating and what builds on it runs, in the order in which it stands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from cocreate_sim.cli import OK, main

PAGES = Path(__file__).resolve().parents[1] / "docs" / "how-to"


def run_page(name: str, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Run a page in the current folder: its YAML is the file that the text before it names, its shell lines are commands."""
    text = (PAGES / name).read_text(encoding="utf-8")
    said = {}
    for before, language, block in re.findall(r"([^`]*(?:`[^`\n]+`[^`]*)*)```(sh|python|yaml)\n(.*?)```", text, re.S):
        if language == "yaml":
            Path(re.findall(r"`([\w.]+\.yaml)`", before)[-1]).write_text(block, encoding="utf-8")
            continue
        if language == "python":
            exec(block, {})
            continue
        for line in block.strip().splitlines():
            words = shlex.split(line)
            assert words[0] == "cocreate"
            assert main(words[1:]) == OK, line
            said[line] = capsys.readouterr().out
    return said


def test_every_line_of_the_page_on_calibrating_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    said = run_page("calibrate.md", capsys)
    assert len(said) == 3
    assert "worlds meet all targets" in next(iter(said.values()))
    worlds = (tmp_path / "calibration" / "worlds.csv").read_text(encoding="utf-8").splitlines()
    assert len(worlds) > 20


def test_every_line_of_the_page_on_robustness_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    said = run_page("robustness.md", capsys)
    assert len(said) == 4
    assert '"smaller units help" (all worlds): ' in said["cocreate robustness robust"]
    assert '"72 posts helped" (load ' in said["cocreate robustness robust"]
    explored = next(text for line, text in said.items() if line.startswith("cocreate explore"))
    assert "Box 1 (PRIM)" in explored
    assert "rho_40" in explored


def test_every_line_of_the_page_on_the_frontier_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    said = list(run_page("frontier.md", capsys).values())
    assert "9 policies of 9 in all were run, 3 replicates each." in said[0]
    assert "policies that reach participation_week > 0.001, this has the least public_yuan" in said[1]
