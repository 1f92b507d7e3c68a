"""How checked formulas are told: the cells of a row, and a page in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .case import Formula, Row

HEAD = ("parameters", "quantity", "expected", "simulated", "std error", "notices", "verdict")

NOTICES = (
    "notices: the smallest relative error of the model that the check would notice, 3 standard errors over the expected number; "
    "where chance plays no part, the difference that is allowed. Seeds are fixed, so the table is the same each time."
)


def count(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> count(2, "formula")
    '2 formulas'
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _value(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "none", True: "true", False: "false"}[value]
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def parameters(formula: Formula, given: Mapping[str, Any]) -> str:
    """Return parameters as one types them, without those that are the formula's usual ones."""
    shown = {k: v for k, v in given.items() if k not in formula.defaults or formula.defaults[k] != v}
    return " ".join(f"{name}={_value(value)}" for name, value in shown.items())


def cells(formula: Formula, row: Row) -> tuple[str, ...]:
    """Return the cells of a row under :data:`HEAD`."""
    return (
        parameters(formula, row.parameters), row.quantity, f"{row.expected:.6g}", f"{row.simulated:.6g}",
        f"{row.error:.2g}" if row.error > 0.0 else "-", f"{row.notices:.2g}", row.verdict,
    )  # fmt: skip


def verdict(formulas: int, numbers: int, failed: int) -> str:
    """Return the sentence under the table."""
    right = formulas - failed
    return f"{count(right, 'formula')} ({count(numbers, 'number')}) hold{'s' * (right == 1)}, {failed} fail{'s' * (failed == 1)}"


def _line(values: Iterable[str]) -> str:
    return "| " + " | ".join(value.replace("|", "\\|") for value in values) + " |"


def line(formula: Formula, row: Row) -> str:
    """Return a row as a line of a Markdown table."""
    return _line(cells(formula, row))


def introduction(formula: Formula) -> str:
    """Return a formula in words: title, formula, limit, source, parameters and planted error."""
    names = "; ".join(f"`{name}` {meaning}" for name, meaning in formula.parameters.items())
    case = parameters(formula, formula.complete(formula.cases[formula.planted.case].parameters))
    return (
        f"## {formula.name}: {formula.title}\n\n`{formula.text}`\n\n- Holds when: {formula.limit}.\n- Source: {formula.source}.\n"
        f"- Parameters: {names}.\n- Planted error: {formula.planted.what} (`{case}`)."
    )


def section(formula: Formula, rows: Sequence[Row], noticed: Sequence[str]) -> str:
    """Return all that the page says of one formula."""
    table = "\n".join([_line(HEAD), _line(["---"] * len(HEAD)), *(line(formula, row) for row in rows)])
    return f"{introduction(formula)}\n- Noticed by: {'; '.join(noticed) or 'nobody'}.\n\n{table}\n"
