"""``cocreate report``: a study, or several side by side, as one HTML file that opens anywhere."""

from __future__ import annotations

import argparse

from ..errors import ConfigError
from . import show


def report(options: argparse.Namespace) -> None:
    """Write a report on the studies in some folders."""
    folders = [word for word in options.words if not word.startswith("out=")]
    outs = [word.removeprefix("out=") for word in options.words if word.startswith("out=")]
    settings = [word for word in folders if "=" in word.partition("/")[0]]
    if settings:
        raise ConfigError(f"{settings[0]} is not known; a report takes folders of studies and out=FILE.html (command line)")
    if len(outs) > 1 or "" in outs:
        raise ConfigError("out= takes one file, such as out=report.html (command line)")
    from ..report.html import write_report  # Matplotlib is slow to import

    path = write_report(folders, options.language or "en", outs[0] if outs else None)
    size = path.stat().st_size
    if options.json:
        show.as_json({"report": str(path), "bytes": size, "language": options.language or "en"})
    elif not options.quiet:
        print(f"Report: {path} ({size / 1e6:.1f} MB); it opens in any browser and needs no network")
