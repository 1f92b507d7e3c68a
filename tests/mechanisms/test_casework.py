"""Case work: given cases that reach an office at known hours, who serves them, when they are done, and what goes wrong.

Office hours are nine to five. Days are written as ``MON 10`` = Monday, ten o'clock; all cases are put on their way by hand.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone, identical, issues
from tests.mechanisms.given import listen, noted, on_its_way
from tests.scenarios import scenario

from cocreate_sim.errors import ConfigError
from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c
from cocreate_sim.world.clock import DAY, HOUR, OPENS
from cocreate_sim.world.events import SOLVED as IS_SOLVED
from cocreate_sim.world.issues import COMPLEX, LAPSED, MOVING, NORMAL, SERVED, SOLVED, URGENT, WAITING

DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
COMMUNITY, POSTS = 0, 1
"""Offices of a world with one community and one subdistrict."""
REPORTER = 0
"""The first resident, who counts like any other."""
PLAIN = {"patience_days": None, "reopen_chance": 0.0, "escalation_chance": 0.0, "rho_40": None, "community_hours": 1.0}


def at(text: str) -> int:
    """Calendar microseconds of ``MON 10`` or, a week later, ``MON+1 10.5``."""
    day, hour = text.split()
    name, _, week = day.partition("+")
    return int((DAYS.index(name) + 7 * int(week or 0)) * DAY + float(hour) * HOUR)


def told(calendar: int) -> str:
    """Write such an instant."""
    day, inside = divmod(int(calendar), DAY)
    week = f"+{day // 7}" if day >= 7 else ""
    return f"{DAYS[day % 7]}{week} {inside / HOUR:g}"


def office(
    posts: int = 1, *, on: bool = True, weeks: int = 20, world: Any = None, **given: Any
) -> CoCreateModel:
    """One community worker and some posts, who do nothing but cases; nobody reports anything by themselves."""
    settings = {(k if "." in k else f"casework.{k}"): v for k, v in (PLAIN | given).items()}
    switches = alone(*(["casework"] if on else []))
    return CoCreateModel(scenario(world or identical(24), weeks=weeks, settings=settings, switches=switches, posts=posts))


def send(model: CoCreateModel, when: str, hours: float, priority: int = NORMAL, to: int = POSTS, reporter: int = REPORTER) -> int:
    """Put a case on its way to an office; it is born, reported and due at one instant."""
    return on_its_way(model, at(when), household=0, scope=0, end=1, priority=priority, hours=hours, reporter=reporter, target=to)


def days(model: CoCreateModel, count: int) -> None:
    """Let days pass."""
    for _ in range(count):
        model.step()


def booked(model: CoCreateModel, what: int) -> float:
    """A counter, since the start."""
    return float(model.record.sums[what] + model.world.week_counts[what])


ORDERS: dict[str, tuple[int, list[tuple[str, float, int]], list[str]]] = {
    # number of posts; when each case arrives, its hours, its class; when each is done
    "one case, at once": (1, [("MON 10", 2, NORMAL)], ["MON 12"]),
    "reported at night: from nine on": (1, [("MON 3", 2, NORMAL)], ["MON 11"]),
    "reported in the evening: next morning": (1, [("MON 20", 2, NORMAL)], ["TUE 11"]),
    "reported on Saturday: on Monday": (1, [("SAT 12", 2, NORMAL)], ["MON+1 11"]),
    "goes on next morning where it stopped": (1, [("MON 15", 4, NORMAL)], ["TUE 11"]),
    "goes on after the weekend": (1, [("FRI 16", 3, NORMAL)], ["MON+1 11"]),
    "three days of work": (1, [("THU 9", 20, NORMAL)], ["MON+1 13"]),
    "first come, first served": (1, [("MON 10", 2, NORMAL), ("MON 10.5", 1, NORMAL), ("MON 11", 1, NORMAL)], ["MON 12", "MON 13", "MON 14"]),
    "two posts, two at a time": (2, [("MON 10", 2, NORMAL), ("MON 10", 3, NORMAL), ("MON 10", 1, NORMAL)], ["MON 12", "MON 13", "MON 13"]),
    "urgent overtakes those who wait": (
        1, [("MON 9", 2, NORMAL), ("MON 9.5", 1, NORMAL), ("MON 10", 1, URGENT)], ["MON 11", "MON 13", "MON 12"],
    ),
    "normal overtakes complex": (1, [("MON 9", 2, NORMAL), ("MON 9.5", 1, COMPLEX), ("MON 10", 1, NORMAL)], ["MON 11", "MON 13", "MON 12"]),
    "nobody interrupts what is in hand": (1, [("MON 9", 4, COMPLEX), ("MON 10", 1, URGENT)], ["MON 13", "MON 14"]),
    "first come, first served within a class": (
        1, [("MON 9", 1, NORMAL), ("MON 9.2", 1, URGENT), ("MON 9.4", 1, URGENT), ("MON 9.6", 1, URGENT)],
        ["MON 10", "MON 11", "MON 12", "MON 13"],
    ),
    "the line stands overnight": (1, [("MON 15", 3, NORMAL), ("MON 16", 1, NORMAL), ("TUE 9", 1, URGENT)], ["TUE 10", "TUE 12", "TUE 11"]),
    "same instant: by identity": (1, [("MON 10", 1, NORMAL), ("MON 10", 1, NORMAL)], ["MON 11", "MON 12"]),
}  # fmt: skip


@pytest.mark.parametrize("name", ORDERS)
def test_who_is_done_when(name: str) -> None:
    posts, cases, done = ORDERS[name]
    model = office(posts)
    for when, hours, priority in cases:
        send(model, when, hours, priority)
    days(model, 14)
    assert [told(t) for t in issues(model).solved] == done
    assert booked(model, c.SOLVED_BY_POSTS) == len(cases)


def test_without_priorities_urgent_cases_wait_like_all() -> None:
    model = office(priorities=False)
    for when, hours, priority in ORDERS["urgent overtakes those who wait"][1]:
        send(model, when, hours, priority)
    days(model, 2)
    assert [told(t) for t in issues(model).solved] == ["MON 11", "MON 12", "MON 13"]


def test_switched_off_every_case_waits() -> None:
    model = office(on=False)
    rows = [send(model, "MON 10", 1), send(model, "MON 10", 1, to=COMMUNITY)]
    days(model, 14)
    assert set(issues(model).state[rows]) == {MOVING}
    assert booked(model, c.SOLVED) == 0
    assert np.all(model.world.posts.serving == -1)


@pytest.mark.parametrize(
    ("given", "done"),
    [
        ({}, "MON 14"),
        ({"community_hours": 0.5}, "MON 12"),
        ({"staff_time.paid_hours": 50.0}, "MON 14"),
    ],
)
def test_hours_at_the_community(given: dict[str, Any], done: str) -> None:
    """A case of 4 hours at the posts takes community_hours times as long at the community, by community workers."""
    model = office(**given)
    row = send(model, "MON 10", 4, to=COMMUNITY)
    days(model, 2)
    assert told(issues(model).solved[row]) == done
    assert booked(model, c.SOLVED_BY_COMMUNITY) == 1
    assert booked(model, c.SOLVED_BY_POSTS) == 0


def test_longer_office_days_finish_more_today() -> None:
    model = office(**{"staff_time.paid_hours": 50.0})
    row = send(model, "MON 16", 2)
    days(model, 2)
    assert told(issues(model).solved[row]) == "MON 18"


@pytest.mark.parametrize(("skill", "done"), [(1.0, "MON 12"), (0.5, "MON 14")])
def test_newcomers_take_longer(skill: float, done: str) -> None:
    model = office()
    model.world.posts.skill[:] = skill
    row = send(model, "MON 10", 2)
    days(model, 2)
    assert told(issues(model).solved[row]) == done


def test_the_two_tiers_do_not_help_each_other() -> None:
    """Given three cases at the community, expect one worker to do them in turn while forty posts are idle."""
    model = office(40)
    rows = [send(model, "MON 9", 2, to=COMMUNITY) for _ in range(3)]
    days(model, 2)
    assert [told(t) for t in issues(model).solved[rows]] == ["MON 11", "MON 13", "MON 15"]


def test_of_idle_staff_the_first_takes_the_case() -> None:
    model = office(4, world=identical(24, background=True, community_households=2000, subdistrict_households=24))
    posts = model.world.posts
    rows = send(model, "MON 9", 40, to=COMMUNITY), send(model, "MON 9", 40)
    days(model, 1)
    assert (posts.tier == COMMUNITY).sum() > 1
    assert [int(posts.number[posts.serving == row][0]) for row in rows] == [0, 0]


def test_of_two_who_are_done_at_once_the_first_takes_the_next_case() -> None:
    model = office(2)
    for hours in (2, 2, 40):
        send(model, "MON 9", hours)
    days(model, 1)
    posts = model.world.posts
    assert posts.number[posts.serving >= 0].tolist() == [0]


def test_teams_never_help_each_other() -> None:
    """Given 4 posts and 4 long cases, expect one team to serve all four at once, but two teams only if they split evenly."""
    model = office(4)
    rows = [send(model, "MON 9", 4) for _ in range(4)]
    days(model, 1)
    assert {told(t) for t in issues(model).solved[rows]} == {"MON 13"}
    model = office(4, teams=2)
    rows = [send(model, "MON 9", 1) for _ in range(40)]
    days(model, 7)
    pool, solved = issues(model).pool[rows], issues(model).solved[rows]
    counts = [int((pool == p).sum()) for p in (1, 2)]
    assert sum(counts) == 40
    assert min(counts) > 8
    for p, count in zip((1, 2), counts, strict=True):  # two posts each: the k-th pair is done k hours later
        work = [at("MON 9") + (k // 16) * DAY + (k % 16 // 2 + 1) * HOUR for k in range(count)]
        assert sorted(s - (s % DAY == OPENS) * 16 * HOUR for s in solved[pool == p].tolist()) == work


def test_every_team_needs_a_post() -> None:
    with pytest.raises(ConfigError, match=r"teams = 3 is more than levers\.posts = 2"):
        office(2, teams=3)


# giving up, reporting again, coming back


def crowd(count: int = 400, **given: Any) -> CoCreateModel:
    """Many reporters wait behind one case that never ends."""
    model = office(**given)
    model.world.issues.hours[:] = 1.0
    send(model, "MON 9", 1e5, URGENT)
    for _ in range(count):
        send(model, "MON 9", 1)
    return model


def test_with_endless_patience_everybody_waits() -> None:
    model = crowd(patience_days=None)
    days(model, 70)
    assert (issues(model).state == WAITING).sum() == 400


@pytest.mark.parametrize("patience", [2.0, 5.0, 20.0])
def test_patience_runs_out_in_working_time(patience: float) -> None:
    """After 10 working days, exp(-10 / patience) of the reporters are still there; nobody gives up at night or at weekends."""
    model = crowd(patience_days=patience, rereport_chance=0.0)
    days(model, 5)
    feelings = model.world.feelings
    assert feelings.ignored[REPORTER] == feelings.bad[REPORTER] == booked(model, c.GAVE_UP) > 50
    days(model, 9)
    rows = issues(model)[1:]
    expected = np.exp(-10 / patience)
    assert abs((rows.state == WAITING).mean() - expected) < 4 * np.sqrt(expected * (1 - expected) / 400) + 1e-9
    gone = rows[rows.state == LAPSED]
    assert booked(model, c.GAVE_UP) == len(gone) > 100
    assert np.array_equal(gone.waited, gone.gives_up - gone.queued)
    assert booked(model, c.REREPORTED) == 0


@pytest.mark.parametrize("chance", [0.0, 0.4, 1.0])
def test_some_of_those_who_gave_up_report_again(chance: float) -> None:
    """Given short patience and a long delay, expect the share rereport_chance on their way again, the rest lapsed."""
    model = crowd(patience_days=0.1, rereport_chance=chance, rereport_days=365.0)
    days(model, 5)
    rows = issues(model)[1:]
    again = rows.state == MOVING
    assert abs(again.mean() - chance) <= 4 * np.sqrt(chance * (1 - chance) / 400) + 0.03
    assert set(rows.state) <= {MOVING, LAPSED, WAITING}
    assert booked(model, c.REREPORTED) >= again.sum()
    if again.any():
        assert rows.attempts[again].min() >= 1
        assert (rows.due[again] - at("MON 9")).mean() / DAY == pytest.approx(365.0, rel=0.2)


def test_who_has_left_the_middle_of_a_line_may_stand_alone_later() -> None:
    """Given three reporters who lose patience behind a long case and report again, expect each case to be solved once."""
    model = office(rereport_chance=1.0, rereport_days=1.0, patience_days=1.0)
    rows = [send(model, "MON 9", hours) for hours in (20, 1, 1, 1)]
    days(model, 28)
    assert issues(model).attempts[rows].max() > 0
    assert set(issues(model).state[rows]) == {SOLVED}
    assert booked(model, c.SOLVED) == 4


@pytest.mark.parametrize(("attempts", "again"), [(99, True), (100, False)])
def test_after_a_hundred_attempts_a_case_is_over_however_it_ends(attempts: int, again: bool) -> None:
    model = office(reopen_chance=0.9, rereport_chance=1.0, patience_days=0.01, rereport_days=365.0, reopen_days=365.0)
    # given some that are done, and some that wait in vain behind a long one
    for _ in range(20):
        send(model, "MON 9", 0.001, to=COMMUNITY)
    for hours in (30, *[1] * 20):
        send(model, "MON 9", hours)
    issues(model).attempts[:] = attempts
    days(model, 1)
    # expect nearly all to come back, or none
    state = issues(model).state
    assert (LAPSED in state) != again
    assert ((state == MOVING).sum() > 30) == (MOVING in state) == again


def test_who_reports_again_stands_at_the_end() -> None:
    """Given patience that ends and a quick new report, expect the old case behind those who came in between."""
    model = office(rereport_chance=1.0, rereport_days=0.1, patience_days=0.01)
    send(model, "MON 9", 30)
    row = send(model, "MON 9", 1)
    days(model, 3)
    assert issues(model).attempts[row] >= 1
    assert issues(model).waited[row] > 0
    assert issues(model).state[row] in (MOVING, WAITING)


@pytest.mark.parametrize("chance", [0.0, 0.3, 0.9])
def test_some_solved_cases_come_back(chance: float) -> None:
    """Given 400 short cases, expect chance x 400 first comebacks, and each case solved once in the end."""
    model = office(40, reopen_chance=chance, reopen_days=1.0, weeks=40)
    for _ in range(400):
        send(model, "MON 9", 0.1)
    days(model, 280)
    rows = issues(model)
    came_back = (rows.reopened > 0).mean()
    assert abs(came_back - chance) <= 4 * np.sqrt(chance * (1 - chance) / 400)
    assert rows.reopened.sum() == booked(model, c.REOPENED)
    assert rows.reopened.mean() == pytest.approx(chance / (1 - chance), rel=0.25, abs=1e-9)
    assert set(rows.state) == {SOLVED}
    assert booked(model, c.SOLVED) == 400


def test_a_case_that_comes_back_takes_its_whole_time_again_and_arrives_later() -> None:
    model = office(reopen_chance=0.9, reopen_days=3.0)
    row = send(model, "MON 9", 2)
    days(model, 1)
    case = issues(model)[row]
    assert case.reopened == 1
    assert case.state == MOVING
    assert case.due > at("MON 11")
    assert case.work == -1
    due, before = int(case.due), booked(model, c.REOPENED)
    while booked(model, c.REOPENED) == before and booked(model, c.SOLVED) == 0:
        days(model, 1)
    again = issues(model)[row]
    done = int(again.solved) if again.state == SOLVED else model.world.day * DAY
    assert done - due >= 2 * HOUR
    assert again.waited == 0


def test_escalation_hands_overdue_cases_of_the_community_to_the_posts() -> None:
    """Given a worker who is busy for weeks, expect what has waited 3 working days to be served by the posts on Friday."""
    model = office(escalation_chance=1.0, overdue_days=3.0)
    busy = send(model, "MON 9", 100, to=COMMUNITY)
    row = send(model, "MON 10", 2, to=COMMUNITY)
    days(model, 4)
    assert issues(model).state[row] == WAITING
    days(model, 1)
    assert told(issues(model).solved[row]) == "FRI 11"
    assert booked(model, c.ESCALATED) == 1
    assert booked(model, c.SOLVED_BY_POSTS) == 1
    assert issues(model).state[busy] == SERVED
    assert issues(model).waited[row] == 31 * HOUR


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_share_that_is_escalated(chance: float) -> None:
    """Each overdue case is considered once: the share escalation_chance goes to the posts, the others stay where they are."""
    model = office(40, escalation_chance=chance)
    send(model, "MON 9", 1e5, to=COMMUNITY)
    for _ in range(300):
        send(model, "MON 9", 1, to=COMMUNITY)
    days(model, 28)
    assert abs((issues(model).state[1:] == SOLVED).mean() - chance) <= 4 * np.sqrt(chance * (1 - chance) / 300)
    assert set(issues(model).state[1:]) <= {SOLVED, WAITING}


def test_posts_have_nobody_to_escalate_to() -> None:
    model = office(escalation_chance=1.0)
    send(model, "MON 9", 1000)
    row = send(model, "MON 9", 1)
    days(model, 21)
    assert booked(model, c.ESCALATED) == 0
    assert issues(model).state[row] == WAITING


# people who leave


def test_who_leaves_gives_the_case_back_to_the_front() -> None:
    """Given a case with 3 of 8 hours done, expect a colleague to take it before all others and to do the other 5."""
    model = office(2)
    first = send(model, "MON 14", 8)
    second = send(model, "MON 14", 5)  # done TUE 11
    third = send(model, "MON 15", 1)
    days(model, 1)
    post = int(np.flatnonzero(model.world.posts.serving == first)[0])
    model.world.posts.filled[post] = False
    days(model, 4)
    assert [told(t) for t in issues(model).solved[[first, second, third]]] == ["TUE 16", "TUE 11", "WED 9"]


def test_a_case_that_went_back_to_the_front_stays_there_when_the_next_in_line_is_given_up() -> None:
    # given a case back in line before another one, in an office without anybody
    model = office(1, patience_days=1000.0, rereport_chance=0.0)
    front, second = send(model, "MON 14", 8), send(model, "MON 15", 1)
    days(model, 1)
    post = model.world.posts.tier == POSTS
    model.world.posts.filled[post] = False
    days(model, 1)
    assert issues(model).state[[front, second]].tolist() == [WAITING, WAITING]
    # when the second reporter loses patience, and somebody comes
    model.world.issues.gives_up[second] = model.world.office_day * 2 + HOUR
    days(model, 1)
    assert issues(model).state[second] == LAPSED
    model.world.posts.filled[post] = True
    days(model, 2)
    # expect the first to be done
    assert issues(model).state[front] == SOLVED


def test_a_vacant_office_serves_nobody_until_somebody_comes() -> None:
    model = office(1)
    row, other = send(model, "MON 14", 8), send(model, "MON 13", 0.5)
    days(model, 1)
    post = model.world.posts.tier == 1
    model.world.posts.filled[post] = False
    days(model, 2)
    assert issues(model).state[row] == WAITING
    assert told(issues(model).solved[other]) == "MON 13.5"
    model.world.posts.filled[post] = True
    days(model, 2)
    assert told(issues(model).solved[row]) == "THU 14"


def test_who_leaves_at_the_weekend_gives_the_case_back_even_if_replaced_at_once() -> None:
    """Given 1 of 3 hours done on Friday and another person in post on Monday, expect the other 2 hours after urgent cases."""
    given = {f"casework.{k}": v for k, v in PLAIN.items()}
    given |= {"turnover.leave_posts": 0.0, "turnover.leave_community": 0.0, "turnover.refill_months": 0.0}
    model = CoCreateModel(scenario(identical(24), weeks=5, settings=given, switches=alone("casework", "turnover"), posts=1))
    row, urgent = send(model, "FRI 16", 3), send(model, "FRI 16.5", 1, URGENT)
    turnover: Any = next(m for m in model.mechanisms if m.name == "turnover")
    days(model, 5)
    usual = turnover.leave
    turnover.leave = np.where(model.world.offices.tier == 1, 1e9, usual)  # on Saturday they leave
    days(model, 1)
    turnover.leave = usual
    assert not model.world.posts.filled[-1]
    days(model, 4)
    assert model.world.posts.filled[-1]
    assert issues(model).solved[urgent] < issues(model).solved[row]


# outcomes of a case


def test_on_time_counts_calendar_days() -> None:
    """Given a limit of 3 days, expect a case done on Thursday noon on time if reported on Tuesday, late if on Sunday before."""
    model = office(2)
    send(model, "MON 10", 20)  # done WED 14
    send(model, "MON 10", 30)  # done THU 16
    days(model, 5)
    assert booked(model, c.ON_TIME) == 1
    assert booked(model, c.TOTAL_DAYS) == pytest.approx(2 + 4 / 24 + 3 + 6 / 24)
    model = office(2, limit_days=4.0)
    send(model, "MON 10", 30)
    days(model, 5)
    assert booked(model, c.ON_TIME) == 1
    model = office(limit_days=1.0)
    send(model, "MON 10", 8)  # done TUE 10, just in time
    days(model, 5)
    assert booked(model, c.ON_TIME) == 1


@pytest.mark.parametrize(
    ("logit", "slope", "hours", "share"), [(10.0, 0.0, 1, 1.0), (-10.0, 0.0, 1, 0.0), (3.0, 10.0, 30, 0.0), (3.0, 0.0, 30, 0.95)]
)
def test_satisfaction_falls_with_time(logit: float, slope: float, hours: float, share: float) -> None:
    """Satisfied reporters are served well; the others feel ignored."""
    model = office(200, satisfied_logit=logit, satisfied_slope=slope)
    for _ in range(200):
        send(model, "MON 9", hours)
    days(model, 6)
    assert booked(model, c.SATISFIED) / 200 == pytest.approx(share, abs=0.06)
    feelings = model.world.feelings
    assert feelings.served[REPORTER] == feelings.good[REPORTER] == booked(model, c.SATISFIED)
    assert feelings.ignored[REPORTER] == 200 - booked(model, c.SATISFIED)


@pytest.mark.parametrize("logit", [10.0, -10.0])
def test_a_case_that_nobody_stands_for_pleases_and_disappoints_nobody(logit: float) -> None:
    # given a case without a reporter that is done, and one that is given up
    model = office(satisfied_logit=logit, satisfied_slope=0.0, patience_days=0.01, rereport_chance=0.0)
    done, given_up = (send(model, "MON 9", hours, reporter=-1) for hours in (30, 1))
    days(model, 5)
    # expect both to be counted, and nobody to feel anything
    assert issues(model).state[[done, given_up]].tolist() == [SOLVED, LAPSED]
    assert booked(model, c.SATISFIED) == (logit > 0)
    assert booked(model, c.GAVE_UP) == 1
    assert not any(feeling.any() for feeling in model.world.feelings)


# cases of households beside the model, which load the offices


def beside(model: CoCreateModel, when: str, hours: float) -> int:
    """Put a case of nobody in particular on its way to the posts."""
    return on_its_way(model, at(when), scope=0, end=1, household=-1, priority=NORMAL, hours=hours, target=POSTS)


def test_a_case_from_beside_the_model_takes_its_time_and_is_counted_apart() -> None:
    model = office()
    theirs, ours = beside(model, "MON 10", 2), send(model, "MON 10", 1)
    listen(model)
    days(model, 5)
    assert [told(t) for t in issues(model).solved[[theirs, ours]]] == ["MON 12", "MON 13"]
    assert booked(model, c.BACKGROUND_SOLVED) == 1
    assert booked(model, c.SOLVED) == booked(model, c.SOLVED_BY_POSTS) == 1
    assert booked(model, c.TOTAL_DAYS) == pytest.approx(3 / 24)
    solved = [(row.b, told(row.instant), row.other, row.value) for row in noted(model, IS_SOLVED)]
    assert solved == [(theirs, "MON 12", POSTS, 0.0), (ours, "MON 13", POSTS, float(booked(model, c.SATISFIED)))]


def test_a_case_from_beside_the_model_may_come_back_uncounted() -> None:
    model = office(reopen_chance=0.9, reopen_days=0.1)
    row = beside(model, "MON 10", 1)
    days(model, 5)
    assert issues(model).reopened[row] > 1
    assert booked(model, c.REOPENED) == 0


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_a_case_from_beside_the_model_may_be_given_up(chance: float) -> None:
    model = office(patience_days=0.01, rereport_chance=chance, rereport_days=365.0)
    send(model, "MON 9", 30)
    row = beside(model, "MON 9", 1)
    days(model, 5)
    assert issues(model).state[row] == (MOVING if chance else LAPSED)
    assert booked(model, c.BACKGROUND_LAPSED) == 1 - chance
    assert booked(model, c.GAVE_UP) == booked(model, c.REREPORTED) == 0


# load


def test_nobody_works_longer_than_the_office_is_open() -> None:
    """Given ten times too much work, expect every post busy for exactly 40 hours a week, never more, and less when there is less."""
    model = office(3)
    for _ in range(200):
        send(model, "MON 9", 7.3)
    for _ in range(6):
        days(model, 6)
        posts = model.world.posts[model.world.posts.tier == 1]
        assert np.all(posts.present == 40 * HOUR)
        assert np.all(posts.busy == 40 * HOUR)
        days(model, 1)
    model = office(3)
    send(model, "WED 11", 5)
    days(model, 6)
    busy = model.world.posts.busy[model.world.posts.tier == 1]
    assert sorted(busy.tolist()) == [0, 0, 5 * HOUR]


def test_nobody_works_at_night_when_cases_come_back_soon() -> None:
    """Given cases that come back within hours, expect no more work in a week than office hours, and every solution between nine and five."""
    model = office(1, reopen_chance=0.5, reopen_days=0.1, weeks=30)
    for week in range(6):
        for day in DAYS[:5]:
            for hour in (9, 11, 13):
                send(model, f"{day}+{week} {hour}", 1.2)
    model.run()
    solved = issues(model).solved[issues(model).state == SOLVED] % DAY / HOUR
    assert model.record.weekly["utilisation_posts"].max() <= 1.0 + 1e-12
    assert solved.min() >= 9
    assert solved.max() <= 17


def test_a_vacant_post_is_not_present() -> None:
    model = office(2)
    model.world.posts.filled[-1] = False
    days(model, 5)
    assert model.world.posts.present.tolist() == [40 * HOUR, 40 * HOUR, 0]


@pytest.mark.parametrize("by_arrivals", [False, True])
def test_a_target_load_scales_the_hours_of_a_case_or_the_number_of_cases(by_arrivals: bool) -> None:
    """Twice the target is twice the scale, of one of the two; the other stays 1."""
    given = {"arrivals.rate": 50.0, "casework.load_by_arrivals": by_arrivals}
    worlds = [CoCreateModel(scenario("tiny", weeks=1, settings=given | {"casework.rho_40": load})).world for load in (0.4, 0.8)]
    scales = [w.arrivals_scale if by_arrivals else w.hours_scale for w in worlds]
    others = [w.hours_scale if by_arrivals else w.arrivals_scale for w in worlds]
    assert scales[1] == pytest.approx(2 * scales[0])
    assert others == [1.0, 1.0]
    assert [w.rho_40 for w in worlds] == pytest.approx([0.4, 0.8])


@pytest.mark.compiled
@pytest.mark.parametrize("load", [0.3, 0.9])
@pytest.mark.parametrize("by_arrivals", [False, True])
def test_target_load_is_met(load: float, by_arrivals: bool) -> None:
    """Given a target load under 40 posts, expect the posts busy for that share of their time."""
    given = {
        "arrivals.rate": 50.0, "arrivals.burst_variance": 0.0, "arrivals.condition_effect": 0.0, "arrivals.posts_small": 1.0,
        "arrivals.posts_building": 1.0, "arrivals.posts_compound": 1.0, "arrivals.hours_law": "constant",
        "casework.patience_days": None, "casework.reopen_chance": 0.0, "casework.rho_40": load, "casework.load_by_arrivals": by_arrivals,
    }  # fmt: skip
    world = identical(200)
    model = CoCreateModel(scenario(world, weeks=30, burn_in=4, settings=given, switches=alone("arrivals", "casework"), posts=40))
    assert model.run().summary["utilisation_posts"] == pytest.approx(load, rel=0.07)
    assert model.world.rho_40 == pytest.approx(load)
    assert (model.world.hours_scale == 1.0) == by_arrivals
    assert (model.world.arrivals_scale == 1.0) == (not by_arrivals)


SIGNS: list[tuple[str, tuple[Any, Any], str, int]] = [
    # setting, low and high value, outcome, expected sign
    ("casework.rho_40", (0.3, 1.3), "wait_posts_mean_days", +1),
    ("casework.patience_days", (5.0, 100.0), "gave_up_week", -1),
    ("casework.patience_days", (5.0, 100.0), "wait_posts_mean_days", +1),
    ("casework.rereport_chance", (0.0, 1.0), "backlog", +1),
    ("casework.reopen_chance", (0.0, 0.5), "reopened_share", +1),
    ("casework.reopen_chance", (0.0, 0.5), "total_days_mean", +1),
    ("casework.community_hours", (0.2, 2.0), "utilisation_community", +1),
    ("casework.escalation_chance", (0.0, 1.0), "wait_community_mean_days", -1),
    ("casework.satisfied_logit", (0.0, 4.0), "satisfaction", +1),
    ("casework.satisfied_slope", (0.0, 5.0), "satisfaction", -1),
    ("casework.limit_days", (0.5, 20.0), "on_time_share", +1),
]


@pytest.mark.compiled
@pytest.mark.parametrize(("setting", "values", "outcome", "sign"), SIGNS, ids=[f"{s[0]}-{s[2]}" for s in SIGNS])
def test_each_setting_moves_its_outcome_its_way(setting: str, values: tuple[Any, Any], outcome: str, sign: int) -> None:
    """In an office close to its limit."""
    given = {"arrivals.rate": 40.0, "casework.rho_40": 1.1, "casework.community_hours": 1.0, "casework.patience_days": 30.0}
    low, high = (
        CoCreateModel(
            scenario(identical(60), weeks=30, settings=given | {setting: value}, switches=alone("arrivals", "casework"), posts=40)
        )
        .run()
        .summary[outcome]
        for value in values
    )
    assert sign * (high - low) > 0.01 * max(abs(high), abs(low)), (low, high)
