"""What one study has computed, no other computes again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from tests.study import fakes

from cocreate_sim.analysis.load import load_study
from cocreate_sim.analysis.parts import TABLES, read_manifest, table_path
from cocreate_sim.errors import OutputError
from cocreate_sim.study import runner
from cocreate_sim.study.executors import Processes
from cocreate_sim.study.going import Way

pytestmark = pytest.mark.usefixtures("catalogue")


def counting(done: list[tuple[int, int]]) -> Any:
    """The made-up runs, and which of them were really done."""

    def simulate(configs: Sequence[Mapping[str, Any]], task: tuple[int, int]) -> fakes.FakeResult:
        done.append((configs[task[0]]["levers"]["posts"], task[1]))
        return fakes.simulate_with_failures(configs, task) if "fail" in configs[0] else fakes.simulate(configs, (0, task[1]))

    return simulate


def study(out: Path, cache: Path | None, *posts: int, seeds: int = 3, base: int = 1) -> list[tuple[int, int]]:
    arms, configs = fakes.arms_of(*posts)
    done: list[tuple[int, int]] = []
    about = {"headline": ["backlog"], "cache": str(cache) if cache else None}
    runner.run_study(
        arms, seeds, base, out, Processes(1), Way(ready=bool, simulate=counting(done)), configs=configs, about=about,
    )  # fmt: skip
    return done


def same(one: Path, other: Path) -> None:
    for name in TABLES:
        a, b = (pd.read_parquet(table_path(f, name)).drop(columns="wall_seconds", errors="ignore") for f in (one, other))
        assert_frame_equal(a, b, check_exact=True)


def test_a_second_study_does_only_what_the_first_has_not_done(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert len(study(tmp_path / "first", cache, 40, 56)) == 6
    assert study(tmp_path / "second", cache, 40, 72, seeds=4) == [(72, 1), (72, 2), (72, 3), (40, 4), (72, 4)]
    assert read_manifest(tmp_path / "second")["runs"] == {"asked": 8, "ok": 8, "failed": 0, "reused": 3}
    study(tmp_path / "alone", None, 40, 72, seeds=4)
    same(tmp_path / "second", tmp_path / "alone")
    assert study(tmp_path / "third", cache, 72, 56, 40) == [], "replicates of both studies are there by now"


def test_replicates_are_found_by_their_seed_not_by_their_number(tmp_path: Path) -> None:
    study(tmp_path / "first", tmp_path / "cache", 40)
    assert study(tmp_path / "second", tmp_path / "cache", 40, base=3) == [(40, 4), (40, 5)]
    assert list(load_study(tmp_path / "second").runs["seed"]) == [3, 4, 5]


def test_a_damaged_entry_is_done_again(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    study(tmp_path / "first", cache, 40)
    for path in cache.glob("*/weekly.parquet"):
        path.write_bytes(path.read_bytes()[:-9])
    assert len(study(tmp_path / "second", cache, 40)) == 3


def test_a_run_that_failed_is_not_shared(tmp_path: Path) -> None:
    arms, configs = fakes.arms_of(40, 72)
    configs[0]["fail"] = True
    for name, expected in (("first", 4), ("second", 1)):
        done: list[tuple[int, int]] = []
        about = {"cache": str(tmp_path / "cache")}
        runner.run_study(
            arms, 2, 1, tmp_path / name, Processes(1), Way(ready=bool, simulate=counting(done)), configs=configs,
            about=about,
        )  # fmt: skip
        assert len(done) == expected


def test_a_cache_that_is_a_file_is_refused_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    with pytest.raises(OutputError, match=r"cache = .*cannot be used"):
        study(tmp_path / "s", tmp_path / "cache", 40)
    assert not (tmp_path / "s").exists()
