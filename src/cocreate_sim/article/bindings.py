"""What in the model answers to a row of the article, and whether it exists.

Settings name the rows they rest on in their source, mechanisms in their seed_facts, configurations in their comments: such
bindings are found there. Tests, outcomes and formulas, and the reason why a row is context only, stand in `facts.yaml`.
"""

from __future__ import annotations

import ast
import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..config import StudySettings, config_folder
from ..config.settings import LIGHT
from ..errors import ConfigError, nearest
from ..outcomes.catalogue import OUTCOMES
from ..schedule import MECHANISMS
from ..validation.catalogue import FORMULAS
from ..world.events import KINDS as EVENT_KINDS
from .rows import CHECKED, Binding, Row, ids_in, read

FOLDERS = ("world", "policy", "experiment", "uncertainties")
"""Folders of configs/: a file in one of them may rest on a row."""
NAMED = ("setting", "mechanism", *FOLDERS)
"""Things that say themselves on which rows they rest."""
RESULTS = ("outcome", "formula", "test")
"""Things that show what comes out."""


@dataclass(frozen=True, slots=True)
class BoundRow:
    """A row with everything that answers to it, and whether that is what its kind asks for."""

    row: Row
    bound: tuple[Binding, ...]
    status: str
    """bound, context or unbound."""


def settings() -> dict[str, str]:
    """Return the source of every setting by its address."""
    sections: list[tuple[str, type]] = [(f"{name}.", cls) for name, cls in LIGHT.items()]
    sections += [(f"uncertainties.{m.name}.", m.Settings) for m in MECHANISMS] + [("", StudySettings)]
    return {f"{start}{f.name}": f.metadata["setting"].source for start, cls in sections for f in dataclasses.fields(cls)}


def naming() -> dict[Binding, tuple[str, ...]]:
    """Return everything that can name rows of the article, and the rows that it names."""
    found: dict[Binding, tuple[str, ...]] = {("setting", a): tuple(ids_in(source)) for a, source in settings().items()}
    found |= {("mechanism", m.name): m.seed_facts for m in MECHANISMS}
    for folder in FOLDERS:
        for path in sorted((config_folder() / folder).glob("*.yaml")):
            found[folder, path.stem] = tuple(ids_in(path.read_text(encoding="utf-8")))
    return found


def bound_rows(rows: Iterable[Row] | None = None) -> list[BoundRow]:
    """Return the rows of the article with all that answers to each: what names it, then what is listed in its row."""
    naming_it: dict[str, list[Binding]] = defaultdict(list)
    for binding, ids in naming().items():
        for identifier in ids:
            naming_it[identifier].append(binding)
    made = []
    for row in read() if rows is None else rows:
        bound = tuple(dict.fromkeys((*naming_it[row.id], *row.bound)))
        made.append(BoundRow(row, bound, _status(row, bound)))
    return made


def _status(row: Row, bound: Iterable[Binding]) -> str:
    """An input needs something that rests on it, a check needs a result that answers to it, context needs its reason."""
    if row.kind == "context":
        wanted: tuple[str, ...] = ("context",)
    else:
        wanted = RESULTS if row.kind in CHECKED else NAMED
    if not any(kind in wanted for kind, _ in bound):
        return "unbound"
    return "context" if row.kind == "context" else "bound"


def counts(rows: Iterable[BoundRow]) -> dict[str, int]:
    """Count the rows that are bound, that are context only, and that nothing answers to."""
    statuses = [row.status for row in rows]
    return {status: statuses.count(status) for status in ("bound", "context", "unbound")}


def faults(checkout: Path | None = None, rows: Iterable[Row] | None = None) -> list[str]:
    """Say what is wrong with the bindings: what does not exist, and what does not name its row.

    Parameters
    ----------
    checkout
        The folder that holds ``tests``; without it, bindings to tests are taken as they stand.
    rows
        The rows to look at, by default those of the project.
    """
    made = bound_rows(rows)
    names = naming()
    exists: dict[str, Callable[[str], str]] = {
        **{kind: _among(kind, [n for k, n in names if k == kind]) for kind in NAMED},
        "outcome": _among("outcome", OUTCOMES),
        "formula": _among("formula", FORMULAS),
        "event": _among("event", [k.name for k in EVENT_KINDS]),
        "test": (lambda name: fault_of_test(name, checkout)) if checkout else (lambda _: ""),
        "context": lambda why: "" if len(why.split()) > 3 else f"{why!r} is no reason",
    }
    wrong = []
    for one in made:
        row = one.row
        for kind, name in row.bound:
            if kind not in exists:
                wrong.append(f"{row.id}: {kind} is no kind of binding{nearest(kind, exists)}; allowed: {', '.join(exists)}")
            elif fault := exists[kind](name):
                wrong.append(f"{row.id}: {fault}")
            elif kind in NAMED and row.id not in names[kind, name]:
                wrong.append(f"{row.id}: {kind} {name} does not name {row.id} as what it rests on")
            elif kind == "context" and row.kind != "context":
                wrong.append(f"{row.id}: a row of kind {row.kind} cannot be context only")
    known = {one.row.id for one in made}
    wrong += [f"{kind} {name} names {k}, which is no row" for (kind, name), ids in names.items() for k in ids if k not in known]
    return wrong


def check(checkout: Path | None = None) -> None:
    """Raise ConfigError, naming every fault and every row that is bound to nothing."""
    told = [f"{one.row.id}: nothing answers to it ({one.row.says})" for one in bound_rows() if one.status == "unbound"]
    if told := faults(checkout) + told:
        raise ConfigError(f"{len(told)} faults in the rows of the article:\n" + "\n".join(told))


def _among(kind: str, names: Iterable[str]) -> Callable[[str], str]:
    known = list(names)
    return lambda name: "" if name in known else f"{kind} {name} does not exist{nearest(name, known)}"


def fault_of_test(name: str, checkout: Path) -> str:
    """Say why a test named ``tests/FILE.py::FUNCTION`` cannot be found, or nothing."""
    file, _, function = name.partition("::")
    path = checkout / file
    if not file.startswith("tests/") or not path.is_file():
        return f"test file {file} does not exist"
    known = _functions(path, path.stat().st_mtime_ns)
    if not function.startswith("test_") or function not in known:
        return f"{file} has no test {function}{nearest(function, known)}"
    return ""


@lru_cache(maxsize=256)
def _functions(path: Path, _stamp: int) -> tuple[str, ...]:
    """Return the names of all functions in a file, without running it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return tuple(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def as_mapping(one: BoundRow) -> Mapping[str, Any]:
    """Return a row as it is written in JSON."""
    row = one.row
    return {
        "id": row.id,
        "topic": row.topic,
        "says": row.says,
        "figures": {name: {"value": value, "unit": unit} for name, (value, unit) in row.figures.items()},
        "place": row.place,
        "kind": row.kind,
        "status": one.status,
        "bound": [{kind: name} for kind, name in one.bound],
    }
