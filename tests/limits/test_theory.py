"""The theory gives the numbers that its sources print, and refuses to give one where there is none."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from cocreate_sim.errors import ConfigError
from cocreate_sim.validation.theory import participation, queues, slow, units

PRINTED: list[tuple[Callable[..., float], tuple[Any, ...], float]] = [
    (queues.erlang_c, (1, 0.8), 0.8), (queues.erlang_c, (3, 2.0), 0.444444), (queues.erlang_c, (18, 14.4), 0.278960),
    (queues.erlang_c, (40, 36.0), 0.411562), (queues.erlang_c, (72, 64.8), 0.285422),
    (queues.erlang_c_wait, (1, 0.8), 4.0), (queues.erlang_c_wait, (40, 36.0), 0.102891), (queues.erlang_c_wait, (72, 64.8), 0.039642),
    (queues.erlang_c_wait, (36, 32.4), 0.1205), (queues.erlang_c_wait, (18, 16.2), 0.3168), (queues.erlang_c_wait, (9, 8.1), 0.7606),
    (queues.erlang_c_wait, (4, 3.6), 1.969), (queues.erlang_c_wait, (1, 0.9), 9.0),
    (queues.vacancy, (0.2, 3.0), 0.0476), (queues.race, (3.0, 1.0), 0.75), (queues.first_report, (4.0,), 0.25),
    (participation.brock_durlauf, (-2.0, 0.0), 0.119203), (participation.brock_durlauf, (-2.0, 2.0), 0.156053),
    (participation.brock_durlauf, (-2.0, 3.0), 0.195846), (participation.brock_durlauf, (-2.0, 4.0), 0.5),
    (participation.brock_durlauf, (-3.0, 6.0, "nobody"), 0.070720), (participation.brock_durlauf, (-3.0, 6.0, "everybody"), 0.929280),
    (participation.brock_durlauf, (-4.0, 8.0, "nobody"), 0.021248), (participation.brock_durlauf, (-4.0, 8.0, "everybody"), 0.978752),
    (participation.critical_spread, (0.25,), 0.12222),
    (participation.public_good, (0.0, 0.5), 0.119203),
    (participation.diekmann, (2, 0.2), 0.8), (participation.diekmann, (5, 0.2), 0.33126), (participation.diekmann, (10, 0.2), 0.16375),
    (participation.diekmann, (15, 0.2), 0.10860), (participation.diekmann, (100, 0.2), 0.01613), (participation.diekmann, (500, 0.2), 0.00322),
    (participation.at_least, (5, 12, 0.1), 0.004), (participation.at_least, (5, 25, 0.1), 0.098), (participation.at_least, (5, 37, 0.1), 0.309),
    (participation.at_least, (5, 50, 0.1), 0.569), (participation.at_least, (5, 62, 0.1), 0.755),
    (participation.exactly, (4, 11, 0.1), 0.016), (participation.exactly, (4, 24, 0.1), 0.129), (participation.exactly, (4, 36, 0.1), 0.202),
    (participation.exactly, (4, 49, 0.1), 0.185), (participation.exactly, (4, 61, 0.1), 0.129),
    (units.majority, (1, 0.6), 0.6), (units.majority, (5, 0.6), 0.68256), (units.majority, (15, 0.6), 0.78690),
    (units.majority, (25, 0.6), 0.84623), (units.majority, (101, 0.6), 0.97910),
    (units.quorum, (5, 0.7), 0.528), (units.quorum, (15, 0.7), 0.722), (units.quorum, (25, 0.7), 0.677), (units.quorum, (100, 0.7), 0.779),
    (units.quorum, (500, 0.7), 0.945), (units.quorum, (5, 0.6), 0.337), (units.quorum, (15, 0.6), 0.403), (units.quorum, (25, 0.6), 0.274),
    (units.quorum, (100, 0.6), 0.091), (units.quorum, (500, 0.6), 0.001),
    (units.best_size, (50.0,), 10.0), (units.best_size, (100.0,), 14.142), (units.best_size, (200.0,), 20.0),
    (units.free_hours, (40, 40.0, 0.5, 600.0), 200.0), (units.free_hours, (72, 40.0, 0.5, 600.0), 840.0),
    (units.burnout, (9.0, 12.0), 0.571429), (units.leader_supply, (0.5, 2), 0.75),
    (slow.years_until_idle, (0.3,), 4.0), (slow.years_until_idle, (0.6,), 2.0), (slow.years_until_idle, (1.2,), 1.0),
    (slow.years_until_idle, (2.4,), 0.5), (slow.at_rest, (3.0, 1.0), 0.75),
]  # fmt: skip
"""Formula, parameters, and the value that the evidence (B1 to B3) prints, to as many digits as it does."""


@pytest.mark.parametrize(("formula", "given", "printed"), PRINTED, ids=[f"{f.__name__}{g}" for f, g, _ in PRINTED])
def test_published_values(formula: Callable[..., float], given: tuple[Any, ...], printed: float) -> None:
    """Equal to the last digit that is printed (times to 0.5 %, as they are rounded to tenths of years)."""
    digits = len(f"{printed}".partition(".")[2])
    tolerance = 0.005 * printed if formula is slow.years_until_idle else 0.51 * 10.0**-digits
    assert formula(*given) == pytest.approx(printed, abs=tolerance)


@pytest.mark.parametrize(
    ("posts", "load", "printed"),
    [
        (40, 36.0, (0.37432, 0.00703, 0.07032, 0.89367)),
        (40, 44.0, (0.98502, 0.09235, 0.92355, 0.99841)),
        (40, 60.0, (1.00000, 0.33333, 3.33333, 1.00000)),
        (72, 60.0, (0.08652, 0.00067, 0.00666, 0.83278)),
    ],
)
def test_published_values_of_erlang_a(posts: int, load: float, printed: tuple[float, ...]) -> None:
    """Chance to wait, share giving up, mean time in line, busy share, to five digits."""
    assert queues.erlang_a(posts, load, 0.1) == pytest.approx(printed, abs=0.6e-5)


def test_impatience_that_never_acts_is_no_impatience() -> None:
    """Erlang A goes to Erlang C as theta goes to 0."""
    assert queues.erlang_a(3, 2.0, 1e-4).waits == pytest.approx(queues.erlang_c(3, 2.0), rel=1e-3)


def test_solutions_solve_their_equation() -> None:
    """Fixed points of peers and thresholds, on both sides of every boundary; the lower one is below the upper one."""
    for h in (-6.0, -5.0, -4.0, -3.0, -2.5, -2.0, 0.0, 1.0):
        for peers in (0.0, 2.0, 4.0, 4.5, 6.0, 9.0):
            low, high = (participation.brock_durlauf(h, peers, start) for start in ("nobody", "everybody"))
            for p in (low, high):
                assert participation.logistic(h + peers * p) == pytest.approx(p, abs=1e-9)
            assert low <= high + 1e-12
            p = 0.0
            for _ in range(100_000 if peers == 4.0 else 3000):  # what starts from nobody comes to rest at the lower one
                p = participation.logistic(h + peers * p)
            assert low == pytest.approx(p, abs=1e-2 if (h, peers) == (-2.0, 4.0) else 1e-6)
    for sigma in (0.05, 0.1, 0.12, 0.125, 0.2, 1.0):
        r = participation.threshold_cascade(0.25, sigma)
        assert participation.normal_cdf((r - 0.25) / sigma) == pytest.approx(r, abs=1e-6)


def test_the_low_state_is_gone_just_above_the_critical_spread() -> None:
    """On both sides of 0.1222, from about 0.06 to everybody, and of the critical spreads of other means."""
    assert 0.05 < participation.threshold_cascade(0.25, 0.1221) < 0.065
    assert participation.threshold_cascade(0.25, 0.1223) > 0.99
    for mean in (0.1, 0.25, 0.4):
        critical = participation.critical_spread(mean)
        assert participation.threshold_cascade(mean, 0.99 * critical) < 0.3
        assert participation.threshold_cascade(mean, 1.01 * critical) > 0.5


def test_weeks_and_years_agree_where_rates_are_small() -> None:
    """The weekly level at rest goes to gain f / (gain f + decay)."""
    gain, decay = 1e-4, 0.01
    assert slow.settles(gain, decay) == pytest.approx(slow.at_rest(gain * slow.WEEKS_PER_YEAR, decay), rel=1e-3)
    assert units.head_vacancy(4, 4.0, 40.0) == pytest.approx(0.4125, abs=1e-4)
    assert queues.vacancy_by_days(0.2, 3.0) == pytest.approx(queues.vacancy(0.2, 3.0), rel=0.015)


UNDEFINED: list[tuple[Callable[..., Any], tuple[Any, ...], str]] = [
    (queues.erlang_c, (3, 3.0), "load = 3 is not below posts = 3"), (queues.erlang_c, (3, 3.5), "erlang_a"),
    (queues.erlang_c_wait, (3, 3.0), "grows for ever"), (queues.erlang_c, (0, 1.0), "posts = 0"), (queues.erlang_c, (2, 0.0), "load = 0"),
    (queues.erlang_c, (2, math.nan), "load = nan"),
    (queues.erlang_a, (3, 2.0, 0.0), "theta = 0 must be above 0"), (queues.erlang_a, (3, 2.0, -1.0), "theta = -1"),
    (queues.erlang_a, (3, 9.0, 1e-9), "too small"), (queues.erlang_a, (3, -1.0, 0.1), "load = -1"),
    (queues.race, (0.0, 0.0), "neither event ever happens"), (queues.race, (-1.0, 2.0), "rates -1"),
    (queues.first_report, (0.0,), "without anybody who reports"),
    (queues.vacancy, (0.0, 3.0), "leave = 0"), (queues.vacancy, (0.2, 0.0), "months = 0"), (queues.vacancy_by_days, (0.2, math.inf), "months = inf"),
    (participation.brock_durlauf, (-3.0, 6.0), "two stable states"), (participation.brock_durlauf, (-4.0, 8.0, "any"), "start=nobody"),
    (participation.brock_durlauf, (-3.0, 6.0, "somebody"), "allowed: nobody, everybody"), (participation.brock_durlauf, (0.0, -1.0), "J = -1"),
    (participation.threshold_cascade, (0.25, 0.0), "sigma = 0"), (participation.critical_spread, (0.5,), "between 0 and 0.5"),
    (participation.public_good, (0.5, 0.0), "noise = 0"),
    (participation.diekmann, (1, 0.2), "at least two"), (participation.diekmann, (5, 1.0), "cost / benefit = 1"),
    (participation.volunteers, (5, 1.0, 0.0, 1.0), "cost / benefit = inf"), (participation.volunteers, (5, 1.0, 2.0, 0.0), "noise = 0"),
    (participation.at_least, (1, 5, 1.5), "p = 1.5"), (participation.at_least, (1, 0, 0.5), "people = 0"),
    (participation.exactly, (1, -1, 0.5), "people = -1"), (participation.exactly, (1, 5, -0.1), "p = -0.1"),
    (units.leader_supply, (1.2, 5), "willing = 1.2"), (units.quorum, (0, 0.5), "size = 0"), (units.quorum, (5, 2.0), "p = 2"),
    (units.majority, (2.5, 0.5), "voters = 2.5"), (units.best_size, (0.0,), "extreme"), (units.best_size, (math.inf,), "extreme"),
    (units.cost_per_household, (0, 1.0, 1.0), "size = 0"), (units.burnout, (0.0, 1.0), "build_up = 0"),
    (units.free_hours, (40, 40.0, 0.5, 800.0), "800 offered hours are not below"), (units.free_hours, (40, 40.0, 1.5, 1.0), "admin = 1.5"),
    (units.head_vacancy, (4, 0.0, 1.0), "quits = 0"), (units.head_vacancy, (4, 1.0, 0.0), "step_forward_weeks = 0"),
    (slow.settles, (0.0, 0.0), "where it began"), (slow.settles, (1.5, 1.0), "gain = 1.5"), (slow.settles, (0.1, -1.0), "decay = -1"),
    (slow.at_rest, (0.0, 0.0), "no level at rest"), (slow.years_until_idle, (0.0,), "decay = 0"),
    (slow.years_until_idle, (1.0, 1.0), "idle = 1"),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "given", "message"), UNDEFINED, ids=[f"{f.__name__}{g}" for f, g, _ in UNDEFINED])
def test_where_there_is_no_answer_none_is_given(formula: Callable[..., Any], given: tuple[Any, ...], message: str) -> None:
    """A limit that does not exist is refused in words that say why."""
    with pytest.raises(ConfigError, match=message.replace("(", r"\(")):
        formula(*given)
