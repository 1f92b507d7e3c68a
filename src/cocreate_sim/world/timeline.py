"""The timeline: dated changes of levers, subdistrict by subdistrict, and the levers in force in each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from typing import Any, get_type_hints

import numpy as np

from ..engine.columns import Columns, table
from .levers import Levers, Rule, parse_rule

IN_FORCE: Columns = {
    "posts": (np.int32, "Established posts."),
    "partition": (np.int32, "Households per unit; -1 10-20, -2 nested, -3 grid."),
    "head_hours": (np.int8, "0 per_head, 1 equal_total."),
    "community_workers_per_10k": (np.float64, "Community workers per 10,000 residents."),
    "staff_rule": (np.int8, "0 cases_first, 1 protected."),
    "protected_share": (np.float64, "Share of time kept under the protected rule."),
    "red_board": (np.bool_, "A red board names participants."),
    "broadcast": (np.bool_, "Messages go to the chat groups."),
    "project_budget": (np.float64, "Yuan per year for micro-renovations."),
    "pay": (np.float64, "Monthly pay of community workers, yuan."),
    "post_pay": (np.float64, "Monthly pay of a post, yuan."),
    "vote_honoured": (np.bool_, "What was voted for is built."),
}
"""One row per subdistrict: the levers that can be dated, and what is in force there now, as a number."""
DATED = tuple(IN_FORCE)
_PARTITIONS = {"10-20": -1, "nested": -2, "grid": -3}


@dataclass(frozen=True, slots=True)
class Change:
    """From a week of the horizon on, a lever has another value in one subdistrict."""

    week: int
    """Weeks after burn-in; the change holds from the Monday on which the week begins."""
    subdistrict: int
    lever: str
    value: Any
    """As in :class:`Levers`."""


Timeline = tuple[Change, ...]
"""Changes in the order of weeks, subdistricts and levers."""


def in_order(changes: Sequence[Change]) -> Timeline:
    """Sort changes by week, subdistrict and lever."""
    return tuple(sorted(changes, key=lambda c: (c.week, c.subdistrict, DATED.index(c.lever))))


def code_of(lever: str, value: Any) -> float:
    """Return the value of a lever as the number that stands for it."""
    if lever == "partition":
        rule = parse_rule(value)
        return _PARTITIONS.get(rule.kind, rule.size)
    return list(type(value)).index(value) if isinstance(value, Enum) else float(value)


def rule_of(code: int) -> Rule:
    """Return the partition rule for which a number stands."""
    kinds = {number: kind for kind, number in _PARTITIONS.items()}
    return Rule(kinds[code]) if code in kinds else Rule("number", code)


def said(lever: str, code: float) -> str:
    """Say the value of a lever for which a number stands."""
    kind = get_type_hints(Levers)[lever]
    if lever == "partition":
        rule = rule_of(int(code))
        return str(rule.size) if rule.kind == "number" else rule.kind
    if issubclass(kind, Enum):
        return str(list(kind)[int(code)].value)
    if kind is bool:
        return "on" if code else "off"
    return f"{code:.10g}"


def in_force(levers: Levers, subdistricts: int) -> np.recarray:
    """Return the levers at the start, the same in every subdistrict."""
    return table(IN_FORCE, subdistricts, **{name: code_of(name, getattr(levers, name)) for name in DATED})


def stages(levers: Levers, subdistricts: int, timeline: Timeline) -> Iterator[np.recarray]:
    """Return what is in force at the start, and after each week in which something changes."""
    now = in_force(levers, subdistricts)
    yield now.copy()
    for _, changes in groupby(timeline, key=lambda change: change.week):
        for change in changes:
            now[change.lever][change.subdistrict] = code_of(change.lever, change.value)
        yield now.copy()
