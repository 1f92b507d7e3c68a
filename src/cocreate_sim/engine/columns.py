"""Tables of entities: one row per entity, one named column per state variable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

Columns = Mapping[str, tuple[type, str]]
"""Name of a column -> its type, and what it means (with its unit)."""


def table(columns: Columns, rows: int, **values: Any) -> np.recarray:
    """Make a table of ``rows`` rows, filled with zeros or with the given columns.

    A row lies in one piece of memory: rules that touch many columns of few rows (issues, sites, posts) read it at once.
    """
    made = np.zeros(rows, dtype=np.dtype([(name, kind) for name, (kind, _) in columns.items()], align=True))
    for name, value in values.items():
        made[name] = value
    return made.view(np.recarray)
