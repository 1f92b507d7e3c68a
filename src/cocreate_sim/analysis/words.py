"""Numbers, settings and outcomes in words, as a report's reader would say them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from ..outcomes.catalogue import OUTCOMES
from .languages import comma, current, say, translated
from .load import OutcomeInfo

_WORDS = {
    "posts": "{} posts", "rho_40": "load {}", "load_by": "load set by {}", "policy": "{}", "world": "{}",
    "visible": "visible progress worth {} logits", "running_cost": "bills of {} yuan per day",
}
_LEVEL_WORDS = {
    ("staff_rule", "cases_first"): "cases first",
    ("staff_rule", "protected"): "protected mobilisation time",
    ("head_hours", "per_head"): "the same hours for each head",
    ("head_hours", "equal_total"): "equal total head hours",
    ("visible", "0"): "visible progress ignored",
    ("visible", "1"): "visible progress worth one logit",
    ("vote_honoured", "true"): "what was voted for",
    ("vote_honoured", "false"): "another option than the one voted for",
    ("broadcast", "true"): "messages to groups",
    ("broadcast", "false"): "no messages to groups",
    ("upper_heads", "true"): "heads above the units",
    ("upper_heads", "false"): "no heads above the units",
    ("courier_reports", "true"): "reports by couriers",
    ("courier_reports", "false"): "no reports by couriers",
    ("stations", "true"): "stations",
    ("stations", "false"): "no stations",
    ("red_board", "true"): "a red board",
    ("red_board", "false"): "no red board",
    ("rounds", "even"): "rounds to all alike",
    ("rounds", "random"): "rounds at random",
    ("rounds", "community_first"): "rounds where reports of the unit are",
    ("rounds", "district_first"): "rounds where open cases of the subdistrict are",
    ("rounds", "cooperative"): "rounds that help units without a head",
    ("unit_size", "grid"): "grids only",
    ("unit_size", "nested"): "nested units",
}
_FACTORS = {"rho_40": "load", "load_by": "what sets the load", "head_hours": "the rule of head hours"}
_ONE_OF = re.compile(r"^[个個处處名位](?=[\u4e00-\u9fff])")
_NO_UNIT = ("", "0 to 1", "Gini", "Theil", "ratio")
"""Units that are not said behind a number."""
_NOUNS = {
    "participation_week": "participation",
    "participation_ever": "the share of adults ever active",
    "hours_gini": "the inequality of hours",
    "volunteers_registered": "the share of registered volunteers",
    "volunteers_active": "the share of active volunteers",
    "issues_born": "the number of issues born",
    "issues_reported": "the number of issues reported",
    "issues_solved": "the number of issues solved",
    "latent_stock": "the number of latent issues",
    "backlog": "the backlog",
    "wait_mean_days": "waiting",
    "wait_median_days": "median waiting",
    "wait_p90_days": "waiting of the slowest tenth",
    "wait_posts_mean_days": "waiting at the posts",
    "wait_community_mean_days": "waiting at the communities",
    "total_days_mean": "time to solution",
    "on_time_share": "the share solved on time",
    "solved_in_unit_share": "the share solved in the unit",
    "reopened_share": "the share reopened",
    "projects_finished": "the number of projects finished",
    "projects_failed": "the number of projects failed",
    "ties_per_resident": "the number of neighbours known",
    "knows_nobody_share": "the share who know nobody",
    "mobilisation_hours": "time for mobilisation",
    "utilisation_posts": "the share of time that posts spend on cases",
    "utilisation_community": "the share of time that community workers spend on cases",
    "vacancy_share": "the share of vacant posts",
    "units_with_head_share": "the share of households with a head",
    "head_hours": "the time of unit heads",
    "resident_hours": "the time of residents",
    "unit_gini_participation": "inequality between units",
    "building_gini_participation": "inequality between buildings",
}


def level_words(factor: str, level: float | str) -> str:
    """Say a factor's value: ``72 posts``, ``load 0.95``, ``cases first``, ``units of 10-20 households``."""
    text = level if isinstance(level, str) else f"{level:.10g}"
    if (factor, text) in _LEVEL_WORDS:
        return say(_LEVEL_WORDS[factor, text])
    if factor == "unit_size":
        return say("units of {size} households", size=text)
    name = translated(factor.replace("_", " "))
    if text in ("true", "false"):
        return say("{name} on", name=name) if text == "true" else say("{name} off", name=name)
    text = translated(text.replace("_", " ")) if isinstance(level, str) else text
    return say(_WORDS[factor], text) if factor in _WORDS else f"{name} {text}"


def factor_words(factor: str) -> str:
    """Name a factor without its value: ``load``, ``leave posts``."""
    return _FACTORS.get(factor, factor.rpartition(".")[2].replace("_", " "))


def outcome_words(name: str) -> str:
    """Name an outcome of which only the column is known: in English so, in Chinese by what it means."""
    if current() == "en" or name not in OUTCOMES:
        return name
    return noun(OutcomeInfo(name, OUTCOMES[name].label, OUTCOMES[name].unit, OUTCOMES[name].better))


def uncertain_words(address: str) -> str:
    """Name an uncertain setting: in English by its address, in Chinese by what it means."""
    return translated(address.removeprefix("uncertainties."), "setting")


def world_words(name: str) -> str:
    """Name a world, in Chinese by the place that it stands for."""
    return name if current() == "en" else translated(name.replace("_", " "))


def noun(outcome: OutcomeInfo) -> str:
    """Name an outcome inside a sentence."""
    if outcome.name in _NOUNS:
        return say(_NOUNS[outcome.name])
    label = translated(outcome.label)
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def value(number: float, unit: str) -> str:
    """Say a measured value with its unit; shares in percent; about three figures."""
    if "share" in unit.split():
        return with_unit(figures(100 * number), percent_of(unit))
    return with_unit(figures(number), unit)


def instead(now: float, before: float, unit: str) -> str:
    """Say two values of the same outcome, as precise as they must be to differ: ``1.9 instead of 3.2 working days``."""
    share = "share" in unit.split()
    numbers = [100 * now, 100 * before] if share else [now, before]
    digits = next((d for d in range(2, 7) if _shown(numbers, d)[0] != _shown(numbers, d)[1]), 3)
    first, second = _shown(numbers, digits)
    return say(
        "{now} instead of {before}", now=with_unit(first, "%") if share else first,
        before=with_unit(second, percent_of(unit) if share else unit),
    )


def percent_of(unit: str) -> str:
    """Return the unit of a share that is said in percent: ``% of adults``."""
    return " ".join(["%", *unit.replace("share", "").split()])


def unit_words(unit: str) -> str:
    """Name a unit before which no number stands: Chinese leaves out the word for one of them."""
    return _ONE_OF.sub("", translated(unit, "unit"))


def raw_unit(unit: str) -> str:
    """Name the unit of a number as it was measured, where a share is not yet in percent."""
    if current() == "en" or "share" not in unit.split():
        return unit_words(unit)
    whole = translated(percent_of(unit), "unit").strip("%（）")
    return say("{whole}|share", whole=whole) if whole else say("share|unit")


def with_unit(number: str, unit: str) -> str:
    """Say a number with its unit; Chinese sets no space before a percent sign."""
    if unit in _NO_UNIT:
        return number
    said = translated(unit, "unit")
    return f"{number}{'' if current() != 'en' and said.startswith('%') else ' '}{said}"


def _shown(numbers: Sequence[float], digits: int) -> list[str]:
    """Round numbers to the same decimals: so many figures for the largest."""
    largest = max(abs(n) for n in numbers)
    decimals = max(0, digits - 1 - math.floor(math.log10(largest))) if largest > 0 else 0
    return [f"{n:,.{min(decimals, 12)}f}" for n in numbers]


def figures(number: float, digits: int = 3) -> str:
    """Round to a few significant figures, without an exponent; thousands are set apart."""
    if number == 0 or not math.isfinite(number):
        return "0" if number == 0 else "unknown"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(number))))
    text = f"{round(number, min(decimals, 12)):,.{min(decimals, 12)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(numbers: Sequence[float], most: int = 6) -> list[str]:
    """Round numbers that belong together to the same decimals, as few as keep them apart from zero and the ends apart.

    An interval that excludes zero never looks as if it touched it.
    """
    spread = max(numbers) - min(numbers)
    for decimals in range(most + 1):
        texts = [f"{n:,.{decimals}f}" for n in numbers]
        nonzero = all(n == 0 or float(t.replace(",", "")) != 0 for n, t in zip(numbers, texts, strict=True))
        distinct = len(set(texts)) == len(set(numbers))
        if nonzero and distinct and spread >= 10.0**-decimals:
            return texts
        if nonzero and spread < 10.0**-most and decimals >= 2:
            return texts
    return [figures(n) for n in numbers]


def amount(mean: float, low: float | None, high: float | None, unit: str) -> str:
    """Say the size of a change and its interval, without the sign of the change: ``41 % (35 to 47)``."""
    return "".join(amount_and_ends(mean, low, high, unit))


def amount_and_ends(mean: float, low: float | None, high: float | None, unit: str) -> tuple[str, str]:
    """Say the size of a change, and its interval as a remark that follows it or the word after it."""
    if low is None or high is None:
        return with_unit(figures(abs(mean)), unit), ""
    ends = (low, high) if mean >= 0 else (-high, -low)
    if high - low <= 1e-9 * abs(mean):
        return with_unit(figures(abs(mean)), unit), say(" (in every replicate)")
    middle, first, last = rounded([abs(mean), *ends])
    return with_unit(middle, unit), say(" ({low} to {high})", low=first, high=last)


def listing(items: Sequence[str], last: str = "and") -> str:
    """Join as ``a``, ``a and b``, ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    head = comma().join(items[:-1])
    return say("{items} and {last}", items=head, last=items[-1]) if last == "and" else f"{head} {last} {items[-1]}"


def times(count: int, thing: str, many: str | None = None) -> str:
    """Say how many: ``1 run``, ``20 runs``."""
    return translated(f"{count:,} {thing if count == 1 else many or thing + 's'}")


def capital(sentence: str) -> str:
    """Begin with a capital letter."""
    return sentence[:1].upper() + sentence[1:]
