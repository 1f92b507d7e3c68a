"""Where unit heads go with the visits that they have time for."""

from __future__ import annotations

from typing import Any

from cocreate_sim.world import decisions as d

from .clock import DAY

OPEN = ("in the unit", "moving", "waiting", "being served")


def rounds(model: Any) -> None:
    """Rewrite the week's visits by the rule of the lever."""
    rule = model.levers.rounds.value
    if rule == "even":
        return
    if rule == "cooperative":
        for community in [o for o in model.offices if o.is_community]:
            _help_others(model, [h for h in model.households if h.community is community])
        return
    pools: dict[Any, list[Any]] = {}
    for home in model.households:
        if rule == "district_first" and not home.collective:
            pools.setdefault(home.subdistrict, []).append(home)
        elif rule != "district_first" and home.has_head:
            pools.setdefault(home.groups["attention"], []).append(home)
    need = _need(model, rule)
    chance = {home: model.draw(d.ROUND, model.week, home.number) for homes in pools.values() for home in homes}
    for homes in pools.values():
        left = sum(home.visits for home in homes)
        for home in homes:
            home.visits = 0.0
        homes.sort(key=lambda home: (-need[home], chance[home]))
        _send(homes, left, model.settings["heads"].most_visits)


def _send(homes: list[Any], left: float, most: float) -> None:
    """One visit each in this order, then again, until none are left."""
    while left > 0.0 and any(home.visits < most for home in homes):
        for home in homes:
            more = min(1.0, most - home.visits, left)
            home.visits += more
            left -= more


def _need(model: Any, rule: str) -> dict[Any, float]:
    """What sends a head to a household first."""
    need = dict.fromkeys(model.households, 0.0)
    since = (model.day + 1 - 7 * model.settings["rounds"].memory_weeks) * DAY
    for issue in model.issues:
        if issue.household is None:
            continue
        if rule == "community_first" and issue.reported > 0 and issue.reported >= since:
            for home in issue.household.stair:
                need[home] += 1.0
        building = issue.household.building
        if rule == "district_first" and issue.state in OPEN and building is not None:
            for home in building.households:
                need[home] += 1.0
    if rule == "district_first":
        for building in model.buildings:
            for home in building.households:
                need[home] /= len(building.households)
    return need


def _help_others(model: Any, homes: list[Any]) -> None:
    """Heads of a community visit households without a head with what their own do not need."""
    enough = min(model.settings["rounds"].enough_visits, model.settings["heads"].most_visits)
    spare = 0.0
    for home in homes:
        spare += max(home.visits - enough, 0.0)
    without = [home for home in homes if home.groups["leader_supply"] is not None and not home.has_head]
    if not without or spare <= 0.0:
        return
    share = min(enough, spare / len(without))
    for home in homes:
        if home.visits > enough:
            home.visits = enough + (home.visits - enough) * (1.0 - share * len(without) / spare)
    for home in without:
        home.visits = share
