"""What the controls do to what is asked: levers that were moved, cards that come and go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..errors import ConfigError
from . import asked as asking
from . import levers, limits, text
from .asked import Asked, Chosen
from .levers import LEVERS, OFFERED
from .places import Places


class Controls:
    """The controls of the cards, as Dash hands them over."""

    def __init__(self, values: Sequence[Mapping[str, Any]], since: Sequence[Mapping[str, Any]]) -> None:
        self.values = {(each["id"]["card"], each["id"]["name"]): each.get("value") for each in values}
        self.since = {each["id"]["card"]: each.get("value") for each in since}

    @property
    def cards(self) -> int:
        """How many cards there are."""
        return len(self.since)

    def lever(self, card: int, name: str, where: str) -> levers.Value:
        """Return what a lever is set to, or refuse it."""
        given = self.values[card, name]
        return "on" in (given or []) if LEVERS[name].kind == "switch" else levers.checked(name, given, where)


def moved(
    before: Asked, places: Places, typed: Mapping[str, Any], controls: Controls, charts: Sequence[Any]
) -> tuple[Asked, list[str]]:
    """Return what is asked for after the controls were moved; what cannot be used stays as it was and is told."""
    after, wrong = before, []
    reads: dict[str, Callable[[Any], Any]] = {
        "weeks": lambda value: asking.whole("weeks", value, 1, limits.LONGEST),
        "seed": lambda value: asking.whole("seed", value, 0, asking.LARGEST_SEED),
        "repeat": lambda value: asking.whole("repeat", value, 1, limits.MOST_REPEATS),
        "world": lambda value: places.world(str(value)),
    }
    for name, value in typed.items():
        try:
            after = replace(after, **{name: reads[name](value)})
        except ConfigError as error:
            wrong.append(str(error))
    policies = []
    for card, chosen in enumerate(before.policies, 1):
        where = text.say("policy", before.language, n=card)
        values, since = dict(chosen.values), chosen.since
        for name in OFFERED:
            try:
                values[name] = controls.lever(card, name, where)
            except ConfigError as error:
                wrong.append(str(error))
        try:
            since = asking.month("from", str(controls.since[card]), places.start, after.weeks) if controls.since[card] else None
        except ConfigError as error:
            wrong.append(f"{error} ({where})")
            since = None
        policies.append(Chosen(chosen.policy, values, since))
    try:
        after = replace(after, charts=asking.charts_of(",".join(map(str, charts))))
    except ConfigError as error:
        wrong.append(str(error))
    return replace(after, policies=tuple(policies), wrong=()), wrong


def acted(before: Asked, places: Places, pressed: Any, value: Any, language: str) -> Asked:
    """Return what is asked for after a button, another policy to start from, or another language.

    Parameters
    ----------
    pressed
        The identity of the control, as Dash gives it.
    value
        Its value: of a button how often it was pressed, and nothing when it has only come to be.
    """
    if not value:
        return before
    if pressed == "choose-language":
        return replace(before, language=language if language in text.LANGUAGES else before.language)
    if not isinstance(pressed, Mapping):
        return before
    card, policies = int(pressed["card"]), list(before.policies)
    if card > len(policies):
        return before
    if pressed["what"] == "policy":
        if policies[card - 1].policy == value:
            return before
        policies[card - 1] = asking.as_shipped(places.policy(str(value)), places)
    elif pressed["name"] == "add" and len(policies) < limits.MOST_POLICIES:
        policies.append(policies[-1] if policies else asking.as_shipped(places.second, places))
    elif pressed["name"] == "remove":
        del policies[card - 1]
    elif pressed["name"] == "save":
        return replace(before, base=replace(policies[card - 1], since=None), wrong=())
    elif pressed["name"] == "usual":
        return replace(before, base=asking.default(places).base, wrong=())
    return replace(before, policies=tuple(policies), wrong=())
