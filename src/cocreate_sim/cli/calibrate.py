"""``cocreate calibrate``: which worlds give what is known of the real place."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..analysis.languages import using
from .progress import Progress
from .runs import close, default_folder, spoken, warm_up
from .studies import limits


def calibrate(options: argparse.Namespace) -> None:
    """Draw worlds, run them before any policy, and keep those that meet every target."""
    from ..study.calibrate import BASE, planned
    from ..study.calibrate import calibrate as study

    targets = options.targets or BASE
    config = planned(options.words, targets, options.accept, options.waves).config
    out = Path(config["out"]) if config["out"] is not None else default_folder("calibrate")
    with using(spoken(options)), Progress("worlds", options.quiet) as progress:
        folder = study(
            options.words, out, targets=targets, accept=options.accept, waves=options.waves, progress=progress,
            ready=lambda: warm_up(options.quiet), limits=limits(options),
        )  # fmt: skip
    close(folder, options)
