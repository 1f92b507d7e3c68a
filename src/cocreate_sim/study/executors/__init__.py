"""Who does the runs of a study: this process, processes of this machine, a Dask cluster, or jobs of Slurm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .interface import Executor, Finished, Results, Work
from .processes import Processes
from .serial import Serial

__all__ = ["Executor", "Finished", "Processes", "Results", "Serial", "Work", "executor_of"]


def executor_of(settings: Mapping[str, Any]) -> Executor:
    """Return the executor that checked settings ask for: the ``executor`` of a config."""
    told = {name: value for name, value in settings.items() if name != "kind"}
    match settings["kind"]:
        case "serial":
            return Serial()
        case "processes":
            return Processes(**told)
        case "dask":
            from .dask import Dask

            return Dask(**told)
        case _:
            from .slurm import Slurm

            return Slurm(**told)
