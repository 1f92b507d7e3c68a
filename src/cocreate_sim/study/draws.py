"""Draws of worlds: settings that have a prior, sampled together, as the replicates of one arm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..config import worlds
from ..config.correlations import CORRELATIONS, SHORT, rearranged
from ..config.scenarios import mechanisms_by_name
from ..config.settings import Design
from ..errors import ConfigError
from .points import Axis, priors_of
from .shares import shares_of


@dataclass(frozen=True, slots=True)
class Priors:
    """Everything about the priors of a config that is needed to draw worlds from them."""

    axes: tuple[Axis, ...]
    correlations: list[dict[str, Any]]

    def shares(self, samples: int, seed: int) -> pd.DataFrame:
        """Draw worlds: a Latin hypercube over the shares of every prior, rearranged where priors are correlated.

        One row per world, one column per address: at which share of the setting's prior the world lies.
        """
        points = shares_of(Design.LATIN_HYPERCUBE, len(self.axes), samples, seed)
        names = [axis.address.removeprefix(SHORT) for axis in self.axes]
        return pd.DataFrame(rearranged(points, names, self.correlations), columns=[axis.address for axis in self.axes])

    def numbers(self, shares: pd.DataFrame) -> pd.DataFrame:
        """Return the numbers of the settings at given shares of their priors."""
        return pd.DataFrame({axis.address: [axis.value(float(u)) for u in shares[axis.address]] for axis in self.axes})


def priors_in(config: Mapping[str, Any]) -> Priors:
    """Return the priors of a config.

    Raises
    ------
    ConfigError
        When no setting has a prior.
    """
    axes = priors_of(config, {}, mechanisms_by_name(config["extensions"]))
    if not axes:
        raise ConfigError("no setting has a prior: give uncertainties=priors, or a prior to some settings (command line)")
    return Priors(tuple(axes), list(config["uncertainties"].get(CORRELATIONS, [])))


def in_worlds(config: Mapping[str, Any], numbers: pd.DataFrame, first: int) -> dict[str, Any]:
    """Return a config that runs replicate r, with seed ``first + r``, in world r of a table."""
    columns = {str(address): numbers[address].tolist() for address in numbers.columns}
    uncertainties = {name: values for name, values in config["uncertainties"].items() if name != CORRELATIONS}
    return {
        **config,
        "uncertainties": worlds.put(uncertainties, None, worlds.Worlds(columns), first),
        "run": {**config["run"], "seed": first},
    }
