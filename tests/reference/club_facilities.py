"""Facilities kept by clubs: who keeps what, fees and bills."""

from __future__ import annotations

from typing import Any

from cocreate_sim.world.clubs import CLUB
from cocreate_sim.world.sites import IDLE, KEPT, MANAGE

from .agents import Site


def club_facilities(model: Any) -> None:
    """Purses are settled; then facilities without a club find one, in the order of site numbers."""
    fee = 7 * model.levers.user_fee * model.settings["club_facilities"].paying
    cost = 7 * model.settings["club_facilities"].running_cost
    keeping = {}
    for site in model.sites:
        if site.keeper is not None and (site.stage < MANAGE or site.keeper.stage != CLUB):
            model.note("gives_back", site.number, other=site.keeper.number)
            site.keeper, site.balance = None, 0.0
        elif site.keeper is not None:
            keeping[site.keeper] = site
            if fee > 0.0:
                _settle(model, site, fee * site.keeper.members - cost)
    for site in model.sites:
        free = [
            club
            for club in model.clubs
            if club.community is site.community and club.stage == CLUB and club not in keeping
            if fee <= 0.0 or fee * club.members >= cost
        ]
        if site.stage >= MANAGE and site.keeper is None and free:
            site.keeper = max(free, key=lambda club: (club.members, -club.number))
            keeping[site.keeper] = site
            model.note("takes_over", site.number, other=site.keeper.number, value=site.keeper.members)


def _settle(model: Any, site: Site, saved: float) -> None:
    """Put the week's fees less its bills into the purse; a facility that owes too much closes."""
    site.balance += saved
    if site.balance >= -model.settings["club_facilities"].reserve:
        return
    model.note("closes", site.number, site.project, site.keeper.number, site.stage)
    if site.stage < KEPT and site.initiator:
        site.initiator.bad += 1
        site.initiator.ignored += 1
    for member in site.keeper.people:
        member.bad += 1
    site.stage, site.since, site.keeper, site.balance = IDLE, model.week, None, 0.0
