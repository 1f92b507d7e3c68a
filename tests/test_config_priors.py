"""Priors are drawn by seed and address alone, inside the range of their setting, and only where they were asked for."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cocreate_sim.config import Scenario, compose, load, scenario, write
from cocreate_sim.config.priors import at, check_prior, draw, settings_with_priors, shares_inside
from cocreate_sim.engine.settings import Prior, lognormal, meta_of, normal, uniform
from cocreate_sim.errors import ConfigError
from cocreate_sim.schedule import BY_NAME
from cocreate_sim.world.levers import Levers

CASE_SETTING = "uncertainties.casework.rho_40"


@pytest.fixture
def with_prior() -> str:
    """An uncertainty that has a prior of its own."""
    return settings_with_priors(BY_NAME)[0]


def value_of(found: Scenario, address: str) -> Any:
    _, mechanism, name = address.split(".")
    return getattr(found.uncertainties[mechanism], name)


def test_priors_are_drawn_from_every_setting_that_has_one_and_nowhere_else() -> None:
    config = compose(["uncertainties=priors"])
    drawn = {
        f"uncertainties.{m}.{k}"
        for m, values in config["uncertainties"].items()
        for k, v in values.items()
        if isinstance(v, dict)
    }
    assert drawn == set(settings_with_priors(BY_NAME))
    assert drawn
    found, centre = scenario(config), load()
    moved = {a for a in drawn if value_of(found, a) != value_of(centre, a)}
    assert all(isinstance(value_of(centre, a), int) for a in drawn - moved), "only whole numbers may be drawn as they were"


def test_a_setting_without_a_prior_of_its_own_is_not_drawn_from_one() -> None:
    address, default = next(
        (f"uncertainties.{name}.{f.name}", f.default)
        for name, mechanism in BY_NAME.items()
        for f in dataclasses.fields(mechanism.Settings)
        if type(f.default) in (int, float) and meta_of(mechanism.Settings, f.name).prior is None
    )
    with pytest.raises(ConfigError, match=r"has no prior of its own; give a number, or \{kind: uniform"):
        load(f"{address}=prior")
    assert value_of(load("uncertainties=priors"), address) == default


def test_a_draw_depends_on_seed_and_address_alone(with_prior: str) -> None:
    one = load("uncertainties=priors", "seed=5")
    other = load("uncertainties=priors", "seed=5", "policy=small_units_and_posts_72", "world=tiny", f"{CASE_SETTING}=0.5")
    alone = load(f"{with_prior}=prior", "seed=5")
    assert value_of(one, with_prior) == value_of(other, with_prior) == value_of(alone, with_prior)
    assert value_of(load("uncertainties=priors", "seed=6"), with_prior) != value_of(one, with_prior)


def test_a_value_given_beats_the_prior(with_prior: str) -> None:
    centre = value_of(load(), with_prior)
    assert value_of(load("uncertainties=priors", write(with_prior, centre)), with_prior) == centre


def test_draws_follow_the_prior() -> None:
    shares = sorted(
        value_of(load(f"{CASE_SETTING}={{kind: uniform, low: 1, high: 2}}", f"seed={s}"), CASE_SETTING) - 1 for s in range(200)
    )
    distance = max(max(abs(x - i / 200), abs(x - (i + 1) / 200)) for i, x in enumerate(shares))
    assert distance < 1.63 / 200**0.5  # Kolmogorov-Smirnov, 1 %
    assert len(set(shares)) == 200


@hypothesis_settings(deadline=None)
@given(u=st.floats(0.0001, 0.9999), v=st.floats(0.0001, 0.9999), index=st.integers(0, 10_000))
def test_every_prior_that_ships_rises_and_stays_inside_its_range(u: float, v: float, index: int) -> None:
    every = settings_with_priors(BY_NAME)
    _, mechanism, name = every[index % len(every)].split(".")
    cls = BY_NAME[mechanism].Settings
    meta = meta_of(cls, name)
    assert meta.prior is not None
    low, high = at(cls, name, meta.prior, min(u, v)), at(cls, name, meta.prior, max(u, v))
    assert low <= high
    assert meta.low is None or low >= meta.low
    assert meta.high is None or high <= meta.high


def test_the_part_of_a_prior_outside_the_range_is_cut_off() -> None:
    cls = Levers  # posts: whole, 1 to 1000
    wide = normal(0.0, 100.0)
    low, high = shares_inside(wide, 1.0, 1000.0)
    assert low == pytest.approx(0.50399, abs=1e-4)
    assert high == pytest.approx(1.0)
    drawn = [draw(cls, "posts", wide, "levers.posts", seed) for seed in range(50)]
    assert all(isinstance(v, int) and 1 <= v <= 1000 for v in drawn)
    with pytest.raises(ConfigError, match="lies outside its range 1 to 1000"):
        check_prior(cls, "posts", uniform(-5.0, 0.5), "levers.posts")
    with pytest.raises(ConfigError, match="lies outside its range"):
        check_prior(cls, "posts", Prior("fixed", (5000.0,)), "levers.posts")
    with pytest.raises(ConfigError, match="cannot have a prior"):
        check_prior(cls, "red_board", lognormal(1.0, 1.0), "levers.red_board")
