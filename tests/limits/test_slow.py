"""What changes slowly: ties, belonging, volunteers and upkeep settle where gain meets loss (B3), through settings alone.

The model moves these weekly: within a week first the decay, then each gain. Each test states the weekly fixed point (exact) and
how near it lies to the continuous formula of B3, which it reaches as rates per week become small.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.limits.common import PLAIN, alone, batches, check, identical, weeks_of
from tests.scenarios import scenario

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world.sites import IDLE, MANAGE

YEAR = 365.0 / 7.0


def come(p: float) -> dict[str, object]:
    """Everybody comes each week with probability p, whatever happens."""
    return PLAIN | {"participation.base": 30.0 if p == 1.0 else math.log(p / (1 - p))}


@pytest.mark.parametrize(("gain", "fade", "p"), [(0.02, 1.0, 1.0), (0.1, 5.0, 1.0), (0.05, 4.0, 0.6), (0.3, 20.0, 0.4)])
def test_ties_settle_at_w_star(gain: float, fade: float, p: float) -> None:
    """w* = alpha f / (alpha f + lambda) for pairs that meet f times a year; weekly form exact, within 3 % of it."""
    given = come(p) | {
        "ties.gain": gain, "ties.fade": fade, "ties.start_degree": 0.0, "ties.ends_below": 0.0, "ties.met_per_activity": 1000.0,
        "participation.peers": 0.0,
    }  # fmt: skip
    settled = int(8 / (gain * p * p * YEAR + fade) * YEAR)
    weeks = settled + (400 if p < 1 else 1)
    model = CoCreateModel(scenario(identical(400, 200), weeks=weeks, settings=given, switches=alone("participation", "ties")))
    meet, keep = p * p, math.exp(-fade / YEAR)
    weekly = gain * meet / (1.0 - keep * (1.0 - gain * meet))
    continuous = gain * meet * YEAR / (gain * meet * YEAR + fade)
    assert weekly == pytest.approx(continuous, rel=0.25)

    def mean(world: object) -> float:
        ties = world.ties  # type: ignore[attr-defined]
        return float(ties.strength[:, 0].mean())

    noted = weeks_of(model, mean, skip=settled)
    assert model.world.ties.number.max() == 1
    if p == 1.0:
        assert noted[-1] == pytest.approx(weekly, rel=2e-3)
    else:
        check(batches(noted, 20), weekly, 0.04, f"alpha = {gain}, lambda = {fade}")


@pytest.mark.parametrize(("gain", "back", "p"), [(0.02, 1.0, 1.0), (0.02, 1.0, 0.3), (0.1, 5.0, 0.3), (0.005, 0.4, 1.0)])
def test_belonging_settles_at_b_star(gain: float, back: float, p: float) -> None:
    """B* = eta f / (eta f + mu) for a resting level of 0; weekly form exact, would notice 2 %."""
    given = come(p) | {
        "belonging.start": 0.0, "belonging.newcomer_gap": 0.0, "belonging.spread": 0.0, "belonging.gain": gain, "belonging.return_rate": back,
    }  # fmt: skip
    keep = math.exp(-back / YEAR)
    weekly = gain * p / (1.0 - keep * (1.0 - gain * p))
    assert weekly == pytest.approx(gain * p * YEAR / (gain * p * YEAR + back), rel=0.07)
    settled = int(8 / (gain * p * YEAR + back) * YEAR)
    model = CoCreateModel(
        scenario(identical(500, 1), weeks=settled + 400, settings=given, switches=alone("participation", "belonging"))
    )
    noted = weeks_of(model, lambda w: w.residents.belonging.mean(), skip=settled)
    if p == 1.0:
        assert noted[-1] == pytest.approx(weekly, rel=1e-3)
    else:
        check(batches(noted, 10), weekly, 0.02, f"eta = {gain}, mu = {back}")


@pytest.mark.parametrize(("join", "lapse", "p"), [(0.1, 0.6, 0.2), (0.02, 2.0, 0.5), (1.0, 20.0, 0.3)])
def test_volunteers_settle_where_joining_meets_lapsing(join: float, lapse: float, p: float) -> None:
    """Share registered = j / (j + l) with weekly chances j = join p and l = 1 - exp(-lapse / 52); would notice 4 %."""
    given = come(p) | {
        "volunteering.join_chance": join,
        "volunteering.lapse_rate": lapse,
        "volunteering.belonging_effect": 0.0,
        "volunteering.start_share": 0.0,
    }
    j, out = join * p, 1.0 - math.exp(-lapse / YEAR)
    settled = int(8 / (j + out))
    model = CoCreateModel(
        scenario(identical(2000, 10), weeks=settled + 600, settings=given, switches=alone("participation", "volunteering"))
    )
    noted = weeks_of(model, lambda w: (w.residents.volunteer_since >= 0).mean(), skip=settled)
    check(batches(noted, 12), j / (j + out), 0.04, "volunteers")


def facility(weeks: int, skip: int, hours: float = 40.0, **changes: object) -> tuple[CoCreateModel, np.ndarray]:
    """Facilities that everybody builds at once and nobody rates down; returns the condition of those in use, week by week."""
    given: dict[str, object] = come(1.0) | {
        "participation.session_hours": 4.0, "participation.party_minimum": 1, "renovation.initiative": 100.0,
        "renovation.staff_initiative": 0.0, "renovation.meetings_low": 1, "renovation.meetings_high": 1,
        "renovation.common_property": 0.0, "renovation.turnout": 1.0, "renovation.approval": 1.0, "renovation.skilled": 0.0,
        "renovation.hours_low": hours, "renovation.hours_high": hours, "renovation.money_low": 0.0, "renovation.money_high": 0.0, "renovation.pass_mark": 0.0, "renovation.rating_noise": 0.0,
        "renovation.helpers_low": 1, "renovation.helpers_high": 1, "renovation.evaluate_after": 520, "belonging.start": 1.0,
        "belonging.spread": 0.0, "heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0, "heads.quit_rate": 0.0,
        "upkeep.by_role": False, "volunteering.start_share": 1.0, "volunteering.lapse_rate": 0.0,
    }  # fmt: skip
    given |= {key.replace("__", "."): value for key, value in changes.items()}
    on = alone("participation", "renovation", "heads", "upkeep", "volunteering")
    model = CoCreateModel(scenario(identical(120, 6), weeks=weeks, settings=given, switches=on))
    return model, weeks_of(model, lambda w: w.sites.condition.copy(), skip)


@pytest.mark.parametrize(
    ("decay", "ratio", "repair", "keepers"), [(0.9, 3.0, 4.0, 2), (0.9, 1.0, 4.0, 1), (2.4, 2.0, 8.0, 3), (0.3, 6.0, 2.0, 4)]
)
def test_upkeep_settles_at_c_star(decay: float, ratio: float, repair: float, keepers: int) -> None:
    """C* = g / (g + decay / ratio) with g = repair u / U: exact, since weeks are solved in closed form (1e-6)."""
    needed = 40.0 * 7.0 / (1.0 * YEAR)  # all hours of upkeep in one year: 5.4 a week
    model, path = facility(
        600, 599, upkeep__decay=decay, upkeep__steward_ratio=ratio, upkeep__repair=repair, upkeep__rota_size=keepers, upkeep__shift_hours=1.0,
        upkeep__shows_up=1.0, upkeep__upkeep_ratio=7.0, upkeep__life_years=1.0,
    )  # fmt: skip
    gain = repair * keepers / needed
    assert np.all(model.world.sites.stage >= MANAGE)
    assert path[-1] == pytest.approx(gain / (gain + decay / ratio), rel=1e-6)
    assert model.world.sites.rota_hours == pytest.approx(keepers)


@pytest.mark.parametrize("decay", [0.3, 0.6, 1.2, 2.4])
def test_what_nobody_keeps_is_idle_after_1_204_over_decay(decay: float) -> None:
    """C = exp(-decay t): 4.0, 2.0, 1.0 and 0.5 years until 0.3 (S02: the pond), to the week."""
    model, path = facility(
        int(1.3 / decay * YEAR) + 20, 0, upkeep__decay=decay, upkeep__shows_up=0.0, renovation__evaluate_after=520
    )
    for site in range(path.shape[1]):
        built = int(np.flatnonzero(path[:, site] > 0)[0])
        idle = int(np.flatnonzero(path[built:, site] < 0.3)[0])
        assert idle + 1 == pytest.approx(1.204 / decay * YEAR, abs=1.01)
        weeks = np.arange(1, idle + 2)
        assert path[built : built + idle + 1, site] == pytest.approx(np.exp(-decay * weeks / YEAR), rel=1e-9)
    assert np.any(model.world.sites.stage == IDLE) or model.world.project_events[MANAGE, 0] > path.shape[1]


def test_seven_parts_tending_to_three_parts_planting() -> None:
    """Full upkeep over a life takes 7/3 of the building hours: 0.23 of them a year for a life of ten years (B3), within 1 %."""
    model, _ = facility(200, 0, upkeep__shows_up=1.0, upkeep__rota_size=20, upkeep__upkeep_ratio=7 / 3, upkeep__life_years=10.0)
    sites = model.world.sites
    years = (model.world.week - sites.since) / YEAR
    assert sites.upkeep_hours / sites.hours_needed / years == pytest.approx(7 / 3 / 10, rel=0.01)
