"""Build a world from its settings, the levers and a seed; the same seed gives the same people under every policy."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import ConfigError
from .in_force import stages
from .levers import Channels, Levers
from .partition import Groups, climbing, group, ladder_by_place
from .places import Spans, build_places
from .residents import build_residents
from .settings import WorldSettings
from .sites import build_sites
from .staff import build_staff
from .ties import empty_ties
from .timeline import Timeline, said
from .world import World


def check_buildable(settings: WorldSettings, levers: Levers, seed: int, timeline: Timeline = ()) -> None:
    """Raise ConfigError when such a world cannot be laid out, or not be parted in such units; costs no more than the layout."""
    _refuse_redrawn_seats(levers, timeline)
    places, households = build_places(settings, seed)
    for stage in stages(levers, settings.subdistricts, timeline):
        ladder_by_place(stage["partition"], places, households)


def _refuse_redrawn_seats(levers: Levers, timeline: Timeline) -> None:
    """Heads above the unit hold seats of the partition at the start: it cannot be redrawn under them."""
    redrawn = next((change for change in timeline if change.lever == "partition"), None)
    if levers.upper_heads and redrawn is not None:
        raise ConfigError(
            f"levers.upper_heads = true, and the timeline sets levers.partition = {redrawn.value!r} in week {redrawn.week}: "
            "units cannot be redrawn under heads above the unit; allowed: one of the two"
        )


def build_world(
    settings: WorldSettings, levers: Levers, seed: int, channels: Channels | None = None, without: Sequence[int] = (),
    timeline: Timeline = (),
) -> World:  # fmt: skip
    """Lay out places, house residents, staff offices and draw units; raises ConfigError for what cannot be built.

    ``without`` lists ids of residents to leave out, for showing that nobody else's luck changes. ``timeline`` holds the
    changes to come: the world has room for the most posts that it ever gives.
    """
    _refuse_redrawn_seats(levers, timeline)
    states = list(stages(levers, settings.subdistricts, timeline))
    places, households = build_places(settings, seed)
    ladders = [ladder_by_place(state["partition"], places, households) for state in states]
    residents, households = build_residents(settings, seed, households, without)
    adults = int(residents.adult.sum())
    for state, (units, *_) in zip(states, ladders, strict=True):
        if len(units.first) > adults:
            rule = " or ".join(dict.fromkeys(said("partition", code) for code in state["partition"]))
            raise ConfigError(
                f"levers.partition = {rule} makes {len(units.first)} units, but only {adults} adults live here "
                "to head them; allowed: larger units"
            )
    offices, posts = build_staff(settings, states, places, households)
    buildings = group(places.buildings, households, residents)

    def levels(spans: list[Spans]) -> tuple[Groups, ...]:
        return tuple(group(level, households, residents) for level in spans)

    climbed = levels(ladders[0])
    return World(
        settings=settings, levers=levers, channels=channels or Channels(), seed=seed, places=places, households=households,
        residents=residents, units=climbed[0], buildings=buildings, ladder=climbed,
        reference_ladder=levels(climbing([places.buildings], places)), offices=offices, posts=posts,
        sites=build_sites(settings, seed, places, households), ties=empty_ties(0, 1), timeline=timeline, in_force=states[0],
    )  # fmt: skip
