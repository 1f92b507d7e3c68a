"""How time is counted: whole microseconds from the start; day 0 is a Monday, offices open at nine."""

from __future__ import annotations

HOUR = 3_600_000_000
DAY = 24 * HOUR
OPENS = 9 * HOUR
FOREVER = (2**63 - 1) // 4
"""An instant that never comes."""
NEVER = -1_000_000
"""A week long before the start."""
DAYS_PER_YEAR = 365.0
WEEKS_PER_YEAR = DAYS_PER_YEAR / 7.0
DAYS_PER_MONTH = DAYS_PER_YEAR / 12.0
