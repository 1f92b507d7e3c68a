"""Micro-renovation in five stages, and the upkeep of what was built."""

from __future__ import annotations

import math
from typing import Any

from cocreate_sim.engine.streams import logistic, normal
from cocreate_sim.world import decisions as d
from cocreate_sim.world.issues import BUILDING, COMPOUND, STAIR
from cocreate_sim.world.residents import FREE_RIDER
from cocreate_sim.world.sites import (
    BOOK_HOUSE,
    BUILD,
    EVALUATE,
    IDLE,
    KEPT,
    MANAGE,
    NEGLECTED,
    NO_CONVENER,
    NO_HELPERS,
    NO_MONEY,
    NO_QUORUM,
    NO_SKILL,
    PLAN,
    POND,
    POOR_RATING,
    REJECTED,
    SHARE,
)  # fmt: skip

from .agents import Household, Resident, Site
from .clock import WEEKS_PER_YEAR


def projects(model: Any) -> None:
    """Money is given out, then every project moves on by a week; smaller sites call over larger ones."""
    for household in model.households:
        household.call = None
    for office in model.offices:
        office.budget += office.subdistrict.levers["project_budget"] / WEEKS_PER_YEAR
    _fund(model)
    for scope in (COMPOUND, BUILDING, STAIR):
        for site in model.sites:
            if site.scope == scope:
                _week(model, site)


def _week(model: Any, site: Site) -> None:
    if site.stage == IDLE:
        if site.condition < model.settings["renovation"].idle_below:
            _propose(model, site)
    elif site.stage == PLAN:
        _plan(model, site)
    elif site.stage == BUILD:
        _build(model, site)
    else:
        _use(model, site)


def _enter(model: Any, site: Site, stage: int) -> None:
    site.stage, site.since = stage, model.week
    model.note("enters_stage", site.number, site.project, stage)


def _fail(model: Any, site: Site, reason: int) -> None:
    """A project ends; who started it, and who built of late, lose belonging and trust. The site is idle again."""
    model.note("fails", site.number, site.project, reason, site.stage)
    disappointed = [site.initiator] if site.initiator else []
    if site.stage == BUILD:
        disappointed += [r for r in site.residents if r.last_active >= model.week - 4]
    for resident in disappointed:
        resident.bad += 1
        resident.ignored += 1
    site.stage, site.since = IDLE, model.week


# --- plan -------------------------------------------------------------------------------------------------------------


def _propose(model: Any, site: Site) -> None:
    """A resident, or else staff, may propose to renovate the site; what the project needs is drawn with it."""
    s = model.settings["renovation"]
    if not site.residents:
        return
    u = model.draw4(d.PROPOSAL, model.week, site.number)
    initiator = None
    candidates_per_week = s.initiative / 100.0 * len(site.residents) / WEEKS_PER_YEAR
    if u[0] < 1.0 - math.exp(-candidates_per_week):
        initiator = _initiator(model, site, u[1])
    if initiator is None:
        hazard = s.staff_initiative / WEEKS_PER_YEAR * min(site.community.free_hours / 100.0, 1.0)
        if u[2] >= 1.0 - math.exp(-hazard):
            return
    site.project += 1
    site.initiator, site.by_residents, site.proposed = initiator, initiator is not None, model.week
    site.funded = site.skill_found = False
    site.hours_got, site.corrections, site.support = 0.0, 0, 0.0
    site.brokered, site.space_lent, site.helped = 0.0, False, False
    _needs(model, site)
    model.note("is_proposed", site.number, site.project, initiator.number if initiator else -1, site.hours_needed)
    _enter(model, site, PLAN)


def _initiator(model: Any, site: Site, u: float) -> Resident | None:
    """The resident whose turn it is, if an adult, and attached enough to take the initiative."""
    numbers = [r.number for r in site.residents]  # one of them may be a child or of elsewhere: then it is nobody's turn
    turn = model.resident.get(numbers[0] + int(u * (numbers[-1] - numbers[0] + 1)))
    if turn is None or not turn.adult or turn.household not in site.households:
        return None
    keen = turn.belonging * (0.1 if turn.kind == FREE_RIDER else 1.0)
    return turn if model.draw(d.INITIATOR, model.week, site.number) < keen else None


def _needs(model: Any, site: Site) -> None:
    """Hours, money, helpers, skill, meetings and options: larger sites may need more."""
    s = model.settings["renovation"]
    u = model.draw4(d.PROJECT_SIZE, site.project, site.number)
    w = model.draw4(d.PROJECT_OPTIONS, site.project, site.number)
    size = {STAIR: 0.1, BUILDING: 1.0 / 3.0, COMPOUND: 1.0}[site.scope]
    crowd = {STAIR: 0.2, BUILDING: 0.5, COMPOUND: 1.0}[site.scope]
    most = max(s.hours_high * size, s.hours_low)
    site.hours_needed = s.hours_low * (most / s.hours_low) ** u[0]
    dearest = max(s.money_high * size, s.money_low)
    site.money_needed = s.money_low * (dearest / s.money_low) ** u[1] if s.money_low > 0.0 else 0.0
    helpers = max(int(s.helpers_high * crowd), s.helpers_low)
    site.helpers_needed = s.helpers_low + int(u[2] * (helpers - s.helpers_low + 1))
    site.skill = int(u[3] / s.skilled * 3.0) if u[3] < s.skilled else -1
    site.meetings = s.meetings_low + int(w[0] * (s.meetings_high - s.meetings_low + 1))
    site.options = s.options_low + int(w[1] * (s.options_high - s.options_low + 1))


def _home(site: Site) -> Household:
    """The household from which the project is led."""
    return site.initiator.household if site.initiator else site.households[0]


def _plan(model: Any, site: Site) -> None:
    """A meeting a week, if a head or staff convene it; then the vote."""
    s = model.settings["renovation"]
    if model.week - site.since > s.plan_weeks:
        _fail(model, site, NO_CONVENER)
    elif site.meetings == 0:
        _vote(model, site)
    elif _home(site).has_head or site.community.free_hours >= 1.0:
        site.meetings -= 1
        model.note("meets", site.number, site.project)


def _vote(model: Any, site: Site) -> None:
    """Households vote, unit by unit; common property needs two thirds of all households at once."""
    s = model.settings["renovation"]
    common = model.draw4(d.PROJECT_OPTIONS, site.project, site.number)[2] < s.common_property
    polls: list[list[Household]] = []
    for household in site.households:
        together = polls and (common or household.groups["quorum"] is polls[-1][-1].groups["quorum"])
        polls[-1].append(household) if together else polls.append([household])
    valid_households = 0
    ballots: list[tuple[Resident, int, bool]] = []
    for households in polls:
        cast = [vote for vote in (_ballot(model, site, h) for h in households) if vote is not None]
        share = 2.0 / 3.0 if common else s.quorum
        if len(cast) >= math.ceil(share * len(households) - 1e-9):
            valid_households += len(households)
            ballots += cast
    if 2 * valid_households < len(site.households) or not ballots:
        _fail(model, site, NO_QUORUM)
    elif 2 * sum(favour for _, _, favour in ballots) <= len(ballots):
        _fail(model, site, REJECTED)
    else:
        tally = [sum(option == k for _, option, _ in ballots) for k in range(site.options)]
        winner = tally.index(max(tally))
        built = winner if site.subdistrict.levers["vote_honoured"] else site.options - 1
        for voter, option, favour in ballots:
            if option == built and favour:
                voter.good += 1
                voter.served += 1
            elif option != built and built != winner:  # staff overruled the vote
                voter.bad += 1
                voter.ignored += 1
        site.support = tally[built] / len(ballots)
        _enter(model, site, BUILD)


def _ballot(model: Any, site: Site, household: Household) -> tuple[Resident, int, bool] | None:
    """Who votes for a household, the option and the yes or no; or None when it stays away."""
    s = model.settings["renovation"]
    if not household.members:
        return None
    voter = household.members[0]
    middle = min(max(s.turnout, 1e-12), 1 - 1e-12)
    u = model.draw4(d.VOTE, model.week, household.number, site.number)
    if u[0] >= logistic(math.log(middle / (1 - middle)) + s.turnout_belonging * (voter.belonging - 0.5)):
        return None
    # of the options the first is liked best
    option, favour = int(u[2] ** 1.5 * site.options), u[1] < s.approval
    model.note("votes", household.number, site.number, option, favour)
    return voter, option, favour


# --- build ------------------------------------------------------------------------------------------------------------


def _fund(model: Any) -> None:
    """Subdistricts pay for the projects that they can afford, oldest proposal first."""
    share = 1.0 - model.settings["renovation"].own_money

    def cost(site: Site) -> float:
        return max(site.money_needed * share - site.brokered, 0.0)  # leaders may have found some of it

    while True:
        affordable = [
            site for site in model.sites
            if site.stage == BUILD and not site.funded and cost(site) <= site.subdistrict.budget
        ]  # fmt: skip
        if not affordable:
            return
        site = min(affordable, key=lambda site: site.proposed)
        site.subdistrict.budget -= cost(site)
        site.funded = True
        model.note("is_funded", site.number, site.project, value=cost(site))


def _build(model: Any, site: Site) -> None:
    """Find the skill, call for helpers, finish when the hours are given, or give up."""
    s = model.settings["renovation"]
    if not site.skill_found:
        group = _home(site).groups["critical_mass"]
        own = site.skill < 0 or (group is not None and group.has_skill(site.skill))
        if not own and site.community.skill_members[site.skill] > 0:
            site.skill_found = True
            model.note("finds_group", site.number, site.project, site.skill)
        elif own or model.draw(d.PROPOSAL, model.week, site.number, 1) < s.skill_search:
            site.skill_found = True
            model.note("finds_skill", site.number, site.project)
    if site.hours_got >= site.hours_needed:
        site.condition = 1.0
        _enter(model, site, MANAGE)
    elif model.week - site.since > s.build_weeks:
        _fail(model, site, NO_MONEY if not site.funded else NO_SKILL if not site.skill_found else NO_HELPERS)
    elif site.funded and site.skill_found:
        for household in site.households:
            household.call = site


# --- manage, evaluate, share, keep --------------------------------------------------------------------------------------


def _use(model: Any, site: Site) -> None:
    """Use the facility, rate it, celebrate it; a neglected one fails."""
    s, waited = model.settings["renovation"], model.week - site.since
    if site.condition < s.idle_below:
        if site.stage == KEPT:
            site.stage, site.since = IDLE, model.week
            model.note("falls_idle", site.number)
        else:
            _fail(model, site, NEGLECTED)
    elif site.stage == MANAGE and waited >= s.evaluate_after:
        _enter(model, site, EVALUATE)
    elif site.stage == EVALUATE:
        _evaluate(model, site)
    elif site.stage == SHARE and waited >= s.share_weeks:
        _enter(model, site, KEPT)


def _evaluate(model: Any, site: Site) -> None:
    """Users rate by the condition and by how many wanted what was built; a poor facility may be corrected."""
    s = model.settings["renovation"]
    noise = s.rating_noise * normal(model.draw(d.RATING, model.week, site.number))
    if 0.6 * site.condition + 0.4 * site.support + noise >= s.pass_mark:
        _enter(model, site, SHARE)
        for resident in site.residents:
            resident.good += resident.adult
        for household in site.compound.households:
            household.story = model.week + s.story_weeks
    elif site.corrections < s.corrections:
        site.corrections += 1
        site.hours_got = 0.8 * site.hours_needed
        _enter(model, site, BUILD)
    else:
        _fail(model, site, POOR_RATING)


def upkeep(model: Any) -> None:
    """Keepers do their shifts, then every facility ages by a week."""
    s = model.settings["upkeep"]
    for site in model.sites:
        given = 0.0
        if site.stage >= MANAGE:
            needed = site.hours_needed * (s.upkeep_ratio / (s.life_years * WEEKS_PER_YEAR))
            given = _shifts(model, site, needed)
            decay = s.decay / (s.steward_ratio if given > 0.0 else 1.0)
            gain = s.repair * (min(given / needed, 1.0) if needed > 0.0 else 0.0)
            if decay + gain > 0.0:
                rest = gain / (decay + gain)
                site.condition = rest + (site.condition - rest) * math.exp(-(decay + gain) / WEEKS_PER_YEAR)
            site.upkeep_hours += given
        else:
            site.condition *= math.exp(-s.decay / WEEKS_PER_YEAR)
        site.rota_hours = given
    for compound in model.compounds:
        sites = [site for site in model.sites if site.compound is compound]
        compound.condition = sum(site.condition for site in sites) / max(len(sites), 1)


def _shifts(model: Any, site: Site, needed: float) -> float:
    """Hours that the keepers on the rota give this week."""
    s, given = model.settings["upkeep"], 0.0
    if site.keeper is None:
        keepers = [r for r in site.residents if r.adult and _keeps(r, site, s.by_role)]
    else:
        keepers = sorted(site.keeper.people, key=lambda r: r.number)
    for keeper in keepers[: s.rota_size]:
        if given >= needed:
            break
        if model.draw(d.ROTA, model.week, keeper.number, site.number) < s.shows_up:
            hours = min(s.shift_hours, needed - given)
            given += hours
            keeper.last_active = model.week
            keeper.good += 1
            if model.counting:
                keeper.hours += hours
            model.note("does_shift", keeper.number, site.number, value=hours)
    return given


def _keeps(resident: Resident, site: Site, by_role: bool) -> bool:
    """Party members keep book houses, skilled volunteers ponds, volunteers gardens; without roles volunteers keep all."""
    if by_role and site.kind == BOOK_HOUSE:
        return resident.party
    return resident.volunteer_since >= 0 and (resident.skill >= 0 or not (by_role and site.kind == POND))
