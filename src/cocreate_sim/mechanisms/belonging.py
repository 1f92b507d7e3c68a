"""Belonging and trust: good experiences raise them, bad ones lower them, and they slowly return to where they rest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from ..engine.kernels import kernel
from ..engine.settings import loguniform, setting, uniform
from ..world import traits
from ..world.world import World

WEEKS_PER_YEAR = 365.0 / 7.0


@dataclass(frozen=True, slots=True)
class BelongingSettings:
    """How experience turns into belonging and trust."""

    start: float = setting(
        0.4, unit="level", low=0.0, high=1.0, prior=uniform(0.2, 0.6),
        meaning="resting belonging of residents who have lived here for long", source="S11: low; no level known",
    )  # fmt: skip
    newcomer_gap: float = setting(
        0.15, unit="level", low=0.0, high=1.0, prior=uniform(0.0, 0.3),
        meaning="newcomers rest lower by this", source="S30: sign only",
    )  # fmt: skip
    spread: float = setting(
        0.1, unit="standard deviation", low=0.0, high=1.0,
        meaning="spread of resting belonging", source="no evidence",
    )  # fmt: skip
    gain: float = setting(
        0.08, unit="share of the gap to full belonging", low=0.0, high=1.0, prior=uniform(0.02, 0.2),
        meaning="rise by a good experience (eta)", source="E14; A7.9: sign only",
    )  # fmt: skip
    loss: float = setting(
        0.05, unit="share of the level", low=0.0, high=1.0, prior=uniform(0.0, 0.15),
        meaning="fall by a bad experience", source="no evidence",
    )  # fmt: skip
    visit_gain: float = setting(
        0.005, unit="share per visit", low=0.0, high=1.0, prior=uniform(0.0, 0.02),
        meaning="rise by a visit of the unit head", source="S24: sign only",
    )  # fmt: skip
    return_rate: float = setting(
        0.4, unit="per year", low=0.0, high=50.0, prior=loguniform(0.1, 1.0),
        meaning="return to the resting level (mu)", source="E14",
    )  # fmt: skip
    trust_start: float = setting(
        0.5, unit="level", low=0.0, high=1.0,
        meaning="trust in staff at the start", source="design: the middle; reporting rates refer to it",
    )  # fmt: skip
    trust_gain: float = setting(
        0.2, unit="share of the gap to full trust", low=0.0, high=1.0, prior=uniform(0.05, 0.4),
        meaning="rise of trust by a report solved well or a vote honoured", source="A1.7: sign only",
    )  # fmt: skip
    trust_loss: float = setting(
        0.2, unit="share of the level", low=0.0, high=1.0, prior=uniform(0.05, 0.4),
        meaning="fall of trust by a report solved late or not at all, a vote overruled, or a project or facility that failed",
        source="A1.7: sign only",
    )  # fmt: skip
    trust_by_taking_part: float = setting(
        0.02, unit="share of the gap to full trust", low=0.0, high=1.0, prior=uniform(0.0, 0.05),
        meaning="rise of trust by taking part", source="S42: sign only",
    )  # fmt: skip
    trust_by_contact: float = setting(
        0.02, unit="share of the gap to full trust", low=0.0, high=1.0, prior=uniform(0.0, 0.05),
        meaning="rise of trust by meeting staff at a club", source="S41: sign only",
    )  # fmt: skip


class _Rates(NamedTuple):
    gain: float
    loss: float
    visit: float
    keep: float
    trust_gain: float
    trust_loss: float
    trust_part: float
    trust_contact: float


@kernel
def _digest(residents, neighbourhood, feelings, rates):
    """Turn each resident's experiences of the week into belonging and trust, then forget them."""
    for i in range(residents.id.shape[0]):
        b = residents.belonging[i]
        rest = residents.belonging_rest[i]
        b = rest + (b - rest) * rates.keep
        visits = neighbourhood.visits[residents.household[i]]
        if visits > 0.0 and rates.visit > 0.0:
            b += min(rates.visit * visits, 1.0) * (1.0 - b)
        for _ in range(feelings.good[i]):
            b += rates.gain * (1.0 - b)
        for _ in range(feelings.bad[i]):
            b -= rates.loss * b
        residents.belonging[i] = b
        t = residents.trust[i]
        for _ in range(feelings.served[i]):
            t += rates.trust_gain * (1.0 - t)
        for _ in range(feelings.ignored[i]):
            t -= rates.trust_loss * t
        if residents.takes_part[i]:
            t += rates.trust_part * (1.0 - t)
        for _ in range(feelings.met_staff[i]):
            t += rates.trust_contact * (1.0 - t)
        residents.trust[i] = t
        feelings.good[i] = 0
        feelings.bad[i] = 0
        feelings.served[i] = 0
        feelings.ignored[i] = 0
        feelings.met_staff[i] = 0


class Belonging:
    """Experience feeds belonging and trust in staff; without it they drift back."""

    name: ClassVar[str] = "belonging"
    cadence: ClassVar[str] = "weekly"
    sentence: ClassVar[str] = (
        "Taking part, being visited, seeing one's vote or report honoured raises belonging and trust; being ignored lowers them."
    )
    equations: ClassVar[tuple[str, ...]] = (
        "B <- B + gain (1 - B) per good, B - loss B per bad experience; B returns to its resting level at return_rate",
        "trust likewise, by reports solved well or badly and votes honoured or overruled",
        "trust also rises by taking part and by meeting staff at a club",
        "limit: B* = eta f / (eta f + mu) for a resting level of 0",
    )
    without: ClassVar[str] = "belonging and trust stay as they were at the start"
    reads: ClassVar[tuple[str, ...]] = ("experiences", "visits", "participation")
    writes: ClassVar[tuple[str, ...]] = ("belonging", "trust")
    seed_facts: ClassVar[tuple[str, ...]] = ("S09", "S11", "S16", "S30", "S41", "S42")
    Settings: ClassVar[type] = BelongingSettings

    def __init__(self, world: World, settings: BelongingSettings, on: bool) -> None:
        s, r = settings, world.residents
        self.on = on
        r.belonging_rest[:] = traits.resting_belonging(world.seed, r.id, 0, r.newcomer, s.start, s.newcomer_gap, s.spread)
        r.belonging[:] = r.belonging_rest
        r.trust[:] = s.trust_start
        self.rates = _Rates(
            s.gain, s.loss, s.visit_gain, math.exp(-s.return_rate / WEEKS_PER_YEAR), s.trust_gain, s.trust_loss,
            s.trust_by_taking_part, s.trust_by_contact,
        )  # fmt: skip

    def step(self, world: World) -> None:
        """Digest the week."""
        if self.on:
            _digest(world.residents, world.neighbourhood, world.feelings, self.rates)
        else:
            for column in world.feelings:
                column[:] = 0
