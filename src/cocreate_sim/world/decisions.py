"""Every random decision of the model has a number here; the number is part of the key of its draws.

The identity of each draw is stated beside it. Numbers are never reused: a new decision takes a new one.
"""

from __future__ import annotations

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
SITE_SIZE = 109

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

# routing and self-resolution: the issue is (household, k)
HANDOFF = 401
UNIT_SKILL = 402

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

# participation: the resident; a vote belongs to (household, project)
KIND = 801
BASELINE = 802
BUDGET = 803
TAKE_PART = 804
BELONGING_START = 805
TRUST_START = 806
TURNOUT = 807

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
