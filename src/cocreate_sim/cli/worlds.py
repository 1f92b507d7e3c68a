"""``cocreate robustness`` and ``explore``: what the worlds of a study that was run say; nothing is simulated."""

from __future__ import annotations

import argparse
import json

from ..analysis.languages import ending, using
from ..errors import ConfigError
from . import show
from .runs import spoken
from .studies import folder_of


def robustness(options: argparse.Namespace) -> None:
    """Say in how many worlds what holds, and draw it."""
    from ..report.figures import draw_all
    from ..study.results import write_robustness

    folder = folder_of(options.words)
    with using(spoken(options)):
        write_robustness(folder)
        figures = draw_all(folder, ["robustness"])
        text = folder / f"robustness{ending()}.txt"
    if options.json:
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        show.as_json({"out": str(folder), **summary, "figures": [str(path) for path in figures]})
    elif not options.quiet:
        print(text.read_text(encoding="utf-8"))
        print(f"Figure: {figures[0]}")


def explore(options: argparse.Namespace) -> None:
    """Say under which settings something happens, and draw it."""
    from ..analysis.explore import EXAMPLE
    from ..analysis.explore_words import as_dict, told
    from ..study.explored import explored

    folder = folder_of(options.words)
    if not options.where:
        raise ConfigError(f"say what happens: --where OUTCOME<NUMBER; example: {EXAMPLE}")
    if not 1 <= options.boxes <= 20:
        raise ConfigError(f"--boxes {options.boxes} must be a whole number from 1 to 20 (command line)")
    with using(spoken(options)):
        found, figures = explored(folder, options.where, options.arm, options.reference, options.boxes)
        text = told(found)
    if options.json:
        show.as_json({"out": str(folder), **as_dict(found), "figures": [str(path) for path in figures]})
    elif not options.quiet:
        print(text)
        print(f"Figure: {figures[0]}")
