"""A staggered roll-out read as a researcher would read it, beside the truth that only a simulation knows.

Who evaluates a roll-out sees one world: the places that changed, when, and those that had not changed yet. Group-time
effects (Callaway and Sant'Anna 2021, with simple means) compare, for each group of places that changed in one week and
for each week since, their change from before with that of places which have not changed by then. Regression with effects
of places and weeks is not used: with staggered dates it takes places that changed early as controls of those that change
later, and is biased when effects grow. A simulation also has the same world, with the same luck, without the policy: the
difference to it is the true effect, and what remains is the bias of the method.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .languages import comma, say, translated
from .load import ArmInfo, Study
from .paired import Interval, interval
from .words import capital, figures, listing, noun, times, unit_words

BASE_WEEKS = 8
"""Weeks before a place changes whose mean is what it is compared with."""
MOST_OUTCOMES = 6
ASSUMPTIONS = (
    (
        "It assumes parallel trends: without the change, places that changed would have moved as those that had not yet. "
        "This cannot be tested; the placebo compares the two halves of the weeks before, where there is no effect."
    ),
    "It assumes no anticipation: nobody acts on a change before its date.",
    "It assumes no spill-over: a change in one place does not move the others. What it did move there is told above.",
    "It cannot see what changes everywhere in the same week: nobody is left to compare with.",
)


@dataclass(frozen=True, slots=True)
class Staggered:
    """Which levers came to places in different weeks, and when each place had the first of them."""

    levers: tuple[str, ...]
    week: dict[int, int | None]
    """Subdistrict -> week of the horizon, or None where they never came."""

    @property
    def groups(self) -> dict[int, list[int]]:
        """Week -> the places that changed in it, for weeks in which some place had not changed yet."""
        weeks = sorted({w for w in self.week.values() if w is not None})
        return {w: [p for p, when in self.week.items() if when == w] for w in weeks}


def staggered(timeline: Sequence[Mapping[str, Any]], subdistricts: int) -> Staggered:
    """Find the levers whose dates differ between places; a lever that comes everywhere at once is not among them."""
    first: dict[str, dict[int, int]] = {}
    for entry in sorted(timeline, key=lambda e: int(e["at"])):
        places = range(subdistricts) if entry["where"] == "all" else entry["where"]
        for lever in entry["levers"]:
            for place in places:
                first.setdefault(lever, {}).setdefault(int(place), int(entry["at"]))
    levers = [name for name, weeks in first.items() if len({weeks.get(p) for p in range(subdistricts)}) > 1]
    week = {p: min((first[name][p] for name in levers if p in first[name]), default=None) for p in range(subdistricts)}
    return Staggered(tuple(levers), week)


def effects(
    policy: pd.DataFrame, without: pd.DataFrame | None, week: Mapping[int, int | None], base_weeks: int = BASE_WEEKS
) -> pd.DataFrame:
    """Estimate the effect of each group of places in each week since it changed.

    Parameters
    ----------
    policy
        One outcome of one run: one row per week of the horizon (burn-in weeks are negative), one column per subdistrict.
    without
        The same world without the policy; nothing when only the estimates are wanted.
    week
        When each subdistrict changed; None means never.
    base_weeks
        Weeks before the change over whose mean changes are measured.

    Returns
    -------
    pandas.DataFrame
        One row per group (``group`` is its week) and ``week``: ``places`` in it, ``did`` (difference in differences),
        ``before_after``, ``truth`` and ``spill_over`` (the true effect on places that had not changed), ``placebo``
        (of the group). Weeks in which nobody is left to compare with, or something could not be measured, are left out.
    """
    rows = []
    for group in sorted({w for w in week.values() if w is not None}):
        treated = [p for p, when in week.items() if when == group]
        before = [w for w in policy.index if group - base_weeks <= w < group]
        if not before:
            continue
        for t in (int(w) for w in policy.index if w >= group):
            control = [p for p, when in week.items() if when is None or when > t]
            if not control:
                break
            change = policy.loc[t] - policy.loc[before].mean(skipna=False)
            gain = change * math.nan if without is None else policy.loc[t] - without.loc[t]
            row = {
                "group": group, "week": t, "places": len(treated), "did": change[treated].mean() - change[control].mean(),
                "before_after": change[treated].mean(), "truth": gain[treated].mean(skipna=False),
                "spill_over": gain[control].mean(skipna=False), "placebo": _placebo(policy, before, treated, control),
            }  # fmt: skip
            measured = change[[*treated, *control]].notna().all() and (without is None or not math.isnan(row["truth"]))
            if measured:
                rows.append(row)
    return pd.DataFrame(rows, columns=["group", "week", "places", "did", "before_after", "truth", "spill_over", "placebo"])


def _placebo(policy: pd.DataFrame, before: Sequence[int], treated: Sequence[int], control: Sequence[int]) -> float:
    """Return the difference in differences between the two halves of the weeks before: zero, if trends are parallel."""
    half = len(before) // 2
    if half == 0:
        return math.nan
    change = policy.loc[list(before[half:])].mean() - policy.loc[list(before[:half])].mean()
    return float(change[list(treated)].mean() - change[list(control)].mean())


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the methods say of one outcome over all groups and weeks, and what is true; intervals over replicates."""

    outcome: str
    cells: int
    """Group-weeks that each replicate could be judged in (the fewest)."""
    did: Interval
    before_after: Interval
    truth: Interval
    did_bias: Interval
    before_after_bias: Interval
    spill_over: Interval
    placebo: Interval


def panel(study: Study, arm: str, replicate: int, outcome: str) -> pd.DataFrame:
    """Return one outcome of one run: one row per week, one column per subdistrict."""
    table = study.subdistricts
    rows = table[(table["arm"] == arm) & (table["replicate"] == replicate)]
    return rows.pivot(index="week", columns="subdistrict", values=outcome)


def judge(study: Study, arm: ArmInfo, outcome: str, base_weeks: int = BASE_WEEKS) -> Verdict | None:
    """Compare difference-in-differences and before-after with the truth, replicate by replicate; None when nothing can be told.

    All three are means over the same groups and weeks, each group counted by its places.
    """
    if study.subdistricts.empty or outcome not in study.subdistricts.columns:
        return None
    both = [r for r in study.by_arm[arm.name].index if r in study.by_arm[arm.reference].index]
    found, counts = [], []
    for r in both:
        one, other = (panel(study, name, int(r), outcome) for name in (arm.name, arm.reference))
        when = staggered(study.setting(arm, "timeline") or [], len(one.columns))
        cells = effects(one, other, when.week, base_weeks)
        if len(cells):
            found.append(_mean(cells))
            counts.append(len(cells))
    if not found:
        return None
    did, naive, truth, spill, placebo = np.array(found).T
    placebos = placebo[np.isfinite(placebo)]
    return Verdict(
        outcome, min(counts), interval(did), interval(naive), interval(truth), interval(did - truth), interval(naive - truth),
        interval(spill), interval(placebos),
    )  # fmt: skip


def _mean(cells: pd.DataFrame) -> NDArray[np.float64]:
    columns = cells[["did", "before_after", "truth", "spill_over", "placebo"]].to_numpy(dtype=np.float64)
    weights = cells["places"].to_numpy(dtype=np.float64)
    mean: NDArray[np.float64] = (columns * weights[:, None]).sum(axis=0) / weights.sum()
    return mean


def sentences(study: Study) -> list[str]:
    """Say for each arm with a staggered timeline what difference-in-differences finds, what is true, and what it assumes."""
    arms = [a for a in study.arms if study.setting(a, "timeline") and a.reference != a.name]
    told: list[str] = []
    for arm in arms:
        told += _of_arm(study, arm)
    return told


def _of_arm(study: Study, arm: ArmInfo) -> Iterator[str]:
    places = int(study.setting(arm, "world.subdistricts") or 1)
    label, reference = translated(arm.label), translated(study.arm(arm.reference).label)
    if places < 2 or study.subdistricts.empty:
        yield say("{arm}: the world has one subdistrict, so that no place is left to compare with.", arm=label)
        return
    when = staggered(study.setting(arm, "timeline"), places)
    if not when.levers:
        yield say("{arm}: every lever changes everywhere in the same week, so that no place is left to compare with.", arm=label)
        return
    names = listing([translated(name.replace("_", " ")) for name in when.levers])
    groups = listing([_group(week, who) for week, who in when.groups.items()])
    yield say("{arm}: {levers} came {places}{never}.", arm=label, levers=names, places=groups, never=_never(when))
    measured = [name for name in study.headline if name in study.subdistricts.columns][:MOST_OUTCOMES]
    found = [verdict for verdict in (judge(study, arm, name) for name in measured) if verdict is not None]
    if not found:
        yield say("In no week could a place that had changed be compared with one that had not.")
        return
    yield say(
        "Difference-in-differences compares places that had changed with those that had not yet, week by week, against the "
        "mean of the {n} weeks before ({cells}); the truth is the same world and luck under {reference}, in the same weeks and "
        "places.",
        n=BASE_WEEKS, cells=times(max(v.cells for v in found), "group-week"), reference=reference,
    )
    for verdict in found:
        yield _told(study, verdict)
    yield from map(translated, ASSUMPTIONS)


def _group(week: int, places: Sequence[int]) -> str:
    which = comma().join(map(str, places))
    return say("to {places} ({numbers}) in week {week}", places=times(len(places), "subdistrict"), numbers=which, week=week)


def _never(when: Staggered) -> str:
    never = [p for p, week in when.week.items() if week is None]
    if not never:
        return ""
    count = times(len(never), "subdistrict")
    return say(", and never to {places} ({numbers})", places=count, numbers=comma().join(map(str, never)))


def _told(study: Study, v: Verdict) -> str:
    info = study.outcomes[v.outcome]
    share = "share" in info.unit.split()

    def shown(number: Interval) -> str:
        scaled = number.times(100.0 if share else 1.0)
        if scaled.low is None or scaled.high is None:
            return figures(scaled.mean)
        return figures(scaled.mean) + say(" ({low} to {high})", low=figures(scaled.low), high=figures(scaled.high))

    unit = unit_words("percentage points" if share else info.unit)
    placebo = say("; placebo {effect}", effect=shown(v.placebo)) if v.placebo.replicates else ""
    return say(
        "{outcome}, {unit}: difference-in-differences {did}, before-after {naive}, truth {truth}; bias of "
        "difference-in-differences {did_bias}, of before-after {naive_bias}; spill-over {spill_over}{placebo}.",
        outcome=capital(noun(info)), unit=say("from {unit}", unit=unit) if info.unit == "0 to 1" else say("in {unit}", unit=unit),
        did=shown(v.did), naive=shown(v.before_after), truth=shown(v.truth), did_bias=shown(v.did_bias),
        naive_bias=shown(v.before_after_bias), spill_over=shown(v.spill_over), placebo=placebo,
    )
