"""Leaders sent down: which project they take up, what they find for it, and when they move on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone
from tests.mechanisms.given import counts, listen, noted, rule
from tests.scenarios import scenario, world_settings

from cocreate_sim.engine.settings import build
from cocreate_sim.errors import ConfigError
from cocreate_sim.mechanisms.leaders import LeadersSettings
from cocreate_sim.model import CoCreateModel
from cocreate_sim.outcomes.allies import summary, weekly
from cocreate_sim.world import counters as c
from cocreate_sim.world.events import FINDS_MONEY, MOVES_ON
from cocreate_sim.world.leaders import LEADER, UNIT
from cocreate_sim.world.levers import Levers
from cocreate_sim.world.sites import BUILD, IDLE

HEALTH = 0
"""The first of the skills, which counts like any other."""
NEVER = {"leaders.money_chance": 0.0, "leaders.skill_chance": 0.0, "leaders.space_chance": 0.0, "leaders.projects_at_a_time": 1}


def town(
    sites: int = 12, *, leaders: int = 0, units: bool = False, district: int = 1, community: int = 1, on: tuple[str, ...] = ("leaders",),
    communities: int = 3, **settings: Any,
) -> CoCreateModel:  # fmt: skip
    """Communities with projects that are being built since week 0; they lack money, a skill, and 100 of 100 hours."""
    place = {
        "households": 5 * sites, "compounds": communities, "grids": communities, "communities": communities, "compound_cv": 0.0,
        "building_min": 1, "building_mean": 5.0, "building_cv": 0.0, "persons_per_household": 1.0, "collective_share": 0.0,
        "children_share": 0.0, "households_per_site": 5, "background": False, "subdistrict_households": district,
        "community_households": community,
    }  # fmt: skip
    given = NEVER | {f"leaders.{k}": v for k, v in settings.items()} | {"renovation.own_money": 0.1}
    model = CoCreateModel(
        scenario(
            world_settings("tiny", **place), weeks=520, settings=given, switches=alone(*on), leaders_sent_down=leaders,
            sent_down_units=units,
        )  # fmt: skip
    )
    s = model.world.sites
    s.stage[:], s.number[:], s.hours_needed[:], s.money_needed[:], s.skill[:] = BUILD, 1, 100.0, 10_000.0, HEALTH
    return model


def pass_weeks(model: CoCreateModel, count: int = 1) -> np.recarray:
    """Let Sundays pass on which only leaders and units act; the sites afterwards."""
    for _ in range(count):
        model.world.day += 7
        rule(model, "leaders").step(model.world)
    return model.world.sites


def attended(model: CoCreateModel) -> list[int]:
    return [int(site) for site in model.world.envoys.site]


def test_the_project_that_is_stuck_longest_is_taken_up_first() -> None:
    model = town(leaders=3)
    model.world.sites.since[:] = [5, 3, 9, 1, 7, 8, 2, 6, 9, 9, 9, 9]
    pass_weeks(model)
    assert attended(model) == [3, 6, 1]


def test_of_two_that_are_stuck_as_long_the_one_that_lacks_more_is_harder() -> None:
    model = town(leaders=4)
    s = model.world.sites
    s.funded[:], s.skill[:], s.hours_got[:] = True, -1, 50.0
    s.funded[4] = False  # lacks money
    s.funded[7], s.skill[7] = False, HEALTH  # lacks money and a skill
    s.skill[2], s.skill_found[2] = HEALTH, True  # has found its skill
    s.hours_got[9] = 10.0  # lacks hours
    pass_weeks(model)
    assert attended(model) == [7, 4, 9, 0]


def test_only_what_is_being_built_is_taken_up_and_only_once() -> None:
    model = town(leaders=20)
    model.world.sites.stage[3:] = IDLE
    pass_weeks(model)
    assert sorted(attended(model), reverse=True)[:3] == [2, 1, 0]
    assert sum(site >= 0 for site in attended(model)) == 3
    assert counts(model, c.PROJECTS_HELPED) == model.world.sites.helped.sum() == 3
    pass_weeks(model, 30)
    assert set(attended(model)) == {-1}
    assert counts(model, c.PROJECTS_HELPED) == 3


def test_a_leader_attends_to_so_many_projects_at_a_time_and_moves_on() -> None:
    model = town(leaders=1, projects_at_a_time=2, attention_weeks=3)
    listen(model)
    seen = []
    for _ in range(7):
        pass_weeks(model)
        seen.append(attended(model))
    assert seen == [[0, 1]] * 3 + [[2, 3]] * 3 + [[4, 5]]
    assert noted(model, MOVES_ON).a.tolist() == [0, 1, 2, 3]


def test_a_project_that_ends_frees_its_leader() -> None:
    model = town(leaders=1, attention_weeks=50)
    pass_weeks(model)
    model.world.sites.stage[0] = IDLE
    pass_weeks(model)
    assert attended(model) == [1]


def test_a_unit_attends_to_the_hardest_project_of_its_community() -> None:
    model = town(units=True)
    sites = pass_weeks(model)
    assert sites.office[attended(model)].tolist() == [0, 1, 2]
    assert set(model.world.envoys.kind) == {UNIT}


@pytest.mark.parametrize("share", [0.25, 1.0])
def test_leaders_of_the_district_find_money(share: float) -> None:
    """Residents pay a tenth of 10,000 yuan; each week brings a share of what is still missing."""
    model = town(leaders=1, money_chance=1.0, money_share=share)
    first = pass_weeks(model, 2).brokered[0]
    assert first == pytest.approx(9_000 * (1 - (1 - share) ** 2))
    assert counts(model, c.YUAN_BROKERED) == pytest.approx(first)
    assert weekly(model.world, model.world.week_counts)["money_brokered"] == pytest.approx(first)


def test_what_is_found_altogether_is_not_looked_for_again() -> None:
    model = town(leaders=1, money_chance=1.0, money_share=1.0, attention_weeks=9)
    listen(model)
    pass_weeks(model, 3)
    assert noted(model, FINDS_MONEY).value.tolist() == [9_000.0]


def test_units_find_no_money() -> None:
    assert not pass_weeks(town(units=True, money_chance=1.0), 5).brokered.any()


def test_nobody_pays_for_what_is_paid() -> None:
    model = town(leaders=1, money_chance=1.0)
    model.world.sites.funded[:] = True
    assert not pass_weeks(model, 5).brokered.any()


@pytest.mark.parametrize("sent", [{"leaders": 12}, {"units": True, "communities": 12, "sites": 12}], ids=["leaders", "units"])
def test_leaders_and_units_find_the_skill(sent: dict[str, Any]) -> None:
    model = town(skill_chance=1.0, **sent)
    model.world.sites.skill[0] = -1
    found = pass_weeks(model).skill_found
    assert found[1:].all()
    assert not found[0], "what needs no skill finds none"


@pytest.mark.parametrize("sent", [{"leaders": 1}, {"units": True}], ids=["leaders", "units"])
def test_a_partner_lends_a_space_once_and_saves_a_share_of_the_missing_hours(sent: dict[str, Any]) -> None:
    model = town(space_chance=1.0, space_share=0.5, **sent)
    model.world.sites.hours_got[:] = 20.0
    sites = pass_weeks(model, 3)
    assert sites.hours_got[0] == 20.0 + 0.5 * 80.0
    assert sites.space_lent[0]


def test_what_is_built_needs_no_space() -> None:
    model = town(leaders=1, space_chance=1.0)
    model.world.sites.hours_got[:] = 100.0
    assert not pass_weeks(model).space_lent.any()


@pytest.mark.parametrize("settings", [{"money_chance": 0.2}, {"skill_chance": 0.2}, {"space_chance": 0.2}])
def test_chances_are_those_of_a_week(settings: dict[str, float]) -> None:
    model = town(300, leaders=150, projects_at_a_time=2, communities=1, **settings)
    s = pass_weeks(model)
    happened = (s.brokered > 0) | s.skill_found | s.space_lent
    assert happened.mean() == pytest.approx(0.2, abs=0.1)


@pytest.mark.parametrize(("district", "share"), [(1, 1.0), (21, 60 / 294), (10**6, 60 / 14e6)])
def test_a_small_world_has_its_share_of_the_attention_of_district_leaders(district: int, share: float) -> None:
    """Sixty households of 14 subdistricts of ``district`` each; who is not here is busy elsewhere for the same time."""
    model = town(leaders=200, district=district, attention_weeks=10)
    pass_weeks(model)
    envoys = model.world.envoys
    elsewhere = (envoys.site < 0) & (envoys.until == model.world.week + 10)
    assert (~elsewhere).mean() == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 200) + 1e-9)
    before = envoys.until.copy()
    pass_weeks(model, 5)
    assert np.array_equal(envoys.until[elsewhere], before[elsewhere])


def test_a_small_community_has_its_share_of_the_attention_of_its_unit() -> None:
    """Forty communities of 5 of 20 households."""
    model = town(200, units=True, communities=200, community=20)
    pass_weeks(model)
    assert (model.world.envoys.site >= 0).mean() == pytest.approx(0.25, abs=0.12)


def test_renovation_counts_what_leaders_found_and_saves_public_money() -> None:
    model = town(leaders=1, on=("leaders", "renovation"))
    s = model.world.sites
    s.brokered[:], s.condition[:] = 4_000.0, 0.0
    s.stage[1:] = IDLE
    s.condition[1:] = 1.0
    rule(model, "renovation").step(model.world)
    assert s.funded[0]
    assert counts(model, c.YUAN) == pytest.approx(10_000 * 0.9 - 4_000)


def test_failures_with_and_without_help_are_told_apart() -> None:
    model = town(leaders=1)
    n = model.world.week_counts
    n[c.FAILED_BUILDING], n[c.FAILED_HELPED], n[c.FINISHED], n[c.FINISHED_HELPED], n[c.PROJECTS_HELPED] = 5, 2, 7, 3, 6
    told = summary(model.world, n, 2.0)
    assert told["failed_building_share"] == 5 / 12
    assert told["failed_helped_share"] == 2 / 5
    assert told["failed_unhelped_share"] == 3 / 7
    assert told["projects_helped"] == 3


@pytest.mark.parametrize("given", [{"leaders": 0}, {"leaders": 5, "units": True, "on": ()}], ids=["levers", "switch"])
def test_without_the_levers_or_the_mechanism_nobody_is_sent_down(given: dict[str, Any]) -> None:
    model = town(money_chance=1.0, **given)
    assert not pass_weeks(model, 3).helped.any()
    assert len(model.world.envoys) == 0
    assert np.isnan(weekly(model.world, model.world.week_counts)["money_brokered"])
    assert np.isnan(summary(model.world, model.world.week_counts, 1.0)["failed_helped_share"])


def test_others_are_sent_down_when_the_levers_change() -> None:
    model = town(leaders=2)
    pass_weeks(model)
    model.world.levers = Levers(leaders_sent_down=1, sent_down_units=True)
    pass_weeks(model)
    assert model.world.envoys.kind.tolist() == [LEADER, UNIT, UNIT, UNIT]


@pytest.mark.parametrize(("name", "value"), [("projects_at_a_time", 0), ("attention_weeks", 0), ("money_share", 1.5), ("space_chance", -0.1)])
def test_what_cannot_be_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=f"leaders.{name}"):
        build(LeadersSettings, {name: value}, "uncertainties.leaders")
