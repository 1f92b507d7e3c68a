"""Traits that a person brings along: drawn for everybody at the start, and anew for whoever moves in.

``tick`` is 0 at the start and one more than the week for newcomers, so that each person who lives in a home is another draw.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..engine.streams import normals, uniforms
from . import decisions as d
from .residents import FREE_RIDER, KINDS, UNCONDITIONAL

Ids = NDArray[np.int64]
Values = NDArray[np.float64]


def kinds(seed: int, ids: Ids, tick: int, shares: Values) -> NDArray[np.int64]:
    """How they answer to others' contributions: indices into KINDS, by the shares of all but the last kind."""
    return np.searchsorted(np.cumsum(shares), uniforms(seed, d.KIND, ids, tick), side="right")


def baselines(seed: int, ids: Ids, tick: int, kind: NDArray[np.integer], base: float, gap: float, spread: float) -> Values:
    """Willingness before anything else, in logits: free riders lower, unconditional givers higher by the gap."""
    offset = np.zeros(len(KINDS))
    offset[FREE_RIDER], offset[UNCONDITIONAL] = -gap, gap
    logits: Values = base + offset[kind] + spread * normals(seed, d.BASELINE, ids, tick)
    return logits


def budgets(seed: int, ids: Ids, tick: int, median: float, sigma: float) -> Values:
    """Free hours per week, log-normal."""
    hours: Values = median * np.exp(sigma * normals(seed, d.BUDGET, ids, tick))
    return hours


def resting_belonging(
    seed: int, ids: Ids, tick: int, newcomer: NDArray[np.bool_], level: float, newcomer_gap: float, spread: float
) -> Values:
    """Belonging to which they return, 0 to 1; newcomers rest lower."""
    return np.clip(level - newcomer_gap * newcomer + spread * normals(seed, d.BELONGING_START, ids, tick), 0.0, 1.0)


def willing_to_head(seed: int, ids: Ids, tick: int, adult: NDArray[np.bool_], share: float) -> NDArray[np.bool_]:
    """Adults who would head their unit."""
    return adult & (uniforms(seed, d.HEAD_WILLING, ids, tick) < share)


def willing_to_lead(
    seed: int, ids: Ids, tick: int, adult: NDArray[np.bool_], party: NDArray[np.bool_], share: float, party_ratio: float
) -> NDArray[np.bool_]:
    """Who would head a level above the unit; party members so many times as often."""
    chance = np.where(party, share * party_ratio, share)
    willing: NDArray[np.bool_] = adult & (uniforms(seed, d.SEAT_WILLING, ids, tick) < chance)
    return willing
