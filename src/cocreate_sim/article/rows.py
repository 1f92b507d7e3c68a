"""The rows of `facts.yaml`: what the article says, in our own words, with its figures and their units."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import ConfigError, nearest

FACTS = Path(__file__).with_name("facts.yaml")
IDS = (*(f"S{k:02d}" for k in range(1, 67)), *(f"C{k:02d}" for k in range(1, 16)))
"""S: figures and claims of the article; C: arithmetic on them. None may be missing."""
CHECKED = ("calibration target", "validation")
"""Kinds of rows to which a result must answer: a test, an outcome or a formula."""
KINDS = ("input", *CHECKED, "context")
_KEYS = ("id", "topic", "says", "figures", "place", "kind", "bound")
_ID = re.compile(r"(?<![\w#.-])([SC])(\d{2})(?:[-–]\1(\d{2}))?(?![\w-])")

Binding = tuple[str, str]
"""What kind of thing answers to a row, and its name: ("setting", "levers.posts")."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a figure or a claim of the article, or arithmetic on its figures."""

    id: str
    topic: str
    says: str
    figures: dict[str, tuple[Any, str]]
    """Name of a figure -> its value and unit."""
    place: str
    kind: str
    bound: tuple[Binding, ...]
    """What answers to the row, as far as it is listed here."""

    def figure(self, name: str) -> Any:
        """Return the value of a figure."""
        return self.figures[name][0]

    def told(self) -> str:
        """Return the figures as a reader expects them: after: 72 posts per subdistrict; sign: positive."""
        return "; ".join(f"{name.replace('_', ' ')}: {_said(*figure)}" for name, figure in self.figures.items())


def _said(value: Any, unit: str) -> str:
    if unit == "sign":
        return "positive" if value > 0 else "negative"
    if unit == "yes or no":
        return "yes" if value else "no"
    if unit in ("year", "month"):
        return str(value)
    return f"{value:,.10g} {unit}"


def ids_in(text: str) -> Iterator[str]:
    """Return the ids named in a text; a range such as S02-S04 names every id in it."""
    for letter, first, last in _ID.findall(text):
        yield from (f"{letter}{k:02d}" for k in range(int(first), int(last or first) + 1))


def read(path: Path = FACTS) -> tuple[Row, ...]:
    """Return all rows, in the order of the file.

    Raises
    ------
    ConfigError
        When the file is not made of rows with all their parts, or a row is missing or there twice.
    """
    import yaml

    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    listed = content.get("facts") if isinstance(content, Mapping) else None
    if not isinstance(listed, list):
        raise ConfigError(f"{path.name} must hold a list of facts")
    rows = tuple(_row(entry, f"{path.name}, row {place}") for place, entry in enumerate(listed, 1))
    ids = [row.id for row in rows]
    if missing := [k for k in IDS if k not in ids]:
        raise ConfigError(f"{path.name} lacks {', '.join(missing)}")
    if twice := sorted({k for k in ids if ids.count(k) > 1}):
        raise ConfigError(f"{path.name} holds {', '.join(twice)} twice")
    return rows


def _row(entry: Any, where: str) -> Row:
    if not isinstance(entry, Mapping) or set(entry) != set(_KEYS):
        raise ConfigError(f"{where} must have {', '.join(_KEYS)}")
    if entry["id"] not in IDS:
        raise ConfigError(f"{where}: id = {entry['id']!r} is not known{nearest(str(entry['id']), IDS)}")
    where = f"{where} ({entry['id']})"
    for key in ("topic", "says", "place"):
        if not isinstance(entry[key], str) or not entry[key].strip():
            raise ConfigError(f"{where}: {key} must be a text")
    if entry["kind"] not in KINDS:
        hint = nearest(str(entry["kind"]), KINDS)
        raise ConfigError(f"{where}: kind = {entry['kind']!r} is not known{hint}; allowed: {', '.join(KINDS)}")
    figures, bound = _figures(entry["figures"], where), _bindings(entry["bound"], where)
    return Row(entry["id"], entry["topic"], entry["says"], figures, entry["place"], entry["kind"], bound)


def _figures(given: Any, where: str) -> dict[str, tuple[Any, str]]:
    good = isinstance(given, Mapping) and all(
        isinstance(pair, Sequence) and len(pair) == 2 and isinstance(pair[0], int | float | str) and isinstance(pair[1], str)
        for pair in given.values()
    )
    if not good or not given:
        raise ConfigError(f"{where}: figures must be a mapping of names to [value, unit], with one at least")
    return {str(name): (pair[0], pair[1]) for name, pair in given.items()}


def _bindings(given: Any, where: str) -> tuple[Binding, ...]:
    if not isinstance(given, list) or not all(isinstance(b, Mapping) and len(b) == 1 for b in given):
        raise ConfigError(f"{where}: bound must be a list of single entries such as 'setting: levers.posts'")
    return tuple((str(kind), str(name)) for entry in given for kind, name in entry.items())
