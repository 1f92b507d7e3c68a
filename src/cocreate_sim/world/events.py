"""The event log: every discrete decision of a run, one row each, for comparing two runs. Off unless somebody asks for it.

Rows hold permanent identities only (households, residents, sites, posts), never rows or units, so that the same
event has the same row under every policy and in every implementation.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.columns import Columns, table
from ..engine.kernels import kernel

EVENTS: Columns = {
    "instant": (np.int64, "When, calendar microseconds; midnight of the day where no hour is meant."),
    "kind": (np.int64, "Index into KINDS."),
    "a": (np.int64, "Whom or what it happens to, first part of the identity."),
    "b": (np.int64, "Second part of the identity, or 0."),
    "other": (np.int64, "Who or what else takes part, or -1."),
    "value": (np.float64, "A quantity that the decision fixes, or 0."),
}


class Kind(NamedTuple):
    """One kind of event: the mechanism that decides it, and a sentence that `outcomes/partings.py` fills in."""

    name: str
    mechanism: str
    sentence: str


KINDS = (
    # in the order of a tick
    Kind("leaves_post", "turnover", "the person in post {b} of {office_a} leaves"),
    Kind("fills_post", "turnover", "somebody comes to the vacant post {b} of {office_a}"),
    Kind("born", "arrivals", "{issue} is born: reach {code}, {value} staff hours"),
    Kind("reported", "reporting", "{issue} is reported by {reporter}"),
    Kind("lapses", "reporting", "{issue} lapses, reported by nobody"),
    Kind("stays_in_unit", "routing", "{issue} stays in its unit until {due}"),
    Kind("is_sent", "routing", "{issue} is sent to {office}, to arrive on {due}"),
    Kind("is_handed_up", "routing", "the unit hands {issue} up to {office}, to arrive on {due}"),
    Kind("unit_works", "self_resolution", "helpers give {hours} hours to {issue}"),
    Kind("unit_solves", "self_resolution", "the unit solves {issue}"),
    Kind("escalates", "casework", "{issue} is overdue and goes to {office}"),
    Kind("back_in_line", "casework", "{issue} goes back to the front of its line: its person has left"),
    Kind("joins_line", "casework", "{issue} joins the line of {office}, class {value}"),
    Kind("service_starts", "casework", "post {other} of {office_value} starts on {issue}"),
    Kind("solved", "casework", "{issue} is solved by {office}{satisfied}"),
    Kind("reopens", "casework", "{issue} was closed but comes back on {due}"),
    Kind("gives_up", "casework", "the reporter of {issue} gives up"),
    Kind("reports_again", "casework", "the reporter of {issue} gives up and reports again on {due}"),
    Kind("head_quits", "heads", "resident {a} is head no longer"),
    Kind("becomes_head", "heads", "resident {a} becomes head"),
    Kind("events_held", "mobilisation", "the staff of community {a} hold {value} events"),
    Kind("is_asked", "participation", "resident {a} is asked by {asker}"),
    Kind("comes", "participation", "resident {a} comes to {place}, for {value} hours"),
    Kind("works_on_site", "participation", "resident {a} gives {value} hours to site {other}"),
    Kind("in_vain", "participation", "resident {a} comes to site {other} in vain: too few came"),
    Kind("is_funded", "renovation", "the project at site {a} gets {value} yuan"),
    Kind("is_proposed", "renovation", "project {b} at site {a} is proposed by {initiator}: {value} hours of work"),
    Kind("meets", "renovation", "project {b} at site {a} holds a meeting"),
    Kind("votes", "renovation", "household {a} votes on site {b}: option {other} (in favour: {yes})"),
    Kind("finds_skill", "renovation", "project {b} at site {a} finds the skill it needs"),
    Kind("enters_stage", "renovation", "project {b} at site {a} enters the stage {code}"),
    Kind("fails", "renovation", "project {b} at site {a} fails in the stage {stage}: {code}"),
    Kind("falls_idle", "renovation", "the facility at site {a} falls idle"),
    Kind("does_shift", "upkeep", "resident {a} does a shift of {value} hours at site {b}"),
    Kind("is_honoured", "recognition", "resident {a} is named on the red board"),
    Kind("registers", "volunteering", "resident {a} registers as a volunteer"),
    Kind("ceases", "volunteering", "resident {a} is a volunteer no longer"),
    Kind("tie_made", "ties", "residents {a} and {b} get to know each other"),
    Kind("tie_ended", "ties", "residents {a} and {b} lose touch"),
)  # fmt: skip

(
    LEAVES_POST, FILLS_POST, BORN, REPORTED, LAPSES, STAYS_IN_UNIT, IS_SENT, IS_HANDED_UP, UNIT_WORKS, UNIT_SOLVES, ESCALATES,
    BACK_IN_LINE, JOINS_LINE, SERVICE_STARTS, SOLVED, REOPENS, GIVES_UP, REPORTS_AGAIN, HEAD_QUITS, BECOMES_HEAD, EVENTS_HELD,
    IS_ASKED, COMES, WORKS_ON_SITE, IN_VAIN, IS_FUNDED, IS_PROPOSED, MEETS, VOTES, FINDS_SKILL, ENTERS_STAGE, FAILS, FALLS_IDLE,
    DOES_SHIFT, IS_HONOURED, REGISTERS, CEASES, TIE_MADE, TIE_ENDED,
) = range(len(KINDS))  # fmt: skip


class Log(NamedTuple):
    """Room for the events of one mechanism's step; no room means that nobody listens."""

    rows: np.recarray
    length: NDArray[np.int64]
    """Events noted so far, also those that found no room."""
    midnight: NDArray[np.int64]
    """Start of the running day, calendar microseconds: the instant of events without an hour."""

    @property
    def listening(self) -> bool:
        """True when somebody listens."""
        return len(self.rows) > 0


def empty_log(room: int = 0) -> Log:
    """Make a log with room for so many events."""
    return Log(table(EVENTS, room), np.zeros(1, np.int64), np.zeros(1, np.int64))


@kernel
def note_at(log, instant, kind, a, b, other, value):
    """Note an event at an exact instant, if anybody listens."""
    rows = log.rows
    if rows.shape[0] > 0:
        at = log.length[0]
        log.length[0] = at + 1
        if at < rows.shape[0]:
            rows.instant[at] = instant
            rows.kind[at] = kind
            rows.a[at] = a
            rows.b[at] = b
            rows.other[at] = other
            rows.value[at] = value


@kernel
def note(log, kind, a, b, other, value):
    """Note an event of the running day, if anybody listens."""
    note_at(log, log.midnight[0], kind, a, b, other, value)
