"""What the worlds of a study say, in words and as plain values."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from .languages import comma, say, translated
from .robustness import PARTICIPATION, SIZE, Robustness
from .words import capital, figures, level_words, noun, outcome_words, raw_unit


def told(found: Robustness) -> str:
    """Say in sentences what holds in how many worlds, the falsifiers first."""
    study = found.ensemble.study
    seen = found.ensemble
    left = say(" {n} more are left out, since a run of theirs is missing.", n=seen.incomplete) if seen.incomplete else ""
    lines = [say("{worlds} worlds, each run under {arms} arms.", worlds=f"{len(seen.worlds):,}", arms=len(seen.arms)) + left, ""]
    lines += [say("Falsifiers, stated before any run:")]
    lines += [f"  {_falsifier(row)}" for row in found.falsifiers] or ["  " + say("none can be evaluated from these arms")]
    for name in dict.fromkeys(found.best["outcome"] if len(found.best) else []):
        what = capital(noun(study.outcomes[name]))
        sizes = _distribution(found.best, name)
        lines += ["", say("{outcome}: best unit size, share of worlds: {sizes}.", outcome=what, sizes=sizes)]
        lines += [f"  {text}" for text in (_interior(found.interior, name), *_beats(found.beats, name)) if text]
    if len(found.regret):
        regret = say("Regret (what an arm loses against the best arm of each world: mean, and exceeded in one world of twenty):")
        lines += ["", regret]
        lines += _regret(found)
    skipped = [(outcome_words(name), translated(why)) for name, why in found.skipped.items()]
    lines += [say("Nothing is said of {outcome}: {why}.", outcome=name, why=why) for name, why in skipped]
    return "\n".join(lines) + "\n"


def percent(share: float, low: float, high: float) -> str:
    """Say a share of worlds with its interval."""
    return f"{share:.0%}" + say(" ({low} to {high})", low=f"{low:.0%}", high=f"{high:.0%}")


def _falsifier(row: dict[str, Any]) -> str:
    share = percent(row["share"], row["low"], row["high"])
    saved = say("; the middle world saves {days} days", days=figures(row["saved_median"])) if "saved_median" in row else ""
    claim, where, rule = (translated(row[key]) for key in ("claim", "where", "rule"))
    return say(
        '"{claim}" ({where}): {verdict}. {rule}; here {share} of {n} worlds{saved}.', claim=claim, where=where,
        verdict=translated(row["verdict"], "verdict").upper(), rule=capital(rule), share=share, n=row["of"], saved=saved,
    )


def _distribution(best: pd.DataFrame, name: str) -> str:
    rows = best[best["outcome"] == name]
    return comma().join(f"{level_words(SIZE, row[SIZE])} {row['share']:.0%}" for row in rows.to_dict("records"))


def _interior(interior: pd.DataFrame, name: str) -> str:
    rows = interior[interior["outcome"] == name].to_dict("records") if len(interior) else []
    if not rows:
        return ""
    return say("An inner size is best in {share} of the worlds.", share=percent(*(rows[0][k] for k in ("share", "low", "high"))))


def _beats(beats: pd.DataFrame, name: str) -> list[str]:
    rows = beats[beats["outcome"] == name].to_dict("records") if len(beats) else []
    return [
        say(
            "10 to 20 households are better than {other} in {share} of the worlds.",
            other=level_words(SIZE, row["against"]), share=percent(row["share"], row["low"], row["high"]),
        )
        for row in rows
    ]


def _regret(found: Robustness) -> list[str]:
    table = found.regret
    lines = []
    for name in dict.fromkeys(table["outcome"]):
        rows = table[table["outcome"] == name].sort_values("mean").head(3).to_dict("records")
        outcome = found.ensemble.study.outcomes[name]
        parts = [
            say("{arm} {mean}, {exceeded}", arm=translated(row["label"]), mean=figures(row["mean"]), exceeded=figures(row["q95"]))
            for row in rows
        ]
        each, unit = say("; |list").join(parts), raw_unit(outcome.unit)
        lines.append("  " + say("{outcome} ({unit}), the least: {arms}.", outcome=noun(outcome), unit=unit, arms=each))
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
