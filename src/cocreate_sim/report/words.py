"""Findings in words: how a figure's title says what changed, by how much, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..analysis.languages import say
from ..analysis.paired import Interval
from ..analysis.words import capital, figures, level_words, listing
from ..analysis.words import noun as noun
from ..analysis.words import with_unit as with_unit
from .tables import is_number, known

__all__ = ["capital", "change", "level_words", "listing", "noun", "number", "plain", "quoted", "signed", "size", "size_and_way"]

MINUS = "\N{MINUS SIGN}"
_MANYFOLD = 900.0
"""Percent from which a rise is said as a multiple."""
_FROM_NOTHING = 1e5


def alone() -> str:
    """Say that there is one replicate."""
    return say("(one replicate, no interval)")


def no_effect() -> str:
    """Say that an interval touches zero."""
    return say("no clear effect")


def same() -> str:
    """Say that nothing differed in any replicate."""
    return say("the same in every replicate")


def number(value: float, digits: int = 3) -> str:
    """A number for readers: three figures, thousands set apart, a true minus sign."""
    return figures(value, max(digits, len(str(int(abs(value)))) if math.isfinite(value) else digits)).replace("-", MINUS)


def plain(value: float | str) -> str:
    """A setting's value as a person writes it: 72, 0.95, 1,000."""
    return value if isinstance(value, str) else f"{value:,.10g}"


def size(found: Interval, unit: str = "%") -> str:
    """Size of a change without its sign, with its interval: ``41 % (35 to 47)``."""
    return "".join(_size_and_ends(found, unit))


def _size_and_ends(found: Interval, unit: str = "%") -> tuple[str, str]:
    """The size of a change, and its interval as a remark behind it."""
    mean, *ends = _rounded([abs(found.mean)] if not known(found) else _away_from_zero(found), unit == "%")
    return with_unit(mean, unit), say(" ({low} to {high})", low=ends[0], high=ends[1]) if ends else ""


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
    return f" {alone()}" if found.replicates < 2 else f" {say('(too uncertain for an interval)')}"


def signed(found: Interval) -> str:
    """A change in percent with its sign and its interval, for a column of numbers: ``+41 % (+35 to +47)``."""
    if known(found) and found.ends == (0.0, 0.0):
        return say("no change")
    if found.mean >= _MANYFOLD:
        return _manyfold(found)
    texts = _rounded([found.mean, *found.ends] if known(found) else [found.mean], True)
    mean, *ends = (text if text.startswith(MINUS) or not text.strip("0.") else f"+{text}" for text in texts)
    doubt = say(" (too uncertain)") if found.replicates > 1 else ""
    return with_unit(mean, "%") + (say(" ({low} to {high})", low=ends[0], high=ends[1]) if ends else doubt)


def _manyfold(found: Interval) -> str:
    """A rise too large for percent: ``29 times as much (28 to 30)``."""
    if found.mean >= _FROM_NOTHING:
        return say("from almost nothing")
    times = [1.0 + value / 100.0 for value in (found.mean, *found.ends)]
    mean, *ends = _rounded(times if known(found) else times[:1], False)
    remark = say(" ({low} to {high})", low=ends[0], high=ends[1]) if ends else ""
    return say("{mean} times as much{interval}", mean=mean, interval=remark)


def size_and_way(percent: Interval) -> str:
    """How much an outcome moved, and which way: ``41 % lower (35 to 47)``, or that there is no clear effect."""
    if not is_number(percent):
        return say("cannot be compared")
    if known(percent) and percent.ends == (0.0, 0.0):
        return same()
    if percent.replicates > 1 and not percent.clear:
        return no_effect()
    remark = unsure(percent)
    if percent.mean == 0.0:
        return f"{say('unchanged')}{remark}"
    if percent.mean >= _MANYFOLD:
        return f"{_manyfold(percent)}{remark}"
    shown, ends = _size_and_ends(percent)
    way = say("{size} higher", size=shown) if percent.mean > 0 else say("{size} lower", size=shown)
    return way + ends + remark


def both(before: float, after: float) -> str:
    """Two means of one outcome, to the same decimals: ``4.02 to 4.00``."""
    largest = max(abs(before), abs(after))
    decimals = max(0, 2 - math.floor(math.log10(largest))) if largest > 0 else 0
    while decimals < 6 and any(value != 0 and round(value, decimals) == 0 for value in (before, after)):
        decimals += 1
    first, second = (_true_minus(f"{value:,.{decimals}f}") for value in (before, after))
    return say("{before} to {after}", before=first, after=second)


def said_once(sentence: str) -> str:
    """The sentence with the remark on a single replicate at its end instead of after every number."""
    return sentence if sentence.count(alone()) < 2 else sentence.replace(f" {alone()}", "") + f" {alone()}"


def change(what: str, percent: Interval) -> str:
    """One finding as a clause: ``waiting 41 % lower (35 to 47)`` or ``no clear effect on waiting``."""
    said = size_and_way(percent)
    if said == no_effect():
        return say("no clear effect on {outcome}", outcome=what)
    return say("{outcome} {change}", outcome=what, change=said)


def against(reference: str, subject: str = "") -> str:
    """What is compared with what: ``72 posts against 40 posts``."""
    if not subject:
        return say("against {reference}", reference=reference)
    return say("{subject} against {reference}", subject=subject, reference=reference)


def is_load(label: str) -> bool:
    """Whether an arm is named by its load alone, which is a condition and not a policy."""
    return label.startswith(say("load {}", ""))


def quoted(label: str) -> str:
    """An arm's label inside a sentence: set in quotation marks unless it reads as part of it (``72 posts``)."""
    simple = label[:1].isdigit() or label[:1].islower()
    return label if simple and "," not in label and "，" not in label else say("“{label}”", label=label)
