"""Which channel does what: small and large units on the same worlds, with each channel alone, without it, all and none."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..analysis.paired import Interval, interval, paired
from ..config import compose, scenario, write
from ..config.overrides import Override, parse
from ..errors import CoCreateError, ConfigError
from ..model import CoCreateModel
from ..outcomes.catalogue import OUTCOMES
from ..study.compare import command
from ..study.executors import Executor, executor_of
from ..study.simulate import scenario_of, with_seed
from ..warming import get_ready
from ..world.build import build_world
from ..world.levers import CHANNELS
from .channels import FORMULA, HEADLINE, MORE, TABLE, differences

WORLD = "quarter"
SIZES = ("5", "100")
NONE, ALL, WITHOUT = "no_channel", "all_ten", "without_"
ROWS: dict[str, tuple[str, ...]] = {
    NONE: (),
    **{name: (name,) for name in CHANNELS},
    ALL: CHANNELS,
    **{f"{WITHOUT}{name}": tuple(c for c in CHANNELS if c != name) for name in CHANNELS},
}
"""Which channels are on, by name of the row."""
_PARTITION = "levers.partition"
_OURS = ("out", "policies", "experiment")

Pair = dict[str, tuple[float, float]]
"""Measured values in small and in large units, of one row with one seed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be run: one config per row and size, and the seeds."""

    words: tuple[str, ...]
    sizes: tuple[str, str]
    config: dict[str, Any]
    seeds: tuple[int, ...]
    executor: Executor


def plan(words: Sequence[str]) -> Plan:
    """Check everything that was typed, before any work.

    Parameters
    ----------
    words
        ``key=value`` words as `cocreate run` takes them, and ``replicates=``, ``processes=``, ``levers.partition=SMALL,LARGE``.

    Raises
    ------
    ConfigError
        For what cannot be used; for channels, which are switched here one by one; for sizes that are not two, small and large.
    """
    asked = parse(words)
    for word in asked:
        if word.key.split(".")[0] == "channels":
            raise ConfigError(f"{word.text!r}: channels are switched here one by one; leave it out (command line)")
        if word.key in _OURS or (word.several and word.key != _PARTITION):
            raise ConfigError(f"{word.text!r} is for `cocreate compare`; here one world under one policy is taken (command line)")
    sizes = _sizes([word for word in asked if word.key == _PARTITION])
    rest = [word.text for word in asked if word.key != _PARTITION]
    if not any(word.key == "world" for word in asked):
        rest.insert(0, write("world", WORLD))
    configs = [compose([*rest, write(_PARTITION, size)]) for size in sizes]
    small, large = (_mean_size(config) for config in configs)
    if not small < large:
        raise ConfigError(
            f"{_PARTITION} = {','.join(sizes)}: the small units come first, but these have {small:.4g} households on average "
            f"and the second {large:.4g} (command line)"
        )
    config = configs[0]
    first, count = int(config["run"]["seed"]), int(config["replicates"])
    seeds = tuple(range(first, first + count))
    return Plan(tuple(words), sizes, config, seeds, executor_of(config["executor"]))


def _sizes(given: Sequence[Override]) -> tuple[str, str]:
    if not given:
        return SIZES
    values = [str(value) for value in given[-1].values]
    if len(values) != 2:
        raise ConfigError(
            f"{given[-1].text!r}: two sizes are compared, the small one first, such as {_PARTITION}=10-20,grid (command line)"
        )
    return values[0], values[1]


def _mean_size(config: Mapping[str, Any]) -> float:
    s = scenario(config)
    return float(build_world(s.world, s.levers, s.run.seed).units.households.mean())


def measure_pair(shared: tuple[Mapping[str, Any], tuple[str, str]], task: tuple[str, int]) -> dict[str, Any]:
    """Run one row with one seed in small and in large units: what a worker process does."""
    config, sizes = shared
    row, seed = task
    found, results = [], []
    for size in sizes:
        levers = {**config["levers"], "partition": size}
        channels = {name: name in ROWS[row] for name in CHANNELS}
        model = CoCreateModel(scenario_of(with_seed({**config, "levers": levers, "channels": channels}, seed), seed))
        result = model.run()
        results.append(result)
        values = {name: result.summary[name] for name in HEADLINE}
        if len(ROWS[row]) == 1:
            values["direct"] = TABLE[row].measure(model, result)
        found.append(values)
    return {"pair": {k: (found[0][k], found[1][k]) for k in found[0]}, "differing": differences(*results)}


def measure(
    chosen: Plan, progress: Callable[[int, int], None] | None = None, rows: Sequence[str] = tuple(ROWS)
) -> dict[str, list[dict[str, Any]]]:
    """Run rows with every seed, and return what was measured: row -> one entry per seed."""
    tasks = [(row, seed) for seed in chosen.seeds for row in rows]
    shared = (chosen.config, chosen.sizes)
    found: dict[int, Any] = {}
    with closing(chosen.executor.run(measure_pair, shared, tasks)) as finished:
        for news in finished:
            if news is None:
                continue
            if news.error:
                row, seed = tasks[news.task]
                raise CoCreateError(f"the run of {row!r} with seed {seed} failed: {news.error}")
            found[news.task] = news.value
            if progress is not None:
                progress(len(found), len(tasks))
    table: dict[str, list[dict[str, Any]]] = {row: [] for row in rows}
    for number, (row, _) in enumerate(tasks):
        table[row].append(found[number])
    return table


def survey(
    chosen: Plan, progress: Callable[[int, int], None] | None = None, ready: Callable[[], None] = get_ready
) -> dict[str, Any]:
    """Run all rows and return the whole statement, in plain values: see :func:`summarise`."""
    chosen.executor.check()
    ready()
    return summarise(chosen, measure(chosen, progress))


def summarise(chosen: Plan, found: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """Sum up: one row per channel, with the effect of it alone, and what is missing when it alone is taken away."""
    everything = {name: _compared(found[ALL], name) for name in HEADLINE}
    none = [sorted(one["differing"]) for one in found[NONE]]
    differing = sorted({name for names in none for name in names})
    rows = []
    for name in CHANNELS:
        channel, alone, without = TABLE[name], found[name], found[f"{WITHOUT}{name}"]
        direct = _compared(alone, "direct")
        rows.append({
            "channel": name, "acts_on": channel.acts_on, "off": channel.off, "measure": channel.label, "unit": channel.unit,
            **direct, "expected": channel.small_units, "verdict": verdict(channel.small_units, direct),
            "silent": all(not one["differing"] for one in alone),
            "alone": {k: _compared(alone, k) for k in HEADLINE},
            "taken_away": {k: _missing(found[ALL], without, k) for k in HEADLINE},
            "silent_with": [" ".join(words) for words in channel.silent],
        })  # fmt: skip
    config = chosen.config
    return {
        "command": command("channels", chosen.words),
        "world": config["world"]["name"], "households": config["world"]["households"], "policy": config["policy"]["name"],
        "small": chosen.sizes[0], "large": chosen.sizes[1],
        "replicates": len(chosen.seeds), "first_seed": chosen.seeds[0],
        "burn_in_weeks": config["run"]["burn_in_weeks"], "weeks": config["run"]["weeks"],
        "outcomes": {k: {"label": OUTCOMES[k].label, "unit": OUTCOMES[k].unit} for k in HEADLINE},
        "channels": rows, ALL: everything,
        NONE: {"identical": sum(not names for names in none), "differing": differing,
               **{k: _compared(found[NONE], k) for k in HEADLINE}},
        "first_replicate": {row: {k: [_number(v) for v in pair] for k, pair in found[row][0]["pair"].items()} for row in found},
    }  # fmt: skip


def _values(entries: Sequence[Mapping[str, Any]], name: str, side: int) -> pd.Series:
    return pd.Series([entry["pair"][name][side] for entry in entries], dtype=np.float64)


def _missing(ten: Sequence[Mapping[str, Any]], nine: Sequence[Mapping[str, Any]], name: str) -> dict[str, Any]:
    """What small minus large units lose, seed by seed, when one of the ten channels is off."""
    gaps = [_values(entries, name, 0) - _values(entries, name, 1) for entries in (ten, nine)]
    return _plain(interval((gaps[0] - gaps[1]).dropna()))


def _compared(entries: Sequence[Mapping[str, Any]], name: str) -> dict[str, Any]:
    """Means in small and large units, and their difference seed by seed with its standard error and interval."""
    p = paired(_values(entries, name, 0), _values(entries, name, 1))
    error = None if p.sd is None else p.sd / p.difference.replicates**0.5
    return {
        "in_small": _number(p.mean), "in_large": _number(p.reference_mean), "standard_error": error, **_plain(p.difference),
    }  # fmt: skip


def _plain(found: Interval) -> dict[str, Any]:
    return {"difference": _number(found.mean), "low": found.low, "high": found.high}


def _number(value: float) -> float | None:
    """Return a number, or None for what was never measured: JSON knows no other."""
    return None if math.isnan(value) else float(value)


def clear(found: Mapping[str, Any]) -> bool:
    """Whether a difference has an interval that excludes zero."""
    return found["low"] is not None and (found["low"] > 0 or found["high"] < 0)


def verdict(expected: str, found: Mapping[str, Any]) -> str:
    """Say whether the measure moved as expected."""
    if found["difference"] is None:
        return "never measured"
    if found["low"] is None:
        return "not judged: one replicate"
    if not clear(found):
        return "no clear difference"
    more = found["difference"] > 0
    if expected == FORMULA:
        return "more in small units" if more else "less in small units"
    return "as expected" if more == (expected == MORE) else "the other way"
