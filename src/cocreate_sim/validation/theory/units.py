"""Units and staff: leaders, quorums, majorities, the cheapest size, hours left, burnout."""

from __future__ import annotations

import math

from .defined import chance, positive, refuse, whole
from .participation import at_least
from .slow import WEEKS_PER_YEAR


def leader_supply(willing: float, adults: int) -> float:
    """Chance that at least one of the adults is willing to head the unit: 1 - (1 - q)^adults."""
    chance(willing=willing)
    return float(1.0 - (1.0 - willing) ** adults)


def quorum(size: int, turnout: float, share: float = 2.0 / 3.0) -> float:
    """Chance that at least ``share`` of the households vote; votes are whole, so ceil(share n) are needed."""
    whole(size=size)
    return at_least(math.ceil(share * size - 1e-9), size, turnout)


def majority(voters: int, competence: float) -> float:
    """Condorcet: chance that more than half of the voters are right."""
    whole(voters=voters)
    return at_least(voters // 2 + 1, voters, competence)


def cost_per_household(size: int, per_head: float, kappa: float) -> float:
    """Staff time for the unit's head, and talk in pairs, per household: t / n + kappa (n - 1) / 2."""
    whole(size=size)
    return per_head / size + kappa * (size - 1) / 2.0


def best_size(ratio: float) -> float:
    """The unit size at which costs alone are least: sqrt(2 t / kappa)."""
    refuse(
        not 0.0 < ratio < math.inf,
        f"ratio = {ratio:g} must be above 0 and finite: if only heads, or only talk, cost time, an extreme is cheapest",
    )
    return math.sqrt(2.0 * ratio)


def burnout(build_up: float, recovery: float) -> float:
    """Burnout at rest under full load: both in months; recovery / (recovery + build-up)."""
    positive(build_up=build_up, recovery=recovery)
    return recovery / (recovery + build_up)


def free_hours(posts: int, paid: float, admin: float, offered: float) -> float:
    """Hours a week left for residents when cases come first: S H (1 - a) - offered hours."""
    whole(posts=posts)
    chance(admin=admin)
    left = posts * paid * (1.0 - admin) - offered
    refuse(
        left <= 0.0,
        f"{offered:g} offered hours are not below the {posts * paid * (1.0 - admin):g} hours that {posts} posts have: cases take "
        "all of them, backlogs grow for ever, and hours left have no steady value",
    )
    return left


def head_vacancy(adults: int, quits: float, step_forward_weeks: float) -> float:
    """Share of weeks without a head: a weekly race of ``quits`` a year against the first of the adults to step forward.

    A head who quits on a Sunday may be replaced on the same one, by the others of the unit or by themselves.
    """
    whole(adults=adults)
    positive(quits=quits, step_forward_weeks=step_forward_weeks)
    leaves, found = -math.expm1(-quits / WEEKS_PER_YEAR), -math.expm1(-adults / step_forward_weeks)
    return leaves * (1.0 - found) / (leaves * (1.0 - found) + found)
