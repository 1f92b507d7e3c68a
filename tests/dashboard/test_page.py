"""What is seen at a moment, without a browser: curves, numbers, files, and what the server answers to whom."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from cocreate_sim.dashboard import charts, page, results, text
from cocreate_sim.dashboard.acting import Controls, acted, moved
from cocreate_sim.dashboard.app import application
from cocreate_sim.dashboard.asked import Asked, default, read
from cocreate_sim.dashboard.places import Places
from cocreate_sim.dashboard.plans import plans
from cocreate_sim.dashboard.runs import Runs
from cocreate_sim.dashboard.watching import Player, asked_runs, curves_of, look
from cocreate_sim.outcomes.catalogue import OUTCOMES

from .sight import COLD

SHORT = "?world=tiny&weeks=4&policy=small_units&policy=posts_72"


def see(now: Asked, places: Places, runs: Runs, player: Player | None = None, pressed: Any = None) -> Any:
    asked_runs(now, places, runs, "a")
    assert runs.wait(COLD)
    return look(now, places, runs, "a", player or Player(True, 0, "all"), pressed, None, False)


def shown(component: Any) -> str:
    return json.dumps(component.to_plotly_json(), default=lambda part: part.to_plotly_json(), ensure_ascii=False)


# words


def test_every_text_is_there_in_every_language() -> None:
    for key, words in text._TEXTS.items():
        assert all(word.strip() or key in ("then", "colon") for word in words), key


def test_the_blanks_of_a_text_are_the_same_in_every_language() -> None:
    import string

    for key, words in text._TEXTS.items():
        blanks = [{name for _, name, _, _ in string.Formatter().parse(word) if name} for word in words]
        assert blanks[0] == blanks[1] == blanks[2], key


def test_shipped_worlds_policies_and_outcomes_have_chinese_names(places: Places) -> None:
    for language in ("zh", "zh-Hant"):
        for name in places.policies():
            assert text.policy(places.label(name), language) != places.label(name)
        for name in text.WEEKLY:
            label, unit = text.outcome(name, language)
            assert label != OUTCOMES[name].label
            assert unit != OUTCOMES[name].unit
        for name in places.worlds():
            assert text.world(name, language) != text.world(name, "en"), name
    assert set(text.SHOWN) <= set(text.WEEKLY)


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_the_page_is_built_in_every_language(language: str, places: Places) -> None:
    now = replace(read(SHORT, places), language=language)
    told = "".join(shown(part) for part in page.build(now, places))
    assert text.say("title", language) in told
    assert text.policy("72 posts", language) in told


# what is seen


@pytest.mark.compiled
def test_curves_numbers_and_commands_of_a_finished_comparison(places: Places, runs: Runs) -> None:
    now = read(SHORT, places)
    sight = see(now, places, runs)
    assert (sight.total, sight.moving, sight.wrong) == (30, False, [])
    assert [len(trace["y"]) for trace in sight.figures[0]["data"]] == [30, 30, 30]
    assert sight.when == "Week 4 / 4"
    assert "one run each" in sight.sure
    assert sight.command.splitlines()[1].startswith("cocreate run world=tiny policy=small_units run.weeks=4")
    assert "small units" in sight.seen[0]
    assert "Participation" in shown(sight.table)


@pytest.mark.compiled
def test_a_mean_is_that_of_the_weeks_after_settling_in(places: Places, runs: Runs) -> None:
    now = read(SHORT, places)
    see(now, places, runs)
    planned, found, _ = asked_runs(now, places, runs, "a")
    curve = curves_of(planned, found)[1]
    series = curve.run.series("participation_week")
    assert charts.mean_of(curve, "participation_week", 30) == pytest.approx(series[26:].mean())
    assert charts.mean_of(curve, "participation_week", 28) == pytest.approx(series[26:28].mean())
    assert np.isnan(charts.mean_of(curve, "participation_week", 20))


@pytest.mark.compiled
def test_repeated_runs_give_paired_intervals(places: Places, runs: Runs) -> None:
    now = replace(read(SHORT, places), repeat=3)
    sight = see(now, places, runs)
    assert sight.sure.startswith("Whole runs with 3 lucks")
    planned, found, _ = asked_runs(now, places, runs, "a")
    row = next(r for r in results.rows(curves_of(planned, found), found, 30) if r.outcome == "participation_week")
    values = [[run.summary["participation_week"] for run in of_policy] for of_policy in found]
    differences = np.subtract(values[1], values[0])
    half = 4.302652729911275 * differences.std(ddof=1) / np.sqrt(3)  # Student, two degrees of freedom
    mean, difference = row.policies[0]
    assert mean == pytest.approx(np.mean(values[1]))
    assert (difference.mean, difference.high) == pytest.approx((differences.mean(), differences.mean() + half))
    assert " to " in results.said(row, 0, "en")


def test_a_policy_that_cannot_run_is_told_and_the_others_run(places: Places) -> None:
    planned, wrong = plans(read("?world=tiny&policy=before_2022;partition=5000&policy=posts_72", places), places)
    assert [plan.number for plan in planned] == [0, 2]
    assert wrong[0].startswith("Policy 1 does not run: ")
    nothing, wrong = plans(read("?world=tiny&base=before_2022;partition=5000", places), places)
    assert nothing == []
    assert wrong[0].startswith("The baseline does not run: ")


@pytest.mark.compiled
def test_both_files_hold_what_is_shown_and_no_formulas(places: Places, runs: Runs) -> None:
    now = read(SHORT, places)
    see(now, places, runs)
    for button, rows in (("weekly-csv", 3 * 30), ("table-csv", 2 * len(text.SHOWN))):
        name, content = results.file_of(button, now, places, runs, "a")
        table = list(csv.DictReader(io.StringIO(content)))
        assert name.endswith(".csv")
        assert len(table) == rows
    assert table[0]["outcome"] == "participation_week"
    assert float(table[0]["difference"]) == pytest.approx(float(table[0]["mean"]) - float(table[0]["baseline"]))
    assert results.safe("=HYPERLINK(1)") == "'=HYPERLINK(1)"
    assert results.safe("72 posts") == "72 posts"


def test_the_running_mean_leaves_out_what_was_not_measured() -> None:
    found = charts.smooth(np.array([1.0, np.nan, 3.0, 5.0, 7.0, 9.0]))
    np.testing.assert_allclose(found, [1.0, 1.0, 2.0, 3.0, 5.0, 6.0])
    assert np.isnan(charts.smooth(np.array([np.nan, 1.0]))[0])


def test_labels_are_no_markup_on_charts() -> None:
    assert charts.plain("<b>&amp;") == "&lt;b&gt;&amp;amp;"


# the player


@pytest.mark.parametrize(
    ("player", "pressed", "dragged", "after"),
    [
        (Player(True, 10, "all"), "tick", None, (True, 80)),
        (Player(True, 10, "slow"), "tick", None, (True, 11)),
        (Player(True, 10, "fast"), "tick", None, (True, 13)),
        (Player(True, 79.5, "fast"), "tick", None, (True, 80)),
        (Player(False, 10, "slow"), "tick", None, (False, 10)),
        (Player(True, 10, "slow"), "play", None, (False, 10)),
        (Player(False, 100, "slow"), "play", None, (True, 0)),
        (Player(False, 100, "slow"), "again", None, (True, 0)),
        (Player(True, 50, "slow"), "week", 7, (False, 7)),
        (Player(True, 50, "slow"), "week", 700, (False, 100)),
        (Player(True, 50, "slow"), "query", None, (True, 0)),
        (Player(False, 50, "all"), "query", None, (True, 80)),
    ],
)
def test_the_player_follows_what_is_pressed(player: Player, pressed: str, dragged: Any, after: tuple[bool, float]) -> None:
    found = player.follow(pressed, dragged, 100, 80)
    assert (found.on, found.week) == after


# controls


def controls(now: Asked, **changes: Any) -> Controls:
    values: list[dict[str, Any]] = []
    for card, chosen in enumerate(now.policies, 1):
        for name, value in {**chosen.values, **changes}.items():
            given = (["on"] if value else []) if isinstance(value, bool) else value
            values.append({"id": {"what": "lever", "name": name, "card": card}, "value": given})
    return Controls(values, [{"id": {"card": card}, "value": ""} for card, _ in enumerate(now.policies, 1)])


def test_what_cannot_be_used_stays_as_it_was_and_is_told(places: Places) -> None:
    now = default(places)
    typed = {"weeks": 52, "seed": None, "repeat": 1, "world": "tiny"}
    after, wrong = moved(now, places, typed, controls(now, posts=None, pay=5000, clubs=True), now.charts)
    assert after.policies[0].values == {**now.policies[0].values, "pay": 5000.0, "clubs": True}
    assert (after.weeks, after.seed, after.world) == (52, now.seed, "tiny")
    assert [message.split()[0] for message in wrong] == ["seed", "posts"]


def test_cards_come_and_go(places: Places) -> None:
    now = default(places)

    def press(before: Asked, name: str, card: int = 0, clicks: Any = 1) -> Asked:
        return acted(before, places, {"what": "act", "name": name, "card": card}, clicks, "en")

    assert press(now, "add", clicks=None) == now, "a button that has only come to be was not pressed"
    four = press(press(press(now, "add"), "add"), "add")
    assert len(four.policies) == 4
    assert press(four, "add") == four
    changed = acted(four, places, {"what": "policy", "card": 2}, "clubs", "en")
    assert changed.policies[1].values["clubs"] is True
    assert [one.policy for one in press(changed, "remove", 1).policies] == ["clubs", "small_units", "small_units"]
    saved = press(changed, "save", 2)
    assert saved.base == changed.policies[1]
    assert press(saved, "usual").base == now.base
    assert acted(now, places, "choose-language", "zh", "zh").language == "zh"
    assert acted(now, places, "choose-language", "fr", "fr").language == "en"
    assert press(now, "remove", 3) == now


# who may ask


@pytest.fixture
def client(places: Places, runs: Runs) -> Any:
    return application(places, runs).server.test_client()


@pytest.mark.parametrize("host", ["127.0.0.1:8050", "localhost:8050", "[::1]:8050"])
def test_this_machine_is_answered(client: Any, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8050", "127.0.0.1.evil.example", "[::2]", "["])
def test_a_foreign_name_is_refused(client: Any, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code in (400, 403)


def test_a_foreign_page_may_not_ask(client: Any) -> None:
    told = {"Host": "localhost:8050", "Content-Type": "application/json"}
    foreign = client.post("/_dash-update-component", data="{}", headers={**told, "Origin": "http://evil.example"})
    neighbour = client.post("/_dash-update-component", data="{}", headers={**told, "Origin": "http://localhost:9999"})
    assert (foreign.status_code, neighbour.status_code) == (403, 403)


def test_a_huge_request_is_refused(client: Any) -> None:
    told = {"Host": "localhost:8050", "Content-Type": "application/json", "Origin": "http://localhost:8050"}
    assert client.post("/_dash-update-component", data="x" * 2_000_000, headers=told).status_code == 413


def test_browsers_are_told_to_load_from_here_only(client: Any) -> None:
    answer = client.get("/", headers={"Host": "localhost"})
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self' 'sha256-" in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert "://" not in answer.get_data(as_text=True).replace("http://www.w3.org", "")


@pytest.mark.parametrize("path", ["/assets/../app.py", "/assets/%2e%2e/app.py", "/assets/..%2fapp.py", "/assets//etc/passwd"])
def test_no_path_leaves_the_folder_of_assets(client: Any, path: str) -> None:
    answer = client.get(path, headers={"Host": "localhost"})
    assert b"Dash" not in answer.data.replace(b"_dash", b"") or b"import" not in answer.data
    assert b"root:" not in answer.data
