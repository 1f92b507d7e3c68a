"""How likely a world is to meet all targets, guessed from the worlds that have been run: so that time goes where it is worth it.

The normal scores of each target are regressed on those of the settings (a lasso on scores and squares, then trees on what is
left); errors are those of five-fold cross-validation, taken together for all targets, so that targets which miss together do.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

from ..errors import CoCreateError
from .targets import Target

FEWEST = 50
"""With fewer worlds there is nothing to learn from."""
FOLDS = 5
LOST = 0.1
"""Share of the acceptable worlds that the screening may pass over, by its own guess."""
_EDGE = 1e-3

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Emulator:
    """Regressions of all targets, and the errors that they make on worlds that they have not seen."""

    models: tuple[Any, ...]
    low: Numbers
    high: Numbers
    errors: Numbers
    """One row per world, one column per target."""
    explained: dict[str, float]
    """Share of the variance of each target that is explained, in cross-validation."""

    def chance(self, shares: Numbers) -> Numbers:
        """Return for each world the guessed probability that it meets all targets."""
        x = features(shares)
        guess = np.column_stack([model.predict(x) for model in self.models])
        found = np.empty(len(x))
        for start in range(0, len(x), 1000):
            part = guess[start : start + 1000, None, :] + self.errors[None, :, :]
            found[start : start + 1000] = ((part >= self.low) & (part <= self.high)).all(axis=2).mean(axis=1)
        return found


def needs_scikit_learn() -> CoCreateError:
    """Build the error for a missing package."""
    return CoCreateError("scikit-learn is needed here and is not installed: pip install 'cocreate-sim[analysis]'")


def fitted(shares: pd.DataFrame, values: pd.DataFrame, targets: Sequence[Target], seed: int = 0) -> Emulator | None:
    """Learn from the worlds that were run; None when they are too few.

    Parameters
    ----------
    shares
        At which share of the prior of each setting each world lies.
    values
        The targets of the same worlds.
    """
    used = [target for target in targets if target.used]
    seen = values[[t.name for t in used]].notna().all(axis=1).to_numpy()
    if seen.sum() < FEWEST:
        return None
    x = features(shares.to_numpy(dtype=np.float64)[seen])
    models, errors, ends, explained = [], [], [], {}
    for target in used:
        y, low, high = _scores(values[target.name].to_numpy(dtype=np.float64)[seen], target)
        ends.append((low, high))
        model, missed = _regression(x, y, seed)
        models.append(model)
        errors.append(missed)
        explained[target.name] = float(1.0 - missed.var() / y.var()) if y.var() > 0 else 1.0
    low, high = np.array(ends).T
    return Emulator(tuple(models), low, high, np.column_stack(errors), explained)


def _scores(y: Numbers, target: Target) -> tuple[Numbers, float, float]:
    """Return the normal scores of a target's values, and of the ends of its band; an end beyond all values has no limit."""
    order = np.sort(y)
    places = (rankdata(y) - 0.5) / len(y)
    below = [np.searchsorted(order, target.low, side="left") / len(y), np.searchsorted(order, target.high, side="right") / len(y)]
    low, high = (float(ndtri(min(max(share, 0.0), 1.0))) for share in below)
    return np.asarray(ndtri(places), dtype=np.float64), low, high


def features(shares: Numbers) -> Numbers:
    """Return the normal scores of the settings."""
    return np.asarray(ndtri(np.clip(shares, _EDGE, 1 - _EDGE)), dtype=np.float64)


@dataclass
class _Both:
    """A lasso on scores and squares, and trees on what it leaves."""

    line: Any
    trees: Any

    def predict(self, x: Numbers) -> Numbers:
        return np.asarray(self.line.predict(_squares(x)) + self.trees.predict(x), dtype=np.float64)


def _squares(x: Numbers) -> Numbers:
    return np.hstack([x, x**2 - 1.0])


def _regression(x: Numbers, y: Numbers, seed: int) -> tuple[_Both, Numbers]:
    """Fit one target on all worlds, and return the errors on worlds that were left out."""
    try:
        from sklearn.model_selection import KFold
    except ImportError:
        raise needs_scikit_learn() from None
    from sklearn.linear_model import LassoCV

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a lasso that has not quite converged is good enough here
        penalty = float(LassoCV(cv=FOLDS, max_iter=1000).fit(_squares(x), y).alpha_)
        errors = np.empty(len(y))
        for learn, test in KFold(FOLDS, shuffle=True, random_state=seed).split(x):
            errors[test] = y[test] - _fit(x[learn], y[learn], penalty, seed).predict(x[test])
        return _fit(x, y, penalty, seed), errors


def _fit(x: Numbers, y: Numbers, penalty: float, seed: int) -> _Both:
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.linear_model import Lasso

    line = Lasso(alpha=penalty, max_iter=1000).fit(_squares(x), y)
    left = y - line.predict(_squares(x))
    trees = HistGradientBoostingRegressor(
        max_iter=60, learning_rate=0.08, max_leaf_nodes=8, min_samples_leaf=20, random_state=seed
    )
    return _Both(line, trees.fit(x, left))


def threshold(chance: Numbers, lost: float = LOST) -> float:
    """Return the chance below which candidates are passed over, so that at most ``lost`` of the acceptable worlds are."""
    ordered = np.sort(chance)
    total = ordered.sum()
    if total <= 0:
        return 0.0
    passed = np.cumsum(ordered) / total
    return float(ordered[np.searchsorted(passed, lost, side="right")]) if passed[0] <= lost else 0.0
