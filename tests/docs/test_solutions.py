"""Every exercise of a published experiment has a solution, in a place of its own, and its settings exist."""

from __future__ import annotations

import re
import shlex

import pytest
from tests.docs.pages import ROOT

from cocreate_sim.config import compose

FOLDERS = sorted(p.parent.name for p in (ROOT / "experiments").glob("*/README.md"))
TEXT = (ROOT / "docs" / "tutorials" / "solutions.md").read_text(encoding="utf-8")


def _numbered(text: str) -> list[str]:
    return re.findall(r"^(\d)\. ", text, re.M)


def _section(name: str) -> str:
    return TEXT.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("name", FOLDERS)
def test_three_exercises_and_a_solution_for_each(name: str) -> None:
    page = (ROOT / "experiments" / name / "README.md").read_text(encoding="utf-8")
    asked = _numbered(page.partition("## Exercises")[2])
    assert asked == ["1", "2", "3"]
    assert _numbered(_section(name)) == asked
    assert "Exercises" not in _section(name)


@pytest.mark.parametrize("name", FOLDERS)
def test_commands_in_solutions_can_be_used(name: str) -> None:
    for command in re.findall(r"`cocreate compare ([^`]*)`", _section(name)):
        assert compose(shlex.split(command))["world"]
