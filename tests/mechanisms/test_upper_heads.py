"""Heads above the unit: which levels have one, who that is, how they spare staff, and what stays with them.

One compound of 100 one-person households: stairs of 5, four buildings of 25, two grids of 50, one community. In units of 5 a
building has 5 unit heads, and a grid 10.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone, identical, issues
from tests.mechanisms.given import days, on_its_way, rule
from tests.scenarios import only, scenario

from cocreate_sim.engine.streams import uniforms
from cocreate_sim.model import CoCreateModel
from cocreate_sim.outcomes.ladder import HEADS
from cocreate_sim.world import counters as c
from cocreate_sim.world import decisions as d
from cocreate_sim.world.clock import DAY, HOUR
from cocreate_sim.world.issues import BEYOND, BUILDING, COMPOUND, IN_UNIT, MOVING, ONE_HOUSEHOLD, SOLVED, STAIR
from cocreate_sim.world.levers import CHANNELS
from cocreate_sim.world.seats import BUILDING_HEAD, CENTRAL_HOUSEHOLD, GRID_HEAD, PARTY_BRANCH, PARTY_GROUP

COMMUNITY, POSTS = 0, 1
HEALTH = 0
READY: dict[str, Any] = {
    "heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0, "heads.quit_rate": 0.0, "upper_heads.willing_share": 1.0,
    "upper_heads.party_ratio": 1.0, "routing.handoff_days": 0.0,
}  # fmt: skip
"""Everybody is willing at once, nobody quits, and hand-offs take no time."""
FOUR_BUILDINGS: dict[str, Any] = {"grids": 2, "building_min": 24, "building_mean": 25.0, "stair_size": 5}


def village(
    partition: str = "5", *, on: tuple[str, ...] = ("heads", "upper_heads"), world: Any = None, weeks: int = 10,
    channels: Any = None, lever: bool = True, **given: Any,
) -> CoCreateModel:  # fmt: skip
    """The compound above; nothing happens but what is named."""
    settings = READY | {(k if "." in k else f"upper_heads.{k}"): v for k, v in given.items()}
    place = world or identical(100, **FOUR_BUILDINGS, party_share=0.2)
    return CoCreateModel(
        scenario(
            place, weeks=weeks, settings=settings, switches=alone(*on), partition=partition, channels=channels, upper_heads=lever
        )
    )


def sunday(model: CoCreateModel, *names: str) -> CoCreateModel:
    """Let a week pass in which only the named mechanisms act."""
    days(model, 7, *names)
    return model


# which levels, and who heads them

LEVELS: list[tuple[str, dict[int, int]]] = [
    # partition, and the seats of each role
    ("5", {BUILDING_HEAD: 4, GRID_HEAD: 2}), ("10", {BUILDING_HEAD: 4, GRID_HEAD: 2}), ("10-20", {BUILDING_HEAD: 4, GRID_HEAD: 2}),
    ("25", {GRID_HEAD: 2}), ("30", {GRID_HEAD: 2}), ("50", {}), ("100", {}), ("grid", {}),
    ("nested", {CENTRAL_HOUSEHOLD: 4, PARTY_GROUP: 1, PARTY_BRANCH: 1}),
]  # fmt: skip


@pytest.mark.parametrize(("partition", "expected"), LEVELS, ids=[row[0] for row in LEVELS])
def test_each_group_above_the_unit_is_a_seat_for_a_head(partition: str, expected: dict[int, int]) -> None:
    seats = village(partition).world.above.seats
    assert {int(role): int((seats.role == role).sum()) for role in np.unique(seats.role)} == expected
    assert np.all(np.diff(seats.level) >= 0)


def test_before_2022_only_units_have_heads() -> None:
    model = village(lever=False)
    result = model.run()
    assert len(model.world.above.seats) == 0
    assert np.all(model.world.above.seat == -1)
    for name in (*HEADS, "seats_filled_share", "span_of_control", "covered_share", "upper_head_hours", "solved_above_unit_share"):
        assert np.isnan(result.summary[name]), name


@pytest.mark.parametrize("partition", ["5", "25", "100", "nested", "grid"])
def test_without_the_scope_channel_the_ladder_is_that_of_buildings(partition: str) -> None:
    """Given any partition, expect the building in the place of the unit, and grids above it."""
    seats = village(partition, channels=only(*(n for n in CHANNELS if n != "scope"))).world.above.seats
    assert seats.role.tolist() == [GRID_HEAD, GRID_HEAD]


def test_where_everybody_is_willing_every_seat_has_a_head_who_lives_there_and_holds_no_other_office() -> None:
    world = sunday(village(), "heads", "upper_heads").world
    seats, r = world.above.seats, world.residents
    assert (seats.head >= 0).all()
    for s, head in enumerate(seats.head):
        assert world.above.seat[seats.level[s], r.household[head]] == s
        assert r.leads[head] == s
        assert r.head_of[head] < 0
    assert len(set(seats.head.tolist()) | set(world.head.tolist())) == 6 + 20
    assert world.week_counts[c.UPPER_HEADS_FOUND] == 6


def test_who_heads_a_level_above_does_not_become_unit_head() -> None:
    """Given seats filled before units have heads, expect unit heads among the others."""
    model = sunday(village(), "upper_heads")
    sunday(model, "heads", "upper_heads")
    r = model.world.residents
    assert (model.world.head >= 0).all()
    assert not ((r.head_of >= 0) & (r.leads >= 0)).any()
    assert model.world.week_counts[c.UPPER_HEADS_FOUND] == 6, "whoever has a seat keeps it"


def test_the_keenest_of_the_willing_takes_the_seat_and_the_others_go_for_the_next_level() -> None:
    """Given no unit heads, expect the smallest draw of each building, and of those left in each grid."""
    model = sunday(village(on=("upper_heads",)), "upper_heads")
    world = model.world
    keen = uniforms(1, d.SEAT_STEPS_FORWARD, world.residents.id, tick=0)
    for s, head in enumerate(world.above.seats.head):
        level = int(world.above.seats.level[s])
        people = np.flatnonzero(world.above.seat[level, world.residents.household] == s)
        if level == 2:
            people = np.setdiff1d(people, world.above.seats.head[world.above.seats.level == 1])
        assert head == people[np.argmin(keen[people])]


@pytest.mark.parametrize(
    "given", [{"willing_share": 0.0}, {"heads.step_forward_weeks": 520.0}], ids=["nobody willing", "very shy"]
)
def test_seats_stay_vacant_where_nobody_steps_forward(given: dict[str, Any]) -> None:
    world = sunday(village(**given), "heads", "upper_heads").world
    assert (world.above.seats.head >= 0).mean() < 0.4
    vacant = world.above.seats.head < 0
    assert world.above.seats.hours_left[vacant].sum() == 0
    assert (world.above.part < 0.05).any()


@pytest.mark.compiled
@pytest.mark.parametrize("q", [0.01, 0.03, 0.1])
def test_a_building_of_forty_adults_finds_a_head_by_the_formula(q: float) -> None:
    """P = 1 - (1 - q)^40; two hundred buildings."""
    place = identical(8000, compounds=200)
    world = sunday(village("10", on=("upper_heads",), world=place, willing_share=q), "upper_heads").world
    led = world.above.seats.head[world.above.seats.level == 1] >= 0
    expected = 1 - (1 - q) ** 40
    assert led.mean() == pytest.approx(expected, abs=3.5 * np.sqrt(expected * (1 - expected) / 200) + 1e-9)


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_nested_levels_are_headed_by_party_members_only(share: float) -> None:
    place = identical(100, **FOUR_BUILDINGS, party_share=min(share, 0.5))
    model = village("nested", world=place)
    model.world.residents.party[:] |= share == 1.0
    world = sunday(model, "heads", "upper_heads").world
    heads = world.above.seats.head[world.above.seats.head >= 0]
    assert world.residents.party[heads].all()
    assert (len(heads) > 0) == (share > 0)
    assert len(heads) == 6 or share < 1.0


@pytest.mark.compiled
@pytest.mark.parametrize(
    ("share", "ratio", "members", "others"),
    [(0.2, 1.0, 0.2, 0.2), (0.2, 3.0, 0.6, 0.2), (0.2, 0.0, 0.0, 0.2), (0.5, 9.0, 1.0, 0.5)],
)
def test_party_members_may_be_likelier_to_be_willing(share: float, ratio: float, members: float, others: float) -> None:
    r = village(world=identical(2000, party_share=0.5), willing_share=share, party_ratio=ratio).world.residents
    assert r.willing_to_lead[r.party].mean() == pytest.approx(members, abs=0.06)
    assert r.willing_to_lead[~r.party].mean() == pytest.approx(others, abs=0.06)


@pytest.mark.parametrize("support", [1.0, 0.5, 0.0])
@pytest.mark.parametrize("rate", [0.0, 20.0])
def test_heads_above_quit_like_unit_heads(rate: float, support: float) -> None:
    """P = 1 - exp(-rate x ratio^lack per week); nobody steps forward again, for they rest."""
    place = identical(1500, compounds=150)
    given = {"heads.quit_rate": rate, "heads.unsupported_effect": 4.0, "heads.rest_weeks": 3}
    model = sunday(village("5", on=("upper_heads",), world=place, **given), "upper_heads")
    before = model.world.above.seats.head.copy()
    model.world.residents.willing_to_lead[:] = False
    model.world.support[:] = support
    sunday(model, "upper_heads")
    gone = model.world.above.seats.head != before
    expected = 1 - np.exp(-rate * 7 / 365 * 4.0 ** (1 - support))
    assert gone.mean() == pytest.approx(expected, abs=0.1 * (rate > 0))
    assert model.world.week_counts[c.UPPER_HEADS_QUIT] == gone.sum()
    quitters = before[gone]
    assert np.all(model.world.residents.leads[quitters] == -1)
    assert np.all(model.world.residents.rests_until[quitters] == 1 + 3)


def test_who_quit_rests_before_any_other_office() -> None:
    model = sunday(village(on=("upper_heads",)), "upper_heads")
    world = model.world
    world.residents.rests_until[:] = 4
    world.above.seats.head[:] = -1
    world.residents.leads[:] = -1
    for week in (1, 2, 3, 4):
        sunday(model, "upper_heads", "heads")
        assert (world.above.seats.head >= 0).any() == (week >= 4)


# their hours


@pytest.mark.parametrize("support_share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(("partition", "hours"), [("5", 4 * 2.0 + 2 * 7.0), ("nested", 4 * 2.0 + 2 * 7.0), ("25", 2 * 7.0)])
def test_hours_are_a_cost_and_part_of_them_is_for_issues(partition: str, hours: float, support_share: float) -> None:
    """Two hours of each building head or central household, seven of each head above that."""
    model = village(partition, building_hours=2.0, grid_hours=7.0, support_share=support_share)
    model.world.residents.party[:] = True
    world = sunday(model, "heads", "upper_heads").world
    assert world.week_counts[c.UPPER_HEAD_HOURS] == pytest.approx(hours)
    assert world.above.seats.hours_left.sum() / HOUR == pytest.approx(hours * (1 - support_share))


COVERS: list[tuple[float, float, float, float, float]] = [
    # hours of building heads, of grid heads, support share, hours a unit head needs, expected cover
    (2.0, 4.0, 0.5, 1.0, 1.0 / 5 + 2.0 / 10), (0.0, 4.0, 0.5, 1.0, 0.2), (2.0, 0.0, 1.0, 1.0, 0.4), (2.0, 4.0, 0.0, 1.0, 0.0),
    (20.0, 4.0, 0.5, 1.0, 1.0), (2.0, 4.0, 0.5, 0.1, 1.0), (2.0, 4.0, 0.5, 0.0, 0.0),
]  # fmt: skip


@pytest.mark.parametrize(("building", "grid", "share", "need", "expected"), COVERS)
def test_span_of_control(building: float, grid: float, share: float, need: float, expected: float) -> None:
    """Five unit heads below a building head, ten below a grid head: cover = hours for them / hours that they need."""
    given = {"staff_time.supervision_hours": need, "building_hours": building, "grid_hours": grid, "support_share": share}
    world = sunday(village(**given), "heads", "upper_heads").world
    assert world.above.seats.below == pytest.approx([5, 5, 5, 5, 10, 10])
    assert world.above.cover == pytest.approx(expected)
    assert world.above.part == pytest.approx(1 / 25 + 1 / 50)


def test_where_no_unit_has_a_head_nobody_is_supported() -> None:
    world = sunday(village(on=("upper_heads",)), "upper_heads").world
    assert world.above.seats.below.sum() == world.above.cover.sum() == 0.0


def test_the_supervision_channel_decides_who_counts_as_below() -> None:
    """Given units of 5 but supervision by building, expect one head below each building head, two below each grid head."""
    channels = only(*(n for n in CHANNELS if n != "supervision"))
    world = sunday(village(channels=channels), "heads", "upper_heads").world
    assert world.above.seats.below == pytest.approx([1, 1, 1, 1, 2, 2])


@pytest.mark.parametrize(
    ("lever", "grid", "needed"),
    [(False, 4.0, 20.0), (True, 4.0, 20 * 0.6 + 6), (True, 0.0, 20 * 0.8 + 6), (True, 40.0, 6.0)],
    ids=["no heads above", "spare staff a little", "idle grid heads", "spare staff altogether"],
)
def test_heads_above_take_over_hours_of_staff_and_need_some_themselves(lever: bool, grid: float, needed: float) -> None:
    """Twenty unit heads and six heads above; each needs 0.1 hours of staff per week, less what unit heads get from above."""
    on = ("heads", "upper_heads", "staff_time")
    hours = {"building_hours": 0.2, "grid_hours": grid / 10, "support_share": 0.5, "staff_time.supervision_hours": 0.1}
    model = village(on=on, lever=lever, **hours)
    for _ in range(3):
        model.world.week_counts[c.SUPERVISION_HOURS] = 0.0
        model.world.posts.present[:] = 40 * HOUR
        sunday(model, "staff_time", "heads", "upper_heads")
    assert model.world.week_counts[c.SUPERVISION_HOURS] == pytest.approx(0.1 * needed)


@pytest.mark.parametrize(("support", "cover"), [(0.0, 0.0), (0.0, 0.5), (0.0, 1.0), (0.5, 0.5), (1.0, 0.0)])
def test_unit_heads_with_support_from_above_quit_less(support: float, cover: float) -> None:
    """Lack of support = (1 - support by staff) x (1 - cover)."""
    given = {"heads.quit_rate": 20.0, "heads.unsupported_effect": 4.0}
    model = village("5", world=identical(1500, compounds=15), **given)
    sunday(model, "heads")
    before = model.world.head.copy()
    model.world.residents.willing_to_head[:] = False
    model.world.support[:] = support
    model.world.above.cover[:] = cover
    sunday(model, "heads")
    expected = 1 - np.exp(-20.0 * 7 / 365 * 4.0 ** ((1 - support) * (1 - cover)))
    assert (model.world.head != before).mean() == pytest.approx(expected, abs=0.1)


# issues


def ladder(partition: str = "5", heads: tuple[str, ...] = ("unit", "building", "grid"), **given: Any) -> CoCreateModel:
    """Reports travel; the named levels have heads with as many hours as they like, and units have helpers."""
    model = village(partition, on=("routing", "self_resolution", *given.pop("also", ())), **given)
    world = model.world
    world.neighbourhood.has_head[:] = ~world.households.collective & ("unit" in heads)
    world.unit_hours[:] = 1000 * HOUR
    for role, name in enumerate(("building", "grid", "里", "格", "網")):
        if name in heads:
            mine = world.above.seats.role == role
            world.above.seats.head[mine] = np.flatnonzero(mine)  # residents whose numbers are those of the seats
            world.residents.leads[world.above.seats.head[mine]] = np.flatnonzero(mine)
            world.above.seats.hours_left[mine] = 1000 * HOUR
    return model


def report(model: CoCreateModel, scope: int, first: int, end: int, **columns: Any) -> int:
    """Report an issue that touches the households from ``first`` to before ``end``, on Monday at ten."""
    return on_its_way(
        model, 10 * HOUR, household=first, scope=scope, first=first, end=end, **({"skill": -1, "hours": 2.0} | columns)
    )


STAIR_0, BUILDING_0, COMPOUND_0 = (STAIR, 0, 5), (BUILDING, 0, 25), (COMPOUND, 0, 100)
WHERE: list[tuple[str, tuple[int, int, int], tuple[str, ...], int, int]] = [
    # partition, issue, who has a head, expected level at which it is solved (-1: it goes to staff), levels crossed
    ("5", STAIR_0, ("unit", "building", "grid"), 0, 0), ("5", STAIR_0, ("building", "grid"), 1, 1), ("5", STAIR_0, ("grid",), 2, 2),
    ("5", STAIR_0, (), -1, 1), ("5", BUILDING_0, ("unit", "building", "grid"), 1, 1), ("5", BUILDING_0, ("unit", "grid"), 2, 2),
    ("5", BUILDING_0, ("unit",), -1, 1), ("5", COMPOUND_0, ("unit", "building", "grid"), -1, 3),
    ("5", (BEYOND, 0, 100), ("unit", "building", "grid"), -1, 3), ("25", BUILDING_0, ("unit", "grid"), 0, 0),
    ("25", COMPOUND_0, ("unit", "grid"), -1, 2), ("nested", BUILDING_0, ("unit", "里"), 1, 1),
    ("nested", COMPOUND_0, ("unit", "里", "格"), 2, 2), ("nested", COMPOUND_0, ("unit", "網"), 3, 3),
    ("nested", (BEYOND, 0, 100), ("unit", "里", "格", "網"), -1, 4),
]  # fmt: skip


@pytest.mark.parametrize(("partition", "issue", "heads", "level", "crossed"), WHERE)
def test_an_issue_goes_to_the_lowest_head_whose_level_holds_it(
    partition: str, issue: tuple[int, int, int], heads: tuple[str, ...], level: int, crossed: int
) -> None:
    model = ladder(partition, heads)
    row = report(model, *issue)
    model.step()
    case, counts = issues(model)[row], model.world.week_counts
    assert case.state == (SOLVED if level >= 0 else MOVING)
    assert (case.level, case.handoffs) == (max(level, 0), crossed)
    assert case.target == (-1 if level >= 0 else COMMUNITY)
    assert case.in_unit == (level == 0)
    assert counts[c.SOLVED_IN_UNIT] == (level == 0)
    assert counts[c.SOLVED_ABOVE_UNIT] == (level > 0)
    assert counts[c.DISPATCHED] == (level < 0)
    assert counts[c.HANDOFFS] == (crossed if level < 0 else 0)


@pytest.mark.parametrize(
    ("given", "columns", "target"),
    [
        ({"routing.rule": "hotline"}, {}, COMMUNITY),
        ({}, {"needs_posts": True}, POSTS),
        ({"lever": False}, {}, COMMUNITY),
    ],
    ids=["hotline", "needs the posts", "no heads above"],
)
def test_what_heads_above_never_see(given: dict[str, Any], columns: dict[str, Any], target: int) -> None:
    model = ladder(**given)
    row = report(model, *BUILDING_0, **columns)
    model.step()
    assert (issues(model).level[row], issues(model).target[row]) == (0, target)


@pytest.mark.parametrize("off", ["routing", "self_resolution"])
def test_without_routing_or_self_resolution_heads_above_solve_nothing(off: str) -> None:
    model = village(on=tuple({"routing", "self_resolution"} - {off}))
    model.world.above.seats.head[:] = 0
    row = report(model, *BUILDING_0)
    model.step()
    assert (issues(model).level[row], issues(model).target[row]) == (0, COMMUNITY)


def test_collective_households_use_the_hotline() -> None:
    model = ladder(world=identical(100, **FOUR_BUILDINGS, collective_share=0.2, collective_size=4))
    home = int(np.flatnonzero(model.world.households.collective)[0])
    row = on_its_way(model, 10 * HOUR, household=home, scope=ONE_HOUSEHOLD, first=home, end=home + 1, hours=1.0, skill=-1)
    model.step()
    assert (issues(model).target[row], issues(model).handoffs[row]) == (COMMUNITY, 1)


@pytest.mark.parametrize("led", [0.0, 0.3, 1.0])
@pytest.mark.parametrize(
    ("issue", "heads", "full", "fast"),
    [
        (COMPOUND_0, ("unit", "building", "grid"), 1, 2), (COMPOUND_0, ("unit", "grid"), 2, 1), (COMPOUND_0, ("unit",), 3, 0),
        (BUILDING_0, ("building",), 1, 0), (BUILDING_0, ("grid",), 2, 0),
    ],
)  # fmt: skip
def test_a_level_with_a_head_hands_over_faster(
    issue: tuple[int, int, int], heads: tuple[str, ...], full: int, fast: int, led: float
) -> None:
    """Mean delay = handoff_days x (levels without a head + led_handoff x levels with one); the unit counts in full."""
    model = ladder(heads=heads, led_handoff=led, **{"routing.handoff_days": 0.5})
    for _ in range(1000):
        report(model, *issue)
    rule(model, "routing").step(model.world)
    rows = issues(model)
    arrival = rows.due - np.where(rows.state == IN_UNIT, 7 * DAY, 0)
    delay = (arrival - rows.reported) / DAY
    assert delay.mean() == pytest.approx(0.5 * (full + led * fast), rel=0.12)


def test_an_issue_is_on_its_way_until_its_hand_offs_are_over() -> None:
    """Given hand-offs of some days, expect nothing solved before, and all solved on the day of arrival."""
    model = ladder(**{"routing.handoff_days": 3.0})
    rows = [report(model, *BUILDING_0, hours=0.01) for _ in range(50)]
    arrival = None
    for _ in range(20):
        model.step()
        if arrival is None:
            assert set(issues(model).state) == {MOVING, SOLVED}
            late = issues(model).state == MOVING
            arrival = np.where(late, issues(model).due, 0)
        model.world.above.seats.hours_left[:] = 1000 * HOUR
    done = issues(model)[rows]
    assert np.all(done.state == SOLVED)
    later = arrival > 0
    assert later.sum() > 20
    assert np.array_equal(done.solved[later] // DAY, arrival[later] // DAY)


@pytest.mark.parametrize(("hours", "expected"), [(0.9, IN_UNIT), (1.0, SOLVED)])
def test_a_head_above_works_as_far_as_the_hours_go(hours: float, expected: int) -> None:
    """An issue of two staff hours takes one hour of the head; helpers of units do not join."""
    model = ladder()
    model.world.above.seats.hours_left[:] = int(hours * HOUR)
    row = report(model, *BUILDING_0)
    model.step()
    assert issues(model).state[row] == expected
    assert model.world.above.seats.hours_left[0] == 0
    assert model.world.week_counts[c.RESIDENT_HOURS] == 0
    assert np.all(model.world.unit_hours == 1000 * HOUR)


def test_each_head_has_hours_of_their_own() -> None:
    model = ladder()
    model.world.above.seats.hours_left[1] = 0
    near, far = report(model, *BUILDING_0), report(model, BUILDING, 25, 50)
    model.step()
    assert issues(model).state[[near, far]].tolist() == [SOLVED, IN_UNIT]


@pytest.mark.parametrize("somewhere", [True, False])
def test_the_skill_must_be_found_within_the_level(somewhere: bool) -> None:
    model = ladder(world=identical(100, **FOUR_BUILDINGS, skill_share=0.0))
    rule(model, "self_resolution").skills_above[0, HEALTH] = somewhere
    row = report(model, *BUILDING_0, skill=HEALTH)
    model.step()
    assert issues(model).state[row] == (SOLVED if somewhere else IN_UNIT)


def test_skills_are_counted_level_by_level() -> None:
    model = village(world=identical(100, **FOUR_BUILDINGS, skill_share=0.3))
    table, w = rule(model, "self_resolution").skills_above, model.world
    for s, row in enumerate(table):
        here = w.above.seat[w.above.seats.level[s], w.residents.household] == s
        assert row.tolist() == [int((here & (w.residents.skill == k)).sum()) for k in range(3)]


def test_what_a_head_above_cannot_solve_goes_to_staff_by_one_hand_off() -> None:
    """Given a building head without an hour, expect the issue there for its days, then with the community: two levels crossed."""
    model = ladder()
    model.world.above.seats.hours_left[:] = 0
    row = report(model, *BUILDING_0)
    for _ in range(7):
        model.step()
        assert issues(model).state[row] == IN_UNIT
    model.step()
    case = issues(model)[row]
    assert (case.state, case.target, case.handoffs, case.due) == (MOVING, COMMUNITY, 2, 10 * HOUR + 7 * DAY)
    assert model.record.sums[c.HANDOFFS] + model.world.week_counts[c.HANDOFFS] == 2


def test_handing_up_from_a_head_is_faster_too() -> None:
    model = ladder(
        led_handoff=0.5, **{"routing.unit_days": 0.0, "routing.handoff_days": 2.0, "self_resolution.hours_factor": 10.0}
    )
    model.world.above.seats.hours_left[:] = 0
    rows = [report(model, *BUILDING_0) for _ in range(800)]
    days(model, 40, "routing")
    delay = (issues(model).due[rows] - 10 * HOUR) / DAY
    assert delay.mean() == pytest.approx(2.0 + 1.0, rel=0.12), "to the building head in full, from there at half"


def test_a_vacancy_above_keeps_issues_waiting() -> None:
    """Given a building head who quits on the way, expect the issue to stay and then to go to staff."""
    model = ladder()
    model.world.above.seats.hours_left[:] = 0
    row = report(model, *BUILDING_0)
    model.step()
    model.world.above.seats.head[:] = -1
    model.world.residents.leads[:] = -1
    model.world.above.seats.hours_left[:] = 1000 * HOUR
    for _ in range(7):
        model.step()
    assert (issues(model).state[row], issues(model).target[row]) == (MOVING, COMMUNITY)


# outcomes, switch and null


def test_outcomes_tell_heads_span_hours_and_what_they_solve() -> None:
    settings = READY | {"arrivals.rate": 30.0, "upper_heads.building_hours": 2.0, "upper_heads.grid_hours": 3.0}
    on = alone("arrivals", "reporting", "routing", "self_resolution", "heads", "upper_heads")
    place = identical(100, **FOUR_BUILDINGS)
    result = CoCreateModel(
        scenario(place, weeks=12, burn_in=2, settings=settings, switches=on, partition="5", upper_heads=True)
    ).run()
    s = result.summary
    assert (s["building_heads"], s["grid_heads"], s["seats_filled_share"]) == (4, 2, 1)
    assert s["span_of_control"] == pytest.approx((4 * 5 + 2 * 10) / 6)
    assert s["upper_head_hours"] == pytest.approx(4 * 2 + 2 * 3)
    assert s["covered_share"] == 1.0
    assert 0.0 < s["solved_above_unit_share"] < 1.0
    assert all(np.isnan(s[name]) for name in HEADS[2:])


@pytest.mark.compiled
def test_switched_off_nothing_else_changes() -> None:
    """The lever without the mechanism, and the mechanism without the lever, are one and the same."""
    settings = {"arrivals.rate": 20.0, "heads.willing_share": 0.2, "heads.step_forward_weeks": 1.0}
    results = [
        CoCreateModel(scenario("tiny", weeks=6, settings=settings, switches=switches, partition="12", upper_heads=lever)).run()
        for switches, lever in (({"upper_heads": False}, True), ({}, False))
    ]
    for name in results[0].summary:
        if name not in (*HEADS, "seats_filled_share", "covered_share", "upper_head_hours", "solved_above_unit_share"):
            assert np.array_equal(results[0].weekly.get(name, [0]), results[1].weekly.get(name, [0]), equal_nan=True), name
    assert results[0].summary["upper_head_hours"] == 0
    assert results[0].summary["seats_filled_share"] == 0
