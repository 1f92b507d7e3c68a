"""Which arms a figure shows when a study has more than a reader can tell apart, and how they are named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from ..analysis.languages import comma, say, translated
from ..analysis.load import ArmInfo
from ..analysis.words import level_words
from .tables import StudyTables

T = TypeVar("T")
Level = float | str
"""One value of a factor: a number such as 72 posts, or a word such as ``cases_first``."""

MOST_LINES = 6
LOAD = "rho_40"
"""The load of the posts' tier: a condition, never a policy. Results are compared within a load, never across."""


def distinct(arms: Iterable[ArmInfo]) -> list[ArmInfo]:
    """The same arms, each once, in the order in which they come first."""
    return list({arm.name: arm for arm in arms}.values())


def factors(tables: StudyTables) -> dict[str, tuple[Level, ...]]:
    """The factors that differ between arms, each with its levels in order."""
    names = dict.fromkeys(name for arm in tables.arms for name in arm.factors)
    found = {name: levels(tables.arms, name) for name in names}
    return {name: values for name, values in found.items() if len(values) > 1}


def levels(arms: Sequence[ArmInfo], factor: str) -> tuple[Level, ...]:
    """All levels of one factor: numbers ascending, then words in the order of the arms."""
    seen = dict.fromkeys(arm.factors[factor] for arm in arms if factor in arm.factors)
    numbers = sorted(value for value in seen if not isinstance(value, str))
    return (*numbers, *(value for value in seen if isinstance(value, str)))


def with_levels(arms: Sequence[ArmInfo], wanted: dict[str, Level]) -> tuple[ArmInfo, ...]:
    """The arms that have all the wanted levels."""
    return tuple(arm for arm in arms if all(arm.factors.get(name) == value for name, value in wanted.items()))


def spread(items: Sequence[T], most: int) -> tuple[T, ...]:
    """At most ``most`` items: the first, the last, and evenly spaced ones between."""
    if len(items) <= most:
        return tuple(items)
    if most == 1:
        return (items[-1],)
    return tuple(items[round(i * (len(items) - 1) / (most - 1))] for i in range(most))


def contrast(tables: StudyTables) -> str | None:
    """The factor in which arms differ from the arm they are compared with; None when nothing is compared."""
    for arm, base in tables.compared:
        for name, value in arm.factors.items():
            if base.factors.get(name) != value:
                return name
    return None


def contrast_ends(tables: StudyTables, factor: str) -> tuple[Level, Level]:
    """The reference's level of a factor and the level farthest from it (40 and 72 posts, where a study has both)."""
    values = levels(tables.arms, factor)
    if factor == "posts" and {40.0, 72.0} <= set(values):
        return 40.0, 72.0
    base = tables.reference.factors.get(factor, values[0])
    others = [value for value in values if value != base]
    numbers = [value for value in others if not isinstance(value, str)]
    if isinstance(base, str) or not numbers:
        return base, others[-1]
    return base, max(numbers, key=lambda value: abs(value - base))


def held(tables: StudyTables, shown: Sequence[str]) -> dict[str, Level]:
    """The levels at which factors that a figure does not show are held: those of the reference arm."""
    fixed = {name: tables.reference.factors.get(name) for name in factors(tables) if name not in shown}
    return {name: value for name, value in fixed.items() if value is not None}


def held_words(fixed: dict[str, Level]) -> str:
    """A sentence on what a figure holds fixed, or nothing."""
    told = comma().join(level_words(name, value) for name, value in fixed.items())
    return say("Shown for: {settings}.", settings=told) if fixed else ""


def chosen(tables: StudyTables, most: int = MOST_LINES) -> tuple[ArmInfo, ...]:
    """The arms to draw, the reference first: all when they are few, else those a reader needs.

    With many arms, other conditions are held at the reference's; the reference's policy and the farthest one are shown
    at loads spread over the design, or, in a study with one load, policies spread over the design.
    """
    first = tables.reference
    others = [arm for arm in tables.arms if arm != first]
    factor = contrast(tables)
    if len(tables.arms) <= most or factor is None:
        return (first, *spread(others, most - 1))
    core = with_levels(tables.arms, held(tables, (factor, LOAD)))
    loads = levels(core, LOAD)
    if len(core) <= most or len(loads) < 2:
        return (first, *spread([arm for arm in core if arm != first], most - 1))
    ends = contrast_ends(tables, factor)
    places = spread(loads, most // 2)
    return tuple(arm for load in places for end in ends for arm in with_levels(core, {LOAD: load, factor: end})[:1])


def comparisons(tables: StudyTables, most: int) -> list[tuple[ArmInfo, ArmInfo]]:
    """The comparisons to show, each arm with its base: all when they are few, else those a reader needs."""
    pairs = tables.compared
    factor = contrast(tables)
    if len(pairs) <= most or factor is None:
        return list(spread(pairs, most))
    core = with_levels([arm for arm, _ in pairs], held(tables, (factor, LOAD)))
    if len(levels(core, LOAD)) > 1:
        core = with_levels(core, {factor: contrast_ends(tables, factor)[1]}) or core
    kept = spread(core, most) if core else spread([arm for arm, _ in pairs], most)
    return [(arm, tables.base_of(arm)) for arm in kept]


def names(arms: Sequence[ArmInfo]) -> dict[str, str]:
    """A label for every arm: the factor levels that tell these arms apart, else the label it was given."""
    found = [name for name in dict.fromkeys(n for arm in arms for n in arm.factors) if len(levels(arms, name)) > 1]
    varied = sorted(found, key=lambda name: name == LOAD)  # the policy first, then the load it is seen at
    labels = {
        arm.name: comma().join(level_words(name, arm.factors[name]) for name in varied if name in arm.factors) for arm in arms
    }
    if not varied or "policy" in varied or len(set(labels.values())) < len(arms) or not all(labels.values()):
        return {arm.name: translated(arm.label) for arm in arms}
    return labels
