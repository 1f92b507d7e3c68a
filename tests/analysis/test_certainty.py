"""Bootstrap, Holm, bounds, effect sizes and the gain of common random numbers: each against a case whose answer is known."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.analysis import made_up

from cocreate_sim.analysis.certainty import certainty, told, variance_ratio, welch
from cocreate_sim.analysis.load import Study, load_study, refuse_mixed
from cocreate_sim.analysis.multiplicity import holm
from cocreate_sim.analysis.parts import key_of
from cocreate_sim.analysis.resampling import FEWEST, MOST, bca
from cocreate_sim.analysis.sentences import summary
from cocreate_sim.errors import CoCreateError, ConfigError, OutputError

HEADLINE = ["participation_week", "wait_mean_days", "mobilisation_hours"]


def study(folder: Path, replicates: int = 30, effect: float = 2.0) -> Study:
    """Participation follows the world closely; waiting does not at all; mobilisation is the same in every run."""

    def values(settings, replicate, world, own):
        shared, more = world.normal(), settings["levers.posts"] == 72
        return {
            "participation_week": 0.1 + 0.01 * shared + 0.001 * own.normal() + 0.001 * effect * more,
            "wait_mean_days": 5 + own.normal(), "mobilisation_hours": 3.0 + more, "solved_in_unit_share": 0.5,
        }  # fmt: skip

    return made_up.study(folder, made_up.policy_arms(before=40, more=72), values, replicates, headline=HEADLINE)


# bootstrap


@pytest.mark.parametrize("draw", ["normal", "exponential"])
def test_bootstrap_intervals_are_those_of_scipy_but_for_chance(draw: str) -> None:
    x = getattr(np.random.default_rng(3), draw)(size=25)
    theirs = [stats.bootstrap((x,), np.mean, n_resamples=4999, rng=k).confidence_interval for k in range(8)]
    for end, name in enumerate(("low", "high")):
        ends = [getattr(one, name) for one in theirs]
        assert min(ends) - 0.03 * x.std() <= bca(x)[end] <= max(ends) + 0.03 * x.std()  # type: ignore[index]


@pytest.mark.parametrize(("draw", "truth"), [("normal", 0.0), ("exponential", 1.0)])
def test_bootstrap_intervals_hold_the_truth_about_as_often_as_they_say(draw: str, truth: float) -> None:
    """With 30 replicates 92 to 95 of 100 intervals are measured to hold the mean, of normal and of skewed differences."""
    luck, count = np.random.default_rng(5), 1500
    samples = getattr(luck, draw)(size=(count, 30))
    covered = np.mean([low <= truth <= high for low, high in map(bca, samples)])  # type: ignore[misc]
    assert 0.91 < covered < 0.96


def test_no_bootstrap_from_too_few_too_many_or_equal_values() -> None:
    assert bca(np.arange(FEWEST - 1)) is None
    assert bca(np.arange(MOST + 1)) is None
    assert bca(np.ones(FEWEST)) is None
    assert bca(np.arange(FEWEST)) == bca(np.arange(FEWEST)[::-1])


# several at once


def test_holm_gives_the_known_answer_and_leaves_what_was_not_asked() -> None:
    p = pd.Series([0.01, np.nan, 0.04, 0.03, 0.005], index=list("abcde"))
    found = holm(p)
    assert found.drop("b").tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert math.isnan(found["b"])
    assert holm(pd.Series([0.6, 0.7])).tolist() == [1.0, 1.0]


def test_of_many_families_without_any_effect_one_in_twenty_is_called_clear() -> None:
    luck = np.random.default_rng(8)
    wrong = np.mean([(holm(pd.Series(luck.uniform(size=6))) < 0.05).any() for _ in range(1500)])
    assert abs(wrong - 0.05) < 3 * math.sqrt(0.05 * 0.95 / 1500)


# the table


def test_the_bound_on_a_difference_holds_in_95_of_100_studies(tmp_path: Path) -> None:
    """Given a true difference of 0.02 percentage points, expect it inside ``no_larger_than`` in 95 % of replications (one-sided)."""
    luck, count, truth = np.random.default_rng(2), 2000, 0.3
    d = luck.normal(truth, 1.0, (count, 10))
    bound = np.abs(d.mean(1)) + stats.t.ppf(0.95, 9) * d.std(1, ddof=1) / math.sqrt(10)
    assert 0.94 < np.mean(bound >= truth) <= 1.0
    found = certainty(study(tmp_path, 10))
    row = found[found["outcome"] == "participation_week"].iloc[0]
    reach = stats.t.ppf(0.95, 9) / stats.t.ppf(0.975, 9) * (row["high"] - row["low"]) / 2
    assert row["no_larger_than"] == pytest.approx(abs(row["difference"]) + reach)


def test_sizes_p_values_and_intervals_are_those_of_the_textbook(tmp_path: Path) -> None:
    made = study(tmp_path)
    row = certainty(made).set_index("outcome").loc["participation_week"]
    a, b = (made.values(arm, "participation_week") for arm in ("more", "before"))
    assert row["p"] == pytest.approx(stats.ttest_rel(a, b).pvalue)
    assert row["d_paired"] == pytest.approx((a - b).mean() / (a - b).std())
    assert row["d_worlds"] == pytest.approx((a - b).mean() / math.sqrt((a.var() + b.var()) / 2))
    theirs = stats.ttest_ind(a, b, equal_var=False).confidence_interval()
    assert (row["welch_low"], row["welch_high"]) == pytest.approx((theirs.low, theirs.high))
    assert row["d_paired"] > 5 * row["d_worlds"], "the same worlds make a difference easier to see, not larger"
    assert row["bca_low"] < 0.002 < row["bca_high"]


def test_the_gain_of_the_same_worlds_is_measured_where_it_is_and_where_it_is_not(tmp_path: Path) -> None:
    """Variances 100 + 1 of the world and 1 of each run give a ratio of (101 + 101) / 2 = 101; without a shared part, 1."""
    found = certainty(study(tmp_path, 200)).set_index("outcome")
    assert found.loc["participation_week", "variance_ratio_low"] < 101 < found.loc["participation_week", "variance_ratio_high"]
    assert found.loc["participation_week", "variance_ratio_low"] > 50
    assert found.loc["wait_mean_days", "variance_ratio_low"] < 1 < found.loc["wait_mean_days", "variance_ratio_high"]


def test_the_interval_of_the_gain_holds_the_truth_in_95_of_100_studies() -> None:
    luck, count = np.random.default_rng(4), 1500
    world = luck.normal(0, 3, (count, 20))
    arms = world + luck.normal(size=(2, count, 20))
    ends = [variance_ratio(a, b)[1:] for a, b in zip(*arms, strict=True)]
    assert 0.93 < np.mean([low <= 10 <= high for low, high in ends]) < 0.97  # type: ignore[operator]


def test_intervals_of_separate_worlds_hold_the_truth_however_differently_arms_vary() -> None:
    luck, count = np.random.default_rng(6), 1500
    found = [welch(luck.normal(1, 5, 6), luck.normal(0, 1, 30)) for _ in range(count)]
    covered = np.mean([i.low <= 1 <= i.high for i in found])  # type: ignore[operator]
    assert abs(covered - 0.95) < 3 * math.sqrt(0.95 * 0.05 / count)
    assert welch(np.ones(3), np.zeros(4)).ends == (1.0, 1.0)


def test_what_cannot_be_said_has_a_reason_and_never_a_number(tmp_path: Path) -> None:
    table = certainty(study(tmp_path / "s", 5), list(made_up_outcomes()))
    rows = table.set_index("outcome")
    assert "bootstrap interval needs 20 replicates" in rows.loc["wait_mean_days", "note"]
    assert "the same in every replicate" in rows.loc["mobilisation_hours", "note"]
    assert (rows.loc["solved_in_unit_share", ["difference", "no_larger_than"]] == 0).all()
    assert math.isnan(rows.loc["mobilisation_hours", "p"])
    gaps = table.drop(columns="note").isna().any(axis=1)
    assert (table.loc[gaps, "note"] != "").all()
    with pytest.raises(CoCreateError, match=r"no comparison was measured in two replicates.*replicates=20"):
        certainty(study(tmp_path / "one", 1))
    with pytest.raises(ConfigError, match="outcome 'wait_mean' is not known; did you mean 'wait_mean_days'"):
        certainty(study(tmp_path / "s", 5), ["wait_mean"])
    with pytest.raises(ConfigError, match=r"'wait_posts_mean_days' is not in the tables.*measured here: participation_week"):
        certainty(study(tmp_path / "s", 5), ["wait_posts_mean_days"])


def made_up_outcomes() -> tuple[str, ...]:
    return (*HEADLINE, "solved_in_unit_share")


def test_arms_measured_in_different_replicates_are_compared_as_separate_worlds(tmp_path: Path) -> None:
    def values(settings, replicate, world, own):
        there = (replicate % 2 == 0) == (settings["levers.posts"] == 72)
        return {"participation_week": own.normal() if there else math.nan, "wait_mean_days": 1.0}

    made = made_up.study(tmp_path, made_up.policy_arms(before=40, more=72), values, 20, headline=["participation_week"])
    row = certainty(made).iloc[0]
    assert (row["kind"], row["replicates"]) == ("separate", 10)
    assert row["low"] < 0 < row["high"]
    assert "separate worlds" in row["note"]


def test_the_summary_says_what_remains_what_is_bounded_and_where_worlds_did_not_help(tmp_path: Path) -> None:
    told_ = summary(study(tmp_path / "s", 60))
    assert "Asked about 2 outcomes at once (Holm's correction), the clear difference remains so." in told_
    assert "Where no effect is clear, with 95 % confidence there is none larger than: waiting 0." in told_
    assert "did not clearly help for waiting (variance divided by" in told_
    assert "participation (variance" not in told_
    assert "Holm" not in summary(study(tmp_path / "one", 1))


def test_a_difference_that_may_be_chance_among_many_is_named(tmp_path: Path) -> None:
    made = study(tmp_path, 20)
    table = certainty(made)
    table["p"], table["p_holm"] = [0.001, 0.03, math.nan], [0.002, 0.06, math.nan]
    assert "1 of 2 clear differences remain clear; what may be chance: waiting." in told(made, table)[0]


# mixed code versions


def test_runs_of_other_rules_are_refused(tmp_path: Path) -> None:
    made = study(tmp_path, 3)
    refuse_mixed(made)  # a study that names no rules is not judged
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    manifest["code"] = "c0de"
    for arm in manifest["arms"]:
        arm["settings"] = arm["name"]
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    runs = pd.read_parquet(tmp_path / "runs.parquet")
    runs["key"] = [key_of(arm, seed, "c0de") for arm, seed in zip(runs["arm"], runs["seed"], strict=True)]
    runs.to_parquet(tmp_path / "runs.parquet")
    refuse_mixed(load_study(tmp_path))
    runs.loc[4, "key"] = key_of("more", int(runs.loc[4, "seed"]), "0lder")
    runs.to_parquet(tmp_path / "runs.parquet")
    with pytest.raises(OutputError, match=r"1 of 6 runs were made by other rules.*more, replicate 1.*mixed code versions"):
        refuse_mixed(load_study(tmp_path))
