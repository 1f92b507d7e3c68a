"""Do two parts of a policy help each other, or do they do the same work twice? From a study that takes them out in pairs."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from .languages import say, translated
from .load import Study
from .paired import interval
from .words import noun, unit_words

COLUMNS = (
    "outcome", "first", "second", "replicates", "without_first", "without_second", "without_both", "interaction", "low", "high",
)  # fmt: skip


def interactions(study: Study) -> pd.DataFrame:
    """Measure how far the effect of taking two parts out together differs from the sum of taking out each alone.

    Returns
    -------
    pandas.DataFrame
        One row per outcome and pair. ``without_*`` are mean changes against the whole policy, in the unit of the outcome;
        ``interaction`` = without_both - without_first - without_second, with its 95 % interval over replicates (Student's t).
        Where more is better, a part is worth more beside the other by that much: above zero the two need each other, below
        zero they do the same work twice.
    """
    whole = study.arms[0].name
    names = [arm.name for arm in study.arms if arm.name != whole and "+" not in arm.name]
    rows = []
    for outcome in (name for name in study.outcomes if name in study.runs.columns):
        for first, second in combinations(names, 2):
            both = f"{first}+{second}"
            if both in study.by_arm:
                rows.append(_row(study, outcome, whole, first, second, both))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(study: Study, outcome: str, whole: str, first: str, second: str, both: str) -> dict[str, object]:
    columns = {name: study.values(name, outcome) for name in (whole, first, second, both)}
    table = pd.DataFrame(columns).dropna()
    changes = {name: table[name] - table[whole] for name in (first, second, both)}
    found = interval(changes[both] - changes[first] - changes[second])
    return {
        "outcome": outcome,
        "first": first,
        "second": second,
        "replicates": found.replicates,
        "without_first": interval(changes[first]).mean,
        "without_second": interval(changes[second]).mean,
        "without_both": interval(changes[both]).mean,
        "interaction": found.mean,
        "low": found.low,
        "high": found.high,
    }


def sentences(study: Study, table: pd.DataFrame, outcome: str) -> list[str]:
    """Say for each pair what taking out both changes in one outcome, beside the sum of taking out each alone."""
    info = study.outcomes[outcome]
    scale, unit = (100.0, "percentage points") if "share" in info.unit.split() else (1.0, info.unit)
    label = {arm.name: translated(arm.label) for arm in study.arms}
    found = [
        say(
            "Change of {outcome} ({unit}) without both, against the sum of the changes without each alone:",
            outcome=noun(info), unit=unit_words(unit),
        )
    ]
    for row in table[table["outcome"] == outcome].to_dict("records"):
        pair = say("; |list").join([label[row["first"]], label[row["second"]]])
        if not row["replicates"]:
            found.append(say("{pair}: not measured together.", pair=pair))
            continue
        both, alone = (scale * v for v in (row["without_both"], row["without_first"] + row["without_second"]))
        gap = f"{scale * row['interaction']:+.3g}"
        if row["replicates"] == 1:
            told = say("{gap}, in one replicate, which cannot be told from chance", gap=gap)
        elif row["low"] > 0 or row["high"] < 0:
            worth = info.better * row["interaction"]
            meaning = say(": each is worth more beside the other" if worth > 0 else ": each is worth less beside the other")
            ends = say(" ({low} to {high})", low=f"{scale * row['low']:+.3g}", high=f"{scale * row['high']:+.3g}")
            told = gap + ends + (meaning if worth else "")
        else:
            told = say("no clear difference")
        sums = {"both": f"{both:+.3g}", "alone": f"{alone:+.3g}"}
        found.append(say("{pair}: {both} against {alone}: {finding}.", pair=pair, finding=told, **sums))
    return found
