"""Compiled loops are kept on disk, and never served when a source they were compiled from has changed."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

import cocreate_sim
from cocreate_sim.engine import kernels

CALLEE = "from ..engine.kernels import kernel\n\n\n@kernel\ndef fee(days):\n    return {price} * days\n"
CALLER = "from ..engine.kernels import kernel\nfrom .prices import fee\n\n\n@kernel\ndef bill(days):\n    return fee(days) + 1\n"


class Copy:
    """A copy of the package with one kernel in mechanisms/ that calls another in another file."""

    def __init__(self, folder: Path) -> None:
        source = Path(cocreate_sim.__file__).parent
        self.package = folder / "copied_sim"
        (self.package / "mechanisms").mkdir(parents=True)
        shutil.copytree(source / "engine", self.package / "engine", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(source / "errors.py", self.package)
        for place in (self.package, self.package / "mechanisms"):
            (place / "__init__.py").touch()
        (self.package / "mechanisms" / "bills.py").write_text(CALLER)
        self.price(2)

    def price(self, price: int) -> None:
        """Edit the callee."""
        (self.package / "mechanisms" / "prices.py").write_text(CALLEE.format(price=price))

    def start(self) -> tuple[ModuleType, ModuleType]:
        """Import everything anew, as a new process would."""
        self.forget()
        importlib.invalidate_caches()
        return importlib.import_module("copied_sim.mechanisms.bills"), importlib.import_module("copied_sim.engine.kernels")

    def forget(self) -> None:
        for name in [n for n in sys.modules if n.split(".")[0] == "copied_sim"]:
            del sys.modules[name]


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COCREATE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.syspath_prepend(tmp_path)
    copied = Copy(tmp_path)
    yield copied
    copied.forget()


def test_an_edit_of_a_called_function_reaches_its_callers(copy: Copy) -> None:
    # given a compiled and cached caller
    bills, engine = copy.start()
    assert bills.bill(10) == 21
    first = engine.cache_folder()
    # when the function that it calls is edited, in another file
    copy.price(300)
    bills, engine = copy.start()
    # expect a new folder and the new result
    assert engine.cache_folder() != first
    assert bills.bill(10) == 3001


@pytest.mark.compiled
def test_without_an_edit_the_kernel_comes_from_the_disk(copy: Copy) -> None:
    bills, engine = copy.start()
    bills.bill(10)
    first = engine.cache_folder()
    assert sum(bills.bill.stats.cache_misses.values()) == 1
    bills, engine = copy.start()
    assert bills.bill(10) == 21
    assert engine.cache_folder() == first
    assert sum(bills.bill.stats.cache_hits.values()) == 1
    assert not bills.bill.stats.cache_misses


@pytest.mark.parametrize("folder", ["engine", "mechanisms", "world", "outcomes"])
def test_every_source_that_a_kernel_may_use_is_part_of_the_key(copy: Copy, folder: str) -> None:
    before = copy.start()[1].source_hash()
    (copy.package / folder).mkdir(exist_ok=True)
    (copy.package / folder / "more.py").write_text("X = 1\n")
    assert copy.start()[1].source_hash() != before


def test_folders_of_old_sources_are_dropped_and_other_files_left_alone(copy: Copy) -> None:
    root = copy.package.parent / "cache"
    for k in range(8):
        (root / f"kernels-old{k}").mkdir(parents=True)
        os.utime(root / f"kernels-old{k}", (k, k))
    (root / "notes").mkdir()
    mine = copy.start()[1].cache_folder()
    left = sorted(p.name for p in root.iterdir())
    assert mine.name in left
    assert "notes" in left
    assert [n for n in left if "old" in n] == ["kernels-old4", "kernels-old5", "kernels-old6", "kernels-old7"]


def test_a_home_that_cannot_be_written_to_is_no_obstacle(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError("read-only")

    monkeypatch.setattr(Path, "mkdir", refuse)
    bills, engine = copy.start()
    assert engine.cache_folder() is None
    assert bills.bill(10) == 21, "compiled in memory"


def test_every_kernel_is_registered() -> None:
    from cocreate_sim.engine import streams

    assert streams.logistic in kernels.registered
    assert streams.uniform in kernels.registered


@pytest.mark.compiled
def test_kernels_of_other_packages_are_never_taken_from_the_disk(copy: Copy) -> None:
    # given a package of somebody else with a kernel, compiled once
    other = copy.package.parent / "strange_bills.py"
    text = "from copied_sim.engine.kernels import kernel\n\n\n@kernel\ndef strange(days):\n    return {price} * days\n"
    other.write_text(text.format(price=2))
    try:
        copy.start()
        assert importlib.import_module("strange_bills").strange(10) == 20
        # when it is edited
        other.write_text(text.format(price=3))
        del sys.modules["strange_bills"]
        copy.start()
        strange = importlib.import_module("strange_bills").strange
        # expect the new result, and nothing kept on the disk
        assert strange(10) == 30
        assert not strange.stats.cache_hits
        assert not list((copy.package.parent / "cache").rglob("strange_bills*"))
    finally:
        sys.modules.pop("strange_bills", None)
