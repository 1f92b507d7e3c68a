"""Figures on disk: SVG and PNG, the same bytes for the same data, and never half a file."""

from __future__ import annotations

import re
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from matplotlib.figure import Figure

from ...disk import write_bytes
from .page import caption_of
from .style import styled

_CLIP = re.compile(rb' *<clipPath id="(\w+)">\n(.*?)</clipPath>\n', re.S)
_USE = re.compile(rb"url\(#(\w+)\)")


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write ``folder/name.svg`` and ``folder/name.png``; each appears whole or not at all."""
    return [write_bytes(folder / f"{name}.{kind}", _bytes(figure, kind), shared=True) for kind in ("svg", "png")]


def _bytes(figure: Figure, kind: str) -> bytes:
    said = {"Title": " ".join(figure.get_suptitle().split()), "Description": " ".join(caption_of(figure).split())}
    silent = {"svg": ("Date", "Creator"), "png": ("Software",)}[kind]
    picture = BytesIO()
    with styled():
        _settle(figure)
        figure.savefig(picture, format=kind, metadata={**said, **dict.fromkeys(silent)}, facecolor="white")
    return _with_stable_clips(picture.getvalue()) if kind == "svg" else picture.getvalue()


def _settle(figure: Figure) -> None:
    """Lay the figure out once, and round where its panels lie: the solver's last digits depend on memory addresses."""
    if figure.get_layout_engine() is None:
        return
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = (round(value, 5) for value in axes.get_position(original=True).bounds)
        axes.set_position((left, bottom, width, height))


def _with_stable_clips(svg: bytes) -> bytes:
    """Name clip paths by what they are.

    Matplotlib names them by the memory address of an object that may be gone, so that the same figure could differ.
    """
    names = {name: b"p" + sha256(shape).hexdigest()[:10].encode() for name, shape in _CLIP.findall(svg)}
    written: set[bytes] = set()

    def once(found: re.Match[bytes]) -> bytes:
        name = names[found[1]]
        if name in written:
            return b""
        written.add(name)
        return found[0].replace(found[1], name, 1)

    return _USE.sub(lambda found: b"url(#" + names.get(found[1], found[1]) + b")", _CLIP.sub(once, svg))
