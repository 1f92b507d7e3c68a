"""What holds in how many of the worlds that may be true: the best unit size, what more posts do, regret, and the falsifiers.

The falsifiers were stated before any run (evidence F12): "smaller units help" fails when participation is higher with 10 to 20
households than with 100 in fewer than half of the worlds; "more posts helped" fails at a load where waiting falls by less than
0.1 working day. They are told whichever way they come out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import OutputError
from .ensemble import Ensemble, Share, ensemble, share_of
from .languages import say
from .load import ArmInfo, Study

SIZE, POSTS = "unit_size", "posts"
SMALL = (10.0, 20.0)
"""Households of a small unit, from and to (S19)."""
AGAINST = (5.0, 25.0, 100.0)
FEW, MANY = 40.0, 72.0
SAVED_DAYS = 0.1
"""Waiting must fall by so many working days for more posts to have helped."""
BANDS = (0.0, 0.65, 0.8, 0.95, 1.1, np.inf)
"""Ends of the ranges of load within which worlds are told together."""
WAITS = ("wait_posts_mean_days", "wait_mean_days")
LOAD = "realised_rho_40"
PARTICIPATION = "participation_week"
FAILS, HOLDS, OPEN = "fails", "does not fail", "too close to call"


@dataclass(frozen=True)
class Robustness:
    """All that the worlds of one study say."""

    ensemble: Ensemble
    sizes: tuple[ArmInfo, ...]
    best: pd.DataFrame
    """outcome, arm, share of worlds in which that size is best."""
    interior: pd.DataFrame
    """outcome, share of worlds whose best number of households is neither the smallest nor the largest, with interval."""
    beats: pd.DataFrame
    """outcome, against, share of worlds in which 10 to 20 households are better, with interval."""
    posts: pd.DataFrame
    """load from and to, worlds, waiting saved by more posts (median, 5 %, 95 %), share of worlds that save enough."""
    regret: pd.DataFrame
    """outcome, arm, what is lost against the best arm of each world: mean, 95 %, largest."""
    falsifiers: list[dict[str, object]]
    skipped: dict[str, str]
    """Outcomes about which nothing is said, and why."""


def robustness(study: Study) -> Robustness:
    """Evaluate a study over unit sizes or posts whose replicates are worlds.

    Raises
    ------
    OutputError
        When it varies neither unit sizes nor posts, or its replicates are not worlds.
    """
    found = ensemble(study)
    sizes, staffed = size_arms(study), post_arms(study)
    if len(sizes) < 2 and not staffed:
        neither = say("{folder} compares neither unit sizes nor 40 and 72 posts: run experiment=robustness", folder=study.folder)
        raise OutputError(neither)
    outcomes, skipped = _comparable(found)
    tables = {name: table for name, table in outcomes.items() if study.outcomes[name].better}
    better = {name: study.outcomes[name].better for name in tables}
    best = [_best(name, tables[name], sizes, better[name]) for name in tables] if len(sizes) > 1 else []
    interior = [_interior(name, tables[name], sizes, better[name]) for name in tables]
    beats = [row for name in tables for row in _beats(name, tables[name], sizes, better[name])]
    posts = _posts(found, staffed)
    regret = [row for name in tables for row in _regret(name, tables[name], found.arms, better[name])]
    return Robustness(
        found, sizes, pd.concat(best, ignore_index=True) if best else pd.DataFrame(),
        pd.DataFrame([row for row in interior if row]), pd.DataFrame(beats), posts, pd.DataFrame(regret),
        [*_smaller_units(beats), *_more_posts(posts)], skipped,
    )  # fmt: skip


def size_arms(study: Study) -> tuple[ArmInfo, ...]:
    """Return the arms that differ from the reference in their units only: numbers of households ascending, then rules."""
    base = study.arm(str(study.manifest["reference"]))
    same = [a for a in study.arms if SIZE in a.factors and _only(a, base, SIZE)]
    return tuple(sorted(same, key=lambda arm: (isinstance(arm.factors[SIZE], str), arm.factors[SIZE])))


def post_arms(study: Study) -> list[tuple[ArmInfo, ArmInfo]]:
    """Return pairs of arms that differ in nothing but 40 and 72 posts."""
    few = [arm for arm in study.arms if arm.factors.get(POSTS) == FEW]
    many = [arm for arm in study.arms if arm.factors.get(POSTS) == MANY]
    return [(one, other) for one in few for other in many if _only(other, one, POSTS)]


def _only(arm: ArmInfo, base: ArmInfo, factor: str) -> bool:
    """Whether two arms differ at most in one factor."""
    names = {*arm.factors, *base.factors} - {factor}
    return all(arm.factors.get(name) == base.factors.get(name) for name in names)


def _comparable(found: Ensemble) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    tables, skipped = {}, {}
    for name in found.study.headline:
        table = found.table(name)
        if table is None:
            skipped[name] = "not measured in every arm and world"
        elif bool((table.max(axis=1) == table.min(axis=1)).all()):
            skipped[name] = "the same in every arm of every world"
        else:
            tables[name] = table
    return tables, skipped


def _firsts(table: pd.DataFrame, better: int) -> NDArray[np.float64]:
    """Return each arm's part of being best in each world; arms that are equally good share it."""
    values = better * table.to_numpy(dtype=np.float64)
    first = values == values.max(axis=1, keepdims=True)
    return np.asarray(first / first.sum(axis=1, keepdims=True))


def _best(name: str, table: pd.DataFrame, sizes: Sequence[ArmInfo], better: int) -> pd.DataFrame:
    parts = _firsts(table[[arm.name for arm in sizes]], better)
    rows = [
        {"outcome": name, "arm": arm.name, SIZE: arm.factors[SIZE], "share": float(parts[:, k].mean())}
        for k, arm in enumerate(sizes)
    ]
    return pd.DataFrame(rows)


def _numbered(sizes: Sequence[ArmInfo]) -> list[ArmInfo]:
    return [arm for arm in sizes if not isinstance(arm.factors[SIZE], str)]


def _interior(name: str, table: pd.DataFrame, sizes: Sequence[ArmInfo], better: int) -> dict[str, object]:
    """Say in how many worlds an inner size is strictly better than both the smallest and the largest."""
    arms = _numbered(sizes)
    if len(arms) < 3:
        return {}
    values = better * table[[arm.name for arm in arms]].to_numpy(dtype=np.float64)
    inner = values[:, 1:-1].max(axis=1)
    return {"outcome": name, **share_of((inner > values[:, 0]) & (inner > values[:, -1])).as_dict()}


def _beats(name: str, table: pd.DataFrame, sizes: Sequence[ArmInfo], better: int) -> list[dict[str, object]]:
    """Say in how many worlds units of 10 to 20 households (the mean of such arms) are better than others."""
    arms = _numbered(sizes)
    small = [arm.name for arm in arms if SMALL[0] <= float(arm.factors[SIZE]) <= SMALL[1]]
    small += [arm.name for arm in sizes if arm.factors[SIZE] == "10-20"]
    if not small:
        return []
    mean = table[small].mean(axis=1)
    others = [arm for arm in arms if float(arm.factors[SIZE]) in AGAINST] + [a for a in sizes if a.factors[SIZE] == "grid"]
    rows: list[dict[str, object]] = []
    for arm in others:
        gain = better * (mean - table[arm.name])
        low, middle, high = (float(q) for q in np.quantile(mean - table[arm.name], (0.05, 0.5, 0.95)))
        rows.append({
            "outcome": name, "against": arm.factors[SIZE], **share_of((gain > 0).to_numpy()).as_dict(),
            "difference_q05": low, "difference_median": middle, "difference_q95": high,
        })  # fmt: skip
    return rows


def _posts(found: Ensemble, pairs: Sequence[tuple[ArmInfo, ArmInfo]]) -> pd.DataFrame:
    """Return what 72 posts instead of 40 save in waiting, by the load of each world."""
    wait = next((name for name in WAITS if found.table(name) is not None), None)
    loads = found.table(LOAD) if LOAD in found.study.runs.columns else None
    if wait is None or loads is None:
        return pd.DataFrame()
    table = found.table(wait)
    assert table is not None
    rows: list[dict[str, object]] = []
    for few, many in pairs:
        saved = (table[few.name] - table[many.name]).to_numpy()
        load = loads[few.name].to_numpy()
        for low, high in pairwise(BANDS):
            inside = (load >= low) & (load < high)
            if not inside.any():
                continue
            quantiles = [float(q) for q in np.quantile(saved[inside], (0.05, 0.5, 0.95))]
            rows.append({
                "outcome": wait, SIZE: few.factors.get(SIZE, "as it is"), "load_from": low, "load_to": high,
                "saved_q05": quantiles[0], "saved_median": quantiles[1], "saved_q95": quantiles[2],
                **share_of(saved[inside] >= SAVED_DAYS).as_dict(),
            })  # fmt: skip
    return pd.DataFrame(rows)


def _regret(name: str, table: pd.DataFrame, arms: Sequence[ArmInfo], better: int) -> list[dict[str, object]]:
    """Return what each arm loses against the best arm of each world."""
    values = better * table.to_numpy(dtype=np.float64)
    lost = values.max(axis=1, keepdims=True) - values
    return [
        {
            "outcome": name, "arm": arm.name, "label": arm.label, "mean": float(lost[:, k].mean()),
            "q95": float(np.quantile(lost[:, k], 0.95)), "largest": float(lost[:, k].max()),
            "best_share": float(_firsts(table, better)[:, k].mean()),
        }
        for k, arm in enumerate(arms)
    ]  # fmt: skip


def _verdict(low: float, high: float) -> str:
    return HOLDS if low > 0.5 else FAILS if high < 0.5 else OPEN


def _smaller_units(beats: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    return [
        {
            "claim": "smaller units help", "where": "all worlds",
            "rule": "fails if fewer than half of the worlds give higher participation at 10 to 20 households than at 100",
            "share": row["share"], "low": row["low"], "high": row["high"], "of": row["of"],
            "verdict": _verdict(float(str(row["low"])), float(str(row["high"]))),
        }
        for row in beats
        if row["outcome"] == PARTICIPATION and row["against"] == 100.0
    ]  # fmt: skip


def _more_posts(posts: pd.DataFrame) -> list[dict[str, object]]:
    return [
        {
            "claim": "72 posts helped", "where": f"load {row['load_from']:g} to {row['load_to']:g}, units: {row[SIZE]}",
            "rule": f"fails at a load where waiting falls by less than {SAVED_DAYS:g} working day, in the middle world",
            "saved_median": row["saved_median"], "share": row["share"], "low": row["low"], "high": row["high"], "of": row["of"],
            "verdict": _verdict(row["low"], row["high"]),
        }
        for row in posts.to_dict("records")
    ]  # fmt: skip


__all__ = ["Robustness", "Share", "post_arms", "robustness", "size_arms"]
