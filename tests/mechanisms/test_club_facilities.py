"""Facilities kept by clubs: who takes one over, who does the shifts, and what the fees must pay."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone, identical
from tests.mechanisms.given import counts, rule
from tests.scenarios import scenario

from cocreate_sim.errors import ConfigError, InvariantError
from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c
from cocreate_sim.world.clubs import CLASS, CLUB, DISSOLVED, NO_CLUB, members_by_club
from cocreate_sim.world.levers import Keepers, Levers
from cocreate_sim.world.residents import NEVER
from cocreate_sim.world.sites import BUILD, EVALUATE, GARDEN, IDLE, KEPT, KINDS, MANAGE, NO_FUNDS, SHARE, STAGES

TABLE_TENNIS, DANCE = 2, 1
COST: dict[str, Any] = {"club_facilities.running_cost": 20.0, "club_facilities.paying": 1.0, "club_facilities.reserve": 1000.0}


def made(
    changes: dict[str, Any] | None = None,
    *,
    members: int = 20,
    stage: int = KEPT,
    on: tuple[str, ...] = ("club_facilities",),
    **levers: Any,
) -> CoCreateModel:
    """Sixty adults in one building with one facility in use; the last so many are the table tennis club."""
    given = {"clubs": True, "keepers": "club", "user_fee": 1.0} | levers
    model = CoCreateModel(scenario(identical(60), weeks=4, settings=COST | (changes or {}), switches=alone(*on), **given))
    w = model.world
    w.sites.stage[0], w.sites.condition[0], w.sites.kind[0], w.sites.hours_needed[0] = stage, 1.0, GARDEN, 100.0
    w.residents.volunteer_since[:] = -1
    club(model, TABLE_TENNIS, range(60 - members, 60))
    return model


def club(model: CoCreateModel, number: int, members: range, stage: int = CLUB) -> None:
    """Make a club of these residents."""
    w = model.world
    w.residents.club[members] = number
    w.clubs.stage[number], w.clubs.members[number], w.clubs.founder[number] = stage, len(members), members[0]


def week(model: CoCreateModel, count: int = 1) -> np.recarray:
    """Let only this mechanism happen; the site afterwards."""
    for _ in range(count):
        rule(model, "club_facilities").step(model.world)
        model.world.day += 7
    return model.world.sites[0]


# --- who keeps it -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", range(len(STAGES)), ids=STAGES)
def test_a_club_takes_over_a_facility_in_use(stage: int) -> None:
    model = made(stage=stage)
    site = week(model)
    assert site.keeper == (TABLE_TENNIS if stage >= MANAGE else -1)
    assert counts(model, c.FACILITIES_TAKEN) == (stage >= MANAGE)


@pytest.mark.parametrize("stage", [NO_CLUB, CLASS, DISSOLVED])
def test_what_is_no_club_keeps_nothing(stage: int) -> None:
    model = made()
    model.world.clubs.stage[TABLE_TENNIS] = stage
    assert week(model).keeper == -1


@pytest.mark.parametrize(("dancers", "keeper"), [(15, TABLE_TENNIS), (25, DANCE), (20, DANCE)])
def test_the_largest_club_takes_over_and_of_equals_the_first(dancers: int, keeper: int) -> None:
    model = made({"club_facilities.running_cost": 0.0})
    club(model, DANCE, range(dancers))
    assert week(model).keeper == keeper


def facilities(model: CoCreateModel, number: int) -> None:
    """Put the first facility there so many times."""
    w = model.world
    w.sites = np.repeat(w.sites, number).view(np.recarray)
    w.sites.id[:] = np.arange(number)


def test_each_club_keeps_one_facility_and_the_rest_stays_with_the_rota() -> None:
    model = made({"club_facilities.running_cost": 0.0})
    club(model, DANCE, range(10))
    facilities(model, 3)
    week(model, 2)
    assert model.world.sites.keeper.tolist() == [TABLE_TENNIS, DANCE, -1]
    assert counts(model, c.FACILITIES_TAKEN) == 2


def test_a_club_of_another_community_takes_over_nothing() -> None:
    world = identical(60, compounds=2, communities=2)
    model = CoCreateModel(scenario(world, settings=COST, switches=alone("club_facilities"), clubs=True, keepers="club"))
    w = model.world
    w.sites.stage[:] = KEPT
    club(model, TABLE_TENNIS, range(20))
    week(model)
    assert w.sites.office.tolist() == [0, 1]
    assert w.sites.keeper.tolist() == [TABLE_TENNIS, -1]


@pytest.mark.parametrize(("cost", "taken"), [(20.0, True), (20.001, False)])
def test_a_club_takes_over_only_what_its_members_can_pay(cost: float, taken: bool) -> None:
    assert (week(made({"club_facilities.running_cost": cost})).keeper == TABLE_TENNIS) == taken


@pytest.mark.parametrize(("stage", "club_stage"), [(IDLE, CLUB), (BUILD, CLUB), (KEPT, DISSOLVED)], ids=["idle", "rebuilt", "club gone"])
@pytest.mark.parametrize("balance", [30.0, -30.0])
def test_a_club_gives_back_what_is_out_of_use_and_what_it_leaves_behind(stage: int, club_stage: int, balance: float) -> None:
    model = made()
    week(model)
    w = model.world
    w.sites.stage[0], w.sites.balance[0], w.clubs.stage[TABLE_TENNIS] = stage, balance, club_stage
    site = week(model)
    assert site.keeper == -1
    assert site.balance == 0.0
    assert counts(model, c.PURSES_LEFT) == max(balance, 0.0)
    assert counts(model, c.DEBTS_LEFT) == max(-balance, 0.0)
    assert counts(model, c.FACILITIES_CLOSED) == 0


# --- who does the shifts ----------------------------------------------------------------------------------------------


def test_members_of_the_club_do_the_shifts_volunteers_or_not() -> None:
    """Five of the ten who could come are enough for the rota; volunteers who use the place are left out."""
    changes = {"upkeep.shows_up": 1.0, "upkeep.rota_size": 5, "upkeep.shift_hours": 1.0, "upkeep.life_years": 0.1}
    model = made(changes, members=10, on=("club_facilities", "upkeep"))
    r = model.world.residents
    r.volunteer_since[:40] = 0
    model.world.sites.keeper[0] = TABLE_TENNIS
    rule(model, "upkeep").step(model.world)
    assert np.flatnonzero(r.last_active != NEVER).tolist() == [50, 51, 52, 53, 54]
    assert model.world.sites.rota_hours[0] == 5.0


def test_a_club_without_members_keeps_nothing_up() -> None:
    model = made({"upkeep.shows_up": 1.0, "upkeep.decay": 1.0}, on=("club_facilities", "upkeep"))
    model.world.residents.club[:] = -1
    model.world.sites.keeper[0] = TABLE_TENNIS
    rule(model, "upkeep").step(model.world)
    assert model.world.sites.condition[0] == pytest.approx(math.exp(-7 / 365))


def test_members_are_listed_club_by_club() -> None:
    rows, first = members_by_club(np.array([2, -1, 0, 2, -1, 0], np.int32), 4)
    assert rows.tolist() == [2, 5, 0, 3]
    assert first.tolist() == [0, 2, 2, 4, 4]


# --- what it costs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fee", "paying", "members"), [(1.0, 1.0, 30), (2.0, 0.5, 25), (0.5, 1.0, 45)])
def test_fees_and_bills_go_through_the_purse(fee: float, paying: float, members: int) -> None:
    model = made({"club_facilities.paying": paying}, members=members, user_fee=fee)
    site = week(model, 4)  # taken over at the end of the first
    assert site.balance == pytest.approx(3 * 7 * (fee * paying * members - 20.0))
    assert counts(model, c.FEES) == pytest.approx(3 * 7 * fee * paying * members)
    assert counts(model, c.CLUB_BILLS) == 3 * 7 * 20.0
    assert counts(model, c.PUBLIC_BILLS) == 7 * 20.0  # of the week before it is taken over


def test_without_a_fee_the_public_pays_and_nothing_ever_closes() -> None:
    model = made({"club_facilities.reserve": 0.0}, members=1, user_fee=0.0)
    site = week(model, 100)
    assert site.keeper == TABLE_TENNIS
    assert site.balance == 0.0
    assert counts(model, c.PUBLIC_BILLS) == 100 * 7 * 20.0
    assert counts(model, c.FEES) == counts(model, c.CLUB_BILLS) == 0


@pytest.mark.parametrize("reserve", [0.0, 100.0, 1000.0, 1234.5])
@pytest.mark.parametrize("members", [3, 10, 19, 20, 21, 40])
@pytest.mark.parametrize(("fee", "paying"), [(1.0, 1.0), (2.0, 0.5)])
def test_below_the_break_even_it_closes_in_the_week_of_the_formula(reserve: float, members: int, fee: float, paying: float) -> None:
    """Twenty yuan a day: with twenty members or more it stays, with fewer it closes in week floor(reserve / deficit) + 1."""
    model = made({"club_facilities.reserve": reserve, "club_facilities.paying": paying}, members=40, user_fee=fee)
    site = week(model)
    assert site.keeper == TABLE_TENNIS
    model.world.clubs.members[TABLE_TENNIS] = members
    break_even = 20.0 / (fee * paying)
    if members >= break_even:
        assert week(model, 400).stage == KEPT
        return
    weeks = math.floor(reserve / (7 * (20.0 - fee * paying * members))) + 1
    assert week(model, weeks - 1).stage == KEPT if weeks > 1 else True
    assert week(model).stage == IDLE


@pytest.mark.parametrize("stage", [MANAGE, EVALUATE, SHARE, KEPT], ids=lambda s: STAGES[s])
@pytest.mark.parametrize("initiator", [-1, 0])
@pytest.mark.parametrize("proposed", [0, 9], ids=["within the horizon", "before"])
def test_before_it_is_finished_the_project_fails_for_want_of_funds(stage: int, initiator: int, proposed: int) -> None:
    model = made({"club_facilities.reserve": 0.0}, stage=stage)
    w = model.world
    week(model)
    w.clubs.members[TABLE_TENNIS] = 19
    w.sites.initiator[0], w.sites.proposed[0] = initiator, -proposed
    site = week(model)
    failed = stage < KEPT
    assert site.stage == IDLE
    assert site.since == 1
    assert site.keeper == -1
    assert counts(model, c.FACILITIES_CLOSED) == 1
    assert counts(model, c.FAILED) == failed
    assert counts(model, c.DEBTS_LEFT) == 7.0
    assert w.project_events[stage, 1 + NO_FUNDS] == (failed and proposed == 0)
    assert w.project_events.sum() == (failed and proposed == 0)
    assert np.all(w.feelings.bad[40:] == 1), "members lose their place"
    assert w.feelings.bad[0] == w.feelings.ignored[0] == (failed and initiator == 0)


def test_purses_must_balance() -> None:
    model = CoCreateModel(scenario("tiny", weeks=2))
    model.world.sites.balance[0] = 1.0
    with pytest.raises(InvariantError, match="purses of facilities do not balance"):
        model.run()


# --- without ----------------------------------------------------------------------------------------------------------


def test_by_default_a_rota_keeps_and_nobody_pays() -> None:
    assert Levers().keepers is Keepers.ROTA
    assert Levers().user_fee == 0.0
    assert KINDS[3:] == ("gym", "canteen")


@pytest.mark.parametrize(
    ("on", "levers"), [(("club_facilities",), {"keepers": "rota"}), ((), {"keepers": "club"})], ids=["rota", "switched off"]
)
def test_without_the_lever_or_the_mechanism_no_club_keeps_anything(on: tuple[str, ...], levers: dict[str, Any]) -> None:
    model = made(on=on, **levers)
    assert week(model, 3).keeper == -1
    assert counts(model, c.CLUB_BILLS) == 0
    assert counts(model, c.PUBLIC_BILLS) == (3 * 7 * 20.0 if on else 0)


def test_only_facilities_in_use_have_bills() -> None:
    model = made(keepers="rota")
    model.world.sites.stage[0] = IDLE
    week(model)
    assert counts(model, c.PUBLIC_BILLS) == 0


def test_an_unknown_keeper_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"levers.keepers = 'clubs' is not allowed; one of: rota, club"):
        scenario("tiny", keepers="clubs")
