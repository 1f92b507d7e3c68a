"""Working parties: the volunteer's dilemma, critical mass, and how much one helper more decides.

Limit: as for participation; a unit's residents expect of each other what they remember.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ..world import counters as c
from .case import Case, Formula, Planted, Quantity, Start, enough, exact, sampled, shared
from .plant import mechanism, rules
from .reduced import PLAIN, PLAIN_WORDS, READY_HEADS, alone, batches, identical, reduced, weeks_of
from .theory.defined import refuse, whole
from .theory.participation import at_least, diekmann, exactly, volunteers


def _dilemma(start: Start, size: int, cost: float, benefit: float, noise: float) -> Iterator[Quantity]:
    expected, pure = volunteers(size, cost, benefit, noise), diekmann(size, cost / benefit)
    given = PLAIN | {
        "participation.base": -cost, "participation.pivotal": benefit, "participation.noise": noise,
        "participation.party_minimum": 1, "participation.memory_weeks": 60.0,
    }  # fmt: skip
    units = 60 if size < 25 else 20
    world = identical(units * size, 1)
    model = start(reduced(world, given, alone("participation"), weeks=700, partition=str(size)))
    came = batches(weeks_of(model, lambda w: w.residents.takes_part.mean(), skip=300), 20)
    yield sampled("share helping", came, expected)
    yield exact("the same, beside Diekmann's 1 - (c/b)^(1/(n-1))", came.mean(), pure, 0.2)


def _odds(p: float) -> float:
    refuse(not 0.0 < p < 1.0, f"p = {p:g} must lie between 0 and 1: who always or never comes decides nothing by chance")
    return math.log(p / (1.0 - p))


def _critical_mass(start: Start, size: int, p: float, needed: int) -> Iterator[Quantity]:
    tail, somebody = at_least(needed, size, p), at_least(1, size, p)
    refuse(1400 % (7 * size) != 0, f"size = {size}: compounds of 200 households do not make equal units of it")
    given = PLAIN | READY_HEADS | {
        "participation.base": _odds(p), "participation.party_minimum": needed, "participation.asked": 0.0,
        "participation.visible": 0.0, "renovation.initiative": 100.0, "renovation.meetings_low": 1, "renovation.meetings_high": 1,
        "renovation.turnout": 1.0, "renovation.approval": 1.0, "renovation.skilled": 0.0, "renovation.hours_low": 1e6,
        "renovation.hours_high": 1e6, "renovation.money_low": 0.0, "renovation.money_high": 0.0, "renovation.build_weeks": 520,
        "belonging.start": 1.0, "belonging.spread": 0.0,
    }  # fmt: skip
    world, switches = identical(1400, 7, households_per_site=200), alone("participation", "renovation", "heads")
    model = start(reduced(world, given, switches, weeks=140, partition=str(size)))
    called = weeks_of(model, lambda w: (w.neighbourhood.call >= 0).all())
    enough(bool(called[39:].all()), "not every unit is called from week 40 on")
    counts = model.record.counts[40:]
    trials = 100 * 1400 // size
    yield shared("weeks in which enough came", counts[:, c.PARTIES_FORMED].sum(), trials, tail)
    yield shared("weeks in which somebody came", counts[:, c.PARTIES_TRIED].sum(), trials, somebody)


def _pivotality(start: Start, size: int, needed: int, p: float) -> Iterator[Quantity]:
    whole(size=size, needed=needed)
    given = PLAIN | {"participation.base": _odds(p), "participation.party_minimum": needed, "participation.pivotal": 1e-12}
    model = start(reduced(identical(600, 1), given, alone("participation"), weeks=30, partition=str(size)))
    model.run()
    rule, adults = mechanism(model, "participation"), model.world.units.adults
    expected = [
        exactly(needed - 1, int(n) - 1, float(q)) if n >= needed else 0.0 for n, q in zip(adults, rule.expected, strict=True)
    ]
    yield exact("chance to be the last one needed, unit by unit", rule.pivot_chance, np.array(expected), 1e-9, scale=1.0)


HELPERS = (
    Formula(
        name="volunteers_dilemma",
        title="One helper is enough (volunteer's dilemma)",
        text="p = logistic((b (1 - p)^(n-1) - c) / mu), near Diekmann's 1 - (c/b)^(1/(n-1)): one's share falls like 1 / n",
        limit=f"{PLAIN_WORDS}; one helper suffices; long memory",
        source="B2; Diekmann 1985",
        parameters={
            "size": "people of a unit (n)",
            "cost": "cost of helping (c)",
            "benefit": "worth of being helped (b)",
            "noise": "noise of the decision (mu)",
        },
        defaults={"cost": 10.0, "benefit": 50.0, "noise": 1.0},
        measure=_dilemma,
        cases=tuple(Case({"size": n}, 0.04) for n in (10, 2, 5, 25)),
        planted=Planted("being decisive counts 3 % more", rules("participation", pivotal=1.03)),
    ),
    Formula(
        name="critical_mass",
        title="A working party needs enough people",
        text="P(a party starts) = P(Bin(N, p) >= m)",
        limit=f"{PLAIN_WORDS}; every unit is called each week to a site that is never finished",
        source="B2; binomial law",
        parameters={"size": "people of a unit (N)", "p": "chance to come", "needed": "people needed (m)"},
        measure=_critical_mass,
        cases=tuple(
            Case({"size": n, "p": p, "needed": m}, (0.9 if at_least(m, n, p) < 0.012 else 0.2, 0.1))
            for n, p, m in (
                (25, 0.3, 5),
                (10, 0.1, 5),
                (10, 0.1, 3),
                (10, 0.3, 5),
                (10, 0.02, 2),
                (25, 0.1, 5),
                (25, 0.1, 3),
                (25, 0.02, 2),
                (50, 0.1, 5),
                (50, 0.1, 3),
                (50, 0.3, 5),
                (50, 0.02, 2),
            )
        ),
        planted=Planted("one helper too many is needed", rules("participation", add=1, minimum=1)),
    ),
    Formula(
        name="pivotality",
        title="How much one helper more decides",
        text="P(Bin(N - 1, p) = m - 1), p being what the unit remembers of itself; it peaks near N = (m - 1) / p",
        limit=PLAIN_WORDS,
        source="B2; binomial law",
        parameters={"size": "people of a unit (N)", "needed": "people needed (m)", "p": "chance to come"},
        measure=_pivotality,
        cases=tuple(
            Case({"size": n, "needed": m, "p": p})
            for n, m, p in ((25, 5, 0.1), (12, 5, 0.1), (50, 5, 0.1), (10, 1, 0.05), (1, 1, 0.5), (4, 5, 0.5))
        ),
        planted=Planted("one helper too many is needed", rules("participation", add=1, minimum=1)),
    ),
)
