"""How every figure looks: colours and marks that survive colour blindness and grey printing, axes with readable numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, Protocol

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.lines import Line2D
from matplotlib.ticker import Formatter

from ...analysis.languages import LANGUAGES, current, using
from ...analysis.load import ArmInfo
from ...errors import ConfigError
from ..tables import StudyTables
from ..words import MINUS, capital

INK = "#222222"
SOFT = "#6b6b6b"
RULE = "#d9d9d9"
BETTER = "#0072B2"
WORSE = "#D55E00"
UNCLEAR = "#8a8a8a"
SHADE = "#efe3c8"

LABEL_SIZE = 9.0
DOTS_PER_INCH = 160.0
"""Of the PNG."""

_SIMPLIFIED = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC", "Microsoft YaHei",
    "WenQuanYi Zen Hei", "WenQuanYi Micro Hei",
)
_TRADITIONAL = (
    "Noto Sans CJK TC", "Noto Sans TC", "Source Han Sans TC", "Source Han Sans TW", "PingFang TC", "Microsoft JhengHei",
    "Noto Sans CJK HK",
)
_ANY = ("Noto Sans CJK JP", "Noto Sans CJK KR", "Noto Serif CJK SC", "Noto Serif CJK TC", "Noto Serif CJK JP")
"""Fonts that have all characters in the shapes of another place: better than none."""
FONTS = {"en": (), "zh": (*_SIMPLIFIED, *_ANY, *_TRADITIONAL), "zh-Hant": (*_TRADITIONAL, *_ANY, *_SIMPLIFIED)}
"""Fonts to look for, by language."""
_SAMPLES = {"zh": "邻里网格编制参与负荷积压", "zh-Hant": "鄰里網格編制參與負荷積壓"}


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
HATCHES = ("", "////", "||||", "\\\\\\\\", "xxxx", "----")


@contextmanager
def styled() -> Iterator[None]:
    """Draw with Matplotlib's own defaults and ours, whatever the reader's style file says; nothing is left changed."""
    defaults = matplotlib.rcParamsDefault.items()
    everything: dict[Any, Any] = {key: value for key, value in defaults if not key.startswith("backend")}
    everything |= {
        "font.family": families(),
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
        "savefig.dpi": DOTS_PER_INCH,
    }
    with matplotlib.rc_context(everything):
        yield


class Draw(Protocol):
    """A figure: one function from a study's tables, and a language, to a Matplotlib figure."""

    def __call__(self, tables: StudyTables, language: str | None = None) -> Figure:
        """Draw it; without a language, in the one spoken now."""


def drawn(draw: Callable[[StudyTables], Figure]) -> Draw:
    """Run a figure's function in our style and in a language."""

    @wraps(draw)
    def inside(tables: StudyTables, language: str | None = None) -> Figure:
        with using(language or current()):
            needs_font()
            with styled():
                return draw(tables)

    return inside


def needs_font() -> None:
    """Refuse to draw in a language whose characters no installed font has: a figure never shows empty boxes.

    Raises
    ------
    ConfigError
        Which names the fonts that would do, and how to get one.
    """
    language = current()
    if not all(ord(letter) in _characters(language) for letter in _SAMPLES.get(language, "")):
        raise ConfigError(
            f"figures in {LANGUAGES[language]} ({language}) need a font with Chinese characters, and none is installed: "
            f"install one of {', '.join(FONTS[language][:6])} (Debian and Ubuntu: apt-get install fonts-noto-cjk), or ask for "
            "--language en"
        )


def families() -> list[str]:
    """The fonts to draw with: for Chinese a font with its characters first, else Matplotlib's own; the other behind it."""
    language = current()
    if language == "en":
        return ["DejaVu Sans", *_installed("zh")]
    return [*_installed(language), "DejaVu Sans"]


@lru_cache(maxsize=4)
def _installed(language: str) -> tuple[str, ...]:
    """The first two installed fonts of a language: one for its shapes, one for what that lacks."""
    here = {entry.name for entry in fontManager.ttflist}
    return tuple(name for name in FONTS[language] if name in here)[:2]


@lru_cache(maxsize=4)
def _characters(language: str) -> frozenset[int]:
    names = ["DejaVu Sans", *_installed("zh" if language == "en" else language)]
    fonts = [findfont(FontProperties(family=[name])) for name in names]
    return frozenset(code for path in fonts for code in get_font(path).get_charmap())


def drawable(label: str, instead: str) -> str:
    """The label, or ``instead`` when no installed font has its characters: a figure never shows empty boxes."""
    known = _characters(current())
    return label if all(ord(letter) in known for letter in label if not letter.isspace()) else instead


def labels(arms: Sequence[ArmInfo], named: dict[str, str]) -> dict[str, str]:
    """Labels that the installed fonts can draw."""
    return {arm.name: drawable(named[arm.name], arm.name) for arm in arms}


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
