"""Which worlds are accepted, what is said when none is, what was learned, and that the method is right on a made-up case."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cocreate_sim.analysis import calibration, emulator
from cocreate_sim.analysis.targets import Target, measured, targets_of
from cocreate_sim.errors import ConfigError

KNOWN = ("solved", "came")
ROW = {"name": "a", "kind": "calibrate", "outcome": "solved", "low": 1, "high": 2}


def target(name: str, low: float, high: float, kind: str = "calibrate") -> Target:
    return Target(name, f"the {name}", kind, "solved", low, high, "things", "here", "made up")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({}, ["targets must be a list"]),
        ({"targets": [3]}, ["targets[0] = 3 must hold"]),
        ({"targets": [{**ROW, "lo": 1}]}, ["targets[0].lo is not known", "did you mean 'low'?"]),
        ({"targets": [{k: v for k, v in ROW.items() if k != "low"}]}, ["targets[0].low is missing"]),
        ({"targets": [{**ROW, "outcome": "solvd"}]}, ["'solvd' is not an outcome", "did you mean 'solved'?"]),
        ({"targets": [{**ROW, "per": ["residents"]}]}, ["targets[0].per = 'residents' is not an outcome"]),
        ({"targets": [{**ROW, "low": 2}]}, ["low = 2 must be below high = 2"]),
        ({"targets": [{**ROW, "high": float("nan")}]}, ["is not a number"]),
        ({"targets": [{**ROW, "kind": "fit"}]}, ["one of: calibrate, validate"]),
        ({"targets": [{**ROW, "weak": 1}]}, ["must be true or false"]),
        ({"targets": [ROW, ROW]}, ["two targets are named 'a'"]),
        ({"targets": [{**ROW, "kind": "validate"}]}, ["any world would be accepted"]),
    ],
)
def test_bad_targets_are_refused(content: object, said: list[str]) -> None:
    with pytest.raises(ConfigError) as error:
        targets_of(content, KNOWN, "mine.yaml")
    assert all(text in str(error.value) for text in [*said, "mine.yaml"]), error.value


def test_a_target_is_an_outcome_times_and_per_others() -> None:
    row = {**ROW, "times": [52], "per": ["realised_residents"]}
    runs = pd.DataFrame({"solved": [10.0, 1.0, 3.0], "realised_residents": [520.0, 26.0, 0.0]})
    found = measured(runs, targets_of({"targets": [row]}, KNOWN, "x"))["a"]
    assert found.tolist()[:2] == [1.0, 2.0]
    assert np.isnan(found[2])


def test_what_runs_do_not_have_or_cannot_measure_is_told() -> None:
    asked = [target("a", 1, 2)]
    with pytest.raises(ConfigError, match="has no column solved"):
        measured(pd.DataFrame({"came": [1.0]}), asked)
    with pytest.raises(ConfigError, match="no run of here could measure solved"):
        measured(pd.DataFrame({"solved": [np.nan, np.nan]}), asked, "here")


def test_only_worlds_that_meet_every_target_are_accepted_and_those_to_validate_do_not_count() -> None:
    values = pd.DataFrame({"a": [0.5, 1.5, 1.5, np.nan], "b": [5.0, 5.0, 9.0, 5.0], "c": [0.0, 0.0, 0.0, 0.0]})
    asked = [target("a", 1, 2), target("b", 4, 6), target("c", 1, 2, "validate")]
    assert calibration.accepted(values, asked).tolist() == [False, True, False, False]
    table = calibration.excluding(values, asked).set_index("target")
    assert table.loc["a", "meet"] == 0.5
    assert table.loc[["a", "b", "c"], "accepted_without"].tolist() == [3, 2, 1]
    assert table.loc["a", "measured"] == 3


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ([3.0, 4.0], [5.0, 5.0], ["no world meets a (the a), which must lie between 1 and 2 things", "have 3 to 4"]),
        ([1.5, 4.0, 1.5], [9.0, 5.0, 9.0], ["each is met by some (a 67%, b 33%)", "without b, 2 would be accepted"]),
    ],
)
def test_the_target_that_rules_all_worlds_out_is_named(a: list[float], b: list[float], said: list[str]) -> None:
    told = calibration.impossible(pd.DataFrame({"a": a, "b": b}), [target("a", 1, 2), target("b", 4, 6)])
    assert all(text in told for text in said), told


def test_when_no_single_target_is_to_blame_that_is_told() -> None:
    values = pd.DataFrame({"a": [1.5, 0, 0], "b": [0, 1.5, 0], "c": [0, 0, 1.5]})
    told = calibration.impossible(values, [target(name, 1, 2) for name in "abc"])
    assert "leaving out any one target would not help" in told


def test_a_setting_that_the_data_narrow_is_learned_and_the_others_are_not() -> None:
    rng = stats.qmc.LatinHypercube(4, rng=3)
    shares = pd.DataFrame(rng.random(400), columns=list("abcd"))
    kept = shares[shares["a"] < 0.3].reset_index(drop=True)
    table = calibration.identified(kept).set_index("setting")
    assert table["verdict"].to_dict() == {"a": "learned"} | dict.fromkeys("bcd", "not identified")
    assert table.loc["a", "overlap"] < 0.45 < 0.85 < table.loc["b", "overlap"]
    assert table.loc["a", "narrowing"] == pytest.approx(0.91, abs=0.02)


def test_the_overlap_by_chance_is_that_of_draws_from_the_prior() -> None:
    draws = stats.uniform.rvs(size=(4000, 30), random_state=5)
    seen = [np.minimum(np.histogram(row, bins=5, range=(0, 1))[0] / 30, 0.2).sum() for row in draws]
    assert calibration.by_chance(30) == pytest.approx(np.mean(seen), abs=4 * np.std(seen) / np.sqrt(4000))


def made_up(worlds: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Worlds of six settings, two outcomes that follow from three of them, and luck."""
    shares = pd.DataFrame(stats.qmc.LatinHypercube(6, rng=seed).random(worlds), columns=list("abcdef"))
    luck = stats.norm.rvs(size=(worlds, 2), random_state=seed + 1)
    first = 3 * shares["a"] + shares["b"] ** 2 + 0.2 * luck[:, 0]
    second = np.exp(shares["c"]) - shares["a"] + 0.2 * luck[:, 1]
    return shares, pd.DataFrame({"x": first, "y": second})


def test_simulation_based_calibration_gives_even_ranks() -> None:
    """The accepted worlds are where they should be: 1,500 worlds, each in turn the real one, ranks in ten equal parts."""
    shares, values = made_up(1500, 11)
    asked = [target("x", 0.0, 1.0), target("y", 0.0, 1.0)]
    jitter = stats.uniform.rvs(-1, 2, size=(1500, 2), random_state=4)
    found = calibration.ranks(shares["a"].to_numpy(), values, asked, jitter)
    kept = found[found["accepted"] >= 20]
    assert len(kept) > 1300
    places = (kept["rank"] + stats.uniform.rvs(size=len(kept), random_state=9)) / (kept["accepted"] + 1)
    counts = np.histogram(places, bins=10, range=(0, 1))[0]
    assert stats.chisquare(counts).pvalue > 0.01
    wrong = calibration.ranks(shares["a"].to_numpy(), values, asked, np.full((1500, 2), 0.6))
    off = (wrong["rank"] + 0.5) / (wrong["accepted"] + 1)
    assert stats.chisquare(np.histogram(off, bins=10, range=(0, 1))[0]).pvalue < 1e-6  # a shifted kernel is noticed


def test_the_emulator_finds_acceptable_worlds_where_plain_draws_do_not() -> None:
    shares, values = made_up(300, 21)
    asked = [target("x", 2.6, 3.0), target("y", 1.2, 1.6)]
    learned = emulator.fitted(shares, values, asked)
    assert learned is not None
    assert min(learned.explained.values()) > 0.8
    candidates, truth = made_up(4000, 31)
    good = calibration.accepted(truth, asked)
    chance = learned.chance(candidates.to_numpy())
    kept = chance >= emulator.threshold(chance, 0.1)
    assert good.sum() > 80
    assert good[kept].mean() > 4 * good.mean()
    assert good[kept].sum() > 0.75 * good.sum()
    assert chance.mean() == pytest.approx(good.mean(), rel=0.5)


def test_too_few_worlds_teach_the_emulator_nothing() -> None:
    shares, values = made_up(40, 1)
    assert emulator.fitted(shares, values, [target("x", 3.6, 4.2)]) is None


def test_the_threshold_passes_over_no_more_than_its_share() -> None:
    chance = np.array([0.0, 0.0, 0.01, 0.04, 0.45, 0.5])
    assert emulator.threshold(chance, 0.05) == 0.45
    assert emulator.threshold(chance, 0.005) == 0.01
    assert emulator.threshold(np.zeros(5)) == 0.0
