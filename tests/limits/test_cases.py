"""How a check judges: what holds, what fails, what is too blunt, and that nothing odd passes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from cocreate_sim.config import Scenario
from cocreate_sim.errors import CoCreateError, ConfigError
from cocreate_sim.model import CoCreateModel
from cocreate_sim.validation.case import (
    BLUNT,
    FAILS,
    HOLDS,
    Case,
    Formula,
    Planted,
    Quantity,
    Start,
    exact,
    judge,
    sampled,
    shared,
)
from cocreate_sim.validation.catalogue import FORMULAS, chosen, own_case
from cocreate_sim.validation.plant import rules
from cocreate_sim.validation.reduced import alone, batches, identical, reduced

SPREAD = np.array([-1.0, 1.0] * 50)
"""A hundred samples with mean 0 and a standard error of about 0.1."""


@pytest.mark.parametrize(
    ("expected", "sharp", "verdict"),
    [
        (10.0, 0.04, HOLDS),
        (10.25, 0.04, HOLDS),
        (10.35, 0.04, FAILS),
        (9.65, 0.04, FAILS),
        (10.0, 0.02, BLUNT),
        (10.35, 0.02, FAILS),
    ],
)
def test_samples_are_judged_by_three_standard_errors(expected: float, sharp: float, verdict: str) -> None:
    """Three standard errors are 0.30 here, 3 % of 10."""
    row = judge("f", {}, sampled("mean", 10.0 + SPREAD, expected), sharp)
    assert row.verdict == verdict
    assert row.error == pytest.approx(0.1, rel=0.01)
    assert row.notices == pytest.approx(0.3 / expected, rel=0.01)
    assert row.z == pytest.approx((10.0 - expected) / row.error)


def test_samples_that_never_vary_must_be_exact() -> None:
    """A standard error of 0 excuses nothing."""
    assert judge("f", {}, sampled("mean", np.full(10, 0.5), 0.5), 0.1).verdict == HOLDS
    assert judge("f", {}, sampled("mean", np.full(10, 0.5), 0.500001), 0.1).verdict == FAILS


def test_what_is_no_number_fails() -> None:
    """Nothing measured is never right."""
    for quantity in (
        sampled("mean", [math.nan, 1.0], 1.0),
        exact("x", math.nan, 1.0, 0.5),
        exact("x", [1.0, math.nan], 1.0, 0.5),
    ):
        assert judge("f", {}, quantity, math.inf).verdict == FAILS


def test_shares_take_the_error_of_the_formula() -> None:
    """Binomial: sqrt(p (1 - p) / n)."""
    share = shared("share", 480, 1000, 0.5)
    assert share.error == pytest.approx(math.sqrt(0.25 / 1000))
    assert judge("f", {}, share, 0.1).verdict == HOLDS
    assert judge("f", {}, shared("share", 440, 1000, 0.5), 0.1).verdict == FAILS
    with pytest.raises(CoCreateError, match="nothing was tried"):
        shared("share", 0, 0, 0.5)


def test_numbers_without_chance_have_their_own_bounds() -> None:
    """The first that is out of bounds is shown; relative to the expected number, or to a scale."""
    assert judge("f", {}, exact("x", [1.0, 1.009], 1.0, 0.01), math.inf).verdict == HOLDS
    row = judge("f", {}, exact("x", [1.0, 1.02, 5.0], 1.0, 0.01), math.inf)
    assert (row.verdict, row.simulated, row.z) == (FAILS, 1.02, None)
    assert "0.02 off where 0.01 is allowed" in row.off
    assert judge("f", {}, exact("x", 0.004, 0.0, 0.01, scale=1.0), math.inf).verdict == HOLDS
    assert judge("f", {}, exact("x", 1, 0, 0.0, scale=1.0), math.inf).verdict == FAILS
    with pytest.raises(CoCreateError, match="nothing to measure"):
        exact("x", [], 1.0, 0.1)


def test_batches_need_enough_values() -> None:
    """Stretches of equal length, what does not fill one more is left out."""
    assert batches(np.arange(7), 3).tolist() == [0.5, 2.5, 4.5]
    with pytest.raises(ConfigError, match="3 values are too few for 40 batches"):
        batches(np.arange(3))


def _measure(start: Start, wanted: float) -> Iterator[Quantity]:
    model = start(reduced(identical(10), {"participation.noise": 1.0}, alone(), weeks=1))
    noise = next(m for m in model.mechanisms if m.name == "participation").rates.noise
    yield exact("noise", noise, wanted, 0.01)
    yield sampled("chance", [0.9, 1.1], 1.0)


def _formula(change: Any) -> Formula:
    return Formula("f", "", "", "", "", {"wanted": ""}, _measure, (Case({"wanted": 1.0}, 0.5),), Planted("noise", change))


def test_planted_errors_are_noticed_or_missed() -> None:
    """An error within bounds is missed, and said to be."""
    assert _formula(rules("participation", noise=1.02)).noticed() == ["noise (0.02 off where 0.01 is allowed)"]
    assert _formula(rules("participation", noise=1.005)).noticed() == []


def test_promises_must_fit_the_quantities() -> None:
    """One sharpness for all quantities with chance, or one for each."""
    formula = _formula(rules("participation", noise=1.0))
    assert [row.verdict for row in formula.rows(Case({"wanted": 1.0}, (0.5,)))] == [HOLDS, HOLDS]
    with pytest.raises(ValueError, match="2 sharpnesses for 1"):
        formula.rows(Case({"wanted": 1.0}, (0.5, 0.5)))


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("erlang_c", {"load": 3}, "load = 3 is not below posts = 3"),
        ("erlang_a", {"theta": 0}, "theta = 0 must be above 0"),
        ("teams", {"teams": 5}, "72 posts do not make 5 equal teams"),
        ("peers", {"h": -3, "J": 6, "begin": "any"}, "two stable states"),
        ("leverage", {"cases": 200}, "800 offered hours are not below the 800 hours that 40 posts have"),
        ("ties", {"p": 0}, "p = 0"),
        ("critical_mass", {"size": 30}, "size = 30"),
        ("first_report", {"scope": "compund"}, "scope = 'compund' is not known"),
        ("erlang_c", {"weeks": 9000}, "outside its range"),
    ],
)
def test_a_case_without_an_answer_is_refused_before_anything_runs(name: str, given: dict[str, Any], message: str) -> None:
    """Formulas and settings are looked at first."""
    formula = FORMULAS[name]
    with pytest.raises(CoCreateError, match=message):
        formula.check(own_case(formula, given))


def test_a_case_with_an_answer_is_not_run_when_it_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checking builds settings, no world."""

    def explode(self: CoCreateModel, scenario: Scenario) -> None:
        raise AssertionError("a model was made")

    monkeypatch.setattr(CoCreateModel, "__init__", explode)
    for formula in FORMULAS.values():
        for case in formula.cases:
            formula.check(case)


def test_own_parameters_take_the_place_of_the_first_case() -> None:
    """The rest stays; a whole number stands for any number; none and words where the formula knows them."""
    formula = FORMULAS["erlang_c"]
    assert own_case(formula, {"load": 1}).parameters == formula.complete(formula.cases[0].parameters) | {"load": 1.0}
    assert own_case(FORMULAS["little"], {"patience_days": "none"}).parameters["patience_days"] is None
    for given, message in (
        ({"posts": 2.5}, "posts = 2.5 must be a whole number"),
        ({"posts": True}, "must be a whole number"),
        ({"load": "much"}, "load = 'much' must be a number"),
        ({"households": 3}, "must be true or false"),
        ({"post": 3}, "did you mean 'posts'"),
    ):
        with pytest.raises(ConfigError, match=message):
            own_case(formula, given)


def test_formulas_are_chosen_by_name() -> None:
    """All when none is named; an unknown one is refused with the nearest."""
    assert chosen([]) == list(FORMULAS.values())
    assert [f.name for f in chosen(["ties", "decay"])] == ["ties", "decay"]
    with pytest.raises(ConfigError, match="did you mean 'decay'"):
        chosen(["decays"])


def test_reduced_models_refuse_what_does_not_exist() -> None:
    """A mechanism, a switch or a setting that is not known; compounds that cannot be equal."""
    for given, message in (
        ({"settings": {"casewrok.teams": 1}}, "did you mean 'casework'"),
        ({"settings": {"casework.team": 1}}, "did you mean 'teams'"),
        ({"switches": {"tie": False}}, "did you mean 'ties'"),
    ):
        with pytest.raises(ConfigError, match=message):
            reduced(identical(10), weeks=1, **given)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="'ties'"):
        alone("tie")
    with pytest.raises(ConfigError, match="7 households do not make 2 compounds"):
        identical(7, 2)
