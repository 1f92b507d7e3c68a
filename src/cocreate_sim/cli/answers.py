"""``cocreate sensitivity`` and ``timeline``: what a finished study answers beyond its summary."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from ..analysis.languages import ending, using
from ..errors import ConfigError, nearest
from . import show
from .runs import spoken


def sensitivity(options: argparse.Namespace) -> None:
    """Say which settings matter in a sweep."""
    from ..study.sensitivity import sensitivity as measure

    folder, asked = _asked(options.words, ("method", "outcomes"))
    with using(spoken(options)):
        _tell(measure(folder, asked.get("method"), _names(asked)), f"sensitivity{ending()}", options)


def timeline(options: argparse.Namespace) -> None:
    """Say what evaluations of a dated policy would find, beside the truth."""
    from ..study.timelines import timeline as measure

    folder, asked = _asked(options.words, ("outcomes",))
    with using(spoken(options)):
        _tell(measure(folder, _names(asked), options.window), f"timeline{ending()}", options)


def _asked(words: Sequence[str], allowed: Sequence[str]) -> tuple[Path, dict[str, str]]:
    """Split the words into the folder of a study and what is asked about it."""
    folders = [word for word in words if "=" not in word]
    if len(folders) != 1:
        raise ConfigError("name one folder of a study, such as results/first (command line)")
    asked: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if equals and key not in allowed:
            raise ConfigError(f"{key} is not known{nearest(key, allowed)}; allowed here: {', '.join(allowed)} (command line)")
        if equals and not value:
            raise ConfigError(f"{key}= is empty (command line)")
        asked |= {key: value} if equals else {}
    return Path(folders[0]), asked


def _names(asked: dict[str, str]) -> list[str] | None:
    return [name.strip() for name in asked["outcomes"].split(",")] if "outcomes" in asked else None


def _tell(folder: Path, name: str, options: argparse.Namespace) -> None:
    """Print the sentences, and where the table and the figure are."""
    text = (folder / f"{name}.txt").read_text(encoding="utf-8")
    table = folder / f"{name.partition('.')[0]}.csv"
    figures = [path for kind in ("svg", "png") if (path := folder / "figures" / f"{name}.{kind}").exists()]
    if options.json:
        show.as_json({"out": str(folder), "text": text, "table": str(table), "figures": [str(path) for path in figures]})
        return
    if not options.quiet:
        print(text)
        print(f"Table:  {table}")
        if figures:
            print(f"Figure: {figures[-1]}")
