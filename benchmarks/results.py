"""The table: flat names, each with value, unit and target; printed as it fills, and written to a file that others read."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

TARGETS: dict[str, tuple[str, float]] = {
    "reference_ratio": (">=", 100.0),
    "small_task_least_ratio": (">=", 10.0),
    "c_ratio": ("<=", 1.5),
    "wuchang_seconds": ("<=", 30.0),
    "wuchang_gib": ("<=", 2.0),
    "wuhan_seconds": ("<=", 480.0),
    "wuhan_gib": ("<=", 16.0),
    "growth_exponent": ("<=", 1.05),
    "two_thread_ratio": (">=", 1.7),
    "bairuijing_seconds": ("<=", 0.8),
    "import_seconds": ("<=", 0.5),
    "help_seconds": ("<=", 0.4),
    "compile_seconds": ("<=", 15.0),
    "second_run_compiled_loops": ("<=", 0.0),
    "tiny_two_process_ratio": (">=", 1.7),
    "store_overhead_ms": ("<=", 3.0),
    "store_found_seconds": ("<=", 3.0),
    "store_compare_seconds": ("<=", 2.0),
}
"""What the project wants; a figure that misses it is marked."""


SECTIONS = ("units", "told", "not_measured", "quick", "machine")
"""What the file holds beside figures."""


def _same(one: Any, other: Mapping[str, Any]) -> bool:
    """Whether two descriptions are of one machine, however busy it was."""
    return isinstance(one, dict) and {**one, "load_at_start": 0} == {**other, "load_at_start": 0}


class Results:
    """Figures of one run of the benchmark."""

    def __init__(self, machine: Mapping[str, Any], quick: bool, quiet: bool = False) -> None:
        self.machine, self.quick, self.quiet = dict(machine), quick, quiet
        self.figures: dict[str, float] = {}
        self.units: dict[str, str] = {}
        self.absent: dict[str, str] = {}
        self.told: dict[str, str] = {}
        self.before: dict[str, Any] = {}

    def go_on_from(self, path: Path) -> None:
        """Keep the figures of a file that are not measured anew, if it was written on this machine: no ratio spans two parts."""
        found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        if _same(found.get("machine"), self.machine) and found.get("quick") == self.quick:
            self.before = found

    def heading(self, text: str, about: str = "") -> None:
        """Begin a part of the table."""
        self._say(f"\n{text}" + (f"\n  {about}" if about else ""))

    def add(self, name: str, value: float, unit: str) -> None:
        """Add a figure."""
        if name in self.figures:
            raise ValueError(f"{name} is measured twice")
        if not math.isfinite(value):
            raise ValueError(f"{name} is {value}")
        self.figures[name], self.units[name] = float(f"{value:.6g}"), unit
        self._say(f"  {name:44s}{value:>14.4g} {unit:28s}{self.verdict(name)}")

    def note(self, name: str, text: str) -> None:
        """Keep a fact that is no number."""
        self.told[name] = text
        self._say(f"  {name:44s}{text}")

    def miss(self, name: str, why: str) -> None:
        """Say loudly that something could not be measured, and why."""
        self.absent[name] = why
        self._say(f"  {name:44s}NOT MEASURED: {why}")

    def verdict(self, name: str) -> str:
        """Target of a figure, and whether it is met."""
        if name not in TARGETS or name not in self.figures:
            return ""
        sign, wanted = TARGETS[name]
        met = self.figures[name] >= wanted if sign == ">=" else self.figures[name] <= wanted
        return f"target {sign} {wanted:g}: {'met' if met else 'MISSED'}"

    def document(self) -> dict[str, Any]:
        """All figures under their flat names, then their units, what is missing, and the machine."""
        before = {name: value for name, value in self.before.items() if name not in SECTIONS}
        absent = {name: why for name, why in self.before.get("not_measured", {}).items() if name not in self.figures}
        return {
            **before, **self.figures, "units": self.before.get("units", {}) | self.units,
            "told": self.before.get("told", {}) | self.told, "not_measured": absent | self.absent, "quick": self.quick,
            "machine": self.machine,
        }  # fmt: skip

    def write(self, path: Path) -> None:
        """Write the file, at once or not at all."""
        half = path.with_suffix(".part")
        half.write_text(json.dumps(self.document(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        half.replace(path)

    def _say(self, text: str) -> None:
        if not self.quiet:
            print(text, flush=True)
