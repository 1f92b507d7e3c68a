"""Roll-out: what changes on the Monday of its date, where, and what happens to posts, heads and issues."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.mechanisms.given import days, rule
from tests.scenarios import scenario, world_settings

from cocreate_sim.errors import ConfigError
from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c
from cocreate_sim.world import events as e
from cocreate_sim.world.levers import HeadHours, StaffRule
from cocreate_sim.world.staff import COMMUNITY, SUBDISTRICT
from cocreate_sim.world.timeline import Change

SMALL: dict[str, Any] = {
    "households": 144, "compounds": 2, "grids": 2, "communities": 2, "subdistricts": 2, "compound_cv": 0.0, "building_min": 36,
    "building_mean": 1.0, "building_cv": 0.0, "stair_size": 12, "collective_share": 0.0, "households_per_site": 36, "background": False,
}  # fmt: skip
"""Two subdistricts of one compound each: two buildings of 36 households, one grid of 72."""
QUIET = {"turnover.leave_community": 0.0, "turnover.leave_posts": 0.0, "turnover.ramp_months": 0.0}
LIVELY: dict[str, Any] = {
    "arrivals.rate": 12.0, "participation.base": -1.5, "renovation.initiative": 50.0, "renovation.meetings_high": 2,
    "renovation.hours_high": 60.0, "heads.willing_share": 0.3, "heads.step_forward_weeks": 1.0, "casework.rho_40": 1.0,
    "volunteering.join_chance": 0.5, "recognition.board_effect": 2.0, "turnover.ramp_months": 0.0,
}  # fmt: skip


def town(*changes: Change, **given: Any) -> CoCreateModel:
    """The two subdistricts with a timeline."""
    world = world_settings("tiny", **(SMALL | given.pop("world", {})))
    return CoCreateModel(scenario(world, weeks=given.pop("weeks", 6), posts=given.pop("posts", 4), timeline=changes, **given))


def posts(model: CoCreateModel, subdistrict: int) -> np.recarray:
    """The rows of a subdistrict's posts."""
    p = model.world.posts
    return p[(p.tier == SUBDISTRICT) & (p.place == subdistrict)]


def week(model: CoCreateModel) -> None:
    for _ in range(7):
        model.step()


# dates


def test_a_change_holds_from_the_monday_of_its_week_in_its_place_only() -> None:
    """Given a change in week 1 of the horizon after one week of burn-in, expect it on day 14 and not before."""
    model = town(Change(1, 1, "pay", 8000.0), burn_in=1)
    for day in range(16):
        assert model.world.in_force.pay.tolist() == [4000.0, 8000.0 if day > 14 else 4000.0]
        model.step()
    assert model.world.levers.pay == 4000.0, "what was in force at the start is remembered"


def test_each_change_is_noted_once_and_one_to_the_present_value_not_at_all() -> None:
    model = town(Change(0, 0, "posts", 4), Change(0, 1, "posts", 6), Change(1, 1, "partition", "12"), Change(2, 0, "red_board", True))
    model.listen()
    noted = []
    for _ in range(21):
        model.step()
        rows = model.events()
        noted += [tuple(r)[2:] for r in rows[rows.kind == e.LEVER_CHANGES].tolist()]
    assert noted == [(1, 0, 0, 6.0), (1, 0, 1, 12.0), (0, 0, 6, 1.0)]


def test_switched_off_no_date_comes() -> None:
    model = town(Change(0, 0, "posts", 9), Change(0, 0, "partition", "12"), switches={"rollout": False})
    model.run()
    assert model.world.in_force.posts.tolist() == [4, 4]
    assert posts(model, 0).established.sum() == 4
    assert len(model.world.units.first) == 2


# posts


def test_new_posts_stand_vacant_until_hiring_fills_them() -> None:
    """Given 4 posts and 7 from week 1 on, expect three vacancies on that Monday, and all filled when filling takes no time."""
    slow, quick = (town(Change(1, 0, "posts", 7), settings=QUIET | {"turnover.refill_months": m}) for m in (60.0, 0.0))
    for model in (slow, quick):
        assert len(posts(model, 0)) == 7
        assert posts(model, 0).established.sum() == posts(model, 0).filled.sum() == 4
        days(model, 7, "rollout", "turnover")
        assert posts(model, 0).established.sum() == 4
        days(model, 1, "rollout", "turnover")
        assert posts(model, 0).established.sum() == 7
        assert len(posts(model, 1)) == 4
    assert posts(slow, 0).filled.tolist() == [True] * 4 + [False] * 3
    assert posts(quick, 0).filled.all()
    assert posts(quick, 0).skill[4:] == pytest.approx(1.0), "0.6 and a week in which they learn all"
    assert quick.world.week_counts[c.HIRES] == 3


def test_without_turnover_new_posts_are_filled_at_once_at_full_pace() -> None:
    model = town(Change(1, 0, "posts", 7), switches={"turnover": False})
    days(model, 8, "rollout")
    assert posts(model, 0).filled.all()
    assert np.all(posts(model, 0).skill == 1.0)
    assert posts(model, 0).since.tolist() == [0] * 4 + [7] * 3
    assert model.world.week_counts[c.HIRES] == 3


def test_who_holds_an_abolished_post_leaves_and_the_case_goes_back() -> None:
    """Given cases in hand everywhere, expect the two people to leave, and their cases to wait first in line again."""
    busy = {"arrivals.rate": 60.0, "casework.rho_40": 10.0, "turnover.leave_posts": 0.0, "turnover.leave_community": 0.0}
    model = town(Change(1, 0, "posts", 2), settings=LIVELY | busy, switches={"reporting": False})
    for _ in range(7):
        model.step()
    held = posts(model, 0).serving[2:]
    assert np.all(held >= 0)
    model.step()
    mine = posts(model, 0)
    assert mine.established.tolist() == mine.filled.tolist() == [True, True, False, False]
    assert np.all(mine.serving[2:] < 0)
    assert np.all(mine.burnout[2:] == 0.0)
    assert model.world.week_counts[c.LEAVERS] == 2
    assert np.all(posts(model, 1).filled)


def test_an_abolished_post_is_neither_refilled_nor_a_vacancy() -> None:
    model = town(Change(0, 0, "posts", 1), settings=QUIET | {"turnover.refill_months": 0.0})
    result = model.run()
    assert posts(model, 0).filled.sum() == 1
    assert result.weekly["vacancy_share"].tolist() == [0.0] * 6
    assert (result.realised["posts"], model.world.counts()["posts"]) == (8, 5), "as built, and in the end"


def test_a_vacant_post_can_be_abolished_and_comes_back_vacant() -> None:
    model = town(Change(1, 0, "posts", 2), Change(2, 0, "posts", 4), settings=QUIET | {"turnover.refill_months": 60.0})
    world = model.world
    vacant = (world.posts.tier == SUBDISTRICT) & (world.posts.place == 0) & (world.posts.number == 3)
    world.posts.filled[vacant] = False
    days(model, 8, "rollout")
    assert world.week_counts[c.LEAVERS] == 1, "only post 2 had a person to lose"
    days(model, 7, "rollout")
    assert posts(model, 0).established.all()
    assert posts(model, 0).filled.tolist() == [True, True, False, False]


def test_community_workers_follow_their_rate() -> None:
    """Given twice the rate in one subdistrict, expect twice the workers there and no more elsewhere."""
    model = town(Change(0, 1, "community_workers_per_10k", 200.0), community_workers_per_10k=100.0, switches={"turnover": False})
    p = model.world.posts
    before = [int(p.established[(p.tier == COMMUNITY) & (p.place == k)].sum()) for k in (0, 1)]
    model.step()
    after = [int(p.established[(p.tier == COMMUNITY) & (p.place == k)].sum()) for k in (0, 1)]
    assert after[0] == before[0]
    assert abs(after[1] - 2 * before[1]) <= 1


def test_teams_never_lose_their_last_post() -> None:
    with pytest.raises(ConfigError, match=r"teams = 3 is more than levers.posts = 2"):
        town(Change(2, 1, "posts", 2), settings={"casework.teams": 3})


def test_people_who_are_paid_are_those_in_posts_that_exist() -> None:
    given = {"switches": {"turnover": False, "renovation": False}, "community_workers_per_10k": 0.5, "pay": 1000.0, "post_pay": 6000.0}
    yuan = town(Change(2, 0, "posts", 6), Change(3, 1, "post_pay", 12_000.0), **given).run().weekly["public_yuan"]
    month = 12.0 / (365.0 / 7.0)
    workers = 2 * 1000.0
    people = [8, 8, 10, 10, 10, 10]
    dearer = [0, 0, 0, 4, 4, 4]
    assert yuan == pytest.approx([(workers + 6000.0 * (n + more)) * month for n, more in zip(people, dearer, strict=True)])


# other levers


def test_levers_reach_their_mechanisms_in_their_place() -> None:
    """Given each lever changed in subdistrict 1, expect its mechanism to act there by the new value and elsewhere by the old."""
    changes = [
        ("head_hours", HeadHours.EQUAL_TOTAL), ("staff_rule", StaffRule.PROTECTED), ("protected_share", 0.5), ("red_board", True),
        ("broadcast", False), ("project_budget", 2e6), ("pay", 16_000.0), ("vote_honoured", False),
    ]  # fmt: skip
    model = town(*(Change(1, 1, lever, value) for lever, value in changes), settings={"recognition.board_effect": 0.3})
    for _ in range(8):
        model.step()
    world = model.world
    assert rule(model, "heads").equal_total.tolist() == [False, True]
    assert rule(model, "staff_time").protected.tolist() == [0.0, 0.5, 0.0, 0.5]
    assert world.speed == pytest.approx(np.array([1.0, 0.5, 1.0, 0.5]) * rule(model, "staff_time").share_left)
    assert world.board_effect.tolist() == [0.0, 0.3]
    assert world.broadcast.tolist() == [0.05, 0.0]
    assert rule(model, "renovation").weekly_budget == pytest.approx([1e6 * 7 / 365, 2e6 * 7 / 365])
    assert rule(model, "renovation").rules.honoured.tolist() == [True, False]
    assert rule(model, "turnover").leave == pytest.approx([0.12, 0.03, 0.04, 0.04])


def test_names_come_down_with_the_board() -> None:
    model = town(*(Change(2, k, "red_board", False) for k in (0, 1)), Change(3, 1, "red_board", True), red_board=True, settings=LIVELY)
    subdistrict = model.world.households.subdistrict[model.world.residents.household]
    for _ in range(2):
        week(model)
    assert model.world.residents.on_board.any()
    week(model)
    assert not model.world.residents.on_board.any()
    week(model)
    named = subdistrict[model.world.residents.on_board]
    assert len(named) > 0
    assert set(named.tolist()) == {1}


# partition


def headed(*changes: Change, **given: Any) -> CoCreateModel:
    """A town where every unit soon has a head."""
    ready = {"heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0, "heads.quit_rate": 0.0}
    return town(*changes, settings=LIVELY | ready, **given)


def test_units_are_redrawn_in_their_place_only() -> None:
    """Given grids of 72, and units of 12 in one subdistrict from week 1 on, expect six units there and the grid elsewhere."""
    model = town(Change(1, 1, "partition", "12"))
    assert model.world.units.households.tolist() == [72.0, 72.0]
    for _ in range(8):
        model.step()
    assert model.world.units.households.tolist() == [72.0] + [12.0] * 6
    assert model.record.result(model.world).summary["units"] == 7.0


def test_heads_of_units_that_are_no_more_step_down_and_others_stay() -> None:
    model = headed(Change(1, 1, "partition", "36"), Change(2, 1, "partition", "10-20"))
    week(model)
    world = model.world
    stays, leaves = world.head.tolist()
    model.listen()
    model.step()
    quits = model.events()[model.events().kind == e.HEAD_QUITS]
    assert quits.a.tolist() == [leaves]
    assert world.head.tolist() == [stays, -1, -1]
    assert world.residents.head_of[[stays, leaves]].tolist() == [0, -1]
    assert world.residents.rests_until[leaves] < 0, "they may head a new unit at once"
    home = world.households.subdistrict
    assert np.all(world.neighbourhood.has_head == (home == 0))
    assert np.all(world.neighbourhood.visits[home == 1] == 0.0)
    assert np.all(world.neighbourhood.visits[home == 0] > 0.0)
    assert world.week_counts[c.HEADS_QUIT] == 1
    for _ in range(6):
        model.step()
    assert np.all(world.head >= 0), "next Sunday every new unit finds a head"


def test_units_keep_what_their_households_were_used_to() -> None:
    """Given attendance in two buildings of one grid, expect new units to begin with the mean over their households."""
    model = headed(Change(1, 0, "partition", "36"), Change(2, 0, "partition", "24"))
    world, participation = model.world, rule(model, "participation")
    days(model, 7, "rollout")
    model.step()
    assert world.units.households.tolist() == [36.0, 36.0, 72.0]
    world.activity_rate[:], participation.expected[:] = [0.1, 0.4, 0.7], [0.2, 0.5, 0.9]
    world.unit_hours[:] = [5, 6, 7]
    world.day = 14
    model.step()
    assert world.units.households.tolist() == [24.0, 24.0, 24.0, 72.0]
    assert world.activity_rate == pytest.approx([0.1, 0.25, 0.4, 0.7])
    assert participation.expected == pytest.approx([0.2, 0.35, 0.5, 0.9])
    assert world.unit_hours.tolist() == [0, 0, 0, 7]
    assert len(participation.attendance) == len(participation.coming) == len(participation.pivot_chance) == 4
    assert len(rule(model, "self_resolution").skills) == len(rule(model, "renovation").skills) == 4


def test_issues_in_units_stay_there_and_the_new_unit_goes_on() -> None:
    model = headed(Change(3, 0, "partition", "12"))
    for _ in range(3):
        week(model)
    before = int(model.world.roster.length[1])
    rows = model.world.roster.in_unit[:before].tolist()
    assert rows
    rule(model, "rollout").step(model.world)
    model._take_over()
    assert model.world.roster.in_unit[: int(model.world.roster.length[1])].tolist() == rows
    model.run()


def test_where_a_channel_is_off_nothing_moves() -> None:
    off = dict.fromkeys(("leader_supply", "pivotality", "coordination", "pooling"), False)
    model = headed(Change(1, 0, "partition", "12"), channels=off)
    week(model)
    world = model.world
    kept = [world.head.copy(), world.unit_hours.copy(), world.activity_rate.copy(), rule(model, "participation").expected.copy()]
    rule(model, "rollout").step(world)
    model._take_over()
    now = [world.head, world.unit_hours, world.activity_rate, rule(model, "participation").expected]
    assert all(np.array_equal(a, b) for a, b in zip(kept, now, strict=True))


def test_the_ladder_has_its_own_height_in_each_place() -> None:
    """Given nested units in one subdistrict and a grid in the other, expect four levels there and one here."""
    model = town(Change(0, 1, "partition", "nested"))
    model.step()
    level = rule(model, "routing").level
    home = model.world.households.subdistrict
    assert level.shape == (4, 144)
    assert np.all((level[:, home == 1] >= 0).all(axis=0))
    assert np.all(level[0, home == 0] >= 0)
    assert np.all(level[1:, home == 0] == -1)


# null tests


def outcome(model: CoCreateModel) -> tuple[Any, ...]:
    """All that came out, but for the length of service: at the start it follows from the pay of the start."""
    result = model.run()
    summary, weekly = ({k: v for k, v in told.items() if k != "tenure_mean"} for told in (result.summary, result.weekly))
    return repr(summary), [repr(v.tolist()) for v in weekly.values()], model.world.residents.belonging.tolist()


def test_changes_to_the_present_value_change_nothing() -> None:
    same = [Change(1, k, lever, value) for k in (0, 1) for lever, value in (
        ("posts", 4), ("partition", "12"), ("pay", 4000.0), ("red_board", True), ("broadcast", True), ("vote_honoured", True),
        ("protected_share", 0.2), ("staff_rule", StaffRule.CASES_FIRST), ("head_hours", HeadHours.PER_HEAD),
    )]  # fmt: skip
    given = {"partition": "12", "red_board": True, "settings": LIVELY}
    assert outcome(town(*same, **given)) == outcome(town(**given))


@pytest.mark.parametrize(
    ("lever", "value"),
    [
        ("red_board", True), ("broadcast", False), ("project_budget", 5e6), ("pay", 8000.0), ("vote_honoured", False),
        ("staff_rule", StaffRule.PROTECTED), ("partition", "12"), ("partition", "nested"), ("posts", 7), ("posts", 2),
        ("head_hours", HeadHours.EQUAL_TOTAL), ("post_pay", 9000.0), ("community_workers_per_10k", 60.0),
    ],
)  # fmt: skip
def test_a_change_on_the_first_day_equals_the_lever_from_the_start(lever: str, value: Any) -> None:
    """For posts without turnover: with it, those of the start are filled, and new ones vacant."""
    given: dict[str, Any] = {"settings": LIVELY, "weeks": 4, "switches": {"turnover": lever == "pay"}}
    dated = outcome(town(Change(0, 0, lever, value), Change(0, 1, lever, value), **given))
    start = outcome(town(**(given | {lever: value})))
    if lever in ("posts", "community_workers_per_10k"):  # who leaves an abolished post on the first day is counted as a leaver
        dated, start = dated[1:], start[1:]
    assert dated == start


def test_a_change_in_one_place_leaves_the_other_as_it_was() -> None:
    """Given posts, units and a board changed in subdistrict 1, expect people and issues of subdistrict 0 the same to the last bit."""
    changes = [Change(1, 1, "posts", 8), Change(1, 1, "partition", "12"), Change(2, 1, "red_board", True), Change(2, 1, "pay", 9000.0)]
    models = [town(*timeline, settings=LIVELY, partition="36") for timeline in ([], changes)]
    for model in models:
        model.run()
    first, second = (model.world for model in models)
    here = first.households.subdistrict[first.residents.household] == 0
    for name in ("belonging", "trust", "hours", "takes_part", "volunteer_since", "last_active"):
        assert np.array_equal(getattr(first.residents, name)[here], getattr(second.residents, name)[here]), name
    weekly = [model.record.places.weekly for model in models]
    for name, values in weekly[0].items():
        assert np.array_equal(values[:, 0], weekly[1][name][:, 0], equal_nan=True), name
    assert any(not np.array_equal(values[:, 1], weekly[1][name][:, 1], equal_nan=True) for name, values in weekly[0].items())
