"""The lines of the page on clusters that need no cluster run, in the order in which they stand."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from cocreate_sim.cli import OK, main
from cocreate_sim.config import compose
from cocreate_sim.config.executor import ExecutorSettings

PAGE = Path(__file__).resolve().parents[1] / "docs" / "how-to" / "cluster.md"
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.mark.long
@pytest.mark.compiled
def test_every_line_that_needs_no_cluster_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```sh\n(.*?)```", TEXT, re.S)
    said = ""
    for line in block.strip().splitlines():
        assert main(shlex.split(line)[1:]) == OK, line
        said = capsys.readouterr().out
    assert "executor.address" in said
    manifest = json.loads((tmp_path / "on_dask" / "manifest.json").read_text())
    assert manifest["runs"] == {"asked": 8, "ok": 8, "failed": 0}


def test_every_other_line_names_settings_that_exist() -> None:
    lines = re.findall(r"^(?:cocreate sweep|python experiments/\w+/run.py --multirun) (.*)$", TEXT, re.M)
    assert len(lines) == 6
    for line in lines:
        words = [w.replace("HOST", "localhost") for w in shlex.split(line) if not w.startswith("hydra")]
        assert compose([w for w in words if "experiment=" not in w])["executor"]
    for name in ExecutorSettings.__dataclass_fields__:
        assert name == "kind" or f"`{name}`" in TEXT or f"executor.{name}" in TEXT, name
