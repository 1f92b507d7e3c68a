"""Words such as ``levers.posts=72``: read with Hydra's own grammar, applied by us, so that nothing unknown slips through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import ConfigError

LONGEST = 4000
"""Longest word that is read, in characters."""
MOST_VALUES = 1000
"""Most values that one word may list."""
EXAMPLE = "example: levers.posts=72"
PATHS = ("out", "config_dir", "points", "worlds")
"""Names of folders: taken as they are typed where the grammar would see something else in them."""
LISTS = ("extensions",)
"""Names of lists: of several values, all are meant at once, and none is a factor."""
_PLAIN_MARKS = str.maketrans("，＝：；（）［］｛｝－–—−．～", ",=:;()[]{}----.~")
"""Marks that Chinese keyboards and word processors set, and those that the grammar knows."""
SHORT = {"seed": "run.seed"}
"""Short forms of addresses that everybody types."""


@dataclass(frozen=True, slots=True)
class Override:
    """One word of the command line: an address, and the value or the several values given to it."""

    key: str
    values: tuple[Any, ...]
    several: bool
    text: str

    @property
    def value(self) -> Any:
        """The one value; a list when several were given."""
        return list(self.values) if self.several else self.values[0]


def _explain(text: str, error: Exception) -> ConfigError:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    reason = lines[0] if lines else type(error).__name__
    if (plain := text.translate(_PLAIN_MARKS)) != text:
        return ConfigError(f"{text[:200]!r} has marks that are not plain; allowed: {plain[:200]!r} (command line)")
    return ConfigError(f"{text[:200]!r} cannot be read as key=value: {reason[:300]}; {EXAMPLE} (command line)")


def _plain(value: Any) -> Any:
    """Strip the grammar's quotes from a parsed value, inside lists and mappings too."""
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, Mapping):
        return {str(_plain(k)): _plain(v) for k, v in value.items()}
    return value.text if type(value).__name__ == "QuotedString" else value


@dataclass(frozen=True, slots=True)
class Span:
    """``interval(a,b)``: every number between two ends, for designs that sample."""

    low: float
    high: float


def _several(text: str, raw: Any) -> list[Any]:
    """Return the values of ``a,b,c`` or ``range(1,4)``; other kinds of sweep have no finite list."""
    from itertools import islice

    if hasattr(raw, "list"):
        found = [_plain(v) for v in raw.list]
    elif hasattr(raw, "range"):
        found = list(islice(raw.range(), MOST_VALUES + 1))
    else:
        raise ConfigError(
            f"{text[:200]!r} does not list its values; allowed: a,b,c or range(1,4), and interval(a,b) where "
            "`cocreate sweep` samples (command line)"
        )
    if not 1 <= len(found) <= MOST_VALUES:
        raise ConfigError(f"{text[:200]!r} lists {len(found)} or more values; allowed: 1 to {MOST_VALUES} (command line)")
    return found


def _span(text: str, raw: Any) -> Span | None:
    """Return ``interval(a,b)`` as a span; None for any other value."""
    if not (hasattr(raw, "start") and hasattr(raw, "end") and not hasattr(raw, "range")):
        return None
    low, high = raw.start, raw.end
    if low is None or high is None or not low < high:
        raise ConfigError(f"{text[:200]!r}: interval(a,b) needs a below b (command line)")
    return Span(float(low), float(high))


def parse(words: Sequence[str], spans: bool = False) -> list[Override]:
    """Read words of the form ``key=value``; a leading ``+`` changes nothing, deleting is refused.

    With ``spans``, ``interval(a,b)`` is read too, as one value that is a :class:`Span`.
    """
    if not words:
        return []
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    parser = OverridesParser.create()
    found = []
    for text in words:
        _check_form(text)
        key, _, rest = text.partition("=")
        try:
            parsed = parser.parse_override(text)
            several = parsed.is_sweep_override()
            raw = parsed._value if several else parsed.value()
            span = _span(text, raw) if several and spans else None
            several = several and span is None
            values = (span,) if span else tuple(_several(text, raw)) if several else (_plain(raw),)
        except (HydraException, RecursionError, ValueError, ArithmeticError) as error:
            if key not in PATHS and not (key == "world" and rest.endswith(".yaml")):
                raise _explain(text, error) from None
            several, values = False, (rest,)
        else:
            if parsed.package is not None:
                raise ConfigError(f"{text!r}: @ does not belong in an address; {EXAMPLE} (command line)")
            key = parsed.key_or_group
        if key in PATHS and (several or not isinstance(values[0], str)):
            several, values = False, (rest,)
        if key in LISTS and several:
            several, values = False, (list(values),)
        found.append(Override(SHORT.get(key, key), values, several, text))
    return found


def _check_form(text: object) -> None:
    """Refuse what cannot be a word before the grammar sees it."""
    if not isinstance(text, str):
        raise ConfigError(f"{text!r} is not a text of the form key=value; {EXAMPLE}")
    if len(text) > LONGEST:
        raise ConfigError(f"{text[:60]!r}... has {len(text)} characters; at most {LONGEST} are read (command line)")
    if text.startswith("~"):
        raise ConfigError(f"{text!r}: nothing can be deleted with ~; give the setting a value instead; {EXAMPLE} (command line)")
    if "=" not in text or text.lstrip("+").startswith("="):
        plain = text.translate(_PLAIN_MARKS)
        hint = f"did you mean {plain!r}?" if plain != text and "=" in plain else EXAMPLE
        raise ConfigError(f"{text!r} is not of the form key=value; {hint} (command line)")


def last_of_each(words: Sequence[Override]) -> list[Override]:
    """Return the words that count: of several with one address, the last."""
    last = {word.key: word for word in words}
    return [word for word in words if word is last[word.key]]


def write(address: str, value: Any) -> str:
    """Return the word that gives ``value`` to ``address``, in the grammar that :func:`parse` reads.

    >>> write("levers.partition", "10-20")
    "levers.partition='10-20'"
    """
    return f"{address}={_written(value)}"


def _written(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {_written(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_written(v) for v in value) + "]"
    from hydra.core.override_parser.types import Quote, QuotedString

    return QuotedString(str(value), Quote.single).with_quotes()
