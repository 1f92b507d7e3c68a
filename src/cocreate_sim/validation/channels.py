"""The ten channels of unit size: what each acts on, what it moves first, which way, and what would silence it.

A channel that is off takes the building for the unit: the physical reference, since walls do not follow the partition.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model import CoCreateModel
from ..outcomes.catalogue import OF_UNITS, OUTCOMES
from ..outcomes.record import RunResult
from ..world.clock import HOUR
from ..world.issues import BEYOND, LAPSED, LATENT
from ..world.world import N_ISSUES

HEADLINE = ("participation_week", "solved_in_unit_share")
"""The two outcomes by which unit sizes are usually judged."""
MORE, FEWER, FORMULA = "+", "-", "?"
"""What small units have of a channel's measure: more, less, or what a formula of several things says."""

Measure = Callable[[CoCreateModel, RunResult], float]
"""Reads one number from a model that has run, and its results."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way in which unit size may act."""

    name: str
    acts_on: str
    """What it is, in a sentence, with the rule that small and large units share."""
    off: str
    """What stands in the place of the unit when the channel is off."""
    label: str
    unit: str
    measure: Measure
    """The quantity that it moves before anything else follows."""
    small_units: str
    """Whether small units have more of that quantity, less, or whatever the formula gives."""
    silent: tuple[tuple[str, ...], ...]
    """Words that take away what it acts through: with any of these sets it must change nothing at all."""


def outcome(name: str) -> Measure:
    """Measure an outcome of the run."""
    return lambda _, result: result.summary[name]


def known_share(model: CoCreateModel, _: RunResult) -> float:
    """Mean share of the other adults of their group whom adults know, by strength, from the lists of ties."""
    world = model.world
    group, ties = world.group("ties"), world.ties
    rows = np.flatnonzero(world.residents.adult & (group.of_resident >= 0))
    mine = group.of_resident[rows]
    used = np.arange(ties.other.shape[1]) < ties.number[rows, None]
    inside = used & (group.of_resident[ties.other[rows]] == mine[:, None])
    seen = np.where(inside, ties.strength[rows], 0.0).sum(axis=1)
    others = group.adults[mine] - 1
    return float(np.where(others > 0, np.minimum(seen / np.maximum(others, 1), 1.0), 0.0).mean())


def visits(model: CoCreateModel, _: RunResult) -> float:
    """Visits of the head in the last week, per household."""
    return float(model.world.neighbourhood.visits.mean())


def decisive_chance(model: CoCreateModel, _: RunResult) -> float:
    """Mean over adults of the chance that one helper more decides whether the group's party starts, in the last week."""
    group = model.world.group("pivotality")
    mechanism: Any = next(m for m in model.mechanisms if m.name == "participation")
    return float(np.average(mechanism.pivot_chance, weights=group.adults))


def hours_in_reach(model: CoCreateModel, _: RunResult) -> float:
    """Mean over family households of the helpers' hours in their pool, as the last week ends and the next begins."""
    pool = model.world.group("pooling").of_household
    return float(model.world.unit_hours[pool[pool >= 0]].mean() / HOUR)


def levels_to_climb(model: CoCreateModel, _: RunResult) -> float:
    """Mean over reported issues of the levels below the lowest one that holds all households an issue touches."""
    world = model.world
    born: Any = world.issues[: int(world.roster.length[N_ISSUES])]
    reported = (born.household >= 0) & (born.state != LATENT) & (born.state != LAPSED)
    first, last, scope = born.first[reported], born.end[reported] - 1, born.scope[reported]
    levels = np.stack([group.of_household for group in world.climb()])
    held = (levels[:, first] == levels[:, last]) & (levels[:, first] >= 0) & (scope < BEYOND)
    return float(np.where(held.any(axis=0), held.argmax(axis=0), len(levels)).mean())


def _of_outcome(name: str) -> dict[str, Any]:
    return {"label": OUTCOMES[name].label.lower(), "unit": OUTCOMES[name].unit, "measure": outcome(name)}


NO_MASS = (
    "uncertainties.participation.party_minimum=1", "uncertainties.arrivals.skilled_share=0",
    "uncertainties.renovation.skilled=0",
)  # fmt: skip
NO_LEVELS = "levers.upper_heads=false"
"""Heads above the unit sit on the levels of the ladder, and look after the unit heads below."""
TABLE: dict[str, Channel] = {channel.name: channel for channel in (
    Channel(
        "ties", "How many of their unit people know, and so how visible they are on a red board: ties are bounded, units not.",
        "the building is the circle in which people are seen",
        "share of the unit that an adult knows", "share of adults", known_share, MORE,
        (("levers.red_board=false",), ("switches.recognition=false",), ("uncertainties.recognition.board_effect=0",)),
    ),
    Channel(
        "attention", "The head's hours are spread over the households of the unit: visits = hours / (visit time x households). "
        "With equal total hours in every partition, visits are equal, but the head of a small unit has fewer hours for meetings.",
        "a head's hours are spread over the building",
        "visits by the head", "visits per household and week", visits, MORE,
        (("uncertainties.heads.hours=0",), ("switches.heads=false",)),
    ),
    Channel(
        "pivotality", "How likely one helper more decides if a party starts: P(Bin(N-1, p) = m-1), of N adults of whom p come.",
        "the N adults are those of the building",
        "chance that one helper decides", "chance per adult and week", decisive_chance, FORMULA,
        (("uncertainties.participation.pivotal=0",), ("switches.participation=false",)),
    ),
    Channel(
        "critical_mass", "A working party of the unit needs enough helpers, and its issues and projects somebody with the skill.",
        "helpers and skills of the building count",
        **_of_outcome("working_parties_share"), small_units=FEWER,
        silent=(NO_MASS,),
    ),
    Channel(
        "leader_supply", "A unit has a head if somebody in it is willing: 1 - (1 - q)^adults; else it waits for one.",
        "each building looks for a head",
        **_of_outcome("units_with_head_share"), small_units=FEWER,
        silent=(("uncertainties.heads.willing_share=0",), ("switches.heads=false",)),
    ),
    Channel(
        "scope", "An issue that touches households of several units is handed up; what lies inside a unit is settled there.",
        "issues climb from the building",
        "levels that an issue has to climb", "levels per reported issue", levels_to_climb, MORE,
        tuple((word, NO_LEVELS) for word in (
            "uncertainties.routing.rule=hotline", "switches.routing=false", "uncertainties.heads.willing_share=0",
        )),
    ),
    Channel(
        "supervision", "Each unit head takes staff time, from the same hours as cases and mobilisation.",
        "staff look after one head per building",
        **_of_outcome("supervision_hours"), small_units=MORE,
        silent=(("uncertainties.staff_time.supervision_hours=0", NO_LEVELS), ("switches.staff_time=false", NO_LEVELS)),
    ),
    Channel(
        "coordination", "Those who come from one unit talk in pairs: each of A attendees gives pair_hours x (A - 1) / 2 more.",
        "those who come from one building talk in pairs",
        **_of_outcome("meeting_hours"), small_units=FEWER,
        silent=(("uncertainties.heads.pair_hours=0",),),
    ),
    Channel(
        "pooling", "The helpers of a unit are one small pool of hours for its issues; hours of one pool do not help in another.",
        "the helpers of a building are one pool",
        "helpers' hours within reach", "hours per household and week", hours_in_reach, FEWER,
        (("switches.self_resolution=false",), ("uncertainties.routing.rule=hotline",)),
    ),
    Channel(
        "quorum", "Votes on projects that are not common property are valid unit by unit, where a share of its households votes.",
        "votes are counted by building",
        **_of_outcome("votes_valid_share"), small_units=FORMULA,
        silent=(("switches.renovation=false",), ("uncertainties.renovation.common_property=1",)),
    ),
)}  # fmt: skip


def comparable(result: RunResult) -> dict[str, NDArray[np.float64]]:
    """Return every number of a run that does not describe units themselves, by name."""
    found = {k: np.asarray(v, float) for k, v in result.summary.items() if k not in OF_UNITS}
    found |= {f"weekly {k}": np.asarray(v, float) for k, v in result.weekly.items() if k not in OF_UNITS}
    found |= {f"waits {k}": np.asarray(v, float) for k, v in result.waits.items()}
    return found | {f"projects {k}": np.asarray(v, float) for k, v in result.projects.items()}


def differences(one: RunResult, other: RunResult) -> list[str]:
    """Name what is not identical to the last bit in two runs; what describes units themselves may differ."""
    a, b = comparable(one), comparable(other)
    every = sorted(a.keys() | b.keys())
    return [k for k in every if k not in a or k not in b or not np.array_equal(a[k], b[k], equal_nan=True)]
