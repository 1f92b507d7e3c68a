"""``cocreate places``: one replicate of a study once more, to see where it happened: by compound, building and unit."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..errors import ConfigError
from . import show
from .runs import spoken, warm_up


def places(options: argparse.Namespace) -> None:
    """Do one replicate of a study again, write a table by place, and draw the maps."""
    language = spoken(options)
    folders = [word for word in options.words if not word.startswith("arms=")]
    named = [name for word in options.words if word.startswith("arms=") for name in word.removeprefix("arms=").split(",")]
    if len(folders) != 1 or "=" in folders[0]:
        raise ConfigError("give the folder of one study, and arms=A,B if not the reference and the last one (command line)")
    from ..report.figures import draw_offered
    from ..study.places import write_places

    warm_up(options.quiet)
    folder = Path(folders[0])
    tables = write_places(folder, [name for name in named if name], options.replicate)
    figures = draw_offered(folder, ("map_participation", "map_backlog", "map_ties", "ties"), language)
    if options.json:
        show.as_json({"tables": [str(path) for path in tables], "figures": [str(path) for path in figures]})
    elif not options.quiet:
        print(f"Tables:  {', '.join(str(path) for path in tables)}")
        print(f"Figures: {', '.join(path.name for path in figures if path.suffix == '.svg')} in {folder / 'figures'}")
