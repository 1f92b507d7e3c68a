"""Studies on disk: the same for any number of processes, readable when cut short, failures kept."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from tests.study import fakes
from tests.study.executors.test_processes import wait_until

from cocreate_sim.analysis.load import load_study
from cocreate_sim.analysis.parts import SCHEMA, TABLES, read_journal, table_path
from cocreate_sim.errors import ConfigError, OutputError
from cocreate_sim.study import compaction, pieces, runner, tables
from cocreate_sim.study.executors import Processes
from cocreate_sim.study.going import Way
from cocreate_sim.study.runner import run_study

pytestmark = pytest.mark.usefixtures("catalogue")


def study(
    out: Path, replicates: int = 3, processes: int = 1, simulate: Any = fakes.simulate, posts: tuple[int, ...] = (40, 72)
) -> Path:
    arms, configs = fakes.arms_of(*posts)
    about = {"command": "made up", "headline": ["wait_posts_mean_days"]}
    return run_study(arms, replicates, 1, out, Processes(processes), Way(simulate=simulate), configs=configs, about=about)


def read(folder: Path) -> dict[str, pd.DataFrame]:
    return {name: pd.read_parquet(table_path(folder, name)) for name in TABLES}


def test_one_and_two_processes_give_the_same_tables(tmp_path: Path) -> None:
    one, two = read(study(tmp_path / "one")), read(study(tmp_path / "two", processes=2))
    for name in TABLES:
        assert_frame_equal(
            one[name].drop(columns="wall_seconds", errors="ignore"),
            two[name].drop(columns="wall_seconds", errors="ignore"),
            check_exact=True,
        )


def test_the_tables_are_those_of_the_contract(tmp_path: Path) -> None:
    folder = study(tmp_path / "s")
    found = read(folder)
    runs, weekly = found["runs"], found["weekly"]
    assert list(runs.columns) == [
        "arm",
        "replicate",
        "seed",
        "key",
        "status",
        "error",
        "wall_seconds",
        "posts",
        "realised_households",
        "realised_rho_40",
        *(o["name"] for o in fakes.CATALOGUE),
    ]
    assert list(zip(runs["arm"], runs["replicate"], runs["seed"], strict=True)) == [
        (arm, r, 1 + r) for arm in ("posts-40", "posts-72") for r in range(3)
    ]
    assert set(runs["status"]) == {"ok"}
    assert (runs["wall_seconds"] > 0).all()
    assert all(runs[c].dtype == "float64" for c in runs.columns[6:])
    first = weekly[(weekly["arm"] == "posts-40") & (weekly["replicate"] == 0)]
    assert list(first["week"]) == list(range(-fakes.BURN_IN, fakes.WEEKS))
    assert list(weekly.columns) == ["arm", "replicate", "week", "participation_week", "backlog"]
    assert set(found["waits"]["tier"]) == {"posts", "all"}, "a tier without cases has no rows"
    assert len(found["waits"]) == 6 * 2 * 101
    events = found["projects"].pivot(index=["arm", "replicate"], columns="event", values="count")
    assert list(events.loc["posts-40", "failed_plan_no_quorum"]) == [1, 0, 1], "what did not happen counts as zero"
    assert sorted(p.name for p in folder.iterdir()) == sorted([table_path(folder, n).name for n in TABLES] + ["manifest.json"])


def test_the_manifest_says_what_was_run(tmp_path: Path) -> None:
    manifest = json.loads((study(tmp_path / "s") / "manifest.json").read_text())
    assert manifest["schema"] == SCHEMA
    assert manifest["status"] == "complete"
    assert manifest["runs"] == {"asked": 6, "ok": 6, "failed": 0}
    assert manifest["seeds"] == [1, 2, 3]
    assert manifest["base_seed"] == 1
    assert manifest["replicates"] == 3
    assert manifest["arms"][1]["differs"] == {"levers.posts": 72}
    assert manifest["arms"][1]["reference"] == "posts-40"
    assert manifest["config"]["levers"]["posts"] == 40
    assert manifest["packages"]["numpy"]
    assert manifest["python"].count(".") == 2
    assert manifest["outcomes"] == fakes.CATALOGUE


def test_replicates_come_first_so_that_arms_stay_balanced(tmp_path: Path) -> None:
    order: list[tuple[int, int]] = []
    study(tmp_path / "s", simulate=lambda configs, task: order.append(task) or fakes.simulate(configs, task))
    assert order == [(0, 1), (1, 1), (0, 2), (1, 2), (0, 3), (1, 3)]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_failed_run_is_kept_with_its_error_and_stops_nothing(tmp_path: Path, processes: int) -> None:
    folder = study(tmp_path / "s", processes=processes, simulate=fakes.simulate_with_failures)
    runs = pd.read_parquet(folder / "runs.parquet")
    failed = runs[runs["status"] == "failed"]
    assert list(failed["arm"]) == ["posts-72"]
    assert list(failed["seed"]) == [2]
    assert failed["error"].iloc[0].startswith("ValueError: made-up failure")
    assert failed["wait_posts_mean_days"].isna().all()
    assert json.loads((folder / "manifest.json").read_text())["runs"] == {"asked": 6, "ok": 5, "failed": 1}
    assert len(load_study(folder).done) == 5


def test_a_study_in_which_every_run_fails_still_has_its_tables(tmp_path: Path) -> None:
    def fail(configs: Any, task: Any) -> None:
        raise ZeroDivisionError("no luck")

    loaded = load_study(study(tmp_path / "s", simulate=fail))
    assert len(loaded.failed) == 6
    assert loaded.done.empty
    assert loaded.weekly.empty


def test_an_interrupt_keeps_what_is_complete(tmp_path: Path) -> None:
    calls: list[int] = []

    def until_ctrl_c(configs: Any, task: Any) -> Any:
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return fakes.simulate(configs, task)

    with pytest.raises(KeyboardInterrupt, match="3 of 6 runs are complete"):
        study(tmp_path / "s", simulate=until_ctrl_c)
    loaded = load_study(tmp_path / "s")
    assert loaded.manifest["status"] == "interrupted"
    assert list(zip(loaded.runs["arm"], loaded.runs["replicate"], strict=True)) == [
        ("posts-40", 0),
        ("posts-40", 1),
        ("posts-72", 0),
    ]
    whole = read(study(tmp_path / "whole"))["runs"].drop(columns="wall_seconds")
    kept = loaded.runs.drop(columns="wall_seconds")
    assert_frame_equal(kept, whole.merge(kept[["arm", "replicate"]]), check_exact=True)


def test_an_interrupt_before_the_first_run_leaves_no_folder(tmp_path: Path) -> None:
    def at_once(configs: Any, task: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match="nothing was kept"):
        study(tmp_path / "s", simulate=at_once)
    assert not (tmp_path / "s").exists()


SCRIPT = """
import sys
from tests.study import fakes
from cocreate_sim.study import manifest
from cocreate_sim.study.executors import Processes
from cocreate_sim.study.going import Way
from cocreate_sim.study.runner import run_study
manifest._outcomes = lambda extensions: fakes.CATALOGUE
arms, configs = fakes.arms_of(40, 72)
try:
    run_study(arms, 500, 1, sys.argv[1], Processes(2), Way(simulate=fakes.simulate_slowly), configs=configs)
except KeyboardInterrupt as stop:
    print(stop, flush=True)
"""


def started(out: Path) -> subprocess.Popen[str]:
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root / "src"), str(root)])}
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(out)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.slow
def test_ctrl_c_on_a_real_study(tmp_path: Path) -> None:
    out = tmp_path / "s"
    with started(out) as parent:
        wait_until(lambda: len(list(out.glob("parts/runs-*.parquet"))) >= 2)
        os.killpg(parent.pid, signal.SIGINT)  # a terminal sends it to the workers too
        said, errors = parent.communicate(timeout=60)
    loaded = load_study(out)
    assert f"stopped: {len(loaded.done)} of 1000 runs are complete" in said
    assert errors == ""
    assert loaded.manifest["status"] == "interrupted"
    assert not (out / "parts").exists()
    assert not list(out.glob(".tmp-*"))
    counts = loaded.done.groupby("arm").size()
    assert abs(counts["posts-40"] - counts["posts-72"]) <= 2


@pytest.mark.slow
def test_a_killed_study_can_be_read(tmp_path: Path) -> None:
    out = tmp_path / "s"
    with started(out) as parent:
        wait_until(lambda: len(read_journal(out)) >= 3)
        parent.kill()
    loaded = load_study(out)
    assert loaded.manifest["status"] == "running"
    assert len(loaded.done) >= 3, "every piece that the journal lists holds a run"
    assert not loaded.runs.duplicated(["arm", "replicate"]).any()
    assert len(loaded.weekly) == len(loaded.done) * (fakes.WEEKS + fakes.BURN_IN)


def test_a_piece_cut_short_is_written_again_and_counted_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = pieces.Parts(tmp_path)
    parts.add(tables.failed_run(tables.RunId("posts-40", 0, 1, "a"), 0.1, "x"))
    for name in ("write_bytes", "append_line"):
        write = getattr(pieces, name)

        def cut(path: Path, content: Any, write: Any = write) -> None:
            write(path, content)
            raise KeyboardInterrupt

        monkeypatch.setattr(pieces, name, cut)
        with pytest.raises(KeyboardInterrupt):
            parts.flush(at_once=True)
        monkeypatch.setattr(pieces, name, write)
    parts.add(tables.failed_run(tables.RunId("posts-40", 1, 2, "b"), 0.1, "x"))
    parts.flush(at_once=True)
    arms, configs = fakes.arms_of(40)
    manifest = runner.describe(arms, configs, [1, 2], {}, 1)
    assert list(compaction.compact(tmp_path, manifest)[0]["replicate"]) == [0, 1]


@pytest.mark.slow
@pytest.mark.parametrize("at_a_time", [5, 50, 300, 900])
def test_pieces_grow_to_a_size_that_fits_into_memory_and_stay_few(tmp_path: Path, at_a_time: int) -> None:
    parts, runs = pieces.Parts(tmp_path), 6 * pieces.SHARD_RUNS // (5 if at_a_time == 5 else 1)
    for number in range(0, runs, at_a_time):
        for k in range(number, number + at_a_time):
            parts.add(tables.failed_run(tables.RunId("posts-40", k, k, str(k)), 0.1, "x"))
        parts.flush(at_once=True)
    assert max(piece.runs for piece in parts.pieces) < 2 * pieces.SHARD_RUNS
    assert len(parts.pieces) <= runs / pieces.SHARD_RUNS + 3 * pieces.TOGETHER
    assert sum(piece.runs for piece in parts.pieces) >= runs


def test_a_crash_while_compacting_leaves_the_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = compaction.write_bytes
    for nth in range(1, 5):
        left = [nth]

        def crash(path: Path, content: bytes, left: list[int] = left) -> Path:
            if path.parent.name != "parts":
                left[0] -= 1
                if left[0] == 0:
                    raise OutputError("disk full")
            return write(path, content)

        monkeypatch.setattr(compaction, "write_bytes", crash)
        with pytest.raises(OutputError, match="disk full"):
            study(tmp_path / str(nth))
        monkeypatch.setattr(compaction, "write_bytes", write)
        assert len(load_study(tmp_path / str(nth)).done) == 6


@pytest.mark.parametrize("processes", [-1, 2.5, True, 5000])
def test_a_bad_number_of_processes_is_refused_before_any_work(tmp_path: Path, processes: Any) -> None:
    with pytest.raises(ConfigError, match="processes"):
        study(tmp_path / "s", processes=processes)
    assert not (tmp_path / "s").exists()


def test_a_folder_in_use_is_refused_and_left_alone(tmp_path: Path) -> None:
    folder = study(tmp_path / "s")
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    with pytest.raises(OutputError, match="is not empty"):
        study(tmp_path / "s")
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def test_progress_counts_failed_runs_too(tmp_path: Path) -> None:
    arms, configs = fakes.arms_of(40, 72)
    told: list[tuple[int, int, int]] = []
    run_study(
        arms, 3, 1, tmp_path / "s", Processes(1), Way(progress=lambda *counts: told.append(counts),
        simulate=fakes.simulate_with_failures), configs=configs,
    )  # fmt: skip
    assert told == [(n, 6, int(n >= 4)) for n in range(1, 7)]
