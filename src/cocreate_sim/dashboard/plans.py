"""From what a page asks for to the runs it needs, each policy checked before anything is started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ..config import scenario
from ..errors import ConfigError
from ..study.keys import run_key, settings_hash
from ..world.build import check_buildable
from . import levers, text
from .asked import Asked, Chosen
from .places import Places
from .runs import Wanted


@dataclass(frozen=True, slots=True)
class Plan:
    """One policy that can run: its words for the command line, and a run for each luck."""

    number: int
    """0 is the baseline."""
    chosen: Chosen
    label: str
    english: str
    """The label, which reports translate themselves."""
    words: tuple[str, ...]
    runs: tuple[Wanted, ...]


def plans(asked: Asked, places: Places) -> tuple[list[Plan], list[str]]:
    """Return the baseline and the policies that can run, and in sentences why others cannot; none without a baseline."""
    found, wrong = [], []
    for number, chosen in enumerate((asked.base, *asked.policies)):
        words = words_of(asked, chosen, places)
        try:
            config, settings = _checked(places, asked.world, words)
        except ConfigError as error:
            key = "not_run" if number else "base_not_run"
            wrong.append(text.say(key, asked.language, n=number, why=str(error)))
            if not number:
                return [], wrong
            continue
        seeds = range(asked.seed, asked.seed + asked.repeat)
        runs = tuple(Wanted(run_key(settings, seed), config, seed) for seed in seeds)
        found.append(Plan(number, chosen, label(chosen, places, asked.language), label(chosen, places, "en"), words, runs))
    return found, wrong


def words_of(asked: Asked, chosen: Chosen, places: Places) -> tuple[str, ...]:
    """Return the words that run a policy."""
    return (
        *levers.words(chosen.policy, places.levers(chosen.policy), chosen.values, chosen.since, asked.base.values),
        f"run.weeks={asked.weeks}",
        f"run.seed={asked.seed}",
    )


@lru_cache(maxsize=256)
def _checked(places: Places, world: str, words: tuple[str, ...]) -> tuple[Mapping[str, Any], str]:
    """Return the settings of a policy in a world and their hash, or refuse what the world cannot be."""
    config = places.settings(world, words)
    chosen = scenario(config)
    check_buildable(chosen.world, chosen.levers, chosen.run.seed, chosen.timeline)
    return config, settings_hash(config)


def label(chosen: Chosen, places: Places, language: str) -> str:
    """Say what a policy is: its name, and the levers that were moved."""
    shipped = places.levers(chosen.policy)
    parts = [text.policy(places.label(chosen.policy), language)]
    moved = [name for name in levers.OFFERED if chosen.values[name] != shipped[name]]
    parts += [f"{text.say(name, language)} {value(name, chosen.values[name], language)}" for name in moved]
    parts += [text.say("from_date", language, month=chosen.since)] if chosen.since else []
    return (", " if language == "en" else "，").join(parts)


def value(name: str, given: levers.Value, language: str) -> str:
    """Say the value of a lever."""
    if isinstance(given, bool):
        return text.say("on" if given else "off", language)
    if name == "partition":
        known = f"size_{given}" if given in ("nested", "grid") else "size_number"
        return text.say(known, language, n=given)
    return f"{given:,.10g}" if isinstance(given, int | float) else given
