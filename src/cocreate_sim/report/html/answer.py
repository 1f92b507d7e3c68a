"""The answer in five sentences: what was compared, what changed most, what it costs, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...analysis.ensemble import drawn, listed_worlds
from ...analysis.languages import clause_comma, say
from ...analysis.load import ArmInfo
from ...analysis.paired import Interval
from ...analysis.words import capital, listing, times, value, world_words
from .. import choice, words
from ..tables import StudyTables, is_number

USUAL = ("participation_week", "wait_mean_days", "issues_solved", "backlog", "solved_in_unit_share", "mobilisation_hours")
WAITING = "wait_mean_days"
COSTS = ("public_yuan", "public_hours", "head_hours", "resident_hours", "upper_head_hours")
"""Outcomes that say what a policy costs, in money or in hours."""
_MOST_NAMED = 4
_MOST_PRICES = 3
Pair = tuple[ArmInfo, ArmInfo]


def sentences(tables: StudyTables) -> list[str]:
    """Answer a study's question in five sentences, each computed from its tables."""
    told = _told(tables)
    if not tables.compared:
        return [_what(tables), *(_state(tables, name) for name in told[:2]), _no_comparison(), _sure(tables)]
    effects = [_effect(tables, name) for name in told[:2]]
    return [
        _what(tables),
        *effects,
        *([_rest(tables, told[2:])] if len(effects) < 2 else []),
        _price(tables, told),
        _sure(tables),
    ]


def _told(tables: StudyTables) -> list[str]:
    """The outcomes to tell, those that the study asks about first, waiting among the first two; costs are told apart."""
    asked = [name for name in dict.fromkeys([*tables.asked, *USUAL]) if tables.has(name) and name not in COSTS]
    if WAITING in asked[2:]:
        asked = list(dict.fromkeys([asked[0], WAITING, *asked]))
    return asked or [name for name in tables.study.outcomes if tables.has(name)]


def _what(tables: StudyTables) -> str:
    """Say what was run, in how many worlds, and for how long."""
    arms = tables.arms
    named = choice.names(arms)
    world = str(tables.study.manifest["config"].get("world", {}).get("name", ""))
    world = world_words(world) if world else say("a world that was not recorded")
    low, high = tables.replicates(arms)
    worlds = f"{low:,}" if low == high else say("{low} to {high}", low=f"{low:,}", high=f"{high:,}")
    weeks = tables.study.weeks
    if not tables.compared:
        label = words.quoted(named[arms[0].name]) if len(arms) == 1 else times(len(arms), "arm")
        return say(
            "This is {arms} in {world}: {n} simulated worlds, {weeks} weeks each.", arms=label, world=world, n=worlds, weeks=weeks
        )
    bases = list({base.name: base for _, base in tables.compared}.values())
    others = [arm for arm, _ in tables.compared]
    alike = _alike(tables)
    if alike is not None:
        return say(
            "{policy} compared with {reference} under {n}, in {world}: {worlds} simulated worlds, {weeks} weeks each, the same "
            "worlds and the same luck on both sides.",
            policy=capital(alike[0]),
            reference=alike[1],
            n=times(len(others), "condition"),
            world=world,
            worlds=worlds,
            weeks=weeks,
        )
    left = listing([words.quoted(named[arm.name]) for arm in others]) if len(others) <= _MOST_NAMED else times(len(others), "arm")
    right = words.quoted(named[bases[0].name]) if len(bases) == 1 else times(len(bases), "reference arm")
    about = {"arms": capital(left), "reference": right, "world": world, "n": worlds, "weeks": weeks}
    if len(others) == 1:
        return say(
            "{arms} is compared with {reference} in {world}: {n} simulated worlds, {weeks} weeks each, the same worlds and the "
            "same luck for every policy.",
            **about,
        )
    return say(
        "{arms} are compared with {reference} in {world}: {n} simulated worlds, {weeks} weeks each, the same worlds and the "
        "same luck for every policy.",
        **about,
    )


def _alike(tables: StudyTables) -> tuple[str, str] | None:
    """What all comparisons have in common where they differ in one factor alone, at many conditions: 72 posts, 40 posts."""
    factor = choice.contrast(tables)
    pairs = tables.compared
    if factor is None or len(pairs) < 2 or factor == "policy":
        return None
    levels = {(arm.factors.get(factor), base.factors.get(factor)) for arm, base in pairs}
    alike = all({k for k in arm.factors if arm.factors[k] != base.factors.get(k)} == {factor} for arm, base in pairs)
    if len(levels) > 1 or not alike:
        return None
    here, there = levels.pop()
    return None if here is None or there is None else (words.level_words(factor, here), words.level_words(factor, there))


def _effects(tables: StudyTables, name: str) -> list[tuple[Pair, Interval]]:
    found = [((arm, base), tables.percent(arm, base, name)) for arm, base in tables.compared]
    return [(pair, effect) for pair, effect in found if is_number(effect)]


def _largest(effects: Sequence[tuple[Pair, Interval]]) -> tuple[Pair, Interval]:
    return max(effects, key=lambda entry: (entry[1].clear, abs(entry[1].mean) if math.isfinite(entry[1].mean) else 0.0))


def _effect(tables: StudyTables, name: str) -> str:
    """Say what happened to one outcome: the only comparison, or how many were clear and the largest of them."""
    outcome = tables.outcome(name)
    effects = _effects(tables, name)
    what = words.noun(outcome)
    if not effects:
        return say("{outcome} cannot be compared in percent, as the reference has none of it.", outcome=capital(what))
    named = choice.names(choice.distinct(arm for pair, _ in effects for arm in pair))
    (arm, base), effect = _largest(effects)
    if len(effects) == 1:
        return say("{sentence}.", sentence=capital(_with_values(tables, words.change(what, effect), name, arm, base, effect)))
    up = sum(found.clear and found.mean > 0 for _, found in effects)
    down = sum(found.clear and found.mean < 0 for _, found in effects)
    count = times(len(effects), "comparison")
    if not up and not down:
        return say("In none of {n} is there a clear effect on {outcome}.", n=count, outcome=what)
    if not down:
        counted = say("{outcome} is clearly higher in {up} of {n}", outcome=what, up=up, n=count)
    elif not up:
        counted = say("{outcome} is clearly lower in {down} of {n}", outcome=what, down=down, n=count)
    else:
        counted = say(
            "{outcome} is clearly higher in {up} and clearly lower in {down} of {n}", outcome=what, up=up, down=down, n=count
        )
    largest = _with_values(tables, words.size_and_way(effect), name, arm, base, effect)
    told = say(
        "{counts}; it moves most with {arm}: {finding}.",
        counts=counted,
        arm=words.quoted(named[arm.name]),
        finding=largest,
    )
    return capital(told)


def _with_values(tables: StudyTables, finding: str, name: str, arm: ArmInfo, base: ArmInfo, effect: Interval) -> str:
    """A finding with the means before and after, where there is a change to speak of."""
    if not effect.clear and effect.replicates > 1:
        return finding
    after, before = (tables.mean(one, name).mean for one in (arm, base))
    unit = "%" if "share" in tables.outcome(name).unit.split() else tables.outcome(name).unit
    return say("{finding} ({values})", finding=finding, values=words.with_unit(words.both(before, after), unit))


def _rest(tables: StudyTables, names: Sequence[str]) -> str:
    return _effect(tables, names[0]) if names else say("No other outcome that this study asks about was measured.")


def _price(tables: StudyTables, told: Sequence[str]) -> str:
    """Say what gets clearly worse or dearer, or that nothing that was asked about does."""
    found: dict[str, list[str]] = {}
    for name in [*COSTS, *told[2:]]:
        better = -1 if name in COSTS else tables.outcome(name).better
        effects = _effects(tables, name) if tables.has(name) else []
        bad = [(pair, effect) for pair, effect in effects if effect.clear and better * effect.mean < 0]
        if bad and sum(len(clauses) for clauses in found.values()) < _MOST_PRICES:
            (arm, _), effect = _largest(bad)
            found.setdefault(arm.name, []).append(words.change(words.noun(tables.outcome(name)), effect))
    if found:
        named = choice.names(tables.arms)
        one = len(tables.compared) == 1
        parts = [(clause_comma().join(clauses), words.quoted(named[arm])) for arm, clauses in found.items()]
        clauses = [told if one else say("{findings} with {arm}", findings=told, arm=label) for told, label in parts]
        return say("The other side: {findings}.", findings=say("; |list").join(clauses))
    if tables.replicates(tables.arms)[1] < 2:
        return say("With one replicate nothing can be said of what it costs.")
    return say("Nothing else that was measured and asked about gets clearly worse, nor clearly dearer in money or hours.")


def _state(tables: StudyTables, name: str) -> str:
    outcome = tables.outcome(name)
    arm = tables.arms[0]
    said = words.size(tables.mean(arm, name), "") if len(tables.arms) == 1 else None
    if said is None:
        values = [tables.mean(one, name).mean for one in tables.arms]
        return say(
            "{outcome} lies between {low} and {high} over all points.",
            outcome=capital(words.noun(outcome)),
            low=_value(tables, name, min(values)),
            high=_value(tables, name, max(values)),
        )
    return say(
        "{outcome} is {value} on average over the run.",
        outcome=capital(words.noun(outcome)),
        value=_value(tables, name, tables.mean(arm, name).mean),
    )


def _value(tables: StudyTables, name: str, shown: float) -> str:
    unit = tables.outcome(name).unit
    return value(shown / 100.0 if "share" in unit.split() else shown, unit)


def _no_comparison() -> str:
    return say("Nothing was compared, so that these numbers do not say what a policy changes.")


def _sure(tables: StudyTables) -> str:
    """Say what the intervals cover and what they do not."""
    low, high = tables.replicates(tables.arms)
    if high < 2:
        return say("One replicate shows one course of chance: no difference can be told from luck, and no interval can be given.")
    n = f"{low:,}" if low == high else say("{low} to {high}", low=f"{low:,}", high=f"{high:,}")
    if worlds := listed_worlds(tables.study):
        return say(
            "How sure: {n} replicates per policy; numbers in brackets are 95 % intervals, each for itself; every replicate runs "
            "in one of {worlds} worlds of a table, and how these were chosen is not told here.",
            n=n,
            worlds=worlds,
        )
    if drawn(tables.study):
        return say(
            "How sure: {n} replicates per policy; numbers in brackets are 95 % intervals, each for itself; every replicate "
            "draws the uncertain parameters from their priors, which are judgements and not facts.",
            n=n,
        )
    return say(
        "How sure: {n} replicates per policy; numbers in brackets are 95 % intervals, each for itself; they cover chance, not "
        "the parameters, which are centre values of judgements: other values could change these findings.",
        n=n,
    )
