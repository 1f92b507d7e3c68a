"""Stations: how one is planned, opened, kept and closed, and what it does for couriers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats
from tests.limits.common import alone
from tests.mechanisms.given import counts, listen, noted, rule
from tests.scenarios import scenario, world_settings

from cocreate_sim.engine.settings import build
from cocreate_sim.errors import ConfigError
from cocreate_sim.mechanisms.stations import StationsSettings, keeping
from cocreate_sim.model import CoCreateModel
from cocreate_sim.outcomes.allies import check, weekly
from cocreate_sim.world import counters as c
from cocreate_sim.world.events import MANAGER_GOES, MANAGER_RETURNS
from cocreate_sim.world.stations import MEETING, NOTHING, OPEN, PREPARING, SEARCHING

SURE = {
    "stations.firm_comes": 1.0, "stations.donor_rate": 500.0, "stations.opening_weeks": 4, "stations.quit_rate": 0.0,
    "stations.alone": 0.0, "stations.by_example": 0.0, "stations.leave_rate": 0.0,
}  # fmt: skip
"""Firms always come, a donor is found at once, nobody quits, and only the first community plans."""
WEEKS_PER_YEAR = 365 / 7


def district(
    communities: int = 20, *, lever: bool = True, on: bool = True, couriers_per_10k: float = 1000.0, **settings: Any
) -> CoCreateModel:
    """As many communities of one compound each, ten residents in each; couriers, one for ten residents, ride through one of them."""
    place = {
        "households": 10 * communities, "compounds": communities, "grids": communities, "communities": communities,
        "compound_cv": 0.0, "building_min": 10, "building_mean": 1.0, "building_cv": 0.0, "persons_per_household": 1.0,
        "collective_share": 0.0, "children_share": 0.0, "background": False, "courier_round": 1,
        "couriers_per_10k": couriers_per_10k,
    }  # fmt: skip
    given = SURE | {f"stations.{k}": v for k, v in settings.items()}
    switches = alone("stations") if on else alone()
    return CoCreateModel(scenario(world_settings("tiny", **place), weeks=520, settings=given, switches=switches, stations=lever))


def pass_weeks(model: CoCreateModel, count: int) -> np.recarray:
    """Let Sundays pass on which only stations act; the stations afterwards."""
    for _ in range(count):
        model.world.day += 7
        rule(model, "stations").step(model.world)
    return model.world.stations


def all_open(model: CoCreateModel) -> CoCreateModel:
    model.world.stations.stage[:], model.world.stations.plans[:], model.world.stations.managers[:] = OPEN, 1, 31
    return model


def test_the_first_community_plans_at_once_and_opens_after_three_meetings_a_donor_and_four_weeks() -> None:
    model = district()
    stages = [pass_weeks(model, 1).stage.max() for _ in range(9)]
    # given firms that always come and a donor who is there, expect: planned, three meetings, a shop, four weeks
    assert stages == [MEETING, MEETING, MEETING, SEARCHING, PREPARING, PREPARING, PREPARING, PREPARING, OPEN]
    stations = model.world.stations
    assert (stations.stage == OPEN).sum() == (stations.stage != NOTHING).sum() == 1
    assert stations.rent[stations.stage == OPEN] == 300_000.0
    assert counts(model, c.STATIONS_OPENED) == 1


def test_no_other_community_plans_one_without_an_example_or_a_mind_of_its_own() -> None:
    assert (pass_weeks(district(), 60).plans > 0).sum() == 1


@pytest.mark.parametrize(
    ("settings", "opened", "rate"),
    [({"alone": 2.0}, 0, 2.0), ({"by_example": 8.0}, 100, 4.0), ({"alone": 1.0, "by_example": 2.0}, 100, 2.0)],
    ids=["alone", "by example", "both"],
)
def test_communities_follow_the_example_of_others(settings: dict[str, float], opened: int, rate: float) -> None:
    """Half of 200 communities have one (or none has): the others plan at alone + by_example x share."""
    model = district(200, **settings)
    model.world.stations.stage[:opened], model.world.stations.managers[:opened] = OPEN, 31
    model.world.stations.plans[0] = 1
    expected = 1 - np.exp(-rate / WEEKS_PER_YEAR)
    planned = (pass_weeks(model, 1).stage[opened:] == MEETING).sum()
    n = 200 - opened
    assert abs(planned - n * expected) < 4 * np.sqrt(n * expected)
    assert planned > 0


@pytest.mark.parametrize(("comes", "needed"), [(0.5, 5), (0.8, 9), (0.3, 0)])
def test_a_meeting_counts_when_enough_of_ten_firms_come(comes: float, needed: int) -> None:
    model = district(200, firm_comes=comes, firms_needed=needed)
    model.world.stations.stage[:], model.world.stations.plans[:] = MEETING, 1
    met = (pass_weeks(model, 1).meetings == 1).mean()
    expected = stats.binom.sf(needed - 1, 10, comes)
    assert met == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 200))


@pytest.mark.parametrize("settings", [{"firm_comes": 0.0}, {"donor_rate": 0.0}], ids=["no firms", "no donor"])
def test_a_plan_without_firms_or_donor_is_given_up(settings: dict[str, Any]) -> None:
    model = district(give_up_weeks=5, **settings)
    weeks_planning = [bool((pass_weeks(model, 1).stage != NOTHING).any()) for _ in range(14)]
    assert weeks_planning.index(False) == (5 if "firm_comes" in settings else 8)
    assert not any(weeks_planning[8:]), "and the first community plans at once only once"
    assert not model.world.stations.rent.any()


@pytest.mark.parametrize("rate", [2.0, 20.0])
def test_donors_come_at_their_rate(rate: float) -> None:
    model = district(200, donor_rate=rate)
    model.world.stations.stage[:], model.world.stations.plans[:] = SEARCHING, 1
    share, expected = (pass_weeks(model, 10).stage != SEARCHING).mean(), 1 - np.exp(-10 * rate / WEEKS_PER_YEAR)
    assert share == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 200))


def test_a_station_closes_when_too_few_co_managers_keep_to_it() -> None:
    """Without return, open after t years with P(Bin(5, exp(-quit_rate t)) >= 3)."""
    model = all_open(district(200, quit_rate=1.0, return_rate=0.0))
    model.world.stations.plans[:] = 1
    is_open = (pass_weeks(model, 26).stage == OPEN).mean()
    expected = stats.binom.sf(2, 5, np.exp(-26 / WEEKS_PER_YEAR))
    assert is_open == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 200))
    assert counts(model, c.STATIONS_CLOSED) == round(200 * (1 - is_open))


def test_who_goes_and_who_is_won_back_is_noted() -> None:
    model = all_open(district(200, quit_rate=2.0, return_rate=6.0, managers_needed=0))
    listen(model)
    managers = pass_weeks(model, 30).managers
    events = [noted(model, kind) for kind in (MANAGER_GOES, MANAGER_RETURNS)]
    gone, back = (np.bincount(rows.a * 5 + rows.b, minlength=1000).reshape(200, 5) for rows in events)
    assert all(np.all(rows.other == -1) and not rows.value.any() for rows in events)
    assert back.sum() > 100
    assert np.array_equal(1 - gone + back, managers[:, None] >> np.arange(5) & 1)


def test_co_managers_who_are_won_back_keep_it_open() -> None:
    """Of each co-manager, return / (quit + return) of the time is spent keeping to it."""
    model = all_open(district(200, quit_rate=2.0, return_rate=6.0, managers_needed=0))
    stations = pass_weeks(model, 60)
    assert np.all(stations.stage == OPEN)
    assert np.mean([keeping(m) / 5 for m in stations.managers]) == pytest.approx(6 / 8, abs=0.06)


@pytest.mark.parametrize("chance", [0.0, 0.3, 1.0])
def test_couriers_who_ride_by_become_members(chance: float) -> None:
    model = all_open(district(join_chance=chance))
    model.world.stations.stage[10:] = NOTHING
    pass_weeks(model, 1)
    couriers = model.world.couriers
    near = couriers.start < 10
    joined = couriers.station >= 0
    assert not joined[~near].any()
    assert joined[near].mean() == pytest.approx(chance, abs=0.35 * (0 < chance < 1))
    community = model.world.places.compound_community
    assert np.array_equal(couriers.station[joined], community[couriers.start[joined]])


@pytest.mark.parametrize(("rate", "closed", "left"), [(0.0, False, 0.0), (50.0, False, 1 - np.exp(-50 * 7 / 365)), (0.0, True, 1.0)])
def test_members_leave_of_their_own_accord_or_with_the_station(rate: float, closed: bool, left: float) -> None:
    model = all_open(district(join_chance=0.0, leave_rate=rate))
    model.world.couriers.station[:] = 3
    if closed:
        model.world.stations.stage[3] = NOTHING
    pass_weeks(model, 1)
    assert (model.world.couriers.station < 0).mean() == pytest.approx(left, abs=0.35 * (0 < left < 1))


def test_members_come_to_belong_and_lose_it_without_a_station() -> None:
    model = all_open(district(join_chance=0.0, belonging_gain=0.1, belonging_fade=1.0))
    couriers = model.world.couriers
    couriers.station[::2] = 0
    couriers.belonging[1::2] = 0.8
    pass_weeks(model, 10)
    assert couriers.belonging[::2] == pytest.approx(1 - 0.9**10)
    assert couriers.belonging[1::2] == pytest.approx(0.8 * np.exp(-10 / WEEKS_PER_YEAR))


def test_outcomes_are_those_of_the_open_stations() -> None:
    model = all_open(district(running_cost=1000.0, join_chance=1.0, footfall=1.2))
    model.world.stations.stage[5:], model.world.stations.rent[:] = NOTHING, 52_142.857142857145
    pass_weeks(model, 1)
    found = weekly(model.world, model.world.week_counts)
    assert found["stations_open"] == 5
    assert found["rent_donated"] == pytest.approx(5 * 1000)
    assert found["station_cost"] == 5 * 1000
    assert found["host_footfall"] == 1.2
    assert found["station_members"] == (model.world.couriers.station >= 0).mean()
    assert found["courier_belonging"] == model.world.couriers.belonging.mean()
    model.world.stations.stage[:] = NOTHING
    assert weekly(model.world, model.world.week_counts)["host_footfall"] == 1.0


def test_a_station_without_couriers_has_no_members_to_tell_of() -> None:
    model = all_open(district(couriers_per_10k=0.0))
    pass_weeks(model, 1)
    found = weekly(model.world, model.world.week_counts)
    assert found["stations_open"] == 20
    assert np.isnan(found["station_members"])


def test_books_of_stations_balance() -> None:
    model = district()
    pass_weeks(model, 20)
    assert all(a == b for _, a, b in check(model.world, model.world.week_counts))
    model.world.couriers.station[0] = int(np.flatnonzero(model.world.stations.stage != OPEN)[0])
    assert [name for name, a, b in check(model.world, model.world.week_counts) if a != b] == ["members of stations that are not open"]


@pytest.mark.parametrize("given", [{"lever": False}, {"on": False}], ids=["lever", "switch"])
def test_without_the_lever_or_the_mechanism_nothing_is_planned(given: dict[str, bool]) -> None:
    model = district(alone=50.0, **given)
    assert not pass_weeks(model, 20).plans.any()
    assert not model.world.couriers.belonging.any()
    found = weekly(model.world, model.world.week_counts)
    assert all(np.isnan(found[name]) for name in ("stations_open", "station_members", "rent_donated", "host_footfall"))


@pytest.mark.parametrize(
    ("name", "value"), [("firm_comes", 1.1), ("firms_needed", 11), ("managers_needed", 6), ("opening_weeks", -1), ("rent", "much")]
)
def test_what_cannot_be_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=f"stations.{name}"):
        build(StationsSettings, {name: value}, "uncertainties.stations")
