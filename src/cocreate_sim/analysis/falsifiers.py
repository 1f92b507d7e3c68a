"""What would prove the claims wrong, fixed before any run, and what this study says about it."""

from __future__ import annotations

from . import staffing, unit_size
from .load import Study


def falsifiers(study: Study) -> list[str]:
    """Return the test of each claim that a study can test; empty when it can test none."""
    return [*staffing.verdicts(study), *unit_size.falsifier(study)]
