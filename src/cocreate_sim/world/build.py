"""Build a world from its settings, the levers and a seed; the same seed gives the same people under every policy."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import ConfigError
from .levers import Channels, Levers, parse_rule
from .partition import group, ladder_of, unit_spans
from .places import build_places
from .residents import build_residents
from .settings import WorldSettings
from .sites import build_sites
from .staff import build_staff
from .ties import empty_ties
from .world import World


def check_buildable(settings: WorldSettings, levers: Levers, seed: int) -> None:
    """Raise ConfigError when such a world cannot be laid out, or not be parted in such units; costs no more than the layout."""
    unit_spans(parse_rule(levers.partition), build_places(settings, seed)[0])


def build_world(
    settings: WorldSettings, levers: Levers, seed: int, channels: Channels | None = None, without: Sequence[int] = ()
) -> World:
    """Lay out places, house residents, staff offices and draw units; raises ConfigError for what cannot be built.

    ``without`` lists ids of residents to leave out, for showing that nobody else's luck changes.
    """
    rule = parse_rule(levers.partition)
    places, households = build_places(settings, seed)
    levels = unit_spans(rule, places)
    residents, households = build_residents(settings, seed, households, without)
    groups = [group(spans, households, residents) for spans in levels]
    buildings = group(places.buildings, households, residents)
    grids = group(places.grids, households, residents)
    offices, posts = build_staff(settings, levers, places, households)
    if len(groups[0].first) > int(residents.adult.sum()):
        raise ConfigError(
            f"levers.partition = {levers.partition} makes {len(groups[0].first)} units, but only "
            f"{int(residents.adult.sum())} adults live here "
            "to head them; allowed: larger units"
        )
    return World(
        settings=settings, levers=levers, channels=channels or Channels(), seed=seed, places=places, households=households,
        residents=residents, units=groups[0], buildings=buildings,
        ladder=ladder_of(groups, buildings, grids, rule.kind == "nested"),
        reference_ladder=ladder_of([buildings], buildings, grids, False), offices=offices, posts=posts,
        sites=build_sites(settings, seed, places, households), ties=empty_ties(0, 1),
    )  # fmt: skip
