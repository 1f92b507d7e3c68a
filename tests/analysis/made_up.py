"""Made-up studies on disk for the tests of the statistics: known truths, seeded noise, never results of the model."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cocreate_sim.analysis.load import Study, load_study
from cocreate_sim.analysis.parts import SCHEMA, table_path

OUTCOMES = [
    {"name": n, "label": label, "unit": unit, "meaning": label, "family": "test", "weekly": weekly, "better": better}
    for n, label, unit, weekly, better in (
        ("participation_week", "Residents active in a week", "share of residents", True, 1),
        ("solved_in_unit_share", "Issues solved in the unit", "share of issues", False, 1),
        ("wait_mean_days", "Mean waiting", "working days", False, -1),
        ("wait_posts_mean_days", "Mean waiting at the posts", "working days", False, -1),
        ("mobilisation_hours", "Mobilisation", "hours per week", True, 1),
    )
]
Values = Callable[[dict[str, Any], int, np.random.Generator, np.random.Generator], dict[str, float]]
"""``values(settings, replicate, world, own)``: outcomes of one run from the shared luck and the arm's own."""


def study(
    folder: Path,
    arms: Sequence[dict[str, Any]],
    values: Values,
    replicates: int = 20,
    *,
    uncertainties: dict[str, Any] | None = None,
    headline: Sequence[str] = (),
    weekly: Callable[[int, np.random.Generator], dict[str, np.ndarray]] | None = None,
    failed: Sequence[tuple[str, int]] = (),
    **manifest: Any,
) -> Study:
    """Write a study and read it again; each arm is ``{name, label, reference, factors, differs}``."""
    folder.mkdir(parents=True, exist_ok=True)
    rows, weeks = [], []
    for arm in arms:
        for r in range(replicates):
            if (arm["name"], r) in failed:
                rows.append(
                    {"arm": arm["name"], "replicate": r, "seed": 1 + r, "key": "k", "status": "failed", "error": "ValueError: made up"}
                )
                continue
            own = np.random.default_rng([r, *arm["name"].encode()])
            row = {"arm": arm["name"], "replicate": r, "seed": 1 + r, "key": "k", "status": "ok", "error": "", "wall_seconds": 1.0}
            rows.append(row | values(arm["factors"] | arm.get("differs", {}), r, np.random.default_rng(r), own))
            if weekly:
                columns = weekly(r, np.random.default_rng(r))
                count = len(next(iter(columns.values())))
                weeks.append(pd.DataFrame({"arm": arm["name"], "replicate": r, "week": np.arange(count) - 26, **columns}))
    pd.DataFrame(rows).to_parquet(folder / "runs.parquet")
    keys = {"weekly": ["arm", "replicate", "week"], "waits": ["arm", "replicate", "tier", "percentile", "days"]}
    keys["projects"] = ["arm", "replicate", "event", "count"]
    for name, columns in keys.items():
        table = pd.concat(weeks, ignore_index=True) if name == "weekly" and weeks else pd.DataFrame(columns=columns)
        table.to_parquet(table_path(folder, name))
    content = {
        "schema": SCHEMA,
        "command": "cocreate compare experiment=made_up",
        "question": "What is made up?",
        "status": "complete",
        "runs": {"asked": len(rows), "ok": len(rows) - len(failed), "failed": len(failed)},
        "headline": list(headline),
        "arms": [{"reference": arms[0]["name"], "overrides": [], "differs": {}, **arm} for arm in arms],
        "outcomes": OUTCOMES,
        "replicates": replicates,
        "base_seed": 1,
        "config": {
            "world": {"name": "made_up"},
            "run": {"weeks": 104, "burn_in_weeks": 26, "seed": 1},
            "uncertainties": uncertainties or {},
            "levers": {"posts": 40, "partition": "grid", "head_hours": "per_head", "staff_rule": "cases_first"},
        },
        **manifest,
    }
    (folder / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    return load_study(folder)


def staffing_arms(
    loads: Sequence[float], rules: Sequence[str] = ("cases_first", "protected"), posts: Sequence[int] = (40, 72)
) -> list[dict[str, Any]]:
    """Posts by load by rule, each compared with 40 posts."""
    found = []
    for load in loads:
        for p in posts:
            for rule in rules:
                differs = {"uncertainties.casework.rho_40": load, "levers.posts": p, "levers.staff_rule": rule}
                found.append(
                    {
                        "name": f"rho_40-{load}_posts-{p}_{rule}",
                        "label": f"load {load}, {p} posts, {rule}",
                        "reference": f"rho_40-{load}_posts-40_{rule}",
                        "factors": {"rho_40": load, "posts": float(p), "staff_rule": rule},
                        "differs": differs,
                    }
                )
    return found


def unit_arms(sizes: Sequence[str], hours: Sequence[str] = ("per_head", "equal_total")) -> list[dict[str, Any]]:
    """Partitions by rule of head hours, each compared with grids."""
    return [
        {
            "name": f"{size}_{rule}",
            "label": f"{size}, {rule}",
            "reference": f"grid_{rule}",
            "factors": {"unit_size": float(size) if size.isdigit() else size, "head_hours": rule},
            "differs": {"levers.partition": size, "levers.head_hours": rule},
        }
        for size in sizes
        for rule in hours
    ]


def policy_arms(**posts: int) -> list[dict[str, Any]]:
    """Policies that differ in the number of posts."""
    return [
        {"name": n, "label": n.replace("_", " "), "factors": {"policy": n}, "differs": {"levers.posts": p}}
        for n, p in posts.items()
    ]
