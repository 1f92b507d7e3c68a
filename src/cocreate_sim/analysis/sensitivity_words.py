"""Which settings matter, in sentences: the strongest by name, what has little part, and how far chance may reach."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from .certainty import amount_of
from .languages import say, translated
from .load import OutcomeInfo, Study
from .words import capital, factor_words, figures, listing, noun, times, uncertain_words

MOST_NAMED = 3
MOST_CONDITIONS = 6
LITTLE = 0.05
"""A part in less of the variance is little."""
MUCH = 0.5
"""Where chance may explain more than this of the variance between points, that is said."""
DOUBTFUL = " (Chance may explain most of this variation: it needs more replicates.)"
WIDE = 0.2
"""Half width of a Sobol interval from which more samples are advised."""
LEAD = {"sobol": "total", "morris": "mu_star", "prcc": "prcc", "one_at_a_time": "low_to_high"}
"""The index by which settings are ranked."""
METHOD_WORDS = {
    "sobol": (
        "Sobol indices: the share of the variance between points that a setting explains by itself, and the share that it has a "
        "part in, together with others. Settings vary independently over their priors or intervals."
    ),
    "morris": (
        "Morris' screening: the mean size of what happens when one setting moves from its 5 % to its 95 % quantile, from many "
        "places; it says what matters, not how much of the variance it explains."
    ),
    "prcc": (
        "Partial rank correlation (PRCC): from -1 (falls strictly) to 1 (rises strictly), the other settings held; it does not "
        "see effects that rise and then fall."
    ),
    "one_at_a_time": (
        "One setting at a time goes from its 5 % to its 95 % quantile, all others at their middle: what settings do together is "
        "not seen."
    ),
}

Row = Mapping[str, float]
"""The indices of one setting, each with ``_low`` and ``_high``."""
Ranked = Sequence[tuple[str, Row]]


def told(study: Study, table: pd.DataFrame, asked: Sequence[str]) -> list[str]:
    """Say for each condition and outcome which settings matter most, then what the numbers mean and how far chance may reach.

    ``asked`` are the outcomes that were asked about: those that no setting could be told of are named.
    """
    method = str(table["method"].iloc[0])
    lines: list[str] = []
    conditions = list(dict.fromkeys(table["condition"]))
    doubtful = table[table["chance"] > MUCH].groupby("condition")["outcome"].agg(set).to_dict()
    for condition in conditions[:MOST_CONDITIONS]:
        rows = table[table["condition"] == condition]
        lines += [say("{condition}:", condition=capital(condition))] if condition else []
        for name in dict.fromkeys(rows["outcome"]):
            line = line_of(study.outcomes[name], method, ranked(study, rows, name))
            lines.append(line + (translated(DOUBTFUL) if name in doubtful.get(condition, ()) else ""))
    if len(conditions) > MOST_CONDITIONS:
        more = times(len(conditions) - MOST_CONDITIONS, "more condition")
        lines.append(say("{conditions} in sensitivity.csv.", conditions=more))
    lines.append(translated(METHOD_WORDS[method]))
    if len(conditions) > 1 and method != "sobol":
        lines.append(say("A difference keeps its sign: where a policy saves waiting, one that falls is a larger saving."))
    return [*lines, *_notes(study, table, asked)]


def setting_words(study: Study, name: str) -> str:
    """Name a sampled setting so that it cannot be mistaken: ``load``, ``rate (arrivals)``."""
    words = factor_words(name)
    addresses = {address for arm in study.arms for address in arm.settings if f".{address}".endswith(f".{name}")}
    found = next((address for address in sorted(addresses) if address.startswith("uncertainties.")), None)
    if words != name.rpartition(".")[2].replace("_", " "):
        return translated(words)
    if found is None:
        return translated(words)
    if uncertain_words(found) != found.removeprefix("uncertainties."):
        return uncertain_words(found)
    return f"{words} ({found.split('.')[1].replace('_', ' ')})"


def ranked(study: Study, rows: pd.DataFrame, outcome: str) -> Ranked:
    """Return the settings of one outcome under one condition, the strongest first, in words, with their indices and ends."""
    mine = rows[rows["outcome"] == outcome]
    found: dict[str, dict[str, float]] = {}
    for row in mine.to_dict("records"):
        index = row["index"]
        found.setdefault(setting_words(study, str(row["setting"])), {}).update(
            {index: row["value"], f"{index}_low": row["low"], f"{index}_high": row["high"]}
        )
    lead = LEAD[str(mine["method"].iloc[0])]
    return sorted(found.items(), key=lambda item: -abs(item[1].get(lead, 0.0)))


def line_of(outcome: OutcomeInfo, method: str, settings: Ranked) -> str:
    """Say of one outcome which settings matter most."""
    tell: dict[str, Callable[[OutcomeInfo, Ranked], str]] = {
        "sobol": _sobol, "morris": _morris, "prcc": _prcc, "one_at_a_time": _one_at_a_time,
    }  # fmt: skip
    what, found = capital(noun(outcome)), tell[method](outcome, settings)
    if method == "sobol":
        return say("{outcome}, share of its variation: {settings}.", outcome=what, settings=found)
    return say("{outcome}: {settings}.", outcome=what, settings=found)


def _sobol(outcome: OutcomeInfo, settings: Ranked) -> str:
    strong = [(name, row) for name, row in settings if row["total"] >= LITTLE][:MOST_NAMED]
    if not strong:
        return say("no setting has a part of 5 % or more")
    parts = [
        say("{setting} {alone} % by itself{alone_ends} and {whole} % with others{whole_ends}", setting=name, **_percent(row))
        for name, row in strong
    ]
    little, all_ = sum(row["total"] < LITTLE for _, row in settings), times(len(settings), "setting")
    rest = say("; {n} of {settings} with a part below 5 %", n=little, settings=all_) if little else ""
    return say("; |list").join(parts) + rest


def _percent(row: Row) -> dict[str, str]:
    """Shares of the variance and their ends; estimates beyond 0 and 100 % are shown as these, which no share can exceed."""
    found: dict[str, str] = {}
    for index, how in (("first", "alone"), ("total", "whole")):
        value, low, high = (f"{100 * min(max(row[key], 0.0), 1.0):.0f}" for key in (index, f"{index}_low", f"{index}_high"))
        estimate = say(" (estimate {value})", value=f"{100 * row[index]:.0f}")
        found |= {how: value, f"{how}_ends": say(" ({low} to {high})", low=low, high=high) if low != high else estimate}
    return found


def _morris(outcome: OutcomeInfo, settings: Ranked) -> str:
    parts = [
        say("{setting} by {amount}{way}", setting=name, amount=_amount(outcome, row, "mu_star"), way=_way(row))
        for name, row in [item for item in settings if item[1]["mu_star"] > 0][:MOST_NAMED]
    ]
    return say("moved most by {settings}", settings=listing(parts))


def _way(row: Row) -> str:
    """Whether a setting raises or lowers an outcome everywhere, or does one here and the other there."""
    if abs(row["mu"]) >= 0.99 * row["mu_star"]:
        return say(", upwards") if row["mu"] > 0 else say(", downwards")
    return say(", up here and down there")


def _amount(outcome: OutcomeInfo, row: Row, index: str) -> str:
    size = amount_of(abs(row[index]), outcome.unit)
    if math.isnan(row[f"{index}_low"]):
        return size
    scale = 100.0 if "share" in outcome.unit.split() else 1.0
    ends = sorted((scale * row[f"{index}_low"], scale * row[f"{index}_high"]))
    if row[index] < 0:
        ends = [-ends[1], -ends[0]]
    return size + say(" ({low} to {high})", low=figures(ends[0]), high=figures(ends[1]))


def _prcc(outcome: OutcomeInfo, settings: Ranked) -> str:
    clear = [(name, row) for name, row in settings if row["prcc_low"] > 0 or row["prcc_high"] < 0]
    if not clear:
        return say("no clear relation to any setting")
    parts = [
        say(
            "rises with {setting} ({value}; {low} to {high})"
            if row["prcc"] > 0
            else "falls with {setting} ({value}; {low} to {high})",
            setting=name, value=f"{row['prcc']:.2f}", low=f"{row['prcc_low']:.2f}", high=f"{row['prcc_high']:.2f}",
        )
        for name, row in clear[:MOST_NAMED]
    ]
    unclear = len(settings) - len(clear)
    of = times(len(settings), "setting")
    rest = say("; no clear relation to {n} of {settings}", n=unclear, settings=of) if unclear else ""
    return listing(parts) + _more(clear) + rest


def _one_at_a_time(outcome: OutcomeInfo, settings: Ranked) -> str:
    clear = [(n, r) for n, r in settings if r["low_to_high"] and not r["low_to_high_low"] <= 0 <= r["low_to_high_high"]]
    if not clear:
        return say("no setting moves it clearly")
    parts = [
        say(
            "{setting} raises it by {amount}" if row["low_to_high"] > 0 else "{setting} lowers it by {amount}",
            setting=name, amount=_amount(outcome, row, "low_to_high"),
        )
        for name, row in clear[:MOST_NAMED]
    ]
    unclear = len(settings) - len(clear)
    of = times(len(settings), "setting")
    rest = say("; {n} of {settings} without a clear effect", n=unclear, settings=of) if unclear else ""
    return listing(parts) + _more(clear) + rest


def _more(clear: Ranked) -> str:
    """How many clear ones are not named."""
    return say("; {n} more clearly", n=len(clear) - MOST_NAMED) if len(clear) > MOST_NAMED else ""


def _notes(study: Study, table: pd.DataFrame, asked: Sequence[str]) -> list[str]:
    """Say what was left out, and how far chance may reach."""
    found = []
    left = table[table["left_out"] > 0]
    if len(left):
        names = listing([noun(study.outcomes[name]) for name in dict.fromkeys(left["outcome"])])
        most = times(int(left["left_out"].max()), "point")
        found.append(
            say("Up to {points} failed or could not be measured, and are left out: {outcomes}.", points=most, outcomes=names)
        )
    sobol = table[table["method"] == "sobol"]
    if len(sobol) and float((sobol["high"] - sobol["low"]).max()) / 2 > WIDE:
        now = int(study.manifest["design"]["samples"])
        found.append(
            say(
                "Some intervals reach further than {wide} percentage points to either side: samples={samples} is few; "
                "four times as many halve them. Estimates beyond 0 and 100 % are told as these; sensitivity.csv has them as they "
                "came.",
                wide=f"{100 * WIDE:.0f}", samples=now,
            )
        )
    constant = [name for name in asked if name not in set(table["outcome"])]
    if constant:
        names = listing([noun(study.outcomes[name]) for name in constant])
        found.append(say("The same at every point, or not measured: {outcomes}.", outcomes=names))
    if int(study.manifest["replicates"]) < 2:
        found.append(say("One replicate at each point: what chance does to a point counts as if a setting had done it."))
    elif table["chance"].notna().any():
        worst = table.loc[table["chance"].idxmax()]
        where = noun(study.outcomes[str(worst["outcome"])])
        if worst["condition"]:
            where = say("{outcome} at {condition}|chance", outcome=where, condition=str(worst["condition"]))
        found.append(
            say(
                "Chance may explain up to {percent} % of the variance between points (most for {where}); it is in the indices "
                "too.",
                percent=figures(100 * float(worst["chance"]), 2), where=where,
            )
        )
    return found
