"""The page around a figure's panels: a title that wraps, how to read it, a key, and a caption that says n and the command."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from ...analysis.languages import current, say, tidy
from ...analysis.load import ArmInfo
from ..tables import StudyTables
from ..words import said_once
from .style import DOTS_PER_INCH, LABEL_SIZE, SOFT, drawable, families

TITLE_SIZE = 13.0
READING_SIZE = 9.0
CAPTION_SIZE = 7.0
_MARGIN = 0.18
_LEADING = 1.32
_BOND = "\N{NO-BREAK SPACE}"
_OPENS, _ENDS = "（“「《", "）”」》，。；：、！？%…"
_CHINESE = r"[\u2e80-\u9fff\uf900-\ufaff]"
_UNBROKEN = re.compile(
    rf"[{_OPENS}]*(?:{_CHINESE}|(?:{_BOND}{_CHINESE}{_BOND}|(?!{_CHINESE})[^{_OPENS}{_ENDS}])+)[{_ENDS}]*|[{_OPENS}{_ENDS}]+"
)
_KEY_GAP = 0.68
"""Inches that a key's entry needs besides its text."""


def wrap(text: str, width: float, size: float, bold: bool = False, most: int = 6) -> list[str]:
    """Break a text into lines of at most ``width`` inches; a word that is too long is broken; a cut text ends in dots.

    Between Chinese characters a line may break anywhere, but not before a mark that ends something nor after one that opens it.
    """
    measure = _measure(size, bold)
    lines: list[str] = []
    line = ""
    for gap, word in _pieces(_bound(text)):
        trial = f"{line}{gap}{word}" if line else word
        if measure(trial) <= width:
            line = trial
            continue
        if line:
            lines.append(line)
        while measure(word) > width:
            keep = max(1, bisect_right(range(len(word)), width, key=lambda length: measure(word[:length])) - 1)
            lines.append(word[:keep])
            word = word[keep:]
        line = word
    lines.append(line)
    if len(lines) > most:
        lines = lines[:most]
        lines[-1] = lines[-1].rstrip(" ,;.，；。") + " ..."
    return [line.replace(_BOND, " ") for line in lines]


def _pieces(text: str) -> list[tuple[str, str]]:
    """What may not be broken, each with the space before it: words, and Chinese characters with the marks that cling to them."""
    found: list[tuple[str, str]] = []
    for word in (tidy(text) if current() != "en" else text).split(" "):
        parts = _UNBROKEN.findall(word) if current() != "en" else [word]
        found += [(" " if number == 0 else "", part) for number, part in enumerate(parts or [word])]
    return found


def _bound(text: str) -> str:
    """The text with what must stay on one line tied together: a number and its percent sign, the ends of an interval."""
    text = re.sub(r"\((\S+) to (\S+)\)", rf"(\1{_BOND}to{_BOND}\2)", text)
    text = re.sub(r"（([^（）\s]+) 至 ([^（）\s]+)）", rf"（\1{_BOND}至{_BOND}\2）", text)
    return re.sub(r"(\d) %", rf"\1{_BOND}%", text)


def short(text: str, width: float, size: float = LABEL_SIZE, bold: bool = False) -> str:
    """A label of at most two lines of ``width`` inches, whatever length its author gave it."""
    return "\n".join(wrap(text, width, size, bold, most=2))


def _measure(size: float, bold: bool) -> Callable[[str], float]:
    untyped: Any = RendererAgg  # Matplotlib gives no types here
    renderer = untyped(DOTS_PER_INCH, DOTS_PER_INCH, DOTS_PER_INCH)
    font = FontProperties(family=families(), size=size, weight="bold" if bold else "normal")
    return lambda text: float(renderer.get_text_width_height_descent(text, font, False)[0]) / DOTS_PER_INCH


@dataclass(frozen=True, slots=True)
class Words:
    """The texts around a figure: the finding, how to read it, and the small print."""

    title: str
    reading: str
    caption: Sequence[str]


def new(words: Words, width: float, height: float, key: Sequence[tuple[Artist, str]] = ()) -> Figure:
    """Make a figure of ``width`` inches with its title, reading aid, key and caption around ``height`` inches for panels."""
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    room = width - 2 * _MARGIN
    title = wrap(said_once(words.title), room, TITLE_SIZE, bold=True, most=4)
    reading = wrap(words.reading, room, READING_SIZE, most=5)
    caption = [line for part in words.caption for line in wrap(part, room, CAPTION_SIZE, most=4)]
    columns = _columns([text for _, text in key], room) if key else 1
    rows = -(-len(key) // columns)
    legend = None
    if key:
        handles, texts = _by_column(key, columns)
        legend = figure.legend(
            handles, texts, loc="upper left", ncols=columns, borderpad=0, borderaxespad=0, fontsize=READING_SIZE,
            handlelength=2.8, columnspacing=1.8, handletextpad=0.6,
        )
    heights = {
        "title": _block(title, TITLE_SIZE), "reading": _block(reading, READING_SIZE),
        "key": rows * READING_SIZE * 1.6 / 72, "caption": _block(caption, CAPTION_SIZE),
    }
    total = height + sum(heights.values()) + 3 * _MARGIN + (0.08 if key else 0.0)
    figure.set_size_inches(width, total)
    left, y = _MARGIN / width, total - _MARGIN
    heading = figure.suptitle(
        "\n".join(title), x=left, y=y / total, ha="left", va="top", fontsize=TITLE_SIZE, fontweight="bold", linespacing=_LEADING,
    )
    heading.set_in_layout(False)
    y -= heights["title"] + 0.06
    aid = figure.text(
        left, y / total, "\n".join(reading), ha="left", va="top", fontsize=READING_SIZE, color=SOFT,
        linespacing=_LEADING, gid="reading",
    )
    aid.set_in_layout(False)
    y -= heights["reading"]
    if legend is not None:
        legend.set_in_layout(False)
        legend.set_bbox_to_anchor((left, (y - 0.08) / total), transform=figure.transFigure)
        y -= heights["key"] + 0.08
    small = figure.text(
        left, 0.5 * _MARGIN / total, "\n".join(caption), ha="left", va="bottom", fontsize=CAPTION_SIZE, color=SOFT,
        linespacing=_LEADING, gid="caption",
    )
    small.set_in_layout(False)
    bottom = (0.5 * _MARGIN + heights["caption"] + 0.08) / total
    top = (y - 0.06) / total
    figure.set_layout_engine("constrained", rect=(0.5 * left, bottom, 1 - left, top - bottom), h_pad=0.06, w_pad=0.08)
    return figure


def _block(lines: Sequence[str], size: float) -> float:
    return len(lines) * size * _LEADING / 72


def _columns(texts: Sequence[str], room: float) -> int:
    """Largest number of columns in which the key fits the width, read row by row."""
    measure = _measure(READING_SIZE, False)
    widths = [measure(text) + _KEY_GAP for text in texts]
    for rows in range(1, len(texts)):
        columns = -(-len(texts) // rows)
        if sum(max(widths[first::columns]) for first in range(columns)) <= room:
            return columns
    return 1


def _by_column(key: Sequence[tuple[Artist, str]], columns: int) -> tuple[list[Artist], list[str]]:
    """Entries in the order in which Matplotlib fills its columns, so that they read row by row."""
    ordered = [entry for first in range(columns) for entry in key[first::columns]]
    return [handle for handle, _ in ordered], [text for _, text in ordered]


def caption_of(figure: Figure) -> str:
    """The small print of a figure."""
    return next((text.get_text() for text in figure.texts if text.get_gid() == "caption"), "")


def counted(tables: StudyTables, arms: Sequence[ArmInfo], *notes: str, spread: Sequence[str] = ()) -> list[str]:
    """The caption: n, what bands and bars are, what is left out, and the command that made the study.

    ``spread`` says what bands, bars and the title's interval are; with one replicate there are none, and that is said.
    """
    low, high = tables.replicates(arms)
    notes = (*(spread if high > 1 else (say("one replicate: no interval and no band"),)), *notes)
    n = f"{low:,}" if low == high else say("{low} to {high}", low=f"{low:,}", high=f"{high:,}")
    parts = [say("n = {n} replicate per arm" if low == high == 1 else "n = {n} replicates per arm", n=n)]
    parts += [note for note in notes if note]
    if len(arms) < len(tables.arms):
        parts.append(say("{n} of {all} arms shown", n=len(arms), all=len(tables.arms)))
    if tables.failed:
        parts.append(say("{n} failed run left out" if tables.failed == 1 else "{n} failed runs left out", n=tables.failed))
    command = drawable(tables.command, tables.command.encode("ascii", "replace").decode())
    return [say("{sentence}.", sentence=say("; |list").join(parts)), say("Made by: {command}", command=command)]


def sentences(*told: str) -> str:
    """Put sentences one after another; Chinese sets no space between them."""
    return (" " if current() == "en" else "").join(sentence for sentence in told if sentence)


def grid_of(figure: Figure, rows: int, columns: int, used: int, **options: Any) -> list[Axes]:
    """Small multiples, row by row; places that are not used stay empty."""
    axes = list(figure.subplots(rows, columns, squeeze=False, **options).flat)
    for extra in axes[used:]:
        extra.set_visible(False)
    return axes[:used]
