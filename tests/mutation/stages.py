"""Which tests a mutant has to survive, in the order in which they are tried. All run with compilation off, but one.

A path that does not exist is left out; tests marked ``compiled`` are skipped, for they take minutes without compilation.
"""

from __future__ import annotations

from pathlib import Path

MUTATED = ("src/cocreate_sim/mechanisms", "src/cocreate_sim/engine")
"""The folders whose files are changed."""

COMPILED = ("src/cocreate_sim/engine/kernels.py",)
"""Its work is to compile, so its own tests run with compilation on (they compile two lines)."""

OWN = {
    "src/cocreate_sim/engine/kernels.py": ["tests/engine/test_kernels.py"],
    "src/cocreate_sim/engine/columns.py": ["tests/engine/test_columns.py"],
    "src/cocreate_sim/engine/settings.py": ["tests/test_settings.py", "tests/test_config_priors.py"],
    "src/cocreate_sim/engine/streams.py": ["tests/engine/test_streams.py"],
}
"""Tests of the file itself, where they do not stand in tests/mechanisms/test_NAME.py."""

ALSO = {
    "heads": ["rollout"], "mobilisation": ["rollout"], "recognition": ["rollout"], "renovation": ["leaders", "rollout"],
    "participation": ["recognition", "rollout"], "self_resolution": ["skill_groups", "upper_heads"], "staff_time": ["rollout", "upper_heads"],
    "ties": ["clubs"], "turnover": ["career", "rollout"], "volunteering": ["clubs", "rollout", "skill_groups"],
}  # fmt: skip
"""Mechanisms whose tests also hold what another one does in their presence."""

WIDER = ["tests/mutation/few_runs.py", "tests/mutation/few_decisions.py"]
"""Tests of the whole model, for what a file's own tests let through."""


def own(path: str) -> list[str]:
    """The tests of one source file."""
    name = Path(path).stem
    return OWN.get(path) or [f"tests/mechanisms/test_{n}.py" for n in (name, *ALSO.get(name, ()))]


def stages(path: str, root: Path) -> list[list[str]]:
    """Two lists of test paths: the file's own, and the wider ones (none for what only compiles)."""
    wider = [] if path in COMPILED else WIDER
    return [[p for p in paths if (root / p).exists()] for paths in (own(path), wider)]
