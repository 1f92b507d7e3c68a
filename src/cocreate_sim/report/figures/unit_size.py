"""How participation and throughput depend on the number of households in a governance unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from ...analysis.languages import clause_comma, say, translated
from ...analysis.load import ArmInfo
from .. import choice, words
from ..choice import Level
from ..tables import NotOffered, StudyTables, is_number, known, shown_unit
from . import page, style

SIZE = "realised_mean_unit_size"
OUTCOMES = ("participation_week", "solved_in_unit_share", "total_days_mean")
_TICKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
_ARTICLE = (10.0, 20.0)
_SPECIAL = {"nested": "*", "grid": "X"}
_BEST_NEEDS = 5


@dataclass(frozen=True, slots=True)
class Curve:
    """The arms of one rule on heads' hours, from small units to large, each with its realised mean size."""

    rule: Level | None
    arms: tuple[ArmInfo, ...]
    sizes: dict[str, float]

    @property
    def regular(self) -> tuple[ArmInfo, ...]:
        """Arms with units of one size; nested units and grids are marked beside the line."""
        return tuple(arm for arm in self.arms if arm.factors["unit_size"] not in _SPECIAL)


@style.drawn
def unit_size(tables: StudyTables) -> Figure:
    """Participation, share solved in the unit, and time to solution by unit size, under both rules on heads' hours."""
    outcomes = [name for name in OUTCOMES if tables.has(name)]
    if "participation_week" not in outcomes:
        raise NotOffered(say("runs.parquet has none of {outcomes}", outcomes="participation_week"))
    curves, fixed, lost = _curves(tables)
    shown = tuple(arm for curve in curves for arm in curve.arms)
    best = tables.replicates(shown)[0] >= _BEST_NEEDS and len(curves[0].regular) > 2
    many = tables.replicates(shown)[1] > 1
    text = page.Words(
        title=_title(tables, curves),
        reading=page.sentences(
            say("The same households, grouped into ever larger units. Shaded: the 10 to 20 households of the article."),
            *_marks(curves),
            say("Bars include how much worlds differ; the title compares within worlds.") if many else "",
            choice.held_words(fixed),
        ),
        caption=page.counted(
            tables, shown, _falsifier(tables, curves), lost,
            spread=(say("bars: 95 % interval of the mean"), say("title: paired difference with its 95 % interval")),
        ),
    )
    panels = len(outcomes) + int(best)
    columns = min(2, panels)
    rows = -(-panels // columns)
    looks = style.LOOKS[1:]
    key = [style.line_key(look, _rule_words(curve.rule)) for curve, look in zip(curves, looks, strict=False)]
    figure = page.new(text, width=10.0, height=2.8 * rows, key=key)
    places = page.grid_of(figure, rows, columns, panels)
    for axes, name in zip(places, outcomes, strict=False):
        for curve, look in zip(curves, looks, strict=False):
            _points(axes, tables, curve, name, look, curves.index(curve))
        outcome = tables.outcome(name)
        axes.set_title("\n".join(page.wrap(outcome.label, 4.2, 10, bold=True, most=2)))
        axes.set_ylabel(page.short(shown_unit(outcome), 2.4))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
        axes.yaxis.set_major_formatter(style.Ticks())
        style.calm(axes)
        style.from_zero(axes, bool((tables.study.done[name].dropna() >= 0).all()))
        _size_axis(axes, curves)
    if best:
        _best(places[-1], tables, curves, looks)
    return figure


def _curves(tables: StudyTables) -> tuple[list[Curve], dict[str, Level], str]:
    if "unit_size" not in choice.factors(tables):
        raise NotOffered(
            say("the study does not compare unit sizes: no factor unit_size (levers.partition) with two levels or more")
        )
    if SIZE not in tables.study.done:
        raise NotOffered(say("runs.parquet has none of {outcomes}", outcomes=SIZE))
    fixed = choice.held(tables, ("unit_size", "head_hours"))
    arms = choice.with_levels(tables.arms, fixed)
    rules: Sequence[Level | None] = choice.levels(arms, "head_hours") or (None,)
    curves, unplaced = [], []
    for rule in rules:
        mine = [arm for arm in arms if "unit_size" in arm.factors and (rule is None or arm.factors.get("head_hours") == rule)]
        sizes = {arm.name: float(tables.study.values(arm.name, SIZE).mean()) for arm in mine}
        unplaced += [translated(arm.label) for arm in mine if not sizes[arm.name] > 0]
        placed = sorted((arm for arm in mine if sizes[arm.name] > 0), key=lambda arm: sizes[arm.name])
        if len(placed) > 1:
            curves.append(Curve(rule, tuple(placed), sizes))
    if not curves:
        raise NotOffered(say("fewer than two unit sizes have finished runs"))
    return curves, fixed, say("without units, so not on the axis: {arms}", arms=words.listing(unplaced)) if unplaced else ""


def _marks(curves: Sequence[Curve]) -> list[str]:
    kinds = {arm.factors["unit_size"] for curve in curves for arm in curve.arms}
    if {"nested", "grid"} <= kinds:
        return [say("Stars: nested units; crosses: grids only.")]
    return [say("Stars: nested units.")] if "nested" in kinds else [say("Crosses: grids only.")] if "grid" in kinds else []


def _rule_words(rule: Level | None) -> str:
    return say("mean of replicates") if rule is None else words.level_words("head_hours", rule)


def _points(axes: Axes, tables: StudyTables, curve: Curve, name: str, look: style.Look, index: int) -> None:
    shift = 1.0 + 0.03 * index
    means = {arm.name: tables.mean(arm, name) for arm in curve.arms}
    regular = [arm for arm in curve.regular if is_number(means[arm.name])]
    axes.plot(
        [curve.sizes[arm.name] * shift for arm in regular], [means[arm.name].mean for arm in regular],
        color=look.colour, linestyle=look.line, marker=look.marker, markersize=5.5, linewidth=1.6,
    )
    for arm in curve.arms:
        x, found = curve.sizes[arm.name] * shift, means[arm.name]
        if known(found):
            axes.plot([x, x], found.ends, color=look.colour, linewidth=1.6, solid_capstyle="butt")
        kind = arm.factors["unit_size"]
        if isinstance(kind, str) and kind in _SPECIAL:
            axes.scatter(x, found.mean, s=150, marker=_SPECIAL[kind], color=look.colour, edgecolor=style.INK, zorder=3)


def _size_axis(axes: Axes, curves: Sequence[Curve]) -> None:
    sizes = [size for curve in curves for size in curve.sizes.values() if size > 0]
    low, high = min(sizes) / 1.25, max(sizes) * 1.25
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in _TICKS if low <= tick <= high]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: words.plain(value)))
    axes.axvspan(*_ARTICLE, color=style.SHADE, zorder=0, linewidth=0)
    axes.set_xlabel(say("mean unit size (households, log scale)"))


def _best(axes: Axes, tables: StudyTables, curves: Sequence[Curve], looks: Sequence[style.Look]) -> None:
    """In how many replicates each size has the highest participation."""
    sizes = {arm.factors["unit_size"]: curve.sizes[arm.name] for curve in curves for arm in curve.regular}
    ordered = sorted(sizes.items(), key=lambda entry: entry[1])
    place = {level: i for i, (level, _) in enumerate(ordered)}
    width = 0.8 / len(curves)
    for index, (curve, look) in enumerate(zip(curves, looks, strict=False)):
        shares = best_shares(tables, curve.regular, "participation_week")
        axes.bar(
            [place[arm.factors["unit_size"]] - 0.4 + width * (index + 0.5) for arm in curve.regular],
            [100.0 * shares[arm.name] for arm in curve.regular],
            width=width, color=look.colour, hatch=style.HATCHES[index], edgecolor="white", linewidth=0,
        )
    axes.set_xticks(range(len(ordered)), [words.number(size, 0) for _, size in ordered])
    axes.grid(axis="x", visible=False)
    axes.set_ylim(0, 105)
    axes.set_title(say("How often is this size the best for participation?"))
    axes.set_ylabel(say("% of replicates"))
    axes.set_xlabel(say("mean unit size (households)"))


def best_shares(tables: StudyTables, arms: Sequence[ArmInfo], name: str) -> dict[str, float]:
    """Share of replicates in which each arm has the highest value; ties are shared out."""
    wide = np.column_stack([tables.study.values(arm.name, name).reindex(_common(tables, arms, name)).to_numpy() for arm in arms])
    top = wide == wide.max(axis=1, keepdims=True)
    shares = (top / top.sum(axis=1, keepdims=True)).mean(axis=0) if len(wide) else np.zeros(len(arms))
    return {arm.name: float(share) for arm, share in zip(arms, shares, strict=True)}


def _common(tables: StudyTables, arms: Sequence[ArmInfo], name: str) -> list[int]:
    sets = [set(tables.study.values(arm.name, name).index) for arm in arms]
    return sorted(set.intersection(*sets))


def _title(tables: StudyTables, curves: Sequence[Curve]) -> str:
    clauses = []
    for curve in curves:
        said = words.size_and_way(tables.percent(*_ends(curve), "participation_week"))
        rule = _rule_words(curve.rule)
        clauses.append(said if len(curves) == 1 else say("{findings} with {arm}|rule", findings=said, arm=rule))
    small, large = (_size_words(arm, curves[0]) for arm in _ends(curves[0]))
    return say(
        "Weekly participation in units of {small} against units of {large} households: {findings}",
        small=small, large=large, findings=clause_comma().join(clauses),
    )


def _falsifier(tables: StudyTables, curves: Sequence[Curve]) -> str:
    """In how many replicates small units have the higher participation; the claim that they help fails below half of them."""
    told = []
    for curve in curves:
        small, large = (tables.study.values(arm.name, "participation_week") for arm in _ends(curve))
        gap = (small - large).dropna()
        count = say("{n} of {all}|replicates", n=int((gap > 0).sum()), all=len(gap))
        told.append(count if len(curves) == 1 else say("{subject} ({rule})", subject=count, rule=_rule_words(curve.rule)))
    small, large = (_size_words(arm, curves[0]) for arm in _ends(curves[0]))
    return say(
        "participation is higher in units of {small} than of {large} in {counts} replicates "
        "(in fewer than half: the claim for small units fails)",
        small=small, large=large, counts=words.listing(told),
    )


def _size_words(arm: ArmInfo, curve: Curve) -> str:
    level = arm.factors["unit_size"]
    return say("10 to 20") if level == "10-20" else words.number(curve.sizes[arm.name], 0)


def _ends(curve: Curve) -> tuple[ArmInfo, ArmInfo]:
    """The sizes that the title compares, fixed before any result: 10 to 20 households against 100, or the nearest to them."""
    arms = curve.regular if len(curve.regular) > 1 else curve.arms
    small = min(arms, key=lambda arm: abs(np.log(curve.sizes[arm.name] / 15.0)))
    rest = [arm for arm in arms if arm != small]
    return small, min(rest, key=lambda arm: abs(np.log(curve.sizes[arm.name] / 100.0)))
