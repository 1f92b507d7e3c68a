"""Agents from the tables of a built world: the map and the people are given, everything that happens is not."""

from __future__ import annotations

from typing import Any

from cocreate_sim.world.levers import CHANNELS
from cocreate_sim.world.world import World

from .agents import Building, Compound, Group, Household, Office, Post, Resident, Site


def settle(model: Any, world: World) -> None:
    """Make offices, compounds, buildings, households, residents, groups, posts and sites."""
    model.offices = _offices(model, world)
    communities = [o for o in model.offices if o.is_community]
    subdistricts = [o for o in model.offices if not o.is_community]
    for subdistrict in subdistricts:
        subdistrict.subdistrict = subdistrict
    for community, owner in zip(communities, world.places.community_subdistrict, strict=True):
        community.subdistrict = subdistricts[owner]

    homes = world.households
    model.households = [Household(model, int(n), bool(c)) for n, c in zip(homes.id, homes.collective, strict=True)]
    model.compounds = [Compound(model.households[a:b]) for a, b in _spans(world.places.compounds)]
    model.buildings = [Building(model.households[a:b]) for a, b in _spans(world.places.buildings)]
    for row, household in enumerate(model.households):
        household.compound = model.compounds[homes.compound[row]]
        household.building = model.buildings[homes.building[row]] if homes.building[row] >= 0 else None
        household.stair = model.households[homes.stair_first[row] : homes.stair_end[row]]
        household.community = communities[homes.community[row]]
        household.subdistrict = subdistricts[homes.subdistrict[row]]

    people = world.residents
    model.residents = []
    for row, number in enumerate(people.id):
        traits = {name: getattr(people, name)[row].item() for name in ("adult", "newcomer", "party", "skill")}
        resident = Resident(model, int(number), model.households[people.household[row]], traits)
        resident.household.members.append(resident)
        model.residents.append(resident)
    model.resident = {r.number: r for r in model.residents}

    buildings = _groups(model, world.buildings)
    model.groups = dict.fromkeys(CHANNELS, buildings)
    for row, household in enumerate(model.households):
        household.groups = dict.fromkeys(CHANNELS, _of(buildings, world.buildings, row))
    draw_units(model, world)

    sites = world.sites
    model.sites = [
        Site(
            int(s.id), communities[s.office], subdistricts[s.subdistrict], model.households[s.first].compound, int(s.scope),
            model.households[s.first : s.end], int(s.kind),
        )
        for s in sites
    ]  # fmt: skip


def draw_units(model: Any, world: World) -> None:
    """Draw the units, and the levels above them, for the channels that are on."""
    units = _groups(model, world.units)
    for channel in CHANNELS:
        if getattr(world.channels, channel):
            model.groups[channel] = units
            for row, household in enumerate(model.households):
                household.groups[channel] = _of(units, world.units, row)
    for household in model.households:
        household.levels = []
    model.building_level = -1
    for number, level in enumerate(world.climb()):
        groups = _groups(model, level)
        if number > 0 and model.building_level < 0 and _spans(level) == _spans(world.buildings):
            model.building_level = number
        for row, household in enumerate(model.households):
            if (group := _of(groups, level, row)) is not None or not household.levels:
                household.levels.append(group)


def _spans(spans: Any) -> list[tuple[int, int]]:
    return [(int(a), int(b)) for a, b in zip(spans.first, spans.end, strict=True)]


def _groups(model: Any, table: Any) -> list[Group]:
    return [Group(k, model.households[a:b]) for k, (a, b) in enumerate(_spans(table))]


def _of(groups: list[Group], table: Any, row: int) -> Group | None:
    return groups[table.of_household[row]] if table.of_household[row] >= 0 else None


def _offices(model: Any, world: World) -> list[Office]:
    o, settings = world.offices, model.cocreate.world
    offices = []
    for k in range(len(o.tier)):
        residents, background = float(o.residents[k]), float(o.background[k])
        served = residents + background * (settings.persons_per_household / (1 - settings.collective_share))
        office = Office(k, int(o.tier[k]), int(o.place[k]), residents, background, served)
        rows = range(o.first_post[k], o.end_post[k])
        office.posts = [Post(model, office, n) for n in range(len(rows))]
        for post, row in zip(office.posts, rows, strict=True):
            post.established = post.filled = bool(world.posts.established[row])
        offices.append(office)
    return offices
