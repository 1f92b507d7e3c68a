"""Office time: only working days between nine and closing time count, to the microsecond."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocreate_sim.engine.settings import meta_of
from cocreate_sim.schedule import BY_NAME
from cocreate_sim.world.clock import DAY, HOUR, OPENS, WEEK_DAYS, WORKING_DAYS, calendar_time, office_time

EIGHT = 8 * HOUR
hours_open = st.sampled_from([1 * HOUR, 7 * HOUR + 123_457, EIGHT, 11 * HOUR, 15 * HOUR])
calendar = st.integers(0, 200 * 7 * DAY)
office = st.integers(0, 200 * 5 * 8 * HOUR)

MONDAY, FRIDAY, SATURDAY, SUNDAY, NEXT_MONDAY = 0, 4, 5, 6, 7


@pytest.mark.parametrize(
    ("day", "hour", "expected_hours"),
    [
        (MONDAY, 0, 0), (MONDAY, 9, 0), (MONDAY, 12, 3), (MONDAY, 17, 8), (MONDAY, 23, 8), (1, 8, 8), (1, 10, 9),
        (FRIDAY, 17, 40), (SATURDAY, 12, 40), (SUNDAY, 23, 40), (NEXT_MONDAY, 9, 40), (NEXT_MONDAY, 10, 41),
    ],
)  # fmt: skip
def test_office_time_of_a_week_of_forty_hours(day: int, hour: int, expected_hours: int) -> None:
    assert office_time(day * DAY + hour * HOUR, EIGHT) == expected_hours * HOUR


@pytest.mark.parametrize(
    ("office_hours", "day", "hour"), [(0, MONDAY, 9), (3, MONDAY, 12), (8, MONDAY, 17), (9, 1, 10), (40, FRIDAY, 17), (41, 7, 10)]
)
def test_calendar_time_is_the_earliest_instant_with_so_much_office_time(office_hours: int, day: int, hour: int) -> None:
    assert calendar_time(office_hours * HOUR, EIGHT) == day * DAY + hour * HOUR


@given(office, hours_open)
def test_there_and_back_from_office_time(moment: int, open_: int) -> None:
    assert office_time(calendar_time(moment, open_), open_) == moment


@given(calendar, hours_open)
def test_there_and_back_from_the_calendar(moment: int, open_: int) -> None:
    back = calendar_time(office_time(moment, open_), open_)
    day, inside = divmod(moment, DAY)
    if day % WEEK_DAYS < WORKING_DAYS and OPENS < inside <= OPENS + open_:
        assert back == moment, "while offices are open nothing is lost"
    elif moment >= OPENS:
        assert back <= moment, "while they are closed it is the last instant at which they were open"


@given(calendar, calendar, hours_open)
def test_office_time_never_runs_backwards_or_faster_than_the_calendar(one: int, other: int, open_: int) -> None:
    early, late = sorted((one, other))
    passed = office_time(late, open_) - office_time(early, open_)
    assert 0 <= passed <= late - early


@given(office, office, hours_open)
def test_calendar_time_never_runs_backwards(one: int, other: int, open_: int) -> None:
    early, late = sorted((one, other))
    assert calendar_time(early, open_) <= calendar_time(late, open_)


@given(st.integers(0, 1000), hours_open, st.data())
def test_nights_and_weekends_do_not_count(day: int, open_: int, data: st.DataObject) -> None:
    closed_from = day * DAY + OPENS + open_
    opens_again = (day + 1) * DAY + OPENS
    if day % WEEK_DAYS >= WORKING_DAYS:  # Saturday or Sunday: closed all day
        closed_from = day * DAY
    moment = data.draw(st.integers(closed_from, opens_again))
    assert office_time(moment, open_) == office_time(closed_from, open_)
    week = day // WEEK_DAYS * WEEK_DAYS * DAY
    assert office_time(week + WEEK_DAYS * DAY, open_) - office_time(week, open_) == WORKING_DAYS * open_


def test_offices_close_before_midnight_whatever_paid_hours_are_allowed() -> None:
    most = meta_of(BY_NAME["staff_time"].Settings, "paid_hours").high
    assert most is not None
    assert OPENS + most / WORKING_DAYS * HOUR <= DAY, "else an evening would count towards two days"
