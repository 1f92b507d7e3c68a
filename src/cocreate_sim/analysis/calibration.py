"""Which worlds may be believed: those whose outcomes meet every target; and what the data have taught about each setting.

Rejection with a band for each target is approximate Bayesian computation with a uniform kernel (Pritchard and others 1999), and
the first wave of history matching (Craig and others 1997): a world is ruled out when any outcome lies outside its band.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from .languages import comma, say
from .multiplicity import holm
from .targets import Target, target_words
from .words import raw_unit

BINS = 5
"""Equal parts of a prior, over which it is compared with the accepted worlds."""
FEWEST = 20
"""With fewer accepted worlds nothing is said about single settings."""
SURE = 0.05
LEARNED, NOT_LEARNED = "learned", "not identified"


def met(values: pd.DataFrame, targets: Sequence[Target]) -> pd.DataFrame:
    """Say for every world and target whether the outcome lies in its band; what was not measured does not."""
    return pd.DataFrame({t.name: values[t.name].between(t.low, t.high) for t in targets}, index=values.index)


def accepted(values: pd.DataFrame, targets: Sequence[Target]) -> NDArray[np.bool_]:
    """Say for every world whether it meets all targets that are used to calibrate."""
    used = [target for target in targets if target.used]
    return np.asarray(met(values, used).all(axis=1), dtype=np.bool_)


def excluding(values: pd.DataFrame, targets: Sequence[Target]) -> pd.DataFrame:
    """Tell what each target does to the draws from the priors.

    Returns
    -------
    pandas.DataFrame
        One row per target: the share of draws that ``meet`` it, how many are accepted ``without`` it, the lowest, middle and
        highest value of the draws, and the band.
    """
    fits = met(values, targets)
    used = [target.name for target in targets if target.used]
    rows = []
    for target in targets:
        others = fits[[name for name in used if name != target.name]].all(axis=1)
        seen = values[target.name].dropna()
        rows.append({
            "target": target.name, "label": target.label, "kind": target.kind, "unit": target.unit, "low": target.low,
            "high": target.high, "measured": len(seen), "draws_lowest": seen.min(), "draws_median": seen.median(),
            "draws_highest": seen.max(), "meet": float(fits[target.name].mean()),
            "accepted_without": int(others.sum()) if target.used else int(fits[used].all(axis=1).sum()),
            "elsewhere": target.elsewhere, "weak": target.weak, "place": target.place, "source": target.source,
        })  # fmt: skip
    return pd.DataFrame(rows)


def impossible(values: pd.DataFrame, targets: Sequence[Target]) -> str:
    """Say why no world is accepted: the target that none meets, or the one without which some would be."""
    fits, used = met(values, targets), [target for target in targets if target.used]
    head = say("none of {n} worlds meets all {targets} targets", n=f"{len(values):,}", targets=len(used))
    for target in used:
        if not fits[target.name].any():
            seen = values[target.name].dropna()
            return say(
                "{head}: no world meets {name} ({label}), which must lie between {low} and {high} {unit} ({source}); the worlds "
                "have {least} to {most}",
                head=head, name=target.name, label=target_words(target.name, target.label),
                low=f"{target.low:g}", high=f"{target.high:g}", unit=raw_unit(target.unit), source=target.source,
                least=f"{seen.min():.4g}", most=f"{seen.max():.4g}",
            )
    without = {t.name: int(fits[[o.name for o in used if o is not t]].all(axis=1).sum()) for t in used}
    best = max(without, key=lambda name: without[name])
    each = comma().join(f"{target_words(t.name)} {fits[t.name].mean():.0%}" for t in used)
    if without[best]:
        return say(
            "{head}, although each is met by some ({each}); without {target}, {n} would be accepted",
            head=head, each=each, target=target_words(best), n=without[best],
        )
    return say(
        "{head}, although each is met by some ({each}); leaving out any one target would not help: draw more worlds (samples=N)",
        head=head, each=each,
    )


def predictive(values: pd.DataFrame, again: pd.DataFrame | None, targets: Sequence[Target]) -> pd.DataFrame:
    """Check accepted worlds against every target: as they were accepted, and run again with other luck.

    Parameters
    ----------
    values
        Targets of the accepted worlds; those used to calibrate lie in their bands by construction.
    again
        Targets of the same worlds with other luck, which is the check; None when they were not run again.
    """
    rows = []
    for target in targets:
        row: dict[str, object] = {"target": target.name}
        for name, table in (("accepted", values), ("again", again)):
            seen = None if table is None else table[target.name].dropna()
            if seen is None or seen.empty:
                row |= {f"{name}_{q}": None for q in ("q05", "median", "q95", "inside")}
                continue
            low, middle, high = (float(q) for q in np.quantile(seen, (0.05, 0.5, 0.95)))
            inside = float(seen.between(target.low, target.high).mean())
            row |= {f"{name}_q05": low, f"{name}_median": middle, f"{name}_q95": high, f"{name}_inside": inside}
        rows.append(row)
    return pd.DataFrame(rows)


def identified(shares: pd.DataFrame) -> pd.DataFrame:
    """Compare the accepted worlds with the prior of each setting.

    Parameters
    ----------
    shares
        One column per setting, one row per accepted world: the share of the prior below the world's value. From the prior alone
        they are spread evenly between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        For each setting: the accepted ``q05``, ``median`` and ``q95`` as shares of the prior; ``overlap`` of prior and accepted
        worlds over five equal parts of the prior (1 is the same), ``overlap_by_chance`` (expected of so many worlds that taught
        nothing), ``narrowing`` (1 less the accepted variance over the prior's), ``p`` (Kolmogorov and Smirnov, corrected for the
        number of settings by Holm), and the ``verdict``: learned or not identified. The strongest come first.
    """
    worlds = len(shares)
    chance = by_chance(worlds)
    rows, raw = [], []
    for name in shares.columns:
        values = shares[name].to_numpy(dtype=np.float64)
        counts = np.histogram(values, bins=BINS, range=(0.0, 1.0))[0] / worlds
        low, middle, high = (float(q) for q in np.quantile(values, (0.05, 0.5, 0.95)))
        raw.append(float(stats.kstest(values, "uniform").pvalue))
        rows.append({
            "setting": name, "q05": low, "median": middle, "q95": high, "overlap": float(np.minimum(counts, 1 / BINS).sum()),
            "overlap_by_chance": chance, "narrowing": float(1.0 - 12.0 * values.var()),
        })  # fmt: skip
    table = pd.DataFrame(rows).assign(p=holm(pd.Series(raw)))
    table["verdict"] = np.where(table["p"] < SURE, LEARNED, NOT_LEARNED)
    return table.sort_values(["p", "overlap"], ignore_index=True, kind="stable")


def by_chance(worlds: int) -> float:
    """Return the overlap with the prior that so many worlds have on average when the data teach nothing."""
    counts = np.arange(worlds + 1)
    return float(BINS * (np.minimum(counts / worlds, 1 / BINS) * stats.binom.pmf(counts, worlds, 1 / BINS)).sum())


def ranks(
    shares: NDArray[np.float64], values: pd.DataFrame, targets: Sequence[Target], jitter: NDArray[np.float64]
) -> pd.DataFrame:
    """Calibrate to each world in turn as if it were the real one, and tell where its setting lies among the accepted ones.

    Simulation-based calibration (Talts and others 2018) on stored runs: with bands of the targets' widths around the outcomes of
    one world, moved by ``jitter`` so that the kernel is that of the data (Fearnhead and Prangle 2012), the others are accepted or
    not. When the method is right, ranks are spread evenly.

    Parameters
    ----------
    shares
        One number per world: the setting, as a share of its prior.
    jitter
        Numbers between -1 and 1, one row per world and one column per target: by which part of half a band each is moved.

    Returns
    -------
    pandas.DataFrame
        Per world: ``rank`` (how many accepted worlds have a lower value) and ``accepted`` (how many there are).
    """
    used = [target for target in targets if target.used]
    half = np.array([(t.high - t.low) / 2 for t in used])
    seen = values[[t.name for t in used]].to_numpy(dtype=np.float64)
    rows = []
    for k in range(len(shares)):
        fits = (np.abs(seen - (seen[k] + jitter[k] * half)) <= half).all(axis=1)
        fits[k] = False
        rows.append({"rank": int((shares[fits] < shares[k]).sum()), "accepted": int(fits.sum())})
    return pd.DataFrame(rows)
