"""Settings from YAML files and the command line, refused where unknown or out of range, and made into a scenario."""

from __future__ import annotations

from . import check
from .check import refuse_unsafe
from .composing import compose, glance
from .overrides import write
from .scenarios import Scenario, scenario
from .settings import RunSettings, StudySettings
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
    """Return the scenario that ``key=value`` words select, such as ``load("world=tiny", "levers.posts=72")``.

    Parameters
    ----------
    *overrides
        Words as on the command line: ``world=``, ``policy=`` and ``uncertainties=`` choose files, ``levers.NAME=`` and the like
        set one value. What is not said has its default. Priors are drawn with ``run.seed``.

    Returns
    -------
    Scenario
        All that one run needs, every number resolved.

    Raises
    ------
    ConfigError
        When a word names nothing that is known, or a value is of the wrong kind or out of range; before any work.
    """
    return scenario(compose(overrides))
