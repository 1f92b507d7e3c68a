"""The Chinese pages have the same commands and the same code as the English ones, in the same order, but speak Chinese."""

from __future__ import annotations

import pytest
from tests.docs.pages import ROOT, Block, blocks

PAIRS = {
    "README.zh.md": "README.md",
    "docs/zh/first-run.md": "docs/tutorials/first-run.md",
    "docs/zh/planner.md": "docs/tutorials/planner.md",
    "docs/zh/dashboard.md": "docs/how-to/dashboard.md",
}
"""Chinese page, English page."""


def _said(block: Block) -> list[list[str]] | str:
    """Commands without their remarks, which are translated, and without the language; code as it stands."""
    said = [[word for word in words if word not in ("--language", "zh")] for words in block.commands()]
    return said if block.language == "sh" else block.text


@pytest.mark.parametrize("chinese", PAIRS)
def test_commands_and_code_are_those_of_the_english_page(chinese: str) -> None:
    ours, theirs = (
        [(b.language, _said(b), b.asked) for b in blocks(ROOT / name) if b.language in ("sh", "python", "yaml")]
        for name in (chinese, PAIRS[chinese])
    )
    assert ours
    assert ours == theirs


@pytest.mark.parametrize("chinese", PAIRS)
def test_they_are_written_in_simplified_characters(chinese: str) -> None:
    text = (ROOT / chinese).read_text(encoding="utf-8")
    only_traditional = set("鄰裡網樓棟區戶編製紅員導議會閱讀變數實驗證據應該與從個們這還沒為對時間點選擇結論單極締參歸屬關係")
    found = sorted(set(text) & only_traditional)
    assert not found, f"traditional characters: {''.join(found)}"
