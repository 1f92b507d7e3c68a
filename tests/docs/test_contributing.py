"""The list of places in CONTRIBUTING.md is the real one: every mechanism is found in all of them, and the change log keeps its form."""

from __future__ import annotations

import re

import pytest
import yaml
from tests.docs.pages import ROOT

from cocreate_sim.schedule import MECHANISMS

GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PLACES = GUIDE.partition("## Add a mechanism")[2].partition("`tests/docs/test_contributing.py`")[0]


def _stem(name: str) -> str:
    return next(m.__module__.rsplit(".", 1)[-1] for m in MECHANISMS if m.name == name)


def test_the_list_names_these_places() -> None:
    named = re.findall(r"^\d\. `([^`]+)`", PLACES, re.M)
    assert named == [
        "src/cocreate_sim/mechanisms/NAME.py",
        "src/cocreate_sim/schedule.py",
        "tests/mechanisms/test_NAME.py",
        "tests/reference/",
        "docs/reasons.yaml",
    ]


@pytest.mark.parametrize("name", [m.name for m in MECHANISMS])
def test_a_mechanism_is_found_in_every_place(name: str) -> None:
    stem = _stem(name)
    for place in re.findall(r"`([^`]*NAME[^`]*)`", PLACES):
        if "/" in place:
            assert (ROOT / place.replace("NAME", name if place.endswith(".md") else stem)).is_file(), place
    code = (ROOT / "src" / "cocreate_sim" / "mechanisms" / f"{stem}.py").read_text(encoding="utf-8")
    assert not re.search(r"^from \.\w+ import|^from \.\.mechanisms", code, re.M), "imports another mechanism"
    plain = "\n".join(p.read_text(encoding="utf-8") for p in sorted((ROOT / "tests" / "reference").glob("*.py")))
    assert re.search(rf"\b{name}\b|\b{stem}\b", plain), "is not in the reference"
    reasons = yaml.safe_load((ROOT / "docs" / "reasons.yaml").read_text(encoding="utf-8"))
    assert reasons[name]["why"]
    assert reasons[name]["wrong"]


def test_the_change_log_keeps_its_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    kinds = ("Added", "Changed", "Changed results", "Deprecated", "Removed", "Fixed", "Security")
    sections = re.findall(r"^## (.*)$", text, re.M)
    assert sections
    for section in sections:
        assert re.fullmatch(r"\[(?:Unreleased|\d+\.\d+\.\d+)\](?: - (?:Unreleased|\d{4}-\d{2}-\d{2}))?", section), section
    assert set(re.findall(r"^### (.*)$", text, re.M)) <= set(kinds)
    body = text.partition("\n## ")[2]
    for line in body.splitlines()[1:]:
        assert not line or line.startswith(("## ", "### ", "- ", "  ")), f"neither a heading nor an entry: {line}"


def test_the_commands_of_the_tables_are_targets_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = set(re.findall(r"`make ([a-z-]+)", GUIDE))
    assert named <= targets
