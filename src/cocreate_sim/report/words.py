"""Findings in words: how a figure's title says what changed, by how much, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..analysis.paired import Interval
from ..analysis.words import capital, figures, level_words, listing
from ..analysis.words import noun as noun
from .tables import is_number, known

__all__ = ["capital", "change", "level_words", "listing", "noun", "number", "plain", "quoted", "signed", "size", "size_and_way"]

MINUS = "\N{MINUS SIGN}"
NO_EFFECT = "no clear effect"
SAME = "the same in every replicate"
ALONE = "(one replicate, no interval)"
TOO_UNCERTAIN = "(too uncertain for an interval)"
"""Said of a percentage whose reference is not clearly different from zero."""
_MANYFOLD = 900.0
"""Percent from which a rise is said as a multiple."""
_FROM_NOTHING = 1e5


def number(value: float, digits: int = 3) -> str:
    """A number for readers: three figures, thousands set apart, a true minus sign."""
    return figures(value, max(digits, len(str(int(abs(value)))) if math.isfinite(value) else digits)).replace("-", MINUS)


def plain(value: float | str) -> str:
    """A setting's value as a person writes it: 72, 0.95, 1,000."""
    return value if isinstance(value, str) else f"{value:,.10g}"


def size(found: Interval, unit: str = "%") -> str:
    """Size of a change without its sign, with its interval: ``41 % (35 to 47)``."""
    mean, *ends = _rounded([abs(found.mean)] if not known(found) else _away_from_zero(found), unit == "%")
    return f"{mean}{f' {unit}' if unit else ''}" + (f" ({ends[0]} to {ends[1]})" if ends else "")


def _away_from_zero(found: Interval) -> list[float]:
    low, high = found.ends
    return [found.mean, low, high] if found.mean >= 0 else [-found.mean, -high, -low]


def _rounded(numbers: Sequence[float], percent: bool) -> list[str]:
    """Numbers that belong together, to the same decimals: as few as readable, but a clear effect never shows an end of zero.

    A fall by 99.7 % is not shown as one by 100 %.
    """
    largest = max(abs(value) for value in numbers)
    decimals = 0 if largest >= 10 or largest == 0 else 1 if largest >= 1 else 2
    clear = min(numbers) > 0 or max(numbers) < 0
    nearly = percent and any(99.5 <= abs(value) < 100 for value in numbers)
    decimals = max(decimals, 1) if nearly else decimals
    while clear and decimals < 5 and any(round(value, decimals) == 0 for value in numbers):
        decimals += 1
    while decimals < 2 and len({round(value, decimals) for value in numbers}) == 1 < len(set(numbers)):
        decimals += 1
    return [_true_minus(f"{value:,.{decimals}f}") for value in numbers]


def _true_minus(text: str) -> str:
    return text.lstrip("-") if float(text.replace(",", "")) == 0.0 else text.replace("-", MINUS)


def unsure(found: Interval) -> str:
    """Why a number has no interval, as a remark behind it; nothing when it has one."""
    if known(found):
        return ""
    return f" {ALONE}" if found.replicates < 2 else f" {TOO_UNCERTAIN}"


def signed(found: Interval) -> str:
    """A change in percent with its sign and its interval, for a column of numbers: ``+41 % (+35 to +47)``."""
    if known(found) and found.ends == (0.0, 0.0):
        return "no change"
    if found.mean >= _MANYFOLD:
        return _manyfold(found)
    texts = _rounded([found.mean, *found.ends] if known(found) else [found.mean], True)
    mean, *ends = (text if text.startswith(MINUS) or not text.strip("0.") else f"+{text}" for text in texts)
    return f"{mean} %" + (f" ({ends[0]} to {ends[1]})" if ends else " (too uncertain)" if found.replicates > 1 else "")


def _manyfold(found: Interval) -> str:
    """A rise too large for percent: ``29 times as much (28 to 30)``."""
    if found.mean >= _FROM_NOTHING:
        return "from almost nothing"
    times = [1.0 + value / 100.0 for value in (found.mean, *found.ends)]
    mean, *ends = _rounded(times if known(found) else times[:1], False)
    return f"{mean} times as much" + (f" ({ends[0]} to {ends[1]})" if ends else "")


def size_and_way(percent: Interval) -> str:
    """How much an outcome moved, and which way: ``41 % lower (35 to 47)``, or that there is no clear effect."""
    if not is_number(percent):
        return "cannot be compared"
    if known(percent) and percent.ends == (0.0, 0.0):
        return SAME
    if percent.replicates > 1 and not percent.clear:
        return NO_EFFECT
    alone = unsure(percent)
    if percent.mean == 0.0:
        return f"unchanged{alone}"
    if percent.mean >= _MANYFOLD:
        return f"{_manyfold(percent)}{alone}"
    shown, gap, ends = size(percent).partition(" (")
    return f"{shown} {'higher' if percent.mean > 0 else 'lower'}{gap}{ends}{alone}"


def both(before: float, after: float) -> str:
    """Two means of one outcome, to the same decimals: ``4.02 to 4.00``."""
    largest = max(abs(before), abs(after))
    decimals = max(0, 2 - math.floor(math.log10(largest))) if largest > 0 else 0
    while decimals < 6 and any(value != 0 and round(value, decimals) == 0 for value in (before, after)):
        decimals += 1
    return " to ".join(_true_minus(f"{value:,.{decimals}f}") for value in (before, after))


def said_once(sentence: str) -> str:
    """The sentence with the remark on a single replicate at its end instead of after every number."""
    return sentence if sentence.count(ALONE) < 2 else sentence.replace(f" {ALONE}", "") + f" {ALONE}"


def change(what: str, percent: Interval) -> str:
    """One finding as a clause: ``waiting 41 % lower (35 to 47)`` or ``no clear effect on waiting``."""
    said = size_and_way(percent)
    return f"{said} on {what}" if said == NO_EFFECT else f"{what} {said}"


def quoted(label: str) -> str:
    """An arm's label inside a sentence: set in quotation marks unless it reads as part of it (``72 posts``)."""
    simple = label[:1].isdigit() or label[:1].islower()
    return label if simple and "," not in label else f"\N{LEFT DOUBLE QUOTATION MARK}{label}\N{RIGHT DOUBLE QUOTATION MARK}"
