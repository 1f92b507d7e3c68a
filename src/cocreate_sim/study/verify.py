"""Are the numbers in a folder those that the model gives? A sample of the stored runs is done again and compared."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..analysis.load import load_study
from ..errors import OutputError
from ..warming import get_ready
from .keys import code_hash, run_key
from .manifest import configs_of
from .simulate import Simulate, simulate


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many runs were done again, and what differed."""

    runs: int
    checked: int
    different: list[str]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def verify(out: str | Path, sample: int, simulate: Simulate = simulate) -> Verdict:
    """Do ``sample`` stored runs again, evenly spread over the study, and compare every outcome digit by digit.

    Parameters
    ----------
    out
        The folder of the study.
    sample
        How many runs; all of them when there are not so many.
    simulate
        Does one run; another one only in tests.

    Returns
    -------
    Verdict
        How many runs there are, how many were done again, and which outcomes of which runs differ.

    Raises
    ------
    OutputError
        When the folder holds no study, or the study was made with other rules of the model: then a difference says nothing.
    """
    study = load_study(out)
    manifest = study.manifest
    if manifest["code"] != code_hash():
        raise OutputError(
            f"{out} was made with other rules of the model or other numeric packages (version {manifest['version']}, code "
            f"{manifest['code']}; here {code_hash()}): its numbers cannot be verified here"
        )
    get_ready()
    configs = configs_of(manifest)
    arms = {arm["name"]: number for number, arm in enumerate(manifest["arms"])}
    done = study.done.reset_index(drop=True)
    rows = done.iloc[np.unique(np.linspace(0, len(done) - 1, min(sample, len(done))).round().astype(int))]
    different = []
    for row in rows.to_dict("records"):
        number, seed = arms[row["arm"]], int(row["seed"])
        name = f"{row['arm']}, replicate {row['replicate']}"
        if row["key"] != run_key(manifest["arms"][number]["settings"], seed):
            different.append(f"{name}: its key is not that of its settings and seed")
        result = simulate(configs, (number, seed))
        for outcome, value in result.summary.items():
            stored = row.get(outcome)
            if stored is not None and not np.array_equal(float(stored), float(value), equal_nan=True):
                different.append(f"{name}: {outcome} is {stored!r} on disk, {value!r} now")
    return Verdict(len(done), len(rows), different)
