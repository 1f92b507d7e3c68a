"""Workers: all tasks are done, a killed worker costs one retry, nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from tests.study import fakes

from cocreate_sim.errors import CoCreateError
from cocreate_sim.study.executors.interface import Finished, Work, describe
from cocreate_sim.study.executors.processes import Processes, ending


def done(work: Work, shared: object, tasks: list[object], workers: int) -> dict[int, Finished]:
    results = [news for news in Processes(workers).run(work, shared, tasks) if news is not None]
    assert len({r.task for r in results}) == len(results), "a task was reported twice"
    return {r.task: r for r in results}


@pytest.mark.parametrize("processes", [1, 2, 5])
def test_every_task_is_done_once(processes: int) -> None:
    results = done(fakes.no_work, None, list(range(3)), processes)
    assert sorted(results) == [0, 1, 2]
    assert all(r.error == "" and r.value == 0 for r in results.values())


def test_workers_stay_warm_and_share_the_tasks(tmp_path: Path) -> None:
    pids = [r.value for r in done(fakes.meet, str(tmp_path), list(range(20)), 2).values()]
    assert len(set(pids)) == 2
    assert os.getpid() not in pids


def test_a_killed_worker_costs_one_retry(tmp_path: Path) -> None:
    configs = [fakes.config_of(40, mark=str(tmp_path / "mark"))]
    results = done(fakes.simulate_and_die_once, configs, [(0, seed) for seed in range(6)], 2)
    assert (tmp_path / "mark").exists()
    assert sorted(results) == list(range(6))
    assert all(r.error == "" for r in results.values())


def test_a_task_that_always_kills_its_worker_fails_alone() -> None:
    results = done(fakes.simulate_and_always_die, [fakes.config_of(40)], [(0, seed) for seed in range(6)], 2)
    assert sorted(results) == list(range(6))
    assert [t for t, r in results.items() if r.error] == [2]
    assert "died twice (ended by SIGKILL" in results[2].error


def test_an_error_is_the_result_of_its_task() -> None:
    configs = [fakes.config_of(40), fakes.config_of(72)]
    for processes in (1, 2):
        results = done(fakes.simulate_with_failures, configs, [(1, 1), (1, 2), (1, 3)], processes)
        assert results[1].error.startswith("ValueError: made-up failure (in simulate_with_failures, fakes.py:")
        assert results[0].error == results[2].error == ""


def test_a_value_that_cannot_be_sent_is_a_failure() -> None:
    results = done(fakes.cannot_be_sent, None, [1, 2], 2)
    assert all("pickle" in r.error or "local object" in r.error for r in results.values())  # the words differ between Pythons


def test_workers_have_one_thread_and_do_not_run_the_script() -> None:
    before = os.environ.get("NUMBA_NUM_THREADS")
    results = done(fakes.threads, [], [(0, 0), (0, 1)], 2)
    assert results[0].value == {"numba": "1", "script": None}
    assert os.environ.get("NUMBA_NUM_THREADS") == before
    assert sys.modules["__main__"].__name__ == "__main__"


def test_closing_stops_the_workers_at_once(tmp_path: Path) -> None:
    start = time.monotonic()
    with closing(Processes(2).run(fakes.sleep_long, str(tmp_path), [1, 2])) as results:
        while len(list(tmp_path.glob("*.pid"))) < 2:
            assert next(results) is None
    assert time.monotonic() - start < 30
    assert all(gone(int(p.stem)) for p in tmp_path.glob("*.pid"))


def test_workers_end_when_the_parent_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys; from tests.study import fakes; from cocreate_sim.study.executors import Processes\n"
        "list(Processes(2).run(fakes.sleep_long, sys.argv[1], [1, 2]))"
    )
    paths = [str(Path(__file__).parents[3] / "src"), str(Path(__file__).parents[3])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], env=environment) as parent:
        wait_until(lambda: len(list(tmp_path.glob("*.pid"))) == 2)
        parent.kill()
    wait_until(lambda: all(gone(int(p.stem)) for p in tmp_path.glob("*.pid")))


def test_workers_that_cannot_start_are_an_error_not_an_endless_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nonexistent")
    with pytest.raises(CoCreateError, match="worker processes cannot start"):
        done(fakes.no_work, None, [1, 2, 3], 2)


def test_endings_in_words() -> None:
    assert ending(-signal.SIGKILL) == "ended by SIGKILL; often because memory ran out"
    assert ending(3) == "exit code 3"
    assert describe(CoCreateError("books do not balance")) == "CoCreateError: books do not balance"
    assert describe(KeyError("x")) == "KeyError: 'x'"


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/status")
    return status.is_file() and "\nState:\tZ" in status.read_text()


def wait_until(true: object, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)
