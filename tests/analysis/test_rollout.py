"""Difference-in-differences on made-up places: known effects are found, and assumptions that fail show as bias."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.analysis import made_up

from cocreate_sim.analysis.load import Study, load_study
from cocreate_sim.analysis.rollout import ASSUMPTIONS, effects, judge, sentences, staggered
from cocreate_sim.analysis.sentences import summary

UNITS = {"partition": "10-20"}
TIMELINE = [
    {"at": 10, "where": [1], "levers": UNITS}, {"at": 20, "where": [2], "levers": UNITS}, {"at": 5, "where": "all", "levers": {"posts": 72}},
]  # fmt: skip


def panel(value: Callable[[int, int], float], places: int = 3, first: int = -8, end: int = 40) -> pd.DataFrame:
    weeks = range(first, end)
    return pd.DataFrame({p: [value(w, p) for w in weeks] for p in range(places)}, index=list(weeks), dtype=np.float64)


# who adopts what, and when


def test_the_levers_that_come_at_different_dates_are_found() -> None:
    found = staggered(TIMELINE, 3)
    assert found.levers == ("partition",)
    assert found.week == {0: None, 1: 10, 2: 20}
    assert found.groups == {10: [1], 20: [2]}


def test_a_place_adopts_with_the_first_change_however_the_entries_are_ordered() -> None:
    again = [{"at": 30, "where": "all", "levers": UNITS}, {"at": 0, "where": [0], "levers": UNITS}]
    assert staggered(again, 2).week == {0: 0, 1: 30}
    assert staggered([{"at": 3, "where": "all", "levers": UNITS}], 2).levers == ()
    assert staggered([], 2).week == {0: None, 1: None}


# estimates


def test_with_parallel_trends_the_effect_is_found_and_before_after_takes_the_trend_for_it() -> None:
    """Given places that differ in level, a common trend of 0.5 a week, and an effect of 3, expect 3 and not 3 plus the trend."""
    week = {0: None, 1: 10, 2: 20}

    def base(w: int, p: int) -> float:
        return 100.0 * p + 0.5 * w

    cells = effects(panel(lambda w, p: base(w, p) + 3.0 * (week[p] is not None and w >= week[p])), panel(base), week)
    assert cells["did"].to_numpy() == pytest.approx(3.0)
    assert cells["truth"].to_numpy() == pytest.approx(3.0)
    assert cells["spill_over"].to_numpy() == pytest.approx(0.0)
    assert cells["placebo"].to_numpy() == pytest.approx(0.0)
    since = cells["week"] - cells["group"]
    assert cells["before_after"].to_numpy() == pytest.approx(3.0 + 0.5 * (since + 4.5))
    assert len(cells) == 30 + 20


def test_growing_effects_of_early_places_do_not_spoil_those_of_late_ones() -> None:
    """Given effects that grow by 1 a week, expect each group-week's own effect: early places are never a control."""
    week = {0: None, 1: 0, 2: 15}
    cells = effects(panel(lambda w, p: float(max(w - week[p], 0)) if week[p] is not None else 0.0), None, week)
    assert cells["did"].to_numpy() == pytest.approx(cells["week"] - cells["group"])
    assert cells["truth"].isna().all()


def test_a_trend_of_ones_own_is_bias_and_shows_in_the_placebo() -> None:
    cells = effects(panel(lambda w, p: 0.2 * w * p), panel(lambda w, p: 0.2 * w * p), {0: None, 1: 10})
    assert (cells["did"] - cells["truth"]).to_numpy() == pytest.approx(0.2 * (cells["week"] - 10 + 4.5))
    assert cells["placebo"].to_numpy() == pytest.approx(0.2 * 4)


def test_spill_over_makes_the_method_see_less() -> None:
    cells = effects(panel(lambda w, p: (2.0 if p == 1 else 0.5) * (w >= 10)), panel(lambda w, p: 0.0), {0: None, 1: 10})
    assert cells["did"].to_numpy() == pytest.approx(1.5)
    assert cells["truth"].to_numpy() == pytest.approx(2.0)
    assert cells["spill_over"].to_numpy() == pytest.approx(0.5)


def test_weeks_without_anybody_left_or_without_a_measure_are_left_out() -> None:
    week = {0: 5, 1: 8}
    policy = panel(lambda w, p: 1.0, 2)
    policy.loc[6, 1] = np.nan
    assert effects(policy, None, week)["week"].tolist() == [5, 7]
    assert effects(policy, policy * np.nan, week).empty
    assert effects(policy.loc[5:], None, week).empty, "no week before the change"
    assert np.isnan(effects(policy, None, week, base_weeks=1)["placebo"]).all()
    assert effects(policy, None, {0: 5, 1: 5}).empty


# a study on disk


def study(folder: Path, timeline: list[dict[str, Any]] = TIMELINE, effect: float = 0.04, places: int = 3, **given: Any) -> Study:
    arms = made_up.policy_arms(before_2022=40, roll_out=40)
    arms[1]["differs"] = {"timeline": timeline}
    found = made_up.study(
        folder, arms, lambda *_: {"participation_week": 0.1, "wait_mean_days": 2.0}, 4, headline=["participation_week", "wait_mean_days"],
        config={
            "world": {"name": "made_up", "subdistricts": places}, "run": {"weeks": 30, "burn_in_weeks": 8}, "timeline": [],
            "levers": {"posts": 40, "staff_rule": "cases_first", "partition": "grid", "head_hours": "per_head"}, "uncertainties": {},
        },
        **given,
    )  # fmt: skip
    if places == 1:
        return found
    rows = []
    week = staggered(timeline, places).week
    for arm in arms:
        for r in range(4):
            luck = np.random.default_rng(r)
            for p in range(places):
                for w in range(-8, 30):
                    there = arm["name"] == "roll_out" and week[p] is not None and w >= week[p]  # type: ignore[operator]
                    share = 0.1 + 0.001 * luck.standard_normal() + effect * there
                    rows.append({"arm": arm["name"], "replicate": r, "subdistrict": p, "week": w, "participation_week": share})
    pd.DataFrame(rows).to_parquet(folder / "subdistricts")
    return load_study(folder)


def test_a_study_is_judged_over_its_replicates(tmp_path: Path) -> None:
    made = study(tmp_path / "s")
    verdict = judge(made, made.arm("roll_out"), "participation_week")
    assert verdict is not None
    assert verdict.truth.mean == pytest.approx(0.04)
    assert verdict.did.mean == pytest.approx(0.04, abs=0.002)
    assert verdict.did.replicates == 4
    assert verdict.cells == 30
    assert not verdict.did_bias.clear
    assert verdict.spill_over.mean == 0.0
    assert judge(made, made.arm("roll_out"), "wait_mean_days") is None


def test_the_summary_tells_estimates_truth_bias_and_assumptions(tmp_path: Path) -> None:
    told = summary(study(tmp_path / "s"))
    section = told[told.index("Roll-out") : told.index("Headline outcomes")]
    for words in (
        "roll out: partition came to 1 subdistrict (1) in week 10 and to 1 subdistrict (2) in week 20, and never to 1 subdistrict (0)",
        "8 weeks before", "in percentage points: difference-in-differences ", "truth 4", "bias of difference-in-differences",
        "of before-after", "spill-over 0", *ASSUMPTIONS,
    ):  # fmt: skip
        assert words in section, words


def test_an_index_is_told_with_its_ends(tmp_path: Path) -> None:
    index = {"name": "participation_week", "label": "Belonging", "unit": "0 to 1", "better": 1}
    assert "Participation, from 0 to 1: difference-in-differences 0.0" in summary(study(tmp_path / "s", outcomes=[index]))


@pytest.mark.parametrize(
    ("timeline", "places", "words"),
    [
        ([{"at": 4, "where": "all", "levers": UNITS}], 3, "every lever changes everywhere in the same week"),
        (TIMELINE, 1, "the world has one subdistrict"),
        ([{"at": 4, "where": [0], "levers": UNITS}, {"at": 4, "where": [1, 2], "levers": {"posts": 50}}], 3, "In no week could a place"),
    ],
    ids=["at once", "one place", "nobody left"],
)
def test_what_cannot_be_compared_is_said(timeline: list[dict[str, Any]], places: int, words: str, tmp_path: Path) -> None:
    assert words in " ".join(sentences(study(tmp_path / "s", timeline, places=places)))


def test_a_study_without_a_timeline_says_nothing_of_it(tmp_path: Path) -> None:
    arms = made_up.policy_arms(before_2022=40, posts_72=72)
    made = made_up.study(tmp_path / "s", arms, lambda *_: {"participation_week": 0.1}, 2)
    assert sentences(made) == []
    assert made.subdistricts.empty
    assert "Roll-out" not in summary(made)
