"""What more posts do to waiting and to the hours left for mobilisation, depending on how heavy the load is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator, SymmetricalLogLocator

from ...analysis.languages import say
from ...analysis.load import ArmInfo
from ...analysis.paired import Interval
from .. import choice, words
from ..choice import LOAD, Level
from ..tables import NOTHING, NotOffered, StudyTables, is_number, known, shown_unit
from . import page, style

FALSIFIED_DAYS = 0.1
"""The claim that more posts helped fails at a load where waiting falls by less than this, in working days."""

_WAITS = ("wait_posts_mean_days", "wait_mean_days")
_HOURS = "mobilisation_hours"


@dataclass(frozen=True, slots=True)
class Effect:
    """More posts against fewer at one load: working days of waiting saved, and hours of mobilisation gained."""

    load: float
    saved: Interval
    hours: Interval


@style.drawn
def load(tables: StudyTables) -> Figure:
    """Effect of more posts over the load: days of waiting saved and mobilisation hours gained, under each staff rule."""
    _check(tables)
    wait = next(name for name in _WAITS if tables.has(name))
    low, high = choice.contrast_ends(tables, "posts")
    fixed = choice.held(tables, ("posts", LOAD, "staff_rule"))
    arms = choice.with_levels(tables.arms, fixed)
    rules: Sequence[Level | None] = choice.levels(arms, "staff_rule") or (None,)
    effects = {rule: _effects(tables, arms, rule, (low, high), wait) for rule in rules}
    effects = {rule: found for rule, found in effects.items() if len(found) > 1}
    if not effects:
        few, many = words.plain(low), words.plain(high)
        raise NotOffered(say("fewer than two loads have finished runs with {few} and {many} posts", few=few, many=many))
    shown = tuple(arm for arm in arms if arm.factors.get("posts") in (low, high) and LOAD in arm.factors)
    pair = say("{subject} against {reference}|posts", subject=words.level_words("posts", high), reference=words.plain(low))
    text = page.Words(
        title=_title(effects, low, high),
        reading=page.sentences(
            say(
                "{pair}, in the same worlds. Load: hours of work for the posts / hours that 40 posts have. "
                "Shaded: waiting falls by less than {days} working day, so the claim that more posts helped fails. "
                "Right of the dashed line work exceeds hours: there, results depend on the length of the run ({weeks} weeks).",
                pair=pair, days=FALSIFIED_DAYS, weeks=tables.weeks,
            ),
            choice.held_words(fixed),
        ),
        caption=page.counted(
            tables, shown, say("waiting: {outcome}", outcome=tables.outcome(wait).label),
            spread=(say("bars: 95 % interval of the paired difference"),),
        ),
    )
    hours = tables.has(_HOURS)
    looks = dict(zip(effects, style.LOOKS[1:], strict=False))
    told = {rule: say("difference") if rule is None else words.level_words("staff_rule", rule) for rule in looks}
    key = [style.line_key(look, told[rule]) for rule, look in looks.items()]
    figure = page.new(text, width=10.0 if hours else 6.5, height=3.6, key=key)
    places = page.grid_of(figure, 1, 1 + int(hours), 1 + int(hours))
    for index, (rule, found) in enumerate(effects.items()):
        shift = 0.006 * (index - (len(effects) - 1) / 2) * np.ptp([e.load for e in found])
        _line(places[0], [(e.load + shift, e.saved) for e in found], looks[rule])
        if hours:
            _line(places[1], [(e.load + shift, e.hours) for e in found], looks[rule])
    _saved_axis(places[0], [end for found in effects.values() for e in found for end in (*e.saved.ends, e.saved.mean)])
    if hours:
        _hours_axis(places[1], tables)
    loads = [e.load for found in effects.values() for e in found]
    for axes in places:
        axes.set_xlabel(say("load with 40 posts (rho_40, no unit)"))
        if min(loads) < 1.0 <= max(loads):
            axes.axvline(1.0, color=style.SOFT, linestyle="--", linewidth=1.1)
    return figure


def _check(tables: StudyTables) -> None:
    varied = choice.factors(tables)
    for factor, what in (("posts", say("numbers of posts")), (LOAD, say("loads"))):
        if factor not in varied:
            raise NotOffered(
                say("the study does not compare {what}: no factor {factor} with two levels or more", what=what, factor=factor)
            )
    if any(isinstance(value, str) for factor in ("posts", LOAD) for value in varied[factor]):
        raise NotOffered(say("the levels of posts and rho_40 must be numbers"))
    if not any(tables.has(name) for name in _WAITS):
        raise NotOffered(say("runs.parquet has none of {outcomes}", outcomes=", ".join(_WAITS)))


def _effects(
    tables: StudyTables, arms: Sequence[ArmInfo], rule: Level | None, ends: tuple[Level, Level], wait: str
) -> list[Effect]:
    mine = arms if rule is None else choice.with_levels(arms, {"staff_rule": rule})
    found = []
    for rho in choice.levels(mine, LOAD):
        few, many = (choice.with_levels(mine, {LOAD: rho, "posts": count})[:1] for count in ends)
        if not (few and many):
            continue
        saved = tables.difference(few[0], many[0], wait)
        hours = tables.difference(many[0], few[0], _HOURS) if tables.has(_HOURS) else NOTHING
        if is_number(saved):
            found.append(Effect(float(rho), saved, hours))
    return found


def _line(axes: Axes, points: Sequence[tuple[float, Interval]], look: style.Look) -> None:
    points = [(x, found) for x, found in points if is_number(found)]
    axes.plot(
        [x for x, _ in points], [found.mean for _, found in points],
        color=look.colour, linestyle=look.line, marker=look.marker, markersize=5.5, linewidth=1.7,
    )
    for x, found in points:
        if known(found):
            axes.plot([x, x], found.ends, color=look.colour, linewidth=1.7, solid_capstyle="butt")


def _saved_axis(axes: Axes, values: Sequence[float]) -> None:
    axes.set_yscale("symlog", linthresh=FALSIFIED_DAYS, linscale=0.8)
    axes.set_ylim(min(1.3 * min(values), -0.03), 1.3 * max(*values, 2 * FALSIFIED_DAYS))
    axes.axhspan(axes.get_ylim()[0], FALSIFIED_DAYS, color=style.SHADE, zorder=0, linewidth=0)
    axes.axhline(0.0, color=style.INK, linewidth=1.0)
    axes.yaxis.set_major_locator(SymmetricalLogLocator(base=10, linthresh=FALSIFIED_DAYS, subs=[1.0, 3.0]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.number(value)))
    axes.set_title(say("Waiting saved by more posts"))
    axes.set_ylabel(say("working days less per case (log scale)"))


def _hours_axis(axes: Axes, tables: StudyTables) -> None:
    axes.axhline(0.0, color=style.INK, linewidth=1.0)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6))
    axes.yaxis.set_major_formatter(style.Ticks())
    axes.set_title(say("Mobilisation gained by more posts"))
    axes.set_ylabel(say("more {unit}", unit=shown_unit(tables.outcome(_HOURS))))


def _title(effects: dict[Level | None, list[Effect]], low: Level, high: Level) -> str:
    rule, found = next(iter(effects.items()))
    open_ = [e for e in found if known(e.saved) and e.saved.ends[0] < FALSIFIED_DAYS <= e.saved.ends[1]]
    helped = [e for e in reversed(found) if e not in open_ and e.saved.mean >= FALSIFIED_DAYS]
    failed = [e for e in found if e not in helped and e not in open_]
    parts = []
    if helped:
        settled = [e for e in helped if e.load < 1.0] or helped
        ends = settled if len(settled) < 3 else [settled[0], settled[-1]]
        first = say("{days} at load {load}", days=words.size(ends[0].saved, "working days"), load=words.plain(ends[0].load))
        rest = [say("{days} at {load}", days=words.size(e.saved, ""), load=words.plain(e.load)) for e in ends[1:]]
        parts.append(say("save {amounts}", amounts=words.listing([first, *rest])))
    if open_:
        parts.append(say("too close to call at {loads}", loads=_places(open_)))
    if failed:
        less = say(
            "less than {days} day at {loads}, where the claim that they helped fails", days=FALSIFIED_DAYS, loads=_places(failed)
        )
        parts.append(less if helped else say("save {amounts}", amounts=less))
    subject = say("{many} instead of {few}", many=words.level_words("posts", high), few=words.plain(low))
    if rule is not None and len(effects) > 1:
        subject = say("{subject} ({rule})", subject=subject, rule=words.level_words("staff_rule", rule))
    alone = "" if known(found[0].saved) else f" {words.alone()}"
    return say("{subject} {findings}|saved", subject=subject, findings=say("; |list").join(parts)) + alone


def _places(effects: Sequence[Effect]) -> str:
    return say("load {}", words.listing([words.plain(e.load) for e in effects]))
