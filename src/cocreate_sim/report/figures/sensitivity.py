"""Which uncertain settings matter: Sobol bars, Morris' screening, rank correlations, or a tornado of one setting at a time."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ...analysis.languages import say, translated
from ...analysis.load import OutcomeInfo
from ...analysis.sensitivity import method_of
from ...analysis.sensitivity import sensitivity as measured
from ...analysis.sensitivity_words import Ranked, Row, line_of, ranked
from ...errors import CoCreateError
from .. import words
from ..tables import NotOffered, StudyTables, scale, shown_unit
from . import page, style

MOST_PANELS = 4
MOST_SETTINGS = 10
READING = {
    "sobol": "Share of the variance between points that a setting explains by itself, and that it has a part in.",
    "morris": (
        "To the right: settings that move the outcome much, from their 5 % to their 95 % quantile. High up: the effect bends or "
        "depends on other settings (above the dotted line it differs more than it is large)."
    ),
    "prcc": "How strictly an outcome rises (right) or falls (left) with a setting, the others held; bars across zero: not clear.",
    "one_at_a_time": "What the outcome does when one setting goes from the middle to its 5 % or its 95 % quantile, others held.",
}
BARS = {
    "sobol": "whisker: 95 % interval (bootstrap)", "morris": "whisker: 95 % interval of the mean size (bootstrap)",
    "prcc": "whisker: 95 % interval (Fisher)", "one_at_a_time": "whisker: 95 % interval of the paired change",
}  # fmt: skip


@style.drawn
def sensitivity(tables: StudyTables) -> Figure:
    """Bars or points, one panel per outcome, for the settings that matter most in the headline outcomes."""
    try:
        method_of(tables.study)
        return of_table(tables, measured(tables.study))
    except CoCreateError as reason:
        raise NotOffered(str(reason)) from reason


def of_table(tables: StudyTables, table: pd.DataFrame) -> Figure:
    """The same from indices that are measured already; the difference between policies, where the sweep has several."""
    with style.styled():
        return _draw(tables, table)


def _draw(tables: StudyTables, table: pd.DataFrame) -> Figure:
    method = str(table["method"].iloc[0])
    condition = list(dict.fromkeys(table["condition"]))[-1]
    rows = table[table["condition"] == condition]
    names = list(dict.fromkeys(rows["outcome"]))[:MOST_PANELS]
    found = {name: ranked(tables.study, rows, name)[:MOST_SETTINGS] for name in names}
    most = max(len(settings) for settings in found.values())
    columns = min(len(names), 2)
    lines = -(-len(names) // columns)
    told = line_of(tables.outcome(names[0]), method, found[names[0]][:1]).rstrip(".。")
    lower = told[:1].lower() + told[1:]
    text = page.Words(
        title=say("{condition}: {finding}", condition=words.capital(condition), finding=lower) if condition else told,
        reading=translated(READING[method]),
        caption=page.counted(
            tables, tables.arms, say("{n} points read", n=f"{int(rows['points'].max()):,}"),
            "" if most < MOST_SETTINGS else say("the {n} strongest settings shown", n=MOST_SETTINGS),
            spread=(translated(BARS[method]),),
        ),
    )
    height = 3.2 if method == "morris" else 0.3 * most + 1.0
    figure = page.new(text, width=10.0, height=lines * height, key=_key(method))
    for axes, name in zip(page.grid_of(figure, lines, columns, len(names)), names, strict=True):
        _PANELS[method](axes, tables.outcome(name), found[name])
        axes.set_title("\n".join(page.wrap(words.capital(words.noun(tables.outcome(name))), 4.0, 10, bold=True, most=2)))
    return figure


def _key(method: str) -> list[tuple[Artist, str]]:
    if method == "sobol":
        whole = say("has a part in, with others")
        return [(Patch(facecolor=style.BETTER), say("by itself")), (Patch(facecolor=style.BARS[0]), whole)]
    if method == "one_at_a_time":
        low = say("to its 5 % quantile")
        return [(Patch(facecolor=style.WORSE), say("to its 95 % quantile")), (Patch(facecolor=style.BETTER), low)]
    if method == "morris":
        return [(Line2D([], [], color=style.SOFT, linestyle=":"), say("differs as much as it is large"))]
    return []


def _rows(axes: Axes, settings: Ranked) -> None:
    """The names of the settings as rows, the strongest on top."""
    axes.set_ylim(len(settings) - 0.4, -0.6)
    axes.set_yticks(range(len(settings)), [words.capital(name) for name, _ in settings])
    axes.tick_params(axis="y", length=0)


def _sobol(axes: Axes, outcome: OutcomeInfo, settings: Ranked) -> None:
    for y, (_, row) in enumerate(settings):
        for index, gap, colour in (("first", -0.19, style.BETTER), ("total", 0.19, style.BARS[0])):
            axes.barh(y + gap, 100 * row[index], height=0.34, color=colour)
            _whisker(axes, y + gap, row, index, 100.0)
    axes.axvline(0.0, color=style.INK, linewidth=1.0)
    axes.set_xlabel(say("share of the variance (%)"))
    _rows(axes, settings)


def _prcc(axes: Axes, outcome: OutcomeInfo, settings: Ranked) -> None:
    for y, (_, row) in enumerate(settings):
        clear = row["prcc_low"] > 0 or row["prcc_high"] < 0
        axes.barh(y, row["prcc"], height=0.55, color=style.BETTER if clear else style.BARS[0])
        _whisker(axes, y, row, "prcc", 1.0)
    axes.axvline(0.0, color=style.INK, linewidth=1.0)
    axes.set_xlim(-1.05, 1.05)
    axes.set_xlabel(say("partial rank correlation (no unit)"))
    _rows(axes, settings)


def _one_at_a_time(axes: Axes, outcome: OutcomeInfo, settings: Ranked) -> None:
    factor = scale(outcome)
    for y, (_, row) in enumerate(settings):
        for index, colour in (("at_low", style.BETTER), ("at_high", style.WORSE)):
            axes.barh(y, factor * row.get(index, 0.0), height=0.55, color=colour)
            _whisker(axes, y, row, index, factor)
    axes.axvline(0.0, color=style.INK, linewidth=1.0)
    axes.set_xlabel(say("change from the middle ({unit})", unit=shown_unit(outcome)))
    _rows(axes, settings)


def _morris(axes: Axes, outcome: OutcomeInfo, settings: Ranked) -> None:
    factor = scale(outcome)
    largest = max(factor * row["mu_star"] for _, row in settings)
    for number, (name, row) in enumerate(settings):
        x, y = factor * row["mu_star"], factor * row["sigma"]
        ends = [max(factor * row["mu_star_low"], 0.0), factor * row["mu_star_high"]]
        axes.plot(ends, [y, y], color=style.UNCLEAR, linewidth=1.2)
        axes.plot(x, y, marker="o", markersize=6, color=style.BETTER)
        if x > 0.1 * largest:
            beside = (4, 5) if number % 2 == 0 else (4, -12)  # neighbours in rank lie close together: one above, one below
            axes.annotate(name, (x, y), xytext=beside, textcoords="offset points", fontsize=8)
    axes.plot([0, largest], [0, largest], color=style.SOFT, linestyle=":", linewidth=1.0)
    axes.set_xlim(left=0.0)
    axes.set_ylim(bottom=0.0)
    axes.set_xlabel(say("mean size of the effect ({unit})", unit=shown_unit(outcome)))
    axes.set_ylabel(say("its standard deviation ({unit})", unit=shown_unit(outcome)))


def _whisker(axes: Axes, y: float, row: Row, index: str, factor: float) -> None:
    low, high = row.get(f"{index}_low", math.nan), row.get(f"{index}_high", math.nan)
    if math.isfinite(low) and math.isfinite(high):
        axes.plot([factor * low, factor * high], [y, y], color=style.INK, linewidth=1.2, solid_capstyle="butt")


_PANELS: dict[str, Callable[[Axes, OutcomeInfo, Ranked], None]] = {
    "sobol": _sobol, "morris": _morris, "prcc": _prcc, "one_at_a_time": _one_at_a_time,
}  # fmt: skip
