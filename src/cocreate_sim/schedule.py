"""The order of a tick: the one table in which mechanisms are registered; `cocreate schedule` prints it.

Daily mechanisms run every day in this order; weekly ones run on Sundays, after the daily ones. Ties at one instant
inside case work: completions, then those who give up, then arrivals, each by permanent identity (household id, k).
Issues in a unit are worked on in the order in which they came there; projects in the order of site ids; residents
step forward, meet and are counted in the order of their ids.
"""

from __future__ import annotations

from .mechanism import Mechanism
from .mechanisms.arrivals import Arrivals
from .mechanisms.belonging import Belonging
from .mechanisms.casework import CaseWork
from .mechanisms.heads import Heads
from .mechanisms.mobilisation import Mobilisation
from .mechanisms.participation import Participation
from .mechanisms.recognition import Recognition
from .mechanisms.renovation import Renovation
from .mechanisms.reporting import Reporting
from .mechanisms.routing import Routing
from .mechanisms.self_resolution import SelfResolution
from .mechanisms.staff_time import StaffTime
from .mechanisms.ties import TieGrowth
from .mechanisms.turnover import Turnover
from .mechanisms.upkeep import Upkeep
from .mechanisms.upper_heads import UpperHeads
from .mechanisms.volunteering import Volunteering

MECHANISMS: tuple[type[Mechanism], ...] = (
    Turnover,
    Arrivals,
    Reporting,
    Routing,
    SelfResolution,
    CaseWork,
    StaffTime,
    Heads,
    UpperHeads,
    Mobilisation,
    Participation,
    Renovation,
    Upkeep,
    Recognition,
    Volunteering,
    TieGrowth,
    Belonging,
)
BY_NAME: dict[str, type[Mechanism]] = {m.name: m for m in MECHANISMS}
