"""Where it happened: compounds, buildings and units of one replicate, coloured by an outcome, before and after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PatchCollection
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ...analysis.languages import say
from .. import choice, words
from ..tables import NotOffered, StudyTables, scale, shown_unit
from . import page, style
from .boxes import Box, laid_out

START, END = "start", "end"
_MOST_BOXES = 4000
"""Units drawn one by one; of more, buildings are coloured as a whole."""
_COLOURS = "cividis"
"""Readable for the colour-blind and in grey."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture: of which arm, when, and its rows."""

    arm: str
    moment: str
    rows: pd.DataFrame


def map_of(name: str) -> Callable[[StudyTables], Figure]:
    """Return the figure that colours places by one outcome."""

    def draw(tables: StudyTables) -> Figure:
        places = _places(tables)
        panels = _panels(tables, places)
        factor, unit = _scale(tables, name)
        values = [shown(panel.rows, name) * factor for panel in panels]
        every = np.concatenate(values)
        every = every[np.isfinite(every)]
        if not len(every):
            raise NotOffered(say("{outcome} was not measured in any place", outcome=tables.outcome(name).label))
        norm = Normalize(0.0, max(float(np.percentile(every, 99)), 1e-9))
        one_by_one = max(len(panel.rows) for panel in panels) <= _MOST_BOXES
        text = page.Words(_title(tables, panels, name), _reading(one_by_one), _caption(tables, panels, places, name))
        width = 10.0
        figure = page.new(text, width=width, height=0.34 * width if len(panels) > 2 else 0.5 * width)
        axes = page.grid_of(figure, 1, len(panels), len(panels))
        for place, panel, numbers in zip(axes, panels, values, strict=True):
            _draw(place, panel.rows, numbers, norm)
            place.set_title("\n".join(page.wrap(_heading(tables, panel), 3.0, 10, bold=True, most=2)))
        bar = figure.colorbar(ScalarMappable(norm, _colours()), ax=axes, shrink=0.75, pad=0.02, extend="max")
        bar.set_label(f"{page.short(tables.outcome(name).label, 3.0)}\n{page.short(unit, 3.0)}", fontsize=style.LABEL_SIZE)
        bar.ax.yaxis.set_major_formatter(style.Ticks())
        return figure

    draw.__doc__ = f"Compounds, buildings and units coloured by {name}, before and after."
    return draw


def shown(rows: pd.DataFrame, name: str) -> np.ndarray:
    """The value of each place: open issues for a hundred households, everything else as it was written down."""
    values: np.ndarray = rows[name].to_numpy(float)
    return 100.0 * values / rows["households"].to_numpy(float) if name == "backlog" else values


def by_building(rows: pd.DataFrame, name: str) -> pd.Series:
    """The value of each building: the mean over its adults, or its open issues for a hundred households."""
    if name == "backlog":
        sums = rows.groupby("building")[["backlog", "households"]].sum()
        return 100.0 * sums["backlog"] / sums["households"]
    weighted = (rows[name] * rows["adults"]).groupby(rows["building"]).sum()
    adults = rows["adults"].groupby(rows["building"]).sum()
    return weighted / adults.where(adults > 0)


def _places(tables: StudyTables) -> pd.DataFrame:
    places = tables.study.places
    if places.empty:
        raise NotOffered(say("the study has no table by place; `cocreate places DIR` does one replicate again and writes it"))
    return places[places["subdistrict"] == places["subdistrict"].min()]


def _panels(tables: StudyTables, places: pd.DataFrame) -> list[Panel]:
    """The reference before and after, and each other arm after; of one arm alone before and after."""
    here = [arm.name for arm in tables.arms if arm.name in set(places["arm"])]
    if not here:
        raise NotOffered(say("the table by place has none of the arms of this study"))
    base = tables.base_of(next(arm for arm in tables.arms if arm.name == here[-1])).name
    first = base if base in here else here[0]
    wanted = [(first, START), (first, END), *((name, END) for name in here if name != first)][:3]
    return [
        Panel(arm, moment, places[(places["arm"] == arm) & (places["moment"] == moment)].reset_index(drop=True))
        for arm, moment in wanted
    ]


def _scale(tables: StudyTables, name: str) -> tuple[float, str]:
    if name == "backlog":
        return 1.0, say("open issues per 100 households")
    outcome = tables.outcome(name)
    return scale(outcome), shown_unit(outcome)


def _heading(tables: StudyTables, panel: Panel) -> str:
    named = choice.names(tables.arms)[panel.arm]
    if panel.moment == START:
        return words.capital(say("{arm}, at the start", arm=named))
    return words.capital(say("{arm}, at the end", arm=named))


def _title(tables: StudyTables, panels: Sequence[Panel], name: str) -> str:
    """In how many buildings there is more, and in how many less, than in the reference or than before."""
    base, last = panels[-2] if len(panels) > 2 else panels[0], panels[-1]
    gap = (by_building(last.rows, name) - by_building(base.rows, name)).dropna()
    up, down = int((gap > 1e-12).sum()), int((gap < -1e-12).sum())
    about = {"outcome": words.noun(tables.outcome(name)), "up": up, "down": down, "all": len(gap)}
    if base.arm == last.arm:
        return words.capital(
            say("{outcome} at the end is higher than at the start in {up} and lower in {down} of {all} buildings", **about)
        )
    named = choice.names(tables.arms)
    pair = words.against(words.quoted(named[base.arm]), words.quoted(named[last.arm]))
    return words.capital(say("{pair}: {outcome} is higher in {up} and lower in {down} of {all} buildings", pair=pair, **about))


def _reading(one_by_one: bool) -> str:
    layout = say(
        "No map of streets: boxes are nested as places are, and as large as their households are many. Thick lines: compounds; "
        "thin lines: buildings."
    )
    if one_by_one:
        return page.sentences(layout, say("Each coloured box is a unit, or the part of it in one building."))
    return page.sentences(layout, say("There are so many units that each building is coloured as a whole."))


def _caption(tables: StudyTables, panels: Sequence[Panel], places: pd.DataFrame, name: str) -> list[str]:
    replicate = int(places["replicate"].iloc[0])
    parts = [
        say("one replicate (number {n}): one course of chance, not a mean", n=replicate),
        say("start: end of the warm-up"),
        say("{n} buildings", n=panels[0].rows["building"].nunique()),
    ]
    if name == "participation_week":
        parts.append(say("participation: mean of the last 13 weeks"))
    if int(tables.study.places["subdistrict"].nunique()) > 1:
        parts.append(say("the first subdistrict only"))
    return [say("{sentence}.", sentence=say("; |list").join(parts)), say("Made by: {command}", command=tables.command)]


def _draw(axes: Axes, rows: pd.DataFrame, values: np.ndarray, norm: Normalize) -> None:
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_aspect("equal", adjustable="box")
    axes.set_axis_off()
    units, numbers, buildings, compounds = _boxes(rows, values)
    patches = PatchCollection([_patch(box) for box in units], cmap=_colours(), norm=norm, edgecolor="white", linewidth=0.3)
    patches.set_array(np.ma.masked_invalid(numbers))
    axes.add_collection(patches)
    for boxes, line in ((buildings, 0.7), (compounds, 2.0)):
        frames = [_patch(box) for box in boxes]
        axes.add_collection(PatchCollection(frames, facecolor="none", edgecolor=style.INK, linewidth=line))


def _colours() -> Colormap:
    """The colours of values; a place without one is grey."""
    return colormaps[_COLOURS].with_extremes(bad=style.RULE)


def _boxes(rows: pd.DataFrame, values: np.ndarray) -> tuple[list[Box], list[float], list[Box], list[Box]]:
    """The boxes of units with their values, of buildings and of compounds."""
    whole = len(rows) > _MOST_BOXES
    units: list[Box] = []
    numbers: list[float] = []
    buildings: list[Box] = []
    by_compound = list(rows.groupby("compound", sort=True))
    compounds = laid_out([float(part["households"].sum()) for _, part in by_compound], Box(0.0, 0.0, 1.0, 1.0))
    for (_, compound), around in zip(by_compound, compounds, strict=True):
        houses = list(compound.groupby("building", sort=True))
        here = laid_out([float(part["households"].sum()) for _, part in houses], around.inside(0.006))
        buildings += here
        for (_, house), box in zip(houses, here, strict=True):
            inner = box.inside(0.002)
            weights = house["households"].to_numpy(float)
            if whole:
                units.append(inner)
                numbers.append(float(np.average(values[house.index], weights=weights)))
            else:
                units += laid_out(weights.tolist(), inner)
                numbers += values[house.index].tolist()
    return units, numbers, buildings, compounds


def _patch(box: Box) -> Rectangle:
    return Rectangle((box.x, box.y), box.width, box.height)


map_participation = style.drawn(map_of("participation_week"))
map_backlog = style.drawn(map_of("backlog"))
map_ties = style.drawn(map_of("ties_per_resident"))
