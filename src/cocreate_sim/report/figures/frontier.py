"""The front: the first goal against each other, policies on it filled, the surer the darker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ...analysis.frontier import MOST, Goal
from ...analysis.frontier_words import lever_words, wanted_words
from ...analysis.languages import comma, current, say
from ...analysis.words import outcome_words
from . import page, style


def drawn(table: pd.DataFrame, names: Mapping[str, str], goals: Sequence[Goal], replicates: int, command: str) -> Figure:
    """Draw a front."""
    front, wanted = int(table["front"].sum()), wanted_words(goals)
    levers = comma().join(names.values() if current() == "en" else map(lever_words, names.values()))
    text = page.Words(
        title=say("No other policy beats {n} of {all} in all goals: {goals}", n=front, all=len(table), goals=wanted),
        reading=say(
            "Each point is a policy. Filled: on the front; the darker, the surer when replicates are drawn anew. Bars: one "
            "standard error. A policy on the front may look beaten in one panel: it is better in another goal."
        ),
        caption=[
            say("n = {n} per policy; levers: {levers}.", n=replicates, levers=levers), say("Made by: {command}", command=command),
        ],
    )
    with style.styled():
        panels = len(goals) - 1
        columns = min(panels, 2)
        rows = -(-panels // columns)
        figure = page.new(text, width=4.4 * columns + 0.6, height=3.0 * rows)
        for axes, goal in zip(page.grid_of(figure, rows, columns, panels), goals[1:], strict=True):
            _panel(axes, table, goals[0], goal)
    return figure


def _panel(axes: Axes, table: pd.DataFrame, first: Goal, goal: Goal) -> None:
    look = style.LOOKS[1]
    sure = table["membership"].fillna(1.0).to_numpy()
    for row, membership in zip(table.to_dict("records"), sure, strict=True):
        x, y = float(row[first.outcome]), float(row[goal.outcome])
        on = bool(row["front"])
        colour = look.colour if on else style.UNCLEAR
        errors = [float(np.nan_to_num(row[f"{g.outcome}_se"])) for g in (first, goal)]
        axes.plot([x - errors[0], x + errors[0]], [y, y], color=colour, linewidth=0.8, alpha=0.6)
        axes.plot([x, x], [y - errors[1], y + errors[1]], color=colour, linewidth=0.8, alpha=0.6)
        depth = 0.35 + 0.65 * membership if on else 0.8
        axes.plot(
            [x], [y], linestyle="", marker="o", markersize=6 if on else 4, color=colour, alpha=depth,
            markerfacecolor=colour if on else "white", zorder=3 if on else 2,
        )  # fmt: skip
    outcome = outcome_words(first.outcome)
    most = first.way == MOST
    axes.set_xlabel(say("{outcome} (most is wanted)" if most else "{outcome} (least is wanted)", outcome=outcome))
    outcome = outcome_words(goal.outcome)
    axes.set_ylabel(say("{outcome} (most)" if goal.way == MOST else "{outcome} (least)", outcome=outcome))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(style.Ticks())
