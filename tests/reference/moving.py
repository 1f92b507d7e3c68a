"""Families move away, and others move in who know nobody."""

from __future__ import annotations

import math
from typing import Any

from cocreate_sim.world import decisions as d

from . import clubs
from .agents import Resident
from .clock import NEVER, WEEKS_PER_YEAR
from .neighbours import part, temper

OPEN = ("latent", "in the unit", "moving", "waiting", "being served")


def begin(model: Any) -> None:
    """Families at the start have lived here for so long as they would if it had always been so, sixty years at most."""
    rate = model.settings["moving"].rate
    if not model.is_on("moving") or rate == 0.0:
        return
    for home in model.households:
        years = min(-math.log(model.draw(d.RESIDENCE_START, 0, home.number)) / rate, 60.0)
        for r in home.members:
            r.moved_in = -round(years * WEEKS_PER_YEAR)


def moving(model: Any) -> None:
    """Before anything is planned on Sunday, some families have gone."""
    chance = -math.expm1(-model.settings["moving"].rate / WEEKS_PER_YEAR)
    gone: set[Resident] = set()
    for home in model.households:
        if not home.collective and model.draw(d.HOUSEHOLD_MOVES, model.week, home.number) < chance:
            model.note("moves", home.number)
            gone.update(home.members)
            for r in home.members:
                _leave(model, r)
                _arrive(model, r)
    for site in model.sites:
        if site.initiator in gone:
            site.initiator = None
    for issue in model.issues:
        if issue.reporter in gone and issue.state in OPEN:
            issue.reporter = None


def _leave(model: Any, r: Resident) -> None:
    """Office, registration and ties end."""
    if r.heads is not None:
        r.heads.head = r.heads = None
        model.note("head_quits", r.number)
    if r.leads is not None:
        model.note("upper_head_quits", r.number, other=r.leads.role)
        r.leads.head = r.leads = None
    if r.volunteer_since >= 0:
        r.volunteer_since = -1
        model.note("ceases", r.number)
    if r.club is not None:
        clubs.leave(model, r)
    for other, _ in r.known():
        part(model, r, other)


def _arrive(model: Any, r: Resident) -> None:
    """Somebody else of the same age and skill, who has done nothing here."""
    r.newcomer, r.moved_in = True, model.week
    r.takes_part = r.took_part = r.asked = r.on_board = False
    r.place = r.club_meeting = None
    r.last_active = r.rests_until = NEVER
    r.good = r.bad = r.served = r.ignored = r.met_staff = 0
    temper(model, r, model.week + 1)
