"""A difference that depends on a second factor is told with how far; one that does not is told as no clear difference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.analysis import made_up

from cocreate_sim.analysis.sentences import summary
from cocreate_sim.analysis.together import sentences, together

SIZES = ("10", "100")


def arms(loads: tuple[float, ...] = (0.8,), sizes: tuple[str, ...] = SIZES) -> list[dict[str, Any]]:
    """Posts by unit size by load, each compared with 40 posts."""
    return [
        {
            "name": f"posts-{p}_unit_size-{n}_rho_40-{load}", "label": f"{p} posts, units of {n}",
            "reference": f"posts-40_unit_size-{n}_rho_40-{load}",
            "factors": {"posts": float(p), "unit_size": float(n), "rho_40": load},
            "differs": {"levers.posts": p, "levers.partition": n},
        }
        for p in (40, 72) for n in sizes for load in loads
    ]  # fmt: skip


def act(more: float) -> made_up.Values:
    """72 posts save two days, and ``more`` of them in units of 100 households; participation gains the same everywhere."""

    def values(s: dict[str, Any], r: int, world: np.random.Generator, own: np.random.Generator) -> dict[str, float]:
        saved = 0.0 if s["posts"] == 40 else 2.0 + (more if s["unit_size"] == 100 else 0.0)
        luck = world.normal()
        return {
            "wait_mean_days": 10.0 + luck - saved + 0.1 * own.normal(),
            "participation_week": 0.02 + 0.001 * luck + (0.01 if s["posts"] == 72 else 0.0),
        }

    return values


def test_what_two_factors_do_together_is_measured_in_the_same_worlds(tmp_path: Path) -> None:
    study = made_up.study(tmp_path, arms(), act(1.0), 40, headline=["participation_week", "wait_mean_days"])
    table = together(study).set_index("outcome")
    assert list(table["factor"]) == ["unit_size"] * 2
    waiting = table.loc["wait_mean_days"]
    assert (waiting["level"], waiting["usual_level"], waiting["replicates"]) == (100, 10, 40)
    assert waiting["gap"] == pytest.approx(waiting["difference"] - waiting["usual_difference"])
    assert waiting["low"] < -1.0 < waiting["high"] < -0.8
    assert table.loc["participation_week", "gap"] == pytest.approx(0.0, abs=1e-12)
    told = sentences(study, together(study))
    assert told[0] == (
        "72 posts against 40 posts, participation: +1 with units of 100 households, +1 with units of 10 households "
        "(percentage points): no clear difference."
    )
    assert told[1].startswith("72 posts against 40 posts, waiting: -3")
    assert "(working days): a difference of -" in told[1]
    assert told[1] in summary(study)


@pytest.mark.slow
def test_intervals_hold_the_truth_about_as_often_as_they_say(tmp_path: Path) -> None:
    held = 0
    for k in range(100):
        def values(s: dict[str, Any], r: int, world: np.random.Generator, own: np.random.Generator, k: int = k) -> dict[str, float]:
            own = np.random.default_rng([k, r, int(s["posts"]), int(s["unit_size"])])
            return {"wait_mean_days": own.normal()}

        row = together(made_up.study(tmp_path / str(k), arms(), values, 8, headline=["wait_mean_days"])).iloc[0]
        held += row["low"] <= 0 <= row["high"]
    assert 88 <= held <= 100


def test_load_stands_in_the_table_and_is_not_told(tmp_path: Path) -> None:
    study = made_up.study(tmp_path, arms((0.8, 1.1)), act(1.0), 8, headline=["wait_mean_days"])
    table = together(study)
    assert sorted(table["factor"]) == ["rho_40", "rho_40", "unit_size", "unit_size"]
    told = sentences(study, table)
    assert len(told) == 2
    assert "load 1.1" in told[1]


def test_many_rows_are_counted(tmp_path: Path) -> None:
    sizes = ("10", "20", "30", "40", "50", "100")
    study = made_up.study(tmp_path, arms(sizes=sizes), act(1.0), 8, headline=["wait_mean_days"])
    assert sentences(study, together(study)) == [
        "Waiting: the difference clearly depends on unit size in 1 of 5 comparisons (together.csv)."
    ]


def test_one_factor_or_one_replicate_tells_nothing(tmp_path: Path) -> None:
    alone = made_up.study(tmp_path / "alone", arms(sizes=("10",)), act(0.0), 8, headline=["wait_mean_days"])
    assert together(alone).empty
    assert sentences(alone, together(alone)) == []
    once = made_up.study(tmp_path / "once", arms(), act(1.0), 1, headline=["wait_mean_days"])
    assert len(together(once)) == 1
    assert sentences(once, together(once)) == []
