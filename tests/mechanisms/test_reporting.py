"""Reporting: given a latent issue and people who pass, when days pass, expect a report by somebody in reach, or none."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.limits.common import issues
from tests.mechanisms.given import counts, days, instant, issue, place, rule

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c
from cocreate_sim.world.issues import BEYOND, BUILDING, BY_HEAD, COMPOUND, LAPSED, LATENT, MOVING, ONE_HOUSEHOLD, STAIR

SURE = {"reporting.rate": 100.0, "reporting.lapse_days": 100_000.0}
NEVER = {"reporting.rate": 0.0, "reporting.lapse_days": 100_000.0}


def latent(model: CoCreateModel, each: int = 1, **given: Any) -> np.recarray:
    """One or more latent issues in every household."""
    for _ in range(each):
        for household in range(len(model.world.households.id)):
            issue(model.world, household, state=LATENT, **given)
    return issues(model)


def reported_share(count: int = 10, trust: float = 0.5, world: dict[str, Any] | None = None, scope: int = ONE_HOUSEHOLD, **settings: Any) -> float:
    """Share of 768 issues that are reported within some days."""
    model = place(settings={"reporting.rate": 0.004, "reporting.lapse_days": 100_000.0} | {f"reporting.{k}": v for k, v in settings.items()}, world=world or {})
    model.world.residents.trust[:] = trust
    i = latent(model, each=2, scope=scope, hour=0.0)
    days(model, count, "reporting")
    return float((i.state == MOVING).mean())


def test_switched_off_every_issue_is_reported_at_birth() -> None:
    """Without reporting: each issue is reported at the instant of its birth, by the first resident of its household."""
    model = place(switches={"reporting": False}, settings=NEVER)
    i = latent(model, hour=13.7)
    days(model, 1, "reporting")
    assert np.all(i.state == MOVING)
    assert np.all(np.abs(i.reported - i.born) <= 1)  # to the microsecond
    assert np.array_equal(i.reporter, model.world.households.first_resident[i.household])
    assert counts(model, c.REPORTED) == len(i)


def test_nobody_reports_when_nobody_would() -> None:
    """Given a rate of zero and no heads, when a year passes, expect every issue still latent (or lapsed)."""
    model = place(settings=NEVER)
    i = latent(model)
    days(model, 365, "reporting")
    assert np.all((i.state == LATENT) | (i.state == LAPSED))
    assert (i.state == LATENT).mean() > 0.98


@pytest.mark.parametrize("scope", [ONE_HOUSEHOLD, STAIR, BUILDING, COMPOUND, BEYOND])
def test_reporters_are_adults_in_reach(scope: int) -> None:
    """Given an issue of a scope, expect its reporter to be an adult of a household that it touches."""
    model = place(settings=SURE)
    i = latent(model, scope=scope)
    days(model, 3, "reporting")
    done = i[i.state == MOVING]
    assert len(done) > 0.95 * len(i)
    home = model.world.residents.household[done.reporter]
    assert np.all((done.first <= home) & (home < done.end))
    assert model.world.residents.adult[done.reporter].all()
    assert np.all(done.reported >= done.born)


@pytest.mark.parametrize(
    ("what", "fewer", "more"),
    [
        ("a higher rate", {"rate": 0.002}, {"rate": 0.02}),
        ("issues in one's own home are reported sooner", {"own_home": 1.0}, {"own_home": 30.0}),
        ("trust moves reporting up", {"trust": 0.1}, {"trust": 0.9}),
        ("a stronger effect of high trust", {"trust": 0.9, "trust_effect": 0.0}, {"trust": 0.9, "trust_effect": 4.0}),
        ("a stronger effect of low trust", {"trust": 0.1, "trust_effect": 4.0}, {"trust": 0.1, "trust_effect": 0.0}),
        ("passing more often in the building", {"scope": STAIR, "presence_building": 0.2}, {"scope": STAIR, "presence_building": 0.8}),
        ("passing more often in the compound", {"scope": COMPOUND, "rate": 0.0002, "presence_compound": 0.05}, {"scope": COMPOUND, "rate": 0.0002, "presence_compound": 0.4}),
        ("issues that last are reported more often", {"lapse_days": 2.0, "count": 40}, {"lapse_days": 1000.0, "count": 40}),
        ("more time", {"count": 5}, {"count": 40}),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)  # fmt: skip
def test_more_is_reported(what: str, fewer: dict[str, Any], more: dict[str, Any]) -> None:
    """Given one setting changed, expect clearly more reports (by three in a hundred issues, and by three tenths)."""
    low, high = reported_share(**fewer), reported_share(**more)
    assert high > max(1.3 * low, low + 0.03), f"{what}: {low:.3f} then {high:.3f}"


def test_trust_multiplies_the_hazard_exactly() -> None:
    """Given trust t, expect the hazard times exp(trust_effect (t - 1/2)): shares 1 - exp(-h d) in 768 homes within 3 standard errors."""
    adults = place().world
    people = np.bincount(adults.residents.household, adults.residents.adult)
    for trust in (0.0, 0.5, 1.0):
        hazard = 0.004 * 10.0 * people * math.exp(2.0 * (trust - 0.5))
        expected = (1.0 - np.exp(-hazard * 10)).mean()
        share = reported_share(count=10, trust=trust, unequal=False, trust_effect=2.0)
        assert abs(share - expected) < 3 * math.sqrt(expected * (1 - expected) / 768)


def test_without_an_effect_trust_changes_nothing() -> None:
    """Given a trust effect of zero, expect the same reports under no trust and full trust."""
    assert reported_share(trust=0.0, trust_effect=0.0) == reported_share(trust=1.0, trust_effect=0.0)


def test_four_classes_of_reporters() -> None:
    """Given unequal reporters, expect the rates 1, 7.5, 150 and 950 in shares of about 96, 3.5, 0.45 and 0.01 % of adults; children none."""
    world = place(world={"households": 3840, "compounds": 20, "grids": 40}).world
    rates, adult = world.residents.reports_rate, world.residents.adult
    assert set(np.unique(rates[adult])) <= {1.0, 7.5, 150.0, 950.0}
    assert np.all(rates[~adult] == 0.0)
    assert (rates[adult] == 1.0).mean() == pytest.approx(0.9604, abs=0.01)
    assert (rates[adult] == 7.5).mean() == pytest.approx(0.035, abs=0.008)
    assert set(np.unique(place(settings={"reporting.unequal": False}).world.residents.reports_rate)) == {0.0, 1.0}


@pytest.mark.parametrize(
    ("visits", "notices", "expected"),
    [(0.0, 1.0, 0.0), (3.0, 0.0, 0.0), (3.0, 1.0, 1 - math.exp(-6.0)), (0.7, 0.5, 1 - math.exp(-0.7))],
    ids=["no rounds", "a blind head", "three rounds a week", "some rounds"],
)
def test_heads_report_what_they_notice_on_their_rounds(visits: float, notices: float, expected: float) -> None:
    """Given visits per week and a chance to notice, when two weeks pass, expect 1 - exp(-visits x chance x weeks), reported by the head."""
    model = place(settings=NEVER | {"reporting.head_notices": notices}, partition="12")
    world = model.world
    world.neighbourhood.visits[:] = visits
    world.head[:] = [int(np.flatnonzero(world.units.of_resident == g)[0]) for g in range(len(world.head))]
    i = latent(model, hour=0.0)
    days(model, 14, "reporting")
    done = i[i.state == MOVING]
    assert abs(len(done) / len(i) - expected) <= 3 * math.sqrt(expected * (1 - expected) / len(i)) + 1e-9
    assert np.all(done.by == BY_HEAD)
    assert np.array_equal(done.reporter, world.head[world.units.of_household[done.household]])
    assert counts(model, c.REPORTED_BY_HEAD) == len(done)


def test_lapsing() -> None:
    """Given a mean of 20 days until an issue is put up with, when 20 days pass unreported, expect 1 - 1/e of them to be gone."""
    model = place(settings={"reporting.rate": 0.0, "reporting.lapse_days": 20.0})
    i = latent(model, each=2, hour=0.0)
    days(model, 20, "reporting")
    gone = (i.state == LAPSED).mean()
    assert abs(gone - (1 - math.exp(-1))) < 3 * math.sqrt(0.233 / len(i))
    assert counts(model, c.LAPSED) == (i.state == LAPSED).sum()
    assert counts(model, c.REPORTED) == 0


def test_an_issue_is_not_reported_before_it_is_born() -> None:
    """Given an issue born at noon, expect its report later than noon."""
    model = place(settings=SURE)
    i = latent(model, hour=12.0)
    days(model, 1, "reporting")
    assert np.all(i.reported[i.state == MOVING] >= instant(0, 12.0))
    assert (i.state == MOVING).sum() > 0.9 * len(i)


def test_chance_used_for_the_load_is_the_race_of_report_and_lapse() -> None:
    """The load is computed from h / (h + 1 / lapse_days) at neutral trust: 1 for a sure report, 0 for none, rising with scope's reach."""
    sure, never, usual = (place(settings=s).world.report_chance for s in (SURE, NEVER, {"reporting.own_home": 1.0, "reporting.presence_building": 0.5}))
    assert sure.min() > 0.999
    assert never.max() == 0.0
    assert np.all(usual[:, STAIR] <= usual[:, BUILDING] + 1e-12)
    assert np.all(place(switches={"reporting": False}).world.report_chance == 1.0)
    assert rule(place(), "reporting").on
