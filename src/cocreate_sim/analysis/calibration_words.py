"""What a calibration says, in words and as plain values."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from .calibrated import Calibration
from .calibration import FEWEST, LEARNED
from .languages import say
from .targets import target_words
from .words import figures, listing, raw_unit, uncertain_words

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
    lines = [_accepted(found, waves, wanted), "", say("Targets (share of the draws from the priors that meet each):")]
    lines += [_target(row) for row in table.to_dict("records")]
    away = [target_words(str(row["target"])) for row in table.to_dict("records") if row["elsewhere"]]
    if away:
        lines += ["", say("From other cities than Wuhan, in part or all: {targets}.", targets=listing(away))]
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
        return say("{sentence}.", sentence=found.impossible())
    each = [
        say("wave {wave}: {n} of {all}", wave=int(row.wave), n=f"{int(row.accepted):,}", all=f"{int(row.worlds):,}")
        for row in waves.itertuples()
    ]
    more = say(" {n} were asked for: give more waves (--waves) or draws (samples).", n=f"{wanted:,}")
    said = say(
        "{n} of {all} worlds meet all targets ({waves}).",
        n=f"{found.count:,}", all=f"{len(found.values):,}", waves=say("; |list").join(each),
    )
    return said + (more if found.count < wanted else "")


def _target(row: dict[Any, Any]) -> str:
    band = say("{low} to {high} {unit}", low=f"{row['low']:g}", high=f"{row['high']:g}", unit=raw_unit(row["unit"]))
    said = "  " + say(
        "{target}: {meet} lie in {band} (draws: {draws})", target=target_words(str(row["target"])), meet=f"{row['meet']:.0%}",
        band=band, draws=_ends(row, "draws_lowest", "draws_highest"),
    )
    if row["kind"] == "validate":
        said += say("; not used to accept")
    if row["weak"]:
        said += say("; weak")
    inside = row.get("again_inside")
    if inside is not None and math.isfinite(inside):
        ends = _ends(row, "again_q05", "again_q95")
        said += say(". Accepted worlds with other luck: {share} inside ({ends})", share=f"{inside:.0%}", ends=ends)
    return say("{sentence}.", sentence=said)


def _ends(row: dict[Any, Any], low: str, high: str) -> str:
    if not math.isfinite(row[low]):
        return say("not measured")
    return say("{low} to {high}", low=figures(float(row[low])), high=figures(float(row[high])))


def _learned(found: Calibration, settings: pd.DataFrame | None) -> list[str]:
    if settings is None:
        return [
            say(
                "With {n} accepted worlds nothing is said about single settings (at least {fewest} are needed).",
                n=found.count, fewest=FEWEST,
            )
        ]
    known = settings[settings["verdict"] == LEARNED]
    chance = float(settings["overlap_by_chance"].iloc[0])
    head = say(
        "The data say something about {n} of {all} settings; in the others the accepted worlds cannot be told from the prior. "
        "Overlap of prior and accepted worlds (1: the same; {chance}: by chance, nothing learned):",
        n=len(known), all=len(settings), chance=f"{chance:.2f}",
    )
    lines = [head]
    for row in known.head(_MOST).itertuples():
        said = say(
            "{setting}: overlap {overlap}, 90 % of the accepted worlds between {low} and {high}",
            setting=uncertain_words(str(row.setting)), overlap=f"{row.overlap:.2f}", low=figures(row.accepted_low),
            high=figures(row.accepted_high),
        )
        lines.append(f"  {said}")
    more = say("and {n} more (settings.csv)", n=len(known) - _MOST)
    return lines if len(known) <= _MOST else [*lines, f"  {more}"]
