"""How sure each difference is, asked in several ways: bootstrap, several outcomes at once, size of effects, largest effect.

Beside Student's t intervals of :mod:`cocreate_sim.analysis.tables` stand, for each outcome of each compared arm:

- the bootstrap interval (BCa), which needs no bell curve, from 20 replicates on;
- the p-value of the paired t-test, alone and after Holm's correction over the outcomes of the arm, and over outcomes and arms;
- ``no_larger_than``: with 95 % confidence the true difference is not larger than this, in either direction (the larger of the two
  one-sided 95 % bounds, which is what an equivalence test by two one-sided tests reads; Schuirmann 1987);
- ``d_paired``, the mean difference in standard deviations of the difference between replicates (Cohen's d_z): how well it can be
  told from chance here; ``d_worlds``, in standard deviations of the outcome between worlds (d_av): how large it is beside what
  chance makes of a world. The first is made large by running arms on the same worlds, the second is not;
- ``variance_ratio``, what the same worlds gained, with an approximate interval (Fisher's z of the correlation of the two arms);
- Welch's interval, which ignores the pairing and allows arms that vary differently.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri, stdtr, stdtrit

from ..errors import CoCreateError
from .languages import say
from .load import Study, known_outcomes
from .multiplicity import holm
from .paired import CONFIDENCE, NEVER_MEASURED, ONE_REPLICATE, SAME, Interval, paired
from .resampling import FEWEST, bca
from .tables import compared
from .words import figures, listing, noun, times, with_unit

NUMBERS = (
    "difference", "low", "high", "bca_low", "bca_high", "p", "p_holm", "p_holm_all", "no_larger_than", "d_paired", "d_worlds",
    "variance_ratio", "variance_ratio_low", "variance_ratio_high", "welch_low", "welch_high",
)  # fmt: skip
COLUMNS = ("outcome", "arm", "reference", "kind", "replicates", *NUMBERS, "note")
LEVEL = 1 - CONFIDENCE
TOO_FEW = f"a bootstrap interval needs {FEWEST} replicates"
TOO_MANY = "no bootstrap interval: with so many replicates Student's t is as good"
SEPARATE = "not measured in two replicates of both arms: Welch's interval for separate worlds"


def certainty(study: Study, outcomes: Sequence[str] | None = None) -> pd.DataFrame:
    """Say of each outcome in each compared arm how sure its difference is, in several ways.

    Parameters
    ----------
    outcomes
        Those that are asked about, which are a family for Holm's correction; the headline outcomes of the study by default.

    Returns
    -------
    pandas.DataFrame
        One row per arm and outcome; ``kind`` is ``paired``, or ``separate`` where only different replicates could be measured.
        A cell without a value is explained in ``note``.

    Raises
    ------
    CoCreateError
        When no comparison has two replicates, so that nothing can be said, or an outcome is not known.
    """
    names = known_outcomes(study, study.headline if outcomes is None else outcomes)
    rows = [_row(study, outcome, arm.name, base.name) for arm, base in compared(study) for outcome in names]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(NUMBERS, "float64"))
    if table["low"].isna().all():
        raise CoCreateError(
            f"{study.folder}: no comparison was measured in two replicates, so that nothing can be said of chance; run the study "
            f"with more, such as replicates={FEWEST}"
        )
    table["p_holm"] = table.groupby("arm", sort=False)["p"].transform(holm)
    table["p_holm_all"] = holm(table["p"])
    return table


def _row(study: Study, outcome: str, arm: str, reference: str) -> dict[str, object]:
    values, others = study.values(arm, outcome), study.values(reference, outcome)
    pair = paired(values, others)
    head = {"outcome": outcome, "arm": arm, "reference": reference, "kind": "paired", "replicates": pair.difference.replicates}
    if pair.difference.replicates < 2 and min(len(values), len(others)) > 1:
        found = welch(values.to_numpy(np.float64), others.to_numpy(np.float64))
        ends = {"low": found.low, "high": found.high, "welch_low": found.low, "welch_high": found.high}
        return head | {"kind": "separate", "replicates": found.replicates, "difference": found.mean, "note": SEPARATE} | ends
    if pair.sd is None:
        return head | {"note": ONE_REPLICATE if pair.difference.replicates else NEVER_MEASURED}
    both = values.index.intersection(others.index)
    return head | _measured(values[both].to_numpy(np.float64), others[both].to_numpy(np.float64), pair.difference, pair.sd)


def _measured(a: NDArray[np.float64], b: NDArray[np.float64], difference: Interval, sd: float) -> dict[str, object]:
    n, mean, (low, high) = a.size, difference.mean, difference.ends
    row: dict[str, object] = {"difference": mean, "low": low, "high": high, "no_larger_than": abs(mean)}
    if sd == 0:
        return row | {"note": f"{SAME}: no test, no size in standard deviations"}
    error = sd / math.sqrt(n)
    reach = float(stdtrit(n - 1, CONFIDENCE)) * error
    boot, apart = bca(a - b), welch(a, b)
    between = math.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    gain = variance_ratio(a, b)
    return row | {
        "bca_low": boot[0] if boot else None, "bca_high": boot[1] if boot else None,
        "p": 2 * float(stdtr(n - 1, -abs(mean) / error)), "no_larger_than": abs(mean) + reach,
        "d_paired": mean / sd, "d_worlds": mean / between if between > 0 else None,
        "variance_ratio": gain[0], "variance_ratio_low": gain[1], "variance_ratio_high": gain[2],
        "welch_low": apart.low, "welch_high": apart.high,
        "note": "" if boot else TOO_FEW if n < FEWEST else TOO_MANY,
    }  # fmt: skip


def welch(a: NDArray[np.float64], b: NDArray[np.float64], confidence: float = CONFIDENCE) -> Interval:
    """Return the difference of two means over separate worlds; the two may vary differently, and be of different number.

    Source: Welch, B. L. (1947), The generalization of Student's problem when several different population variances are involved,
    Biometrika 34, 28-35.
    """
    mean, first, second = float(a.mean() - b.mean()), a.var(ddof=1) / a.size, b.var(ddof=1) / b.size
    spread = float(first + second)
    if spread == 0:
        return Interval(mean, mean, mean, min(a.size, b.size))
    freedom = spread**2 / (first**2 / (a.size - 1) + second**2 / (b.size - 1))
    half = float(stdtrit(freedom, 0.5 + confidence / 2)) * math.sqrt(spread)
    return Interval(mean, mean - half, mean + half, min(a.size, b.size))


def variance_ratio(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[float, float | None, float | None]:
    """Return by how much the same worlds divided the variance of the difference, with an interval; needs differences that vary.

    The interval is Fisher's for the correlation of the two arms, at their standard deviations as measured: there is none with
    fewer than four replicates, or where an arm does not vary.
    """
    spread, product = float(a.var(ddof=1) + b.var(ddof=1)), float(a.std(ddof=1) * b.std(ddof=1))
    ratio = spread / float((a - b).var(ddof=1))
    if a.size < 4 or product == 0:
        return ratio, None, None
    correlation = min(max(float(np.corrcoef(a, b)[0, 1]), -1 + 1e-15), 1 - 1e-15)
    reach = float(ndtri(0.5 + CONFIDENCE / 2)) / math.sqrt(a.size - 3)
    low, high = (spread / (spread - 2 * product * math.tanh(math.atanh(correlation) + sign * reach)) for sign in (-1, 1))
    return ratio, low, high


def told(study: Study, table: pd.DataFrame) -> list[str]:
    """Say what remains clear among several outcomes, what has no large effect, and where the same worlds did not help."""
    return [line for line in (_at_once(study, table), _bounded(study, table), _not_helped(study, table)) if line]


def _at_once(study: Study, table: pd.DataFrame) -> str:
    """Say which clear differences are no longer clear after Holm's correction over the outcomes of a comparison."""
    tested = table[table["p"].notna()]
    clear = tested[tested["p"] < LEVEL]
    if clear.empty or len(tested) < 2:
        return ""
    lost = clear[clear["p_holm"] >= LEVEL]
    most = int(tested.groupby("arm").size().max())
    head = say("Asked about {outcomes} at once (Holm's correction), ", outcomes=times(most, "outcome"))
    if lost.empty:
        all_ = say("all {n} clear ones remain so.", n=len(clear))
        return head + (say("the clear difference remains so.") if len(clear) == 1 else all_)
    what = listing([noun(study.outcomes[name]) for name in dict.fromkeys(lost["outcome"])])
    of = times(len(clear), "clear difference")
    return head + say(
        "{n} of {differences} remain clear; what may be chance: {outcomes}.", n=len(clear) - len(lost), differences=of,
        outcomes=what,
    )


def _bounded(study: Study, table: pd.DataFrame) -> str:
    """Say how large an effect can at most be where none is clear."""
    unclear = table[(table["low"] <= 0) & (table["high"] >= 0) & (table["no_larger_than"] > 0)]
    if unclear.empty:
        return ""
    largest = unclear.groupby("outcome", sort=False)["no_larger_than"].max()
    parts = [f"{noun(study.outcomes[name])} {amount_of(bound, study.outcomes[name].unit)}" for name, bound in largest.items()]
    return say("Where no effect is clear, with 95 % confidence there is none larger than: {amounts}.", amounts=listing(parts))


def amount_of(size: float, unit: str) -> str:
    """Say the size of a difference in its unit; of shares in percentage points."""
    if "share" in unit.split():
        return with_unit(figures(100 * size), "percentage points")
    return with_unit(figures(size), unit)


def _not_helped(study: Study, table: pd.DataFrame) -> str:
    """Name the outcomes in which the same worlds did not clearly make differences more certain, or made them less so."""
    judged = table[table["variance_ratio_low"].notna()]
    parts = []
    unclear = judged[(judged["variance_ratio_low"] <= 1) & (judged["variance_ratio_high"] >= 1)]
    harmed = judged[judged["variance_ratio_high"] < 1]
    if len(unclear):
        names = listing(_ratios(study, unclear, dict.fromkeys(unclear["outcome"])))
        parts.append(say("did not clearly help for {outcomes}", outcomes=names))
    if len(harmed):
        parts.append(say("did harm for {outcomes}", outcomes=listing(_ratios(study, harmed, dict.fromkeys(harmed["outcome"])))))
    if not parts:
        return ""
    both = say("{first} and {second}|clauses", first=parts[0], second=parts[-1]) if len(parts) > 1 else parts[0]
    return say("Running all arms on the same worlds {findings}.", findings=both)


def _ratios(study: Study, rows: pd.DataFrame, names: Iterable[str]) -> list[str]:
    found = []
    for name in names:
        ratios = rows.loc[rows["outcome"] == name, "variance_ratio"]
        low, high = figures(float(ratios.min()), 2), figures(float(ratios.max()), 2)
        by = low if low == high else say("{low} to {high}", low=low, high=high)
        found.append(say("{outcome} (variance divided by {factor})", outcome=noun(study.outcomes[name]), factor=by))
    return found
