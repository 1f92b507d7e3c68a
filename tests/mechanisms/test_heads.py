"""Heads: given a unit, whether it finds a head, who that is, how long they stay, and what their hours buy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone, identical
from tests.scenarios import only, scenario

from cocreate_sim.engine.streams import uniforms
from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c
from cocreate_sim.world import decisions as d
from cocreate_sim.world.levers import CHANNELS

WEEKS_PER_YEAR = 365 / 7


def village(
    households: int = 60,
    partition: str = "10",
    *,
    weeks: int = 1,
    on: bool = True,
    run: bool = True,
    also: tuple[str, ...] = (),
    world: dict[str, Any] | None = None,
    levers: dict[str, Any] | None = None,
    channels: Any = None,
    **given: Any,
) -> CoCreateModel:
    """One compound of one-person households; everybody is willing at once and nobody quits, unless told."""
    settings = {"heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0, "heads.quit_rate": 0.0}
    settings |= {(k if "." in k else f"heads.{k}"): v for k, v in given.items()}
    model = CoCreateModel(
        scenario(
            identical(households, **(world or {})),
            weeks=weeks,
            settings=settings,
            switches=alone(*(["heads"] * on), *also),
            partition=partition,
            channels=channels,
            **(levers or {}),
        )  # fmt: skip
    )
    if run:
        model.run()
    return model


def by_week(model: CoCreateModel) -> np.ndarray:
    """Heads of all units, Sunday by Sunday: (weeks, units)."""
    rows = []
    for _ in range(model.weeks):
        for _ in range(7):
            model.step()
        rows.append(model.world.head.copy())
    return np.array(rows)


# supply


@pytest.mark.parametrize(
    "given",
    [{"on": False}, {"willing_share": 0.0}, {"step_forward_weeks": 520.0}],
    ids=["switched off", "nobody willing", "very shy"],
)
def test_units_without_a_head(given: dict[str, Any]) -> None:
    """Nobody visits, holds meetings or gives hours there."""
    model = village(**given)
    headless = model.world.head < 0
    assert headless.mean() >= 0.8
    off = headless[model.world.units.of_household]
    n = model.world.neighbourhood
    assert not n.has_head[off].any()
    assert n.visits[off].sum() == n.sessions[off].sum() == model.world.head_week_hours[off].sum() == 0
    if given != {"step_forward_weeks": 520.0}:
        assert headless.all()
        assert model.record.sums[[c.HEADS_FOUND, c.HEADS_QUIT, c.HEAD_HOURS]].sum() == 0


def test_where_everybody_is_willing_every_unit_has_a_head_of_its_own() -> None:
    model = village()
    head = model.world.head
    assert np.array_equal(model.world.units.of_resident[head], np.arange(6))
    assert np.array_equal(model.world.residents.head_of[head], np.arange(6))
    assert (model.world.residents.head_of >= 0).sum() == 6
    assert model.world.neighbourhood.has_head.all()
    assert model.record.sums[c.HEADS_FOUND] == 6


def test_only_willing_adults_head() -> None:
    """Given families with children, expect every head to be an adult who is willing."""
    model = village(200, "5", willing_share=0.3, world={"persons_per_household": 3.0, "children_share": 0.4})
    r, head = model.world.residents, model.world.head
    assert 0 < r.willing_to_head[r.adult].mean() < 0.4
    assert not r.willing_to_head[~r.adult].any()
    assert (head >= 0).sum() > 20
    assert r.willing_to_head[head[head >= 0]].all()


@pytest.mark.parametrize("weeks", [1, 3])
def test_the_keenest_of_the_willing_becomes_head(weeks: int) -> None:
    """Each vacancy goes to the resident with the smallest draw of that week, and stays with them."""
    model = village(weeks=weeks)
    keen = uniforms(1, d.HEAD_STEPS_FORWARD, model.world.residents.id, tick=0)
    for unit in range(6):
        people = np.flatnonzero(model.world.units.of_resident == unit)
        assert model.world.head[unit] == people[np.argmin(keen[people])]


@pytest.mark.parametrize(
    ("setting", "low", "high", "sign"), [("willing_share", 0.02, 0.2, 1), ("step_forward_weeks", 2.0, 200.0, -1)]
)
def test_supply(setting: str, low: float, high: float, sign: int) -> None:
    shares = [(village(600, "5", weeks=4, **({"willing_share": 0.1} | {setting: v})).world.head >= 0).mean() for v in (low, high)]
    assert sign * (shares[1] - shares[0]) > 0.2


def test_larger_units_find_a_head_more_easily() -> None:
    shares = [(village(600, size, willing_share=0.05).world.head >= 0).mean() for size in ("2", "5", "20", "100")]
    assert shares == sorted(shares)
    assert shares[0] < 0.2
    assert shares[-1] > 0.8


@pytest.mark.compiled
def test_time_until_somebody_steps_forward() -> None:
    """Units of one, all willing: after k weeks exp(-k / weeks) of 2,000 units are still without a head."""
    found = by_week(village(2000, "1", weeks=6, step_forward_weeks=8.0, run=False)) >= 0
    for week, share in enumerate(found.mean(axis=1), start=1):
        expected = 1 - np.exp(-week / 8)
        assert abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / 2000)
    assert np.all(np.diff(found.astype(int), axis=0) >= 0), "nobody quits here"


def test_without_its_channel_the_building_is_what_has_a_head() -> None:
    model = village(60, "5", channels=only(*(n for n in CHANNELS if n != "leader_supply")), world={"building_min": 29})
    assert len(model.world.head) == len(model.world.buildings.first) == 2
    assert model.world.neighbourhood.has_head.all()


# quitting and rest


@pytest.mark.parametrize("rate", [0.0, 1.0, 10.0])
def test_heads_quit_at_their_rate(rate: float) -> None:
    """1,000 units of one whose head never comes back: after 10 weeks exp(-9 rate / 52.14) are left (the first week finds them)."""
    head = by_week(village(1000, "1", weeks=10, quit_rate=rate, rest_weeks=1000, run=False)) >= 0
    expected = np.exp(-9 * rate / WEEKS_PER_YEAR)
    assert head[0].all()
    assert abs(head[-1].mean() - expected) <= 4 * np.sqrt(expected * (1 - expected) / 1000)


@pytest.mark.parametrize("effect", [1.0, 3.0])
def test_heads_quit_sooner_when_staff_have_no_time_for_them(effect: float) -> None:
    """Given no supervision at all, expect the hazard times unsupported_effect."""
    given = {"quit_rate": 2.0, "rest_weeks": 1000, "unsupported_effect": effect, "staff_time.most_supervision": 0.0}
    model = village(1000, "1", weeks=11, also=("staff_time", "casework"), **given)
    assert np.all(model.world.support[model.world.offices.tier == 0] == 0.0)
    # support is known from the second week on: 9 weeks at the higher hazard after one at the lower
    expected = np.exp(-(1 + 9 * effect) * 2.0 / WEEKS_PER_YEAR)
    assert abs((model.world.head >= 0).mean() - expected) <= 4 * np.sqrt(expected * (1 - expected) / 1000)


@pytest.mark.parametrize("rest", [0, 1, 4, 12])
def test_who_quit_rests_for_a_while(rest: int) -> None:
    """Given the only adult of each unit, expect it headless for exactly rest_weeks weeks after each resignation."""
    model = village(300, "1", weeks=40, quit_rate=5.0, rest_weeks=rest, run=False)
    there = by_week(model) >= 0
    lengths = []
    for unit in there.T:
        edges = np.flatnonzero(np.diff(np.concatenate(([True], unit, [True])).astype(int)))
        lengths += [e - s for s, e in zip(edges[::2], edges[1::2], strict=True) if e < model.weeks]
    assert model.record.sums[c.HEADS_QUIT] > 300
    assert set(lengths) == ({rest} if rest else set())


def test_others_take_over_while_the_old_head_rests() -> None:
    """Given ten willing adults, expect a new head at once, and another person."""
    model = village(200, "10", weeks=30, quit_rate=5.0, run=False)
    head = by_week(model)
    assert np.all(head >= 0)
    changes = head[1:] != head[:-1]
    assert changes.sum() == model.record.sums[c.HEADS_QUIT] > 20
    assert model.record.sums[c.HEADS_FOUND] == 20 + changes.sum()
    r = model.world.residents
    assert np.array_equal(np.sort(np.flatnonzero(r.head_of >= 0)), np.sort(head[-1]))


# hours


@pytest.mark.parametrize(
    ("rule", "partition", "hours"),
    [
        ("per_head", "10", 2.0),
        ("per_head", "30", 2.0),
        ("equal_total", "10", 2 * 10 / 15),
        ("equal_total", "30", 4.0),
        ("equal_total", "15", 2.0),
    ],
)
def test_hours_of_a_head(rule: str, partition: str, hours: float) -> None:
    """The same per head, or the same total over all households: 2 hours per 15 of them."""
    model = village(60, partition, levers={"head_hours": rule})
    assert np.bincount(model.world.units.of_household, model.world.head_week_hours) == pytest.approx(hours)
    total = 60 / 15 * 2.0 if rule == "equal_total" else 60 / int(partition) * 2.0
    assert model.record.sums[c.HEAD_HOURS] == pytest.approx(total)


@pytest.mark.parametrize(
    ("partition", "given", "visits"),
    [
        ("5", {}, 0.64),  # 2 h x 0.4 / 0.25 h = 3.2 visits a week, over 5 households
        ("10", {}, 0.32),
        ("20", {}, 0.16),
        ("10", {"hours": 4.0}, 0.64),
        ("10", {"visit_share": 0.2}, 0.16),
        ("10", {"visit_hours": 0.5}, 0.16),
        ("10", {"hours": 0.0}, 0.0),
        ("2", {"hours": 20.0}, 3.0),
        ("2", {"hours": 20.0, "most_visits": 1.0}, 1.0),
    ],
)
def test_visits_shrink_with_the_unit(partition: str, given: dict[str, Any], visits: float) -> None:
    assert village(40, partition, **given).world.neighbourhood.visits == pytest.approx(visits)


def test_uneven_units_share_their_own_head_only() -> None:
    """Given 25 households in units of 9, 8 and 8, expect 3.2 visits spread over each."""
    visits = village(25, "9").world.neighbourhood.visits
    assert visits[:9] == pytest.approx(3.2 / 9)
    assert visits[9:] == pytest.approx(3.2 / 8)


def test_attention_without_its_channel_is_spread_over_the_building() -> None:
    model = village(60, "10", channels=only(*(n for n in CHANNELS if n != "attention")))
    assert model.world.neighbourhood.visits == pytest.approx(3.2 / 60)


@pytest.mark.parametrize(
    ("partition", "given", "attendance", "meetings"),
    [
        ("10", {}, 0.0, 0.6),  # 2 h x 0.3, an hour each
        ("10", {"meeting_hours": 2.0}, 0.0, 0.3),
        ("10", {"meeting_share": 0.1}, 0.0, 0.2),
        ("10", {"hours": 10.0}, 0.0, 1.0),  # never more than one a week
        ("10", {"pair_hours": 0.2}, 0.5, 0.6 / 1.4),  # 5 people: 1 h + 0.2 h x 4 / 2
        ("10", {"pair_hours": 0.2}, 0.1, 0.6),  # one person: nobody to disagree with
        ("20", {"pair_hours": 0.2}, 0.5, 0.6 / 1.9),  # 10 people
        ("20", {"pair_hours": 0.0}, 0.5, 0.6),
    ],
)
def test_meetings_take_longer_with_more_people(partition: str, given: dict[str, Any], attendance: float, meetings: float) -> None:
    model = village(40, partition, run=False, **given)
    model.world.activity_rate[:] = attendance
    for _ in range(7):
        model.step()
    assert model.world.neighbourhood.sessions == pytest.approx(meetings)


def test_who_heads_a_unit_that_stays_when_units_are_redrawn_goes_on() -> None:
    model = village()
    world = model.world
    before = world.head.copy()
    world.residents.head_of[before[0]], world.residents.head_of[0], world.head[0] = -1, 0, 0  # the first resident as well
    world.redraw_units()
    next(m for m in model.mechanisms if m.name == "heads").follow_units(world, world.regrouped)  # type: ignore[attr-defined]
    assert world.head.tolist() == [0, *before[1:]]
    assert np.flatnonzero(world.residents.head_of >= 0).tolist() == sorted(world.head.tolist())
    assert world.week_counts[c.HEADS_QUIT] == 0


def test_when_a_head_quits_visits_and_meetings_end() -> None:
    """Given a village whose heads all quit for good in the end, expect nothing left of their work."""
    model = village(40, "10", weeks=150, quit_rate=20.0, rest_weeks=1000)
    n = model.world.neighbourhood
    gone = model.world.head[model.world.units.of_household] < 0
    assert gone.any()
    assert n.visits[gone].sum() == n.sessions[gone].sum() == model.world.head_week_hours[gone].sum() == 0
    assert np.array_equal(n.has_head, ~gone)
