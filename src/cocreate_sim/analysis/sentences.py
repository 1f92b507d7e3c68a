"""A study in plain sentences, computed from its tables: what was found, how sure it is, and what it does not say."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from . import certainty, interactions, quantiles, rollout, staffing, together, unit_size
from .burn_in import burn_in
from .effects import contrast, sentence, size
from .ensemble import drawn, listed_worlds
from .languages import clause_comma, current, say, translated
from .load import Study, load_study
from .replicates import advice
from .tables import against, compared, comparison
from .words import capital, factor_words, figures, level_words, listing, noun, times, value, world_words

MOST_SENTENCES = 6
"""Comparisons of one outcome that are told one by one; more are counted."""
WANTED_PERCENT = 5.0
_COMPOSED = re.compile(r"What changes with [\w.]+( and [\w.]+)*\?")
"""The question of an experiment that was typed: factors have their addresses."""


def findings(study: Study, outcomes: Sequence[str] | None = None) -> list[str]:
    """Say for each headline outcome what every arm changed against its reference.

    Few comparisons are told one by one, many are counted by direction, with the largest of each.
    """
    pairs = compared(study)
    found = []
    for outcome in outcomes or study.headline:
        if len(pairs) <= MOST_SENTENCES:
            found += [sentence(study, arm, outcome, reference) for arm, reference in pairs]
        else:
            found.append(_counted(study, outcome))
    return found


def _counted(study: Study, outcome: str) -> str:
    info = study.outcomes[outcome]
    pairs = [(arm, reference, against(study, arm.name, reference.name, outcome)) for arm, reference in compared(study)]
    parts = []
    for sign in (1, -1):
        clear = [(a, r, p) for a, r, p in pairs if p.difference.clear and p.difference.mean * sign > 0]
        if clear:
            arm, reference, pair = max(clear, key=lambda item: abs((item[2].relative or item[2].difference).mean))
            words = contrast(study, arm, reference)
            where = say("{subject} against {reference}", subject=words.subject, reference=words.reference)
            where = clause_comma().join(part for part in (where, words.condition) if part)
            about = {"n": len(clear), "size": size(pair, info.unit), "where": where}
            parts.append(
                say("clearly higher in {n} (most by {size}: {where})", **about)
                if sign > 0
                else say("clearly lower in {n} (most by {size}: {where})", **about)
            )
    unclear = sum(p.difference.low is not None and not p.difference.clear for _, _, p in pairs)
    unmeasured = sum(p.difference.replicates == 0 for _, _, p in pairs)
    unknown = sum(p.difference.low is None for _, _, p in pairs) - unmeasured
    parts += [say("no clear effect in {n}", n=unclear)] if unclear else []
    parts += [say("no interval in {n} (one replicate)", n=unknown)] if unknown else []
    parts += [say("not measured in {n}", n=unmeasured)] if unmeasured else []
    count = times(len(pairs), "comparison")
    return say("{outcome}, {n}: {parts}.", outcome=capital(noun(info)), n=count, parts=clause_comma().join(parts))


def how_sure(study: Study, table: pd.DataFrame) -> list[str]:
    """Say how many replicates there are, what intervals are, what the same worlds gained, and what failed or is missing."""
    found = [
        replicates_sentence(study),
        variance_sentence(table, study.headline),
        *surer(study, table),
        needed_sentence(study, table),
        burn_in_sentence(study),
    ]
    empty = [translated(arm.label) for arm in study.arms if study.by_arm[arm.name].empty]
    if empty:
        found.append(say("No run finished in: {arms}.", arms=say("; |list").join(empty)))
    failed = study.failed
    if len(failed):
        error = failed["error"].iloc[0]
        found.append(
            say(
                "{n} failed and is left out; the first error: {error}."
                if len(failed) == 1
                else "{n} failed and are left out; the first error: {error}.",
                n=times(len(failed), "run"),
                error=error,
            )
        )
    if study.manifest.get("status") != "complete":
        runs = study.manifest["runs"]
        found.append(
            say("The study did not finish: {n} of {all} runs are complete.", n=len(study.runs), all=runs["asked"])
        )
    return [text for text in found if text]


def replicates_sentence(study: Study) -> str:
    """Say how many replicates each arm has, and what an interval means."""
    counts = [len(study.by_arm[arm.name]) for arm in study.arms if len(study.by_arm[arm.name])]
    low, high = min(counts), max(counts)
    runs = times(high, "replicate") if low == high else say("{low} to {high} replicates", low=low, high=high)
    if high < 2:
        return say(
            "{replicates} in each arm: there are no intervals, and no difference can be told from "
            "chance.", replicates=capital(runs)
        )
    return say(
        "{replicates} in each arm; numbers in brackets are 95 % intervals (Student's t) of paired differences: all arms meet "
        "the same worlds and the same luck. They hold for each comparison alone, not for all together.",
        replicates=capital(runs),
    )


def variance_sentence(table: pd.DataFrame, outcomes: Sequence[str]) -> str:
    """Say how many times running the arms on the same worlds made the variance of differences smaller."""
    ratios = table.loc[
        table["outcome"].isin(list(outcomes)) & table["variance_ratio"].notna() & (table["sd_difference"] > 0), "variance_ratio"
    ]
    if ratios.empty:
        return ""
    middle, low, high = (figures(float(ratios.quantile(q)), 2) for q in (0.5, 0.0, 1.0))
    return say(
        "Running all arms on the same worlds and luck divided the variance of a difference by {middle} (median over {n} of "
        "headline outcomes; {low} to {high}; below 1 it did harm).",
        middle=middle, n=times(len(ratios), "comparison"), low=low, high=high,
    )  # fmt: skip


def surer(study: Study, table: pd.DataFrame) -> list[str]:
    """Say how sure the differences in headline outcomes are together, and how large they can be; nothing without intervals."""
    if table.loc[table["outcome"].isin(study.headline), "low"].isna().all():
        return []
    return certainty.told(study, certainty.certainty(study))


def needed_sentence(study: Study, table: pd.DataFrame, percent: float = WANTED_PERCENT) -> str:
    """Say how many replicates would make the intervals of headline outcomes narrow."""
    rows = advice(table, percent, study.headline)
    if rows.empty or rows["replicates_needed"].notna().sum() == 0:
        return ""
    worst = rows.loc[rows["replicates_needed"].astype("float64").idxmax()]
    now, count = int(table["replicates"].max()), int(worst["replicates_needed"])
    what = noun(study.outcomes[worst["outcome"]])
    goal = f"{percent:g}"
    if count <= now:
        return say(
            "Replicates suffice for an interval of {percent} % of the reference mean on either side in every headline outcome "
            "that can be judged.",
            percent=goal,
        )
    enough = int((rows["replicates_needed"].astype("float64") <= now).sum())
    return say(
        "An interval of {percent} % of the reference mean on either side is reached in {n} of {all} of headline outcomes; the "
        "most, {replicates}, would be needed for {outcome}.",
        percent=goal, n=enough, all=times(len(rows), "comparison"), replicates=times(count, "replicate"), outcome=what,
    )  # fmt: skip


def burn_in_sentence(study: Study) -> str:
    """Say whether the world had settled when measuring began."""
    table = burn_in(study)
    if table.empty:
        return ""
    weeks = int(table["burn_in_weeks"].iloc[0])
    short, unknown = table[table["enough"] == "no"], table[table["enough"] == "unknown"]
    if len(unknown) == len(table):
        note = translated(str(unknown["note"].iloc[0]))
        return say("Whether {weeks} weeks of burn-in are enough cannot be judged: {why}.", weeks=weeks, why=note)
    if short.empty:
        named = listing([noun(study.outcomes[o]) for o in table["outcome"]])
        return say("{weeks} weeks of burn-in were enough for {outcomes}.", weeks=weeks, outcomes=named)
    named = listing([noun(study.outcomes[o]) for o in short["outcome"]])
    return say(
        "After {weeks} weeks of burn-in the world had not settled in {outcomes}: read means over the horizon "
        "as averages over a change.",
        weeks=weeks, outcomes=named,
    )  # fmt: skip


def pairs_of_parts(study: Study) -> list[str]:
    """Say what the second stage of an ablation found, in the outcome by which its pairs were chosen; nothing without one."""
    folder = study.folder / "interactions"
    if not (folder / "runs.parquet").is_file():
        return []
    pairs = load_study(folder)
    if pairs.done.empty:
        return [say("All {n} runs of pairs failed.", n=len(pairs.failed))]
    return interactions.sentences(pairs, interactions.interactions(pairs), pairs.headline[0])


def caution(study: Study) -> str:
    """Say what the parameters are: worlds of a table, draws from priors, or their centres."""
    if worlds := listed_worlds(study):
        return say(
            "Uncertain parameters are those of a table of {n} worlds, one world in each replicate; how these worlds were chosen "
            "is not told here.",
            n=worlds,
        )
    if drawn(study):
        return say(
            "Uncertain parameters were drawn from their priors, anew for each replicate; the priors are judgements, not facts."
        )
    return say(
        "Parameters are centre values of priors, not facts: other values inside the priors can change any of these findings."
    )


def question(study: Study) -> str:
    """Return the question of a study; one that the program composed is composed anew in the language spoken."""
    asked = str(study.manifest.get("question") or "")
    if _COMPOSED.fullmatch(asked):
        return say("What changes with {factors}?", factors=listing([translated(factor_words(name)) for name in study.varied]))
    if not (asked.startswith("What changes with ") and study.manifest.get("experiment") is None):
        return translated(asked)
    others = [translated(a.label) for a in study.arms if a.reference != a.name]
    if current() == "en":
        return asked
    return say("What changes with {arms}, against {reference}?", arms=listing(others), reference=translated(study.arms[0].label))


def summary(study: Study) -> str:
    """Return the whole of a study in words, for ``summary.txt``."""
    if len(study.arms) == 1:
        return _one_run(study)
    table = comparison(study)
    references = dict.fromkeys(translated(study.arm(a.reference).label) for a in study.arms)
    others = [translated(a.label) for a in study.arms if a.reference != a.name]
    shown = listing(others) if len(others) <= MOST_SENTENCES else times(len(others), "arm")
    against_what = next(iter(references))
    if len(references) > 1:
        against_what = say("{n} (same other settings)", n=times(len(references), "reference arm"))
    world = world_words(str(study.manifest["config"]["world"]["name"]))
    sections = {
        "": [
            question(study),
            say("Compared: {arms}, against {reference}. World: {world}.", arms=shown, reference=against_what, world=world),
        ],
        say("Posts|heading"): staffing.sentences(study),
        say("Size of units"): [*unit_size.sentences(study), *unit_size.falsifier(study)],
        say("Roll-out|heading"): rollout.sentences(study),
        say("Headline outcomes"): findings(study),
        say("Waiting of most, and of the slowest"): quantiles.sentences(study, quantiles.quantiles(study)),
        say("Two at a time"): [*together.sentences(study, together.together(study)), *pairs_of_parts(study)],
        say("Read with this"): [*staffing.notes(study), together.same_on_both_sides(study)],
        say("How sure"): [*how_sure(study, table), caution(study)],
        say("Made by"): [str(study.manifest.get("command") or "")],
    }
    return _text(sections)


def _one_run(study: Study) -> str:
    row = study.done.iloc[0]
    arm = study.arms[0]
    lines = [
        say("{outcome}: {value}.", outcome=capital(noun(i)), value=value(float(row[i.name]), i.unit))
        for i in study.outcomes.values()
        if i.name in row and pd.notna(row[i.name])
    ]
    posts, load = study.setting(arm, staffing.POSTS), staffing.realised_load(study, arm.name)
    world = world_words(str(study.manifest["config"]["world"]["name"]))
    about = {"arm": capital(translated(arm.label)), "world": world, "weeks": study.weeks, "seed": int(row["seed"])}
    head = say("{arm} in {world}, {weeks} weeks, seed {seed}.", **about)
    if load is not None:
        staff = capital(level_words("posts", float(posts)))
        load_of = say("{posts}; load of 40 posts {load}.", posts=staff, load=figures(load))
        head += f"{' ' if current() == 'en' else ''}{load_of}"
    chance = say(
        "One run shows one course of chance: it has no interval, and two runs must not be compared by eye; use a comparison."
    )
    return _text(
        {
            "": [head],
            say("Over the horizon"): lines,
            say("Read with this"): staffing.overload(study),
            say("How sure"): [chance, caution(study)],
            say("Made by"): [str(study.manifest.get("command") or "")],
        }
    )


def _text(sections: dict[str, list[str]]) -> str:
    blocks = []
    for head, sentences in sections.items():
        lines = [sentence for sentence in sentences if sentence]
        if lines:
            blocks.append("\n".join([head, *(f"- {line}" for line in lines)] if head else lines))
    return "\n\n".join(blocks) + "\n"
