"""Which size of governance unit did best, in both arms of head hours, and whether 10 to 20 households is better."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from .effects import conditions, told
from .load import ArmInfo, Study
from .paired import CONFIDENCE, interval
from .tables import against
from .words import capital, figures, level_words, listing, noun, times, value

PARTITION, HEAD_HOURS = "levers.partition", "levers.head_hours"
OUTCOMES = ("participation_week", "solved_in_unit_share")
"""What small units are said to raise."""
LARGE = ("100", "grid")
"""What small units are compared with."""


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
        return ", ".join(part for part in (level_words("head_hours", self.head_hours), self.rules) if part)

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
    return [
        Group({text(study.setting(a, PARTITION)): a for a in g}, str(study.setting(g[0], HEAD_HOURS)), conditions(g[0], others))
        for g in found
        if len({text(study.setting(a, PARTITION)) for a in g}) > 1
    ]


def text(partition: object) -> str:
    """Return a partition as text, however it was written: 10, 10.0 and "10" are one."""
    return f"{partition:g}" if isinstance(partition, int | float) else str(partition)


def sentences(study: Study) -> list[str]:
    """Say which partition did best in each arm of head hours, and whether 10 to 20 households beat 100 and grids.

    Returns
    -------
    list of str
        Empty when no arms differ in their partition only.
    """
    groups = groups_of(study)
    outcomes = [o for o in OUTCOMES if o in study.runs.columns]
    found = []
    for group in groups:
        for outcome in outcomes:
            found += [best(study, group, outcome), *small_against_large(study, group, outcome)]
    if not groups:
        return []
    arms = {g.head_hours for g in groups}
    if len(arms) == 2:
        for outcome in outcomes:
            found += _in_both(study, groups, outcome)
    else:
        run, other = ("per_head", "equal_total") if "per_head" in arms else ("equal_total", "per_head")
        found.append(
            f"Only {level_words('head_hours', run)} was run, not {level_words('head_hours', other)}: "
            "a difference between sizes may come from the hours of heads."
        )
    return [sentence for sentence in found if sentence]


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


def top(study: Study, group: Group, outcome: str) -> tuple[str, list[str], bool]:
    """Return the partition with the highest mean, those that cannot be told apart from it, and whether there are intervals.

    The best is compared with each other partition; since there are several, each interval is widened so that all hold
    together with at least 95 % (Bonferroni).
    """
    means = {p: float(study.values(a.name, outcome).mean()) for p, a in group.arms.items() if len(study.values(a.name, outcome))}
    if len(means) < 2:
        return "", [], False
    first = max(means, key=means.__getitem__)
    confidence = 1 - (1 - CONFIDENCE) / (len(means) - 1)
    pairs = {p: against(study, group.arms[first].name, group.arms[p].name, outcome, confidence) for p in means if p != first}
    tied = [p for p, pair in pairs.items() if not pair.difference.clear]
    return first, tied, all(pair.difference.low is not None for pair in pairs.values())


def best(study: Study, group: Group, outcome: str) -> str:
    """Say which partition has the most of an outcome, as far as the intervals allow."""
    first, tied, known = top(study, group, outcome)
    if not first:
        return ""
    info = study.outcomes[outcome]
    size = realised_size(study, group.arms[first])
    mean = float(study.values(group.arms[first].name, outcome).mean())
    shown = f"{value(mean, info.unit)}" + (f"; realised mean size {figures(size)} households" if size is not None else "")
    head = f"with {group.words}, {noun(info)} is highest in {_units(first)} ({shown})"
    if not known:
        return f"{capital(head)} in one replicate, which cannot be told from chance."
    if len(tied) == len(group.arms) - 1:
        return (
            f"With {group.words}, no unit size stands out in {noun(info)}: none can be told apart from the highest, "
            f"{_units(first)} ({shown})."
        )
    if tied:
        return f"{capital(head)}, but cannot be told apart from {listing([_units(p) for p in tied])}."
    return f"{capital(head)}, clearly above every other size that was run."


def small_against_large(study: Study, group: Group, outcome: str) -> list[str]:
    """Say whether units of 10 to 20 households have more of an outcome than units of 100, and than grids."""
    small = group.small
    if small is None:
        return []
    info, found = study.outcomes[outcome], []
    for large in LARGE:
        if large not in group.arms:
            continue
        pair = against(study, group.arms[small].name, group.arms[large].name, outcome)
        higher = _replicates_higher(study, group.arms[small], group.arms[large], outcome)
        found.append(f"{capital(_units(small))} against {_units(large)}, {group.words}: {told(pair, info)}; more in {higher}.")
    return found


def falsifier(study: Study) -> list[str]:
    """Say in how many replicates 10 to 20 households had more participation than 100, and what would count against the claim."""
    found = []
    for group in groups_of(study):
        small = group.small
        if small is None or "100" not in group.arms or OUTCOMES[0] not in study.runs.columns:
            continue
        higher, total = _count_higher(study, group.arms[small], group.arms["100"], OUTCOMES[0])
        if not total:
            continue
        head = (
            f"with {group.words}, {_units(small)} had more participation than units of 100 households in "
            f"{higher} of {times(total, 'replicate')}"
        )
        if drawn(study):
            fails = 2 * higher < total
            verdict = "the claim that smaller units help fails" if fails else "the claim that smaller units help is not refuted"
            found.append(
                f"{capital(head)}, each with its own draw from the priors: {verdict} (it fails below half of the draws)."
            )
        else:
            found.append(
                f"{capital(head)}. These share one set of parameters: they do not test over the priors the claim that smaller "
                "units help, which fails below half of the draws."
            )
    return found


def drawn(study: Study) -> bool:
    """Whether at least one uncertain number was drawn from its prior, anew for every replicate."""
    mechanisms = study.manifest["config"].get("uncertainties") or {}
    settings = [v for values in mechanisms.values() if isinstance(values, dict) for v in values.values()]
    return any(isinstance(v, dict) and "kind" in v for v in settings)


def _in_both(study: Study, groups: Sequence[Group], outcome: str) -> list[str]:
    """Say whether the two arms of head hours agree on the sizes that do best, as far as the intervals tell sizes apart."""
    found = []
    for rules in dict.fromkeys(group.rules for group in groups):
        pair = [group for group in groups if group.rules == rules]
        tops = [top(study, group, outcome) for group in pair]
        if len({group.head_hours for group in pair}) < 2 or not all(first and known for first, _, known in tops):
            continue
        if any(len(tied) == len(group.arms) - 1 for group, (_, tied, _) in zip(pair, tops, strict=True)):
            continue  # no size stands out in one of them, which has been said
        shared = [p for p in pair[0].arms if all(p in (first, *tied) for first, tied, _ in tops)]
        what = capital(noun(study.outcomes[outcome])) + (f" ({rules})" if rules else "")
        if shared:
            found.append(
                f"{what}: {listing([_units(p) for p in shared])} are among the highest however head hours follow the partition."
            )
        else:
            found.append(
                f"{what}: no size is among the highest in both arms of head hours, so a gain may come from hours, not from size."
            )
    return found


def _units(partition: str) -> str:
    return {"grid": "grids", "nested": "nested units"}.get(partition, f"units of {partition} households")


def _count_higher(study: Study, small: ArmInfo, large: ArmInfo, outcome: str) -> tuple[int, int]:
    difference = (study.values(small.name, outcome) - study.values(large.name, outcome)).dropna()
    return int((difference > 0).sum()), len(difference)


def _replicates_higher(study: Study, small: ArmInfo, large: ArmInfo, outcome: str) -> str:
    higher, total = _count_higher(study, small, large, outcome)
    return f"{higher} of {times(total, 'replicate')}"
