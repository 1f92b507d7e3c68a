"""Facilities: kept up they settle, unkept they decay, and tending takes more hours than planting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..model import CoCreateModel
from ..world.sites import IDLE, MANAGE
from .case import Case, Formula, Planted, Quantity, Start, enough, exact
from .plant import rules
from .reduced import READY_HEADS, alone, identical, reduced, weeks_of
from .slow import come
from .theory.defined import positive, refuse
from .theory.slow import WEEKS_PER_YEAR, at_rest, years_until_idle

HOURS = 40.0
"""Hours that it takes to build a facility here."""


def facility(start: Start, weeks: int, skip: int, **changes: Any) -> tuple[CoCreateModel, np.ndarray]:
    """Run facilities that everybody builds at once and nobody rates down; return their condition, week by week."""
    given = come(1.0) | READY_HEADS | {
        "participation.session_hours": 4.0, "participation.party_minimum": 1, "renovation.initiative": 100.0,
        "renovation.staff_initiative": 0.0, "renovation.meetings_low": 1, "renovation.meetings_high": 1,
        "renovation.common_property": 0.0, "renovation.turnout": 1.0, "renovation.approval": 1.0, "renovation.skilled": 0.0,
        "renovation.hours_low": HOURS, "renovation.hours_high": HOURS, "renovation.money_low": 0.0, "renovation.money_high": 0.0,
        "renovation.pass_mark": 0.0, "renovation.rating_noise": 0.0, "renovation.helpers_low": 1, "renovation.helpers_high": 1,
        "renovation.evaluate_after": 520, "belonging.start": 1.0, "belonging.spread": 0.0,
        "upkeep.by_role": False, "volunteering.start_share": 1.0, "volunteering.lapse_rate": 0.0,
    } | {f"upkeep.{key}": value for key, value in changes.items()}  # fmt: skip
    on = alone("participation", "renovation", "heads", "upkeep", "volunteering")
    model = start(reduced(identical(120, 6), given, on, weeks=weeks))
    return model, weeks_of(model, lambda w: w.sites.condition.copy(), skip)


def _upkeep(start: Start, decay: float, ratio: float, repair: float, keepers: int) -> Iterator[Quantity]:
    needed = HOURS * 7.0 / WEEKS_PER_YEAR  # all hours of upkeep in one year: 5.4 a week
    refuse(keepers > needed, f"keepers = {keepers}: full upkeep takes {needed:.1f} hours a week, more are not used")
    positive(ratio=ratio)
    gain = repair * keepers / needed
    expected = at_rest(gain, decay / ratio)
    model, path = facility(
        start, 600, 599, decay=decay, steward_ratio=ratio, repair=repair, rota_size=keepers, shift_hours=1.0, shows_up=1.0,
        upkeep_ratio=7.0, life_years=1.0,
    )  # fmt: skip
    enough(bool(np.all(model.world.sites.stage >= MANAGE)), "not every facility is built")
    yield exact("condition of facilities", path[-1], expected, 1e-6)
    yield exact("hours of keepers a week", model.world.sites.rota_hours, keepers, 1e-6)


def _decay(start: Start, decay: float) -> Iterator[Quantity]:
    idle_after = years_until_idle(decay) * WEEKS_PER_YEAR
    model, path = facility(start, int(1.3 / decay * WEEKS_PER_YEAR) + 20, 0, decay=decay, shows_up=0.0)
    idle, curve = [], []
    for site in range(path.shape[1]):
        built = int(np.flatnonzero(path[:, site] > 0)[0])
        idle.append(int(np.flatnonzero(path[built:, site] < 0.3)[0]) + 1)
        weeks = np.arange(1, idle[-1] + 1)
        curve.append(path[built : built + idle[-1], site] / np.exp(-decay * weeks / WEEKS_PER_YEAR))
    yield exact("weeks until idle (whole weeks)", idle, idle_after, 1.01 / idle_after)
    yield exact("condition / exp(-decay t), every week until then", np.concatenate(curve), 1.0, 1e-9)
    given_up = bool(np.any(model.world.sites.stage == IDLE)) or model.world.project_events[MANAGE, 0] > path.shape[1]
    yield exact("idle facilities are given up", float(given_up), 1.0, 0.0)


def _tending(start: Start, ratio: float, life_years: float) -> Iterator[Quantity]:
    positive(ratio=ratio, life_years=life_years)
    model, _ = facility(start, 200, 0, shows_up=1.0, rota_size=20, upkeep_ratio=ratio, life_years=life_years)
    sites = model.world.sites
    years = (model.world.week - sites.since) / WEEKS_PER_YEAR
    yield exact(
        "hours of upkeep a year / hours of building", sites.upkeep_hours / sites.hours_needed / years, ratio / life_years, 0.01
    )


UPKEEP = (
    Formula(
        name="upkeep",
        title="The condition of what is kept up",
        text="C* = g / (g + delta / ratio), g = repair u / U",
        limit="the same keepers every week",
        source="B3; F8",
        parameters={
            "decay": "decay per year without upkeep (delta)",
            "ratio": "how much slower what is looked after decays",
            "repair": "repair per year at full upkeep",
            "keepers": "hours of keepers a week (u)",
        },
        measure=_upkeep,
        cases=tuple(
            Case({"decay": d, "ratio": q, "repair": r, "keepers": k})
            for d, q, r, k in ((0.9, 3.0, 4.0, 2), (0.9, 1.0, 4.0, 1), (2.4, 2.0, 8.0, 3), (0.3, 6.0, 2.0, 4))
        ),
        planted=Planted("repair is 0.01 % faster", rules("upkeep", repair=1.0001)),
    ),
    Formula(
        name="decay",
        title="What nobody keeps stands idle",
        text="C = exp(-delta t), idle (0.3) after 1.204 / delta years: 4.0, 2.0, 1.0, 0.5 for delta = 0.3, 0.6, 1.2, 2.4",
        limit="nobody does a shift",
        source="B3; S02",
        parameters={"decay": "decay per year (delta)"},
        measure=_decay,
        cases=tuple(Case({"decay": d}) for d in (0.6, 0.3, 1.2, 2.4)),
        planted=Planted("decay is 0.1 % faster", rules("upkeep", decay=1.001)),
    ),
    Formula(
        name="tending",
        title="Three parts planting, seven parts tending",
        text="hours of upkeep a year / hours of building = 7/3 / life: 0.78, 0.47, 0.23, 0.16 for 3, 5, 10, 15 years",
        limit="full upkeep all the time",
        source="B3; S06",
        parameters={"ratio": "hours of upkeep over a life / hours of building", "life_years": "life in years"},
        defaults={"ratio": 7 / 3},
        measure=_tending,
        cases=tuple(Case({"life_years": t}) for t in (10.0, 3.0, 5.0, 15.0)),
        planted=Planted("upkeep takes 2 % more hours", rules("upkeep", weekly_share=1.02)),
    ),
)
