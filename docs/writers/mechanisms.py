"""The page of a mechanism: what happens, why, equations, settings, limits, what would show that it is wrong, and its tests."""

from __future__ import annotations

import ast
import inspect
import re
from functools import cache, partial
from pathlib import Path
from typing import Any

import yaml

from cocreate_sim.mechanism import Mechanism
from cocreate_sim.schedule import BY_NAME
from cocreate_sim.validation.case import Formula
from cocreate_sim.validation.catalogue import EVERY, FORMULAS

from .tables import CHECKOUT, DOCS, NOTE, settings_table, written


@cache
def reasons() -> dict[str, dict[str, str]]:
    """Why each mechanism is there and what would show that it is wrong: docs/reasons.yaml, checked against the schedule."""
    given: dict[str, dict[str, str]] = yaml.safe_load((DOCS / "reasons.yaml").read_text(encoding="utf-8"))
    if set(given) != set(BY_NAME):
        raise SystemExit(f"docs/reasons.yaml and the schedule differ in: {', '.join(sorted(set(given) ^ set(BY_NAME)))}")
    return given


def stem(m: type[Mechanism]) -> str:
    """The name of the file in which a mechanism and its tests stand."""
    return m.__module__.rsplit(".", 1)[-1]


@cache
def _functions(file: str) -> dict[str, str]:
    """The source of every function at the top of a file."""
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    found = [n for n in ast.parse("\n".join(lines)).body if isinstance(n, ast.FunctionDef)]
    return {n.name: "\n".join(lines[n.lineno - 1 : n.end_lineno]) for n in found}


@cache
def _source(name: str) -> str:
    """The code that measures a formula: its function, and the functions of the same file that it calls."""
    measure: Any = FORMULAS[name].measure
    while isinstance(measure, partial):
        measure = measure.func
    functions = _functions(inspect.getfile(measure))
    taken: dict[str, str] = {}
    waiting = [measure.__name__]
    while waiting:
        name = waiting.pop()
        if name in functions and name not in taken:
            taken[name] = functions[name]
            waiting += re.findall(r"\b\w+(?=\()", functions[name])
    return "\n".join(taken.values())


def formulas_of(name: str) -> list[Formula]:
    """The formulas whose run leaves this mechanism on or sets something of it."""
    said = re.compile(rf"""["']{name}(\.\w+)?["']""")
    return [f for f in EVERY if said.search(_source(f.name))]


def tests_of(name: str) -> list[str]:
    """What the tests of one file say, in words, in order."""
    tree = ast.parse((CHECKOUT / "tests" / "mechanisms" / f"test_{name}.py").read_text(encoding="utf-8"))
    tests = [n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name.startswith("test_")]
    return [test.removeprefix("test_").replace("_", " ") for test in tests]


def page(m: type[Mechanism]) -> str:
    """One page."""
    equations = "\n".join(f"- `{e}`" for e in m.equations)
    limits = "".join(f"- [{f.title}](../validation.md) (`cocreate validate {f.name}`): `{f.text}`\n" for f in formulas_of(m.name))
    why, wrong = (written(reasons()[m.name][part], f"docs/reasons.yaml, {m.name}") for part in ("why", "wrong"))
    told = "\n".join(f"- {test}" for test in tests_of(stem(m)))
    return (
        f"# {m.name.replace('_', ' ').capitalize()}\n\n{NOTE}{m.sentence}\n\n"
        f"| | |\n| --- | --- |\n| when | {m.cadence} |\n| reads | {', '.join(m.reads)} |\n| writes | {', '.join(m.writes)} |\n"
        f"| switched off (`switches.{m.name}=false`) | {m.without} |\n"
        f"| rows of the [article](../article.md) | {', '.join(m.seed_facts) or 'none'} |\n"
        f"| code | `src/cocreate_sim/mechanisms/{stem(m)}.py` |\n\n"
        f"## Why\n\n{why} (Letters and numbers: [evidence](../evidence.md).)\n\n"
        f"## Equations\n\n{equations}\n\n"
        f"## Settings\n\n{settings_table(m.Settings, f'uncertainties.{m.name}')}\n"
        f"## Limits\n\nSwitched off: {m.without}.\n\n"
        + (
            f"Formulas that a run of the model must reduce to, and in which this mechanism takes part:\n\n{limits}\n"
            if limits
            else ""
        )
        + f"## What would show that it is wrong\n\n{wrong}\n\n"
        f"## Tests\n\n`tests/mechanisms/test_{stem(m)}.py` shows that:\n\n{told}\n"
    )
