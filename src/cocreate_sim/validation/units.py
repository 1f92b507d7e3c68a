"""Units: leaders found and lost, quorums reached, votes won, and the size at which costs alone would be least."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..model import CoCreateModel
from ..world import counters as c
from ..world.sites import BUILD
from .case import Case, Formula, Planted, Quantity, Start, enough, exact, sampled, shared
from .plant import fewer_willing, rules
from .reduced import PLAIN, READY_HEADS, alone, identical, one_building, reduced
from .theory.defined import chance, refuse, whole
from .theory.participation import at_least
from .theory.units import best_size, cost_per_household, head_vacancy, leader_supply, majority, quorum


def _leader_supply(start: Start, willing: float, size: int) -> Iterator[Quantity]:
    chance(willing=willing)
    whole(size=size)
    given = READY_HEADS | {"heads.willing_share": willing}
    world = one_building(compounds=4, grids=8, communities=2, households=12_000, households_per_site=50)
    model = start(reduced(world, given, alone("heads"), weeks=1, partition=str(size)))
    told = model.run().summary["units_with_head_share"]
    units, found = model.world.units, model.world.head >= 0
    expected = np.array([leader_supply(willing, int(n)) for n in units.adults])
    error = math.sqrt(float((expected * (1.0 - expected)).sum())) / len(found)
    yield Quantity("share of units with a head", float(expected.mean()), float(found.mean()), error, float(expected.mean()))
    households = float((found * units.households).sum() / units.households.sum())
    yield exact("outcome units_with_head_share, by households", told, households, 1e-12)


def _head_vacancy(start: Start, size: int, quit_rate: float, step_forward_weeks: float) -> Iterator[Quantity]:
    expected = head_vacancy(size, quit_rate, step_forward_weeks)
    refuse(100 % size != 0, f"size = {size}: compounds of 100 households do not make equal units of it")
    given = {
        "heads.willing_share": 1.0, "heads.step_forward_weeks": step_forward_weeks, "heads.quit_rate": quit_rate,
        "heads.rest_weeks": 0,
    }  # fmt: skip
    model = start(reduced(identical(2000, 20), given, alone("heads"), weeks=600, burn_in=50, partition=str(size)))
    summary = model.run().summary
    weekly = 1.0 - model.record.weekly["units_with_head_share"][50:]
    yield sampled("share of units without a head", weekly.reshape(20, -1).mean(axis=1), expected)
    yield exact("outcome units_with_head_share", summary["units_with_head_share"], 1.0 - expected, 0.02)


def votes(start: Start, households: int, compounds: int, partition: str, weeks: int, **changes: Any) -> CoCreateModel:
    """Run compounds whose sites concern everybody there, and where staff propose again as soon as a project has failed."""
    given = {
        "renovation.initiative": 100.0, "renovation.staff_initiative": 52.0, "renovation.meetings_low": 1,
        "renovation.meetings_high": 1, "renovation.common_property": 0.0, "renovation.turnout_belonging": 0.0,
        "renovation.build_weeks": 1, "renovation.plan_weeks": 520,
        "belonging.start": 1.0, "belonging.spread": 0.0, "participation.free_rider_share": 0.0,
    } | {f"renovation.{key}": value for key, value in changes.items()}  # fmt: skip
    world, switches = identical(households, compounds, households_per_site=5), alone("renovation", "staff_time", "casework")
    levers: dict[str, Any] = {"community_workers_per_10k": 100.0, "project_budget": 0.0}
    model = start(reduced(world, given, switches, weeks=weeks, partition=partition, **levers))
    model.run()
    return model


def _quorum(start: Start, size: int, turnout: float) -> Iterator[Quantity]:
    expected = quorum(size, turnout)
    refuse(150 % size != 0, f"size = {size}: compounds of 150 households do not make equal units of it")
    model = votes(start, 1500, 10, str(size), 60, turnout=turnout, quorum=2 / 3, approval=0.0)
    counts = model.record.counts.sum(axis=0)
    enough(counts[c.VOTES_HELD] > 5000, "too few votes were held")
    scale = 1.0 if expected < 0.2 else None  # a share of nearly 0 is compared with 1
    yield shared("share of votes that reach the quorum", counts[c.VOTES_VALID], counts[c.VOTES_HELD], expected, scale)
    yield exact("turnout", counts[c.HOUSEHOLDS_VOTING] / counts[c.HOUSEHOLDS_CALLED], turnout, 0.01)


def _common_property(start: Start, size: int, turnout: float) -> Iterator[Quantity]:
    chance(turnout=turnout)
    refuse(75 % size != 0, f"size = {size}: compounds of 75 households do not make equal units of it")
    model = votes(start, 1500, 20, str(size), 40, turnout=turnout, common_property=1.0, approval=0.0)
    counts = model.record.counts.sum(axis=0)
    yield shared("share of votes that reach two thirds", counts[c.VOTES_VALID], counts[c.VOTES_HELD], at_least(50, 75, turnout))


def _majority(start: Start, voters: int, competence: float) -> Iterator[Quantity]:
    expected = majority(voters, competence)
    compounds = 2000 // voters
    model = votes(start, voters * compounds, compounds, "grid", 80, turnout=1.0, quorum=0.0, approval=competence)
    held = model.record.counts[:, c.VOTES_HELD].sum()
    yield shared("share of votes in favour", model.world.project_events[BUILD, 0], held, expected)


SIZES = (4, 5, 6, 8, 10, 12, 15, 20, 24, 30, 40)
"""Unit sizes of which the cheapest is sought; each divides 1,200 households."""


def _best_size(start: Start, ratio: float) -> Iterator[Quantity]:
    kappa, households = 0.002, 1200
    aimed, per_head = best_size(ratio), ratio * 0.002
    given = PLAIN | READY_HEADS | {
        "participation.base": 30.0, "heads.pair_hours": kappa, "staff_time.supervision_hours": per_head,
        "staff_time.most_supervision": 1.0,
    }  # fmt: skip
    switches = alone("participation", "heads", "staff_time", "casework")
    costs = []
    for size in SIZES:
        model = start(
            reduced(
                identical(households, 1),
                given,
                switches,
                weeks=3,
                burn_in=2,
                partition=str(size),
                community_workers_per_10k=100.0,
            )
        )
        summary = model.run().summary
        costs.append((summary["supervision_hours"] + summary["meeting_hours"]) / households)
    wanted = [cost_per_household(size, per_head, kappa) for size in SIZES]
    yield exact("hours per household and week, size by size", costs, wanted, 1e-9)
    cheapest = SIZES[int(np.argmin(costs))]
    yield exact("cheapest of eleven sizes", cheapest, SIZES[int(np.argmin(wanted))], 0.0)
    yield exact("the same, beside sqrt(2 t / kappa)", cheapest, aimed, 2.0 / aimed)


def _head_hours(start: Start, rule: str, size: int, hours: float) -> Iterator[Quantity]:
    whole(size=size)
    given = READY_HEADS | {"heads.hours": hours}
    model = start(reduced(identical(600, 1), given, alone("heads"), weeks=2, partition=str(size), head_hours=rule))
    expected = hours * 600 / (size if rule == "per_head" else 15)
    yield exact("hours of all heads a week", model.run().summary["head_hours"], expected, 1e-9)


UNITS = (
    Formula(
        name="leader_supply",
        title="Whether a unit finds a head",
        text="P(a unit has a head) = 1 - (1 - q)^adults, unit by unit",
        limit="the willing step forward at once, nobody quits",
        source="B3; binomial law",
        parameters={"willing": "share of adults who are willing (q)", "size": "households of a unit"},
        measure=_leader_supply,
        cases=tuple(Case({"willing": q, "size": n}, 0.15) for q in (0.02, 0.05) for n in (15, 5, 10, 25)),
        planted=Planted("one in six of the willing is not", fewer_willing(6), case=5),
    ),
    Formula(
        name="head_vacancy",
        title="How often a unit is without a head",
        text="P(vacant) = q (1 - f) / (q (1 - f) + f), q = 1 - exp(-quits a week), f = 1 - exp(-adults / step_forward_weeks)",
        limit="everybody is willing; who quits may step forward again",
        source="B3; two-state chain",
        parameters={
            "size": "adults of a unit",
            "quit_rate": "quits per year",
            "step_forward_weeks": "mean weeks until one does step forward",
        },
        measure=_head_vacancy,
        cases=(
            Case({"size": 4, "quit_rate": 4.0, "step_forward_weeks": 40.0}, 0.05),
            Case({"size": 10, "quit_rate": 4.0, "step_forward_weeks": 40.0}, 0.1),
            Case({"size": 4, "quit_rate": 1.0, "step_forward_weeks": 80.0}, 0.1),
        ),
        planted=Planted("heads quit 6 % more often", rules("heads", quit=1.06)),
    ),
    Formula(
        name="quorum",
        title="Whether enough households vote",
        text="P(at least ceil(2n/3) of n households vote), an exact binomial: 15 households above 25 at a turnout of 0.7",
        limit="independent voters, one vote after the other",
        source="B3; binomial law",
        parameters={"size": "households of a unit (n)", "turnout": "chance that a household votes"},
        measure=_quorum,
        cases=tuple(Case({"size": n, "turnout": t}, 0.05) for t in (0.7, 0.6, 0.35) for n in (15, 5, 25, 75)),
        planted=Planted("turnout is 0.02 logits higher", rules("renovation", add=0.02, turnout_logit=1)),
    ),
    Formula(
        name="common_property",
        title="Common property needs two thirds of all, whatever the unit",
        text="P(at least 50 of 75 households vote), in units of any size",
        limit="independent voters; every project on common property",
        source="B3; A5.12",
        parameters={"size": "households of a unit", "turnout": "chance that a household votes"},
        defaults={"turnout": 0.65},
        measure=_common_property,
        cases=(Case({"size": 5}, 0.1), Case({"size": 75}, 0.1), Case({"size": 15, "turnout": 0.7}, 0.1)),
        planted=Planted("turnout is 0.03 logits higher", rules("renovation", add=0.03, turnout_logit=1)),
    ),
    Formula(
        name="majority",
        title="Many are wiser than few, or more wrong (Condorcet)",
        text="P(Bin(N, p) > N / 2)",
        limit="everybody votes, independently",
        source="B3; Condorcet 1785",
        parameters={"voters": "households that vote (N)", "competence": "chance to be in favour (p)"},
        measure=_majority,
        cases=tuple(
            Case({"voters": n, "competence": p}, 0.08)
            for n, p in ((25, 0.6), (5, 0.6), (15, 0.6), (25, 0.4), (101, 0.6), (101, 0.52))
        ),
        planted=Planted("households are in favour 1 % more often", rules("renovation", approval=1.01)),
    ),
    Formula(
        name="best_size",
        title="The unit size at which costs alone are least",
        text="t / n + kappa (n - 1) / 2 per household, least at n* = sqrt(2 t / kappa): 10, 14.1, 20 for ratios of 50, 100, 200",
        limit="no benefit counts, everybody comes; staff hours per head t, talk in pairs kappa",
        source="B2, B3; Rationality and Society 2025",
        parameters={"ratio": "t / kappa"},
        measure=_best_size,
        cases=tuple(Case({"ratio": r}) for r in (100.0, 50.0, 200.0)),
        planted=Planted("talk in pairs takes 0.1 % longer", rules("participation", pair_hours=1.001)),
    ),
    Formula(
        name="head_hours",
        title="Hours of heads: so many each, or so many in total",
        text="per_head: hours x households / n; equal_total: hours x households / 15, whatever n",
        limit="every unit has a head",
        source="design: the two arms of unit size",
        parameters={"rule": "per_head or equal_total", "size": "households of a unit (n)", "hours": "hours of a head a week"},
        defaults={"hours": 3.0},
        measure=_head_hours,
        cases=tuple(Case({"rule": rule, "size": n}) for rule in ("per_head", "equal_total") for n in (15, 5, 30, 60)),
        planted=Planted("heads give 0.1 % more time", rules("heads", hours=1.001)),
    ),
)
