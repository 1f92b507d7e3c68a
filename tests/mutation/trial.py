"""One trial: a process of its own runs the tests of one source tree and says which test failed first.

The process is a fork of one that has imported the libraries already, which saves six seconds per mutant.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

MEMORY = 6 * 2**30
"""A mutant that fills the memory ends itself, not the machine."""


BROKEN = 70
"""The status of a child that could not do its work."""


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: the first test that failed, or nothing; and the seconds of processor time."""

    outcome: str
    """"killed", "survived" or "timeout"."""
    by: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Plan:
    """How tests are run: what they took before, whether compilation is on, and how long one may take (None: as long as it likes)."""

    seconds: Mapping[str, float]
    compiled: bool = False
    patience: float | None = None


def preload() -> None:
    """Import what every test needs, but nothing of the package under test."""
    for name in (
        "_pytest", "hypothesis", "hypothesis.extra.numpy", "mesa", "numba", "numpy", "omegaconf", "pandas", "scipy.special",
        "scipy.stats", "yaml",
    ):  # fmt: skip
        with contextlib.suppress(ImportError):
            __import__(name)
    assert not any(name.split(".")[0] == "cocreate_sim" for name in sys.modules)


class _TooSlow(BaseException):
    """A test of the unchanged program takes longer than a mutant can afford."""


def _too_slow(*_: object) -> None:
    raise _TooSlow


class _Listener:
    """Notes the first failure, and the processor time of each test; tries quick tests first, and leaves out those that are too slow."""

    def __init__(self, seconds: Mapping[str, float], patience: float | None) -> None:
        self.seconds, self.patience = seconds, patience
        self.first, self.took = "", dict[str, float]()

    def pytest_collection_modifyitems(self, items: list) -> None:
        items[:] = [item for item in items if math.isfinite(self.seconds.get(item.nodeid, 0.0))]
        items.sort(key=lambda item: self.seconds.get(item.nodeid, 0.0))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        begun = time.process_time()
        if self.patience:
            signal.signal(signal.SIGVTALRM, _too_slow)
            signal.setitimer(signal.ITIMER_VIRTUAL, self.patience)
        try:
            return (yield)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
            self.took.setdefault(item.nodeid, time.process_time() - begun)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        if call.excinfo is not None and call.excinfo.errisinstance(_TooSlow):
            self.took[item.nodeid] = math.inf
            report.outcome, report.longrepr = "passed", None
        return report

    def pytest_runtest_logreport(self, report) -> None:
        if report.failed and not self.first:
            self.first = report.nodeid

    def pytest_collectreport(self, report) -> None:
        if report.failed and not self.first:
            self.first = f"{report.nodeid} (cannot be imported)"


def start(tree: Path, tests: Sequence[str], limit: float, plan: Plan, answer: Path) -> int:
    """Fork, run the tests against ``tree``/src in the child, and return its process id; ``answer`` will hold what it found."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    try:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CPU, (int(limit) + 1, int(limit) + 2))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        _run(tree, tests, plan, answer)
    except BaseException:  # noqa: BLE001 - nothing may return into the parent's loop
        (tree / "error.txt").write_text(traceback.format_exc(), "utf-8")
        os._exit(BROKEN)
    os._exit(0)


def _run(tree: Path, tests: Sequence[str], plan: Plan, answer: Path) -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    source = str(tree / "src")
    sys.path.insert(0, source)
    os.chdir(tree)
    os.environ |= {"PYTHONPATH": source, "PYTHONDONTWRITEBYTECODE": "1", "CI": "true", "COCREATE_CACHE_DIR": str(tree / "cache")}
    sys.dont_write_bytecode = True
    if plan.compiled:
        import numba

        os.environ.pop("NUMBA_DISABLE_JIT")
        numba.config.DISABLE_JIT = 0
    listener = _Listener(plan.seconds, plan.patience)
    begun = time.process_time()
    code = pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-W", "ignore:Module already imported", *tests], plugins=[listener])
    import cocreate_sim

    assert str(cocreate_sim.__file__).startswith(source), "the tests saw another tree"
    if code not in (0, 1, 2):  # no failed test, but none that ran, or a wrong call
        listener.first = f"pytest ended with {code}"
    answer.write_text(
        json.dumps({"first": listener.first, "code": int(code), "took": listener.took, "seconds": time.process_time() - begun})
    )
