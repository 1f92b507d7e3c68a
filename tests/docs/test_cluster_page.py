"""The lines of the page on clusters that need a cluster name settings that exist; the others are run by `test_pages.py`."""

from __future__ import annotations

import re
import shlex

from tests.docs.pages import ROOT

from cocreate_sim.config import compose
from cocreate_sim.config.executor import ExecutorSettings

TEXT = (ROOT / "docs" / "how-to" / "cluster.md").read_text(encoding="utf-8")


def test_every_line_that_needs_a_cluster_names_settings_that_exist() -> None:
    lines = re.findall(r"^(?:cocreate sweep|python experiments/\w+/run.py --multirun) (.*)$", TEXT, re.M)
    assert len(lines) == 6
    for line in lines:
        words = [w.replace("HOST", "localhost") for w in shlex.split(line) if not w.startswith("hydra")]
        assert compose([w for w in words if "experiment=" not in w])["executor"]
    for name in ExecutorSettings.__dataclass_fields__:
        assert name == "kind" or f"`{name}`" in TEXT or f"executor.{name}" in TEXT, name
