"""``cocreate channels``: small and large units with each channel alone, without it, with all and with none."""

from __future__ import annotations

import argparse

from . import show
from .progress import Progress
from .runs import warm_up


def channels(options: argparse.Namespace) -> None:
    """Print which channel of unit size does what."""
    from ..validation.channel_survey import plan, survey

    chosen = plan(options.words)
    with Progress("pairs of runs", options.quiet) as progress:
        said = survey(chosen, progress, lambda: warm_up(options.quiet))
    if options.json:
        show.as_json(said)
        return
    from ..validation.channel_words import reading, setting, tables

    print("The ten channels of unit size. A channel that is off takes the building for the unit.\n")
    for row in said["channels"]:
        show.paragraph(f"{row['channel']}: {row['acts_on']} Off: {row['off']}.", 2)
    print()
    show.paragraph(setting(said))
    for title, head, rows in tables(said):
        print()
        show.paragraph(f"{title}.")
        show.table(head, rows)
    print()
    for line in reading(said):
        show.paragraph(line)
