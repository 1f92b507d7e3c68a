"""Nothing lost, nothing twice: however a study dies, going on gives the tables of one that was never interrupted."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from tests.study import crashing, fakes

from cocreate_sim.analysis.load import load_study
from cocreate_sim.analysis.parts import FOLDER, JOURNAL, TABLES, read_journal, table_path
from cocreate_sim.errors import CoCreateError, OutputError
from cocreate_sim.study import keys, pieces, runner
from cocreate_sim.study.executors import Processes
from cocreate_sim.study.going import Limits, Way
from cocreate_sim.study.status import status

FORK = get_context("forkserver")
FORK.set_forkserver_preload(["tests.study.crashing"])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study that nothing interrupted."""
    return crashing.study(tmp_path_factory.mktemp("whole") / "s")


def same(one: Path, other: Path) -> None:
    """Every table of two studies is equal, wall times aside."""
    for name in TABLES:
        a, b = (pd.read_parquet(table_path(folder, name)).drop(columns="wall_seconds", errors="ignore") for folder in (one, other))
        assert_frame_equal(a, b, check_exact=True)


def complete(folder: Path, whole: Path) -> None:
    """The study is complete, equals the other, and left nothing lying about."""
    same(folder, whole)
    assert {p.name for p in folder.iterdir()} == {p.name for p in whole.iterdir()}
    assert json.loads((folder / "manifest.json").read_text())["status"] == "complete"
    assert status(folder).state == "complete"


def dies(step: int, folder: Path, work: str) -> bool:
    """Let the study die at a step; False when it came to its end before."""
    process = FORK.Process(target=crashing.die_at, args=(step, folder, work))
    process.start()
    process.join()
    assert process.exitcode in (0, crashing.KILLED)
    return process.exitcode == crashing.KILLED


@pytest.mark.parametrize(("first", "stride"), [(6, 40), *(pytest.param(k, 4, marks=pytest.mark.long) for k in range(4))])
def test_a_crash_at_any_touch_of_the_disk_loses_nothing(first: int, stride: int, whole: Path, tmp_path: Path) -> None:
    # steps are writes, fsyncs, renames and removals; every fortieth by default, all of them in four long tests
    tried = 0
    for step in range(1 + first, 10_000, stride):
        folder = tmp_path / str(step)
        if not dies(step, folder, "begin"):
            break
        tried += 1
        if not (folder / "manifest.json").is_file():  # it died before the study had a name: it is begun anew
            with pytest.raises(OutputError, match="holds no study"):
                crashing.go_on(folder)
            for left in folder.glob(".tmp-*") if folder.exists() else ():
                left.unlink()
            crashing.study(folder)
        else:
            crashing.go_on(folder)
        complete(folder, whole)
    assert tried > 80 // stride


@pytest.mark.slow
@pytest.mark.parametrize("stride", [23, pytest.param(3, marks=pytest.mark.long)])
def test_a_crash_while_going_on_loses_nothing_either(stride: int, whole: Path, tmp_path: Path) -> None:
    for step in range(1, 10_000, stride):
        folder = tmp_path / str(step)
        with pytest.raises(CoCreateError, match="the time budget is used up: stopped: 1 of 6 runs are complete"):
            crashing.study(folder, limits=Limits(time_budget=0.0))
        if not dies(step, folder, "resume"):
            break
        crashing.go_on(folder)
        complete(folder, whole)
    assert step > 60


KILLS = 3


def killed(folder: Path, seed: int) -> int:
    """Kill a study of real processes at random instants until it gets through; how often it was killed."""
    luck = random.Random(seed)
    program = (
        "import sys; from pathlib import Path; from tests.study import crashing, fakes; from cocreate_sim.study import runner, pieces\n"
        "pieces.FLUSH_SECONDS = 0.05; out = Path(sys.argv[1]); arms, configs = fakes.arms_of(*crashing.POSTS)\n"
        "from cocreate_sim.study.executors import Processes; from cocreate_sim.study.going import Way\n"
        "how = Processes(2), Way(simulate=fakes.simulate_slowly, ready=bool)\n"
        "begun = (out / 'manifest.json').is_file()\n"
        "print('here', flush=True)\n"
        "runner.resume(out, *how) if begun else runner.run_study(arms, crashing.REPLICATES, 1, out, *how, configs=configs, "
        "about={'kind': 'sweep', 'headline': ['backlog']})\n"
    )
    kills = 0
    while True:  # each time it has longer, so that it gets through however slow the machine is
        process = subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, start_new_session=True)
        assert process.stdout is not None
        process.stdout.readline()
        try:
            process.wait(luck.uniform(0.2, 4.0 * 1.5**kills))
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)  # the parent only: its workers must end by themselves
            process.wait()
            kills += 1
            if not (folder / "manifest.json").is_file():
                for left in folder.glob(".tmp-*") if folder.exists() else ():
                    left.unlink()
            continue
        finally:
            process.stdout.close()
        assert process.returncode == 0
        return kills


@pytest.mark.slow
def test_real_kills_lose_nothing(whole: Path, tmp_path: Path) -> None:
    kills = 0
    for seed in range(20):
        kills += killed(tmp_path / str(seed), seed)
        complete(tmp_path / str(seed), whole)
        if kills >= KILLS:
            break
    assert kills >= KILLS


MANY_KILLS = int(os.environ.get("COCREATE_KILLS", "20"))


@pytest.mark.long
def test_many_real_kills_lose_nothing(whole: Path, tmp_path: Path) -> None:
    kills = rounds = 0
    while kills < MANY_KILLS:
        kills += killed(tmp_path / str(rounds), 1000 + rounds)
        complete(tmp_path / str(rounds), whole)
        rounds += 1
    print(f"{kills} kills in {rounds} studies, nothing lost")


@pytest.mark.parametrize("harm", ["cut", "gone"])
def test_a_finished_study_whose_file_is_damaged_is_mended(harm: str, whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    crashing.study(folder)
    victim = folder / "weekly" / "0000.parquet"
    if harm == "gone":
        victim.unlink()
    else:
        victim.write_bytes(victim.read_bytes()[:-7])
    _, damaged = crashing.go_on(folder)
    assert len(damaged) == 1
    complete(folder, whole)


@pytest.mark.slow
@pytest.mark.parametrize("work", ["begin", "resume"])
def test_a_full_disk_is_told_and_loses_nothing(work: str, whole: Path, tmp_path: Path) -> None:
    noticed = 0
    for step in range(1, 10_000, 5):
        folder = tmp_path / str(step)
        if work == "resume":
            with pytest.raises(CoCreateError, match="the time budget is used up"):
                crashing.study(folder, limits=Limits(time_budget=0.0))
        if not crashing.full_from(step, folder, work):
            break
        noticed += 1
        if (folder / "manifest.json").is_file():
            crashing.go_on(folder)
        else:
            crashing.study(folder)
        complete(folder, whole)
    assert noticed > 5


def test_a_folder_that_is_taken_away_is_told(tmp_path: Path) -> None:
    folder, moved = tmp_path / "s", tmp_path / "moved"
    arms, configs = fakes.arms_of(*crashing.POSTS)

    def take_away(configs: Any, task: tuple[int, int]) -> fakes.FakeResult:
        if task == (1, 3):
            folder.rename(moved)
            folder.touch()  # nothing can be made in its place
        return fakes.simulate(configs, task)

    with pytest.raises(CoCreateError, match=r"cannot be written: (Not a directory|File exists)"):
        runner.run_study(
            arms, crashing.REPLICATES, 1, folder, Processes(1), Way(ready=bool, simulate=take_away), configs=configs,
        )  # fmt: skip
    folder.unlink()
    moved.rename(folder)
    crashing.go_on(folder)
    assert status(folder).done == 6


def test_a_run_that_needs_more_memory_than_there_is_fails_alone(tmp_path: Path) -> None:
    arms, configs = fakes.arms_of(40, 72)
    folder = runner.run_study(
        arms, 2, 1, tmp_path / "s", Processes(2), Way(ready=bool, simulate=fakes.simulate_and_want_memory),
        configs=configs,
    )  # fmt: skip
    runs = pd.read_parquet(folder / "runs.parquet")
    assert list(runs["status"]) == ["ok", "failed", "ok", "ok"]
    assert "MemoryError" in runs["error"][1]


@pytest.mark.parametrize("harm", ["cut", "changed", "gone"])
def test_a_damaged_piece_is_noticed_and_its_runs_are_done_again(harm: str, whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    assert dies(60, folder, "begin")
    victim = read_journal(folder)[0].path(folder, "weekly")
    content = victim.read_bytes()
    if harm == "gone":
        victim.unlink()
    else:
        victim.write_bytes(content[:-7] if harm == "cut" else content[:50] + b"x" + content[51:])
    with pytest.raises(OutputError, match=r"weekly-000001\.parquet.*resume"):
        load_study(folder)
    assert status(folder).damaged == 1
    _, damaged = crashing.go_on(folder)
    assert len(damaged) == 1
    complete(folder, whole)


def test_a_line_of_the_journal_that_was_cut_short_does_not_count(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    assert dies(60, folder, "begin")
    journal = folder / FOLDER / JOURNAL
    before = len(read_journal(folder))
    journal.write_bytes(journal.read_bytes()[:-9])
    assert len(read_journal(folder)) == before - 1
    crashing.go_on(folder)
    complete(folder, whole)


def test_runs_that_failed_are_kept_unless_they_are_asked_for_again(whole: Path, tmp_path: Path) -> None:
    arms, configs = fakes.arms_of(*crashing.POSTS)
    about = {"kind": "sweep", "headline": ["backlog"]}
    folder = runner.run_study(
        arms, crashing.REPLICATES, 1, tmp_path / "s", Processes(1), Way(ready=bool,
        simulate=fakes.simulate_with_failures), configs=configs, about=about,
    )  # fmt: skip
    assert (status(folder).done, status(folder).failed, status(folder).left) == (5, 1, 0)
    crashing.go_on(folder)
    assert status(folder).failed == 1
    crashing.go_on(folder, retry=True)
    complete(folder, whole)


def test_a_study_can_stop_at_the_first_failure_and_go_on(whole: Path, tmp_path: Path) -> None:
    arms, configs = fakes.arms_of(*crashing.POSTS)
    about = {"kind": "sweep", "headline": ["backlog"]}
    with pytest.raises(CoCreateError, match=r"run 1 of posts-72 failed: ValueError: made-up failure.*; stopped: 3 of 6 runs"):
        runner.run_study(
            arms, crashing.REPLICATES, 1, tmp_path / "s", Processes(1), Way(ready=bool, limits=Limits(fail_fast=True),
            simulate=fakes.simulate_with_failures), configs=configs, about=about,
        )  # fmt: skip
    crashing.go_on(tmp_path / "s", retry=True)
    complete(tmp_path / "s", whole)


def test_a_run_that_hangs_is_stopped_and_the_rest_goes_on(tmp_path: Path) -> None:
    arms, configs = fakes.arms_of(40, 72)
    start = time.monotonic()
    folder = runner.run_study(
        arms, 2, 1, tmp_path / "s", Processes(2), Way(ready=bool, limits=Limits(run_seconds=2.0),
        simulate=fakes.simulate_and_hang_once), configs=configs,
    )  # fmt: skip
    assert time.monotonic() - start < 60
    runs = pd.read_parquet(folder / "runs.parquet")
    assert list(runs["status"]) == ["ok", "failed", "ok", "ok"]
    assert runs["error"][1] == "stopped: it took longer than 2 s"


def test_two_processes_cannot_work_on_one_study(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    assert dies(60, folder, "begin")
    from cocreate_sim.study import lock

    lock.claim(folder)
    try:
        assert status(folder).state == "running"
        with pytest.raises(OutputError, match="is being used by this process already"):
            crashing.go_on(folder)
    finally:
        lock.release(folder)
    assert status(folder).state == "stopped"


def test_other_rules_of_the_model_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "s"
    assert dies(60, folder, "begin")
    monkeypatch.setattr(runner, "code_hash", lambda: "another")
    with pytest.raises(OutputError, match="was begun with other rules of the model"):
        crashing.go_on(folder)


def test_settings_that_were_changed_in_the_manifest_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    assert dies(60, folder, "begin")
    told = json.loads((folder / "manifest.json").read_text())
    told["arms"][1]["differs"]["levers.posts"] = 99
    (folder / "manifest.json").write_text(json.dumps(told))
    with pytest.raises(OutputError, match="the settings of arm posts-72 are not those that it was begun with"):
        crashing.go_on(folder)


def test_comments_and_layout_do_not_change_a_key_but_a_rule_does() -> None:
    rule = "def f(x):\n    '''Add one.'''\n    # because\n    return x + 1\n"
    assert keys.rules_of(rule) == keys.rules_of("def f(x): return (x\n  + 1)")
    assert keys.rules_of(rule) != keys.rules_of(rule.replace("+ 1", "+ 2"))


def test_a_key_is_settings_seed_and_code_and_nothing_else() -> None:
    config = fakes.config_of(40)
    assert keys.settings_hash(config) == keys.settings_hash({**config, "replicates": 7, "run": {**config["run"], "seed": 5}})
    assert keys.settings_hash(config) != keys.settings_hash(fakes.config_of(41))
    one = keys.settings_hash(config)
    assert keys.run_key(one, 1) != keys.run_key(one, 2)


def test_pieces_of_an_interrupted_study_are_numbered_on(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    assert dies(60, folder, "begin")
    before = [piece.number for piece in read_journal(folder)]
    assert pieces.Parts(folder).number == max(before) + 1
