"""Staff time: given who is in post, who is busy and who heads units, when the week ends, expect the hours split by rule."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cocreate_sim.mechanisms.staff_time import SLOWEST
from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c
from cocreate_sim.world.clock import HOUR
from tests.mechanisms.given import counts, place, sundays

WORKERS, POSTS = 6, 40
"""Community workers and posts of the place under default levers."""


def week(busy: float = 0.0, heads: bool = False, present: float = 40.0, **given: Any) -> CoCreateModel:
    """A week in which everybody was present and spent a share of the time on cases; then the books are closed."""
    model = place(**({"partition": "12"} | given))
    world = model.world
    world.posts.present[:] = int(present * HOUR)
    world.posts.busy[:] = int(busy * present * HOUR)
    world.neighbourhood.has_head[:] = heads
    sundays(model, 1, "staff_time")
    return model


def settings(**given: float) -> dict[str, float]:
    """Settings of this mechanism."""
    return {f"staff_time.{k}": v for k, v in given.items()}


SPLITS: dict[str, tuple[dict[str, Any], float, float, float]] = {
    # given; expected pace for cases at the posts, free hours of the posts, free hours of the community
    "idle staff, half administration": ({}, 0.5, 800.0, 120.0),
    "less administration": ({"settings": settings(admin_share=0.3)}, 0.7, 1120.0, 168.0),
    "busy for half of the time": ({"busy": 0.5}, 0.5, 400.0, 60.0),
    "busy all the time: nothing is left": ({"busy": 1.0}, 0.5, 0.0, 0.0),
    "a short week": ({"present": 20.0}, 0.5, 400.0, 60.0),
    "protected share, idle": ({"staff_rule": "protected", "protected_share": 0.2}, 0.4, 800.0, 120.0),
    "protected share, busy all the time: it is kept": ({"staff_rule": "protected", "protected_share": 0.2, "busy": 1.0}, 0.4, 160.0, 24.0),
    "protected share, half busy": ({"staff_rule": "protected", "protected_share": 0.2, "busy": 0.5}, 0.4, 480.0, 72.0),
    "cases first ignores the protected share": ({"protected_share": 0.5, "busy": 1.0}, 0.5, 0.0, 0.0),
    "switched off: all hours for cases and residents": ({"switches": {"staff_time": False}}, 1.0, 1600.0, 240.0),
    "switched off, half busy": ({"switches": {"staff_time": False}, "busy": 0.5, "heads": True}, 1.0, 800.0, 120.0),
    "heads cost community workers only": ({"heads": True, "settings": settings(supervision_hours=1.0)}, 0.5, 800.0, 120.0 - 32.0),
}


@pytest.mark.parametrize("name", SPLITS)
def test_how_hours_are_split(name: str) -> None:
    """Given 40 posts and 6 community workers of 40 hours, expect the pace and the free hours told in the table."""
    given, pace, posts, community = SPLITS[name]
    model = week(**given)
    assert model.world.speed[1] == pytest.approx(pace)
    assert model.world.free_hours[1] == pytest.approx(posts)
    assert model.world.free_hours[0] == pytest.approx(community)
    assert counts(model, c.MOBILISATION_HOURS) == pytest.approx(posts + community)
    assert counts(model, c.PAID_HOURS) == pytest.approx(46 * given.get("present", 40.0))


def test_pace_at_the_start_is_that_of_an_idle_week() -> None:
    """Before the first week ends: (1 - administration) x (1 - protected)."""
    assert place().world.speed == pytest.approx([0.5, 0.5])
    assert place(staff_rule="protected", protected_share=0.2).world.speed == pytest.approx([0.4, 0.4])
    assert place(switches={"staff_time": False}).world.speed == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize(("partition", "heads"), [("12", 32), ("48", 8), ("6", 64), ("nested", 78)])
def test_supervision_grows_with_the_number_of_heads(partition: str, heads: int) -> None:
    """Given a head in every unit and 0.5 hours each, expect heads x 0.5 hours taken, all of it granted."""
    model = week(partition=partition, heads=True, settings=settings(supervision_hours=0.5))
    assert counts(model, c.SUPERVISION_HOURS) == pytest.approx(heads * 0.5)
    assert model.world.support == pytest.approx([1.0, 1.0])
    assert model.world.speed[0] == pytest.approx((120 - heads * 0.5) / 240)


@pytest.mark.parametrize(("per_head", "most", "granted"), [(1.0, 0.8, 32.0), (4.0, 0.8, 96.0), (4.0, 0.5, 60.0), (40.0, 1.0, 120.0), (0.0, 0.8, 0.0)])
def test_support_is_what_staff_can_find(per_head: float, most: float, granted: float) -> None:
    """Given 120 free hours and 32 heads, expect supervision up to the most that it may take, and support = found / needed."""
    model = week(heads=True, settings=settings(supervision_hours=per_head, most_supervision=most))
    assert counts(model, c.SUPERVISION_HOURS) == pytest.approx(granted)
    assert model.world.support[0] == pytest.approx(granted / (32 * per_head) if per_head else 1.0)
    assert model.world.support[1] == 1.0
    assert model.world.speed[0] == pytest.approx(max((120 - granted) / 240, SLOWEST))


def test_vacant_units_cost_nothing() -> None:
    """Given heads in the first compound only, expect supervision for those 16."""
    model = place(partition="12", settings=settings(supervision_hours=1.0))
    model.world.posts.present[:] = 40 * HOUR
    model.world.neighbourhood.has_head[:192] = True
    sundays(model, 1, "staff_time")
    assert counts(model, c.SUPERVISION_HOURS) == pytest.approx(16.0)


def test_supervision_channel_off_counts_buildings() -> None:
    """Given the channel off, expect the same supervision for every partition: one head per building."""
    for partition in ("5", "12", "48"):
        model = week(partition=partition, heads=True, channels={"supervision": False}, settings=settings(supervision_hours=1.0))
        assert counts(model, c.SUPERVISION_HOURS) == pytest.approx(8.0)


def test_books_of_the_week_are_cleared() -> None:
    """When a week is closed, expect busy and present time at zero, and the busy share of the office noted."""
    model = week(busy=0.25)
    assert np.all(model.world.posts.busy == 0)
    assert np.all(model.world.posts.present == 0)
    assert model.world.busy_share == pytest.approx([0.25, 0.25])


def test_hours_of_cases_are_counted_at_their_pace() -> None:
    """Given 40 posts and 6 workers busy for 40 hours at half pace, expect 920 hours of case work."""
    assert counts(week(busy=1.0), c.STAFF_CASE_HOURS) == pytest.approx(46 * 40 * 0.5)


def test_an_office_that_was_empty_for_a_week_works_on_at_its_usual_pace() -> None:
    """Given nobody in post last week, when somebody comes, expect them to work at (1 - administration), not at a crawl."""
    model = place(partition="12")
    model.world.posts.present[WORKERS:] = 40 * HOUR  # the community workers were all gone
    sundays(model, 1, "staff_time")
    assert model.world.speed == pytest.approx([0.5, 0.5])


def test_without_case_work_staff_are_still_paid_and_free_for_residents() -> None:
    """Given case work switched off ("staff serve nobody"), expect their hours paid, and all free hours left for residents."""
    model = place(partition="12", weeks=2, switches={"casework": False, "turnover": False, "heads": False})
    model.run()
    assert model.record.weekly["public_hours"] == pytest.approx([46 * 40.0] * 2)
    assert model.record.weekly["mobilisation_hours"] == pytest.approx([46 * 20.0] * 2)
