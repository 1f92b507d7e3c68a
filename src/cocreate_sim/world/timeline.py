"""The timeline: dated changes of levers, subdistrict by subdistrict, and the numbers that stand for their values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ..engine.settings import types_of
from .levers import Levers, Rule, parse_rule

DATED = (
    "posts", "partition", "head_hours", "community_workers_per_10k", "staff_rule", "protected_share", "red_board", "broadcast",
    "project_budget", "pay", "post_pay", "vote_honoured",
)  # fmt: skip
"""Levers that can have a date; the others are read once, when the world is built."""
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
    kind = types_of(Levers)[lever]
    if lever == "partition":
        rule = rule_of(int(code))
        return str(rule.size) if rule.kind == "number" else rule.kind
    if issubclass(kind, Enum):
        return str(list(kind)[int(code)].value)
    if kind is bool:
        return "on" if code else "off"
    return f"{code:.10g}"
