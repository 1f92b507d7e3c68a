"""Worlds of one's own as replicates: replicate r runs in world r, under every arm; what cannot be used is refused by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cocreate_sim.analysis.load import load_study
from cocreate_sim.config import compose, scenario, write
from cocreate_sim.config.worlds import resolved
from cocreate_sim.errors import ConfigError
from cocreate_sim.study.compare import compare
from cocreate_sim.study.simulate import scenario_of

LOAD, START = "uncertainties.casework.rho_40", "uncertainties.belonging.start"
TABLE = f"world,{LOAD},{START}\na,0.5,0.25\nb,0.9,0.3\nc,1.25,0.6\n"


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "worlds.csv"
    path.write_text(TABLE, encoding="utf-8")
    return write("worlds", str(path))


def test_each_seed_has_the_world_of_its_line_and_more_seeds_go_round(table: str) -> None:
    config = compose(["world=tiny", "run.seed=7", table])
    found = [scenario_of(config, seed).uncertainties for seed in range(7, 11)]
    assert [u["casework"].rho_40 for u in found] == [0.5, 0.9, 1.25, 0.5]
    assert [u["belonging"].start for u in found] == [0.25, 0.3, 0.6, 0.25]
    assert scenario(config).uncertainties["casework"].rho_40 == 0.5


def test_a_setting_with_a_value_of_its_own_keeps_it(table: str) -> None:
    config = compose(["world=tiny", table, f"{LOAD}=1.5"])
    found = [scenario_of(config, seed).uncertainties for seed in (1, 2)]
    assert [u["casework"].rho_40 for u in found] == [1.5, 1.5]
    assert [u["belonging"].start for u in found] == [0.25, 0.3]


@pytest.mark.slow
def test_every_arm_meets_the_same_worlds(table: str, tmp_path: Path) -> None:
    words = ["world=tiny", "run.weeks=2", "run.burn_in_weeks=0", "levers.posts=40,72", "replicates=3", table]
    folder = compare(words, tmp_path / "out", processes=1)
    study = load_study(folder)
    few, many = (study.values(arm.name, "realised_rho_40") for arm in study.arms)
    assert len(study.done) == 6
    assert few.tolist() == many.tolist()
    assert few.iloc[0] < few.iloc[1] < few.iloc[2]


def test_what_is_not_a_table_of_worlds_is_left_alone() -> None:
    settings = {"casework": {"rho_40": {"kind": "uniform", "low": 0, "high": 1}}, "correlations": []}
    assert resolved(settings, 3) == settings


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", ["holds 0 worlds"]),
        (f"{LOAD}\n", ["holds 0 worlds"]),
        ("uncertainties.casework.rho_4\n1\n", ["line 1", "did you mean 'uncertainties.casework.rho_40'?"]),
        ("levers.posts\n40\n", ["'levers.posts' is not an uncertainty"]),
        ("world\na\n", ["names no setting"]),
        (f"{LOAD},{LOAD}\n1,1\n", ["stands there twice"]),
        (f"{LOAD}\n1\nhigh\n", ["line 3", "'high' is not a number"]),
        (f"{LOAD}\n1\n-4\n", ["line 3", "outside its range 0.01 to 10"]),
        (f"{LOAD}\n1,2\n", ["line 2", "2 values, but the head has 1"]),
        (f"{LOAD}\nnan\n", ["is not finite"]),
    ],
)
def test_a_bad_table_is_refused_by_line(tmp_path: Path, content: str, said: list[str]) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        compose(["world=tiny", write("worlds", str(path))])
    assert all(text in str(error.value) for text in [*said, "bad.csv"]), error.value


@pytest.mark.parametrize("word", ["design=latin_hypercube", "uncertainties=priors"])
def test_worlds_and_draws_from_priors_do_not_mix(table: str, word: str) -> None:
    with pytest.raises(ConfigError, match="both say what the world may be"):
        compose(["world=tiny", table, word])


def test_a_file_that_is_not_there_is_refused_with_the_nearest(table: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="did you mean"):
        compose(["world=tiny", write("worlds", str(tmp_path / "world.csv"))])
