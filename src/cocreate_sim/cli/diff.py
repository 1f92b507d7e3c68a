"""``cocreate diff``: two runs of the same world with the same luck, and the first event in which they part."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError
from . import show
from .progress import Progress

if TYPE_CHECKING:
    from ..study.diff import Difference

EXAMPLE = "cocreate diff before_2022 posts_72 world=tiny, or cocreate diff levers.posts=40 levers.posts=72"


def diff(options: argparse.Namespace) -> None:
    """Run two alternatives day by day until they part, and say how."""
    from ..config import compose, glance, scenario
    from ..study.simulate import with_seed

    if options.replicate < 0:
        raise ConfigError(f"--replicate {options.replicate} is not a replicate; allowed: from 0 (command line)")
    sides, rest = _sides(options.words)
    every = [[*rest, word] for _, word in sides]
    for words in every:
        glance(words)
    configs = [compose(words) for words in every]
    for config in configs:
        _refuse_studies(config)
    configs = [with_seed(config, config["run"]["seed"] + options.replicate) for config in configs]
    names = _names(sides, configs)
    chosen = [scenario(config) for config in configs]

    from ..world.build import check_buildable

    for one in chosen:
        check_buildable(one.world, one.levers, one.run.seed, one.timeline)
    from ..study.diff import first_difference, set_differently
    from .runs import warm_up

    warm_up(options.quiet)
    with Progress("weeks", options.quiet) as progress:
        found = first_difference(chosen[0], chosen[1], progress)
    settings = set_differently(configs[0], configs[1])
    if options.json:
        show.as_json(_document(found, names, configs, settings))
    else:
        _tell(found, names, configs, settings)


def _sides(words: Sequence[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Split what was typed into the two sides (as typed, and as a setting) and what holds for both.

    The names of policies are the sides wherever they stand; otherwise the first words are.
    """
    bare = [word for word in words if "=" not in word]
    if len(bare) > 2:
        raise ConfigError(f"two runs are compared, but {len(bare)} policies were named: {', '.join(bare)}; example: {EXAMPLE}")
    sides = bare if len(bare) == 2 else list(words[:2])
    if len(sides) < 2 or any(word not in sides for word in bare):
        raise ConfigError(f"the first two words say what is compared: a policy or one setting each; example: {EXAMPLE}")
    rest = list(words)
    for word in sides:
        rest.remove(word)
    return [(word, word if "=" in word else f"policy={word}") for word in sides], rest


def _refuse_studies(config: Mapping[str, Any]) -> None:
    if config["several"]:
        raise ConfigError(f"{config['several'][0]} has several values; a side of `cocreate diff` has one; example: {EXAMPLE}")
    for key in ("policies", "experiment", "out"):
        if config[key]:
            raise ConfigError(f"{key}= is not for `cocreate diff`, which compares two runs and writes no files (command line)")


def _names(sides: Sequence[tuple[str, str]], configs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name each side: a policy by its label, a setting as it was typed; equal sides are told apart by their place."""
    named = [typed if "=" in typed else str(config["policy"]["label"]) for (typed, _), config in zip(sides, configs, strict=True)]
    return named if named[0] != named[1] else [f"{named[0]} (first)", f"{named[1]} (second)"]


def _where(configs: Sequence[Mapping[str, Any]]) -> str:
    worlds = list(dict.fromkeys(str(config["world"]["name"]) for config in configs))
    seeds = list(dict.fromkeys(str(config["run"]["seed"]) for config in configs))
    return f"world {' and '.join(worlds)}, seed {' and '.join(seeds)}"


def _tell(
    found: Difference, names: Sequence[str], configs: Sequence[Mapping[str, Any]], settings: Mapping[str, tuple[Any, Any]]
) -> None:
    print(f"{names[0]} and {names[1]}, {_where(configs)}")
    for address, values in settings.items():
        show.paragraph(f"{address}: {show.number(values[0])} and {show.number(values[1])}", 2)
    if not settings:
        print("  both are set the same")
    print()
    if found.parting is None:
        print(f"They never part: all {found.events:,} events of {found.day:,} days are the same.")
        return
    from ..outcomes.partings import in_words

    parting = found.parting
    same = f"The first {_events(found.events)} are the same" if found.events else "No event is the same"
    print(f"{same}, {parting.before:,} of them on day {found.day:,}. Then they part:")
    if parting.last is not None:
        show.paragraph(f"both: {in_words(parting.last, found.communities)}", 2)
    for name, words in zip(names, parting.words(found.communities), strict=True):
        show.paragraph(f"{name}: {words or 'this does not happen'}", 2)


def _events(count: int) -> str:
    return f"{count:,} event{'' if count == 1 else 's'}"


def _document(
    found: Difference, names: Sequence[str], configs: Sequence[Mapping[str, Any]], settings: Mapping[str, tuple[Any, Any]]
) -> dict[str, Any]:
    """Return the answer for programs."""
    parting = found.parting
    told = (None, None) if parting is None else parting.words(found.communities)
    rows = (None, None) if parting is None else (parting.one, parting.other)
    return {
        "sides": [
            {"name": name, "policy": config["policy"]["name"], "world": config["world"]["name"], "seed": config["run"]["seed"]}
            for name, config in zip(names, configs, strict=True)
        ],
        "settings": {address: list(values) for address, values in settings.items()},
        "parted": parting is not None,
        "days": found.day,
        "equal_events": found.events,
        "equal_events_of_the_day": parting.before if parting else None,
        "events": [_row(row, words) for row, words in zip(rows, told, strict=True)],
    }


def _row(event: Any, words: str | None) -> dict[str, Any] | None:
    if event is None:
        return None
    from ..world.events import KINDS

    kind = KINDS[event.kind]
    whom = {name: int(event[name]) for name in ("instant", "a", "b", "other")}
    return {"kind": kind.name, "mechanism": kind.mechanism, **whom, "value": float(event.value), "words": words}
