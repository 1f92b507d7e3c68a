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


@dataclasses.dataclass(frozen=True, slots=True)
class ExecutorSettings:
    """Who does the runs of a study, and with what; each kind has some of these settings."""

    kind: Kind = setting(
        Kind.PROCESSES, unit="kind", role="study", source="design",
        meaning="this process, processes of this machine, a Dask cluster, or jobs of Slurm",
    )  # fmt: skip
    workers: int = setting(
        0, unit="workers", low=0, high=4096, role="study", source="design",
        meaning="processes, dask, slurm: runs at the same time; 0 means one per processor of this machine",
    )  # fmt: skip
    address: str = setting(
        "", unit="address", role="study", source="design",
        meaning="dask: a scheduler that runs already, such as tcp://127.0.0.1:8786; without one a cluster is started here",
    )  # fmt: skip
    partition: str = setting(
        "", unit="name", role="study", source="design",
        meaning="slurm: the partition of the jobs; when none is named, the cluster chooses",
    )  # fmt: skip
    account: str = setting(
        "", unit="name", role="study", source="design",
        meaning="slurm: the account that jobs are charged to; when none is named, the cluster chooses",
    )  # fmt: skip
    memory: str = setting("2GB", unit="size", role="study", meaning="slurm: memory of each worker", source="design")
    walltime: str = setting(
        "01:00:00", unit="[D-]HH:MM:SS", role="study", source="design",
        meaning="slurm: time limit of a job; a job that ends is replaced",
    )  # fmt: skip
    workers_per_job: int = setting(
        1, unit="workers", low=1, high=1024, role="study", source="design",
        meaning="slurm: workers in one job, each on a processor of its own",
    )  # fmt: skip
    interface: str = setting(
        "", unit="name", role="study", source="design",
        meaning="slurm: network interface by which jobs and this machine reach each other, such as ib0",
    )  # fmt: skip
    logs: str = setting("slurm-logs", unit="folder", role="study", meaning="slurm: where jobs leave their logs", source="design")


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
        where = brackets(place((*TOP, "workers")))
        raise ConfigError(f"executor.workers = 0: say how many workers Slurm should start, from 1{where}")
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

