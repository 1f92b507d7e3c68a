"""Time to first report: if each passer-by reports at rate r_i, an issue is found after an exponential time with rate sum r_i.

Limit: issues of one scope are born and reported, nothing else happens; trust does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..config import Scenario
from ..model import CoCreateModel
from ..world.clock import DAY
from ..world.issues import COMPOUND, LAPSED, LATENT, MOVING
from .case import Case, Formula, Planted, Quantity, Start, enough, exact, sampled, shared
from .plant import rules
from .reduced import alone, identical, issues, reduced
from .theory.defined import refuse
from .theory.queues import first_report, race

ADULTS = 40
"""Adults of a compound, all in one building and on one stair."""
EXPOSED = {"household": 10.0, "stair": 0.5 * ADULTS, "building": 0.5 * ADULTS, "compound": 0.2 * ADULTS, "beyond": 0.2 * ADULTS}
"""Adults in reach of an issue times their exposure (own_home, presence_building, presence_compound)."""


def latent(scope: str, rate: float, lapse_days: float = 100_000.0, weeks: int = 60, **changes: Any) -> Scenario:
    """Return a scenario in which issues of one scope are born and reported."""
    refuse(scope not in EXPOSED, f"scope = {scope!r} is not known; allowed: {', '.join(EXPOSED)}")
    given = {f"arrivals.scope_{s}": float(s == scope) for s in EXPOSED} | {
        "arrivals.rate": 20.0, "arrivals.burst_variance": 0.0, "reporting.rate": rate, "reporting.trust_effect": 0.0,
        "reporting.lapse_days": lapse_days, "reporting.unequal": False,
    } | {key.replace("__", "."): value for key, value in changes.items()}  # fmt: skip
    return reduced(identical(40 * ADULTS, compounds=40), given, alone("arrivals", "reporting"), weeks=weeks)


def _run(start: Start, scenario: Scenario) -> tuple[CoCreateModel, np.recarray]:
    model = start(scenario)
    model.run()
    return model, issues(model)


def _first_report(start: Start, scope: str, rate: float) -> Iterator[Quantity]:
    mean = first_report(rate * EXPOSED.get(scope, 1.0))
    model, born = _run(start, latent(scope, rate))
    leave = int(12 * mean) + 1  # days; who is born later may not have been found yet
    enough(leave < model.world.day, f"reports take {mean:g} days on average, too long for a run of {model.world.day} days")
    born = born[born.born < (model.world.day - leave) * DAY]
    enough((born.state == MOVING).mean() > 0.9999, "not every issue was found")
    days = (born.reported - born.born) / DAY
    yield sampled("mean days until reported", days, mean)
    yield sampled("mean |days - mean| / mean (2/e if exponential)", np.abs(days / mean - 1.0), 2.0 / np.e)


def _unequal(start: Start, rate: float) -> Iterator[Quantity]:
    model, born = _run(start, latent("building", rate, reporting__unequal=True))
    world = model.world
    rates = np.bincount(world.buildings.of_resident, world.residents.reports_rate) * rate * 0.5
    building = world.households.building[born.household]
    leave = 150  # days in which all issues of a building are found, but for two or three that lapse
    known = (rates[building] > 12 / leave) & (born.born < (world.day - leave) * DAY) & (born.state == MOVING)
    enough(known.sum() > 4000, "too few issues")
    delay = (born.reported - born.born)[known] / DAY
    yield sampled("mean days x sum of rates", delay * rates[building[known]], 1.0)


def _lapse(start: Start, lapse_days: float, rate: float) -> Iterator[Quantity]:
    hazard = rate * EXPOSED["compound"]
    expected = race(hazard, 1.0 / lapse_days)
    model, born = _run(start, latent("compound", rate, lapse_days))
    old = born[born.born < (model.world.day - 200) * DAY]
    enough((old.state == LATENT).mean() < 1e-4, "some issues are neither reported nor lapsed")
    reported, lapsed = int((old.state == MOVING).sum()), int((old.state == LAPSED).sum())
    yield shared("share ever reported", reported, reported + lapsed, expected)
    yield exact("the chance that the model works with", model.world.report_chance[0, COMPOUND], expected, 1e-12)


_LIMIT = "issues of one scope are born and reported, nothing else happens; trust does not matter"

AT = (("building", 0.02), ("household", 0.02), ("household", 0.3), ("stair", 0.05), ("compound", 0.02), ("beyond", 0.1))
"""Scope of the issues, and rate, of each case."""

REPORTS = (
    Formula(
        name="first_report",
        title="Time to the first report",
        text="days until reported ~ Exp(sum of the rates of those in reach), mean 1 / sum",
        limit=f"{_LIMIT}; nothing lapses; equal reporters",
        source="B1; Liu, Bhandaram and Garg 2022",
        parameters={"scope": ", ".join(EXPOSED), "rate": "reports per exposed resident and day"},
        measure=_first_report,
        cases=tuple(Case({"scope": scope, "rate": rate}, (0.02, 0.04)) for scope, rate in AT),
        planted=Planted("everybody reports 3 % sooner", rules("reporting", rate=1.03)),
    ),
    Formula(
        name="unequal_reporters",
        title="A few people report most",
        text="days until reported ~ Exp(sum of unequal rates), building by building",
        limit=f"{_LIMIT}; nothing lapses; four classes of reporters",
        source="B1; A3",
        parameters={"rate": "reports per exposed ordinary resident and day"},
        measure=_unequal,
        cases=(Case({"rate": 0.004}, 0.05),),
        planted=Planted("everybody reports 5 % sooner", rules("reporting", rate=1.05)),
    ),
    Formula(
        name="ever_reported",
        title="Reported, or put up with",
        text="P(reported before it lapses) = h / (h + 1 / lapse), h = sum of rates in reach",
        limit=f"{_LIMIT}; equal reporters",
        source="B1; two exponential clocks",
        parameters={"lapse_days": "mean days until an issue lapses", "rate": "reports per exposed resident and day"},
        defaults={"rate": 0.01},
        measure=_lapse,
        cases=tuple(Case({"lapse_days": days}, 0.04) for days in (20.0, 5.0, 80.0)),
        planted=Planted("issues lapse 8 % later", rules("reporting", lapse=1 / 1.08)),
    ),
)
