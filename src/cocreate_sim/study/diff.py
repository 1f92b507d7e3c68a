"""Two runs with the same luck, side by side and day by day, until the first event in which they part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..world.clock import WEEK_DAYS

if TYPE_CHECKING:
    from ..config import Scenario
    from ..outcomes.partings import Parting

_PARTS = ("world", "levers", "timeline", "channels", "switches", "uncertainties", "run")


@dataclass(frozen=True)
class Difference:
    """How far two runs went together."""

    parting: Parting | None
    """The first event that they do not share; None when they never part."""
    day: int
    """The day of that event, or the number of days that both had when they never part."""
    events: int
    """Events that both shared before they parted."""
    communities: int
    """Number of communities of the first run: it gives offices their names."""


def first_difference(one: Scenario, other: Scenario, progress: Callable[[int, int], Any] | None = None) -> Difference:
    """Run two scenarios in lockstep and return where they part; the shorter run sets how long they are compared.

    Parameters
    ----------
    one, other
        Two scenarios, as a rule with the same world and the same seed.
    progress
        Called with the number of weeks done and the number of weeks, burn-in included.

    Examples
    --------
    >>> from cocreate_sim import load
    >>> short = ("world=tiny", "run.weeks=2", "run.burn_in_weeks=0")
    >>> first_difference(load(*short), load(*short, "channels.ties=false")).parting is None
    True
    """
    from ..model import CoCreateModel
    from ..outcomes.partings import first_parting

    models = CoCreateModel(one), CoCreateModel(other)
    for model in models:
        model.listen()
    weeks, shared = min(model.weeks for model in models), 0
    communities = one.world.communities
    for day in range(weeks * WEEK_DAYS):
        for model in models:
            model.step()
        first, second = (model.events() for model in models)
        parting = first_parting(first, second)
        if parting is not None:
            return Difference(parting, day, shared + parting.before, communities)
        shared += len(first)
        if progress is not None and day % WEEK_DAYS == WEEK_DAYS - 1:
            progress(day // WEEK_DAYS + 1, weeks)
    return Difference(None, weeks * WEEK_DAYS, shared, communities)


def set_differently(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return the addresses at which two composed configs differ, with both values.

    >>> from cocreate_sim.config import compose
    >>> set_differently(compose(["policy=before_2022"]), compose(["policy=posts_72"]))
    {'levers.posts': (40, 72)}
    """
    mine, theirs = ({k: v for part in _PARTS for k, v in _flat(part, config[part])} for config in (one, other))
    return {k: (mine.get(k), theirs.get(k)) for k in {**mine, **theirs} if mine.get(k) != theirs.get(k)}


def _flat(address: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{address}.{key}", inner)
    else:
        yield address, value
