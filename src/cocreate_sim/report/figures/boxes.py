"""Boxes inside boxes: places laid out by the number of their households, neighbours in number beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its left lower corner, width and height."""

    x: float
    y: float
    width: float
    height: float

    def inside(self, margin: float) -> Box:
        """The box without a margin, which takes at most a tenth of its shorter side."""
        cut = min(margin, 0.1 * min(self.width, self.height))
        return Box(self.x + cut, self.y + cut, self.width - 2 * cut, self.height - 2 * cut)


def laid_out(sizes: Sequence[float], box: Box) -> list[Box]:
    """Divide a box among things by their sizes, row by row from the top, as nearly square as the order allows.

    The order is kept, so that neighbours in number stay neighbours in the picture; areas are exactly as the sizes.
    """
    total = sum(sizes)
    found: list[Box] = []
    top, start = box.y + box.height, 0
    while start < len(sizes):
        end = _row(sizes, start, box, total)
        share = sum(sizes[start:end])
        height = box.height * share / total
        x = box.x
        for size in sizes[start:end]:
            width = box.width * size / share
            found.append(Box(x, top - height, width, height))
            x += width
        top -= height
        start = end
    return found


def _row(sizes: Sequence[float], start: int, box: Box, total: float) -> int:
    """How far the next row goes: as long as its boxes become more nearly square."""
    best, end = float("inf"), start + 1
    for stop in range(start + 1, len(sizes) + 1):
        share = sum(sizes[start:stop])
        height = box.height * share / total
        widths = [box.width * size / share for size in sizes[start:stop]]
        worst = max(max(height / width, width / height) for width in widths)
        if worst > best:
            break
        best, end = worst, stop
    return end
