"""Points of a sweep: every combination, samples that respect priors, one at a time, two-level factorial, and lists."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cocreate_sim.cli import BAD_INPUT, OK, main
from cocreate_sim.config import compose
from cocreate_sim.errors import ConfigError
from cocreate_sim.study.keys import settings_hash
from cocreate_sim.study.points import Plan, plan
from cocreate_sim.study.status import status
from cocreate_sim.study.sweep import checked_plan, sweep
from cocreate_sim.study.verify import verify

RHO = "uncertainties.casework.rho_40"
SHORT = ("world=tiny", "run.weeks=6", "run.burn_in_weeks=2")


def values(made: Plan, *address: str) -> list[Any]:
    """One setting in every point."""
    found = []
    for config in made.configs:
        value: Any = config
        for part in address:
            value = value[part]
        found.append(value)
    return found


def test_a_grid_holds_every_combination() -> None:
    made = plan(["levers.posts=40,56,72", "levers.partition=5,10-20"])
    pairs = list(zip(values(made, "levers", "posts"), values(made, "levers", "partition"), strict=True))
    assert sorted(pairs) == sorted((p, u) for p in (40, 56, 72) for u in ("5", "10-20"))
    assert [arm.name for arm in made.arms] == ["p1", "p2", "p3", "p4", "p5", "p6"]
    assert made.arms[0].factors == {"posts": 40.0, "partition": 5.0}


def test_a_point_is_what_its_words_compose() -> None:
    made = plan(["levers.posts=40,72", "policy=small_units,red_board", "world=tiny"])
    for arm, config in zip(made.arms, made.configs, strict=True):
        assert settings_hash(config) == settings_hash(compose(arm.overrides))


@pytest.mark.parametrize(("design", "samples", "count"), [("latin_hypercube", 20, 20), ("sobol", 16, 16)])
def test_samples_fill_an_interval_evenly(design: str, samples: int, count: int) -> None:
    words = [f"design={design}", f"samples={samples}", f"{RHO}=interval(0.5,1.5)", "levers.posts=interval(40,80)"]
    loads = np.array(values(plan(words), "uncertainties", "casework", "rho_40"))
    posts = values(plan(words), "levers", "posts")
    assert len(loads) == count
    assert all(isinstance(p, int) and 40 <= p <= 80 for p in posts)
    assert np.histogram(loads, samples, (0.5, 1.5))[0].tolist() == [1] * samples, "one in each of so many equal parts"
    assert loads.tolist() == values(plan(words), "uncertainties", "casework", "rho_40"), "the same seed gives the same sample"
    assert loads.tolist() != values(plan([*words, "seed=2"]), "uncertainties", "casework", "rho_40")


def test_priors_are_sampled_through_their_quantiles() -> None:
    prior = "{kind: loguniform, low: 0.01, high: 1}"
    made = plan(["design=latin_hypercube", "samples=50", f"uncertainties.heads.willing_share={prior}"])
    shares = np.array(values(made, "uncertainties", "heads", "willing_share"))
    logs = (np.log(shares) - np.log(0.01)) / (np.log(1) - np.log(0.01))
    assert np.histogram(logs, 50, (0, 1))[0].tolist() == [1] * 50


def test_every_sample_meets_every_lever() -> None:
    made = plan(["design=latin_hypercube", "samples=5", f"{RHO}=interval(0.5,1.5)", "levers.posts=40,72"])
    loads, posts = values(made, "uncertainties", "casework", "rho_40"), values(made, "levers", "posts")
    assert len(set(loads)) == 5
    assert all({p for x, p in zip(loads, posts, strict=True) if x == load} == {40, 72} for load in set(loads))


def test_one_at_a_time_moves_one_setting_from_the_middle() -> None:
    made = plan(["design=one_at_a_time", f"{RHO}=interval(0.5,1.5)", "levers.pay=interval(4000,6000)"])
    points = list(zip(values(made, "uncertainties", "casework", "rho_40"), values(made, "levers", "pay"), strict=True))
    expected = [(1.0, 5000), (0.55, 5000), (1.45, 5000), (1.0, 4100), (1.0, 5900)]
    assert np.array(points) == pytest.approx(np.array(expected))


def test_a_factorial_holds_all_corners() -> None:
    made = plan(["design=factorial", f"{RHO}=interval(0.5,1.5)", "levers.pay=interval(4000,6000)"])
    points = zip(values(made, "uncertainties", "casework", "rho_40"), values(made, "levers", "pay"), strict=True)
    assert {(round(x, 9), round(y, 6)) for x, y in points} == {(x, y) for x in (0.55, 1.45) for y in (4100.0, 5900.0)}


def test_a_list_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("levers.posts,policy,levers.red_board\n40,before_2022,true\n72,small_units,false\n", encoding="utf-8")
    made = plan(["design=list", f"points={file}"])
    assert values(made, "levers", "posts") == [40, 72]
    assert values(made, "levers", "red_board") == [True, False]
    assert values(made, "levers", "partition") == ["grid", "10-20"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "nothing is varied"),
        (["design=sobol"], "design=sobol has nothing to sample"),
        (["design=sobol", "samples=100", f"{RHO}=interval(0.5,1.5)"], "samples = 100 is not a power of two, as design=sobol needs; nearest: 128"),
        ([f"{RHO}=interval(0.5,1.5)"], "interval(...) needs a design that samples: latin_hypercube, sobol"),
        (["design=latin_hypercube", f"{RHO}=interval(1.5,0.5)"], "interval(a,b) needs a below b"),
        (["design=latin_hypercube", "levers.posts=interval(40,9000)"], "levers.posts = 9000 is outside its range 1 to 1000"),
        (["design=latin_hypercube", "levers.post=interval(40,72)"], "did you mean 'posts'"),
        (["design=latin_hypercub"], "design = 'latin_hypercub' is not allowed"),
        (["design=list"], "design=list needs points=FILE.csv"),
        (["design=list", "points=nowhere.csv"], "points = nowhere.csv: No such file or directory"),
        (["design=factorial", "uncertainties=priors"], "points; at most 10000 are run"),
    ],
)
def test_what_cannot_be_laid_out_is_refused(words: list[str], told: str) -> None:
    with pytest.raises(ConfigError) as refused:
        plan(words)
    assert told in str(refused.value)


def test_a_point_whose_units_cannot_be_redrawn_is_refused_before_any_run() -> None:
    redrawn = "timeline=[{at: 1, where: all, levers: {partition: 10-20}}]"
    with pytest.raises(ConfigError, match="units cannot be redrawn under heads above the unit"):
        checked_plan([*SHORT, redrawn, "levers.upper_heads=false,true"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("levers.posts\n", "has no line beside its head"),
        ("levers.posts,levers.pay\n40\n", "line 2: not as many values"),
        ("levers.posts\nmany\n", "levers.posts = 'many' is not a number"),
        ("levers.post\n40\n", "did you mean 'posts'"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "points.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        plan(["design=list", f"points={tmp_path / 'points.csv'}"])
    assert told in str(refused.value)


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    words = [*SHORT, "levers.posts=40,72", f"{RHO}=interval(0.5,1.0)", "design=latin_hypercube", "samples=2", "replicates=2"]
    return sweep(words, tmp_path_factory.mktemp("study") / "s", 1)


def test_a_sweep_leaves_a_row_per_run_and_a_row_per_point(swept: Path) -> None:
    runs, points = pd.read_parquet(swept / "runs.parquet"), pd.read_csv(swept / "points.csv")
    assert len(runs) == 8
    assert runs["key"].is_unique
    assert len(points) == 4
    for point in points.to_dict("records"):
        mine = runs.loc[runs["arm"] == point["point"], "participation_week"]
        assert point["participation_week"] == pytest.approx(mine.mean())
        assert point["posts"] in (40, 72)
    assert "4 points, 2 replicates each: 8 of 8 runs finished." in (swept / "summary.txt").read_text(encoding="utf-8")
    assert status(swept).state == "complete"


def test_a_grid_sums_up_at_which_points_outcomes_are_least_and_most_in_the_language_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["sweep", *SHORT, "levers.posts=40,72", "replicates=2", f"out={tmp_path / 's'}", "processes=1"]
    assert main([*words, "--language", "zh"]) == OK
    said = capsys.readouterr().out
    english, chinese = ((tmp_path / "s" / name).read_text(encoding="utf-8") for name in ("summary.txt", "summary.zh.txt"))
    assert chinese.strip() in said
    assert "Varied: posts. World: tiny." in english
    table = pd.read_csv(tmp_path / "s" / "points.csv").set_index("posts")["public_yuan"]
    assert f"from {table[40]:,.0f} yuan per week (40 posts) to {table[72]:,.0f} yuan per week (72 posts)" in english
    assert "（40 个编制）" in chinese
    assert main([*words[:-2], f"out={tmp_path / 't'}", "--language", "xx"]) == BAD_INPUT
    assert not (tmp_path / "t").exists()


def test_stored_runs_come_out_again_and_a_forged_number_is_noticed(swept: Path, tmp_path: Path) -> None:
    assert verify(swept, 3).as_dict() == {"runs": 8, "checked": 3, "different": []}
    runs = pd.read_parquet(swept / "runs.parquet")
    runs.loc[0, "participation_week"] *= 1 + 1e-12
    forged = tmp_path / "forged"
    forged.mkdir()
    for path in swept.iterdir():
        if path.is_file():
            (forged / path.name).write_bytes(path.read_bytes())
    runs.to_parquet(forged / "runs.parquet", index=False)
    assert ["participation_week" in text for text in verify(forged, 8).different] == [True]


def test_the_commands_tell_how_far_a_study_is(swept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", str(swept), "--json"]) == OK
    told = json.loads(capsys.readouterr().out)
    assert {k: told[k] for k in ("state", "asked", "done", "failed", "left")} == {
        "state": "complete", "asked": 8, "done": 8, "failed": 0, "left": 0,
    }  # fmt: skip
    assert main(["status", str(swept)]) == OK
    assert "complete. 8 of 8 runs done, 0 failed, 0 left." in capsys.readouterr().out
    assert main(["sweep", *SHORT, "levers.posts=40,72", "replicates=3", "--dry-run", "--json"]) == OK
    told = json.loads(capsys.readouterr().out)
    assert (told["points"], told["replicates"], told["runs"]) == (2, 3, 6)
    assert all(0 < told[name] < 10 for name in ("seconds_per_run", "hours", "memory_gib", "disk_gib"))
    assert main(["status", "levers.posts=40"]) == BAD_INPUT
    assert main(["status", str(swept.parent)]) == BAD_INPUT
