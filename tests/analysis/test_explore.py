"""Boxes and trees find the conditions that were put there, and none where there are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.analysis import made_up

from cocreate_sim.analysis import prim
from cocreate_sim.analysis.explore import explore
from cocreate_sim.analysis.load import Study
from cocreate_sim.cli import BAD_INPUT, OK, main
from cocreate_sim.errors import ConfigError, OutputError

WORLDS = 400


def settings_of(worlds: int, seed: int, columns: int = 6) -> pd.DataFrame:
    return pd.DataFrame(stats.qmc.LatinHypercube(columns, rng=seed).random(worlds), columns=[f"s{k}" for k in range(columns)])


def test_a_box_that_was_put_there_is_found() -> None:
    """All cases lie where s0 is below 0.4 and s2 above 0.5, one world in five; the other settings do nothing."""
    settings = settings_of(1000, 1)
    cases = ((settings["s0"] < 0.4) & (settings["s2"] > 0.5)).to_numpy()
    box = prim.boxes(settings, cases, 1)[0]
    assert set(box.limits) == {"s0", "s2"}
    assert box.limits["s0"][1] == pytest.approx(0.4, abs=0.03)
    assert box.limits["s2"][0] == pytest.approx(0.5, abs=0.03)
    assert box.density > 0.95
    assert box.coverage > 0.9


def test_a_box_is_found_in_noise_and_idle_settings_get_no_limit() -> None:
    settings = settings_of(1500, 2, 10)
    chance = np.where((settings["s1"] > 0.6) & (settings["s7"] < 0.5), 0.9, 0.1)
    cases = stats.uniform.rvs(size=1500, random_state=3) < chance
    box = prim.boxes(settings, cases, 1)[0]
    assert {"s1", "s7"} <= set(box.limits)
    assert len(box.limits) <= 3
    assert box.density > 0.75
    assert all(p < prim.SURE for p in box.p.values())


def test_a_second_box_is_found_in_what_the_first_leaves() -> None:
    settings = settings_of(1500, 5)
    cases = ((settings["s0"] < 0.2) | (settings["s1"] > 0.85)).to_numpy()
    found = prim.boxes(settings, cases, 3)
    assert len(found) >= 2
    assert {next(iter(box.limits)) for box in found[:2]} == {"s0", "s1"}
    assert sum(box.coverage for box in found) > 0.85


def test_peeling_raises_density_at_every_step_and_never_coverage() -> None:
    settings = settings_of(500, 4)
    cases = (settings["s0"] + settings["s1"] < 0.8).to_numpy()
    steps = prim.peeled(settings, cases)
    assert steps[0].coverage == 1.0
    assert steps[0].density == cases.mean()
    assert np.all(np.diff([box.density for box in steps]) > 0)
    assert np.all(np.diff([box.coverage for box in steps]) <= 0)
    assert steps[-1].mass >= prim.LEAST


def test_pasting_takes_back_what_was_peeled_too_far() -> None:
    settings = settings_of(1000, 6, 2)
    cases = (settings["s0"] < 0.5).to_numpy() & (stats.uniform.rvs(size=1000, random_state=1) < 0.9)
    narrow = prim.Box({"s0": (0.2, 0.7)}, 0.0, float(cases[settings["s0"].between(0.2, 0.7)].mean()), 0.5, {})
    wide = prim.pasted(narrow, settings, cases)
    assert wide.limits["s0"][0] < 0.05
    assert wide.density > narrow.density


def test_chance_alone_gives_no_box_worth_telling() -> None:
    told = 0
    for seed in range(20):
        settings = settings_of(300, seed, 5)
        cases = stats.uniform.rvs(size=300, random_state=100 + seed) < 0.3
        told += any(box.density > 0.6 and box.coverage > 0.3 for box in prim.boxes(settings, cases, 1))
    assert told == 0


ARMS = [{"name": name, "label": name, "reference": "large", "factors": {"policy": name}} for name in ("large", "small")]


def study(folder: Path, **asked: Any) -> Study:
    """Small units lose where supervision takes many hours and leaders are few."""
    table = settings_of(WORLDS, 8)
    supervision, willing = table["s0"], table["s1"]

    def outcomes(settings: dict[str, Any], replicate: int, world: np.random.Generator, own: np.random.Generator) -> dict[str, float]:
        lost = supervision[replicate] > 0.6 and willing[replicate] < 0.5
        gain = 0.0 if settings["policy"] == "large" else -0.1 if lost else 0.1
        return {"participation_week": 0.3 + gain + 0.01 * world.normal()}

    uncertainties = {
        "staff_time": {"supervision_hours": entry(supervision)}, "heads": {"willing_share": entry(willing)},
        "belonging": {"start": entry(table["s2"])},
    }  # fmt: skip
    return made_up.study(folder, ARMS, outcomes, WORLDS, uncertainties=uncertainties, kind="compare", **asked)


def entry(values: pd.Series) -> dict[str, Any]:
    return {"kind": "worlds", "first": 1, "values": values.tolist()}


def test_small_units_fail_when_is_answered(tmp_path: Path) -> None:
    found = explore(study(tmp_path), "participation_week<0", "small", "large")
    assert found.cases.mean() == pytest.approx(0.2, abs=0.02)
    box = found.boxes[0]
    assert set(box.limits) == {"uncertainties.staff_time.supervision_hours", "uncertainties.heads.willing_share"}
    assert min(box.density, box.coverage) > 0.85
    assert found.accuracy > 0.9
    first = found.leaves.iloc[0]
    assert first["density"] > 0.9
    assert "supervision_hours above" in first["conditions"]
    assert "willing_share up to" in first["conditions"]


def test_the_command_says_it_writes_it_and_draws_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study(tmp_path)
    words = ["explore", str(tmp_path), "--where", "participation_week<0", "--arm", "small", "--reference", "large"]
    assert main(words) == OK
    said = capsys.readouterr().out
    assert "Box 1 (PRIM)" in said
    assert (tmp_path / "explore.txt").read_text(encoding="utf-8").strip() in said
    assert (tmp_path / "figures" / "explored.png").stat().st_size > 10_000
    assert main([*words, "--json"]) == OK
    assert '"coverage"' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("asked", "arm", "said"),
    [
        ("participation<0", "small", "did you mean 'participation_week'?"),
        ("participation_week is low", "small", "is not OUTCOME<NUMBER"),
        ("participation_week<low", "small", "is not OUTCOME<NUMBER"),
        ("participation_week<0", "smal", "did you mean 'small'?"),
        ("participation_week<0", "", "say which arm is meant"),
    ],
)
def test_what_cannot_be_asked_is_refused(tmp_path: Path, asked: str, arm: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        explore(study(tmp_path), asked, arm)
    assert said in str(error.value)


def test_a_sweep_over_policies_counts_each_sample_once_and_takes_differences_in_the_same_sample(tmp_path: Path) -> None:
    samples = settings_of(60, 3, 2)
    arms = [
        {"name": f"{policy}-{k}", "label": policy, "reference": f"{policy}-{k}", "factors": {**row, "policy": policy}}
        for policy in ("large", "small") for k, row in enumerate(samples.to_dict("records"))
    ]  # fmt: skip

    def outcomes(settings: dict[str, Any], replicate: int, world: np.random.Generator, own: np.random.Generator) -> dict[str, float]:
        return {"participation_week": settings["s0"] * (2.0 if settings["policy"] == "small" else 1.0)}

    sweep = made_up.study(tmp_path, arms, outcomes, 1, kind="sweep")
    with pytest.raises(ConfigError, match=r"each sample would count 2 times; .*--arm NAME.*names: large, small"):
        explore(sweep, "participation_week>0.5")
    with pytest.raises(ConfigError, match="did you mean 'small'"):
        explore(sweep, "participation_week>0.5", "smal")
    alone = explore(sweep, "participation_week>0.5", "large")
    apart = explore(sweep, "participation_week>0.5", "small", "large")
    assert len(alone.cases) == len(apart.cases) == 60
    assert (alone.cases == apart.cases).all()
    assert alone.cases.sum() == (samples["s0"] > 0.5).sum()
    assert apart.question == "participation_week of small less that of large > 0.5"


def test_too_few_cases_are_refused_with_the_range_of_the_values(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"holds in 0 of 400 worlds; .*the values run from 0\.\d+ to 0\.\d+"):
        explore(study(tmp_path), "participation_week<-5", "small")


def test_the_command_without_a_question_is_refused(tmp_path: Path) -> None:
    assert main(["explore", str(tmp_path)]) == BAD_INPUT
