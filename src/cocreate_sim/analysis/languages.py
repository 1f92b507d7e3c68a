"""The languages of figures, sentences and reports: English in the code, Chinese in one table beside it.

Every sentence that a reader may see is written in English where it is needed, ``say("{size} lower", size=...)``, and has a line
in ``languages.tsv`` with the same sentence in simplified and traditional Chinese. ``using("zh")`` switches for a block of code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from ..errors import ConfigError, nearest

LANGUAGES = {"en": "English", "zh": "简体中文", "zh-Hant": "繁體中文"}
"""Codes that ``--language`` takes, and how each language calls itself."""
TAGS = {"en": "en", "zh": "zh-Hans", "zh-Hant": "zh-Hant"}
"""How a page declares its language."""
TABLE = Path(__file__).with_name("languages.tsv")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*(?:-\d+)?")
_WIDE = re.compile(r" *([“”「」（）、，。；：？！]) *")
_MEETS = re.compile(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9+\u2212])|(?<=[A-Za-z0-9])(?=[\u4e00-\u9fff])")
_LONGEST_LIST = 120
"""Longer texts are sentences, not lists of settings."""
_current: ContextVar[str] = ContextVar("language", default="en")


def current() -> str:
    """Return the language that is spoken now."""
    return _current.get()


def ending() -> str:
    """Return what the name of a file says of the language spoken now: nothing in English, else such as ``.zh``."""
    return "" if current() == "en" else f".{current()}"


@contextmanager
def using(language: str) -> Iterator[None]:
    """Speak a language inside a block; one that is not known is refused.

    Raises
    ------
    ConfigError
        When there is no such language.
    """
    token = _current.set(checked(language))
    try:
        yield
    finally:
        _current.reset(token)


def checked(language: str) -> str:
    """Return the code of a language, or refuse it."""
    if language not in LANGUAGES:
        listed = ", ".join(f"{code} ({name})" for code, name in LANGUAGES.items())
        raise ConfigError(f"language {language!r} is not known{nearest(language, LANGUAGES)}; allowed: {listed}")
    return language


def say(text: str, /, *values: object, **parts: object) -> str:
    """Return a sentence in the language spoken now, with its parts filled in.

    Parameters
    ----------
    text
        The English sentence, ``{name}`` where a part goes; what follows a ``|`` tells apart words that Chinese tells apart.
    """
    said = _in_language(text).format(*values, **parts)
    return said if current() == "en" else tidy(said)


def translated(label: str, kind: str = "") -> str:
    """Return a label that comes with the data, such as an arm's or an outcome's, as far as the table knows it.

    ``kind`` tells it apart from the same words elsewhere: ``unit`` for units.
    Lists are translated item by item, and ``72 posts`` by the entry ``{} posts``; what is not known stays as it is.
    """
    if current() == "en" or not label:
        return label
    found = _table(current()).get(f"{label}|{kind}") if kind else _known(label)
    if found is not None or kind:
        return label if found is None else found
    parts = label.split(", ")
    return label if len(parts) == 1 or len(label) > _LONGEST_LIST else say(", |list").join(_known(part) or part for part in parts)


def tidy(text: str) -> str:
    """Set spaces as Chinese typography does: between characters and numbers or Latin words, none beside full-width marks."""
    return _WIDE.sub(r"\1", _MEETS.sub(" ", text))


def comma() -> str:
    """Return what stands between the items of a list."""
    return say(", |list")


def clause_comma() -> str:
    """Return what stands between clauses of a sentence."""
    return say(", |clauses")


def _known(label: str) -> str | None:
    words = _table(current())
    for text in (label, label[:1].upper() + label[1:], label[:1].lower() + label[1:]):
        if text in words:
            return words[text]
        numbers = _NUMBER.findall(text)
        pattern = _NUMBER.sub("{}", text)
        if numbers and pattern in words and words[pattern].count("{}") == len(numbers):
            return words[pattern].format(*numbers)
    return None


def _in_language(text: str) -> str:
    if current() == "en":
        return text.partition("|")[0]
    return _table(current()).get(text) or text.partition("|")[0]


@lru_cache(maxsize=4)
def _table(language: str) -> dict[str, str]:
    """Read the table once: English and one language. Lines that begin with # are headings."""
    place = list(LANGUAGES).index(language)
    lines = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return {cells[0]: cells[place] for cells in lines}
