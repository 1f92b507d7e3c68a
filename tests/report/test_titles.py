"""Titles are computed from the data: known tables give known sentences."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from scipy import stats
from tests.report import synthetic

from cocreate_sim.analysis.paired import Interval
from cocreate_sim.report.figures import FIGURES
from cocreate_sim.report.figures.differences import IN_TITLE
from cocreate_sim.report.figures.unit_size import best_shares
from cocreate_sim.report.figures.waiting import effects_by_load, share_within
from cocreate_sim.report.tables import load
from cocreate_sim.report.words import signed


def title(name: str, folder: Path) -> str:
    return " ".join(FIGURES[name](load(folder)).get_suptitle().split())


def with_values(folder: Path, values: dict[tuple[str, str], list[float]]) -> Path:
    """Put known numbers into a synthetic study: (arm, outcome) -> one per replicate."""
    path = folder / "runs.parquet"
    runs = pd.read_parquet(path)
    for (arm, outcome), numbers in values.items():
        runs.loc[runs["arm"] == arm, outcome] = numbers
    runs.to_parquet(path)
    return folder


@pytest.fixture
def two_loads(tmp_path: Path) -> Path:
    """40 and 72 posts at two loads, with known waiting: 40 % less at 0.95, and 0.01 day, which is nothing, at 0.5."""
    arms = synthetic.staffing((0.5, 0.95), (40, 72))
    arms = [arm for arm in arms if arm.factors["staff_rule"] == "cases_first"]
    folder = synthetic.write(tmp_path / "study", arms, 3, weeks=60)
    known = {
        (0.95, 40): [10.0, 10.0, 10.0], (0.95, 72): [6.0, 5.9, 6.1],
        (0.5, 40): [1.0, 1.0, 1.0], (0.5, 72): [1.0, 0.98, 1.01],
    }
    values = {(arm.name, "wait_posts_mean_days"): known[arm.factors["rho_40"], arm.factors["posts"]] for arm in arms}
    return with_values(folder, values)


def test_waiting_says_how_much_where_and_where_not(two_loads):
    half = stats.t.ppf(0.975, 2) * 0.1 / math.sqrt(3) / 10 * 100
    assert (round(40 - half), round(40 + half)) == (38, 42)
    assert title("waiting", two_loads) == "72 posts cut waiting by 40 % (38 to 42) at load 0.95; no clear effect at 0.5"


def test_load_names_the_falsified_loads(two_loads):
    assert title("load", two_loads) == (
        "72 posts instead of 40 save 4.0 working days (3.8 to 4.2) at load 0.95; "
        "less than 0.1 day at load 0.5, where the claim that they helped fails"
    )


def test_load_says_when_it_is_too_close_to_call(two_loads):
    arm = "posts=72,rho_40=0.5,staff_rule=cases_first"
    with_values(two_loads, {(arm, "wait_posts_mean_days"): [0.95, 0.85, 0.75]})
    assert title("load", two_loads).endswith("; too close to call at load 0.5")


def test_differences_of_two_arms(tmp_path):
    folder = synthetic.write(tmp_path / "study", synthetic.policies()[:2], 3, weeks=60)
    known = {
        ("before_2022", "wait_mean_days"): [10.0, 10.0, 10.0], ("posts_72", "wait_mean_days"): [6.0, 5.9, 6.1],
        ("before_2022", "participation_week"): [0.03, 0.03, 0.03], ("posts_72", "participation_week"): [0.031, 0.029, 0.03],
    }
    said = title("differences", with_values(folder, known))
    assert said.startswith("72 posts against \N{LEFT DOUBLE QUOTATION MARK}Before 2022\N{RIGHT DOUBLE QUOTATION MARK}: ")
    assert said.endswith(" 40 % lower (38 to 42), no clear effect on participation")


def test_figures_begin_with_what_the_study_asks(tmp_path):
    folder = synthetic.write(tmp_path / "study", synthetic.policies()[:2], 3, weeks=60)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["headline"] = ["belonging_mean", "turnout", "mobilisation_hours", "trust_mean"]  # turnout was not measured
    (folder / "manifest.json").write_text(json.dumps(manifest))
    clear = {("before_2022", "belonging_mean"): [0.4, 0.4, 0.4], ("posts_72", "belonging_mean"): [0.5, 0.5, 0.5]}
    said = title("differences", with_values(folder, clear))
    assert "belonging 25 % higher (25 to 25)" in said
    assert "time for mobilisation" in said
    figure = FIGURES["trajectories"](load(folder))
    assert [axes.get_title(loc="left") for axes in figure.axes[:2]] == ["Belonging", "Staff hours for mobilisation"]
    assert "belonging" in title("trajectories", folder)


def test_many_policies_are_rows_and_the_strongest_effect_is_told(studies):
    tables = load(studies["many"])
    figure = FIGURES["many"](tables)
    assert [row.get_text() for row in figure.axes[0].get_yticklabels()] == [arm.label for arm, _ in tables.compared]
    falls = {arm.label: tables.percent(arm, base, "wait_mean_days").mean for arm, base in tables.compared}
    assert falls["72 posts"] < -50
    told = [text.get_text() for text in figure.axes[0].texts]
    assert told == [signed(tables.percent(arm, base, "participation_week")) for arm, base in tables.compared]


def test_no_effect_at_all_is_not_called_the_strongest(tmp_path):
    folder = synthetic.write(tmp_path / "study", synthetic.policies()[:3], 3, weeks=60)
    noise = {"before_2022": [1.0, 1.1, 0.9], "posts_72": [1.1, 0.9, 1.0], "small_units": [0.9, 1.0, 1.1]}
    names = ("participation_week", "wait_mean_days")
    said = title("differences", with_values(folder, {(arm, name): v for arm, v in noise.items() for name in names}))
    assert said.endswith(": no clear effect on waiting, no clear effect on participation in any comparison shown")
    assert "strongest" not in said


def test_what_is_the_same_in_all_comparisons_is_not_told_of_one(tmp_path):
    folder = synthetic.write(tmp_path / "study", synthetic.policies()[:3], 3, weeks=60)
    same = {(arm, name): [1.0, 1.1, 0.9] for arm in ("before_2022", "posts_72", "small_units") for name in IN_TITLE}
    assert title("differences", with_values(folder, same)).endswith(
        "waiting the same in every replicate, participation the same in every replicate of every comparison shown"
    )


def test_unit_size_compares_sizes_named_before_any_result_and_counts_the_falsifier(tmp_path):
    arms = [replace(arm, reference="unit_size=100,head_hours=per_head") for arm in synthetic.unit_sizes((5, 15, 100))[:3]]
    folder = synthetic.write(tmp_path / "study", arms, 3, weeks=60)
    values = {"5": [0.09, 0.09, 0.09], "15": [0.048, 0.03, 0.028], "100": [0.03, 0.031, 0.029]}
    known = {(f"unit_size={size},head_hours=per_head", "participation_week"): numbers for size, numbers in values.items()}
    tables = load(with_values(folder, known))
    figure = FIGURES["unit_size"](tables)
    said = " ".join(figure.get_suptitle().split())
    # 5 is the best, but the title compares what was asked beforehand
    assert said == "Weekly participation in units of 15 against units of 97 households: no clear effect"
    caption = " ".join(next(t.get_text() for t in figure.texts if t.get_gid() == "caption").split())
    assert "participation is higher in units of 15 than of 97 in 1 of 3 replicates" in caption
    shares = best_shares(tables, tables.arms[1:], "participation_week")
    assert shares == {arms[1].name: pytest.approx(1 / 3), arms[2].name: pytest.approx(2 / 3)}


def test_funnel_counts_of_one_hundred_and_the_commonest_reason(tmp_path):
    folder = synthetic.write(tmp_path / "study", synthetic.policies()[:1], 2, weeks=60)
    counts = {"entered_plan": 10, "entered_build": 6, "entered_share": 4, "failed_plan_no_quorum": 3, "failed_build_no_money": 1}
    rows = [
        {"arm": "before_2022", "replicate": replicate, "event": event, "count": count + replicate * (event == "entered_share")}
        for replicate in (0, 1) for event, count in counts.items()
    ]
    pd.DataFrame(rows).to_parquet(folder / "projects")
    said = title("funnel", folder)
    # 40 and 50 of 100: the interval of two replicates is wider than what a percentage can be
    assert "so many reach sharing: 45 (0 to 100) with" in said
    assert said.endswith("commonest failure: no quorum (plan)")


def test_trajectories_speak_of_the_end_of_the_run(tmp_path):
    folder = synthetic.write(tmp_path / "study", synthetic.policies()[:2], 3, weeks=60)
    path = folder / "weekly"
    weekly = pd.read_parquet(path)
    late = weekly["week"] >= 60 - 26
    for name, low, high in (("participation_week", 0.04, 0.05), ("backlog", 100.0, 50.0)):
        weekly[name] = 1.0
        weekly.loc[late & (weekly["arm"] == "before_2022"), name] = low
        weekly.loc[late & (weekly["arm"] == "posts_72"), name] = high * (1 + 0.01 * weekly["replicate"])
    weekly.to_parquet(path)
    said = title("trajectories", folder)
    assert said.startswith("In the last 26 weeks, against \N{LEFT DOUBLE QUOTATION MARK}Before 2022")
    half = stats.t.ppf(0.975, 2) * 1.25 / math.sqrt(3)  # of 0.05 x (1, 1.01, 1.02) against 0.04, in percent
    ends = f"{26.25 - half:.0f} to {26.25 + half:.0f}"
    assert f"participation 26 % higher ({ends}), the backlog 50 % lower (48 to 51) with 72 posts" in said


def test_effects_are_listed_from_the_highest_load_and_below_overload():
    falls = ((0.5, 10.0), (0.8, 30.0), (0.95, 50.0), (1.1, 90.0))
    clear = [(load, Interval(-fall, -fall - 3, -fall + 3, 9)) for load, fall in falls]
    assert effects_by_load(clear) == "cut waiting by 50 % (47 to 53) at load 0.95 and 10 % (7 to 13) at 0.5"
    none = [(load, Interval(0.1, -1.0, 1.2, 9)) for load in (0.5, 0.8)]
    assert effects_by_load(none) == "have no clear effect on waiting at load 0.5 and 0.8"
    mixed = [(0.5, Interval(12.0, 10.0, 14.0, 9)), (0.9, Interval(-20.0, -22.0, -18.0, 9))]
    assert effects_by_load(mixed) == "cut waiting by 20 % (18 to 22) at load 0.9 and raise waiting by 12 % (10 to 14) at 0.5"


def test_share_of_cases_within_some_days_keeps_those_that_did_not_wait():
    percentiles = pd.Series([0, 25, 50, 75, 100]).to_numpy(float)
    days = pd.Series([0, 0, 0, 1, 3]).to_numpy(float)
    at = pd.Series([0.0, 0.5, 1.0, 2.0, 3.0, 9.0]).to_numpy()
    assert share_within(percentiles, days, at).tolist() == [50.0, 62.5, 75.0, 87.5, 100.0, 100.0]
