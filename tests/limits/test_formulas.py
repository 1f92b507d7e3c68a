"""Every formula that the model must reduce to, at every parameter value that ships, as `cocreate validate` runs them.

docs/reference/validation.md shows the same numbers; each test also finds its rows there, so that the page cannot go stale.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from cocreate_sim.config import Scenario, load
from cocreate_sim.model import CoCreateModel
from cocreate_sim.validation.case import HOLDS, Case, Formula
from cocreate_sim.validation.catalogue import EVERY, FORMULAS
from cocreate_sim.validation.page import introduction, line, parameters
from cocreate_sim.validation.reduced import told

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "validation.md").read_text(encoding="utf-8")
LINES = PAGE.splitlines()
CASES = [(formula, case) for formula in EVERY for case in formula.cases]


def _named(formula: Formula, case: Case) -> Any:
    """A parameter of the test; of each formula, all values but the first are slow."""
    marks = () if case is formula.cases[0] else (pytest.mark.slow,)
    return pytest.param(formula, case, marks=marks, id=f"{formula.name} {parameters(formula, formula.complete(case.parameters))}")


@pytest.mark.parametrize(("formula", "case"), [_named(*each) for each in CASES])
def test_the_model_reduces_to(formula: Formula, case: Case) -> None:
    """Within 3 standard errors, as sharp as the case promises, and as the page says (run `make validate` when numbers moved)."""
    rows = formula.rows(case)
    assert rows
    for row in rows:
        assert row.verdict == HOLDS, (
            f"{row.quantity}: model {row.simulated:.6g}, formula {row.expected:.6g}, {row.off}; "
            f"notices {row.notices:.3%}, promised {row.sharp:.3%}"
        )
    missing = [line(formula, row) for row in rows if line(formula, row) not in LINES]
    assert not missing


@pytest.mark.long
@pytest.mark.parametrize("formula", EVERY, ids=FORMULAS)
def test_a_small_error_in_the_model_is_noticed(formula: Formula) -> None:
    """The error that is planted in the model makes its check fail, by what the page says."""
    noticed = formula.noticed()
    assert noticed
    assert f"- Noticed by: {'; '.join(noticed)}." in LINES


@pytest.mark.parametrize("name", ["erlang_c", "first_report", "majority", "best_size", "little"])
def test_a_small_error_is_noticed_quickly(name: str) -> None:
    """Some of the same in every run of the tests."""
    assert FORMULAS[name].noticed()


def test_the_page_tells_of_these_formulas_and_of_no_others() -> None:
    """Titles, formulas, limits, sources and planted errors; as many rows as there are."""
    for formula in EVERY:
        assert introduction(formula) in PAGE
    assert [row.removeprefix("## ").split(":")[0] for row in LINES if row.startswith("## ")] == list(FORMULAS)
    known = {parameters(f, f.complete(c.parameters)) for f, c in CASES}
    rows = [row.split(" | ")[0].removeprefix("| ") for row in LINES if row.startswith("| ") and "=" in row.split(" | ")[0]]
    assert len(rows) >= len(CASES)
    assert set(rows) <= known
    assert f"{len(EVERY)} formulas ({len(rows)} numbers) hold, 0 fail" in PAGE


@pytest.mark.parametrize("formula", EVERY, ids=FORMULAS)
def test_formulas_say_what_they_are(formula: Formula) -> None:
    """A name, words for every parameter, a source, cases that differ, and a planted error in one of them."""
    assert formula.name.isidentifier()
    assert formula.title
    assert formula.limit
    assert formula.source
    assert set(formula.defaults) <= set(formula.parameters)
    complete = [formula.complete(case.parameters) for case in formula.cases]
    assert all(set(case.parameters) <= set(formula.parameters) for case in formula.cases)
    assert all(complete.count(case) == 1 for case in complete)
    assert formula.planted.what
    assert formula.planted.case < len(formula.cases)


@pytest.mark.parametrize("formula", EVERY, ids=FORMULAS)
def test_the_settings_that_are_told_make_the_same_run(formula: Formula) -> None:
    """Typed as words after `cocreate run`, they make the scenario that was checked: the limit is reached by settings alone."""
    found: list[Scenario] = []

    def start(scenario: Scenario) -> CoCreateModel:
        found.append(scenario)
        raise StopIteration

    with contextlib.suppress(RuntimeError):  # what a StopIteration becomes inside a generator
        next(formula.measure(start, **formula.complete(formula.cases[0].parameters)))
    words = [f"{address}={json.dumps(value)}" for address, value in told(found[0]).items()]
    assert load(*words) == found[0]


@pytest.mark.long
@pytest.mark.parametrize(
    ("posts", "load", "weeks", "sharp"),
    [(1, 0.8, 400, (0.02, 0.10)), (3, 2.0, 300, (0.02, 0.05)), (18, 14.4, 300, (0.05, 0.12)), (40, 36.0, 300, (0.06, 0.17)), (72, 64.8, 300, (0.08, 0.20))],
)  # fmt: skip
def test_waiting_follows_erlang_c_sharply(posts: int, load: float, weeks: int, sharp: tuple[float, float]) -> None:
    """A million cases: would notice 2 to 8 % of the chance to wait and 5 to 20 % of the mean wait."""
    case = Case({"posts": posts, "load": load, "cases": 1_000_000, "weeks": weeks}, sharp)
    assert [row.verdict for row in FORMULAS["erlang_c"].rows(case)] == [HOLDS, HOLDS]
