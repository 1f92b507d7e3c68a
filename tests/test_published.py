"""What the published experiments say: their numbers can be read, their commands compose, their pages tell those numbers."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from cocreate_sim.config import compose
from cocreate_sim.study.design import arms_of
from cocreate_sim.study.reproduce import NOTE, read_expected

FOLDER = Path(__file__).resolve().parents[1] / "experiments"
PUBLISHED = sorted(path.parent.name for path in FOLDER.glob(f"*/{NOTE}"))


def numbers(name: str) -> pd.DataFrame:
    return read_expected(FOLDER / name).numbers.set_index(["outcome", "arm", "reference"])


def page(name: str) -> str:
    return (FOLDER / name / "README.md").read_text(encoding="utf-8")


def test_both_experiments_are_published() -> None:
    assert PUBLISHED == ["staffing", "unit_size"]


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_command_asks_for_the_published_arms_and_outcomes(name: str) -> None:
    expected = read_expected(FOLDER / name)
    config = compose(expected.words)
    assert config["experiment"]["name"] == name
    assert set(config["experiment"]["outcomes"]) == set(expected.numbers["outcome"])
    assert {arm.name for arm in arms_of(config, expected.words)} == set(expected.numbers["arm"])
    assert (expected.numbers["replicates"] == config["replicates"]).all()
    assert f"cocreate reproduce experiments/{name}" in page(name)
    assert all(word in page(name) for word in expected.words)


def test_the_page_on_staffing_tells_the_published_waits() -> None:
    found = numbers("staffing")
    rows = re.findall(r"^\| ([\d.]+) \| ([\d.]+) \(([\d.]+) to ([\d.]+)\) \| (\w+)", page("staffing"), re.M)
    assert [load for load, *_ in rows] == ["0.5", "0.8", "0.95", "1.1", "1.5"]
    for load, fall, low, high, claim in rows:
        arm, reference = (f"rho_40-{load}_posts-{posts}_staff_rule-cases_first" for posts in (72, 40))
        row = found.loc[("wait_posts_mean_days", arm, reference)]
        for text, value in ((fall, -row["value"]), (low, -row["high"]), (high, -row["low"])):
            assert text == f"{value:.{len(text.partition('.')[2])}f}"
        assert claim == ("stands" if -row["high"] >= 0.1 else "fails")


def test_the_page_on_unit_size_tells_the_published_changes() -> None:
    found = numbers("unit_size")["value"]
    arms = {"the same for each head": "per_head", "equal in total": "equal_total"}
    rows = re.findall(r"^\| (grids|units of 100 households) \| ([a-z ]+) \| ([\d.]+) % lower .*?\| (?:([\d.]+) % lower .*?)?\|$", page("unit_size"), re.M)
    assert len(rows) == 4
    for other, hours, *told in rows:
        for outcome, percent in zip(("participation_week", "solved_in_unit_share"), told, strict=True):
            means = [found[(outcome, f"unit_size-{size}_head_hours-{arms[hours]}", "")] for size in ("10-20", "grid" if other == "grids" else "100")]
            if percent:
                assert percent == f"{100 * (1 - means[0] / means[1]):.{len(percent.partition('.')[2])}f}"
