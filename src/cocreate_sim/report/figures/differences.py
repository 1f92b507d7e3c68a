"""What each policy changes against its reference, outcome by outcome, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ...analysis.languages import clause_comma, say
from ...analysis.load import ArmInfo
from ...analysis.paired import Interval
from .. import choice, words
from ..tables import NotOffered, StudyTables, is_number, known, shown_unit
from . import page, style
from .trajectories import all_unclear, strongest

OUTCOMES = (
    "participation_week", "participation_ever", "wait_mean_days", "total_days_mean", "backlog", "issues_solved",
    "solved_in_unit_share", "mobilisation_hours", "projects_finished", "belonging_mean", "trust_mean", "ties_per_resident",
    "volunteers_active", "on_time_share", "satisfaction", "burnout_mean", "hours_gini", "public_hours", "resident_hours",
    "hours_per_resident_year",
)
IN_TITLE = ("wait_mean_days", "participation_week")
"""Outcomes that the title tells when the study names none; else it tells the first that the study names."""
_IN_TITLE = 2
_PANELS = 4
_ROWS = {1: 18, 2: 16}
"""Most rows by number of panels; more panels have fewer."""

Pair = tuple[ArmInfo, ArmInfo]


@style.drawn
def differences(tables: StudyTables) -> Figure:
    """Forest plot of paired differences in percent of the reference, with 95 % intervals, largest rise first."""
    if not tables.compared:
        raise NotOffered(say("the study has one arm only, or no arm beside its reference: there is nothing to compare"))
    pairs = choice.comparisons(tables, _PANELS)
    asked = dict.fromkeys([*tables.asked, *OUTCOMES])
    measured = [name for name in asked if tables.has(name)][: _ROWS.get(len(pairs), 14)]
    found = {(arm.name, name): tables.percent(arm, base, name) for arm, base in pairs for name in measured}
    rows = [name for name in measured if any(is_number(found[arm.name, name]) for arm, _ in pairs)]
    if not rows:
        raise NotOffered(say("runs.parquet has none of {outcomes}", outcomes=", ".join(OUTCOMES)))
    rows.sort(key=lambda name: _height(found[pairs[0][0].name, name]))
    named, against = _named(tables, pairs)
    sure = any(interval.replicates > 1 for interval in found.values())
    doubtful = any(is_number(interval) and interval.replicates > 1 and not known(interval) for interval in found.values())
    limit, clipped = limit_of(list(found.values()))
    without = [tables.outcome(name).label for name in measured if name not in rows]
    shown = len(tables.compared)
    text = page.Words(
        title=_title(tables, pairs, found, named, against),
        reading=reading(against, sure),
        caption=page.counted(
            tables, tables.arms, say("arrow: beyond the scale, see its number") if clipped else "",
            say("too uncertain: the reference's mean is not clearly different from zero") if doubtful else "",
            say("zero or not there in the reference, so no percentage: {outcomes}", outcomes=words.listing(without))
            if without
            else "",
            say("{n} of {all} comparisons shown", n=len(pairs), all=shown) if len(pairs) < shown else "",
            spread=(say("bar: 95 % interval of the paired difference"),),
        ),
    )
    columns = min(len(pairs), 2)
    lines = -(-len(pairs) // columns)
    figure = page.new(text, width=10.0, height=lines * (0.25 * len(rows) + 0.85), key=key(sure))
    for axes, (arm, base) in zip(page.grid_of(figure, lines, columns, len(pairs), sharey=True), pairs, strict=True):
        _panel(axes, tables, rows, {name: found[arm.name, name] for name in rows}, limit)
        _numbers(axes, tables, rows, {name: found[arm.name, name] for name in rows}, (arm, base) if len(pairs) == 1 else None)
        axes.set_title("\n".join(page.wrap(words.capital(named[arm.name]), 3.3, 10, bold=True, most=2)))
    return figure


def reading(against: str, sure: bool) -> str:
    """How to read a forest plot."""
    how = say(
        "Change against {reference} in the same simulated worlds with the same luck, in percent of its mean.",
        reference=words.quoted(against),
    )
    return page.sentences(
        how, say("A bar across the zero line: no clear effect.") if sure else say("One replicate: no interval can be given.")
    )


def _height(found: Interval) -> float:
    return found.mean if is_number(found) else -math.inf


def _named(tables: StudyTables, pairs: Sequence[Pair]) -> tuple[dict[str, str], str]:
    """A label for each compared arm, and one for what they are compared with."""
    arms = [arm for arm, _ in pairs]
    bases = list({base.name: base for _, base in pairs}.values())
    if len(bases) == 1:
        labels = style.labels([*arms, bases[0]], choice.names([*arms, bases[0]]))
        return labels, labels[bases[0].name]
    factor = choice.contrast(tables) or ""
    levels = {base.factors.get(factor) for base in bases}
    labels = style.labels(arms, choice.names(arms))
    level = levels.pop() if len(levels) == 1 else None
    return labels, say("the reference") if level is None else words.level_words(factor, level)


def limit_of(found: Sequence[Interval]) -> tuple[float, bool]:
    """Half width of the axis; a few extreme effects are cut rather than squeezing all others together."""
    ends = sorted(max(abs(i.mean), *(abs(end) for end in i.ends)) for i in found if is_number(i))
    usual = max(5.0, 1.6 * ends[int(0.8 * (len(ends) - 1))])
    clipped = ends[-1] > 1.6 * usual
    return 1.08 * (usual if clipped else max(ends[-1], 1.0)), clipped


def _panel(axes: Axes, tables: StudyTables, rows: Sequence[str], found: dict[str, Interval], limit: float) -> None:
    axes.set_xlim(-limit, limit)
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.axvline(0.0, color=style.INK, linewidth=1.0)
    for y, name in enumerate(rows):
        if is_number(found[name]):
            bar(axes, y, found[name], tables.outcome(name).better, limit)
    axes.set_yticks(range(len(rows)), [page.short(tables.outcome(name).label, 2.8) for name in rows])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(say("change (%)"))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6))
    axes.xaxis.set_major_formatter(style.Ticks(plus=True))


def bar(axes: Axes, y: float, percent: Interval, better: int, limit: float) -> None:
    """One difference with its interval; an arrow where it lies beyond the scale."""
    good = better * percent.mean
    colour, marker = style.UNCLEAR, "o"
    if (percent.clear or percent.replicates == 1) and good:
        colour, marker = (style.BETTER, "s") if good > 0 else (style.WORSE, "^")
    if abs(percent.mean) > limit:
        edge = math.copysign(limit, percent.mean)
        arrow = {"arrowstyle": "-|>", "color": colour, "linewidth": 2.4, "mutation_scale": 14, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", xy=(edge, y), xytext=(0.75 * edge, y), arrowprops=arrow, annotation_clip=False)
        return
    if known(percent):
        axes.plot(percent.ends, [y, y], color=colour, linewidth=2.4, solid_capstyle="butt")
    face = "white" if marker == "o" else colour
    axes.plot(percent.mean, y, marker=marker, markersize=6, markerfacecolor=face, markeredgecolor=colour, markeredgewidth=1.5)


def _numbers(axes: Axes, tables: StudyTables, rows: Sequence[str], found: dict[str, Interval], pair: Pair | None) -> None:
    """The numbers behind the bars; with one comparison also the means before and after, in their own unit."""
    for y, name in enumerate(rows):
        if not is_number(found[name]):
            continue
        numbers(axes, y, found[name])
        if pair is not None:
            arm, base = pair
            unit = shown_unit(tables.outcome(name))
            told = words.with_unit(
                words.both(tables.mean(base, name).mean, tables.mean(arm, name).mean), "" if unit == say("no unit") else unit
            )
            _beside(axes, y, 124, page.wrap(told, 2.4, 7.5, most=1)[0], style.SOFT)


def numbers(axes: Axes, y: float, percent: Interval) -> None:
    """The number behind one bar, with its interval."""
    _beside(axes, y, 6, words.signed(percent), style.INK)


def _beside(axes: Axes, y: float, points: float, text: str, colour: str) -> None:
    """A text so many points to the right of a panel."""
    axes.annotate(
        text, (1.0, y), xytext=(points, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
        va="center", fontsize=7.5, color=colour, annotation_clip=False,
    )


def key(sure: bool) -> list[tuple[Artist, str]]:
    """The key of markers: better, worse, or not clear."""
    line = 2.4 if sure else 0
    ring = Line2D([], [], color=style.UNCLEAR, marker="o", markerfacecolor="white", markeredgewidth=1.5, linewidth=line)
    better = Line2D([], [], color=style.BETTER, marker="s", linewidth=line)
    worse = Line2D([], [], color=style.WORSE, marker="^", linewidth=line)
    return [(better, say("better")), (worse, say("worse")), (ring, say("no clear effect, or neither good nor bad"))]


def _title(
    tables: StudyTables, pairs: Sequence[Pair], found: dict[tuple[str, str], Interval], named: dict[str, str], against: str
) -> str:
    compared = dict.fromkeys(name for (_, name), effect in found.items() if is_number(effect))
    heads = [name for name in tables.asked or IN_TITLE if name in compared][:_IN_TITLE] or list(compared)[:1]
    if len(pairs) == 1:
        arm = pairs[0][0]
        heads.sort(key=lambda name: words.size_and_way(found[arm.name, name]) == words.no_effect())
        clauses = clause_comma().join(words.change(words.noun(tables.outcome(name)), found[arm.name, name]) for name in heads)
        subject = words.quoted(named[arm.name])
        return words.capital(
            say("{subject} against {reference}: {findings}", subject=subject, reference=words.quoted(against), findings=clauses)
        )
    effects = {words.noun(tables.outcome(name)): [(arm, found[arm.name, name]) for arm, _ in pairs] for name in heads}
    factor = choice.contrast(tables) or ""
    ends = {arm.factors.get(factor) for arm, _ in pairs}
    level = ends.pop() if len(ends) == 1 else None
    told = strongest(effects, named)
    lead = words.against(words.quoted(against), "" if level is None else words.level_words(factor, level))
    if all_unclear(effects):
        return words.capital(say("{lead}: {findings}", lead=lead, findings=told))
    return words.capital(say("{lead}, strongest effects: {findings}", lead=lead, findings=told))
