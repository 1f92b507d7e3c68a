"""What is counted within a week: mechanisms add to these, the record reads and clears them every Sunday."""

from __future__ import annotations

_names: list[str] = []


def _count(name: str) -> int:
    """Register a counter; its number is its place in the row of the week."""
    _names.append(name)
    return len(_names) - 1


# issues of the modelled households
BORN = _count("born")
REPORTED = _count("reported")
REPORTED_BY_HEAD = _count("reported_by_head")
REPORTED_BY_COURIER = _count("reported_by_courier")
COURIERS_URGENT = _count("couriers_urgent")
COURIERS_OPEN_AIR = _count("couriers_open_air")
SOLVED = _count("solved")
SOLVED_IN_UNIT = _count("solved_in_unit")
SOLVED_ABOVE_UNIT = _count("solved_above_unit")
SOLVED_BY_COMMUNITY = _count("solved_by_community")
SOLVED_BY_POSTS = _count("solved_by_posts")
LAPSED = _count("lapsed")
GAVE_UP = _count("gave_up")
REOPENED = _count("reopened")
ESCALATED = _count("escalated")
REREPORTED = _count("rereported")
ON_TIME = _count("on_time")
SATISFIED = _count("satisfied")
DISPATCHED = _count("dispatched")
HANDOFFS = _count("handoffs")
TOTAL_DAYS = _count("total_days")

# cases of households outside the world
BACKGROUND_BORN = _count("background_born")
BACKGROUND_SOLVED = _count("background_solved")
BACKGROUND_LAPSED = _count("background_lapsed")

# staff
STAFF_CASE_HOURS = _count("staff_case_hours")
SUPERVISION_HOURS = _count("supervision_hours")
MOBILISATION_HOURS = _count("mobilisation_hours")
PAID_HOURS = _count("paid_hours")
EVENTS = _count("events")
LEAVERS = _count("leavers")
HIRES = _count("hires")
RISES = _count("rises")
MOVED_UP = _count("moved_up")

# population
HOUSEHOLDS_MOVED = _count("households_moved")

# heads, volunteers, participation
HEAD_HOURS = _count("head_hours")
HEADS_FOUND = _count("heads_found")
HEADS_QUIT = _count("heads_quit")
UPPER_HEAD_HOURS = _count("upper_head_hours")
UPPER_HEADS_FOUND = _count("upper_heads_found")
UPPER_HEADS_QUIT = _count("upper_heads_quit")
ASKED_BY_HEAD = _count("asked_by_head")
ASKED_BY_STAFF = _count("asked_by_staff")
CAME = _count("came")
IN_VAIN = _count("in_vain")
RESIDENT_HOURS = _count("resident_hours")
MEETING_HOURS = _count("meeting_hours")
PARTIES_TRIED = _count("parties_tried")
PARTIES_FORMED = _count("parties_formed")
VOLUNTEERS_JOINED = _count("volunteers_joined")
VOLUNTEERS_LAPSED = _count("volunteers_lapsed")
TIES_MADE = _count("ties_made")
TIES_ENDED = _count("ties_ended")

# renovation
PROPOSED_BY_RESIDENTS = _count("proposed_by_residents")
PROPOSED_BY_STAFF = _count("proposed_by_staff")
VOTES_HELD = _count("votes_held")
VOTES_VALID = _count("votes_valid")
HOUSEHOLDS_VOTING = _count("households_voting")
HOUSEHOLDS_CALLED = _count("households_called")
YUAN = _count("yuan")
GIVEN_YUAN = _count("given_yuan")
BUILD_HOURS = _count("build_hours")
UPKEEP_HOURS = _count("upkeep_hours")
PLAN_DAYS = _count("plan_days")
BUILD_DAYS = _count("build_days")
PLANS_PASSED = _count("plans_passed")
BUILT = _count("built")
FINISHED = _count("finished")
FAILED = _count("failed")
FAILED_BUILDING = _count("failed_building")
FAILED_HELPED = _count("failed_helped")
FINISHED_HELPED = _count("finished_helped")

# alliances
PROJECTS_HELPED = _count("projects_helped")
YUAN_BROKERED = _count("yuan_brokered")
STATIONS_OPENED = _count("stations_opened")
STATIONS_CLOSED = _count("stations_closed")
STATION_YUAN = _count("station_yuan")
FAVOURS_GRANTED = _count("favours_granted")
REFUSED_COST = _count("refused_cost")
REFUSED_BALANCE = _count("refused_balance")
REFUSED_RELATIONSHIP = _count("refused_relationship")

# clubs
TALENTS_FOUND = _count("talents_found")
CLUBS_FOUNDED = _count("clubs_founded")
CLUBS_DISSOLVED = _count("clubs_dissolved")
CLUB_JOINED = _count("club_joined")
CLUB_LEFT = _count("club_left")
CLUB_DISPERSED = _count("club_dispersed")
CLUB_CAME = _count("club_came")
ASKED_AT_CLUB = _count("asked_at_club")

# skill groups
GROUP_HOURS = _count("group_hours")
SOLVED_BY_GROUPS = _count("solved_by_groups")
PROJECTS_BY_GROUPS = _count("projects_by_groups")

# facilities kept by clubs
FACILITIES_TAKEN = _count("facilities_taken")
FACILITIES_CLOSED = _count("facilities_closed")
FEES = _count("fees")
CLUB_BILLS = _count("club_bills")
PUBLIC_BILLS = _count("public_bills")
PURSES_LEFT = _count("purses_left")
DEBTS_LEFT = _count("debts_left")

NAMES = tuple(_names)
