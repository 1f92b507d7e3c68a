"""Where a source file can be changed, and how: Cosmic Ray's operators, two more, and rules for what is not logic.

Only changes that keep the type of an expression are made: a float that meets ``<<`` dies of a TypeError under any test.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cosmic_ray.plugins
import parso
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator

SWAPS = (
    "BinaryOperator_Add_Sub", "BinaryOperator_Sub_Add", "BinaryOperator_Mul_Div", "BinaryOperator_Div_Mul",
    "BinaryOperator_FloorDiv_Mul", "BinaryOperator_Mod_FloorDiv", "BinaryOperator_Pow_Mul", "BinaryOperator_BitAnd_BitOr",
    "BinaryOperator_BitOr_BitAnd", "BinaryOperator_BitXor_BitAnd", "BinaryOperator_LShift_RShift", "BinaryOperator_RShift_LShift",
    "ComparisonOperator_Eq_NotEq", "ComparisonOperator_NotEq_Eq", "ComparisonOperator_Lt_LtE", "ComparisonOperator_Lt_GtE",
    "ComparisonOperator_LtE_Lt", "ComparisonOperator_LtE_Gt", "ComparisonOperator_Gt_GtE", "ComparisonOperator_Gt_LtE",
    "ComparisonOperator_GtE_Gt", "ComparisonOperator_GtE_Lt", "ComparisonOperator_Is_IsNot", "ComparisonOperator_IsNot_Is",
    "UnaryOperator_Delete_USub", "UnaryOperator_Delete_Invert", "UnaryOperator_Delete_Not",
)  # fmt: skip
OTHERS = (
    "AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak", "ExceptionReplacer", "NumberReplacer", "ZeroIterationForLoop",
)  # fmt: skip


class AugmentedAssignment(Operator):
    """Add what is subtracted, divide by what is multiplied with, and the reverse."""

    SWAPS = {"+=": "-=", "-=": "+=", "*=": "/=", "/=": "*=", "|=": "&=", "&=": "|="}

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        if node.type == "operator" and node.value in self.SWAPS:
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        node.value = self.SWAPS[node.value]
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class DeleteStatement(Operator):
    """Leave out a call, or a change of an element or an attribute; whole names are not left out: that is a NameError."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        if node.type == "simple_stmt" and self._counts(node.children[0]):
            yield node.children[0].start_pos, node.children[0].end_pos

    def _counts(self, statement: Any) -> bool:
        if statement.type == "expr_stmt":
            target, sign = statement.children[:2]
            return target.type in ("atom_expr", "power") or (sign.type == "operator" and sign.value != "=")
        return statement.type in ("atom_expr", "power")

    def mutate(self, node: Any, index: int) -> Any:
        node.children[0] = parso.parse(node.children[0].get_first_leaf().prefix + "pass")
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


def operators() -> dict[str, Operator]:
    """All operators by name."""
    names = [f"Replace{name}" for name in SWAPS] + list(OTHERS)
    return {name: cosmic_ray.plugins.get_operator(f"core/{name}")() for name in names} | {
        "AugmentedAssignment": AugmentedAssignment(), "DeleteStatement": DeleteStatement(),
    }  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One change of one file: the ``occurrence``-th place of an operator."""

    path: str
    operator: str
    occurrence: int
    line: int
    column: int

    @property
    def name(self) -> str:
        """What tells this mutant from all others of the same sources."""
        return f"{self.path}:{self.line}:{self.column} {self.operator} {self.occurrence}"

    def code(self, root: Path) -> str:
        """The whole file with the change in it."""
        changed = mutate_code((root / self.path).read_text("utf-8"), operators()[self.operator], self.occurrence)
        assert changed is not None, self.name
        return changed


def is_logic(node: Any) -> bool:
    """Whether a change here could change what the program does: see the README for the rules."""
    inside_function = False
    below, above = node, node.parent
    while above is not None:
        if above.type in ("decorator", "tfpdef", "fstring", "import_from"):
            return False
        if above.type == "trailer" and (before := above.get_previous_sibling()) is not None and before.get_code() == ".shape":
            return False  # the only length of a list: another index is an error, or the same
        if above.type == "annassign" and below is above.children[1]:
            return False  # the type of a name
        if above.type == "funcdef":
            if below.type not in ("suite", "parameters"):
                return False  # the type of what it returns
            inside_function = True
        if above.type == "classdef" and not inside_function:
            return False  # settings with their ranges, and what a mechanism says of itself
        below, above = above, above.parent
    return True


def mutants(root: Path, path: Path) -> list[Mutant]:
    """Every mutant of one file, in the order of the text."""
    ways, seen = operators(), Counter[str]()
    made = []
    for node in ast_nodes(get_ast(path.read_text("utf-8"))):
        for name, way in ways.items():
            for (line, column), _ in way.mutation_positions(node):
                if is_logic(node):
                    made.append(Mutant(path.relative_to(root).as_posix(), name, seen[name], line, column))
                seen[name] += 1
    return sorted(made, key=lambda m: (m.line, m.column, m.operator, m.occurrence))
