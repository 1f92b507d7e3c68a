"""Where two runs part: two arms on the same world with the same luck, day by day, until one decides what the other does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..config import compose
from ..errors import ConfigError
from ..warming import get_ready
from .design import Arm, arms_of
from .simulate import scenario_of

if TYPE_CHECKING:
    from ..outcomes.partings import Parting

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Diff:
    """What two runs have in common, and the first event that they have not."""

    arms: tuple[Arm, Arm]
    seed: int
    world: str
    days: int
    """Whole days that are equal in all events."""
    events: int
    """Events that both have, until they part."""
    parting: Parting | None
    """None when they never part."""

    def told(self) -> str:
        """Say it in words."""
        one, other = (arm.label for arm in self.arms)
        same = f"{one} and {other} (world {self.world}, seed {self.seed})"
        if self.parting is None:
            return f"{same} never part: {self.events:,} events in {self.days} days are the same."
        told = self.parting.told(one, other)
        return f"{same} share {self.events:,} events, {self.days} whole days of them. Then they part:\n{told}"


def two_arms(overrides: Sequence[str]) -> tuple[Arm, Arm]:
    """Return the two arms that the words name; raises ConfigError when there are not two."""
    arms = arms_of(compose(overrides), overrides)
    if len(arms) != 2:
        raise ConfigError(
            f"{len(arms)} arms ({', '.join(arm.label for arm in arms[:5])}{', ...' if len(arms) > 5 else ''}), but a first "
            "difference is one of two; allowed: two policies, or two values such as levers.posts=40,72"
        )
    return arms[0], arms[1]


def diff(overrides: Sequence[str], progress: Progress | None = None, ready: Callable[[], None] = get_ready) -> Diff:
    """Run two arms side by side and return the first event in which they part.

    Parameters
    ----------
    overrides
        Words such as ``policies=before_2022,posts_72`` or ``levers.posts=40,72``, ``world=tiny``, ``run.seed=7``.
    progress
        Called with the number of days done and to do.
    ready
        Called once before the runs, when everything has been checked.
    """
    arms = two_arms(overrides)
    configs = [compose(arm.overrides) for arm in arms]
    seed = int(configs[0]["run"]["seed"])
    scenarios = [scenario_of(config, seed) for config in configs]
    ready()
    from ..model import CoCreateModel
    from ..outcomes.partings import first_parting

    one, other = (CoCreateModel(scenario) for scenario in scenarios)
    one.listen()
    other.listen()
    shared, parting, days = 0, None, min(one.weeks, other.weeks) * 7
    for day in range(days):
        one.step()
        other.step()
        parting = first_parting(one.events(), other.events())
        if parting is not None:
            return Diff(arms, seed, scenarios[0].world.name, day, shared + parting.before, parting)
        shared += len(one.events())
        if progress is not None:
            progress(day + 1, days)
    return Diff(arms, seed, scenarios[0].world.name, days, shared, None)
