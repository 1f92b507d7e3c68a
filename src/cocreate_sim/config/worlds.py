"""Worlds of one's own as replicates: a table of settings, one world per line, such as those that a calibration accepted.

``worlds=FILE.csv`` lets replicate r run in world r of the table, under every arm alike. A setting that is given a value, or
varied, is not taken from the table.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..engine.settings import check_value
from ..errors import ConfigError, nearest
from .check import DEFAULT, brackets, plain

KIND = "worlds"
"""Kind of the entry that stands in the place of a number, and holds the number of each world."""
NAME = "world"
"""Column of the table with the name of each world; it may be left out."""
_TOP = "uncertainties."
_LARGEST = 100_000_000
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Worlds:
    """A table of worlds: the address of each setting, and its number in each world."""

    columns: dict[str, list[Any]]

    @property
    def count(self) -> int:
        """Number of worlds."""
        return len(next(iter(self.columns.values())))


def entry(first: int, values: Sequence[Any]) -> dict[str, Any]:
    """Return what stands in a config in the place of a number: world k is that of seed ``first + k``, and again n seeds later."""
    return {"kind": KIND, "first": int(first), "values": list(values)}


def is_entry(value: Any) -> bool:
    """Whether a value holds the numbers of several worlds."""
    return isinstance(value, Mapping) and value.get("kind") == KIND


def resolved(uncertainties: Any, seed: Any) -> Any:
    """Return uncertainties with the number of the seed's world in the place of every table; others are returned as they are."""
    if not isinstance(uncertainties, Mapping) or isinstance(seed, bool) or not isinstance(seed, int):
        return uncertainties
    return {
        name: {k: v["values"][(seed - v["first"]) % len(v["values"])] if is_entry(v) else v for k, v in settings.items()}
        if isinstance(settings, Mapping)
        else settings
        for name, settings in uncertainties.items()
    }


def put(uncertainties: dict[str, Any], given: Any, worlds: Worlds, first: int) -> dict[str, Any]:
    """Return checked uncertainties with the numbers of the worlds, except where a setting was given a value of its own."""
    own = given if isinstance(given, Mapping) else {}
    result = {name: dict(values) if isinstance(values, Mapping) else values for name, values in uncertainties.items()}
    for address, numbers in worlds.columns.items():
        _, mechanism, name = address.split(".")
        if name not in (own.get(mechanism) or {}):
            result[mechanism][name] = entry(first, numbers)
    return result


def refuse_with(uncertainties: Mapping[str, Any], design: str, sampled: Sequence[str], file: str) -> None:
    """Refuse what cannot go with a table of worlds: draws from priors, which would mix two beliefs about the world."""
    where = "(command line)"
    if design in sampled:
        raise ConfigError(
            f"worlds = {file} and design = {design} both say what the world may be; allowed with worlds: grid, list {where}"
        )
    for key in ("correlations", DEFAULT):
        if uncertainties.get(key) and uncertainties[key] != "centre":
            raise ConfigError(
                f"worlds = {file} and uncertainties.{key} = {str(uncertainties[key])[:60]} both say what the world may be; "
                f"leave one of them out {where}"
            )


def read(file: str, mechanisms: Mapping[str, Any], where: str = "") -> Worlds:
    """Read a table of worlds (CSV, UTF-8): a head of addresses such as uncertainties.casework.rho_40, then a world per line.

    Raises
    ------
    ConfigError
        For a file that cannot be read, an address that does not exist, or a number that its setting cannot have: with the line.
    """
    path = Path(file).expanduser()
    head, lines = _lines(path, file, where)
    known = [f"{_TOP}{m}.{f}" for m, mechanism in mechanisms.items() for f in mechanism.Settings.__dataclass_fields__]
    allowed = set(known)
    for address in head:
        if address != NAME and address not in allowed:
            raise ConfigError(
                f"{file}, line 1: {address!r} is not an uncertainty{nearest(address, known)}; allowed: {NAME}, "
                f"{_TOP}MECHANISM.SETTING"
            )
    twice = [address for k, address in enumerate(head) if address in head[:k]]
    if twice:
        raise ConfigError(f"{file}, line 1: {twice[0]!r} stands there twice; allowed: each setting once")
    columns: dict[str, list[Any]] = {address: [] for address in head if address != NAME}
    if not columns:
        raise ConfigError(f"{file}, line 1 names no setting; allowed: {NAME}, {_TOP}MECHANISM.SETTING")
    for number, cells in lines:
        if len(cells) != len(head):
            raise ConfigError(f"{file}, line {number}: {len(cells)} values, but the head has {len(head)}")
        for address, cell in zip(head, cells, strict=True):
            if address != NAME:
                columns[address].append(_value(address, cell, mechanisms, f"{file}, line {number}"))
    return Worlds(columns)


def _lines(path: Path, file: str, where: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    place = brackets(where)
    if "\0" in file or not path.is_file():
        there = sorted(str(p) for p in path.parent.glob("*.csv"))[:1000] if "\0" not in file else []
        raise ConfigError(
            f"worlds = {file!r} is not a file{nearest(file, there)}; allowed: a CSV file, such as the worlds.csv of "
            f"`cocreate calibrate`{place}"
        )
    if path.stat().st_size > _LARGEST:
        raise ConfigError(f"worlds = {file!r} has {path.stat().st_size} bytes; at most {_LARGEST} are read{place}")
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            rows = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader if any(cells)]
    except UnicodeDecodeError:
        raise ConfigError(f"worlds = {file!r} is not UTF-8 text{place}") from None
    except (OSError, csv.Error) as error:
        raise ConfigError(f"worlds = {file!r} cannot be read: {getattr(error, 'strerror', None) or error}{place}") from None
    if len(rows) < 2 or len(rows) > _MOST:
        raise ConfigError(f"worlds = {file!r} holds {max(len(rows) - 1, 0)} worlds beside its head; allowed: 1 to {_MOST}{place}")
    return rows[0][1], rows[1:]


def _value(address: str, cell: str, mechanisms: Mapping[str, Any], where: str) -> Any:
    """Check one number of one world."""
    try:
        number = float(cell)
    except ValueError:
        raise ConfigError(f"{address} = {cell!r} is not a number ({where})") from None
    _, mechanism, name = address.split(".")
    return plain(check_value(mechanisms[mechanism].Settings, name, number, address, where))
