"""The example that each command's help begins with runs, on small worlds."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest
from tests.docs.pages import ROOT

from cocreate_sim.cli import COMMANDS, OK, main

FIRST = ("compare", "world=tiny", "levers.posts=40,72", "replicates=2", "run.weeks=2", "run.burn_in_weeks=1", "out=results/first")
"""The study that examples such as `cocreate status results/first` name."""
SMALL = {"run.weeks": "2", "run.burn_in_weeks": "1", "replicates": "2"}
"""What is said instead, so that runs take seconds."""
ELSEWHERE = {
    "reproduce": "tests/study/test_reproduce.py", "validate": "tests/limits/test_cases.py", "dashboard": "tests/dashboard/test_command.py",
    "calibrate": "tests/docs/test_answers.py", "robustness": "tests/analysis/test_robustness.py", "explore": "tests/analysis/test_explore.py", "frontier": "tests/study/test_frontier.py",
    "sensitivity": "tests/docs/test_answers.py", "timeline": "tests/docs/test_answers.py",
}  # fmt: skip
"""Examples that take minutes, do not end, or need a study of their own kind: the test that runs these commands."""


def _small(words: list[str]) -> list[str]:
    given = {word.partition("=")[0] for word in words}
    kept = [f"{k}={SMALL[k]}" if (k := word.partition("=")[0]) in SMALL else word for word in words]
    takes = {"run": ("run.weeks", "run.burn_in_weeks"), "diff": ("run.weeks", "run.burn_in_weeks")}.get(words[0], tuple(SMALL))
    world = [] if "world" in given else ["world=quarter"]
    return [*kept, *(f"{k}={SMALL[k]}" for k in takes if k not in given), *world]


@pytest.mark.long
@pytest.mark.compiled
@pytest.mark.parametrize("command", COMMANDS)
def test_the_example_in_the_help_runs(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    program, *words = shlex.split(COMMANDS[command].example)
    assert (program, words[0]) == ("cocreate", command)
    if command in ELSEWHERE:
        assert (ROOT / ELSEWHERE[command]).is_file()
        return
    if any(word.startswith("results/") for word in words):
        assert main([*FIRST, "--quiet"]) == OK
    if "compounds.csv" in words:
        shutil.copy(ROOT / "examples" / "own_world" / "compounds.csv", tmp_path)
    if command in ("run", "compare", "sweep", "channels", "diff"):
        words = _small(words)
    assert main(words) == OK
