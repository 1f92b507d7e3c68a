"""What an exploration found, in words and as plain values."""

from __future__ import annotations

import math
from typing import Any

from .explore import Explored, named
from .languages import say
from .prim import Box
from .words import figures


def told(found: Explored) -> str:
    """Say under which conditions what was asked holds."""
    overall, worlds = float(found.cases.mean()), len(found.cases)
    lines = [say("{question}: in {share} of {n} worlds.", question=found.question, share=f"{overall:.0%}", n=f"{worlds:,}"), ""]
    if not found.boxes:
        lines += [say("No box of settings is denser than all worlds together beyond chance (PRIM).")]
    for number, box in enumerate(found.boxes, 1):
        lines += [
            say(
                "Box {number} (PRIM): it holds in {density} of the worlds inside (density), and {coverage} of the worlds in "
                "which it holds lie inside (coverage); {mass} of all worlds do.",
                number=number, density=f"{box.density:.0%}", coverage=f"{box.coverage:.0%}", mass=f"{box.mass:.0%}",
            )
        ]
        lines += [f"  {text}" for text in conditions(box)]
    accuracy = f"{found.accuracy:.2f}"
    lines += [
        "",
        say(
            "Tree (CART; balanced accuracy {accuracy} on worlds that it has not seen, 0.5 is guessing):", accuracy=accuracy
        ),
    ]
    for row in found.leaves.to_dict("records"):
        leaf = say(
            "{conditions}: {density} of {n} worlds, {coverage} of the cases", conditions=row["conditions"],
            density=f"{row['density']:.0%}", n=row["worlds"], coverage=f"{row['coverage']:.0%}",
        )
        lines.append(f"  {leaf}")
    return "\n".join(lines) + "\n"


def conditions(box: Box) -> list[str]:
    """Say the limits of a box, one setting each."""
    return [
        say(
            "{setting} {limits} (by chance: p = {p})", setting=named(name), limits=_between(*ends), p=f"{box.p[name]:.2g}"
        )
        for name, ends in box.limits.items()
    ]


def _between(low: float, high: float) -> str:
    if math.isinf(low):
        return say("up to {value}", value=figures(high))
    if math.isinf(high):
        return say("above {value}", value=figures(low))
    return say("between {low} and {high}", low=figures(low), high=figures(high))


def as_dict(found: Explored) -> dict[str, Any]:
    """Return it as plain values; an end without a limit is nothing."""
    return {
        "question": found.question, "worlds": len(found.cases), "cases": int(found.cases.sum()), "accuracy": found.accuracy,
        "boxes": [
            {
                "limits": {k: [None if math.isinf(end) else end for end in ends] for k, ends in box.limits.items()},
                "coverage": box.coverage, "density": box.density, "mass": box.mass, "p": box.p,
            }
            for box in found.boxes
        ],
        "leaves": found.leaves.to_dict("records"),
    }  # fmt: skip
