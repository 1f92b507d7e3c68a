"""A run that was killed on its way goes on from its last checkpoint, and nobody can tell from its results."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.invariants.drawing import scenarios

from cocreate_sim.analysis.parts import TABLES, table_path
from cocreate_sim.config import Scenario, compose, scenario
from cocreate_sim.errors import ConfigError
from cocreate_sim.model import CoCreateModel
from cocreate_sim.outcomes.record import RunResult
from cocreate_sim.study.checkpoints import restore, save, watched
from cocreate_sim.study.keys import run_key, settings_hash
from cocreate_sim.study.simulate import Saving, simulate
from cocreate_sim.study.state import CannotSave, state_of


def same_results(one: RunResult, other: RunResult) -> None:
    for table in ("summary", "weekly", "waits", "projects", "realised", "places"):
        a, b = getattr(one, table), getattr(other, table)
        assert list(a) == list(b)
        for name in a:
            assert np.array_equal(np.asarray(a[name], float), np.asarray(b[name], float), equal_nan=True), (table, name)


def same_state(one: CoCreateModel, other: CoCreateModel) -> None:
    a, b = state_of(one), state_of(other)
    assert (list(a.arrays), a.lengths, a.same) == (list(b.arrays), b.lengths, b.same)
    for name, left in a.arrays.items():
        right = b.arrays[name]
        for column in left.dtype.names or (None,):
            x, y = (np.asarray(t if column is None else t[column]) for t in (left, right))
            assert np.array_equal(x, y, equal_nan=x.dtype.kind == "f"), (name, column)
    for name, value in a.values.items():
        assert value == b.values[name] or (value != value and b.values[name] != b.values[name]), name


def killed_after(week: int, chosen: Scenario, path: Path) -> CoCreateModel:
    """A model that was saved after a week and went on in another process, as it were."""
    first = CoCreateModel(chosen)
    while first.world.week < week:
        first.step()
    save(first, path, "this run")
    second = CoCreateModel(chosen)
    assert restore(second, path, "this run")
    same_state(first, second)
    return second


@settings(max_examples=12)
@given(scenarios(), st.data())
def test_any_run_goes_on_from_any_week(tmp_path_factory: pytest.TempPathFactory, chosen: Scenario, data: st.DataObject) -> None:
    try:
        whole = CoCreateModel(chosen)
    except ConfigError:
        return  # such a place cannot be laid out
    week = data.draw(st.integers(0, whole.weeks - 1))
    resumed = killed_after(week, chosen, tmp_path_factory.mktemp("state") / "state.zip")
    same_results(whole.run(), resumed.run())  # not the state: what was never written to holds whatever the memory held


@pytest.mark.parametrize("week", [3, 59])
def test_a_roll_out_goes_on_before_and_after_its_dates(tmp_path: Path, week: int) -> None:
    chosen = scenario(compose(["world=three_subdistricts", "policy=rollout", "run.weeks=60", "run.burn_in_weeks=2"]))
    whole = CoCreateModel(chosen)
    same_results(whole.run(), killed_after(week, chosen, tmp_path / "state.zip").run())


WORDS = ["world=tiny", "policy=wuchang_2024", "run.weeks=12", "run.burn_in_weeks=2"]


@pytest.mark.parametrize("harm", ["cut", "changed", "of another run", "gone"])
def test_a_checkpoint_that_cannot_be_used_costs_a_new_start_and_no_more(tmp_path: Path, harm: str) -> None:
    config = compose(WORDS)
    saving, key = Saving(str(tmp_path)), run_key(settings_hash(config), 1)
    path = saving.path(0, 1)
    model = CoCreateModel(scenario(config))
    for _ in range(35):
        model.step()
    save(model, path, "another" if harm == "of another run" else key)
    content = path.read_bytes()
    if harm == "gone":
        path.unlink()
    elif harm != "of another run":
        path.write_bytes(content[:-100] if harm == "cut" else content[:5000] + bytes(64) + content[5064:])
    fresh = CoCreateModel(scenario(config))
    assert not restore(fresh, path, key)
    same_results(simulate([config], (0, 1), saving), fresh.run())


def test_what_cannot_be_told_in_plain_values_is_named() -> None:
    model = CoCreateModel(scenario(compose(WORDS)))
    model.mechanisms[0].memory = object()  # type: ignore[attr-defined]
    with pytest.raises(CannotSave, match=r"\.memory is a object: the run cannot be saved on its way"):
        state_of(model)


def test_a_run_that_cannot_be_saved_runs_all_the_same(tmp_path: Path) -> None:
    model = CoCreateModel(scenario(compose(WORDS)))
    model.mechanisms[0].memory = object()  # type: ignore[attr-defined]
    week = watched(model, tmp_path / "state.zip", lambda: "k", 0.0)
    week(1, 9)
    week(2, 9)
    assert not list(tmp_path.iterdir())


def test_saving_takes_a_small_share_of_the_time(tmp_path: Path) -> None:
    model, now, saved = CoCreateModel(scenario(compose(WORDS))), [0.0], []
    week = watched(model, tmp_path / "state.zip", lambda: "k", 60.0, lambda: now[0])
    for second in range(0, 200, 10):
        now[0] = float(second)
        week(1, 100)
        if (tmp_path / "state.zip").exists():
            saved.append(second)
            (tmp_path / "state.zip").unlink()
    assert saved == [60, 120, 180]


PROGRAM = """
import sys
from cocreate_sim.study import going, run, runner
from cocreate_sim.study.executors import Processes
object.__setattr__(going.NO_LIMITS, "save_seconds", 0.0)  # the default of every study
out = sys.argv[1]
if sys.argv[2] == "begin":
    run.run_one(sys.argv[3:], out, lambda done, weeks: print(done, flush=True))
else:
    from pathlib import Path
    runner.resume(out, Processes(1), going.Way(weeks=lambda done, weeks: print(done, flush=True)))
"""


def tell(out: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", PROGRAM, str(out), *words], stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
@pytest.mark.compiled
def test_a_single_run_that_is_killed_goes_on_from_its_last_week(tmp_path: Path) -> None:
    words = ["world=quarter", "run.weeks=60", "run.burn_in_weeks=0", "policy=wuchang_2024"]
    process = tell(tmp_path / "killed", "begin", *words)
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) == 20:
            process.send_signal(signal.SIGKILL)
            break
    process.wait()
    process.stdout.close()
    again = tell(tmp_path / "killed", "resume")
    told = [int(line) for line in again.communicate()[0].split()]
    assert again.returncode == 0
    assert told[0] > 1, "a new start would tell the first week"
    assert told[-1] == 60
    whole = tell(tmp_path / "whole", "begin", *words)
    whole.communicate()
    for name in TABLES:
        a, b = (pd.read_parquet(table_path(tmp_path / f, name)).drop(columns="wall_seconds", errors="ignore") for f in ("killed", "whole"))
        pd.testing.assert_frame_equal(a, b, check_exact=True)
    assert not (tmp_path / "killed" / "parts").exists()
