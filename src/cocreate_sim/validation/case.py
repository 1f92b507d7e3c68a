"""What a check of a formula is: the formula in words, its cases, what the model gave, and the verdict."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ..config import Scenario
from ..errors import CoCreateError, InvariantError
from ..model import CoCreateModel

HOLDS, FAILS, BLUNT = "holds", "fails", "too blunt"
"""Within 3 standard errors; not; within them, but they are wider than the case promises."""

Start: TypeAlias = Callable[[Scenario], CoCreateModel]
"""Makes a model from a scenario: :class:`CoCreateModel` itself, or one that plants an error in it."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number that the formula gives and the model should give too."""

    what: str
    expected: float
    simulated: float
    error: float
    """Standard error of the simulated number; 0 where chance plays no part."""
    scale: float
    """What a relative error is relative to: the expected number, unless that is 0."""
    within: float | None = None
    """Relative difference that is allowed where chance plays no part."""


def sampled(what: str, samples: ArrayLike, expected: float, scale: float | None = None) -> Quantity:
    """The mean of independent samples, with the standard error that their spread gives."""
    values = np.asarray(samples, dtype=np.float64)
    error = float(values.std(ddof=1)) / math.sqrt(len(values))
    return Quantity(what, expected, float(values.mean()), error, abs(expected) if scale is None else scale)


def shared(what: str, hits: float, trials: float, expected: float, scale: float | None = None) -> Quantity:
    """The share of independent yes-or-no trials, with the binomial standard error of the formula."""
    enough(trials > 0, "nothing was tried")
    error = math.sqrt(expected * (1.0 - expected) / trials)
    return Quantity(what, expected, hits / trials, error, expected if scale is None else scale)


def exact(what: str, simulated: ArrayLike, expected: ArrayLike, within: float, scale: float | None = None) -> Quantity:
    """Numbers without chance, equal up to a relative difference; of several, the first that is not, else the first, is shown."""
    values, wanted = np.broadcast_arrays(np.asarray(simulated, dtype=np.float64), np.asarray(expected, dtype=np.float64))
    enough(values.size > 0, f"the model left nothing to measure of: {what}")
    values, wanted = values.ravel(), wanted.ravel()
    sizes = np.abs(wanted) if scale is None else np.full(len(wanted), scale)
    shown = int(np.argmin(np.abs(values - wanted) <= within * sizes))  # False, also for "not a number", comes before True
    return Quantity(what, float(wanted[shown]), float(values[shown]), 0.0, float(sizes[shown]), within)


def enough(condition: bool, why: str) -> None:
    """Refuse to judge a run that cannot show what it should."""
    if not condition:
        raise CoCreateError(f"the formula cannot be judged by this run: {why}")


@dataclass(frozen=True, slots=True)
class Case:
    """Parameters at which a formula is checked, and how sharply.

    ``sharp`` is the relative error of the model that must be noticed (3 standard errors over the formula's value), one number for
    all quantities of the case or one for each; those without chance bring their own.
    """

    parameters: Mapping[str, Any]
    sharp: float | tuple[float, ...] = math.inf


@dataclass(frozen=True, slots=True)
class Planted:
    """An error that somebody might make in the model, planted to show that the check notices it."""

    what: str
    change: Callable[[CoCreateModel], object]
    case: int = 0
    """Which of the formula's cases has to notice it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what the formula says and what the model gave."""

    formula: str
    parameters: dict[str, Any]
    quantity: str
    expected: float
    simulated: float
    error: float
    notices: float
    """Relative error of the model that would have been noticed: 3 standard errors over the formula's value."""
    sharp: float
    """The most that this may be."""
    verdict: str

    @property
    def z(self) -> float | None:
        """Difference in standard errors; none where chance plays no part."""
        return (self.simulated - self.expected) / self.error if self.error > 0.0 else None

    @property
    def off(self) -> str:
        """How far the model is from the formula, in words."""
        z = self.z
        if z is not None:
            return f"{z:+.1f} standard errors"
        relative = abs(self.simulated - self.expected) / abs(self.expected or 1.0)
        return f"{relative:.2g} off where {self.notices:.2g} is allowed"


def judge(formula: str, parameters: Mapping[str, Any], q: Quantity, sharp: float) -> Row:
    """Give the verdict on one quantity."""
    allowed = 3.0 * q.error if q.within is None else q.within * q.scale
    notices = allowed / max(q.scale, 1e-300)
    if not abs(q.simulated - q.expected) <= allowed:  # written so that "not a number" fails
        verdict = FAILS
    else:
        verdict = HOLDS if q.within is not None or notices <= sharp else BLUNT
    most = sharp if q.within is None else q.within
    return Row(formula, dict(parameters), q.what, q.expected, q.simulated, q.error, notices, most, verdict)


class _ReadyToRun(Exception):
    """Raised in place of the first run: everything before it is in order."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that the model must reduce to, and how that is checked."""

    name: str
    title: str
    text: str
    """The formula, in plain characters."""
    limit: str
    """What is switched off or set so that it holds."""
    source: str
    parameters: Mapping[str, str]
    """Name and meaning of each parameter."""
    measure: Callable[..., Iterator[Quantity]]
    """Called with a :data:`Start` and the parameters; runs the shipped model and yields quantities."""
    cases: tuple[Case, ...]
    planted: Planted
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """Parameters that most cases share."""

    def complete(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return all parameters, in their order: those given, and the defaults of the others."""
        given = {**self.defaults, **parameters}
        return {name: given[name] for name in self.parameters}

    def rows(self, case: Case, start: Start = CoCreateModel) -> list[Row]:
        """Run one case and judge it.

        Raises
        ------
        ConfigError
            When the formula has no value for these parameters, or the model cannot be set to them.
        """
        parameters = self.complete(case.parameters)
        quantities = list(self.measure(start, **parameters))
        chances = [q for q in quantities if q.within is None]
        promised = case.sharp if isinstance(case.sharp, tuple) else (case.sharp,) * len(chances)
        if len(promised) != len(chances):
            raise ValueError(f"{self.name}: {len(promised)} sharpnesses for {len(chances)} quantities")
        sharp = iter(promised)
        return [judge(self.name, parameters, q, next(sharp) if q.within is None else math.inf) for q in quantities]

    def check(self, case: Case) -> None:
        """Refuse a case for which the formula has no value or the model no settings, without running anything."""

        def start(scenario: Scenario) -> CoCreateModel:
            raise _ReadyToRun

        with suppress(_ReadyToRun):
            next(self.measure(start, **self.complete(case.parameters)), None)

    def noticed(self) -> list[str]:
        """Run a case with the planted error in the model; return what gave it away, nothing when it was missed."""

        def start(scenario: Scenario) -> CoCreateModel:
            model = CoCreateModel(scenario)
            self.planted.change(model)
            return model

        try:
            rows = self.rows(self.cases[self.planted.case], start)
        except InvariantError as error:  # the books of every run noticed it first
            return [f"the run itself ({error})"]
        return [f"{row.quantity} ({row.off})" for row in rows if row.verdict == FAILS]
