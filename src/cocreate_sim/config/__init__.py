"""Settings from YAML files and the command line, refused where unknown or out of range, and made into a scenario."""

from __future__ import annotations

from . import check
from .check import RunSettings, StudySettings, refuse_unsafe
from .composing import compose, glance
from .overrides import write
from .scenarios import Scenario, scenario
from .sources import config_folder, options

__all__ = [
    "RunSettings",
    "Scenario",
    "StudySettings",
    "check",
    "compose",
    "config_folder",
    "glance",
    "load",
    "options",
    "refuse_unsafe",
    "scenario",
    "write",
]


def load(*overrides: str) -> Scenario:
    """Return the scenario that ``key=value`` words select, such as ``load("world=tiny", "levers.posts=72")``."""
    return scenario(compose(overrides))
