"""The arms of a study: which policies, or which grid of settings, are run on the same worlds."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from ..analysis.words import level_words, listing
from ..config import compose, write
from ..config.experiment import wanted
from ..config.overrides import Override, parse
from ..errors import ConfigError

LONGEST_NAME = 60
MOST_ARMS = 10_000

_NAMES = {"partition": "unit_size"}
"""Names of factors that say more than the setting's own name."""
_NOT_SETTINGS = ("policies", "replicates", "processes", "executor", "out", "design", "samples", "points", "cache")
"""Words that concern the study as a whole, not one of its runs."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One thing to compare: a policy, or one point of a grid, run with every replicate's seed."""

    name: str
    """Short, and safe as a file name."""
    label: str
    """For readers."""
    overrides: tuple[str, ...]
    factors: dict[str, float | str] = field(default_factory=dict)
    """Name of each factor and its value here."""
    reference: str = ""
    """Name of the arm that this one is compared with; its own name when it is a reference."""
    shares: dict[str, float] = field(default_factory=dict)
    """Where each sampled factor lies in its prior or interval, from 0 to 1; empty in designs that sample nothing."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One setting that differs between arms, and its value in the reference arm."""

    address: str
    name: str
    levels: tuple[Any, ...]
    reference: Any


def arms_of(config: Mapping[str, Any], overrides: Sequence[str]) -> list[Arm]:
    """Return the arms that a user asked for, each with the arm it is compared with.

    An arm is compared with the arm that has the same other factors and the reference value of every ``pair_by`` factor.

    Parameters
    ----------
    config
        The composed config: its ``policies`` make one arm each, its ``experiment`` holds factors, reference and pair_by.
    overrides
        The words it was composed from. A word that gives one value to a factor's address keeps only that value.

    Raises
    ------
    ConfigError
        When there is nothing to compare, or too much.
    """
    words = parse(overrides)
    fixed = {word.key: word.value for word in words if not word.several}
    factors = _factors(config, fixed)
    pair_by = pair_by_of(config)
    if not any(f.address in pair_by and len(f.levels) > 1 for f in factors):
        over = f" over {listing(pair_by)}: {'it has' if len(pair_by) == 1 else 'they have'} one value" if pair_by else ""
        raise ConfigError(
            f"there is nothing to compare{over}; "
            "allowed: policies=before_2022,posts_72, an experiment=NAME, or a list of values such as levers.posts=40,72"
        )
    count = math.prod(len(f.levels) for f in factors)
    if count > MOST_ARMS:
        raise ConfigError(f"{' x '.join(str(len(f.levels)) for f in factors)} = {count} arms; at most {MOST_ARMS} are run")
    base = shared_words(words, {f.address for f in factors})
    reference = {f.address: f.reference for f in factors}
    return [
        _arm(factors, levels, base, pair_by)
        for levels in product(*(f.levels for f in factors))
        if wanted(config.get("experiment") or {}, dict(zip(reference, levels, strict=True)), reference)
    ]


def shared_words(words: Sequence[Override], varied: Container[str]) -> tuple[str, ...]:
    """Return the words that hold in every arm: all but those that are varied, and those about the study as a whole."""
    return tuple(
        w.text for w in words if not w.several and w.key not in varied and w.key.partition(".")[0] not in _NOT_SETTINGS
    )


def pair_by_of(config: Mapping[str, Any]) -> list[str]:
    """Return the addresses of the factors whose values are compared; none when there is nothing to compare."""
    if config.get("policies"):
        return ["policy"]
    named = (config.get("experiment") or {}).get("pair_by") or []
    return [named] if isinstance(named, str) else list(named)


def _factors(config: Mapping[str, Any], fixed: Mapping[str, Any]) -> list[Factor]:
    policies = list(config.get("policies") or ())
    experiment = config.get("experiment") or {}
    levels: dict[str, list[Any]] = {"policy": policies} if policies else {}
    levels |= {a: [fixed[a]] if a in fixed else list(v) for a, v in (experiment.get("factors") or {}).items()}
    reference = {"policy": policies[0]} if policies else {}
    reference |= {a: fixed.get(a, v) for a, v in (experiment.get("reference") or {}).items()}
    last = [a.rpartition(".")[2] for a in levels]
    short = [_NAMES.get(name, name) for name in last]
    names = [s if short.count(s) == 1 else a.replace(".", "_") for s, a in zip(short, levels, strict=True)]
    return [Factor(a, name, tuple(levels[a]), reference[a]) for a, name in zip(levels, names, strict=True)]


def _arm(factors: Sequence[Factor], levels: Sequence[Any], base: tuple[str, ...], pair_by: Container[str]) -> Arm:
    at_reference = [f.reference if f.address in pair_by else level for f, level in zip(factors, levels, strict=True)]
    return Arm(
        name=_name(factors, levels),
        label=", ".join(_words(f, level, base) for f, level in zip(factors, levels, strict=True)),
        overrides=base + tuple(write(f.address, level) for f, level in zip(factors, levels, strict=True)),
        factors={f.name: cell(level) for f, level in zip(factors, levels, strict=True)},
        reference=_name(factors, at_reference),
    )


def text_of(value: Any) -> str:
    """Return a value as short text: 40.0 is "40", true is "true", nothing is "none"."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.10g}" if isinstance(value, int | float) else str(value)


def cell(level: Any) -> float | str:
    """Return a value as a number where it is one, in whatever way it was written."""
    text = text_of(level)
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text


def _name(factors: Sequence[Factor], levels: Sequence[Any]) -> str:
    """Return a short name for a point of the grid that is safe as a file name and differs from all others."""
    texts = [text_of(level) for level in levels]
    alone = len(factors) == 1 and factors[0].address == "policy"
    raw = texts[0] if alone else "_".join(f"{f.name}-{text}" for f, text in zip(factors, texts, strict=True))
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", raw).lstrip(".-") or "arm"
    if safe != raw or len(safe) > LONGEST_NAME:
        safe = f"{safe[: LONGEST_NAME - 9]}-{hashlib.sha256(raw.encode()).hexdigest()[:8]}"
    return safe


def _words(factor: Factor, level: Any, base: tuple[str, ...]) -> str:
    """Say a factor's value in words; a policy has its own label."""
    if factor.address == "policy":
        return str(compose([*base, write("policy", level)])["policy"]["label"])
    return level_words(factor.name, cell(level))
