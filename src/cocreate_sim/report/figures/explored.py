"""The conditions that were found: the trade-off of coverage and density, and the worlds inside and outside the first box."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from ...analysis.explore import Explored
from ...analysis.explore_words import conditions
from ...analysis.languages import say
from ...analysis.words import uncertain_words
from .. import words
from . import page, style


def explored(found: Explored) -> Figure:
    """Draw an exploration."""
    with style.styled():
        return _figure(found)


def _figure(found: Explored) -> Figure:
    box = found.boxes[0] if found.boxes else None
    overall = f"{found.cases.mean():.0%}"
    if box:
        title = say(
            "{question}: {density} inside a box that holds {coverage} of the cases, {overall} overall", question=found.question,
            density=f"{box.density:.0%}", coverage=f"{box.coverage:.0%}", overall=overall,
        )
    else:
        title = say(
            "{question}: in {overall} of the worlds, and no box does better than chance", question=found.question, overall=overall
        )
    text = page.Words(
        title=words.capital(title),
        reading=say(
            "Left: each step of peeling the first box (PRIM). Right: worlds by the two settings of the box that matter most; "
            "filled where it holds; the box is shaded."
        ),
        caption=[
            say("{worlds} worlds, {cases} cases.", worlds=f"{len(found.cases):,}", cases=f"{int(found.cases.sum()):,}"),
            *(conditions(box) if box else []),
        ],
    )
    figure = page.new(text, width=9.0, height=3.6)
    left, right = page.grid_of(figure, 1, 2, 2)
    _trade_off(left, found)
    _worlds(right, found)
    return figure


def _trade_off(axes: Axes, found: Explored) -> None:
    steps = [step.coverage for step in found.steps], [step.density for step in found.steps]
    axes.plot(*steps, color=style.LOOKS[1].colour, marker="o", markersize=4)
    if found.boxes:
        axes.plot([found.boxes[0].coverage], [found.boxes[0].density], marker="*", markersize=14, color=style.WORSE)
    axes.set_xlabel(say("coverage"))
    axes.set_ylabel(say("density"))
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(0, 1.05)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_title(say("Coverage and density"))


def _worlds(axes: Axes, found: Explored) -> None:
    box = found.boxes[0] if found.boxes else None
    first = sorted(box.p, key=lambda name: box.p[name]) if box else []
    names = [*first, *(name for name in found.settings.columns if name not in first)][:2]
    if len(names) < 2:
        names = [names[0], names[0]]
    x, y = (found.settings[name] for name in names)
    if box:
        low, high = box.limits.get(names[0], (x.min(), x.max()))
        axes.axvspan(max(low, x.min()), min(high, x.max()), color=style.SHADE, zorder=0, linewidth=0)
        if names[1] != names[0] and names[1] in box.limits:
            for end in box.limits[names[1]]:
                if y.min() <= end <= y.max():
                    axes.axhline(end, color=style.SOFT, linestyle="--", linewidth=1.1)
    look = style.LOOKS[1]
    for yes, face in ((False, "white"), (True, look.colour)):
        chosen = found.cases == yes
        axes.plot(x[chosen], y[chosen], linestyle="", marker="o", markersize=4, color=look.colour, markerfacecolor=face)
    axes.set_xlabel(uncertain_words(names[0]))
    axes.set_ylabel(uncertain_words(names[1]))
    axes.set_title(say("Where it holds"))
