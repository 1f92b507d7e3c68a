"""Which of the uncertain settings matter for an outcome, from a sweep whose design can tell.

Every method needs its own design; see :data:`METHODS`. Where a sweep crosses its sample with levers (40 and 72 posts, say), each
point of these is judged by itself, and so is the *difference* to the first: what decides whether a policy helps need not be what
decides how things stand.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import CoCreateError, ConfigError, nearest
from . import indices
from .indices import Index, Numbers
from .languages import comma, say
from .load import ArmInfo, Study, known_outcomes, refuse_mixed
from .paired import paired
from .words import level_words

METHODS: Mapping[str, tuple[str, ...]] = {
    "sobol": ("saltelli",),
    "morris": ("morris",),
    "prcc": ("latin_hypercube", "sobol"),
    "one_at_a_time": ("one_at_a_time",),
}
"""Each method, and the designs of a sweep that it can read."""
MOST_POINTS = 10_000
"""That a sweep can have."""
SAMPLES = {"saltelli": 64, "morris": 20, "latin_hypercube": 200, "sobol": 256}
"""Samples of the sweep that a refusal proposes."""
COLUMNS = ("method", "condition", "outcome", "setting", "index", "value", "low", "high", "points", "left_out", "chance")
FEWEST = {"sobol": 8, "morris": 4}
"""Fewer whole blocks of points say too little."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The points of a design under one choice of levers, in the order of the design."""

    condition: str
    arms: tuple[ArmInfo, ...]
    against: tuple[ArmInfo, ...] = ()
    """The same points under the first choice of levers, when differences to it are judged."""


def sensitivity(study: Study, method: str | None = None, outcomes: Sequence[str] | None = None) -> pd.DataFrame:
    """Measure how much each sampled setting matters for each outcome.

    Parameters
    ----------
    method
        ``sobol``, ``morris``, ``prcc`` or ``one_at_a_time``; the one that the study's design is for when not given.
    outcomes
        The headline outcomes of the study by default; of these, those that are the same at every point are left out.

    Returns
    -------
    pandas.DataFrame
        One row per condition, outcome, setting and index, with a 95 % interval (sigma and mu of Morris have none). ``points``
        were used; ``left_out`` had a run that failed or could not measure the outcome. ``chance`` is the share of the variance
        between points that chance may explain; empty with one replicate, which cannot tell.

    Raises
    ------
    ConfigError
        When the study has not the design that a method needs (the message has the sweep that makes it), or an outcome is not
        known, or is the same at every point.
    CoCreateError
        When too few points are there, or nothing varies.
    """
    refuse_mixed(study)
    chosen = method_of(study, method)
    names = known_outcomes(study, study.headline if outcomes is None else outcomes)
    rows = [row for sample in samples(study) for outcome in names for row in _rows(study, chosen, sample, outcome)]
    for outcome in set(outcomes or ()) - {str(row["outcome"]) for row in rows}:
        raise ConfigError(f"outcome {outcome!r} is the same at every point, or was not measured: no setting can explain it")
    if not rows:
        raise CoCreateError(say("{folder}: no outcome differs between points, so that no setting matters", folder=study.folder))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(("value", "low", "high", "chance"), "float64"))


def method_of(study: Study, method: str | None = None) -> str:
    """Return the method that the design of a study is for, or refuse one that it is not for."""
    if method is not None and method not in METHODS:
        raise ConfigError(f"method = {method!r} is not known{nearest(method, METHODS)}; allowed: {', '.join(METHODS)}")
    design = str((study.manifest.get("design") or {}).get("name", ""))
    fits = [name for name, designs in METHODS.items() if design in designs]
    if method in fits or (method is None and fits):
        return method or fits[0]
    has = say("its design is {design}", design=design) if design else say("nothing in it is sampled")
    wanted = METHODS[method or "morris"][0]  # screening, which the many priors of the model can afford
    needs = say("no method can read it")
    if method:
        designs = say(" or |designs").join(f"design={name}" for name in METHODS[method])
        needs = say("method={method} needs {designs}", method=method, designs=designs)
    can = say("; method={method} can read it", method=fits[0]) if fits else ""
    raise ConfigError(
        say(
            "{folder}: {has}, and {needs}{can}. This makes it: {command} (first with --dry-run: how long it takes)",
            folder=study.folder, has=has, needs=needs, can=can, command=proposal(study, wanted),
        )
    )


def proposal(study: Study, design: str) -> str:
    """Return the sweep that repeats a study with another design, fit for a shell."""
    try:
        words = shlex.split(str(study.manifest.get("command") or ""))[2:]
    except ValueError:  # a manifest that somebody has edited
        words = []
    kept = [word for word in words if not word.startswith(("design=", "samples=", "points=", "out=", "-"))]
    if not any("interval(" in word or word.startswith("uncertainties") for word in kept):
        kept.append("uncertainties=priors")
    most = 2 ** int(math.log2(MOST_POINTS / (len(samples(study)) * (len(settings_of(study)) + 2)))) if design == "saltelli" else 0
    many = [f"samples={min(SAMPLES[design], most or SAMPLES[design])}"] if design in SAMPLES else []
    return shlex.join(["cocreate", "sweep", *kept, f"design={design}", *many, f"out=results/{design}"])


def settings_of(study: Study) -> list[str]:
    """Return the sampled settings of a study, in the order of its design."""
    return list(study.arms[0].shares)


def samples(study: Study) -> list[Sample]:
    """Return the sample of a study under each choice of levers, and its differences to the first choice."""
    names = set(settings_of(study))
    groups: dict[tuple[tuple[str, float | str], ...], list[ArmInfo]] = {}
    for arm in study.arms:
        groups.setdefault(tuple((k, v) for k, v in arm.factors.items() if k not in names), []).append(arm)
    first, *others = (Sample(comma().join(level_words(k, v) for k, v in key), tuple(arms)) for key, arms in groups.items())
    minus = {o.condition: say("{condition} minus {reference}", condition=o.condition, reference=first.condition) for o in others}
    return [first, *others, *(Sample(minus[o.condition], o.arms, first.arms) for o in others)]


def _rows(study: Study, method: str, sample: Sample, outcome: str) -> Iterator[dict[str, object]]:
    """The indices of one outcome under one condition; none where it is the same at every point."""
    if method == "one_at_a_time":
        yield from _one_at_a_time(study, sample, outcome)
        return
    runs = _runs(study, sample, outcome)
    shares = np.array([list(arm.shares.values()) for arm in sample.arms])
    kept = _whole(method, np.asarray(np.isfinite(runs).any(axis=1)), shares.shape[1])
    y = _means(runs[kept])
    if y.size == 0 or np.ptp(y) <= 1e-12 * np.abs(y).max():
        return
    found = _indices(study, method, shares[kept], y)
    chance = chance_share(runs[kept])
    for index in found:
        yield {
            "method": method, "condition": sample.condition, "outcome": outcome, "setting": index.setting, "index": index.index,
            "value": index.value, "low": index.low, "high": index.high, "points": int(kept.sum()),
            "left_out": int((~kept).sum()), "chance": chance,
        }  # fmt: skip


def _indices(study: Study, method: str, shares: Numbers, y: Numbers) -> list[Index]:
    settings = settings_of(study)
    each = {"sobol": len(settings) + 2, "morris": len(settings) + 1}.get(method, 1)
    fewest = FEWEST[method] * each if method in FEWEST else indices.fewest_for_prcc(len(settings))
    if len(y) < fewest:
        more = max(SAMPLES[METHODS[method][0]], 2 * fewest // each)
        raise CoCreateError(
            say(
                "{folder}: {n} whole points are too few for {method} of {settings} settings, which needs {fewest}; sweep with "
                "more, such as samples={more}",
                folder=study.folder, n=len(y), method=method, settings=len(settings), fewest=fewest, more=more,
            )
        )
    if method == "sobol":
        return indices.sobol(settings, y)
    levels = int(study.manifest["design"].get("levels", 0))
    return indices.morris(settings, shares, y, levels) if method == "morris" else indices.prcc(settings, shares, y)


def _runs(study: Study, sample: Sample, outcome: str) -> Numbers:
    """An outcome by point and replicate; differences to the first choice of levers are between equal replicates."""
    replicates = range(int(study.manifest["replicates"]))

    def rows(arms: Sequence[ArmInfo]) -> Numbers:
        return np.array([study.by_arm[arm.name][outcome].reindex(replicates).to_numpy(np.float64) for arm in arms])

    return rows(sample.arms) - rows(sample.against) if sample.against else rows(sample.arms)


def _means(runs: Numbers) -> Numbers:
    """The mean of each point; where a replicate is missing, what its seed does to all points alike is taken off before."""
    there = runs[:, np.isfinite(runs).any(axis=0)]
    if not there.size:
        return np.zeros(0)
    luck = np.nanmean(there, axis=0)
    return np.asarray(np.nanmean(there - luck, axis=1) + luck.mean())


def _whole(method: str, there: NDArray[np.bool_], settings: int) -> NDArray[np.bool_]:
    """Which points count: all that are there, or, where a method reads them in blocks, those of whole blocks."""
    size = {"sobol": settings + 2, "morris": settings + 1}.get(method, 1)
    return np.repeat(there.reshape(-1, size).all(axis=1), size)


def chance_share(runs: Numbers) -> float | None:
    """Return the share of the variance between points that chance may explain; None with one replicate.

    All points have the same seeds. What a seed does to all of them alike is no difference between points; what it does to a point
    beyond that is chance, and its variance divided by the number of replicates is what remains in the point's mean.
    """
    whole = runs[np.isfinite(runs).all(axis=1)]
    points, replicates = whole.shape
    if replicates < 2 or points < 2:
        return None
    between = float(whole.mean(axis=1).var(ddof=1))
    rest = whole - whole.mean(axis=1, keepdims=True) - whole.mean(axis=0, keepdims=True) + whole.mean()
    chance = float((rest**2).sum()) / ((points - 1) * (replicates - 1)) / replicates
    return min(1.0, chance / between) if between > 0 else None


def _one_at_a_time(study: Study, sample: Sample, outcome: str) -> Iterator[dict[str, object]]:
    """What an outcome does when one setting goes from its 5 % to its 95 % quantile, and to each of these from the middle."""
    runs = _runs(study, sample, outcome)
    if not np.isfinite(runs).any() or np.nanmax(runs) == np.nanmin(runs):
        return
    at = dict(zip((arm.name for arm in sample.arms), runs, strict=True))
    middle, *ends = (arm.name for arm in sample.arms)
    for i, setting in enumerate(settings_of(study)):
        low, high = ends[2 * i], ends[2 * i + 1]
        for index, one, other in (("at_low", low, middle), ("at_high", high, middle), ("low_to_high", high, low)):
            pair = paired(pd.Series(at[one]), pd.Series(at[other])).difference
            if pair.replicates:
                yield {
                    "method": "one_at_a_time", "condition": sample.condition, "outcome": outcome, "setting": setting,
                    "index": index, "value": pair.mean, "low": pair.low, "high": pair.high, "points": len(sample.arms),
                    "left_out": 0, "chance": None,
                }  # fmt: skip
