"""What each of many policies changes against one reference: a panel for each outcome that the study asks about."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ...analysis.languages import say
from ...analysis.paired import Interval
from .. import choice, words
from ..tables import NotOffered, StudyTables, is_number
from . import page, style
from .differences import OUTCOMES, bar, key, limit_of, numbers, reading
from .trajectories import strongest

FEWEST = 5
"""Comparisons from which policies are the rows; fewer have a panel each, with outcomes as rows."""
_PANELS = 4
_ROWS = 30


@style.drawn
def many(tables: StudyTables) -> Figure:
    """Forest plot of paired differences in percent of one reference: a panel per outcome, a row per policy."""
    pairs = tables.compared
    if len(pairs) < FEWEST or len({base.name for _, base in pairs}) > 1:
        raise NotOffered(say("fewer than {n} arms are compared with one and the same reference", n=FEWEST))
    arms, base = choice.spread([arm for arm, _ in pairs], _ROWS), pairs[0][1]
    asked = [name for name in dict.fromkeys([*tables.asked, *OUTCOMES]) if tables.has(name)]
    effects = {name: [tables.percent(arm, base, name) for arm in arms] for name in asked}
    shown = [name for name in asked if any(is_number(effect) for effect in effects[name])][:_PANELS]
    if not shown:
        raise NotOffered(say("runs.parquet has none of {outcomes}", outcomes=", ".join(OUTCOMES)))
    labels = style.labels([*arms, base], choice.names([*arms, base]))
    against = labels[base.name]
    found = {words.noun(tables.outcome(name)): list(zip(arms, effects[name], strict=True)) for name in shown[:2]}
    sure = any(effect.replicates > 1 for name in shown for effect in effects[name])
    clipped = any(limit_of(effects[name])[1] for name in shown)
    text = page.Words(
        title=words.capital(
            say("{lead}: {findings}", lead=words.against(words.quoted(against)), findings=strongest(found, labels))
        ),
        reading=reading(against, sure),
        caption=page.counted(
            tables, (*arms, base), say("arrow: beyond the scale, see its number") if clipped else "",
            spread=(say("bar: 95 % interval of the paired difference"),),
        ),
    )
    columns = min(len(shown), 2)
    lines = -(-len(shown) // columns)
    figure = page.new(text, width=10.0, height=lines * (0.25 * len(arms) + 0.85), key=key(sure))
    for axes, name in zip(page.grid_of(figure, lines, columns, len(shown), sharey=True), shown, strict=True):
        _panel(axes, tables, name, effects[name], [words.capital(labels[arm.name]) for arm in arms])
    return figure


def _panel(axes: Axes, tables: StudyTables, name: str, effects: list[Interval], labels: list[str]) -> None:
    """One outcome: the policies from top to bottom in the order of the study."""
    outcome = tables.outcome(name)
    rows = [float(len(effects) - 1 - place) for place in range(len(effects))]
    limit, _ = limit_of(effects)
    axes.set_xlim(-limit, limit)
    axes.set_ylim(-0.7, len(effects) - 0.3)
    axes.axvline(0.0, color=style.INK, linewidth=1.0)
    for y, effect in zip(rows, effects, strict=True):
        if is_number(effect):
            bar(axes, y, effect, outcome.better, limit)
            numbers(axes, y, effect)
    axes.set_yticks(rows, [page.short(label, 3.0) for label in labels])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(say("change (%)"))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
    axes.xaxis.set_major_formatter(style.Ticks(plus=True))
    axes.set_title(page.short(outcome.label, 3.3, 10, bold=True))
