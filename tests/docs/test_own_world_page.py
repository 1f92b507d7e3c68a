"""The table of the page on worlds of one's own names the columns that there are; its lines are run by `test_pages.py`."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT

from cocreate_sim.world.listed import COLUMNS, HOUSEHOLDS_PER_GRID, LARGEST_HOUSEHOLD, NEEDED

PAGE = (ROOT / "docs" / "how-to" / "own-world.md").read_text(encoding="utf-8")


def test_the_page_names_every_column_and_which_are_needed() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*) \| (.*) \|$", PAGE, re.M)
    assert sorted(name for name, _, _ in rows) == sorted(COLUMNS)
    assert {name for name, _, empty in rows if empty == "needed"} == set(NEEDED)
    assert f"one per {HOUSEHOLDS_PER_GRID} households" in PAGE
    assert f"1 to {LARGEST_HOUSEHOLD} in each" in PAGE
