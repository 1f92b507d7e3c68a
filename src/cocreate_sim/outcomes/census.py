"""Censuses of issues and of ties: one pass over the rows, at the end of a week."""

from __future__ import annotations

from ..engine.kernels import kernel
from ..world.clock import DAY
from ..world.issues import IN_UNIT, SERVED

OLD_DAYS = 30


@kernel
def issues_by_state(issues, born, now, table):
    """Count issues by state: modelled in row 0, background in row 1, open ones older than 30 days in row 2."""
    table[:] = 0
    for row in range(born):
        state = issues.state[row]
        table[0 if issues.household[row] >= 0 else 1, state] += 1
        if IN_UNIT <= state <= SERVED and issues.household[row] >= 0 and now - issues.reported[row] > OLD_DAYS * DAY:
            table[2, state] += 1


@kernel
def social(residents, ties, has_head, collective, households, totals):
    """Add up ties (of adults in families), belonging, trust and volunteers of adults, and households with a head."""
    totals[:] = 0.0
    for i in range(residents.id.shape[0]):
        if not residents.adult[i]:
            continue
        totals[0] += 1.0
        if not collective[residents.household[i]]:
            totals[9] += 1.0
            totals[1] += ties.number[i]
            totals[2] += 1.0 if ties.number[i] == 0 else 0.0
        totals[3] += residents.belonging[i]
        totals[4] += residents.trust[i]
        totals[5] += 1.0 if residents.volunteer_since[i] >= 0 else 0.0
        totals[6] += 1.0 if residents.head_of[i] >= 0 else 0.0
    for h in range(households.id.shape[0]):
        if not collective[h]:
            totals[7] += 1.0
            totals[8] += 1.0 if has_head[h] else 0.0
