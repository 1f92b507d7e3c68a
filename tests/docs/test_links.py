"""Links between pages lead somewhere: files are there, and so are headings. (Addresses in the net are not asked: tests need none.)"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.docs.pages import ROOT, every_page

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def _text(page: Path) -> str:
    """A page without its code, in which brackets mean other things."""
    text = re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", "", text)


def _headings(page: Path) -> set[str]:
    """The anchors of a page, as GitHub and the site make them from headings."""
    found = re.findall(r"^#{1,6} (.*)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("page", [p.relative_to(ROOT).as_posix() for p in every_page()])
def test_every_link_leads_somewhere(page: str) -> None:
    wrong = []
    for link in _LINK.findall(_text(ROOT / page)):
        place, _, anchor = link.partition("#")
        if re.match(r"\w+:", link):
            continue
        target = (ROOT / page).parent / place if place else ROOT / page
        if not target.exists() or (anchor and anchor not in _headings(target)):
            wrong.append(link)
    assert not wrong


def test_every_page_of_the_documentation_is_linked_from_another() -> None:
    linked = set()
    for page in every_page():
        for link in _LINK.findall(_text(page)):
            linked.add(((page.parent / link.partition("#")[0])).resolve())
    pages = [p for p in every_page() if "docs" in p.parts and p != ROOT / "docs" / "index.md"]
    assert [p.relative_to(ROOT).as_posix() for p in pages if p.resolve() not in linked] == []
