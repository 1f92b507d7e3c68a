"""Moving: given families that move away, what is lost, what stays, and who comes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone, identical
from tests.mechanisms.given import counts, days, listen, make, noted, on_its_way, place, rule
from tests.scenarios import run, scenario, world_settings

from cocreate_sim.errors import ConfigError, InvariantError
from cocreate_sim.model import CoCreateModel
from cocreate_sim.outcomes import moving as outcomes
from cocreate_sim.outcomes.census import take
from cocreate_sim.world import counters as c
from cocreate_sim.world.events import CEASES, MOVES, TIE_ENDED
from cocreate_sim.world.issues import IN_UNIT, LAPSED, SERVED, SOLVED, WAITING
from cocreate_sim.world.residents import NEVER, blank_person
from cocreate_sim.world.sites import MANAGE, PLAN

EVERYBODY = 5.0
"""A rate per year at which a tenth of all families move each week."""
SUNDAY = 6


def given(rate: float = EVERYBODY, world: Any = None, on: tuple[str, ...] = ("moving",), **more: Any) -> CoCreateModel:
    """Two compounds of 384 families, in which nothing but moving happens unless a test says so."""
    settings = {"moving.rate": rate} | more.pop("settings", {})
    made = place(world=world or {}, weeks=200, settings=settings, switches=alone(*on), **more)
    made.world.day = SUNDAY
    return made


def move(model: CoCreateModel) -> np.ndarray:
    """Let one Sunday's families move; whether each resident is new."""
    since = model.world.residents.moved_in
    before = since.copy()
    since[:] = NEVER
    rule(model, "moving").step(model.world)
    new = since > NEVER
    since[~new] = before[~new]
    return new


# how many


@pytest.mark.parametrize(("rate", "switched"), [(0.0, ("moving",)), (EVERYBODY, ())], ids=["no rate", "switched off"])
def test_without_it_nobody_moves(rate: float, switched: tuple[str, ...]) -> None:
    model = given(rate, on=switched)
    before = [column.copy() for column in model.world.residents]
    days(model, 70, "moving")
    assert all(np.array_equal(a, b) for a, b in zip(before, model.world.residents, strict=True))
    assert counts(model, c.HOUSEHOLDS_MOVED) == 0
    model.world.switches = {"moving": "moving" in switched}
    told = outcomes.weekly(model.world, take(model.world))
    assert np.isnan(told["moves_week"])
    assert np.isnan(told["residence_years"])
    assert 0.0 < told["newcomers_share"] < 1.0


@pytest.mark.parametrize("rate", [0.05, 0.5, 5.0])
@pytest.mark.parametrize("weeks", [1, 26])
def test_families_move_at_the_rate(rate: float, weeks: int) -> None:
    """After t years, exp(-rate t) of the families are still there."""
    model = given(rate)
    model.world.residents.moved_in[:] = -1000
    days(model, 7 * weeks, "moving")
    first = model.world.households.first_resident
    stayed = (model.world.residents.moved_in[first] == -1000).mean()
    expected = np.exp(-rate * weeks * 7 / 365)
    assert abs(stayed - expected) <= 4 * np.sqrt(expected * (1 - expected) / 384)


def test_families_move_together_and_are_counted() -> None:
    model = given()
    new = move(model)
    homes = model.world.residents.household
    moved = np.unique(homes[new])
    assert np.array_equal(new, np.isin(homes, moved)), "whole families"
    assert 0 < len(moved) < 384
    assert counts(model, c.HOUSEHOLDS_MOVED) == len(moved) == outcomes.weekly(model.world, take(model.world))["moves_week"]


def test_each_move_is_noted_when_somebody_listens() -> None:
    model = given(on=("moving", "volunteering"), settings={"volunteering.start_share": 1.0})
    w = model.world
    listen(model)
    new = move(model)
    assert noted(model, MOVES).a.tolist() == np.unique(w.households.id[w.residents.household[new]]).tolist()
    assert noted(model, CEASES).a.tolist() == w.residents.id[new & w.residents.adult].tolist()
    ended = noted(model, TIE_ENDED)
    assert len(ended) == counts(model, c.TIES_ENDED) > 0
    assert np.all(ended.a < ended.b)


def test_dormitories_do_not_move() -> None:
    model = given(world={"collective_share": 0.5})
    days(model, 70, "moving")
    r, collective = model.world.residents, model.world.households.collective
    assert collective.any()
    assert (r.moved_in[~collective[r.household]] > 0).mean() > 0.5
    assert r.moved_in[collective[r.household]].max() <= 0


def test_a_home_without_anybody_may_change_hands() -> None:
    world = identical(3)
    model = CoCreateModel(scenario(world, settings={"moving.rate": 5.0}, switches=alone("moving")), without=[0, 1])
    days(model, 26 * 7, "moving")
    assert counts(model, c.HOUSEHOLDS_MOVED) > 2


def test_who_moves_is_a_matter_of_the_household_and_the_week() -> None:
    """The same families in the same weeks under another partition, and when somebody else is left out of the world."""
    moved = []
    for levers, without in (({}, ()), ({"partition": "5"}, ()), ({}, (7,))):
        world = world_settings("quarter", households=200)
        model = CoCreateModel(scenario(world, settings={"moving.rate": 1.0}, switches=alone("moving"), **levers), without=without)
        days(model, 70, "moving")
        r = model.world.residents
        others = r.id != 7
        moved.append((r.moved_in[others], r.baseline[others], r.belonging[others], r.kind[others], r.willing_to_head[others]))
    for other in moved[1:]:
        assert all(np.array_equal(a, b) for a, b in zip(moved[0], other, strict=True))


# what is lost


def test_ties_end_on_both_sides_and_only_those() -> None:
    model = given(settings={"ties.knows_nobody": 0.0})
    ties, ids = model.world.ties, model.world.residents.id
    known = {(i, int(j)) for i in range(len(ids)) for j in ties.other[i, : ties.number[i]]}
    new = move(model)
    now = {(i, int(j)) for i in range(len(ids)) for j in ties.other[i, : ties.number[i]]}
    assert now == {(i, j) for i, j in known if not new[i] and not new[j]}
    assert counts(model, c.TIES_ENDED) == (len(known) - len(now)) / 2 > 0
    outcomes.check(model.world)


def test_a_seat_above_whose_head_moves_is_vacant_and_counted() -> None:
    keen = {"upper_heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0, "heads.quit_rate": 0.0}
    model = given(on=("moving", "upper_heads"), partition="10-20", upper_heads=True, settings=keen)
    rule(model, "upper_heads").step(model.world)
    before = model.world.above.seats.head.copy()
    assert np.all(before >= 0)
    new = np.zeros(len(model.world.residents.id), np.bool_)
    for _ in range(5):
        new |= move(model)
        model.world.day += 7
    lost = new[before]
    assert lost.any()
    assert np.all((model.world.above.seats.head < 0) == lost)
    assert np.all(model.world.residents.leads[new] == -1)
    assert counts(model, c.UPPER_HEADS_QUIT) == lost.sum()


def test_a_group_whose_head_moves_is_without_one_until_somebody_steps_forward() -> None:
    heads = {"heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0, "heads.quit_rate": 0.0}
    model = given(on=("moving", "heads"), partition="10-20", settings=heads)
    rule(model, "heads").step(model.world)
    before = model.world.head.copy()
    assert np.all(before >= 0)
    model.world.day += 7
    new = move(model)
    lost = new[before]
    assert 0 < lost.sum() < len(before)
    assert np.all((model.world.head < 0) == lost)
    assert np.all(model.world.residents.head_of[new] == -1)
    assert counts(model, c.HEADS_QUIT) == lost.sum()
    outcomes.check(model.world)
    rule(model, "heads").step(model.world)
    assert np.all(model.world.head >= 0), "whoever is willing may step forward on the same day"
    assert np.all(model.world.neighbourhood.has_head)


def test_registrations_and_standing_lapse() -> None:
    model = given(on=("moving", "volunteering"), settings={"volunteering.start_share": 1.0})
    r, f = model.world.residents, model.world.feelings
    r.takes_part[:] = r.took_part[:] = r.asked[:] = r.on_board[:] = True
    r.last_active[:] = r.activity[:] = r.rests_until[:] = 3
    r.trust[:] = r.belonging[:] = 0.9
    for column in f:
        column[:] = 2
    new = move(model)
    adults = r.adult[new].sum()
    assert 0 < new.sum() < len(new)
    assert not (r.takes_part | r.took_part | r.asked | r.on_board)[new].any()
    assert np.all(r.last_active[new] == NEVER)
    assert np.all(r.rests_until[new] == NEVER)
    assert np.all(r.activity[new] == -1)
    assert np.all(r.volunteer_since[new] == -1)
    assert counts(model, c.VOLUNTEERS_LAPSED) == adults
    assert np.all(r.trust[new] == 0.5)
    assert np.all(r.newcomer[new])
    assert all(not column[new].any() for column in f)
    old = ~new
    assert np.all((r.takes_part & r.took_part & r.asked & r.on_board)[old])
    assert np.all(r.trust[old] == 0.9)
    assert all(np.all(column[old] == 2) for column in f)


def test_projects_and_open_reports_lose_who_began_them() -> None:
    model = given()
    w = model.world
    w.sites.initiator[:] = np.arange(len(w.sites)) * 40
    w.sites.stage[:] = [PLAN, MANAGE] * (len(w.sites) // 2)
    began = w.sites.initiator.copy()
    for number, state in enumerate((IN_UNIT, WAITING, SERVED, SOLVED, LAPSED) * 40):
        on_its_way(model, 0, household=0, state=state, reporter=number)
    unknown = on_its_way(model, 0, household=0, reporter=-1)
    new = move(model)
    assert new[began].any()
    assert np.array_equal(w.sites.initiator, np.where(new[began], -1, began))
    issues = w.issues[:200]
    open_ = issues.state <= SERVED
    assert np.array_equal(issues.reporter, np.where(open_ & new[:200], -1, np.arange(200)))
    assert (new[:200] & open_).any()
    assert w.issues.reporter[unknown] == -1


# what stays, and who comes


def test_the_home_keeps_its_size_its_ages_and_its_skills() -> None:
    """Also its record of the horizon: hours and weeks that were given here are not taken back."""
    model = given()
    r = model.world.residents
    r.hours[:], r.weeks_active[:] = 3.5, 4
    kept = ("id", "household", "age_band", "adult", "party", "skill", "reports_rate", "hours", "weeks_active")
    before = {name: getattr(r, name).copy() for name in kept}
    assert move(model).any()
    for name, column in before.items():
        assert np.array_equal(getattr(r, name), column), name


@pytest.mark.parametrize("week", [0, 30])
def test_newcomers_are_other_people_by_the_rules_of_the_start(week: int) -> None:
    """Given ten times ten per cent that move, expect the temper, free time and belonging that the start draws, drawn anew."""
    shares = {"participation.conditional_share": 0.25, "participation.free_rider_share": 0.25, "participation.hump_share": 0.25}
    settings = shares | {"heads.willing_share": 0.5, "participation.base_sd": 1.0, "belonging.newcomer_gap": 0.2, "belonging.spread": 0.1}
    model = given(settings=settings)
    r = model.world.residents
    start = [r.kind.copy(), r.budget.copy(), r.belonging.copy(), r.willing_to_head.copy(), r.baseline.copy(), r.newcomer.copy()]
    model.world.day = 7 * week + SUNDAY
    new = np.zeros(len(r.id), bool)
    for _ in range(10):
        new |= move(model)
        model.world.day += 7
    n, adult = int(new.sum()), r.adult
    assert n > 300
    assert np.bincount(r.kind[new], minlength=4) / n == pytest.approx(0.25, abs=0.1)
    assert (r.kind[new] != start[0][new]).mean() == pytest.approx(0.75, abs=0.1)
    assert np.log(r.budget[new]).mean() == pytest.approx(np.log(start[1]).mean(), abs=0.15)
    assert np.abs(np.corrcoef(np.log(r.budget[new]), np.log(start[1][new]))[0, 1]) < 0.2
    assert r.belonging[new].mean() == pytest.approx(start[2][start[5]].mean(), abs=0.03), "as newcomers at the start"
    assert np.array_equal(r.belonging[new], r.belonging_rest[new])
    assert r.willing_to_head[new & adult].mean() == pytest.approx(0.5, abs=0.12)
    assert not r.willing_to_head[~adult].any()
    assert np.abs(np.corrcoef(r.baseline[new], start[4][new])[0, 1]) < 0.2
    for column, before in zip((r.kind, r.budget, r.belonging, r.willing_to_head, r.baseline), start[:5], strict=True):
        assert np.array_equal(column[~new], before[~new]), "who stays is who they were"


def test_whoever_moves_in_after_a_newcomer_is_somebody_else_again() -> None:
    model = given()
    r = model.world.residents
    first = move(model)
    budget = r.budget.copy()
    model.world.day += 7
    while not (again := first & move(model)).any():
        model.world.day += 7
    assert np.all(r.budget[again] != budget[again])


def test_a_person_is_forgotten_in_one_place() -> None:
    """A column that belongs to a person and not to the home is reset here, or drawn anew: none may be overlooked."""
    model = given()
    r = model.world.residents
    odd = {n: np.array(7).astype(column.dtype) for n, column in zip(r._fields, r, strict=True)}
    for name, column in zip(r._fields, r, strict=True):
        column[5] = odd[name]
    r.newcomer[5] = False
    blank_person(r, 5, 9)
    changed = {name for name in r._fields if name != "newcomer" and getattr(r, name)[5] != odd[name]}
    drawn = {"kind", "baseline", "budget", "belonging", "belonging_rest", "trust", "willing_to_head", "willing_to_lead"}
    home = {"id", "household", "age_band", "adult", "party", "skill", "reports_rate", "hours", "weeks_active", "interest", "talent"}
    assert changed | {"newcomer"} | drawn | home == set(r._fields)
    assert r.newcomer[5]
    assert r.moved_in[5] == 9


# residence


@pytest.mark.parametrize("rate", [0.05, 0.2, 1.0])
def test_limit_of_residence(rate: float) -> None:
    """Families have lived here for 1 / rate years on average (sixty at most), at the start and ever after."""
    model = given(rate)
    expected = (1 - np.exp(-60 * rate)) / rate
    assert outcomes.weekly(model.world, take(model.world))["residence_years"] == pytest.approx(expected, rel=0.2)
    assert model.world.residents.moved_in.max() <= 0
    assert model.world.residents.moved_in.min() >= -60 * 365 / 7 - 1
    days(model, 7 * 100, "moving")
    assert outcomes.weekly(model.world, take(model.world))["residence_years"] == pytest.approx(expected, rel=0.2)


def test_newcomers_become_more() -> None:
    model = given(0.5)
    before = outcomes.weekly(model.world, take(model.world))["newcomers_share"]
    days(model, 7 * 52, "moving")
    after = outcomes.weekly(model.world, take(model.world))["newcomers_share"]
    assert 1 - after == pytest.approx((1 - before) * np.exp(-0.5), abs=0.08)


def test_a_world_of_dormitories_or_children_has_no_residence() -> None:
    model = given()
    model.world.residents.adult[:] = False
    told = outcomes.weekly(model.world, take(model.world))
    assert np.isnan(told["residence_years"])
    assert np.isnan(told["newcomers_share"])


# bad input and books


@pytest.mark.parametrize("rate", [-0.1, 5.1])
def test_a_rate_out_of_range_is_refused(rate: float) -> None:
    with pytest.raises(ConfigError, match=rf"uncertainties.moving.rate = {rate} is outside its range 0 to 5"):
        given(rate)


def test_a_tie_with_one_end_stops_the_run() -> None:
    model = given(settings={"ties.start_degree": 0.0})
    make(model.world.ties, 3, 4, 0.5, True)
    outcomes.check(model.world)
    model.world.ties.number[4] = 0
    with pytest.raises(InvariantError, match="day 6: resident 3 has a tie that its other end has not"):
        outcomes.check(model.world)


@pytest.mark.parametrize(("row", "k"), [(1, 0), (2, 0), (2, 1), (3, 0)])
@pytest.mark.parametrize("other", [0, 4, 5])
def test_a_tie_to_the_wrong_person_stops_the_run(row: int, k: int, other: int) -> None:
    """Given ties of 2 with 1 and with 3, expect any end that points to somebody else to be found."""
    model = given(settings={"ties.start_degree": 0.0})
    ties = model.world.ties
    make(ties, 2, 1, 0.5, True)
    make(ties, 2, 3, 0.5, True)
    outcomes.check(model.world)
    ties.other[row, k] = other
    with pytest.raises(InvariantError, match="has a tie that its other end has not"):
        outcomes.check(model.world)


def test_a_head_who_has_gone_stops_the_run() -> None:
    model = given()
    model.world.head[0] = 3
    with pytest.raises(InvariantError, match="a group is headed by somebody who is not its head"):
        outcomes.check(model.world)


# the whole model


SIGNS = [("ties_per_resident", -1), ("belonging_mean", -1), ("volunteers_registered", -1), ("units_with_head_share", -1), ("knows_nobody_share", +1)]


@pytest.mark.slow
@pytest.mark.compiled
@pytest.mark.parametrize(("outcome", "sign"), SIGNS, ids=[s[0] for s in SIGNS])
def test_the_more_move_the_fewer_know_each_other(outcome: str, sign: int) -> None:
    """Two years, with a hundredth and with a half of all families moving each year."""
    few, many = (
        run(
            "quarter", weeks=104, settings={"moving.rate": rate, "heads.step_forward_weeks": 26.0, "heads.willing_share": 0.2}, partition="10-20"
        ).summary[outcome]
        for rate in (0.01, 0.5)
    )  # fmt: skip
    assert sign * (many - few) > 0.02 * max(abs(few), abs(many)), (few, many)
