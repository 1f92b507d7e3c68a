"""How outcomes develop week by week under each policy, with the spread over replicates."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from ...analysis.languages import clause_comma, say
from ...analysis.load import ArmInfo
from ...analysis.paired import Interval, interval
from .. import choice, words
from ..tables import NotOffered, StudyTables, is_number, percent_between, scale, shown_unit
from . import page, style

OUTCOMES = (
    "participation_week", "issues_solved", "backlog", "wait_mean_days", "on_time_share", "mobilisation_hours", "belonging_mean",
    "volunteers_registered", "trust_mean", "ties_per_resident", "condition_mean",
)
PANELS = 6
BLOCK_WEEKS = 4
"""Long runs are shown as means over so many weeks."""
LATE_WEEKS = 26
"""The title speaks of so many weeks at the end of the run."""


@style.drawn
def trajectories(tables: StudyTables) -> Figure:
    """Weekly outcomes by policy: the mean of the replicates and the band that holds nine tenths of them."""
    weekly = tables.study.weekly
    asked = dict.fromkeys([*tables.asked, *OUTCOMES])
    shown = [name for name in asked if name in weekly and weekly[name].notna().any()][:PANELS]
    if not shown:
        raise NotOffered(say("the weekly table has none of {outcomes}", outcomes=", ".join(OUTCOMES)))
    arms = choice.chosen(tables)
    named = style.labels(arms, choice.names(arms))
    weeks = tables.weeks
    if weeks < 2:
        raise NotOffered(say("the run is shorter than two weeks after the burn-in"))
    block = BLOCK_WEEKS if weeks > 10 * BLOCK_WEEKS else 1
    many = tables.replicates(arms)[1] > 1
    text = page.Words(
        title=_title(tables, arms, named, shown, weeks),
        reading=(
            say(
                "Lines: mean of the replicates. Week 0: the first week after the model's warm-up. "
                "Bands: how much worlds differ; policies can differ clearly although their bands overlap."
            )
            if many
            else say("Lines: one replicate. Week 0: the first week after the model's warm-up.")
        ),
        caption=page.counted(
            tables, arms, say("lines: means over {n} weeks", n=block) if block > 1 else "",
            spread=(
                say("band: 5th to 95th percentile of replicates"),
                say("title: paired differences with 95 % interval") if tables.compared else say("title: mean with 95 % interval"),
            ),
        ),
    )
    columns = min(len(shown), 3 if len(shown) != 4 else 2)
    rows = -(-len(shown) // columns)
    looks = style.looks(tables, arms)
    key = [style.line_key(look, named[arm.name]) for arm, look in zip(arms, looks, strict=True)]
    figure = page.new(text, width=10.0, height=2.55 * rows, key=key if len(arms) > 1 else ())
    for axes, name in zip(page.grid_of(figure, rows, columns, len(shown)), shown, strict=True):
        _panel(axes, tables, list(zip(arms, looks, strict=True)), name, block)
    return figure


def _panel(axes: Axes, tables: StudyTables, lines: list[tuple[ArmInfo, style.Look]], name: str, block: int) -> None:
    outcome = tables.outcome(name)
    for arm, look in lines:
        weeks, matrix = blocks(*_matrix(tables, arm, name), block)
        measured = np.isfinite(matrix).any(axis=0) if len(matrix) else np.zeros(0, dtype=bool)
        if not measured.any():
            continue
        weeks, matrix = weeks[measured], matrix[:, measured] * scale(outcome)
        axes.plot(
            weeks, np.nanmean(matrix, axis=0), color=look.colour, linestyle=look.line, linewidth=1.8,
            marker=look.marker, markersize=4.5, markerfacecolor=look.face, markevery=max(1, len(weeks) // 6),
        )
        if len(matrix) > 1:
            low, high = np.nanpercentile(matrix, [5, 95], axis=0)
            axes.fill_between(weeks, low, high, color=look.colour, alpha=0.13, linewidth=0)
    axes.set_title("\n".join(page.wrap(outcome.label, 2.9, 10, bold=True, most=2)))
    axes.set_ylabel(page.short(shown_unit(outcome), 2.2))
    axes.set_xlabel(say("weeks"))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.yaxis.set_major_formatter(style.Ticks())
    style.calm(axes)
    style.from_zero(axes, bool((tables.study.weekly[name].dropna() >= 0).all()))


def _matrix(tables: StudyTables, arm: ArmInfo, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weeks after the burn-in, and one row per replicate; NaN where a week was not measured."""
    weekly = tables.study.weekly
    rows = weekly[(weekly["arm"] == arm.name) & (weekly["week"] >= 0)]
    wide = rows.pivot(index="replicate", columns="week", values=name)
    return wide.columns.to_numpy(dtype=float), wide.to_numpy(dtype=float)


def blocks(
    weeks: NDArray[np.float64], matrix: NDArray[np.float64], block: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Means over the measured of each ``block`` weeks, at their middle; weeks that fill no block are left out."""
    whole = len(weeks) // block * block
    middle = weeks[:whole].reshape(-1, block).mean(axis=1) + (0.5 if block > 1 else 0.0)
    cells = matrix[:, :whole].reshape(len(matrix), -1, block)
    count = np.isfinite(cells).sum(axis=2)
    return middle, np.where(count > 0, np.nansum(cells, axis=2) / np.maximum(count, 1), np.nan)


def _title(tables: StudyTables, arms: tuple[ArmInfo, ...], named: dict[str, str], shown: list[str], weeks: int) -> str:
    late = min(LATE_WEEKS, max(1, weeks // 2))
    when = say("in the last {n} weeks", n=late) if late > 1 else say("in the last week")
    pairs = [(arm, tables.base_of(arm)) for arm in arms if tables.base_of(arm) != arm]
    if not pairs:
        return _state(tables, arms[0], words.quoted(named[arms[0].name]), shown[0], late, when)
    first = [*tables.asked, "participation_week", "backlog", *shown]
    effects = {
        name: [(arm, percent_between(_late(tables, arm, name, late), _late(tables, base, name, late))) for arm, base in pairs]
        for name in dict.fromkeys(name for name in first if name in shown)
    }
    told = [name for name, found in effects.items() if any(is_number(effect) for _, effect in found)] or shown
    found = {words.noun(tables.outcome(name)): effects[name] for name in told[:2]}
    bases = {base.name for _, base in pairs}
    told_of = strongest(found, named)
    if len(bases) == 1 and bases <= set(named):
        base = words.quoted(named[bases.pop()])
        return words.capital(say("{when}, against {base}: {findings}", when=when, base=base, findings=told_of))
    return words.capital(say("{when}: {findings}", when=when, findings=told_of))


def strongest(found: dict[str, list[tuple[ArmInfo, Interval]]], named: dict[str, str]) -> str:
    """The clearest, then largest, effect on each outcome among several arms, as clauses that name the arm."""
    clauses: list[tuple[bool, str, Callable[[str], str]]] = []
    for what, effects in found.items():
        arm, effect = max(effects, key=lambda pair: (pair[1].clear, abs(np.nan_to_num(pair[1].mean))))
        unclear = words.size_and_way(effect) == words.no_effect()
        many = len(effects) > 1 and not effect.clear and is_number(effect)
        clauses.append((unclear, words.change(what, effect), _place(effect, words.quoted(named[arm.name]), many)))
    clauses.sort(key=lambda clause: clause[0])
    if len({place("") for _, _, place in clauses}) == 1:
        return clauses[0][2](clause_comma().join(clause for _, clause, _ in clauses))
    return say("; |list").join(place(clause) for _, clause, place in clauses)


def _place(effect: Interval, label: str, many: bool) -> Callable[[str], str]:
    """How to say where an effect was seen: with an arm, at a load, or in all comparisons alike."""
    said = words.size_and_way(effect)
    if many and said == words.no_effect():
        return lambda clause: say("{findings} in any comparison shown", findings=clause)
    if many and said == words.same():
        return lambda clause: say("{findings} of every comparison shown", findings=clause)
    if words.is_load(label):
        return lambda clause: say("{findings} at {arm}", findings=clause, arm=label)
    return lambda clause: say("{findings} with {arm}", findings=clause, arm=label)


def all_unclear(found: dict[str, list[tuple[ArmInfo, Interval]]]) -> bool:
    """Whether ``strongest`` has no clear effect to tell."""
    best = (max(effects, key=lambda p: (p[1].clear, abs(np.nan_to_num(p[1].mean))))[1] for effects in found.values())
    return all(words.size_and_way(effect) == words.no_effect() for effect in best)


def _state(tables: StudyTables, arm: ArmInfo, label: str, name: str, late: int, when: str) -> str:
    outcome = tables.outcome(name)
    factor = scale(outcome)
    mean: Interval = interval(_late(tables, arm, name, late) * factor)
    said = words.size(mean, shown_unit(outcome)) + words.unsure(mean)
    return say("{arm}: {outcome} is {value} {when}", arm=label, outcome=words.noun(outcome), value=said, when=when)


def _late(tables: StudyTables, arm: ArmInfo, name: str, late: int) -> pd.Series:
    rows = tables.study.weekly[tables.study.weekly["arm"] == arm.name]
    rows = rows[rows["week"] > rows["week"].max() - late]
    return rows.groupby("replicate")[name].mean().dropna()
