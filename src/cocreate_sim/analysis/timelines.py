"""What evaluations of a dated policy would find, each beside the truth that only a simulation knows.

Three ways to read what happened to the places that changed: the mean after minus the mean before (before-after); an interrupted
time series, which prolongs the line before the date; and, where places change at different dates, difference-in-differences
(:mod:`cocreate_sim.analysis.rollout`). The truth is the same world with the same luck without the policy, over the same weeks and
places; what an estimate differs from it is its bias.

Only the first change of each place is read, until the next one: what a second change adds to the first has no run without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import CoCreateError, ConfigError
from . import rollout
from .interrupted import FEWEST_WEEKS, Segmented, segmented
from .languages import say, translated
from .load import ArmInfo, Study, known_outcomes, refuse_mixed
from .paired import Interval, interval

WINDOW = 26
"""Most weeks on either side of a change that are read."""
METHODS = {
    "before_after": "before-after", "interrupted_time_series": "interrupted time series",
    "difference_in_differences": "difference-in-differences",
}  # fmt: skip
NUMBERS = (
    "estimate", "low", "high", "truth", "truth_low", "truth_high", "bias", "bias_low", "bias_high", "coverage",
)  # fmt: skip
COLUMNS = ("arm", "outcome", "method", "places", "weeks_before", "weeks_after", "replicates", *NUMBERS, "note")
ONE_DATE = "every place changes in the same week, or there is one place: nobody is left to compare with"


@dataclass(frozen=True, slots=True)
class Change:
    """The first change of one place, and the weeks around it that nothing else disturbs."""

    place: int
    week: int
    before: int
    """Weeks read before it."""
    after: int
    """Weeks read from it on, until the next change, the end, or the window's."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One outcome of one place in one run around its change, with and without the policy."""

    change: Change
    since: NDArray[np.float64]
    policy: NDArray[np.float64]
    without: NDArray[np.float64]

    @property
    def after(self) -> NDArray[np.bool_]:
        """Which weeks lie after the change."""
        return self.since >= 0

    @property
    def truth(self) -> float:
        """Mean difference to the same place without the policy, over the weeks after the change."""
        return float(np.nanmean((self.policy - self.without)[self.after]))

    @property
    def naive(self) -> float:
        """Mean after the change minus mean before it."""
        return float(np.nanmean(self.policy[self.after]) - np.nanmean(self.policy[~self.after]))


def timeline(study: Study, outcomes: Sequence[str] | None = None, window: int = WINDOW) -> pd.DataFrame:
    """Compare what each method finds of each dated policy with the truth.

    Parameters
    ----------
    outcomes
        Those that are kept by week; the headline outcomes that are, by default.
    window
        Most weeks before and after a change that are read.

    Returns
    -------
    pandas.DataFrame
        One row per arm with a timeline, outcome and method: estimate, truth and bias with 95 % intervals over replicates
        (Student's t; empty with one replicate), and for the interrupted time series ``coverage``, the share of runs and places in
        which its own 95 % interval holds the truth. A method that cannot be used has a ``note`` instead of numbers.

    Raises
    ------
    ConfigError
        When no arm differs from its reference by a timeline alone, or an outcome was not kept by week.
    CoCreateError
        When no change has enough weeks around it.
    """
    refuse_mixed(study)
    arms = dated(study)
    names = _by_week(study, outcomes)
    rows: list[dict[str, object]] = []
    for arm in arms:
        found = changes(study, arm, window)
        for outcome in names:
            rows += _rows(study, arm, outcome, found)
    counts = dict.fromkeys(("places", "weeks_before", "weeks_after", "replicates"), "Int64")
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(NUMBERS, "float64") | counts)
    if table["estimate"].isna().all():
        raise CoCreateError(
            say(
                "{folder}: no change has {n} measured weeks before it and {n} after it until the next; give the timeline later "
                "dates, or the run more weeks (run.weeks, run.burn_in_weeks)",
                folder=study.folder, n=FEWEST_WEEKS,
            )
        )
    return table


def dated(study: Study) -> list[ArmInfo]:
    """Return the arms that differ from their reference by a timeline alone, and whose reference has none."""
    found, why = [], []
    for arm in study.arms:
        base = study.arm(arm.reference)
        if arm.name == base.name or not study.setting(arm, "timeline"):
            continue
        label, its = translated(arm.label), translated(base.label)
        if study.setting(base, "timeline"):
            why.append(say("{reference}, to which {arm} is compared, has a timeline too", reference=its, arm=label))
        elif arm.without("timeline") != base.without("timeline"):
            why.append(say("{arm} differs from {reference} in more than its dates", arm=label, reference=its))
        else:
            found.append(arm)
    if not found:
        none = say("no arm has a timeline (dated changes of levers) that its reference has not")
        raise ConfigError(
            say(
                "{folder}: {reason}, so that nothing can be compared with a run without the policy. This is such a study: "
                "cocreate compare policies=before_2022,rollout world=three_subdistricts",
                folder=study.folder, reason=say("; |list").join(why) or none,
            )
        )
    return found


def changes(study: Study, arm: ArmInfo, window: int = WINDOW) -> list[Change]:
    """Return the first change of each place and the weeks around it that are read; places that never change are left out."""
    entries: Sequence[Mapping[str, Any]] = study.setting(arm, "timeline") or []
    first, end = -int(study.manifest["config"]["run"]["burn_in_weeks"]), study.weeks
    found = []
    for place in range(_places(study)):
        weeks = sorted({int(e["at"]) for e in entries if e["where"] == "all" or place in e["where"]})
        if weeks:
            until = min([*weeks[1:], end])
            found.append(Change(place, weeks[0], min(window, weeks[0] - first), min(window, until - weeks[0])))
    return found


def _places(study: Study) -> int:
    """How many places are read by themselves: subdistricts, where a world has several, else the world as a whole."""
    return 1 if study.subdistricts.empty else int(study.subdistricts["subdistrict"].max()) + 1


def _by_week(study: Study, outcomes: Sequence[str] | None) -> list[str]:
    """Return the outcomes asked for that are kept by week, or refuse one that is not."""
    table = study.weekly if study.subdistricts.empty else study.subdistricts
    kept = [name for name in study.outcomes if name in table.columns]
    for name in known_outcomes(study, outcomes or ()):
        if name not in kept:
            raise ConfigError(f"{study.folder}: {name} is not kept by week and place; kept: {', '.join(kept)}")
    names = list(outcomes or [name for name in study.headline if name in kept])
    if not names:
        raise ConfigError(f"{study.folder}: no headline outcome is kept by week; ask for others, such as outcomes={kept[0]}")
    return names


def readings(study: Study, arm: ArmInfo, outcome: str, found: Sequence[Change]) -> list[tuple[int, Reading, Segmented]]:
    """Return an outcome around the change of each place in each replicate that both arms finished, with its segmented fit.

    Those with fewer than 8 measured weeks on either side, or without any week that was measured under both arms, are left out.
    """
    fits = []
    for replicate, reading in _around(study, arm, outcome, found):
        fit = segmented(reading.since, reading.policy)
        if fit is not None and np.isfinite((reading.policy - reading.without)[reading.after]).any():
            fits.append((replicate, reading, fit))
    return fits


def _around(study: Study, arm: ArmInfo, outcome: str, found: Sequence[Change]) -> Iterator[tuple[int, Reading]]:
    panels = [_panels(study, name, outcome) for name in (arm.name, arm.reference)]
    both = [int(r) for r in study.by_arm[arm.name].index if r in study.by_arm[arm.reference].index]
    for r in both:
        for change in found:
            weeks = np.arange(change.week - change.before, change.week + change.after)
            policy, without = (p.loc[r, change.place].reindex(weeks).to_numpy(np.float64) for p in panels)
            yield r, Reading(change, (weeks - change.week).astype(np.float64), policy, without)


def _panels(study: Study, arm: str, outcome: str) -> pd.Series:
    """One outcome of one arm by replicate, place and week."""
    if study.subdistricts.empty:
        rows = study.weekly[study.weekly["arm"] == arm].assign(subdistrict=0)
    else:
        rows = study.subdistricts[study.subdistricts["arm"] == arm]
    return rows.set_index(["replicate", "subdistrict", "week"])[outcome].sort_index()


def _rows(study: Study, arm: ArmInfo, outcome: str, found: Sequence[Change]) -> Iterator[dict[str, object]]:
    """One row per method for one outcome of one arm."""
    fits = readings(study, arm, outcome, found)
    places, replicates = len({reading.change.place for _, reading, _ in fits}), len({r for r, _, _ in fits})
    head: dict[str, object] = {"arm": arm.name, "outcome": outcome, "places": places, "replicates": replicates}
    if not fits:
        for name in ("before_after", "interrupted_time_series"):
            yield head | {"method": name, "note": f"fewer than {FEWEST_WEEKS} measured weeks before or after the change"}
    else:
        spans = [(int((~reading.after).sum()), int(reading.after.sum())) for _, reading, _ in fits]
        head |= {"weeks_before": min(b for b, _ in spans), "weeks_after": min(a for _, a in spans)}
        truth = _by_run((r, reading.truth) for r, reading, _ in fits)
        naive = _by_run((r, reading.naive) for r, reading, _ in fits)
        series = _by_run((r, fit.effect) for r, _, fit in fits)
        held = float(np.mean([fit.low <= reading.truth <= fit.high for _, reading, fit in fits]))
        yield head | {"method": "before_after"} | _numbers(interval(naive), interval(truth), interval(naive - truth))
        numbers = _numbers(interval(series), interval(truth), interval(series - truth))
        yield head | {"method": "interrupted_time_series"} | numbers | {"coverage": held}
    yield _did(study, arm, outcome)


def _by_run(values: Iterator[tuple[int, float]]) -> pd.Series:
    """Mean over places of each replicate."""
    table = pd.DataFrame(list(values), columns=["replicate", "value"])
    return table.groupby("replicate")["value"].mean()


def _did(study: Study, arm: ArmInfo, outcome: str) -> dict[str, object]:
    head: dict[str, object] = {"arm": arm.name, "outcome": outcome, "method": "difference_in_differences", "replicates": 0}
    verdict = rollout.judge(study, arm, outcome)
    if verdict is None:
        return head | {"note": ONE_DATE}
    weeks = {"weeks_before": rollout.BASE_WEEKS, "replicates": verdict.did.replicates}
    return head | weeks | _numbers(verdict.did, verdict.truth, verdict.did_bias)


def _numbers(estimate: Interval, truth: Interval, bias: Interval) -> dict[str, object]:
    return {
        "estimate": estimate.mean, "low": estimate.low, "high": estimate.high, "truth": truth.mean, "truth_low": truth.low,
        "truth_high": truth.high, "bias": bias.mean, "bias_low": bias.low, "bias_high": bias.high, "note": "",
    }  # fmt: skip
