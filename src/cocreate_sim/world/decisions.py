"""Every random decision of the model has a number here; the number is part of the key of its draws.

The identity of each draw is stated beside it. Numbers are never reused: a new decision takes a new one, and one that was
dropped leaves a gap.
"""

from __future__ import annotations

from hashlib import sha256

from ..errors import ConfigError

# drawing priors: the address of a setting
PRIOR = 1

# world building: (compound, k), household or resident
COMPOUND_SIZE = 101
BUILDING_SIZE = 102
HOUSEHOLD_SIZE = 103
AGE = 104
NEWCOMER = 105
PARTY = 106
SKILL = 107
SITE = 108

# arrivals: (household, k-th candidate); a week's burst belongs to (community, week)
ISSUE_GAP = 201
ISSUE_THIN = 202
ISSUE_NATURE = 203
ISSUE_HOURS = 204
BURST = 205
BACKGROUND_GAP = 206

# reporting: the issue is (household, k)
LAPSE = 301
REPORT_GAP = 302
REPORTER = 303
HEAD_NOTICES = 304
REPORTER_CLASS = 305

# routing: the issue is (household, k)
HANDOFF = 401

# case work: the issue is (household, k), the tick counts its attempts
PATIENCE = 501
REREPORT = 502
REREPORT_DELAY = 503
REOPEN = 504
REOPEN_DELAY = 505
SATISFIED = 506
ESCALATE = 507
TEAM = 508

# staff: the post is (place, number); events belong to (community, week)
POST_LEAVES = 601
POST_FILLED = 602
POST_START = 603
EVENTS = 604

# heads and volunteers: the resident
HEAD_WILLING = 701
HEAD_STEPS_FORWARD = 702
HEAD_QUITS = 703
VOLUNTEER_JOINS = 704
VOLUNTEER_LAPSES = 705

# heads above the unit: the resident
SEAT_WILLING = 1451
SEAT_STEPS_FORWARD = 1452
SEAT_QUITS = 1453

# participation: the resident; a vote belongs to (household, site)
KIND = 801
BASELINE = 802
BUDGET = 803
TAKE_PART = 804
BELONGING_START = 805

# ties: the pair of its two ids, smaller first
LONER = 901
TIE_START = 902
MEET = 904

# renovation and upkeep: the site, the tick counts projects or weeks; a keeper is a resident
PROPOSAL = 1001
INITIATOR = 1002
PROJECT_SIZE = 1003
PROJECT_OPTIONS = 1004
VOTE = 1005
RATING = 1006
ROTA = 1007

# clubs: the resident, or the club (its id)
INTEREST = 1201
TALENT = 1202
CLUB_SEARCH = 1203
CLUB_LEADER = 1204
CLUB_LEAVES = 1205
CLUB_JOINS = 1206
CLUB_COMES = 1207
CLUB_CIRCLE = 1208
CLUB_ASKS = 1209
CLUB_CIRCLES = 1210

# couriers: the courier is (subdistrict, number), an issue (household, k)
COURIER_ROUND = 1301
COURIER_EMPLOYER = 1302
COURIER_PASSES = 1303

# stations: the community; a firm or co-manager has a number there, a member is a courier
FIRST_STATION = 1311
STATION_PLANNED = 1312
FIRM_COMES = 1313
SHOP_OFFERED = 1314
STATION_MANAGER = 1315
STATION_MEMBER = 1316

# leaders and sent-down units: the leader's project number or the community, and the site
LEADER_HERE = 1321
BROKER = 1322

# building councils: the tower, and what it or its community asks for; a resident who is served and the tower
TOWER = 1331
FIRST_COUNCIL = 1332
COUNCIL_FOUNDED = 1333
ASKS = 1334
FAVOUR = 1335
FAVOUR_SERVES = 1336

# moving: the household, the tick is the week; traits of newcomers keep their own decisions, at the week of moving in
HOUSEHOLD_MOVES = 1101
RESIDENCE_START = 1102

# career ladder: the post is (place, number), the tick is the day
QUALIFICATION = 1151
POST_OFFERED = 1152

# rounds of unit heads: the household, the tick is the week
ROUND = 1161

# extensions: numbers from here on, given by name
_first = 100_000
_given: dict[int, str] = {}


def of_extension(name: str) -> int:
    """Return the number of a decision of an extension, such as ``of_extension("childrens_class.comes")``.

    The same name has the same number in every process, and none has a number of the model; should two names ever
    meet in one number, the second is refused.

    Parameters
    ----------
    name
        Name of the mechanism and of the decision, parted by a full stop.

    Returns
    -------
    int
        What :func:`~cocreate_sim.engine.streams.uniform` takes as ``decision``.

    Raises
    ------
    ConfigError
        When another name has that number.
    """
    number = _first + int.from_bytes(sha256(name.encode()).digest()[:4], "little") % (2**32 - _first)
    if _given.setdefault(number, name) != name:
        raise ConfigError(f"the decisions {_given[number]} and {name} have the same number; call the second something else")
    return number
