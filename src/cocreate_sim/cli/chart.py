"""A small chart on the terminal: a few outcomes as one line each, drawn anew as the weeks go by."""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from . import show
from .progress import Progress

SHOWN = ("participation_week", "backlog", "issues_solved", "ties_per_resident")
LONGEST = 60
BLOCKS = "▁▂▃▄▅▆▇█"
PLAIN = "_.-=+*#@"
"""For terminals that cannot show blocks."""


def sparkline(values: Sequence[float], width: int, blocks: str = BLOCKS) -> str:
    """Return numbers as a line of blocks from zero (or the least) to the largest; a space where nothing was measured.

    >>> sparkline([0, 1, 2, 3], 4)
    '▁▃▆█'
    """
    cells = _means(values, width)
    known = [cell for cell in cells if math.isfinite(cell)]
    if not known:
        return " " * len(cells)
    low, high = min(0.0, *known), max(known)
    if high <= low:
        return "".join(blocks[0] if math.isfinite(cell) else " " for cell in cells)
    steps = len(blocks) - 1
    return "".join(blocks[round((cell - low) / (high - low) * steps)] if math.isfinite(cell) else " " for cell in cells)


def _means(values: Sequence[float], width: int) -> list[float]:
    """Return at most ``width`` means of neighbouring numbers."""
    count = min(width, len(values))
    found = []
    for k in range(count):
        part = [v for v in values[k * len(values) // count : (k + 1) * len(values) // count] if math.isfinite(v)]
        found.append(sum(part) / len(part) if part else math.nan)
    return found


class LiveChart(Progress):
    """Progress of one run in weeks, with a small chart below the bar where somebody looks at a terminal."""

    def __init__(self, quiet: bool = False, stream: TextIO | None = None) -> None:
        super().__init__("weeks", quiet, stream)
        self.weekly: Mapping[str, Any] = {}
        self.weeks = self.lines = 0
        encoding = getattr(self.stream, "encoding", None) or "ascii"
        self.blocks = BLOCKS if _can_show(BLOCKS, encoding) else PLAIN

    def curves(self, done: int, weekly: Mapping[str, Any]) -> None:
        """Take over the outcomes of the weeks that are done."""
        self.weeks, self.weekly = done, weekly

    def _draw(self, done: int, total: int, now: float) -> None:
        if os.environ.get("TERM") == "dumb":
            super()._draw(done, total, now)
            return
        columns = shutil.get_terminal_size().columns
        lines = [self._bar(done, total, now)[: columns - 1], *self.chart(columns)]
        up = f"\033[{self.lines - 1}A" if self.lines > 1 else ""
        self.lines = len(lines)
        self._write(f"\r{up}" + "\n".join(f"{line}\033[K" for line in lines), now)

    def chart(self, columns: int) -> list[str]:
        """Return a line for each outcome: its name, its weeks so far, and the last of them."""
        from ..outcomes.catalogue import OUTCOMES

        names = [name for name in SHOWN if name in self.weekly]
        label = max((len(OUTCOMES[name].label) for name in names), default=0)
        width = min(LONGEST, columns - label - 28)
        if width < 10:
            return []
        found = []
        for name in names:
            values = [float(v) for v in self.weekly[name][: self.weeks]]
            last = next((v for v in reversed(values) if math.isfinite(v)), math.nan)
            line = show.paint(sparkline(values, width, self.blocks), "36", self.stream)
            pad = " " * max(0, width - len(values))
            found.append(f"{OUTCOMES[name].label:<{label}} {line}{pad} {_said(last, OUTCOMES[name].unit)}"[: columns - 1 + 9])
        return found


def _can_show(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _said(value: float, unit: str) -> str:
    """Return the last week of an outcome, with its unit."""
    if not math.isfinite(value):
        return ""
    return f"{100 * value:.2f} %" if unit.startswith("share") else f"{value:,.3g} {unit}"
