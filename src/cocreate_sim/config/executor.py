"""Where the runs of a study are computed: the settings of executors. They change no result and are in no run's key."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from enum import Enum
from typing import Any

from ..engine.settings import setting
from ..errors import ConfigError
from .check import Place, brackets, mapping, section

TOP = ("executor",)


class Kind(Enum):
    """Who does the runs."""

    SERIAL = "serial"
    PROCESSES = "processes"
    DASK = "dask"
    SLURM = "slurm"


def _setting(default: Any, unit: str, meaning: str, low: float | None = None, high: float | None = None) -> Any:
    return setting(default, unit=unit, low=low, high=high, meaning=meaning, role="study", source="design")


@dataclasses.dataclass(frozen=True, slots=True)
class ExecutorSettings:
    """Who does the runs of a study, and with what; each kind has some of these settings."""

    kind: Kind = _setting(Kind.PROCESSES, "kind", "this process, processes of this machine, a Dask cluster, or jobs of Slurm")
    workers: int = _setting(
        0, "workers", "processes, dask, slurm: runs at the same time; 0 means one per processor of this machine", 0, 4096
    )
    address: str = _setting("", "address", "dask: a scheduler that runs already, such as tcp://127.0.0.1:8786; none starts one")
    partition: str = _setting("", "name", "slurm: the partition of the jobs; none leaves it to the cluster")
    account: str = _setting("", "name", "slurm: the account that jobs are charged to; none leaves it to the cluster")
    memory: str = _setting("2GB", "size", "slurm: memory of a worker")
    walltime: str = _setting("01:00:00", "[D-]HH:MM:SS", "slurm: time limit of a job; a job that ends is replaced")
    workers_per_job: int = _setting(1, "workers", "slurm: workers in one job, each on a processor of its own", 1, 1024)
    interface: str = _setting("", "name", "slurm: network interface that jobs reach this machine by, such as ib0")
    logs: str = _setting("slurm-logs", "folder", "slurm: where jobs write what they say")


_COMMON = ("kind", "workers")
_ALLOWED: dict[Kind, tuple[str, ...]] = {
    Kind.SERIAL: ("kind",),
    Kind.PROCESSES: _COMMON,
    Kind.DASK: (*_COMMON, "address"),
    Kind.SLURM: (*_COMMON, "partition", "account", "memory", "walltime", "workers_per_job", "interface", "logs"),
}
_FORMS: dict[str, tuple[str, str]] = {
    "address": (r"|(tcp|tls)://[\w.:\[\]%-]+:\d{1,5}", "tcp://HOST:PORT"),
    "partition": (r"|[\w.,+-]+", "letters, digits, _ . , + -"),
    "account": (r"|[\w.,+-]+", "letters, digits, _ . , + -"),
    "interface": (r"|[\w.:-]{1,32}", "the name of a network interface, such as eth0"),
    "memory": (r"\d+(\.\d+)? ?[MGT]i?B", "a size such as 2GB or 1500MB"),
    "walltime": (r"(\d{1,3}-)?\d{1,3}:[0-5]\d:[0-5]\d", "'HH:MM:SS' or 'D-HH:MM:SS' (in quotes where it stands in a YAML file)"),
    "logs": (r"[^\s'\"\\$`%#;&|<>()*?!]{1,200}", "a folder whose name needs no quotes in a shell"),
}
"""What a text may be: these go into addresses and job scripts."""


def check(values: Any, place: Place) -> dict[str, Any]:
    """Check the settings of an executor and return those that its kind has, complete.

    Raises
    ------
    ConfigError
        For a setting that is unknown, of the wrong form, or of another kind of executor.
    """
    given = mapping(values, TOP, place)
    checked = check_parts(given, place)
    kind = Kind(checked["kind"])
    for name in given:
        if name not in _ALLOWED[kind]:
            others = ", ".join(k.value for k, names in _ALLOWED.items() if name in names)
            raise ConfigError(
                f"executor.{name} is for executor={others}; executor={kind.value} has "
                f"{', '.join(_ALLOWED[kind][1:]) or 'no settings'}{brackets(place((*TOP, name)))}"
            )
    if kind is Kind.DASK and checked["address"] and checked["workers"]:
        raise ConfigError(
            f"executor.workers = {checked['workers']} is for a cluster that is started here; at executor.address = "
            f"{checked['address']} the workers are those that are there{brackets(place((*TOP, 'workers')))}"
        )
    if kind is Kind.SLURM and not checked["workers"]:
        raise ConfigError(f"executor.workers = 0: say how many workers Slurm should start, from 1{brackets(place((*TOP, 'workers')))}")
    return {name: checked[name] for name in _ALLOWED[kind]}


def check_parts(values: Any, place: Place) -> dict[str, Any]:
    """Check each value on its own, whatever the kind."""
    for name, value in mapping(values, TOP, place).items():
        form, allowed = _FORMS.get(name, ("", ""))
        if form and not (isinstance(value, str) and re.fullmatch(form, value)):
            raise ConfigError(f"executor.{name} = {value!r} must be {allowed}{brackets(place((*TOP, name)))}")
    return section(ExecutorSettings, values, TOP, place)


def with_processes(settings: Mapping[str, Any], processes: int) -> dict[str, Any]:
    """Return the settings with ``processes=N``, the short form for the workers of this machine; 0 changes nothing.

    Raises
    ------
    ConfigError
        Where runs go elsewhere, or another number of workers was given too.
    """
    settings = dict(settings)
    if not processes:
        return settings
    kind, workers = settings["kind"], settings.get("workers", 1)
    if kind in ("dask", "slurm"):
        hint = "the workers are those at executor.address" if settings.get("address") else f"use executor.workers={processes}"
        raise ConfigError(f"processes = {processes} is for this machine; with executor={kind} {hint}")
    if workers not in (0, processes):
        said = f"executor.workers = {workers}" if kind == "processes" else f"executor = {kind}"
        raise ConfigError(f"processes = {processes} contradicts {said}; give one of them")
    return settings if kind == "serial" else settings | {"workers": processes}

