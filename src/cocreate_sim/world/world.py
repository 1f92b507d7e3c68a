"""The world: state only. Mechanisms read and write it; they never meet anywhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.columns import table
from . import counters
from .clock import HOUR, WEEK_DAYS
from .clubs import build_clubs
from .couriers import build_couriers, build_rides
from .events import empty_log
from .issues import SCOPES, empty_issues, grown
from .leaders import build_envoys
from .levers import Channels, Levers, parse_rule
from .lines import Pools, build_pools
from .organisations import NEEDS, build_towers
from .partition import Groups, Regrouping, group, ladder_by_place, regrouping
from .places import Households, Places
from .residents import SKILLS, Residents
from .seats import Above, build_above, roles_of
from .settings import WorldSettings
from .sites import REASONS, STAGES
from .staff import COMMUNITY, Offices
from .stations import build_stations
from .ties import Ties
from .timeline import Timeline


class Roster(NamedTuple):
    """Rows of the issues that are latent, in their unit, or on their way, in the order in which they came there."""

    latent: NDArray[np.int32]
    in_unit: NDArray[np.int32]
    moving: NDArray[np.int32]
    length: NDArray[np.int64]
    """Lengths of the three lists, then the number of issues ever born."""


N_LATENT, N_IN_UNIT, N_MOVING, N_ISSUES = range(4)


class Neighbourhood(NamedTuple):
    """What this week's activities look like from each household, written weekly by heads, mobilisation and renovation."""

    visits: NDArray[np.float64]
    """Visits of the head per week."""
    has_head: NDArray[np.bool_]
    sessions: NDArray[np.float64]
    """Meetings that the head holds per week."""
    call: NDArray[np.int32]
    """Site that calls for helpers, or -1."""
    story: NDArray[np.int32]
    """Last week in which a finished project nearby is talked about."""


class Feelings(NamedTuple):
    """Good and bad experiences of each resident since last week; belonging and trust digest them."""

    good: NDArray[np.int16]
    bad: NDArray[np.int16]
    served: NDArray[np.int16]
    """Reports that were solved in time."""
    ignored: NDArray[np.int16]
    """Reports that were not."""
    met_staff: NDArray[np.int16]
    """Meetings of a club to which staff came too."""


@dataclass
class World:
    """Everything there is, in columns, and the day it is."""

    settings: WorldSettings
    levers: Levers
    channels: Channels
    seed: int
    places: Places
    households: Households
    residents: Residents
    units: Groups
    buildings: Groups
    ladder: tuple[Groups, ...]
    reference_ladder: tuple[Groups, ...]
    offices: Offices
    posts: np.recarray
    sites: np.recarray
    ties: Ties
    in_force: np.recarray
    """The levers in force in each subdistrict: see `in_force.py`."""
    timeline: Timeline = ()
    """Changes of levers to come."""
    uncertainties: Mapping[str, Any] = field(default_factory=dict)
    switches: Mapping[str, bool] = field(default_factory=dict)
    day: int = 0
    burn_in_weeks: int = 0

    def __post_init__(self) -> None:
        homes, people, offices = len(self.households.id), len(self.residents.id), len(self.offices.tier)
        capacity = max(1024, homes // 8)
        self.issues = empty_issues(capacity)
        latent, in_unit, moving = (np.zeros(capacity, np.int32) for _ in range(3))
        self.roster = Roster(latent, in_unit, moving, np.zeros(4, np.int64))
        self.first_staff = int(self.posts.filled.sum())
        """People in post at the start."""
        self.week_counts = np.zeros(len(counters.NAMES))
        self.log = empty_log()
        """Discrete decisions of the running day, when somebody listens."""
        self.neighbourhood = Neighbourhood(
            np.zeros(homes), np.zeros(homes, np.bool_), np.zeros(homes), np.full(homes, -1, np.int32),
            np.full(homes, -1, np.int32),
        )  # fmt: skip
        self.feelings = Feelings(*(np.zeros(people, np.int16) for _ in range(5)))
        self.clubs = build_clubs(self.settings.communities)
        self.speed = np.ones(offices)
        """Share of office time that each office's staff can give to cases."""
        self.busy_share = np.zeros(offices)
        """Share of last week's office time spent on cases, by office."""
        self.free_hours = np.zeros(offices)
        """Staff hours left for mobilisation last week, by office."""
        self.support = np.ones(offices)
        """Share of the hours for unit heads that staff could find, by office."""
        self.asked_by_staff = np.zeros(offices)
        """Chance that a resident of the office is asked by staff this week."""
        self.broadcast = np.zeros(self.settings.subdistricts)
        """Chance that a resident hears of an activity through the building's chat group, by subdistrict."""
        self.board_effect = np.zeros(self.settings.subdistricts)
        """Worth of the red board to a resident whom the whole unit knows, by subdistrict."""
        self.office_subdistrict = np.concatenate(
            (self.places.community_subdistrict, np.arange(self.settings.subdistricts, dtype=np.int32))
        )
        """Subdistrict in which each office lies."""
        self.levers_changed = False
        """Set by the roll-out when mechanisms have to look at `in_force` again."""
        self.regrouped: Regrouping | None = None
        """Set by the roll-out when units have been redrawn."""
        self.condition = np.zeros(len(self.places.compounds.first))
        """Mean condition of the sites of each compound."""
        self.unit_hours = np.zeros(len(self.group("pooling").first), np.int64)
        """Helpers' microseconds left this week, by group of the pooling channel."""
        self.skill_members = np.zeros((self.settings.communities, len(SKILLS)), np.int64)
        """Volunteers in the group of each community for each skill."""
        self.skill_hours = np.zeros((self.settings.communities, len(SKILLS)), np.int64)
        """Microseconds that these groups have left this week."""
        self.skill_share = 0.0
        """Share of the helping hours of volunteers with a skill that goes to their group; the rest stays with their unit."""
        self.head = np.full(len(self.group("leader_supply").first), -1, np.int32)
        """Resident who heads each group of the leader supply channel, or -1."""
        self.head_week_hours = np.zeros(homes)
        """Part of the weekly hours of its head that falls to each household."""
        self.budget = np.zeros(self.settings.subdistricts)
        """Yuan left for micro-renovations, by subdistrict."""
        self.project_events = np.zeros((len(STAGES), 1 + len(REASONS)), np.int64)
        """Projects proposed after burn-in that entered each stage (first column) or failed in it, by reason."""
        self.offered_cases = np.zeros(offices)
        """Exogenous cases per week of modelled households that reach each office, before any scaling."""
        self.background_cases = np.zeros(offices)
        """The same of households outside the world."""
        self.report_chance = np.ones((homes, len(SCOPES)))
        """Chance that an issue is reported before it lapses, at neutral trust: (households, scopes)."""
        self.hours_scale = 1.0
        self.arrivals_scale = 1.0
        self.rho_40 = 0.0
        """Exogenous load of the posts under 40 posts."""
        self.pools: Pools = build_pools(self.offices, 1)
        """Lines of waiting cases; case work sets them up by teams."""
        self.office_day = 8 * HOUR
        """Microseconds that offices are open on a working day."""
        self.extra: dict[str, Any] = {}
        """State of extensions, by their name."""
        self.activity_rate = np.zeros(len(self.group("coordination").first))
        """Smoothed share of adults who come to activities, by group of the coordination channel."""
        self.couriers = build_couriers(self.settings, self.seed, self.places, self.households)
        self.rides = build_rides(self.couriers, self.places)
        self.envoys = build_envoys(Levers(), 0, 1)
        """Leaders and units sent down; empty until the mechanism sends them."""
        self.towers = build_towers(self.settings, self.seed)
        self.needs = table(NEEDS, self.settings.communities)
        """What each community lacks and has been lent."""
        self.stations = build_stations(self.places)
        self.footfall = 1.0
        """Visits to the host of an open station against before: told, and read by nothing."""
        self.above = self._seats()
        """Levels above the unit and their heads: no seats where the lever says so."""

    @property
    def seed_word(self) -> np.uint64:
        """The seed as the key of the random streams."""
        return np.uint64(self.seed)

    @property
    def week(self) -> int:
        """Weeks since the start of the run, burn-in included."""
        return self.day // WEEK_DAYS

    @property
    def counting(self) -> bool:
        """True after burn-in, when outcomes of the horizon are collected."""
        return self.week >= self.burn_in_weeks

    def group(self, channel: str) -> Groups:
        """Return units where a channel is on, buildings where it is off: the only way in which unit size reaches a rule."""
        return self.units if getattr(self.channels, channel) else self.buildings

    def climb(self) -> tuple[Groups, ...]:
        """Return the levels that an issue climbs below the community."""
        return self.ladder if self.channels.scope else self.reference_ladder

    def _seats(self) -> Above:
        nested = self.channels.scope and parse_rule(self.levers.partition).kind == "nested"
        return build_above(self.climb(), roles_of(self.climb(), self.buildings, nested), self.levers.upper_heads)

    def redraw_units(self) -> None:
        """Draw units anew by the partitions in force; mechanisms that hold state per unit are to follow (`regrouped`)."""
        spans = ladder_by_place(self.in_force["partition"], self.places, self.households)
        self.ladder = tuple(group(level, self.households, self.residents) for level in spans)
        self.regrouped = regrouping(self.units, self.ladder[0])
        self.units = self.ladder[0]
        self.above = self._seats()

    def grow_issues(self) -> None:
        """Double the room for issues."""
        capacity = 2 * len(self.issues)
        self.issues = grown(self.issues, capacity)
        r = self.roster
        latent, in_unit, moving = (np.concatenate((old, np.zeros_like(old))) for old in (r.latent, r.in_unit, r.moving))
        self.roster = Roster(latent, in_unit, moving, r.length)

    def counts(self) -> dict[str, float]:
        """Count what was built: places, people and posts."""
        s, people = self.settings, self.residents
        family = ~self.households.collective
        households, residents = int(family.sum()), len(people.id)
        in_families = int(family[people.household].sum())
        established = self.posts.established
        workers = int((established & (self.posts.tier == COMMUNITY)).sum())
        units, grids, compounds = len(self.units.first), len(self.places.grids.first), len(self.places.compounds.first)
        outside = self.offices.background * s.persons_per_household / (1 - s.collective_share)
        served = residents + float(outside[self.offices.tier == COMMUNITY].sum())
        return {
            "subdistricts": s.subdistricts,
            "communities": s.communities,
            "compounds": compounds,
            "buildings": len(self.places.buildings.first),
            "grids": grids,
            "units": units,
            "mean_unit_size": households / units,
            "largest_compound": int(self.places.compounds.size.max()),
            "households": households,
            "collective_households": int((~family).sum()),
            "residents": residents,
            "collective_residents": residents - in_families,
            "adults": int(people.adult.sum()),
            "party_members": int(people.party.sum()),
            "newcomers": int(people.newcomer.sum()),
            "posts": int(established.sum()) - workers,
            "community_workers": workers,
            "sites": len(self.sites),
            "couriers": len(self.couriers),
            "towers": len(self.towers),
            "residents_per_household": in_families / households,
            "households_per_compound": households / compounds,
            "households_per_grid": households / grids,
            "residents_per_grid": residents / grids,
            "units_per_grid": units / grids,
            "grids_per_compound": grids / compounds,
            "community_workers_per_10k": workers / served * 10_000,
            "background_households": float(self.offices.background[self.offices.tier != COMMUNITY].sum()),
        }
