"""Who and what is in the world: residents, households and posts are Mesa agents; issues and sites are things they act on."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import mesa

from .clock import NEVER

if TYPE_CHECKING:
    from .upper import Seat


@dataclass
class Tie:
    """Two residents who know each other; both hold the same tie."""

    strength: float
    everyday: bool
    """They met in the stairs before the start, and go on meeting there."""


class Resident(mesa.Agent):
    """A person with a permanent number."""

    def __init__(self, model: mesa.Model, number: int, household: Household, traits: dict[str, Any]) -> None:
        super().__init__(model)
        self.number = number
        self.household = household
        self.adult: bool = traits["adult"]
        self.newcomer: bool = traits["newcomer"]
        self.party: bool = traits["party"]
        self.skill: int = traits["skill"]
        self.kind = 0
        self.baseline = 0.0
        self.budget = 1.0
        self.reports_rate = 1.0
        self.belonging = self.belonging_rest = 0.0
        self.trust = 0.5
        self.asked = self.takes_part = self.took_part = False
        self.place: Site | Building | None = None
        """Where they took part last; people meet there."""
        self.last_active = NEVER
        self.weeks_active = 0
        self.hours = 0.0
        self.volunteer_since = -1
        self.willing_to_head = False
        self.heads: Group | None = None
        self.willing_to_lead = False
        self.leads: Seat | None = None
        """The seat above the unit that they hold."""
        self.rests_until = NEVER
        self.on_board = False
        self.moved_in = 0
        self.ties: dict[int, Tie] = {}
        self.interest = -1
        self.talent = False
        self.club: Any = None
        self.club_meeting: Any = None
        self.good = self.bad = self.served = self.ignored = self.met_staff = 0
        """Experiences of the running week: good and bad ones move belonging; served, ignored and met_staff move trust."""

    @property
    def identity(self) -> int:
        """The number by which the log knows them."""
        return self.number

    def known(self) -> list[tuple[Resident, Tie]]:
        """Everybody known, in the order of their numbers."""
        return [(self.model.resident[n], self.ties[n]) for n in sorted(self.ties)]


class Household(mesa.Agent):
    """A home: what the week's activities look like from here."""

    def __init__(self, model: mesa.Model, number: int, collective: bool) -> None:
        super().__init__(model)
        self.number = number
        self.collective = collective
        self.members: list[Resident] = []
        self.compound: Compound
        self.building: Building | None = None
        self.stair: list[Household] = [self]
        self.community: Office
        self.subdistrict: Office
        self.groups: dict[str, Group | None] = {}
        """Channel -> the group that counts for it: the unit, or the building where the channel is off."""
        self.levels: list[Group | None] = []
        """The ladder that an issue climbs, lowest level first."""
        self.seats: list[Seat | None] = []
        """The seat for a head at each of these levels; none at the lowest."""
        self.cover = 0.0
        """Share of the support for the unit head that comes from above."""
        self.heads_above = 0.0
        """Heads above the unit that fall to this household."""
        self.visits = 0.0
        self.has_head = False
        self.sessions = 0.0
        self.head_hours = 0.0
        self.call: Site | None = None
        self.story = -1
        self.next_candidate = 0
        """Number of the next candidate for an issue here, and when it comes."""
        self.next_moment = 0


@dataclass(eq=False)
class Compound:
    """A compound with its family households."""

    households: list[Household]
    condition: float = 0.0
    """Mean condition of its sites."""
    couriers: list[Any] = field(default_factory=list)
    """Those who ride through it, by subdistrict and number."""
    passing: float = 0.0
    """How often they, together, report one issue in the open, per day."""
    unreported: float = 0.0

    def who_passes(self, u: float) -> Any:
        """The courier whose turn it is, by weight."""
        passed = 0.0
        for courier in self.couriers[:-1]:
            passed += courier.weight
            if passed > u * self.passing:
                return courier
        return self.couriers[-1]


@dataclass(eq=False)
class Building:
    """A building with its households."""

    households: list[Household]


@dataclass(eq=False)
class Group:
    """Households that count as one for some channel: a unit or a building."""

    number: int
    households: list[Household]
    head: Resident | None = None
    expected: float = 0.0
    """Smoothed share of adults who came: what members expect of each other."""
    pivotality: float = 0.0
    activity_rate: float = 0.0
    helper_hours: int = 0
    """Microseconds that helpers have left this week."""

    @cached_property
    def residents(self) -> list[Resident]:
        """Everybody who lives in the group."""
        return [r for h in self.households for r in h.members]

    @cached_property
    def adults(self) -> int:
        """Adults who live in the group."""
        return sum(r.adult for r in self.residents)

    def has_skill(self, skill: int) -> bool:
        """True when some adult has the skill."""
        return any(r.skill == skill for r in self.residents)


@dataclass(eq=False)
class Office:
    """The team of a community, or the posts of a subdistrict."""

    number: int
    tier: int
    place: int
    residents: float
    background: float
    """Households outside the world, which send cases to the same office."""
    served: float
    """Everybody who lives there, also in those households."""
    posts: list[Post] = field(default_factory=list)
    subdistrict: Office | None = None
    """The office of the subdistrict in which it lies: its own, for the posts."""
    levers: dict[str, Any] = field(default_factory=dict)
    """Of a subdistrict: the levers in force there."""
    offered: float = 0.0
    """Exogenous cases per week from modelled households."""
    outside: float = 0.0
    """The same from households outside the world."""
    burst: float = 1.0
    share: float = 1.0
    """Share of time that administration and unit heads leave."""
    speed: float = 1.0
    busy_share: float = 0.0
    free_hours: float = 0.0
    support: float = 1.0
    asked_by_staff: float = 0.0
    skill_members: list[int] = field(default_factory=list)
    """Volunteers in the group for each skill."""
    skill_hours: list[int] = field(default_factory=list)
    """Microseconds that these have left this week."""
    budget: float = 0.0
    next_case: int = 0
    next_moment: int = 0

    @property
    def is_community(self) -> bool:
        """True for community workers, False for posts of a subdistrict."""
        return self.tier == 0


class Post(mesa.Agent):
    """A post and the person in it."""

    def __init__(self, model: mesa.Model, office: Office, number: int) -> None:
        super().__init__(model)
        self.office = office
        self.number = number
        self.established = self.filled = True
        self.since = 0
        self.came = 0
        """When the person entered the service of the district."""
        self.skill = 1.0
        self.grade = 0
        """On the career ladder, 1 to 18; 0 for a post that is not on it."""
        self.post_type = -1
        self.graded = 0
        self.hold = 0.0
        self.burnout = 0.0
        self.left = False
        """The person left since the last working day."""
        self.case: Issue | None = None
        self.started = 0
        self.done_at = 0
        self.busy = 0
        self.present = 0


@dataclass(eq=False)
class Team:
    """Posts that share their lines: one line per class of priority, first come first served."""

    office: Office
    posts: list[Post]
    lines: list[list[Issue]] = field(default_factory=lambda: [[], [], []])


@dataclass(eq=False)
class Issue:
    """Something to be solved; latent until somebody reports it."""

    a: int
    """With ``b`` its permanent name: its household and the how-manieth candidate there (or the office and case outside the world)."""
    b: int
    household: Household | None
    office: Office
    born: int
    """Instants are microseconds since the first midnight; ``queued`` and ``gives_up`` count office time only."""
    scope: int = 0
    touches: list[Household] = field(default_factory=list)
    priority: int = 0
    needs_posts: bool = False
    skill: int = -1
    hours: float = 0.0
    state: str = "latent"
    reported: int = 0
    reporter: Resident | None = None
    by: int = 0
    """Reported by a resident (0), as a head on a round (1), or by a courier (2)."""
    due: int = 0
    """When it arrives where it was sent to."""
    target: Office | None = None
    level: int = 0
    """Level of the ladder whose head it was sent to; 0 is the unit."""
    handoffs: int = 0
    attempts: int = 0
    team: Team | None = None
    queued: int = 0
    gives_up: int = 0
    work: int = -1
    """Work that is left; -1 until somebody begins."""
    waited: int = -1
    """From the queue to the first service; -1 until then."""
    solved: int = 0
    reopened: int = 0
    escalated: bool = False
    in_unit: bool = False

    @property
    def modelled(self) -> bool:
        """False for a case of a household outside the world."""
        return self.household is not None


@dataclass(eq=False)
class Site:
    """A place for a micro-renovation, its facility and its present project."""

    number: int
    community: Office
    subdistrict: Office
    compound: Compound
    scope: int
    households: list[Household]
    kind: int
    condition: float = 0.0
    stage: int = 0
    project: int = 0
    since: int = 0
    proposed: int = 0
    by_residents: bool = False
    initiator: Resident | None = None
    meetings: int = 0
    options: int = 0
    support: float = 0.0
    hours_needed: float = 0.0
    hours_got: float = 0.0
    money_needed: float = 0.0
    funded: bool = False
    helpers_needed: int = 0
    skill: int = -1
    skill_found: bool = False
    corrections: int = 0
    brokered: float = 0.0
    space_lent: bool = False
    helped: bool = False
    rota_hours: float = 0.0
    build_hours: float = 0.0
    upkeep_hours: float = 0.0
    keeper: Any = None
    """The club that keeps it, or None for a rota of its users."""
    balance: float = 0.0

    @cached_property
    def residents(self) -> list[Resident]:
        """Everybody who uses the site."""
        return [r for h in self.households for r in h.members]
