"""Who knows whom in one building, before and after: the picture behind the mean number of neighbours known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ...analysis.languages import say
from .. import choice, words
from ..tables import NotOffered, StudyTables
from . import page, style

START, END = "start", "end"


@dataclass(frozen=True, slots=True)
class Circle:
    """The adults of a building at one moment, and the pairs of them who know each other."""

    arm: str
    moment: str
    people: pd.DataFrame
    pairs: pd.DataFrame

    @property
    def known(self) -> float:
        """Neighbours in the building that an adult knows, on average."""
        return 2.0 * len(self.pairs) / len(self.people)

    @property
    def strangers(self) -> int:
        """Adults who know nobody in the building."""
        return len(self.people) - len({*self.pairs["person"], *self.pairs["other"]})


@style.drawn
def ties(tables: StudyTables) -> Figure:
    """Ties between the adults of one building: the reference before and after, and the policy after."""
    circles = _circles(tables)
    text = page.Words(
        title=_title(tables, circles),
        reading=say(
            "Each dot is an adult of the building, neighbours beside each other on the circle, larger the more of the building "
            "they know. Each line: two who know each other, darker the stronger the tie. Hollow: knows nobody in the building."
        ),
        caption=_caption(tables, circles),
    )
    figure = page.new(text, width=10.0, height=3.6 if len(circles) > 2 else 5.0)
    for axes, circle in zip(page.grid_of(figure, 1, len(circles), len(circles)), circles, strict=True):
        _draw(axes, circle)
        axes.set_title("\n".join(page.wrap(_heading(tables, circle), 3.0, 10, bold=True, most=2)))
    return figure


def _circles(tables: StudyTables) -> list[Circle]:
    table = tables.study.place_ties
    if table.empty:
        raise NotOffered(say("the study has no table of ties; `cocreate places DIR` does one replicate again and writes it"))
    here = [arm.name for arm in tables.arms if arm.name in set(table["arm"])]
    if not here:
        raise NotOffered(say("the table by place has none of the arms of this study"))
    base = tables.base_of(next(arm for arm in tables.arms if arm.name == here[-1])).name
    first = base if base in here else here[0]
    wanted = [(first, START), (first, END), *((name, END) for name in here if name != first)][:3]
    found = []
    for arm, moment in wanted:
        rows = table[(table["arm"] == arm) & (table["moment"] == moment)]
        found.append(Circle(arm, moment, rows[rows["other"] < 0], rows[rows["other"] >= 0]))
    return found


def _heading(tables: StudyTables, circle: Circle) -> str:
    named = choice.names(tables.arms)[circle.arm]
    when = say("{arm}, at the start", arm=named) if circle.moment == START else say("{arm}, at the end", arm=named)
    return words.capital(say("{when}: {n} known each", when=when, n=f"{circle.known:.1f}"))


def _title(tables: StudyTables, circles: Sequence[Circle]) -> str:
    first, *others = circles
    named = choice.names(tables.arms)
    ends = [
        say("{n} with {arm}|known", n=f"{circle.known:.1f}", arm=words.quoted(named[circle.arm])) for circle in others
    ]
    return say(
        "In this building of {adults} adults, one knows {start} neighbours at the start, and at the end {ends}",
        adults=len(first.people), start=f"{first.known:.1f}", ends=words.listing(ends),
    )


def _caption(tables: StudyTables, circles: Sequence[Circle]) -> list[str]:
    strangers = words.listing([f"{circle.strangers}" for circle in circles])
    table = tables.study.place_ties
    parts = [
        say("building number {n}", n=int(table["building"].iloc[0])),
        say("one replicate (number {n}): one course of chance, not a mean", n=int(table["replicate"].iloc[0])),
        say("from left to right {counts} adults know nobody in the building", counts=strangers),
        say("ties to people elsewhere are not drawn"),
    ]
    return [say("{sentence}.", sentence=say("; |list").join(parts)), say("Made by: {command}", command=tables.command)]


def _draw(axes: Axes, circle: Circle) -> None:
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.set_xlim(-1.12, 1.12)
    axes.set_ylim(-1.12, 1.12)
    count = len(circle.people)
    angle = np.pi / 2 - 2 * np.pi * np.arange(count) / max(count, 1)
    spots = np.column_stack([np.cos(angle), np.sin(angle)])
    one, other = circle.pairs["person"].to_numpy(int), circle.pairs["other"].to_numpy(int)
    strength = np.clip(circle.pairs["strength"].to_numpy(float), 0.0, 1.0)
    colours = np.column_stack([np.tile([0.0, 0.447, 0.698], (len(strength), 1)), 0.12 + 0.6 * strength])
    axes.add_collection(LineCollection(_curves(spots[one], spots[other]), colors=colours, linewidths=0.8))
    degree = np.bincount(np.concatenate([one, other]), minlength=count)
    alone = degree == 0
    x, y = spots.T
    axes.scatter(x[~alone], y[~alone], s=6 + 5 * degree[~alone], color=style.INK, zorder=3, linewidths=0)
    axes.scatter(x[alone], y[alone], s=14, facecolor="white", edgecolor=style.WORSE, linewidths=1.1, zorder=3)


def _curves(start: NDArray[np.float64], end: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Lines bent towards the middle, so that those between neighbours on the circle can be seen."""
    t = np.linspace(0.0, 1.0, 16)[:, None]
    return [(1 - t) ** 2 * a + 2 * (1 - t) * t * (0.35 * (a + b)) + t**2 * b for a, b in zip(start, end, strict=True)]
