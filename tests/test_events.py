"""The event log notes everything that is decided, agrees with the weekly books, and is not there unless somebody listens."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.scenarios import scenario, world_settings

from cocreate_sim.config import Scenario
from cocreate_sim.errors import CoCreateError
from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c
from cocreate_sim.world import events as e
from cocreate_sim.world.clock import DAY
from cocreate_sim.world.events import EVENTS, KINDS, empty_log
from cocreate_sim.world.issues import BACKGROUND
from cocreate_sim.world.organisations import BALANCE, COST, RELATIONSHIP
from cocreate_sim.world.sites import BUILD, KEPT
from cocreate_sim.world.timeline import Change

WEEKS = 26
LIVELY: dict[str, Any] = {
    # so much happens that every kind of event is reached
    "arrivals.rate": 8.0, "heads.willing_share": 0.1, "heads.step_forward_weeks": 2.0, "heads.quit_rate": 2.0, "upper_heads.willing_share": 0.1,
    "participation.base": -1.5, "renovation.initiative": 40.0, "renovation.meetings_low": 1, "renovation.meetings_high": 3,
    "renovation.hours_high": 80.0, "renovation.helpers_high": 3, "renovation.evaluate_after": 1, "renovation.share_weeks": 1,
    "upkeep.decay": 6.0, "upkeep.steward_ratio": 1.0, "upkeep.repair": 0.0, "turnover.leave_community": 5.0, "turnover.refill_months": 0.5,
    "casework.patience_days": 5.0, "reporting.lapse_days": 20.0, "ties.most": 8,
    "clubs.interested": 0.2, "clubs.talented": 0.1, "clubs.find_rate": 20.0, "clubs.lessons": 2, "clubs.join_rate": 3.0,
    "clubs.leave_rate": 10.0, "clubs.minimum": 8, "volunteering.start_share": 0.15, "arrivals.skilled_share": 0.5,
    "renovation.skilled": 0.9, "club_facilities.running_cost": 30.0, "club_facilities.reserve": 5.0,
    "stations.firms_needed": 7, "stations.donor_rate": 200.0, "stations.give_up_weeks": 3, "stations.opening_weeks": 0,
    "stations.alone": 50.0, "stations.quit_rate": 15.0, "stations.return_rate": 25.0, "stations.join_chance": 0.5,
    "stations.leave_rate": 5.0, "leaders.attention_weeks": 2, "leaders.money_chance": 0.5, "leaders.skill_chance": 0.2,
    "leaders.projects_at_a_time": 4, "leaders.space_chance": 0.3, "councils.alone": 5.0, "councils.meeting_weeks": 1,
    "councils.asking": 0.8,
    "turnover.leave_posts": 1.0, "career.years_per_grade": 0.1, "career.review_months": 0.5, "career.skill_needed": 0.0,
    "career.path_grade": 2, "career.path_months": 1.0, "moving.rate": 0.3,
}  # fmt: skip


def lively(seed: int = 3) -> Scenario:
    place = world_settings(
        "quarter", households=240, compounds=2, grids=4, communities=1, households_per_site=30, community_households=500, towers=6,
        skill_share=0.03, subdistrict_households=2000,
    )  # fmt: skip
    return scenario(
        place, seed=seed, weeks=WEEKS, settings=LIVELY, partition="10-20", posts=44, red_board=True, head_hours="equal_total",
        clubs=True, skill_groups=True, keepers="club", user_fee=1.0, courier_reports=True, stations=True, leaders_sent_down=200,
        sent_down_units=True, councils=True, career_ladder=True, upper_heads=True,
        timeline=(Change(8, 0, "posts", 46), Change(12, 0, "posts", 43), Change(14, 0, "pay", 5000.0)),
    )  # fmt: skip


def listened(given: Scenario) -> tuple[CoCreateModel, list[np.recarray]]:
    """Run to the end and return the model with the events of each day."""
    model = CoCreateModel(given)
    model.listen()
    days = []
    for _ in range(7 * model.weeks):
        model.step()
        days.append(model.events())
    return model, days


@pytest.fixture(scope="module")
def run() -> tuple[CoCreateModel, list[np.recarray]]:
    return listened(lively())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_of_event_is_noted(kind: e.Kind, run: tuple[CoCreateModel, list[np.recarray]]) -> None:
    assert any((day.kind == KINDS.index(kind)).any() for day in run[1])


def weekly(days: list[np.recarray], kind: int, summed: bool = False, **which: Any) -> np.ndarray:
    """Events of a kind in each week, or the sum of their values; ``which`` maps a column to a condition."""
    sums = np.zeros(WEEKS)
    for number, day in enumerate(days):
        chosen = day.kind == kind
        for column, condition in which.items():
            chosen &= condition(day[column])
        sums[number // 7] += day.value[chosen].sum() if summed else chosen.sum()
    return sums


def modelled(a: np.ndarray) -> np.ndarray:
    return a < BACKGROUND


def outside(a: np.ndarray) -> np.ndarray:
    return a >= BACKGROUND


BOOKS: list[tuple[str, list[tuple[int, dict[str, Any]]], int]] = [
    ("born", [(e.BORN, {"a": modelled})], c.BORN),
    ("born outside", [(e.BORN, {"a": outside})], c.BACKGROUND_BORN),
    ("reported", [(e.REPORTED, {"a": modelled})], c.REPORTED),
    ("reported by heads", [(e.REPORTED, {"value": lambda v: v == 1.0})], c.REPORTED_BY_HEAD),
    ("reported by couriers", [(e.REPORTED, {"value": lambda v: v == 2.0})], c.REPORTED_BY_COURIER),
    ("lapsed", [(e.LAPSES, {})], c.LAPSED),
    ("dispatched", [(e.IS_SENT, {}), (e.IS_HANDED_UP, {})], c.DISPATCHED),
    ("solved in the unit", [(e.UNIT_SOLVES, {})], c.SOLVED_IN_UNIT),
    ("solved above the unit", [(e.UPPER_HEAD_SOLVES, {})], c.SOLVED_ABOVE_UNIT),
    ("solved", [(e.UNIT_SOLVES, {}), (e.UPPER_HEAD_SOLVES, {}), (e.SOLVED, {"a": modelled})], c.SOLVED),
    ("solved by the community", [(e.SOLVED, {"a": modelled, "other": lambda o: o == 0})], c.SOLVED_BY_COMMUNITY),
    ("solved by the posts", [(e.SOLVED, {"a": modelled, "other": lambda o: o == 1})], c.SOLVED_BY_POSTS),
    ("solved outside", [(e.SOLVED, {"a": outside})], c.BACKGROUND_SOLVED),
    ("reopened", [(e.REOPENS, {"a": modelled})], c.REOPENED),
    ("escalated", [(e.ESCALATES, {})], c.ESCALATED),
    ("given up", [(e.GIVES_UP, {"a": modelled})], c.GAVE_UP),
    ("given up outside", [(e.GIVES_UP, {"a": outside})], c.BACKGROUND_LAPSED),
    ("reported again", [(e.REPORTS_AGAIN, {"a": modelled})], c.REREPORTED),
    ("leavers", [(e.LEAVES_POST, {})], c.LEAVERS),
    ("hires", [(e.FILLS_POST, {})], c.HIRES),
    ("rises on the ladder", [(e.RISES, {})], c.RISES),
    ("moved up", [(e.MOVES_UP, {})], c.MOVED_UP),
    ("families moved", [(e.MOVES, {})], c.HOUSEHOLDS_MOVED),
    ("heads who quit", [(e.HEAD_QUITS, {})], c.HEADS_QUIT),
    ("heads found", [(e.BECOMES_HEAD, {})], c.HEADS_FOUND),
    ("heads above who quit", [(e.UPPER_HEAD_QUITS, {})], c.UPPER_HEADS_QUIT),
    ("heads above found", [(e.BECOMES_UPPER_HEAD, {})], c.UPPER_HEADS_FOUND),
    ("asked by heads", [(e.IS_ASKED, {"value": lambda v: v == 1.0})], c.ASKED_BY_HEAD),
    ("asked by staff", [(e.IS_ASKED, {"value": lambda v: v == 0.0})], c.ASKED_BY_STAFF),
    ("came", [(e.COMES, {})], c.CAME),
    ("in vain", [(e.IN_VAIN, {})], c.IN_VAIN),
    ("proposed by residents", [(e.IS_PROPOSED, {"other": lambda o: o >= 0})], c.PROPOSED_BY_RESIDENTS),
    ("proposed by staff", [(e.IS_PROPOSED, {"other": lambda o: o < 0})], c.PROPOSED_BY_STAFF),
    ("votes", [(e.VOTES, {})], c.HOUSEHOLDS_VOTING),
    ("finished", [(e.ENTERS_STAGE, {"other": lambda o: o == KEPT})], c.FINISHED),
    ("failed", [(e.FAILS, {}), (e.CLOSES, {"value": lambda v: v < KEPT})], c.FAILED),
    ("facilities taken over", [(e.TAKES_OVER, {})], c.FACILITIES_TAKEN),
    ("facilities closed", [(e.CLOSES, {})], c.FACILITIES_CLOSED),
    ("volunteers joined", [(e.REGISTERS, {})], c.VOLUNTEERS_JOINED),
    ("volunteers lapsed", [(e.CEASES, {})], c.VOLUNTEERS_LAPSED),
    ("favours granted", [(e.FAVOUR_GRANTED, {})], c.FAVOURS_GRANTED),
    ("refused for the cost", [(e.FAVOUR_REFUSED, {"other": lambda o: o == COST})], c.REFUSED_COST),
    ("refused for the balance", [(e.FAVOUR_REFUSED, {"other": lambda o: o == BALANCE})], c.REFUSED_BALANCE),
    ("refused to strangers", [(e.FAVOUR_REFUSED, {"other": lambda o: o == RELATIONSHIP})], c.REFUSED_RELATIONSHIP),
    ("stations opened", [(e.STATION_OPENS, {})], c.STATIONS_OPENED),
    ("stations closed", [(e.STATION_CLOSES, {})], c.STATIONS_CLOSED),
    ("ties made", [(e.TIE_MADE, {})], c.TIES_MADE),
    ("projects helped by skill groups", [(e.FINDS_GROUP, {})], c.PROJECTS_BY_GROUPS),
    ("talents found", [(e.TALENT_FOUND, {})], c.TALENTS_FOUND),
    ("joined a club", [(e.JOINS_CLUB, {})], c.CLUB_JOINED),
    ("left a club", [(e.LEAVES_CLUB, {})], c.CLUB_LEFT),
    ("came to a club", [(e.COMES_TO_CLUB, {})], c.CLUB_CAME),
    ("clubs founded", [(e.CLUB_FOUNDED, {})], c.CLUBS_FOUNDED),
    ("asked at a club", [(e.ASKED_AT_CLUB, {})], c.ASKED_AT_CLUB),
]  # fmt: skip


@pytest.mark.parametrize(("kinds", "counter"), [row[1:] for row in BOOKS], ids=[row[0] for row in BOOKS])
def test_events_agree_with_the_weekly_books(
    kinds: list[tuple[int, dict[str, Any]]], counter: int, run: tuple[CoCreateModel, list[np.recarray]]
) -> None:
    model, days = run
    noted = sum(weekly(days, kind, **which) for kind, which in kinds)
    assert np.array_equal(noted, model.record.counts[:, counter])


@pytest.mark.parametrize(
    ("kind", "counter"),
    [(e.EVENTS_HELD, c.EVENTS), (e.WORKS_ON_SITE, c.BUILD_HOURS), (e.IS_FUNDED, c.YUAN), (e.FINDS_MONEY, c.YUAN_BROKERED),
     (e.DOES_SHIFT, c.UPKEEP_HOURS), (e.CLUB_DISSOLVES, c.CLUB_DISPERSED)],
    ids=["events", "hours of building", "money", "money found", "hours of upkeep", "members of clubs that dissolve"],
)
def test_quantities_agree_with_the_weekly_books(kind: int, counter: int, run: tuple[CoCreateModel, list[np.recarray]]) -> None:
    model, days = run
    assert np.allclose(weekly(days, kind, summed=True), model.record.counts[:, counter], rtol=1e-12, atol=0.0)


def replayed(days: list[np.recarray], begins: int, ends: int) -> dict[tuple[int, int], int]:
    """How often each (a, b) began minus how often it ended."""
    balance: dict[tuple[int, int], int] = {}
    for day in days:
        for row in day[np.isin(day.kind, (begins, ends))]:
            key = (int(row.a), int(row.b))
            balance[key] = balance.get(key, 0) + (1 if row.kind == begins else -1)
    return balance


def test_the_log_tells_who_heads_a_unit_and_who_is_a_volunteer(run: tuple[CoCreateModel, list[np.recarray]]) -> None:
    model, days = run
    r = model.world.residents
    heads = replayed(days, e.BECOMES_HEAD, e.HEAD_QUITS)
    assert {a for (a, _), n in heads.items() if n} == set(r.id[r.head_of >= 0].tolist())
    above = replayed(days, e.BECOMES_UPPER_HEAD, e.UPPER_HEAD_QUITS)
    assert {a for (a, _), n in above.items() if n} == set(r.id[r.leads >= 0].tolist())
    start = CoCreateModel(lively()).world.residents.volunteer_since >= 0
    volunteers = {int(i): int(yes) for i, yes in zip(r.id, start, strict=True)}
    for (a, _), n in replayed(days, e.REGISTERS, e.CEASES).items():
        volunteers[a] += n
    assert volunteers == {int(i): int(since >= 0) for i, since in zip(r.id, r.volunteer_since, strict=True)}


def pairs(model: CoCreateModel) -> set[tuple[int, int]]:
    ties, ids = model.world.ties, model.world.residents.id
    return {(int(ids[i]), int(ids[j])) for i in range(len(ids)) for j in ties.other[i, : ties.number[i]] if i < j}


def test_the_log_tells_who_knows_whom(run: tuple[CoCreateModel, list[np.recarray]]) -> None:
    """Ties of the start, and what was made and ended since: also those given up for a stronger one."""
    model, days = run
    known = dict.fromkeys(pairs(CoCreateModel(lively())), 1)
    for pair, n in replayed(days, e.TIE_MADE, e.TIE_ENDED).items():
        known[pair] = known.get(pair, 0) + n
    assert set(known.values()) == {0, 1}
    assert {pair for pair, n in known.items() if n} == pairs(model)
    displaced = weekly(days, e.TIE_ENDED).sum() - model.record.counts[:, c.TIES_ENDED].sum()
    assert displaced > 0


def test_each_event_has_its_day_and_its_hour_where_one_is_meant(run: tuple[CoCreateModel, list[np.recarray]]) -> None:
    hourly = {e.BORN, e.REPORTED, *(KINDS.index(kind) for kind in KINDS if kind.mechanism == "casework")}
    for number, day in enumerate(run[1]):
        assert np.all(day.instant // DAY == number)
        timeless = ~np.isin(day.kind, list(hourly))
        assert np.all(day.instant[timeless] == number * DAY)
    everything = np.concatenate(run[1])
    starts = everything[everything["kind"] == e.SERVICE_STARTS]
    assert np.all(starts["instant"] % DAY > 0)


def test_a_project_is_built_only_after_its_vote(run: tuple[CoCreateModel, list[np.recarray]]) -> None:
    everything = np.concatenate(run[1])
    voted = set(everything["b"][everything["kind"] == e.VOTES].tolist())
    built = everything[(everything["kind"] == e.ENTERS_STAGE) & (everything["other"] == BUILD)]
    assert len(built)
    assert set(built["a"].tolist()) <= voted


def test_the_same_seed_has_the_same_log_and_another_seed_another() -> None:
    first, again, other = (listened(lively(seed))[1] for seed in (3, 3, 4))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_listening_changes_no_result(run: tuple[CoCreateModel, list[np.recarray]]) -> None:
    silent = CoCreateModel(lively())
    result, heard = silent.run(), run[0].record.result(run[0].world)
    assert not silent.world.log.listening
    assert silent.world.log.length[0] == 0
    assert repr(result.summary) == repr(heard.summary)
    assert np.array_equal(silent.record.counts, run[0].record.counts)


def test_a_day_with_more_events_than_room_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    model = CoCreateModel(scenario("tiny"))
    model.listen()
    monkeypatch.setattr("cocreate_sim.model.empty_log", lambda room: empty_log(3))
    model.step()
    with pytest.raises(CoCreateError, match=r"day 0 had \d+ events, and the log has room for 3"):
        model.events()
    assert model.world.log.length[0] > 3


def test_an_event_has_all_its_columns() -> None:
    log = empty_log(2)
    log.midnight[0] = 5 * DAY
    e.note(log, e.COMES, 7, 0, -1, 2.5)
    e.note_at(log, 5 * DAY + 1, e.SOLVED, 8, 3, 2, 1.0)
    assert log.rows.tolist() == [(5 * DAY, e.COMES, 7, 0, -1, 2.5), (5 * DAY + 1, e.SOLVED, 8, 3, 2, 1.0)]
    assert log.rows.dtype.names == tuple(EVENTS)
