"""Case work is an exact queue: Erlang C, teams that never help each other, Erlang A, Little's law.

Limit: cases arrive in office hours as a Poisson stream, all need the posts, hours are exponential, staff do nothing else, nobody
leaves, cases reach the posts at once, first come first served, no reopening; no patience except under Erlang A. The load is set
by the model's own ``rho_40``: ``rho_40 x 40`` erlangs. Samples are means of 40 stretches of cases, in the order of arrival.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..config import Scenario
from ..model import CoCreateModel
from ..world.clock import DAY, HOUR
from ..world.issues import LAPSED, SERVED, SOLVED, WAITING
from .case import Case, Formula, Planted, Quantity, Start, enough, exact, sampled
from .plant import less_skill, rules
from .reduced import alone, batches, issues, one_building, reduced
from .theory.queues import erlang_a, erlang_c, erlang_c_wait

BURN_IN = 4
OFFICE = {"weeks": 100, "burn_in": BURN_IN}


def line(
    posts: int,
    load: float,
    cases: int,
    *,
    weeks: int,
    burn_in: int = BURN_IN,
    seed: int = 1,
    households: bool = False,
    **changes: Any,
) -> Scenario:
    """Return a scenario whose posts are an M/M/c queue with about ``cases`` cases in ``weeks`` weeks of 40 office hours."""
    hours = load * 40.0 * weeks / cases
    settings = {
        "arrivals.clock": "working", "arrivals.burst_variance": 0.0, "arrivals.condition_effect": 0.0,
        "arrivals.hours_law": "exponential", "arrivals.hours_cv": 0.0, "arrivals.hours_median": hours, "arrivals.rate": 10.0,
        "arrivals.posts_small": 1.0, "arrivals.posts_building": 1.0, "arrivals.posts_compound": 1.0,
        "casework.priorities": False, "casework.patience_days": None, "casework.rereport_chance": 0.0,
        "casework.reopen_chance": 0.0, "casework.rho_40": load / 40.0, "casework.load_by_arrivals": True,
    } | {key.replace("__", "."): value for key, value in changes.items()}  # fmt: skip
    place: dict[str, Any] = (
        {"background": False}
        if households
        else {"subdistrict_households": 100_000, "community_households": 12, "households": 12, "building_min": 12}
    )
    world = one_building(collective_share=0.0, **place)
    return reduced(world, settings, alone("arrivals", "casework"), weeks=weeks, burn_in=burn_in, seed=seed, posts=posts)


def service_hours(model: CoCreateModel) -> float:
    """Mean hours of a case."""
    return float(model.cocreate.uncertainties["arrivals"].hours_median)


def lined_up(model: CoCreateModel) -> np.recarray:
    """Cases that came after the burn-in, in the order in which they joined the line, without the last ones still open."""
    cases = issues(model)
    cases = cases[(cases.pool >= 0) & (cases.born >= model.world.burn_in_weeks * 7 * DAY)]
    cases = cases[np.argsort(cases.born, kind="stable")]
    open_ = np.flatnonzero((cases.state == WAITING) | (cases.state == SERVED))
    done: np.recarray = cases[: open_[0]] if len(open_) else cases
    return done


def mean_wait(model: CoCreateModel) -> np.ndarray:
    """Mean time in line, in mean services, of each stretch of cases."""
    waits: np.ndarray = batches(lined_up(model).waited / HOUR) / service_hours(model)
    return waits


def _erlang_c(start: Start, posts: int, load: float, cases: int, weeks: int, households: bool) -> Iterator[Quantity]:
    chance, wait = erlang_c(posts, load), erlang_c_wait(posts, load)
    model = start(line(posts, load, cases, weeks=weeks, households=households))
    model.run()
    yield sampled("chance to wait", batches(lined_up(model).waited > 0), chance)
    yield sampled("mean wait / mean service", mean_wait(model), wait)


def _teams(start: Start, posts: int, teams: int, load: float, cases: int, weeks: int, burn_in: int) -> Iterator[Quantity]:
    each, rest = divmod(posts, teams)
    enough(rest == 0, f"{posts} posts do not make {teams} equal teams")
    wait = erlang_c_wait(each, load / teams)
    model = start(line(posts, load, cases, weeks=weeks, burn_in=burn_in, casework__teams=teams))
    model.run()
    yield sampled("mean wait / mean service", mean_wait(model), wait)


def _erlang_a(start: Start, posts: int, load: float, theta: float, cases: int, weeks: int) -> Iterator[Quantity]:
    formula = erlang_a(posts, load, theta)
    hours = load * 40.0 * weeks / cases
    model = start(line(posts, load, cases, weeks=weeks, casework__patience_days=hours / theta / 8.0))
    busy = model.run().weekly["utilisation_posts"][BURN_IN:]
    done = lined_up(model)
    enough(set(np.unique(done.state)) <= {SOLVED, LAPSED}, "some cases are still open")
    gave_up, time = batches(done.state == LAPSED), mean_wait(model)
    yield sampled("chance to wait", batches(done.waited > 0), formula.waits)
    yield sampled("share giving up", gave_up, formula.gives_up)
    yield sampled("mean time in line / mean service", time, formula.time)
    yield sampled("busy share of posts", batches(busy, 25), formula.busy)
    yield sampled("share giving up - theta x mean time", gave_up - theta * time, 0.0, scale=formula.gives_up)


def _little(start: Start, posts: int, load: float, patience_days: float | None, teams: int) -> Iterator[Quantity]:
    weeks = 20
    changes: dict[str, Any] = {"casework__patience_days": patience_days, "casework__teams": teams, "casework__reopen_chance": 0.2}
    model = start(line(posts, load, 20_000, weeks=weeks, casework__priorities=True, **changes))
    model.run()
    cases, pools = issues(model), model.world.pools
    now = (weeks + BURN_IN) * 5 * 8 * HOUR
    in_line = cases.state == WAITING
    waited = np.maximum(cases.waited, 0) + np.where(in_line, now - cases.queued, 0)
    area, sojourns = int(pools.area.sum()), int(waited[cases.pool >= 0].sum())
    enough(area > 0, "nobody waited")
    yield exact("case-hours in line, by the two records", area / HOUR, sojourns / HOUR, 0.0)
    yield exact("difference of the records in microseconds", area - sojourns, 0.0, 0.0, scale=1.0)
    yield exact("cases in line at the end", int(pools.waiting.sum()), int(in_line.sum()), 0.0)


_LIMIT = "Poisson cases in office hours, exponential hours, staff do nothing else, first come first served, no reopening"
_NAMES = {"posts": "number of posts (c)", "load": "offered load in erlangs (a)"}
_LENGTH = {"cases": "cases simulated, about", "weeks": "weeks simulated; more weeks make longer cases"}

QUEUES = (
    Formula(
        name="erlang_c",
        title="One line for all posts (Erlang C)",
        text="P(wait) = C(c, a); mean wait = C(c, a) / (c - a) mean services",
        limit=f"{_LIMIT}; nobody gives up",
        source="B1; Erlang 1917",
        parameters=_NAMES | _LENGTH | {"households": "cases are born in modelled households instead of outside"},
        defaults={"cases": 300_000, "weeks": 100, "households": False},
        measure=_erlang_c,
        cases=(
            Case({"posts": 3, "load": 2.0}, (0.03, 0.10)),
            Case({"posts": 1, "load": 0.5, "cases": 200_000}, (0.02, 0.08)),
            Case({"posts": 1, "load": 0.8}, (0.03, 0.15)),
            Case({"posts": 18, "load": 14.4}, (0.09, 0.22)),
            Case({"posts": 40, "load": 36.0, "cases": 400_000}, (0.12, 0.30)),
            Case({"posts": 3, "load": 2.0, "cases": 60_000, "households": True}, (0.06, 0.15)),
        ),
        planted=Planted("staff need 2 % longer for every case", less_skill(0.02)),
    ),
    Formula(
        name="teams",
        title="Teams that never help each other (the penalty of not pooling)",
        text="each of m teams is M/M/(c/m): mean wait = C(c/m, a/m) / (c/m - a/m) mean services",
        limit=f"{_LIMIT}; nobody gives up; posts split into teams",
        source="B1; Smith and Whitt 1981",
        parameters={"posts": _NAMES["posts"], "teams": "number of teams (m)", "load": _NAMES["load"]}
        | _LENGTH
        | {"burn_in": "weeks before anything is measured"},
        defaults={"posts": 72, "load": 64.8, "cases": 250_000, "weeks": 60, "burn_in": BURN_IN},
        measure=_teams,
        cases=(
            Case({"teams": 18}, 0.15),
            Case({"teams": 2}, 0.25),
            Case({"teams": 4}, 0.20),
            Case({"teams": 8}, 0.20),
            Case({"teams": 72, "burn_in": 40}, 0.15),
        ),
        planted=Planted("staff need 2 % longer for every case", less_skill(0.02)),
    ),
    Formula(
        name="erlang_a",
        title="Reporters who lose patience (Erlang A)",
        text="birth-death chain with death rate min(n, c) + theta (n - c)+; share giving up = theta x mean time in line",
        limit=f"{_LIMIT}; exponential patience, nobody reports again",
        source="B1; Garnett, Mandelbaum and Reiman 2002",
        parameters=_NAMES | {"theta": "rate of giving up per mean service"} | _LENGTH,
        defaults={"cases": 200_000, "weeks": 100},
        measure=_erlang_a,
        cases=(
            Case({"posts": 40, "load": 60.0, "theta": 0.1}, (0.03, 0.03, 0.03, 0.02, 0.03)),
            Case({"posts": 40, "load": 36.0, "theta": 0.1}, (0.3, 0.3, 0.3, 0.02, 0.3)),
            Case({"posts": 40, "load": 44.0, "theta": 0.1}, (0.1, 0.1, 0.1, 0.02, 0.1)),
            Case({"posts": 3, "load": 2.0, "theta": 0.5}, (0.05, 0.05, 0.05, 0.02, 0.05)),
        ),
        planted=Planted("patience is 5 % longer", rules("casework", patience=1.05)),
    ),
    Formula(
        name="little",
        title="Little's law",
        text="case-hours spent in line, added up over the line = added up over the cases, to the microsecond",
        limit="none: it holds in every run; here with priorities, reopening, teams and patience",
        source="B1; Little 1961",
        parameters=_NAMES | {"patience_days": "mean patience in working days, or none", "teams": "number of teams"},
        defaults={"posts": 6, "load": 5.7},
        measure=_little,
        cases=tuple(Case({"patience_days": p, "teams": t}) for p in (None, 2.0) for t in (1, 3)),
        planted=Planted(
            "one microsecond of waiting is counted that nobody waited", lambda model: np.add.at(model.world.pools.area, 0, 1)
        ),
    ),
)
