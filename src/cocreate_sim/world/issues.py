"""Issues: latent until somebody reports them, then solved in the unit or by staff. One row per issue, never reused."""

from __future__ import annotations

import numpy as np

from ..engine.columns import Columns, table

LATENT, IN_UNIT, MOVING, WAITING, SERVED, SOLVED, LAPSED = range(7)
STATES = ("latent", "in the unit", "moving", "waiting", "being served", "solved", "lapsed")
ONE_HOUSEHOLD, STAIR, BUILDING, COMPOUND, BEYOND = range(5)
SCOPES = ("one household", "stair", "building", "compound", "beyond")
URGENT, NORMAL, COMPLEX = range(3)
PRIORITIES = ("urgent", "normal", "complex")
BY_RESIDENT, BY_HEAD, BY_COURIER = 0, 1, 2
BACKGROUND = 1 << 31
"""Identities from here on are streams of households outside the world."""


ISSUES: Columns = {
    "a": (np.int64, "Permanent identity, first part: household id, or BACKGROUND + office."),
    "b": (np.int32, "Permanent identity, second part: the household's k-th candidate."),
    "household": (np.int32, "Row of the household, or -1 outside the world."),
    "office": (np.int32, "Community office of the place."),
    "scope": (np.int8, "Reach: index into SCOPES."),
    "first": (np.int32, "First household row it touches."),
    "end": (np.int32, "Row after the last household it touches."),
    "priority": (np.int8, "Index into PRIORITIES."),
    "needs_posts": (np.bool_, "Needs the powers of the subdistrict."),
    "skill": (np.int8, "Skill that helpers need to solve it, or -1."),
    "hours": (np.float64, "Staff hours at the tier of the posts, drawn with the issue."),
    "reach": (np.float64, "Propensities to report of everybody it touches, added up; 0 until somebody may report it."),
    "born": (np.int64, "Birth, calendar microseconds."),
    "state": (np.int8, "Index into STATES."),
    "reported": (np.int64, "First report, calendar microseconds."),
    "reporter": (np.int32, "Row of the resident who reported it, or -1."),
    "by": (np.int8, "0 by a resident, 1 by a unit head on a round, 2 by a courier, who is no resident."),
    "due": (np.int64, "When it leaves the unit or arrives where it is sent, calendar microseconds."),
    "target": (np.int32, "Office it is sent to, or -1 while nobody has decided."),
    "level": (np.int8, "Level of the ladder whose head it was sent to; 0 is the unit."),
    "handoffs": (np.int8, "Levels crossed so far."),
    "attempts": (np.int8, "How often it was queued: part of the key of queue draws."),
    "pool": (np.int32, "Pool in whose line it stood last, or -1."),
    "queued": (np.int64, "When it joined its line, office microseconds."),
    "gives_up": (np.int64, "When its reporter loses patience, office microseconds."),
    "work": (np.int64, "Office microseconds of service still needed, set when service starts; -1 before."),
    "waited": (np.int64, "Office microseconds spent in line, over all attempts; -1 before."),
    "solved": (np.int64, "Solution, calendar microseconds."),
    "reopened": (np.int8, "How often it came back after it was closed."),
    "escalated": (np.bool_, "Handed from the community to the posts because it was overdue, or considered for it."),
    "in_unit": (np.bool_, "Solved by the unit itself."),
    "ahead": (np.int32, "While it waits: the case ahead of it in line, or -1."),
    "behind": (np.int32, "While it waits: the case behind it in line, or -1."),
}
"""Columns of issues; instants are calendar microseconds, queue instants office microseconds."""


def empty_issues(capacity: int) -> np.recarray:
    """Make a table with room for ``capacity`` issues."""
    return table(ISSUES, capacity)


def grown(issues: np.recarray, capacity: int) -> np.recarray:
    """Copy the table into a larger one."""
    larger = table(ISSUES, capacity)
    larger[: len(issues)] = issues
    return larger
