"""A report is one file that opens anywhere: whole, without network, safe against any text in a config, and it says what is missing."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from tests.report import synthetic

from cocreate_sim.analysis.languages import LANGUAGES, using
from cocreate_sim.analysis.paired import Interval
from cocreate_sim.errors import ConfigError, OutputError
from cocreate_sim.report.figures import style
from cocreate_sim.report.html import MOST_STUDIES, report_html, write_report
from cocreate_sim.report.html.answer import sentences
from cocreate_sim.report.html.elements import Markup, element, text
from cocreate_sim.report.html.tables import judged
from cocreate_sim.report.tables import load

pytestmark = pytest.mark.slow

HOSTILE = """<script>alert(1)</script><img src=x onerror="alert(2)">'"&{0.__class__}{{x}}</style></title>"""
VOID = {"meta", "link", "br", "hr", "img", "input", "col"}


class Page(HTMLParser):
    """What a browser would find in a page: elements in their order, with open ones checked, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.told: list[str] = []
        self.feed(html)
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("script", "style"):
            self.told.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.told).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture(scope="module")
def page(studies) -> str:
    return report_html([studies["two_arms"]])


def changed(folder: Path, to: Path, **entries) -> Path:
    """A copy of a study whose manifest says something else."""
    shutil.copytree(folder, to)
    manifest = json.loads((to / "manifest.json").read_text("utf-8"))
    (to / "manifest.json").write_text(json.dumps(manifest | entries), encoding="utf-8")
    return to


def test_a_report_is_one_file_without_any_address(page):
    assert len(page.encode()) < 5_000_000
    found = Page(page)
    assert not found.all("link")
    assert not found.all("img")
    assert not any("src" in attributes for _, attributes in found.found)
    assert all(link.startswith("#") for _, a in found.found for key, link in a.items() if key in ("href", "xlink:href"))
    assert {re.match(r"url\(#", hit) is not None for hit in re.findall(r"url\([^)]*\)", page)} <= {True}
    addresses = set(re.findall(r"https?://[^\s\"'<>]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    policy = next(a["content"] for a in found.all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")


def test_it_has_every_part_once_and_can_be_read_aloud(page):
    found = Page(page)
    ids = [attributes["id"] for _, attributes in found.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    for part in ("question", "answer", "figures", "tables", "falsifiers", "limits", "method", "provenance"):
        assert f"s1-{part}" in ids
    links = [a["href"].removeprefix("#") for a in found.all("a")]
    assert set(links) <= set(ids)
    assert found.all("html")[0]["lang"] == "en"
    pictures = found.all("svg")
    assert len(pictures) == 4
    for picture in pictures:
        assert picture["role"] == "img"
        assert len(picture["aria-label"].split()) > 20
    assert any("paired difference" in picture["aria-label"] for picture in pictures)
    assert all(head.get("scope") in ("col", "row") for head in found.all("th"))
    assert all(button["type"] == "button" for button in found.all("button"))
    used = re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', page)
    assert {one or other for one, other in used} <= set(ids)


def test_the_command_that_makes_it_again_and_the_one_that_made_the_study_are_told(page, studies):
    told = Page(page).text
    assert "cocreate compare experiment=SYNTHETIC replicates=6" in told
    assert f"cocreate report {studies['two_arms']} --language en" in told


@pytest.mark.parametrize("study", ["policies", "staffing", "unit_sizes", "two_arms", "one_arm", "one_replicate", "one_run"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_has_five_sentences(study, language, tables):
    with using(language):
        told = sentences(tables[study])
    assert len(told) == 5
    for sentence in told:
        assert sentence.endswith("." if language == "en" else "。"), sentence
        assert "nan" not in sentence
        assert "None" not in sentence
        assert "{" not in sentence


def test_the_answer_says_how_much_and_between_which_values(tmp_path):
    folder = synthetic.write(tmp_path / "study", synthetic.policies()[:2], 3, weeks=60)
    runs = pd.read_parquet(folder / "runs.parquet")
    for arm, waits in {"before_2022": [2.0, 2.0, 2.0], "posts_72": [1.0, 1.02, 0.98]}.items():
        runs.loc[runs["arm"] == arm, "wait_mean_days"] = waits
    runs.to_parquet(folder / "runs.parquet")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | {"headline": ["wait_mean_days", "backlog"]}), encoding="utf-8")
    half = 4.302653 * 1.0 / 3**0.5  # per cent: of 50, 49 and 51
    ends = f"{50 - half:.0f} to {50 + half:.0f}"
    assert sentences(load(folder))[1] == f"Waiting 50 % lower ({ends}) (2.00 to 1.00 working days)."


@pytest.mark.parametrize(
    ("interval", "better", "kind"),
    [
        (Interval(-2.0, -3.0, -1.0, 5), -1, "better"),
        (Interval(2.0, 1.0, 3.0, 5), -1, "worse"),
        (Interval(2.0, 1.0, 3.0, 5), 0, "moved"),
        (Interval(2.0, -1.0, 5.0, 5), 1, "none"),
        (Interval(2.0, None, None, 1), 1, "none"),
        (Interval(0.0, 0.0, 0.0, 5), 1, "none"),
    ],
)
def test_a_difference_is_judged_by_its_interval_alone(interval, better, kind):
    assert judged(interval, better)[0] == kind


def test_tables_sort_by_numbers_and_hold_them_as_they_were_measured(page, tables):
    study = tables["two_arms"]
    found = Page(page)
    assert len(found.all("table")) == 3
    by = [a["data-by"] for _, a in found.found if "data-by" in a]
    mean = study.mean(study.arms[1], "wait_mean_days").mean
    assert repr(float(mean)) in by


def test_no_text_of_a_config_becomes_part_of_the_page(tmp_path):
    arms = synthetic.policies()[:2]
    folder = synthetic.write(tmp_path / "study", arms, 3, weeks=60)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["arms"][1]["label"] = HOSTILE
    manifest |= {"question": HOSTILE, "command": HOSTILE, "version": HOSTILE, "packages": {HOSTILE: HOSTILE}}
    manifest["config"]["world"] = {"name": HOSTILE}
    for outcome in manifest["outcomes"]:
        outcome |= {"label": HOSTILE, "unit": HOSTILE}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    for language in ("en", "zh"):
        found = Page(report_html([folder], language))
        assert len(found.all("script")) == 1
        assert not found.all("img")
        assert not any(key.startswith("on") for _, attributes in found.found for key in attributes)
        assert len(found.all("title")) == 1
        assert "<script>alert(1)</script>" in found.text  # shown as text, not run


def test_elements_escape_what_is_not_markup():
    assert element("p", "a < b & c", Markup("<b>d</b>"), class_='x"y') == '<p class="x&quot;y">a &lt; b &amp; c<b>d</b></p>'
    assert element("meta", charset="utf-8") == '<meta charset="utf-8">'
    assert element("td", 3, hidden=True, title=None) == "<td hidden>3</td>"
    assert text("bell \x07 and \ud800") == "bell \N{REPLACEMENT CHARACTER} and \N{REPLACEMENT CHARACTER}"


def test_studies_stand_side_by_side_with_what_they_share(studies):
    found = Page(report_html([studies["two_arms"], studies["policies"]]))
    ids = {attributes["id"] for _, attributes in found.found if "id" in attributes}
    assert {"beside", "s1", "s2", "s1-answer", "s2-answer"} <= ids
    assert "2 studies side by side" in found.text
    assert "Outcomes that all studies measured" in found.text


def test_a_study_that_is_not_finished_says_what_is_missing(studies, tmp_path):
    folder = changed(studies["two_arms"], tmp_path / "begun", status="running", runs={"asked": 20, "ok": 12, "failed": 0})
    told = Page(report_html([folder])).text
    assert "This study is not finished: 12 of 20 runs are there, 8 are missing." in told
    runs = pd.read_parquet(folder / "runs.parquet")
    runs[runs["arm"] == "before_2022"].to_parquet(folder / "runs.parquet")
    assert "No run is there yet of: 72 posts." in Page(report_html([folder])).text


def test_what_is_no_study_is_refused_and_nothing_is_written(studies, tmp_path):
    out = tmp_path / "report.html"
    with pytest.raises(OutputError, match="holds no study"):
        write_report([tmp_path], out=out)
    with pytest.raises(OutputError, match=r"has schema 2, made by version 0\.0\.0; this version reads schema \d"):
        write_report([changed(studies["one_run"], tmp_path / "old", schema=2)], out=out)
    failed = changed(studies["one_run"], tmp_path / "failed")
    runs = pd.read_parquet(failed / "runs.parquet")
    runs.assign(status="failed", error="no").to_parquet(failed / "runs.parquet")
    with pytest.raises(OutputError, match="all 1 runs failed"):
        write_report([failed], out=out)
    runs[runs["status"] == "never"].to_parquet(failed / "runs.parquet")
    with pytest.raises(OutputError, match="holds no finished run yet"):
        write_report([failed], out=out)
    assert not out.exists()


def test_a_wrong_target_or_language_is_refused_before_any_work(studies, tmp_path):
    study = studies["one_run"]
    with pytest.raises(ConfigError, match="language 'de' is not known"):
        write_report([study], "de", tmp_path / "r.html")
    with pytest.raises(ConfigError, match=r"ends in \.html"):
        write_report([study], out=tmp_path / "r.pdf")
    with pytest.raises(ConfigError, match=r"needs out=FILE\.html"):
        write_report([study, studies["two_arms"]])
    with pytest.raises(ConfigError, match="is named twice"):
        report_html([study, study / "." / ""])
    with pytest.raises(ConfigError, match="no study is named"):
        report_html([])
    with pytest.raises(ConfigError, match=f"at most {MOST_STUDIES}"):
        report_html([study] * (MOST_STUDIES + 1))
    other = tmp_path / "mine.html"
    other.write_text("my own page", encoding="utf-8")
    with pytest.raises(OutputError, match="is there already and is not a report"):
        write_report([study], out=other)
    assert other.read_text("utf-8") == "my own page"


def test_a_report_takes_the_place_of_an_older_one_only(studies, tmp_path):
    out = tmp_path / "deep" / "report.html"
    assert write_report([studies["one_run"]], "zh", out) == out
    first = out.read_text("utf-8")
    assert write_report([studies["one_run"]], "en", out) == out
    assert Page(first).all("html")[0]["lang"] == "zh-Hans"
    assert Page(out.read_text("utf-8")).all("html")[0]["lang"] == "en"
    assert [path.name for path in out.parent.iterdir()] == ["report.html"]


def test_without_a_chinese_font_figures_are_refused_with_the_way_out(tables, monkeypatch):
    from cocreate_sim.report.figures import FIGURES

    monkeypatch.setattr(style, "_characters", lambda language: frozenset(range(128)))
    with pytest.raises(ConfigError, match=r"简体中文 \(zh\) need a font with Chinese characters.*fonts-noto-cjk"):
        FIGURES["trajectories"](tables["one_arm"], "zh")
    assert FIGURES["trajectories"](tables["one_arm"], "en").axes
