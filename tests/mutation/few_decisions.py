"""The model and its plain reference decide the same in small worlds with few neighbours: quick enough for compilation off."""

from __future__ import annotations

from typing import Any

import pytest
from tests.golden import runs
from tests.reference.compare import first_difference
from tests.reference.test_reference import ALLIES, DATED, EVERYTHING, LIVELY
from tests.scenarios import only, scenario, world_settings

from cocreate_sim.world.timeline import Change

SIXTY = runs()["sixty/before_2022"].world
CENTRE = world_settings(SIXTY, towers=6, couriers_per_10k=400.0, subdistrict_households=120, community_households=45)
CHANGES = tuple(Change(2 + 4 * n, 0, lever, value) for lever, values in DATED.items() for n, value in enumerate(values))
GIVEN: dict[str, dict[str, Any]] = {
    "as it is": {},
    "every lever": {"partition": "10-20", **EVERYTHING},
    "units of five": {"partition": "5", "seed": 5},
    "nested units": {"partition": "nested", "seed": 6, "staff_rule": "protected"},
    "no channel": {"partition": "5", "channels": only(), "seed": 7, **EVERYTHING},
    "without arrivals": {"switches": {"arrivals": False}, "partition": "10-20"},
    "without reporting and routing": {"switches": {"reporting": False, "routing": False}, "partition": "10-20", "seed": 8},
    "without case work and turnover": {"switches": {"casework": False, "turnover": False}, "seed": 9, **EVERYTHING},
    "without heads and volunteers": {"switches": {"heads": False, "volunteering": False}, "partition": "5", "seed": 10},
    "without ties and belonging": {"switches": {"ties": False, "belonging": False}, "partition": "5", "seed": 11},
    "without renovation": {"switches": {"renovation": False}, "partition": "10-20", "seed": 12},
    "without upkeep and recognition": {"switches": {"upkeep": False, "recognition": False}, "seed": 13},
    "every lever changes on a date": {"partition": "5", "posts": 3, "timeline": CHANGES, "seed": 14},
    "so do units, by the building": {"partition": "5", "channels": only(), "timeline": CHANGES, "seed": 15},
    "busy allies": {"world": CENTRE, "settings": LIVELY | ALLIES, "partition": "10-20", "seed": 16, **EVERYTHING},
    "households beside the model": {"world": world_settings(CENTRE, background=True), "weeks": 8, "seed": 17},
}  # fmt: skip


@pytest.mark.parametrize("name", GIVEN)
def test_both_models_decide_the_same(name: str) -> None:
    given = {"world": SIXTY, "weeks": 16, "burn_in": 1, "seed": 4, "settings": LIVELY} | GIVEN[name]
    assert first_difference(scenario(**given)) is None
