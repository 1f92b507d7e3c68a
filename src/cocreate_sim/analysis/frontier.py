"""The Pareto front: policies that no other policy beats in every goal, and how sure it is that each belongs there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from ..errors import ConfigError, OutputError, nearest

MOST, LEAST = "most", "least"
RESAMPLES = 1000
FEWEST = 2
"""Replicates below which nothing is said about how sure the front is."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Goal:
    """An outcome, and whether more or less of it is wanted."""

    outcome: str
    way: str

    @property
    def sign(self) -> float:
        """1 where more is wanted, else -1."""
        return 1.0 if self.way == MOST else -1.0


@dataclass(frozen=True, slots=True)
class Reach:
    """A level that an outcome must reach."""

    outcome: str
    sign: str
    limit: float

    def holds(self, values: Numbers) -> NDArray[np.bool_]:
        """Say where it is reached."""
        return np.asarray(values >= self.limit if self.sign == ">" else values <= self.limit)


def goals_of(text: str, known: Sequence[str]) -> list[Goal]:
    """Read ``public_yuan=least,participation_week=most``.

    Raises
    ------
    ConfigError
        For an unknown outcome or way, an outcome that is named twice, or fewer than two goals.
    """
    found = []
    for part in text.split(","):
        outcome, _, way = (piece.strip() for piece in part.partition("="))
        if outcome not in known:
            raise ConfigError(
                f"--goals {part.strip()}: {outcome!r} is not an outcome{nearest(outcome, known)}; `cocreate describe outcomes` "
                "lists all (command line)"
            )
        if way not in (MOST, LEAST):
            raise ConfigError(f"--goals {part.strip()}: say {outcome}={MOST} or {outcome}={LEAST} (command line)")
        found.append(Goal(outcome, way))
    names = [goal.outcome for goal in found]
    if len(set(names)) < len(names) or len(names) < 2:
        raise ConfigError(f"--goals {text}: a front needs at least two goals, each outcome once (command line)")
    return found


def reach_of(text: str, known: Sequence[str]) -> Reach | None:
    """Read ``participation_week>0.03``; nothing asks for nothing."""
    if not text.strip():
        return None
    sign = ">" if ">" in text else "<"
    outcome, _, limit = (piece.strip() for piece in text.partition(sign))
    try:
        value = float(limit.removeprefix("="))
    except ValueError:
        value = float("nan")
    if outcome not in known or not np.isfinite(value):
        raise ConfigError(
            f"--reach {text}: give OUTCOME>NUMBER or OUTCOME<NUMBER{nearest(outcome, known)}, such as participation_week>0.03 "
            "(command line)"
        )
    return Reach(outcome, sign, value)


def front(values: Numbers) -> NDArray[np.bool_]:
    """Say which rows no other row beats: at least as good in every column, and better in one (more is better)."""
    found = np.ones(len(values), dtype=np.bool_)
    for k, row in enumerate(values):
        found[k] = not ((values >= row).all(axis=1) & (values > row).any(axis=1)).any()
    return found


def membership(values: Numbers, resamples: int = RESAMPLES, seed: int = 0) -> Numbers:
    """Return how often each point is on the front when replicates are drawn anew, the same for all points.

    Parameters
    ----------
    values
        Points x replicates x goals, more being better. Replicates are worlds and luck that points share, and are drawn together.
    """
    count = values.shape[1]
    draws = stats.randint.rvs(0, count, size=(resamples, count), random_state=seed)
    found = np.zeros(len(values))
    for draw in draws:
        found += front(values[:, draw, :].mean(axis=1))
    return found / resamples


def frontier(
    runs: pd.DataFrame, points: pd.DataFrame, goals: Sequence[Goal], reach: Reach | None = None, seed: int = 0
) -> pd.DataFrame:
    """Sum up the points of a search.

    Parameters
    ----------
    runs
        Finished runs: ``point``, ``replicate``, and outcomes.
    points
        One row per point: ``point`` and its levers.

    Returns
    -------
    pandas.DataFrame
        The points with the mean of each goal and its standard error, whether each is on the ``front``, ``membership`` (how sure:
        the share of resampled replicates in which it is), and ``reaches`` (the same for what must be reached); the front first.

    Raises
    ------
    OutputError
        When fewer than two points have all their runs, or a goal was not measured.
    """
    outcomes = list(dict.fromkeys([*(g.outcome for g in goals), *([reach.outcome] if reach else [])]))
    wide = runs.pivot(index="point", columns="replicate", values=outcomes).reindex(points["point"])
    for outcome in outcomes:
        if wide[outcome].isna().all(axis=None):
            raise OutputError(f"{outcome} was not measured in any run: it cannot be a goal under these levers")
    complete = wide.notna().all(axis=1).to_numpy()
    if complete.sum() < FEWEST:
        raise OutputError(f"only {int(complete.sum())} points have all their runs: there is no front to speak of")
    table = points[complete].reset_index(drop=True)
    cube = np.stack([wide[g.outcome].to_numpy(dtype=np.float64)[complete] * g.sign for g in goals], axis=2)
    replicates = cube.shape[1]
    for k, goal in enumerate(goals):
        table[goal.outcome] = goal.sign * cube[:, :, k].mean(axis=1)
        table[f"{goal.outcome}_se"] = cube[:, :, k].std(axis=1, ddof=1) / np.sqrt(replicates) if replicates > 1 else np.nan
    table["front"] = front(cube.mean(axis=1))
    table["membership"] = membership(cube, seed=seed) if replicates >= FEWEST else np.nan
    if reach is not None:
        seen = wide[reach.outcome].to_numpy(dtype=np.float64)[complete]
        draws = stats.randint.rvs(0, replicates, size=(RESAMPLES, replicates), random_state=seed)
        table["reached"] = reach.holds(seen.mean(axis=1))
        table["reaches"] = reach.holds(np.stack([seen[:, d].mean(axis=1) for d in draws])).mean(axis=0)
    return table.sort_values(["front", "membership", goals[0].outcome], ascending=[False, False, True], ignore_index=True)
