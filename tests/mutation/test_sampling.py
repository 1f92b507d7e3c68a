"""The mutation check draws fairly, says how sure it is, and knows again what it explained."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.mutation import report, stages
from tests.mutation.sampling import FEWEST, sample, shares, wilson

SIZES = {"large": 700, "middle": 200, "small": 40, "tiny": 2, "none": 0}


def test_every_file_is_drawn_in_proportion_and_at_least_three_times() -> None:
    drawn = shares(SIZES, 100)
    assert sum(drawn.values()) == 100
    assert drawn["tiny"] == 2
    assert drawn["none"] == 0
    assert 3 <= drawn["small"] <= 5
    assert 20 <= drawn["middle"] <= 22
    assert 70 <= drawn["large"] <= 75


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 300), max_size=8), st.integers(0, 2000))
def test_no_file_gives_more_than_it_has_and_the_number_is_met(sizes: dict[str, int], count: int) -> None:
    drawn = shares(sizes, count)
    least = sum(min(size, FEWEST) for size in sizes.values())
    assert sum(drawn.values()) == min(max(count, least), sum(sizes.values()))
    assert all(min(size, FEWEST) <= drawn[name] <= size for name, size in sizes.items())


def test_more_of_the_same_seed_contains_what_was_drawn_before() -> None:
    mutants = {name: [f"{name} {k}" for k in range(size)] for name, size in SIZES.items()}
    few, many = (sample(mutants, count, seed=7) for count in (50, 400))
    assert len(few) == 50
    assert set(few) < set(many)
    assert len(set(many)) == 400
    assert set(sample(mutants, 50, seed=8)) != set(few)


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"), [(0, 0, 0.0, 1.0), (10, 10, 0.7225, 1.0), (0, 10, 0.0, 0.2775), (81, 263, 0.2553, 0.3662)]
)
def test_wilsons_interval(hits: int, trials: int, low: float, high: float) -> None:
    """The last one is the example of Newcombe 1998, table I."""
    assert wilson(hits, trials) == pytest.approx((low, high), abs=5e-5)


def note(line: int, outcome: str, after: str, stage: int = 0) -> dict[str, Any]:
    return {"path": "a.py", "line": line, "column": 0, "operator": "NumberReplacer", "before": "x = 1", "after": after,
            "outcome": outcome, "stage": stage, "seconds": 2.0}  # fmt: skip


def test_a_survivor_counts_against_the_score_until_it_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [{"path": "a.py", "before": "x = 1", "after": "x = 2", "reason": "x is not read again"}]
    monkeypatch.setattr(report, "reasons", lambda: known)
    notes = [
        note(1, "killed", "x = 0"),
        note(1, "survived", "x = 2"),
        note(2, "timeout", "x = 9", 1),
        note(3, "survived", "x = 0"),
    ]
    found = report.summary(notes, {"a.py": 8}, seed=1)
    assert (found["dead"], found["tried"], found["explained"]) == (2, 4, 1)
    assert found["score"] == 0.5
    assert found["score_of_killable"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["files"]["a.py"] == {"mutants": 8, "tried": 4, "killed": 1, "timeout": 1, "by_wider_tests": 1, "survived": 2}
    told = report.text(found)
    assert "could kill: 1\n\n- `a.py:3`" in told
    assert "x is not read again" in told


def test_a_change_is_told_by_its_lines() -> None:
    assert report.difference("a\n  x = 1\nb\n", "a\n  x = 2\nb\n") == ("x = 1", "x = 2")


def test_every_file_that_is_changed_has_tests_of_its_own() -> None:
    for folder in stages.MUTATED:
        for file in (report.ROOT / folder).glob("*.py"):
            if file.stat().st_size:
                path = file.relative_to(report.ROOT).as_posix()
                assert stages.stages(path, report.ROOT)[0] == stages.own(path), path
