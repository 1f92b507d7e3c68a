"""How answers are printed: aligned tables, JSON for programs, colour only where somebody looks at a terminal."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any, TextIO
from unicodedata import east_asian_width


def coloured(stream: TextIO) -> bool:
    """Whether colour may be used: on a terminal that can show it, unless NO_COLOR is set."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, code: str, stream: TextIO) -> str:
    """Return a text in a colour where colour may be used."""
    return f"\033[{code}m{text}\033[0m" if coloured(stream) else text


def as_json(content: Any) -> None:
    """Print one JSON document."""
    print(json.dumps(content, ensure_ascii=False, indent=2))


def width(text: str) -> int:
    """Return how many columns a text takes on a terminal (a Chinese character takes two)."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in aligned columns under a head."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(width(line[i]) for line in lines) for i in range(len(head))]
    for number, line in enumerate(lines):
        text = "  ".join(cell + " " * (w - width(cell)) for cell, w in zip(line, widths, strict=True)).rstrip()
        print(paint(text, "1", sys.stdout) if number == 0 else text)


def paragraph(text: str, indent: int = 0) -> None:
    """Print a text in lines that are easy to read."""
    print(textwrap.fill(text, width=100, initial_indent=" " * indent, subsequent_indent=" " * indent, break_long_words=False))


def number(value: Any) -> str:
    """Return a value as a reader expects it: thousands apart, no needless digits, yes and no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "none"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.10g}" if isinstance(value, float) else str(value)
