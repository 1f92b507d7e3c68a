"""The search finds the front that a full grid finds, with fewer runs; it stops, goes on, and refuses what it cannot search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.study.fakes import FakeResult

from cocreate_sim.analysis.frontier import Goal, front, frontier, goals_of, membership, reach_of
from cocreate_sim.analysis.languages import using
from cocreate_sim.errors import ConfigError, OutputError
from cocreate_sim.study import frontier as module
from cocreate_sim.study.frontier import search, search_of
from cocreate_sim.study.simulate import Task

POSTS, PAY, HOURS = (40, 48, 56, 64, 72, 80), (3000, 4000, 5000, 6000), (5, 10, 15, 20, 25, 30, 40, 48)
WORDS = [
    "world=tiny", "replicates=3", f"levers.posts={','.join(map(str, POSTS))}", f"levers.pay={','.join(map(str, PAY))}",
    f"levers.partition={','.join(map(str, HOURS))}",
]  # fmt: skip
GOALS = "public_yuan=least,wait_mean_days=least,participation_week=most"
RUN: list[Task] = []


def outcomes(posts: float, pay: float, size: float) -> tuple[float, float, float]:
    """Money, waiting and participation: more posts cost and shorten waiting, pay helps only a little, units have a best size."""
    money = posts * pay
    waiting = 200.0 / posts - 0.0002 * pay
    return money, waiting, 0.3 - 0.05 * abs(np.log(size / 18)) - 0.0005 * posts


def pretend(configs: Sequence[Mapping[str, Any]], task: Task) -> FakeResult:
    """A model with luck that all policies share."""
    RUN.append(task)
    levers = configs[task[0]]["levers"]
    money, waiting, came = outcomes(levers["posts"], levers["pay"], float(levers["partition"]))
    luck = np.random.Generator(np.random.PCG64(task[1])).normal()
    return FakeResult(
        {"public_yuan": money, "wait_mean_days": waiting + 0.1 * luck, "participation_week": came + 0.01 * luck}, {}, {}, {}
    )


def run(out: Path, *words: str, **asked: Any) -> pd.DataFrame:
    given = {"goals": GOALS, "population": 16, "generations": 5, **asked}
    folder = search([*WORDS, *words], out, processes=1, ready=lambda: None, simulate=pretend, **given)
    return pd.read_csv(folder / "frontier.csv")


def volume(points: np.ndarray, worst: np.ndarray, best: np.ndarray) -> float:
    """Part of the space between worst and best that a front beats, on a grid of reference points."""
    scaled = (points - worst) / (best - worst)
    grid = np.stack(np.meshgrid(*[np.linspace(0.025, 0.975, 20)] * 3), axis=-1).reshape(-1, 3)
    return float((scaled[None] >= grid[:, None]).all(axis=2).any(axis=1).mean())


@pytest.mark.slow
def test_the_front_is_nearly_that_of_the_whole_grid_with_a_third_of_the_runs(tmp_path: Path) -> None:
    signs = np.array([-1.0, -1.0, 1.0])
    every = np.array([outcomes(*point) for point in product(POSTS, PAY, HOURS)]) * signs
    true = every[front(every)]
    table = run(tmp_path / "out")
    assert len(table) < 0.45 * len(every)
    found = table[table["front"]]
    values = np.array([outcomes(*row) for row in found[["levers.posts", "levers.pay", "levers.partition"]].to_numpy(float)]) * signs
    worst, best = every.min(axis=0), every.max(axis=0)
    assert volume(values, worst, best) > 0.95 * volume(true, worst, best)


def test_a_space_that_is_small_is_searched_whole(tmp_path: Path) -> None:
    words = ["levers.pay=3000", "levers.posts=40,56,72", "levers.partition=5,15,48"]
    folder = search(
        ["world=tiny", "replicates=2", *words], tmp_path / "out", goals=GOALS, processes=1, ready=lambda: None, simulate=pretend,
        population=16, generations=12,
    )  # fmt: skip
    table = pd.read_csv(folder / "frontier.csv")
    assert len(table) == 9
    every = {(p, n): np.array(outcomes(p, 3000, n)) * [-1, -1, 1] for p, n in product((40, 56, 72), (5, 15, 48))}
    true = {key for key, yes in zip(every, front(np.array(list(every.values()))), strict=True) if yes}
    found = table[table["front"]]
    assert set(zip(found["levers.posts"], found["levers.partition"], strict=True)) == true
    assert "9 policies of 9 in all were run" in (folder / "summary.txt").read_text(encoding="utf-8")
    assert (folder / "figures" / "frontier.png").stat().st_size > 10_000


@pytest.mark.slow
def test_it_goes_on_where_it_stopped_and_ends_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run(tmp_path / "whole", population=8, generations=3)

    def stops(*_: Any) -> FakeResult:
        if len(RUN) >= 30:
            raise KeyboardInterrupt
        return pretend(*_)

    RUN.clear()
    with pytest.raises(KeyboardInterrupt):
        search(WORDS, tmp_path / "cut", goals=GOALS, population=8, generations=3, processes=1, ready=lambda: None, simulate=stops)
    done = len(RUN)
    RUN.clear()
    pd.testing.assert_frame_equal(run(tmp_path / "cut", population=8, generations=3), whole)
    assert len(RUN) == 3 * len(whole) - done


def test_a_policy_that_another_study_has_run_is_not_run_again(tmp_path: Path) -> None:
    cache = f"cache={tmp_path / 'cache'}"
    run(tmp_path / "one", cache, population=8, generations=2)
    RUN.clear()
    run(tmp_path / "two", cache, population=8, generations=2)
    assert not RUN


def test_the_cheapest_policy_that_reaches_a_level_is_told(tmp_path: Path) -> None:
    table = run(tmp_path / "out", reach="wait_mean_days<2.5", generations=2)
    there = table[table["reached"]]
    assert (there["wait_mean_days"] <= 2.5).all()
    first = there.sort_values("public_yuan", kind="stable").iloc[0]
    text = (tmp_path / "out" / "summary.txt").read_text(encoding="utf-8")
    told = f"policies that reach wait_mean_days < 2.5, this has the least public_yuan: posts {first['levers.posts']:g}, pay "
    assert told in text


def test_a_search_in_chinese_is_summed_up_in_english_too(tmp_path: Path) -> None:
    with using("zh"):
        run(tmp_path / "out", generations=1)
    english, chinese = ((tmp_path / "out" / name).read_text(encoding="utf-8") for name in ("summary.txt", "summary.zh.txt"))
    assert "No other policy beats" in english
    assert "前沿" in chinese


def test_an_interval_is_searched_and_whole_numbers_stay_whole(tmp_path: Path) -> None:
    folder = search(
        ["world=tiny", "replicates=2", "levers.posts=interval(40,80)", "levers.pay=interval(3000,6000)", "levers.partition=10,40"],
        tmp_path / "out", goals=GOALS, population=8, generations=2, processes=1, ready=lambda: None, simulate=pretend,
    )  # fmt: skip
    table = pd.read_csv(folder / "frontier.csv")
    assert table["levers.posts"].between(40, 80).all()
    assert (table["levers.posts"] % 1 == 0).all()
    assert table["levers.pay"].between(3000, 6000).all()


def test_nothing_is_printed_unasked(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run(tmp_path / "out", population=4, generations=1)
    assert capfd.readouterr() == ("", "")


def test_the_front_is_what_no_other_point_beats() -> None:
    assert front(np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 1.0], [2.0, 1.0]])).tolist() == [True, True, False, True]


def test_membership_says_how_sure_the_front_is() -> None:
    """A clear point, a clearly beaten one, and two that only luck orders: independent luck of the same size gives one half each."""
    rng = np.random.Generator(np.random.PCG64(1))
    luck = rng.normal(size=(2, 400, 1))
    one, other = np.concatenate([luck[:1], np.full((1, 400, 1), 0.0)]), luck[1:] - luck[1:].mean() + luck[0].mean()
    values = np.stack([
        np.concatenate([np.full((400, 1), 5.0), np.full((400, 1), -5.0)], axis=1),
        np.concatenate([one[0], np.zeros((400, 1))], axis=1),
        np.concatenate([other[0], np.zeros((400, 1))], axis=1),
        np.full((400, 2), -9.0),
    ])  # fmt: skip
    sure = membership(values, 2000)
    assert sure[0] == 1.0
    assert sure[3] == 0.0
    assert sure[1] == pytest.approx(0.5, abs=0.05)
    assert sure[1] + sure[2] == pytest.approx(1.0, abs=0.01)


def test_a_goal_that_was_not_measured_is_refused_and_so_is_one_point() -> None:
    points = pd.DataFrame({"point": ["a", "b"], "levers.posts": [40, 72]})
    runs = pd.DataFrame({"point": ["a", "b"], "replicate": [0, 0], "x": [1.0, 2.0], "y": [np.nan, np.nan]})
    with pytest.raises(OutputError, match="y was not measured in any run"):
        frontier(runs, points, [Goal("x", "most"), Goal("y", "most")])
    with pytest.raises(OutputError, match="only 1 points have all their runs"):
        frontier(runs.assign(y=[1.0, np.nan]), points, [Goal("x", "most"), Goal("y", "most")])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("publik_yuan=least,x=most", "did you mean 'public_yuan'?"),
        ("public_yuan=low,backlog=least", "say public_yuan=most or public_yuan=least"),
        ("public_yuan=least", "at least two goals"),
        ("backlog=least,backlog=most", "each outcome once"),
    ],
)
def test_bad_goals_are_refused(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        goals_of(text, ["public_yuan", "backlog"])
    assert said in str(error.value)


def test_bad_levels_to_reach_are_refused() -> None:
    with pytest.raises(ConfigError, match="did you mean 'backlog'"):
        reach_of("backlg<3", ["backlog"])
    with pytest.raises(ConfigError, match="give OUTCOME>NUMBER"):
        reach_of("backlog<few", ["backlog"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "nothing is to be chosen"),
        (["levers.posts=40,0"], "levers.posts = 0 is outside its range"),
        (["levers.partition=interval(5,10)"], "levers.partition"),
        (["experiment=unit_size"], "experiment= does not go with a search"),
    ],
)
def test_what_cannot_be_searched_is_refused(words: list[str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        search_of(["world=tiny", *words], module.GOALS, "", 8, 2)
