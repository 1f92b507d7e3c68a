"""``cocreate frontier``: which policies no other policy beats."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..analysis.languages import using
from .progress import Progress
from .runs import close, default_folder, spoken, warm_up
from .studies import limits


def frontier(options: argparse.Namespace) -> None:
    """Search levers for the policies that no other beats in all goals."""
    from ..study.frontier import GOALS, search, search_of

    asked = (options.goals or GOALS, options.reach, options.population, options.generations)
    config = search_of(options.words, *asked).space.config
    out = Path(config["out"]) if config["out"] is not None else default_folder("frontier")
    with using(spoken(options)), Progress("runs of this generation", options.quiet) as progress:
        folder = search(
            options.words, out, goals=asked[0], reach=asked[1], population=asked[2], generations=asked[3], progress=progress,
            ready=lambda: warm_up(options.quiet), limits=limits(options),
        )  # fmt: skip
    close(folder, options)
