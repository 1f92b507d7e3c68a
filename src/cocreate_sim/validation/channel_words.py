"""The statement of the ten channels in tables and sentences, for the terminal and for the reference page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ..analysis.words import figures, level_words, listing, times
from .channel_survey import ALL, NONE, clear

Table = tuple[str, tuple[str, ...], list[tuple[str, ...]]]
"""A title, the head and the rows."""
CARRIES = 0.1
"""A channel carries a result when its effect is clear and at least this part of the largest one."""


def setting(said: Mapping[str, Any]) -> str:
    """Say what was run."""
    return (
        f"World {said['world']} ({figures(said['households'], 9)} households), policy {said['policy']}, {_size(said, 'small')} "
        f"against {_size(said, 'large')}; {times(said['replicates'], 'world')} (seeds from {said['first_seed']}), each with the "
        f"same luck in small and large units; {said['burn_in_weeks']} weeks of burn-in, {times(said['weeks'], 'week')} measured."
    )


def tables(said: Mapping[str, Any]) -> list[Table]:
    """Return two tables: what each channel moves, and what that does to the headline outcomes."""
    small, large = _size(said, "small"), _size(said, "large")
    head = ("channel", "what it moves", "unit", small, large, "difference", "standard error", "expected", "verdict")
    moved = [
        (
            row["channel"], row["measure"], row["unit"], _figures(row["in_small"]), _figures(row["in_large"]),
            _figures(row["difference"]), _figures(row["standard_error"], 2),
            row["expected"], row["verdict"],
        )
        for row in said["channels"]
    ]  # fmt: skip
    none = said[NONE]
    same = f"identical in {none['identical']} of {said['replicates']}"
    moved.append(
        ("no channel", "every outcome, weekly series, wait and project", "", "", "", *_zero(none["differing"]), "0", same)
    )
    outcomes = said["outcomes"]
    what = ("channel", *(f"{o['label'].lower()}, {how}" for o in outcomes.values() for how in ("alone", "taken away")))
    effects = [
        (row["channel"], *(points(row[how][k]) for k in outcomes for how in ("alone", "taken_away"))) for row in said["channels"]
    ]
    effects.append(("all ten", *(text for k in outcomes for text in (points(said[ALL][k]), ""))))
    effects.append(("no channel", *(text for k in outcomes for text in (points(none[k]), ""))))
    units = "; ".join(f"{o['label'].lower()}: {o['unit']}" for o in outcomes.values())
    first = "What each channel moves when it alone is on (+ small units should have more, - less, ? a formula says which)"
    second = (
        f"What that does to two outcomes: {small} minus {large}, in percentage points with 95 % interval ({units}). Alone: only "
        "this channel is on. Taken away: what the difference of all ten loses when only this one is off"
    )
    return [(first, head, moved), (second, what, effects)]


def _zero(differing: Sequence[str]) -> tuple[str, str]:
    return ("0", "0") if not differing else (f"{len(differing)} differ", "-")


def _figures(number: float | None, digits: int = 3) -> str:
    return "-" if number is None else figures(number, digits)


def points(found: Mapping[str, Any]) -> str:
    """Write a difference of shares in percentage points, with its interval."""
    mean, low, high = (None if found[k] is None else 100 * found[k] for k in ("difference", "low", "high"))
    if low is None or high is None or mean is None:
        return _figures(mean)
    if high - low <= 1e-12:
        return figures(mean)
    decimals = min(max(0, 1 - math.floor(math.log10(high - low))), 6)
    texts = [f"{value:+.{decimals}f}" for value in (mean, low, high)]
    return f"{texts[0]} ({texts[1]} to {texts[2]})"


def reading(said: Mapping[str, Any]) -> list[str]:
    """Say which channels carry the difference between small and large units, and which do not."""
    lines = [line for name in said["outcomes"] for line in _of_one(said, name)]
    silent = [row for row in said["channels"] if row["silent"]]
    for row in silent:
        why = " or ".join(row["silent_with"])
        lines.append(f"{row['channel']} alone changed nothing at all: it has nothing to act through with {why}.")
    lines.append(f"{times(4 * len(said['channels']), 'interval')} are shown: where nothing is, one in twenty excludes zero.")
    return lines


def carriers(said: Mapping[str, Any], name: str, how: str) -> dict[str, int]:
    """Return the channels that carry an outcome, ``alone`` or ``taken_away``: +1 for small units, -1 against them."""
    clear_ones = {row["channel"]: row[how][name]["difference"] for row in said["channels"] if clear(row[how][name])}
    largest = max(map(abs, clear_ones.values()), default=0.0)
    return {k: 1 if v > 0 else -1 for k, v in clear_ones.items() if abs(v) >= CARRIES * largest}


def in_short(surveys: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say what several surveys agree on, both alone and taken away: which channels always carry, change sides, or never do."""
    lines = []
    ever: set[str] = set()
    for name, about in surveys[0]["outcomes"].items():
        found = [carriers(said, name, how) for said in surveys for how in ("alone", "taken_away")]
        ever |= {k for one in found for k in one}
        sides = {k: {one[k] for one in found if k in one} for k in ever}
        always = {way: [k for k in sides if all(one.get(k) == way for one in found)] for way in (-1, 1)}
        both = [k for k, ways in sides.items() if len(ways) == 2]
        lines.append(
            f"{about['label']}: in every comparison, alone and taken away, {_counts(always[-1])} against small units, "
            f"{listing(sorted(always[1])) or 'none'} for them; {_counts(both)} on either side, by comparison."
        )
    never = [row["channel"] for row in surveys[0]["channels"] if row["channel"] not in ever]
    lines.append(f"Under a tenth of the largest effect, or unclear, in every comparison: {listing(never) or 'none'}.")
    return lines


def _counts(names: Sequence[str]) -> str:
    return f"{listing(sorted(names)) or 'no channel'} {'counts' if len(names) < 2 else 'count'}"


def _of_one(said: Mapping[str, Any], name: str) -> list[str]:
    label, whole = said["outcomes"][name]["label"], said[ALL][name]
    head = (
        f"{label}: with all ten channels on {_percent(whole['in_small'])} in {_size(said, 'small')} and "
        f"{_percent(whole['in_large'])} in {_size(said, 'large')}, a difference of {points(whole)} points."
    )
    lines = [head]
    for how, lead in (("alone", "Alone"), ("taken_away", "Taken away")):
        effects = {row["channel"]: row[how][name] for row in said["channels"]}
        seen = sorted((k for k, v in effects.items() if clear(v)), key=lambda k: -abs(effects[k]["difference"]))
        if not seen:
            lines.append(f"{lead}: no channel has a clear effect.")
            continue
        carry = carriers(said, name, how)
        parts = []
        for way, word in ((-1, "against"), (1, "for")):
            named = [f"{k} {points(effects[k])}" for k in seen if carry.get(k) == way]
            parts += [f"{word} small units {listing(named)}"] if named else []
        minor, without = [k for k in seen if k not in carry], [k for k in effects if k not in seen]
        parts += [f"clear but under a tenth of the largest: {listing(minor)}"] if minor else []
        parts += [f"no clear effect: {listing(without)}"] if without else []
        lines.append(f"{lead}: {'; '.join(parts)}.")
    alone: list[float | None] = [row["alone"][name]["difference"] for row in said["channels"]]
    known = [value for value in alone if value is not None]
    if len(known) == len(alone) and whole["difference"] is not None:
        lines.append(
            f"The ten effects alone add up to {100 * sum(known):+.3g} points against {100 * whole['difference']:+.3g} for all "
            "ten together; the rest is how channels strengthen or block each other."
        )
    return lines


def _percent(share: float | None) -> str:
    return "an unknown share" if share is None else f"{figures(100 * share)} %"


def _size(said: Mapping[str, Any], which: str) -> str:
    return level_words("unit_size", str(said[which]))
