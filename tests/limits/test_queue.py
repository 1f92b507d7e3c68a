"""What must hold in the queues beside their formulas: what the summary says, and who waits longer than whom on the same cases."""

from __future__ import annotations

import pytest

from cocreate_sim.model import CoCreateModel
from cocreate_sim.validation.queues import line, lined_up
from cocreate_sim.world.clock import HOUR


def ran(*given: float, **more: object) -> CoCreateModel:
    """A queue that has been run to its end."""
    model = CoCreateModel(line(*given, **more))  # type: ignore[arg-type]
    model.run()
    return model


def test_households_outside_stay_outside() -> None:
    """Cases come from households outside the world, or from the modelled ones, as the case says."""
    assert ran(3, 2.0, 2000, weeks=20, households=True).run().realised["background_households"] == 0
    assert ran(3, 2.0, 2000, weeks=20).run().realised["background_households"] > 90_000


def test_the_summary_tells_the_same_wait() -> None:
    """``wait_posts_mean_days`` is the mean wait in working days, and ``utilisation_posts`` is load / posts within 1 %."""
    model = ran(3, 2.0, 150_000, weeks=100)
    summary = model.record.result(model.world).summary
    days = lined_up(model).waited.mean() / (8 * HOUR)
    assert summary["wait_posts_mean_days"] == pytest.approx(days, rel=1e-3)
    assert summary["wait_mean_days"] == summary["wait_posts_mean_days"]
    assert summary["utilisation_posts"] == pytest.approx(2 / 3, rel=0.01)
    assert model.world.rho_40 == pytest.approx(2 / 40)


def test_pooling_penalty_on_the_same_cases() -> None:
    """The same cases wait longer in every split; the order 1, 2, 8, 72 teams holds case by case on average."""
    waits = [lined_up(ran(72, 64.8, 40_000, weeks=20, casework__teams=teams)).waited.mean() for teams in (1, 2, 8, 72)]
    assert waits == sorted(waits)
    assert waits[-1] > 20 * waits[0]


def test_reporting_again_makes_the_line_longer() -> None:
    """Those who gave up and report again raise the waiting above Erlang A (endogenous congestion), on the same first cases."""
    waits = []
    for again in (0.0, 0.5, 1.0):
        patience = {"casework__patience_days": 0.4, "casework__rereport_days": 0.5, "casework__rereport_chance": again}
        model = ran(40, 44.0, 30_000, weeks=30, **patience)
        waits.append(model.record.result(model.world).summary["wait_posts_mean_days"])
    assert waits[0] < waits[1] < waits[2]
