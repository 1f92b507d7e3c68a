"""Units: leaders found, quorums reached, votes won, and the size at which costs alone would be least (B2, B3)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats
from tests.limits.common import PLAIN, alone, check, check_share, identical
from tests.limits.formulas import at_least
from tests.scenarios import scenario, world_settings

from cocreate_sim.model import CoCreateModel
from cocreate_sim.world import counters as c
from cocreate_sim.world.sites import BUILD


@pytest.mark.parametrize("size", [5, 10, 15, 25])
@pytest.mark.parametrize("willing", [0.02, 0.05])
def test_leader_supply_grows_with_the_unit(willing: float, size: int) -> None:
    """P(a unit has a head) = 1 - (1 - q)^adults when the willing step forward at once and nobody quits; would notice 15 %."""
    given = {"heads.willing_share": willing, "heads.step_forward_weeks": 0.0, "heads.quit_rate": 0.0}
    world = world_settings("quarter", households=12_000)
    model = CoCreateModel(scenario(world, weeks=1, settings=given, switches=alone("heads"), partition=str(size)))
    result = model.run()
    expected = 1.0 - (1.0 - willing) ** model.world.units.adults.astype(float)
    found = model.world.head >= 0
    error = math.sqrt(float((expected * (1 - expected)).sum())) / len(found)
    assert 3 * error <= 0.15 * expected.mean()
    assert abs(found.mean() - expected.mean()) <= 3 * error
    share = float((found * model.world.units.households).sum() / model.world.units.households.sum())
    assert result.summary["units_with_head_share"] == pytest.approx(share, rel=1e-12)


def votes(households: int, compounds: int, partition: str, weeks: int, **changes: Any) -> CoCreateModel:
    """Compounds whose sites concern everybody there, and where staff propose again as soon as a project has failed."""
    given = {
        "renovation.initiative": 100.0, "renovation.staff_initiative": 52.0, "renovation.meetings_low": 1, "renovation.meetings_high": 1,
        "renovation.common_property": 0.0, "renovation.turnout_belonging": 0.0, "renovation.build_weeks": 1, "renovation.plan_weeks": 520,
        "belonging.start": 1.0, "belonging.spread": 0.0, "participation.free_rider_share": 0.0,
    } | {key.replace("__", "."): value for key, value in changes.items()}  # fmt: skip
    world = identical(households, compounds, households_per_site=5)
    model = CoCreateModel(
        scenario(
            world,
            weeks=weeks,
            settings=given,
            switches=alone("renovation", "staff_time", "casework"),
            partition=partition,
            community_workers_per_10k=100.0,
            project_budget=0.0,
        )  # fmt: skip
    )
    model.run()
    return model


@pytest.mark.parametrize("turnout", [0.7, 0.6, 0.35])
@pytest.mark.parametrize("size", [5, 15, 25, 75])
def test_quorum_is_an_exact_binomial(turnout: float, size: int) -> None:
    """P(at least ceil(2n/3) of n households vote): integer jumps and all (15 above 25 at 0.7); would notice 5 % where likely."""
    model = votes(1500, 10, str(size), weeks=60, renovation__turnout=turnout, renovation__quorum=2 / 3, renovation__approval=0.0)
    counts = model.record.counts.sum(axis=0)
    held, valid = counts[c.VOTES_HELD], counts[c.VOTES_VALID]
    assert held > 5000
    expected = at_least(math.ceil(2 * size / 3), size, turnout)
    if expected < 1e-3:
        assert valid <= held * expected + 3 * math.sqrt(held * expected) + 3
    else:
        check_share(valid, held, expected, 0.05 if expected > 0.2 else 1.0, f"n = {size}, t = {turnout}")
    assert counts[c.HOUSEHOLDS_VOTING] / counts[c.HOUSEHOLDS_CALLED] == pytest.approx(turnout, rel=0.01)


def test_common_property_needs_two_thirds_of_all_whatever_the_unit() -> None:
    """Projects on common property count the site as one body: 2/3 of 75 households, in units of 5 and of 75 alike."""
    same = []
    for partition in ("5", "75"):
        model = votes(
            1500, 20, partition, weeks=40, renovation__turnout=0.65, renovation__common_property=1.0, renovation__approval=0.0
        )
        counts = model.record.counts.sum(axis=0)
        same.append((counts[c.VOTES_HELD], counts[c.VOTES_VALID]))
    assert same[0] == same[1]
    check_share(same[0][1], same[0][0], at_least(50, 75, 0.65), 0.1, "common property")


@pytest.mark.parametrize(("voters", "competence"), [(5, 0.6), (15, 0.6), (25, 0.6), (25, 0.4), (101, 0.52)])
def test_majority_follows_condorcet(voters: int, competence: float) -> None:
    """P(majority in favour) = P(Bin(N, p) > N/2) when everybody votes; would notice 8 % of the share."""
    compounds = 2000 // voters
    model = votes(
        voters * compounds,
        compounds,
        "grid",
        weeks=80,
        renovation__turnout=1.0,
        renovation__quorum=0.0,
        renovation__approval=competence,
    )
    held = model.record.counts[:, c.VOTES_HELD].sum()
    passed = model.world.project_events[BUILD, 0]
    check_share(passed, held, at_least(voters // 2 + 1, voters, competence), 0.08, f"N = {voters}, p = {competence}")


@pytest.mark.parametrize("ratio", [50, 100, 200])
def test_costs_alone_are_least_at_the_square_root_of_twice_their_ratio(ratio: int) -> None:
    """Staff hours per head t_c and talk in pairs kappa: cost N (t_c / n + kappa (n - 1) / 2), least at n* = sqrt(2 t_c / kappa).

    No benefit counts, everybody comes; both costs come out exactly (1e-9), and the best of ten sizes is the nearest to n*.
    """
    kappa = 0.002
    per_head = ratio * kappa
    given = PLAIN | {
        "participation.base": 30.0, "heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0, "heads.quit_rate": 0.0,
        "heads.pair_hours": kappa, "staff_time.supervision_hours": per_head, "staff_time.most_supervision": 1.0,
    }  # fmt: skip
    households, sizes = 1200, (4, 5, 6, 8, 10, 12, 15, 20, 24, 30, 40)
    costs = []
    for size in sizes:
        model = CoCreateModel(
            scenario(
                identical(households, 1),
                weeks=3,
                burn_in=2,
                settings=given,
                switches=alone("participation", "heads", "staff_time", "casework"),
                partition=str(size),
                community_workers_per_10k=100.0,
            )  # fmt: skip
        )
        summary = model.run().summary
        assert summary["supervision_hours"] == pytest.approx(per_head * households / size, rel=1e-9)
        assert summary["meeting_hours"] == pytest.approx(households * kappa * (size - 1) / 2, rel=1e-9)
        costs.append(summary["supervision_hours"] + summary["meeting_hours"])
    best = sizes[int(np.argmin(costs))]
    aimed = math.sqrt(2 * ratio)
    exact = [per_head / n + kappa * (n - 1) / 2 for n in sizes]
    assert best == sizes[int(np.argmin(exact))]
    assert abs(best - aimed) <= 2.0


def test_head_hours_rules() -> None:
    """Per head, the total of heads' hours falls like 1/n; with equal totals it does not depend on n (to 1e-9)."""
    given = {"heads.willing_share": 1.0, "heads.step_forward_weeks": 0.0, "heads.quit_rate": 0.0, "heads.hours": 3.0}
    for size in (5, 15, 30, 60):
        totals = {}
        for rule in ("per_head", "equal_total"):
            run = scenario(
                identical(600, 1), weeks=2, settings=given, switches=alone("heads"), partition=str(size), head_hours=rule
            )
            totals[rule] = CoCreateModel(run).run().summary["head_hours"]
        assert totals["per_head"] == pytest.approx(3.0 * 600 / size, rel=1e-9)
        assert totals["equal_total"] == pytest.approx(3.0 * 600 / 15, rel=1e-9)


def test_head_vacancy_is_a_race_between_quitting_and_stepping_forward() -> None:
    """Weekly chain: P(vacant) = q / (q + f) with f = 1 - (1 - s)^(willing adults); would notice 5 %."""
    given = {"heads.willing_share": 1.0, "heads.step_forward_weeks": 40.0, "heads.quit_rate": 4.0, "heads.rest_weeks": 0}
    model = CoCreateModel(
        scenario(identical(2000, 20), weeks=600, burn_in=50, settings=given, switches=alone("heads"), partition="4")
    )
    summary = model.run().summary
    quits = 1.0 - math.exp(-4.0 / (365 / 7))
    fills = 1.0 - math.exp(-4 / 40.0)
    # a head who quits on a Sunday may be replaced on the same one, by the others of the unit or by themselves (no rest)
    vacant = quits * (1 - fills) / (quits * (1 - fills) + fills)
    weekly = 1.0 - model.record.weekly["units_with_head_share"][50:]
    check(weekly.reshape(20, -1).mean(axis=1), vacant, 0.05, "vacant")
    assert summary["units_with_head_share"] == pytest.approx(1 - vacant, rel=0.02)
    assert stats.binom(4, 1 - math.exp(-1 / 40)).sf(0) == pytest.approx(fills)
