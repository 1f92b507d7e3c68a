"""A study seen world by world: each replicate is another world that may be true, and every arm was run in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from ..errors import OutputError
from .languages import say
from .load import ArmInfo, Study

KIND = "worlds"
"""Kind of an uncertainty that holds one number per world."""
FEWEST = 5
"""With fewer worlds nothing is said about shares of worlds."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of worlds with its 95 % interval (Wilson)."""

    worlds: float
    of: int
    share: float
    low: float
    high: float

    def as_dict(self) -> dict[str, float]:
        """Return it as plain values."""
        return {"worlds": self.worlds, "of": self.of, "share": self.share, "low": self.low, "high": self.high}


def share_of(yes: NDArray[np.bool_]) -> Share:
    """Return in which share of worlds something holds."""
    count, n = int(np.sum(yes)), len(yes)
    ends = stats.binomtest(count, n).proportion_ci(0.95, method="wilson")
    return Share(count, n, count / n, float(ends.low), float(ends.high))


def _varying(study: Study) -> list[Mapping[str, Any]]:
    """Return the uncertain settings that differ between replicates: priors, and columns of a table of worlds."""
    mechanisms = (study.manifest["config"].get("uncertainties") or {}).values()
    values = [value for settings in mechanisms if isinstance(settings, Mapping) for value in settings.values()]
    return [value for value in values if isinstance(value, Mapping)]


def drawn(study: Study) -> bool:
    """Whether replicates differ in their settings, not only in luck."""
    return bool(_varying(study))


def listed_worlds(study: Study) -> int:
    """Return how many worlds the table holds in whose settings a study runs; 0 without a table."""
    return next((len(value["values"]) for value in _varying(study) if value.get("kind") == KIND), 0)


def worlds_in(study: Study) -> int:
    """Return how many worlds a study runs in: those of its table, or one per replicate where settings are drawn from priors.

    Raises
    ------
    OutputError
        When all replicates share their settings: they differ in luck only, which says nothing about worlds.
    """
    if not drawn(study):
        raise OutputError(
            say(
                "{folder}: all replicates have the same settings, so that they are one world; run it with worlds=FILE (from "
                "`cocreate calibrate`) or uncertainties=priors",
                folder=study.folder,
            )
        )
    return listed_worlds(study) or int(study.manifest["replicates"])


@dataclass(frozen=True)
class Ensemble:
    """Outcomes by world and arm; worlds that were run several times count once, with their mean."""

    study: Study
    arms: tuple[ArmInfo, ...]
    worlds: NDArray[np.int64]
    """Numbers of the worlds in which every arm was run."""
    incomplete: int
    """How many worlds are left out since a run is missing or failed."""

    def table(self, outcome: str) -> pd.DataFrame | None:
        """Return one outcome: a row per world, a column per arm; None where some arm or world could not be measured."""
        if outcome not in self.study.runs.columns:
            return None
        columns = {arm.name: _by_world(self.study, arm.name, outcome) for arm in self.arms}
        table = pd.DataFrame(columns).reindex(self.worlds)
        return None if table.isna().any(axis=None) else table


def _by_world(study: Study, arm: str, outcome: str) -> pd.Series:
    values = study.by_arm[arm][outcome]
    return values.groupby(values.index.to_numpy() % worlds_in(study)).mean()


def ensemble(study: Study, arms: Sequence[ArmInfo] | None = None) -> Ensemble:
    """See a study world by world.

    Raises
    ------
    OutputError
        When replicates are not worlds, or fewer than five worlds were run under every arm.
    """
    count = worlds_in(study)
    chosen = tuple(study.arms if arms is None else arms)
    sets = [set(study.by_arm[arm.name].index.to_numpy() % count) for arm in chosen]
    every, complete = set().union(*sets), set.intersection(*sets)
    if len(complete) < FEWEST:
        raise OutputError(
            say(
                "{folder}: only {n} worlds were run under every arm; at least {fewest} are needed to speak of shares of worlds",
                folder=study.folder, n=len(complete), fewest=FEWEST,
            )
        )
    return Ensemble(study, chosen, np.array(sorted(complete), dtype=np.int64), len(every - complete))


def settings_of(study: Study) -> pd.DataFrame:
    """Return the settings that differ between the worlds of a study: a row per world, a column per address."""
    found: dict[str, Any] = {}
    for mechanism, settings in (study.manifest["config"].get("uncertainties") or {}).items():
        for name, value in settings.items() if isinstance(settings, Mapping) else ():
            if isinstance(value, Mapping) and value.get("kind") == KIND and len(set(value["values"])) > 1:
                found[f"uncertainties.{mechanism}.{name}"] = np.asarray(value["values"], dtype=np.float64)
    return pd.DataFrame(found)
