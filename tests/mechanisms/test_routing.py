"""Routing: given an issue of some reach and a partition, where its report goes and how often it changes hands.

One compound of 100 households: stairs of 5, four buildings of 25, two grids of 50, one community.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone, identical, issues
from tests.mechanisms.given import on_its_way
from tests.scenarios import only, scenario

from cocreate_sim.mechanisms.routing import levels_above
from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c
from cocreate_sim.world.clock import DAY, HOUR
from cocreate_sim.world.issues import BEYOND, BUILDING, COMPOUND, IN_UNIT, MOVING, ONE_HOUSEHOLD, STAIR
from cocreate_sim.world.levers import CHANNELS

COMMUNITY, POSTS = 0, 1
"""Offices of a world with one community and one subdistrict."""


def district(
    partition: str = "10", *, on: bool = True, units: bool = True, heads: bool = True, channels: Any = None, **given: Any
) -> CoCreateModel:
    """Reports travel, units are tried where ``units`` says so, and nothing else happens."""
    names = ["routing"] * on + ["self_resolution"] * units
    settings = {f"routing.{k}": v for k, v in ({"handoff_days": 0.0} | given).items()}
    place = identical(100, grids=2, building_min=24, building_mean=25.0, stair_size=5)
    model = CoCreateModel(
        scenario(place, weeks=10, settings=settings, switches=alone(*names), partition=partition, channels=channels)
    )
    model.world.neighbourhood.has_head[:] = heads
    return model


def report(
    model: CoCreateModel, scope: int, first: int, end: int, *, posts: bool = False, when: int = 10 * HOUR, skill: int = -1
) -> int:
    """Report an issue that touches the households from ``first`` to before ``end``."""
    return on_its_way(model, when, household=first, scope=scope, first=first, end=end, needs_posts=posts, skill=skill, hours=2.0)


LADDERS: list[tuple[str, str, int, int, int, bool, int]] = [
    # partition, what, scope, first, end, needs posts, expected levels crossed (0: stays in its unit)
    ("10", "household", ONE_HOUSEHOLD, 7, 8, False, 0),
    ("10", "stair inside a unit", STAIR, 5, 10, False, 0),
    ("10", "building", BUILDING, 0, 25, False, 1),
    ("10", "compound", COMPOUND, 0, 100, False, 3),
    ("10", "beyond", BEYOND, 0, 100, False, 3),
    ("10", "household, needs the posts", ONE_HOUSEHOLD, 7, 8, True, 4),
    ("5", "stair", STAIR, 95, 100, False, 0),
    ("3", "stair across units", STAIR, 0, 5, False, 1),
    ("50", "building", BUILDING, 25, 50, False, 0),
    ("100", "compound", COMPOUND, 0, 100, False, 0),
    ("100", "beyond the compound", BEYOND, 0, 100, False, 1),
    ("grid", "household", ONE_HOUSEHOLD, 0, 1, False, 0),
    ("grid", "building", BUILDING, 75, 100, False, 0),
    ("grid", "compound", COMPOUND, 0, 100, False, 1),
    ("grid", "needs the posts", BUILDING, 75, 100, True, 2),
    ("nested", "stair = unit of 5", STAIR, 20, 25, False, 0),
    ("nested", "building = 25", BUILDING, 25, 50, False, 1),
    ("nested", "compound = 100", COMPOUND, 0, 100, False, 2),
    ("nested", "beyond: all four levels", BEYOND, 0, 100, False, 4),
    ("nested", "needs the posts", STAIR, 20, 25, True, 5),
    ("10-20", "stair inside a unit (13 and 12 in a building)", STAIR, 5, 10, False, 0),
    ("10-20", "stair across units", STAIR, 10, 15, False, 1),
    ("10-20", "building", BUILDING, 50, 75, False, 1),
    ("10-20", "compound", COMPOUND, 0, 100, False, 3),
]


@pytest.mark.parametrize(
    ("partition", "what", "scope", "first", "end", "posts", "crossed"), LADDERS, ids=[f"{r[0]}: {r[1]}" for r in LADDERS]
)
def test_levels_crossed_on_the_ladder(
    partition: str, what: str, scope: int, first: int, end: int, posts: bool, crossed: int
) -> None:
    """As many as lie below the lowest level that holds the whole issue; inside a unit with a head it stays there."""
    model = district(partition)
    row = report(model, scope, first, end, posts=posts)
    model.step()
    case = issues(model)[row]
    assert case.handoffs == model.world.week_counts[c.HANDOFFS] == crossed
    assert case.state == (IN_UNIT if crossed == 0 else MOVING)
    assert case.target == (-1 if crossed == 0 else POSTS if posts else COMMUNITY)
    assert model.world.week_counts[c.DISPATCHED] == (crossed > 0)


REPORTS = [(ONE_HOUSEHOLD, 7, 8, False), (BUILDING, 0, 25, False), (BEYOND, 0, 100, False), (STAIR, 5, 10, True)]


@pytest.mark.parametrize("partition", ["10", "nested", "grid"])
@pytest.mark.parametrize("given", [{"heads": False}, {"rule": "hotline"}], ids=["no head", "hotline"])
def test_hotline_hands_over_once(partition: str, given: dict[str, Any]) -> None:
    """Without a head, or under a hotline, every report goes to staff with one hand-off, whatever its reach."""
    model = district(partition, **given)
    for kind in REPORTS:
        report(model, *kind[:3], posts=kind[3])
    model.step()
    assert issues(model).handoffs.tolist() == [1, 1, 1, 1]
    assert issues(model).target.tolist() == [COMMUNITY, COMMUNITY, COMMUNITY, POSTS]
    assert set(issues(model).state) == {MOVING}


def test_only_the_units_with_a_head_are_tried() -> None:
    model = district("10", heads=False)
    model.world.neighbourhood.has_head[:10] = True
    inside, outside = report(model, ONE_HOUSEHOLD, 9, 10), report(model, ONE_HOUSEHOLD, 10, 11)
    model.step()
    assert issues(model).state[[inside, outside]].tolist() == [IN_UNIT, MOVING]


def test_switched_off_reports_reach_staff_at_once() -> None:
    """No hand-offs, no delay, and units are not tried."""
    model = district("10", on=False, handoff_days=10.0)
    for kind in REPORTS:
        report(model, *kind[:3], posts=kind[3])
    model.step()
    assert issues(model).handoffs.tolist() == [0, 0, 0, 0]
    assert issues(model).target.tolist() == [COMMUNITY, COMMUNITY, COMMUNITY, POSTS]
    assert issues(model).due.tolist() == [10 * HOUR] * 4
    assert set(issues(model).state) == {MOVING}
    assert model.world.week_counts[c.DISPATCHED] == 4


def test_without_self_resolution_what_lies_inside_a_unit_goes_to_staff_without_hand_off() -> None:
    model = district("10", units=False)
    row = report(model, ONE_HOUSEHOLD, 7, 8)
    model.step()
    assert (issues(model).state[row], issues(model).handoffs[row], issues(model).target[row]) == (MOVING, 0, COMMUNITY)


@pytest.mark.parametrize(("scope", "first", "end", "crossings"), [(BUILDING, 0, 25, 1), (COMPOUND, 0, 100, 3)])
@pytest.mark.parametrize("mean", [0.0, 0.5, 3.0])
def test_each_hand_off_takes_its_time(scope: int, first: int, end: int, crossings: int, mean: float) -> None:
    """The delay is a sum of independent exponential times: mean m n, standard deviation m sqrt(n)."""
    model = district("10", handoff_days=mean)
    for _ in range(1000):
        report(model, scope, first, end)
    model.step()
    delays = (issues(model).due - issues(model).reported) / DAY
    assert abs(delays.mean() - mean * crossings) <= 4 * mean * np.sqrt(crossings / 1000)
    assert delays.std() == pytest.approx(mean * np.sqrt(crossings), rel=0.15)


@pytest.mark.compiled
def test_staff_get_the_case_only_after_its_hand_offs() -> None:
    """Given half-day hand-offs, expect half a day per level crossed before the case is in line, and nothing solved before."""
    settings = {
        "arrivals.rate": 400.0, "routing.handoff_days": 0.5, "heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0,
        "casework.rho_40": 0.1, "casework.reopen_chance": 0.0, "casework.patience_days": None, "casework.escalation_chance": 0.0,
    }  # fmt: skip
    place = identical(100, grids=2, building_min=24, building_mean=25.0, stair_size=5)
    switches = alone("arrivals", "routing", "casework", "heads")
    model = CoCreateModel(scenario(place, weeks=6, settings=settings, switches=switches, partition="10", posts=400))
    model.run()
    rows = issues(model)
    rows = rows[(rows.born > 7 * DAY) & (rows.target >= 0)]
    days = [((r.due - r.reported) / DAY).mean() for r in (rows[rows.handoffs == k] for k in (0, 1, 3, 4))]
    assert days == pytest.approx([0.0, 0.5, 1.5, 2.0], rel=0.15)
    solved = rows[rows.solved > 0]
    assert len(solved) > 100
    assert np.all(solved.solved > solved.due)


@pytest.mark.parametrize("unit_days", [2.0, 7.0, 10.0])
def test_what_a_unit_cannot_solve_is_handed_up_after_its_days(unit_days: float) -> None:
    """Given helpers without an hour, expect the issue with the unit for unit_days, then one hand-off to the community."""
    model = district("10", unit_days=unit_days)
    row = report(model, ONE_HOUSEHOLD, 7, 8)
    for _ in range(int(unit_days)):
        model.step()
        assert issues(model).state[row] == IN_UNIT
    model.step()
    case = issues(model)[row]
    assert (case.state, case.target, case.handoffs, case.work) == (MOVING, COMMUNITY, 1, -1)
    assert case.due == 10 * HOUR + unit_days * DAY


def test_handing_up_costs_a_hand_off() -> None:
    model = district("10", unit_days=1.0, handoff_days=2.0)
    for _ in range(500):
        report(model, ONE_HOUSEHOLD, 7, 8)
    for _ in range(2):
        model.step()
    delays = (issues(model).due - issues(model).reported) / DAY - 1.0
    assert delays.mean() == pytest.approx(2.0, rel=0.2)


def test_scope_channel_off_climbs_from_the_building() -> None:
    """Given units of 10 without the scope channel, expect an issue of the building to count as inside, a compound two levels up."""
    model = district("10", channels=only(*(n for n in CHANNELS if n != "scope")))
    building, compound = report(model, BUILDING, 0, 25), report(model, COMPOUND, 0, 100)
    model.step()
    assert issues(model).state[building] == IN_UNIT
    assert issues(model).handoffs[compound] == 2


def test_collective_households_have_no_unit_and_use_the_hotline() -> None:
    place = identical(100, collective_share=0.2, collective_size=4, grids=2)
    model = CoCreateModel(
        scenario(
            place, weeks=1, settings={"routing.handoff_days": 0.0}, switches=alone("routing", "self_resolution"), partition="10"
        )
    )
    model.world.neighbourhood.has_head[:] = ~model.world.households.collective
    home = int(np.flatnonzero(model.world.households.collective)[0])
    row = report(model, ONE_HOUSEHOLD, home, home + 1)
    model.step()
    assert (issues(model).state[row], issues(model).handoffs[row], issues(model).target[row]) == (MOVING, 1, COMMUNITY)


def test_smaller_units_hand_over_more_often() -> None:
    """On the same stream of issues, with a head in every unit: hand-offs per case fall as units grow."""
    per_case = []
    for partition in ("5", "10", "25", "100"):
        settings = {
            "arrivals.rate": 300.0,
            "heads.willing_share": 1.0,
            "heads.step_forward_weeks": 0.0,
            "arrivals.posts_building": 0.0,
        }
        place = identical(100, grids=2, building_min=24, building_mean=25.0, stair_size=5)
        run = scenario(place, weeks=4, settings=settings, switches=alone("arrivals", "routing", "heads"), partition=partition)
        per_case.append(CoCreateModel(run).run().summary["handoffs_per_case"])
    assert per_case == sorted(per_case, reverse=True)
    assert per_case[0] > per_case[-1] + 0.3


@pytest.mark.parametrize("collective", [0.0, 0.2])
@pytest.mark.parametrize("settled", [0.0, 0.25])
def test_households_outside_the_world_send_as_many_cases_as_those_inside(collective: float, settled: float) -> None:
    # 100 family households are modelled of 400 in the community and 1,000 in the subdistrict; every issue is reported, and the
    # share of each scope that needs the posts is known. Dormitories add their households to the families.
    place = identical(
        100, background=True, community_households=400, subdistrict_households=1_000, collective_share=collective,
        collective_size=4, persons_per_household=2.0,
    )  # fmt: skip
    settings = {"routing.background_in_unit": settled, "arrivals.rate": 2.0}
    world = CoCreateModel(scenario(place, settings=settings, switches=alone("arrivals", "routing"))).world
    arrivals = world.uncertainties["arrivals"]
    to_posts = float((arrivals.scope_shares * arrivals.posts_shares).sum())
    weekly = 2.0 * 7 / 365
    dormitories = 2.0 * collective / (1 - collective) / 4.0  # per family household
    expected = [300 * (1 - to_posts) * (1 - settled), 900 * to_posts]
    assert world.background_cases == pytest.approx(weekly * (1 + dormitories) * np.array(expected))
    inside = len(world.households.id) * weekly
    assert world.offered_cases == pytest.approx([inside * (1 - to_posts), inside * to_posts])


def test_levels_above_are_those_that_are_there_for_the_household() -> None:
    """Partitions differ between places: here the second household has one level, the third has none."""
    level = np.array([[0, 3, -1], [7, -1, -1]], np.int32)
    assert [levels_above(household, level) for household in range(3)] == [2, 1, 0]
