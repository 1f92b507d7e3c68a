"""Every public name has a docstring in NumPy's form, and every example in a docstring runs."""

from __future__ import annotations

import doctest
import inspect
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from tests.docs.pages import ROOT

sys.path.insert(0, str(ROOT / "docs"))
from writers.public import every, found

SOURCES = ROOT / "src" / "cocreate_sim"


def _asked(thing: Any) -> Any:
    """What has parameters: the function, or what makes an object of a class."""
    return thing.__init__ if inspect.isclass(thing) else getattr(thing, "py_func", thing)


def _faults(name: str, thing: Any) -> Iterator[str]:
    """What a docstring lacks."""
    text = inspect.getdoc(thing) or ""
    first = text.partition("\n")[0]
    if not first or not first.endswith((".", ":", "?")):
        yield f"{name}: the first line says what happens, and ends with a full stop"
    if inspect.isclass(thing):
        return
    parameters = [p for p in inspect.signature(_asked(thing)).parameters if p not in ("self", "args", "kwargs")]
    if parameters and "Parameters\n----------" not in text:
        yield f"{name}: no section Parameters"
    missing = [p for p in parameters if p not in text.partition("Parameters\n----------")[2]]
    if missing:
        yield f"{name}: says nothing of {', '.join(missing)}"
    returns = inspect.signature(_asked(thing)).return_annotation
    if returns not in (None, "None") and "Returns\n-------" not in text:
        yield f"{name}: no section Returns"


@pytest.mark.parametrize("name", every())
def test_a_public_name_has_a_docstring(name: str) -> None:
    thing = found(name)
    faults = list(_faults(name, thing))
    if inspect.isclass(thing) and not issubclass(thing, BaseException):
        for member, value in vars(thing).items():
            if not member.startswith("_") and inspect.isfunction(value):
                faults += [] if inspect.getdoc(value) else [f"{name}.{member}: no docstring"]
    assert not faults


def _with_examples() -> list[str]:
    files = sorted(p for p in SOURCES.rglob("*.py") if "\n>>> " in p.read_text(encoding="utf-8").replace("    >>> ", ">>> "))
    return [_module(p) for p in files]


def _module(path: Path) -> str:
    parts = path.relative_to(SOURCES.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.compiled
@pytest.mark.parametrize("name", _with_examples())
def test_the_examples_of_a_module_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = doctest.testmod(import_module(name))
    assert done.attempted > 0
    assert done.failed == 0
