"""Leaders of the district and units sent down to communities attend to the hardest projects for some weeks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cocreate_sim.world import decisions as d
from cocreate_sim.world.sites import BUILD

from .agents import Office, Site


@dataclass(eq=False)
class Envoy:
    """One of the projects that a leader attends to at a time, or the unit sent down to a community."""

    number: int
    community: Office | None
    here: float
    """Share of its attention that falls to the modelled households."""
    site: Site | None = None
    until: int = 0

    @property
    def name(self) -> str:
        """For messages."""
        return f"unit of community {self.number}" if self.community else f"project {self.number % 256} of leader {self.number // 256}"

    @property
    def key(self) -> int:
        """Identity of its draws."""
        return (1 << 24) * (self.community is not None) + self.number


def settle(model: Any) -> None:
    """Nobody has been sent down yet."""
    model.envoys = []


def _send(model: Any) -> None:
    """Send down leaders and units, as the levers say."""
    world = model.cocreate.world
    families = [h for h in model.households if not h.collective]
    district = min(len(families) / (14 * world.subdistrict_households), 1.0)
    for leader in range(model.levers.leaders_sent_down):
        for n in range(model.settings["leaders"].projects_at_a_time):
            model.envoys.append(Envoy(leader * 256 + n, None, district))
    if model.levers.sent_down_units:
        for office in model.offices:
            if office.is_community:
                here = sum(h.community is office for h in families)
                model.envoys.append(Envoy(office.place, office, min(here / world.community_households, 1.0)))


def week(model: Any) -> None:
    """Stay, move on, be busy elsewhere, or take up the hardest project in reach; then find what it lacks."""
    if not model.is_on("leaders"):
        return
    if model.week == 0:
        _send(model)
    for envoy in model.envoys:
        if envoy.site is not None and (envoy.until <= model.week or envoy.site.stage != BUILD):
            model.note("moves_on", envoy.site.number, envoy.number, value=envoy.community is not None)
            envoy.site, envoy.until = None, model.week
        if envoy.site is None and envoy.until <= model.week:
            _choose(model, envoy)
        if envoy.site is not None:
            _broker(model, envoy, envoy.site)


def _choose(model: Any, envoy: Envoy) -> None:
    later = model.week + model.settings["leaders"].attention_weeks
    if model.draw(d.LEADER_HERE, model.week, envoy.key) >= envoy.here:
        envoy.until = later
        return
    open_to_it = [
        site for site in model.sites
        if site.stage == BUILD and not site.helped and envoy.community in (None, site.community)
    ]  # fmt: skip
    if open_to_it:
        site = min(open_to_it, key=_ease)
        envoy.site, envoy.until, site.helped = site, later, True
        model.note("takes_up", site.number, envoy.number, site.project, envoy.community is not None)


def _ease(site: Site) -> tuple[float, ...]:
    """The hardest comes first: stuck longest, then lacking more of money and skill, then more hours."""
    lacks = (not site.funded) + (site.skill >= 0 and not site.skill_found)
    return site.since, -lacks, -(site.hours_needed - site.hours_got), site.number


def _broker(model: Any, envoy: Envoy, site: Site) -> None:
    s = model.settings["leaders"]
    u = model.draw4(d.BROKER, model.week, envoy.key, site.number)
    missing = site.money_needed * (1.0 - model.settings["renovation"].own_money) - site.brokered
    if envoy.community is None and not site.funded and missing > 0.0 and u[0] < s.money_chance:
        site.brokered += s.money_share * missing
        model.note("finds_money", site.number, site.project, value=s.money_share * missing)
    if site.skill >= 0 and not site.skill_found and u[1] < s.skill_chance:
        site.skill_found = True
        model.note("finds_partner", site.number, site.project)
    missing_hours = site.hours_needed - site.hours_got
    if not site.space_lent and missing_hours > 0.0 and u[2] < s.space_chance:
        site.space_lent = True
        site.hours_got += s.space_share * missing_hours
        model.note("lends_space", site.number, site.project, value=s.space_share * missing_hours)
