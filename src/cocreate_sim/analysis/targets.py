"""Targets: what is known of the real place, as bands that outcomes of a run must lie in; data, not code."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from ..errors import ConfigError, nearest, unknown
from .languages import translated

CALIBRATE, VALIDATE = "calibrate", "validate"
REALISED = "realised_"
"""Columns of runs.parquet that describe the built world begin so."""
_MOST = 100


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that is known: outcome x ``times`` / ``per`` of a run lies between ``low`` and ``high``."""

    name: str
    label: str
    kind: str
    """calibrate: worlds that miss it are not accepted; validate: told, never used."""
    outcome: str
    low: float
    high: float
    unit: str
    place: str
    """Where the numbers come from."""
    source: str
    elsewhere: bool = False
    """Whether they come, in part or all, from other cities."""
    weak: bool = False
    """Whether definitions differ so much that the band says little."""
    times: tuple[str | float, ...] = ()
    per: tuple[str | float, ...] = ()
    note: str = ""

    @property
    def used(self) -> bool:
        """Whether worlds are accepted by it."""
        return self.kind == CALIBRATE

    def of(self, runs: pd.DataFrame) -> pd.Series:
        """Return the value of every run; not a number where it cannot be measured."""
        value = runs[self.outcome].astype("float64")
        for factor in self.times:
            value = value * (runs[factor] if isinstance(factor, str) else factor)
        for factor in self.per:
            value = value / (runs[factor] if isinstance(factor, str) else factor)
        return value.where(np.isfinite(value)).rename(self.name)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values, as it stands in a file."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}


def target_words(name: str, label: str = "") -> str:
    """Name a target: in English as its file does, in Chinese by what it means, where the table knows it."""
    said = translated(name, "target")
    return label or name if said == name else said


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


_NAMES = tuple(f.name for f in fields(Target))
_NEEDED = ("name", "kind", "outcome", "low", "high")


def targets_of(content: Any, known: Collection[str], where: str) -> list[Target]:
    """Read targets from the content of a file.

    Parameters
    ----------
    content
        A mapping with a list ``targets``.
    known
        Names of outcomes that runs have.
    where
        The file, for messages.

    Raises
    ------
    ConfigError
        For an unknown key or outcome, a band without width, a name that is used twice, or no target to calibrate to.
    """
    listed = content.get("targets") if isinstance(content, Mapping) else None
    if not isinstance(listed, list) or not 1 <= len(listed) <= _MOST:
        raise ConfigError(f"{where}: targets must be a list of 1 to {_MOST} targets, each with {', '.join(_NEEDED)}")
    found = [_target(row, f"targets[{k}]", known, where) for k, row in enumerate(listed)]
    names = [target.name for target in found]
    twice = [name for k, name in enumerate(names) if name in names[:k]]
    if twice:
        raise ConfigError(f"{where}: two targets are named {twice[0]!r}; allowed: each name once")
    if not any(target.used for target in found):
        raise ConfigError(f"{where}: no target has kind: {CALIBRATE}, so that any world would be accepted")
    return found


def _target(row: Any, address: str, known: Collection[str], where: str) -> Target:
    if not isinstance(row, Mapping):
        raise ConfigError(f"{address} = {str(row)[:60]} must hold {', '.join(_NEEDED)} ({where})")
    for key in row:
        if key not in _NAMES:
            raise unknown(address, str(key), _NAMES, where)
    missing = [key for key in _NEEDED if key not in row]
    if missing:
        raise ConfigError(f"{address}.{missing[0]} is missing; needed: {', '.join(_NEEDED)} ({where})")
    if row["kind"] not in (CALIBRATE, VALIDATE):
        raise ConfigError(f"{address}.kind = {row['kind']!r} is not allowed; one of: {CALIBRATE}, {VALIDATE} ({where})")
    low, high = (_number(row[key], f"{address}.{key}", where) for key in ("low", "high"))
    if not low < high:
        raise ConfigError(f"{address}: low = {low:g} must be below high = {high:g} ({where})")
    texts = {key: " ".join(str(row.get(key, "")).split()) for key in ("unit", "place", "source", "note")}
    for key in ("elsewhere", "weak"):
        if not isinstance(row.get(key, False), bool):
            raise ConfigError(f"{address}.{key} = {row[key]!r} must be true or false ({where})")
    return Target(
        name=str(row["name"]), label=str(row.get("label") or row["name"]), kind=row["kind"],
        outcome=_column(row["outcome"], f"{address}.outcome", known, where), low=low, high=high,
        elsewhere=bool(row.get("elsewhere")), weak=bool(row.get("weak")),
        times=_factors(row.get("times"), f"{address}.times", known, where),
        per=_factors(row.get("per"), f"{address}.per", known, where), **texts,
    )  # fmt: skip


def _number(value: Any, address: str, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ConfigError(f"{address} = {value!r} is not a number ({where})")
    return float(value)


def _column(value: Any, address: str, known: Collection[str], where: str) -> str:
    if not isinstance(value, str) or (value not in known and not value.startswith(REALISED)):
        raise ConfigError(
            f"{address} = {value!r} is not an outcome{nearest(str(value), known)}; `cocreate describe outcomes` lists all "
            f"({where})"
        )
    return value


def _factors(values: Any, address: str, known: Collection[str], where: str) -> tuple[str | float, ...]:
    listed: Sequence[Any] = values if isinstance(values, list | tuple) else [] if values is None else [values]
    return tuple(_column(v, address, known, where) if isinstance(v, str) else _number(v, address, where) for v in listed)


def measured(runs: pd.DataFrame, targets: Sequence[Target], where: str = "the study") -> pd.DataFrame:
    """Return the value of every target in every run.

    Raises
    ------
    ConfigError
        When runs do not have a column that a target needs, or no run could measure a target.
    """
    for target in targets:
        for name in (target.outcome, *(f for f in (*target.times, *target.per) if isinstance(f, str))):
            if name not in runs.columns:
                raise ConfigError(f"target {target.name}: {where} has no column {name}{nearest(name, runs.columns)}")
    table = pd.DataFrame({target.name: target.of(runs) for target in targets})
    for target in targets:
        if target.used and len(table) and table[target.name].isna().all():
            raise ConfigError(
                f"target {target.name}: no run of {where} could measure {target.outcome}; leave the target out, or switch on "
                "what it measures"
            )
    return table
