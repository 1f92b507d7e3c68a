"""What holds in every run, whatever the world, the policy and the beliefs: random scenarios, each run twice.

The run itself checks at the end of each week that issues are conserved, that Little's law holds to the microsecond in every line,
and that roles match (`outcomes/invariants.py`); it would raise. Here the rest: outcomes are finite and within their range,
stages of projects never skip, ties are mutual, people, posts and sites stay within their bounds, and the same seed gives the same run.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, note, reject, settings
from tests.invariants.drawing import scenarios

from cocreate_sim.config import Scenario
from cocreate_sim.errors import ConfigError
from cocreate_sim.model import CoCreateModel
from cocreate_sim.outcomes import clubs, skill_groups
from cocreate_sim.outcomes.catalogue import OUTCOMES
from cocreate_sim.outcomes.ladder import HEADS
from cocreate_sim.outcomes.record import RunResult
from cocreate_sim.world import counters as c
from cocreate_sim.world.issues import LAPSED, LATENT, SOLVED, STATES
from cocreate_sim.world.seats import CENTRAL_HOUSEHOLD
from cocreate_sim.world.sites import BUILD, EVALUATE, IDLE, KEPT, MANAGE, PLAN, SHARE
from cocreate_sim.world.world import N_ISSUES, World

NEXT = {
    IDLE: {PLAN}, PLAN: {BUILD, IDLE}, BUILD: {MANAGE, IDLE}, MANAGE: {EVALUATE, IDLE}, EVALUATE: {SHARE, BUILD, IDLE},
    SHARE: {KEPT, IDLE}, KEPT: {IDLE},
}  # fmt: skip
"""Where a site may go from each stage within a week: forward by one, back to be corrected, or out."""
SHARES_BEYOND_ONE = {"reopened_share", "leavers_year", "moved_up_year"}
"""Called shares of something, but one case may come back, and one post be left, more than once."""
DENOMINATORS = {
    "solved_in_unit_share": c.SOLVED, "on_time_share": c.SOLVED, "reopened_share": c.SOLVED, "satisfaction": c.SOLVED,
    "total_days_mean": c.SOLVED, "handoffs_per_case": c.DISPATCHED, "reported_by_heads_share": c.REPORTED, "came_in_vain_share": c.CAME,
    "turnout": c.HOUSEHOLDS_CALLED, "votes_valid_share": c.VOTES_HELD, "working_parties_share": c.PARTIES_TRIED,
    "courier_reports_urgent_share": c.REPORTED_BY_COURIER,
    "courier_reports_open_share": c.REPORTED_BY_COURIER, "upkeep_build_ratio": c.BUILD_HOURS, "plan_days": c.PLANS_PASSED, "build_days": c.BUILT,
}  # fmt: skip
"""Outcome -> what it is counted per: not a number exactly when there is none."""
MAY_LACK = {
    "participation_party", "participation_newcomers", "participation_old", "newcomer_ratio", "wait_mean_days", "wait_median_days",
    "wait_p90_days", "wait_posts_mean_days", "wait_community_mean_days", "projects_by_residents_share", "failed_building_share",
    "backlog_old_share", "skill_mean", "club_attendance", "volunteers_in_clubs_share",
    *(name for name, o in OUTCOMES.items() if o.family == "alliances"),
    *HEADS, "seats_filled_share", "span_of_control", "covered_share", "upper_head_hours", "solved_above_unit_share",
    "tenure_mean", "grade_mean", "rises_year", "moved_up_year", "moves_week", "residence_years", "unit_gini_visits",
    "building_gini_visits", "unit_gini_solved", "building_gini_solved", "unit_gini_waiting", "building_gini_waiting",
}  # fmt: skip
"""Outcomes of people, cases or proposals of which a small world may have none, and of allies, levels or a ladder not there."""
POLICIES: dict[str, Callable[[World], bool]] = dict.fromkeys(
    ("clubs", "club_members_share", "clubs_founded", "clubs_dissolved"), clubs.exist
) | dict.fromkeys(("facilities_by_clubs", "facility_fees", "facility_bills_public", "facilities_closed"), clubs.keep) | dict.fromkeys(
    ("skill_group_members", "skill_group_hours", "solved_by_skill_groups", "projects_by_skill_groups"), skill_groups.exist
)
"""Outcome -> whether the policy has what it is about: not a number exactly when it has not."""


def same(one: Any, two: Any) -> bool:
    """Equal to the last bit, where not a number equals not a number."""
    return bool(np.array_equal(np.asarray(one), np.asarray(two), equal_nan=True))


def check_ties(world: World) -> None:
    """Each tie stands in both lists with the same strength, in ascending order, never with oneself, at most K."""
    ties = world.ties
    assert np.all(ties.number >= 0)
    assert np.all(ties.number <= ties.other.shape[1])
    pairs = {}
    for i in np.flatnonzero(ties.number):
        known = ties.other[i, : ties.number[i]]
        assert np.all(np.diff(known) > 0)
        for j, w in zip(known, ties.strength[i, : ties.number[i]], strict=True):
            assert i != j
            pairs[int(i), int(j)] = float(w)
    assert all(pairs.get((j, i)) == w for (i, j), w in pairs.items())
    assert all(0.0 <= w <= 1.0 for w in pairs.values())


def check_people(world: World) -> None:
    """Children hold no role; each head heads the group in which they live, and no other; levels lie between 0 and 1."""
    r = world.residents
    child = ~r.adult
    for role in (
        r.takes_part, r.volunteer_since >= 0, r.head_of >= 0, r.party, r.willing_to_head, r.skill >= 0, r.leads >= 0, r.willing_to_lead,
    ):  # fmt: skip
        assert not role[child].any()
    supply = world.group("leader_supply")
    for group in np.flatnonzero(world.head >= 0):
        person = world.head[group]
        assert r.head_of[person] == group
        assert supply.of_resident[person] == group
    above = world.above
    for seat in np.flatnonzero(above.seats.head >= 0):
        person = above.seats.head[seat]
        assert r.leads[person] == seat
        assert r.head_of[person] < 0
        assert above.seat[above.seats.level[seat], r.household[person]] == seat
        assert r.party[person] or above.seats.role[seat] < CENTRAL_HOUSEHOLD
    assert np.all((above.cover >= 0.0) & (above.cover <= 1.0))
    assert np.all(above.seats.hours_left >= 0)
    for level in (r.belonging, r.trust):
        assert np.all((level >= 0.0) & (level <= 1.0))
    assert np.all(r.hours >= 0.0)
    assert np.all((r.weeks_active >= 0) & (r.weeks_active <= max(world.week - world.burn_in_weeks, 0)))


def check_issues(world: World) -> None:
    """An issue is reported after its birth and solved after its report; cases in line form one chain per line."""
    i = world.issues[: int(world.roster.length[N_ISSUES])]
    known = (i.state != LATENT) & ~((i.state == LAPSED) & (i.reported == 0))
    assert np.all(i.reported[known] >= i.born[known])
    done = i.state == SOLVED
    assert np.all(i.solved[done] >= i.reported[done])
    assert np.all((i.state >= 0) & (i.state < len(STATES)))
    assert np.all(i.waited >= -1)
    assert len(np.unique(np.stack([i.a, i.b.astype(np.int64)]), axis=1).T) == len(i), "identities are unique"
    for pool in range(len(world.pools.office)):
        rows = []
        for head in world.pools.head[pool]:
            row, ahead = int(head), -1
            while row >= 0:
                assert i.ahead[row] == ahead
                rows.append(row)
                row, ahead = int(i.behind[row]), row
        assert len(rows) == len(set(rows)) == world.pools.waiting[pool]


def check_staff(world: World) -> None:
    """Burnout and pace lie between 0 and 1, support and the pace of offices too; nobody works on a vacant post's case twice."""
    p = world.posts
    assert np.all((p.burnout >= 0.0) & (p.burnout <= 1.0))
    assert np.all((p.skill > 0.0) & (p.skill <= 1.0))
    for share in (world.support, world.speed, world.busy_share, world.asked_by_staff):
        assert np.all((share >= 0.0) & (share <= 1.0 + 1e-12))
    assert np.all(world.free_hours >= -1e-6)
    assert not np.any(p.filled & ~p.established)
    serving = p.serving[p.serving >= 0]
    assert len(serving) == len(set(serving.tolist()))


def check_sites(world: World, before: np.ndarray) -> None:
    """No stage is skipped; a facility in use was built with its hours, its money and its skill."""
    s = world.sites
    for old, new in zip(before, s.stage, strict=True):
        assert new == old or new in NEXT[int(old)], f"{old} -> {new}"
    built = s.stage >= MANAGE
    assert np.all(s.hours_got[built] >= s.hours_needed[built])
    assert np.all(s.funded[built] & s.skill_found[built])
    assert np.all((s.condition >= 0.0) & (s.condition <= 1.0))
    assert np.all((s.support >= 0.0) & (s.support <= 1.0))
    assert np.all(world.budget >= -1e-6)


def check_weeks(model: CoCreateModel) -> None:
    """Counters never fall below zero, parts never exceed the whole, and staff never work more than they are paid for."""
    n = model.record.counts
    assert np.isfinite(n).all()
    assert (n >= 0.0).all()
    for part, whole in (
        (c.SOLVED_IN_UNIT, c.SOLVED), (c.ON_TIME, c.SOLVED), (c.SATISFIED, c.SOLVED), (c.REPORTED_BY_HEAD, c.REPORTED), (c.IN_VAIN, c.CAME),
        (c.PARTIES_FORMED, c.PARTIES_TRIED), (c.VOTES_VALID, c.VOTES_HELD), (c.HOUSEHOLDS_VOTING, c.HOUSEHOLDS_CALLED),
        (c.MEETING_HOURS, c.RESIDENT_HOURS), (c.UPKEEP_HOURS, c.RESIDENT_HOURS), (c.GROUP_HOURS, c.RESIDENT_HOURS), (c.SOLVED_BY_GROUPS, c.SOLVED_IN_UNIT),
    ):  # fmt: skip
        assert np.all(n[:, part] <= n[:, whole] * (1 + 1e-12) + 1e-9), (c.NAMES[part], c.NAMES[whole])
    solved = n[:, c.SOLVED_IN_UNIT] + n[:, c.SOLVED_ABOVE_UNIT] + n[:, c.SOLVED_BY_COMMUNITY] + n[:, c.SOLVED_BY_POSTS]
    assert np.array_equal(solved, n[:, c.SOLVED])
    used = n[:, c.STAFF_CASE_HOURS] + n[:, c.SUPERVISION_HOURS] + n[:, c.MOBILISATION_HOURS]
    assert np.all(used <= n[:, c.PAID_HOURS] * (1 + 1e-9) + 1e-6)


MAY_OWE = {"favour_balance"}
"""Outcomes below zero when a community has given more than it got."""


def check_result(model: CoCreateModel, result: RunResult) -> None:
    """Every outcome is there, none is infinite, shares are shares, and not a number means that there was nothing to count."""
    assert list(result.summary) == list(OUTCOMES)
    horizon = model.record.counts[model.world.burn_in_weeks :].sum(axis=0)
    for name, value in result.summary.items():
        o = OUTCOMES[name]
        assert not math.isinf(value), name
        if name in DENOMINATORS:
            assert math.isnan(value) == (horizon[DENOMINATORS[name]] == 0), name
        elif name in POLICIES:
            assert math.isnan(value) != POLICIES[name](model.world), name
        elif name not in MAY_LACK:
            assert not math.isnan(value), name
        if math.isnan(value):
            continue
        assert value >= -1e-9 or name in MAY_OWE, name
        if (o.unit.startswith("share") or o.unit in ("0 to 1", "Gini")) and name not in SHARES_BEYOND_ONE:
            assert value <= 1.0 + 1e-9, name
    for name, values in result.weekly.items():
        assert len(values) == model.weeks, name
        assert not np.isinf(values).any(), name
    for percentiles in result.waits.values():
        assert len(percentiles) in (0, 101)
        assert np.all(np.diff(percentiles) >= -1e-12)
    p = result.projects
    assert (
        p["entered_plan"]
        >= p["entered_build"]
        >= p["entered_manage"]
        >= p["entered_evaluate"]
        >= p["entered_share"]
        >= p["finished"]
    )
    assert all(math.isfinite(v) for v in result.realised.values())


def check_run(scenario: Scenario) -> None:
    """Run once with all checks, and once more to compare."""
    note(told(scenario))
    try:
        model, again = CoCreateModel(scenario), CoCreateModel(scenario)
    except ConfigError:
        reject()  # a world that cannot be built, and says so
    world = model.world
    while world.day < model.weeks * 7:
        before = world.sites.stage.copy()
        for _ in range(7):
            model.step()
        check_sites(world, before)
        check_staff(world)
    check_people(world)
    check_ties(world)
    check_issues(world)
    check_weeks(model)
    result = model.record.result(world)
    check_result(model, result)
    twice = again.run()
    assert same(list(result.summary.values()), list(twice.summary.values()))
    assert all(same(result.weekly[k], twice.weekly[k]) for k in result.weekly)
    assert all(same(result.waits[k], twice.waits[k]) for k in result.waits)
    assert result.projects == twice.projects
    assert np.array_equal(world.residents.belonging, again.world.residents.belonging)


def told(scenario: Scenario) -> str:
    """What a scenario changes from the defaults: enough to run it again."""
    changed = [f"run: {scenario.run}", f"world: {scenario.world}"]
    for name, one in (("levers", scenario.levers), ("channels", scenario.channels), *scenario.uncertainties.items()):
        usual = type(one)()
        changed += [
            f"{name}.{f.name}={getattr(one, f.name)!r}"
            for f in dataclasses.fields(one)
            if getattr(one, f.name) != getattr(usual, f.name)
        ]
    return "\n".join([*changed, f"timeline: {scenario.timeline}", f"off: {[name for name, on in scenario.switches.items() if not on]}"])


PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""No shrinking: with two hundred settings it takes longer than reading what the note tells."""
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much, HealthCheck.large_base_example]


@settings(max_examples=15, deadline=None, phases=PHASES, suppress_health_check=SLOW)
@given(scenarios())
def test_whatever_the_world_the_books_balance(scenario: Scenario) -> None:
    """Fifteen random scenarios of up to seven weeks."""
    check_run(scenario)


@pytest.mark.slow
@settings(max_examples=100, deadline=None, phases=PHASES, suppress_health_check=SLOW)
@given(scenarios(weeks=12))
def test_whatever_the_world_the_books_balance_slow(scenario: Scenario) -> None:
    """A hundred random scenarios of up to fourteen weeks."""
    check_run(scenario)


@pytest.mark.long
@settings(max_examples=2000, deadline=None, phases=PHASES, suppress_health_check=SLOW)
@given(scenarios(weeks=30))
def test_whatever_the_world_the_books_balance_long(scenario: Scenario) -> None:
    """Two thousand random scenarios of up to 32 weeks."""
    check_run(scenario)
