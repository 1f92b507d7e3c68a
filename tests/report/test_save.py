"""Figures on disk: both kinds, the same bytes every time, whole or not at all; Matplotlib only when figures are drawn."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from tests.report import synthetic

from cocreate_sim.errors import OutputError
from cocreate_sim.report.figures import draw_all, page, style
from cocreate_sim.report.figures.save import save


def test_all_figures_are_written_as_svg_and_png_and_nothing_else(studies):
    folder = studies["one_run"]
    paths = draw_all(folder)
    names = ("trajectories", "waiting", "funnel")
    assert [path.name for path in paths] == [f"{name}.{kind}" for name in names for kind in ("svg", "png")]
    assert sorted((folder / "figures").iterdir()) == sorted(paths)
    assert all(path.stat().st_size > 10_000 for path in paths)


@pytest.mark.slow
def test_the_same_data_gives_the_same_bytes_and_no_date(studies):
    folder = studies["two_arms"]
    names = ["differences", "funnel"]  # with hatches, markers, arrows and intervals
    first = {path: path.read_bytes() for path in draw_all(folder, names)}
    second = {path: path.read_bytes() for path in draw_all(folder, names)}
    assert first == second
    for path, content in first.items():
        if path.suffix == ".svg":
            assert b"<dc:date>" not in content
            assert b"<dc:title>" in content
            assert b"n = 6 replicates per arm" in content


def test_an_interrupted_write_leaves_the_old_figure_and_no_draft(tmp_path, monkeypatch):
    figure = page.new(page.Words("A title of some words", "how to read it", ["n = 1 replicate"]), 5, 2)
    save(figure, tmp_path, "one")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    other = page.new(page.Words("Another title altogether", "how to read it", ["n = 2 replicates"]), 5, 2)
    with pytest.raises(OutputError, match=r"one.svg cannot be written: No space left on device"):
        save(other, tmp_path, "one")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_reading_tables_does_not_import_matplotlib():
    code = (
        "import sys; from cocreate_sim.report import tables, words, choice; assert 'matplotlib' not in sys.modules; "
        "from cocreate_sim.report import figures; assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_texts_with_mathematics_signs_and_long_commands_stay_texts(tmp_path):
    arms = synthetic.policies()[:2]
    folder = synthetic.write(tmp_path / "study", arms, 2, weeks=60)
    manifest = folder / "manifest.json"
    said = manifest.read_text(encoding="utf-8")
    command = "cocreate compare 'a=$x_1$' out_of=\\\\{x\\\\} " + "policies=" + ",".join(f"a_policy_{i}" for i in range(80))
    manifest.write_text(said.replace(synthetic.COMMAND.format(n=2), command), encoding="utf-8")
    for path in draw_all(folder, ["differences"]):
        assert path.stat().st_size > 10_000


def test_lines_are_broken_by_their_width_and_numbers_stay_with_their_unit():
    lines = page.wrap("waiting 41 % lower (35 to 47) " * 8, 3.0, 10)
    assert all(not line.startswith(("%", "to ", "47)")) for line in lines)
    assert " ".join(lines).split() == ("waiting 41 % lower (35 to 47) " * 8).split()
    assert page.wrap("x" * 400, 1.0, 10, most=3)[-1].endswith("...")


def test_labels_that_no_font_can_draw_are_replaced():
    assert style.drawable("72 posts", "posts_72") == "72 posts"
    assert style.drawable("\U000e0fff", "posts_72") == "posts_72"


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0.0, 0.5, 1.0], ["0.0", "0.5", "1.0"]),
        ([0.0, 500.0, 1000.0], ["0", "500", "1,000"]),
        ([-10.0, 0.0, 10.0], ["\N{MINUS SIGN}10", "0", "10"]),
    ],
)
def test_tick_labels_agree_in_their_decimals(values, labels):
    assert style.Ticks().format_ticks(values) == labels
    assert style.Ticks(plus=True).format_ticks([-1.0, 0.0, 1.0]) == ["\N{MINUS SIGN}1", "0", "+1"]


def test_an_axis_is_widened_when_its_range_is_noise():
    axes = Figure().subplots()
    axes.set_ylim(0.412, 0.420)
    style.calm(axes)
    low, high = axes.get_ylim()
    assert high - low == pytest.approx(0.2 * 0.42)
