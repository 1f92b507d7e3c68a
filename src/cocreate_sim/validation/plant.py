"""Small errors that somebody might make in the model, such as a rate a little too high; planted to show that checks see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from ..mechanism import Mechanism
from ..model import CoCreateModel

Change: TypeAlias = Callable[[CoCreateModel], object]


def mechanism(model: CoCreateModel, name: str) -> Any:
    """Return one mechanism of a model."""
    found: Mechanism = next(m for m in model.mechanisms if m.name == name)
    return found


def rules(name: str, add: float = 0.0, **factors: float) -> Change:
    """Multiply numbers that a mechanism works with by a factor, or (with ``add``) add to them first."""

    def change(model: CoCreateModel) -> None:
        target = mechanism(model, name)
        holder = "rates" if hasattr(target, "rates") else "rules"
        numbers = getattr(target, holder)
        wrong = {field: type(getattr(numbers, field))((getattr(numbers, field) + add) * by) for field, by in factors.items()}
        setattr(target, holder, numbers._replace(**wrong))

    return change


def less_skill(share: float) -> Change:
    """Let all staff take longer for every case."""

    def change(model: CoCreateModel) -> None:
        model.world.posts.skill[:] /= 1.0 + share

    return change


def thresholds_spread(factor: float) -> Change:
    """Let residents' willingness lie further apart, or closer together, around the same mean."""

    def change(model: CoCreateModel) -> None:
        baseline, mean = model.world.residents.baseline, model.cocreate.uncertainties["participation"].base
        baseline[:] = mean + (baseline - mean) * factor

    return change


def fewer_willing(every: int) -> Change:
    """Let every so-manieth resident not be willing to head a unit."""

    def change(model: CoCreateModel) -> None:
        willing = np.flatnonzero(model.world.residents.willing_to_head)
        model.world.residents.willing_to_head[willing[::every]] = False

    return change
