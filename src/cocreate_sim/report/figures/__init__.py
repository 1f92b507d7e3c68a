"""Figures that planners read: each is one function from a study's tables to a Matplotlib figure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from ...analysis.languages import current, ending, using
from ...errors import ConfigError, nearest
from ..tables import NotOffered, StudyTables
from ..tables import load as read_study
from .differences import differences
from .funnel import funnel
from .load import load
from .many import many
from .maps import map_backlog, map_participation, map_ties
from .robustness import robustness
from .save import save
from .sensitivity import sensitivity
from .style import Draw
from .ties import ties
from .timelines import timeline
from .trajectories import trajectories
from .unit_size import unit_size
from .waiting import waiting

FIGURES: dict[str, Draw] = {
    "trajectories": trajectories,
    "differences": differences,
    "many": many,
    "waiting": waiting,
    "unit_size": unit_size,
    "load": load,
    "funnel": funnel,
    "sensitivity": sensitivity,
    "timeline": timeline,
    "robustness": robustness,
    "map_participation": map_participation,
    "map_backlog": map_backlog,
    "map_ties": map_ties,
    "ties": ties,
}
"""All figures, in the order of a report."""

__all__ = ["FIGURES", "Draw", "StudyTables", "draw_all", "draw_offered", "not_offered"]


def draw_all(folder: Path, names: Sequence[str] | None = None, language: str | None = None) -> list[Path]:
    """Draw the figures that a study's data supports into its ``figures`` folder, as SVG and PNG; return what was written.

    In English they are called ``NAME.svg``, in another language ``NAME.zh.svg``. A figure that is asked for by name and cannot be
    drawn is refused, with the reason, before anything is written.
    """
    for name in names or ():
        if name not in FIGURES:
            raise ConfigError(f"figure {name!r} is not known{nearest(name, FIGURES)}; allowed: {', '.join(FIGURES)}")
    tables = read_study(Path(folder))
    drawn: dict[str, Figure] = {}
    for name in FIGURES if names is None else dict.fromkeys(names):
        try:
            drawn[name] = FIGURES[name](tables, language)
        except NotOffered as reason:
            if names is not None:
                raise ConfigError(f"figure {name!r} cannot be drawn from {folder}: {reason}") from reason
    with using(language or current()):
        return [path for name, figure in drawn.items() for path in save(figure, tables.study.folder / "figures", name + ending())]


def draw_offered(folder: Path, names: Sequence[str], language: str | None = None) -> list[Path]:
    """Draw those of the named figures that a study's data supports; return what was written."""
    reasons = not_offered(folder)
    offered = [name for name in names if name not in reasons]
    return draw_all(folder, offered, language) if offered else []


def not_offered(folder: Path) -> dict[str, str]:
    """Name every figure that a study's data does not support, with the reason."""
    tables = read_study(Path(folder))
    reasons: dict[str, str] = {}
    for name, draw in FIGURES.items():
        try:
            draw(tables)
        except NotOffered as reason:
            reasons[name] = str(reason)
    return reasons
