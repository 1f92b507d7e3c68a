"""The record of a run: weekly figures as they happen, and the summary over the horizon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..world import counters as c
from ..world.clock import DAY, OPENS, WEEK_DAYS, office_time
from ..world.issues import LATENT, WAITING
from ..world.residents import OLD
from ..world.sites import BUILD, KEPT, MANAGE, REASONS, STAGES
from ..world.staff import COMMUNITY, SUBDISTRICT
from ..world.world import N_ISSUES, World
from . import allies, career, clubs, extended, ladder, moving, skill_groups
from .catalogue import OUTCOMES
from .census import ADULTS, BELONGING, FAMILIES, IN_FAMILIES, KNOW_NOBODY, LED, TIES, TRUST, VOLUNTEERS, take
from .invariants import check
from .measures import gini, ratio, theil, top_share
from .places import ByPlace
from .spread import Spread

if TYPE_CHECKING:
    from ..extensions import Extension

WEEKS_PER_YEAR = 365.0 / 7.0
MONTHS_PER_WEEK = 12.0 / WEEKS_PER_YEAR
TIES_WEEKS = 13
"""Ties are as many as all else together: whether they have two ends is looked up once in a quarter and at the end."""
WEEKLY = tuple(name for name, o in OUTCOMES.items() if o.weekly)


@dataclass
class RunResult:
    """What one run leaves behind: tables of plain numbers."""

    summary: dict[str, float]
    weekly: dict[str, NDArray[np.float64]]
    waits: dict[str, NDArray[np.float64]]
    projects: dict[str, int]
    realised: dict[str, float] = field(default_factory=dict)
    places: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    """Weekly figures by subdistrict, shape (weeks, subdistricts); empty where the world has only one."""


class Record:
    """Reads the world at the end of each week, checks that the books balance, and sums up at the end."""

    def __init__(self, world: World, weeks: int, extensions: Sequence[Extension] = ()) -> None:
        self.weeks, self.extensions = weeks, extensions
        self.weekly = {name: np.full(weeks, np.nan) for name in (*WEEKLY, *extended.names(extensions, True))}
        self.counts = np.zeros((weeks, len(c.NAMES)))
        self.sums = np.zeros(len(c.NAMES))
        self.established = np.zeros(weeks)
        self.places = ByPlace(world, weeks)
        self.spread = Spread(world)
        self.built = world.counts()
        self.census = take(world)

    def week(self, world: World) -> None:
        """Write down the week that ends today, and clear its counters."""
        t = world.week
        n = world.week_counts
        self.counts[t] = n
        self.sums += n
        self.census = now = take(world)
        career.check(world)
        moving.check(world, ties=t % TIES_WEEKS == 0 or t == self.weeks - 1)
        check(world, now, self.sums)
        adults, at_home = (max(now.everybody(who), 1.0) for who in (ADULTS, IN_FAMILIES))
        open_ = int(now.open[:-1].sum())
        posts, offices = world.posts, world.offices
        filled = posts.filled
        self.established[t] = posts.established.sum()
        workers = filled & (posts.tier == COMMUNITY)
        kept = world.sites.stage >= MANAGE
        pay = MONTHS_PER_WEEK * (self._monthly_pay(world, workers) + career.grade_pay(world))
        values = {
            "participation_week": n[c.CAME] / adults,
            "volunteers_registered": now.everybody(VOLUNTEERS) / adults,
            "asked_share": (n[c.ASKED_BY_HEAD] + n[c.ASKED_BY_STAFF]) / adults,
            "issues_born": n[c.BORN], "issues_reported": n[c.REPORTED], "issues_solved": n[c.SOLVED],
            "solved_by_posts": n[c.SOLVED_BY_POSTS], "solved_by_community": n[c.SOLVED_BY_COMMUNITY],
            "solved_in_unit_share": ratio(n[c.SOLVED_IN_UNIT], n[c.SOLVED]),
            "latent_stock": int(now.states[:-1, LATENT].sum()), "backlog": open_,
            "backlog_old_share": ratio(int(now.old.sum()), open_),
            "lapsed_week": n[c.LAPSED], "gave_up_week": n[c.GAVE_UP], "on_time_share": ratio(n[c.ON_TIME], n[c.SOLVED]),
            "reopened_share": ratio(n[c.REOPENED], n[c.SOLVED]), "satisfaction": ratio(n[c.SATISFIED], n[c.SOLVED]),
            "utilisation_posts": world.busy_share[offices.tier == SUBDISTRICT].mean(),
            "utilisation_community": world.busy_share[offices.tier == COMMUNITY].mean(),
            "projects_building": (world.sites.stage == BUILD).sum(), "condition_mean": world.sites.condition.mean(),
            "kept_share": kept.mean(), "ties_per_resident": now.everybody(TIES) / at_home,
            "knows_nobody_share": now.everybody(KNOW_NOBODY) / at_home,
            "belonging_mean": now.everybody(BELONGING) / adults, "trust_mean": now.everybody(TRUST) / adults,
            "mobilisation_hours": n[c.MOBILISATION_HOURS], "supervision_hours": n[c.SUPERVISION_HOURS],
            "events_week": n[c.EVENTS],
            "vacancy_share": 1.0 - filled[posts.established].mean(),
            "burnout_mean": posts.burnout[filled].mean() if filled.any() else 0.0,
            "skill_mean": posts.skill[filled].mean() if filled.any() else np.nan,
            "units_with_head_share": now.homes[LED].sum() / max(now.homes[FAMILIES].sum(), 1.0), "head_hours": n[c.HEAD_HOURS],
            "resident_hours": n[c.RESIDENT_HOURS], "meeting_hours": n[c.MEETING_HOURS], "public_hours": n[c.PAID_HOURS],
            "public_yuan": n[c.YUAN] + pay + n[c.PUBLIC_BILLS], "given_yuan": n[c.GIVEN_YUAN],
            **allies.weekly(world, n), **clubs.weekly(world, n), **skill_groups.weekly(world, n),
            **career.weekly(world), **moving.weekly(world, now), **ladder.weekly(world, n),
        }  # fmt: skip
        values |= extended.week(self.extensions, world)
        self.spread.week(world)
        for name, value in values.items():
            self.weekly[name][t] = value
        self.places.week(world, now)
        n[:] = 0.0

    def _monthly_pay(self, world: World, workers: NDArray[np.bool_]) -> float:
        """Yuan per month for everybody in post, at the pay in force in each subdistrict."""
        p, subdistricts = world.posts, world.settings.subdistricts
        place = np.where(p.tier == COMMUNITY, p.place, world.settings.communities + p.place)
        at = world.office_subdistrict[place]
        at_posts = p.filled & ~workers
        here, there = (np.bincount(at[who], minlength=subdistricts) for who in (workers, at_posts))
        return float((here * world.in_force.pay + there * world.in_force.post_pay).sum())

    def _waits(self, world: World) -> dict[str, NDArray[np.float64]]:
        """Time in line of each case reported within the horizon, in working days, by tier; open ones as far as they waited."""
        i, born = world.issues, int(world.roster.length[N_ISSUES])
        now = int(office_time(np.int64(world.day) * DAY + OPENS, world.office_day))
        start = world.burn_in_weeks * WEEK_DAYS * DAY
        pool = i.pool[:born]
        lined_up = (pool >= 0) & (i.reported[:born] >= start)
        waited = np.maximum(i.waited[:born], 0) + np.where(i.state[:born] == WAITING, now - i.queued[:born], 0)
        days = waited / world.office_day
        at_posts = world.offices.tier[world.pools.office[np.maximum(pool, 0)]] == SUBDISTRICT
        return {"posts": days[lined_up & at_posts], "community": days[lined_up & ~at_posts], "all": days[lined_up]}

    def result(self, world: World) -> RunResult:
        """Sum up the horizon."""
        s = slice(world.burn_in_weeks, self.weeks)
        n = self.counts[s].sum(axis=0)
        weeks = self.weeks - world.burn_in_weeks
        years = weeks / WEEKS_PER_YEAR
        summary: dict[str, float] = {}
        for name in self.weekly:
            values = self.weekly[name][s]
            summary[name] = float(np.nanmean(values)) if np.isfinite(values).any() else float("nan")
        solved = n[c.SOLVED]
        summary |= {
            "solved_in_unit_share": ratio(n[c.SOLVED_IN_UNIT], solved), "on_time_share": ratio(n[c.ON_TIME], solved),
            "reopened_share": ratio(n[c.REOPENED], solved), "satisfaction": ratio(n[c.SATISFIED], solved),
            "total_days_mean": ratio(n[c.TOTAL_DAYS], solved), "handoffs_per_case": ratio(n[c.HANDOFFS], n[c.DISPATCHED]),
            "reported_by_heads_share": ratio(n[c.REPORTED_BY_HEAD], n[c.REPORTED]),
            "came_in_vain_share": ratio(n[c.IN_VAIN], n[c.CAME]),
            "turnout": ratio(n[c.HOUSEHOLDS_VOTING], n[c.HOUSEHOLDS_CALLED]),
            "votes_valid_share": ratio(n[c.VOTES_VALID], n[c.VOTES_HELD]),
            "working_parties_share": ratio(n[c.PARTIES_FORMED], n[c.PARTIES_TRIED]),
            "upkeep_build_ratio": ratio(n[c.UPKEEP_HOURS], n[c.BUILD_HOURS]),
            "leavers_year": n[c.LEAVERS] / self.established[s].mean() / years,
        }  # fmt: skip
        summary |= self._people(world, weeks, years) | self.spread.summary(world) | ladder.summary(world, n)
        for area in (allies, career, clubs, skill_groups):
            summary |= area.summary(world, n, years)
        waits = self._waits(world)
        for name, values in (("wait", waits["all"]), ("wait_posts", waits["posts"]), ("wait_community", waits["community"])):
            summary[f"{name}_mean_days"] = float(values.mean()) if len(values) else float("nan")
        every = waits["all"]
        summary["wait_median_days"], summary["wait_p90_days"] = (
            (float(q) for q in np.quantile(every, (0.5, 0.9))) if len(every) else (float("nan"), float("nan"))
        )
        projects = self._projects(world)
        proposed = n[c.PROPOSED_BY_RESIDENTS] + n[c.PROPOSED_BY_STAFF]
        summary |= {
            "projects_started": proposed / years,
            "projects_finished": n[c.FINISHED] / years,
            "projects_failed": n[c.FAILED] / years,
            "projects_by_residents_share": ratio(n[c.PROPOSED_BY_RESIDENTS], proposed),
            "plan_days": ratio(n[c.PLAN_DAYS], n[c.PLANS_PASSED]),
            "build_days": ratio(n[c.BUILD_DAYS], n[c.BUILT]),
        }
        quantiles = {k: np.quantile(v, np.linspace(0, 1, 101)) if len(v) else v for k, v in waits.items()}
        realised = {
            **self.built,
            "rho_40": world.rho_40,
            "hours_scale": world.hours_scale,
            "arrivals_scale": world.arrivals_scale,
        }
        ordered = {name: float(summary[name]) for name in OUTCOMES}
        ordered |= {name: summary[name] for name in extended.names(self.extensions, True)}
        ordered |= extended.summary(self.extensions, world, weeks)
        return RunResult(ordered, self.weekly, quantiles, projects, realised, self.places.weekly)

    def _people(self, world: World, weeks: int, years: float) -> dict[str, float]:
        """Participation and hours by person, role and place."""
        r = world.residents
        a = r.adult
        active, hours = r.weeks_active[a] / weeks, r.hours[a]

        def among(who: NDArray[np.bool_]) -> float:
            return float(active[who[a]].mean()) if who[a].any() else float("nan")

        def per_adult(groups: NDArray[np.int32], count: int) -> NDArray[np.float64]:
            inside = a & (groups >= 0)
            adults = np.bincount(groups[inside], minlength=count)
            came = np.bincount(groups[inside], r.weeks_active[inside], count)
            return came[adults > 0] / adults[adults > 0]

        units = per_adult(world.units.of_resident, len(world.units.first))
        buildings = per_adult(world.buildings.of_resident, len(world.buildings.first))
        others = among(~r.newcomer)
        return {
            "participation_ever": float((r.weeks_active[a] > 0).mean()), "participation_party": among(r.party),
            "participation_newcomers": among(r.newcomer), "participation_old": among(r.age_band == OLD),
            "newcomer_ratio": ratio(among(r.newcomer), others), "hours_per_resident_year": float(hours.mean()) / years,
            "hours_gini": gini(hours), "hours_top1_share": top_share(hours, 0.01),
            "volunteers_active": float(((r.volunteer_since[a] >= 0) & (r.weeks_active[a] > 0)).mean()),
            "unit_gini_participation": gini(units), "building_gini_participation": gini(buildings),
            "building_theil_participation": theil(buildings), "units": float(len(world.units.first)),
            "unit_size_mean": float(world.units.households.mean()),
        }  # fmt: skip

    def _projects(self, world: World) -> dict[str, int]:
        """Entries of each stage and failures by reason, of the projects proposed within the horizon."""
        events = world.project_events
        table = {f"entered_{STAGES[k]}": int(events[k, 0]) for k in range(1, KEPT)}
        table["finished"] = int(events[KEPT, 0])
        for k in range(1, KEPT):
            for reason, name in enumerate(REASONS):
                if events[k, 1 + reason]:
                    table[f"failed_{STAGES[k]}_{name.replace(' ', '_')}"] = int(events[k, 1 + reason])
        return table
