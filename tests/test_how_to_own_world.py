"""Every line of the page on worlds of one's own runs, and its table names the columns that there are."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pandas as pd
import pytest

from cocreate_sim.cli import OK, main
from cocreate_sim.world.listed import COLUMNS, HOUSEHOLDS_PER_GRID, LARGEST_HOUSEHOLD, NEEDED

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "how-to" / "own-world.md").read_text(encoding="utf-8")


def test_the_page_names_every_column_and_which_are_needed() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*) \| (.*) \|$", PAGE, re.M)
    assert sorted(name for name, _, _ in rows) == sorted(COLUMNS)
    assert {name for name, _, empty in rows if empty == "needed"} == set(NEEDED)
    assert f"one per {HOUSEHOLDS_PER_GRID} households" in PAGE
    assert f"1 to {LARGEST_HOUSEHOLD} in each" in PAGE


@pytest.mark.compiled
def test_every_line_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(ROOT / "examples" / "own_world" / "compounds.csv", tmp_path)
    monkeypatch.chdir(tmp_path)
    said = {}
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.S):
        for line in block.strip().splitlines():
            words = shlex.split(line)
            assert words[0] == "cocreate"
            if words[1] == "resume":
                (tmp_path / "compounds.csv").unlink()
                (tmp_path / "my_place.yaml").unlink()
            assert main(words[1:]) == OK, line
            said[line] = capsys.readouterr().out
    assert re.search(r"^compounds +8$", said["cocreate describe world=my_place.yaml"], re.M)
    runs = pd.read_parquet(tmp_path / "sizes" / "runs.parquet")
    assert list(runs["partition"]) == ["5", "10-20", "25", "100", "500", "nested", "grid"]
    assert set(runs["realised_households"]) == {2140}
