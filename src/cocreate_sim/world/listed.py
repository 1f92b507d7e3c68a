"""Listed compounds: a place as it is, one row per compound, instead of sizes drawn at random."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..engine.settings import setting

_w = "world"
HOUSEHOLDS_PER_GRID = 308
"""Households of a grid where the table does not say how many grids a compound has (C04, S20: 28,000 households in 91 grids)."""
LARGEST_HOUSEHOLD = 8
LONGEST_NAME = 60
MOST = 10_000
"""Most compounds that a world may list."""


@dataclass(frozen=True, slots=True)
class ListedCompound:
    """One compound of a real or made-up place; what it does not say is drawn as in any other world."""

    compound: str = setting("", unit="name", role=_w, meaning="name of the compound", source="the table")
    households: int = setting(
        0, unit="family households", low=1, high=100_000, role=_w, meaning="family households of the compound", source="the table"
    )
    subdistrict: str = setting(
        "subdistrict", unit="name", role=_w, meaning="subdistrict (街道) in which it lies", source="the table"
    )
    community: str | None = setting(
        None, unit="name", role=_w, meaning="community (社區) to which it belongs; one of the subdistrict's name when empty",
        source="the table",
    )  # fmt: skip
    grids: int | None = setting(
        None, unit="grids (網格)", low=1, high=10_000, role=_w, source="the table",
        meaning=f"its grids, as equal as possible; one per {HOUSEHOLDS_PER_GRID} households when empty",
    )  # fmt: skip
    buildings: int | None = setting(
        None, unit="buildings", low=1, high=10_000, role=_w, source="the table",
        meaning="its buildings, as equal as possible; drawn by world.building_mean and the like when empty",
    )  # fmt: skip
    stair_size: int | None = setting(
        None, unit="households", low=1, high=200, role=_w, source="the table",
        meaning="households that share a stair (floors times doors); world.stair_size when empty",
    )  # fmt: skip
    residents: int | None = setting(
        None, unit="residents", low=1, high=1_000_000, role=_w, source="the table",
        meaning="residents of its family households; drawn by world.persons_per_household when empty",
    )  # fmt: skip
    collective_households: int | None = setting(
        None, unit="collective households", low=0, high=100_000, role=_w, source="the table",
        meaning="its collective households (dormitories); by world.collective_share when empty",
    )  # fmt: skip
    sites: int | None = setting(
        None, unit="sites", low=1, high=10_000, role=_w, source="the table",
        meaning="its sites for a micro-renovation; one per world.households_per_site when empty",
    )  # fmt: skip

    @property
    def neighbourhood(self) -> str:
        """Name of its community: that of the subdistrict where none is given."""
        return self.community if self.community is not None else self.subdistrict

    @property
    def number_of_grids(self) -> int:
        """Its grids: those given, or one per so many households."""
        return self.grids if self.grids is not None else max(1, round(self.households / HOUSEHOLDS_PER_GRID))

    def as_mapping(self) -> dict[str, str | int]:
        """Return what the row says, without what it leaves open."""
        return {f.name: value for f in dataclasses.fields(self) if (value := getattr(self, f.name)) is not None}


COLUMNS = tuple(f.name for f in dataclasses.fields(ListedCompound))
NEEDED = ("compound", "households")


def totals(rows: Sequence[ListedCompound]) -> dict[str, int]:
    """Return the numbers of places and households of a world that lists its compounds."""
    return {
        "subdistricts": len({row.subdistrict for row in rows}),
        "communities": len({row.neighbourhood for row in rows}),
        "compounds": len(rows),
        "grids": sum(row.number_of_grids for row in rows),
        "households": sum(row.households for row in rows),
    }


def in_order(rows: Sequence[ListedCompound]) -> list[ListedCompound]:
    """Return the rows with the compounds of a subdistrict, and of a community, one after the other, otherwise as they stand."""
    places = {name: k for k, name in reversed(list(enumerate(row.subdistrict for row in rows)))}
    communities = {name: k for k, name in reversed(list(enumerate(row.neighbourhood for row in rows)))}
    return sorted(rows, key=lambda row: (places[row.subdistrict], communities[row.neighbourhood]))


def problem(rows: Sequence[ListedCompound], named: Callable[[int], str]) -> tuple[int, str, str] | None:
    """Find the first thing in a list of compounds that cannot be built.

    Parameters
    ----------
    rows
        The list, each value inside its own range already.
    named
        Says which row a number is, such as "line 3".

    Returns
    -------
    tuple of (int, str, str), optional
        The row, the column, and what is wrong and allowed.
    """
    seen: dict[tuple[str, str], int] = {}
    owner: dict[str, int] = {}
    for k, row in enumerate(rows):
        found = _contradiction(row)
        if found:
            return k, *found
        here = (row.neighbourhood, row.compound)
        if here in seen:
            return k, "compound", f"{row.compound!r} stands in {named(seen[here])}, too; allowed: each name once in a community"
        seen[here] = k
        first = owner.setdefault(row.neighbourhood, k)
        if rows[first].subdistrict != row.subdistrict:
            return k, "community", (
                f"{row.neighbourhood!r} lies in subdistrict {row.subdistrict!r} here and in {rows[first].subdistrict!r} in "
                f"{named(first)}; allowed: one subdistrict for each community"
            )  # fmt: skip
    for k, (row, wanted) in enumerate(zip(rows, in_order(rows), strict=True)):
        if row is not wanted:
            return k, "community", (
                f"{row.neighbourhood!r} in {row.subdistrict!r} comes too early; allowed: the compounds of a community, and the "
                "communities of a subdistrict, one after the other"
            )  # fmt: skip
    return None


def _contradiction(row: ListedCompound) -> tuple[str, str] | None:
    """Return the column of a row that does not go with another, and why."""
    for name in ("compound", "subdistrict", "community"):
        text = getattr(row, name)
        if text is not None and not (0 < len(text) <= LONGEST_NAME and text.isprintable() and text == text.strip()):
            return name, f"{text[:80]!r} is not a name; allowed: 1 to {LONGEST_NAME} printable characters, no space at the ends"
    if row.households < 1:
        return "households", "is missing; allowed: a whole number from 1"
    for name in ("grids", "buildings", "sites"):
        number = getattr(row, name)
        if number is not None and number > row.households:
            return name, f"{number} is above households = {row.households}; allowed: 1 to {row.households}"
    most = LARGEST_HOUSEHOLD * row.households
    if row.residents is not None and not row.households <= row.residents <= most:
        return "residents", (
            f"{row.residents} do not fit households = {row.households}, of 1 to {LARGEST_HOUSEHOLD} residents each; "
            f"allowed: {row.households} to {most}"
        )
    return None


def missing(row: Mapping[str, object]) -> str:
    """Return the first needed column that a row does not give, or an empty text."""
    return next((name for name in NEEDED if row.get(name) in (None, "")), "")
