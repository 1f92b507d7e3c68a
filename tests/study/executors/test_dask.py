"""Dask: the same tables, lost workers cost one retry, nothing is left behind, and nothing listens to the outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pandas as pd
import psutil
import pytest
from pandas.testing import assert_frame_equal
from tests.study import fakes
from tests.study.executors.test_processes import gone, wait_until

from cocreate_sim.analysis.parts import TABLES, table_path
from cocreate_sim.cli import BAD_INPUT, OK, main
from cocreate_sim.errors import CoCreateError, ConfigError
from cocreate_sim.study.executors import Executor, Finished, Processes, Serial
from cocreate_sim.study.executors.dask import Dask
from cocreate_sim.study.going import Limits, Way
from cocreate_sim.study.runner import run_study
from cocreate_sim.study.sweep import sweep

ROOT = Path(__file__).resolve().parents[3]
ABOUT = {"command": "made up", "headline": ["wait_posts_mean_days"]}


def done(executor: Executor, *what: object, **how: float) -> dict[int, Finished]:
    results = [news for news in executor.run(*what, **how) if news is not None]  # type: ignore[arg-type]
    assert len({r.task for r in results}) == len(results), "a task was reported twice"
    return {r.task: r for r in results}


def same(one: Path, other: Path) -> None:
    for name in TABLES:
        a, b = (pd.read_parquet(table_path(f, name)).drop(columns="wall_seconds", errors="ignore") for f in (one, other))
        assert_frame_equal(a, b, check_exact=True)


def listening(process: psutil.Process) -> set[str]:
    """The addresses at which a process and its children listen."""
    every = [process, *process.children(recursive=True)]
    return {c.laddr.ip for p in every for c in p.net_connections(kind="inet") if c.status == psutil.CONN_LISTEN}


@pytest.mark.slow
@pytest.mark.usefixtures("catalogue")
def test_serial_processes_and_dask_give_the_same_tables(tmp_path: Path) -> None:
    arms, configs = fakes.arms_of(40, 56, 72)
    executors: dict[str, Executor] = {"serial": Serial(), "processes": Processes(2), "dask": Dask(2)}
    for name, executor in executors.items():
        out = tmp_path / name
        run_study(arms, 5, 1, out, executor, Way(ready=bool, simulate=fakes.simulate), configs=configs, about=ABOUT)
    same(tmp_path / "serial", tmp_path / "processes")
    same(tmp_path / "serial", tmp_path / "dask")


@pytest.mark.long
def test_a_local_cluster_has_warm_workers_of_one_thread(tmp_path: Path) -> None:
    pids = {r.value for r in done(Dask(2), fakes.meet, str(tmp_path), list(range(200))).values()}
    assert len(pids) == 2
    assert os.getpid() not in pids
    assert done(Dask(1), fakes.threads, [], [(0, 0)])[0].value == {"numba": "1", "script": None}


@pytest.mark.slow
def test_nothing_listens_beyond_loopback_and_closing_stops_the_workers(tmp_path: Path) -> None:
    with closing(Dask(2).run(fakes.sleep_long, str(tmp_path), [1, 2])) as results:
        wait_until(lambda: next(results) is None and len(list(tmp_path.glob("*.pid"))) == 2)
        assert listening(psutil.Process()) == {"127.0.0.1"}
        start = time.monotonic()
    assert time.monotonic() - start < 45
    assert all(gone(int(p.stem)) for p in tmp_path.glob("*.pid"))
    assert sys.modules["__main__"].__name__ == "__main__"


@pytest.mark.long
def test_lost_workers_cost_a_retry_errors_are_results_and_what_always_kills_fails_alone(tmp_path: Path) -> None:
    configs = [fakes.config_of(40, mark=str(tmp_path / "mark")), fakes.config_of(72)]
    once = done(Dask(2), fakes.simulate_and_die_once, configs, [(0, seed) for seed in range(12)])
    assert (tmp_path / "mark").exists()
    assert sorted(once) == list(range(12))
    assert all(r.error == "" for r in once.values())
    always = done(Dask(2), fakes.simulate_and_always_die, configs, [(0, seed) for seed in range(6)])
    assert [t for t, r in sorted(always.items()) if r.error] == [2]
    assert always[2].error == "its worker died twice (killed, or memory ran out)"


@pytest.mark.long
def test_a_worker_with_other_rules_of_the_model_ends_the_study(monkeypatch: pytest.MonkeyPatch) -> None:
    from cocreate_sim.study.executors import dask_worker

    monkeypatch.setattr(dask_worker, "code_hash", lambda: "another")
    with pytest.raises(CoCreateError, match=r"a Dask worker can do no runs: .*it has other rules of the model"):
        done(Dask(1), fakes.no_work, None, [1])


@pytest.mark.long
def test_an_error_is_the_result_of_its_task_and_so_is_a_value_that_cannot_be_sent() -> None:
    configs = [fakes.config_of(40), fakes.config_of(72)]
    results = done(Dask(1), fakes.simulate_with_failures, configs, [(1, 1), (1, 2), (1, 3)])
    assert results[1].error.startswith("ValueError: made-up failure (in simulate_with_failures, fakes.py:")
    assert results[0].error == results[2].error == ""
    results = done(Dask(1), fakes.cannot_be_sent, None, [1, 2])
    assert all("pickle" in r.error or "local object" in r.error for r in results.values())


@pytest.mark.long
@pytest.mark.usefixtures("catalogue")
def test_a_run_that_hangs_is_stopped_and_the_rest_goes_on(tmp_path: Path) -> None:
    arms, configs = fakes.arms_of(40, 72)
    folder = run_study(
        arms, 2, 1, tmp_path / "s", Dask(2), Way(ready=bool, limits=Limits(run_seconds=5.0),
        simulate=fakes.simulate_and_hang_once), configs=configs, about=ABOUT,
    )  # fmt: skip
    runs = pd.read_parquet(folder / "runs.parquet")
    assert list(runs["status"]) == ["ok", "failed", "ok", "ok"]
    assert runs["error"][1] == "stopped: it took longer than 5 s"


@contextmanager
def cluster(folder: Path, *workers: str) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and workers as processes of their own, as a user starts them; the address, and the workers."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]), "PYTHONWARNINGS": "ignore"}
    folder = Path(tempfile.mkdtemp(dir=folder))
    told = folder / "scheduler.json"

    def start(module: str, *words: str) -> subprocess.Popen[bytes]:
        log = (folder / f"{module}-{len(started)}.log").open("wb")
        with log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{module}", "--host", "127.0.0.1", *words], env=environment, cwd=folder,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    started: list[subprocess.Popen[bytes]] = []
    try:
        started.append(start("dask_scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(told)))
        wait_until(told.is_file, 120)
        started.extend(start("dask_worker", "--scheduler-file", str(told), *words.split()) for words in workers)
        yield json.loads(told.read_text())["address"], started[1:]
    finally:
        for process in reversed(started):
            for child in psutil.Process(process.pid).children(recursive=True) if process.poll() is None else ():
                child.kill()
            process.kill()
            process.wait()


ONE = "--nthreads 1 --no-dashboard"


@pytest.mark.long
@pytest.mark.usefixtures("catalogue")
def test_a_running_cluster_loses_a_worker_in_mid_study_and_every_run_comes_in(tmp_path: Path) -> None:
    arms, configs = fakes.arms_of(40, 56, 72)
    with cluster(tmp_path, f"{ONE} --no-nanny", f"{ONE} --no-nanny") as (address, workers):
        executor = Dask(address=address)
        wait_until(lambda: executor.check() is None and executor.workers == 2, 120)

        def kill_one(count: int, _: int, __: int) -> None:
            if count == 5:
                os.kill(workers[0].pid, signal.SIGKILL)

        folder = run_study(
            arms, 10, 1, tmp_path / "dask", executor, Way(progress=kill_one, ready=bool, simulate=fakes.simulate_slowly),
            configs=configs, about=ABOUT,
        )  # fmt: skip
        assert workers[0].wait() == -signal.SIGKILL
        with pytest.raises(ConfigError, match="has no nanny, which alone can stop a run"):
            executor.check(5.0)
    out = tmp_path / "serial"
    same(run_study(arms, 10, 1, out, Serial(), Way(ready=bool, simulate=fakes.simulate), configs=configs, about=ABOUT), folder)


@pytest.mark.long
def test_workers_that_cannot_do_runs_are_refused_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cocreate_sim.study.executors import dask

    monkeypatch.setattr(dask, "WORKER_SECONDS", 0.5)
    with cluster(tmp_path) as (address, _), pytest.raises(ConfigError, match="the scheduler has no workers; start some with"):
        Dask(address=address).check()
    monkeypatch.setattr(dask, "WORKER_SECONDS", 120)
    threads = "--nthreads 3 --no-nanny --no-dashboard"
    with cluster(tmp_path, threads) as (address, _), pytest.raises(ConfigError, match="has 3 threads; start workers with --nthreads 1"):
        Dask(address=address).check()


@pytest.mark.slow
def test_a_wrong_address_is_refused_within_seconds_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from cocreate_sim.study.executors import dask

    monkeypatch.setattr(dask, "CONNECT_SECONDS", 2.0)
    words = ["world=tiny", "levers.posts=40,72", "executor=dask", "executor.address=tcp://127.0.0.1:9", f"out={tmp_path / 'o'}"]
    for command in ("sweep", "compare"):
        start = time.monotonic()
        assert main([command, *words]) == BAD_INPUT
        assert time.monotonic() - start < 30
        assert "executor.address = tcp://127.0.0.1:9: no Dask scheduler answers there" in capsys.readouterr().err
        assert not (tmp_path / "o").exists()


def test_a_missing_package_is_told_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ConfigError, match=r"needs the package 'distributed', which is not installed: pip install 'cocreate-sim\[dask\]'"):
        Dask(2).check()


@pytest.mark.long
def test_ctrl_c_keeps_what_is_complete_and_stops_the_cluster(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.study import fakes\n"
        "from cocreate_sim.outcomes import catalogue; from cocreate_sim.study import runner\n"
        "from cocreate_sim.study.executors.dask import Dask; from cocreate_sim.study.going import Way\n"
        "arms, configs = fakes.arms_of(40, 72); out = Path(sys.argv[1])\n"  # without a guard: a worker must not run this again
        "told = lambda n, *_: print(n, flush=True)\n"
        "way = Way(told, bool, simulate=fakes.simulate_slowly)\n"
        "runner.run_study(arms, 500, 1, out, Dask(2), way, configs=configs)\n"
    )
    script = tmp_path / "script.py"
    script.write_text(program)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    with subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "s")], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        while process.stdout.readline().strip() != "5":
            assert process.poll() is None
        children = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, signal.SIGINT)  # what a terminal does: everybody gets it
        _, said = process.communicate(timeout=120)
    assert "KeyboardInterrupt: stopped: " in said
    assert "of 1000 runs are complete" in said
    assert said.count("Traceback") == 1, said
    wait_until(lambda: not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children))
    assert len(pd.read_parquet(tmp_path / "s" / "runs.parquet")) >= 5


@pytest.mark.long
@pytest.mark.compiled
def test_a_real_world_is_gone_on_with_by_another_executor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["world=tiny", "run.weeks=2", "run.burn_in_weeks=0", "levers.posts=40,72", "replicates=2"]
    assert main(["sweep", *words, "executor=serial", f"out={tmp_path / 'whole'}"]) == OK
    with pytest.raises(CoCreateError, match="stopped: 1 of 4 runs are complete"):
        sweep([*words, "executor=serial"], tmp_path / "s", limits=Limits(time_budget=0.0))
    assert main(["resume", str(tmp_path / "s"), "levers.posts=5"]) == BAD_INPUT
    assert "a study goes on with the settings it was begun with; allowed: executor=NAME" in capsys.readouterr().err
    assert main(["resume", str(tmp_path / "s"), "executor=dask", "executor.workers=2"]) == OK
    same(tmp_path / "whole", tmp_path / "s")
    told = json.loads((tmp_path / "s" / "manifest.json").read_text())
    assert told["executor"] == {"kind": "dask", "workers": 2, "address": ""}
