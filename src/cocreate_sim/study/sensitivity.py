"""Which settings matter, written into the folder of a sweep: a table, sentences and a figure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..analysis import sensitivity as analysis
from ..analysis.languages import ending
from ..analysis.load import load_study
from ..analysis.sensitivity_words import told
from ..report.tables import StudyTables
from .output import write_csv, write_text


def sensitivity(folder: str | Path, method: str | None = None, outcomes: Sequence[str] | None = None) -> Path:
    """Say which of the sampled settings of a sweep matter for its outcomes.

    Parameters
    ----------
    folder
        A sweep with design ``saltelli`` (Sobol indices), ``morris``, ``latin_hypercube`` or ``sobol`` (PRCC), ``one_at_a_time``.
    method, outcomes
        See :func:`cocreate_sim.analysis.sensitivity.sensitivity`.

    Returns
    -------
    Path
        The folder, with ``sensitivity.csv``, ``sensitivity.txt`` and ``figures/sensitivity.svg`` and ``.png``.

    Raises
    ------
    ConfigError, CoCreateError
        Before anything is written: see :func:`cocreate_sim.analysis.sensitivity.sensitivity`.
    """
    study = load_study(folder)
    table = analysis.sensitivity(study, method, outcomes)
    text = "\n".join(told(study, table, outcomes or study.headline)) + "\n"
    from ..report.figures.save import save  # Matplotlib is slow to import
    from ..report.figures.sensitivity import of_table

    figure = of_table(StudyTables(study), table)
    write_csv(study.folder / "sensitivity.csv", table)
    write_text(study.folder / f"sensitivity{ending()}.txt", text)
    save(figure, study.folder / "figures", f"sensitivity{ending()}")
    return study.folder
