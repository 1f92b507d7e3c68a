"""What a world is made of: how many places, how large, who lives there. Built worlds are reproducible from these and a seed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..engine.settings import beta, setting, uniform
from .listed import ListedCompound

_w = "world"


class FirstSite(Enum):
    """What the first site of a world is, where it is a certain one."""

    ANY = "any"
    GARDEN = "garden"
    POND = "pond"
    BOOK_HOUSE = "book_house"


@dataclass(frozen=True, slots=True)
class WorldSettings:
    """A district or a part of one; the defaults are an average Wuchang subdistrict."""

    name: str = setting("subdistrict", unit="name", role=_w, meaning="name of the world", source="-")
    subdistricts: int = setting(
        1, unit="subdistricts (街道)", low=1, high=500, role=_w,
        meaning="number of subdistricts", source="A5.4: 14 in Wuchang",
    )  # fmt: skip
    compounds: int = setting(
        41, unit="compounds (小區)", low=1, high=100_000, role=_w,
        meaning="number of compounds", source="S20: 568 in Wuchang",
    )  # fmt: skip
    grids: int = setting(
        91, unit="grids (網格)", low=1, high=200_000, role=_w,
        meaning="number of grids", source="S20: 1,272 in Wuchang",
    )  # fmt: skip
    communities: int = setting(
        14, unit="communities (社區)", low=1, high=100_000, role=_w,
        meaning="number of communities", source="A5.4: 191 in Wuchang",
    )  # fmt: skip
    households: int = setting(
        28_000, unit="family households", low=1, high=10_000_000, role=_w,
        meaning="number of family households", source="C03: 362,000 to 421,000 in Wuchang, 28,000 per subdistrict",
    )  # fmt: skip
    subdistrict_households: int = setting(
        28_000, unit="family households", low=1, high=1_000_000, role=_w,
        meaning="family households of the whole subdistrict; those that are not modelled send a background stream of cases",
        source="C03 divided by 14 subdistricts",
    )  # fmt: skip
    community_households: int = setting(
        2_000, unit="family households", low=1, high=200_000, role=_w,
        meaning="family households of a whole community, for the background stream of worlds smaller than one",
        source="C03 / 191 (A5.4)",
    )  # fmt: skip
    background: bool = setting(
        True, unit="yes or no", role=_w,
        meaning="households outside the world send cases to the same staff", source="design",
    )  # fmt: skip
    compound_cv: float = setting(
        0.6, unit="coefficient of variation", low=0.0, high=3.0, prior=uniform(0.3, 1.0), role=_w,
        meaning="spread of compound sizes (log-normal)", source="no evidence: sizes of compounds differ widely; mean from C05",
    )  # fmt: skip
    building_min: int = setting(
        12, unit="households", low=1, high=2000, role=_w,
        meaning="smallest building", source="prior: one stair, six floors, two doors",
    )  # fmt: skip
    building_mean: float = setting(
        44.0, unit="households", low=1.0, high=2000.0, prior=uniform(30, 140), role=_w,
        meaning="mean building size (log-normal above the smallest)",
        source="prior: walk-ups of 24 to 48 and towers of 66 to 136; A5.8 gives about 136 per building group",
    )  # fmt: skip
    building_cv: float = setting(
        0.7, unit="coefficient of variation", low=0.0, high=3.0, prior=uniform(0.4, 1.0), role=_w,
        meaning="spread of building sizes", source="no evidence",
    )  # fmt: skip
    stair_size: int = setting(
        12, unit="households", low=1, high=200, role=_w,
        meaning="households that share a stair", source="prior: six floors, two doors",
    )  # fmt: skip
    persons_per_household: float = setting(
        2.47, unit="residents", low=1.0, high=4.0, role=_w,
        meaning="mean size of a family household", source="A5.2 (census 2020)",
    )  # fmt: skip
    collective_share: float = setting(
        0.1815, unit="share of residents", low=0.0, high=0.9, role=_w,
        meaning="residents in collective households (dormitories)", source="A5.2 (census 2020)",
    )  # fmt: skip
    collective_size: int = setting(
        4, unit="residents", low=1, high=20, role=_w,
        meaning="mean size of a collective household", source="A5.2: 2.24 million residents in 558,402 households",
    )  # fmt: skip
    children_share: float = setting(
        0.13, unit="share of family residents", low=0.0, high=0.5, role=_w,
        meaning="residents under 15", source="A5.6 and census practice; not in the excerpt (U)",
    )  # fmt: skip
    old_share: float = setting(
        0.172, unit="share of residents", low=0.0, high=0.8, role=_w,
        meaning="residents of 60 and over", source="A5.6",
    )  # fmt: skip
    newcomer_share: float = setting(
        0.32, unit="share of residents", low=0.0, high=1.0, role=_w,
        meaning="residents who came from elsewhere (collective households first)", source="A5.6: 32 %; S30: 80 % in Bairuijing",
    )  # fmt: skip
    party_share: float = setting(
        0.07, unit="share of residents", low=0.0, high=0.5, role=_w,
        meaning="party members", source="A5.11",
    )  # fmt: skip
    skill_share: float = setting(
        0.06, unit="share of adults, per skill", low=0.0, high=0.3, prior=beta(3, 47), role=_w,
        meaning="adults who have one of the three skills (health, law, teaching)",
        source="S43 names three kinds; share is a prior",
    )  # fmt: skip
    households_per_site: int = setting(
        150, unit="households", low=5, high=100_000, prior=uniform(60, 400), role=_w,
        meaning="one site for a micro-renovation per so many households", source="no evidence",
    )  # fmt: skip
    couriers_per_10k: float = setting(
        60.0, unit="couriers per 10,000 residents", low=0.0, high=1000.0, prior=uniform(30, 120), role=_w,
        meaning="couriers and delivery riders (外賣小哥、快遞員) who ride through the compounds",
        source="S52: more than 600 in Nanhu, of about 100,000 residents",
    )  # fmt: skip
    courier_round: int = setting(
        5, unit="compounds", low=1, high=1000, prior=uniform(2, 15), role=_w,
        meaning="neighbouring compounds on the round of a courier", source="no evidence",
    )  # fmt: skip
    towers: int = setting(
        0, unit="office towers", low=0, high=100_000, role=_w,
        meaning="office towers (樓宇) that could found a council, beside communities drawn at random",
        source="S50: 35 in one cluster; how many the district has is not known",
    )  # fmt: skip
    first_site: FirstSite = setting(
        FirstSite.ANY, unit="kind", role=_w,
        meaning="the first site is of this kind and belongs to its whole compound; any leaves it to chance like the others",
        source="S02: the idle pond",
    )  # fmt: skip
    listed: tuple[ListedCompound, ...] = setting(
        (), unit="compounds, one row each", role=_w, source="a table of your own: `cocreate world from TABLE.csv`",
        meaning="the compounds of a certain place; numbers of places and households are theirs then, and no size is drawn",
    )  # fmt: skip
