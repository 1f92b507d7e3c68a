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
from cocreate_sim.world.levers import CHANNELS, Rounds

from . import career, casework, issues, moving, neighbours, renovation, rounds, staff
from .compare import TooLarge, first_difference

LIVELY: dict[str, Any] = {
    "arrivals.rate": 8.0, "participation.base": -1.5, "renovation.initiative": 50.0, "renovation.meetings_low": 1,
    "renovation.meetings_high": 2, "renovation.hours_high": 100.0, "renovation.evaluate_after": 1, "renovation.share_weeks": 1,
    "heads.step_forward_weeks": 1.0, "volunteering.join_chance": 0.5, "casework.rho_40": 1.2, "casework.patience_days": 5.0,
    "turnover.leave_community": 3.0, "turnover.leave_posts": 0.5, "career.review_months": 0.2, "career.years_per_grade": 0.1,
    "career.skill_needed": 0.0, "career.path_grade": 2, "moving.rate": 1.0,
}  # fmt: skip
"""So much happens that a difference would show soon."""
EVERYTHING = {
    "red_board": True, "staff_rule": "protected", "head_hours": "equal_total", "vote_honoured": False, "career_ladder": True,
    "rounds": "community_first",
}  # fmt: skip


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


@pytest.mark.parametrize("rounds", list(Rounds))
@pytest.mark.parametrize("channels", [{}, {"attention": False}, {"leader_supply": False}], ids=["all channels", "attention", "supply"])
def test_both_models_decide_the_same_whatever_rounds_heads_make(rounds: Rounds, channels: dict[str, bool]) -> None:
    world = world_settings("quarter", households=60, compounds=2, grids=3, background=False)
    given = scenario(world, weeks=4, seed=7, settings=LIVELY, partition="10-20", rounds=rounds, channels=channels)
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
    "rising": (career, "_may_rise", lambda right: lambda model, s, post: False),
    "service": (career, "_days_per_grade", lambda right: lambda s: right(s) + 1),
    "escalation": (casework, "_escalate", lambda right: lambda model, opens: right(model, opens + 60_000_000)),
    "moving in": (moving, "_arrive", lambda right: lambda model, r: right(model, r) or setattr(r, "budget", r.budget * 1.001)),
    "moving out": (moving, "_leave", lambda right: lambda model, r: r.heads is None and right(model, r)),
    "need": (rounds, "_need", lambda right: lambda model, rule: {home: -n for home, n in right(model, rule).items()}),
    "pivotality": (neighbours, "_pivotality", lambda right: lambda adults, p, needed: right(adults, p, needed + 1)),
    "meeting": (neighbours, "_meet", lambda right: lambda model, one, other: None),
    "ballot": (renovation, "_ballot", lambda right: lambda model, site, household: None),
    "keepers": (renovation, "_keeps", lambda right: lambda resident, site, by_role: right(resident, site, False)),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_small_error_planted_in_the_reference_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, function, wrong = PLANTED[name]
    monkeypatch.setattr(module, function, wrong(getattr(module, function)))
    also = {"casework.overdue_days": 0.5, "renovation.hours_high": 30.0}
    world = world_settings("quarter", households=100, compounds=2, grids=3, background=False, households_per_site=10)
    assert first_difference(scenario(world, weeks=20, seed=7, settings=LIVELY | also, partition="10-20", **EVERYTHING)) is not None
