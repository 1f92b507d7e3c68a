"""Synthetic study folders for the figures' tests: made-up numbers in the shape of a real study, never results of the model."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cocreate_sim.analysis.parts import SCHEMA

COMMAND = "cocreate compare experiment=SYNTHETIC replicates={n}  # made-up numbers for tests"

OUTCOMES: dict[str, tuple[str, str, int]] = {
    "participation_week": ("Residents active in a week", "share of residents", 1),
    "participation_ever": ("Residents active at least once", "share of residents", 1),
    "hours_per_resident_year": ("Hours given per resident", "hours per year", 1),
    "volunteers_active": ("Active volunteers", "persons", 1),
    "issues_solved": ("Issues solved", "issues per week", 1),
    "backlog": ("Open issues", "issues", -1),
    "wait_mean_days": ("Mean waiting, all staff cases", "working days", -1),
    "wait_posts_mean_days": ("Mean waiting, cases of the posts", "working days", -1),
    "wait_community_mean_days": ("Mean waiting, cases of community workers", "working days", -1),
    "total_days_mean": ("From report to solution", "calendar days", -1),
    "on_time_share": ("Solved within 72 hours", "share of issues", 1),
    "solved_in_unit_share": ("Issues solved inside the unit", "share of issues", 1),
    "mobilisation_hours": ("Staff hours for mobilisation", "hours per week", 1),
    "projects_finished": ("Micro-renovations finished", "projects", 1),
    "ties_per_resident": ("Ties per resident", "ties", 1),
    "belonging_mean": ("Belonging", "index 0 to 1", 1),
    "trust_mean": ("Trust in staff", "index 0 to 1", 1),
    "hours_gini": ("Inequality of hours given (Gini)", "index 0 to 1", -1),
    "public_hours": ("Public hours spent", "hours per week", 0),
}
WEEKLY = ("participation_week", "issues_solved", "backlog", "wait_mean_days", "mobilisation_hours", "belonging_mean")
REASONS = (
    ("plan", "no_quorum", 0.14), ("plan", "vote_lost", 0.08), ("build", "too_few_helpers", 0.15), ("build", "no_money", 0.07),
    ("build", "deadline_missed", 0.04), ("manage", "no_keeper", 0.12), ("evaluate", "poor_rating", 0.05),
)


@dataclass(frozen=True)
class SyntheticArm:
    """One made-up arm: what it is called, its factors, and how it moves the made-up outcomes."""

    name: str
    label: str
    factors: dict[str, Any] = field(default_factory=dict)
    reference: str = ""
    posts: float = 40.0
    load: float = 0.9
    size: float = 300.0
    equal_hours: bool = False
    protected: bool = False
    success: float = 1.0


def policies() -> list[SyntheticArm]:
    """Five named policies."""
    return [
        SyntheticArm(name, label, {"policy": name}, "before_2022", posts, size=size, success=success)
        for name, label, posts, size, success in (
            ("before_2022", "Before 2022", 40, 300, 1.0),
            ("posts_72", "72 posts", 72, 300, 1.0),
            ("small_units", "Units of 10 to 20", 40, 15, 1.15),
            ("nested_units", "Nested units", 40, 25, 1.1),
            ("wuchang_2024", "All measures of 2024", 72, 15, 1.35),
        )
    ]


def staffing(loads: Sequence[float] = (0.5, 0.65, 0.8, 0.95, 1.1), posts: Sequence[int] = (40, 56, 72)) -> list[SyntheticArm]:
    """Posts by load by staff rule."""
    return [
        SyntheticArm(
            f"posts={p},rho_40={load},staff_rule={rule}", f"posts={p}, rho_40={load}, staff_rule={rule}",
            {"posts": p, "rho_40": load, "staff_rule": rule}, f"posts={posts[0]},rho_40={load},staff_rule={rule}",
            posts=p, load=load, protected=rule == "protected",
        )
        for rule in ("cases_first", "protected") for load in loads for p in posts
    ]


def unit_sizes(sizes: Sequence[Any] = (5, 10, 15, 20, 25, 50, 100, 300, "nested", "grid")) -> list[SyntheticArm]:
    """Unit sizes by the rule on heads' hours; nested units and grids stand beside the numbers."""
    realised = {"10-20": 14.6, "nested": 24.2, "grid": 308.0}
    return [
        SyntheticArm(
            f"unit_size={size},head_hours={rule}", f"unit_size={size}, head_hours={rule}",
            {"unit_size": size, "head_hours": rule},
            f"unit_size={sizes[-1]},head_hours={rule}",
            size=realised.get(size, 0.97 * float(size) if not isinstance(size, str) else 0.0), equal_hours=rule == "equal_total",
        )
        for rule in ("per_head", "equal_total") for size in sizes
    ]


def write(folder: Path, arms: Sequence[SyntheticArm], replicates: int = 20, weeks: int = 104, drop: Sequence[str] = ()) -> Path:
    """Write a whole synthetic study; ``drop`` names outcomes that it shall not have."""
    folder.mkdir(parents=True, exist_ok=True)
    runs, weekly, waits, projects = [], [], [], []
    for replicate in range(replicates):
        world = np.random.default_rng(1000 + replicate)
        luck = world.normal(size=40)
        for arm in arms:
            own = np.random.default_rng([replicate, *arm.name.encode()])
            summary = _summary(arm, luck, own)
            head = {"arm": arm.name, "replicate": replicate}
            runs.append({
                **head, "seed": 1 + replicate, "key": "k", "status": "ok", "error": "", "wall_seconds": 1.0,
                **{key: value if key != "unit_size" else str(value) for key, value in arm.factors.items()},
                "realised_households": 8424.0, "realised_mean_unit_size": arm.size, "realised_rho_40": arm.load, **summary,
            })
            weekly += _weekly(head, summary, arm, own, weeks)
            waits += _waits(head, summary, own)
            projects += _projects(head, arm, own)
    frame = pd.DataFrame(runs).drop(columns=list(drop))
    frame.to_parquet(folder / "runs.parquet")
    pd.DataFrame(weekly).drop(columns=[name for name in drop if name in WEEKLY]).to_parquet(folder / "weekly")
    pd.DataFrame(waits).to_parquet(folder / "waits")
    pd.DataFrame(projects).to_parquet(folder / "projects")
    (folder / "manifest.json").write_text(json.dumps(manifest(arms, replicates, weeks)), encoding="utf-8")
    return folder


def manifest(arms: Sequence[SyntheticArm], replicates: int, weeks: int) -> dict[str, Any]:
    """The manifest of a synthetic study."""
    return {
        "schema": SCHEMA, "command": COMMAND.format(n=replicates), "version": "0.0.0", "replicates": replicates, "base_seed": 1,
        "reference": arms[0].reference or arms[0].name, "headline": [],
        "config": {"run": {"weeks": weeks, "burn_in_weeks": 6, "seed": 1}},
        "arms": [
            {"name": a.name, "label": a.label, "reference": a.reference or a.name, "overrides": [], "factors": a.factors}
            for a in arms
        ],
        "outcomes": [
            {
                "name": name, "label": label, "unit": unit, "meaning": label, "better": better, "family": "test",
                "weekly": name in WEEKLY,
            }
            for name, (label, unit, better) in OUTCOMES.items()
        ],
    }


def _summary(arm: SyntheticArm, luck: np.ndarray, own: np.random.Generator) -> dict[str, float]:
    rho = arm.load * 40.0 / arm.posts * (1.0 + 0.02 * luck[0])
    wait = 0.02 + (0.4 * rho**6 / (1.0 - rho) if rho < 0.97 else 11.0 + 90.0 * (rho - 0.97))
    if arm.protected:
        wait *= 1.4
    near = math.exp(-((math.log(arm.size / 14.0) / 1.4) ** 2)) * (0.5 if arm.equal_hours else 1.0)
    free = max(0.0, 1.0 - rho) * arm.posts * 40.0 * (0.5 if arm.protected else 0.75)
    free += 0.2 * arm.posts * 40.0 if arm.protected else 0.0
    participation = 0.032 * (1.0 + 0.5 * near + 0.0002 * free + 0.1 * luck[1])
    solved_in_unit = 0.08 + 0.3 * math.exp(-((math.log(arm.size / 40.0) / 1.1) ** 2))
    total = 2.0 + 1.4 * wait + 2.5 * (1.0 - solved_in_unit)
    raw = {
        "participation_week": participation, "participation_ever": min(0.95, 9.0 * participation),
        "hours_per_resident_year": 60.0 * participation, "volunteers_active": 25_000 * participation * 0.3,
        "issues_solved": 145.0 + 20.0 * near + 4.0 * luck[2], "backlog": 60.0 + 40.0 * wait, "wait_mean_days": 0.1 + 0.35 * wait,
        "wait_posts_mean_days": wait, "wait_community_mean_days": 0.3 + 0.02 * luck[3], "total_days_mean": total,
        "on_time_share": 1.0 / (1.0 + math.exp((total - 6.0) / 2.0)), "solved_in_unit_share": solved_in_unit,
        "mobilisation_hours": 30.0 + free, "projects_finished": 9.0 * arm.success + luck[4],
        "ties_per_resident": 4.0 + 0.6 * near + 0.1 * luck[5], "belonging_mean": 0.42 + 0.06 * near + 0.01 * luck[6],
        "trust_mean": 0.55 - 0.01 * wait + 0.01 * luck[7], "hours_gini": 0.93 - 0.01 * near,
        "public_hours": 1120 + 40.0 * arm.posts,
    }
    return {name: value * (1.0 + 0.02 * own.normal()) for name, value in raw.items()}


def _weekly(
    head: dict[str, Any], summary: dict[str, float], arm: SyntheticArm, own: np.random.Generator, weeks: int
) -> list[dict[str, Any]]:
    week = np.arange(-6, weeks)
    rise = 1.0 - np.exp(-np.maximum(week, 0) / 30.0)
    start = {"participation_week": 0.03, "belonging_mean": 0.42}
    columns: dict[str, np.ndarray] = {}
    for name in WEEKLY:
        first = start.get(name, summary[name])
        noise = 1.0 + (0.005 if name == "belonging_mean" else 0.06) * own.normal(size=len(week))
        columns[name] = (first + (summary[name] - first) * rise * 1.2) * noise
    if arm.load * 40.0 / arm.posts >= 1.0:
        columns["backlog"] = 60.0 + 8.0 * np.maximum(week, 0) * (1.0 + 0.05 * own.normal())
    return [{**head, "week": int(w), **{name: float(values[i]) for name, values in columns.items()}} for i, w in enumerate(week)]


def _waits(head: dict[str, Any], summary: dict[str, float], own: np.random.Generator) -> list[dict[str, Any]]:
    rows = []
    percentiles = np.arange(101)
    for tier, name in (("posts", "wait_posts_mean_days"), ("community", "wait_community_mean_days"), ("all", "wait_mean_days")):
        mean = summary[name]
        none = max(0.02, 0.6 - 0.3 * mean)
        u = np.clip((percentiles / 100.0 - none) / (1.0 - none), 0.0, 0.998)
        days = -np.log1p(-u) * mean / (1.0 - none) * (1.0 + 0.02 * own.normal())
        rows += [{**head, "tier": tier, "percentile": int(p), "days": float(d)} for p, d in zip(percentiles, days, strict=True)]
    return rows


def _projects(head: dict[str, Any], arm: SyntheticArm, own: np.random.Generator) -> list[dict[str, Any]]:
    entered = int(own.poisson(24.0))
    rows = []
    for stage in ("plan", "build", "manage", "evaluate", "share"):
        rows.append({**head, "event": f"entered_{stage}", "count": entered})
        left = entered
        for where, reason, chance in REASONS:
            if where == stage:
                lost = int(own.binomial(left, min(0.9, chance / arm.success**2)))
                left -= lost
                if lost:
                    rows.append({**head, "event": f"failed_{where}_{reason}", "count": lost})
        entered = int(own.binomial(left, 0.93))
    rows.append({**head, "event": "finished", "count": entered})
    return rows


DESIGNS: dict[str, Callable[[], list[SyntheticArm]]] = {"policies": policies, "staffing": staffing, "unit_sizes": unit_sizes}
