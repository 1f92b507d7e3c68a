"""How every figure looks: colours that survive colour blindness and grey printing, a title that wraps, a caption that says n."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any

import matplotlib
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.lines import Line2D
from matplotlib.ticker import Formatter

from ...analysis.load import ArmInfo
from ..tables import StudyTables
from ..words import MINUS, capital, said_once

INK = "#222222"
SOFT = "#6b6b6b"
RULE = "#d9d9d9"
BETTER = "#0072B2"
WORSE = "#D55E00"
UNCLEAR = "#8a8a8a"
SHADE = "#efe3c8"

TITLE_SIZE = 13.0
READING_SIZE = 9.0
CAPTION_SIZE = 7.0
LABEL_SIZE = 9.0
_MARGIN = 0.18
_LEADING = 1.32
_FINE = 160.0
"""Dots per inch at which texts are measured: those of the PNG, where hinting makes letters wider than in the SVG."""
_BOND = "\N{NO-BREAK SPACE}"
_KEY_GAP = 0.68
"""Inches that a key's entry needs besides its text."""

_CJK = (
    "Noto Sans CJK SC", "Noto Sans CJK TC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Zen Hei",
    "PingFang SC", "Microsoft YaHei",
)


@dataclass(frozen=True, slots=True)
class Look:
    """Colour, line style and marker of one series: each alone tells the series apart."""

    colour: str
    line: Any
    marker: str
    hollow: bool = False

    @property
    def face(self) -> str:
        """Colour inside the marker."""
        return "white" if self.hollow else self.colour


LOOKS: tuple[Look, ...] = (
    Look(INK, "--", "o"),
    Look("#0072B2", "-", "s"),
    Look("#E69F00", "-.", "^"),
    Look("#009E73", ":", "D"),
    Look("#D55E00", (0, (7, 2)), "v"),
    Look("#CC79A7", (0, (4, 1, 1, 1, 1, 1)), "P"),
)
"""Okabe and Ito's colours, ordered so that neighbours differ in grey; the first is the reference's."""

BARS = ("#9a9a9a", *(look.colour for look in LOOKS[1:]))
"""Colours of bars: the reference's is light, so that whiskers stay visible on it."""
ALONE = "one replicate: no interval and no band"
HATCHES = ("", "////", "||||", "\\\\\\\\", "xxxx", "----")


@contextmanager
def styled() -> Iterator[None]:
    """Draw with Matplotlib's own defaults and ours, whatever the reader's style file says; nothing is left changed."""
    defaults = matplotlib.rcParamsDefault.items()
    everything: dict[Any, Any] = {key: value for key, value in defaults if not key.startswith("backend")}
    everything |= {
        "font.family": ["DejaVu Sans", *_cjk_fonts()],
        "font.size": LABEL_SIZE,
        "text.color": INK,
        "text.parse_math": False,
        "axes.edgecolor": SOFT,
        "axes.labelcolor": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": 10,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": RULE,
        "grid.linewidth": 0.6,
        "xtick.color": SOFT,
        "ytick.color": SOFT,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "xtick.labelsize": 8.5,
        "ytick.labelsize": 8.5,
        "legend.frameon": False,
        "hatch.linewidth": 0.6,
        "svg.hashsalt": "cocreate-sim",
        "savefig.dpi": _FINE,
    }
    with matplotlib.rc_context(everything):
        yield


def drawn(draw: Callable[[StudyTables], Figure]) -> Callable[[StudyTables], Figure]:
    """Run a figure's function in our style."""

    @wraps(draw)
    def inside(tables: StudyTables) -> Figure:
        with styled():
            return draw(tables)

    return inside


@lru_cache(maxsize=1)
def _cjk_fonts() -> tuple[str, ...]:
    installed = {entry.name for entry in fontManager.ttflist}
    return tuple(name for name in _CJK if name in installed)


@lru_cache(maxsize=1)
def _characters() -> frozenset[int]:
    fonts = [findfont(FontProperties(family=[name])) for name in ("DejaVu Sans", *_cjk_fonts())]
    return frozenset(code for path in fonts for code in get_font(path).get_charmap())


def drawable(label: str, instead: str) -> str:
    """The label, or ``instead`` when no installed font has its characters: a figure never shows empty boxes."""
    return label if all(ord(letter) in _characters() for letter in label if letter.isprintable()) else instead


def labels(arms: Sequence[ArmInfo], named: dict[str, str]) -> dict[str, str]:
    """Labels that the installed fonts can draw."""
    return {arm.name: drawable(named[arm.name], arm.name) for arm in arms}


def wrap(text: str, width: float, size: float, bold: bool = False, most: int = 6) -> list[str]:
    """Break a text into lines of at most ``width`` inches; a word that is too long is broken; a cut text ends in dots."""
    measure = _measure(size, bold)
    lines: list[str] = []
    line = ""
    for word in _bound(text).split(" "):
        trial = f"{line} {word}" if line else word
        if measure(trial) <= width:
            line = trial
            continue
        if line:
            lines.append(line)
        while measure(word) > width:
            keep = next(i for i in range(len(word) - 1, 0, -1) if i == 1 or measure(word[:i]) <= width)
            lines.append(word[:keep])
            word = word[keep:]
        line = word
    lines.append(line)
    if len(lines) > most:
        lines = lines[:most]
        lines[-1] = lines[-1].rstrip(" ,;.") + " ..."
    return [line.replace(_BOND, " ") for line in lines]


def _bound(text: str) -> str:
    """The text with what must stay on one line tied together: a number and its percent sign, the ends of an interval."""
    text = re.sub(r"\((\S+) to (\S+)\)", rf"(\1{_BOND}to{_BOND}\2)", text)
    return re.sub(r"(\d) %", rf"\1{_BOND}%", text)


def _measure(size: float, bold: bool) -> Callable[[str], float]:
    untyped: Any = RendererAgg  # Matplotlib gives no types here
    renderer = untyped(_FINE, _FINE, _FINE)
    font = FontProperties(family=["DejaVu Sans", *_cjk_fonts()], size=size, weight="bold" if bold else "normal")
    return lambda text: float(renderer.get_text_width_height_descent(text, font, False)[0]) / _FINE


@dataclass(frozen=True, slots=True)
class Words:
    """The texts around a figure: the finding, how to read it, and the small print."""

    title: str
    reading: str
    caption: Sequence[str]


def page(words: Words, width: float, height: float, key: Sequence[tuple[Artist, str]] = ()) -> Figure:
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
    notes = (*(spread if high > 1 else (ALONE,)), *notes)
    n = f"n = {low:,}" if low == high else f"n = {low:,} to {high:,}"
    parts = [f"{n} {'replicate' if low == high == 1 else 'replicates'} per arm", *(note for note in notes if note)]
    if len(arms) < len(tables.arms):
        parts.append(f"{len(arms)} of {len(tables.arms)} arms shown")
    if tables.failed:
        parts.append(f"{tables.failed} failed {'run' if tables.failed == 1 else 'runs'} left out")
    command = drawable(tables.command, tables.command.encode("ascii", "replace").decode())
    return [f"{'; '.join(parts)}.", f"Made by: {command}"]


def line_key(look: Look, text: str) -> tuple[Line2D, str]:
    """An entry of the key for one line."""
    line = Line2D([], [], color=look.colour, linestyle=look.line, linewidth=1.8, marker=look.marker, markersize=5)
    line.set_markerfacecolor(look.face)
    return line, capital(text)


def looks(tables: StudyTables, arms: Sequence[ArmInfo]) -> tuple[Look, ...]:
    """One look per arm; where each arm has its own reference, as at several loads, the two share a colour."""
    bases = [tables.base_of(arm).name for arm in arms]
    pairs = list(dict.fromkeys(bases))
    if len(pairs) < 2 or 2 * len(pairs) != len(arms):
        return LOOKS[: len(arms)] if len(arms) > 1 else LOOKS[1:2]
    found = []
    for arm, base in zip(arms, bases, strict=True):
        look = LOOKS[1 + pairs.index(base)]
        first = arm.name == base
        found.append(Look(look.colour, "--" if first else "-", look.marker, hollow=first))
    return tuple(found)


class Ticks(Formatter):
    """Numbers along an axis: the same decimals on all of them, thousands set apart, a true minus sign, a plus if asked."""

    def __init__(self, plus: bool = False) -> None:
        self.plus = plus

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """All labels of an axis at once, so that they agree in their decimals."""
        decimals = next((d for d in range(7) if all(abs(round(v, d) - v) < 1e-9 for v in values)), 6)
        return [self._label(value, decimals) for value in values]

    def __call__(self, x: float, pos: int | None = None) -> str:
        """One label alone."""
        return self._label(x, next((d for d in range(7) if abs(round(x, d) - x) < 1e-9), 6))

    def _label(self, value: float, decimals: int) -> str:
        text = f"{value:,.{decimals}f}"
        if float(text.replace(",", "")) == 0.0:
            return text.lstrip("-")
        return f"+{text}" if self.plus and value > 0 else text.replace("-", MINUS)


def calm(axes: Axes, share: float = 0.2) -> None:
    """Widen a vertical axis whose range is a small share of its values, so that noise does not look like news."""
    low, high = axes.get_ylim()
    wanted = share * max(abs(low), abs(high))
    if high - low < wanted:
        middle = (low + high) / 2
        axes.set_ylim(middle - wanted / 2, middle + wanted / 2)


def from_zero(axes: Axes, never_negative: bool) -> None:
    """No room below zero for what is never negative."""
    if never_negative and axes.get_ylim()[0] < 0:
        axes.set_ylim(bottom=0)


def grid_of(figure: Figure, rows: int, columns: int, used: int, **options: Any) -> list[Axes]:
    """Small multiples, row by row; places that are not used stay empty."""
    axes = list(figure.subplots(rows, columns, squeeze=False, **options).flat)
    for extra in axes[used:]:
        extra.set_visible(False)
    return axes[:used]
