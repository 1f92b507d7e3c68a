"""Careers of staff: length of service, grades, and what the ladder costs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import InvariantError
from ..world import counters as c
from ..world.staff import COMMUNITY, GRADES
from ..world.world import World

DAYS_PER_YEAR = 365.0


def ladder_exists(world: World) -> bool:
    """Return whether community workers have grades."""
    return world.levers.career_ladder and world.switches.get("career", True)


def grade_pay(world: World) -> float:
    """Return what grades add to the pay of all community workers, yuan per month."""
    grade = world.posts.grade
    return float(world.levers.grade_pay * (grade[grade > 0] - 1.0).sum())


def weekly(world: World) -> dict[str, float]:
    """Years of service of the community workers in post, and their mean grade."""
    posts = world.posts
    workers = posts.filled & (posts.tier == COMMUNITY)
    served = (world.day + 1.0 - posts.came[workers]) / DAYS_PER_YEAR
    grades = posts.grade[posts.grade > 0]
    return {
        "tenure_mean": float(served.mean()) if len(served) else float("nan"),
        "grade_mean": float(grades.mean()) if len(grades) else float("nan"),
    }


def summary(world: World, n: NDArray[np.float64], years: float) -> dict[str, float]:
    """Rises and moves up a year, for each community worker's post; not a number without a ladder."""
    if not ladder_exists(world):
        return {"rises_year": float("nan"), "moved_up_year": float("nan")}
    workers = int((world.posts.tier == COMMUNITY).sum())
    return {"rises_year": n[c.RISES] / workers / years, "moved_up_year": n[c.MOVED_UP] / workers / years}


def check(world: World) -> None:
    """Raise InvariantError unless exactly the community workers in post have a grade of the ladder, if there is one."""
    posts = world.posts
    on = (posts.tier == COMMUNITY) & posts.filled & ladder_exists(world)
    if not np.array_equal(on, posts.grade > 0) or posts.grade.max() > GRADES:
        raise InvariantError(f"day {world.day}: grades do not fit the people in post")
