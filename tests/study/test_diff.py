"""Two runs go side by side until they part; what cannot act does not part them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.scenarios import scenario

from cocreate_sim.config import compose
from cocreate_sim.model import CoCreateModel
from cocreate_sim.outcomes.partings import first_parting
from cocreate_sim.study.diff import first_difference, set_differently
from cocreate_sim.world import events as e

WEEKS = 4


def test_equal_runs_never_part_and_every_event_is_counted() -> None:
    told: list[tuple[int, int]] = []
    found = first_difference(scenario(weeks=WEEKS), scenario(weeks=WEEKS), lambda *done: told.append(done))
    assert found.parting is None
    assert found.day == 7 * WEEKS
    model = CoCreateModel(scenario(weeks=WEEKS))
    model.listen()
    count = 0
    for _ in range(7 * WEEKS):
        model.step()
        count += len(model.events())
    assert found.events == count > 0
    assert told == [(week, WEEKS) for week in range(1, WEEKS + 1)]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"staff_rule": "protected"}, e.SOLVED),
        ({"red_board": True}, e.IS_HONOURED),
        ({"switches": {"arrivals": False}}, e.BORN),
        ({"settings": {"participation.base": 30.0}}, e.COMES),
    ],
    ids=["staff rule", "red board", "no arrivals", "everybody comes"],
)
def test_runs_part_where_the_difference_acts_first(changes: dict[str, Any], kind: int) -> None:
    found = first_difference(scenario(weeks=WEEKS), scenario(weeks=WEEKS, **changes))
    assert found.parting is not None
    first = found.parting.one if found.parting.one is not None else found.parting.other
    assert first is not None
    assert first.kind == kind


def test_what_both_share_before_they_part_is_really_the_same() -> None:
    given, changed = scenario(weeks=WEEKS), scenario(weeks=WEEKS, red_board=True)
    found = first_difference(given, changed)
    models = CoCreateModel(given), CoCreateModel(changed)
    shared = 0
    for day in range(found.day + 1):
        for model in models:
            model.listen()
            model.step()
        parting = first_parting(models[0].events(), models[1].events())
        assert (parting is not None) == (day == found.day)
        shared += parting.before if parting else len(models[0].events())
    assert found.events == shared
    assert found.day == 6, "the board is put up on the first Sunday"


def test_the_shorter_run_sets_how_long_both_are_compared() -> None:
    assert first_difference(scenario(weeks=2), scenario(weeks=3)).day == 14


def test_settings_that_differ_are_named() -> None:
    one = compose(["world=tiny"])
    assert set_differently(one, one) == {}
    other = compose(["world=tiny", "policy=small_units", "uncertainties.ties.most=20", "channels.ties=false", "seed=9"])
    assert set_differently(one, other) == {
        "levers.partition": ("grid", "10-20"), "channels.ties": (True, False), "uncertainties.ties.most": (15, 20), "run.seed": (1, 9),
    }  # fmt: skip
