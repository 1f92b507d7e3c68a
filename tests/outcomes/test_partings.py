"""Two logs are compared event by event, whatever the order in which they were written, and the difference is told in words."""

from __future__ import annotations

import random

import numpy as np
import pytest

from cocreate_sim.outcomes.partings import Parting, as_rows, first_parting, in_order, in_words
from cocreate_sim.schedule import BY_NAME, MECHANISMS
from cocreate_sim.world import events as e
from cocreate_sim.world.clock import DAY, HOUR
from cocreate_sim.world.events import KINDS
from cocreate_sim.world.issues import BACKGROUND, COMPOUND
from cocreate_sim.world.organisations import BALANCE, PARKING
from cocreate_sim.world.seats import BUILDING_HEAD, GRID_HEAD, PARTY_GROUP
from cocreate_sim.world.sites import BUILD, NO_MONEY

Event = tuple[int, int, int, int, int, float]
NINE = 3 * DAY + 9 * HOUR
MONDAY: list[Event] = [
    (0, e.FILLS_POST, 2, 1, -1, 0.0), (100, e.BORN, 17, 3, COMPOUND, 2.5), (200, e.BORN, 4, 1, 0, 1.0),
    (9 * HOUR, e.JOINS_LINE, 17, 2, 0, 1.0), (10 * HOUR, e.SERVICE_STARTS, 17, 2, 5, 0.0), (0, e.COMES, 12, 0, 4, 2.0),
]  # fmt: skip


def test_kinds_stand_in_the_order_of_a_tick() -> None:
    order = [m.name for m in MECHANISMS]
    places = [order.index(kind.mechanism) for kind in KINDS]
    assert places == sorted(places)
    assert {kind.mechanism for kind in KINDS} <= set(BY_NAME)
    assert len({kind.name for kind in KINDS}) == len(KINDS)


def test_the_order_in_which_events_were_written_does_not_count() -> None:
    shuffled = MONDAY.copy()
    random.Random(1).shuffle(shuffled)
    assert shuffled != MONDAY
    assert in_order(as_rows(shuffled)).tolist() == MONDAY
    assert first_parting(as_rows(MONDAY), as_rows(shuffled)) is None
    assert first_parting(as_rows([]), as_rows([])) is None


def test_another_value_or_another_partner_is_the_same_event_with_a_difference() -> None:
    changed: list[Event] = [*MONDAY[:4], (10 * HOUR, e.SERVICE_STARTS, 17, 2, 6, 0.0), MONDAY[5]]
    parting = first_parting(as_rows(MONDAY), as_rows(changed))
    assert parting is not None
    assert parting.one is not None
    assert parting.other is not None
    assert (parting.before, parting.one.other, parting.other.other) == (4, 5, 6)
    assert parting.last is not None
    assert parting.last.kind == e.JOINS_LINE


@pytest.mark.parametrize("gone", range(len(MONDAY)))
@pytest.mark.parametrize("swapped", [False, True], ids=["missing there", "missing here"])
def test_an_event_that_only_one_has_is_found(gone: int, swapped: bool) -> None:
    less = MONDAY[:gone] + MONDAY[gone + 1 :]
    here, there = (less, MONDAY) if swapped else (MONDAY, less)
    parting = first_parting(as_rows(here), as_rows(there))
    assert parting is not None
    assert parting.before == gone
    found, none = (parting.other, parting.one) if swapped else (parting.one, parting.other)
    assert none is None
    assert found is not None
    assert found.item() == MONDAY[gone]
    assert (parting.last is None) == (gone == 0)


def test_values_may_differ_by_the_tolerance_and_by_no_more() -> None:
    near: list[Event] = [*MONDAY[:5], (0, e.COMES, 12, 0, 4, 2.0 * (1 + 1e-10))]
    assert first_parting(as_rows(MONDAY), as_rows(near), 1e-9) is None
    for tolerance in (0.0, 1e-11):
        parting = first_parting(as_rows(MONDAY), as_rows(near), tolerance)
        assert parting is not None
        told = parting.words()
        assert told[0] is not None
        assert told[1] is not None
        assert told[0].endswith("for 2.0 hours")
        assert told[1].endswith("for 2.0000000002 hours"), "digits are told where they are the difference"


SAID: list[tuple[Event, str]] = [
    ((3 * DAY, e.LEAVES_POST, 1, 4, -1, 0.0), "turnover: the person in post 4 of community 1 leaves"),
    ((3 * DAY, e.FILLS_POST, 2, 4, -1, 0.0), "turnover: somebody comes to the vacant post 4 of subdistrict 0"),
    ((3 * DAY, e.RISES, 1, 4, -1, 7.0), "career: the person in post 4 of community 1 rises to grade 7"),
    ((3 * DAY, e.MOVES_UP, 1, 4, 30, 2.0), "career: the person in post 4 of community 1 moves up to post 30 of subdistrict 0"),
    ((3 * DAY, e.MOVES, 17, 0, -1, 0.0), "moving: the family of household 17 moves away, and another moves in"),
    ((NINE, e.BORN, 17, 3, COMPOUND, 2.5), "arrivals: issue 3 of household 17 is born: reach compound, 2.5 staff hours"),
    ((NINE, e.REPORTED, 17, 3, 8, 0.0), "reporting: issue 3 of household 17 is reported by resident 8"),
    ((NINE, e.REPORTED, 17, 3, 8, 1.0), "reporting: issue 3 of household 17 is reported by resident 8, the head on a round"),
    ((NINE, e.REPORTED, 17, 3, (2 << 24) + 5, 2.0), "reporting: issue 3 of household 17 is reported by courier 5 of subdistrict 2"),
    ((NINE, e.REPORTED, 17, 3, -1, 0.0), "reporting: issue 3 of household 17 is reported by somebody"),
    ((NINE, e.REPORTED, 17, 3, -1, 1.0), "reporting: issue 3 of household 17 is reported by the head of another unit on a round"),
    ((3 * DAY, e.IS_SENT, 17, 3, 2, 4.0 * DAY + 5 * HOUR), "routing: issue 3 of household 17 is sent to subdistrict 0, to arrive on day 4, 05:00:00"),
    ((3 * DAY, e.UNIT_WORKS, 17, 3, -1, 1.5 * HOUR), "self resolution: helpers give 1.5 hours to issue 3 of household 17"),
    ((NINE, e.SERVICE_STARTS, BACKGROUND, 5, 6, 0.0), "casework: post 6 of community 0 starts on case 5 from outside the world at community 0"),
    ((NINE, e.SOLVED, 17, 3, 0, 1.0), "casework: issue 3 of household 17 is solved by community 0 (satisfied: yes)"),
    ((NINE, e.SOLVED, BACKGROUND + (1 << 24), 5, 2, 0.0), "casework: case 5 from outside the world at subdistrict 0 is solved by subdistrict 0"),
    ((3 * DAY, e.GOES_TO_HEAD, 17, 3, BUILDING_HEAD, 4.0 * DAY), "routing: issue 3 of household 17 goes to a head above the unit (building head), to arrive on day 4, 00:00:00"),
    ((3 * DAY, e.UPPER_HEAD_WORKS, 17, 3, PARTY_GROUP, 1.5 * HOUR), "self resolution: a head above the unit (party group) gives 1.5 hours to issue 3 of household 17"),
    ((3 * DAY, e.BECOMES_UPPER_HEAD, 8, 0, GRID_HEAD, 0.0), "upper heads: resident 8 becomes head above the unit (grid head)"),
    ((3 * DAY, e.IS_ASKED, 8, 0, -1, 1.0), "participation: resident 8 is asked by the unit head"),
    ((3 * DAY, e.COMES, 8, 0, -1, 2.25), "participation: resident 8 comes to an activity of the building, for 2.25 hours"),
    ((3 * DAY, e.TAKES_UP, 4, 2 * 256 + 1, 3, 0.0), "leaders: leader 2 takes up project 3 at site 4"),
    ((3 * DAY, e.MOVES_ON, 4, 2, -1, 1.0), "leaders: the unit sent down to community 2 moves on from site 4"),
    ((3 * DAY, e.IS_PROPOSED, 4, 1, -1, 80.0), "renovation: project 1 at site 4 is proposed by staff: 80 hours of work"),
    ((3 * DAY, e.ENTERS_STAGE, 4, 1, BUILD, 0.0), "renovation: project 1 at site 4 enters the stage build"),
    ((3 * DAY, e.FAILS, 4, 1, NO_MONEY, float(BUILD)), "renovation: project 1 at site 4 fails in the stage build: no money"),
    ((3 * DAY, e.CLUB_DISSOLVES, 7, 0, 1, 12.0), "clubs: club 7 dissolves with 12 members: nobody to lead it"),
    ((3 * DAY, e.FAVOUR_REFUSED, 4, 9, BALANCE, float(PARKING)), "councils: between tower 4 and community 9 a favour (parking places) is refused: more was given than received"),
    ((3 * DAY, e.TIE_MADE, 4, 9, -1, 0.0), "ties: residents 4 and 9 get to know each other"),
]  # fmt: skip


@pytest.mark.parametrize(("event", "said"), SAID, ids=[KINDS[event[1]].name for event, _ in SAID])
def test_an_event_is_told_with_names_instead_of_codes(event: Event, said: str) -> None:
    clock = " at 09:00:00" if event[0] == NINE else ""
    assert in_words(as_rows([event])[0], communities=2) == f"day 3 (Thursday of week 0){clock}, {said}"


@pytest.mark.parametrize("kind", range(len(KINDS)), ids=lambda kind: KINDS[kind].name)
@pytest.mark.parametrize("exact", [False, True], ids=["short", "exact"])
def test_every_kind_has_words(kind: int, exact: bool) -> None:
    event = as_rows([(NINE + 1_500_000, kind, 1, 2, 1, 2.0)])[0]
    told = in_words(event, exact=exact)
    assert f", {KINDS[kind].mechanism.replace('_', ' ')}: " in told
    assert ("09:00:01.500000" in told) == exact
    assert "{" not in told


def test_a_parting_names_both_runs() -> None:
    one, other = as_rows([MONDAY[5], (0, e.COMES, 12, 0, 5, 2.0)])
    what = "day 0 (Monday of week 0), participation: resident 12 comes to site"
    assert Parting(one, other, 0).told("A", "B") == f"{what} 4, for 2 hours in A, but in B: {what} 5, for 2 hours"
    assert Parting(one, None, 0).told("A", "B") == f"{what} 4, for 2 hours in A; not so in B"
    assert Parting(None, other, 0).told("A", "B") == f"{what} 5, for 2 hours in B; not so in A"


def test_rows_are_made_of_tuples() -> None:
    rows = as_rows(MONDAY)
    assert rows.tolist() == MONDAY
    assert isinstance(rows, np.recarray)
