"""Staff: one row per post. The post outlives the person; its (place, number) is permanent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.columns import Columns, table
from .places import Households, Places
from .settings import WorldSettings

COMMUNITY, SUBDISTRICT = 0, 1
TIERS = ("community", "posts")
POST_TYPES = ("worker", "member of the committee", "deputy head", "head")
"""The four posts of the career ladder, from below; the article gives no names and no grades of each."""
FIRST_GRADES = (1, 6, 11, 15)
"""Grade at which each of the four begins: as evenly as eighteen grades go (no evidence)."""
GRADES = 18


POSTS: Columns = {
    "tier": (np.int8, "0 community worker, 1 post of the subdistrict."),
    "place": (np.int32, "Community or subdistrict."),
    "number": (np.int32, "Permanent number within the place."),
    "established": (np.bool_, "The post exists now; a post that does not is neither filled nor vacant."),
    "filled": (np.bool_, "Somebody is in post."),
    "since": (np.int32, "Day on which the present person came, or the last one left."),
    "came": (np.int32, "Day on which the present person entered the service of the district; negative before the start."),
    "skill": (np.float64, "Work done per hour, 1 for an experienced person."),
    "left": (np.bool_, "The person left since the last working day: the case in hand goes back to its line."),
    "burnout": (np.float64, "Burnout of the person, 0 to 1."),
    "hold": (np.float64, "How much the person is held: logarithm by which the hazard of leaving is lower."),
    "grade": (np.int8, "Grade of the community worker on the career ladder, 1 to 18, or 0 without a ladder or a person."),
    "post_type": (np.int8, "Which of the four posts that is: index into POST_TYPES, or -1."),
    "graded": (np.int32, "Day on which the person got the present grade."),
    "serving": (np.int32, "Issue in hand, or -1."),
    "free_at": (np.int64, "Office time at which the case in hand is done."),
    "busy": (np.int64, "Office microseconds spent on cases this week."),
    "present": (np.int64, "Office microseconds of this week in which the post was filled."),
}
"""Posts of all community teams, then of all subdistrict offices; contiguous by place."""


class Offices(NamedTuple):
    """Who works where: the posts of each community and of each subdistrict, and the households behind them."""

    tier: NDArray[np.int8]
    place: NDArray[np.int32]
    first_post: NDArray[np.int32]
    end_post: NDArray[np.int32]
    residents: NDArray[np.float64]
    """Modelled residents."""
    background: NDArray[np.float64]
    """Family households that are not modelled but send cases."""


def people_served(
    settings: WorldSettings, residents: NDArray[np.float64], background: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how many people each office serves, modelled or not; at least one, so that shares of them are defined."""
    persons = settings.persons_per_household / (1 - settings.collective_share)
    return np.maximum(residents + background * persons, 1.0)


def establishment(
    settings: WorldSettings, in_force: np.recarray, residents: NDArray[np.float64], background: NDArray[np.float64],
    community_subdistrict: NDArray[np.int32],
) -> NDArray[np.int64]:  # fmt: skip
    """Return the established posts of each office: communities by their residents, then subdistricts by their lever."""
    communities = len(community_subdistrict)
    served = people_served(settings, residents[:communities], background[:communities])
    rate = in_force.community_workers_per_10k[community_subdistrict]
    workers = np.maximum(np.round(served * rate / 10_000), 1).astype(np.int64)
    return np.concatenate((workers, in_force.posts.astype(np.int64)))


def build_staff(
    settings: WorldSettings, states: Sequence[np.recarray], places: Places, households: Households
) -> tuple[Offices, np.recarray]:
    """Staff each community by its residents and each subdistrict by its posts, as the first of the states has it.

    There is a row for every post that any state has; a post that does not exist yet is not established.
    """
    s = settings
    modelled = (households.end_resident - households.first_resident).astype(np.float64)
    family = (~households.collective).astype(np.float64)
    communities, subdistricts = len(places.compound_community) and s.communities, s.subdistricts
    in_community = np.bincount(households.community, modelled, communities)
    in_subdistrict = np.bincount(households.subdistrict, modelled, subdistricts)

    def outside(owner: NDArray[np.int32], count: int, whole: int) -> NDArray[np.float64]:
        here = np.bincount(owner, family, count)
        missing = max(whole * count - int(here.sum()), 0)
        return np.full(count, missing / count) if s.background else np.zeros(count)

    back_community = outside(households.community, communities, s.community_households)
    back_subdistrict = outside(households.subdistrict, subdistricts, s.subdistrict_households)
    residents = np.concatenate((in_community, in_subdistrict)).astype(np.float64)
    background = np.concatenate((back_community, back_subdistrict))
    each = [establishment(s, state, residents, background, places.community_subdistrict) for state in states]
    counts = np.max(each, axis=0)
    first = np.concatenate(([0], np.cumsum(counts)[:-1]))
    tier = np.repeat([COMMUNITY, SUBDISTRICT], [communities, subdistricts])
    place = np.concatenate((np.arange(communities), np.arange(subdistricts)))
    n = int(counts.sum())
    offices = Offices(
        tier.astype(np.int8), place.astype(np.int32), first.astype(np.int32), (first + counts).astype(np.int32), residents,
        background,
    )  # fmt: skip
    number = np.arange(n) - np.repeat(first, counts)
    established = number < np.repeat(each[0], counts)
    posts = table(
        POSTS, n, tier=np.repeat(tier, counts), place=np.repeat(place, counts), number=number,
        established=established, filled=established, skill=1.0, serving=-1, post_type=-1,
    )  # fmt: skip
    return offices, posts
