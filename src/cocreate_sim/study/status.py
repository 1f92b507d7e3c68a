"""How far a study is: from its folder alone, while it runs or after it stopped."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..analysis.parts import RUNS, read_journal, read_manifest, read_table, table_path
from . import lock


@dataclass(frozen=True, slots=True)
class Status:
    """What is done, what failed, what is left, and how long that will take."""

    state: str
    """"running", "stopped", or "complete"."""
    asked: int
    done: int
    failed: int
    left: int
    runs_per_minute: float | None
    """By the time that runs took, and the number of processes; None before the first run."""
    seconds_left: float | None
    damaged: int
    """Files that are not as they were written; going on does their runs again."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def status(out: str | Path) -> Status:
    """Look at a study without touching it.

    Parameters
    ----------
    out
        The folder of the study.

    Returns
    -------
    Status
        How many runs were asked for, are done, failed and left, and the seconds that are left.

    Raises
    ------
    OutputError
        When the folder holds no study.
    """
    folder = Path(out)
    manifest = read_manifest(folder)
    runs, damaged = _runs(folder)
    ok = int((runs["status"] == "ok").sum())
    failed = len(runs) - ok
    asked = int(manifest["runs"]["asked"])
    left = max(asked - ok - failed, 0)
    mean = float(runs["wall_seconds"].mean()) if len(runs) else 0.0
    pace = 60.0 * int(manifest["processes"]) / mean if mean > 0 else None
    state = "running" if lock.in_use(folder) else "complete" if left == 0 and manifest["status"] == "complete" else "stopped"
    return Status(state, asked, ok, failed, left, pace, None if pace is None else 60.0 * left / pace, damaged)


def _runs(folder: Path) -> tuple[pd.DataFrame, int]:
    """Return the runs that are on disk, and how many pieces are damaged."""
    columns = ("arm", "replicate", "status", "wall_seconds")
    path = table_path(folder, RUNS)
    if path.is_file():
        return read_table(path, columns), 0
    pieces = read_journal(folder)
    whole = [piece for piece in pieces if not piece.damage(folder)]
    tables = [read_table(piece.path(folder, RUNS), columns) for piece in whole if piece.runs]
    runs = pd.concat(tables, ignore_index=True).drop_duplicates(["arm", "replicate"]) if tables else pd.DataFrame(columns=columns)
    return runs, len(pieces) - len(whole)
