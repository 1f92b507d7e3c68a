"""A world from a table: one compound per line of a CSV file, every cell checked, written as a file of settings."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..engine.settings import build, check_value, types_of
from ..errors import ConfigError, nearest
from ..world.listed import COLUMNS, MOST, NEEDED, ListedCompound, in_order, missing, problem, totals

LARGEST = 5_000_000
"""Largest table that is read, in bytes."""
CHINESE = {
    "街道": "subdistrict", "社区": "community", "社區": "community", "小区": "compound", "小區": "compound",
    "户数": "households", "戶數": "households", "网格数": "grids", "網格數": "grids",
    "楼栋数": "buildings", "樓棟數": "buildings",
    "门栋户数": "stair_size", "門棟戶數": "stair_size", "居民数": "residents", "居民數": "residents",
    "集体户数": "collective_households", "集體戶數": "collective_households", "改造点数": "sites", "改造點數": "sites",
}  # fmt: skip
"""Columns as they may be headed in Chinese."""


def read(file: str | Path) -> list[ListedCompound]:
    """Read a table of compounds: those of a community, and of a subdistrict, are put one after the other.

    Raises
    ------
    ConfigError
        For the first thing that cannot be used: with file, line and column, what is allowed, and what is nearest.
    """
    path = Path(file)
    lines = _lines(path)
    head = _head(path, lines[0][1])
    found = []
    for line, cells in lines[1:]:
        if len(cells) != len(head):
            raise ConfigError(f"{path}, line {line} has {len(cells)} cells; allowed: {len(head)}, as in line 1")
        found.append((line, _row(f"{path}, line {line}", dict(zip(head, (cell.strip() for cell in cells), strict=True)))))
    if not 1 <= len(found) <= MOST:
        raise ConfigError(f"{path} has {len(found)} compounds; allowed: 1 to {MOST}")
    line_of = {id(row): line for line, row in found}
    rows = in_order([row for _, row in found])
    wrong = problem(rows, lambda k: f"line {line_of[id(rows[k])]}")
    if wrong is not None:
        k, column, why = wrong
        raise ConfigError(f"{path}, line {line_of[id(rows[k])]}, column {column}: {why}")
    return rows


def _lines(path: Path) -> list[tuple[int, list[str]]]:
    """Return the lines that hold anything, with their numbers."""
    if not path.is_file():
        there = sorted(str(p) for p in path.parent.glob("*.csv"))
        hint = nearest(str(path), there) or (f"; tables there: {', '.join(there[:10])}" if there else "")
        raise ConfigError(f"{path} is not a file{hint}; allowed: a CSV table with a row per compound")
    if path.stat().st_size > LARGEST:
        raise ConfigError(f"{path} has {path.stat().st_size} bytes; at most {LARGEST} are read")
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            lines = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not UTF-8 text; save the table as CSV in UTF-8") from None
    except (OSError, csv.Error) as error:
        raise ConfigError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if not lines:
        raise ConfigError(f"{path} is empty; line 1 names the columns: {', '.join(COLUMNS)}")
    return lines


def _head(path: Path, cells: Sequence[str]) -> list[str]:
    """Return the names of the columns."""
    names = [CHINESE.get(cell.strip(), cell.strip()) for cell in cells]
    if len(names) == 1 and re.search(r"[;\t，；]", names[0]):
        raise ConfigError(f"{path}, line 1: columns must be parted by commas, not by semicolons, tabs or full-width marks")
    for k, name in enumerate(names, 1):
        if name not in COLUMNS:
            allowed = ", ".join(COLUMNS if name.isascii() else (f"{said} ({column})" for said, column in CHINESE.items()))
            raise ConfigError(
                f"{path}, line 1, column {k}: {name!r} is not known{nearest(name, [*COLUMNS, *CHINESE])}; allowed here: {allowed}"
            )
        if name in names[: k - 1]:
            raise ConfigError(f"{path}, line 1, column {k}: {name!r} stands there twice; allowed: each column once")
    absent = [name for name in NEEDED if name not in names]
    if absent:
        raise ConfigError(f"{path}, line 1: the column {absent[0]} is missing; needed: {', '.join(NEEDED)}")
    return names


def _row(here: str, cells: Mapping[str, str]) -> ListedCompound:
    """Check the cells of one line; an empty one leaves its column open."""
    values: dict[str, Any] = {}
    for name, cell in cells.items():
        if cell:
            address = f"{here}, column {name}"
            number = int in (hint := types_of(ListedCompound)[name], *getattr(hint, "__args__", ()))
            if number and not re.fullmatch(r"[+-]?\d{1,15}", cell):
                raise ConfigError(f"{address} = {cell!r} is not a whole number; allowed: digits only, such as 640")
            values[name] = check_value(ListedCompound, name, int(cell) if number else cell, address)
    if column := missing(values):
        raise ConfigError(f"{here}, column {column} is empty; needed: {', '.join(NEEDED)}")
    return build(ListedCompound, values, here)


def as_yaml(rows: Sequence[ListedCompound], settings: Mapping[str, Any], head: str) -> str:
    """Return a file of world settings: what was set besides, then one line per compound."""
    import yaml

    def flow(value: Any) -> str:
        return yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**6).strip()

    lines = [f"# {line}" for line in head.splitlines()]
    lines += [f"{name}: {flow(value).removesuffix('...').strip()}" for name, value in settings.items()]
    return "\n".join([*lines, "listed:", *(f"  - {flow(row.as_mapping())}" for row in rows)]) + "\n"


def in_words(rows: Sequence[ListedCompound]) -> str:
    """Say how large the place is."""
    number = totals(rows)
    counted = [f"{number[name]:,} {name}" for name in ("compounds", "communities", "subdistricts", "grids", "households")]
    singular = {"compounds": "compound", "communities": "community", "subdistricts": "subdistrict", "grids": "grid"}
    for k, text in enumerate(counted):
        if text.startswith("1 "):
            counted[k] = f"1 {singular.get(text[2:], 'household')}"
    return f"{', '.join(counted[:-1])} and {counted[-1]}"
