"""A real Slurm of one node: a study as jobs, one of them cancelled on the way, and all runs come in. `make slurm` runs this."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from tests.study import fakes

from cocreate_sim.analysis.parts import TABLES, table_path
from cocreate_sim.cli import BAD_INPUT, OK, main
from cocreate_sim.errors import ConfigError
from cocreate_sim.study import manifest
from cocreate_sim.study.executors import Serial
from cocreate_sim.study.executors.slurm import Slurm
from cocreate_sim.study.going import Way
from cocreate_sim.study.runner import run_study

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("slurm.sh")
pytestmark = pytest.mark.slurm


@pytest.fixture(scope="module", autouse=True)
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A Slurm for the tests of this module; jobs find the checkout, and the fakes, as this process does."""
    folder = tmp_path_factory.mktemp("slurm")
    subprocess.run([SCRIPT, "start", folder], check=True, stdout=subprocess.DEVNULL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SLURM_CONF", str(folder / "slurm.conf"))
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT / "src"), str(ROOT)]))
        yield
        subprocess.run([SCRIPT, "stop", folder], check=True)


def jobs() -> list[str]:
    """Numbers of the jobs that run."""
    return subprocess.check_output(["squeue", "--noheader", "--format=%i", "--states=RUNNING"], text=True).split()


def same(one: Path, other: Path) -> None:
    for name in TABLES:
        a, b = (pd.read_parquet(table_path(f, name)).drop(columns="wall_seconds", errors="ignore") for f in (one, other))
        assert_frame_equal(a, b, check_exact=True)


def test_a_cancelled_job_is_replaced_and_every_run_comes_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "_outcomes", lambda extensions: fakes.CATALOGUE)
    arms, configs = fakes.arms_of(40, 56, 72)
    cancelled: list[str] = []

    def cancel_one(count: int, _: int, __: int) -> None:
        if count == 10:
            cancelled.extend(jobs()[:1])
            subprocess.run(["scancel", *cancelled], check=True)

    executor = Slurm(1, memory="500MB", interface="lo", logs=str(tmp_path / "logs"))
    about = {"command": "made up", "headline": ["wait_posts_mean_days"]}
    folder = run_study(
        arms, 40, 1, tmp_path / "slurm", executor, Way(progress=cancel_one, ready=bool, simulate=fakes.simulate_slowly),
        configs=configs, about=about,
    )  # fmt: skip
    assert len(cancelled) == 1
    assert len(list((tmp_path / "logs").glob("*.err"))) == 2, "the only job was replaced by another one"
    assert not jobs(), "no job is left"
    out = tmp_path / "serial"
    same(run_study(arms, 40, 1, out, Serial(), Way(ready=bool, simulate=fakes.simulate), configs=configs, about=about), folder)


def test_a_tiny_study_by_the_words_of_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["world=tiny", "run.weeks=2", "run.burn_in_weeks=0", "levers.posts=40,72", "replicates=3"]
    here = ["executor=slurm", "executor.workers=2", "executor.memory=500MB", "executor.interface=lo", f"executor.logs={tmp_path}/logs"]
    assert main(["sweep", *words, "executor=serial", f"out={tmp_path / 'serial'}"]) == OK
    assert main(["sweep", *words, *here, f"out={tmp_path / 'slurm'}"]) == OK
    same(tmp_path / "serial", tmp_path / "slurm")
    assert main(["sweep", *words, *here, "executor.partition=nope", f"out={tmp_path / 'o'}"]) == BAD_INPUT
    assert "Slurm would not take such jobs: sbatch: error: invalid partition specified: nope" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()


def test_jobs_that_cannot_be_are_refused() -> None:
    with pytest.raises(ConfigError, match="Requested node configuration is not available"):
        Slurm(2, memory="900TB").check()
    with pytest.raises(ConfigError, match=r"executor\.interface = 'ib7' is not known here"):
        Slurm(2, interface="ib7").check()
