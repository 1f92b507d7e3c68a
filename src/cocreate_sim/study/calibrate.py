"""Calibration: draw worlds from the priors, run them before any policy, and keep those that give what is known of the real place.

Waves: the first is a Latin hypercube over all priors. Each further one draws many more candidates and runs those that have a fair
chance to meet all targets, guessed from the worlds that have been run (history matching). All waves accept by the runs alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..analysis import calibrated, emulator
from ..analysis.calibrated import AGAIN, Calibration, wave_folder
from ..analysis.parts import read_table
from ..analysis.targets import Target, measured
from ..config import compose
from ..config.executor import with_processes
from ..errors import CoCreateError, ConfigError
from ..warming import get_ready
from . import calibration_files as files
from .checks import check_worlds
from .design import Arm
from .draws import Priors, in_worlds, priors_in
from .executors import Executor, executor_of
from .going import NO_LIMITS, Limits, Progress, Way
from .output import write_table
from .runner import begin_or_go_on
from .simulate import Simulate

DRAWS = 500
"""Worlds drawn in each wave unless samples=N says otherwise (evidence F12)."""
CANDIDATES = 40
"""A further wave draws this many candidates for each world that it runs."""
_OTHER_LUCK = 500_000
"""Accepted worlds run once more with seeds that are so much higher."""
BASE = "before_2022"
_REFUSED = ("policies", "experiment", "design", "worlds", "points", "replicates", "timeline")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a calibration does."""

    config: dict[str, Any]
    priors: Priors
    targets: tuple[Target, ...]
    samples: int
    accept: int
    waves: int
    words: tuple[str, ...]

    @property
    def seed(self) -> int:
        """Seed of the first run."""
        return int(self.config["run"]["seed"])


def calibrate(
    words: Sequence[str],
    out: str | Path | None = None,
    *,
    targets: str = BASE,
    accept: int = 0,
    waves: int = 10,
    processes: int | None = None,
    progress: Progress | None = None,
    ready: Callable[[], None] = get_ready,
    limits: Limits = NO_LIMITS,
    simulate: Simulate | None = None,
) -> Path:
    """Calibrate the uncertainties of one world, and leave the accepted worlds in ``worlds.csv``.

    Called again with the same words and folder, it goes on where it stopped; with a larger ``accept`` it adds waves.

    Parameters
    ----------
    words
        Words such as ``world=bairuijing``, ``samples=500`` (worlds drawn in each wave), ``seed=7``.
    out
        The folder; ``out=FOLDER`` among the words will do as well.
    targets
        Name of a file in ``configs/targets``, or the path of one of your own.
    accept
        Add waves until so many worlds are accepted; 0 runs the first wave only.
    waves
        At most so many waves.
    processes, progress, ready, limits, simulate
        As in :func:`cocreate_sim.study.runner.run_study`.

    Returns
    -------
    Path
        The folder: ``worlds.csv``, ``targets.csv``, ``settings.csv``, ``summary.txt``, ``summary.json``, each wave as a study.

    Raises
    ------
    ConfigError
        For what cannot be used, before any work.
    CoCreateError
        When no world meets all targets: with the target that rules all of them out. What was run stays.
    """
    plan = planned(words, targets, accept, waves)
    folder = files.begin(out if out is not None else plan.config["out"], plan.words, plan.targets, plan.samples)
    executor = executor_of(with_processes(plan.config["executor"], processes or 0))
    way = Way(progress, ready, limits, simulate)
    found = _wave(plan, folder, 1, plan.priors.shares(plan.samples, plan.seed), executor, way)
    wave = 1
    while found.count < accept and wave < waves:
        wave += 1
        found = _wave(plan, folder, wave, None if _begun(folder, wave) else _screened(plan, found, wave), executor, way)
    again = _again(plan, folder, found, executor, way) if found.count else None
    files.write(folder, found, again, plan.accept, found.numbers_of_accepted(plan.priors.numbers))
    if not found.count:
        raise CoCreateError(f"{found.impossible()} ({folder / files.TARGETS})")
    return folder


def planned(words: Sequence[str], targets: str, accept: int, waves: int) -> Plan:
    """Check everything that was asked for.

    Raises
    ------
    ConfigError
        For a policy other than that of before 2022, levers of one's own, a design, worlds, or factors.
    """
    keys = {word.lstrip("+").partition("=")[0] for word in words}
    for key in sorted(keys):
        if key in _REFUSED or key.startswith("levers."):
            raise ConfigError(
                f"{key}= does not go with a calibration: worlds are calibrated under {BASE}, never under a policy that is "
                "compared, one run each (command line)"
            )
    uncertainties = [] if "uncertainties" in keys else ["uncertainties=priors"]
    listed, weeks = files.targets(targets)
    length = [] if "run.weeks" in keys or weeks is None else [f"run.weeks={weeks}"]
    size = [] if "samples" in keys else [f"samples={DRAWS}"]
    asked = (*uncertainties, *length, *size, *words)
    config = compose(asked)
    if config["policy"]["name"] != BASE:
        raise ConfigError(
            f"policy = {config['policy']['name']}: worlds are calibrated under {BASE}, never under a policy that is compared "
            "(command line)"
        )
    if config["several"]:
        raise ConfigError(f"{config['several'][0]} has several values; a calibration varies what has a prior (command line)")
    for name, value, low in (("--accept", accept, 0), ("--waves", waves, 1)):
        if not low <= value <= 100_000:
            raise ConfigError(f"{name} = {value} must be a whole number from {low} to 100000 (command line)")
    check_worlds([config], int(config["run"]["seed"]))
    kept = tuple(w for w in asked if not w.startswith(("out=", "processes=", "executor", "cache=")))
    return Plan(config, priors_in(config), tuple(listed), int(config["samples"]), accept, waves, kept)


def _begun(folder: Path, wave: int) -> bool:
    return files.draws(folder, wave).is_file()


def _wave(plan: Plan, folder: Path, wave: int, shares: pd.DataFrame | None, executor: Executor, way: Way) -> Calibration:
    """Run one wave, or what is left of it, and return all waves so far."""
    if not _begun(folder, wave):
        assert shares is not None
        write_table(files.draws(folder, wave), shares)
    shares = read_table(files.draws(folder, wave))
    first = plan.seed + (wave - 1) * plan.samples
    _run(plan, wave_folder(folder, wave), plan.priors.numbers(shares), first, {"wave": wave}, executor, way)
    return calibrated.load(folder, plan.targets)


def _run(
    plan: Plan, folder: Path, numbers: pd.DataFrame, first: int, about: dict[str, Any], executor: Executor, way: Way
) -> None:
    """Run one world per replicate in a study of its own, or go on with it."""
    arm = Arm(BASE, str(plan.config["policy"]["label"]), plan.words, {}, BASE)
    begin_or_go_on(
        [arm], len(numbers), first, folder, executor, way, configs=[in_worlds(plan.config, numbers, first)],
        about={"kind": "calibrate", "question": "Which worlds give what is known of the real place?", **about},
    )  # fmt: skip


def _screened(plan: Plan, found: Calibration, wave: int) -> pd.DataFrame:
    """Return candidates that have a fair chance to meet all targets; plain draws while too few worlds have been run to tell."""
    seed = plan.seed + 7919 * wave
    learned = emulator.fitted(found.shares, found.values, plan.targets)
    if learned is None:
        return plan.priors.shares(plan.samples, seed)
    candidates = plan.priors.shares(CANDIDATES * plan.samples, seed)
    chance = learned.chance(candidates.to_numpy(dtype=np.float64))
    fair = np.flatnonzero(chance >= emulator.threshold(chance))
    return candidates.iloc[fair[: plan.samples]].reset_index(drop=True)


def _again(plan: Plan, folder: Path, found: Calibration, executor: Executor, way: Way) -> pd.DataFrame:
    """Run the accepted worlds once more with other luck, and return their targets: the posterior predictive check."""
    place = folder / f"{AGAIN}-{found.count}"
    _run(plan, place, found.numbers_of_accepted(plan.priors.numbers), plan.seed + _OTHER_LUCK, {"again": True}, executor, way)
    runs = calibrated.finished(place)
    return measured(runs, plan.targets, str(place))
