"""Hydra's own way to run: a script of an experiment whose words, sweeps and launchers are Hydra's, and each job a study.

For many runs at once `cocreate sweep` is the quick way: it does thousands of runs in one program. A Hydra job takes a second or
more to start, so here a job is a whole comparison or sweep, never a single run of one.
"""

from __future__ import annotations

import dataclasses
import logging
from pathlib import Path
from typing import Any

from hydra.core.config_store import ConfigStore
from hydra.core.hydra_config import HydraConfig

from ..config import compose, config_folder, write
from ..config.check import plain
from ..config.executor import ExecutorSettings
from ..config.overrides import SHORT, parse
from ..config.settings import LIGHT, StudySettings
from ..schedule import MECHANISMS
from .compare import compare
from .design import pair_by_of
from .sweep import sweep

CONFIGS = str(config_folder())
"""For ``hydra.main(config_path=CONFIGS, config_name=NAME)``."""
NAME = "study"
"""Name of a config that holds every setting with its default, so that Hydra knows all addresses."""
RESULTS = "results"
"""Folder of a job's tables and figures, inside the output folder that Hydra made for the job."""


def job(experiment: str) -> Path:
    """Do what one job of Hydra asks: the experiment as it is, or with the words of the job.

    A job that gives the compared setting one value (``--multirun levers.posts=40,72`` makes two such jobs) has nothing to
    compare: it runs the other factors as a sweep.

    Parameters
    ----------
    experiment
        The experiment that is run when the words name none.

    Returns
    -------
    Path
        The folder of the study, inside the job's output folder.
    """
    logging.getLogger("MESA").setLevel(logging.WARNING)  # Hydra writes what is logged to the job's folder: not every step
    asked = HydraConfig.get()
    out = Path(asked.runtime.output_dir) / RESULTS
    words = list(asked.overrides.task)
    if not any(word.key == "experiment" for word in parse(words)):
        words.insert(0, write("experiment", experiment))
    one_value = {word.key for word in parse(words) if not word.several}
    compared = pair_by_of(compose(words))
    study = sweep if compared and one_value.issuperset(compared) else compare
    return study(words, out)


def _defaults(cls: type) -> dict[str, Any]:
    return {f.name: plain(f.default) for f in dataclasses.fields(cls)}


def _every_setting() -> dict[str, Any]:
    """Return every address that a word may have, with its default."""
    sections: dict[str, Any] = {name: _defaults(cls) for name, cls in LIGHT.items()}
    return {
        **sections,
        **_defaults(StudySettings),
        **dict.fromkeys((*SHORT, "timeline", "config_dir", "policies", "extensions", "points")),
        "executor": _defaults(ExecutorSettings),
        "switches": {m.name: True for m in MECHANISMS},
        "uncertainties": {"default": "centre", **{m.name: _defaults(m.Settings) for m in MECHANISMS}},
    }


def register() -> None:
    """Tell Hydra the settings; called when this module is imported."""
    store = ConfigStore.instance()
    store.store(name="every_setting", node=_every_setting())
    store.store(name=NAME, node={"defaults": ["every_setting", "config", "_self_"], "hydra": {"job": {"chdir": False}}})


register()
