"""The fast model makes the same decisions as the reference, whatever the world, the policy and the beliefs."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import Phase, given, reject, settings
from hypothesis import strategies as st
from tests.invariants.drawing import scenarios
from tests.scenarios import scenario, world_settings

from cocreate_sim.config import Scenario
from cocreate_sim.errors import ConfigError
from cocreate_sim.schedule import MECHANISMS
from cocreate_sim.world.levers import CHANNELS

from . import casework, issues, neighbours, renovation, staff
from .compare import TooLarge, first_difference

LIVELY: dict[str, Any] = {
    "arrivals.rate": 8.0, "participation.base": -1.5, "renovation.initiative": 50.0, "renovation.meetings_low": 1,
    "renovation.meetings_high": 2, "renovation.hours_high": 100.0, "renovation.evaluate_after": 1, "renovation.share_weeks": 1,
    "heads.step_forward_weeks": 1.0, "volunteering.join_chance": 0.5, "casework.rho_40": 1.2, "casework.patience_days": 5.0,
}  # fmt: skip
"""So much happens that a difference would show soon."""
EVERYTHING = {"red_board": True, "courier_reports": True, "stations": True, "leaders_sent_down": 3, "sent_down_units": True, "councils": True,
    "staff_rule": "protected", "head_hours": "equal_total", "vote_honoured": False}


@settings(max_examples=max(30, settings.default.max_examples // 2), phases=[Phase.generate, Phase.target])
@given(scenarios())
def test_both_models_decide_the_same_in_any_world(drawn: Scenario) -> None:
    try:
        assert first_difference(drawn) is None
    except (ConfigError, TooLarge):
        reject()


@pytest.mark.parametrize("partition", ["1", "5", "10-20", "nested", "grid"])
@pytest.mark.parametrize("levers", [{}, EVERYTHING], ids=["plain", "everything"])
def test_both_models_decide_the_same_in_a_lively_quarter(partition: str, levers: dict[str, Any]) -> None:
    world = world_settings("quarter", households=100, compounds=2, grids=3)
    given = scenario(world, weeks=5, burn_in=1, seed=7, settings=LIVELY, partition=partition, **levers)
    assert first_difference(given) is None


ALLIES: dict[str, Any] = {
    "couriers.reports_per_year": 200.0, "couriers.station_ratio": 3.0, "stations.alone": 30.0, "stations.firm_comes": 0.7,
    "stations.donor_rate": 30.0, "stations.opening_weeks": 1, "stations.give_up_weeks": 3, "stations.quit_rate": 12.0,
    "leaders.attention_weeks": 3, "leaders.money_chance": 0.5, "leaders.skill_chance": 0.3, "leaders.space_chance": 0.3,
    "councils.alone": 5.0, "councils.meeting_weeks": 1, "councils.asking": 0.8, "councils.balance": 1.0, "councils.memory_months": 1.0,
    "stations.return_rate": 6.0, "stations.join_chance": 0.5, "stations.leave_rate": 5.0, "stations.belonging_gain": 0.3,
}  # fmt: skip
"""Allies do so much in a few weeks that a difference would show."""


@pytest.mark.parametrize("background", [True, False])
def test_both_models_decide_the_same_among_allies(background: bool) -> None:
    world = world_settings(
        "quarter", households=120, compounds=6, grids=6, communities=4, subdistricts=2, households_per_site=10, background=background,
        couriers_per_10k=400.0, courier_round=2, towers=12, subdistrict_households=60, community_households=40,
    )  # fmt: skip
    given = scenario(world, weeks=16, burn_in=2, seed=11, settings=LIVELY | ALLIES, partition="10-20", **EVERYTHING)
    assert first_difference(given) is None


@pytest.mark.parametrize("off", [m.name for m in MECHANISMS])
def test_both_models_decide_the_same_without_one_mechanism(off: str) -> None:
    given = scenario("tiny", weeks=5, seed=3, settings=LIVELY, switches={off: False}, partition="12", **EVERYTHING)
    assert first_difference(given) is None


@pytest.mark.parametrize("channel", CHANNELS)
def test_both_models_decide_the_same_without_one_channel(channel: str) -> None:
    given = scenario("tiny", weeks=5, seed=4, settings=LIVELY, channels={channel: False}, partition="6", **EVERYTHING)
    assert first_difference(given) is None


@pytest.mark.long
@settings(max_examples=20, phases=[Phase.generate])
@given(scenarios(weeks=8), st.sampled_from(["5", "10-20", "25", "100", "nested", "grid"]))
def test_both_models_decide_the_same_in_larger_worlds(drawn: Scenario, partition: str) -> None:
    levers = dataclasses.replace(drawn.levers, partition=partition)
    large = dataclasses.replace(drawn, world=world_settings("quarter", households=800, compounds=4), levers=levers)
    try:
        assert first_difference(large) is None
    except (ConfigError, TooLarge):
        reject()


PLANTED: dict[str, tuple[Any, str, Any]] = {
    # a small error in the reference, and the mechanism whose event, or the quantity, that should tell of it
    "travel": (issues, "_travel", lambda right: lambda model, issue, crossings: right(model, issue, crossings) * (1 + 1e-9)),
    "exposure": (issues, "_exposure", lambda right: lambda s, scope: right(s, scope) * 1.001),
    "leaving": (staff, "_leaving_rate", lambda right: lambda model, post: right(model, post) * 1.5),
    "learning": (staff, "_learn_and_tire", lambda right: lambda s, post: None),
    "escalation": (casework, "_escalate", lambda right: lambda model, opens: right(model, opens + 60_000_000)),
    "pivotality": (neighbours, "_pivotality", lambda right: lambda adults, p, needed: right(adults, p, needed + 1)),
    "meeting": (neighbours, "_meet", lambda right: lambda model, one, other: None),
    "ballot": (renovation, "_ballot", lambda right: lambda model, site, household: None),
    "keepers": (renovation, "_keeps", lambda right: lambda resident, site, by_role: right(resident, site, False)),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_small_error_planted_in_the_reference_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, function, wrong = PLANTED[name]
    monkeypatch.setattr(module, function, wrong(getattr(module, function)))
    also = {"turnover.leave_posts": 0.5, "casework.overdue_days": 0.5, "renovation.hours_high": 30.0}
    world = world_settings("quarter", households=100, compounds=2, grids=3, background=False, households_per_site=10)
    assert first_difference(scenario(world, weeks=20, seed=7, settings=LIVELY | also, partition="10-20", **EVERYTHING)) is not None
