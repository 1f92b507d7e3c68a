"""Scenarios made by hand, without config files: what a test does not say stays at its default.

>>> model = CoCreateModel(scenario("tiny", weeks=8, settings={"ties.most": 5}, channels=only("ties"), partition="10"))
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from cocreate_sim.config import Scenario
from cocreate_sim.engine.settings import build
from cocreate_sim.model import CoCreateModel
from cocreate_sim.outcomes.record import RunResult
from cocreate_sim.validation.reduced import ONE_BUILDING, reduced
from cocreate_sim.world.levers import CHANNELS
from cocreate_sim.world.settings import WorldSettings
from cocreate_sim.world.timeline import Timeline

WORLDS: dict[str, dict[str, Any]] = {
    # one building, as in configs/world/tiny.yaml
    "tiny": ONE_BUILDING,
    # four compounds, eight grids, two communities: the smallest world with every level in the plural
    "quarter": {"compounds": 4, "grids": 8, "communities": 2, "households": 600, "households_per_site": 50},
    "subdistrict": {},
    "wuchang": {"subdistricts": 14, "compounds": 568, "grids": 1272, "communities": 191, "households": 392_000, "towers": 35},
}


def world_settings(world: str | WorldSettings = "tiny", **changes: Any) -> WorldSettings:
    """A world by its name, with single settings changed."""
    if isinstance(world, WorldSettings):
        return dataclasses.replace(world, **changes)
    return build(WorldSettings, {"name": world, **WORLDS[world], **changes}, "world")


def only(*names: str) -> dict[str, bool]:
    """Channels of which only the named ones are on; ``only()`` switches all ten off."""
    assert set(names) <= set(CHANNELS), names
    return {c: c in names for c in CHANNELS}


def scenario(
    world: str | WorldSettings = "tiny",
    *,
    seed: int = 1,
    weeks: int = 26,
    burn_in: int = 0,
    settings: Mapping[str, Any] | None = None,
    switches: Mapping[str, bool] | None = None,
    channels: Mapping[str, bool] | None = None,
    timeline: Timeline = (),
    **levers: Any,
) -> Scenario:
    """All that one run needs. ``settings`` maps ``mechanism.field`` to a value; ``switches`` and ``channels`` are on unless named."""
    return reduced(
        world_settings(world), settings, switches, weeks=weeks, burn_in=burn_in, seed=seed, channels=channels,
        timeline=timeline, **levers
    )


def run(world: str | WorldSettings = "tiny", **given: Any) -> RunResult:
    """Run a scenario from first day to last; takes what :func:`scenario` takes."""
    return CoCreateModel(scenario(world, **given)).run()
