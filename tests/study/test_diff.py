"""Where two policies part: the first event that one run has and the other has not."""

from __future__ import annotations

import json
import re

import pytest

from cocreate_sim.cli import main
from cocreate_sim.errors import ConfigError
from cocreate_sim.study.diff import diff

SHORT = ("world=tiny", "run.weeks=4", "run.burn_in_weeks=1")


def test_more_posts_part_from_fewer_where_staff_have_hours_to_give() -> None:
    found = diff(["policies=before_2022,posts_72", *SHORT])
    assert found.parting is not None
    assert found.days == 6, "the first week's free hours are spent on its Sunday"
    assert "mobilisation: the staff of community 0 hold" in found.told()
    assert re.search(r"before 2022 and 72 posts \(world tiny, seed 1\) share \d+ events, 6 whole days", found.told())


def test_what_changes_nothing_never_parts() -> None:
    # pay of posts is only an outcome
    found = diff(["levers.post_pay=6000,7000", *SHORT])
    assert found.parting is None
    assert found.days == 35
    assert found.events > 1000
    assert "never part" in found.told()


def test_progress_is_told_day_by_day() -> None:
    told: list[tuple[int, int]] = []
    diff(["levers.post_pay=6000,7000", *SHORT], lambda done, all_: told.append((done, all_)))
    assert told == [(k + 1, 35) for k in range(35)]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["levers.posts=40,50,60"], "3 arms .* one of two"),
        (["world=tiny"], "nothing to compare"),
        (["policies=before_2022,posts_27"], "did you mean 'posts_72'"),
    ],
)
def test_what_is_not_two_runs_is_refused(words: list[str], error: str) -> None:
    with pytest.raises(ConfigError, match=error):
        diff(words)


def test_the_command_takes_two_policies(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "before_2022", "small_units", *SHORT, "--json", "--quiet"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["arms"] == ["before 2022", "small units"]
    assert [event and event["mechanism"] for event in said["parting"]] == ["participation", None]


def test_the_command_refuses_one_policy(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "posts_72", *SHORT]) == 2
    assert "two policies part, not 1; allowed: A B" in capsys.readouterr().err
