"""Evaluations of a dated policy on made-up places: known effects are found, and known biases come out with their size."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.analysis import made_up

from cocreate_sim.analysis.interrupted import segmented
from cocreate_sim.analysis.load import Study, load_study
from cocreate_sim.analysis.timelines import Change, changes, timeline
from cocreate_sim.analysis.timelines_words import told
from cocreate_sim.errors import CoCreateError, ConfigError
from cocreate_sim.report.figures.timelines import timeline as draw
from cocreate_sim.report.tables import NotOffered, StudyTables
from cocreate_sim.study.timelines import timeline as written

UNITS = {"partition": "10-20"}
ONE_DATE = [{"at": 20, "where": "all", "levers": UNITS}]
STAGGERED = [{"at": 12, "where": [1], "levers": UNITS}, {"at": 24, "where": "all", "levers": UNITS}]
WEEKS, BURN_IN = 50, 10
Course = Callable[[int, int], float]


def study(
    folder: Path, timeline_: list[dict[str, Any]], course: Course, effect: Course, *, places: int = 1, replicates: int = 6,
    noise: float = 0.1, **differs: Any,
) -> Study:  # fmt: skip
    """Waiting goes its ``course`` by week and place; the policy adds ``effect`` by weeks since the change and place."""
    arms = made_up.policy_arms(before=40, dated=40)
    arms[0]["differs"], arms[1]["differs"] = {}, {"timeline": timeline_, **differs}
    made_up.study(
        folder, arms, lambda *_: {"wait_mean_days": 2.0, "mobilisation_hours": 1.0}, replicates,
        headline=["wait_mean_days", "mobilisation_hours"],
        config={
            "world": {"name": "made_up", "subdistricts": places}, "run": {"weeks": WEEKS, "burn_in_weeks": BURN_IN}, "timeline": [],
            "levers": {"posts": 40, "staff_rule": "cases_first", "partition": "grid", "head_hours": "per_head"}, "uncertainties": {},
        },
    )  # fmt: skip
    rows = []
    for arm in arms:
        for r in range(replicates):
            luck = np.random.default_rng(r)
            for p in range(places):
                when = min(e["at"] for e in timeline_ if e["where"] == "all" or p in e["where"])
                for w in range(-BURN_IN, WEEKS):
                    value = course(w, p) + noise * luck.standard_normal()
                    value += effect(w - when, p) if arm["name"] == "dated" and w >= when else 0.0
                    rows.append({"arm": arm["name"], "replicate": r, "subdistrict": p, "week": w, "wait_mean_days": value})
    table = pd.DataFrame(rows)
    if places > 1:
        table.to_parquet(folder / "subdistricts")
    table[table["subdistrict"] == 0].drop(columns="subdistrict").to_parquet(folder / "weekly")
    return load_study(folder)


def by_method(table: pd.DataFrame) -> pd.DataFrame:
    return table.set_index("method")


# segmented regression


def test_a_straight_line_with_a_step_and_a_bend_is_found_exactly() -> None:
    """Given a slope of 0.5, a step of 3 and a bend of 0.2 a week, expect 3 + 0.2 x 9.5 over 20 weeks."""
    since = np.arange(-15.0, 20.0)
    fit = segmented(since, 10 + 0.5 * since + np.where(since >= 0, 3 + 0.2 * since, 0.0))
    assert fit is not None
    assert fit.terms == pytest.approx((10, 0.5, 3, 0.2))
    assert fit.effect == pytest.approx(3 + 0.2 * 9.5)
    assert fit.low <= fit.effect <= fit.high


@pytest.mark.parametrize(("memory", "fewest"), [(0.0, 0.86), (0.4, 0.80)])
def test_intervals_hold_the_effect_about_as_often_as_they_say(memory: float, fewest: float) -> None:
    """With 40 weeks on each side 91 of 100 are measured, and 86 where weeks resemble their neighbours: both are too narrow."""
    luck, since, count = np.random.default_rng(4), np.arange(-40.0, 40.0), 600
    held = 0
    for _ in range(count):
        y = luck.standard_normal(since.size)
        for i in range(1, y.size):
            y[i] += memory * y[i - 1]
        fit = segmented(since, y + 2.0 * (since >= 0))
        held += fit.low <= 2.0 <= fit.high  # type: ignore[union-attr]
    assert fewest < held / count < 0.98


def test_too_few_measured_weeks_give_nothing() -> None:
    since = np.arange(-8.0, 8.0)
    assert segmented(since, since) is not None
    assert segmented(since[1:], since[1:]) is None
    assert segmented(since, np.where(since == 3, math.nan, since)) is None


# a study


def test_a_trend_fools_before_after_and_not_the_time_series(tmp_path: Path) -> None:
    """Given a trend of 0.5 a week and an effect of -3, expect before-after to miss by 0.5 x (26 + 26) / 2 weeks of trend."""
    made = study(tmp_path, ONE_DATE, lambda w, p: 0.5 * w, lambda since, p: -3.0)
    table = by_method(timeline(made, ["wait_mean_days"]))
    assert table.loc[["before_after", "interrupted_time_series"], "truth"].tolist() == pytest.approx([-3.0, -3.0])
    assert table.loc["before_after", "bias"] == pytest.approx(0.5 * 26, abs=0.1)
    assert table.loc["before_after", "bias_low"] > 12
    assert table.loc["interrupted_time_series", "estimate"] == pytest.approx(-3.0, abs=0.15)
    assert table.loc["interrupted_time_series", "bias_low"] < 0 < table.loc["interrupted_time_series", "bias_high"]
    assert table.loc["interrupted_time_series", "coverage"] >= 0.5
    assert (table.loc["before_after", "weeks_before"], table.loc["before_after", "weeks_after"]) == (26, 26)
    assert "nobody is left to compare with" in table.loc["difference_in_differences", "note"]


def test_a_curve_that_settles_by_itself_fools_the_time_series_too(tmp_path: Path) -> None:
    """Given a rise that flattens after the date and no effect, expect a prolonged line that overshoots, and that this is shown."""
    made = study(tmp_path, ONE_DATE, lambda w, p: 5 * (1 - math.exp(-(w + 10) / 15)), lambda since, p: 0.0, noise=0.02)
    table = by_method(timeline(made))
    assert table.loc["interrupted_time_series", "truth"] == 0.0
    assert table.loc["interrupted_time_series", "bias_high"] < -0.3
    assert table.loc["interrupted_time_series", "coverage"] < 0.5


def test_places_are_read_until_their_next_change_and_compared_with_each_other(tmp_path: Path) -> None:
    made = study(tmp_path, STAGGERED, lambda w, p: 3.0 * p + 0.2 * w, lambda since, p: 2.0 + p, places=3)
    assert changes(made, made.arm("dated")) == [Change(0, 24, 26, 26), Change(1, 12, 22, 12), Change(2, 24, 26, 26)]
    table = by_method(timeline(made))
    assert table.loc["interrupted_time_series", "truth"] == pytest.approx((2 + 3 + 4) / 3)
    assert table.loc["interrupted_time_series", "estimate"] == pytest.approx(3.0, abs=0.2)
    assert table.loc["difference_in_differences", "truth"] == pytest.approx(3.0), "of the place that changed first, by itself"
    assert table.loc["difference_in_differences", "bias"] == pytest.approx(0.0, abs=0.1)
    assert table.loc["before_after", "bias"] > 3
    assert table.loc["before_after", "places"] == 3


@pytest.mark.slow
def test_truth_methods_and_what_they_assume_are_told_and_drawn(tmp_path: Path) -> None:
    made = study(tmp_path, STAGGERED, lambda w, p: 0.2 * w, lambda since, p: -1.0, places=3)
    lines = told(made, timeline(made), 26)
    text = "\n".join(lines)
    assert lines[0] == "Dated: first changed 1 place in week 12 (22 weeks before, 12 after) and 2 places in week 24 (26 weeks before, 26 after)."
    assert lines[1].startswith("Waiting, in working days: true effect -1 (-1 to -1); before-after finds ")
    for words in ("interrupted time series finds -", "hold the truth in", "difference-in-differences finds -", "where -1 (-1 to -1) is true", "gone on straight"):
        assert words in text
    assert written(tmp_path, window=20) == tmp_path
    assert (tmp_path / "timeline.txt").read_text(encoding="utf-8").splitlines()[0].endswith("(20 weeks before, 20 after).")
    assert (tmp_path / "figures" / "timeline.svg").is_file()
    title = draw(StudyTables(made)).get_suptitle()
    assert " ".join(title.split()).startswith("Waiting: before-after finds ")
    assert "is true (working days)" in " ".join(title.split())


def test_few_weeks_leave_difference_in_differences_alone_and_no_figure(tmp_path: Path) -> None:
    soon = [{"at": 0, "where": [1], "levers": UNITS}, {"at": 5, "where": "all", "levers": UNITS}, {"at": 9, "where": "all", "levers": UNITS}]
    made = study(tmp_path, soon, lambda w, p: 0.0, lambda since, p: 2.0, places=3)
    table = by_method(timeline(made))
    assert table.loc["difference_in_differences", "estimate"] == pytest.approx(2.0, abs=0.2)
    assert math.isnan(table.loc["interrupted_time_series", "estimate"])
    assert "fewer than 8 measured weeks" in table.loc["interrupted_time_series", "note"]
    assert written(tmp_path) == tmp_path
    assert (tmp_path / "timeline.csv").is_file()
    assert not (tmp_path / "figures").exists()
    with pytest.raises(NotOffered, match="nothing to draw around it"):
        draw(StudyTables(made))


def test_one_replicate_has_estimates_without_intervals_and_says_so(tmp_path: Path) -> None:
    made = study(tmp_path, ONE_DATE, lambda w, p: 0.0, lambda since, p: 1.0, replicates=1)
    table = timeline(made)
    assert table["low"].isna().all()
    assert "One replicate: nothing can be said of chance" in " ".join(told(made, table, 26))


# refusals


def test_what_cannot_be_judged_is_refused(tmp_path: Path) -> None:
    def still(w: int, p: int) -> float:
        return 0.0

    late = study(tmp_path / "late", [{"at": 45, "where": "all", "levers": UNITS}], still, still)
    with pytest.raises(CoCreateError, match="no change has 8 measured weeks before it and 8 after it until the next"):
        timeline(late)
    made = study(tmp_path / "made", ONE_DATE, still, still)
    with pytest.raises(ConfigError, match="mobilisation_hours is not kept by week and place; kept: wait_mean_days"):
        timeline(made, ["mobilisation_hours"])
    with pytest.raises(ConfigError, match="'wait_mean' is not known; did you mean 'wait_mean_days'"):
        timeline(made, ["wait_mean"])
    with pytest.raises(ConfigError, match="window = 3 weeks is outside its range 8 to 1000"):
        written(tmp_path / "made", window=3)
    assert not (tmp_path / "made" / "timeline.csv").exists()
    more = study(tmp_path / "more", ONE_DATE, still, still, **{"levers.posts": 72})
    with pytest.raises(ConfigError, match="dated differs from before in more than its dates"):
        timeline(more)
    plain = study(tmp_path / "plain", ONE_DATE, still, still)
    manifest = json.loads((plain.folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["arms"][1]["differs"] = {}
    (plain.folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"no arm has a timeline .* This is such a study: cocreate compare policies=before_2022,rollout"):
        timeline(load_study(plain.folder))
