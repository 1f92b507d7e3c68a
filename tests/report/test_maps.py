"""Maps of the ladder and the picture of ties: boxes as large as their households, colours as measured, buildings counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PatchCollection
from tests.report import synthetic

from cocreate_sim.analysis.parts import PLACE_TIES, PLACES
from cocreate_sim.report.figures import FIGURES
from cocreate_sim.report.figures.boxes import Box, laid_out
from cocreate_sim.report.figures.page import caption_of
from cocreate_sim.report.tables import NotOffered, StudyTables, load

UNITS = {
    "before_2022": [(0, 0, 0, 40), (0, 1, 0, 20), (1, 2, 1, 60)],
    "posts_72": [(0, 0, 0, 20), (0, 0, 1, 20), (0, 1, 2, 20), (1, 2, 3, 60)],
}
"""Compound, building, unit and households of two arms: the second has smaller units."""


def places(arm: str, moment: str, value: float) -> pd.DataFrame:
    rows = UNITS[arm]
    return pd.DataFrame({
        "subdistrict": 0, "community": 0, "compound": [r[0] for r in rows], "building": [r[1] for r in rows],
        "unit": [r[2] for r in rows], "households": [r[3] for r in rows], "adults": [2 * r[3] for r in rows],
        "participation_week": [value * (1 + r[1]) for r in rows], "backlog": [r[1] for r in rows],
        "ties_per_resident": [4.0 for _ in rows], "moment": moment, "arm": arm, "replicate": 2,
    })  # fmt: skip


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> StudyTables:
    folder: Path = synthetic.write(tmp_path_factory.mktemp("maps") / "study", synthetic.policies()[:2], 3, weeks=60)
    (folder / "places").mkdir()
    parts = [places(arm, moment, v) for arm, moment, v in (
        ("before_2022", "start", 0.01), ("before_2022", "end", 0.02), ("posts_72", "start", 0.01), ("posts_72", "end", 0.03),
    )]  # fmt: skip
    pd.concat(parts).to_parquet(folder / PLACES)
    people = [(0, n, n // 2, -1, 1.0) for n in range(6)]
    pairs = {"before_2022": [(0, 1)], "posts_72": [(0, 1), (1, 2), (2, 3)]}
    rows = [
        pd.DataFrame(
            people + [(0, a, 0, b, 0.5) for a, b in (pairs[arm] if moment == "end" else [(0, 1)])],
            columns=["building", "person", "household", "other", "strength"],
        ).assign(arm=arm, moment=moment, replicate=2)
        for arm in pairs
        for moment in ("start", "end")
    ]
    pd.concat(rows).to_parquet(folder / PLACE_TIES)
    return load(folder)


def test_boxes_have_the_areas_of_their_sizes_and_fill_the_whole_in_order():
    sizes = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0]
    found = laid_out(sizes, Box(0.0, 0.0, 2.0, 1.0))
    areas = [box.width * box.height for box in found]
    assert areas == pytest.approx([2.0 * size / sum(sizes) for size in sizes])
    assert all(box.x >= 0 and box.x + box.width <= 2.0 + 1e-12 and box.y >= -1e-12 for box in found)
    assert [(-round(b.y + b.height, 9), b.x) for b in found] == sorted((-round(b.y + b.height, 9), b.x) for b in found)


def test_a_map_shows_the_reference_before_and_after_and_the_policy_after(study):
    figure = FIGURES["map_participation"](study)
    panels = [axes for axes in figure.axes if any(isinstance(c, PatchCollection) for c in axes.collections)]
    assert [axes.get_title(loc="left") for axes in panels] == ["Before 2022, at the start", "Before 2022, at the end", "72 posts, at the end"]
    coloured = [axes.collections[0] for axes in panels]
    assert [len(found.get_paths()) for found in coloured] == [3, 3, 4]
    assert coloured[0].get_array().tolist() == pytest.approx([1.0, 2.0, 3.0])  # in percent
    assert coloured[2].get_array().tolist() == pytest.approx([3.0, 3.0, 6.0, 9.0])
    assert len({found.norm for found in coloured}) == 1
    assert " ".join(figure.get_suptitle().split()) == "72 posts against “Before 2022”: participation is higher in 3 and lower in 0 of 3 buildings"
    assert "one replicate (number 2): one course of chance, not a mean" in caption_of(figure)


def test_open_issues_are_shown_for_a_hundred_households(study):
    figure = FIGURES["map_backlog"](study)
    assert figure.axes[0].collections[0].get_array().tolist() == pytest.approx([0.0, 100 * 1 / 20, 100 * 2 / 60])
    assert "the backlog is higher in 0 and lower in 0 of 3 buildings" in " ".join(figure.get_suptitle().split())


def test_ties_of_a_building_are_counted_and_drawn(study):
    figure = FIGURES["ties"](study, "zh")
    lines = [next(c for c in axes.collections if isinstance(c, LineCollection)) for axes in figure.axes]
    assert [len(found.get_segments()) for found in lines] == [1, 1, 3]
    assert [len(axes.collections[2].get_offsets()) for axes in figure.axes] == [4, 4, 2]  # those who know nobody
    assert figure.get_suptitle().replace("\n", "") == "这栋楼有 6 名成年居民，期初人均认识 0.3 位邻居；期末：2022 年以前 0.3 位和 72 个编制 1.0 位"
    assert "4、4 和 2 人" in caption_of(figure).replace("\n", "")


def test_without_tables_by_place_the_reason_says_how_to_get_them(tables):
    for name in ("map_participation", "map_ties", "ties"):
        with pytest.raises(NotOffered, match="`cocreate places DIR` does one replicate again"):
            FIGURES[name](tables["two_arms"])


def test_places_that_were_not_measured_are_grey(study):
    study.study.places.loc[study.study.places["building"] == 2, "ties_per_resident"] = np.nan
    figure = FIGURES["map_ties"](study)
    assert figure.axes[0].collections[0].get_array().mask.tolist() == [False, False, True]
