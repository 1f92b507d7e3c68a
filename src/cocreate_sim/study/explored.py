"""An exploration of a finished study: what was found, beside its tables."""

from __future__ import annotations

from pathlib import Path

from ..analysis.explore import Explored, explore
from ..analysis.explore_words import as_dict, told
from ..analysis.languages import ending
from ..analysis.load import load_study
from .output import write_csv, write_json, write_text


def explored(
    folder: str | Path, where: str, arm: str = "", reference: str = "", boxes: int = 3
) -> tuple[Explored, list[Path]]:
    """Find the settings under which something holds, and write it beside the tables of the study.

    Parameters
    ----------
    folder
        A study whose replicates are worlds, or a sweep of sampled points.
    where, arm, reference, boxes
        As in :func:`cocreate_sim.analysis.explore.explore`.

    Returns
    -------
    Explored
        What was found; it stands in ``explore.txt``, ``explore.json`` and ``explore_tree.csv`` too.
    list of Path
        The figure.
    """
    from ..report.figures.explored import explored as drawn  # Matplotlib is slow to import
    from ..report.figures.save import save

    place = Path(folder)
    found = explore(load_study(place), where, arm, reference, boxes)
    write_csv(place / "explore_tree.csv", found.leaves)
    write_json(place / "explore.json", as_dict(found))
    write_text(place / f"explore{ending()}.txt", told(found))
    return found, save(drawn(found), place / "figures", f"explored{ending()}")
