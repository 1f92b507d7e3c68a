"""A study in plain sentences, computed from its tables: what was found, how sure it is, and what it does not say."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from . import certainty, interactions, quantiles, rollout, staffing, unit_size
from .burn_in import burn_in
from .effects import contrast, sentence, size
from .load import Study, load_study
from .replicates import advice
from .tables import against, compared, comparison
from .words import capital, figures, level_words, listing, noun, times, value

MOST_SENTENCES = 6
"""Comparisons of one outcome that are told one by one; more are counted."""
WANTED_PERCENT = 5.0


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
    for word, sign in (("higher", 1), ("lower", -1)):
        clear = [(a, r, p) for a, r, p in pairs if p.difference.clear and p.difference.mean * sign > 0]
        if clear:
            arm, reference, pair = max(clear, key=lambda item: abs((item[2].relative or item[2].difference).mean))
            words = contrast(study, arm, reference)
            where = ", ".join(part for part in (f"{words.subject} against {words.reference}", words.condition) if part)
            parts.append(f"clearly {word} in {len(clear)} (most by {size(pair, info.unit)}: {where})")
    unclear = sum(p.difference.low is not None and not p.difference.clear for _, _, p in pairs)
    unmeasured = sum(p.difference.replicates == 0 for _, _, p in pairs)
    unknown = sum(p.difference.low is None for _, _, p in pairs) - unmeasured
    parts += [f"no clear effect in {unclear}"] if unclear else []
    parts += [f"no interval in {unknown} (one replicate)"] if unknown else []
    parts += [f"not measured in {unmeasured}"] if unmeasured else []
    return f"{capital(noun(info))}, {times(len(pairs), 'comparison')}: {', '.join(parts)}."


def how_sure(study: Study, table: pd.DataFrame) -> list[str]:
    """Say how many replicates there are, what intervals are, what the same worlds gained, and what failed or is missing."""
    found = [
        replicates_sentence(study),
        variance_sentence(table, study.headline),
        *surer(study, table),
        needed_sentence(study, table),
        burn_in_sentence(study),
    ]
    empty = [arm.label for arm in study.arms if study.by_arm[arm.name].empty]
    if empty:
        found.append(f"No run finished in: {'; '.join(empty)}.")
    failed = study.failed
    if len(failed):
        left_out = f"{times(len(failed), 'run')} failed and {'is' if len(failed) == 1 else 'are'} left out"
        found.append(f"{left_out}; the first error: {failed['error'].iloc[0]}.")
    if study.manifest.get("status") != "complete":
        runs = study.manifest["runs"]
        found.append(f"The study did not finish: {len(study.runs)} of {runs['asked']} runs are complete.")
    return [text for text in found if text]


def replicates_sentence(study: Study) -> str:
    """Say how many replicates each arm has, and what an interval means."""
    counts = [len(study.by_arm[arm.name]) for arm in study.arms if len(study.by_arm[arm.name])]
    low, high = min(counts), max(counts)
    runs = times(high, "replicate") if low == high else f"{low} to {high} replicates"
    if high < 2:
        return f"{capital(runs)} in each arm: there are no intervals, and no difference can be told from chance."
    return (
        f"{capital(runs)} in each arm; numbers in brackets are 95 % intervals (Student's t) of paired differences: all arms meet "
        "the same worlds and the same luck. They hold for each comparison alone, not for all together."
    )


def variance_sentence(table: pd.DataFrame, outcomes: Sequence[str]) -> str:
    """Say how many times running the arms on the same worlds made the variance of differences smaller."""
    ratios = table.loc[
        table["outcome"].isin(list(outcomes)) & table["variance_ratio"].notna() & (table["sd_difference"] > 0), "variance_ratio"
    ]
    if ratios.empty:
        return ""
    middle, low, high = (figures(float(ratios.quantile(q)), 2) for q in (0.5, 0.0, 1.0))
    return (
        f"Running all arms on the same worlds and luck divided the variance of a difference by {middle} "
        f"(median over {times(len(ratios), 'comparison')} of headline outcomes; {low} to {high}; below 1 it did harm)."
    )


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
    goal = f"an interval of {percent:g} % of the reference mean on either side"
    if count <= now:
        return f"Replicates suffice for {goal} in every headline outcome that can be judged."
    enough = int((rows["replicates_needed"].astype("float64") <= now).sum())
    return (
        f"{capital(goal)} is reached in {enough} of {times(len(rows), 'comparison')} of headline outcomes; "
        f"the most, {times(count, 'replicate')}, would be needed for {what}."
    )


def burn_in_sentence(study: Study) -> str:
    """Say whether the world had settled when measuring began."""
    table = burn_in(study)
    if table.empty:
        return ""
    weeks = int(table["burn_in_weeks"].iloc[0])
    short, unknown = table[table["enough"] == "no"], table[table["enough"] == "unknown"]
    if len(unknown) == len(table):
        return f"Whether {weeks} weeks of burn-in are enough cannot be judged: {unknown['note'].iloc[0]}."
    if short.empty:
        return f"{weeks} weeks of burn-in were enough for {listing([noun(study.outcomes[o]) for o in table['outcome']])}."
    named = listing([noun(study.outcomes[o]) for o in short["outcome"]])
    return (
        f"After {weeks} weeks of burn-in the world had not settled in {named}: "
        "read means over the horizon as averages over a change."
    )


def together(study: Study) -> list[str]:
    """Say what the second stage of an ablation found, in the outcome by which its pairs were chosen; nothing without one."""
    folder = study.folder / "interactions"
    if not (folder / "runs.parquet").is_file():
        return []
    pairs = load_study(folder)
    if pairs.done.empty:
        return [f"All {len(pairs.failed)} runs of pairs failed."]
    return interactions.sentences(pairs, interactions.interactions(pairs), pairs.headline[0])


def caution(study: Study) -> str:
    """Say what the parameters are: centres of priors, or draws from them."""
    if unit_size.drawn(study):
        return "Uncertain parameters were drawn from their priors, anew for each replicate; the priors are judgements, not facts."
    return "Parameters are centre values of priors, not facts: other values inside the priors can change any of these findings."


def summary(study: Study) -> str:
    """Return the whole of a study in words, for ``summary.txt``."""
    if len(study.arms) == 1:
        return _one_run(study)
    table = comparison(study)
    references = dict.fromkeys(study.arm(a.reference).label for a in study.arms)
    others = [a.label for a in study.arms if a.reference != a.name]
    shown = listing(others) if len(others) <= MOST_SENTENCES else times(len(others), "arm")
    against_what = (
        next(iter(references)) if len(references) == 1 else f"{times(len(references), 'reference arm')} (same other settings)"
    )
    sections = {
        "": [
            str(study.manifest.get("question") or ""),
            f"Compared: {shown}, against {against_what}. World: {study.manifest['config']['world']['name']}.",
        ],
        "Posts": staffing.sentences(study),
        "Size of units": [*unit_size.sentences(study), *unit_size.falsifier(study)],
        "Roll-out": rollout.sentences(study),
        "Headline outcomes": findings(study),
        "Waiting of most, and of the slowest": quantiles.sentences(study, quantiles.quantiles(study)),
        "Two at a time": together(study),
        "Read with this": staffing.notes(study),
        "How sure": [*how_sure(study, table), caution(study)],
        "Made by": [str(study.manifest.get("command") or "")],
    }
    return _text(sections)


def _one_run(study: Study) -> str:
    row = study.done.iloc[0]
    arm = study.arms[0]
    lines = [
        f"{capital(noun(i))}: {value(float(row[i.name]), i.unit)}."
        for i in study.outcomes.values()
        if i.name in row and pd.notna(row[i.name])
    ]
    posts, load = study.setting(arm, staffing.POSTS), staffing.realised_load(study, arm.name)
    head = f"{capital(arm.label)} in {study.manifest['config']['world']['name']}, {study.weeks} weeks, seed {int(row['seed'])}."
    if load is not None:
        head += f" {capital(level_words('posts', float(posts)))}; load of 40 posts {figures(load)}."
    chance = "One run shows one course of chance: it has no interval, and two runs must not be compared by eye; use a comparison."
    return _text(
        {
            "": [head],
            "Over the horizon": lines,
            "Read with this": staffing.overload(study),
            "How sure": [chance, caution(study)],
            "Made by": [str(study.manifest.get("command") or "")],
        }
    )


def _text(sections: dict[str, list[str]]) -> str:
    blocks = []
    for head, sentences in sections.items():
        lines = [sentence for sentence in sentences if sentence]
        if lines:
            blocks.append("\n".join([head, *(f"- {line}" for line in lines)] if head else lines))
    return "\n\n".join(blocks) + "\n"
