"""A calibration read from its folder: the worlds of all waves, what they gave, and which of them are accepted."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import OutputError
from . import calibration
from .load import load_study
from .parts import read_manifest, read_table
from .targets import Target, measured

WAVE, AGAIN, DRAWN = "wave", "again", "draws"
"""How the folders of waves and of the runs with other luck, and the files of drawn worlds, are called."""


def wave_folder(folder: Path, wave: int) -> Path:
    """Return the study of one wave."""
    return folder / f"{WAVE}-{wave}"


def draws_file(folder: Path, wave: int) -> Path:
    """Return the file that says at which share of each prior the worlds of a wave lie."""
    return folder / f"{DRAWN}-{wave}.parquet"


@dataclass(frozen=True)
class Calibration:
    """All worlds that were run in a calibration."""

    targets: tuple[Target, ...]
    shares: pd.DataFrame
    """One row per world: at which share of the prior of each setting it lies."""
    values: pd.DataFrame
    """The targets of the same worlds."""
    wave: NDArray[np.int64]
    number: NDArray[np.int64]
    """Place of each world in its wave."""
    accepted: NDArray[np.bool_]

    @property
    def count(self) -> int:
        """How many worlds are accepted."""
        return int(self.accepted.sum())

    @property
    def first(self) -> pd.DataFrame:
        """Targets of the worlds of the first wave, which are drawn from the priors alone."""
        return self.values[self.wave == 1].reset_index(drop=True)

    def names(self) -> list[str]:
        """Return a name for each accepted world: its wave and its place there."""
        pairs = zip(self.wave[self.accepted], self.number[self.accepted], strict=True)
        return [f"w{wave}-{number + 1}" for wave, number in pairs]

    def numbers_of_accepted(self, numbers: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
        """Return the settings of the accepted worlds, given what turns shares of priors into numbers."""
        return numbers(self.shares[self.accepted].reset_index(drop=True))

    def by_wave(self) -> pd.DataFrame:
        """Return how many worlds each wave ran and accepted."""
        table = pd.DataFrame({"wave": self.wave, "worlds": 1, "accepted": self.accepted.astype(int)})
        table = table.groupby("wave", as_index=False).sum()
        return table.assign(share=table["accepted"] / table["worlds"])

    def impossible(self) -> str:
        """Say why no world is accepted."""
        return calibration.impossible(self.values, self.targets)


def finished(folder: Path) -> pd.DataFrame:
    """Return the finished runs of one wave, by replicate."""
    return load_study(folder).done.sort_values("replicate", ignore_index=True)


def load(folder: Path, targets: Sequence[Target]) -> Calibration:
    """Read all waves of a calibration that have finished runs.

    Raises
    ------
    OutputError
        When waves were run with different rules of the model: their worlds would not belong together.
    """
    shares, values, waves, numbers = [], [], [], []
    code: dict[str, str] = {}
    found = (int(m[1]) for path in folder.glob(f"{WAVE}-*") if (m := re.fullmatch(rf"{WAVE}-(\d+)", path.name)))
    for wave in sorted(found):
        place = wave_folder(folder, wave)
        code.setdefault(str(read_manifest(place)["code"]), place.name)
        if len(code) > 1:
            one, other = code.values()
            raise OutputError(
                f"{folder}: {one} and {other} were run with different rules of the model; their worlds do not belong together. "
                "Start a new calibration"
            )
        runs = finished(place)
        replicate = runs["replicate"].to_numpy(dtype=np.int64)
        shares.append(read_table(draws_file(folder, wave)).iloc[replicate])
        values.append(measured(runs, targets, str(place)))
        waves.append(np.full(len(runs), wave, dtype=np.int64))
        numbers.append(replicate)
    if not shares:
        raise OutputError(f"{folder} holds no wave of a calibration")
    every = pd.concat(values, ignore_index=True)
    return Calibration(
        tuple(targets), pd.concat(shares, ignore_index=True), every, np.concatenate(waves), np.concatenate(numbers),
        calibration.accepted(every, targets),
    )  # fmt: skip
