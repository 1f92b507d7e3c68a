"""Pages about speed, whose figures come from benchmarks/latest.json and from nowhere else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LATEST = ROOT / "benchmarks" / "latest.json"
FILLED = (ROOT / "README.md", ROOT / "docs" / "explanation" / "speed.md")
"""Pages written by hand with places for figures: ``<!-- figures: NAME, NAME -->`` until ``<!-- /figures -->``."""
_PLACE = re.compile(r"(<!-- figures: ([a-z0-9_, ]+) -->\n).*?(<!-- /figures -->)", re.DOTALL)
_KEPT = ("units", "told", "not_measured", "quick", "machine")


def latest() -> dict[str, Any]:
    """The figures of the last whole run of the benchmark."""
    found: dict[str, Any] = json.loads(LATEST.read_text(encoding="utf-8"))
    return found


def shown(value: float) -> str:
    """A figure with three digits that count, and no exponent."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def table(names: list[str], found: Mapping[str, Any]) -> str:
    """Some figures as a Markdown table; what was not measured says so."""
    units, missing = found.get("units", {}), found.get("not_measured", {})
    lines = ["| figure | value | unit |", "| --- | --- | --- |"]
    for name in names:
        value = shown(found[name]) if name in found else f"not measured: {missing.get(name, 'run `make bench`')}"
        lines.append(f"| `{name}` | {value} | {units.get(name, '')} |")
    return "\n".join(lines) + "\n"


def described(machine: Any) -> str:
    """The machine in a line."""
    if isinstance(machine, str):
        return machine
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in machine.items())


def page(note: str) -> str:
    """The reference page: every figure of the last run."""
    found = latest()
    names = [name for name in found if name not in _KEPT]
    told = "".join(f"- `{name}`: {text}\n" for name, text in found.get("told", {}).items())
    missing = "".join(f"- `{name}`: {why}\n" for name, why in found.get("not_measured", {}).items())
    return (
        f"# Figures of speed and memory\n\n{note}Measured by `make bench`, each part in one run, on one machine: "
        f"{described(found['machine'])}. What they mean, and why: [speed](../explanation/speed.md).\n\n"
        f"{table(names, found)}"
        + (f"\n## Also told\n\n{told}" if told else "")
        + (f"\n## Not measured\n\n{missing}" if missing else "")
    )


def filled(text: str, found: Mapping[str, Any]) -> str:
    """A page written by hand, with the figures of the last run in their places."""

    def fill(place: re.Match[str]) -> str:
        names = [name.strip() for name in place[2].split(",")]
        return f"{place[1]}\n{table(names, found)}\n{place[3]}"

    return _PLACE.sub(fill, text)
