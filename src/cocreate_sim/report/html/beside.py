"""Two or more studies side by side: their questions and answers in columns, and their common outcomes in one table."""

from __future__ import annotations

from collections.abc import Sequence

from ...analysis.languages import say
from .. import choice, words
from ..tables import StudyTables, is_number, shown_unit
from . import answer
from .elements import Markup, element, together
from .sections import missing, question_of
from .tables import Cell, judged, table

_MOST = 12
"""Comparisons of each study in the common table; those a reader needs when there are more."""


def side_by_side(studies: Sequence[StudyTables]) -> Markup:
    """Return the answers beside each other, and under them every outcome that all studies measured."""
    columns = []
    for place, study in enumerate(studies, 1):
        told = [element("p", warning, class_="warning", role="note") for warning in missing(study)]
        sentences = element("ol", *(element("li", sentence) for sentence in answer.sentences(study)), class_="answer")
        heading = element("h3", say("Study {n}: {question}", n=place, question=question_of(study)))
        columns.append(element("section", heading, *told, sentences))
    note = say(
        "Each change is against the reference of its own study: read down a study, and across studies only where worlds are "
        "alike."
    )
    return together(element("div", *columns, class_="beside"), _common(studies), element("p", note, class_="note"))


def _common(studies: Sequence[StudyTables]) -> Markup:
    names = [name for name in studies[0].study.headline if all(study.has(name) for study in studies)]
    rows = []
    for name in names:
        for place, study in enumerate(studies, 1):
            rows += _rows(study, place, name)
    if not rows:
        return element("p", say("The studies have no compared outcome in common."))
    head = [
        say("Outcome|column"),
        say("Study|column"),
        say("Policy|column"),
        say("Mean here|column"),
        say("Unit|column"),
        say("Change (95 % interval)|column"),
        say("Verdict|column"),
    ]
    return table(say("Outcomes that all studies measured"), head, rows)


def _rows(study: StudyTables, place: int, name: str) -> list[list[Cell]]:
    outcome = study.outcome(name)
    pairs = choice.comparisons(study, _MOST) if study.compared else [(arm, arm) for arm in study.arms[:_MOST]]
    named = choice.names(choice.distinct(arm for pair in pairs for arm in pair))
    rows = []
    for arm, base in pairs:
        mean = study.mean(arm, name)
        row = [
            Cell(words.capital(outcome.label), outcome.label),
            Cell(str(place), float(place)),
            Cell(words.capital(named[arm.name]), named[arm.name]),
            Cell(words.number(mean.mean) if is_number(mean) else say("not measured"), mean.mean),
            Cell(shown_unit(outcome), outcome.unit),
        ]
        if arm == base:
            rows.append([*row, Cell(say("not compared"), ""), Cell("", "")])
            continue
        percent = study.percent(arm, base, name)
        kind, verdict = judged(study.difference(arm, base, name), outcome.better)
        change = words.signed(percent) if is_number(percent) else say("cannot be compared")
        rows.append([*row, Cell(change, percent.mean), Cell(verdict, verdict, kind)])
    return rows
