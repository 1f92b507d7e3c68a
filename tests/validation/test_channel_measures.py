"""What the ten channels move first is counted right: each measure against the same count made person by person."""

from __future__ import annotations

import numpy as np
import pytest
from tests.scenarios import CoCreateModel, RunResult, only, scenario

from cocreate_sim.validation.channels import comparable, differences, hours_in_reach, known_share, levels_to_climb, visits
from cocreate_sim.world.issues import BEYOND, LAPSED, LATENT
from cocreate_sim.world.levers import CHANNELS
from cocreate_sim.world.world import N_ISSUES


@pytest.fixture(scope="module", params=["5", "100", "nested"])
def ran(request: pytest.FixtureRequest) -> tuple[CoCreateModel, RunResult]:
    given = {"arrivals.rate": 4.0, "participation.base": -2.0, "heads.step_forward_weeks": 1.0}
    model = CoCreateModel(scenario("quarter", weeks=12, settings=given, channels=only(*CHANNELS), partition=request.param))
    return model, model.run()


def test_known_share_is_counted_person_by_person(ran: tuple[CoCreateModel, RunResult]) -> None:
    world = ran[0].world
    shares = []
    for i in range(len(world.residents.id)):
        unit = world.units.of_resident[i]
        if not world.residents.adult[i] or unit < 0:
            continue
        seen = sum(
            world.ties.strength[i, k]
            for k in range(world.ties.number[i])
            if world.units.of_resident[world.ties.other[i, k]] == unit
        )
        others = world.units.adults[unit] - 1
        shares.append(min(seen / others, 1.0) if others > 0 else 0.0)
    assert known_share(*ran) == pytest.approx(np.mean(shares), rel=1e-12)
    assert 0 < known_share(*ran) < 1


def test_levels_are_counted_issue_by_issue(ran: tuple[CoCreateModel, RunResult]) -> None:
    world = ran[0].world
    crossed = []
    for row in range(int(world.roster.length[N_ISSUES])):
        issue = world.issues[row]
        if issue.household < 0 or issue.state in (LATENT, LAPSED):
            continue
        count = 0
        for level in world.ladder:
            here, there = level.of_household[issue.first], level.of_household[issue.end - 1]
            if here >= 0 and here == there and issue.scope < BEYOND:
                break
            count += 1
        crossed.append(count)
    assert len(crossed) > 20
    assert levels_to_climb(*ran) == pytest.approx(np.mean(crossed), rel=1e-12)


def test_hours_and_visits_are_counted_household_by_household(ran: tuple[CoCreateModel, RunResult]) -> None:
    world = ran[0].world
    hours = [world.unit_hours[unit] / 3.6e9 for unit in world.units.of_household if unit >= 0]
    assert hours_in_reach(*ran) == pytest.approx(np.mean(hours), rel=1e-12)
    assert visits(*ran) == pytest.approx(sum(world.neighbourhood.visits) / len(world.households.id), rel=1e-12)
    assert visits(*ran) > 0
    assert hours_in_reach(*ran) > 0


def test_a_difference_in_the_last_digit_is_named_and_what_describes_units_is_not() -> None:
    def result(**changed: float) -> RunResult:
        summary = {"participation_week": 0.1, "wait_mean_days": np.nan, "units": 3.0} | changed
        return RunResult(summary, {"backlog": np.array([1.0, np.nan])}, {"all": np.arange(3.0)}, {"finished": 2})

    assert differences(result(), result(units=4.0)) == []
    assert differences(result(), result(participation_week=np.nextafter(0.1, 1))) == ["participation_week"]
    assert differences(result(), result(wait_mean_days=1.0)) == ["wait_mean_days"]
    longer, more = result(), result()
    longer.weekly["backlog"] = np.ones(3)
    more.projects["failed_plan_no_quorum"] = 1
    assert differences(result(), longer) == ["weekly backlog"]
    assert differences(result(), more) == ["projects failed_plan_no_quorum"]
    assert "units" not in comparable(result())
