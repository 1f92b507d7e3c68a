"""Worlds that several tests look at; nobody changes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.scenarios import world_settings

from cocreate_sim.errors import ConfigError
from cocreate_sim.world.build import build_world
from cocreate_sim.world.levers import Levers
from cocreate_sim.world.world import World


@pytest.fixture(scope="session")
def subdistrict() -> World:
    """The average subdistrict, 28,000 households, in units of 10 to 20."""
    return build_world(world_settings("subdistrict"), Levers(partition="10-20"), 1)


@pytest.fixture
def refusal() -> Callable[[Callable[[], Any]], str]:
    """What a ConfigError says."""

    def told(attempt: Callable[[], Any]) -> str:
        with pytest.raises(ConfigError) as refused:
            attempt()
        return str(refused.value)

    return told
