"""Sites: places for a micro-renovation and the project that runs there, through the five stages."""

from __future__ import annotations

import numpy as np

from ..engine.columns import Columns, table
from ..engine.streams import uniforms
from . import decisions
from .issues import BUILDING, COMPOUND, STAIR
from .places import Households, Places
from .settings import FirstSite, WorldSettings

IDLE, PLAN, BUILD, MANAGE, EVALUATE, SHARE, KEPT = range(7)
STAGES = ("idle", "plan", "build", "manage", "evaluate", "share", "kept")
"""The five stages 共謀, 共建, 共管, 共評, 共享 (S63) between an idle site and a kept facility."""
GARDEN, POND, BOOK_HOUSE, GYM, CANTEEN = range(5)
KINDS = ("garden", "pond", "book house", "gym", "canteen")
"""The first three are built in every world; nothing makes a gym or a canteen yet."""
REASONS = (
    "no convener", "no quorum", "rejected", "no money", "no helpers", "no skill", "neglected", "poor rating", "no funds",
)  # fmt: skip
NO_CONVENER, NO_QUORUM, REJECTED, NO_MONEY, NO_HELPERS, NO_SKILL, NEGLECTED, POOR_RATING, NO_FUNDS = range(9)
SCOPE_SHARES = ((STAIR, 0.25), (BUILDING, 0.40), (COMPOUND, 0.35))
"""Prior (no evidence): where sites lie; fixed before any unit size was looked at."""


SITES: Columns = {
    "id": (np.int64, "Permanent id: number in the built world."),
    "office": (np.int32, "Community office."),
    "subdistrict": (np.int32, "Subdistrict."),
    "scope": (np.int8, "Reach: index into SCOPES."),
    "first": (np.int32, "First household row that uses it."),
    "end": (np.int32, "Row after the last household that uses it."),
    "first_resident": (np.int32, "First resident row that uses it."),
    "end_resident": (np.int32, "Row after the last resident that uses it."),
    "kind": (np.int8, "Garden, pond, book house, gym or canteen: index into KINDS."),
    "condition": (np.float64, "Condition of the facility, 0 to 1."),
    "stage": (np.int8, "Index into STAGES."),
    "number": (np.int32, "How many projects were proposed here: part of the key of project draws."),
    "since": (np.int32, "Week in which the present stage began."),
    "proposed": (np.int32, "Week of the present proposal."),
    "by_residents": (np.bool_, "Proposed by residents, not by staff."),
    "initiator": (np.int32, "Resident who proposed it, or -1."),
    "meetings": (np.int16, "Meetings still to hold."),
    "options": (np.int8, "Options put to the vote."),
    "support": (np.float64, "Share of the valid votes for the option that is built."),
    "hours_needed": (np.float64, "Person-hours to build it."),
    "hours_got": (np.float64, "Person-hours given so far, or saved by a partner's idle space."),
    "money_needed": (np.float64, "Cost, yuan."),
    "funded": (np.bool_, "The money is there."),
    "helpers_needed": (np.int32, "Helpers that a working day needs."),
    "skill": (np.int8, "Skill it needs: index into SKILLS, or -1."),
    "skill_found": (np.bool_, "Somebody with the skill is there."),
    "corrections": (np.int8, "How often it was corrected after a poor rating."),
    "brokered": (np.float64, "Money that leaders found for it, yuan."),
    "space_lent": (np.bool_, "A partner lent an idle space."),
    "helped": (np.bool_, "A leader or sent-down unit attended to it."),
    "rota_hours": (np.float64, "Hours given by keepers last week."),
    "build_hours": (np.float64, "Hours of building over its life."),
    "upkeep_hours": (np.float64, "Hours of upkeep over its life."),
    "keeper": (np.int32, "Club that keeps it, or -1 for the rota of those who use it."),
    "balance": (np.float64, "What the club has left of the fees for it, yuan; below 0 it owes."),
}
"""One row per site with its facility and its present project."""


def build_sites(settings: WorldSettings, seed: int, places: Places, households: Households) -> np.recarray:
    """Place sites in every compound; each starts idle, as the pond of 2005 did (S02)."""
    size = places.compounds.size
    count = np.maximum(np.round(size / settings.households_per_site).astype(np.int64), 1)
    if settings.listed:
        count = np.array([n if row.sites is None else row.sites for row, n in zip(settings.listed, count, strict=True)])
    n = int(count.sum())
    compound = np.repeat(np.arange(len(count)), count)
    ids = np.arange(n, dtype=np.int64)
    scope_u, place_u = uniforms(seed, decisions.SITE, ids), uniforms(seed, decisions.SITE, ids, b=1)
    kind_u = uniforms(seed, decisions.SITE, ids, b=2)
    bounds = np.cumsum([share for _, share in SCOPE_SHARES])
    scope = np.array([code for code, _ in SCOPE_SHARES])[np.searchsorted(bounds[:-1], scope_u)]
    kind = (kind_u * 3).astype(np.int8)
    if settings.first_site is not FirstSite.ANY:
        scope[0], kind[0] = COMPOUND, KINDS.index(settings.first_site.value.replace("_", " "))
    home = places.compounds.first[compound] + (place_u * size[compound]).astype(np.int64)  # a household beside the site
    building = households.building[home]
    first = np.where(scope == STAIR, households.stair_first[home],
                     np.where(scope == BUILDING, places.buildings.first[building], places.compounds.first[compound]))  # fmt: skip
    end = np.where(scope == STAIR, households.stair_end[home],
                   np.where(scope == BUILDING, places.buildings.end[building], places.compounds.end[compound]))  # fmt: skip
    return table(
        SITES, n, id=ids, office=households.community[home], subdistrict=households.subdistrict[home], scope=scope, first=first,
        end=end, first_resident=households.first_resident[first], end_resident=households.end_resident[end - 1],
        kind=kind, keeper=-1,
    )  # fmt: skip
