"""Levers change on dates: posts are established and abolished, and units are drawn anew."""

from __future__ import annotations

import dataclasses
from typing import Any

from cocreate_sim.world.timeline import DATED, code_of
from cocreate_sim.world.world import World

from . import staff
from .agents import Group, Household
from .town import draw_units


def begin(model: Any, world: World) -> None:
    """At the start every subdistrict has the same levers; the map draws units when a partition changes."""
    model.map = world
    for office in model.offices:
        if not office.is_community:
            office.levers = dataclasses.asdict(model.cocreate.levers)


def rollout(model: Any) -> None:
    """On the Monday of their week, let changes come into force."""
    if model.day % 7:
        return
    subdistricts = [office for office in model.offices if not office.is_community]
    changed = set()
    for change in model.cocreate.timeline:
        levers = subdistricts[change.subdistrict].levers
        if change.week == model.week - model.cocreate.run.burn_in_weeks and levers[change.lever] != change.value:
            levers[change.lever] = change.value
            changed.add(change.lever)
            code = code_of(change.lever, change.value)
            model.note("lever_changes", change.subdistrict, 0, DATED.index(change.lever), code)
            model.map.in_force[change.lever][change.subdistrict] = code
    if changed & {"posts", "community_workers_per_10k"}:
        for office in model.offices:
            _establish(model, office)
    if changed & {"staff_rule", "protected_share"}:
        for office in model.offices:
            staff.set_pace(office)
    if "red_board" in changed:  # names come down with the board
        for resident in model.residents:
            resident.on_board &= resident.household.subdistrict.levers["red_board"]
    if "partition" in changed:
        _redraw(model)


def _establish(model: Any, office: Any) -> None:
    """So many posts exist now; those who hold one that is abolished leave."""
    levers = office.subdistrict.levers
    count = levers["posts"]
    if office.is_community:
        count = max(round(office.served * levers["community_workers_per_10k"] / 10_000), 1)
    for post in office.posts:
        exists = post.number < count
        if exists == post.established:
            continue
        post.established, post.since = exists, model.day
        if post.filled:
            post.filled, post.left, post.burnout = False, True, 0.0
            model.note("leaves_post", office.number, post.number)
        elif exists and not model.is_on("turnover"):
            post.filled, post.came, post.skill = True, model.day, 1.0
            model.note("fills_post", office.number, post.number)


def _redraw(model: Any) -> None:
    """Units of the same households stay as they are; others start without a head, with what their members were used to."""
    former = {channel: list(groups) for channel, groups in model.groups.items()}
    of_household: dict[str, dict[Household, Group | None]] = {
        channel: {h: h.groups[channel] for h in model.households} for channel in former
    }
    model.map.redraw_units()
    draw_units(model, model.map)
    for channel in ("leader_supply", "pivotality", "coordination", "pooling"):
        if not getattr(model.cocreate.channels, channel):
            continue  # the building counts, and buildings stay
        before = {(g.households[0], g.households[-1]): g for g in former[channel]}
        for group in model.groups[channel]:
            same = before.get((group.households[0], group.households[-1]))
            _carry_over(channel, group, same, [of_household[channel][h] for h in group.households])
        if channel == "leader_supply":
            _heads_step_down(model, former[channel])


def _carry_over(channel: str, group: Group, same: Group | None, before: list[Any]) -> None:
    if channel == "leader_supply":
        group.head = same.head if same else None
    elif channel == "pooling":
        group.helper_hours = same.helper_hours if same else 0
    else:
        name = "expected" if channel == "pivotality" else "activity_rate"
        mean = sum(getattr(g, name) for g in before) / len(before)
        setattr(group, name, getattr(same, name) if same else mean)


def _heads_step_down(model: Any, former: list[Group]) -> None:
    """Heads of units that are no more are free; nobody visits or meets in a new unit before it has found a head."""
    for group in model.groups["leader_supply"]:
        if group.head:
            group.head.heads = group
    for group in former:
        if group.head and group.head.heads is group:
            group.head.heads = None
            model.note("head_quits", group.head.number)
    kept = {(g.households[0], g.households[-1]) for g in former}
    for group in model.groups["leader_supply"]:
        if (group.households[0], group.households[-1]) not in kept:
            for h in group.households:
                h.has_head, h.visits, h.sessions, h.head_hours = False, 0.0, 0.0, 0.0
