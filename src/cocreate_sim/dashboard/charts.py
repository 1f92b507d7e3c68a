"""The curves: each policy beside the baseline, week by week, as Plotly draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..config.timeline import day
from . import text
from .asked import Asked
from .runs import Run

LOOKS = (("#222222", "dash"), ("#0072B2", "solid"), ("#B8700A", "dashdot"), ("#007A58", "dot"), ("#C04A00", "longdash"))
"""Colour and line of the baseline and of each policy: Okabe and Ito's colours, the light ones darkened for contrast on white."""
MEAN_OF = 4
"""Weeks of the running mean."""
MISSING = "–"


@dataclass(frozen=True, slots=True)
class Curve:
    """One policy on the charts."""

    number: int
    """0 is the baseline."""
    label: str
    run: Run
    since: str | None


def shown_weeks(curve: Curve, week: int) -> int:
    """Return how many weeks of a run are shown when the page stands at a week; both count the weeks of settling in."""
    return min(curve.run.weeks, week)


def smooth(values: NDArray[np.float64], weeks: int = MEAN_OF) -> NDArray[np.float64]:
    """Return the mean of each week and those before it, as far as they were measured."""
    known = np.isfinite(values)
    padded = np.concatenate(([0.0], np.cumsum(np.where(known, values, 0.0))))
    counts = np.concatenate(([0], np.cumsum(known)))
    first = np.maximum(np.arange(len(values)) + 1 - weeks, 0)
    last = np.arange(len(values)) + 1
    with np.errstate(invalid="ignore"):
        mean: NDArray[np.float64] = (padded[last] - padded[first]) / (counts[last] - counts[first])
    return mean


def figure(asked: Asked, start: str, outcome: str, curves: Sequence[Curve], week: int, smoothed: bool) -> dict[str, Any]:
    """Return one chart: lines, the weeks of settling in shaded, and the dates on which policies begin."""
    burn_in, total = curves[0].run.burn_in, curves[0].run.total
    begin = day(0, start) - timedelta(weeks=burn_in)
    dates = [(begin + timedelta(weeks=w)).isoformat() for w in range(total + 1)]
    form = ".2~%" if unit_of(outcome).startswith("share") else ",.4~g"
    hover = f"%{{y:{form}}}<extra>%{{fullData.name}}</extra>"
    traces = []
    for curve in reversed(curves):
        colour, line = LOOKS[curve.number]
        values = curve.run.series(outcome)[: shown_weeks(curve, week)]
        values = smooth(values) if smoothed else values
        traces.append({
            "type": "scatter", "mode": "lines", "name": plain(curve.label), "x": dates[: len(values)],
            "y": [round(float(v), 6) if np.isfinite(v) else None for v in values],
            "line": {"color": colour, "dash": line, "width": 2}, "hovertemplate": hover,
        })  # fmt: skip
    return {
        "data": traces,
        "layout": {
            "uirevision": outcome, "showlegend": False, "hovermode": "x unified", "margin": {"l": 56, "r": 12, "t": 8, "b": 32},
            "height": 250, "paper_bgcolor": "#ffffff", "plot_bgcolor": "#ffffff",
            "font": {"family": "system-ui, 'Noto Sans', 'Noto Sans CJK SC', sans-serif", "color": "#222222", "size": 12},
            "xaxis": {"range": [dates[0], dates[-1]], "type": "date", "gridcolor": "#e6e6e6", "fixedrange": True, "nticks": 8,
                      "tickformat": "%b %Y" if asked.language == "en" else "%Y-%m"},
            "yaxis": {"rangemode": "tozero", "gridcolor": "#e6e6e6", "fixedrange": True, "tickformat": form},
            "shapes": _shades(dates[0], dates[burn_in]) + [_begins(curve) for curve in curves if curve.since],
            "annotations": _settling(asked.language, dates[0]) if burn_in else [],
        },
    }  # fmt: skip


def _shades(first: str, last: str) -> list[dict[str, Any]]:
    box = {"type": "rect", "xref": "x", "yref": "paper", "x0": first, "x1": last, "y0": 0, "y1": 1}
    return [{**box, "fillcolor": "#f1f1f1", "line": {"width": 0}, "layer": "below"}]


def _begins(curve: Curve) -> dict[str, Any]:
    when = f"{curve.since}-01"
    return {
        "type": "line", "xref": "x", "yref": "paper", "x0": when, "x1": when, "y0": 0, "y1": 1,
        "line": {"color": LOOKS[curve.number][0], "dash": "dot", "width": 1},
    }  # fmt: skip


def _settling(language: str, first: str) -> list[dict[str, Any]]:
    return [{
        "x": first, "y": 1, "xref": "x", "yref": "paper", "text": text.say("settling", language), "showarrow": False,
        "xanchor": "left", "yanchor": "top", "font": {"size": 10, "color": "#5a5a5a"},
    }]  # fmt: skip


def plain(label: str) -> str:
    """Return a label as text: Plotly reads a few tags of HTML, and a label comes from a config."""
    return label.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def in_words(asked: Asked, outcome: str, curves: Sequence[Curve], week: int) -> str:
    """Say what a chart shows, for those who do not see it: the mean of each policy over the weeks that are counted."""
    label, unit = text.outcome(outcome, asked.language)
    means = [f"{curve.label} {number(mean_of(curve, outcome, week), unit_of(outcome))}" for curve in curves]
    return f"{label} ({unit}): {'; '.join(means)}"


def mean_of(curve: Curve, outcome: str, week: int) -> float:
    """Return the mean of an outcome over the weeks that are shown, settling in left out; nan before the first."""
    values = curve.run.series(outcome)[curve.run.burn_in : max(shown_weeks(curve, week), curve.run.burn_in)]
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def unit_of(outcome: str) -> str:
    """Return the unit of an outcome, in English."""
    return text.OUTCOMES[outcome].unit


def number(value: float, unit: str, sign: bool = False) -> str:
    """Return a number for readers, shares in percent; what was not measured as a dash."""
    if not np.isfinite(value):
        return MISSING
    plus = "+" if sign and value > 0 else ""
    if unit.startswith("share"):
        return f"{plus}{value * 100:.2f}".replace("-", "−") + " %"
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 3
    return f"{plus}{value:,.{digits}f}".replace("-", "−")
