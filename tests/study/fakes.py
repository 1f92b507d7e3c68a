"""Made-up runs for the tests of the study layer: quick, seeded, and able to fail or to be killed on purpose."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from cocreate_sim.study.design import Arm

WEEKS, BURN_IN = 12, 4
CATALOGUE = [
    {"name": n, "label": n.replace("_", " "), "unit": u, "meaning": "made up", "family": "test", "weekly": w, "better": b}
    for n, u, w, b in (
        ("participation_week", "share of residents", True, 1),
        ("wait_posts_mean_days", "working days", False, -1),
        ("backlog", "issues", True, -1),
        ("head_hours", "hours per week", False, 0),
    )
]


@dataclass
class FakeResult:
    """The shape of a run's result."""

    summary: dict[str, float]
    weekly: dict[str, np.ndarray]
    waits: dict[str, np.ndarray]
    projects: dict[str, int]
    realised: dict[str, float] = field(default_factory=dict)
    places: dict[str, np.ndarray] = field(default_factory=dict)


def config_of(posts: int, **extra: Any) -> dict[str, Any]:
    """A composed config with the few sections that the study layer looks at."""
    return {
        "world": {"name": "fake"},
        "levers": {"posts": posts, "partition": "grid", "head_hours": "per_head", "staff_rule": "cases_first"},
        "channels": {},
        "switches": {},
        "uncertainties": {},
        "run": {"weeks": WEEKS, "burn_in_weeks": BURN_IN, "seed": 1},
        **extra,
    }


def arms_of(*posts: int) -> tuple[list[Arm], list[dict[str, Any]]]:
    """One arm per number of posts, compared with the first."""
    names = [f"posts-{p}" for p in posts]
    arms = [
        Arm(n, f"{p} posts", (f"levers.posts={p}",), {"posts": float(p)}, names[0]) for n, p in zip(names, posts, strict=True)
    ]
    return arms, [config_of(p) for p in posts]


def simulate(configs: Sequence[Mapping[str, Any]], task: tuple[int, int]) -> FakeResult:
    """A run whose numbers depend on the seed and a little on the posts."""
    arm, seed = task
    posts = configs[arm]["levers"]["posts"]
    luck = np.random.default_rng(seed)
    world, weeks = luck.normal(), luck.normal(size=WEEKS + BURN_IN)
    own = np.random.default_rng([seed, arm]).normal()
    wait = 5 + world - 0.05 * (posts - 40) + 0.1 * own
    return FakeResult(
        {"participation_week": 0.05 + 0.001 * world, "wait_posts_mean_days": wait, "backlog": 10 * wait, "head_hours": 12.0},
        {"participation_week": 0.05 + 0.001 * weeks, "backlog": 10 * wait + weeks},
        {"posts": np.linspace(0, 3 * wait, 101), "community": np.array([]), "all": np.linspace(0, 2 * wait, 101)},
        {"entered_plan": 3, "finished": 1} | ({"failed_plan_no_quorum": 1} if seed % 2 else {}),
        {"households": 100.0, "rho_40": 0.9},
    )


def simulate_slowly(configs: Sequence[Mapping[str, Any]], task: tuple[int, int]) -> FakeResult:
    """The same, in 0.1 seconds."""
    time.sleep(0.1)
    return simulate(configs, task)


def simulate_with_failures(configs: Sequence[Mapping[str, Any]], task: tuple[int, int]) -> FakeResult:
    """The same, but the second arm fails for seed 2."""
    if task == (1, 2):
        raise ValueError("made-up failure")
    return simulate(configs, task)


def simulate_and_die_once(configs: Sequence[Mapping[str, Any]], task: tuple[int, int]) -> FakeResult:
    """The same, but the worker of one run is killed the first time (a file remembers)."""
    mark = Path(configs[0]["mark"])
    if task == (0, 2) and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return simulate(configs, task)


def simulate_and_always_die(configs: Sequence[Mapping[str, Any]], task: tuple[int, int]) -> FakeResult:
    """The same, but one run always kills its worker."""
    if task == (0, 2):
        os.kill(os.getpid(), signal.SIGKILL)
    return simulate(configs, task)


def threads(configs: Sequence[Mapping[str, Any]], task: tuple[int, int]) -> dict[str, str | None]:
    """What a worker sees of thread limits, and whether it knows the caller's script."""
    import __main__

    return {"numba": os.environ.get("NUMBA_NUM_THREADS"), "script": getattr(__main__, "__file__", None)}


def no_work(configs: Any, task: Any) -> int:
    """Return at once."""
    return 0


def meet(configs: Any, task: Any) -> int:
    """Say which process this is, once two have begun: one that is slow to start must not find everything done."""
    Path(configs, f"{os.getpid()}.here").touch()
    until = time.monotonic() + 60
    while len(list(Path(configs).glob("*.here"))) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    return os.getpid()


def sleep_long(configs: Any, task: Any) -> int:
    """Write the process id where the test finds it, then take a minute."""
    Path(configs, f"{os.getpid()}.pid").touch()
    time.sleep(60)
    return 0


def cannot_be_sent(configs: Any, task: Any) -> Any:
    """Return something that has no pickle."""
    return lambda: task


def simulate_and_hang_once(configs: Sequence[Mapping[str, Any]], task: tuple[int, int]) -> FakeResult:
    """The same, but one run never ends."""
    if task == (0, 2):
        time.sleep(10_000)
    return simulate(configs, task)


def simulate_and_want_memory(configs: Sequence[Mapping[str, Any]], task: tuple[int, int]) -> FakeResult:
    """The same, but one run asks for more memory than any machine has."""
    if task == (0, 2):
        np.ones(10**15)
    return simulate(configs, task)
