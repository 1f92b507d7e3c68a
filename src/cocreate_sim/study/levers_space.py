"""The space of policies that a search looks through: levers with several values, or with an interval of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..config import compose
from ..config.experiment import check_factor
from ..config.overrides import Override, Span, last_of_each, parse, write
from ..config.scenarios import mechanisms_by_name
from ..config.settings import LIGHT
from ..engine.settings import types_of
from ..errors import ConfigError
from .design import Arm, shared_words, text_of

_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing to choose: an address, and its values, or the ends between which it lies."""

    address: str
    values: tuple[Any, ...]
    span: tuple[float, float] | None = None
    whole: bool = False

    @property
    def name(self) -> str:
        """Last part of the address."""
        return self.address.rpartition(".")[2]

    def suggested(self, trial: Any) -> Any:
        """Let a trial of optuna choose; a number is rounded so that equal policies are met again."""
        if self.span is None:
            return self.values[trial.suggest_categorical(self.address, list(range(len(self.values))))]
        low, high = self.span
        if self.whole:
            return trial.suggest_int(self.address, int(low), int(high))
        return float(f"{trial.suggest_float(self.address, low, high):.{_DIGITS}g}")


@dataclass(frozen=True, slots=True)
class Space:
    """What may be chosen, and what holds for every policy."""

    levers: tuple[Lever, ...]
    base: tuple[str, ...]
    config: dict[str, Any]

    def arm(self, name: str, chosen: Mapping[str, Any]) -> tuple[Arm, dict[str, Any]]:
        """Return one policy as an arm, and its config."""
        words = (*self.base, *(write(address, value) for address, value in chosen.items()))
        factors = {lever.address: _cell(chosen[lever.address]) for lever in self.levers}
        label = ", ".join(f"{lever.name} {text_of(chosen[lever.address])}" for lever in self.levers)
        return Arm(name, label, words, factors, name), compose(words)

    @property
    def size(self) -> int | None:
        """Number of policies; None where there are intervals."""
        if any(lever.span is not None for lever in self.levers):
            return None
        count = 1
        for lever in self.levers:
            count *= len(lever.values)
        return count


def _cell(value: Any) -> float | str:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else text_of(value)


def space_of(words: Sequence[str]) -> Space:
    """Read a space from words: ``levers.posts=40,56,72``, ``'levers.pay=interval(3000,6000)'``, ``policy=a,b``.

    Raises
    ------
    ConfigError
        When nothing is to be chosen, an interval is given to what is not a number, or a value is not allowed.
    """
    typed = last_of_each(parse(words, spans=True))
    for word in typed:
        if word.key in ("policies", "experiment", "design", "points", "samples"):
            raise ConfigError(f"{word.key}= does not go with a search: give several values, or interval(a,b) (command line)")
    fixed = [word for word in typed if not word.several and not isinstance(word.value, Span)]
    config = compose([word.text for word in fixed])
    mechanisms = mechanisms_by_name(config["extensions"])
    levers = tuple(_lever(word, mechanisms) for word in typed if word.several or isinstance(word.value, Span))
    if not levers:
        raise ConfigError(
            "nothing is to be chosen: give several values, such as levers.posts=40,56,72, or 'levers.pay=interval(3000,6000)' "
            "(command line)"
        )
    return Space(levers, shared_words(fixed, ()), config)


def _lever(word: Override, mechanisms: Mapping[str, Any]) -> Lever:
    def here(_: tuple[str, ...]) -> str:
        return "command line"

    if not isinstance(word.value, Span):
        return Lever(word.key, tuple(check_factor(word.key, value, mechanisms, None, here) for value in word.values))
    parts = word.key.split(".")
    kind = None
    if len(parts) == 2 and parts[0] in LIGHT:
        kind = types_of(LIGHT[parts[0]]).get(parts[1])
    elif len(parts) == 3 and parts[0] == "uncertainties" and parts[1] in mechanisms:
        kind = types_of(mechanisms[parts[1]].Settings).get(parts[2])
    ends = (word.value.low, word.value.high)
    for end in ends:
        check_factor(word.key, int(end) if end.is_integer() else end, mechanisms, None, here)
    if kind not in (int, float, float | None):
        raise ConfigError(f"{word.key} is not a number: it has no interval (command line)")
    return Lever(word.key, (), ends, kind is int)
