"""Arms that differ in nothing but the size of governance units, and which of them has the most of an outcome."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import pandas as pd

from .effects import conditions
from .languages import comma
from .load import ArmInfo, Study
from .paired import CONFIDENCE, interval
from .tables import against
from .words import level_words

PARTITION, HEAD_HOURS = "levers.partition", "levers.head_hours"


@dataclass(frozen=True, slots=True)
class Group:
    """Arms that differ in their partition only."""

    arms: dict[str, ArmInfo]
    """By partition."""
    head_hours: str
    rules: str

    @property
    def words(self) -> str:
        """Under which settings, in words."""
        return comma().join(part for part in (level_words("head_hours", self.head_hours), self.rules) if part)

    @property
    def small(self) -> str | None:
        """The partition that stands for units of 10 to 20 households."""
        within = [p for p in self.arms if re.fullmatch(r"\d+", p) and 10 <= int(p) <= 20]
        return "10-20" if "10-20" in self.arms else min(within, key=lambda p: abs(int(p) - 15), default=None)


def groups_of(study: Study) -> list[Group]:
    """Return the sets of arms in which nothing but the partition differs."""
    others = [name for name in study.varied if name not in ("unit_size", "head_hours", "policy")]
    found: list[list[ArmInfo]] = []
    for arm in study.arms:
        home = next((g for g in found if g[0].without(PARTITION) == arm.without(PARTITION)), None)
        if home is None:
            found.append([arm])
        else:
            home.append(arm)
    found = [g for g in found if len({text(study.setting(a, PARTITION)) for a in g}) > 1]
    apart = _apart(study, [g[0] for g in found], others)
    return [
        Group(
            {text(study.setting(a, PARTITION)): a for a in g}, str(study.setting(g[0], HEAD_HOURS)),
            comma().join(part for part in (conditions(g[0], others), apart[g[0].name]) if part),
        )
        for g in found
    ]  # fmt: skip


def _apart(study: Study, firsts: list[ArmInfo], factors: list[str]) -> dict[str, str]:
    """Say for the first arm of each group the settings that tell groups of policies apart, which no factor names."""
    known = {PARTITION, HEAD_HOURS}
    addresses = dict.fromkeys(address for arm in firsts for address in arm.settings if address not in known)
    told = [a for a in addresses if a.rpartition(".")[2] not in factors and len({str(study.setting(f, a)) for f in firsts}) > 1]
    return {arm.name: comma().join(_level(a, study.setting(arm, a)) for a in told) for arm in firsts}


def _level(address: str, value: object) -> str:
    level = value if isinstance(value, int | float) and not isinstance(value, bool) else str(value).lower()
    return level_words(address.rpartition(".")[2], level)


def text(partition: object) -> str:
    """Return a partition as text, however it was written: 10, 10.0 and "10" are one."""
    return f"{partition:g}" if isinstance(partition, int | float) else str(partition)


def curve(study: Study, group: Group, outcome: str) -> pd.DataFrame:
    """Return one outcome over the realised mean size of units: partition, size, mean, low, high, replicates.

    Grids have no units of their own; their size is that of the realised figures, where these give one.
    """
    rows = []
    for partition, arm in group.arms.items():
        mean = interval(study.values(arm.name, outcome))
        rows.append(
            {
                "partition": partition,
                "arm": arm.name,
                "size": realised_size(study, arm),
                "mean": mean.mean,
                "low": mean.low,
                "high": mean.high,
                "replicates": mean.replicates,
            }
        )
    return pd.DataFrame(rows).sort_values("size", kind="stable", ignore_index=True)


def realised_size(study: Study, arm: ArmInfo) -> float | None:
    """Return the mean number of households per unit in the built worlds of an arm."""
    if "realised_mean_unit_size" not in study.runs.columns:
        return None
    values = study.values(arm.name, "realised_mean_unit_size")
    return float(values.mean()) if len(values) and values.mean() > 0 else None


@dataclass(frozen=True, slots=True)
class Top:
    """Which partition has the highest mean, and how sure that is."""

    first: str
    tied: list[str]
    """Those that cannot be told apart from it."""
    alone: bool
    """Whether at least one other partition is clearly lower."""
    known: bool
    """Whether there are intervals."""


def top(study: Study, group: Group, outcome: str) -> Top | None:
    """Return the partition with the highest mean of an outcome; None when fewer than two have one.

    The best is compared with each other partition. Which is best is known only afterwards, so the intervals are widened until
    those of all pairs hold together with at least 95 % (Bonferroni).
    """
    means = {p: float(study.values(a.name, outcome).mean()) for p, a in group.arms.items() if len(study.values(a.name, outcome))}
    if len(means) < 2:
        return None
    first = max(means, key=means.__getitem__)
    confidence = 1 - (1 - CONFIDENCE) / math.comb(len(means), 2)
    pairs = {p: against(study, group.arms[first].name, group.arms[p].name, outcome, confidence) for p in means if p != first}
    tied = [p for p, pair in pairs.items() if not pair.difference.clear]
    return Top(first, tied, len(tied) < len(pairs), all(pair.difference.low is not None for pair in pairs.values()))
