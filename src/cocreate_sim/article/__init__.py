"""The article as data: every figure and claim of it, and what in the model answers to each."""

from __future__ import annotations

from .bindings import BoundRow, as_mapping, bound_rows, check, counts, faults
from .rows import CHECKED, IDS, KINDS, Row, read

__all__ = ["CHECKED", "IDS", "KINDS", "BoundRow", "Row", "as_mapping", "bound_rows", "check", "counts", "faults", "read"]
