"""The pictures of the documentation show the numbers that the model gives today."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from tests.docs.pages import ROOT, every_page

_at = importlib.util.spec_from_file_location("figures", ROOT / "docs" / "figures.py")
assert _at is not None
assert _at.loader is not None
figures = importlib.util.module_from_spec(_at)
_at.loader.exec_module(figures)


@pytest.mark.slow
@pytest.mark.compiled
@pytest.mark.parametrize("name", figures.SHOWN)
def test_they_are_of_the_model_of_today(name: str, tmp_path: Path) -> None:
    shown = json.loads(figures.NUMBERS.read_text(encoding="utf-8"))[name]
    assert figures.study(name, tmp_path / "study", "en") == pytest.approx(shown, rel=1e-8, nan_ok=True)


@pytest.mark.parametrize("name", figures.SHOWN)
@pytest.mark.parametrize("ending", ["", ".zh"])
def test_each_stands_on_a_page_with_its_command(name: str, ending: str) -> None:
    pages = [text for page in every_page() if f"pictures/{name}{ending}.svg" in (text := page.read_text(encoding="utf-8"))]
    assert pages
    for text in pages:
        assert all(word in text for word in figures.SHOWN[name][1].split())
