"""Figures of what a study answers: sensitivity by each method is drawn with its title, n, whiskers and command."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.analysis.test_sensitivity import study

from cocreate_sim.config.settings import Design
from cocreate_sim.report.figures import FIGURES, not_offered
from cocreate_sim.report.figures.page import caption_of
from cocreate_sim.report.tables import NotOffered, load


@pytest.mark.parametrize(
    ("design", "count", "title", "band"),
    [
        (Design.SALTELLI, 32, "Waiting, share of its variation: a ", "95 % interval (bootstrap)"),
        (Design.MORRIS, 10, "Waiting: moved most by a by 8.9", "95 % interval of the mean size"),
        (Design.LATIN_HYPERCUBE, 40, "Waiting: rises with a (", "95 % interval (Fisher)"),
        (Design.ONE_AT_A_TIME, 1, "Waiting: a raises it by ", "95 % interval of the paired change"),
    ],
)
def test_the_strongest_setting_is_the_title(design: Design, count: int, title: str, band: str, tmp_path: Path) -> None:
    study(tmp_path, design, count, lambda at, own: 10 * at["a"] - 2 * at["b"] + 0.1 * own.normal(), "abcd", replicates=3)
    figure = FIGURES["sensitivity"](load(tmp_path))
    assert " ".join(figure.get_suptitle().split()).startswith(title)
    caption = " ".join(caption_of(figure).split())
    assert caption.startswith("n = 3 replicates per arm")
    assert band in caption
    assert "Made by: cocreate sweep world=tiny" in caption
    axes = figure.axes[0]
    assert axes.get_xlabel()
    assert any(word in axes.get_xlabel() for word in ("working days", "%", "no unit"))


def test_a_difference_between_policies_is_what_is_shown(tmp_path: Path) -> None:
    study(tmp_path, Design.MORRIS, 8, lambda at, own: at["a"] * at["posts"], "ab", posts=(40, 72))
    title = " ".join(FIGURES["sensitivity"](load(tmp_path)).get_suptitle().split())
    assert title.startswith("72 posts minus 40 posts: waiting: moved most by a by 2")


def test_without_a_design_the_sweep_that_makes_it_is_the_reason(studies) -> None:
    reasons = not_offered(studies["policies"])
    assert "nothing in it is sampled" in reasons["sensitivity"]
    assert "no arm has a timeline" in reasons["timeline"]
    with pytest.raises(NotOffered, match="This makes it: cocreate sweep"):
        FIGURES["sensitivity"](load(studies["policies"]))
