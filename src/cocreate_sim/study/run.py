"""One world, one policy, one seed: the same tables as a study, with one row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from ..analysis.parts import read_manifest
from ..config import compose, scenario
from ..errors import ConfigError
from ..warming import get_ready
from ..world.build import check_buildable
from .compare import command, folder_of
from .design import Arm
from .executors import Processes
from .going import Way
from .output import write_csv
from .results import write_results
from .runner import run_study
from .simulate import Curves


def run_one(
    overrides: Sequence[str],
    out: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    ready: Callable[[], None] = get_ready,
    profile: bool = False,
    curves: Curves | None = None,
) -> Path:
    """Run one scenario and leave its tables, figures and summary in ``out``.

    Parameters
    ----------
    overrides
        Words such as ``world=tiny``, ``policy=small_units``, ``seed=7``.
    out
        A new or empty folder; ``out=FOLDER`` among the words will do as well.
    progress
        Called with the number of weeks done and the number of weeks, burn-in included.
    ready
        Called once before the run, when everything has been checked.
    profile
        Measure the seconds that each mechanism takes, and leave them in ``profile.csv``.
    curves
        Called after each week with the number of weeks done and the weekly outcomes so far.

    Returns
    -------
    Path
        The folder.
    """
    config = compose(overrides)
    if config.get("policies") or config.get("several"):
        what = "policies" if config.get("policies") else str(config["several"][0])
        raise ConfigError(f"{what} asks for a comparison; one run takes one value: use cocreate compare")
    chosen = scenario(config)
    check_buildable(chosen.world, chosen.levers, chosen.run.seed, chosen.timeline)
    policy, seed = config["policy"], int(config["run"]["seed"])
    arm = Arm(policy["name"], policy["label"], tuple(overrides), {}, policy["name"])
    seconds: dict[str, float] | None = {} if profile else None
    folder = run_study(
        [arm], 1, seed, folder_of(out, config.get("out")), Processes(1),
        Way(ready=ready, weeks=progress, seconds=seconds, curves=curves), configs=[config],
        about={"kind": "run", "command": command("run", overrides), "cache": config["cache"]},
    )  # fmt: skip
    failed = read_manifest(folder)["runs"]["failed"]
    if seconds is not None and not failed:
        write_csv(folder / "profile.csv", _shares(seconds))
    write_results(folder)
    return folder


def _shares(seconds: dict[str, float]) -> pd.DataFrame:
    """Seconds of each mechanism and its share of all, the slowest first; warm loops on this machine at this hour."""
    table = pd.DataFrame({"mechanism": list(seconds), "seconds": list(seconds.values())})
    table["share"] = table["seconds"] / max(table["seconds"].sum(), 1e-12)
    return table.sort_values("seconds", ascending=False, ignore_index=True)
