"""What changes slowly: ties, belonging and volunteers settle where gain meets loss.

The model moves these weekly: within a week first the decay, then the gain. Each formula is given in weekly steps, and beside the
continuous one, which it reaches as rates per week become small.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ..world.world import World
from .case import Case, Formula, Planted, Quantity, Start, enough, exact, sampled
from .plant import rules
from .reduced import PLAIN, alone, batches, identical, reduced, weeks_of
from .theory.defined import chance, refuse
from .theory.slow import WEEKS_PER_YEAR, at_rest, settles


def come(p: float) -> dict[str, Any]:
    """Everybody comes each week with probability p, whatever happens."""
    chance(p=p)
    refuse(p == 0.0, "p = 0: where nobody ever comes nothing is gained")
    return PLAIN | {"participation.base": 30.0 if p == 1.0 else math.log(p / (1.0 - p))}


def _settled(pace: float) -> int:
    """Weeks after which what relaxes at this pace a year is at rest."""
    weeks = int(8 / pace * WEEKS_PER_YEAR)
    refuse(weeks > 4000, f"it takes {weeks} weeks until this is at rest, more than a run of 4000")
    return weeks


def _ties(start: Start, gain: float, fade: float, p: float) -> Iterator[Quantity]:
    meet = p * p
    weekly = settles(gain * meet, fade)
    continuous = at_rest(gain * meet * WEEKS_PER_YEAR, fade)
    given = come(p) | {
        "ties.gain": gain, "ties.fade": fade, "ties.start_degree": 0.0, "ties.ends_below": 0.0, "ties.met_per_activity": 1000.0,
    }  # fmt: skip
    settled = _settled(gain * meet * WEEKS_PER_YEAR + fade)
    weeks = settled + (400 if p < 1 else 1)
    model = start(reduced(identical(400, 200), given, alone("participation", "ties"), weeks=weeks))

    def mean(world: World) -> float:
        return float(world.ties.strength[:, 0].mean())

    noted = weeks_of(model, mean, skip=settled)
    enough(model.world.ties.number.max() == 1, "everybody should know one other person")
    if p == 1.0:
        yield exact("mean strength of a tie", noted[-1], weekly, 2e-3)
    else:
        yield sampled("mean strength of a tie", batches(noted, 20), weekly)
    yield exact("weekly steps, beside w* = alpha f / (alpha f + lambda)", weekly, continuous, 0.25)


def _belonging(start: Start, gain: float, back: float, p: float) -> Iterator[Quantity]:
    weekly, continuous = settles(gain * p, back), at_rest(gain * p * WEEKS_PER_YEAR, back)
    given = come(p) | {
        "belonging.start": 0.0, "belonging.newcomer_gap": 0.0, "belonging.spread": 0.0, "belonging.gain": gain,
        "belonging.return_rate": back,
    }  # fmt: skip
    settled = _settled(gain * p * WEEKS_PER_YEAR + back)
    model = start(reduced(identical(500, 1), given, alone("participation", "belonging"), weeks=settled + (1000 if p < 1 else 1)))
    noted = weeks_of(model, lambda w: w.residents.belonging.mean(), skip=settled)
    if p == 1.0:
        yield exact("mean belonging", noted[-1], weekly, 1e-3)
    else:
        yield sampled("mean belonging", batches(noted, 20), weekly)
    yield exact("weekly steps, beside B* = eta f / (eta f + mu)", weekly, continuous, 0.07)


def _volunteers(start: Start, join: float, lapse: float, p: float) -> Iterator[Quantity]:
    chance(join=join)
    joins, lapses = join * p, -math.expm1(-lapse / WEEKS_PER_YEAR)
    expected = at_rest(joins, lapses)
    given = come(p) | {
        "volunteering.join_chance": join, "volunteering.lapse_rate": lapse, "volunteering.belonging_effect": 0.0,
        "volunteering.start_share": 0.0,
    }  # fmt: skip
    settled = _settled((joins + lapses) * WEEKS_PER_YEAR)
    model = start(reduced(identical(2000, 10), given, alone("participation", "volunteering"), weeks=settled + 1200))
    noted = weeks_of(model, lambda w: (w.residents.volunteer_since >= 0).mean(), skip=settled)
    yield sampled("share registered", batches(noted, 20), expected)


_COME = "everybody comes each week with probability p"

SLOW = (
    Formula(
        name="ties",
        title="How strong ties between people who meet become",
        text="w* = a / (1 - e (1 - a)), a = alpha p^2, e = exp(-lambda / 52); near alpha f / (alpha f + lambda)",
        limit=f"{_COME}; pairs; no ties at the start",
        source="B3; F5",
        parameters={"gain": "rise at a meeting (alpha)", "fade": "decay per year (lambda)", "p": "chance to come in a week"},
        measure=_ties,
        cases=(
            Case({"gain": 0.05, "fade": 4.0, "p": 0.6}, 0.04),
            Case({"gain": 0.02, "fade": 1.0, "p": 1.0}),
            Case({"gain": 0.1, "fade": 5.0, "p": 1.0}),
            Case({"gain": 0.3, "fade": 20.0, "p": 0.4}, 0.04),
        ),
        planted=Planted("a meeting strengthens a tie 3 % more", rules("ties", gain=1.03)),
    ),
    Formula(
        name="belonging",
        title="How far belonging rises",
        text="B* = b / (1 - e (1 - b)), b = eta p, e = exp(-mu / 52); near eta f / (eta f + mu), f good experiences a year",
        limit=f"{_COME}; nobody belongs at rest",
        source="B3; F6",
        parameters={"gain": "rise by a good experience (eta)", "back": "return per year (mu)", "p": "chance to come in a week"},
        measure=_belonging,
        cases=(
            Case({"gain": 0.02, "back": 1.0, "p": 0.3}, 0.02),
            Case({"gain": 0.02, "back": 1.0, "p": 1.0}),
            Case({"gain": 0.1, "back": 5.0, "p": 0.3}, 0.02),
            Case({"gain": 0.005, "back": 0.4, "p": 1.0}),
        ),
        planted=Planted("a good experience counts 2 % more", rules("belonging", gain=1.02)),
    ),
    Formula(
        name="volunteers",
        title="How many are registered as volunteers",
        text="j / (j + l), j = join p, l = 1 - exp(-lapse / 52)",
        limit=f"{_COME}; belonging does not slow lapsing",
        source="B2; two-state chain",
        parameters={"join": "chance to register at an activity", "lapse": "lapses per year", "p": "chance to come in a week"},
        measure=_volunteers,
        cases=tuple(
            Case({"join": j, "lapse": out, "p": p}, 0.04) for j, out, p in ((0.1, 0.6, 0.2), (0.02, 2.0, 0.5), (1.0, 20.0, 0.3))
        ),
        planted=Planted("volunteers lapse 6 % later", rules("volunteering", lapse=1 / 1.06), case=1),
    ),
)
