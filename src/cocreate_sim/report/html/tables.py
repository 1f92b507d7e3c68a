"""The tables of a report: numbers with their intervals, which a reader can sort."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ...analysis.languages import say, translated
from ...analysis.load import ArmInfo
from ...analysis.paired import Interval
from .. import choice, words
from ..tables import StudyTables, is_number, known, shown_unit
from .elements import Markup, element, together

MOST_ROWS = 600
"""Rows of one table; a page with more would be slow to open. All rows are in comparison.csv."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, and the number or text by which its column is sorted."""

    shown: str
    by: float | str
    kind: str = ""


def table(caption: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Markup:
    """Return a sortable table; a row's first cell names it. Without scripts it is a plain table."""
    heads = [
        element("th", element("button", title, type="button", class_="sort"), scope="col", aria_sort="none") for title in head
    ]
    body = [
        element(
            "tr",
            *(
                element(
                    "th" if place == 0 else "td",
                    cell.shown,
                    scope="row" if place == 0 else None,
                    class_=cell.kind or None,
                    data_by=_by(cell),
                )
                for place, cell in enumerate(row)
            ),
        )
        for row in rows[:MOST_ROWS]
    ]
    cut = say("The first {n} of {all} rows; all are in comparison.csv.", n=MOST_ROWS, all=len(rows))
    whole = element(
        "table", element("caption", caption), element("thead", element("tr", *heads)), element("tbody", *body), class_="sortable"
    )
    return together(
        element("div", whole, class_="scroll", role="region", aria_label=caption, tabindex="0"),
        element("p", cut, class_="note") if len(rows) > MOST_ROWS else "",
    )


def _by(cell: Cell) -> str:
    return cell.by if isinstance(cell.by, str) else "" if math.isnan(cell.by) else repr(float(cell.by))


def differences(tables: StudyTables, outcomes: Sequence[str], caption: str) -> Markup:
    """Return one row per comparison and outcome: before, after, change with its interval, and how it is to be taken."""
    pairs = tables.compared
    named = choice.names(choice.distinct(arm for pair in pairs for arm in pair))
    rows = [_difference(tables, arm, base, name, named) for name in outcomes for arm, base in pairs if tables.has(name)]
    head = [
        say("Outcome|column"),
        say("Policy|column"),
        say("Compared with|column"),
        say("Mean there|column"),
        say("Mean here|column"),
        say("Unit|column"),
        say("Change (95 % interval)|column"),
        say("Verdict|column"),
    ]
    return table(caption, head, rows)


def _difference(tables: StudyTables, arm: ArmInfo, base: ArmInfo, name: str, named: dict[str, str]) -> list[Cell]:
    outcome = tables.outcome(name)
    percent, difference = tables.percent(arm, base, name), tables.difference(arm, base, name)
    before, after = tables.mean(base, name).mean, tables.mean(arm, name).mean
    change = words.signed(percent) if is_number(percent) else _absolute(difference)
    kind, verdict = judged(difference, outcome.better)
    order = percent.mean if is_number(percent) else difference.mean
    return [
        Cell(words.capital(outcome.label), outcome.label),
        _named(named[arm.name]),
        _named(named[base.name]),
        _mean(before),
        _mean(after),
        Cell(shown_unit(outcome), outcome.unit),
        Cell(change, order),
        Cell(verdict, verdict, kind),
    ]


def judged(found: Interval, better: int) -> tuple[str, str]:
    """Say how a difference is to be taken, as a class for its colour and in words; the words alone suffice."""
    if not is_number(found):
        return "none", say("not measured")
    if not known(found):
        return "none", say("one replicate") if found.replicates < 2 else say("no interval")
    if found.ends == (0.0, 0.0):
        return "none", say("no change")
    if not found.clear:
        return "none", say("no clear effect")
    if not better:
        return "moved", say("clearly higher") if found.mean > 0 else say("clearly lower")
    return ("better", say("better")) if better * found.mean > 0 else ("worse", say("worse"))


def _absolute(found: Interval) -> str:
    """A change in the outcome's own unit, where the reference has none of it."""
    if not is_number(found):
        return say("cannot be compared")
    numbers = [found.mean, *(found.ends if known(found) else ())]
    mean, *ends = (words.number(value) for value in numbers)
    shown = f"+{mean}" if found.mean > 0 else mean
    return shown + (say(" ({low} to {high})", low=ends[0], high=ends[1]) if ends else "")


def _named(label: str) -> Cell:
    return Cell(words.capital(label), label)


def _mean(value: float) -> Cell:
    return Cell(words.number(value) if math.isfinite(value) else say("not measured"), value)


def means(tables: StudyTables, outcomes: Sequence[str], caption: str) -> Markup:
    """Return one row per arm and a column per outcome: means over the replicates with their intervals."""
    arms = tables.arms
    named = choice.names(arms)
    names = [name for name in outcomes if tables.has(name)]
    head = [say("Policy|column"), say("Replicates|column")]
    for name in names:
        unit = shown_unit(tables.outcome(name))
        head.append(say("{outcome}, {unit}", outcome=tables.outcome(name).label, unit=unit))
    rows = []
    for arm in arms:
        low, _ = tables.replicates([arm])
        row = [_named(named[arm.name]), Cell(str(low), float(low))]
        for name in names:
            found = tables.mean(arm, name)
            row.append(Cell(_with_ends(found), found.mean))
        rows.append(row)
    return table(caption, head, rows)


def _with_ends(found: Interval) -> str:
    if not is_number(found):
        return say("not measured")
    if not known(found):
        return words.number(found.mean)
    low, high = (words.number(end) for end in found.ends)
    return words.number(found.mean) + say(" ({low} to {high})", low=low, high=high)


def settings(rows: Sequence[tuple[str, str]], caption: str) -> Markup:
    """Return a table of names and values, as provenance needs it."""
    body = [element("tr", element("th", name, scope="row"), element("td", value)) for name, value in rows]
    return element("table", element("caption", caption), element("tbody", *body), class_="facts")


def label_of(label: str) -> str:
    """Return an arm's label in the language spoken now."""
    return translated(label)
