"""How far co-creation projects get through the five stages, and why they fail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from ...analysis.languages import comma, say, translated
from ...analysis.load import ArmInfo
from ...analysis.paired import Interval, interval
from .. import choice, words
from ..tables import NotOffered, StudyTables, known
from . import page, style

STAGES = ("plan", "build", "manage", "evaluate", "share")
_STEPS = (*(f"entered_{stage}" for stage in STAGES), "finished")
_STAGE_WORDS = {
    "plan": "plan|stage", "build": "build|stage", "manage": "manage|stage", "evaluate": "evaluate|stage", "share": "share|stage",
}
_ARMS = 5
_REASONS = 8


@style.drawn
def funnel(tables: StudyTables) -> Figure:
    """Projects that enter each of the five stages, and failures by stage and reason, for each policy."""
    if tables.study.projects.empty:
        raise NotOffered(say("the table of projects has no projects"))
    if not (tables.study.projects.loc[tables.study.projects["event"] == "entered_plan", "count"] > 0).any():
        raise NotOffered(say("no project entered the first stage (plan)"))
    arms = choice.chosen(tables, _ARMS)
    named = style.labels(arms, choice.names(arms))
    reasons = _reasons(tables, arms)
    text = page.Words(
        title=_title(tables, arms, named, reasons),
        reading=say(
            "Left: projects per run that enter each stage; in brackets, of 100 that entered planning. Right: projects that "
            "failed, by stage and reason. What neither failed nor went on is still under way at the end. Only projects that were "
            "proposed after the warm-up."
        ),
        caption=page.counted(tables, arms, spread=(say("bars: mean of replicates"), say("whiskers: 95 % interval"))),
    )
    height = 0.75 + max(0.2 * len(arms) + 0.18, 0.42) * max(len(_STEPS), len(reasons))
    key: list[tuple[Artist, str]] = [
        (Patch(facecolor=colour, hatch=hatch, edgecolor="white", linewidth=0), words.capital(named[arm.name]))
        for arm, colour, hatch in zip(arms, style.BARS, style.HATCHES, strict=False)
    ]
    figure = page.new(text, width=10.0, height=height, key=key)
    panels = 2 if reasons else 1
    places = page.grid_of(figure, 1, panels, panels)
    steps = [*(f"{place}  {words.capital(stage_words(stage))}" for place, stage in enumerate(STAGES, 1)), say("Finished")]
    _bars(places[0], tables, arms, _STEPS, steps, base="entered_plan")
    places[0].set_title(say("Projects that get this far"))
    if reasons:
        _bars(places[1], tables, arms, reasons, [_reason_words(event) for event in reasons], base=None)
        places[1].set_title(say("Projects that failed, and why"))
    for axes in places:
        axes.set_xlabel(say("projects per run"))
    return figure


def counts(tables: StudyTables, arm: ArmInfo, event: str) -> NDArray[np.float64]:
    """How often an event happened in each finished replicate of an arm; a replicate that does not list it has none."""
    runs = tables.study.done.loc[tables.study.done["arm"] == arm.name, "replicate"]
    rows = tables.study.projects[(tables.study.projects["arm"] == arm.name) & (tables.study.projects["event"] == event)]
    found: NDArray[np.float64] = rows.groupby("replicate")["count"].sum().reindex(sorted(runs), fill_value=0).to_numpy(float)
    return found


def _reasons(tables: StudyTables, arms: Sequence[ArmInfo]) -> list[str]:
    events = [str(event) for event in tables.study.projects["event"].unique() if str(event).startswith("failed_")]
    size = {event: sum(float(counts(tables, arm, event).mean()) for arm in arms) for event in events}
    common = sorted((event for event in events if size[event] > 0), key=lambda event: (-size[event], event))[:_REASONS]
    return sorted(common, key=lambda event: (_stage_place(event), -size[event]))


def _stage_place(event: str) -> int:
    stage = event.split("_")[1]
    return STAGES.index(stage) if stage in STAGES else len(STAGES)


def _reason_words(event: str) -> str:
    _, stage, *reason = event.split("_")
    return words.capital(say("{stage}: {reason}", stage=stage_words(stage), reason=_reason(reason)))


def _reason(reason: Sequence[str]) -> str:
    return translated(" ".join(reason)) or say("no reason recorded")


def stage_words(stage: str) -> str:
    """Name one of the five stages, in Chinese by the article's own words."""
    return say(_STAGE_WORDS[stage]) if stage in _STAGE_WORDS else stage


def _bars(
    axes: Axes, tables: StudyTables, arms: Sequence[ArmInfo], events: Sequence[str], labels: Sequence[str], base: str | None
) -> None:
    width = 0.82 / len(arms)
    found = {(arm.name, event): interval(counts(tables, arm, event)) for arm in arms for event in events}
    longest = max(max(i.mean, i.ends[1]) for i in found.values())
    axes.set_xlim(0, (1.3 if base else 1.16) * max(longest, 1e-9))
    for index, (arm, colour, hatch) in enumerate(zip(arms, style.BARS, style.HATCHES, strict=False)):
        places = np.arange(len(events)) - 0.41 + width * (index + 0.5)
        mine = [found[arm.name, event] for event in events]
        axes.barh(places, [i.mean for i in mine], height=0.92 * width, color=colour, hatch=hatch, edgecolor="white", linewidth=0)
        whole = interval(counts(tables, arm, base)).mean if base else 0.0
        for y, mean in zip(places, mine, strict=True):
            _end(axes, float(y), mean, whole)
    axes.set_yticks(range(len(events)), ["\n".join(page.wrap(label, 1.7, 8.5, most=2)) for label in labels])
    axes.set_ylim(max(len(events), len(_STEPS)) - 0.45, -0.55)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5))


def _end(axes: Axes, y: float, found: Interval, whole: float) -> None:
    """The whisker of a bar and its number in words."""
    low, at = found.ends
    if known(found):
        axes.plot([max(low, 0.0), at], [y, y], color=style.INK, linewidth=1.1, solid_capstyle="butt")
    share = f" ({100 * found.mean / whole:.0f})" if whole else ""
    number = f"{found.mean:,.1f}{share}" if found.mean else "0"
    axes.annotate(number, (at, y), xytext=(4, 0), textcoords="offset points", va="center", fontsize=7.5)


def _title(tables: StudyTables, arms: Sequence[ArmInfo], named: dict[str, str], reasons: Sequence[str]) -> str:
    base = tables.base_of(arms[-1])
    ends = [base, arms[-1]] if base in arms and base != arms[-1] else [arms[0]]
    shares = []
    for arm in ends:
        entered, shared = counts(tables, arm, "entered_plan"), counts(tables, arm, "entered_share")
        shares.append(_share(interval(100.0 * shared[entered > 0] / entered[entered > 0])))
    pairs = [(arm, share) for arm, share in zip(ends, shares, strict=True) if share.replicates]
    told = [say("{n} with {arm}", n=words.size(share, ""), arm=words.quoted(named[arm.name])) for arm, share in pairs]
    alone = "" if any(known(share) for share in shares) else f" {words.alone()}"
    sentence = say("Of 100 projects that enter planning, so many reach sharing: {counts}", counts=comma().join(told) + alone)
    if not any(counts(tables, arm, "entered_share").any() for arm in arms):
        sentence = say("No project reaches sharing by the end of the run")
    if not reasons:
        return sentence
    first = max(reasons, key=lambda event: sum(float(counts(tables, arm, event).mean()) for arm in arms))
    _, stage, *reason = first.split("_")
    return say(
        "{sentence}; commonest failure: {reason} ({stage})", sentence=sentence, reason=_reason(reason), stage=stage_words(stage)
    )


def _share(found: Interval) -> Interval:
    """An interval of a percentage, within 0 and 100."""
    return replace(found, low=max(found.ends[0], 0.0), high=min(found.ends[1], 100.0)) if known(found) else found
