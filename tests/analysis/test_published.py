"""Published numbers: what is taken from a study, and when a number of another study matches."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.analysis import made_up

from cocreate_sim.analysis.published import DIFFERS, EQUAL, MISSING, NEW, WITHIN, numbers, verdicts
from cocreate_sim.analysis.tables import comparison


def drawn(folder: Path, shift: float = 0.0, replicates: int = 6) -> pd.DataFrame:
    arms = made_up.policy_arms(before=40, after=72)
    study = made_up.study(
        folder, arms, lambda s, r, world, own: {
            "wait_mean_days": 5 + shift + world.normal() + 0.1 * own.normal() - 0.05 * (s["levers.posts"] - 40),
            "participation_week": 0.05,
        },
        replicates, headline=["wait_mean_days", "participation_week"],
    )  # fmt: skip
    return numbers(study)


def test_numbers_are_the_means_of_all_arms_and_the_differences_of_the_comparison(tmp_path: Path) -> None:
    found = drawn(tmp_path).set_index(["outcome", "arm", "reference"])
    assert len(found) == 2 * (2 + 1)
    from cocreate_sim.analysis.load import load_study

    study = load_study(tmp_path)
    row = comparison(study).set_index(["outcome", "arm"]).loc[("wait_mean_days", "after")]
    there = found.loc[("wait_mean_days", "after", "before")]
    assert list(there[["value", "low", "high", "sd"]]) == list(row[["difference", "low", "high", "sd_difference"]])
    mean = found.loc[("wait_mean_days", "before", "")]
    values = study.values("before", "wait_mean_days")
    assert (mean["value"], mean["sd"], mean["replicates"]) == (row["reference_mean"], values.std(ddof=1), 6)


def test_every_digit_counts_where_the_rules_are_the_same(tmp_path: Path) -> None:
    table = drawn(tmp_path)
    assert set(verdicts(table, table, True, 6.0)["verdict"]) == {EQUAL}
    changed = table.copy()
    changed.loc[1, "value"] = np.nextafter(changed.loc[1, "value"], np.inf)
    assert list(verdicts(changed, table, True, 6.0)["verdict"] == DIFFERS) == [False, True, False, False, False, False]
    assert list(verdicts(changed, table, False, 6.0)["verdict"])[:2] == [EQUAL, WITHIN]
    wider = table.copy()
    wider.loc[0, "high"] += 1e-9
    assert verdicts(wider, table, True, 6.0)["verdict"][0] == DIFFERS, "an interval is a published number too"


@pytest.mark.parametrize(("off", "verdict"), [(5.9, WITHIN), (6.1, DIFFERS)])
def test_a_tolerance_is_so_many_standard_errors(tmp_path: Path, off: float, verdict: str) -> None:
    table = drawn(tmp_path)
    error = table.loc[0, "sd"] * np.sqrt(2 / 6)
    now = table.copy()
    now.loc[0, "value"] += off * error
    assert verdicts(table, now, False, 6.0)["verdict"][0] == verdict


def test_the_larger_standard_error_widens_what_is_allowed(tmp_path: Path) -> None:
    table, quick = drawn(tmp_path / "all"), drawn(tmp_path / "quick", replicates=2)
    found = verdicts(table, quick, False, 6.0)
    sd = max(table["sd"][0], quick["sd"][0])
    assert found["allowed"][0] == pytest.approx(6 * sd * np.sqrt(1 / 6 + 1 / 2))
    one = drawn(tmp_path / "one", replicates=1)
    assert verdicts(table, one, False, 6.0)["allowed"][0] == pytest.approx(6 * table["sd"][0] * np.sqrt(1 / 6 + 1))


def test_what_never_varies_may_differ_by_rounding_only(tmp_path: Path) -> None:
    table = drawn(tmp_path)
    at = table.index[table["outcome"] == "participation_week"][0]
    assert table.loc[at, "sd"] < 1e-15
    for change, verdict in ((1e-12, WITHIN), (1e-6, DIFFERS)):
        now = table.copy()
        now.loc[at, "value"] += change
        assert verdicts(table, now, False, 6.0)["verdict"][at] == verdict


def test_numbers_that_are_gone_or_new_do_not_match(tmp_path: Path) -> None:
    table = drawn(tmp_path)
    found = verdicts(table.drop(index=5), table.drop(index=0), False, 6.0)
    assert list(found["verdict"]) == [MISSING, EQUAL, EQUAL, EQUAL, EQUAL, NEW]
    empty = table.copy()
    empty.loc[0, ["value", "low", "high", "sd"]] = np.nan
    assert verdicts(empty, empty, True, 6.0)["verdict"][0] == EQUAL
    assert verdicts(empty, table, False, 6.0)["verdict"][0] == DIFFERS
