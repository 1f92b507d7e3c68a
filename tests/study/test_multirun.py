"""Hydra's own multirun over the scripts of the experiments: each job a study in its own folder, with Hydra's launchers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
TINY = ("world=tiny", "run.weeks=2", "run.burn_in_weeks=0", "replicates=1", "executor=serial")
LOAD = "uncertainties.casework.rho_40=0.8"


def run(folder: Path, name: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONWARNINGS": "ignore"}
    return subprocess.run(
        [sys.executable, str(ROOT / "experiments" / name / "run.py"), *words, *TINY], cwd=folder, env=environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def studies(folder: Path) -> list[pd.DataFrame]:
    """The runs of every job, in the order of the jobs."""
    found = sorted(folder.glob("multirun/*/*/[0-9]/results/runs.parquet"))
    return [pd.read_parquet(path) for path in found]


@pytest.mark.compiled
@pytest.mark.parametrize(
    "launcher",
    [
        pytest.param((), id="basic"),
        pytest.param(("hydra/launcher=joblib", "hydra.launcher.n_jobs=2"), id="joblib", marks=pytest.mark.long),
        pytest.param(("hydra/launcher=submitit_local", "hydra.launcher.timeout_min=10"), id="submitit", marks=pytest.mark.long),
    ],
)
def test_each_job_is_a_study_in_its_own_folder(tmp_path: Path, launcher: tuple[str, ...]) -> None:
    done = run(tmp_path, "staffing", "-m", "levers.posts=40,72", LOAD, *launcher)
    assert done.returncode == 0, done.stderr[-3000:]
    few, many = studies(tmp_path)
    assert set(few.columns) == set(many.columns)
    assert len(few) == len(many) == 2, "one load, two staff rules"
    assert list(few["key"]) != list(many["key"])
    assert (tmp_path / next(tmp_path.glob("multirun/*/*/1")) / ".hydra" / "overrides.yaml").read_text().count("levers.posts=72") == 1


@pytest.mark.long
@pytest.mark.compiled
def test_a_single_job_compares_as_the_command_does(tmp_path: Path) -> None:
    done = run(tmp_path, "staffing", LOAD)
    assert done.returncode == 0, done.stderr[-3000:]
    (summary,) = tmp_path.glob("outputs/*/*/results/summary.txt")
    assert "72 posts" in summary.read_text(encoding="utf-8")
    assert (summary.parent / "comparison.csv").is_file()
    done = run(tmp_path, "unit_size", "levers.partition=10")
    assert done.returncode == 0, done.stderr[-3000:]
    (points,) = tmp_path.glob("outputs/*/*/results/points.csv")
    assert len(pd.read_csv(points)) == 2, "one partition, two rules for the hours of heads"


def test_a_misspelled_setting_is_refused_before_any_job(tmp_path: Path) -> None:
    done = run(tmp_path, "unit_size", "-m", "levers.post=40,72")
    assert done.returncode == 1
    assert "post" in done.stderr
    assert "not in struct" in done.stderr
    done = run(tmp_path, "unit_size", "+levers.post=40")
    assert "levers.post is not known; did you mean 'posts'?" in done.stderr
    assert not list(tmp_path.glob("**/runs.parquet"))
