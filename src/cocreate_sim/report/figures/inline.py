"""Figures as part of a page: SVG whose text stays text, so that it can be searched, read aloud and printed sharply."""

from __future__ import annotations

import re
from html import escape
from io import StringIO

import matplotlib
from matplotlib.figure import Figure

from ...analysis.languages import current
from .page import caption_of
from .style import FONTS, families, styled

_GENERIC = {"en": ("DejaVu Sans", "Verdana"), "zh": FONTS["zh"][:6], "zh-Hant": FONTS["zh-Hant"][:6]}
"""Fonts that a reader's computer may have, whatever this one has."""


def inline_svg(figure: Figure, name: str) -> str:
    """Return a figure as SVG for a page that may hold several: its ids begin with ``name``, its alternative text is its finding.

    The alternative text is computed from the data: the title, how to read the figure, and its caption.
    """
    picture = StringIO()
    with styled(), matplotlib.rc_context({"svg.fonttype": "none"}):
        figure.savefig(picture, format="svg", metadata={"Date": None, "Creator": None}, facecolor="white")
    svg = picture.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<style[^>]*>.*?</style>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", svg)
    svg = re.sub(r'\b(xlink:href|href)="#([^"]+)"', rf'\1="#{name}-\2"', svg)
    here = ", ".join(f"'{family}'" for family in families())
    anywhere = ", ".join(f"'{family}'" for family in dict.fromkeys((*_GENERIC[current()], *families())))
    svg = svg.replace(here, f"{anywhere}, sans-serif")
    said = escape(alternative(figure), quote=True)
    head = f'<svg role="img" aria-label="{said}" style="stroke-linejoin:round;stroke-linecap:butt"'
    return re.sub(r"<svg", lambda _: head, svg, count=1)


def alternative(figure: Figure) -> str:
    """Return what a figure says to somebody who does not see it."""
    reading = next((text.get_text() for text in figure.texts if text.get_gid() == "reading"), "")
    joint = " " if current() == "en" else ""
    said = [re.sub(r"\s*\n\s*", joint, part) for part in (figure.get_suptitle(), reading, caption_of(figure)) if part]
    return " ".join(said)
