"""Who comes: Brock-Durlauf, Granovetter, logit public good, volunteer's dilemma, critical mass, pivotality (B2).

All limits are reached through settings: one kind of resident, no other motive, ``everyone_knows``, and for the complete graph
``ties.complete`` with growth of ties off. The one thing that no setting gives is the *initial* state "everybody took part last
week", from which the upper equilibrium is reached; tests write it into the column before the first week.
"""

from __future__ import annotations

import numpy as np
import pytest
from tests.limits.common import PLAIN, alone, batches, check, check_share, identical, weeks_of
from tests.limits.formulas import at_least, brock_durlauf, exactly, fixed_point, logistic, normal_cdf
from tests.scenarios import scenario

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c

COMPLETE = PLAIN | {"ties.complete": True, "participation.known_weight": 0.0}


def by_building(world: object) -> np.ndarray:
    """Share of each building's adults who take part this week."""
    b, r = world.buildings, world.residents  # type: ignore[attr-defined]
    return np.bincount(b.of_resident[r.takes_part], minlength=len(b.first)) / b.adults


def peers(h: float, weight: float, *, above: bool, buildings: int, size: int, weeks: int, skip: int) -> np.ndarray:
    """Participation of buildings in which everybody knows everybody: (weeks, buildings)."""
    given = COMPLETE | {"participation.base": h, "participation.peers": weight}
    model = CoCreateModel(
        scenario(identical(buildings * size, buildings), weeks=weeks, settings=given, switches=alone("participation"))
    )
    model.world.residents.takes_part[:] = above
    return weeks_of(model, by_building, skip)


@pytest.mark.parametrize(
    ("h", "weight", "above", "sharp"),
    [(-2.0, 0.0, False, 0.02), (-2.0, 2.0, False, 0.03), (-2.0, 3.0, False, 0.03), (-3.0, 6.0, False, 0.05), (-3.0, 6.0, True, 0.005), (-4.0, 8.0, False, 0.08), (-4.0, 8.0, True, 0.002), (0.5, 1.0, False, 0.01)],
)  # fmt: skip
def test_peer_effect_settles_at_brock_and_durlauf(h: float, weight: float, above: bool, sharp: float) -> None:
    """p = logistic(h + J p) in buildings of 800, from nobody and from everybody; would notice 0.2 to 8 % of p.

    Buildings are finite: the mean is off by about J^2 p (1 - p)(1 - 2p) var(p) / 2, below 0.1 % of p here.
    """
    shares = peers(h, weight, above=above, buildings=4, size=800, weeks=130, skip=30)
    expected = brock_durlauf(h, weight, above)
    check(batches(shares.mean(axis=1), 20), expected, sharp, f"h = {h}, J = {weight}")


def test_two_stable_states_above_four_and_one_below() -> None:
    """Started from nobody and from everybody, J = 6 stays apart, J = 3 meets: bistability needs J > 4."""
    apart = [peers(-3.0, 6.0, above=a, buildings=2, size=500, weeks=40, skip=30).mean() for a in (False, True)]
    meet = [peers(-1.5, 3.0, above=a, buildings=2, size=500, weeks=60, skip=40).mean() for a in (False, True)]
    assert apart[0] < 0.1
    assert apart[1] > 0.9
    assert meet[0] == pytest.approx(meet[1], abs=0.06)


def thresholds(sigma: float, *, buildings: int, size: int) -> np.ndarray:
    """Final share in each building when residents act on thresholds with mean 0.25 and standard deviation sigma."""
    weight = 20.0
    given = COMPLETE | {
        "participation.peers": weight, "participation.base": -0.25 * weight, "participation.base_sd": sigma * weight,
        "participation.noise": 1e-6,
    }  # fmt: skip
    model = CoCreateModel(
        scenario(identical(buildings * size, buildings), weeks=50, settings=given, switches=alone("participation"))
    )
    path = weeks_of(model, by_building)
    assert np.all(np.diff(path, axis=0) >= -2.0 / size), "a cascade never falls back (but for one's own place in the crowd)"
    return path[-1]


def test_granovetter_jumps_between_sigma_0_100_and_0_145() -> None:
    """Thresholds N(0.25, sigma): the low state disappears at sigma_c = 0.1222; of 10 buildings of 500 none jumps at 0.10, all at 0.145."""
    assert (thresholds(0.10, buildings=10, size=500) > 0.5).sum() == 0
    assert (thresholds(0.145, buildings=10, size=500) > 0.5).sum() == 10


def test_granovetter_rests_at_the_fixed_point_of_the_threshold_curve() -> None:
    """Below sigma_c: r = F(r) from below; above it nearly everybody. Would notice 60 % of the small share (0.7 %), 0.5 % of the large one."""
    low = fixed_point(lambda r: normal_cdf((r - 0.25) / 0.10), 0.0, 0.04)
    check(thresholds(0.10, buildings=24, size=500), low, 0.6, "sigma = 0.10")
    high = fixed_point(lambda r: normal_cdf((r - 0.25) / 0.25), 0.6, 1.0)
    check(thresholds(0.25, buildings=20, size=250), high, 0.005, "sigma = 0.25")


@pytest.mark.parametrize(("gain", "noise"), [(0.0, 0.5), (0.4, 0.5), (0.75, 0.25), (0.4, 2.0)])
def test_public_good_does_not_depend_on_the_size_of_the_group(gain: float, noise: float) -> None:
    """Linear public good with constant return M: p = 1 / (1 + exp((1 - M) / mu)), the same in groups of 2, 10 and 100.

    The three runs are identical to the last bit; the share would notice 2 to 5 %.
    """
    given = PLAIN | {"participation.base": gain - 1.0, "participation.noise": noise}
    came = {}
    for partition in ("2", "10", "100"):
        model = CoCreateModel(
            scenario(identical(2000, 20), weeks=20, settings=given, switches=alone("participation"), partition=partition)
        )
        came[partition] = model.run().weekly["participation_week"]
    assert np.array_equal(came["2"], came["10"])
    assert np.array_equal(came["2"], came["100"])
    check_share(came["2"].sum() * 2000, 20 * 2000, logistic((gain - 1.0) / noise), 0.05, f"M = {gain}, mu = {noise}")


@pytest.mark.parametrize("size", [2, 5, 10, 25])
def test_volunteers_dilemma_in_logit_response(size: int) -> None:
    """One helper suffices: p = logistic((-c + b (1 - p)^(n-1)) / mu), with c / b = 0.2 and mu / b = 0.02; would notice 4 % of p.

    Close to Diekmann's 1 - (c/b)^(1/(n-1)), from which logit response differs by less than 20 %. Individual p falls like 1/n.
    """
    b, cost, noise = 50.0, 10.0, 1.0
    given = PLAIN | {
        "participation.base": -cost, "participation.pivotal": b, "participation.noise": noise, "participation.party_minimum": 1,
        "participation.memory_weeks": 60.0,
    }  # fmt: skip
    units = 60 if size < 25 else 20
    model = CoCreateModel(
        scenario(identical(units * size, 1), weeks=700, settings=given, switches=alone("participation"), partition=str(size))
    )
    came = weeks_of(model, lambda w: w.residents.takes_part.mean(), skip=300)
    expected = fixed_point(lambda p: logistic((-cost + b * (1 - p) ** (size - 1)) / noise), 1e-9, 1 - 1e-9)
    check(batches(came, 20), expected, 0.04, f"n = {size}")
    assert expected == pytest.approx(1 - 0.2 ** (1 / (size - 1)), rel=0.2)


@pytest.mark.parametrize(("p", "needed"), [(0.1, 5), (0.1, 3), (0.3, 5), (0.02, 2)])
@pytest.mark.parametrize("size", [10, 25, 50])
def test_critical_mass_is_a_binomial_tail(p: float, needed: int, size: int) -> None:
    """A working party starts with probability P(Bin(N, p) >= m), from 2,800 to 14,000 unit-weeks on sites that are never finished.

    Would notice 20 % of shares above 1 %, 90 % of rarer ones.
    """
    given = PLAIN | {
        "participation.base": float(np.log(p / (1 - p))), "participation.party_minimum": needed, "participation.asked": 0.0,
        "participation.visible": 0.0, "renovation.initiative": 100.0, "renovation.meetings_low": 1, "renovation.meetings_high": 1,
        "renovation.turnout": 1.0, "renovation.approval": 1.0, "renovation.skilled": 0.0, "renovation.hours_low": 1e6,
        "renovation.hours_high": 1e6, "renovation.money_low": 0.0, "renovation.money_high": 0.0, "renovation.build_weeks": 520,
        "belonging.start": 1.0, "belonging.spread": 0.0, "heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0,
        "heads.quit_rate": 0.0,
    }  # fmt: skip
    model = CoCreateModel(
        scenario(
            identical(1400, 7, households_per_site=200),
            weeks=140,
            settings=given,
            partition=str(size),
            switches=alone("participation", "renovation", "heads"),
        )  # fmt: skip
    )
    called = weeks_of(model, lambda w: (w.neighbourhood.call >= 0).all())
    assert called[39:].all(), "every unit is called from week 40 on"
    counts = model.record.counts[40:]
    tail = at_least(needed, size, p)
    trials = 100 * 1400 // size
    check_share(
        counts[:, c.PARTIES_FORMED].sum(), trials, tail, 0.9 if tail < 0.012 else 0.2, f"N = {size}, p = {p}, m = {needed}"
    )
    check_share(counts[:, c.PARTIES_TRIED].sum(), trials, at_least(1, size, p), 0.1, "somebody came")


@pytest.mark.parametrize(
    ("partition", "needed", "p"), [("12", 5, 0.1), ("25", 5, 0.1), ("50", 5, 0.1), ("10", 1, 0.05), ("1", 1, 0.5), ("4", 5, 0.5)]
)
def test_pivotality_is_the_chance_to_be_the_last_one_needed(partition: str, needed: int, p: float) -> None:
    """What a unit expects of one helper more is P(Bin(N - 1, p_u) = m - 1) at its own remembered p_u, to 1e-9."""
    given = PLAIN | {
        "participation.base": float(np.log(p / (1 - p))), "participation.party_minimum": needed, "participation.pivotal": 1e-12,
    }  # fmt: skip
    model = CoCreateModel(
        scenario(identical(600, 1), weeks=30, settings=given, switches=alone("participation"), partition=partition)
    )
    model.run()
    rule = next(m for m in model.mechanisms if m.name == "participation")
    adults = model.world.units.adults
    expected = [
        exactly(needed - 1, int(n) - 1, float(q)) if n >= needed else 0.0 for n, q in zip(adults, rule.expected, strict=True)
    ]
    assert rule.pivot_chance == pytest.approx(expected, abs=1e-9)
    if partition in ("12", "25", "50"):
        assert rule.pivot_chance.mean() == pytest.approx(exactly(needed - 1, int(partition) - 1, p), abs=0.05)
