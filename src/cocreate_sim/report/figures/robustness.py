"""In how many worlds each unit size is best, what it is better than, and what more posts save at the load of each world."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from ...analysis.ensemble import Ensemble
from ...analysis.languages import say, translated
from ...analysis.robustness import LOAD, PARTICIPATION, SAVED_DAYS, SIZE, WAITS, Robustness, post_arms
from ...analysis.robustness import robustness as evaluate
from ...errors import OutputError
from .. import words
from ..tables import NotOffered, StudyTables
from . import page, style

_FROM_LOG = 0.1


@style.drawn
def robustness(tables: StudyTables) -> Figure:
    """Best unit size over worlds, 10 to 20 households against others, and waiting saved by 72 posts by the load of each world."""
    try:
        found = evaluate(tables.study)
    except OutputError as reason:
        raise NotOffered(str(reason)) from reason
    names = list(dict.fromkeys(found.best["outcome"] if len(found.best) else []))[:3]
    if PARTICIPATION in names:
        names = [PARTICIPATION, *(name for name in names if name != PARTICIPATION)]
    panels = bool(names) + bool(len(found.beats)) + bool(len(found.posts))
    if not panels:
        raise NotOffered(say("the study compares neither three unit sizes nor 40 and 72 posts"))
    count = len(found.ensemble.worlds)
    text = page.Words(
        title=_title(found),
        reading=say(
            "Each of {worlds} worlds that may be true was run under every arm with the same luck. Dashed: half of the worlds. "
            "Shaded: waiting falls by less than {days} working day.", worlds=f"{count:,}", days=SAVED_DAYS,
        ),
        caption=page.counted(tables, tables.arms, say("bars: 95 % interval (Wilson) of the share of worlds")),
    )
    figure = page.new(text, width=3.6 * panels + 0.4, height=3.6)
    places = iter(page.grid_of(figure, 1, panels, panels))
    if names:
        _best(next(places), found.best, names, tables)
    if len(found.beats):
        _beats(next(places), found.beats, tables)
    if len(found.posts):
        _saved(next(places), found.ensemble)
    return figure


def _title(found: Robustness) -> str:
    said = [
        say(
            "“{claim}” {verdict} ({share} of worlds)", claim=translated(str(row["claim"])),
            verdict=translated(str(row["verdict"]), "verdict"), share=f"{row['share']:.0%}",
        )
        for row in found.falsifiers[:1]
    ]
    if found.falsifiers and found.falsifiers[0]["claim"] == "smaller units help":
        first = found.best[found.best["outcome"] == PARTICIPATION].nlargest(1, "share").to_dict("records")[0]
        best, share = words.level_words(SIZE, first[SIZE]), f"{first['share']:.0%}"
        said += [say("{units} are most often best for participation ({share})", units=best, share=share)]
    return words.capital(say("; |list").join(said) or say("what holds in how many worlds"))


def _best(axes: Axes, best: pd.DataFrame, names: list[str], tables: StudyTables) -> None:
    sizes = list(dict.fromkeys(best[SIZE]))
    width = 0.8 / len(names)
    for k, name in enumerate(names):
        shares = best[best["outcome"] == name].set_index(SIZE)["share"]
        places = np.arange(len(sizes)) + (k - (len(names) - 1) / 2) * width
        axes.bar(
            places, [float(shares.get(size, 0.0)) for size in sizes], width, color=style.BARS[k + 1], hatch=style.HATCHES[k],
            edgecolor="white", label=words.capital(words.noun(tables.outcome(name))),
        )  # fmt: skip
    axes.set_xticks(range(len(sizes)), [translated(words.plain(size)) for size in sizes], rotation=45)
    axes.set_xlabel(say("households per unit"))
    axes.set_title(say("Best unit size"))
    axes.set_ylabel(say("share of worlds"))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.grid(axis="x", visible=False)
    axes.set_ylim(0, 1.28 * max(float(best[best["outcome"].isin(names)]["share"].max()), 0.05))
    axes.legend(loc="upper left", fontsize=7.5, handlelength=1.4)


def _beats(axes: Axes, beats: pd.DataFrame, tables: StudyTables) -> None:
    names = list(dict.fromkeys(beats["outcome"]))[:3]
    against = list(dict.fromkeys(beats["against"]))
    for k, name in enumerate(names):
        look = style.LOOKS[k + 1]
        rows = beats[beats["outcome"] == name].set_index("against")
        for place, other in enumerate(against):
            x, row = place + 0.16 * (k - (len(names) - 1) / 2), rows.loc[other]
            axes.plot([x, x], [row["low"], row["high"]], color=look.colour, linewidth=1.6)
            label = words.capital(words.noun(tables.outcome(name))) if place == 0 else None
            axes.plot([x], [row["share"]], color=look.colour, marker=look.marker, linestyle="", label=label)
    axes.axhline(0.5, color=style.SOFT, linestyle="--", linewidth=1.1)
    axes.set_xticks(range(len(against)), [translated(words.plain(other)) for other in against])
    axes.set_xlim(-0.5, len(against) - 0.5)
    axes.set_ylim(0, 1.25)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1.0])
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.set_title(say("10 to 20 households are better than"))
    axes.set_xlabel(say("households per unit"))
    axes.set_ylabel(say("share of worlds"))
    axes.legend(loc="upper left", fontsize=7.5, handlelength=1.4)


def _saved(axes: Axes, ensemble: Ensemble) -> None:
    few, many = post_arms(ensemble.study)[0]
    waits = next(table for name in WAITS if (table := ensemble.table(name)) is not None)
    loads = ensemble.table(LOAD)
    assert loads is not None
    saved = waits[few.name] - waits[many.name]
    axes.set_yscale("symlog", linthresh=_FROM_LOG)
    axes.axhspan(min(float(saved.min()), -_FROM_LOG), SAVED_DAYS, color=style.SHADE, zorder=0, linewidth=0)
    look = style.LOOKS[1]
    axes.plot(loads[few.name], saved, linestyle="", marker="o", markersize=3.5, color=look.colour, alpha=0.7)
    axes.axvline(1.0, color=style.SOFT, linestyle="--", linewidth=1.1)
    axes.set_title(say("Waiting saved by 72 posts"))
    axes.set_xlabel(say("load of 40 posts in each world"))
    axes.set_ylabel(say("working days (log scale)"))
    axes.yaxis.set_major_formatter(style.Ticks())
