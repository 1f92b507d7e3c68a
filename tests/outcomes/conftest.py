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
    """A quarter in units of 10 to 20 with heads above them, a red board and allies: 6 weeks of burn-in, 30 of horizon."""
    more = {
        "red_board": True, "upper_heads": True, "courier_reports": True, "stations": True, "leaders_sent_down": 26,
        "sent_down_units": True, "councils": True,
    }  # fmt: skip
    model = CoCreateModel(
        scenario(world_settings("quarter", towers=5), weeks=30, burn_in=6, settings=LIVELY, partition="10-20", **more)
    )
    return Ran(model, model.run())
