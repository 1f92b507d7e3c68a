"""No number changes unnoticed: six short runs equal the golden file, digit by digit. After a change that is meant: `make golden`."""

from __future__ import annotations

import math

import pytest
from tests import golden


def test_no_number_has_changed() -> None:
    told = golden.changes(golden.read(), golden.numbers())
    assert not told, f"{len(told)} numbers changed (if that is meant: make golden)\n" + "\n".join(told[:200])


def test_the_golden_runs_reach_every_rule() -> None:
    """A golden file is worth little if nothing happens in it: projects finish and fail, heads quit, cases escalate and come back."""
    table = golden.read()
    busy = table["three_hundred/small_units_72_posts_board"]
    for outcome in (
        "projects_finished", "projects_failed", "reopened_share", "gave_up_week", "solved_in_unit_share", "reported_by_heads_share",
        "handoffs_per_case", "leavers_year", "volunteers_active", "turnout", "upkeep_build_ratio", "came_in_vain_share", "head_hours",
        "meeting_hours", "supervision_hours", "mobilisation_hours", "wait_community_mean_days", "lapsed_week",
    ):  # fmt: skip
        assert busy[f"summary.{outcome}"] > 0, outcome
    assert len(table) == 6
    assert all(len(numbers) > 120 for numbers in table.values())


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ({"run": {"a": 1.0}}, {"run": {"a": 1.0}}, 0),
        ({"run": {"a": math.nan}}, {"run": {"a": math.nan}}, 0),
        ({"run": {"a": 1.0}}, {"run": {"a": math.nextafter(1.0, 2.0)}}, 1),
        ({"run": {"a": 1.0}}, {"run": {"b": 1.0}}, 2),
        ({}, {"run": {"a": 1.0, "b": 2.0}}, 1),
        ({"run": {"a": 1.0, "b": 2.0}}, {}, 1),
    ],
    ids=["equal", "not a number stays", "the last digit", "renamed", "a new run", "a run that is gone"],
)
def test_a_change_is_told(old: dict[str, dict[str, float]], new: dict[str, dict[str, float]], lines: int) -> None:
    assert len(golden.changes(old, new)) == lines
