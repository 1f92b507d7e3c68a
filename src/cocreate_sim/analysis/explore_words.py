"""What an exploration found, in words and as plain values."""

from __future__ import annotations

import math
from typing import Any

from .explore import Explored
from .prim import Box
from .words import figures


def told(found: Explored) -> str:
    """Say under which conditions what was asked holds."""
    overall, worlds = float(found.cases.mean()), len(found.cases)
    lines = [f"{found.question}: in {overall:.0%} of {worlds:,} worlds.", ""]
    if not found.boxes:
        lines += ["No box of settings is denser than all worlds together beyond chance (PRIM)."]
    for number, box in enumerate(found.boxes, 1):
        inside = f"it holds in {box.density:.0%} of the worlds inside (density)"
        covered = f"{box.coverage:.0%} of the worlds in which it holds lie inside (coverage)"
        lines += [f"Box {number} (PRIM): {inside}, and {covered}; {box.mass:.0%} of all worlds do."]
        lines += [f"  {text}" for text in conditions(box)]
    lines += ["", f"Tree (CART; balanced accuracy {found.accuracy:.2f} on worlds that it has not seen, 0.5 is guessing):"]
    lines += [
        f"  {row['conditions']}: {row['density']:.0%} of {row['worlds']} worlds, {row['coverage']:.0%} of the cases"
        for row in found.leaves.to_dict("records")
    ]
    return "\n".join(lines) + "\n"


def conditions(box: Box) -> list[str]:
    """Say the limits of a box, one setting each."""
    return [f"{name} {_between(*ends)} (by chance: p = {box.p[name]:.2g})" for name, ends in box.limits.items()]


def _between(low: float, high: float) -> str:
    if math.isinf(low):
        return f"up to {figures(high)}"
    return f"above {figures(low)}" if math.isinf(high) else f"between {figures(low)} and {figures(high)}"


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
