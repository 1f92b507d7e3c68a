"""One world, one policy, one seed: the same tables as a study, with one row."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from ..config import compose, scenario
from ..errors import ConfigError
from ..warming import get_ready
from ..world.build import check_buildable
from .compare import command, folder_of
from .ctrl_c import CtrlC
from .design import Arm
from .keys import run_key, settings_hash
from .lock import release
from .manifest import describe
from .output import prepare, write_csv
from .results import write_results
from .runner import finish
from .tables import Parts, RunId, finished_run


def run_one(
    overrides: Sequence[str],
    out: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    ready: Callable[[], None] = get_ready,
    profile: bool = False,
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
    ready()
    policy, seed = config["policy"], int(config["run"]["seed"])
    arm = Arm(policy["name"], policy["label"], tuple(overrides), {}, policy["name"])
    folder = prepare(folder_of(out, config.get("out")))
    try:
        from ..model import CoCreateModel  # slow to import: bad settings are refused before

        manifest = describe([arm], [config], [seed], {"kind": "run", "command": command("run", overrides)}, 1)
        start = time.perf_counter()
        with CtrlC() as ctrl_c:

            def week(done: int, weeks: int) -> None:
                ctrl_c.check()
                if progress is not None:
                    progress(done, weeks)

            model = CoCreateModel(chosen)
            seconds = model.profile() if profile else {}
            result = model.run(week)
        parts = Parts(folder)
        run = RunId(arm.name, 0, seed, run_key(settings_hash(config), seed))
        parts.add(finished_run(run, time.perf_counter() - start, result, chosen.run.burn_in_weeks))
        finish(folder, parts, manifest, "complete")
    except BaseException:
        release(folder)
        raise
    if profile:
        write_csv(folder / "profile.csv", _shares(seconds))
    write_results(folder)
    return folder


def _shares(seconds: dict[str, float]) -> pd.DataFrame:
    """Seconds of each mechanism and its share of all, the slowest first; warm loops on this machine at this hour."""
    table = pd.DataFrame({"mechanism": list(seconds), "seconds": list(seconds.values())})
    table["share"] = table["seconds"] / max(table["seconds"].sum(), 1e-12)
    return table.sort_values("seconds", ascending=False, ignore_index=True)
