"""A few figures are compared with pictures that somebody has looked at; ``make pictures`` draws those anew.

Numbers are made up and always the same, fonts are those that Matplotlib brings, so that a picture changes only with the drawing.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from matplotlib.testing.compare import compare_images

from cocreate_sim.report.figures import FIGURES
from cocreate_sim.report.figures.save import save

LOOKED_AT = Path(__file__).with_name("pictures")
PICTURES = [("staffing", "load"), ("unit_sizes", "unit_size"), ("two_arms", "waiting"), ("one_run", "funnel")]
TOLERANCE = 2.0
"""Root of the mean squared difference of colours (0 to 255): below what moves a letter."""


@pytest.mark.parametrize(("study", "name"), PICTURES)
def test_a_figure_looks_as_it_did_when_somebody_looked_at_it(study, name, tables, tmp_path):
    save(FIGURES[name](tables[study]), tmp_path, name)
    drawn, expected = tmp_path / f"{name}.png", LOOKED_AT / f"{name}.png"
    if os.environ.get("RENEW_PICTURES"):
        shutil.copy(drawn, expected)
    told = compare_images(str(expected), str(drawn), TOLERANCE)
    assert told is None, f"{told}\nIf the figure is meant to have changed: make pictures, and look at them."


def test_a_moved_bar_would_be_seen(tables, tmp_path):
    """Given one bar that is a tenth longer, expect the comparison to fail."""
    figure = FIGURES["funnel"](tables["one_run"])
    bar = max((patch for axes in figure.axes for patch in axes.patches), key=lambda patch: patch.get_width())
    bar.set_width(0.9 * bar.get_width())
    save(figure, tmp_path, "funnel")
    assert compare_images(str(LOOKED_AT / "funnel.png"), str(tmp_path / "funnel.png"), TOLERANCE) is not None
