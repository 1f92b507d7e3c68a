"""Before and after the date of a policy: what happened, what would have happened, and what each method makes of it."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ...analysis.interrupted import FEWEST_WEEKS, segmented
from ...analysis.languages import say, translated
from ...analysis.load import ArmInfo, OutcomeInfo
from ...analysis.timelines import METHODS, WINDOW, changes, readings
from ...analysis.timelines import timeline as measured
from ...analysis.words import figures
from ...errors import CoCreateError
from .. import words
from ..tables import NotOffered, StudyTables, scale, shown_unit
from . import page, style

MOST_OUTCOMES = 3
WITHOUT, WITH, PROLONGED = style.LOOKS[0], style.LOOKS[1], style.LOOKS[4]


@style.drawn
def timeline(tables: StudyTables) -> Figure:
    """One row per outcome: weeks around the change with and without the policy, and the methods beside the truth."""
    try:
        return of_table(tables, measured(tables.study), WINDOW)
    except CoCreateError as reason:
        raise NotOffered(str(reason)) from reason


def of_table(tables: StudyTables, table: pd.DataFrame, window: int) -> Figure:
    """The same from what is measured already, for the first arm that has enough weeks around its changes."""
    with style.styled():
        return _draw(tables, table, window)


def _draw(tables: StudyTables, table: pd.DataFrame, window: int) -> Figure:
    there = table[table["estimate"].notna()]
    around = there[there["method"] == "interrupted_time_series"]
    if around.empty:
        raise NotOffered(say("no change has {n} measured weeks before and after it: nothing to draw around it", n=FEWEST_WEEKS))
    arm = tables.study.arm(str(around["arm"].iloc[0]))
    mine = there[there["arm"] == arm.name]
    names = list(dict.fromkeys(around.loc[around["arm"] == arm.name, "outcome"]))[:MOST_OUTCOMES]
    text = page.Words(
        title=_title(tables.outcome(names[0]), mine[mine["outcome"] == names[0]]),
        reading=say(
            "Left: places around the week in which {arm} reached them, mean over places and replicates. "
            "Right: what each method finds, and the true effect in the same weeks and places (same worlds without the policy).",
            arm=words.quoted(translated(arm.label)),
        ),
        caption=page.counted(
            tables, [arm, tables.study.arm(arm.reference)], say("difference-in-differences counts other weeks than the rest"),
            spread=(say("bar: 95 % interval over replicates"),),
        ),
    )
    figure = page.new(text, width=10.0, height=2.5 * len(names), key=_key())
    axes = page.grid_of(figure, len(names), 2, 2 * len(names), width_ratios=[1.5, 1])
    for row, name in enumerate(names):
        outcome = tables.outcome(name)
        _weeks(axes[2 * row], tables, arm, name, window)
        _methods(axes[2 * row + 1], outcome, mine[mine["outcome"] == name])
        axes[2 * row].set_title(words.capital(words.noun(outcome)))
    return figure


def _title(outcome: OutcomeInfo, rows: pd.DataFrame) -> str:
    """Say by how much the simplest method misses the truth."""
    row = rows.iloc[0]
    factor, unit = scale(outcome), shown_unit(outcome).replace(say("no unit"), "")
    found, truth = (f"{figures(factor * row[key])}".replace("-", words.MINUS) for key in ("estimate", "truth"))
    told = say(
        "{outcome}: {method} finds {found} where {truth} is true", outcome=words.noun(outcome),
        method=translated(METHODS[str(row["method"])]), found=found, truth=truth,
    )
    told += say(" ({unit})", unit=unit) if unit else ""
    clear = math.isfinite(row["bias_low"]) and (row["bias_low"] > 0 or row["bias_high"] < 0)
    return words.capital(told) + ("" if clear else say("; the difference may be chance"))


def _key() -> list[tuple[Artist, str]]:
    return [
        (Line2D([], [], color=WITH.colour, linestyle=WITH.line), say("with the policy")),
        (Line2D([], [], color=WITHOUT.colour, linestyle=WITHOUT.line), say("without it: the truth that only a simulation has")),
        (Line2D([], [], color=PROLONGED.colour, linestyle=PROLONGED.line), say("the line before, prolonged")),
    ]


def _weeks(axes: Axes, tables: StudyTables, arm: ArmInfo, name: str, window: int) -> None:
    outcome = tables.outcome(name)
    read = [reading for _, reading, _ in readings(tables.study, arm, name, changes(tables.study, arm, window))]
    rows = [pd.DataFrame({"since": r.since, "policy": r.policy, "without": r.without}) for r in read]
    means = scale(outcome) * pd.concat(rows).groupby("since").mean()
    first, end = -min(r.change.before for r in read), min(r.change.after for r in read)
    means = means.loc[first : end - 1]  # weeks that every place has: else the mean would change with who is in it
    since = means.index.to_numpy(np.float64)
    for column, look in (("without", WITHOUT), ("policy", WITH)):
        axes.plot(since, means[column], color=look.colour, linestyle=look.line, linewidth=1.6)
    fit = segmented(since, means["policy"].to_numpy(np.float64))
    if fit is not None:
        axes.plot(since, fit.terms[0] + fit.terms[1] * since, color=PROLONGED.colour, linestyle=PROLONGED.line, linewidth=1.4)
    axes.axvline(0.0, color=style.SOFT, linewidth=1.0)
    axes.set_xlabel(say("weeks since the change"))
    axes.set_ylabel(shown_unit(outcome))


def _methods(axes: Axes, outcome: OutcomeInfo, rows: pd.DataFrame) -> None:
    factor = scale(outcome)
    found = rows.to_dict("records")
    bars = [(say("true effect"), found[0]["truth"], found[0]["truth_low"], found[0]["truth_high"], style.INK)]
    bars += [(translated(METHODS[str(r["method"])]), r["estimate"], r["low"], r["high"], style.BETTER) for r in found]
    for y, (_, value, low, high, colour) in enumerate(bars):
        if math.isfinite(low):
            axes.plot([factor * low, factor * high], [y, y], color=colour, linewidth=2.4, solid_capstyle="butt")
        axes.plot(factor * value, y, marker="s" if y == 0 else "o", markersize=6, color=colour)
    axes.axvline(0.0, color=style.INK, linewidth=1.0)
    axes.set_yticks(range(len(bars)), [label for label, *_ in bars])
    axes.set_ylim(len(bars) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(say("effect ({unit})", unit=shown_unit(outcome)))
