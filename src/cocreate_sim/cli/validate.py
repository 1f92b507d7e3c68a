"""``cocreate validate``: the formulas that the model must reduce to; expected, simulated, standard error, verdict."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import CoCreateError, ConfigError
from . import show
from .progress import Progress
from .runs import warm_up

if TYPE_CHECKING:
    from ..config import Scenario
    from ..model import CoCreateModel
    from ..validation.case import Case, Formula, Row


def validate(options: argparse.Namespace) -> None:
    """Check formulas and print one table.

    Raises
    ------
    CoCreateError
        After the table, when a formula does not hold or a planted error was missed.
    """
    work = _asked(options)
    warm_up(options.quiet)
    if options.planted:
        _planted([formula for formula, _ in work], options)
    else:
        _formulas(work, options)


def _asked(options: argparse.Namespace) -> list[tuple[Formula, list[Case]]]:
    """Return formulas and their cases, or refuse what was typed before any work."""
    names = [word for word in options.words if "=" not in word]
    given = [word for word in options.words if "=" in word]
    from ..validation.catalogue import chosen, own_case

    formulas = chosen(names)
    if options.planted and options.quick:
        raise ConfigError("--quick and --planted go separately: a planted error is looked for in one case of each formula anyway")
    if not given:
        return [(f, list(f.cases[:1] if options.quick else f.cases)) for f in formulas]
    if len(names) != 1:
        raise ConfigError(f"{given[0]!r} is a parameter of one formula, but {len(names)} were named (command line)")
    if options.planted or options.quick:
        raise ConfigError(f"{given[0]!r} asks for a case of your own; --planted and --quick are for the cases that ship")
    from ..config.overrides import parse

    words = parse(given)
    for word in words:
        if word.several:
            raise ConfigError(f"{word.text!r} has several values; a case has one (command line)")
    case = own_case(formulas[0], {word.key: word.value for word in words})
    formulas[0].check(case)
    return [(formulas[0], [case])]


def _formulas(work: Sequence[tuple[Formula, list[Case]]], options: argparse.Namespace) -> None:
    from ..model import CoCreateModel
    from ..validation.case import HOLDS
    from ..validation.page import HEAD, cells, count, verdict
    from ..validation.reduced import told

    total, done = sum(len(cases) for _, cases in work), 0
    lines: list[tuple[Formula, Row, list[dict[str, Any]]]] = []
    with Progress("cases", options.quiet) as progress:
        for formula, cases in work:
            for case in cases:
                settings: list[dict[str, Any]] = []

                def start(scenario: Scenario, settings: list[dict[str, Any]] = settings) -> CoCreateModel:
                    settings.append(told(scenario))
                    return CoCreateModel(scenario)

                lines += [(formula, row, settings) for row in formula.rows(case, start)]
                done += 1
                progress(done, total)
    bad = {formula.name: None for formula, row, _ in lines if row.verdict != HOLDS}
    if options.json:
        show.as_json([_as_json(row, settings) for _, row, settings in lines])
    elif not options.quiet:
        show.table(("formula", *HEAD), ((formula.name, *cells(formula, row)) for formula, row, _ in lines))
        print()
        for line in _notes():
            show.paragraph(line)
        print(verdict(len(work), len(lines), len(bad)))
    if bad:
        raise CoCreateError(
            f"{count(len(bad), 'formula')} of {len(work)} not within the error of the simulation: {', '.join(bad)}"
        )


def _notes() -> Iterator[str]:
    from ..validation.catalogue import NOT_YET
    from ..validation.page import NOTICES

    yield NOTICES
    yield "Not yet in the model, or no rule of it: " + "; ".join(f"{name} ({why})" for name, why in NOT_YET.items()) + "."


def _planted(formulas: Sequence[Formula], options: argparse.Namespace) -> None:
    """Show for each formula whether a small error, planted in the model, is noticed."""
    from ..validation.page import count

    found = []
    with Progress("errors planted", options.quiet) as progress:
        for done, formula in enumerate(formulas, 1):
            found.append((formula, formula.noticed()))
            progress(done, len(formulas))
    missed = [formula.name for formula, by in found if not by]
    if options.json:
        show.as_json([{"formula": f.name, "planted": f.planted.what, "noticed_by": by} for f, by in found])
    elif not options.quiet:
        show.table(
            ("formula", "planted error", "noticed by"), [(f.name, f.planted.what, "; ".join(by) or "NOBODY") for f, by in found]
        )
        print(f"\n{len(found) - len(missed)} of {count(len(found), 'planted error')} noticed, {len(missed)} missed")
    if missed:
        raise CoCreateError(f"{count(len(missed), 'planted error')} not noticed: {', '.join(missed)}")


def _as_json(row: Row, settings: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "formula": row.formula, "parameters": row.parameters, "quantity": row.quantity, "expected": row.expected,
        "simulated": row.simulated, "standard_error": row.error, "z": row.z, "notices": row.notices,
        "most_allowed_to_go_unnoticed": None if row.sharp == float("inf") else row.sharp, "verdict": row.verdict,
        "settings": settings,
    }  # fmt: skip
