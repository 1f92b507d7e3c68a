"""What a run and a study are asked for besides world and policy: horizon, luck, design and replicates."""

from __future__ import annotations

import dataclasses
from enum import Enum

from ..engine.settings import setting
from ..world.levers import Channels, Levers
from ..world.settings import WorldSettings


@dataclasses.dataclass(frozen=True, slots=True)
class RunSettings:
    """How long one world runs, and with which luck."""

    weeks: int = setting(
        104, unit="weeks", low=1, high=5200, role="run", meaning="length of the measured horizon", source="design: two years"
    )
    burn_in_weeks: int = setting(
        26,
        unit="weeks",
        low=0,
        high=1000,
        role="run",
        meaning="weeks before the horizon that are not measured",
        source="design: half a year",
    )
    start: str = setting(
        "2022-06-01",
        unit="date",
        role="run",
        meaning="the day on which the horizon begins, for the dates of a timeline",
        source="S01: pilots from June 2022",
    )
    seed: int = setting(
        1,
        unit="whole number",
        low=0,
        high=2_000_000_000,
        role="run",
        source="design",
        meaning="the luck of a run; replicate r of a study uses seed + r in every arm",
    )


class Design(Enum):
    """How the points of a sweep are laid out."""

    GRID = "grid"
    LATIN_HYPERCUBE = "latin_hypercube"
    SOBOL = "sobol"
    ONE_AT_A_TIME = "one_at_a_time"
    FACTORIAL = "factorial"
    MORRIS = "morris"
    SALTELLI = "saltelli"
    LIST = "list"


SAMPLED = (
    Design.LATIN_HYPERCUBE, Design.SOBOL, Design.ONE_AT_A_TIME, Design.FACTORIAL, Design.MORRIS, Design.SALTELLI,
)  # fmt: skip
"""Designs that take the place of drawing priors anew with every seed."""


@dataclasses.dataclass(frozen=True, slots=True)
class StudySettings:
    """How often each arm of a study is repeated, and on how many processors."""

    replicates: int = setting(
        10, unit="runs per arm", low=1, high=100_000, role="study", meaning="repetitions of every arm", source="design"
    )
    processes: int = setting(
        0,
        unit="processes",
        low=0,
        high=4096,
        role="study",
        meaning="runs at the same time; 0 means one per processor",
        source="design",
    )
    design: Design = setting(
        Design.GRID, unit="design", role="study", source="design",
        meaning="how `cocreate sweep` lays out its points: every combination, sampled, one at a time, or a list from a file",
    )  # fmt: skip
    samples: int = setting(
        100, unit="points", low=1, high=10_000, role="study", source="design",
        meaning="points that a sampled design draws (a power of two for sobol); base points of saltelli, trajectories of morris",
    )  # fmt: skip


REPLICATES = StudySettings().replicates
LIGHT: dict[str, type] = {"world": WorldSettings, "levers": Levers, "channels": Channels, "run": RunSettings}
"""Sections that can be checked without loading the mechanisms."""
STUDY = tuple(f.name for f in dataclasses.fields(StudySettings))
PLAIN = (*STUDY, "out", "config_dir", "policies", "extensions", "points", "worlds", "cache")
TOP = (*LIGHT, "timeline", "switches", "uncertainties", "policy", "experiment", "executor", *PLAIN)
"""Every address starts with one of these."""
