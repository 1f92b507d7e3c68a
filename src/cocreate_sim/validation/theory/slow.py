"""What changes slowly settles where gain meets loss; each week first the decay, then the gain."""

from __future__ import annotations

import math

from .defined import positive, refuse

WEEKS_PER_YEAR = 365.0 / 7.0


def settles(gain: float, rate: float) -> float:
    """x <- x + gain (1 - x) once a week against decay at ``rate`` a year: the level at rest, with weeks as steps."""
    refuse(gain < 0.0 or gain > 1.0, f"gain = {gain:g} is not a share; allowed: 0 to 1")
    refuse(
        rate < 0.0 or gain + rate == 0.0,
        f"gain = {gain:g}, decay = {rate:g}: nothing pulls anywhere, so what is at rest is where it began",
    )
    keep = math.exp(-rate / WEEKS_PER_YEAR)
    return gain / (1.0 - keep * (1.0 - gain))


def at_rest(gain: float, loss: float) -> float:
    """Gain and loss at constant rates: gain / (gain + loss)."""
    refuse(gain < 0.0 or loss < 0.0 or gain + loss == 0.0, f"gain = {gain:g}, loss = {loss:g}: no level at rest")
    return gain / (gain + loss)


def years_until_idle(decay: float, idle: float = 0.3) -> float:
    """Years until exp(-decay t) has fallen to the level at which a facility stands idle: 1.204 / decay for 0.3."""
    positive(decay=decay)
    refuse(not 0.0 < idle < 1.0, f"idle = {idle:g} must lie between 0 and 1")
    return -math.log(idle) / decay
