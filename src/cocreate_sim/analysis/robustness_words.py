"""What the worlds of a study say, in words and as plain values."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from .robustness import PARTICIPATION, SIZE, Robustness
from .words import capital, figures, level_words, noun


def told(found: Robustness) -> str:
    """Say in sentences what holds in how many worlds, the falsifiers first."""
    study = found.ensemble.study
    seen = found.ensemble
    left = f" {seen.incomplete} more are left out, since a run of theirs is missing." if seen.incomplete else ""
    lines = [f"{len(seen.worlds):,} worlds, each run under {len(seen.arms)} arms.{left}", ""]
    lines += ["Falsifiers, stated before any run:"]
    lines += [f"  {_falsifier(row)}" for row in found.falsifiers] or ["  none can be evaluated from these arms"]
    for name in dict.fromkeys(found.best["outcome"] if len(found.best) else []):
        what = capital(noun(study.outcomes[name]))
        lines += ["", f"{what}: best unit size, share of worlds: {_distribution(found.best, name)}."]
        lines += [f"  {text}" for text in (_interior(found.interior, name), *_beats(found.beats, name)) if text]
    if len(found.regret):
        lines += ["", "Regret (what an arm loses against the best arm of each world: mean, and exceeded in one world of twenty):"]
        lines += _regret(found)
    lines += [f"Nothing is said of {name}: {why}." for name, why in found.skipped.items()]
    return "\n".join(lines) + "\n"


def percent(share: float, low: float, high: float) -> str:
    """Say a share of worlds with its interval."""
    return f"{share:.0%} ({low:.0%} to {high:.0%})"


def _falsifier(row: dict[str, Any]) -> str:
    said = f"{percent(row['share'], row['low'], row['high'])} of {row['of']} worlds"
    middle = f"; the middle world saves {figures(row['saved_median'])} days" if "saved_median" in row else ""
    return f'"{row["claim"]}" ({row["where"]}): {row["verdict"].upper()}. {capital(row["rule"])}; here {said}{middle}.'


def _distribution(best: pd.DataFrame, name: str) -> str:
    rows = best[best["outcome"] == name]
    return ", ".join(f"{level_words(SIZE, row[SIZE])} {row['share']:.0%}" for row in rows.to_dict("records"))


def _interior(interior: pd.DataFrame, name: str) -> str:
    rows = interior[interior["outcome"] == name].to_dict("records") if len(interior) else []
    return f"An inner size is best in {percent(*(rows[0][k] for k in ('share', 'low', 'high')))} of the worlds." if rows else ""


def _beats(beats: pd.DataFrame, name: str) -> list[str]:
    rows = beats[beats["outcome"] == name].to_dict("records") if len(beats) else []
    return [
        f"10 to 20 households are better than {level_words(SIZE, row['against'])} in "
        f"{percent(row['share'], row['low'], row['high'])} of the worlds."
        for row in rows
    ]


def _regret(found: Robustness) -> list[str]:
    table = found.regret
    lines = []
    for name in dict.fromkeys(table["outcome"]):
        rows = table[table["outcome"] == name].sort_values("mean").head(3).to_dict("records")
        unit = found.ensemble.study.outcomes[name].unit
        each = "; ".join(f"{row['label']} {figures(row['mean'])}, {figures(row['q95'])}" for row in rows)
        lines.append(f"  {noun(found.ensemble.study.outcomes[name])} ({unit}), the least: {each}.")
    return lines


def as_dict(found: Robustness) -> dict[str, Any]:
    """Return everything as plain values, fit for JSON."""
    tables = ("best", "interior", "beats", "posts", "regret")
    manifest = found.ensemble.study.manifest
    return {
        "worlds": len(found.ensemble.worlds), "incomplete": found.ensemble.incomplete, "arms": len(found.ensemble.arms),
        "world": manifest["config"]["world"]["name"], "code": manifest["code"], "version": manifest["version"],
        "headline": PARTICIPATION, "falsifiers": [_clean(row) for row in found.falsifiers],
        **{name: [_clean(row) for row in getattr(found, name).to_dict("records")] for name in tables}, "skipped": found.skipped,
    }  # fmt: skip


def _clean(row: dict[Any, Any]) -> dict[str, Any]:
    """Return a row as JSON takes it: the last range of load has no upper end."""
    return {str(k): None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()}
