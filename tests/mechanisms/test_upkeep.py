"""Upkeep: who stands on the rota, how a facility ages, and what nobody keeps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone, identical
from tests.scenarios import scenario

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c
from cocreate_sim.world.residents import NEVER
from cocreate_sim.world.sites import BOOK_HOUSE, BUILD, GARDEN, IDLE, KEPT, MANAGE, POND

YEAR = 365.0 / 7.0
# Full upkeep takes 10 hours a week, and keepers always come.
DILIGENT: dict[str, Any] = {
    "upkeep.shows_up": 1.0,
    "upkeep.shift_hours": 1.0,
    "upkeep.rota_size": 1000,
    "upkeep.upkeep_ratio": 1.0,
}


def made(
    changes: dict[str, Any] | None = None,
    *,
    keepers: int = 0,
    kind: int = GARDEN,
    stage: int = KEPT,
    on: bool = True,
    **given: Any,
) -> CoCreateModel:
    """One building of 40 adults with one facility in full order; the first so many are volunteers."""
    settings = DILIGENT | {"upkeep.life_years": 10.0} | (changes or {})
    model = CoCreateModel(scenario(identical(40), weeks=4, settings=settings, switches=alone(*["upkeep"] * on), **given))
    w = model.world
    w.sites.stage[0], w.sites.kind[0], w.sites.condition[0] = stage, kind, 1.0
    w.sites.hours_needed[0] = 10.0 * 10.0 * YEAR
    w.residents.party[:], w.residents.skill[:] = False, -1
    w.residents.volunteer_since[:] = np.where(np.arange(40) < keepers, 0, -1)
    return model


def keep(model: CoCreateModel, weeks: int = 1) -> float:
    """Let only upkeep happen; the condition afterwards."""
    rule = next(m for m in model.mechanisms if m.name == "upkeep")
    for _ in range(weeks):
        rule.step(model.world)
        model.world.day += 7
    return float(model.world.sites.condition[0])


@pytest.mark.parametrize(
    ("kind", "by_role", "kept_by"),
    [
        pytest.param(GARDEN, True, {"volunteer", "skilled volunteer", "party volunteer"}, id="gardens by volunteers"),
        pytest.param(POND, True, {"skilled volunteer"}, id="ponds by volunteers with a skill"),
        pytest.param(BOOK_HOUSE, True, {"party", "party volunteer"}, id="book houses by party members"),
        pytest.param(GARDEN, False, {"volunteer", "skilled volunteer", "party volunteer"}, id="garden, no roles"),
        pytest.param(POND, False, {"volunteer", "skilled volunteer", "party volunteer"}, id="pond, no roles"),
        pytest.param(BOOK_HOUSE, False, {"volunteer", "skilled volunteer", "party volunteer"}, id="book house, no roles"),
    ],
)
def test_the_rota_follows_roles(kind: int, by_role: bool, kept_by: set[str]) -> None:
    people = ("nobody", "volunteer", "party", "party volunteer", "skilled", "skilled volunteer", "child volunteer")
    model = made({"upkeep.by_role": by_role}, kind=kind)
    r = model.world.residents
    for i, who in enumerate(people):
        r.party[i], r.skill[i] = "party" in who, 1 if "skilled" in who else -1
        r.volunteer_since[i] = 0 if "volunteer" in who else -1
    r.adult[people.index("child volunteer")] = False
    keep(model)
    assert {who for i, who in enumerate(people) if r.last_active[i] == 0} == kept_by
    assert np.all(r.last_active[len(people) :] == NEVER)
    assert model.world.sites.rota_hours[0] == len(kept_by)
    assert model.world.feelings.good.sum() == len(kept_by)


@pytest.mark.parametrize(
    ("decay", "ratio", "repair", "keepers", "start"),
    [
        (0.9, 3.0, 4.0, 0, 1.0),
        (0.9, 3.0, 4.0, 5, 0.4),
        (2.4, 1.0, 8.0, 3, 0.9),
        (50.0, 2.0, 1000.0, 10, 0.0),
        (0.0, 3.0, 4.0, 0, 0.7),
    ],
)
def test_one_week_solves_the_equation_exactly(decay: float, ratio: float, repair: float, keepers: int, start: float) -> None:
    """dC/dt = - decay C / ratio^(kept) + repair u / U (1 - C), compared with 20,000 small steps."""
    model = made({"upkeep.decay": decay, "upkeep.steward_ratio": ratio, "upkeep.repair": repair}, keepers=keepers)
    model.world.sites.condition[0] = start
    loss, gain = decay / (ratio if keepers else 1.0), repair * keepers / 10.0
    expected, step = start, 1.0 / YEAR / 20_000
    for _ in range(20_000):
        expected += step * (gain * (1.0 - expected) - loss * expected)
    assert keep(model) == pytest.approx(expected, abs=1e-4)


def test_what_nobody_keeps_decays_exponentially() -> None:
    assert keep(made({"upkeep.decay": 1.2}), weeks=30) == pytest.approx(np.exp(-1.2 * 30 / YEAR))


def test_a_facility_under_renovation_or_idle_has_no_keepers() -> None:
    for stage in (IDLE, BUILD):
        model = made({"upkeep.decay": 0.9}, keepers=20, stage=stage)
        assert keep(model) == pytest.approx(np.exp(-0.9 / YEAR))
        assert model.world.sites.rota_hours[0] == 0.0
    assert made(keepers=20, stage=MANAGE).world.sites.stage[0] == MANAGE
    assert keep(made(keepers=20, stage=MANAGE)) > np.exp(-0.9 / YEAR)


@pytest.mark.parametrize(("keepers", "rota", "hours"), [(5, 8, 5.0), (30, 8, 8.0), (30, 1000, 10.0), (30, 1, 1.0), (0, 8, 0.0)])
def test_keepers_give_no_more_than_the_rota_holds_and_the_facility_needs(keepers: int, rota: int, hours: float) -> None:
    model = made({"upkeep.rota_size": rota}, keepers=keepers)
    keep(model)
    w = model.world
    assert w.sites.rota_hours[0] == pytest.approx(hours)
    assert w.sites.upkeep_hours[0] == pytest.approx(hours)
    assert w.week_counts[c.UPKEEP_HOURS] == w.week_counts[c.RESIDENT_HOURS] == pytest.approx(hours)
    assert w.residents.hours.sum() == pytest.approx(hours)
    assert (w.residents.last_active == 0).sum() == round(hours)


def test_hours_of_persons_count_after_burn_in() -> None:
    model = made(keepers=3, burn_in=1)
    keep(model)
    assert model.world.residents.hours.sum() == 0.0
    keep(model)
    assert model.world.residents.hours.sum() == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("setting", "low", "high", "keepers", "sign"),
    [
        ("decay", 0.3, 2.0, 0, -1),
        ("decay", 0.3, 2.0, 3, -1),
        ("steward_ratio", 1.0, 6.0, 3, +1),
        ("steward_ratio", 1.0, 6.0, 0, 0),
        ("repair", 1.0, 8.0, 3, +1),
        ("repair", 1.0, 8.0, 0, 0),
        ("upkeep_ratio", 1.0, 5.0, 3, -1),
        ("life_years", 3.0, 15.0, 3, +1),
        ("rota_size", 1, 8, 6, +1),
        ("shift_hours", 0.5, 2.0, 3, +1),
        ("shows_up", 0.05, 0.6, 6, +1),
    ],
)
def test_each_setting_moves_the_condition_its_way(setting: str, low: float, high: float, keepers: int, sign: int) -> None:
    worse, better = (keep(made({f"upkeep.{setting}": value}, keepers=keepers), weeks=60) for value in (low, high))
    assert np.sign(round(better - worse, 12)) == sign


def test_a_compound_is_in_the_mean_condition_of_its_sites() -> None:
    given = scenario(identical(80, 2, households_per_site=10), weeks=1, settings={"upkeep.decay": 0.0}, switches=alone("upkeep"))
    model = CoCreateModel(given)
    model.world.sites.condition[:] = [0.0, 0.4, 0.8, 0.8, 1.0, 1.0, 0.0, 0.0]
    keep(model)
    assert model.world.condition == pytest.approx([0.5, 0.5])
    model.world.sites.condition[4:] = 1.0
    keep(model)
    assert model.world.condition == pytest.approx([0.5, 1.0])


def test_without_it_facilities_neither_decay_nor_need_keepers() -> None:
    model = made({"upkeep.decay": 50.0}, keepers=20, on=False)
    assert keep(model, weeks=10) == 1.0
    assert model.world.week_counts[c.UPKEEP_HOURS] == 0.0
    assert np.all(model.world.residents.last_active == NEVER)
    assert keep(made({"upkeep.decay": 50.0}), weeks=10) < 1e-3
