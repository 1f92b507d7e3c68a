"""A scenario: all that one run needs, with every number resolved and every prior drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..engine.settings import build, parse_prior
from ..errors import ConfigError
from ..world.levers import Channels, Levers
from ..world.settings import WorldSettings
from ..world.timeline import Timeline
from . import check, timeline, worlds
from .correlations import CORRELATIONS, shares
from .priors import at, draw
from .settings import LIGHT, TOP, RunSettings


@dataclass(frozen=True, slots=True)
class Scenario:
    """All that one run needs, every number resolved."""

    world: WorldSettings
    levers: Levers
    channels: Channels
    switches: dict[str, bool]
    """Name of a mechanism -> whether it is on."""
    uncertainties: dict[str, Any]
    """Name of a mechanism -> its settings."""
    run: RunSettings
    timeline: Timeline = ()
    """Changes of levers to come, in order."""
    extensions: tuple[str, ...] = ()
    """Names of mechanisms from other packages, as installed."""


def mechanisms_by_name(extensions: Sequence[str] = ()) -> Mapping[str, Any]:
    """Return all mechanisms; loading them takes a moment, so this is asked only when their settings are needed."""
    from ..extensions import by_name

    found: Mapping[str, Any] = by_name(extensions)
    return found


def extensions_of(values: Any, place: check.Place) -> list[str]:
    """Return the names of the extensions that a config asks for; refuse one that is not installed."""
    if not values:
        return []
    from ..extensions import checked_names

    return checked_names(values, place(("extensions",)))


def scenario(config: Mapping[str, Any]) -> Scenario:
    """Make a scenario from composed settings: everything is checked again, and priors are drawn with ``run.seed``.

    Sections and settings that are missing take their defaults. A study composes once and calls this once per seed.
    """

    def place(_: tuple[str, ...]) -> str:
        return ""

    several = config.get("several") or []
    if several:
        raise ConfigError(f"{several[0]} has several values, which make the arms of a comparison; one run needs one value")
    for key in config:
        if key not in (*TOP, "several"):
            raise check.unknown_top(str(key), "")
    config = _in_one_world(config)
    check.refuse_unsafe(config, (), place)
    parts = {name: check.section(cls, config.get(name), (name,), place) for name, cls in LIGHT.items()}
    check.refuse_contradictions(parts, place)
    run = build(RunSettings, parts["run"], "run")
    extensions = extensions_of(config.get("extensions"), place)
    mechanisms = mechanisms_by_name(extensions)
    settings = check.uncertainties(config.get("uncertainties"), mechanisms, place)
    together = shares(settings.pop(CORRELATIONS, []), settings, run.seed)
    resolved = {}
    for name, values in settings.items():
        cls = mechanisms[name].Settings
        numbers = {k: _number(cls, k, v, f"uncertainties.{name}.{k}", run.seed, together) for k, v in values.items()}
        resolved[name] = build(cls, numbers, f"uncertainties.{name}")
    return Scenario(
        world=build(WorldSettings, parts["world"], "world"),
        levers=build(Levers, parts["levers"], "levers"),
        channels=build(Channels, parts["channels"], "channels"),
        switches=check.switches(config.get("switches"), mechanisms, place),
        uncertainties=resolved,
        run=run,
        timeline=timeline.changes(config.get("timeline"), parts, place),
        extensions=tuple(extensions),
    )


def _in_one_world(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a config with the numbers of its seed's world, where it holds a table of worlds."""
    seed = (config.get("run") or {}).get("seed", RunSettings().seed)
    return {**config, "uncertainties": worlds.resolved(config.get("uncertainties"), seed)}


def _number(cls: type, name: str, value: Any, address: str, seed: int, together: Mapping[str, float]) -> Any:
    if not isinstance(value, Mapping):
        return value
    prior = parse_prior(value, address)
    return at(cls, name, prior, together[address]) if address in together else draw(cls, name, prior, address, seed)
