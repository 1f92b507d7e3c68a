"""A study read from its folder, whether it is finished, interrupted, or still running."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import ConfigError, OutputError, nearest
from .parts import BY_PLACE, PLACE_TIES, PLACES, RUNS, key_of, read, read_manifest, read_table

USUAL = (
    "participation_week", "participation_ever", "issues_solved", "solved_in_unit_share", "wait_mean_days", "wait_posts_mean_days",
    "on_time_share", "backlog", "mobilisation_hours", "projects_finished", "belonging_mean", "head_hours", "public_hours",
)  # fmt: skip
"""Outcomes that are told when the experiment names none."""


@dataclass(frozen=True, slots=True)
class ArmInfo:
    """One arm of a study: what it is called, its factors, and the arm that it is compared with."""

    name: str
    label: str
    reference: str
    factors: dict[str, float | str]
    settings: dict[str, Any]
    """Address and value of every setting that differs from the study's first arm."""
    shares: dict[str, float] = field(default_factory=dict)
    """Where each sampled factor lies in its prior or interval, from 0 to 1."""

    def without(self, *addresses: str) -> dict[str, Any]:
        """Return its own settings except some: equal for two arms that differ in nothing else."""
        return {address: value for address, value in self.settings.items() if address not in addresses}


@dataclass(frozen=True, slots=True)
class OutcomeInfo:
    """What one outcome is called, its unit, and whether more of it is better (+1), worse (-1) or neither (0)."""

    name: str
    label: str
    unit: str
    better: int


@dataclass(frozen=True)
class Study:
    """Everything that analysis needs, from tables on disk only; the large ones are read when they are asked for."""

    folder: Path
    manifest: dict[str, Any]
    runs: pd.DataFrame
    arms: tuple[ArmInfo, ...]
    outcomes: dict[str, OutcomeInfo]
    by_arm: dict[str, pd.DataFrame]
    """The finished runs of each arm, by replicate."""

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """Figures by run and week."""
        return read(self.folder, self.manifest, "weekly")

    @cached_property
    def waits(self) -> pd.DataFrame:
        """Percentiles of waiting times by run and tier."""
        return read(self.folder, self.manifest, "waits")

    @cached_property
    def projects(self) -> pd.DataFrame:
        """Counts of what became of projects, by run and event."""
        return read(self.folder, self.manifest, "projects")

    @cached_property
    def subdistricts(self) -> pd.DataFrame:
        """Figures by run, subdistrict and week; empty when no world has several subdistricts."""
        return read(self.folder, self.manifest, BY_PLACE)

    @cached_property
    def places(self) -> pd.DataFrame:
        """Figures of one replicate by unit of every building, before and after; empty when `cocreate places` was not asked."""
        path = self.folder / PLACES
        return read_table(path) if path.is_file() else pd.DataFrame()

    @cached_property
    def place_ties(self) -> pd.DataFrame:
        """Who knows whom in one building of the same replicate, before and after; empty likewise."""
        path = self.folder / PLACE_TIES
        return read_table(path) if path.is_file() else pd.DataFrame()

    @property
    def done(self) -> pd.DataFrame:
        """The runs that finished."""
        return self.runs[self.runs["status"] == "ok"]

    @property
    def failed(self) -> pd.DataFrame:
        """The runs that failed, with their errors."""
        return self.runs[self.runs["status"] != "ok"]

    @property
    def headline(self) -> list[str]:
        """The outcomes that the experiment asks about, else the usual ones, as far as they were measured."""
        measured = [name for name in self.outcomes if name in self.runs.columns]
        asked = [name for name in self.manifest.get("headline") or USUAL if name in measured]
        return asked or measured

    @property
    def weeks(self) -> int:
        """Length of the horizon in weeks."""
        return int(self.manifest["config"]["run"]["weeks"])

    def arm(self, name: str) -> ArmInfo:
        """Return one arm by its name."""
        return next(arm for arm in self.arms if arm.name == name)

    def setting(self, arm: ArmInfo, address: str) -> Any:
        """Return the value of one setting in one arm, such as ``levers.posts``; None when it has none."""
        if address in arm.settings:
            return arm.settings[address]
        value: Any = self.manifest["config"]
        for part in address.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value

    @property
    def varied(self) -> list[str]:
        """The factors in which arms differ."""
        names = dict.fromkeys(name for arm in self.arms for name in arm.factors)
        return [name for name in names if len({arm.factors.get(name) for arm in self.arms}) > 1]

    def values(self, arm: str, outcome: str) -> pd.Series:
        """Return one outcome of one arm by replicate; finished runs in which it could be measured."""
        return self.by_arm[arm][outcome].dropna()


def _arm(told: Mapping[str, Any]) -> ArmInfo:
    name = told["name"]
    sections = (dict(told.get(key, {})) for key in ("factors", "differs", "shares"))
    return ArmInfo(name, told["label"], told.get("reference", name), *sections)


def load_study(folder: str | Path) -> Study:
    """Read a study's tables, or the pieces of one that was cut short.

    Parameters
    ----------
    folder
        Of the study: the one that holds ``manifest.json``.

    Returns
    -------
    Study
        Its runs, arms and outcomes; weekly tables are read when they are asked for.

    Raises
    ------
    OutputError
        When the folder holds no study, or no run has finished.
    """
    path = Path(folder)
    manifest = read_manifest(path)
    runs = read(path, manifest, RUNS)
    if runs.empty:
        raise OutputError(f"{path} holds no finished run yet")
    arms = tuple(_arm(told) for told in manifest["arms"])
    outcomes = {o["name"]: OutcomeInfo(o["name"], o["label"], o["unit"], int(o["better"])) for o in manifest["outcomes"]}
    finished = runs[runs["status"] == "ok"].set_index("replicate").sort_index()
    measured = finished[[name for name in finished.columns if name in outcomes or name.startswith("realised_")]].astype("float64")
    by_arm = {arm.name: measured[finished["arm"] == arm.name] for arm in arms}
    return Study(path, manifest, runs, arms, outcomes, by_arm)


def known_outcomes(study: Study, names: Sequence[str]) -> list[str]:
    """Return the names of outcomes that were asked for, or refuse one that the study has not measured.

    Raises
    ------
    ConfigError
        For an outcome that does not exist, or that no run of the study could measure.
    """
    measured = [name for name in study.outcomes if name in study.runs.columns and study.runs[name].notna().any()]
    for name in names:
        if name not in study.outcomes:
            hint = nearest(name, study.outcomes)
            raise ConfigError(f"outcome {name!r} is not known{hint}; measured here: {', '.join(measured)}")
        if name not in study.runs.columns:
            raise ConfigError(f"outcome {name!r} is not in the tables of {study.folder}; measured here: {', '.join(measured)}")
    return list(dict.fromkeys(names))


def refuse_mixed(study: Study) -> None:
    """Refuse a study whose runs were not all made by the rules and settings that its manifest names.

    The key of a run is a hash of its settings, its seed and the rules of the model: other keys are those of other rules.

    Raises
    ------
    OutputError
        With the first run that does not belong, and how many there are.
    """
    code = study.manifest.get("code")
    settings = {arm["name"]: arm.get("settings") for arm in study.manifest["arms"]}
    if code is None or not all(settings.values()):
        return
    rows = zip(*(study.runs[name] for name in ("arm", "replicate", "seed", "key")), strict=True)
    wrong = [(arm, r) for arm, r, seed, key in rows if key != key_of(str(settings.get(arm)), int(seed), str(code))]
    if wrong:
        arm, replicate = wrong[0]
        raise OutputError(
            f"{study.folder}: {len(wrong):,} of {len(study.runs):,} runs were made by other rules of the model or other settings "
            f"than manifest.json names (the first: {arm}, replicate {replicate}): numbers of mixed code versions do not belong "
            "together. Run the study anew"
        )
