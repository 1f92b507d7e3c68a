"""Runs are done side by side, once each, given up when nobody asks, and never more than the machine should do."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from cocreate_sim.config import compose, scenario
from cocreate_sim.dashboard import limits, runs
from cocreate_sim.dashboard.runs import DONE, FAILED, STOPPED, Runs, Wanted
from cocreate_sim.errors import ConfigError
from cocreate_sim.model import CoCreateModel

from .sight import COLD

pytestmark = pytest.mark.compiled


def config(*words: str) -> Mapping[str, Any]:
    return compose(["world=tiny", "run.weeks=3", "run.burn_in_weeks=2", *words])


def wanted(*words: str, seed: int = 1) -> Wanted:
    return Wanted(f"{words} {seed}", config(*words), seed)


class Held:
    """Runs that wait for a sign before they go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go, self.begun = threading.Event(), threading.Event()
        real = runs._go_on

        def held(run: runs.Run) -> None:
            self.begun.set()
            assert self.go.wait(60)
            real(run)

        monkeypatch.setattr(runs, "_go_on", held)


def test_a_run_is_that_of_the_model_week_by_week(runs: Runs) -> None:
    [found] = runs.ask("a", [wanted("levers.posts=7", seed=5)])
    assert runs.wait(COLD)
    result = CoCreateModel(scenario({**config("levers.posts=7"), "run": {**config()["run"], "seed": 5}})).run()
    assert found.status == DONE
    assert (found.weeks, found.total, found.burn_in) == (5, 5, 2)
    np.testing.assert_array_equal(found.series("participation_week"), result.weekly["participation_week"])
    assert found.summary == {name: value for name, value in result.summary.items() if np.isfinite(value)}


def test_the_same_run_is_done_once_for_all_pages(runs: Runs) -> None:
    first = runs.ask("a", [wanted(), wanted(seed=2)])
    second = runs.ask("b", [wanted(seed=2), wanted()])
    assert first[0] is second[1]
    assert first[1] is second[0]
    assert runs.wait(COLD)
    assert runs.ask("c", [wanted()])[0] is first[0]


def test_what_no_page_wants_any_more_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    held, now = Held(monkeypatch), [0.0]
    found = Runs(at_once=1, clock=lambda: now[0])
    [old, shared] = found.ask("a", [wanted(), wanted(seed=2)])
    found.ask("b", [wanted(seed=2)])
    found.ask("a", [wanted(seed=3)])
    assert old.status == STOPPED
    assert shared.under_way
    now[0] = limits.ASIDE + 1
    found.ask("a", [wanted(seed=3)])
    assert shared.status == STOPPED, "page b was closed"
    held.go.set()
    assert found.wait(COLD)
    assert found.ask("a", [wanted()])[0] is not old, "asked for again, it begins anew"
    assert found.wait(COLD)
    found.close()


def test_more_runs_than_may_wait_are_refused_and_none_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(monkeypatch)
    found = Runs(at_once=1, most=3)
    found.ask("a", [wanted(), wanted(seed=2)])
    with pytest.raises(ConfigError, match="2 runs wait or go on, and 2 more were asked for; at most 3 may"):
        found.ask("b", [wanted(seed=3), wanted(seed=4)])
    held.go.set()
    assert found.wait(COLD)
    found.close()


def test_a_run_that_fails_says_why_and_the_next_one_is_done(runs: Runs) -> None:
    broken = Wanted("broken", {**config(), "levers": {"posts": -1}}, 1)
    [bad, good] = runs.ask("a", [broken, wanted()])
    assert runs.wait(COLD)
    assert bad.status == FAILED
    assert "outside its range" in bad.error
    assert good.status == DONE


def test_an_error_of_another_kind_is_told_too(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr(CoCreateModel, "step", fails)
    [bad] = runs.ask("a", [wanted()])
    assert runs.wait(COLD)
    assert (bad.status, bad.error) == (FAILED, "MemoryError: no room")


def test_runs_that_are_drawn_go_on_side_by_side_before_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    real = runs._go_on
    monkeypatch.setattr(runs, "SLICE", 0.0)
    monkeypatch.setattr(runs, "_go_on", lambda run: (order.append(run.key), real(run))[1])
    found = Runs(at_once=1)
    repeat, drawn, also = wanted(seed=9), wanted(), wanted(seed=2)
    found.ask("a", [drawn, also, repeat], shown=2)
    assert found.wait(COLD)
    found.close()
    assert order[:4] == [drawn.key, also.key, drawn.key, also.key]
    assert order[10:] == [repeat.key] * 5


def test_finished_runs_are_forgotten_when_there_are_too_many(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "KEPT", 3)
    [first] = runs.ask("a", [wanted()])
    assert runs.wait(COLD)
    for seed in range(2, 6):
        runs.ask("a", [wanted(seed=seed)])
        assert runs.wait(COLD)
    assert runs.ask("a", [wanted()])[0] is not first
