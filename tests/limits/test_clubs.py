"""Clubs against theory and against the article: the Bass curve of word of mouth, and the running club of Bairuijing (F10)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone, identical
from tests.scenarios import scenario

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world.clubs import CLUB

PEOPLE, YEARS, RUNS = 200, 6, 24
SPREAD, TALK = 0.3, 1.2
"""Rates per year of joining of one's own accord and by word of mouth (p and q)."""


def bass(p: float, q: float, t: float, start: float) -> float:
    """Share joined at time t of dF/dt = (p + q F)(1 - F), from a share at the start."""
    grown = (p + q * start) / (1.0 - start) * math.exp((p + q) * t)
    return (grown - p) / (grown + q)


def members_by_year(seed: int) -> list[float]:
    """Share of the pool in the club after each year: everybody knows everybody, and nobody leaves."""
    w0 = 1e6
    settings: dict[str, Any] = {
        "ties.complete": True, "clubs.join_rate": SPREAD, "clubs.word_of_mouth": TALK * w0 / PEOPLE, "clubs.known_weight": w0,
        "clubs.invited": 0.0, "clubs.leave_rate": 0.0, "clubs.minimum": 1,
    }  # fmt: skip
    weeks = round(YEARS * 365 / 7) + 1
    model = CoCreateModel(scenario(identical(PEOPLE), weeks=weeks, seed=seed, settings=settings, switches=alone("clubs"), clubs=True))
    w = model.world
    w.residents.interest[:] = 0
    w.residents.club[0], w.clubs.stage[0], w.clubs.members[0], w.clubs.founder[0] = 0, CLUB, 1, 0
    rule = next(m for m in model.mechanisms if m.name == "clubs")
    shares = []
    for week in range(1, weeks):
        rule.step(w)
        w.day += 7
        if week % 52 == 0:
            shares.append(w.clubs.members[0] / PEOPLE)
    return shares


@pytest.mark.compiled
def test_with_everybody_known_and_nobody_leaving_a_club_follows_the_bass_curve() -> None:
    shares = np.array([members_by_year(seed) for seed in range(RUNS)])
    error = shares.std(axis=0, ddof=1) / math.sqrt(RUNS)
    expect = np.array([bass(SPREAD, TALK, 52 * (k + 1) * 7 / 365, 1 / PEOPLE) for k in range(YEARS)])
    assert np.all(np.abs(shares.mean(axis=0) - expect) < 3 * error), (shares.mean(axis=0), expect, error)
    assert error.max() < 0.02, "sharp enough to notice another curve"
    no_talk = np.array([bass(SPREAD, 1e-12, 52 * (k + 1) * 7 / 365, 1 / PEOPLE) for k in range(YEARS)])
    assert np.abs(shares.mean(axis=0) - no_talk).max() > 10 * error.max()
