"""What a calibration says, in words and as plain values."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from .calibrated import Calibration
from .calibration import FEWEST, LEARNED
from .words import figures, listing

_MOST = 12
"""Settings that are named."""


def told(found: Calibration, table: pd.DataFrame, settings: pd.DataFrame | None, wanted: int) -> tuple[str, dict[str, Any]]:
    """Sum up a calibration: how many worlds are accepted, what each target excludes, and what was learned.

    Parameters
    ----------
    table
        What :func:`cocreate_sim.analysis.calibration.excluding` says, with the predictive check where there is one.
    settings
        What :func:`cocreate_sim.analysis.calibration.identified` says; None with too few accepted worlds.
    wanted
        How many worlds were asked for.

    Returns
    -------
    str
        The sentences.
    dict
        The same as plain values.
    """
    waves = found.by_wave()
    lines = [_accepted(found, waves, wanted), "", "Targets (share of the draws from the priors that meet each):"]
    lines += [_target(row) for row in table.to_dict("records")]
    away = [str(row["target"]) for row in table.to_dict("records") if row["elsewhere"]]
    if away:
        lines += ["", f"From other cities than Wuhan, in part or all: {listing(away)}."]
    lines += ["", *_learned(found, settings)]
    return "\n".join(lines).strip() + "\n", {
        "worlds": len(found.values), "accepted": found.count, "wanted": wanted, "waves": waves.to_dict("records"),
        "targets": [_clean(row) for row in table.to_dict("records")],
        "settings": [] if settings is None else [_clean(row) for row in settings.to_dict("records")],
        "impossible": "" if found.count else found.impossible(),
    }  # fmt: skip


def _clean(row: dict[Any, Any]) -> dict[str, Any]:
    """Return a row as JSON takes it: nothing in the place of what is not a number."""
    return {str(k): None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()}


def _accepted(found: Calibration, waves: pd.DataFrame, wanted: int) -> str:
    if not found.count:
        return f"{found.impossible()}."
    each = [f"wave {int(row.wave)}: {int(row.accepted):,} of {int(row.worlds):,}" for row in waves.itertuples()]
    short = f" {wanted:,} were asked for: give more waves (--waves) or draws (samples)." if found.count < wanted else ""
    return f"{found.count:,} of {len(found.values):,} worlds meet all targets ({'; '.join(each)}).{short}"


def _target(row: dict[Any, Any]) -> str:
    band = f"{row['low']:g} to {row['high']:g} {row['unit']}"
    said = f"  {row['target']}: {row['meet']:.0%} lie in {band} (draws: {_ends(row, 'draws_lowest', 'draws_highest')})"
    if row["kind"] == "validate":
        said += "; not used to accept"
    if row["weak"]:
        said += "; weak"
    inside = row.get("again_inside")
    if inside is not None and math.isfinite(inside):
        said += f". Accepted worlds with other luck: {inside:.0%} inside ({_ends(row, 'again_q05', 'again_q95')})"
    return f"{said}."


def _ends(row: dict[Any, Any], low: str, high: str) -> str:
    return f"{figures(float(row[low]))} to {figures(float(row[high]))}" if math.isfinite(row[low]) else "not measured"


def _learned(found: Calibration, settings: pd.DataFrame | None) -> list[str]:
    if settings is None:
        return [f"With {found.count} accepted worlds nothing is said about single settings (at least {FEWEST} are needed)."]
    known = settings[settings["verdict"] == LEARNED]
    chance = float(settings["overlap_by_chance"].iloc[0])
    head = (
        f"The data say something about {len(known)} of {len(settings)} settings; in the others the accepted worlds cannot be "
        f"told from the prior. Overlap of prior and accepted worlds (1: the same; {chance:.2f}: by chance, nothing learned):"
    )
    lines = [head]
    lines += [
        f"  {row.setting.removeprefix('uncertainties.')}: overlap {row.overlap:.2f}, 90 % of the accepted worlds between "
        f"{figures(row.accepted_low)} and {figures(row.accepted_high)}"
        for row in known.head(_MOST).itertuples()
    ]
    return lines if len(known) <= _MOST else [*lines, f"  and {len(known) - _MOST} more (settings.csv)"]
