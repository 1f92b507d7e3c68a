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


_kinds: list[Kind] = []


def _kind(name: str, mechanism: str, sentence: str) -> int:
    """Register a kind of event; its number is its place in the order of a tick."""
    _kinds.append(Kind(name, mechanism, sentence))
    return len(_kinds) - 1


# in the order of a tick
LEVER_CHANGES = _kind("lever_changes", "rollout", "in subdistrict {a} the lever {code} changes to {lever_value}")
LEAVES_POST = _kind("leaves_post", "turnover", "the person in post {b} of {office_a} leaves")
FILLS_POST = _kind("fills_post", "turnover", "somebody comes to the vacant post {b} of {office_a}")
ENTERS_LADDER = _kind("enters_ladder", "career", "the person in post {b} of {office_a} enters the ladder at grade {value}")
RISES = _kind("rises", "career", "the person in post {b} of {office_a} rises to grade {value}")
MOVES_UP = _kind("moves_up", "career", "the person in post {b} of {office_a} moves up to post {other} of {office_value}")
BORN = _kind("born", "arrivals", "{issue} is born: reach {code}, {value} staff hours")
REPORTED = _kind("reported", "reporting", "{issue} is reported by {reporter}")
LAPSES = _kind("lapses", "reporting", "{issue} lapses, reported by nobody")
STAYS_IN_UNIT = _kind("stays_in_unit", "routing", "{issue} stays in its unit until {due}")
GOES_TO_HEAD = _kind("goes_to_head", "routing", "{issue} goes to a head above the unit ({code}), to arrive on {due}")
STAYS_WITH_HEAD = _kind("stays_with_head", "routing", "{issue} stays with a head above the unit ({code}) until {due}")
IS_SENT = _kind("is_sent", "routing", "{issue} is sent to {office}, to arrive on {due}")
IS_HANDED_UP = _kind("is_handed_up", "routing", "{issue} is handed up to {office}, to arrive on {due}")
UNIT_WORKS = _kind("unit_works", "self_resolution", "helpers give {hours} hours to {issue}")
GROUP_WORKS = _kind("group_works", "self_resolution", "the community's group for {code} gives {hours} hours to {issue}")
UNIT_SOLVES = _kind("unit_solves", "self_resolution", "the unit solves {issue}")
UPPER_HEAD_WORKS = _kind("upper_head_works", "self_resolution", "a head above the unit ({code}) gives {hours} hours to {issue}")
UPPER_HEAD_SOLVES = _kind("upper_head_solves", "self_resolution", "a head above the unit ({code}) solves {issue}")
ESCALATES = _kind("escalates", "casework", "{issue} is overdue and goes to {office}")
BACK_IN_LINE = _kind("back_in_line", "casework", "{issue} goes back to the front of its line: its person has left")
JOINS_LINE = _kind("joins_line", "casework", "{issue} joins the line of {office}, class {value}")
SERVICE_STARTS = _kind("service_starts", "casework", "post {other} of {office_value} starts on {issue}")
SOLVED = _kind("solved", "casework", "{issue} is solved by {office}{satisfied}")
REOPENS = _kind("reopens", "casework", "{issue} was closed but comes back on {due}")
GIVES_UP = _kind("gives_up", "casework", "the reporter of {issue} gives up")
REPORTS_AGAIN = _kind("reports_again", "casework", "the reporter of {issue} gives up and reports again on {due}")
MOVES = _kind("moves", "moving", "the family of household {a} moves away, and another moves in")
HEAD_QUITS = _kind("head_quits", "heads", "resident {a} is head no longer")
BECOMES_HEAD = _kind("becomes_head", "heads", "resident {a} becomes head")
UPPER_HEAD_QUITS = _kind("upper_head_quits", "upper_heads", "resident {a} is head above the unit no longer ({code})")
BECOMES_UPPER_HEAD = _kind("becomes_upper_head", "upper_heads", "resident {a} becomes head above the unit ({code})")
EVENTS_HELD = _kind("events_held", "mobilisation", "the staff of community {a} hold {value} events")
LEAVES_CLUB = _kind("leaves_club", "clubs", "resident {a} leaves club {b}")
JOINS_CLUB = _kind("joins_club", "clubs", "resident {a} joins club {b}")
TALENT_FOUND = _kind("talent_found", "clubs", "staff find resident {a}, who holds the class that may become club {b}")
LEADS_CLUB = _kind("leads_club", "clubs", "resident {a} takes over the lead of club {b}")
CLUB_FOUNDED = _kind("club_founded", "clubs", "club {a} is founded with {value} members")
CLUB_DISSOLVES = _kind("club_dissolves", "clubs", "club {a} dissolves with {value} members: {code}")
COMES_TO_CLUB = _kind("comes_to_club", "clubs", "resident {a} comes to the meeting of club {b}")
IS_ASKED = _kind("is_asked", "participation", "resident {a} is asked by {asker}")
COMES = _kind("comes", "participation", "resident {a} comes to {place}, for {value} hours")
WORKS_ON_SITE = _kind("works_on_site", "participation", "resident {a} gives {value} hours to site {other}")
IN_VAIN = _kind("in_vain", "participation", "resident {a} comes to site {other} in vain: too few came")
TAKES_UP = _kind("takes_up", "leaders", "{envoy} takes up project {other} at site {a}")
MOVES_ON = _kind("moves_on", "leaders", "{envoy} moves on from site {a}")
FINDS_MONEY = _kind("finds_money", "leaders", "{value} yuan are found for project {b} at site {a}")
FINDS_PARTNER = _kind("finds_partner", "leaders", "a partner with the skill is found for project {b} at site {a}")
LENDS_SPACE = _kind("lends_space", "leaders", "a partner lends a space to project {b} at site {a}: it saves {value} hours")
IS_FUNDED = _kind("is_funded", "renovation", "the project at site {a} gets {value} yuan")
IS_PROPOSED = _kind("is_proposed", "renovation", "project {b} at site {a} is proposed by {initiator}: {value} hours of work")
MEETS = _kind("meets", "renovation", "project {b} at site {a} holds a meeting")
VOTES = _kind("votes", "renovation", "household {a} votes on site {b}: option {other} (in favour: {yes})")
FINDS_SKILL = _kind("finds_skill", "renovation", "project {b} at site {a} finds the skill it needs")
FINDS_GROUP = _kind("finds_group", "renovation", "project {b} at site {a} finds the community's group for {code}")
ENTERS_STAGE = _kind("enters_stage", "renovation", "project {b} at site {a} enters the stage {code}")
FAILS = _kind("fails", "renovation", "project {b} at site {a} fails in the stage {stage}: {code}")
FALLS_IDLE = _kind("falls_idle", "renovation", "the facility at site {a} falls idle")
DOES_SHIFT = _kind("does_shift", "upkeep", "resident {a} does a shift of {value} hours at site {b}")
GIVES_BACK = _kind("gives_back", "club_facilities", "club {other} no longer keeps the facility at site {a}")
CLOSES = _kind("closes", "club_facilities", "the facility at site {a} closes: club {other} has no funds for it")
TAKES_OVER = _kind("takes_over", "club_facilities", "club {other} takes over the facility at site {a}, with {value} members")
IS_HONOURED = _kind("is_honoured", "recognition", "resident {a} is named on the red board")
ASKED_AT_CLUB = _kind("asked_at_club", "volunteering", "resident {a} is asked at the club to be a volunteer")
REGISTERS = _kind("registers", "volunteering", "resident {a} registers as a volunteer")
CEASES = _kind("ceases", "volunteering", "resident {a} is a volunteer no longer")
PLANS_STATION = _kind("plans_station", "stations", "community {a} plans a station for couriers, for the {b}. time")
FIRMS_MEET = _kind("firms_meet", "stations", "{value} firms come to meeting {b} on the station of community {a}")
SHOP_OFFERED = _kind("shop_offered", "stations", "a shop is lent for the station of community {a}: {value} yuan of rent a year")
STATION_GIVEN_UP = _kind("station_given_up", "stations", "community {a} gives up the plan of a station")
STATION_OPENS = _kind("station_opens", "stations", "the station of community {a} opens")
MANAGER_GOES = _kind("manager_goes", "stations", "co-manager {b} no longer keeps to the station of community {a}")
MANAGER_RETURNS = _kind("manager_returns", "stations", "co-manager {b} is won back for the station of community {a}")
STATION_CLOSES = _kind("station_closes", "stations", "the station of community {a} closes: too few keep to it")
JOINS_STATION = _kind("joins_station", "stations", "courier {b} of subdistrict {a} joins the station of community {other}")
LEAVES_STATION = _kind("leaves_station", "stations", "courier {b} of subdistrict {a} leaves the station of community {other}")
COUNCIL_FOUNDED = _kind("council_founded", "councils", "tower {a} founds a council")
COUNCIL_MEETS = _kind("council_meets", "councils", "the council of tower {a} meets community {b}")
FAVOUR_GRANTED = _kind("favour_granted", "councils", "a favour between tower {a} and community {b} is granted: {code}")
FAVOUR_REFUSED = _kind("favour_refused", "councils", "between tower {a} and community {b} a favour ({favour}) is refused: {code}")
TIE_MADE = _kind("tie_made", "ties", "residents {a} and {b} get to know each other")
TIE_ENDED = _kind("tie_ended", "ties", "residents {a} and {b} lose touch")

KINDS = tuple(_kinds)
OF_SEATS = (GOES_TO_HEAD, STAYS_WITH_HEAD, UPPER_HEAD_WORKS, UPPER_HEAD_SOLVES, UPPER_HEAD_QUITS, BECOMES_UPPER_HEAD)
"""Kinds whose ``other`` is the role of a head above the unit."""


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
