"""What holds in how many worlds, on made-up worlds whose answer is known."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.analysis import made_up

from cocreate_sim.analysis.ensemble import ensemble, settings_of, share_of
from cocreate_sim.analysis.load import Study
from cocreate_sim.analysis.robustness import robustness
from cocreate_sim.analysis.robustness_words import as_dict, told
from cocreate_sim.cli import OK, main
from cocreate_sim.errors import OutputError
from cocreate_sim.report.figures import draw_all

WORLDS = 40
SIZES: tuple[Any, ...] = (5, 10, 15, 20, 25, 100, 500, "grid")
BEST = [15.0 if world < 30 else 500.0 for world in range(WORLDS)]
"""In three worlds of four 15 households are best, in the others the more the better."""
LOADS = np.linspace(0.5, 1.2, WORLDS)


def arm(size: Any, posts: int) -> dict[str, Any]:
    value = size if isinstance(size, str) else float(size)
    return {
        "name": f"{size}-{posts}", "label": f"units of {size}, {posts} posts", "reference": "grid-40",
        "factors": {"unit_size": value, "posts": float(posts)},
    }  # fmt: skip


ARMS = [arm("grid", 40), *(arm(size, 40) for size in SIZES[:-1]), arm("grid", 72), arm(15, 72)]


def outcomes(settings: dict[str, Any], replicate: int, world: np.random.Generator, own: np.random.Generator) -> dict[str, float]:
    """Participation falls with the distance to the best size; 72 posts save a day above load 0.8, and nothing below."""
    k = replicate % WORLDS
    size = 300.0 if settings["unit_size"] == "grid" else settings["unit_size"]
    load = float(LOADS[k])
    wait = 2.0 - (1.0 if settings["posts"] == 72 and load > 0.8 else 0.0)
    return {
        "participation_week": 0.5 - 0.1 * abs(math.log(size / BEST[k])), "wait_posts_mean_days": wait,
        "wait_mean_days": wait, "solved_in_unit_share": 0.4, "mobilisation_hours": math.nan, "realised_rho_40": load,
    }  # fmt: skip


def table_of_worlds(count: int = WORLDS) -> dict[str, Any]:
    return {"casework": {"rho_40": {"kind": "worlds", "first": 1, "values": LOADS[:count].tolist()}, "patience_days": 3.0}}


HEADLINE = ("participation_week", "wait_posts_mean_days", "solved_in_unit_share", "mobilisation_hours")


def study(folder: Path, **asked: Any) -> Study:
    given = {"uncertainties": table_of_worlds(), "headline": HEADLINE, "replicates": WORLDS, "reference": "grid-40", **asked}
    return made_up.study(folder, ARMS, outcomes, code="abc", version="1", kind="compare", **given)


def test_the_best_size_is_told_by_the_share_of_worlds(tmp_path: Path) -> None:
    found = robustness(study(tmp_path))
    best = found.best[found.best["outcome"] == "participation_week"].set_index("unit_size")["share"]
    assert best[15.0] == 0.75
    assert best[500.0] == 0.25
    assert best.sum() == 1.0
    interior = found.interior.set_index("outcome").loc["participation_week"]
    assert interior["share"] == 0.75
    assert interior["low"] < 0.75 < interior["high"]


def test_ten_to_twenty_households_are_compared_with_each_other_size(tmp_path: Path) -> None:
    found = robustness(study(tmp_path))
    beats = found.beats[found.beats["outcome"] == "participation_week"].set_index("against")
    assert beats["share"].to_dict() == {5.0: 1.0, 25.0: 0.75, 100.0: 0.75, "grid": 0.75}


def test_more_posts_are_told_by_load(tmp_path: Path) -> None:
    found = robustness(study(tmp_path))
    assert set(found.posts["unit_size"]) == {"grid", 15.0}
    grid = found.posts[found.posts["unit_size"] == "grid"]
    assert grid["of"].sum() == WORLDS
    assert grid[grid["load_to"] <= 0.8]["share"].max() == 0
    assert grid[grid["load_from"] >= 0.95]["share"].min() == 1


def test_the_falsifiers_come_out_either_way(tmp_path: Path) -> None:
    rows = robustness(study(tmp_path)).falsifiers
    verdicts = {(row["claim"], row["where"]): row["verdict"] for row in rows}
    assert verdicts["smaller units help", "all worlds"] == "does not fail"
    assert {verdicts[key] for key in verdicts if "load 0.65 to 0.8, units: grid" in key[1]} == {"fails"}
    assert {verdicts[key] for key in verdicts if "load 0.95 to 1.1, units: grid" in key[1]} == {"does not fail"}


def test_a_claim_that_holds_in_few_worlds_fails(tmp_path: Path) -> None:
    def reverse(settings: dict[str, Any], *rest: Any) -> dict[str, float]:
        values = outcomes(settings, *rest)
        return {**values, "participation_week": -values["participation_week"]}

    found = made_up.study(
        tmp_path, ARMS, reverse, WORLDS, uncertainties=table_of_worlds(), headline=HEADLINE, reference="grid-40"
    )
    assert robustness(found).falsifiers[0]["verdict"] == "fails"


def test_regret_is_what_is_lost_against_the_best_arm_of_each_world(tmp_path: Path) -> None:
    found = robustness(study(tmp_path))
    regret = found.regret[found.regret["outcome"] == "participation_week"].set_index("arm")
    assert regret.loc["15-40", "mean"] == pytest.approx(0.25 * 0.1 * math.log(500 / 15))
    assert regret.loc["15-40", "largest"] == pytest.approx(0.1 * math.log(500 / 15))
    assert regret["mean"].min() >= 0
    assert regret.loc["15-40", "best_share"] == pytest.approx(0.375)  # it shares the place with 15 households and 72 posts


def test_nothing_is_said_of_what_does_not_differ_or_was_not_measured(tmp_path: Path) -> None:
    found = robustness(study(tmp_path))
    assert found.skipped == {
        "solved_in_unit_share": "the same in every arm of every world",
        "mobilisation_hours": "not measured in every arm and world",
    }
    assert "nan" not in told(found).lower()


def test_worlds_that_were_run_twice_count_once_and_incomplete_ones_not_at_all(tmp_path: Path) -> None:
    seen = ensemble(study(tmp_path, replicates=2 * WORLDS, failed=[("15-40", 3), ("15-40", 3 + WORLDS), ("5-40", 7)]))
    assert len(seen.worlds) == WORLDS - 1
    assert seen.incomplete == 1
    assert 3 not in seen.worlds


def test_replicates_that_are_one_world_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="all replicates have the same settings"):
        robustness(study(tmp_path, uncertainties={"casework": {"rho_40": 0.8}}))


def test_too_few_worlds_are_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="only 3 worlds"):
        robustness(study(tmp_path, replicates=3))


def test_the_settings_that_differ_are_a_table(tmp_path: Path) -> None:
    table = settings_of(study(tmp_path))
    assert list(table.columns) == ["uncertainties.casework.rho_40"]
    assert len(table) == WORLDS


def test_an_interval_of_a_share_is_wilsons() -> None:
    found = share_of(np.array([True] * 3 + [False] * 7))
    assert (found.low, found.high) == pytest.approx((0.1078, 0.6032), abs=1e-4)


@pytest.mark.slow
def test_command_figure_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study(tmp_path)
    assert main(["robustness", str(tmp_path)]) == OK
    said = capsys.readouterr().out
    assert '"smaller units help" (all worlds): DOES NOT FAIL.' in said
    assert "10 to 20 households are better than units of 100 households in 75% (60% to 86%) of the worlds." in said
    assert (tmp_path / "figures" / "robustness.png").stat().st_size > 10_000
    assert (tmp_path / "robustness_beats.csv").is_file()
    assert main(["robustness", str(tmp_path), "--json"]) == OK
    assert '"worlds": 40' in capsys.readouterr().out


def test_the_figure_is_the_same_every_time(tmp_path: Path) -> None:
    study(tmp_path)
    first = [path.read_bytes() for path in draw_all(tmp_path, ["robustness"])]
    again = [path.read_bytes() for path in draw_all(tmp_path, ["robustness"])]
    assert again == first


def test_what_is_written_as_json_has_no_number_that_is_none(tmp_path: Path) -> None:
    found = as_dict(robustness(study(tmp_path)))
    assert found["worlds"] == WORLDS
    assert found["posts"][-1]["load_to"] is None
