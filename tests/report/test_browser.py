"""The report in a browser that reaches nobody: it opens from a disk, can be sorted with the keyboard, and fits on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cocreate_sim.report.html import write_report

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=["en", "zh"])
def report(request, studies, tmp_path_factory) -> Path:
    """A report on unit sizes beside one on staffing."""
    folder = tmp_path_factory.mktemp("report")
    return write_report([studies["unit_sizes"], studies["staffing"]], request.param, folder / f"{request.param}.html")


@pytest.fixture
def page(report: Path, context: Any) -> Iterator[Any]:
    """The report, opened without a network; in the end nobody was asked for anything, and nothing was complained about."""
    found: list[str] = []
    tab = context.new_page()
    context.set_offline(True)
    tab.on("request", lambda request: found.append(request.url))
    tab.on("console", lambda message: found.append(message.text))
    tab.on("pageerror", lambda error: found.append(str(error)))
    tab.goto(report.as_uri())
    yield tab
    assert [text for text in found if not text.startswith(("data:", report.as_uri()))] == []


def column(page: Any, number: int) -> list[str]:
    """What a column of the first table is sorted by, in the order in which it stands."""
    return page.evaluate(
        "n => [...document.querySelector('table.sortable').tBodies[0].rows].map(row => row.cells[n].dataset.by)", number
    )


def test_it_is_whole_and_its_pictures_are_described(page, report, screenshots):
    pictures = page.locator("svg[role=img]").all()
    assert len(pictures) > 4
    for picture in pictures:
        assert picture.bounding_box()["width"] > 300
        assert len(picture.get_attribute("aria-label")) > 40
    assert page.evaluate("document.documentElement.lang") == {"en": "en", "zh": "zh-Hans"}[report.stem]
    page.screenshot(path=str(screenshots / f"report-{report.stem}.png"), full_page=True)


def test_a_table_is_sorted_by_mouse_and_by_keyboard(page):
    heads = page.locator("table.sortable").first.locator("th button")
    before = [float(value) for value in column(page, 1) if value]
    heads.nth(1).click()
    assert [float(value) for value in column(page, 1) if value] == sorted(before)
    heads.nth(1).press("Enter")
    assert [float(value) for value in column(page, 1) if value] == sorted(before, reverse=True)
    assert page.locator("table.sortable").first.locator("th").nth(1).get_attribute("aria-sort") == "descending"
    assert sorted(column(page, 0)) != column(page, 0)
    heads.nth(0).press("Space")
    assert page.evaluate("a => a.toSorted((x, y) => x.localeCompare(y, document.documentElement.lang))", column(page, 0)) == column(page, 0)


def test_it_fits_a_narrow_screen_and_paper(page, report, screenshots):
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    paper = screenshots / f"report-{report.stem}.pdf"
    page.pdf(path=str(paper), format="A4")
    assert paper.read_bytes().startswith(b"%PDF")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})  # A4 at 96 dots per inch
    assert page.evaluate("document.documentElement.scrollWidth") <= 794
    assert not page.locator(".no-print").first.is_visible()
