"""A report that opens anywhere: one HTML file with the question, the answer, figures, tables, limits and provenance."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from ...analysis.languages import checked, using
from ...disk import write_bytes
from ...errors import ConfigError, OutputError
from ..tables import NotOffered, StudyTables, load
from .page import GENERATOR, page

__all__ = ["report_html", "write_report"]

MOST_STUDIES = 4
"""Studies that fit side by side."""


def report_html(folders: Sequence[str | Path], language: str = "en") -> str:
    """Return a report on one study, or on several side by side, as one HTML document.

    Parameters
    ----------
    folders
        Folders of studies; an unfinished one is reported with what is there, and says what is missing.
    language
        ``en``, ``zh`` or ``zh-Hant``.

    Raises
    ------
    ConfigError
        When the language is not known, a study is named twice, or there are too many.
    OutputError
        When a folder holds no study, one of another schema, or no run that finished.
    """
    checked(language)
    studies = _read(folders)
    with using(language):
        return page(studies, _command(folders, language))


def write_report(folders: Sequence[str | Path], language: str = "en", out: str | Path | None = None) -> Path:
    """Write a report as one HTML file and return its path; the file appears whole or not at all.

    Parameters
    ----------
    out
        The file; without one ``report.html`` in the folder of the only study. A file that is not a report is never replaced.
    """
    checked(language)
    if out is None and len(folders) > 1:
        raise ConfigError("a report on several studies needs out=FILE.html: it belongs to none of their folders")
    path = Path(out) if out is not None else Path(folders[0]) / "report.html"
    _check_target(path)
    studies = _read(folders)
    with using(language):
        text = page(studies, _command(folders, language, path))
    return write_bytes(path, text.encode(), shared=True)


def _read(folders: Sequence[str | Path]) -> list[StudyTables]:
    if not folders:
        raise ConfigError("no study is named; give the folder of a study, such as `cocreate report results/first`")
    if len(folders) > MOST_STUDIES:
        raise ConfigError(f"{len(folders)} studies are named; at most {MOST_STUDIES} stand side by side in one report")
    seen: dict[Path, str | Path] = {}
    for folder in folders:
        place = Path(folder).resolve()
        if place in seen:
            raise ConfigError(f"{folder} is named twice")
        seen[place] = folder
    try:
        return [load(Path(folder)) for folder in folders]
    except NotOffered as reason:
        raise OutputError(str(reason)) from reason


def _command(folders: Sequence[str | Path], language: str, out: Path | None = None) -> str:
    words = ["cocreate", "report", *map(str, folders), *([f"out={out}"] if out is not None else []), "--language", language]
    return shlex.join(words)


def _check_target(path: Path) -> None:
    """Refuse a target before any work: not an HTML file, a folder, or somebody else's file."""
    if path.suffix.lower() not in (".html", ".htm"):
        raise ConfigError(f"out={path}: a report is an HTML file; give a name that ends in .html")
    if path.is_dir():
        raise OutputError(f"{path} is a folder; give the name of a file that ends in .html")
    if path.exists():
        try:
            head = path.read_bytes()[:4000]
        except OSError as error:
            raise OutputError(f"{path} cannot be read: {error.strerror or error}") from error
        if GENERATOR.encode() not in head:
            raise OutputError(
                f"{path} is there already and is not a report of cocreate-sim; give another name (nothing was changed)"
            )
