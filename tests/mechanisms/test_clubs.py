"""Clubs: who would join one, how one begins, grows, meets and ends, and what its members do."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone
from tests.mechanisms.given import counts, days, make, place, rule
from tests.scenarios import scenario, world_settings

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c
from cocreate_sim.world import events as e
from cocreate_sim.world.clubs import CLASS, CLUB, DISSOLVED, INTERESTS, NO_CLUB, NO_LEADER, TOO_FEW
from cocreate_sim.world.levers import Levers

RUNNING = 0
YEAR = 365.0 / 7.0
QUIET: dict[str, Any] = {
    # nobody joins, leaves or comes unless a test says so
    "clubs.find_rate": 0.0, "clubs.join_rate": 0.0, "clubs.word_of_mouth": 0.0, "clubs.invited": 0.0, "clubs.leave_rate": 0.0,
    "clubs.comes": 0.0, "clubs.minimum": 1,
}  # fmt: skip


def made(changes: dict[str, Any] | None = None, *, on: tuple[str, ...] = ("clubs",), **given: Any) -> CoCreateModel:
    """One community of 384 households in which only clubs happen."""
    return place(**({"clubs": True, "weeks": 60, "settings": QUIET | (changes or {}), "switches": alone(*on)} | given))


def runners(changes: dict[str, Any] | None = None, *, members: int = 0, stage: int = CLUB, **given: Any) -> CoCreateModel:
    """The same, where everybody would run; the first so many do, and the first of them leads. Nobody else could."""
    model = made(changes, **given)
    r, clubs = model.world.residents, model.world.clubs
    r.interest[:], r.talent[:] = RUNNING, False
    if members:
        r.club[:members] = RUNNING
        r.talent[0] = True
        clubs.stage[RUNNING], clubs.members[RUNNING], clubs.founder[RUNNING], clubs.begun[RUNNING] = stage, members, 0, 0
    return model


def week(model: CoCreateModel, count: int = 1) -> None:
    """Let only clubs happen."""
    days(model, 7 * count, "clubs")


# --- who would join ---------------------------------------------------------------------------------------------------


def test_some_adults_have_one_interest_each_and_some_of_them_could_lead() -> None:
    model = CoCreateModel(scenario("quarter", settings={"clubs.interested": 0.1, "clubs.talented": 0.2}))
    r = model.world.residents
    adults = int(r.adult.sum())
    for interest in range(len(INTERESTS)):
        assert (r.interest[r.adult] == interest).mean() == pytest.approx(0.1, abs=4 * math.sqrt(0.09 / adults))
    assert np.all(r.interest[~r.adult] == -1)
    assert r.talent[r.interest >= 0].mean() == pytest.approx(0.2, abs=0.08)
    assert not r.talent[r.interest < 0].any()


@pytest.mark.parametrize(("share", "expect"), [(0.0, 0.0), (0.2, 1.0)])
def test_nobody_or_everybody_may_have_an_interest(share: float, expect: float) -> None:
    r = made({"clubs.interested": share}).world.residents
    assert (r.interest[r.adult] >= 0).mean() == expect


def test_interests_are_the_same_under_every_policy() -> None:
    one, other = (CoCreateModel(scenario("tiny", **levers)).world.residents for levers in ({}, {"clubs": True, "posts": 72}))
    assert np.array_equal(one.interest, other.interest)
    assert np.array_equal(one.talent, other.talent)


# --- how a club begins ------------------------------------------------------------------------------------------------


def test_staff_with_free_hours_find_a_talent_who_holds_a_class() -> None:
    model = made({"clubs.interested": 0.1, "clubs.talented": 0.5, "clubs.find_rate": 100.0})
    w = model.world
    w.free_hours[0] = 1e6
    week(model)
    assert np.all(w.clubs.stage == CLASS), "one of each interest"
    assert np.all(w.clubs.begun == 0)
    assert np.all(w.clubs.members == 1)
    leaders = w.clubs.founder
    assert w.residents.talent[leaders].all()
    assert w.residents.interest[leaders].tolist() == list(range(len(INTERESTS)))
    assert w.residents.club[leaders].tolist() == list(range(len(INTERESTS)))
    assert counts(model, c.TALENTS_FOUND) == len(INTERESTS)


@pytest.mark.parametrize(
    ("hours", "rate", "talented"),
    [
        pytest.param(0.0, 100.0, 1.0, id="staff have no hour free"),
        pytest.param(1e6, 0.0, 1.0, id="staff do not look"),
        pytest.param(1e6, 100.0, 0.0, id="nobody is a talent"),
    ],
)
def test_without_hours_or_talents_there_is_no_class(hours: float, rate: float, talented: float) -> None:
    model = made({"clubs.interested": 0.1, "clubs.talented": talented, "clubs.find_rate": rate})
    model.world.free_hours[0] = hours
    week(model, 3)
    assert np.all(model.world.clubs.stage == NO_CLUB)


@pytest.mark.parametrize(("background", "whole", "part"), [(False, 12, 1.0), (True, 24, 0.5)])
def test_talents_are_found_at_a_rate_per_free_hour(background: bool, whole: int, part: float) -> None:
    """Eighty communities of twelve households; where staff serve twice as many, half of their talents live elsewhere."""
    world = world_settings(
        "tiny", households=960, compounds=80, grids=80, communities=80, compound_cv=0.0, building_min=1, building_mean=12.0,
        building_cv=0.0, collective_share=0.0, background=background, community_households=whole,
    )  # fmt: skip
    settings = QUIET | {"clubs.find_rate": 2.0}
    model = CoCreateModel(scenario(world, settings=settings, switches=alone("clubs"), clubs=True))
    w = model.world
    w.residents.interest[:] = np.arange(len(w.residents.id)) % len(INTERESTS)
    w.residents.talent[:] = True
    w.free_hours[:80] = 100.0
    week(model)
    expect = 1 - math.exp(-2.0 * part / len(INTERESTS))
    modelled = w.offices.residents[:80] / (w.offices.residents[:80] + w.offices.background[:80] * 2.47)
    assert modelled.mean() == pytest.approx(part, abs=0.02)
    assert (w.clubs.stage == CLASS).mean() == pytest.approx(expect, abs=4 * math.sqrt(expect * (1 - expect) / 400))


@pytest.mark.parametrize("lessons", [1, 3])
def test_after_its_lessons_a_class_becomes_a_club(lessons: int) -> None:
    model = runners({"clubs.lessons": lessons}, members=6, stage=CLASS)
    clubs = model.world.clubs
    week(model, lessons)
    assert clubs.stage[RUNNING] == CLASS
    week(model)
    assert clubs.stage[RUNNING] == CLUB
    assert clubs.founded[RUNNING] == lessons
    assert clubs.members[RUNNING] == 6
    assert counts(model, c.CLUBS_FOUNDED) == 1


def test_a_class_to_which_too_few_came_is_over_and_another_may_begin() -> None:
    model = runners({"clubs.lessons": 2, "clubs.minimum": 7, "clubs.find_rate": 100.0}, members=6, stage=CLASS)
    w = model.world
    week(model, 2)
    assert w.clubs.stage[RUNNING] == CLASS, "a class may be small"
    week(model)
    assert w.clubs.stage[RUNNING] == DISSOLVED
    assert np.all(w.residents.club == -1)
    assert counts(model, c.CLUBS_DISSOLVED) == 0, "it was no club yet"
    assert counts(model, c.CLUB_DISPERSED) == 6
    w.free_hours[0] = 1e6
    week(model)
    assert w.clubs.stage[RUNNING] == CLASS
    assert w.clubs.begun[RUNNING] == 3
    assert w.clubs.founder[RUNNING] == 0


# --- how it grows -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", [CLASS, CLUB])
@pytest.mark.parametrize(
    ("changes", "strength", "asked", "hazard"),
    [
        pytest.param({}, 1.0, 1.0, 0.0, id="nothing draws them"),
        pytest.param({"clubs.join_rate": 20.0}, 0.0, 0.0, 20.0 / YEAR, id="of their own accord"),
        pytest.param({"clubs.word_of_mouth": 40.0}, 0.5, 0.0, 40.0 / YEAR / 3, id="by word of mouth"),
        pytest.param({"clubs.word_of_mouth": 40.0, "clubs.known_weight": 0.0}, 0.5, 0.0, 40.0 / YEAR, id="one known is enough"),
        pytest.param({"clubs.word_of_mouth": 40.0, "clubs.known_weight": 0.0}, 0.0, 0.0, 0.0, id="nobody known"),
        pytest.param({"clubs.invited": 0.8}, 0.0, 0.5, 0.4, id="invited by staff"),
        pytest.param({"clubs.invited": 0.4, "clubs.join_rate": 10.0}, 0.0, 0.5, 0.2 + 10 / YEAR, id="hazards add up"),
    ],
)
def test_interested_residents_join(stage: int, changes: dict[str, Any], strength: float, asked: float, hazard: float) -> None:
    model = runners({"clubs.lessons": 9} | changes, members=1, stage=stage)
    w = model.world
    w.ties.number[:] = 0
    for i in range(1, len(w.residents.id)) if strength else ():
        w.ties.other[i, 0], w.ties.strength[i, 0], w.ties.number[i] = 0, strength, 1
    w.asked_by_staff[0] = asked
    week(model)
    others = w.residents.club[1:] == RUNNING
    expect = 1 - math.exp(-hazard)
    assert others.mean() == pytest.approx(expect, abs=4 * math.sqrt(expect * (1 - expect) / len(others)))
    assert counts(model, c.CLUB_JOINED) == others.sum()
    assert w.clubs.members[RUNNING] == 1 + others.sum()


@pytest.mark.parametrize(("interest", "stage"), [(-1, CLUB), (1, CLUB), (RUNNING, NO_CLUB), (RUNNING, DISSOLVED)])
def test_without_the_interest_or_the_club_nobody_joins(interest: int, stage: int) -> None:
    model = runners({"clubs.join_rate": 100.0}, members=1)
    w = model.world
    w.residents.interest[1:] = interest
    w.clubs.stage[RUNNING] = stage
    week(model)
    assert np.all(w.residents.club[1:] == -1)


def test_those_who_join_this_week_draw_others_only_next_week() -> None:
    model = runners({"clubs.word_of_mouth": 10_000.0}, members=1)
    w = model.world
    w.ties.number[:] = 0
    make(w.ties, 0, 1, 0.5, False)
    make(w.ties, 1, 2, 0.5, False)
    week(model)
    assert w.residents.club[:3].tolist() == [RUNNING, RUNNING, -1]
    week(model)
    assert w.residents.club[:3].tolist() == [RUNNING, RUNNING, RUNNING]


# --- how it shrinks and ends ------------------------------------------------------------------------------------------


def test_members_leave_and_may_come_back_later() -> None:
    model = runners({"clubs.leave_rate": 20.0, "clubs.join_rate": 100.0}, members=800)
    w = model.world
    week(model)
    left = w.residents.club[:800] == -1
    expect = 1 - math.exp(-20.0 / YEAR)
    assert left.mean() == pytest.approx(expect, abs=4 * math.sqrt(expect * (1 - expect) / 800)), "nobody comes back at once"
    assert counts(model, c.CLUB_LEFT) == left.sum()
    w.residents.talent[:] = True
    week(model)
    assert (w.residents.club[:800][left] == RUNNING).any()


@pytest.mark.parametrize(("follower", "stays"), [(True, True), (False, False)])
@pytest.mark.parametrize("stage", [CLASS, CLUB])
def test_a_leader_who_has_left_is_followed_by_a_talent_among_the_members_or_it_ends(follower: bool, stays: bool, stage: int) -> None:
    model = runners({"clubs.lessons": 9}, members=20, stage=stage)
    w = model.world
    w.residents.club[7], w.clubs.founder[RUNNING], w.clubs.members[RUNNING] = -1, -1, 19
    w.residents.talent[30:] = True
    w.residents.talent[0] = follower
    model.listen()
    model._make_room()
    week(model)
    assert w.clubs.stage[RUNNING] == (stage if stays else DISSOLVED)
    assert w.clubs.founder[RUNNING] == (0 if follower else -1)
    assert (w.residents.club == RUNNING).sum() == (19 if stays else 0)
    ends = [row.other for row in model.events() if row.kind == e.CLUB_DISSOLVES]
    assert ends == ([] if stays else [NO_LEADER])
    assert counts(model, c.CLUBS_DISSOLVED) == (not stays and stage == CLUB)


def test_a_leader_leaves_like_any_member() -> None:
    model = runners({"clubs.leave_rate": 100.0}, members=800)
    week(model, 3)
    assert model.world.residents.club[0] == -1
    assert model.world.clubs.stage[RUNNING] == DISSOLVED


@pytest.mark.parametrize(("members", "stays"), [(5, True), (4, False)])
def test_a_club_with_too_few_members_dissolves(members: int, stays: bool) -> None:
    model = runners({"clubs.minimum": 5, "clubs.comes": 1.0}, members=members)
    model.listen()
    model._make_room()
    week(model)
    assert model.world.clubs.stage[RUNNING] == (CLUB if stays else DISSOLVED)
    assert counts(model, c.CLUB_DISPERSED) == (0 if stays else members)
    assert [row.other for row in model.events() if row.kind == e.CLUB_DISSOLVES] == ([] if stays else [TOO_FEW])
    assert (model.world.residents.club_meeting >= 0).sum() == (members if stays else 0)


# --- what members do --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chance", [0.0, 0.4, 1.0])
def test_members_come_to_the_weekly_meeting(chance: float) -> None:
    model = runners({"clubs.comes": chance}, members=500)
    r, feelings = model.world.residents, model.world.feelings
    week(model)
    came = r.club_meeting == RUNNING
    assert came[:500].mean() == pytest.approx(chance, abs=4 * math.sqrt(chance * (1 - chance) / 500))
    assert not came[500:].any()
    assert np.array_equal(feelings.good > 0, came), "it is a good experience"
    assert counts(model, c.CLUB_CAME) == came.sum()
    assert not r.hours.any(), "running is not community work"
    assert not r.weeks_active.any()


def test_who_stays_at_home_next_week_is_not_there() -> None:
    model = runners({"clubs.comes": 0.5}, members=100)
    r = model.world.residents
    week(model)
    first = r.club_meeting.copy()
    week(model)
    assert not np.array_equal(first, r.club_meeting)


@pytest.mark.parametrize(("free", "there"), [(0.9, False), (1.0, True)])
def test_staff_who_have_an_hour_come_too(free: float, there: bool) -> None:
    model = runners({"clubs.comes": 1.0}, members=10)
    model.world.free_hours[0] = free
    week(model)
    assert (model.world.feelings.met_staff[:10] == there).all()
    assert not model.world.feelings.met_staff[10:].any()


def test_meeting_staff_raises_trust() -> None:
    model = made({"belonging.trust_by_contact": 0.1, "belonging.trust_start": 0.5}, on=("belonging",))
    w = model.world
    w.feelings.met_staff[:2] = (1, 0)
    rule(model, "belonging").step(w)
    assert w.residents.trust[:2] == pytest.approx([0.55, 0.5])
    assert not w.feelings.met_staff.any()


def test_those_who_come_get_to_know_each_other() -> None:
    """Ten come, who know nobody and meet everybody; they live in ten buildings' worth of rows."""
    settings = {"clubs.comes": 1.0, "ties.start_degree": 0.0, "ties.met_per_activity": 1000.0, "ties.gain": 0.2, "ties.fade": 0.0}
    model = runners(settings, members=10, on=("clubs", "ties"))
    ties = model.world.ties
    week(model)
    rule(model, "ties").step(model.world)
    assert ties.number[:10].tolist() == [9] * 10
    assert np.all(ties.strength[:10, :9] == 0.2)
    assert not ties.number[10:].any()
    rule(model, "ties").step(model.world)
    assert ties.strength[:10, :9] == pytest.approx(0.36)


@pytest.mark.compiled
@pytest.mark.parametrize(("members", "met"), [(200, 4.0), (13, 8.0), (8, 6.9), (2, 0.5)])
def test_of_a_large_meeting_one_meets_a_few(members: int, met: float) -> None:
    """Over many weeks as many as elsewhere: each of the others with chance met / (members - 1)."""
    settings = {"clubs.comes": 1.0, "ties.start_degree": 0.0, "ties.met_per_activity": met, "ties.most": 50}
    found = []
    for seed in range(3 if members > 20 else 60):
        model = runners(settings, members=members, on=("clubs", "ties"), seed=seed)
        week(model)
        rule(model, "ties").step(model.world)
        found.append(model.world.ties.number[:members].mean())
    assert np.mean(found) == pytest.approx(met, abs=4 * np.std(found, ddof=1) / math.sqrt(len(found)))


def test_where_one_meets_nobody_no_ties_are_made() -> None:
    settings = {"clubs.comes": 1.0, "ties.start_degree": 0.0, "ties.met_per_activity": 0.0}
    model = runners(settings, members=20, on=("clubs", "ties"))
    week(model)
    rule(model, "ties").step(model.world)
    assert not model.world.ties.number.any()


@pytest.mark.parametrize(
    ("odds", "expect"), [(1.0, 0.3), (2.0, 0.6 / 1.3), (6.0, 1.8 / 2.5), (0.7, 0.21 / 0.91)], ids="odds x {}".format
)
def test_members_register_as_volunteers_with_other_odds(odds: float, expect: float) -> None:
    changes = {"volunteering.start_share": 0.0, "volunteering.join_chance": 0.3, "volunteering.club_odds": odds}
    model = runners(changes, members=400, on=("clubs", "volunteering"))
    r = model.world.residents
    r.takes_part[:] = True
    rule(model, "volunteering").step(model.world)
    joined = r.volunteer_since >= 0
    assert joined[:400].mean() == pytest.approx(expect, abs=0.1)
    assert joined[400:].mean() == pytest.approx(0.3, abs=0.09)


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_members_may_be_asked_at_the_club_without_having_taken_part_in_anything(chance: float) -> None:
    changes = {
        "volunteering.start_share": 0.0, "volunteering.join_chance": 1.0, "volunteering.asked_at_club": chance, "clubs.comes": 1.0,
    }  # fmt: skip
    model = runners(changes, members=400, on=("clubs", "volunteering"))
    r = model.world.residents
    week(model)
    rule(model, "volunteering").step(model.world)
    joined = r.volunteer_since >= 0
    assert joined[:400].mean() == pytest.approx(chance, abs=0.1 * (0 < chance < 1))
    assert not joined[400:].any()
    assert counts(model, c.ASKED_AT_CLUB) == joined.sum()


def test_with_volunteering_off_nobody_is_asked() -> None:
    model = runners({"volunteering.asked_at_club": 1.0, "clubs.comes": 1.0}, members=400)
    week(model)
    rule(model, "volunteering").step(model.world)
    assert counts(model, c.ASKED_AT_CLUB) == 0
    assert np.all(model.world.residents.volunteer_since < 0)


# --- without ----------------------------------------------------------------------------------------------------------


def test_by_default_there_are_no_clubs() -> None:
    assert Levers().clubs is False


@pytest.mark.parametrize(("lever", "on"), [(False, ("clubs",)), (True, ())], ids=["no lever", "switched off"])
def test_without_the_lever_or_the_mechanism_there_are_none(lever: bool, on: tuple[str, ...]) -> None:
    changes = {"clubs.interested": 0.1, "clubs.talented": 1.0, "clubs.find_rate": 100.0, "clubs.comes": 1.0}
    model = made(changes, on=on, clubs=lever)
    model.world.free_hours[0] = 1e6
    week(model, 3)
    assert np.all(model.world.clubs.stage == NO_CLUB)
    assert np.all(model.world.residents.club == -1)
    assert np.all(model.world.residents.club_meeting == -1)
