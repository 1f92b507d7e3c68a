"""A timeline is checked before any work: dates, places, levers and contradictions, with the place of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.scenarios import scenario as made
from tests.scenarios import world_settings

from cocreate_sim.cli import BAD_INPUT, OK, main
from cocreate_sim.config import compose, load, scenario, timeline, write
from cocreate_sim.errors import ConfigError
from cocreate_sim.policy import differences, policy
from cocreate_sim.study.design import Arm
from cocreate_sim.study.manifest import describe
from cocreate_sim.world.build import build_world, check_buildable
from cocreate_sim.world.in_force import IN_FORCE, in_force, stages
from cocreate_sim.world.levers import HeadHours, Levers, StaffRule
from cocreate_sim.world.timeline import DATED, Change, code_of, in_order, said

THREE = "world=three_subdistricts"


def words(*entries: dict[str, Any]) -> list[str]:
    """The word that gives a timeline on the command line."""
    return [THREE, write("timeline", list(entries))]


# what is read


def test_dates_are_read_against_the_start_of_the_horizon() -> None:
    """Given a start on Wednesday 1 June 2022, expect a date to mean the first week that begins on it or after it."""
    for at, week in (("2022-06", 0), ("2022-06-01", 0), ("2022-06-02", 1), ("2022-06-08", 1), ("2022-06-09", 2), ("2023-01", 31), (17, 17)):
        assert load(*words({"at": at, "levers": {"posts": 72}})).timeline[0].week == week, at
    assert load(*words({"at": "2024-01", "levers": {"posts": 72}}), "run.start=2024-01-01").timeline[0].week == 0
    assert load(*words({"at": "2024-02", "levers": {"posts": 72}}), "run.start=2024-01").timeline[0].week == 5


def test_places_are_spelled_out_and_values_have_their_types() -> None:
    found = load(
        *words(
            {"at": 3, "where": [2, 0], "levers": {"partition": "10-20", "head_hours": "equal_total"}},
            {"at": 1, "where": "all", "levers": {"red_board": True}},
            {"at": 3, "where": 1, "levers": {"pay": 5000}},
        )
    ).timeline
    assert found == (
        Change(1, 0, "red_board", True), Change(1, 1, "red_board", True), Change(1, 2, "red_board", True),
        Change(3, 0, "partition", "10-20"), Change(3, 0, "head_hours", HeadHours.EQUAL_TOTAL), Change(3, 1, "pay", 5000.0),
        Change(3, 2, "partition", "10-20"), Change(3, 2, "head_hours", HeadHours.EQUAL_TOTAL),
    )  # fmt: skip


def test_without_a_timeline_there_are_no_changes() -> None:
    assert compose(["world=tiny"])["timeline"] == []
    assert load("world=tiny").timeline == ()
    assert scenario({}).timeline == ()
    assert load("world=tiny", "timeline=null").timeline == ()


def test_a_composed_config_is_read_again_as_it_is() -> None:
    config = compose(["policy=rollout", THREE])
    assert scenario(config).timeline == load("policy=rollout", THREE).timeline
    assert [entry["at"] for entry in config["timeline"]] == [0, 31, 57]


# what is refused

BAD: list[tuple[list[str], list[str]]] = [
    (["timeline=3"], ["timeline = 3 must be a list", "(command line)"]),
    (["timeline.posts=3"], ["must be a list"]),
    (["timeline=[3]"], ["timeline[0] = 3 must hold at, where, levers"]),
    (["timeline=[{at: 1, wher: all, levers: {posts: 5}}]"], ["timeline[0].wher is not known", "did you mean 'where'?"]),
    (["timeline=[{levers: {posts: 5}}]"], ["timeline[0].at is missing"]),
    (["timeline=[{at: 1}]"], ["timeline[0].levers is missing"]),
    (["timeline=[{at: 1, levers: {}}]"], ["timeline[0].levers is missing"]),
    (["timeline=[{at: 1, levers: 3}]"], ["timeline[0].levers = 3 must hold levers"]),
    (["timeline=[{at: 2022-05, levers: {posts: 5}}]"], ["'2022-05' is outside the horizon", "2022-06-01 (run.start)", "to 2024-05-28"]),
    (["timeline=[{at: 104, levers: {posts: 5}}]"], ["104 is outside the horizon", "a week from 0 to 103"]),
    (["timeline=[{at: -1, levers: {posts: 5}}]"], ["-1 is outside the horizon"]),
    (["run.weeks=10", "policy=rollout"], ["timeline[1].at = '2023-01' is outside the horizon: 10 weeks", "policy/rollout.yaml, line"]),
    (["timeline=[{at: 2022-13, levers: {posts: 5}}]"], ["'2022-13' is not a date", "such as 2022-06-01"]),
    (["timeline=[{at: soon, levers: {posts: 5}}]"], ["'soon' is not a date"]),
    (["timeline=[{at: 1.5, levers: {posts: 5}}]"], ["1.5 is not a date"]),
    (["timeline=[{at: true, levers: {posts: 5}}]"], ["True is not a date"]),
    (["timeline=[{at: 1, where: [3], levers: {posts: 5}}]"], ["there is no subdistrict 3", "world.subdistricts = 3", "from 0 to 2"]),
    (["timeline=[{at: 1, where: north, levers: {posts: 5}}]"], ["'north' does not name subdistricts"]),
    (["timeline=[{at: 1, where: [true], levers: {posts: 5}}]"], ["does not name subdistricts"]),
    (["timeline=[{at: 1, where: [], levers: {posts: 5}}]"], ["must name each subdistrict once"]),
    (["timeline=[{at: 1, where: [1, 1], levers: {posts: 5}}]"], ["must name each subdistrict once"]),
    (["timeline=[{at: 1, levers: {post: 5}}]"], ["timeline[0].levers.post is not known", "did you mean 'posts'?"]),
    (["timeline=[{at: 1, levers: {posts: 0}}]"], ["timeline[0].levers.posts = 0 is outside its range 1 to 1000"]),
    (["timeline=[{at: 1, levers: {red_board: 1}}]"], ["timeline[0].levers.red_board = 1 must be true or false"]),
    (["timeline=[{at: 1, levers: {partition: 10-2}}]"], ["timeline[0].levers.partition = '10-2'", "did you mean '10-20'?"]),
    (["run.start=June"], ["run.start = 'June' is not a date"]),
    (["run.start=1066-10-14"], ["is not a date from 1900 to 2199"]),
    (
        ["timeline=[{at: 2022-06, levers: {posts: 5}}, {at: 0, where: [1], levers: {posts: 6}}]"],
        ["timeline[0].levers.posts (command line) and timeline[1].levers.posts", "both change posts in subdistrict 1 in week 0"],
    ),
    (
        ["timeline=[{at: 2022-06-02, levers: {posts: 5}}, {at: 2022-06-08, levers: {posts: 5}}]"],
        ["both change posts in subdistrict 0 in week 1"],
    ),
]


@pytest.mark.parametrize(("given", "told"), BAD, ids=[bad[0][0] for bad in BAD])
def test_a_bad_timeline_is_refused_by_name(given: list[str], told: list[str]) -> None:
    with pytest.raises(ConfigError) as error:
        load(THREE, *given)
    for part in told:
        assert part in str(error.value), str(error.value)


def test_two_entries_that_contradict_are_named_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "twice.yaml").write_text(
        "# @package _global_\ntimeline:\n  - at: 2022-06\n    levers:\n      posts: 50\n  - {at: 0, where: [0], levers: {posts: 60}}\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as error:
        load(write("config_dir", str(tmp_path)), "policy=twice")
    assert "timeline[0].levers.posts (" in str(error.value)
    assert "twice.yaml, line 5) and timeline[1].levers.posts (" in str(error.value)
    assert "twice.yaml, line 6)" in str(error.value)


def test_a_lever_that_is_read_once_cannot_be_dated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "DATED", tuple(name for name in DATED if name != "pay"))
    with pytest.raises(ConfigError, match=r"levers.pay cannot be dated: this lever is read once, .*; levers that can be dated: posts"):
        load(*words({"at": 1, "levers": {"pay": 5000}}))


def test_a_partition_that_cannot_be_drawn_is_refused_before_the_run() -> None:
    world = world_settings("tiny", households=40, compounds=2, grids=2, communities=2, subdistricts=2, building_min=20)
    with pytest.raises(ConfigError, match="larger than the largest compound"):
        check_buildable(world, Levers(), 1, (Change(2, 1, "partition", "41"),))
    children = world_settings("tiny", households=2, persons_per_household=1.0, collective_share=0.0, building_min=1)
    build_world(children, Levers(), 1, timeline=(Change(0, 0, "partition", "1"),))
    with pytest.raises(ConfigError, match=r"levers.partition = 1 makes 2 units, but only 1 adults"):
        build_world(children, Levers(), 1, without=[0], timeline=(Change(0, 0, "partition", "1"),))


def test_the_command_line_refuses_and_describes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "world=tiny", "policy=rollout", "run.weeks=9"]) == BAD_INPUT
    assert "outside the horizon" in capsys.readouterr().err
    assert main(["describe", THREE, "policy=rollout"]) == OK
    out = capsys.readouterr().out
    assert "from 2022-06-01 (week 0) in subdistrict 0: partition: 10-20 instead of grid" in out
    assert "from 2023-07-05 (week 57) everywhere: posts: 72 instead of 40 posts per subdistrict" in " ".join(out.split())
    assert main(["describe", THREE, "policy=rollout", "--json"]) == OK
    assert '"timeline"' in capsys.readouterr().out


# what is told and kept


def test_a_policy_says_its_dates_in_words() -> None:
    assert differences(policy("rollout"))[-1] == "from 2023-07-05 (week 57) everywhere: posts: 72 instead of 40 posts per subdistrict"
    own = policy("posts_72", THREE, write("timeline", [{"at": 8, "where": [0, 2], "levers": {"red_board": True}}]))
    assert differences(own)[1].startswith("from 2022-07-27 (week 8) in subdistricts 0, 2: red board: on instead of off")


def test_a_timeline_is_part_of_what_was_run() -> None:
    configs = [compose([THREE]), compose([THREE, "policy=rollout"])]
    arms = [Arm("a", "a", ()), Arm("b", "b", ())]
    manifest = describe(arms, configs, [1], {}, 1)
    assert manifest["arms"][1]["differs"] == {"timeline": configs[1]["timeline"]}
    assert manifest["config"]["timeline"] == []


# codes


@pytest.mark.parametrize(
    ("lever", "value", "code", "words_"),
    [
        ("posts", 72, 72, "72"), ("partition", "15", 15, "15"), ("partition", "10-20", -1, "10-20"), ("partition", "nested", -2, "nested"),
        ("partition", "grid", -3, "grid"), ("head_hours", HeadHours.EQUAL_TOTAL, 1, "equal_total"),
        ("staff_rule", StaffRule.CASES_FIRST, 0, "cases_first"), ("red_board", True, 1, "on"), ("broadcast", False, 0, "off"),
        ("pay", 4250.5, 4250.5, "4250.5"),
    ],
)  # fmt: skip
def test_every_value_has_a_number_and_its_words(lever: str, value: Any, code: float, words_: str) -> None:
    assert code_of(lever, value) == code
    assert said(lever, code) == words_


def test_what_is_in_force_follows_the_weeks() -> None:
    later = in_order([Change(5, 0, "posts", 72), Change(2, 1, "posts", 50), Change(2, 0, "pay", 5000.0)])
    states = list(stages(Levers(), 2, later))
    assert [state.posts.tolist() for state in states] == [[40, 40], [40, 50], [72, 50]]
    assert states[1].pay.tolist() == [5000.0, 4000.0]
    assert tuple(IN_FORCE) == DATED
    assert in_force(Levers(), 2).tolist() == states[0].tolist()
    assert made("tiny", timeline=later).timeline == later
