"""What evaluations of a dated policy would find, written into the folder of a comparison: a table, sentences and a figure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..analysis import timelines as analysis
from ..analysis.interrupted import FEWEST_WEEKS
from ..analysis.languages import ending
from ..analysis.load import load_study
from ..analysis.timelines_words import told
from ..errors import ConfigError
from ..report.tables import NotOffered, StudyTables
from .output import write_csv, write_text

MOST_WEEKS = 1000


def timeline(folder: str | Path, outcomes: Sequence[str] | None = None, window: int = analysis.WINDOW) -> Path:
    """Set before-after, interrupted time series and difference-in-differences of a dated policy beside the true effect.

    Parameters
    ----------
    folder
        A comparison in which an arm differs from its reference by a timeline alone, such as ``policies=before_2022,rollout``.
    outcomes, window
        See :func:`cocreate_sim.analysis.timelines.timeline`.

    Returns
    -------
    Path
        The folder, with ``timeline.csv``, ``timeline.txt`` and, where weeks around a change suffice, ``figures/timeline.svg``
        and ``.png``.

    Raises
    ------
    ConfigError, CoCreateError
        Before anything is written: see :func:`cocreate_sim.analysis.timelines.timeline`.
    """
    if not FEWEST_WEEKS <= window <= MOST_WEEKS:
        raise ConfigError(f"window = {window} weeks is outside its range {FEWEST_WEEKS} to {MOST_WEEKS}")
    study = load_study(folder)
    table = analysis.timeline(study, outcomes, window)
    text = "\n".join(told(study, table, window)) + "\n"
    from ..report.figures.save import save  # Matplotlib is slow to import
    from ..report.figures.timelines import of_table

    try:
        figure = of_table(StudyTables(study), table, window)
    except NotOffered:  # difference-in-differences alone: the table and the sentences hold all that there is
        figure = None
    write_csv(study.folder / "timeline.csv", table)
    write_text(study.folder / f"timeline{ending()}.txt", text)
    if figure is not None:
        save(figure, study.folder / "figures", f"timeline{ending()}")
    return study.folder
