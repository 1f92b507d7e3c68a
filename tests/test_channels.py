"""Unit size acts through ten channels and in no other way; each moves what it should, in the direction it should.

"Small" units have 5 households, "large" ones 100; a channel that is off takes the building instead, whatever the units.
"""

from __future__ import annotations

import ast
import functools
import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scipy import stats
from tests.scenarios import CoCreateModel, only, run, scenario, world_settings

import cocreate_sim
from cocreate_sim.config import load, write
from cocreate_sim.engine.settings import meta_of
from cocreate_sim.mechanisms.participation import pivotality
from cocreate_sim.outcomes.record import RunResult
from cocreate_sim.schedule import MECHANISMS
from cocreate_sim.validation.channels import FEWER, FORMULA, MORE, TABLE, Measure, differences, outcome
from cocreate_sim.world.counters import VOTES_HELD, VOTES_VALID
from cocreate_sim.world.levers import CHANNELS
from cocreate_sim.world.sites import PLAN

PARTITIONS = ("5", "10-20", "25", "100", "nested", "grid")

# so much happens that a difference between partitions would show: projects, helpers, heads, ties, busy staff
LIVELY: dict[str, Any] = {
    "participation.base": -2.0, "renovation.initiative": 20.0, "renovation.meetings_low": 1, "renovation.meetings_high": 2,
    "renovation.hours_high": 200.0, "renovation.evaluate_after": 4, "renovation.share_weeks": 2, "heads.step_forward_weeks": 2.0,
    "arrivals.rate": 2.0, "volunteering.join_chance": 0.3,
}  # fmt: skip
RICH = {"red_board": True, "staff_rule": "protected", "head_hours": "equal_total", "posts": 60, "vote_honoured": False, "upper_heads": True}


# --- the null: with all ten channels off, unit size changes nothing -------------------------------------------------


# every way in which staff and heads give their hours, with the load of the posts as it comes and scaled either way
LOADS: dict[str, dict[str, Any]] = {
    "load by hours": {},
    "load by arrivals": {"casework.load_by_arrivals": True, "casework.rho_40": 1.1},
    "load as it comes": {"casework.rho_40": None},
}
NULLS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {"plain": ({}, {}), "rich": (RICH, {})} | {
    f"{staff}, {hours}, {load}": ({"staff_rule": staff, "head_hours": hours}, LOADS[load])
    for staff in ("cases_first", "protected")
    for hours in ("per_head", "equal_total")
    for load in LOADS
}
"""Levers and settings of the null tests, by name."""


@functools.cache
def quarter(partition: str, policy: str, channels: tuple[str, ...]) -> RunResult:
    """Half a year and a bit in a quarter of 600 households, four compounds and eight grids."""
    levers, more = NULLS[policy]
    return run("quarter", weeks=30, burn_in=3, settings=LIVELY | more, channels=only(*channels), partition=partition, **levers)


@pytest.mark.parametrize("policy", NULLS)
@pytest.mark.parametrize("partition", PARTITIONS[1:])
def test_without_channels_every_partition_gives_identical_results(partition: str, policy: str) -> None:
    assert differences(quarter(PARTITIONS[0], policy, ()), quarter(partition, policy, ())) == []


@pytest.mark.parametrize("policy", NULLS)
def test_the_null_is_not_empty(policy: str) -> None:
    """What is identical above is a lively world, and with all channels on it does depend on the partition."""
    result = quarter("5", policy, ())
    for name in ("participation_week", "solved_in_unit_share", "projects_finished", "units_with_head_share", "meeting_hours",
                 "supervision_hours", "volunteers_registered", "reported_by_heads_share", "turnout", "wait_posts_mean_days"):  # fmt: skip
        assert result.summary[name] > 0, name
    moved = differences(quarter("5", policy, CHANNELS), quarter("100", policy, CHANNELS))
    assert len(moved) > 60, "nearly every outcome and weekly series"
    assert quarter("5", policy, ()).summary["units"] != quarter("100", policy, ()).summary["units"]


def _from_priors(u: list[float]) -> dict[str, float]:
    """A world drawn from the priors: every uncertainty that has one, at quantiles that ``u`` gives in turn."""
    drawn, k = {}, 0
    for mechanism in MECHANISMS:
        for name in mechanism.Settings.__dataclass_fields__:
            meta = meta_of(mechanism.Settings, name)
            if meta.prior is not None:
                value = min(max(meta.prior.quantile(u[k % len(u)]), meta.low or -math.inf), meta.high or math.inf)
                whole = isinstance(getattr(mechanism.Settings(), name), int)
                drawn[f"{mechanism.name}.{name}"] = round(value) if whole else value
                k += 1
    return drawn


@given(st.lists(st.floats(0.02, 0.98), min_size=11, max_size=11), st.sampled_from(PARTITIONS[1:]), st.integers(1, 10**6))
@hypothesis_settings(max_examples=hypothesis_settings.default.max_examples // 6)
def test_without_channels_partitions_are_identical_in_any_world_of_the_priors(u: list[float], partition: str, seed: int) -> None:
    settings = LIVELY | _from_priors(u) | {"participation.base": -2.0, "renovation.initiative": 5.0}
    arms = [run("quarter", weeks=10, seed=seed, settings=settings, channels=only(), partition=p) for p in ("5", partition)]
    assert differences(*arms) == []


def test_where_the_unit_is_the_building_the_channels_change_nothing() -> None:
    # given one building of 48 households, and units of 48
    arms = [run("tiny", weeks=30, settings=LIVELY, channels=only(*on), partition="48") for on in ((), CHANNELS)]
    assert differences(*arms) == []


# --- the signs: one channel on, the others off ----------------------------------------------------------------------


class Sign(NamedTuple):
    """Something that a channel moves, and whether small units have more of it; settings make the difference large."""

    channel: str
    what: str
    measure: Measure
    small_units: str
    settings: dict[str, Any] = {}
    switches: dict[str, bool] = {}
    levers: dict[str, Any] = {}


ASKED_ALL = {"participation.everyone_knows": True, "participation.base": -3.0}
MANY_PROJECTS = {
    "renovation.initiative": 50.0,
    "renovation.meetings_low": 1,
    "renovation.meetings_high": 1,
    "renovation.quorum": 0,
}
POWER: dict[str, dict[str, Any]] = {"critical_mass": ASKED_ALL | MANY_PROJECTS, "coordination": ASKED_ALL}
"""Settings under which what a channel moves first is well seen within half a year."""
FIRST = [
    Sign(c.name, c.label, c.measure, c.small_units, POWER.get(c.name, {})) for c in TABLE.values() if c.small_units != FORMULA
]
NEXT = [
    Sign("ties", "participation before a red board", outcome("participation_week"), MORE,
         ASKED_ALL | {"recognition.board_effect": 5.0, "recognition.crowding_out": 0.0, "ties.start_degree": 30.0, "ties.most": 60},
         {"ties": False}, {"red_board": True}),
    Sign("attention", "adults asked in person", outcome("asked_share"), MORE, {}, {"mobilisation": False}),
    Sign("critical_mass", "issues solved in the unit, for want of skill", outcome("solved_in_unit_share"), FEWER,
         {"arrivals.skilled_share": 1.0, "volunteering.start_share": 0.5}),
    Sign("scope", "issues solved in the unit", outcome("solved_in_unit_share"), FEWER),
    Sign("scope", "levels crossed per case", outcome("handoffs_per_case"), MORE,
         {"heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0}),
    Sign("supervision", "staff hours left for mobilisation", outcome("mobilisation_hours"), FEWER,
         {"arrivals.rate": 0.1, "casework.rho_40": 0.3, "staff_time.supervision_hours": 2.0}),
    Sign("pooling", "issues solved in the unit, for want of hours", outcome("solved_in_unit_share"), FEWER),
]  # fmt: skip
SIGNS = FIRST + NEXT
"""What each channel moves first (the table that `cocreate channels` prints), and what follows from it."""


def test_the_table_holds_the_ten_channels() -> None:
    assert tuple(TABLE) == CHANNELS
    assert {sign.channel for sign in SIGNS} == set(CHANNELS) - {"pivotality", "quorum"}, "these two follow formulas, below"


@functools.cache
def _measured(k: int, partition: str, on: bool, seed: int = 1) -> float:
    sign = SIGNS[k]
    model = CoCreateModel(scenario(
        "quarter", weeks=26, seed=seed, partition=partition, channels=only(*([sign.channel] if on else [])),
        settings={"arrivals.rate": 4.0} | sign.settings, switches=sign.switches, **sign.levers,
    ))  # fmt: skip
    return sign.measure(model, model.run())


CASES = pytest.mark.parametrize("k", range(len(SIGNS)), ids=[f"{sign.channel}: {sign.what}" for sign in SIGNS])


@pytest.mark.parametrize("seed", [1, 2])
@CASES
def test_one_channel_moves_its_target_the_way_the_table_says(k: int, seed: int) -> None:
    small, large = (_measured(k, p, True, seed) for p in ("5", "100"))
    assert (small > large) == (SIGNS[k].small_units == MORE)
    assert abs(small - large) > 0.1 * max(abs(small), abs(large))


@CASES
def test_the_same_target_stands_still_when_the_channel_is_off(k: int) -> None:
    assert _measured(k, "5", False) == _measured(k, "100", False)


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_channel_acts_by_itself(channel: str) -> None:
    assert differences(quarter("5", "rich", ()), quarter("5", "rich", (channel,)))


# --- the doors: what a channel acts through, and nothing else --------------------------------------------------------


def _with_words(partition: str, channels: tuple[str, ...], silent: tuple[str, ...]) -> RunResult:
    """A lively quarter under all that a policy can add, with the words that silence a channel."""
    given = {f"uncertainties.{k}": v for k, v in LIVELY.items()} | {f"levers.{k}": v for k, v in RICH.items()}
    given |= {"levers.partition": partition, "run.weeks": 20, "run.burn_in_weeks": 2}
    given |= {f"channels.{k}": on for k, on in only(*channels).items()}
    return CoCreateModel(load("world=quarter", *(write(k, v) for k, v in given.items()), *silent)).run()


DOORS = [(c.name, silent, partition) for c in TABLE.values() for silent in c.silent for partition in ("5", "100")]


@pytest.mark.slow
@pytest.mark.parametrize(("channel", "silent", "partition"), DOORS, ids=[f"{c}: {' '.join(s)}, {p}" for c, s, p in DOORS])
def test_a_channel_changes_nothing_when_what_it_acts_through_is_gone(
    channel: str, silent: tuple[str, ...], partition: str
) -> None:
    """Added to none, or taken from all ten, it leaves every outcome as it was to the last bit; the other nine still act."""
    others = tuple(c for c in CHANNELS if c != channel)
    none, alone, nine, ten = (_with_words(partition, on, silent) for on in ((), (channel,), others, CHANNELS))
    assert differences(none, alone) == []
    assert differences(nine, ten) == []
    assert len(differences(none, nine)) > 20


# --- the formulas: what each channel does, counted ------------------------------------------------------------------


@given(st.integers(1, 3000), st.floats(1e-9, 1 - 1e-9), st.integers(0, 40))
@example(1, 0.3, 1)
@example(5, 0.0, 1)
@example(5, 1.0, 5)
def test_pivotality_is_the_chance_that_one_helper_decides(n: int, p: float, m: int) -> None:
    expected = stats.binom.pmf(m - 1, n - 1, p) if m >= 1 else 0.0
    assert pivotality(n, p, m) == pytest.approx(expected, rel=1e-8, abs=1e-300)


@pytest.mark.parametrize("partition", ["5", "25", "100"])
def test_the_model_weighs_pivotality_by_the_adults_of_the_unit_and_what_they_did_of_late(partition: str) -> None:
    model = CoCreateModel(scenario("quarter", weeks=12, settings=ASKED_ALL, channels=only("pivotality"), partition=partition))
    model.run()
    mechanism = next(m for m in model.mechanisms if m.name == "participation")
    adults, p = model.world.units.adults, mechanism.expected
    assert len(mechanism.pivot_chance) == len(model.world.units.first)
    np.testing.assert_allclose(mechanism.pivot_chance, stats.binom.pmf(3 - 1, adults - 1, p), rtol=1e-8)


def test_pivotality_vanishes_in_large_units() -> None:
    chances = [pivotality(n, 0.05, 3) for n in (40, 400, 4000, 40_000)]
    assert all(a > b for a, b in zip(chances, chances[1:], strict=False))
    assert chances[-1] < 1e-12


@pytest.mark.parametrize("partition", ["5", "25", "100"])
def test_a_visit_takes_its_time_so_visits_are_shared_by_the_households_of_the_unit(partition: str) -> None:
    # given heads with 2 h a week, 40 % of it for visits of a quarter of an hour, in all buildings
    everywhere = {"heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0}
    world = _after(4, partition, "attention", everywhere)
    headed = world.neighbourhood.has_head
    size = world.units.households[world.units.of_household[headed]]
    np.testing.assert_allclose(world.neighbourhood.visits[headed], np.minimum(2.0 * 0.4 / 0.25 / size, 3.0), rtol=1e-12)
    # and under equal total hours (those of one head per 15 households), every household is visited alike, whatever the units
    world = _after(4, partition, "attention", everywhere, head_hours="equal_total")
    np.testing.assert_allclose(world.neighbourhood.visits[headed], 2.0 / 15 * 0.4 / 0.25, rtol=1e-12)


def _after(weeks: int, partition: str, channel: str, settings: dict[str, Any], world: Any = "quarter", **levers: Any) -> Any:
    model = CoCreateModel(scenario(world, weeks=weeks, settings=settings, channels=only(channel), partition=partition, **levers))
    model.run()
    return model.world


@pytest.mark.parametrize("partition", ["5", "15", "60"])
def test_a_unit_finds_a_head_where_somebody_is_willing(partition: str) -> None:
    """P = 1 - (1 - q)^adults, over 6,000 households (100 to 1,200 units); sharp to 0.04 at 100 units."""
    q = 0.02
    at_once = {"heads.willing_share": q, "heads.step_forward_weeks": 0.0, "heads.quit_rate": 0.0}
    world = _after(2, partition, "leader_supply", at_once, world_settings("quarter", households=6000))
    expected = 1 - (1 - q) ** world.units.adults
    error = math.sqrt((expected * (1 - expected)).sum()) / len(expected)
    assert (world.head >= 0).mean() == pytest.approx(expected.mean(), abs=3 * error)


@pytest.mark.parametrize("partition", ["5", "25", "100"])
def test_a_working_party_starts_when_enough_of_the_unit_come(partition: str) -> None:
    """P(Bin(adults, p) >= 3) over 40 weeks, of the parties that anybody came to."""
    alike = {
        "participation.everyone_knows": True, "participation.conditional_share": 1.0, "participation.free_rider_share": 0.0,
        "participation.hump_share": 0.0, "participation.base": -2.0, "participation.base_sd": 0.0, "participation.peers": 0.0,
        "participation.belonging": 0.0, "participation.party": 0.0, "participation.pivotal": 0.0, "participation.cost": 0.0,
        "participation.asked": 0.0, "participation.visible": 0.0,
    }  # fmt: skip
    p, weeks = 1 / (1 + math.exp(2)), 40
    model = CoCreateModel(scenario(
        "quarter", weeks=weeks, settings=alike, switches={"renovation": False}, channels=only("critical_mass"), partition=partition
    ))  # fmt: skip
    # and a site that calls every household for helpers, all the time
    model.world.sites.hours_needed[0] = 1e9
    model.world.neighbourhood.call[:] = 0
    share = model.run().summary["working_parties_share"]
    adults = model.world.units.adults
    tried, formed = stats.binom.sf(0, adults, p).sum(), stats.binom.sf(2, adults, p)
    error = math.sqrt((formed * (1 - formed)).sum() * weeks) / (tried * weeks)
    assert share == pytest.approx(formed.sum() / tried, abs=3 * error + 1e-12)


@pytest.mark.parametrize("partition", ["5", "25", "100"])
def test_a_unit_has_a_skill_where_one_adult_has_it(partition: str) -> None:
    model = CoCreateModel(
        scenario(world_settings("quarter", households=6000), channels=only("critical_mass"), partition=partition, weeks=1)
    )
    skills = next(m for m in model.mechanisms if m.name == "self_resolution").skills
    expected = 1 - (1 - 0.06) ** model.world.units.adults
    error = math.sqrt((expected * (1 - expected)).sum() / 3) / len(expected)
    assert (skills > 0).mean() == pytest.approx(expected.mean(), abs=3 * error)


@pytest.mark.parametrize("partition", ["5", "25", "100"])
def test_every_pair_that_comes_talks(partition: str) -> None:
    """pair_hours x A (A - 1) / 2 in every unit whose A adults all come."""
    all_come = {"participation.everyone_knows": True, "participation.base": 30.0, "participation.base_sd": 0.0, "participation.cost": 0.0,
                "heads.pair_hours": 0.01, "renovation.initiative": 0.0, "renovation.staff_initiative": 0.0}  # fmt: skip
    model = CoCreateModel(scenario("quarter", weeks=3, settings=all_come, channels=only("coordination"), partition=partition))
    talk = model.run().weekly["meeting_hours"][-1]
    adults = model.world.units.adults.astype(float)
    assert talk == pytest.approx(0.01 * (adults * (adults - 1) / 2).sum(), rel=1e-9)


@pytest.mark.parametrize("partition", ["5", "25", "100"])
def test_each_unit_with_a_head_takes_the_same_staff_time(partition: str) -> None:
    everywhere = {"heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0, "staff_time.supervision_hours": 0.05}
    switches = {"turnover": False}
    model = CoCreateModel(
        scenario("quarter", weeks=4, settings=everywhere, switches=switches, channels=only("supervision"), partition=partition)
    )
    hours = model.run().weekly["supervision_hours"][-1]
    units, headed = model.world.units, model.world.neighbourhood.has_head
    assert hours == pytest.approx(0.05 * (headed[~model.world.households.collective] / units.households[
        units.of_household[~model.world.households.collective]]).sum(), rel=1e-9)  # fmt: skip
    assert headed.sum() > 500


@pytest.mark.parametrize("partition", ["5", "25", "100", "grid"])
def test_pooling_regroups_the_hours_of_helpers_and_makes_none(partition: str) -> None:
    everywhere = {"heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0, "heads.quit_rate": 0.0}
    unspent = {"self_resolution": False}
    totals = []
    for on in (only(), only("pooling")):
        model = CoCreateModel(
            scenario("quarter", weeks=4, settings=everywhere, switches=unspent, channels=on, partition=partition)
        )
        model.run()
        totals.append(float(model.world.unit_hours.sum()))
    assert totals[0] == pytest.approx(totals[1], rel=1e-6)


@pytest.mark.parametrize("partition", PARTITIONS)
def test_units_solve_only_what_lies_inside_them(partition: str) -> None:
    model = CoCreateModel(scenario("quarter", weeks=26, settings=LIVELY, partition=partition))
    model.run()
    issues, of = model.world.issues, model.world.units.of_household
    solved = issues[issues.in_unit]
    assert len(solved) > 10
    assert np.array_equal(of[solved.first], of[solved.end - 1])
    assert np.all(of[solved.first] >= 0)


@pytest.mark.parametrize("partition", ["5", "12", "40"])
@pytest.mark.parametrize("turnout", [0.3, 0.5])
def test_a_vote_counts_where_the_quorum_comes(partition: str, turnout: float) -> None:
    """P(Bin(households, turnout) >= ceil(households / 3)), by the part of each site that lies in one unit."""
    # given votes of everybody on everything that are always rejected, so that sites are voted on again and again
    votes = {
        "renovation.turnout": turnout, "renovation.turnout_belonging": 0.0, "renovation.common_property": 0.0, "renovation.approval": 0.0,
        "renovation.staff_initiative": 52.0, "renovation.meetings_low": 1, "renovation.meetings_high": 1,
        "heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0, "renovation.initiative": 100.0,
    }  # fmt: skip
    model = CoCreateModel(scenario(
        world_settings("quarter", households_per_site=5), weeks=40, settings=votes, channels=only("quorum"), partition=partition
    ))  # fmt: skip
    model.run()
    sites, of = model.world.sites, model.world.units.of_household
    expected, variance, held = 0.0, 0.0, 0
    for site in sites:
        members = np.unique(of[site.first : site.end], return_counts=True)[1]
        chance = stats.binom.sf(np.ceil(members / 3 - 1e-9) - 1, members, turnout)
        times = int(site.number) - (int(site.stage) == PLAN)
        expected += times * chance.sum()
        variance += times * (chance * (1 - chance)).sum()
        held += times * len(members)
    counted = model.record.counts.sum(axis=0)
    assert counted[VOTES_HELD] == held > 500
    assert counted[VOTES_VALID] == pytest.approx(expected, abs=3.5 * math.sqrt(variance))


# --- the structure: no rule can see a unit but through a channel ----------------------------------------------------

SOURCE = Path(cocreate_sim.__file__).parent
RULES = sorted(SOURCE.glob("mechanisms/*.py")) + [SOURCE / name for name in ("mechanism.py", "schedule.py", "model.py")]
OF_PARTITION = {"units", "ladder", "reference_ladder", "partition"}


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_no_mechanism_reads_the_units_or_the_partition_itself(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            assert node.attr not in OF_PARTITION, f"{path.name}:{node.lineno} reads .{node.attr}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("vars", "parse_rule", "unit_spans"), f"{path.name}:{node.lineno} calls {node.func.id}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr":
            assert not any(isinstance(a, ast.Constant) and a.value in OF_PARTITION for a in node.args), (
                f"{path.name}:{node.lineno}"
            )


def test_every_channel_is_asked_for_by_name_and_no_other() -> None:
    asked, climbs = set(), 0
    for path in RULES + sorted(SOURCE.glob("world/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("group", "climb"):
                if node.func.attr == "climb":
                    climbs += 1
                    continue
                (argument,) = node.args
                assert isinstance(argument, ast.Constant), f"{path.name}:{node.lineno}"
                asked.add(argument.value)
    assert asked == set(CHANNELS) - {"scope"}
    assert climbs >= 1
