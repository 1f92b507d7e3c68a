"""Does a difference come out alike under another condition? Differences of differences, in the same worlds with the same luck."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from .effects import conditions, contrast
from .languages import say, translated
from .load import ArmInfo, Study
from .paired import interval
from .tables import compared
from .words import capital, factor_words, level_words, listing, noun, times, unit_words

COLUMNS = (
    "outcome", "arm", "reference", "factor", "level", "usual_arm", "usual_reference", "usual_level", "replicates", "difference",
    "usual_difference", "gap", "low", "high",
)  # fmt: skip
CONDITIONS = ("rho_40", "load_by", "world")
"""Factors under which policies are compared: nobody expects that they are compared themselves, nor that they change nothing."""
TYPED = "command line"
"""What the manifest calls an experiment whose factors were typed."""
TOLD = ("participation_week", "wait_mean_days")
MOST_TOLD = 4
"""Rows of one outcome that are told one by one."""


def together(study: Study) -> pd.DataFrame:
    """Compare each difference between two arms with the same difference where one other factor has the value of the reference.

    Returns
    -------
    pandas.DataFrame
        One row per headline outcome, compared arm and factor that is the same on both sides. ``difference`` is that of the arm
        to its reference at ``level`` of the factor, ``usual_difference`` that at ``usual_level``, ``gap`` the first minus the
        second, all in the unit of the outcome, with its 95 % interval over replicates (Student's t). Zero: the two factors do
        what each does alone.
    """
    base = study.arm(str(study.manifest.get("reference") or study.arms[0].name)).factors
    places = {_key(arm.factors): arm for arm in study.arms}
    rows = []
    for arm, reference in compared(study):
        for factor in study.varied:
            level, usual = arm.factors.get(factor), base.get(factor)
            if usual is None or level in (None, usual) or level != reference.factors.get(factor):
                continue
            others = [places.get(_key({**one.factors, factor: usual})) for one in (arm, reference)]
            if others[0] is not None and others[1] is not None:
                rows += [_row(study, o, (arm, reference), (others[0], others[1]), factor) for o in study.headline]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _key(factors: Mapping[str, float | str]) -> frozenset[tuple[str, float | str]]:
    return frozenset(factors.items())


def _row(
    study: Study, outcome: str, here: tuple[ArmInfo, ArmInfo], usual: tuple[ArmInfo, ArmInfo], factor: str
) -> dict[str, object]:
    arms = [arm.name for arm in (*here, *usual)]
    values = pd.DataFrame({name: study.values(name, outcome) for name in arms}).dropna()
    difference, other = values[arms[0]] - values[arms[1]], values[arms[2]] - values[arms[3]]
    gap = interval(difference - other)
    return {
        "outcome": outcome, "arm": arms[0], "reference": arms[1], "factor": factor, "level": here[0].factors[factor],
        "usual_arm": arms[2], "usual_reference": arms[3], "usual_level": usual[0].factors[factor], "replicates": gap.replicates,
        "difference": interval(difference).mean, "usual_difference": interval(other).mean,
        "gap": gap.mean, "low": gap.low, "high": gap.high,
    }  # fmt: skip


def sentences(study: Study, table: pd.DataFrame) -> list[str]:
    """Say of participation and waiting (else of the first two headline outcomes) whether differences depend on other factors."""
    known = table[~table["factor"].isin(CONDITIONS) & (table["replicates"] > 1)]
    outcomes = [name for name in TOLD if name in study.headline] or study.headline[:2]
    found = []
    for outcome in outcomes:
        for factor in dict.fromkeys(known["factor"]):
            rows = known[(known["outcome"] == outcome) & (known["factor"] == factor)]
            if len(rows) <= MOST_TOLD:
                found += [_told(study, row) for row in rows.to_dict("records")]
            else:
                found.append(
                    say(
                        "{outcome}: the difference clearly depends on {factor} in {n} of {all} (together.csv).",
                        outcome=capital(noun(study.outcomes[outcome])), factor=translated(factor_words(factor)),
                        n=int(((rows["low"] > 0) | (rows["high"] < 0)).sum()), all=times(len(rows), "comparison"),
                    )
                )
    return found


def _told(study: Study, row: Mapping[Any, Any]) -> str:
    """Say one row: both differences, and how far they lie apart."""
    arm, reference, factor = study.arm(row["arm"]), study.arm(row["reference"]), row["factor"]
    info = study.outcomes[row["outcome"]]
    scale, unit = (100.0, "percentage points") if "share" in info.unit.split() else (1.0, info.unit)
    said = {key: f"{scale * row[key]:+.3g}" for key in ("difference", "usual_difference", "gap", "low", "high")}
    words = contrast(study, arm, reference)
    head = say("{subject} against {reference}", subject=words.subject, reference=words.reference)
    rest = [name for name in study.varied if name != factor and arm.factors.get(name) == reference.factors.get(name)]
    if rest:
        head = say("{head}, {condition}", head=head, condition=conditions(arm, rest))
    return say(
        "{head}, {outcome}: {here} with {level}, {usual} with {usual_level} ({unit}): {finding}.",
        head=capital(head), outcome=noun(info), here=said["difference"], usual=said["usual_difference"], unit=unit_words(unit),
        level=level_words(factor, row["level"]), usual_level=level_words(factor, row["usual_level"]),
        finding=say("a difference of {gap} ({low} to {high})", gap=said["gap"], low=said["low"], high=said["high"])
        if row["low"] > 0 or row["high"] < 0
        else say("no clear difference"),
    )


def same_on_both_sides(study: Study) -> str:
    """Say which of several levers that were typed are not compared, as the first one is."""
    pairs = compared(study)
    if study.manifest.get("experiment") != TYPED or not pairs:
        return ""
    differ = [name for name in study.varied if any(a.factors.get(name) != r.factors.get(name) for a, r in pairs)]
    same = [name for name in study.varied if name not in differ and name not in CONDITIONS]
    if not same:
        return ""
    return say(
        "Every comparison is of {compared}; {same} is the same on both sides. To compare {same}, name it first in the command.",
        compared=listing([translated(factor_words(name)) for name in differ]),
        same=listing([translated(factor_words(name)) for name in same]),
    )
