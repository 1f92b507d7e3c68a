"""What is counted within a week: mechanisms add to these, the record reads and clears them every Sunday."""

from __future__ import annotations

NAMES = (
    # issues of the modelled households
    "born", "reported", "reported_by_head", "solved", "solved_in_unit", "solved_by_community", "solved_by_posts",
    "lapsed", "gave_up", "reopened", "escalated", "rereported", "on_time", "satisfied", "dispatched", "handoffs",
    "total_days",
    # cases of households outside the world
    "background_born", "background_solved", "background_lapsed",
    # staff
    "staff_case_hours", "supervision_hours", "mobilisation_hours", "paid_hours", "events", "leavers", "hires",
    # heads, volunteers, participation
    "head_hours", "heads_found", "heads_quit", "asked_by_head", "asked_by_staff", "came", "in_vain", "resident_hours",
    "meeting_hours", "parties_tried", "parties_formed", "volunteers_joined", "volunteers_lapsed", "ties_made", "ties_ended",
    # renovation
    "proposed_by_residents", "proposed_by_staff", "votes_held", "votes_valid", "households_voting", "households_called",
    "yuan", "build_hours", "upkeep_hours", "plan_days", "build_days", "plans_passed", "built", "finished", "failed",
)  # fmt: skip

(
    BORN, REPORTED, REPORTED_BY_HEAD, SOLVED, SOLVED_IN_UNIT, SOLVED_BY_COMMUNITY, SOLVED_BY_POSTS, LAPSED, GAVE_UP, REOPENED,
    ESCALATED, REREPORTED, ON_TIME, SATISFIED, DISPATCHED, HANDOFFS, TOTAL_DAYS, BACKGROUND_BORN, BACKGROUND_SOLVED,
    BACKGROUND_LAPSED, STAFF_CASE_HOURS, SUPERVISION_HOURS, MOBILISATION_HOURS, PAID_HOURS, EVENTS, LEAVERS, HIRES, HEAD_HOURS,
    HEADS_FOUND, HEADS_QUIT, ASKED_BY_HEAD, ASKED_BY_STAFF, CAME, IN_VAIN, RESIDENT_HOURS, MEETING_HOURS, PARTIES_TRIED,
    PARTIES_FORMED, VOLUNTEERS_JOINED, VOLUNTEERS_LAPSED, TIES_MADE, TIES_ENDED, PROPOSED_BY_RESIDENTS, PROPOSED_BY_STAFF,
    VOTES_HELD, VOTES_VALID, HOUSEHOLDS_VOTING, HOUSEHOLDS_CALLED, YUAN, BUILD_HOURS, UPKEEP_HOURS,
    PLAN_DAYS, BUILD_DAYS, PLANS_PASSED, BUILT, FINISHED, FAILED,
) = range(len(NAMES))  # fmt: skip
