"""Where a formula is defined: what is refused, and how the refusal is worded."""

from __future__ import annotations

import math

from ...errors import ConfigError


def refuse(undefined: bool, why: str) -> None:
    """Say why a formula has no value."""
    if undefined:
        raise ConfigError(why)


def positive(**given: float) -> None:
    """Refuse what is not above 0."""
    for name, value in given.items():
        refuse(not (0.0 < value < math.inf), f"{name} = {value:g} must be above 0: the formula is not defined there")


def chance(**given: float) -> None:
    """Refuse what is no probability."""
    for name, value in given.items():
        refuse(not 0.0 <= value <= 1.0, f"{name} = {value:g} is not a probability; allowed: 0 to 1")


def whole(**given: float) -> None:
    """Refuse what does not count people or places."""
    for name, value in given.items():
        refuse(value < 1 or value != int(value), f"{name} = {value:g} must be a whole number of at least 1")
