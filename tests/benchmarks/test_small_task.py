"""The programs of the small task do the same, and whoever does not is found out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks import small_task
from benchmarks.peer_influence import in_c, in_mesa, ours
from benchmarks.peer_influence.task import CHOICE, DEGREE, Task, graph

from cocreate_sim.engine.streams import uniforms

AGENTS, WEEKS = 300, 12
pytestmark = pytest.mark.compiled


def luck(agents: int = AGENTS, weeks: int = WEEKS) -> np.ndarray:
    return np.stack([uniforms(1, CHOICE, np.arange(agents), tick=week) for week in range(weeks)])


def test_everybody_has_twelve_neighbours_who_have_him_too() -> None:
    neighbours = graph(AGENTS, 3)
    assert neighbours.shape == (AGENTS, DEGREE)
    assert (neighbours != np.arange(AGENTS)[:, None]).all()
    one_way = sorted((int(i), int(j)) for i, row in enumerate(neighbours) for j in row)
    assert one_way == sorted((j, i) for i, j in one_way)


def test_our_loop_and_plain_mesa_make_the_same_decisions() -> None:
    fast = ours.run(Task(AGENTS, WEEKS))
    plain = in_mesa.run(Task(AGENTS, WEEKS, luck=luck()))
    assert fast.counts == plain.counts
    assert 0 < fast.counts[-1] < AGENTS
    assert np.array_equal(fast.last, plain.last)
    assert np.allclose(fast.belonging, plain.belonging, rtol=0, atol=1e-12)


def test_given_draws_and_own_draws_are_the_same() -> None:
    assert ours.run(Task(AGENTS, WEEKS)).counts == ours.run(Task(AGENTS, WEEKS, luck=luck())).counts


def test_two_threads_change_nothing() -> None:
    one, two = (ours.run(Task(1001, WEEKS, threads=threads)) for threads in (1, 2))
    assert one.counts == two.counts
    assert np.array_equal(one.belonging, two.belonging)


@pytest.mark.skipif(in_c.compiler() is None, reason="no C compiler on this machine")
def test_c_makes_the_same_decisions_with_its_own_random_function() -> None:
    fast, limit = ours.run(Task(AGENTS, WEEKS, seed=2**40 + 7)), in_c.run(Task(AGENTS, WEEKS, seed=2**40 + 7))
    assert fast.counts == limit.counts
    assert np.array_equal(fast.last, limit.last)
    assert np.allclose(fast.belonging, limit.belonging, rtol=0, atol=1e-12)


def test_constants_of_c_are_those_of_the_task() -> None:
    from benchmarks.peer_influence import task

    text = in_c.SOURCE.read_text(encoding="utf-8")
    for told in (
        f"#define DEGREE {task.DEGREE}", f"DULLNESS = {task.DULLNESS}", f"BELONGING = {task.BELONGING}", f"EXAMPLE = {task.EXAMPLE}",
        f"PACE = {task.PACE}", f"CHOICE = {task.CHOICE}",
    ):  # fmt: skip
        assert told in text


def test_a_program_that_differs_is_named(tmp_path: Path) -> None:
    same = {"counts": np.array([3, 4]), "last": np.array([1, 0], dtype=np.uint8), "belonging": np.array([0.5, 0.25])}
    changes = {
        "week": {"counts": np.array([3, 5])}, "residents": {"last": np.array([0, 1], dtype=np.uint8)},
        "belonging differs by 1e-11": {"belonging": np.array([0.5, 0.25 + 1e-11])},
    }  # fmt: skip
    np.savez(tmp_path / "ours.npz", **same)
    np.savez(tmp_path / "same.npz", **same)
    assert small_task._differs(tmp_path / "ours.npz", tmp_path / "same.npz") is None
    for word, change in changes.items():
        np.savez(tmp_path / "other.npz", **{**same, **change})
        told = small_task._differs(tmp_path / "ours.npz", tmp_path / "other.npz")
        assert told is not None
        assert word in told


def test_a_framework_that_is_not_installed_is_told_and_not_fatal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCH_VENV", str(tmp_path / "nowhere"))
    assert "is not there" in small_task.run_one("in_agentpy", 20, 1)["absent"]
