"""Figures on disk: SVG and PNG, the same bytes for the same data, and never half a file."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

from matplotlib.figure import Figure

from ...errors import OutputError
from .page import caption_of
from .style import styled


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Write ``folder/name.svg`` and ``folder/name.png``; each appears whole or not at all."""
    return [_write(folder / f"{name}.{kind}", _bytes(figure, kind)) for kind in ("svg", "png")]


def _bytes(figure: Figure, kind: str) -> bytes:
    said = {"Title": " ".join(figure.get_suptitle().split()), "Description": " ".join(caption_of(figure).split())}
    silent = {"svg": ("Date", "Creator"), "png": ("Software",)}[kind]
    picture = BytesIO()
    with styled():
        figure.savefig(picture, format=kind, metadata={**said, **dict.fromkeys(silent)}, facecolor="white")
    return picture.getvalue()


def _write(path: Path, content: bytes) -> Path:
    draft = path.with_name(f".tmp-{os.getpid()}-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with draft.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}") from error
    return path
