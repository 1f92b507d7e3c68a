"""The second stage of an ablation: the parts whose removal changed most, taken out two at a time on the same worlds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from ..analysis.interactions import interactions
from ..analysis.load import load_study
from ..analysis.parts import read_manifest
from ..analysis.tables import against, compared
from ..config.overrides import parse, write
from ..errors import CoCreateError
from ..policy import Policy, policy
from .design import Arm, shared_words
from .executors import Executor
from .going import Way
from .output import write_csv
from .runner import begin_or_go_on

FOLDER = "interactions"
"""Where the second stage lies, inside the folder of the first."""


def by_size(folder: Path, outcome: str) -> list[str]:
    """Return the arms of a study in the order in which their removal changed an outcome, the largest mean difference first."""
    study = load_study(folder)
    sizes = {arm.name: abs(against(study, arm.name, base.name, outcome).difference.mean) for arm, base in compared(study)}
    measured = [name for name, size in sizes.items() if math.isfinite(size)]
    if len(measured) < 2:
        raise CoCreateError(f"{outcome} was measured in fewer than two arms beside the reference: there is nothing to pair")
    return sorted(measured, key=lambda name: -sizes[name])


def about(experiment: Mapping[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    """Return what the manifest of the first stage keeps of the second."""
    base = shared_words(parse(overrides), {"policy"})
    reference = experiment["reference"]["policy"]
    return {"interactions": {**experiment["interactions"], "reference": reference, "overrides": list(base)}}


def settle(folder: Path, executor: Executor, way: Way) -> None:
    """Do the second stage of a study that asked for one, or go on with it where it stopped."""
    made, there = read_manifest(folder), folder / FOLDER
    asked = made.get("interactions")
    if not asked:
        return
    by = asked["by"]
    about = {
        **{name: made[name] for name in ("command", "experiment", "pair_by", "cache")},
        "question": f"Do the parts that change {by} most replace or help each other?",
        "headline": list(dict.fromkeys([by, *made["headline"]])),
    }
    arms = second_stage(folder, asked)
    begin_or_go_on(arms, made["replicates"], made["base_seed"], there, executor, way, about=about)
    study = load_study(there)
    if not study.done.empty:
        write_csv(there / "interactions.csv", interactions(study))


def second_stage(folder: Path, asked: Mapping[str, Any]) -> list[Arm]:
    """Return the arms of the second stage: the reference policy, each of the largest alone, and every two of them together.

    A policy that another is taken apart from differs from it in some levers, channels and switches; two policies together
    differ in both. Two that change the same lever cannot be taken together, and are left out.
    """
    reference, base = asked["reference"], asked["overrides"]
    whole = policy(reference)
    every = {name: _apart(policy(name), whole) for name in by_size(folder, asked["by"])}
    parts = dict(list(_without_the_whole(every).items())[: asked["largest"]])
    chosen: list[tuple[str, ...]] = [(), *((name,) for name in parts)]
    chosen += [pair for pair in combinations(parts, 2) if not set(parts[pair[0]]) & set(parts[pair[1]])]
    arms = []
    for names in chosen:
        changes = [write(address, value) for name in names for address, value in parts[name].items()]
        arms.append(
            Arm(
                name="+".join(names) or reference,
                label=" and ".join(policy(name).label for name in names) or whole.label,
                overrides=(*base, write("policy", reference), *changes),
                factors={"policy": "+".join(names) or reference},
                reference=reference,
            )
        )
    return arms


def _without_the_whole(parts: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Leave out a policy that takes out all that the others take out, each by itself: it is no part."""
    taken = {address for changes in parts.values() for address in changes}
    return {name: changes for name, changes in parts.items() if set(changes) < taken} or parts


def _apart(one: Policy, whole: Policy) -> dict[str, Any]:
    """Address and value of everything in which a policy differs from another."""
    found: dict[str, Any] = {}
    for section, mine, theirs in (
        ("levers", one.levers, whole.levers),
        ("channels", one.channels, whole.channels),
        ("switches", one.switches, whole.switches),
    ):
        found |= {f"{section}.{name}": value for name, value in mine.items() if value != theirs[name]}
    return found | ({"timeline": one.timeline} if one.timeline != whole.timeline else {})
