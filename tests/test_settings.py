"""Settings refuse what they cannot be, and priors give what they promise."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scipy import stats

from cocreate_sim.engine.settings import (
    Prior,
    beta,
    build,
    check_value,
    gamma,
    lognormal,
    loguniform,
    meta_of,
    normal,
    parse_prior,
    setting,
    uniform,
)
from cocreate_sim.errors import ConfigError


class Colour(Enum):
    """A choice."""

    RED = "red"
    GREEN = "green"


@dataclass(frozen=True, slots=True)
class Sample:
    """One setting of each kind."""

    share: float = setting(0.5, unit="share", low=0.0, high=1.0, prior=beta(2, 3), meaning="a share", source="test")
    count: int = setting(3, unit="things", low=1, high=1000, meaning="a number of things", source="test")
    free: float = setting(0.0, unit="logits", meaning="without a range", source="test")
    load: float | None = setting(None, unit="ratio", low=0.1, high=5.0, meaning="a load, or none", source="test")
    on: bool = setting(True, unit="yes or no", meaning="a switch", source="test")
    word: str = setting("grid", unit="rule", meaning="a word", source="test")
    colour: Colour = setting(Colour.RED, unit="colour", meaning="a choice", source="test")


ACCEPTED: list[tuple[str, Any, Any]] = [
    ("share", 0, 0.0),
    ("share", 1.0, 1.0),
    ("count", 1000, 1000),
    ("count", 7.0, 7),
    ("free", -1e9, -1e9),
    ("load", None, None),
    ("load", 0.95, 0.95),
    ("on", False, False),
    ("word", "10-20", "10-20"),
    ("colour", "green", Colour.GREEN),
    ("colour", Colour.RED, Colour.RED),
]
REFUSED: list[tuple[str, Any, str]] = [
    ("share", -0.001, "outside its range 0 to 1 share"),
    ("share", 1.001, "outside its range"),
    ("share", float("nan"), "not finite"),
    ("share", float("inf"), "not finite"),
    ("share", "0.5", "not a number"),
    ("share", True, "not a number"),
    ("share", None, "not a number"),
    ("share", [0.5], "not a number"),
    ("count", 2.5, "whole number"),
    ("count", 0, "outside its range 1 to 1000 things"),
    ("free", float("-inf"), "not finite"),
    ("load", 0, "outside its range"),
    ("load", "none", "not a number"),
    ("on", 1, "true or false"),
    ("on", "yes", "true or false"),
    ("word", 3, "must be a text"),
    ("colour", "gren", "did you mean 'green'?"),
    ("colour", 7, "one of: red, green"),
]


@pytest.mark.parametrize(("name", "value", "expected"), ACCEPTED)
def test_a_value_that_fits_is_taken_in_the_type_of_the_setting(name: str, value: Any, expected: Any) -> None:
    found = check_value(Sample, name, value, f"sample.{name}")
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(("name", "value", "words"), REFUSED)
def test_a_value_that_does_not_fit_is_refused_with_address_and_place(name: str, value: Any, words: str) -> None:
    with pytest.raises(ConfigError) as error:
        check_value(Sample, name, value, f"sample.{name}", "here.yaml, line 3")
    assert words in str(error.value)
    assert str(error.value).startswith(f"sample.{name} = ")
    assert str(error.value).endswith("(here.yaml, line 3)")


@given(st.floats(0.0, 1.0))
def test_every_value_in_range_is_returned_equal(value: float) -> None:
    assert check_value(Sample, "share", value, "share") == value


@given(st.floats(allow_nan=False, allow_infinity=False).filter(lambda v: not 0.0 <= v <= 1.0))
def test_every_value_out_of_range_is_refused(value: float) -> None:
    with pytest.raises(ConfigError, match="outside its range"):
        check_value(Sample, "share", value, "share")


@given(st.integers(-(10**6), 10**6))
def test_whole_numbers_are_taken_exactly_where_in_range(value: int) -> None:
    if 1 <= value <= 1000:
        assert check_value(Sample, "count", value, "count") == value
    else:
        with pytest.raises(ConfigError):
            check_value(Sample, "count", value, "count")


@given(st.text(min_size=1, max_size=12).filter(lambda k: k not in Sample.__dataclass_fields__))
def test_every_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="is not known"):
        build(Sample, {name: 1}, "sample")


def test_build_fills_in_defaults_and_names_the_nearest() -> None:
    assert build(Sample, {"share": 0.25}, "sample") == Sample(share=0.25)
    with pytest.raises(ConfigError, match=r"sample\.shar is not known; did you mean 'share'\?; allowed here: colour, count"):
        build(Sample, {"shar": 0.25}, "sample")


def test_a_setting_tells_its_unit_meaning_range_source_and_prior() -> None:
    meta = meta_of(Sample, "share")
    assert (meta.unit, meta.meaning, meta.low, meta.high, meta.source, meta.role) == (
        "share",
        "a share",
        0.0,
        1.0,
        "test",
        "uncertainty",
    )
    assert meta.prior == beta(2, 3)
    with pytest.raises(ConfigError, match="did you mean 'count'"):
        meta_of(Sample, "coun")


PRIORS: list[tuple[Prior, Any, tuple[float, float]]] = [
    (uniform(0.3, 0.7), stats.uniform(0.3, 0.4), (0.3, 0.7)),
    (loguniform(1e-4, 1e-1), stats.loguniform(1e-4, 1e-1), (1e-4, 1e-1)),
    (normal(0.3, 0.4), stats.norm(0.3, 0.4), (float("-inf"), float("inf"))),
    (lognormal(3.0, 0.81), stats.lognorm(0.81, scale=3.0), (0.0, float("inf"))),
    (beta(3, 47), stats.beta(3, 47), (0.0, 1.0)),
    (gamma(4.0, 2.0), stats.gamma(4.0, scale=2.0), (0.0, float("inf"))),
]


@pytest.mark.parametrize(("prior", "reference", "support"), PRIORS)
@hypothesis_settings(deadline=None)
@given(u=st.floats(1e-9, 1 - 1e-9), v=st.floats(1e-9, 1 - 1e-9))
def test_quantiles_agree_with_scipy_rise_and_stay_inside_the_support(
    prior: Prior, reference: Any, support: tuple[float, float], u: float, v: float
) -> None:
    low, high = prior.quantile(min(u, v)), prior.quantile(max(u, v))
    assert low <= high
    assert support[0] <= low * (1 + 1e-12) + 1e-300
    assert high <= support[1] * (1 + 1e-12)
    assert low == pytest.approx(float(reference.ppf(min(u, v))), rel=1e-9, abs=1e-12)


def test_a_fixed_prior_gives_its_value() -> None:
    assert parse_prior({"kind": "fixed", "value": 2}, "x").quantile(0.9) == 2.0


@pytest.mark.parametrize("prior", [p for p, _, _ in PRIORS], ids=str)
def test_a_prior_is_read_back_from_what_it_prints(prior: Prior) -> None:
    kind, inside = str(prior).rstrip(")").split("(")
    values = {name: float(value) for name, value in (pair.split("=") for pair in inside.split(", "))}
    assert parse_prior({"kind": kind, **values}, "x") == prior


def test_a_prior_with_a_number_too_few_cannot_be_told() -> None:
    with pytest.raises(ValueError, match="shorter"):
        str(Prior("uniform", (0.3,)))


BAD_PRIORS: list[tuple[dict[str, Any], str]] = [
    ({}, "is not a kind of prior; allowed: fixed, uniform"),
    ({"kind": "unifrom", "low": 0, "high": 1}, "did you mean 'uniform'?"),
    ({"kind": "uniform", "low": 0}, "needs high"),
    ({"kind": "uniform", "low": 0, "hihg": 1}, "did you mean 'high'?"),
    ({"kind": "uniform", "low": 1, "high": 1}, "must be below"),
    ({"kind": "uniform", "low": "0", "high": 1}, "not a number"),
    ({"kind": "uniform", "low": 0, "high": float("inf")}, "not finite"),
    ({"kind": "loguniform", "low": 0, "high": 1}, "must be positive"),
    ({"kind": "normal", "mean": 0, "sd": 0}, "must be positive"),
    ({"kind": "lognormal", "median": -1, "sigma": 1}, "must be positive"),
    ({"kind": "beta", "a": 0, "b": 1}, "must be positive"),
    ({"kind": "gamma", "shape": 1, "scale": -1}, "must be positive"),
]


@pytest.mark.parametrize(("values", "words"), BAD_PRIORS)
def test_a_bad_prior_is_refused_with_address_and_place(values: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse_prior(values, "uncertainties.x.y", "here.yaml")
    assert words in str(error.value)
    assert "uncertainties.x.y" in str(error.value)
    assert "here.yaml" in str(error.value)
