"""Renovation: how a site becomes a shared facility in five stages, and each way in which it may fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.limits.common import PLAIN, alone, identical, weeks_of
from tests.scenarios import scenario, world_settings

from cocreate_sim.errors import ConfigError
from cocreate_sim.mechanisms.renovation import valid_votes
from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c
from cocreate_sim.world.events import VOTES, empty_log
from cocreate_sim.world.issues import BUILDING, COMPOUND, STAIR
from cocreate_sim.world.sites import BUILD, EVALUATE, IDLE, KEPT, MANAGE, NEGLECTED, NO_QUORUM, PLAN, POOR_RATING, SHARE
from cocreate_sim.world.world import World

# Attached residents who all come, agree, can do everything and need no money: each project passes all five stages.
EASY: dict[str, Any] = PLAIN | {
    "participation.base": 30.0, "participation.session_hours": 4.0, "participation.party_minimum": 1,
    "renovation.initiative": 100.0, "renovation.staff_initiative": 0.0, "renovation.meetings_low": 1, "renovation.meetings_high": 1,
    "renovation.turnout": 1.0, "renovation.common_property": 0.0, "renovation.approval": 1.0, "renovation.skilled": 0.0,
    "renovation.hours_low": 40.0, "renovation.hours_high": 40.0, "renovation.money_low": 1000.0, "renovation.money_high": 1000.0,
    "renovation.own_money": 0.0, "renovation.helpers_low": 2, "renovation.helpers_high": 2, "renovation.plan_weeks": 6,
    "renovation.build_weeks": 6, "renovation.evaluate_after": 2, "renovation.share_weeks": 1, "renovation.pass_mark": 0.0,
    "renovation.rating_noise": 0.0, "belonging.start": 1.0, "belonging.spread": 0.0, "belonging.newcomer_gap": 0.0,
    "heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0, "heads.quit_rate": 0.0,
    "upkeep.by_role": False, "volunteering.start_share": 1.0, "volunteering.lapse_rate": 0.0,
}  # fmt: skip
ON = ("participation", "renovation", "heads", "volunteering")
HEALTH = 0
"""The first of the skills, which counts like any other."""


def made(changes: dict[str, Any] | None = None, *on: str, weeks: int = 30, world: Any = None, **levers: Any) -> CoCreateModel:
    """Six compounds of 24 attached adults with one site each, and the named mechanisms."""
    given = EASY | (changes or {})
    place = world or identical(144, 6)
    return CoCreateModel(scenario(place, weeks=weeks, settings=given, switches=alone(*(on or ON)), **levers))


def failures(model: CoCreateModel) -> set[str]:
    """Run to the end, and name the failures that happened."""
    return {name for name in model.run().projects if name.startswith("failed_")}


def renovate(model: CoCreateModel, weeks: int = 1, free_hours: float = 0.0) -> World:
    """Let only renovation happen, for some weeks."""
    rule = next(m for m in model.mechanisms if m.name == "renovation")
    for _ in range(weeks):
        model.world.free_hours[:] = free_hours
        rule.step(model.world)
        model.world.day += 7
    return model.world


def put(model: CoCreateModel, stage: Any, **columns: Any) -> np.recarray:
    """Put all sites into a stage, with a project by staff that has all it needs."""
    sites = model.world.sites
    state = {
        "number": 1, "initiator": -1, "options": 3, "meetings": 0, "skill": -1, "skill_found": True, "funded": True, "condition": 1.0,
        "support": 1.0, "hours_needed": 40.0, "helpers_needed": 2, "money_needed": 1000.0, "stage": stage,
    } | columns  # fmt: skip
    for name, value in state.items():
        sites[name][:] = value
    return sites


# ------------------------------------------------------------------------------------------------ ways to succeed and to fail


def test_an_easy_project_finishes_and_never_fails() -> None:
    model = made()
    projects = model.run().projects
    assert projects["finished"] == 6
    assert not [name for name in projects if name.startswith("failed_")]


@pytest.mark.parametrize(
    ("given", "levers", "without", "with_also", "expect"),
    [
        pytest.param({"staff_time.paid_hours": 1.0, "staff_time.admin_share": 0.95}, {}, ("heads",), ("staff_time",), "failed_plan_no_convener",
                     id="neither a head nor staff convene"),
        pytest.param({"renovation.turnout": 0.0}, {}, (), (), "failed_plan_no_quorum", id="nobody votes"),
        pytest.param({"renovation.approval": 0.0}, {}, (), (), "failed_plan_rejected", id="everybody votes no"),
        pytest.param({}, {"project_budget": 0.0}, (), (), "failed_build_no_money", id="no public money"),
        pytest.param({"participation.base": -30.0}, {}, (), (), "failed_build_no_helpers", id="nobody comes to build"),
        pytest.param({"renovation.helpers_low": 25, "renovation.helpers_high": 25}, {}, (), (), "failed_build_no_helpers", id="too few come to build"),
        pytest.param({"renovation.skilled": 1.0, "renovation.skill_search": 0.0}, {}, (), (), "failed_build_no_skill", id="nobody has the skill"),
        pytest.param({"upkeep.decay": 50.0, "upkeep.shows_up": 0.0, "renovation.evaluate_after": 20}, {}, (), ("upkeep",), "failed_manage_neglected", id="nobody keeps it"),
        pytest.param({"renovation.pass_mark": 1.0, "renovation.corrections": 0}, {}, (), (), "failed_evaluate_poor_rating", id="users rate it poorly"),
    ],
)  # fmt: skip
def test_each_way_to_fail_has_its_name(
    given: dict[str, Any], levers: dict[str, Any], without: tuple[str, ...], with_also: tuple[str, ...], expect: str
) -> None:
    """One thing is missing, all else is easy: projects fail for that reason and for no other."""
    on = tuple(name for name in ON if name not in without) + with_also
    model = made(given, *on, world=identical(144, 6, skill_share=0.0), **levers)
    assert failures(model) == {expect}
    assert model.world.project_events[KEPT, 0] == 0


@pytest.mark.parametrize("stage", [MANAGE, EVALUATE, SHARE])
def test_a_neglected_facility_fails_wherever_its_project_stands(stage: int) -> None:
    model = made()
    sites = put(model, stage, condition=0.29)
    renovate(model)
    assert np.all(sites.stage == IDLE)
    assert model.world.project_events[stage, 1 + NEGLECTED] == 6


def test_a_kept_facility_that_decays_is_idle_again_but_has_not_failed() -> None:
    model = made()
    sites = put(model, KEPT, condition=0.29)
    renovate(model)
    assert np.all(sites.stage == IDLE)
    assert model.world.project_events[:, 1:].sum() == 0


@pytest.mark.parametrize("stage", [IDLE, MANAGE, EVALUATE, SHARE, KEPT])
def test_a_facility_in_a_condition_just_good_enough_is_left_as_it_is(stage: int) -> None:
    model = made({"renovation.evaluate_after": 5, "renovation.share_weeks": 5, "renovation.idle_below": 0.5})
    sites = put(model, stage, condition=0.5)
    renovate(model)
    assert np.all(sites.stage == (SHARE if stage == EVALUATE else stage))


def test_a_failed_plan_disappoints_who_proposed_it_and_nobody_else() -> None:
    model = made()
    put(model, PLAN, since=-100, initiator=-1).initiator[2] = 50
    renovate(model)
    assert np.flatnonzero(model.world.feelings.bad).tolist() == [50]
    assert np.flatnonzero(model.world.feelings.ignored).tolist() == [50]


def test_a_failed_building_site_disappoints_those_who_helped_lately() -> None:
    model = made({"renovation.initiative": 0.0})
    model.world.day = 7 * 20
    put(model, BUILD, since=0, funded=False)
    model.world.budget[:] = -1e9
    model.world.residents.last_active[[3, 4]] = 16, 15  # the last four weeks count
    renovate(model)
    assert np.flatnonzero(model.world.feelings.bad).tolist() == [3]
    assert np.flatnonzero(model.world.feelings.ignored).tolist() == [3]


# ------------------------------------------------------------------------------------------------ stages


def test_projects_that_leaders_helped_are_counted_by_how_they_end() -> None:
    # given a plan that is too late, two sites that are, and three projects about to be finished, half of them helped
    model = made()
    sites = put(model, [PLAN, BUILD, BUILD, SHARE, SHARE, SHARE], helped=[False, True, False, True, True, False], since=-100)
    counts = renovate(model).week_counts
    assert sites.stage.tolist() == [IDLE, IDLE, IDLE, KEPT, KEPT, KEPT]
    assert (counts[c.FAILED], counts[c.FAILED_BUILDING], counts[c.FAILED_HELPED]) == (3, 2, 1)
    assert (counts[c.FINISHED], counts[c.FINISHED_HELPED]) == (3, 2)


def test_a_project_from_before_the_count_begins_fails_outside_the_funnel() -> None:
    model = made(burn_in=4)
    put(model, MANAGE, condition=0.29, proposed=[0, 0, 0, 4, 4, 4])
    renovate(model)
    assert model.world.week_counts[c.FAILED] == 6
    assert model.world.project_events[MANAGE, 1 + NEGLECTED] == 3


def test_who_is_left_out_neither_proposes_nor_votes() -> None:
    # given a quarter of one compound and everybody of the next left out
    gone = (*range(0, 24, 4), *range(24, 48))
    given = scenario(identical(144, 6), weeks=30, settings=EASY, switches=alone(*ON))
    # when easy projects run
    model = CoCreateModel(given, without=gone)
    projects = model.run().projects
    # expect none where nobody lives, and the vote of three quarters to be valid
    assert model.world.sites.number.tolist() == [1, 0, 1, 1, 1, 1]
    assert projects["finished"] == 5
    assert not [name for name in projects if name.startswith("failed_")]


def test_a_good_rating_pleases_the_adults_of_the_site() -> None:
    model = made(world=identical(144, 6, persons_per_household=3.0, children_share=0.4))
    put(model, EVALUATE)
    world = renovate(model)
    assert (~world.residents.adult).sum() > 50
    assert np.array_equal(world.feelings.good == 1, world.residents.adult)


def test_stages_are_never_skipped() -> None:
    """Week by week a project stays, goes one stage on, fails to idle, or goes from rating back to building."""
    hard = {
        "renovation.turnout": 0.5, "renovation.approval": 0.6, "renovation.quorum": 0.5, "renovation.pass_mark": 0.75, "renovation.rating_noise": 0.1,
        "renovation.meetings_high": 3, "upkeep.decay": 2.0, "participation.base": 0.0,
    }  # fmt: skip
    model = made(hard, *ON, "upkeep", weeks=150, world=identical(480, 20))
    path = weeks_of(model, lambda w: w.sites.stage.copy()).astype(int)
    seen = {(a, b) for a, b in zip(path[:-1].ravel(), path[1:].ravel(), strict=True) if a != b}
    forward = {(IDLE, PLAN), (PLAN, BUILD), (BUILD, MANAGE), (MANAGE, EVALUATE), (EVALUATE, SHARE), (SHARE, KEPT)}
    back = {(stage, IDLE) for stage in (PLAN, BUILD, MANAGE, EVALUATE, SHARE, KEPT)} | {(EVALUATE, BUILD)}
    assert forward <= seen
    assert (EVALUATE, BUILD) in seen
    assert seen <= forward | back


def test_each_stage_is_entered_no_more_often_than_the_one_before() -> None:
    model = made({"renovation.approval": 0.55, "participation.base": 0.0}, weeks=60)
    model.run()
    entered = model.world.project_events[PLAN : KEPT + 1, 0]
    assert np.all(np.diff(entered) <= 0)
    assert entered[-1] > 0


@pytest.mark.parametrize("corrections", [0, 1, 2])
def test_a_poor_rating_may_be_corrected_so_many_times(corrections: int) -> None:
    """Given a mark that nobody reaches, when users rate, then it is rebuilt as often as allowed, and then fails."""
    model = made({"renovation.pass_mark": 1.0, "renovation.corrections": corrections}, weeks=60, world=identical(24, 1))
    model.world.day = 0
    path = weeks_of(model, lambda w: w.sites.stage[0]).astype(int)
    first_failure = int(np.flatnonzero((path[:-1] == EVALUATE) & (path[1:] == IDLE))[0])
    again = ((path[:-1] == EVALUATE) & (path[1:] == BUILD))[:first_failure].sum()
    assert again == corrections
    assert model.world.project_events[EVALUATE, 1 + POOR_RATING] >= 1


def test_a_correction_asks_for_a_fifth_of_the_work_again() -> None:
    model = made({"renovation.pass_mark": 0.9})
    sites = put(model, EVALUATE, condition=0.5, support=0.5, hours_got=40.0)
    renovate(model)
    assert np.all(sites.stage == BUILD)
    assert sites.hours_got == pytest.approx(0.8 * 40.0)


@pytest.mark.parametrize(
    ("condition", "support", "mark", "passes"),
    [(1.0, 1.0, 1.0, True), (1.0, 0.5, 0.79, True), (1.0, 0.5, 0.81, False), (0.5, 1.0, 0.69, True), (0.5, 1.0, 0.71, False)],
)
def test_rating_is_six_tenths_condition_and_four_tenths_support(
    condition: float, support: float, mark: float, passes: bool
) -> None:
    model = made({"renovation.pass_mark": mark, "renovation.corrections": 0})
    sites = put(model, EVALUATE, condition=condition, support=support)
    renovate(model)
    assert np.all(sites.stage == (SHARE if passes else IDLE))


def test_success_pleases_its_users_and_is_talked_about_in_the_compound_only() -> None:
    model = made({"renovation.story_weeks": 7})
    sites = put(model, KEPT)
    sites.stage[2] = EVALUATE
    model.world.day = 7 * 10
    world = renovate(model)
    users = slice(int(sites.first_resident[2]), int(sites.end_resident[2]))
    assert np.all(world.feelings.good[users] == 1)
    assert world.feelings.good.sum() == 24
    talked = world.neighbourhood.story == 10 + 7
    assert np.array_equal(talked, world.households.compound == world.households.compound[sites.first[2]])


# ------------------------------------------------------------------------------------------------ votes


@pytest.mark.parametrize(
    ("share", "households", "votes", "valid"),
    [(1 / 3, 24, 8, True), (1 / 3, 24, 7, False), (2 / 3, 15, 10, True), (2 / 3, 15, 9, False), (2 / 3, 25, 17, True), (2 / 3, 25, 16, False), (0.0, 5, 0, True), (1.0, 5, 4, False), (1.0, 5, 5, True)],
)  # fmt: skip
def test_quorum_is_rounded_up_to_whole_households(share: float, households: int, votes: int, valid: bool) -> None:
    assert bool(valid_votes(share, households, votes)) is valid


def voting(voters: int, partition: str = "6", **changes: Any) -> CoCreateModel:
    """One compound of 24, in units of 6 unless told, votes this week; the first so many households are attached and vote, the others stay away."""
    given = {"renovation.turnout": 0.5, "renovation.turnout_belonging": 10.0} | {
        k.replace("__", "."): v for k, v in changes.items()
    }
    model = made(given, world=identical(24, 1), partition=partition)
    model.world.residents.belonging[:] = np.where(np.arange(24) < voters, 3.0, -2.0)  # beyond 0..1: turnout is all or nothing
    put(model, PLAN, meetings=0)
    renovate(model)
    return model


@pytest.mark.parametrize(
    ("voters", "quorum", "stage", "valid_units"),
    [
        (24, 0.5, BUILD, 4),
        (12, 0.5, BUILD, 2),
        (11, 1.0, IDLE, 1),
        (6, 0.5, IDLE, 1),
        (15, 0.5, BUILD, 3),
        (14, 0.5, BUILD, 2),
        (0, 0.0, IDLE, 4),
    ],
)
def test_units_that_hold_half_of_the_households_must_reach_their_quorum(
    voters: int, quorum: float, stage: int, valid_units: int
) -> None:
    model = voting(voters, renovation__quorum=quorum)
    counts = model.world.week_counts
    assert counts[c.VOTES_HELD] == 4
    assert counts[c.VOTES_VALID] == valid_units
    assert counts[c.HOUSEHOLDS_VOTING] == voters
    assert counts[c.HOUSEHOLDS_CALLED] == 24
    assert model.world.sites.stage[0] == stage
    assert model.world.project_events[PLAN, 1 + NO_QUORUM] == (stage == IDLE)


@pytest.mark.parametrize(("voters", "stage"), [(8, IDLE), (16, BUILD)])
def test_one_valid_unit_of_three_is_not_enough(voters: int, stage: int) -> None:
    assert voting(voters, partition="8", renovation__quorum=0.9).world.sites.stage[0] == stage


@pytest.mark.parametrize(("voters", "stage"), [(24, BUILD), (16, BUILD), (15, IDLE)])
def test_common_property_needs_two_thirds_of_all_households_as_one_body(voters: int, stage: int) -> None:
    """The quorum of units does not matter: 16 of 24 households suffice, 15 do not; without common property both would."""
    common = voting(voters, renovation__common_property=1.0, renovation__quorum=0.0)
    assert common.world.week_counts[c.VOTES_HELD] == 1
    assert common.world.sites.stage[0] == stage
    other = voting(voters, renovation__common_property=0.0, renovation__quorum=0.0)
    assert other.world.sites.stage[0] == BUILD


@pytest.mark.parametrize(("approval", "stage"), [(0.0, IDLE), (1.0, BUILD)])
def test_a_majority_decides(approval: float, stage: int) -> None:
    assert voting(24, renovation__approval=approval).world.sites.stage[0] == stage


def answered(approval: float = 1.0, honoured: bool = True) -> tuple[CoCreateModel, np.ndarray, np.ndarray]:
    """A compound of 96, where all vote; the model after the vote, the option of each, and who said yes."""
    model = made({"renovation.approval": approval}, world=identical(96, 1), vote_honoured=honoured)
    put(model, PLAN, support=0.0)
    model.world.log = empty_log(200)
    renovate(model)
    votes = model.events()[model.events().kind == VOTES]
    return model, votes.other, votes.value > 0


def test_an_honoured_vote_builds_what_most_want_and_pleases_those_who_wanted_it() -> None:
    model, option, _ = answered()
    most = np.bincount(option).argmax()
    feelings = model.world.feelings
    assert np.array_equal(feelings.good > 0, option == most)
    assert np.array_equal(feelings.served, feelings.good)
    assert feelings.bad.sum() == feelings.ignored.sum() == 0
    assert model.world.sites.support[0] == (option == most).mean()


def test_where_staff_overrule_the_vote_all_are_ignored_but_those_who_wanted_it_anyway() -> None:
    model, option, _ = answered(honoured=False)
    last = model.world.sites.options[0] - 1
    assert np.bincount(option).argmax() != last
    feelings = model.world.feelings
    assert np.array_equal(feelings.good > 0, option == last)
    assert np.array_equal(feelings.bad > 0, option != last)
    assert np.array_equal(feelings.served, feelings.good)
    assert np.array_equal(feelings.ignored, feelings.bad)
    assert model.world.sites.support[0] == (option == last).mean()


def test_who_said_no_is_not_pleased_when_it_is_built() -> None:
    model, option, yes = answered(approval=0.7)
    assert model.world.sites.stage[0] == BUILD
    assert 0 < yes.sum() < 96
    assert np.array_equal(model.world.feelings.good > 0, yes & (option == np.bincount(option).argmax()))


def test_among_four_bidders_the_one_with_most_votes_is_built() -> None:
    """Nobody needs half of the votes to run the canteen (S15)."""
    model = made({"renovation.options_low": 4, "renovation.options_high": 4}, world=identical(480, 5))
    model.world.log = empty_log(2000)
    sites = renovate(model, weeks=6, free_hours=10.0).sites
    votes = model.events()[model.events().kind == VOTES]
    assert np.all(sites.options == 4)
    assert np.all(sites.stage == BUILD)
    for site in sites.id:
        shares = np.bincount(votes.other[votes.b == site], minlength=4) / np.sum(votes.b == site)
        assert len(shares) == 4
        assert np.all(shares > 0)
        assert sites.support[site] == shares.max() < 0.5


@pytest.mark.parametrize("settings", [{"renovation.approval": 0.0}, {"renovation.quorum": 1.0, "renovation.turnout": 0.9}])
def test_a_vote_that_decides_nothing_answers_nobody(settings: dict[str, float]) -> None:
    """Only what was built, or overruled, is an answer: a rejected or invalid vote leaves voters as they were."""
    model = made({"renovation.turnout_belonging": 0.0} | settings, world=identical(96, 1), partition="48")
    put(model, PLAN)
    renovate(model)
    assert model.world.sites.stage[0] == IDLE
    assert model.world.week_counts[c.HOUSEHOLDS_VOTING] > 48
    assert all(felt.sum() == 0 for felt in model.world.feelings)


def test_ballots_of_a_unit_without_a_quorum_are_not_answered() -> None:
    """Fourteen of 24 households vote: two units of six in full, and two households of the third, whose vote is not valid."""
    feelings = voting(14, renovation__quorum=0.5).world.feelings
    assert feelings.good[:12].sum() > 0
    assert feelings.good[12:].sum() == 0


# ------------------------------------------------------------------------------------------------ meetings, money, calls


@pytest.mark.parametrize(
    ("has_head", "free", "met"), [(False, 0.0, False), (True, 0.0, True), (False, 0.99, False), (False, 1.0, True)]
)
def test_a_head_or_an_hour_of_staff_convenes_a_meeting(has_head: bool, free: float, met: bool) -> None:
    model = made(world=identical(24, 1))
    sites = put(model, PLAN, meetings=3)
    model.world.neighbourhood.has_head[:] = has_head
    renovate(model, free_hours=free)
    assert sites.meetings[0] == (2 if met else 3)
    assert (model.world.week_counts[c.RESIDENT_HOURS] > 0) == met


@pytest.mark.parametrize(("attendees", "people"), [(1.0, 1), (10.0, 10), (500.0, 24)])
def test_a_meeting_takes_its_attendees_time_and_more_by_each_pair(attendees: float, people: int) -> None:
    """At most one attendee per household beside the site; talk in pairs is kappa (people - 1) / 2 for each."""
    given = {"renovation.attendees": attendees, "heads.meeting_hours": 1.5, "heads.pair_hours": 0.1}
    model = made(given, world=identical(48, 2))
    put(model, [KEPT, PLAN], meetings=3)
    renovate(model, free_hours=1.0)
    talk = 0.1 * (people - 1) / 2
    assert model.world.week_counts[c.RESIDENT_HOURS] == pytest.approx(people * (1.5 + talk))
    assert model.world.week_counts[c.MEETING_HOURS] == pytest.approx(people * talk)


@pytest.mark.parametrize(
    ("proposed", "cost", "own", "budget", "paid"),
    [
        ((5, 2, 9), (1000, 1000, 1000), 0.0, 2000, (True, True, False)),
        ((5, 2, 9), (1000, 1000, 1000), 0.0, 1000, (False, True, False)),
        ((5, 2, 9), (1000, 1000, 1000), 0.0, 999, (False, False, False)),
        ((5, 2, 9), (1000, 1000, 1000), 0.5, 1000, (True, True, False)),
        ((1, 2, 3), (5000, 800, 200), 0.0, 1000, (False, True, True)),
        ((1, 2, 3), (800, 5000, 200), 0.0, 900, (True, False, False)),
    ],
)
def test_money_goes_to_projects_in_the_order_of_their_proposal(
    proposed: tuple[int, ...], cost: tuple[int, ...], own: float, budget: float, paid: tuple[bool, ...]
) -> None:
    """A project that is too dear for what is left waits, and lets a cheaper one pass."""
    model = made({"renovation.own_money": own}, world=identical(72, 3), project_budget=0.0)
    sites = put(model, BUILD, funded=False, proposed=proposed, money_needed=cost)
    model.world.budget[:] = budget
    renovate(model)
    assert tuple(sites.funded) == paid
    whole = sum(x for x, yes in zip(cost, paid, strict=True) if yes)
    spent = whole * (1 - own)
    assert model.world.week_counts[c.YUAN] == pytest.approx(spent)
    assert model.world.week_counts[c.GIVEN_YUAN] == pytest.approx(whole * own)
    assert model.world.budget[0] == pytest.approx(budget - spent)


def test_projects_may_be_free_of_charge() -> None:
    model = made({"renovation.money_low": 0.0, "renovation.money_high": 0.0}, project_budget=0.0)
    projects = model.run().projects
    assert projects["finished"] == 6
    assert not model.world.sites.money_needed.any()


def test_the_yearly_budget_comes_week_by_week() -> None:
    model = made(project_budget=365_000.0)
    put(model, KEPT)
    assert renovate(model, weeks=10).budget == pytest.approx(70_000.0)


@pytest.mark.parametrize("missing", ["funded", "skill_found"])
def test_helpers_are_called_only_with_money_and_skill(missing: str) -> None:
    model = made({"renovation.skill_search": 0.0}, world=identical(24, 1, skill_share=0.0), project_budget=0.0)
    put(model, BUILD, skill=HEALTH)
    renovate(model)
    assert np.all(model.world.neighbourhood.call == 0)
    put(model, BUILD, skill=HEALTH, **{missing: False})
    renovate(model)
    assert np.all(model.world.neighbourhood.call == -1)


def test_a_skill_counts_when_somebody_in_the_leading_unit_has_it() -> None:
    """The project is led from the unit of who proposed it: with the skilled in the last unit, only a leader there has them.

    What staff proposed is led from the first unit.
    """
    for leader, found in ((0, False), (23, True), (-1, False)):
        model = made({"renovation.skill_search": 0.0}, world=identical(24, 1, skill_share=0.0), partition="6")
        next(m for m in model.mechanisms if m.name == "renovation").skills[3, HEALTH] = 1
        sites = put(model, BUILD, skill=HEALTH, skill_found=False, initiator=leader)
        renovate(model)
        assert bool(sites.skill_found[0]) is found


def test_a_call_covers_the_households_of_the_site_and_the_smaller_site_calls_first() -> None:
    model = made(world=world_settings("quarter"), partition="10")
    sites = put(model, BUILD, hours_needed=1e6)
    expected = np.full(len(model.world.households.id), -1)
    for scope in (COMPOUND, BUILDING, STAIR):
        for s in np.flatnonzero(sites.scope == scope):
            expected[sites.first[s] : sites.end[s]] = s
    assert set(sites.scope) == {STAIR, BUILDING, COMPOUND}
    renovate(model)
    assert np.array_equal(model.world.neighbourhood.call, expected)
    sites.stage[:] = KEPT
    renovate(model)
    assert np.all(model.world.neighbourhood.call == -1)


@pytest.mark.parametrize(("got", "stage"), [(39.9, BUILD), (40.0, MANAGE)])
def test_a_site_is_built_when_its_hours_are_given(got: float, stage: int) -> None:
    model = made(world=identical(24, 1))
    sites = put(model, BUILD, hours_got=got, condition=0.0)
    renovate(model)
    assert sites.stage[0] == stage
    assert sites.condition[0] == (1.0 if stage == MANAGE else 0.0)


# ------------------------------------------------------------------------------------------------ proposals


@pytest.mark.parametrize(("belonging", "proposals"), [(0.0, 0), (1.0, 6)])
def test_only_the_attached_propose(belonging: float, proposals: int) -> None:
    model = made()
    model.world.residents.belonging[:] = belonging
    world = renovate(model, weeks=30)
    assert world.week_counts[c.PROPOSED_BY_RESIDENTS] >= proposals
    assert (world.week_counts[c.PROPOSED_BY_RESIDENTS] > 0) == (proposals > 0)
    assert world.week_counts[c.PROPOSED_BY_STAFF] == 0


def test_staff_propose_as_far_as_they_have_time() -> None:
    given = {"renovation.initiative": 0.0, "renovation.staff_initiative": 26.0, "renovation.plan_weeks": 2}
    proposals = []
    for free in (0.0, 20.0, 100.0, 1000.0):
        world = renovate(made(given), weeks=40, free_hours=free)
        assert world.week_counts[c.PROPOSED_BY_RESIDENTS] == 0
        proposals.append(world.week_counts[c.PROPOSED_BY_STAFF])
    assert proposals[0] == 0
    assert 0 < proposals[1] < proposals[2] == proposals[3]


@pytest.mark.parametrize(("condition", "idle_below", "proposed"), [(0.29, 0.3, True), (0.31, 0.3, False), (0.31, 0.4, True)])
def test_only_idle_sites_are_renovated(condition: float, idle_below: float, proposed: bool) -> None:
    model = made({"renovation.idle_below": idle_below})
    put(model, IDLE, condition=condition)
    world = renovate(model, weeks=20)
    assert (world.week_counts[c.PROPOSED_BY_RESIDENTS] > 0) == proposed


def test_project_needs_stay_within_their_bounds() -> None:
    given = {
        "renovation.hours_low": 30.0, "renovation.hours_high": 2000.0, "renovation.money_low": 2e3, "renovation.money_high": 5e5,
        "renovation.helpers_low": 2, "renovation.helpers_high": 15, "renovation.meetings_low": 2, "renovation.meetings_high": 6,
        "renovation.skilled": 0.5, "renovation.plan_weeks": 7,
    }  # fmt: skip
    model = made(given, world=identical(5000, 200))
    world = renovate(model, weeks=30)
    sites = world.sites[world.sites.number > 0]
    assert len(sites) > 150
    share = np.choose(sites.scope - STAIR, [0.1, 1 / 3, 1.0])
    assert np.all((sites.hours_needed >= 30.0) & (sites.hours_needed <= 2000.0 * share))
    assert np.all((sites.money_needed >= 2e3) & (sites.money_needed <= 5e5 * share))
    assert np.all((sites.helpers_needed >= 2) & (sites.helpers_needed <= np.choose(sites.scope - STAIR, [3, 7, 15])))
    assert 0.3 < (sites.skill >= 0).mean() < 0.7
    assert set(np.unique(sites.skill)) == {-1, 0, 1, 2}
    assert set(np.unique(sites.options)) == {2, 3, 4, 5, 6}


# ------------------------------------------------------------------------------------------------ settings with a clear sign


def _count(name: int) -> Callable[[CoCreateModel], float]:
    return lambda model: float(model.record.counts[:, name].sum())


@pytest.mark.parametrize(
    ("setting", "low", "high", "also", "measure", "sign"),
    [
        ("initiative", 2.0, 100.0, {}, _count(c.PROPOSED_BY_RESIDENTS), +1),
        ("turnout", 0.4, 0.8, {}, lambda m: m.record.counts[:, c.HOUSEHOLDS_VOTING].sum() / m.record.counts[:, c.HOUSEHOLDS_CALLED].sum(), +1),
        ("quorum", 0.3, 0.7, {"renovation.turnout": 0.5}, _count(c.PLANS_PASSED), -1),
        ("approval", 0.3, 0.7, {}, _count(c.PLANS_PASSED), +1),
        ("common_property", 0.0, 1.0, {"renovation.turnout": 0.5}, _count(c.PLANS_PASSED), -1),
        ("turnout_belonging", 0.0, 3.0, {"renovation.turnout": 0.2}, lambda m: m.record.counts[:, c.HOUSEHOLDS_VOTING].sum() / m.record.counts[:, c.HOUSEHOLDS_CALLED].sum(), +1),
        ("own_money", 0.0, 0.5, {}, _count(c.YUAN), -1),
        ("meetings_high", 1, 5, {}, _count(c.PLAN_DAYS), +1),
        ("hours_high", 40.0, 4000.0, {"renovation.build_weeks": 50}, _count(c.BUILT), -1),
        ("money_high", 1000.0, 1e9, {}, _count(c.BUILT), -1),
        ("helpers_high", 2, 200, {}, _count(c.BUILT), -1),
        ("skilled", 0.0, 1.0, {"renovation.skill_search": 0.0}, _count(c.BUILT), -1),
        ("skill_search", 0.0, 0.5, {"renovation.skilled": 1.0}, _count(c.BUILT), +1),
        ("build_weeks", 2, 50, {"participation.base": -1.0, "renovation.hours_high": 400.0}, _count(c.BUILT), +1),
        ("evaluate_after", 2, 20, {}, _count(c.FINISHED), -1),
        ("share_weeks", 1, 20, {}, _count(c.FINISHED), -1),
        ("pass_mark", 0.3, 0.95, {}, _count(c.FINISHED), -1),
        ("corrections", 0, 5, {"renovation.pass_mark": 0.85, "renovation.rating_noise": 0.1}, _count(c.FAILED), -1),
        ("attendees", 5.0, 20.0, {"participation.base": -30.0}, _count(c.RESIDENT_HOURS), +1),
    ],
)  # fmt: skip
def test_each_setting_moves_its_outcome(
    setting: str, low: float, high: float, also: dict[str, Any], measure: Callable[[CoCreateModel], float], sign: int
) -> None:
    values = []
    for value in (low, high):
        model = made(also | {f"renovation.{setting}": value}, weeks=20, world=identical(480, 20, skill_share=0.0))
        model.run()
        values.append(measure(model))
    assert sign * (values[1] - values[0]) > 0, values


@pytest.mark.parametrize(("plan_weeks", "stage"), [(6, IDLE), (12, BUILD)])
def test_a_plan_waits_for_somebody_to_convene_as_long_as_it_may(plan_weeks: int, stage: int) -> None:
    model = made({"renovation.plan_weeks": plan_weeks})
    sites = put(model, PLAN, meetings=3, support=0.0)
    renovate(model, weeks=5, free_hours=0.0)
    renovate(model, weeks=5, free_hours=10.0)
    assert np.all(sites.stage == stage)


@pytest.mark.parametrize("pair", ["meetings", "options", "hours", "money", "helpers"])
def test_a_lower_bound_above_the_upper_is_refused(pair: str) -> None:
    with pytest.raises(ConfigError, match=rf"renovation\.{pair}_low = 15.* is above .*renovation\.{pair}_high = 5"):
        made({f"renovation.{pair}_low": 15, f"renovation.{pair}_high": 5})


def test_a_plan_that_leaves_no_week_for_the_vote_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"plan_weeks = 5 leaves no time .*meetings_high = 5 weekly meetings; allowed: from 6"):
        made({"renovation.plan_weeks": 5, "renovation.meetings_high": 5})


# ------------------------------------------------------------------------------------------------ switched off


def test_without_it_no_project_is_ever_proposed() -> None:
    off = made({}, "participation", "heads", "volunteering", "upkeep")
    off.run()
    assert off.world.project_events.sum() == 0
    assert np.all(off.world.sites.stage == IDLE)
    assert np.all(off.world.sites.number == 0)
    assert np.all(off.world.neighbourhood.call == -1)
