"""The built site asks nobody for anything: no script, style, font or picture from elsewhere. Run by `make site`, which builds it."""

from __future__ import annotations

import re

import pytest
from tests.docs.pages import ROOT

SITE = ROOT / "docs" / "_build" / "html"
_ASKED = re.compile(r"""<(?:script|img|link|iframe|source)\b[^>]*?\b(?:src|href)=["'](?:https?:)?//[^"']+["'][^>]*>""")


@pytest.mark.long
@pytest.mark.skipif(not (SITE / "index.html").is_file(), reason="the site is not built here: make docs")
def test_no_page_asks_for_something_in_the_net() -> None:
    pages = sorted(SITE.rglob("*.html"))
    assert len(pages) > 60
    asking = {p.relative_to(SITE).as_posix(): found for p in pages if (found := _ASKED.findall(p.read_text(encoding="utf-8")))}
    assert not asking
    styles = [p for p in SITE.rglob("*.css") if re.search(r"@import|url\(['\"]?(?:https?:)?//", p.read_text(encoding="utf-8"))]
    assert not styles
