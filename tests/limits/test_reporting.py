"""Time to first report: if each passer-by reports at rate r_i, an issue is found after Exp(sum r_i) (B1), through settings alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone, check, check_share, identical, issues
from tests.scenarios import scenario

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world.clock import DAY
from cocreate_sim.world.issues import LAPSED, LATENT, MOVING

SCOPES = ("household", "stair", "building", "compound", "beyond")


def found(scope: str, rate: float, weeks: int = 60, lapse_days: float = 100_000.0, **changes: Any) -> CoCreateModel:
    """A model in which issues of one scope are born and reported, and nothing else happens."""
    given = {f"arrivals.scope_{s}": float(s == scope) for s in SCOPES} | {
        "arrivals.rate": 20.0, "arrivals.burst_variance": 0.0, "reporting.rate": rate, "reporting.trust_effect": 0.0,
        "reporting.lapse_days": lapse_days, "reporting.unequal": False,
    } | {key.replace("__", "."): value for key, value in changes.items()}  # fmt: skip
    model = CoCreateModel(
        scenario(identical(1600, compounds=40), weeks=weeks, settings=given, switches=alone("arrivals", "reporting"))
    )
    model.run()
    return model


def delays(model: CoCreateModel, leave: int) -> np.ndarray:
    """Days from birth to report of all issues born at least ``leave`` days before the end, each of which must have been found."""
    born = issues(model)
    born = born[born.born < (model.world.day - leave) * DAY]
    assert (born.state == MOVING).mean() > 0.9999
    return (born.reported - born.born) / DAY


@pytest.mark.parametrize(
    ("scope", "rate", "exposed"),
    [("household", 0.02, 10.0), ("household", 0.3, 10.0), ("stair", 0.01, 0.5 * 40), ("building", 0.02, 0.5 * 40), ("compound", 0.02, 0.2 * 40), ("beyond", 0.1, 0.2 * 40)],
)  # fmt: skip
def test_time_to_first_report_is_one_over_the_sum_of_rates(scope: str, rate: float, exposed: float) -> None:
    """Mean and spread of the delay, from about 35,000 issues: would notice 2 % of the mean, 4 % of the standard deviation."""
    hazard = rate * exposed
    days = delays(found(scope, rate), leave=int(12 / hazard) + 1)
    check(days * hazard, 1.0, 0.02, f"mean delay x hazard, {scope}")
    check(np.abs(days * hazard - 1.0), 2.0 / np.e, 0.04, "spread: E|x - 1| = 2/e for an exponential time")


def test_unequal_reporters_add_up() -> None:
    """With the four classes of A3 the hazard is the sum over those in reach, building by building (would notice 5 %)."""
    model = found("building", 0.004, reporting__unequal=True)
    world = model.world
    rates = np.bincount(world.buildings.of_resident, world.residents.reports_rate) * 0.004 * 0.5
    born = issues(model)
    building = world.households.building[born.household]
    old = born.born < (world.day - 150) * DAY
    known = (rates[building] > 12 / 150) & old
    assert known.sum() > 4000
    known &= born.state == MOVING  # two or three of them lapse
    days = (born.reported - born.born)[known] / DAY
    check(days * rates[building[known]], 1.0, 0.05, "delay x sum of rates")


@pytest.mark.parametrize("lapse_days", [5.0, 20.0, 80.0])
def test_share_that_is_ever_reported_is_a_race(lapse_days: float) -> None:
    """P(reported before it lapses) = h / (h + 1 / lapse); would notice 1 to 4 % of the share."""
    hazard = 0.01 * 0.2 * 40
    model = found("compound", 0.01, lapse_days=lapse_days)
    born = issues(model)
    old = born[born.born < (model.world.day - 200) * DAY]
    assert (old.state == LATENT).mean() < 1e-4
    reported = int((old.state == MOVING).sum())
    closed = reported + int((old.state == LAPSED).sum())
    check_share(reported, closed, hazard / (hazard + 1.0 / lapse_days), 0.04, f"reported, lapse {lapse_days} days")
    assert model.world.report_chance[0, 3] == pytest.approx(hazard / (hazard + 1.0 / lapse_days), rel=1e-12)
