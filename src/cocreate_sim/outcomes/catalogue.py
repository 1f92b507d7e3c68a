"""Outcomes: what is measured, with label, unit and meaning; the names are the columns of every result table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """One measured quantity. ``better`` is +1 or -1 where more is plainly better or worse, else 0."""

    name: str
    label: str
    unit: str
    meaning: str
    family: str
    weekly: bool
    better: int


def _table(family: str, rows: tuple[tuple[str, str, str, str, bool, int], ...]) -> list[Outcome]:
    return [Outcome(n, label, unit, meaning, family, weekly, better) for n, label, unit, meaning, weekly, better in rows]


_ALL = [
    *_table("participation", (
        ("participation_week", "Participation", "share of adults per week",
         "adults who took part in an activity, per week", True, 1),
        ("participation_ever", "Ever active", "share of adults",
         "adults who took part at least once in the horizon", False, 1),
        ("participation_party", "Participation of party members", "share per week",
         "the same, among party members", False, 0),
        ("participation_newcomers", "Participation of newcomers", "share per week",
         "the same, among newcomers", False, 0),
        ("participation_old", "Participation of residents over 60", "share per week",
         "the same, among residents of 60 and over", False, 0),
        ("came_in_vain_share", "Came in vain", "share of participants",
         "participants whose working party was too small to start", False, -1),
        ("hours_per_resident_year", "Hours given", "hours per adult and year",
         "hours of activities and upkeep given by an adult", False, 1),
        ("hours_gini", "Inequality of hours", "Gini",
         "how unequally hours are given (0 equal, 1 all by one)", False, 0),
        ("hours_top1_share", "Hours by the most active 1 %", "share of hours",
         "share of all hours given by the most active 1 % of adults", False, 0),
        ("volunteers_registered", "Volunteers", "share of adults", "registered volunteers", True, 1),
        ("volunteers_active", "Active volunteers", "share of adults",
         "volunteers who took part within the horizon", False, 1),
        ("asked_share", "Asked in person", "share of adults per week",
         "adults asked to come by a unit head or staff, per week", True, 0),
        ("turnout", "Turnout", "share of households",
         "households that vote when a project is put to the vote", False, 0),
        ("votes_valid_share", "Valid votes", "share of unit votes",
         "votes of units that reach their quorum", False, 0),
    )),
    *_table("throughput", (
        ("issues_born", "Issues born", "issues per week", "new issues, reported or not", True, 0),
        ("issues_reported", "Issues reported", "issues per week", "issues that somebody reported", True, 0),
        ("reported_by_heads_share", "Reported by unit heads", "share of reports",
         "reports made by unit heads on their rounds", False, 0),
        ("issues_solved", "Issues solved", "issues per week", "issues closed as solved, by units or staff", True, 1),
        ("solved_by_posts", "Solved by posts", "issues per week",
         "issues solved by the posts of the subdistrict", True, 0),
        ("solved_by_community", "Solved by community workers", "issues per week",
         "issues solved by community workers", True, 0),
        ("solved_in_unit_share", "Solved in the unit", "share of solved issues",
         "issues that neighbours solved without staff", True, 1),
        ("solved_above_unit_share", "Solved above the unit", "share of solved issues",
         "issues that heads of buildings, grids or nested groups solved without staff", True, 1),
        ("latent_stock", "Latent issues", "issues", "issues that nobody has reported yet", True, -1),
        ("backlog", "Backlog", "issues", "reported issues that are not solved yet", True, -1),
        ("backlog_old_share", "Old backlog", "share of the backlog",
         "open issues reported more than 30 days ago", True, -1),
        ("lapsed_week", "Unreported and gone", "issues per week",
         "issues that went away or were put up with, unreported", True, 0),
        ("gave_up_week", "Given up", "issues per week", "reporters who lost patience for good", True, -1),
        ("wait_mean_days", "Waiting, mean", "working days",
         "time in line of cases at both tiers, until served, given up, or the end of the run", False, -1),
        ("wait_median_days", "Waiting, median", "working days", "median of the same", False, -1),
        ("wait_p90_days", "Waiting, 90th percentile", "working days", "one case in ten waits longer", False, -1),
        ("wait_posts_mean_days", "Waiting at the posts", "working days",
         "mean time in line at the posts of the subdistrict", False, -1),
        ("wait_community_mean_days", "Waiting at the communities", "working days",
         "mean time in line at community teams", False, -1),
        ("total_days_mean", "Time to solution", "days", "from report to solution, of solved issues", False, -1),
        ("on_time_share", "On time", "share of solved issues", "solved within 72 hours of the report", True, 1),
        ("reopened_share", "Reopened", "reopenings per solved issue",
         "cases that came back after they were closed", True, -1),
        ("satisfaction", "Satisfaction", "share of solved issues", "reporters satisfied with the solution", True, 1),
        ("handoffs_per_case", "Hand-offs", "levels per case",
         "levels that a case sent to staff had to cross", False, -1),
        ("utilisation_posts", "Busy time of the posts", "share of office time",
         "office time that the posts spend on cases", True, 0),
        ("utilisation_community", "Busy time of community workers", "share of office time",
         "office time that community workers spend on cases", True, 0),
    )),
    *_table("co_creation", (
        ("projects_started", "Projects proposed", "projects per year", "micro-renovations proposed", False, 0),
        ("projects_by_residents_share", "Proposed by residents", "share of proposals",
         "projects that residents, not staff, proposed", False, 1),
        ("projects_building", "Projects under way", "projects", "projects being built", True, 0),
        ("projects_finished", "Projects finished", "projects per year",
         "projects that passed all five stages", False, 1),
        ("projects_failed", "Projects failed", "projects per year", "projects that failed at some stage", False, -1),
        ("plan_days", "Planning time", "days", "from proposal to a passed vote", False, -1),
        ("build_days", "Building time", "days", "from the vote until it is built", False, -1),
        ("condition_mean", "Condition of sites", "0 to 1",
         "mean condition of all sites (0 where nothing was ever built)", True, 1),
        ("kept_share", "Sites in use", "share of sites", "sites with a facility that is not idle", True, 1),
        ("upkeep_build_ratio", "Upkeep per building hour", "ratio",
         "hours of upkeep for each hour of building, in the horizon", False, 0),
        ("working_parties_share", "Parties that start", "share of parties",
         "units' activities to which enough people came for a working party", False, 1),
    )),
    *_table("social", (
        ("ties_per_resident", "Neighbours known", "ties per adult", "neighbours an adult in a family keeps up with", True, 1),
        ("knows_nobody_share", "Knows nobody", "share of adults", "adults in families without any tie", True, -1),
        ("belonging_mean", "Belonging", "0 to 1", "mean sense of belonging of adults", True, 1),
        ("trust_mean", "Trust in staff", "0 to 1", "mean trust in staff of adults", True, 1),
    )),
    *_table("staff", (
        ("mobilisation_hours", "Hours for mobilisation", "staff hours per week",
         "staff hours left for residents after administration, unit heads and cases", True, 1),
        ("supervision_hours", "Hours for unit heads", "staff hours per week",
         "staff hours that unit heads take", True, 0),
        ("covered_share", "Support from above", "share of the support needed",
         "support of unit heads that heads above them give instead of staff", True, 1),
        ("events_week", "Events", "events per week", "events held by staff", True, 1),
        ("vacancy_share", "Vacant posts", "share of posts", "posts of both tiers without a person", True, -1),
        ("burnout_mean", "Burnout", "0 to 1", "mean burnout of staff", True, -1),
        ("leavers_year", "Leavers", "share of staff per year", "staff who leave", False, -1),
        ("skill_mean", "Pace of staff", "share of full pace", "mean pace of those in post", True, 1),
    )),
    *_table("equity", (
        ("unit_gini_participation", "Inequality between units", "Gini",
         "participation per adult, between units (describes units: changes with their size)", False, -1),
        ("building_gini_participation", "Inequality between buildings", "Gini",
         "participation per adult, between buildings", False, -1),
        ("building_theil_participation", "Inequality between buildings (Theil)", "Theil",
         "the same as a Theil index", False, -1),
        ("newcomer_ratio", "Newcomers compared", "ratio", "participation of newcomers over that of others", False, 1),
    )),
    *_table("cost", (
        ("units", "Units", "units", "governance units (describes units)", False, 0),
        ("unit_size_mean", "Unit size", "households", "mean households per unit (describes units)", False, 0),
        ("units_with_head_share", "Households with a head", "share of households",
         "family households whose unit has a head", True, 1),
        ("head_hours", "Hours of unit heads", "hours per week", "hours that unit heads give", True, 0),
        ("building_heads", "Building heads", "heads", "buildings with a head of their own", True, 0),
        ("grid_heads", "Grid heads", "heads", "grids above the unit with a head of their own", True, 0),
        ("central_households", "Central households", "heads",
         "nested groups of 25 households with a party member as head", True, 0),
        ("party_groups", "Party groups", "heads", "nested groups of 100 households with a party member as head", True, 0),
        ("party_branches", "Party branches", "heads", "nested groups of 500 households with a party member as head", True, 0),
        ("seats_filled_share", "Levels with a head", "share of seats", "groups above the unit that have a head", True, 1),
        ("span_of_control", "Span of control", "unit heads per head", "unit heads below each head above the unit", True, 0),
        ("upper_head_hours", "Hours of heads above the unit", "hours per week", "hours that they give", True, 0),
        ("resident_hours", "Hours of residents", "hours per week",
         "hours that residents give, without unit heads", True, 0),
        ("meeting_hours", "Hours of coordination", "hours per week",
         "part of these hours that goes into talking in pairs", True, -1),
        ("public_hours", "Hours of staff", "paid hours per week",
         "paid hours of posts and community workers", True, 0),
        ("public_yuan", "Public money", "yuan per week", "pay of staff and money for projects", True, 0),
    )),
]  # fmt: skip

OUTCOMES: dict[str, Outcome] = {o.name: o for o in _ALL}
OF_UNITS = ("units", "unit_size_mean", "unit_gini_participation")
"""Outcomes that describe units themselves, and so may change with unit size even when all channels are off."""
