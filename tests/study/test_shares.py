"""Designs for sensitivity: Morris' trajectories and Saltelli's matrices have the shape that their methods read."""

from __future__ import annotations

import numpy as np
import pytest

from cocreate_sim.config.settings import Design
from cocreate_sim.errors import ConfigError
from cocreate_sim.study.points import plan
from cocreate_sim.study.shares import HIGH, LOW, shares_of

RHO = "uncertainties.casework.rho_40=interval(0.5,1.5)"
POSTS = "levers.posts=interval(40,80)"


def test_saltelli_takes_one_setting_after_the_other_from_the_second_sample() -> None:
    blocks = shares_of(Design.SALTELLI, 3, 16, 1).reshape(16, 5, 3)
    for block in blocks:
        for axis in range(3):
            expected = block[0].copy()
            expected[axis] = block[-1][axis]
            assert block[1 + axis].tolist() == expected.tolist()
    for column in [*blocks[:, 0].T, *blocks[:, -1].T]:
        assert np.histogram(column, 16, (0, 1))[0].tolist() == [1] * 16


def test_a_morris_trajectory_moves_every_setting_once_by_two_thirds_of_its_range() -> None:
    trajectories = shares_of(Design.MORRIS, 4, 25, 1).reshape(25, 5, 4)
    steps = np.diff(trajectories, axis=1)
    moved = ~np.isclose(steps, 0)
    assert (moved.sum(axis=2) == 1).all()
    assert (moved.sum(axis=1) == 1).all()
    assert np.abs(steps[moved]) == pytest.approx((HIGH - LOW) * 2 / 3)
    assert {round(v, 9) for v in trajectories.ravel()} == {0.05, 0.35, 0.65, 0.95}
    assert 0.2 < (steps[moved] > 0).mean() < 0.8, "some rise, some fall"
    assert not np.array_equal(trajectories, shares_of(Design.MORRIS, 4, 25, 2).reshape(25, 5, 4))


def test_points_remember_where_they_lie_and_which_design_laid_them_out() -> None:
    made = plan([RHO, POSTS, "design=morris", "samples=5", "policy=before_2022,red_board"])
    assert len(made.arms) == 5 * 3 * 2
    assert made.design == {"name": "morris", "samples": 5, "seed": 1, "levels": 4}
    for arm in made.arms:
        assert set(arm.shares) == {"rho_40", "posts"}
        assert arm.factors["rho_40"] == pytest.approx(0.5 + arm.shares["rho_40"])
        assert arm.factors["posts"] == round(40 + 40 * arm.shares["posts"])
    assert plan(["levers.posts=40,72"]).design == {}
    assert not plan(["levers.posts=40,72"]).arms[0].shares


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["design=saltelli", "samples=100"], "samples = 100 is not a power of two, as design=saltelli needs; nearest: 128"),
        (["design=saltelli", "samples=4096"], "4096 x 4 = 16384 points; at most 10000 are run; most samples: 2048"),
        (["design=morris", "samples=5000"], "5000 x 3 = 15000 points; at most 10000 are run; most samples: 3333"),
    ],
)
def test_a_number_of_samples_that_cannot_be_is_refused(words: list[str], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        plan([RHO, POSTS, *words])


@pytest.mark.parametrize("design", ["morris", "saltelli"])
def test_settings_that_are_tied_together_cannot_be_moved_one_by_one(design: str) -> None:
    tied = "uncertainties.correlations=[{between: [arrivals.rate, turnover.leave_posts], rank_correlation: 0.6}]"
    with pytest.raises(ConfigError, match=f"design={design} moves each setting by itself, and uncertainties.correlations ties"):
        plan(["uncertainties=priors", tied, f"design={design}", "samples=4"])
