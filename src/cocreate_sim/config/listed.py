"""Listed compounds in a config: each row checked, then all together, and the numbers of the world that follow from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..engine.settings import row_of
from ..errors import ConfigError
from ..world.listed import MOST, ListedCompound, missing, problem, totals

Place = Callable[[tuple[str, ...]], str]


def check(value: Any, parts: tuple[str, ...], place: Place) -> list[dict[str, Any]]:
    """Check a list of compounds and return it as plain rows; nothing counts as an empty list."""
    address = ".".join(parts)
    if value is None:
        return []
    if not isinstance(value, list | tuple) or len(value) > MOST:
        raise ConfigError(
            f"{address} = {str(value)[:80]} must be a list of at most {MOST} compounds such as "
            f"{{compound: Lakeside, households: 640}}{_brackets(place(parts))}"
        )
    rows = []
    for k, given in enumerate(value):
        here, where = f"{address}[{k}]", place((*parts, str(k))) or place(parts)
        row = row_of(ListedCompound, given, here, where)
        if not isinstance(given, ListedCompound) and (column := missing(given)):
            raise ConfigError(f"{here}.{column} is missing; a compound needs compound and households{_brackets(where)}")
        rows.append(row)
    found = problem(rows, lambda k: f"{address}[{k}]")
    if found is not None:
        k, column, wrong = found
        raise ConfigError(f"{address}[{k}].{column}: {wrong}{_brackets(place((*parts, str(k))) or place(parts))}")
    return [row.as_mapping() for row in rows]


def with_totals(world: dict[str, Any], given: Mapping[str, Any], parts: tuple[str, ...], place: Place) -> dict[str, Any]:
    """Return a checked world with the numbers that follow from its listed compounds; refuse others that were given."""
    if not world["listed"]:
        return world
    found = totals([row_of(ListedCompound, row, "") for row in world["listed"]])
    for name, number in found.items():
        if name in given and world[name] != number:
            address = ".".join((*parts, name))
            raise ConfigError(
                f"{address} = {world[name]}{_brackets(place((*parts, name)))} contradicts {'.'.join(parts)}.listed, which has "
                f"{number}{_brackets(place((*parts, 'listed')))}; allowed: {number}, or leave it out"
            )
    return world | found


def _brackets(where: str) -> str:
    return f" ({where})" if where else ""
