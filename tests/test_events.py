"""The event log: complete, the same every time, and silent unless somebody listens."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
import pytest
from tests.reference.test_reference import EVERYTHING, LIVELY
from tests.scenarios import scenario, world_settings

from cocreate_sim.errors import CoCreateError
from cocreate_sim.model import CoCreateModel
from cocreate_sim.outcomes.partings import as_rows, first_parting, in_order, in_words
from cocreate_sim.schedule import MECHANISMS
from cocreate_sim.world import counters as c
from cocreate_sim.world.clock import DAY
from cocreate_sim.world.events import BORN, KINDS, Log, empty_log, note
from cocreate_sim.world.issues import BACKGROUND

LIVELIER: dict[str, Any] = LIVELY | {
    "turnover.leave_community": 2.0, "turnover.leave_posts": 2.0, "turnover.refill_months": 0.5, "heads.quit_rate": 5.0,
    "heads.rest_weeks": 1, "renovation.skilled": 1.0, "renovation.skill_search": 0.3, "casework.escalation_chance": 1.0,
    "casework.overdue_days": 0.1, "ties.fade": 5.0, "ties.most": 6, "volunteering.lapse_rate": 10.0, "upkeep.decay": 9.0, "upkeep.shows_up": 0.1,
    "renovation.idle_below": 0.5, "renovation.pass_mark": 0.3, "routing.unit_days": 3.0, "participation.party_minimum": 3,
    "casework.community_hours": 5.0, "reporting.lapse_days": 20.0,
}  # fmt: skip
COUNTED = {
    "reported": c.REPORTED, "lapses": c.LAPSED, "escalates": c.ESCALATED, "leaves_post": c.LEAVERS, "fills_post": c.HIRES,
    "head_quits": c.HEADS_QUIT, "comes": c.CAME, "in_vain": c.IN_VAIN, "registers": c.VOLUNTEERS_JOINED,
    "ceases": c.VOLUNTEERS_LAPSED, "tie_made": c.TIES_MADE, "votes": c.HOUSEHOLDS_VOTING, "fails": c.FAILED,
    "unit_solves": c.SOLVED_IN_UNIT,
}  # fmt: skip
"""Kinds of events that a weekly counter counts too."""


def lively(**given: Any) -> CoCreateModel:
    """A small quarter where much happens."""
    return CoCreateModel(
        scenario(
            world_settings("quarter", households=120, compounds=2, grids=3), weeks=30, settings=LIVELIER, partition="12", **EVERYTHING, **given
        )
    )


@pytest.fixture(scope="module")
def heard() -> tuple[CoCreateModel, np.recarray]:
    """The model after its run, and all events of it."""
    model = lively()
    model.listen()
    days = []
    for _ in range(model.weeks * 7):
        model.step()
        days.append(model.events().copy())
    return model, np.concatenate(days).view(np.recarray)


@pytest.mark.parametrize("kind", range(len(KINDS)), ids=[k.name for k in KINDS])
def test_every_kind_of_event_happens_in_a_lively_quarter(kind: int, heard: tuple[CoCreateModel, np.recarray]) -> None:
    events = heard[1][heard[1].kind == kind]
    assert len(events) > 0
    assert KINDS[kind].mechanism in in_words(events[0])


@pytest.mark.parametrize("kind", COUNTED)
def test_events_are_as_many_as_the_counters_say(kind: str, heard: tuple[CoCreateModel, np.recarray]) -> None:
    model, events = heard
    number = Counter(KINDS[k].name for k in events.kind[events.a < BACKGROUND])[kind]
    assert number == model.record.sums[COUNTED[kind]]


def test_each_event_lies_in_its_day_and_kinds_follow_the_order_of_a_tick(heard: tuple[CoCreateModel, np.recarray]) -> None:
    assert np.all(np.diff(heard[1].instant // DAY) >= 0)
    named = list(dict.fromkeys(k.mechanism for k in KINDS))
    assert named == [m.name for m in MECHANISMS if m.name in named]


def test_nothing_is_noted_unless_somebody_listens() -> None:
    model = lively()
    for _ in range(14):
        model.step()
    assert len(model.events()) == 0
    assert len(model.world.log.rows) == 0


def test_listening_changes_no_result(heard: tuple[CoCreateModel, np.recarray]) -> None:
    quiet = lively()
    quiet.run()
    assert np.array_equal(quiet.record.counts, heard[0].record.counts)


def test_an_event_that_finds_no_room_is_not_lost_in_silence() -> None:
    model = lively()
    model.listen()
    model.step()
    log = model.world.log = empty_log(1)
    for _ in range(2):
        note(log, BORN, 1, 1, -1, 0.0)
    with pytest.raises(CoCreateError, match="day 0 had 2 events, and the log has room for 1"):
        model.events()


ONE = (10, BORN, 3, 0, 1, 2.5)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (ONE, None),
        ((10, BORN, 3, 0, 1, 2.5 * (1 + 1e-13)), None),
        ((10, BORN, 3, 0, 2, 2.5), "reach stair.* in A, but in B: .*reach building"),
        ((10, BORN, 3, 0, 1, 2.6), "2.5 staff hours in A, but in B: .*2.6 staff hours"),
        ((12, BORN, 4, 0, 1, 2.5), "household 3 is born.* in A; not so in B"),
        ((8, BORN, 4, 0, 1, 2.5), "household 4 is born.* in B; not so in A"),
    ],
)
def test_partings_in_words(other: Any, told: str | None) -> None:
    parting = first_parting(as_rows([ONE]), as_rows([other]), tolerance=1e-12)
    if told is None:
        assert parting is None
    else:
        assert parting is not None
        assert re.search(told, parting.told("A", "B"))


def test_an_event_that_only_one_run_has() -> None:
    parting = first_parting(as_rows([ONE, (11, BORN, 3, 1, 1, 1.0)]), as_rows([ONE]))
    assert parting is not None
    assert parting.before == 1
    assert "issue 1 of household 3 is born" in parting.told("A", "B")


def test_the_order_in_which_events_are_noted_does_not_matter() -> None:
    rows = [(10, k, a, 0, -1, 0.0) for k in (5, 2, 20) for a in (3, 1)]
    assert first_parting(as_rows(rows), as_rows(rows[::-1])) is None
    assert list(in_order(as_rows(rows)).kind) == [2, 2, 5, 5, 20, 20]


def test_a_log_without_room_is_silent() -> None:
    assert not empty_log().listening
    assert empty_log(1).listening
    assert Log._fields == ("rows", "length", "midnight")
