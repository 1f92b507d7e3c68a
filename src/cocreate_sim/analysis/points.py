"""What each point of a sweep gave: means with intervals, one row per point."""

from __future__ import annotations

import math

import pandas as pd

from .effects import conditions
from .languages import say, translated
from .load import Study
from .paired import interval
from .sensitivity import METHODS
from .sentences import question
from .words import capital, factor_words, listing, noun, times, value, world_words


def points(study: Study) -> pd.DataFrame:
    """Sum up each point of a sweep over its replicates.

    Returns
    -------
    pandas.DataFrame
        One row per point: its name, the value of every factor, the number of finished runs, and for every headline outcome
        its mean with the 95 % interval (Student's t; empty with one replicate) in ``OUTCOME``, ``OUTCOME_low``, ``OUTCOME_high``.
    """
    rows = []
    for arm in study.arms:
        row: dict[str, object] = {"point": arm.name, **arm.factors, "replicates": len(study.by_arm[arm.name])}
        for outcome in study.headline:
            found = interval(study.values(arm.name, outcome))
            row |= {outcome: found.mean, f"{outcome}_low": found.low, f"{outcome}_high": found.high}
        rows.append(row)
    return pd.DataFrame(rows)


def sweep_summary(study: Study) -> str:
    """Say in words what a sweep did, how much of it is there, and between which points each headline outcome lies."""
    asked, ok, failed = study.manifest["runs"]["asked"], len(study.done), len(study.failed)
    about = {
        "points": times(len(study.arms), "point"), "replicates": times(int(study.manifest["replicates"]), "replicate"),
        "done": f"{ok:,}", "all": f"{asked:,}", "failed": f"{failed:,}",
    }  # fmt: skip
    varied = listing([translated(factor_words(name)) for name in study.varied]) or say("nothing")
    lines = [
        question(study),
        say(
            "{points}, {replicates} each: {done} of {all} runs finished, {failed} failed."
            if failed
            else "{points}, {replicates} each: {done} of {all} runs finished.",
            **about,
        ),
        say("Varied: {factors}. World: {world}.", factors=varied, world=world_words(study.manifest["config"]["world"]["name"])),
        *(translated(note) for note in study.manifest.get("notes") or []),
        *(_spread(study, outcome) for outcome in study.headline),
    ]
    design = (study.manifest.get("design") or {}).get("name")
    if any(design in designs for designs in METHODS.values()):
        lines.append(say("Which of the varied settings matter: `cocreate sensitivity {folder}`.", folder=study.folder))
    elif len(study.arms) > 1:
        lines.append(say("Intervals stand in points.csv. Paired differences on the same worlds: `cocreate compare`, same words."))
    lines.append(str(study.manifest.get("command") or ""))
    return "\n".join(line for line in lines if line) + "\n"


def _spread(study: Study, outcome: str) -> str:
    """Say between which values an outcome lies; in a grid, at which points."""
    info = study.outcomes[outcome]
    means = {arm.name: float(study.values(arm.name, outcome).mean()) for arm in study.arms}
    known = {name: mean for name, mean in means.items() if not math.isnan(mean)}
    if len(known) < 2:
        return ""
    ends = sorted(known, key=lambda name: known[name])[:: len(known) - 1]
    low, high = (value(known[name], info.unit) for name in ends)
    what = capital(noun(info))
    if low == high:
        same = known[ends[0]] == known[ends[1]]
        every = "{outcome}: {value} at every point." if same else "{outcome}: about {value} at every point."
        return say(every, outcome=what, value=low)
    if study.manifest.get("design"):
        return say("{outcome}: {low} to {high} between points.", outcome=what, low=low, high=high)
    least, most = (conditions(study.arm(name), study.varied) for name in ends)
    return say("{outcome}: from {low} ({least}) to {high} ({most}).", outcome=what, low=low, high=high, least=least, most=most)
