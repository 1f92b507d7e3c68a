"""Sensitivity indices against functions whose indices are known, through the same path as a study of the model."""

from __future__ import annotations

import math
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.analysis import made_up

from cocreate_sim.analysis.indices import prcc
from cocreate_sim.analysis.load import Study
from cocreate_sim.analysis.sensitivity import chance_share, method_of, proposal, samples, sensitivity
from cocreate_sim.analysis.sensitivity_words import told
from cocreate_sim.config.settings import Design
from cocreate_sim.errors import CoCreateError, ConfigError
from cocreate_sim.study.points import plan
from cocreate_sim.study.shares import LEVELS, shares_of

Outcome = Callable[[dict[str, float], np.random.Generator], float]


def ishigami(at: dict[str, float], own: np.random.Generator) -> float:
    """A function of three inputs whose Sobol indices are known (Ishigami and Homma 1990; a = 7, b = 0.1)."""
    x, y, z = (math.pi * (2 * at[name] - 1) for name in "abc")
    return math.sin(x) + 7 * math.sin(y) ** 2 + 0.1 * z**4 * math.sin(x)


def study(
    folder: Path, design: Design, count: int, outcome: Outcome, names: str = "abc", *, replicates: int = 1,
    posts: Sequence[int] = (), failed: Sequence[tuple[str, int]] = (), missing: Sequence[str] = (),
) -> Study:  # fmt: skip
    """A sweep as it would lie on disk, whose waiting is a known function of the shares of its settings."""
    arms: list[dict[str, Any]] = []
    for row in shares_of(design, len(names), count, 1):
        lying = dict(zip(names, map(float, row), strict=True))
        for p in posts or (None,):
            factors = {**lying, **({} if p is None else {"posts": float(p)})}
            name = f"p{len(arms) + 1:04d}"
            arms.append({"name": name, "label": name, "reference": name, "factors": factors, "shares": lying})

    def values(at, replicate, world, own):
        seed_of_arm = own.integers(0, 2**31)
        found = outcome(at, np.random.default_rng(seed_of_arm))
        return {"wait_mean_days": found, "mobilisation_hours": 7.0, "participation_week": found / 100 + world.normal()}

    about = {"name": design.value, "samples": count, "seed": 1} | ({"levels": LEVELS} if design is Design.MORRIS else {})
    return made_up.study(
        folder, arms, values, replicates, headline=["wait_mean_days"], kind="sweep", design=about, failed=failed,
        command=f"cocreate sweep world=tiny uncertainties=priors design={design.value} samples={count} replicates=3",
    )  # fmt: skip


def indices(table: pd.DataFrame, index: str) -> list[float]:
    return table.loc[table["index"] == index, "value"].tolist()


# Sobol


@pytest.mark.slow
def test_the_indices_of_ishigami_come_out(tmp_path: Path) -> None:
    table = sensitivity(study(tmp_path, Design.SALTELLI, 512, ishigami))
    first, total = [0.3139, 0.4424, 0.0], [0.5576, 0.4424, 0.2437]
    assert indices(table, "first") == pytest.approx(first, abs=0.05)
    assert indices(table, "total") == pytest.approx(total, abs=0.03)
    truth = [*first, *total]
    assert all(row.low <= value <= row.high for row, value in zip(table.itertuples(), truth, strict=True))
    assert (table["points"] == 512 * 5).all()
    assert table["chance"].isna().all(), "one replicate cannot tell chance from settings"


def test_a_base_point_with_a_failed_run_is_left_out_whole(tmp_path: Path) -> None:
    made = study(tmp_path, Design.SALTELLI, 256, ishigami, failed=[("p0007", 0)])
    table = sensitivity(made)
    assert table["left_out"].tolist() == [5] * 6
    assert indices(table, "total") == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.06)
    assert "Up to 5 points failed or could not be measured, and are left out: waiting." in told(made, table, ["wait_mean_days"])


def test_the_difference_between_policies_has_indices_of_its_own(tmp_path: Path) -> None:
    """Given 40 posts where only a matters and 72 where a and b do, expect the difference to be all b."""
    made = study(
        tmp_path, Design.SALTELLI, 64, lambda at, own: 5 * at["a"] + (at["b"] if at["posts"] == 72 else 0.0), "ab", posts=(40, 72)
    )
    assert [one.condition for one in samples(made)] == ["40 posts", "72 posts", "72 posts minus 40 posts"]
    table = sensitivity(made)
    by = table[table["index"] == "total"].set_index(["condition", "setting"])["value"]
    assert by["40 posts", "a"] == pytest.approx(1.0, abs=0.05)
    assert by["72 posts minus 40 posts", "a"] == pytest.approx(0.0, abs=1e-9)
    assert by["72 posts minus 40 posts", "b"] == pytest.approx(1.0, abs=0.05)
    lines = told(made, table, ["wait_mean_days"])
    assert lines[lines.index("72 posts minus 40 posts:") + 1].startswith("Waiting, share of its variation: b 9")
    assert "One replicate at each point" in " ".join(lines)


# Morris


def test_morris_finds_slopes_signs_and_what_depends_on_others(tmp_path: Path) -> None:
    """Given 10 a - 5 b + 4 c d, expect 9 and 4.5 from one end of the shares (0.05) to the other (0.95), and c, d to differ."""
    made = study(tmp_path, Design.MORRIS, 40, lambda at, own: 10 * at["a"] - 5 * at["b"] + 4 * at["c"] * at["d"], "abcde")
    table = sensitivity(made).set_index(["index", "setting"])["value"]
    assert [table["mu_star", name] for name in "ab"] == pytest.approx([9.0, 4.5])
    assert [table["mu", name] for name in "ab"] == pytest.approx([9.0, -4.5])
    assert [table["sigma", name] for name in "abe"] == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
    assert table["mu_star", "c"] == pytest.approx(0.9 * 4 * 0.5, rel=0.25)
    assert table["sigma", "c"] > 0.5
    assert table["mu_star", "e"] == pytest.approx(0.0, abs=1e-9)
    line = told(made, sensitivity(made), ["wait_mean_days"])[0]
    assert line.startswith("Waiting: moved most by a by 9 working days (9 to 9), upwards, b by 4.5 working days (4.5 to 4.5), downwards and")


# PRCC


def test_rank_correlations_are_those_of_the_inverse_correlation_matrix(tmp_path: Path) -> None:
    made = study(tmp_path, Design.LATIN_HYPERCUBE, 80, lambda at, own: math.exp(4 * at["a"]) - 20 * at["b"] + 3 * own.normal())
    table = sensitivity(made)
    shares = pd.DataFrame([arm.shares for arm in made.arms])
    ranks = shares.assign(y=[made.values(arm.name, "wait_mean_days").iloc[0] for arm in made.arms]).rank()
    inverse = np.linalg.inv(ranks.corr().to_numpy())
    expected = [-inverse[i, 3] / math.sqrt(inverse[i, i] * inverse[3, 3]) for i in range(3)]
    assert table["value"].tolist() == pytest.approx(expected)
    assert table["value"].iloc[0] > 0.8
    assert table["value"].iloc[1] < -0.5
    assert table["low"].iloc[2] < 0 < table["high"].iloc[2]
    line = told(made, table, ["wait_mean_days"])[0]
    assert "rises with a" in line
    assert "falls with b" in line
    assert "no clear relation to 1 of 3 settings" in line


def test_a_setting_without_effect_is_called_clear_in_one_of_twenty_studies() -> None:
    luck, count = np.random.default_rng(3), 800
    wrong = 0
    for _ in range(count):
        shares = luck.uniform(size=(30, 3))
        found = prcc("abc", shares, shares[:, 0] + luck.normal(size=30))[2]
        wrong += not found.low <= 0 <= found.high  # type: ignore[operator]
    assert abs(wrong / count - 0.05) < 3 * math.sqrt(0.05 * 0.95 / count) + 0.01


# one at a time


def test_one_at_a_time_gives_the_change_and_its_interval(tmp_path: Path) -> None:
    made = study(tmp_path, Design.ONE_AT_A_TIME, 1, lambda at, own: 10 * at["a"] + 0.01 * own.normal(), "ab", replicates=5)
    table = sensitivity(made).set_index(["setting", "index"])
    assert table.loc[("a", "low_to_high"), "value"] == pytest.approx(9.0, abs=0.05)
    assert table.loc[("a", "at_low"), "value"] == pytest.approx(-4.5, abs=0.05)
    assert table.loc[("a", "low_to_high"), "low"] < 9.0 < table.loc[("a", "low_to_high"), "high"]
    line = told(made, sensitivity(made), ["wait_mean_days"])[0]
    assert line.startswith("Waiting: a raises it by 9 working days (")
    assert line.endswith("1 of 2 settings without a clear effect.")


def test_clear_settings_beyond_the_third_are_counted(tmp_path: Path) -> None:
    made = study(tmp_path, Design.LATIN_HYPERCUBE, 60, lambda at, own: sum(at.values()) + 0.1 * own.normal(), "abcde")
    assert told(made, sensitivity(made), ["wait_mean_days"])[0].endswith("; 2 more clearly.")


# chance


def test_the_share_of_chance_of_a_known_case() -> None:
    """Points with variance 1, runs with variance 4 beyond them, 4 replicates: half of the variance between means is chance."""
    luck = np.random.default_rng(7)
    runs = luck.normal(0, 1, (4000, 1)) + luck.normal(0, 2, (4000, 4)) + luck.normal(0, 50, (1, 4))
    assert chance_share(runs) == pytest.approx(0.5, abs=0.03)
    assert chance_share(runs[:, :1]) is None


def test_where_chance_explains_most_that_is_said(tmp_path: Path) -> None:
    made = study(tmp_path, Design.LATIN_HYPERCUBE, 120, lambda at, own: 0.1 * at["a"] + own.normal(), replicates=4)
    table = sensitivity(made)
    assert table["chance"].iloc[0] > 0.7
    assert "Chance may explain most of this variation" in told(made, table, ["wait_mean_days"])[0]


def test_a_replicate_that_is_missing_at_some_points_does_not_shift_them(tmp_path: Path) -> None:
    """Given seeds that move all points by far more than any setting, expect the slope to survive a failed run."""
    whole = study(tmp_path / "whole", Design.LATIN_HYPERCUBE, 30, lambda at, own: at["a"], replicates=3)
    torn = study(tmp_path / "torn", Design.LATIN_HYPERCUBE, 30, lambda at, own: at["a"], replicates=3, failed=[("p0003", 1), ("p0009", 2)])
    one, other = (sensitivity(made, outcomes=["participation_week"]) for made in (whole, torn))
    assert other["value"].iloc[0] == pytest.approx(one["value"].iloc[0], abs=0.01)
    assert other["value"].iloc[0] > 0.95


# refusals


def test_a_study_without_the_design_is_refused_with_the_sweep_that_makes_it(tmp_path: Path) -> None:
    grid = made_up.study(
        tmp_path / "grid", made_up.policy_arms(before=40, more=72), lambda *_: {"wait_mean_days": 1.0}, 2,
        command="cocreate compare policies=before_2022,posts_72 'uncertainties.casework.rho_40=interval(0.5,1)' world=tiny replicates=20",
    )  # fmt: skip
    with pytest.raises(ConfigError, match="nothing in it is sampled, and no method can read it"):
        sensitivity(grid)
    line = proposal(grid, "morris")
    words = shlex.split(line)
    assert words[:2] == ["cocreate", "sweep"]
    assert "uncertainties=priors" not in words, "what it samples is named already"
    assert len(plan(words[2:]).arms) == 20 * 2 * 2, "the proposed sweep can be laid out"
    made = study(tmp_path / "lhs", Design.LATIN_HYPERCUBE, 20, ishigami)
    with pytest.raises(ConfigError, match=r"method=sobol needs design=saltelli; method=prcc can read it. This makes it: cocreate sweep"):
        sensitivity(made, "sobol")
    assert method_of(made) == "prcc"
    with pytest.raises(ConfigError, match="method = 'sobl' is not known; did you mean 'sobol'"):
        method_of(made, "sobl")


def test_what_no_setting_can_explain_and_too_few_points_are_refused(tmp_path: Path) -> None:
    made = study(tmp_path / "few", Design.SALTELLI, 4, ishigami)
    with pytest.raises(CoCreateError, match="20 whole points are too few for sobol of 3 settings, which needs 40"):
        sensitivity(made)
    with pytest.raises(ConfigError, match="'mobilisation_hours' is the same at every point"):
        sensitivity(made, outcomes=["mobilisation_hours"])
    with pytest.raises(ConfigError, match="'wait_mean' is not known; did you mean 'wait_mean_days'"):
        sensitivity(made, outcomes=["wait_mean"])
    still = study(tmp_path / "still", Design.SALTELLI, 16, lambda at, own: 3.0)
    with pytest.raises(CoCreateError, match="no outcome differs between points"):
        sensitivity(still)
