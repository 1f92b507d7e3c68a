"""Pages that the code writes follow the code: a changed rule with an unchanged page is noticed. (`make pages` compares all of them.)"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.docs.pages import ROOT

from cocreate_sim.schedule import MECHANISMS

sys.path.insert(0, str(ROOT / "docs"))
from writers import commands, glossary, mechanisms, odd, tables


def test_the_odd_page_is_the_one_that_the_code_writes() -> None:
    ((path, text),) = odd.pages().items()
    page = (ROOT / "docs" / "reference" / path).resolve()
    assert page == odd.PAGE
    assert page.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("part", ["equations", "sentence", "cadence", "without"])
def test_a_changed_rule_changes_the_odd_page_and_the_page_of_its_mechanism(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    m = next(m for m in MECHANISMS if m.name == "upkeep")
    before = odd.pages(), mechanisms.page(m)
    old = getattr(m, part)
    monkeypatch.setattr(m, part, (*old, "C <- 2 C") if isinstance(old, tuple) else f"{old}, or not")
    assert odd.pages() != before[0]
    assert mechanisms.page(m) != before[1]


def test_a_mechanism_without_a_reason_and_a_source_that_does_not_exist_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit, match="cites S99"):
        tables.written("Nobody said so (S99).", "here")
    (tmp_path / "reasons.yaml").write_text("upkeep: {why: because, wrong: otherwise}\n", encoding="utf-8")
    monkeypatch.setattr(mechanisms, "DOCS", tmp_path)
    mechanisms.reasons.cache_clear()
    try:
        with pytest.raises(SystemExit, match="participation"):
            mechanisms.reasons()
    finally:
        mechanisms.reasons.cache_clear()


def test_a_term_that_stands_for_nothing_in_the_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "glossary.yaml").write_text("All:\n  - {en: post, hans: 编制, hant: 編制, in: levers.post, is: a post}\n", encoding="utf-8")
    monkeypatch.setattr(glossary, "DOCS", tmp_path)
    with pytest.raises(SystemExit, match=r"levers\.post, which is not in the model"):
        glossary.page()


def test_every_command_stands_on_the_page_of_commands() -> None:
    from cocreate_sim.cli import COMMANDS

    page = commands.page()
    assert all(f"## {name}\n" in page and told.example in page for name, told in COMMANDS.items())
