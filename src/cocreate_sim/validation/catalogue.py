"""All formulas that the model must reduce to, by name, and those whose mechanism does not exist yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import ConfigError, unknown
from .case import Case, Formula
from .helpers import HELPERS
from .participation import PARTICIPATION
from .queues import QUEUES
from .reports import REPORTS
from .slow import SLOW
from .staff import STAFF
from .units import UNITS
from .upkeep import UPKEEP

EVERY: tuple[Formula, ...] = (*QUEUES, *REPORTS, *STAFF, *PARTICIPATION, *HELPERS, *UNITS, *SLOW, *UPKEEP)
FORMULAS: dict[str, Formula] = {f.name: f for f in EVERY}
"""Every formula by its name, in the order in which they are printed."""

NOT_YET: dict[str, str] = {
    "Bass diffusion": "clubs and building councils, which would grow by word of mouth, are not yet in the model",
    "SIS (recruiting and lapsing)": "volunteers are not recruited by volunteers; they register at activities",
    "Polya urn": "building councils that exchange favours are not yet in the model",
    "duplicate reports (Poisson)": "an issue that has been reported is known; nobody reports it a second time meanwhile",
    "Graicunas": "a count of relations, not a rule; talk costs follow pairs (best_size)",
}
"""Formulas of the evidence (B) that cannot be checked, and why."""


def chosen(names: Iterable[str]) -> list[Formula]:
    """Return formulas by name, all of them when none is named."""
    found = []
    for name in names:
        if name not in FORMULAS:
            raise unknown("", name, FORMULAS, "cocreate validate")
        found.append(FORMULAS[name])
    return found or list(FORMULAS.values())


def own_case(formula: Formula, given: Mapping[str, Any]) -> Case:
    """Return a case with the reader's own parameters; those not given are those of the formula's first case."""
    base = formula.complete(formula.cases[0].parameters)
    kinds = {name: {type(formula.complete(c.parameters)[name]) for c in formula.cases} for name in base}
    for name, value in given.items():
        if name not in base:
            raise unknown(formula.name, name, base, "command line")
        base[name] = _typed(f"{formula.name}.{name}", value, kinds[name])
    return Case(base)


def _typed(address: str, value: Any, kinds: set[type]) -> Any:
    """Refuse a value that is of another type than those of the formula's own cases."""
    if isinstance(value, str) and value.lower() in ("none", "null"):
        value = None
    if type(value) in kinds:
        return value
    if float in kinds and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    words = {int: "a whole number", float: "a number", bool: "true or false", str: "a word", type(None): "none"}
    allowed = " or ".join(words[kind] for kind in words if kind in kinds)
    raise ConfigError(f"{address} = {value!r} must be {allowed} (command line)")
