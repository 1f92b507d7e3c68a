"""Who comes: Brock and Durlauf's peers, Granovetter's thresholds, the logit public good, honour that everybody sees.

Limit: one kind of resident, no other motive, everybody hears of everything; for the complete graph ``ties.complete``, and growth
of ties off. The one thing that no setting gives is the *initial* state "everybody took part last week", from which the upper
equilibrium is reached; it is written into its column before the first week.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..world.world import World
from .case import Case, Formula, Planted, Quantity, Start, enough, exact, sampled, shared
from .plant import rules, thresholds_spread
from .reduced import PLAIN, PLAIN_WORDS, alone, batches, identical, reduced, weeks_of
from .theory.participation import EVERYBODY, NOBODY, brock_durlauf, critical_spread, logistic, public_good, threshold_cascade

COMPLETE: dict[str, Any] = PLAIN | {"ties.complete": True, "participation.known_weight": 0.0}
"""Everybody knows everybody in the building, at full strength."""


def by_building(world: World) -> np.ndarray:
    """Share of each building's adults who take part this week."""
    b, r = world.buildings, world.residents
    shares: np.ndarray = np.bincount(b.of_resident[r.takes_part], minlength=len(b.first)) / b.adults
    return shares


def peers(
    start: Start, h: float, weight: float, everybody: bool, *, buildings: int, size: int, weeks: int, skip: int
) -> np.ndarray:
    """Participation of buildings in which everybody knows everybody: (weeks, buildings)."""
    given = COMPLETE | {"participation.base": h, "participation.peers": weight}
    model = start(reduced(identical(buildings * size, buildings), given, alone("participation"), weeks=weeks))
    model.world.residents.takes_part[:] = everybody
    return weeks_of(model, by_building, skip)


def _peers(start: Start, h: float, J: float, begin: str) -> Iterator[Quantity]:
    expected = brock_durlauf(h, J, begin)
    shares = peers(start, h, J, begin == EVERYBODY, buildings=4, size=800, weeks=130, skip=30)
    yield sampled("share taking part", batches(shares.mean(axis=1), 20), expected)


def thresholds(start: Start, mean: float, sigma: float, buildings: int, size: int) -> np.ndarray:
    """Participation of buildings week by week, when residents act on normal thresholds: (weeks, buildings)."""
    weight = 20.0
    given = COMPLETE | {
        "participation.peers": weight, "participation.base": -mean * weight, "participation.base_sd": sigma * weight,
        "participation.noise": 1e-6,
    }  # fmt: skip
    path = weeks_of(start(reduced(identical(buildings * size, buildings), given, alone("participation"), weeks=50)), by_building)
    enough(bool(np.all(np.diff(path, axis=0) >= -2.0 / size)), "a cascade fell back by more than one's own place in the crowd")
    return path


def _cascade(start: Start, mean: float, sigma: float, buildings: int, size: int) -> Iterator[Quantity]:
    expected = threshold_cascade(mean, sigma)
    yield sampled("share taking part at rest", thresholds(start, mean, sigma, buildings, size)[-1], expected)


def _jump(start: Start, mean: float, sigma: float) -> Iterator[Quantity]:
    critical = critical_spread(mean)
    last = thresholds(start, mean, sigma, 10, 500)[-1]
    yield exact("share of buildings that end above one half", np.mean(last > 0.5), float(sigma > critical), 0.0, scale=1.0)


def _public_good(start: Start, M: float, noise: float, size: int) -> Iterator[Quantity]:
    expected = public_good(M, noise)
    given = PLAIN | {"participation.base": M - 1.0, "participation.noise": noise}
    model = start(reduced(identical(2000, 20), given, alone("participation"), weeks=20, partition=str(size)))
    came = model.run().weekly["participation_week"]
    yield shared("share giving", came.sum() * 2000, 20 * 2000, expected)


def _honour(start: Start, h: float, board: float, known: bool) -> Iterator[Quantity]:
    expected = logistic(h + board * known)
    given = PLAIN | {
        "participation.base": h, "recognition.board_effect": board, "ties.complete": known, "ties.start_degree": 0.0,
    }  # fmt: skip
    switches = alone("participation", "recognition")
    model = start(reduced(identical(2000, 10), given, switches, weeks=20, red_board=True, partition="200"))
    came = model.run().weekly["participation_week"]
    yield shared("share taking part", came.sum() * 2000, 20 * 2000, expected)


_GRAPH = f"{PLAIN_WORDS}; everybody knows everybody in the building"

PARTICIPATION = (
    Formula(
        name="peers",
        title="Company draws company (Brock and Durlauf)",
        text="p = logistic(h + J p); one solution up to J = 4, two stable ones possible above",
        limit=f"{_GRAPH}; buildings of 800 (finite: p is off by less than 0.1 %)",
        source="B2; Brock and Durlauf 2001",
        parameters={
            "h": "willingness without company",
            "J": "weight of the share who came last week",
            "begin": "nobody or everybody",
        },
        defaults={"begin": NOBODY},
        measure=_peers,
        cases=(
            Case({"h": -2.0, "J": 2.0}, 0.03),
            Case({"h": -2.0, "J": 0.0}, 0.02),
            Case({"h": -2.0, "J": 3.0}, 0.03),
            Case({"h": 0.5, "J": 1.0}, 0.01),
            Case({"h": -3.0, "J": 6.0}, 0.05),
            Case({"h": -3.0, "J": 6.0, "begin": EVERYBODY}, 0.005),
            Case({"h": -4.0, "J": 8.0}, 0.08),
            Case({"h": -4.0, "J": 8.0, "begin": EVERYBODY}, 0.002),
            Case({"h": -1.5, "J": 3.0}, 0.03),
            Case({"h": -1.5, "J": 3.0, "begin": EVERYBODY}, 0.03),
        ),
        planted=Planted("company counts 8 % more", rules("participation", peers=1.08)),
    ),
    Formula(
        name="thresholds",
        title="Where a cascade comes to rest (Granovetter)",
        text="r = F(r) from below, F the normal distribution of thresholds",
        limit=f"{_GRAPH}; no noise",
        source="B2; Granovetter 1978",
        parameters={
            "mean": "mean threshold",
            "sigma": "spread of thresholds",
            "buildings": "buildings simulated",
            "size": "people in each",
        },
        defaults={"mean": 0.25},
        measure=_cascade,
        cases=(
            Case({"sigma": 0.25, "buildings": 20, "size": 250}, 0.005),
            Case({"sigma": 0.10, "buildings": 24, "size": 500}, 0.6),
        ),
        planted=Planted("thresholds spread 10 % more", thresholds_spread(1.1), case=1),
    ),
    Formula(
        name="cascade",
        title="The spread at which everybody is carried along (Granovetter)",
        text="the low state is gone above sigma_c, where F(r) = r and F'(r) = 1: 0.1222 for a mean of 0.25",
        limit=f"{_GRAPH}; no noise; buildings of 500 (finite: the jump is blurred by a few thousandths)",
        source="B2; Granovetter 1978",
        parameters={"mean": "mean threshold", "sigma": "spread of thresholds"},
        defaults={"mean": 0.25},
        measure=_jump,
        cases=(
            Case({"sigma": 0.145}),
            Case({"sigma": 0.10}),
            Case({"mean": 0.35, "sigma": 0.22}),
            Case({"mean": 0.35, "sigma": 0.16}),
        ),
        planted=Planted("thresholds spread 25 % less", thresholds_spread(0.75)),
    ),
    Formula(
        name="public_good",
        title="Giving does not depend on the size of the group (logit public good)",
        text="p = 1 / (1 + exp((1 - M) / mu)), whatever n",
        limit=PLAIN_WORDS,
        source="B2; Isaac and Walker 1988; Goeree, Holt and Laury 2002",
        parameters={"M": "return on what one gives", "noise": "noise of the decision (mu)", "size": "households of a unit (n)"},
        measure=_public_good,
        cases=tuple(
            Case({"M": gain, "noise": noise, "size": size}, 0.05)
            for gain, noise in ((0.4, 0.5), (0.0, 0.5), (0.75, 0.25), (0.4, 2.0))
            for size in (2, 10, 100)
        ),
        planted=Planted("decisions are 5 % noisier", rules("participation", noise=1.05)),
    ),
    Formula(
        name="honour",
        title="Honour moves people as far as they are known",
        text="p = logistic(h + board V); V = 1 where everybody is known, no effect where nobody is",
        limit=f"{PLAIN_WORDS}; a red board before units in which everybody, or nobody, knows the others",
        source="B3; Bénabou and Tirole 2006",
        parameters={"h": "willingness without honour", "board": "effect of the board", "known": "whether everybody is known"},
        measure=_honour,
        cases=(
            Case({"h": -1.0, "board": 1.0, "known": True}, 0.03),
            Case({"h": -1.0, "board": 1.0, "known": False}, 0.03),
            Case({"h": 0.0, "board": 0.36, "known": True}, 0.03),
            Case({"h": -3.0, "board": 2.0, "known": True}, 0.03),
        ),
        planted=Planted(
            "the board counts 5 % more", lambda model: setattr(model.world, "board_effect", model.world.board_effect * 1.05)
        ),
    ),
)
