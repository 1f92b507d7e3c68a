"""Time: one tick is a day; inside a day case work runs on a clock of office time in whole microseconds."""

from __future__ import annotations

import numpy as np

from ..engine.kernels import kernel

HOUR = 3_600_000_000
DAY = 24 * HOUR
WEEK_DAYS = 7
WORKING_DAYS = 5
OPENS = 9 * HOUR
"""Offices open at nine; how long they stay open follows from paid hours per week."""
FOREVER = np.iinfo(np.int64).max // 4


@kernel
def office_time(calendar, office_day):
    """Office microseconds passed until a calendar instant; nights and weekends do not count. Day 0 is a Monday."""
    day = calendar // DAY
    week = day // WEEK_DAYS
    weekday = day % WEEK_DAYS
    if weekday >= WORKING_DAYS:
        return (week + 1) * WORKING_DAYS * office_day
    inside = calendar - day * DAY - OPENS
    if inside < 0:
        inside = 0
    if inside > office_day:
        inside = office_day
    return (week * WORKING_DAYS + weekday) * office_day + inside


@kernel
def calendar_time(office, office_day):
    """The calendar instant at which so much office time has passed (the earliest one)."""
    days = office // office_day
    inside = office - days * office_day
    if inside == 0 and days > 0:  # the end of a working day, not the start of the next
        days -= 1
        inside = office_day
    return ((days // WORKING_DAYS) * WEEK_DAYS + days % WORKING_DAYS) * DAY + OPENS + inside
