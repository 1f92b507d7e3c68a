"""The golden file: every outcome of six short runs, digit by digit, so that no number changes unnoticed.

``python tests/golden.py --check`` prints which numbers changed (and ends with 1 if any did);
``python tests/golden.py --write`` prints the same and writes the file anew. A change of a number is either a mistake,
or meant: then the new file goes into the same commit as its reason.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
for folder in (ROOT, ROOT / "src"):  # run as a script, from anywhere
    if str(folder) not in sys.path:
        sys.path.append(str(folder))

from tests.scenarios import scenario, world_settings  # noqa: E402

from cocreate_sim.model import CoCreateModel  # noqa: E402

FILE = Path(__file__).with_name("golden.json")
WEEKS, BURN_IN = 30, 4
POLICIES: dict[str, dict[str, Any]] = {
    "before_2022": {},
    "small_units_72_posts_board": {"partition": "10-20", "posts": 72, "red_board": True, "head_hours": "equal_total"},
}
LIVELY: dict[str, Any] = {
    # more of everything than the centre, so that thirty weeks reach every rule
    "arrivals.rate": 6.0, "heads.willing_share": 0.1, "heads.step_forward_weeks": 2.0, "participation.base": -2.5,
    "renovation.initiative": 30.0, "renovation.meetings_high": 3, "renovation.hours_high": 200.0, "renovation.helpers_high": 4,
    "renovation.evaluate_after": 3, "turnover.leave_community": 1.0, "casework.patience_days": 10.0, "reporting.rate": 0.01,
}  # fmt: skip


def runs() -> dict[str, Any]:
    """The runs by name: 60 households without neighbours (quick without compilation), one building, 300 households; two policies."""
    worlds = {
        "sixty": world_settings(
            "tiny",
            households=60,
            compounds=2,
            grids=4,
            communities=2,
            building_min=15,
            stair_size=6,
            households_per_site=10,
            background=False,
        ),
        "tiny": world_settings("tiny"),
        "three_hundred": world_settings(
            "quarter", households=300, compounds=2, grids=4, communities=1, households_per_site=30, community_households=600
        ),
    }
    return {
        f"{world}/{policy}": scenario(place, seed=2022, weeks=WEEKS, burn_in=BURN_IN, settings=LIVELY, **levers)
        for world, place in worlds.items()
        for policy, levers in POLICIES.items()
    }


def numbers(names: Iterable[str] | None = None) -> dict[str, dict[str, float]]:
    """Run all (or the named ones), and return every number by name: outcomes, waits, the funnel, what was built, and weekly sums."""
    table: dict[str, dict[str, float]] = {}
    chosen = runs()
    for name in chosen if names is None else names:
        one = chosen[name]
        result = CoCreateModel(one).run()
        flat: dict[str, float] = {f"summary.{k}": v for k, v in result.summary.items()}
        flat |= {f"realised.{k}": float(v) for k, v in result.realised.items()}
        flat |= {f"projects.{k}": float(v) for k, v in result.projects.items()}
        for tier, percentiles in result.waits.items():
            flat |= {f"waits.{tier}.{p}": float(percentiles[p]) for p in (25, 50, 90, 100) if len(percentiles)}
        for outcome, weekly in result.weekly.items():
            flat[f"weekly.{outcome}"] = float(np.nansum(weekly * np.arange(1, len(weekly) + 1)))  # order counts
        table[name] = flat
    return table


def changes(old: dict[str, dict[str, float]], new: dict[str, dict[str, float]]) -> list[str]:
    """Say line by line which runs are new or gone, and which numbers of the others changed, appeared or went."""
    told = []
    for name in sorted(old.keys() | new.keys()):
        if name not in old or name not in new:
            told.append(f"{name}: a new run" if name in new else f"{name}: no longer run")
            continue
        before, now = old[name], new[name]
        for key in sorted(before.keys() | now.keys()):
            a, b = before.get(key), now.get(key)
            if a is None or b is None:
                told.append(f"{name} {key}: {'not there' if a is None else repr(a)} -> {'not there' if b is None else repr(b)}")
            elif a != b and not (math.isnan(a) and math.isnan(b)):
                more = f" ({b / a - 1:+.3%})" if a and math.isfinite(b / a) else ""
                told.append(f"{name} {key}: {a!r} -> {b!r}{more}")
    return told


def read() -> dict[str, dict[str, float]]:
    """Read the file; an empty table where there is none yet."""
    return json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}


def main(arguments: list[str] | None = None) -> int:
    """Compare, tell, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--check", action="store_true", help="print which numbers changed; end with 1 if any did")
    group.add_argument("--write", action="store_true", help="print the same, and write the file anew")
    given = parser.parse_args(arguments)
    new = numbers()
    told = changes(read(), new)
    for line in told:
        print(line)
    print(f"{len(told)} changes; {sum(map(len, new.values()))} numbers in {len(new)} runs")
    if given.write:
        FILE.write_text(json.dumps(new, indent=1, sort_keys=True) + "\n", "utf-8")
        print(f"written: {FILE.name}")
        return 0
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
