"""Burn-in: what 26 weeks bring to rest, shown on the shipped settings, and what moves on for years."""

from __future__ import annotations

import numpy as np
import pytest

from cocreate_sim.model import CoCreateModel
from cocreate_sim.outcomes.record import RunResult

from .scenarios import scenario

BURN_IN, SEEDS = 26, range(1, 7)


@pytest.fixture(scope="module")
def runs() -> list[RunResult]:
    return [CoCreateModel(scenario("tiny", seed=seed, weeks=78, burn_in=BURN_IN, partition="10-20")).run() for seed in SEEDS]


def drift(runs: list[RunResult], outcome: str, start: int) -> tuple[float, float]:
    """Mean of the 26 weeks from ``start`` less the mean of the last 26, over that mean; and its standard error over seeds."""
    late = [r.weekly[outcome][-26:].mean() for r in runs]
    changes = [(r.weekly[outcome][start : start + 26].mean() - last) / np.mean(late) for r, last in zip(runs, late, strict=True)]
    return float(np.mean(changes)), float(np.std(changes, ddof=1) / np.sqrt(len(changes)))


@pytest.mark.parametrize(
    ("outcome", "tolerance"),
    [("utilisation_posts", 0.05), ("utilisation_community", 0.05), ("public_hours", 0.02), ("head_hours", 0.25)],
)
def test_staff_and_queues_have_come_to_rest_after_burn_in(runs: list[RunResult], outcome: str, tolerance: float) -> None:
    change, error = drift(runs, outcome, BURN_IN)
    assert abs(change) < tolerance + 2 * error


def test_heads_were_not_yet_found_at_the_start(runs: list[RunResult]) -> None:
    """The reason for a burn-in: in its first weeks units have no heads, which the horizon must not see."""
    at_start = np.mean([r.weekly["units_with_head_share"][:4].mean() for r in runs])
    later = np.mean([r.weekly["units_with_head_share"][BURN_IN:].mean() for r in runs])
    assert at_start < 2 / 3 * later
