"""What a calibration did: where the draws and the worlds that are kept lie against each target, and what was learned."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...analysis.languages import say
from ...analysis.targets import target_words
from ...analysis.words import uncertain_words
from . import page, style

_MOST = 12
_LEARNED = "learned"


def calibrated(table: pd.DataFrame, settings: pd.DataFrame | None, worlds: int, kept: int, command: str) -> Figure:
    """Draw a calibration.

    Parameters
    ----------
    table
        One row per target, as in ``targets.csv``.
    settings
        One row per setting, as in ``settings.csv``; None with too few worlds.
    """
    learned = 0 if settings is None else int((settings["verdict"] == _LEARNED).sum())
    title = say("{n} of {all} worlds meet all targets", n=f"{kept:,}", all=f"{worlds:,}")
    if settings is not None:
        title += say(", which say something about {n} of {all} settings", n=learned, all=len(settings))
    text = page.Words(
        title=title,
        reading=say(
            "Left: shaded is the band of each target, grey the draws from the priors (lowest, middle, highest), blue the kept "
            "worlds run again with other luck (5 %, middle, 95 %); axes are scaled to the bands. Right: the settings that moved "
            "most, as shares of their priors (5 %, middle, 95 % of the kept worlds); without data they fill the grey range."
        ),
        caption=[say("Targets marked * are not used to keep worlds."), say("Made by: {command}", command=command)],
    )
    with style.styled():
        panels = 2 if settings is not None else 1
        figure = page.new(text, width=10.0 if panels == 2 else 6.0, height=0.36 * max(len(table), _MOST * (panels - 1)) + 0.9)
        axes = page.grid_of(figure, 1, panels, panels)
        _targets(axes[0], table)
        if settings is not None:
            _settings(axes[1], settings.head(_MOST))
    return figure


def _targets(axes: Axes, table: pd.DataFrame) -> None:
    """Targets from top to bottom, each scaled so that its band reaches from 0 to 1; what lies far outside is cut."""
    rows = table.to_dict("records")
    places = np.arange(len(rows))[::-1]
    axes.axvspan(0, 1, color=style.SHADE, zorder=0, linewidth=0)
    for y, row in zip(places, rows, strict=True):
        width = row["high"] - row["low"]

        def scaled(value: float, low: float = row["low"], width: float = width) -> float:
            return float(np.clip((value - low) / width, -2.0, 3.0))

        for names, colour, shift in (
            (("draws_lowest", "draws_median", "draws_highest"), style.UNCLEAR, 0.14),
            (("again_q05", "again_median", "again_q95"), style.BETTER, -0.14),
        ):
            numbers = [row.get(name) for name in names]
            if all(number is not None and np.isfinite(number) for number in numbers):
                low, middle, high = (scaled(float(number)) for number in numbers if number is not None)
                axes.plot([low, high], [y + shift] * 2, color=colour, linewidth=1.8)
                axes.plot([middle], [y + shift], color=colour, marker="o", markersize=4.5)
    labels = [target_words(row["target"], row["label"]) + ("*" if row["kind"] == "validate" else "") for row in rows]
    axes.set_yticks(places, labels)
    axes.set_xlim(-2.05, 3.05)
    axes.set_xticks([0, 1], [say("lowest"), say("highest")])
    axes.set_xlabel(say("allowed"))
    axes.set_title(say("Targets"))


def _settings(axes: Axes, settings: pd.DataFrame) -> None:
    places = np.arange(len(settings))[::-1]
    axes.axvspan(0.05, 0.95, color=style.RULE, zorder=0, linewidth=0)
    for y, row in zip(places, settings.to_dict("records"), strict=True):
        colour = style.BETTER if row["verdict"] == _LEARNED else style.UNCLEAR
        axes.plot([row["q05"], row["q95"]], [y, y], color=colour, linewidth=1.8)
        axes.plot([row["median"]], [y], color=colour, marker="o", markersize=4.5)
    axes.set_yticks(places, [uncertain_words(str(name)) for name in settings["setting"]])
    axes.set_xlim(0, 1)
    axes.set_xlabel(say("share of the prior below"))
    axes.set_title(say("Learned (blue: beyond chance)"))
