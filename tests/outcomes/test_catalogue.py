"""The catalogue: every outcome can be read, and a run leaves exactly the outcomes that it lists."""

from __future__ import annotations

import pytest
from tests.outcomes.conftest import Ran

from cocreate_sim.outcomes.catalogue import OF_UNITS, OUTCOMES

FAMILIES = ("participation", "throughput", "co_creation", "social", "staff", "equity", "cost", "alliances")
PROMISED = [
    "participation_week", "participation_ever", "hours_per_resident_year", "hours_gini", "hours_top1_share",
    "volunteers_registered", "volunteers_active", "issues_born", "issues_reported", "issues_solved", "latent_stock", "backlog",
    "wait_mean_days", "wait_median_days", "wait_p90_days", "wait_posts_mean_days", "wait_community_mean_days",
    "total_days_mean", "on_time_share", "solved_in_unit_share", "reopened_share", "satisfaction", "utilisation_posts",
    "utilisation_community", "mobilisation_hours", "ties_per_resident", "knows_nobody_share", "belonging_mean", "trust_mean",
    "projects_finished", "projects_failed", "condition_mean", "vacancy_share", "burnout_mean", "head_hours",
    "units_with_head_share", "unit_gini_participation", "building_gini_participation", "public_hours", "public_yuan",
    "resident_hours",
]  # fmt: skip


def test_a_run_leaves_exactly_the_outcomes_of_the_catalogue(ran: Ran) -> None:
    assert list(ran.result.summary) == list(OUTCOMES)
    assert set(ran.result.weekly) == {name for name, o in OUTCOMES.items() if o.weekly}
    assert set(PROMISED) <= set(OUTCOMES)


@pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=lambda o: o.name)
def test_an_outcome_says_what_it_is(outcome) -> None:  # type: ignore[no-untyped-def]
    assert outcome.family in FAMILIES
    assert outcome.better in (-1, 0, 1)
    assert outcome.label[0].isupper()
    assert outcome.unit
    assert len(outcome.meaning) > 8
    assert OUTCOMES[outcome.name] is outcome


def test_labels_are_not_used_twice() -> None:
    labels = [o.label for o in OUTCOMES.values()]
    assert sorted(labels) == sorted(set(labels))


def test_outcomes_that_describe_units_are_listed_and_say_so() -> None:
    for name, outcome in OUTCOMES.items():
        assert ("describes units" in outcome.meaning) == (name in OF_UNITS), name


def test_shares_are_shares(ran: Ran) -> None:
    for name, outcome in OUTCOMES.items():
        if outcome.unit.startswith(("share", "Gini", "0 to 1")):
            for value in [ran.result.summary[name], *ran.result.weekly.get(name, [])]:
                assert not value < 0, name
                assert not value > 1, name
