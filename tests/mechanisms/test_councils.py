"""Building councils: who founds one, what is asked for, when it is granted, and why it is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone
from tests.mechanisms.given import counts, rule
from tests.scenarios import scenario, world_settings

from cocreate_sim.engine.settings import build
from cocreate_sim.errors import ConfigError
from cocreate_sim.mechanisms.councils import CouncilsSettings
from cocreate_sim.model import CoCreateModel
from cocreate_sim.outcomes.allies import check, summary, weekly
from cocreate_sim.world import counters as c
from cocreate_sim.world.world import World

ALWAYS: dict[str, Any] = {
    # a council and its community meet and ask every week, are willing without limit, and forget and lose nothing
    "councils.alone": 0.0, "councils.by_example": 0.0, "councils.meeting_weeks": 1, "councils.asking": 1.0, "councils.willingness": 20.0,
    "councils.balance": 0.0, "councils.relationship": 0.0, "councils.cost": 0.0, "councils.memory_months": 600.0, "councils.fade": 0.0,
}  # fmt: skip
WEEKS_PER_YEAR = 365 / 7
REASONS = (c.REFUSED_COST, c.REFUSED_BALANCE, c.REFUSED_RELATIONSHIP)


def centre(
    towers: int = 1, *, founded: bool = True, parking: int = 0, rooms: int = 0, seats: int = 0, lever: bool = True, on: bool = True,
    residents: int = 200, world: dict[str, Any] | None = None, **settings: Any,
) -> CoCreateModel:  # fmt: skip
    """One community of 200 adults beside towers of the given size; councils founded in week 0, or none."""
    place = {
        "households": residents, "compounds": 1, "grids": 1, "communities": 1, "persons_per_household": 1.0, "collective_share": 0.0,
        "children_share": 0.0, "background": False, "towers": towers,
    } | (world or {})  # fmt: skip
    given = ALWAYS | {f"councils.{k}": v for k, v in settings.items()}
    switches = alone("councils") if on else alone()
    model = CoCreateModel(scenario(world_settings("tiny", **place), weeks=520, settings=given, switches=switches, councils=lever))
    t = model.world.towers
    t.parking[:], t.rooms[:], t.seats[:] = parking, rooms, seats
    if founded:
        t.founded[:] = 0
    return model


def pass_weeks(model: CoCreateModel, count: int = 1) -> np.recarray:
    """Let Sundays pass on which only councils act; the towers afterwards."""
    for _ in range(count):
        model.world.day += 7
        rule(model, "councils").step(model.world)
    return model.world.towers


def told(world: World) -> dict[str, float]:
    return weekly(world, world.week_counts) | summary(world, world.week_counts, 1.0)


# towers


def test_towers_are_built_beside_communities_with_what_they_have() -> None:
    model = centre(4000, founded=False, world={"communities": 2, "compounds": 2, "grids": 2})
    t = CoCreateModel(scenario(model.world.settings, weeks=1)).world.towers
    assert t.id.tolist() == list(range(4000))
    assert np.bincount(t.community) / 4000 == pytest.approx(0.5, abs=0.03)
    assert (t.parking.min(), t.parking.max(), t.seats.max(), t.rooms.max()) == (0, 200, 300, 4)
    assert t.parking.mean() == pytest.approx(100, abs=4)
    few = CoCreateModel(scenario(world_settings(model.world.settings, towers=10), weeks=1)).world.towers
    assert np.array_equal(few, t[:10]), "more towers change none of the others"
    assert model.world.counts()["towers"] == 4000


# founding


def test_one_tower_founds_the_first_council_at_once_and_no_other_does_without_reason() -> None:
    model = centre(30, founded=False)
    assert (pass_weeks(model).founded >= 0).sum() == 1
    assert (pass_weeks(model, 50).founded >= 0).sum() == 1


@pytest.mark.parametrize(("settings", "rate"), [({"alone": 2.0}, 2.0), ({"by_example": 4.0}, 2.0), ({"alone": 1.0, "by_example": 2.0}, 2.0)])
def test_towers_follow_the_example_of_others(settings: dict[str, float], rate: float) -> None:
    """Half of 400 towers have a council: the others found one at alone + by_example x 1/2."""
    model = centre(400, founded=False, **settings)
    model.world.towers.founded[:200] = 0
    expected = 1 - np.exp(-rate / WEEKS_PER_YEAR)
    founded = (pass_weeks(model).founded[200:] == 1).mean()
    assert 0 < founded == pytest.approx(expected, abs=4 * np.sqrt(expected / 200))


# favours


def test_the_community_asks_for_what_it_lacks_and_the_tower_has() -> None:
    """One hundred cars and eighty places, as in the article: eighty are shared, and no more is asked for."""
    model = centre(parking=80, cars=100)
    t = pass_weeks(model, 3)
    assert (t.places_shared[0], t.given[0], t.received[0]) == (80, 1, 0)
    assert counts(model, c.FAVOURS_GRANTED) == 1
    found = told(model.world)
    assert found["places_shared"] == 80
    assert found["cars_served_share"] == 0.8
    assert found["councils"] == found["favour_balance"] == found["favours_asked"] == found["favours_granted_share"] == 1
    assert np.isnan(found["refused_cost_share"])


def test_cars_are_served_once_though_several_towers_have_room() -> None:
    t = pass_weeks(centre(3, parking=80, cars=100), 3)
    assert t.places_shared.tolist() == [80, 20, 0]


def test_even_one_place_is_asked_for() -> None:
    model = centre(parking=1, cars=1)
    assert pass_weeks(model).places_shared.tolist() == [1]


def test_when_cars_stand_well_a_room_for_a_class_is_asked_for() -> None:
    model = centre(parking=50, rooms=2, cars=50, classes=3)
    assert pass_weeks(model).rooms_shared[0] == 0
    t = pass_weeks(model, 5)
    assert (t.places_shared[0], t.rooms_shared[0], t.given[0]) == (50, 2, 3)
    assert told(model.world)["childcare_classes"] == 2


def test_a_tower_without_anything_to_share_is_asked_for_nothing() -> None:
    model = centre(cars=100, classes=1)
    pass_weeks(model, 3)
    assert told(model.world)["favours_asked"] == 0


def test_the_council_asks_for_customers_of_its_canteen() -> None:
    t = pass_weeks(centre(seats=100), 3)
    assert (t.given[0], t.received[0]) == (0, 3)


@pytest.mark.parametrize(("weeks", "asking"), [(1, 1.0), (3, 1.0), (1, 0.25)])
def test_they_meet_and_ask_every_so_often(weeks: int, asking: float) -> None:
    model = centre(50, seats=10, meeting_weeks=weeks, asking=asking)
    assert pass_weeks(model, 12).received.mean() == pytest.approx(12 / weeks * asking, abs=0.9 * (asking < 1))


CHANCES: list[tuple[str, dict[str, float], float, float, float]] = [
    # settings, relationship, owed, logits
    ("willing", {"willingness": 1.0}, 0.0, 0.0, 1.0),
    ("strangers", {"willingness": 1.0, "relationship": 2.0}, 0.0, 0.0, -1.0),
    ("half known", {"willingness": 1.0, "relationship": 2.0}, 0.5, 0.0, 0.0),
    ("well known", {"willingness": 1.0, "relationship": 2.0}, 1.0, 0.0, 1.0),
    ("owes two favours", {"willingness": 0.0, "balance": 0.5}, 0.0, 2.0, 1.0),
    ("has given two favours", {"willingness": 0.0, "balance": 0.5}, 0.0, -2.0, -1.0),
    ("asked for half", {"willingness": 0.0, "cost": 2.0}, 0.0, 0.0, -1.0),
]


@pytest.mark.parametrize(("settings", "known", "owed", "logits"), [row[1:5] for row in CHANCES], ids=[row[0] for row in CHANCES])
def test_a_favour_is_granted_with_the_chance_of_the_formula(settings: dict[str, float], known: float, owed: float, logits: float) -> None:
    """Each of 400 councils beside its own community is asked for one of two rooms."""
    model = centre(
        400, rooms=2, cars=0, classes=1, gain=0.0, residents=400,
        world={"communities": 400, "compounds": 400, "grids": 400}, **settings,
    )  # fmt: skip
    t = model.world.towers
    t.community[:], t.relationship[:], t.owed[:] = np.arange(400), known, owed
    granted = (pass_weeks(model).given == 1).mean()
    expected = 1 / (1 + np.exp(-logits))
    assert granted == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 400))


@pytest.mark.parametrize(
    ("settings", "owed", "reason"),
    [
        ({"cost": 3.0, "balance": 1.0, "relationship": 1.0}, -1.0, c.REFUSED_COST),
        ({"cost": 1.0, "balance": 3.0, "relationship": 1.0}, -1.0, c.REFUSED_BALANCE),
        ({"cost": 1.0, "balance": 3.0, "relationship": 2.0}, 1.0, c.REFUSED_RELATIONSHIP),
        ({}, 0.0, c.REFUSED_COST),
    ],
    ids=["costs all it has", "has given more", "strangers", "all alike"],
)
def test_a_refusal_names_the_weightiest_reason(settings: dict[str, float], owed: float, reason: int) -> None:
    model = centre(rooms=1, cars=0, classes=1, gain=0.0, willingness=-20.0, **settings)
    model.world.towers.owed[:] = owed
    pass_weeks(model, 4)
    assert [counts(model, k) for k in REASONS] == [4.0 * (k == reason) for k in REASONS]
    found = told(model.world)
    assert found["favours_asked"] == 4
    assert found["favours_granted_share"] == 0
    shares = [found[f"refused_{k}_share"] for k in ("cost", "balance", "relationship")]
    assert shares == [float(k == reason) for k in REASONS]


def test_the_community_owes_what_the_council_gave() -> None:
    """A council that has done two favours is more likely to get customers; one that got two, less."""
    granted = []
    for owed in (-2.0, 2.0):
        model = centre(300, seats=1, willingness=0.0, balance=1.0)
        model.world.towers.owed[:] = owed
        granted.append((pass_weeks(model).received == 1).mean())
    expected = [1 / (1 + np.exp(-2)), 1 / (1 + np.exp(2))]
    assert granted == pytest.approx(expected, abs=0.1)


def test_customers_cost_the_community_the_share_that_the_canteen_takes() -> None:
    """Two hundred residents and a canteen of 100 or 300 seats; strangers to nobody, refused for the cost."""
    granted = [(pass_weeks(centre(300, seats=s, willingness=0.0, cost=2.0)).received == 1).mean() for s in (100, 300)]
    assert granted == pytest.approx([1 / (1 + np.exp(1)), 1 / (1 + np.exp(2))], abs=0.11)


def test_favours_are_remembered_for_a_while_and_the_ledger_keeps_them() -> None:
    model = centre(seats=10, memory_months=12.0)
    pass_weeks(model)
    model.world.towers.seats[:] = 0
    t = pass_weeks(model, 52)
    assert t.owed[0] == pytest.approx(np.exp(-52 / WEEKS_PER_YEAR), rel=1e-6)
    assert t.received[0] == 1


def test_meetings_make_them_known_to_each_other_and_time_lets_it_fade() -> None:
    model = centre(gain=0.2, meeting_weeks=2, fade=1.0)
    known, expected = pass_weeks(model, 4).relationship[0], 0.0
    for met in (False, True, False, True):
        expected *= np.exp(-1 / WEEKS_PER_YEAR)
        expected += 0.2 * (1 - expected) if met else 0.0
    assert known == pytest.approx(expected)


@pytest.mark.parametrize(
    ("given", "people"), [({"parking": 50, "cars": 50}, 50), ({"rooms": 1, "cars": 0, "classes": 1, "class_size": 30}, 30)]
)
def test_a_favour_is_a_good_experience_for_as_many_as_it_serves(given: dict[str, int], people: int) -> None:
    model = centre(residents=300, world={"children_share": 0.3, "persons_per_household": 2.0}, **given)
    pass_weeks(model)
    good, r = model.world.feelings.good, model.world.residents
    assert not good[~r.adult].any()
    expected = people / len(r.id) * r.adult.sum()
    assert good.sum() == pytest.approx(expected, abs=4 * np.sqrt(expected))
    assert not model.world.feelings.bad.any()


def test_a_favour_reaches_those_whom_the_model_leaves_out_as_well() -> None:
    """Half of the community's households are modelled, so half of the fifty who park are among them."""
    world = {"background": True, "community_households": 400, "subdistrict_households": 200}
    model = centre(parking=50, cars=50, world=world)
    pass_weeks(model)
    assert model.world.feelings.good.sum() == pytest.approx(25, abs=4 * np.sqrt(25))


def test_a_favour_serves_its_own_community_only() -> None:
    model = centre(parking=200, cars=200, world={"communities": 2, "compounds": 2, "grids": 2})
    model.world.towers.community[:] = 1
    pass_weeks(model)
    community = model.world.households.community[model.world.residents.household]
    assert model.world.feelings.good[community == 1].all()
    assert not model.world.feelings.good[community == 0].any()


def test_books_of_favours_balance() -> None:
    model = centre(3, parking=60, rooms=1, seats=10)
    pass_weeks(model, 6)
    assert all(a == b for _, a, b in check(model.world, model.world.week_counts))
    model.world.towers.places_shared[0] += 200
    wrong = [name for name, a, b in check(model.world, model.world.week_counts) if a != b]
    assert wrong == ["shared parking places", "towers that share more than they have"]


@pytest.mark.parametrize("given", [{"lever": False}, {"on": False}], ids=["lever", "switch"])
def test_without_the_lever_or_the_mechanism_there_are_no_councils(given: dict[str, bool]) -> None:
    model = centre(5, founded=False, alone=50.0, parking=10, **given)
    assert np.all(pass_weeks(model, 10).founded == -1)
    found = told(model.world)
    assert all(np.isnan(found[k]) for k in ("councils", "places_shared", "favour_balance", "favours_asked", "childcare_classes"))


def test_without_towers_there_is_nobody_to_found_a_council() -> None:
    model = centre(0)
    pass_weeks(model, 3)
    found = told(model.world)
    assert found["councils"] == 0
    assert np.isnan(found["favour_balance"])


@pytest.mark.parametrize(("name", "value"), [("asking", 1.1), ("meeting_weeks", 0), ("memory_months", 0.0), ("cars", -1)])
def test_what_cannot_be_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=f"councils.{name}"):
        build(CouncilsSettings, {name: value}, "uncertainties.councils")
