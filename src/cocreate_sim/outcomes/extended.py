"""What extensions measure: asked for by the record, and refused where it is not what they promised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..errors import CoCreateError
from ..world.world import World

if TYPE_CHECKING:
    from ..extensions import Extension


def names(extensions: Sequence[Extension], weekly: bool) -> list[str]:
    """Return the names of their weekly outcomes, or of the others."""
    return [o.name for e in extensions for o in e.outcomes if o.weekly == weekly]


def week(extensions: Sequence[Extension], world: World) -> dict[str, float]:
    """Return what they measured in the week that ends."""
    return {k: v for e in extensions for k, v in _promised(e, e.week(world), True).items()}


def summary(extensions: Sequence[Extension], world: World, weeks: int) -> dict[str, float]:
    """Return what they sum up at the end of the horizon."""
    return {k: v for e in extensions for k, v in _promised(e, e.summary(world, weeks), False).items()}


def _promised(extension: Extension, values: Mapping[str, float], weekly: bool) -> dict[str, float]:
    expected = names([extension], weekly)
    if sorted(values) != sorted(expected):
        method = "week" if weekly else "summary"
        raise CoCreateError(
            f"{extension.name}.{method}() must return {', '.join(expected) or 'nothing'}, but it returned "
            f"{', '.join(values) or 'nothing'}"
        )
    return {name: float(values[name]) for name in expected}
