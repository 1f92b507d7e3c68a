"""The page in a browser, as a planner uses it: load, levers, comparison, language, download, reload, two tabs, wrong addresses."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import Any

import pytest

from cocreate_sim.dashboard.limits import MOST_POLICIES
from cocreate_sim.dashboard.places import Places
from cocreate_sim.dashboard.text import LANGUAGES, TAGS, say

from .conftest import page_of
from .sight import Watched

pytestmark = [pytest.mark.browser, pytest.mark.compiled]

TINY = "?world=tiny&weeks=26"
SIZE = '{"card":CARD,"name":"partition","what":"lever"}'
START = '{"card":CARD,"what":"policy"}'
SINCE = '{"card":CARD,"what":"since"}'


def changed(tab: Watched, before: list[Any], card: int = 1, chart: int = 0) -> None:
    """The curve of a policy becomes another one."""
    until = time.monotonic() + 60
    while tab.curve(card, chart) == before:
        assert time.monotonic() < until, "the curve stayed as it was"
        tab.page.wait_for_timeout(50)


def test_the_page_shows_two_curves_and_a_table(tab: Watched) -> None:
    tab.open("?world=huajin").complete()
    assert tab.page.title() == say("title", "en")
    assert tab.page.evaluate("document.documentElement.lang") == "en"
    assert tab.page.locator(".charts .js-plotly-plot").count() == 4
    assert len(tab.curve(0)) == len(tab.curve(1)) == 130
    assert tab.curve(0) != tab.curve(1)
    assert tab.page.locator("#table tbody tr").count() > 10
    assert tab.messages() == ""
    tab.shot("1-first-sight")


@pytest.mark.parametrize(("name", "value", "chart"), [("posts", 2, 1), ("pay", 12000, 0)])
def test_a_number_changes_the_curve_the_address_and_the_label(tab: Watched, name: str, value: int, chart: int) -> None:
    tab.open("?world=quarter&weeks=26&chart=participation_week,utilisation_posts").complete()
    before = tab.curve(1, chart)
    base = tab.curve(0, chart)
    tab.number(name).fill(str(value))
    tab.query(f"{name}={value}")
    changed(tab, before, 1, chart)
    tab.complete()
    assert tab.curve(0, chart) == base
    assert f"{value:,}" in tab.page.locator('[data-card="1"] h2').inner_text()
    assert tab.messages() == ""


def test_the_slider_moves_the_number_and_the_number_the_slider(tab: Watched) -> None:
    tab.open(TINY).complete()
    tab.slider("posts").focus()
    for _ in range(8):
        tab.page.keyboard.press("ArrowRight")
    tab.query("posts=4[1-9]")
    there = float(tab.slider("posts").get_attribute("aria-valuenow"))
    tab.number("posts").fill("500")
    tab.query("posts=500")
    tab.page.wait_for_function(
        "there => Number(document.querySelector('[data-card=\"1\"] [role=slider]').getAttribute('aria-valuenow')) > there",
        arg=there,
    )


def test_the_size_of_units_is_chosen_from_a_list(tab: Watched) -> None:
    tab.open(TINY).complete()
    before = tab.curve(1)
    tab.choose(SIZE, "5 households")
    tab.query("partition=5")
    changed(tab, before)


@pytest.mark.parametrize("name", ["red_board", "clubs", "stations"])
def test_a_switch_is_put_on(tab: Watched, name: str) -> None:
    chart = {"red_board": "participation_week", "clubs": "participation_week", "stations": "public_yuan"}[name]
    tab.open(f"?world=yaojialing&weeks=52&chart={chart}").complete()
    before = tab.curve(1)
    tab.page.get_by_role("checkbox", name=say(name, "en")).check()
    tab.query(f"{name}=on")
    changed(tab, before)


def test_a_date_lets_the_policy_begin_later(tab: Watched) -> None:
    tab.open("?world=quarter&weeks=52").complete()
    before = tab.curve(1)
    tab.choose(SINCE, "2023-01")
    tab.query("from=2023-01")
    changed(tab, before)
    tab.complete()
    base, policy = tab.curve(0), tab.curve(1)
    begins = 26 + 31  # weeks of settling in, and from June 2022 to the first Monday of 2023
    assert policy[: begins - 1] == base[: begins - 1]
    assert policy[begins + 4 :] != base[begins + 4 :]
    tab.shot("2-from-a-date")


def test_four_policies_are_compared_and_one_becomes_the_baseline(tab: Watched) -> None:
    tab.open(TINY).complete()
    add = tab.page.get_by_role("button", name=say("add", "en"))
    for card in range(2, MOST_POLICIES + 1):
        add.click()
        tab.page.wait_for_selector(f'[data-card="{card}"]')
    assert add.is_disabled()
    for card, name in ((2, "posts_72"), (3, "clubs"), (4, "wuchang_2024")):
        tab.choose(START, {"posts_72": "72 posts", "clubs": "clubs", "wuchang_2024": "Wuchang 2024"}[name], card)
        tab.query(f"policy={name}")
    tab.complete()
    tab.page.wait_for_function("n => document.querySelectorAll('#table thead th').length === n", arg=3 + MOST_POLICIES)
    tab.shot("3-four-policies")
    tab.page.locator('[data-card="4"]').get_by_role("button", name=say("save", "en")).click()
    tab.query("base=wuchang_2024")
    tab.complete()
    tab.page.wait_for_function(
        "() => { const d = document.querySelector('.js-plotly-plot').data;"
        " return d.length === 5 && JSON.stringify(d[0].y) === JSON.stringify(d[4].y); }"
    )
    tab.page.locator('[data-card="1"]').get_by_role("button", name=say("remove", "en")).click()
    tab.page.wait_for_selector('[data-card="4"]', state="detached")
    tab.page.get_by_role("button", name=say("as_usual", "en")).click()
    tab.page.wait_for_function("() => !location.search.includes('base=')")


@pytest.mark.parametrize("language", [tag for tag in LANGUAGES if tag != "en"])
def test_the_page_speaks_chinese(tab: Watched, language: str) -> None:
    tab.open(TINY).complete()
    tab.page.get_by_role("radio", name=LANGUAGES[language]).check()
    tab.query(f"language={language}")
    tab.page.wait_for_function("language => document.documentElement.lang === language", arg=TAGS[language])
    assert tab.page.locator("h1").inner_text() == say("title", language)
    tab.complete()
    for chosen in (say("table", language), say("baseline", language)):
        assert chosen in tab.page.locator("#page").inner_text()
    tab.shot(f"4-{language}")


def test_what_is_shown_can_be_downloaded(tab: Watched, tmp_path: Path) -> None:
    tab.open(TINY).complete()
    for button, rows in (("weekly_csv", 2 * (26 + 26)), ("table_csv", 16)):
        with tab.page.expect_download() as waiting:
            tab.page.get_by_role("button", name=say(button, "en")).click()
        waiting.value.save_as(tmp_path / button)
        with (tmp_path / button).open(encoding="utf-8", newline="") as stream:
            table = list(csv.DictReader(stream))
        assert len(table) == rows
        assert {row["policy"] for row in table} <= {"before 2022", "small units"}
    shown = [value for value in tab.curve(1)[-1:] if value is not None]
    assert len(shown) == 1


def test_a_report_can_be_downloaded(tab: Watched, tmp_path: Path) -> None:
    tab.open(f"{TINY}&repeat=2&language=zh-Hant").complete()
    with tab.page.expect_download() as waiting:
        tab.page.get_by_role("button", name=say("report_html", "zh-Hant")).click()
    waiting.value.save_as(tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'lang="zh-Hant"' in text
    assert "小鄰里" in text
    assert len(text) < 5_000_000


def test_a_reload_in_the_middle_goes_on_with_the_same_run(tab: Watched) -> None:
    tab.open("?world=subdistrict&weeks=260&policy=small_units;posts=61")
    tab.page.wait_for_function("() => /[1-9][0-9]* of/.test(document.querySelector('#status').textContent)")
    before = len(tab.curve(1))
    tab.page.reload()
    tab.page.wait_for_selector(".js-plotly-plot path.js-line")
    tab.page.wait_for_function(
        "n => { const d = document.querySelector('.js-plotly-plot').data; return d.length === 2 && d[0].y.length >= n; }",
        arg=before,
    )
    assert "posts=61" in tab.page.url
    assert tab.number("posts").input_value() == "61"
    tab.complete()


def test_an_answer_that_comes_together_with_a_sign_of_life_keeps_the_clock_going(tab: Watched) -> None:
    tab.open(TINY).complete()
    goes_on = """triggered => {
        window.clearTimeout(timer);
        timer = 0;
        window.dash_clientside.callback_context = {
            triggered: triggered.map(one => ({prop_id: one})), triggered_id: triggered[0].split('.')[0]};
        window.dash_clientside.page.beat({moving: true, count: latest}, 1);
        return timer !== 0;
    }"""
    assert tab.page.evaluate(goes_on, ["alive.n_intervals", "beat.data"])
    assert tab.page.evaluate(goes_on, ["beat.data"])
    assert not tab.page.evaluate(goes_on, ["alive.n_intervals"])


def test_two_tabs_do_not_disturb_each_other(tab: Watched, context: Any, address: str, screenshots: Path) -> None:
    other = Watched(context.new_page(), address, screenshots).open("?world=quarter&weeks=52&policy=posts_72")
    tab.open(TINY)
    tab.number("posts").fill("9")
    other.number("posts").fill("90")
    tab.query("posts=9$")
    other.query("posts=90$")
    tab.complete()
    other.complete()
    assert (len(tab.curve(1)), len(other.curve(1))) == (52, 78)
    assert "world=tiny" in tab.page.url
    assert "world=quarter" in other.page.url
    other.check()


WRONG = {
    "?world=atlantis": ["'atlantis' is not known", "tiny"],
    "?world=huajim": ["'huajim' is not known", "did you mean 'huajin'?"],
    "?world=wuhan": ["'wuhan' has 4,082,533 family households", "at most 40,000"],
    "?world=../../etc/passwd": ["'../../etc/passwd' is not known"],
    "?world=/tmp/mine.yaml": ["'/tmp/mine.yaml' is not known"],
    "?weeks=-3": ["'-3' is not a whole number from 1 to 260"],
    "?weeks=1e9": ["'1e9' is not a whole number"],
    "?seed=": ["seed = '' is not a whole number"],
    "?repeat=1000": ["'1000' is not a whole number from 1 to 20"],
    "?language=fr": ["'fr' is not known", "zh-Hant"],
    "?chart=backlock": ["did you mean 'backlog'?"],
    "?policy=small_unit": ["did you mean 'small_units'?"],
    "?policy=small_units;post=3": ["'post' is not a lever of the page", "did you mean 'posts'?"],
    "?policy=small_units;posts=0": ["posts = 0.0 is outside its range 1 to 1000"],
    "?policy=small_units;partition=5000&world=tiny": ["Policy 1 does not run", "larger than the largest compound"],
    "?policy=small_units;from=1999-01": ["'1999-01' is not a month that begins within"],
    "?wrold=tiny": ["'wrold' is not known", "did you mean 'world'?"],
    "?world=<img src=x onerror=alert(1)>": ["'<img src=x onerror=alert(1)>' is not known"],
    "?policy=small_units&policy=clubs&policy=clubs&policy=clubs&policy=clubs": ["at most 4 are shown"],
}


@pytest.mark.parametrize("query", WRONG)
def test_a_wrong_address_is_told_and_the_page_works(tab: Watched, query: str) -> None:
    tab.open(query + ("" if "world=" in query else "&world=tiny"))
    tab.page.wait_for_selector("#messages li")
    for part in WRONG[query]:
        assert part in tab.messages()
    if "onerror" in query:
        assert tab.page.locator("img").count() == 0
        tab.shot("5-wrong-address")


def test_a_number_out_of_range_is_told_until_it_is_right(tab: Watched) -> None:
    tab.open(TINY).complete()
    tab.number("posts").fill("5000")
    tab.page.wait_for_selector("#messages li")
    assert "1 to 1,000" in tab.messages() or "1 to 1000" in tab.messages()
    tab.number("posts").fill("72")
    tab.page.wait_for_selector("#messages li", state="detached")
    tab.query("posts=72")


def test_the_run_unfolds_pauses_and_goes_on(tab: Watched) -> None:
    tab.open("?world=quarter&weeks=104").complete()
    tab.page.get_by_role("radio", name=say("pace_slow", "en")).check()
    tab.page.get_by_role("button", name=say("again", "en")).click()
    tab.page.wait_for_function("() => document.querySelector('.js-plotly-plot').data[0].y.length < 40")
    tab.page.wait_for_function("() => document.querySelector('.js-plotly-plot').data[0].y.length > 2")
    tab.page.get_by_role("button", name=say("pause", "en")).click()
    tab.page.get_by_role("button", name=say("play", "en")).wait_for()
    there = len(tab.curve(0))
    tab.page.wait_for_timeout(1500)
    assert len(tab.curve(0)) == there < 130
    tab.shot("6-paused")
    tab.page.get_by_role("button", name=say("play", "en")).click()
    tab.page.wait_for_function("n => document.querySelector('.js-plotly-plot').data[0].y.length > n + 3", arg=there)
    tab.page.locator("#week [role=slider]").first.focus()
    tab.page.keyboard.press("Home")
    tab.page.get_by_role("button", name=say("play", "en")).wait_for()
    tab.page.wait_for_function("() => document.querySelector('.js-plotly-plot').data[0].y.length < 3")


def test_more_lucks_give_intervals(tab: Watched) -> None:
    tab.open(f"{TINY}&repeat=5")
    tab.page.wait_for_function("() => document.querySelector('#sure').textContent.startsWith('Whole runs with 5 lucks')")
    assert " to " in tab.page.locator("#table tbody tr").first.inner_text()
    tab.shot("7-five-lucks")


def test_names_from_files_are_shown_as_text(context: Any, screenshots: Path, tmp_path: Path) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "evil.yaml").write_text(
        f"# @package _global_\npolicy:\n  label: '{hostile}'\n  meaning: ''\nlevers:\n  posts: 50\n", encoding="utf-8"
    )
    world = tmp_path / f"{hostile.replace('/', '')}.yaml"
    world.write_text("households: 48\ncompounds: 1\ngrids: 1\ncommunities: 1\n", encoding="utf-8")
    with page_of(Places(str(world), str(tmp_path))) as url:
        tab = Watched(context.new_page(), url, screenshots).open("?weeks=26&policy=evil").complete()
        assert hostile in tab.page.locator('[data-card="1"] h2').inner_text()
        assert tab.page.locator("img").count() == 0
        tab.page.locator(".charts .js-plotly-plot").first.hover(position={"x": 200, "y": 120})
        tab.page.wait_for_selector(".hoverlayer text")
        assert hostile in tab.page.locator(".hoverlayer").first.text_content()
        tab.shot("8-hostile-names")
        tab.check()


def test_the_page_is_usable_with_the_keyboard_and_on_a_narrow_screen(tab: Watched) -> None:
    tab.page.set_viewport_size({"width": 420, "height": 900})
    tab.open(TINY).complete()
    width = tab.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 420
    unnamed = (
        "() => [...document.querySelectorAll('button, input, [role=slider]')].filter(e => e.offsetParent !== null && e.closest('[aria-hidden]') === null && !("
        "e.textContent.trim() || e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.labels?.length"
        ")).map(e => e.outerHTML.slice(0, 120))"
    )
    assert tab.empties(unnamed) == []  # the page names what a library draws as soon as it is drawn
    tab.shot("9-narrow")
