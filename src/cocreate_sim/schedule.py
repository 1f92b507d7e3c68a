"""The order of a tick: the one table in which mechanisms are registered; `cocreate schedule` prints it.

Daily mechanisms run every day in this order; the roll-out comes first, on Mondays, and the others take over what it changed
before they act; weekly ones run on Sundays, after the daily ones. Ties at one instant
inside case work: completions, then those who give up, then arrivals, each by permanent identity (household id, k).
Issues in a unit are worked on in the order in which they came there; projects in the order of site ids; residents
step forward, meet and are counted in the order of their ids.
"""

from __future__ import annotations

from .mechanism import Mechanism
from .mechanisms.arrivals import Arrivals
from .mechanisms.belonging import Belonging
from .mechanisms.career import Career
from .mechanisms.casework import CaseWork
from .mechanisms.club_facilities import ClubFacilities
from .mechanisms.clubs import Clubs
from .mechanisms.councils import Councils
from .mechanisms.couriers import Couriers
from .mechanisms.heads import Heads
from .mechanisms.leaders import Leaders
from .mechanisms.mobilisation import Mobilisation
from .mechanisms.moving import Moving
from .mechanisms.participation import Participation
from .mechanisms.recognition import Recognition
from .mechanisms.renovation import Renovation
from .mechanisms.reporting import Reporting
from .mechanisms.rollout import Rollout
from .mechanisms.rounds import RoundsOfHeads
from .mechanisms.routing import Routing
from .mechanisms.self_resolution import SelfResolution
from .mechanisms.skill_groups import SkillGroups
from .mechanisms.staff_time import StaffTime
from .mechanisms.stations import Stations
from .mechanisms.ties import TieGrowth
from .mechanisms.turnover import Turnover
from .mechanisms.upkeep import Upkeep
from .mechanisms.upper_heads import UpperHeads
from .mechanisms.volunteering import Volunteering

MECHANISMS: tuple[type[Mechanism], ...] = (
    Rollout,
    Turnover,
    Career,
    Arrivals,
    Couriers,
    Reporting,
    Routing,
    SelfResolution,
    CaseWork,
    Moving,
    StaffTime,
    Heads,
    RoundsOfHeads,
    UpperHeads,
    Mobilisation,
    Clubs,
    Participation,
    Leaders,
    Renovation,
    Upkeep,
    ClubFacilities,
    Recognition,
    Volunteering,
    SkillGroups,
    Stations,
    Councils,
    TieGrowth,
    Belonging,
)
BY_NAME: dict[str, type[Mechanism]] = {m.name: m for m in MECHANISMS}
