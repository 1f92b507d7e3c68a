"""Reporting: given latent issues and the people who pass them, which are reported, by whom, when, and which lapse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.limits.common import alone, identical, issues
from tests.scenarios import scenario

from cocreate_sim.mechanisms.reporting import CLASS_RATES, CLASS_SHARES
from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c
from cocreate_sim.world.clock import DAY
from cocreate_sim.world.issues import BY_HEAD, BY_RESIDENT, LAPSED, LATENT, MOVING

SCOPES = ("household", "stair", "building", "compound", "beyond")


def street(
    scope: str = "", weeks: int = 12, *, on: bool = True, trust: float = 0.5, visits: float = 0.0, run: bool = True, **given: Any
) -> CoCreateModel:
    """Four compounds of 25 one-person households; issues are born and reported, and nothing else happens."""
    settings = {
        "arrivals.rate": 100.0, "arrivals.burst_variance": 0.0, "reporting.unequal": False, "reporting.lapse_days": 100_000.0,
        "reporting.rate": 0.01,
    } | {f"reporting.{k}": v for k, v in given.items()}  # fmt: skip
    if scope:
        settings |= {f"arrivals.scope_{s}": float(s == scope) for s in SCOPES}
    switches = alone("arrivals", *(["reporting"] if on else []))
    model = CoCreateModel(scenario(identical(100, 4), weeks=weeks, settings=settings, switches=switches, partition="25"))
    world = model.world
    world.residents.trust[:] = trust
    world.neighbourhood.visits[:] = visits
    for group in range(4):
        world.head[group] = 25 * group + 7
        world.residents.head_of[25 * group + 7] = group
    if run:
        model.run()
    return model


def delay(model: CoCreateModel) -> float:
    """Mean days from birth to report, of issues born in the first half; open ones as long as they are old."""
    rows = issues(model)
    rows = rows[rows.born < model.world.day * DAY // 2]
    assert len(rows) > 200
    return float(np.where(rows.state == MOVING, rows.reported - rows.born, model.world.day * DAY - rows.born).mean() / DAY)


def test_switched_off_every_issue_is_reported_at_the_instant_of_its_birth() -> None:
    """By the household itself, whatever the settings say."""
    model = street(on=False, rate=0.0)
    rows = issues(model)
    assert len(rows) > 1000
    assert set(rows.state) == {MOVING}
    assert np.array_equal(rows.reported, rows.born)
    assert np.array_equal(rows.due, rows.born)
    assert np.array_equal(rows.reporter, model.world.households.first_resident[rows.household])
    assert model.record.sums[c.REPORTED] == model.record.sums[c.BORN] == len(rows)
    assert np.all(model.world.report_chance == 1.0)


def test_a_very_high_rate_comes_close_to_switching_off() -> None:
    """The switch is a limit of the mechanism: the same issues, reported within minutes."""
    off, fast = issues(street(on=False)), issues(street(rate=100.0))
    assert np.array_equal(off[["a", "b"]], fast[["a", "b"]])
    done = fast.state == MOVING
    assert done.mean() > 0.999
    assert (fast.reported - fast.born)[done].mean() < 0.002 * DAY
    assert np.all(fast.reported[done] >= fast.born[done])


def test_nobody_reports_and_nothing_lapses_when_both_rates_are_nil() -> None:
    model = street(rate=0.0)
    assert set(issues(model).state[:]) <= {LATENT, LAPSED}
    assert (issues(model).state == LAPSED).mean() < 0.005
    assert model.record.sums[c.REPORTED] == 0


FASTER: list[tuple[str, str, Any, Any]] = [
    # setting, scope of the issues, slower value, faster value
    ("rate", "compound", 0.002, 0.02),
    ("own_home", "household", 1.0, 30.0),
    ("presence_building", "stair", 0.1, 1.0),
    ("presence_building", "building", 0.1, 1.0),
    ("presence_compound", "compound", 0.02, 0.5),
    ("presence_compound", "beyond", 0.02, 0.5),
    ("unequal", "compound", False, True),
]


@pytest.mark.compiled
@pytest.mark.parametrize(("setting", "scope", "slow", "fast"), FASTER, ids=[f"{f[0]}-{f[1]}" for f in FASTER])
def test_each_setting_speeds_reports_up(setting: str, scope: str, slow: Any, fast: Any) -> None:
    slower, faster = (delay(street(scope, weeks=16, **{setting: v})) for v in (slow, fast))
    assert faster < (0.98 if setting == "unequal" else 0.7) * slower


@pytest.mark.parametrize(
    ("setting", "scope"), [("presence_compound", "building"), ("presence_building", "compound"), ("own_home", "stair")]
)
def test_presence_counts_only_where_the_issue_is(setting: str, scope: str) -> None:
    """The other settings of exposure change nothing, report by report."""
    low, high = (issues(street(scope, **{setting: v})) for v in {"own_home": (1.0, 30.0)}.get(setting, (0.1, 0.9)))
    assert np.array_equal(low.reported, high.reported)


def test_the_reporter_lives_within_reach() -> None:
    """Given issues of a household or compound, expect the reporter to live there, and nobody to be named before a report."""
    for scope in ("household", "stair", "compound"):
        model = street(scope)
        rows = issues(model)
        done = rows[rows.state == MOVING]
        assert len(done) > 100
        home = model.world.residents.household[done.reporter]
        assert np.all((done.first <= home) & (home < done.end))
        assert set(done.by) == {BY_RESIDENT}
        assert set(rows.reporter[rows.state == LATENT]) <= {-1}
        if scope == "compound":
            assert len(set(done.reporter)) > 60, "not always the same person"


def test_children_do_not_report() -> None:
    settings = {"arrivals.rate": 200.0, "reporting.rate": 0.05}
    place = identical(60, persons_per_household=3.0, children_share=0.4)
    model = CoCreateModel(scenario(place, weeks=6, settings=settings, switches=alone("arrivals", "reporting")))
    model.run()
    r = model.world.residents
    assert np.all(r.reports_rate[~r.adult] == 0)
    done = issues(model)[issues(model).state == MOVING]
    assert (~r.adult).sum() > 40
    assert len(done) > 500
    assert np.all(r.adult[done.reporter])


# classes


@pytest.mark.compiled
def test_four_classes_of_reporters() -> None:
    """Given 4,000 adults, expect the published shares of ordinary residents, watchers, teams and hobbyists, and their rates."""
    model = CoCreateModel(scenario(identical(4_000, 2), weeks=1, settings={}, switches=alone("reporting")))
    rates = model.world.residents.reports_rate
    assert set(rates) <= set(CLASS_RATES)
    for share, rate in zip(CLASS_SHARES, CLASS_RATES, strict=True):
        assert abs((rates == rate).mean() - share) <= 4 * np.sqrt(share * (1 - share) / len(rates))
    assert sum(CLASS_SHARES) == pytest.approx(1.0, abs=2e-3)
    model = CoCreateModel(scenario(identical(200), weeks=1, settings={"reporting.unequal": False}, switches=alone("reporting")))
    assert set(model.world.residents.reports_rate) == {1.0}


def test_few_people_make_many_of_the_reports() -> None:
    """Given one person whose rate is 150 times that of the other 24, expect 150/174 of the compound's reports to be theirs."""
    model = street("compound", run=False, trust_effect=0.0)
    mechanism = next(m for m in model.mechanisms if m.name == "reporting")
    rate = model.world.residents.reports_rate
    rate[3] = 150.0
    mechanism.cumulative = np.concatenate(([0.0], np.cumsum(rate)))  # type: ignore[attr-defined]
    model.run()
    rows = issues(model)
    here = rows.reporter[(rows.state == MOVING) & (rows.first == 0)]
    assert len(here) > 300
    assert abs((here == 3).mean() - 150 / 174) < 4 * np.sqrt(150 * 24 / 174**2 / len(here))


# trust


@pytest.mark.compiled
@pytest.mark.parametrize("effect", [1.0, 3.0])
@pytest.mark.parametrize("trust", [0.0, 0.5, 1.0])
def test_trust_multiplies_the_rate(effect: float, trust: float) -> None:
    """Hazard x exp(effect (trust - 1/2)): with trust t and rate r as with neutral trust and rate r exp(...)."""
    trusting = street("compound", trust=trust, trust_effect=effect, rate=0.02)
    same = street("compound", trust_effect=0.0, rate=0.02 * np.exp(effect * (trust - 0.5)))
    shares = [(issues(m).state == MOVING).mean() for m in (trusting, same)]
    assert shares[0] == pytest.approx(shares[1], abs=0.05)
    assert delay(trusting) == pytest.approx(delay(same), rel=0.15)


@pytest.mark.compiled
def test_more_trust_more_reports() -> None:
    reported = [(issues(street("compound", trust=t, rate=0.003)).state == MOVING).mean() for t in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert reported == sorted(reported)
    assert reported[-1] > reported[0] + 0.2
    indifferent = [issues(street("compound", trust=t, trust_effect=0.0)).reported for t in (0.0, 1.0)]
    assert np.array_equal(*indifferent)


def test_the_trusting_report_for_all() -> None:
    """Given one resident of full trust among others without, expect exp(effect) times as many reports of theirs."""
    model = street("compound", run=False, trust=0.0, trust_effect=3.0, rate=0.05)
    model.world.residents.trust[[3, 28, 53, 78]] = 1.0
    model.run()
    rows = issues(model)
    done = rows[rows.state == MOVING]
    expected = np.exp(3) / (np.exp(3) + 24)
    assert abs((done.reporter % 25 == 3).mean() - expected) < 4 * np.sqrt(expected * (1 - expected) / len(done))


# lapse


@pytest.mark.parametrize("lapse", [5.0, 20.0])
def test_unreported_issues_go_away(lapse: float) -> None:
    """Without reports, an issue is latent for lapse_days on average: of those born in week 1, exp(-77 / lapse) are left after 12."""
    model = street(rate=0.0, lapse_days=lapse)
    rows = issues(model)
    assert set(rows.state) <= {LATENT, LAPSED}
    age = (model.world.day * DAY - rows.born) / DAY
    expected = np.exp(-age / lapse)
    spread = np.sqrt((expected * (1 - expected)).sum())
    assert abs((rows.state == LATENT).sum() - expected.sum()) < 4 * spread
    assert model.record.sums[c.LAPSED] == (rows.state == LAPSED).sum()


def test_slower_lapsing_leaves_more_to_report() -> None:
    reported = [(issues(street("compound", rate=0.01, lapse_days=d)).state == MOVING).mean() for d in (1.0, 5.0, 20.0, 100_000.0)]
    assert reported == sorted(reported)
    assert reported[0] < 0.2 < 0.6 < reported[-1]


@pytest.mark.parametrize(
    ("given", "chance"),
    [({"rate": 0.0}, 0.0), ({"rate": 0.01, "lapse_days": 20.0}, 1 / 2), ({"rate": 0.03, "lapse_days": 20.0}, 3 / 4)],
)
def test_expected_chance_of_a_report(given: dict[str, Any], chance: float) -> None:
    """Issues of a compound: 25 residents x 0.2 x rate against 1 / lapse; the load of offices is set by it."""
    model = street("compound", run=False, **given)
    assert model.world.report_chance[:, 3] == pytest.approx(chance)


# heads


def test_heads_on_their_rounds_notice() -> None:
    """Given 7 visits a week and a chance of 0.5, expect issues found within 2 days on average, by the head of their unit."""
    model = street("household", rate=0.0, visits=7.0, head_notices=0.5)
    rows = issues(model)
    done = rows[rows.state == MOVING]
    assert delay(model) == pytest.approx(2.0, rel=0.1)
    assert set(done.by) == {BY_HEAD}
    assert np.array_equal(done.reporter, done.household // 25 * 25 + 7)
    assert model.record.sums[c.REPORTED_BY_HEAD] == model.record.sums[c.REPORTED] == len(done)


@pytest.mark.parametrize("given", [{"visits": 0.0, "head_notices": 1.0}, {"visits": 7.0, "head_notices": 0.0}])
def test_no_visit_or_no_eye_no_report_by_heads(given: dict[str, Any]) -> None:
    model = street(rate=0.0, **given)
    assert (issues(model).state == MOVING).sum() == 0


@pytest.mark.parametrize("setting", ["visits", "head_notices"])
def test_more_visits_and_sharper_eyes_find_more(setting: str) -> None:
    base = {"visits": 2.0, "head_notices": 0.3, "rate": 0.005}
    low, high = (street("compound", **(base | {setting: v})) for v in ({"visits": (0.5, 7.0)}.get(setting, (0.1, 0.9))))
    assert delay(high) < 0.8 * delay(low)
    shares = [(issues(m).by == BY_HEAD)[issues(m).state == MOVING].mean() for m in (low, high)]
    assert shares[1] > shares[0] + 0.2


def test_residents_may_be_first() -> None:
    """Given as strong a hazard of residents as of heads, expect half of the reports by heads."""
    model = street("compound", rate=0.1, trust_effect=0.0, visits=7.0, head_notices=0.5)
    rows = issues(model)
    done = rows[rows.state == MOVING]
    assert len(done) > 1000
    assert (done.by == BY_HEAD).mean() == pytest.approx(0.5, abs=0.06)
