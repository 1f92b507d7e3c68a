"""Staff time: given paid hours, how many go to administration, unit heads, cases and residents.

100 one-person households, one community worker (40 h a week) and 10 posts (400 h).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone, identical
from tests.scenarios import scenario

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c

COMMUNITY, POSTS = 0, 1
"""Offices of a world with one community and one subdistrict."""
PAID = 40.0 * 11


def offices(
    *, weeks: int = 4, on: bool = True, heads: int = 0, cases: float = 0.0, posts: int = 10, **given: Any
) -> CoCreateModel:
    """Staff with some unit heads to look after and a load of cases (in units of what 40 posts can do)."""
    levers = {k: given.pop(k) for k in ("staff_rule", "protected_share", "community_workers_per_10k") if k in given}
    settings = {
        "arrivals.rate": 50.0 if cases else 0.0, "arrivals.posts_small": 1.0, "arrivals.posts_building": 1.0, "arrivals.posts_compound": 1.0,
        "arrivals.hours_law": "constant", "arrivals.burst_variance": 0.0, "casework.rho_40": cases or None,
        "casework.patience_days": None, "casework.reopen_chance": 0.0, "heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0,
        "heads.quit_rate": 0.0,
    } | {f"staff_time.{k}": v for k, v in given.items()}  # fmt: skip
    names = ["casework"] + ["staff_time"] * on + ["arrivals"] * bool(cases) + ["heads"] * bool(heads)
    model = CoCreateModel(
        scenario(
            identical(100),
            weeks=weeks,
            settings=settings,
            switches=alone(*names),
            posts=posts,
            partition=str(100 // heads) if heads else "100",
            **levers,
        )  # fmt: skip
    )
    model.run()
    return model


def week(model: CoCreateModel, what: int) -> float:
    """A counter of the last week."""
    return float(model.record.counts[-1, what])


SPLITS: list[tuple[str, dict[str, Any], float, float]] = [
    # what, given, hours for unit heads, hours for residents; nobody has a case
    ("half administration", {}, 0.0, 220.0),
    ("less administration", {"admin_share": 0.3}, 0.0, 308.0),
    ("no administration", {"admin_share": 0.0}, 0.0, 440.0),
    ("longer hours", {"paid_hours": 50.0}, 0.0, 275.0),
    ("more posts", {"posts": 20}, 0.0, 420.0),
    ("10 unit heads, 0.1 h each", {"heads": 10}, 1.0, 219.0),
    ("10 unit heads, 1 h each", {"heads": 10, "supervision_hours": 1.0}, 10.0, 210.0),
    ("50 unit heads, 1 h each: at most 80 % of the worker's 20 h", {"heads": 50, "supervision_hours": 1.0}, 16.0, 204.0),
    ("the same, at most half", {"heads": 50, "supervision_hours": 1.0, "most_supervision": 0.5}, 10.0, 210.0),
    ("the same, all but the 2 % that cases keep", {"heads": 50, "supervision_hours": 1.0, "most_supervision": 1.0}, 19.2, 200.8),
    ("the same, two workers", {"heads": 50, "supervision_hours": 1.0, "community_workers_per_10k": 100.0}, 16.0, 204.0),
    ("heads who need nothing", {"heads": 50, "supervision_hours": 0.0}, 0.0, 220.0),
    ("protected share of idle hours changes nothing", {"staff_rule": "protected", "protected_share": 0.3}, 0.0, 220.0),
]


@pytest.mark.parametrize(("what", "given", "supervision", "free"), SPLITS, ids=[s[0] for s in SPLITS])
def test_split_without_cases(what: str, given: dict[str, Any], supervision: float, free: float) -> None:
    model = offices(**given)
    assert week(model, c.SUPERVISION_HOURS) == pytest.approx(supervision)
    assert week(model, c.MOBILISATION_HOURS) == pytest.approx(free)
    assert week(model, c.STAFF_CASE_HOURS) == 0
    assert week(model, c.PAID_HOURS) == given.get("paid_hours", 40.0) * (given.get("posts", 10) + 1)


@pytest.mark.parametrize("heads", [0, 10, 50])
@pytest.mark.parametrize("cases", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("rule", ["cases_first", "protected"])
def test_the_split_adds_up(heads: int, cases: float, rule: str) -> None:
    """Administration + unit heads + cases + residents = paid hours, in every week after the pace has settled."""
    model = offices(weeks=12, heads=heads, cases=cases, staff_rule=rule, supervision_hours=0.3)
    n = model.record.counts[3:]
    spent = 0.5 * n[:, c.PAID_HOURS] + n[:, c.SUPERVISION_HOURS] + n[:, c.STAFF_CASE_HOURS] + n[:, c.MOBILISATION_HOURS]
    assert n[:, c.PAID_HOURS] == pytest.approx(PAID)
    assert spent == pytest.approx(PAID, rel=1e-9)
    assert np.all(n >= 0)
    if cases:
        assert n[:, c.STAFF_CASE_HOURS].mean() > 20


def test_the_split_adds_up_while_heads_are_found() -> None:
    """Given a community worker with cases and 50 new unit heads in week 1, expect no more hours spent than paid."""
    given = {
        "arrivals.rate": 50.0, "arrivals.posts_small": 0.0, "arrivals.posts_building": 0.0, "arrivals.posts_compound": 0.0,
        "casework.rho_40": 0.3, "casework.patience_days": None, "heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0,
        "staff_time.supervision_hours": 0.1,
    }  # fmt: skip
    switches = alone("arrivals", "casework", "staff_time", "heads")
    model = CoCreateModel(scenario(identical(100), weeks=6, settings=given, switches=switches, posts=10, partition="2"))
    model.run()
    n = model.record.counts
    spent = 0.5 * n[:, c.PAID_HOURS] + n[:, c.SUPERVISION_HOURS] + n[:, c.STAFF_CASE_HOURS] + n[:, c.MOBILISATION_HOURS]
    assert spent == pytest.approx(PAID)


def test_switched_off_all_paid_hours_go_to_cases_and_residents() -> None:
    """No administration and no supervision, whatever the settings say."""
    model = offices(on=False, heads=50, admin_share=0.9, supervision_hours=1.0)
    assert week(model, c.SUPERVISION_HOURS) == 0
    assert week(model, c.MOBILISATION_HOURS) == pytest.approx(PAID)
    assert model.world.speed == pytest.approx(1.0)
    busy = offices(on=False, cases=0.1, weeks=8)
    n = busy.record.counts[2:]
    assert n[:, c.STAFF_CASE_HOURS] + n[:, c.MOBILISATION_HOURS] == pytest.approx(PAID)
    assert n[:, c.STAFF_CASE_HOURS].mean() == pytest.approx(0.1 * 1600, rel=0.1)


@pytest.mark.parametrize(
    ("given", "worker", "post"),
    [
        ({}, 0.5, 0.5),
        ({"admin_share": 0.7}, 0.3, 0.3),
        ({"heads": 10, "supervision_hours": 1.0}, 0.25, 0.5),
        ({"heads": 50, "supervision_hours": 1.0}, 0.1, 0.5),
        ({"staff_rule": "protected", "protected_share": 0.2}, 0.4, 0.4),
        ({"staff_rule": "cases_first", "protected_share": 0.2}, 0.5, 0.5),
        ({"heads": 50, "supervision_hours": 1.0, "most_supervision": 1.0}, 0.02, 0.5),
    ],
)
def test_pace_of_cases(given: dict[str, Any], worker: float, post: float) -> None:
    """Share of office time that is left for cases: never below 2 %, so that cases never stop; heads cost the posts nothing."""
    model = offices(**given)
    assert model.world.speed[[COMMUNITY, POSTS]] == pytest.approx([worker, post])


@pytest.mark.parametrize(("heads", "support"), [(0, 1.0), (10, 1.0), (20, 0.8), (50, 0.32)])
def test_support_of_unit_heads(heads: int, support: float) -> None:
    """The share of their hours that they get: 16 of the worker's 20 h at most."""
    assert offices(heads=heads, supervision_hours=1.0).world.support[COMMUNITY] == pytest.approx(support)


def test_cases_first_or_protected() -> None:
    """Given more cases than time, expect residents to get nothing, or the protected share of all free hours."""
    first = offices(weeks=8, cases=2.0)
    protected = offices(weeks=8, cases=2.0, staff_rule="protected", protected_share=0.2)
    assert first.world.free_hours[POSTS] == pytest.approx(0.0, abs=1e-9)
    assert protected.world.free_hours[POSTS] == pytest.approx(0.2 * 200.0)
    done = [week(m, c.STAFF_CASE_HOURS) for m in (first, protected)]
    assert done == pytest.approx([200.0, 160.0])


MOVES: list[tuple[str, Any, Any, int, int]] = [
    # setting, low, high, counter, sign
    ("admin_share", 0.3, 0.6, c.MOBILISATION_HOURS, -1),
    ("paid_hours", 40.0, 50.0, c.MOBILISATION_HOURS, +1),
    ("supervision_hours", 0.1, 0.3, c.MOBILISATION_HOURS, -1),
    ("supervision_hours", 0.1, 0.3, c.SUPERVISION_HOURS, +1),
    ("most_supervision", 0.2, 0.9, c.SUPERVISION_HOURS, +1),
]


@pytest.mark.parametrize(("setting", "low", "high", "counter", "sign"), MOVES)
def test_each_setting_moves_hours_its_way(setting: str, low: float, high: float, counter: int, sign: int) -> None:
    few, many = (
        offices(weeks=10, heads=50, cases=0.05, **({"supervision_hours": 0.3} | {setting: v})).record.counts[4:, counter].sum()
        for v in (low, high)
    )
    assert sign * (many - few) > 0


def test_vacant_posts_are_not_paid() -> None:
    model = offices(weeks=1)
    model = CoCreateModel(model.cocreate)
    model.world.posts.filled[-5:] = False
    model.world.week_counts[c.LEAVERS] = 5  # they have left on the first day
    model.run()
    assert week(model, c.PAID_HOURS) == 40.0 * 6
    assert week(model, c.MOBILISATION_HOURS) == pytest.approx(120.0)


def test_an_office_without_staff_has_no_hours_and_no_load() -> None:
    model = CoCreateModel(offices(weeks=2).cocreate)
    gone = model.world.posts.tier == POSTS
    model.world.posts.filled[gone] = False
    model.world.week_counts[c.LEAVERS] = gone.sum()
    model.run()
    assert model.world.busy_share[POSTS] == model.world.free_hours[POSTS] == 0
    assert np.isfinite(model.world.speed).all()
