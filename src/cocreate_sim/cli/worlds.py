"""``cocreate robustness``: what the worlds of a study that was run say; nothing is simulated."""

from __future__ import annotations

import argparse
import json

from . import show
from .studies import folder_of


def robustness(options: argparse.Namespace) -> None:
    """Say in how many worlds what holds, and draw it."""
    from ..report.figures import draw_all
    from ..study.results import write_robustness

    folder = folder_of(options.words)
    write_robustness(folder)
    figures = draw_all(folder, ["robustness"])
    if options.json:
        show.as_json({"out": str(folder), **json.loads((folder / "summary.json").read_text(encoding="utf-8")), "figures": [str(path) for path in figures]})
    elif not options.quiet:
        print((folder / "robustness.txt").read_text(encoding="utf-8"))
        print(f"Figure: {figures[0]}")
