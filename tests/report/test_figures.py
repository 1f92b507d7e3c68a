"""Every figure that a study supports is drawn whole: title, units, caption with n and the command, nothing cut off."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import matplotlib
import pytest
from matplotlib.figure import Figure
from tests.report import synthetic

from cocreate_sim.analysis.parts import table_path
from cocreate_sim.errors import ConfigError
from cocreate_sim.report.figures import FIGURES, draw_all, not_offered
from cocreate_sim.report.figures.page import caption_of
from cocreate_sim.report.figures.style import styled
from cocreate_sim.report.tables import NotOffered, load

ALWAYS = ["trajectories", "waiting", "funnel"]
OFFERED = {
    "policies": [*ALWAYS, "differences"],
    "many": [*ALWAYS, "differences", "many"],
    "staffing": [*ALWAYS, "differences", "load"],
    "unit_sizes": [*ALWAYS, "differences", "unit_size"],
    "two_arms": [*ALWAYS, "differences"],
    "one_arm": ALWAYS,
    "one_replicate": [*ALWAYS, "differences"],
    "one_run": ALWAYS,
    "staffing_once": [*ALWAYS, "differences", "load"],
    "unit_sizes_once": [*ALWAYS, "differences", "unit_size"],
}
CASES = [(study, name) for study, names in OFFERED.items() for name in names]
ONCE = {"one_replicate", "one_run", "staffing_once", "unit_sizes_once"}


@pytest.fixture(scope="module")
def drawn(tables) -> dict[tuple[str, str], Figure]:
    return {(study, name): FIGURES[name](tables[study]) for study, name in CASES}


@pytest.mark.slow
@pytest.mark.parametrize("study", OFFERED)
def test_a_study_offers_the_figures_that_its_data_supports(study, studies):
    reasons = not_offered(studies[study])
    assert set(FIGURES) - set(reasons) == set(OFFERED[study])
    assert all(len(reason) > 20 for reason in reasons.values())


@pytest.mark.slow
@pytest.mark.parametrize(("study", "name"), CASES)
def test_a_figure_says_its_finding_its_n_its_band_and_its_command(study, name, drawn):
    figure = drawn[study, name]
    title, caption = figure.get_suptitle(), caption_of(figure)
    assert len(title.split()) > 5
    assert "nan" not in title.lower()
    assert "None" not in title
    n = {"policies": 6, "many": 6, "unit_sizes": 6, "two_arms": 6, "one_arm": 6, "staffing": 4}.get(study, 1)
    assert caption.startswith(f"n = {n} replicate")
    assert f"Made by: cocreate compare experiment=SYNTHETIC replicates={n}" in caption
    if study in ONCE:
        assert "one replicate: no interval and no band" in caption
        assert not re.search(r"\(\S+ to \S+\)", title), "one replicate has no interval"
        assert "one replicate, no interval" in " ".join(title.split())
    else:
        assert "95 % interval" in caption


@pytest.mark.slow
@pytest.mark.parametrize(("study", "name"), CASES)
def test_every_axis_has_a_label_with_its_unit(study, name, drawn):
    for axes in drawn[study, name].axes:
        if not axes.get_visible():
            continue
        assert axes.get_xlabel()
        if name not in ("differences", "funnel", "many"):
            assert axes.get_ylabel()
    if name in ("differences", "funnel", "many"):  # rows are named by their tick labels; panels in a row share them
        assert all(row.get_text() for row in drawn[study, name].axes[0].get_yticklabels())


@pytest.mark.slow
@pytest.mark.parametrize(("study", "name"), CASES)
def test_nothing_leaves_the_page_and_title_key_panels_and_caption_do_not_overlap(study, name, drawn):
    figure = drawn[study, name]
    with styled():
        figure.set_dpi(160)
        figure.canvas.draw()
        renderer = figure.canvas.get_renderer()
        panels = [axes.get_tightbbox(renderer) for axes in figure.axes if axes.get_visible()]
        keys = [legend.get_window_extent(renderer) for legend in figure.legends]
        words = {text.get_gid(): text.get_window_extent(renderer) for text in figure.texts}
        title = figure._suptitle.get_window_extent(renderer)
    for box in (*panels, *keys, *words.values(), title):
        assert box.x0 >= -1
        assert box.y0 >= -1
        assert box.x1 <= figure.bbox.x1 + 1
        assert box.y1 <= figure.bbox.y1 + 1
    column = [title, words["reading"], *keys]
    assert all(upper.y0 >= lower.y1 - 1 for upper, lower in pairwise(column))
    assert max(panel.y1 for panel in panels) <= column[-1].y0 + 1
    assert min(panel.y0 for panel in panels) >= words["caption"].y1 - 1


@pytest.mark.slow
@pytest.mark.parametrize("name", FIGURES)
def test_missing_outcomes_take_a_figure_off_the_offer_and_say_why(name, tmp_path):
    design = {"unit_size": synthetic.unit_sizes((5, 15, 100)), "load": synthetic.staffing((0.8, 0.95), (40, 72))}
    design["many"] = [replace(synthetic.policies()[0], name=f"p{i}", label=f"Policy {i}", reference="p0") for i in range(6)]
    arms = design.get(name, synthetic.policies()[:2])
    folder = synthetic.write(tmp_path / "study", arms, 2, weeks=60, drop=tuple(synthetic.OUTCOMES))
    if name in ("waiting", "funnel"):
        table = "waits" if name == "waiting" else "projects"
        path = table_path(folder, table)
        synthetic.pd.read_parquet(path).iloc[:0].to_parquet(path)
    with pytest.raises(NotOffered, match=r"parquet|table of|weekly table|table by place|nothing in it is sampled|no arm has a timeline|one world"):
        FIGURES[name](load(folder))
    assert name in not_offered(folder)
    with pytest.raises(ConfigError, match=f"figure '{name}' cannot be drawn"):
        draw_all(folder, [name])
    assert not (folder / "figures").exists()


def test_an_unknown_figure_is_refused_with_the_nearest_name(studies):
    with pytest.raises(ConfigError, match=r"'trajectorys' is not known; did you mean 'trajectories'\?"):
        draw_all(studies["one_run"], ["trajectorys"])


def test_failed_runs_are_left_out_and_counted(tmp_path):
    folder = synthetic.write(tmp_path / "study", synthetic.policies()[:2], 4, weeks=60)
    path = folder / "runs.parquet"
    runs = synthetic.pd.read_parquet(path)
    lost = (runs["arm"] == "posts_72") & (runs["replicate"] == 3)
    runs.loc[lost, "status"] = "failed"
    runs.loc[lost, list(synthetic.OUTCOMES)] = float("nan")
    runs.to_parquet(path)
    for table in ("weekly", "waits", "projects"):
        rows = synthetic.pd.read_parquet(table_path(folder, table))
        rows[~((rows["arm"] == "posts_72") & (rows["replicate"] == 3))].to_parquet(table_path(folder, table))
    tables = load(folder)
    for name in OFFERED["two_arms"]:
        caption = caption_of(FIGURES[name](tables))
        assert caption.startswith("n = 3 to 4 replicates per arm")
        assert "1 failed run left out" in " ".join(caption.split())


def test_drawing_leaves_matplotlib_as_it_was_and_ignores_the_readers_style(tables):
    before = dict(matplotlib.rcParams)
    plain = FIGURES["waiting"](tables["one_run"])
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "black"}):
        loud = FIGURES["waiting"](tables["one_run"])
    assert dict(matplotlib.rcParams) == before
    assert loud.axes[0].get_facecolor() == plain.axes[0].get_facecolor()
    assert loud.axes[0].xaxis.label.get_fontsize() == plain.axes[0].xaxis.label.get_fontsize()
