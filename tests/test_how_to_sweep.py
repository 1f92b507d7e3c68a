"""Every line of the page on sweeps runs, in the order in which it stands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from cocreate_sim.cli import OK, main

PAGE = Path(__file__).resolve().parents[1] / "docs" / "how-to" / "sweep.md"


def test_every_line_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    said = {}
    for language, block in re.findall(r"```(sh|python)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S):
        if language == "python":
            exec(block, {})
            continue
        for line in block.strip().splitlines():
            words = shlex.split(line)
            assert words[0] == "cocreate"
            assert main(words[1:]) == OK, line
            said[line] = capsys.readouterr().out
    assert "12 of 12 runs done" in said["cocreate status grid"]
    assert "2 of 12 runs done again: 0 differ." in said["cocreate verify grid --sample 2"]
    assert "256 points, 5 replicates: 1,280 runs" in next(text for line, text in said.items() if "samples=256" in line)
