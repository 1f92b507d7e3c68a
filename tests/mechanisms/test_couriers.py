"""Couriers: given latent issues and couriers who ride by, which issues do they report, when, and instead of whom."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone, issues
from tests.mechanisms.given import rule
from tests.scenarios import scenario, world_settings

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c
from cocreate_sim.world.clock import DAY
from cocreate_sim.world.events import REPORTED
from cocreate_sim.world.issues import BY_COURIER, BY_RESIDENT, LATENT, MOVING, URGENT

SCOPES = ("household", "stair", "building", "compound", "beyond")
COMPOUNDS = 4


def streets(
    scope: str = "", weeks: int = 5, *, reports: bool = True, on: tuple[str, ...] = ("arrivals", "couriers", "reporting"),
    world: dict[str, Any] | None = None, run: bool = True, strength: float | None = 0.03, **settings: Any,
) -> CoCreateModel:  # fmt: skip
    """Four compounds of 25 one-person households and two couriers (200 for 10,000 residents) who ride through all four.

    A courier who saw one open issue all day would report it with hazard ``strength``, or, with None, as the settings say.
    """
    place = {
        "households": 100, "compounds": COMPOUNDS, "grids": COMPOUNDS, "communities": 1, "compound_cv": 0.0, "building_min": 25,
        "building_mean": 1.0, "building_cv": 0.0, "stair_size": 25, "persons_per_household": 1.0, "collective_share": 0.0,
        "children_share": 0.0, "background": False, "couriers_per_10k": 200.0, "courier_round": COMPOUNDS,
    }  # fmt: skip
    given = {
        "arrivals.rate": 100.0, "arrivals.burst_variance": 0.0, "reporting.unequal": False, "reporting.lapse_days": 100_000.0,
        "reporting.rate": 0.004, "reporting.presence_building": 0.0, "reporting.presence_compound": 0.0, "reporting.own_home": 1.0,
    } | settings  # fmt: skip
    if scope:
        given |= {f"arrivals.scope_{s}": float(s == scope) for s in SCOPES}
    where = world_settings("tiny", **(place | (world or {})))
    model = CoCreateModel(scenario(where, weeks=weeks, settings=given, switches=alone(*on), courier_reports=reports))
    rule(model, "couriers").strength = strength
    if run:
        model.run()
    return model


def share_reported(model: CoCreateModel) -> float:
    return float((issues(model).state == MOVING).mean())


@pytest.mark.parametrize("scope", SCOPES)
def test_couriers_see_stairs_and_what_lies_in_the_open_but_no_homes(scope: str) -> None:
    rows = issues(streets(scope, strength=0.4))
    by = set(rows.by[rows.state == MOVING])
    assert by == ({BY_RESIDENT} if scope == "household" else {BY_COURIER})


@pytest.mark.parametrize("scope", ["stair", "beyond"])
def test_the_hazard_is_that_of_the_formula(scope: str) -> None:
    """Two couriers, each 0.2 a day for one compound of a round of four: 0.1 a day, so 10 days from birth to report."""
    model = streets(scope, weeks=14, strength=0.2)
    assert model.world.rides.hazard == pytest.approx(0.1)
    rows = issues(model)
    old = rows[rows.born < model.world.day * DAY // 2]
    assert np.all(old.state == MOVING)
    assert (old.reported - old.born).mean() / DAY == pytest.approx(10.0, rel=0.12)


@pytest.mark.parametrize(("couriers", "length"), [(200.0, 4), (200.0, 2), (200.0, 1), (400.0, 2)])
def test_a_longer_round_spreads_the_same_attention(couriers: float, length: int) -> None:
    world = streets(run=False, world={"couriers_per_10k": couriers, "courier_round": length}).world
    model = streets("compound", weeks=1, world={"couriers_per_10k": couriers, "courier_round": length})
    assert model.world.rides.hazard.sum() == pytest.approx(len(world.couriers) * 0.03)


@pytest.mark.parametrize(("ratio", "belonging", "times"), [(1.0, 1.0, 1.0), (2.0, 0.0, 1.0), (2.0, 0.5, 1.5), (2.0, 1.0, 2.0)])
def test_couriers_who_belong_report_more_readily(ratio: float, belonging: float, times: float) -> None:
    model = streets(run=False, **{"couriers.station_ratio": ratio})
    model.world.couriers.belonging[:] = belonging
    rule(model, "couriers").step(model.world)
    assert model.world.rides.hazard == pytest.approx(2 * 0.03 / COMPOUNDS * times)


@pytest.mark.parametrize(("length", "reports"), [(4, 2.0), (1, 2.0), (4, 0.0)])
def test_a_courier_reports_so_many_a_year_where_residents_alone_would_leave_issues_open(length: int, reports: float) -> None:
    """Issues go away after ten days and residents report none: 100 x 100 / 365 x 10 = 274 are open, 68.5 in each compound."""
    here = {"courier_round": length, "couriers_per_10k": 1000.0}
    given = {"reporting.lapse_days": 10.0, "reporting.own_home": 1.0, "couriers.reports_per_year": reports}
    model = streets("stair", weeks=1, strength=None, world=here, **given)
    assert len(model.world.couriers) == 10
    each = reports / 365 / (100 / COMPOUNDS * 100 / 365 * 10)
    assert rule(model, "couriers").strength == pytest.approx(each)
    assert model.world.rides.hazard.sum() == pytest.approx(10 * each)


def test_residents_who_report_leave_less_to_see() -> None:
    """Residents find a stair's issue with 25 x 0.004 x 0.5 a day, as fast as it goes away: half as many are open."""
    half = {"reporting.lapse_days": 20.0, "reporting.presence_building": 0.5}
    none = {"reporting.lapse_days": 20.0}
    busy, idle = (rule(streets("stair", weeks=1, strength=None, **given), "couriers").strength for given in (half, none))
    assert busy == pytest.approx(2 * idle)


def test_without_issues_outside_homes_couriers_have_nothing_to_see() -> None:
    assert rule(streets("household", weeks=1, strength=None), "couriers").strength == 0.0


def test_who_comes_first_reports() -> None:
    """A hazard of residents as strong as that of couriers: half of the reports each."""
    resident = {"reporting.presence_compound": 0.6, "reporting.trust_effect": 0.0}
    model = streets("compound", weeks=10, strength=0.12, **resident)
    hazard = 0.004 * 0.6 * 25
    assert model.world.rides.hazard == pytest.approx(hazard)
    rows = issues(model)[issues(model).state == MOVING]
    assert (rows.by == BY_COURIER).mean() == pytest.approx(0.5, abs=0.06)
    assert np.all((rows.reporter >= 0) == (rows.by == BY_RESIDENT)), "a courier is no resident"


def test_courier_reports_are_counted_by_kind() -> None:
    model = streets(weeks=8, strength=0.2)
    rows = issues(model)[issues(model).by == BY_COURIER]
    sums = model.record.sums
    assert sums[c.REPORTED_BY_COURIER] == len(rows) > 100
    assert sums[c.COURIERS_URGENT] == (rows.priority == URGENT).sum() > 0
    assert sums[c.COURIERS_OPEN_AIR] == (rows.scope >= 3).sum() > 0
    outcomes = model.record.result(model.world).summary
    assert outcomes["courier_reports"] == pytest.approx(len(rows) / 8)
    assert outcomes["courier_reports_each"] == pytest.approx(len(rows) / 2 / (8 * 7 / 365))
    assert outcomes["reported_by_couriers_share"] == pytest.approx(len(rows) / sums[c.REPORTED])
    assert outcomes["courier_reports_urgent_share"] == pytest.approx((rows.priority == URGENT).mean())
    assert outcomes["courier_reports_open_share"] == pytest.approx((rows.scope >= 3).mean())


def test_the_log_names_the_courier() -> None:
    model = streets(run=False, strength=0.8)
    model.listen()
    named = []
    for _ in range(14):
        model.step()
        events = model.events()
        named += events.other[(events.kind == REPORTED) & (events.value == BY_COURIER)].tolist()
    assert set(named) == {0, 1}


@pytest.mark.parametrize("given", [{"reports": False}, {"on": ("arrivals", "reporting")}], ids=["lever", "switch"])
def test_without_the_lever_or_the_mechanism_couriers_ride_by(given: dict[str, Any]) -> None:
    model = streets("compound", **given)
    assert not model.world.rides.hazard.any()
    assert np.all(issues(model).state == LATENT)
    outcomes = model.record.result(model.world).summary
    assert all(np.isnan(outcomes[name]) for name in outcomes if name.startswith("courier_reports"))
    assert np.isnan(outcomes["reported_by_couriers_share"])


def test_without_couriers_nobody_rides_by() -> None:
    model = streets("compound", world={"couriers_per_10k": 0.0})
    assert share_reported(model) == 0.0
    assert np.isnan(model.record.result(model.world).summary["courier_reports_each"])


def test_where_every_issue_is_reported_at_birth_couriers_have_nothing_to_say() -> None:
    model = streets(on=("arrivals", "couriers"))
    assert set(issues(model).by) == {BY_RESIDENT}
