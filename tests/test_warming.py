"""Compiling on a new machine: other cores help, nothing of them stays, and the second run compiles nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cocreate_sim import warming


@pytest.mark.parametrize(("cores", "wanted", "helpers"), [(1, True, 0), (2, True, 1), (3, True, 2), (64, True, 3), (8, False, 0)])
def test_other_cores_help_as_long_as_it_lasts(cores: int, wanted: bool, helpers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)))
    monkeypatch.delenv("NUMBA_DISABLE_JIT", raising=False)
    started: list[subprocess.Popen[bytes]] = []
    plain = subprocess.Popen

    def sleeping(words: list[str], **how: Any) -> subprocess.Popen[bytes]:
        assert 0 < float(words[-1]) <= 1
        started.append(plain([sys.executable, "-c", "import time; time.sleep(60)"], **how))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", sleeping)
    with warming._helpers(wanted):
        assert [process.poll() for process in started] == [None] * helpers
    assert all(process.returncode is not None for process in started)


@pytest.mark.compiled
def test_a_helper_lets_every_mechanism_happen_whatever_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    from cocreate_sim import model

    happened: list[str] = []

    class Noting(model.CoCreateModel):
        def __init__(self, scenario: Any) -> None:
            super().__init__(scenario)
            for mechanism in self.mechanisms:
                monkeypatch.setattr(mechanism, "step", lambda world, name=mechanism.name: (happened.append(name), 1 / 0))

    monkeypatch.setattr(model, "CoCreateModel", Noting)
    monkeypatch.setattr(os, "nice", lambda _: 0)
    warming._compile_ahead(1.0)
    backwards = happened.copy()
    happened.clear()
    warming._compile_ahead(0.5)
    assert len(backwards) > 20
    assert sorted(happened) == sorted(backwards)
    assert happened[0] == backwards[len(backwards) - round(0.5 * len(backwards))]


@pytest.mark.long
def test_a_second_run_on_a_new_machine_compiles_nothing(tmp_path: Path) -> None:
    program = (
        "from cocreate_sim.warming import get_ready, is_warm; print(is_warm()); get_ready(); assert is_warm();"
        "from cocreate_sim.engine.kernels import registered; print(sum(sum(k.stats.cache_misses.values()) for k in registered))"
    )
    again = program.replace("get_ready();", "from cocreate_sim.warming import warm_up; warm_up();")

    def said(words: str) -> list[str]:
        surroundings = {**os.environ, "COCREATE_CACHE_DIR": str(tmp_path)}
        return subprocess.run([sys.executable, "-c", words], env=surroundings, check=True, capture_output=True, text=True).stdout.split()

    assert said(program)[0] == "False"
    assert said(again) == ["True", "0"]
