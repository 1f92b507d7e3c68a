"""A calibration from the draws to the worlds that any study can run on, with a made-up model in the place of ours."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.study.fakes import FakeResult

from cocreate_sim.config import compose, write
from cocreate_sim.config.worlds import resolved
from cocreate_sim.errors import CoCreateError, ConfigError, OutputError
from cocreate_sim.study import calibrate as module
from cocreate_sim.study.calibrate import calibrate, planned
from cocreate_sim.study.simulate import Task

TARGETS = """
weeks: 52
targets:
  - {name: ties, kind: calibrate, outcome: ties_per_resident, low: LOW, high: HIGH, unit: ties, source: made up}
  - {name: busy, kind: calibrate, outcome: utilisation_posts, per: [realised_posts], low: 0.0, high: 0.025}
  - {name: told, kind: validate, outcome: belonging_mean, low: 0.0, high: 0.5, elsewhere: true}
"""
SETTINGS = ("uncertainties.ties.start_degree", "uncertainties.casework.rho_40", "uncertainties.belonging.start")
WORDS = ["world=tiny", "uncertainties=centre", *(f"{a}=prior" for a in SETTINGS), "uncertainties.belonging.gain=prior"]


def pretend(configs: Sequence[Mapping[str, Any]], task: Task) -> FakeResult:
    """Outcomes that follow from three settings, and a little luck that belongs to the seed."""
    arm, seed = task
    u = resolved(configs[arm]["uncertainties"], seed)
    luck = np.random.Generator(np.random.PCG64(seed)).normal(size=2) * 0.05
    summary = {
        "ties_per_resident": u["ties"]["start_degree"] + luck[0],
        "utilisation_posts": u["casework"]["rho_40"] + luck[1],
        "belonging_mean": u["belonging"]["start"],
    }
    return FakeResult(summary, {}, {}, {}, {"posts": 40.0})


@pytest.fixture
def targets(tmp_path: Path) -> str:
    return targets_in(tmp_path, 4, 8)


def targets_in(folder: Path, low: float, high: float) -> str:
    path = folder / f"targets-{low}-{high}.yaml"
    path.write_text(TARGETS.replace("LOW", str(low)).replace("HIGH", str(high)), encoding="utf-8")
    return str(path)


def run(out: Path, targets: str, *words: str, **asked: Any) -> Path:
    return calibrate(
        [*WORDS, *words], out, targets=targets, processes=1, ready=lambda: None, simulate=pretend, **asked
    )


def test_accepted_worlds_meet_the_targets_and_any_study_runs_on_them(tmp_path: Path, targets: str) -> None:
    folder = run(tmp_path / "out", targets, "samples=120")
    worlds = pd.read_csv(folder / "worlds.csv")
    assert 10 < len(worlds) < 60
    assert worlds[SETTINGS[0]].between(3.8, 8.2).all()
    assert worlds[SETTINGS[1]].max() < 1.15
    assert worlds["world"].str.match(r"w1-\d+").all()
    config = compose(["world=tiny", write("worlds", str(folder / "worlds.csv")), "seed=4"])
    assert resolved(config["uncertainties"], 5)["ties"]["start_degree"] == worlds[SETTINGS[0]][1]


def test_the_summary_says_what_was_learned_and_what_comes_from_elsewhere(tmp_path: Path, targets: str) -> None:
    folder = run(tmp_path / "out", targets, "samples=200")
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    settings = pd.read_csv(folder / "settings.csv").set_index("setting")
    assert settings["verdict"].to_dict() == {
        SETTINGS[0]: "learned", SETTINGS[1]: "learned", SETTINGS[2]: "not identified",
        "uncertainties.belonging.gain": "not identified",
    }  # fmt: skip
    assert summary["accepted"] == len(pd.read_csv(folder / "worlds.csv"))
    again = {row["target"]: row["again_inside"] for row in summary["targets"]}
    assert again["ties"] > 0.85  # other luck moves a world a little
    assert not summary["impossible"]
    text = (folder / "summary.txt").read_text(encoding="utf-8")
    assert "2 of 4 settings" in text
    assert (folder / "figures" / "calibration.png").stat().st_size > 10_000
    assert "From other cities than Wuhan, in part or all: told." in text


@pytest.mark.slow
def test_further_waves_run_what_has_a_fair_chance(tmp_path: Path) -> None:
    folder = run(tmp_path / "out", targets_in(tmp_path, 6.9, 7.1), "samples=80", accept=40, waves=4)
    waves = pd.DataFrame(json.loads((folder / "summary.json").read_text(encoding="utf-8"))["waves"])
    assert len(waves) >= 2
    assert waves["share"].iloc[1:].mean() > 2 * waves["share"].iloc[0]
    assert len(pd.read_csv(folder / "worlds.csv")) == waves["accepted"].sum()


@pytest.mark.slow
def test_it_goes_on_where_it_stopped_and_ends_the_same(tmp_path: Path, targets: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run(tmp_path / "whole", targets, "samples=60", accept=30, waves=2)
    monkeypatch.setattr(module, "_again", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "cut", targets, "samples=60", waves=1)
    monkeypatch.undo()
    cut = run(tmp_path / "cut", targets, "samples=60", accept=30, waves=2)
    for name in ("worlds.csv", "targets.csv", "settings.csv", "summary.txt"):
        assert (cut / name).read_bytes() == (whole / name).read_bytes(), name


def test_targets_that_nobody_can_meet_name_the_one_that_excludes_all(tmp_path: Path) -> None:
    with pytest.raises(CoCreateError, match=r"none of 20 worlds .* no world meets ties .* between 50 and 60 ties"):
        run(tmp_path / "out", targets_in(tmp_path, 50, 60), "samples=20")
    assert not (tmp_path / "out" / "worlds.csv").exists()
    assert "no world meets ties" in (tmp_path / "out" / "summary.txt").read_text(encoding="utf-8")
    assert pd.read_csv(tmp_path / "out" / "targets.csv")["meet"].iloc[0] == 0


def test_a_folder_of_another_calibration_is_refused(tmp_path: Path, targets: str) -> None:
    folder = run(tmp_path / "out", targets, "samples=20")
    with pytest.raises(OutputError, match="begun with other words"):
        run(folder, targets, "samples=30")
    with pytest.raises(OutputError, match="begun with other targets"):
        run(folder, targets_in(tmp_path, 4, 7), "samples=20")


def test_waves_of_different_models_are_not_mixed(tmp_path: Path, targets: str) -> None:
    folder = run(tmp_path / "out", targets, "samples=60", accept=59, waves=2)
    manifest = folder / "wave-2" / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"code": "', '"code": "x'), encoding="utf-8")
    with pytest.raises(OutputError, match="wave-1 and wave-2 were run with different rules"):
        run(folder, targets, "samples=60", accept=59, waves=2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["policy=posts_72"], "policy = posts_72: worlds are calibrated under before_2022"),
        (["levers.posts=72"], "levers.posts= does not go with a calibration"),
        (["policies=before_2022,posts_72"], "policies= does not go with a calibration"),
        (["design=sobol"], "design= does not go with a calibration"),
        (["uncertainties=centre"], "no setting has a prior"),
        (["uncertainties.casework.rho_40=0.5,0.9"], "has several values"),
        (["samples=0"], "samples = 0 is outside its range"),
    ],
)
def test_what_does_not_go_with_a_calibration_is_refused(words: list[str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        planned(["world=tiny", *words], "before_2022", 0, 1)


def test_an_unknown_file_of_targets_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean 'before_2022'"):
        planned(["world=tiny"], "befor_2022", 0, 1)


def test_the_targets_that_ship_are_those_of_the_evidence_and_measured_over_a_year() -> None:
    plan = planned(["world=tiny"], "before_2022", 0, 1)
    assert plan.config["run"]["weeks"] == 52
    assert plan.samples == 500
    bands = {target.name: (target.low, target.high) for target in plan.targets if target.used}
    assert bands == {
        "contacts": (0.12, 0.5), "dispatched": (0.21, 0.47), "on_time": (0.75, 0.995), "satisfied": (0.8, 0.9),
        "active_volunteers": (0.034, 0.14), "regular_helpers": (0.01, 0.03), "burnout": (0.2, 0.45),
    }  # fmt: skip
    assert all(target.source and target.place for target in plan.targets)
