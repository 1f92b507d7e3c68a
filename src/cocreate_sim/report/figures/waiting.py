"""How long cases wait before somebody takes them up, by posts and load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import NDArray

from ...analysis.languages import say
from ...analysis.load import ArmInfo
from ...analysis.paired import Interval, interval
from .. import choice, words
from ..choice import LOAD, Level
from ..tables import NOTHING, NotOffered, StudyTables, is_number
from . import page, style
from .trajectories import strongest

_PANELS = 4
_LINES = 4
_TICKS = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
_MEANS = {"posts": "wait_posts_mean_days", "community": "wait_community_mean_days", "all": "wait_mean_days"}
TIERS = {"posts": "cases of the subdistrict's posts", "community": "cases of community workers", "all": "all staff cases"}


@dataclass(frozen=True, slots=True)
class Panel:
    """One load, and the arms compared at it."""

    load: Level | None
    arms: tuple[ArmInfo, ...]


@style.drawn
def waiting(tables: StudyTables) -> Figure:
    """Share of cases taken up within so many working days, one curve per staffing or policy, one panel per load."""
    if tables.study.waits.empty:
        raise NotOffered(say("the table of waits has no waiting times"))
    panels, fixed = _panels(tables)
    shown = tuple(arm for panel in panels for arm in panel.arms)
    tier = _tier(tables, shown)
    lines = {arm.name: look for panel in panels for arm, look in zip(panel.arms, style.LOOKS[len(shown) == 1 :], strict=False)}
    named = _named(tables, panels)
    text = page.Words(
        title=_title(tables, panels, tier),
        reading=page.sentences(
            say(
                "Pick a number of working days below: the curve shows how many cases of 100 have been taken up by then. "
                "A curve further to the upper left means shorter waiting. The dotted line marks nine cases of ten."
            ),
            choice.held_words(fixed),
        ),
        caption=page.counted(
            tables, shown, say(TIERS[tier]), _load_note(tables, panels),
            spread=(
                say("band: 5th to 95th percentile of replicates"),
                say("title: paired difference of mean waiting with 95 % interval")
                if len(shown) > 1
                else say("title: mean with 95 % interval"),
            ),
        ),
    )
    columns = min(len(panels), 2)
    rows = -(-len(panels) // columns)
    key = [style.line_key(lines[arm.name], named[arm.name]) for arm in panels[0].arms if len(shown) > 1]
    figure = page.new(text, width=10.0 if columns > 1 else 8.0, height=2.9 * rows, key=key)
    longest = max(_percentile(tables, arm, tier, 99.0).mean for arm in shown)
    for axes, panel in zip(page.grid_of(figure, rows, columns, len(panels), sharey=True), panels, strict=True):
        for arm in panel.arms:
            _curve(axes, tables, arm, tier, lines[arm.name], longest)
        _finish(axes, panel, longest)
    return figure


def _panels(tables: StudyTables) -> tuple[list[Panel], dict[str, Level]]:
    varied = choice.factors(tables)
    if "posts" not in varied:
        return [Panel(None, choice.chosen(tables))], {}
    fixed = choice.held(tables, ("posts", LOAD))
    arms = choice.with_levels(tables.arms, fixed)
    posts = choice.spread(choice.levels(arms, "posts"), _LINES)
    loads: Sequence[Level | None] = choice.spread(varied.get(LOAD, ()), _PANELS) or (None,)
    panels = []
    for load in loads:
        here = arms if load is None else choice.with_levels(arms, {LOAD: load})
        found = tuple(arm for count in posts for arm in choice.with_levels(here, {"posts": count})[:1])
        if found:
            panels.append(Panel(load, found))
    return panels, fixed


def _tier(tables: StudyTables, arms: Sequence[ArmInfo]) -> str:
    rows = tables.study.waits[tables.study.waits["arm"].isin([arm.name for arm in arms])]
    present = set(rows["tier"])
    wanted = ("posts", "all", "community") if "posts" in choice.factors(tables) else ("all", "posts", "community")
    for tier in wanted:
        if tier in present and all((rows[rows["tier"] == tier]["arm"] == arm.name).any() for arm in arms):
            return tier
    raise NotOffered(say("the table of waits has no waiting times for all arms that this figure compares"))


def _named(tables: StudyTables, panels: Sequence[Panel]) -> dict[str, str]:
    if "posts" in choice.factors(tables):
        return {arm.name: words.level_words("posts", arm.factors["posts"]) for arm in panels[0].arms}
    return style.labels(panels[0].arms, choice.names(panels[0].arms))


def _quantiles(tables: StudyTables, arm: ArmInfo, tier: str) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Percentiles and days of every replicate that had cases."""
    rows = tables.study.waits
    rows = rows[(rows["arm"] == arm.name) & (rows["tier"] == tier)]
    found = []
    for _, mine in rows.sort_values("percentile").groupby("replicate"):
        mine = mine.dropna(subset=["days"])
        if len(mine):
            found.append((mine["percentile"].to_numpy(float), mine["days"].to_numpy(float)))
    return found


def _percentile(tables: StudyTables, arm: ArmInfo, tier: str, percentile: float) -> Interval:
    return interval([np.interp(percentile, p, days) for p, days in _quantiles(tables, arm, tier)])


def share_within(percentiles: NDArray[np.float64], days: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Percent of cases that waited at most ``at`` days, from the percentiles of one replicate; ties keep the highest percent."""
    last = np.append(np.diff(days) > 0, True)
    share: NDArray[np.float64] = np.interp(at, days[last], percentiles[last], left=0.0, right=100.0)
    return share


def _curve(axes: Axes, tables: StudyTables, arm: ArmInfo, tier: str, look: style.Look, longest: float) -> None:
    top = max(longest, 0.2)
    at = np.concatenate(([0.0], np.geomspace(0.01, top, 240)))
    curves = np.array([share_within(p, days, at) for p, days in _quantiles(tables, arm, tier)])
    if not len(curves):
        return
    axes.plot(
        at, curves.mean(axis=0), color=look.colour, linestyle=look.line, linewidth=1.9,
        marker=look.marker, markersize=4.5, markevery=(30, 48),
    )
    if len(curves) > 1:
        low, high = np.percentile(curves, [5, 95], axis=0)
        axes.fill_between(at, low, high, color=look.colour, alpha=0.15, linewidth=0)


def _finish(axes: Axes, panel: Panel, longest: float) -> None:
    axes.set_xscale("symlog", linthresh=0.1, linscale=0.6)
    axes.set_xlim(0, max(longest, 0.2))
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in _TICKS if tick <= max(longest, 0.2)]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: words.plain(value)))
    axes.set_ylim(0, 101)
    axes.axhline(90, color=style.SOFT, linewidth=1.0, linestyle=":")
    axes.set_xlabel(say("waiting (working days; the scale widens small values)"))
    axes.set_ylabel(say("cases taken up (%)"))
    if panel.load is not None:
        axes.set_title(words.capital(words.level_words(LOAD, panel.load)))


def _load_note(tables: StudyTables, panels: Sequence[Panel]) -> str:
    loads = [panel.load for panel in panels if isinstance(panel.load, float)]
    if loads:
        if max(loads) < 1.0:
            return say("load: hours of work for the posts / hours that 40 posts have (rho_40)")
        return say(
            "load: hours of work for the posts / hours that 40 posts have (rho_40); "
            "at load 1 and above results depend on the length of the run ({weeks} weeks)",
            weeks=tables.weeks,
        )
    if "realised_rho_40" not in tables.study.done:
        return ""
    mean = float(tables.study.done["realised_rho_40"].mean())
    return say("load of the posts (rho_40): {load}", load=words.number(mean)) if np.isfinite(mean) else ""


def _title(tables: StudyTables, panels: Sequence[Panel], tier: str) -> str:
    if "posts" in choice.factors(tables):
        ends = [(panel.load, *_ends(tables, panel)) for panel in panels]
        found = [(load, arm, _effect(tables, arm, base, tier)) for load, arm, base in ends if arm != base]
        found = [entry for entry in found if is_number(entry[2])]
        if found:
            subject = words.level_words("posts", found[0][1].factors["posts"])
            told = effects_by_load([(load, effect) for load, _, effect in found])
            return say("{subject} {findings}", subject=subject, findings=told)
    arms = panels[0].arms
    effects = [(arm, _effect(tables, arm, tables.base_of(arm), tier)) for arm in arms if tables.base_of(arm) != arm]
    if any(is_number(effect) for _, effect in effects):
        named = style.labels(arms, choice.names(arms))
        against = {tables.base_of(arm).name for arm, _ in effects} & set(named)
        told = strongest({say("mean waiting"): effects}, named)
        if len(against) == 1:
            lead = words.against(words.quoted(named[against.pop()]))
            told = say("{lead}: {findings}", lead=lead, findings=told)
        return words.capital(told)
    ninth = _percentile(tables, arms[0], tier, 90.0)
    days = words.size(ninth, "working days") + words.unsure(ninth)
    return say("Nine cases in ten wait at most {days}", days=days)


def _ends(tables: StudyTables, panel: Panel) -> tuple[ArmInfo, ArmInfo]:
    """The arm that the title speaks of, and the one it is compared with."""
    low, high = choice.contrast_ends(tables, "posts")
    base, arm = (choice.with_levels(panel.arms, {"posts": level})[:1] for level in (low, high))
    return (arm[0], base[0]) if base and arm else (panel.arms[-1], panel.arms[0])


def _effect(tables: StudyTables, arm: ArmInfo, base: ArmInfo, tier: str) -> Interval:
    return tables.percent(arm, base, _MEANS[tier]) if tables.has(_MEANS[tier]) else NOTHING


def effects_by_load(effects: Sequence[tuple[Level | None, Interval]]) -> str:
    """What more posts do to waiting, highest load first; of many loads the ends, below overload where there are two.

    ``cut waiting by 41 % (35 to 47) at load 0.95; no clear effect at 0.5``
    """
    alone = not any(effect.replicates > 1 for _, effect in effects)
    unclear = [load for load, effect in effects if not effect.clear and not alone]
    clear = [(load, effect) for load, effect in reversed(list(effects)) if effect.clear or alone]
    settled = [(load, effect) for load, effect in clear if not (isinstance(load, float) and load >= 1.0)]
    if len(clear) > 2:
        clear = [settled[0], settled[-1]] if len(settled) > 1 else [clear[0], clear[-1]]
    clauses: list[str] = []
    verb: bool | None = None
    for load, effect in clear:
        amount = words.size(effect)
        if load is not None:
            amount = say("{amount} at {load}", amount=amount, load=_load_words(load, not clauses))
        if verb is None or verb != (effect.mean < 0):
            verb = effect.mean < 0
            amount = say("cut waiting by {amount}", amount=amount) if verb else say("raise waiting by {amount}", amount=amount)
        clauses.append(amount)
    sentence = words.listing(clauses) + (f" {words.alone()}" if alone else "")
    places = words.listing([_load_words(load, not clauses and i == 0) for i, load in enumerate(unclear) if load is not None])
    if not unclear:
        return sentence
    if not clauses and not places:
        return say("have no clear effect on waiting")
    if not clauses:
        return say("have no clear effect on waiting at {loads}", loads=places)
    return say("{sentence}; no clear effect at {loads}", sentence=sentence, loads=places)


def _load_words(load: Level, first: bool) -> str:
    return say("load {}", words.plain(load)) if first else words.plain(load)
