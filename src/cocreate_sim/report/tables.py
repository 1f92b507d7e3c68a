"""A study as figures and reports see it: its tables on disk, which arm is compared with which, and how much of it is there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from ..analysis.languages import say, translated
from ..analysis.load import ArmInfo, OutcomeInfo, Study, load_study
from ..analysis.paired import Interval, Paired, interval, paired
from ..analysis.tables import against, compared
from ..analysis.words import unit_words
from ..errors import CoCreateError

NOTHING = Interval(math.nan, None, None, 0)
"""What a comparison gives when it cannot be made."""


class NotOffered(CoCreateError):
    """A figure that this study's data cannot support; the message is the reason."""


@dataclass(frozen=True, slots=True)
class StudyTables:
    """Everything that a study left on disk, with the questions that figures ask of it."""

    study: Study

    @property
    def arms(self) -> tuple[ArmInfo, ...]:
        """The arms that have at least one finished run, in the study's order."""
        present = set(self.study.done["arm"])
        return tuple(arm for arm in self.study.arms if arm.name in present)

    @property
    def reference(self) -> ArmInfo:
        """The arm that stands for "as it was": the one the study names, else the first."""
        named = self.study.manifest.get("reference")
        return next((arm for arm in self.arms if arm.name == named), self.arms[0])

    @property
    def compared(self) -> list[tuple[ArmInfo, ArmInfo]]:
        """Each arm with the arm it is compared with, where both have finished runs."""
        here = {arm.name for arm in self.arms}
        return [(arm, base) for arm, base in compared(self.study) if arm.name in here and base.name in here]

    @property
    def command(self) -> str:
        """The command that made the study, on one line."""
        return " ".join(str(self.study.manifest.get("command") or "command not recorded").split())

    @property
    def failed(self) -> int:
        """Number of runs that failed and are left out of every figure."""
        return len(self.study.failed)

    @property
    def asked(self) -> list[str]:
        """The outcomes that the study is about, in its own order; none when it names none."""
        return list(self.study.manifest.get("headline") or ())

    @property
    def weeks(self) -> int:
        """Length of the run after the burn-in, in weeks; 0 when no weekly outcome was kept."""
        return int(self.study.weekly["week"].max()) + 1 if len(self.study.weekly) else 0

    def base_of(self, arm: ArmInfo) -> ArmInfo:
        """The arm that another is compared with."""
        return next((base for mine, base in self.compared if mine == arm), arm)

    def outcome(self, name: str) -> OutcomeInfo:
        """Label and unit of a measured column; a plain reading of its name when the study says nothing."""
        found = self.study.outcomes.get(name) or OutcomeInfo(name, name.replace("_", " ").capitalize(), "", 0)
        return replace(found, label=translated(found.label))

    def has(self, name: str) -> bool:
        """Whether at least one finished run measured this outcome."""
        measured = any(name in runs.columns for runs in self.study.by_arm.values())  # a factor may have an outcome's name
        return measured and bool(self.study.done[name].notna().any())

    def mean(self, arm: ArmInfo, name: str) -> Interval:
        """Mean of an outcome over an arm's replicates with its 95 % interval, in the unit that is shown."""
        return scaled(interval(self.study.values(arm.name, name)), scale(self.outcome(name)))

    def difference(self, arm: ArmInfo, base: ArmInfo, name: str) -> Interval:
        """Paired difference of an outcome between two arms, in the unit that is shown."""
        return scaled(against(self.study, arm.name, base.name, name).difference, scale(self.outcome(name)))

    def percent(self, arm: ArmInfo, base: ArmInfo, name: str) -> Interval:
        """Paired difference in percent of the base's mean; of what is never negative, nothing falls by more than 100 %."""
        found = percent_of(against(self.study, arm.name, base.name, name))
        return within_bounds(found, self.study.values(arm.name, name), self.study.values(base.name, name))

    def replicates(self, arms: Sequence[ArmInfo]) -> tuple[int, int]:
        """Smallest and largest number of finished runs per arm."""
        counts = self.study.done.groupby("arm").size()
        each = [int(counts.get(arm.name, 0)) for arm in arms]
        return min(each), max(each)


def load(folder: Path) -> StudyTables:
    """Read a study from its folder; a folder that is not one, or that has no finished run, is refused."""
    study = load_study(folder)
    if study.done.empty:
        raise NotOffered(f"{folder}: all {len(study.runs)} runs failed")
    return StudyTables(study)


def percent_of(pair: Paired) -> Interval:
    """A paired comparison in percent of the reference's mean; nothing when that mean is zero or was not measured."""
    return NOTHING if pair.relative is None else pair.relative.times(100.0)


def percent_between(values: pd.Series, reference: pd.Series) -> Interval:
    """Paired difference of two columns of numbers by replicate, in percent of the reference's mean."""
    return within_bounds(percent_of(paired(values, reference)), values, reference)


def within_bounds(percent: Interval, values: pd.Series, reference: pd.Series) -> Interval:
    """The interval without falls by more than 100 %, where no value is negative."""
    if percent.low is None or percent.low >= -100.0 or (values < 0).any() or (reference < 0).any():
        return percent
    return replace(percent, low=-100.0)


def scaled(found: Interval, factor: float) -> Interval:
    """The same interval in another unit."""
    return found if factor == 1.0 else found.times(factor)


def is_number(found: Interval) -> bool:
    """Whether there is a mean at all."""
    return bool(np.isfinite(found.mean))


def known(found: Interval) -> bool:
    """Whether there is an interval, so that something can be said on how sure the mean is."""
    return found.low is not None and found.high is not None


def scale(outcome: OutcomeInfo) -> float:
    """Factor from the stored number to the shown one: shares are shown in percent."""
    return 100.0 if "share" in outcome.unit.split() else 1.0


def unit_in_percent(unit: str) -> str:
    """The unit of a number whose shares are shown in percent: ``% of adults``."""
    return " ".join("%" if word == "share" else word for word in unit.split())


def shown_unit(outcome: OutcomeInfo) -> str:
    """Unit as it stands on an axis."""
    unit = unit_in_percent(outcome.unit)
    if unit in ("", "-", "1"):
        return say("no unit")
    return say("index, 0 to 1") if unit == "0 to 1" else unit_words(unit)
