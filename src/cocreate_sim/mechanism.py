"""What a mechanism is: one happening in the neighbourhood, with its settings, its rule and its switch."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol, runtime_checkable

from .world.partition import Regrouping
from .world.world import World


class Mechanism(Protocol):
    """One process of the model, registered in `schedule.py` and nowhere else.

    Its sentence, equations, limiting case and sources are what `cocreate describe NAME` prints.
    """

    name: ClassVar[str]
    cadence: ClassVar[str]
    """"daily", "working day" or "weekly"."""
    sentence: ClassVar[str]
    """What happens, in one sentence a planner understands."""
    equations: ClassVar[tuple[str, ...]]
    without: ClassVar[str]
    """What holds when the mechanism is switched off: its limiting case."""
    reads: ClassVar[tuple[str, ...]]
    writes: ClassVar[tuple[str, ...]]
    seed_facts: ClassVar[tuple[str, ...]]
    Settings: ClassVar[type]

    def __init__(self, world: World, settings: Any, on: bool) -> None:
        """Prepare columns and constants for one run."""

    def step(self, world: World) -> None:
        """Let one tick happen."""


@runtime_checkable
class ReadsLevers(Protocol):
    """A mechanism that reads levers which may change by place and date (`world.in_force`)."""

    def read_levers(self, world: World) -> None:
        """Take over what is in force: asked for at the start, and on each day on which a lever has changed."""


@runtime_checkable
class FollowsUnits(Protocol):
    """A mechanism that holds state per group of a channel."""

    def follow_units(self, world: World, change: Regrouping) -> None:
        """Carry the state over when units have been redrawn; only groups of channels that are on have changed."""
