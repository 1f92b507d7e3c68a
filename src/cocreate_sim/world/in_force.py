"""The levers in force in each subdistrict, at the start and after each change of the timeline."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import numpy as np

from ..engine.columns import Columns, table
from .levers import Levers
from .timeline import DATED, Timeline, code_of

IN_FORCE: Columns = {
    "posts": (np.int32, "Established posts."),
    "partition": (np.int32, "Households per unit; -1 10-20, -2 nested, -3 grid."),
    "head_hours": (np.int8, "0 per_head, 1 equal_total."),
    "community_workers_per_10k": (np.float64, "Community workers per 10,000 residents."),
    "staff_rule": (np.int8, "0 cases_first, 1 protected."),
    "protected_share": (np.float64, "Share of time kept under the protected rule."),
    "red_board": (np.bool_, "A red board names participants."),
    "broadcast": (np.bool_, "Messages go to the chat groups."),
    "project_budget": (np.float64, "Yuan per year for micro-renovations."),
    "pay": (np.float64, "Monthly pay of community workers, yuan."),
    "post_pay": (np.float64, "Monthly pay of a post, yuan."),
    "vote_honoured": (np.bool_, "What was voted for is built."),
}
"""One row per subdistrict: the levers that can be dated, and what is in force there now, as a number."""


def in_force(levers: Levers, subdistricts: int) -> np.recarray:
    """Return the levers at the start, the same in every subdistrict."""
    return table(IN_FORCE, subdistricts, **{name: code_of(name, getattr(levers, name)) for name in DATED})


def stages(levers: Levers, subdistricts: int, timeline: Timeline) -> Iterator[np.recarray]:
    """Return what is in force at the start, and after each week in which something changes."""
    now = in_force(levers, subdistricts)
    yield now.copy()
    for _, changes in groupby(timeline, key=lambda change: change.week):
        for change in changes:
            now[change.lever][change.subdistrict] = code_of(change.lever, change.value)
        yield now.copy()
