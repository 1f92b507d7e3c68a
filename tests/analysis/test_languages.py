"""Every sentence that a reader may see is there in English, simplified and traditional Chinese, with the same parts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
import yaml

import cocreate_sim
from cocreate_sim.analysis import languages, quantiles, robustness, rollout, sensitivity_words, timelines, timelines_words
from cocreate_sim.analysis.languages import LANGUAGES, TABLE, checked, current, say, tidy, translated, using
from cocreate_sim.analysis.staffing import _STANDINGS
from cocreate_sim.analysis.words import (
    _FACTORS,
    _LEVEL_WORDS,
    _NOUNS,
    _WORDS,
    level_words,
    listing,
    times,
    uncertain_words,
    value,
)
from cocreate_sim.cli.settings import rows as setting_rows
from cocreate_sim.errors import ConfigError
from cocreate_sim.outcomes.catalogue import OUTCOMES
from cocreate_sim.report.figures.sensitivity import BARS, READING
from cocreate_sim.report.html.sections import FIGURE_NAMES
from cocreate_sim.report.tables import unit_in_percent
from cocreate_sim.world.sites import REASONS

SOURCES = sorted(Path(cocreate_sim.__file__).parent.rglob("*.py"))
SENTENCES = (
    "effects.py", "sentences.py", "staffing.py", "unit_size.py", "rollout.py", "answer.py", "sections.py",
    "sensitivity_words.py", "timelines_words.py", "frontier_words.py", "certainty.py",
)  # fmt: skip
"""Modules whose counts are told to planners."""
ROWS = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
KNOWN = {row[0] for row in ROWS}
CHINESE = [code for code in LANGUAGES if code != "en"]


def literals(node: ast.expr) -> Iterator[str]:
    """The texts that the first word of ``say`` may be."""
    if isinstance(node, ast.IfExp):
        yield from (*literals(node.body), *literals(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def spoken(source: Path) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in ("say", "spoken_table"):
                found += [(node.lineno, text) for text in literals(node.args[0])]
            if name == "times" and source.name in SENTENCES and len(node.args) > 1:
                one, *many = [text for argument in node.args[1:] for text in literals(argument)]
                found += [(node.lineno, "{} " + thing) for thing in (one, *(many or [one + "s"]))]
    return found


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(Path(cocreate_sim.__file__).parent)))
def test_every_sentence_in_the_code_has_its_line_in_the_table(source):
    if source.parent.name in ("validation", "dashboard"):
        return  # pages for modellers, in English; a page with words of its own
    missing = [f"{source.name}:{line}: {text}" for line, text in spoken(source) if text not in KNOWN]
    assert not missing, "\n".join(missing)


def test_every_name_that_results_may_hold_is_known():
    units = {f"{unit_in_percent(o.unit)}|unit" for o in OUTCOMES.values()}
    words = {*_WORDS.values(), *_LEVEL_WORDS.values(), *_NOUNS.values(), *_STANDINGS.values(), *FIGURE_NAMES.values(), *REASONS, *(o.label for o in OUTCOMES.values()), *units}
    configs = Path(__file__).parents[2] / "configs"
    words |= {yaml.safe_load(f.read_text("utf-8"))["policy"]["label"] for f in (configs / "policy").glob("*.yaml")}
    words |= {yaml.safe_load(f.read_text("utf-8"))["experiment"]["question"] for f in (configs / "experiment").glob("*.yaml")}
    words |= {*_FACTORS.values(), *READING.values(), *BARS.values(), *sensitivity_words.METHOD_WORDS.values(), sensitivity_words.DOUBTFUL}
    words |= {*timelines.METHODS.values(), *timelines_words.ASSUMPTIONS.values(), timelines_words.TRUTH}
    words |= {*rollout.ASSUMPTIONS, *quantiles.TOLD.values(), *(f"{where}|waiting" for where in quantiles.WHERE.values())}
    words |= {f"{verdict}|verdict" for verdict in (robustness.HOLDS, robustness.FAILS, robustness.OPEN)}
    missing = sorted(word for word in words if word not in KNOWN and "{} " + word.partition(" ")[2] not in KNOWN)
    assert not missing


def test_every_uncertain_setting_says_in_chinese_what_it_means():
    names = [row["address"] for row in setting_rows() if row["address"].startswith("uncertainties.")]
    assert len(names) > 200
    with using("zh"):
        assert not [name for name in names if uncertain_words(name) == name.removeprefix("uncertainties.")]


def test_every_lever_and_policy_is_known_by_its_name_too():
    names = [row["address"].removeprefix("levers.") for row in setting_rows() if row["address"].startswith("levers.")]
    policies = [file.stem for file in (Path(__file__).parents[2] / "configs" / "policy").glob("*.yaml")]
    assert len(names) > 20
    with using("zh"):
        assert not [name for name in (*names, *policies) if translated(name.replace("_", " ")) == name.replace("_", " ")]


def test_each_line_is_in_all_languages_once_with_the_same_parts():
    assert len(ROWS) == len(KNOWN) > 400
    for row in ROWS:
        assert len(row) == len(LANGUAGES), row
        assert all(row), row
        parts = [sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None) for text in row]
        assert parts[0] == parts[1] == parts[2], row
        if re.search(r"[A-Za-z]{3}", re.sub(r"\{.*?\}", "", row[1])):  # some Latin words stay: rho_40, logit, names of files
            assert re.search(r"[\u4e00-\u9fff]", row[1]), row


def test_traditional_characters_are_traditional_and_weeks_are_weeks():
    simplified = "邻网编参与负荷积压问题单个户们时间长这从将无为务"
    for _, plain, traditional in ROWS:
        assert not set(traditional) & set("邻网编参负积压问题单个们时间长这从将无为务"), traditional
        assert "周" not in traditional
        assert not set(plain) & set("鄰網編參與負積壓問題單個們時間長這從將無為務"), plain
    assert simplified


def test_a_language_holds_inside_its_block_only_and_an_unknown_one_is_refused():
    assert current() == "en"
    with using("zh"):
        assert level_words("posts", 72.0) == "72 个编制"
        assert listing(["甲", "乙", "丙"]) == "甲、乙和丙"
        with using("zh-Hant"):
            assert level_words("posts", 72.0) == "72 個編制"
        assert value(0.031, "share of adults per week") == "3.1%（每周，占成年居民）"
    assert level_words("posts", 72.0) == "72 posts"
    with pytest.raises(ConfigError, match=r"language 'zh-Hans' is not known; did you mean 'zh-Hant'\?; allowed: en \(English\), zh"):
        checked("zh-Hans")
    with pytest.raises(ConfigError, match="'fr'"), using("fr"):
        pass
    assert current() == "en"


def test_labels_of_arms_are_translated_item_by_item_and_what_is_not_known_stays():
    with using("zh"):
        assert translated("small units, load 0.95") == "小邻里、负荷 0.95"
        assert translated("before 2022") == "2022 年以前"
        assert translated("My own policy {0} <b>") == "My own policy {0} <b>"
        assert translated("widgets", "unit") == "widgets"
    assert translated("small units, load 0.95") == "small units, load 0.95"


def test_the_five_stages_and_the_units_have_the_words_of_the_article():
    with using("zh-Hant"):
        stages = [say("plan|stage"), say("build|stage"), say("manage|stage"), say("evaluate|stage"), say("share|stage")]
        assert stages == ["共謀", "共建", "共管", "共評", "共享"]
        assert translated("small units") == "小鄰里"
        assert translated("three tiers of heads") == "網格長—樓棟長—鄰里長三級"
        assert translated("72 posts") == "72 個編制"


def test_spaces_stand_between_characters_and_numbers_and_not_beside_wide_marks():
    assert tidy("在负荷0.95时 ，降低 41% （35 至 47）") == "在负荷 0.95 时，降低 41%（35 至 47）"
    assert languages.clause_comma() == ", "


def test_counts_are_said_in_the_language():
    with using("zh"):
        assert times(1, "replicate") == "1 次重复"
        assert times(1200, "run") == "1,200 次运行"
