"""One lively run that several tests read; nobody changes it."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from tests.scenarios import CoCreateModel, scenario, world_settings
from tests.test_channels import LIVELY

from cocreate_sim.outcomes.record import RunResult


class Ran(NamedTuple):
    """A model at its end, and what it left behind."""

    model: CoCreateModel
    result: RunResult


@pytest.fixture(scope="session")
def ran() -> Ran:
    """A quarter in units of 10 to 20 under a red board: 6 weeks of burn-in, 30 of horizon."""
    allies = {"courier_reports": True, "stations": True, "leaders_sent_down": 26, "sent_down_units": True, "councils": True}
    place = world_settings("quarter", towers=5)
    model = CoCreateModel(
        scenario(place, weeks=30, burn_in=6, settings=LIVELY, partition="10-20", red_board=True, **allies)
    )
    return Ran(model, model.run())
