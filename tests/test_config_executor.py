"""Who does the runs is a checked setting that changes no result: in no run's key, in no arm, and free to change when going on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cocreate_sim.cli import BAD_INPUT, main
from cocreate_sim.config import compose, write
from cocreate_sim.errors import ConfigError
from cocreate_sim.study.compare import command
from cocreate_sim.study.design import arms_of
from cocreate_sim.study.executors import Processes, Serial, executor_of
from cocreate_sim.study.executors.words import settings_to_go_on
from cocreate_sim.study.keys import settings_hash
from cocreate_sim.study.points import plan

DASK = {"kind": "dask", "workers": 0, "address": "tcp://127.0.0.1:8786"}
SLURM = ["executor=slurm", "executor.partition=short"]


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        ([], {"kind": "processes", "workers": 0}),
        (["processes=3"], {"kind": "processes", "workers": 3}),
        (["executor.workers=3"], {"kind": "processes", "workers": 3}),
        (["executor=serial", "processes=1"], {"kind": "serial"}),
        (["executor=dask", "executor.address=tcp://127.0.0.1:8786"], DASK),
        (["executor=dask", "executor.workers=4"], {"kind": "dask", "workers": 4, "address": ""}),
    ],
)
def test_words_choose_an_executor(words: list[str], settings: dict[str, object]) -> None:
    assert compose(words)["executor"] == settings
    assert executor_of(settings).settings == settings


def test_slurm_has_defaults_and_takes_what_sbatch_takes() -> None:
    found = compose([*SLURM, "executor.walltime=2-00:30:00", "executor.memory=1500MB", "executor.account=a.b-c"])["executor"]
    assert found == {
        "kind": "slurm", "workers": 8, "partition": "short", "account": "a.b-c", "memory": "1500MB", "walltime": "2-00:30:00",
        "workers_per_job": 1, "interface": "", "logs": "slurm-logs",
    }  # fmt: skip
    assert executor_of(found).settings == found


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["executor=slrm"], "executor = 'slrm' is not known; did you mean 'slurm'?; allowed here: dask, processes, serial, slurm"),
        (["executor=serial,dask"], "a study has one executor"),
        (["executor.workers=1,2"], "executor.workers takes one value"),
        (["executor=dask", "executor.partion=x"], "executor.partion is not known; did you mean 'partition'?"),
        (["executor=dask", "executor.partition=x"], "executor.partition is for executor=slurm; executor=dask has workers, address"),
        (["executor=serial", "executor.workers=2"], "executor=serial has no settings"),
        (["executor=dask", "executor.address=localhost"], "executor.address = 'localhost' must be tcp://HOST:PORT (command line)"),
        ([*SLURM, "executor.walltime=30"], "executor.walltime = 30 must be 'HH:MM:SS'"),
        ([*SLURM, "executor.partition='a; rm -r b'"], "executor.partition = 'a; rm -r b' must be letters"),
        ([*SLURM, "executor.logs='a\nb'"], "must be a folder whose name needs no quotes"),
        ([*SLURM, "executor.workers=0"], "say how many workers Slurm should start"),
        (["executor=dask", "executor.address=tcp://h:1", "executor.workers=2"], "is for a cluster that is started here"),
        (["executor=dask", "processes=4"], "with executor=dask use executor.workers=4"),
        (["executor=serial", "processes=4"], "processes = 4 contradicts executor = serial"),
        (["processes=4", "executor.workers=2"], "processes = 4 contradicts executor.workers = 2"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_what_can(words: list[str], told: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(told)):
        compose(words)


def test_an_executor_is_in_no_key_no_arm_and_no_command() -> None:
    words = ["levers.posts=40,72", "executor=dask", "executor.workers=2"]
    assert settings_hash(compose(["executor=dask"])) == settings_hash(compose([]))
    for arm in (*arms_of(compose(words), words), *plan(words).arms):
        assert not any("executor" in word for word in arm.overrides)
    assert command("sweep", words) == "cocreate sweep levers.posts=40,72"


def test_settings_of_ones_own_cluster_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "executor" / "ours.yaml"
    file.parent.mkdir()
    file.write_text("kind: slurm\nworkers: 64\npartition: long\nwalltime: 12:00:00\n")
    own = write("config_dir", str(tmp_path))
    with pytest.raises(ConfigError, match=r"executor\.walltime = 43200 must be .* \(in quotes .*ours\.yaml, line 4\)"):
        compose([own, "executor=ours"])
    file.write_text("kind: slurm\nworkers: 64\npartition: long\n")
    assert compose([own, "executor=ours"])["executor"]["workers"] == 64


def test_a_study_goes_on_with_what_began_it_unless_words_say_otherwise() -> None:
    assert settings_to_go_on([], DASK) == DASK
    assert settings_to_go_on(["executor.address=tcp://h:1"], DASK)["address"] == "tcp://h:1"
    assert settings_to_go_on(["processes=2"], DASK) == {"kind": "processes", "workers": 2}
    assert settings_to_go_on(["executor=serial"], DASK) == {"kind": "serial"}
    assert settings_to_go_on([], None) == {"kind": "processes", "workers": 0}
    with pytest.raises(ConfigError, match="a study goes on with the settings it was begun with"):
        settings_to_go_on(["levers.posts=5"], DASK)


def test_one_run_has_no_cluster(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["run", "world=tiny", "executor=dask", f"out={tmp_path / 'o'}"]) == BAD_INPUT
    assert "executor= is for studies of many runs" in capsys.readouterr().err


def test_a_limit_of_time_needs_somebody_who_stops_a_run() -> None:
    Processes(1).check(5.0)
    with pytest.raises(ConfigError, match="executor = serial cannot stop a run that takes too long; use executor=processes"):
        Serial().check(5.0)
