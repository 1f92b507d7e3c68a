"""A report on what the page shows: its policies as a study of their own, and the file that opens anywhere."""

from __future__ import annotations

import threading
from pathlib import Path
from tempfile import TemporaryDirectory

from ..analysis.languages import using
from ..errors import ConfigError
from .asked import Asked
from .places import Places
from .plans import plans

_one = threading.Lock()
"""One report at a time: each takes a processor for itself, and figures are drawn by one hand."""


def report(asked: Asked, places: Places) -> str:
    """Run what the page asks for as a study and return the report on it as one HTML document; no file stays.

    Raises
    ------
    ConfigError
        When a policy cannot run, or another report is being made.
    """
    from ..report.html import report_html
    from ..study.design import Arm
    from ..study.executors import Processes
    from ..study.results import write_results
    from ..study.runner import run_study

    planned, wrong = plans(asked, places)
    if wrong or not planned:
        raise ConfigError("; ".join(wrong))
    if not _one.acquire(blocking=False):
        raise ConfigError("another report is being made; ask again when it is there")
    try:
        names = [f"policy_{plan.number}" if plan.number else "baseline" for plan in planned]
        labels = _distinct([plan.english for plan in planned])
        arms = [Arm(name, label, plan.words, {}, names[0]) for name, label, plan in zip(names, labels, planned, strict=True)]
        about = {
            "command": f"cocreate dashboard  # and open its address with {asked.query(places) or '/'}",
            "question": f"What changes with {', '.join(labels[1:])}, against {labels[0]}?" if labels[1:] else "What happens?",
            "headline": list(asked.charts),
        }
        with TemporaryDirectory(prefix="cocreate-") as folder, using(asked.language):
            configs = [plan.runs[0].config for plan in planned]
            out = run_study(arms, asked.repeat, asked.seed, Path(folder) / "page", Processes(1), configs=configs, about=about)
            write_results(out)
            return report_html([out], asked.language)
    finally:
        _one.release()


def _distinct(labels: list[str]) -> list[str]:
    """Return labels that tell policies apart, when two cards hold the same."""
    return [label if labels.count(label) == 1 else f"{label} ({k})" for k, label in enumerate(labels)]
