"""The article's numbers hang together (C01 to C09 of the seed facts), and the shipped world of Wuchang has them.

Given the district as `world=wuchang` builds it, once in units of 10 to 20 households with 40 posts and community
workers as found (11.2 per 10,000), once in nested units with 72 posts and workers by the norm (18 per 10,000).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.scenarios import world_settings

from cocreate_sim.config import load
from cocreate_sim.world.build import build_world
from cocreate_sim.world.levers import Levers

Counts = dict[str, float]
LEVERS = {
    "before": Levers(partition="10-20", posts=40, community_workers_per_10k=11.2),
    "after": Levers(partition="nested", posts=72, community_workers_per_10k=18.0),
}


@pytest.fixture(scope="module")
def counts() -> dict[str, Counts]:
    """What was built, by policy."""
    settings = world_settings("wuchang")
    return {name: build_world(settings, levers, 1).counts() for name, levers in LEVERS.items()}


def front_line(posts: float, workers: float) -> float:
    """How much the front line of posts and community workers grows from 40 to 72 posts, %."""
    return 100 * ((72 / 40 * posts + workers) / (posts + workers) - 1)


# fact: what it is, how it is computed from the counts, lowest and highest value that agrees with the article
ROWS: dict[str, tuple[str, Callable[[Counts, Counts], float], float, float]] = {
    "C01": ("419 new posts / 32 per subdistrict = 13.1 subdistricts; 14 are listed", lambda b, a: b["subdistricts"], 419 / 32, 15),
    "C01 posts": ("40 posts in each of 14 subdistricts", lambda b, a: b["posts"], 40 * 14, 40 * 14),
    "C01 new": ("new posts of the district: 419 published", lambda b, a: a["posts"] - b["posts"], 419, 419 * 14 / 13),
    "C02": ("growth of the posts, %", lambda b, a: 100 * (a["posts"] / b["posts"] - 1), 80, 80),
    "C03 households": ("family households: census 2020 to estimate 2022", lambda b, a: b["households"], 362_000, 421_000),
    "C03 residents": ("residents: census 2020 to estimate 2022", lambda b, a: b["residents"], 1_092_750, 1_270_500),
    "C03 per household": ("residents per family household", lambda b, a: b["residents_per_household"], 2.46, 2.48),
    "C03 25,000": ("households per unit if there are 25,000", lambda b, a: b["households"] / 25_000, 14.5, 16.8),
    "C03 units": ("units by the 10-20 rule: 25,000 and more", lambda b, a: b["units"], 25_000, 28_000),
    "C03 size": ("households per unit by the 10-20 rule", lambda b, a: b["mean_unit_size"], 14.0, 16.8),
    "C04 units": ("unit heads per grid head: about 20", lambda b, a: b["units_per_grid"], 19.0, 21.5),
    "C04 households": ("households per grid", lambda b, a: b["households_per_grid"], 285, 331),
    "C05 grids": ("grids per compound: 2.24", lambda b, a: b["grids_per_compound"], 2.235, 2.245),
    "C05 units": ("units per compound: 44", lambda b, a: b["units"] / b["compounds"], 43, 48),
    "C05 households": ("households per compound", lambda b, a: b["households_per_compound"], 640, 740),
    "C06": ("residents per grid", lambda b, a: b["residents_per_grid"], 859, 999),
    "C07 nested": ("households of a 網 (500) per existing grid", lambda b, a: 500 / b["households_per_grid"], 1.5, 1.75),
    "C07 lin": ("households of a 鄰: 5, or a few less where a compound ends", lambda b, a: a["mean_unit_size"], 4.9, 5.0),
    "C07 between": ("10-20 lies between 鄰 (5) and 里 (25)", lambda b, a: b["mean_unit_size"], 5, 25),
    "C08 found": ("community workers per 10,000 residents: 11.2", lambda b, a: b["community_workers_per_10k"], 11.0, 11.4),
    "C08 residents": ("residents per worker: 893", lambda b, a: b["residents"] / b["community_workers"], 880, 906),
    "C08 households": ("households per worker: 301", lambda b, a: b["households"] / b["community_workers"], 285, 317),
    "C08 norm": ("workers that 25,000 residents would have by the norm: 45", lambda b, a: a["community_workers_per_10k"] * 2.5, 44.5, 45.5),
    "C09 many workers": ("growth of the front line by 72 posts, %", lambda b, a: front_line(b["posts"], a["community_workers"]), 16, 23),
    "C09 few workers": ("the same with workers as found, % (23 at the 90,750 residents of 2022, here 84,500)",
                        lambda b, a: front_line(b["posts"], b["community_workers"]), 16, 24),
    "C09 per subdistrict": ("community workers per subdistrict (102 at 90,750 residents)",
                            lambda b, a: b["community_workers"] / 14, 93, 102),
}  # fmt: skip


@pytest.mark.parametrize("fact", ROWS)
def test_the_district_agrees_with_the_article(fact: str, counts: dict[str, Counts]) -> None:
    what, compute, low, high = ROWS[fact]
    value = compute(counts["before"], counts["after"])
    assert low <= value <= high, f"{what}: {value:,.2f}, expected {low:,.2f} to {high:,.2f}"


def test_the_same_district_stands_under_both_policies(counts: dict[str, Counts]) -> None:
    for name in ("households", "residents", "compounds", "grids", "buildings", "adults", "newcomers", "sites"):
        assert counts["before"][name] == counts["after"][name], name


def test_the_district_of_the_tests_is_the_one_that_ships() -> None:
    assert load("world=wuchang").world == world_settings("wuchang")


def test_nobody_lives_outside_a_whole_district(counts: dict[str, Counts]) -> None:
    assert counts["before"]["background_households"] == 0
