"""The statement of the channels: what is compared with what, how sure it is, and the page that holds it."""

from __future__ import annotations

import json
import math
import re
import runpy
import shlex
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cocreate_sim.cli import OK, main
from cocreate_sim.errors import CoCreateError
from cocreate_sim.validation import channel_survey
from cocreate_sim.validation.channel_survey import (
    ALL,
    HEADLINE,
    NONE,
    ROWS,
    WITHOUT,
    measure,
    measure_pair,
    plan,
    summarise,
    survey,
    verdict,
)  # fmt: skip
from cocreate_sim.validation.channel_words import carriers, in_short, points, reading, tables
from cocreate_sim.world.levers import CHANNELS

SHORT = ("run.weeks=2", "run.burn_in_weeks=0", "replicates=2", "processes=1")
DOCS = Path(__file__).resolve().parents[2] / "docs"
KEPT = sorted((DOCS / "reference" / "channels").glob("*.json"))


def kept(path: Path) -> dict[str, Any]:
    """A survey of the reference page."""
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return said


# what is run


def test_without_words_small_and_large_units_of_the_quarter_are_compared() -> None:
    chosen = plan([])
    assert (chosen.config["world"]["name"], chosen.sizes, len(chosen.seeds)) == ("quarter", ("5", "100"), 10)
    chosen = plan(["world=tiny", "levers.partition=10-20,48", "seed=7", "replicates=3", "levers.posts=72"])
    assert (chosen.config["world"]["name"], chosen.sizes, chosen.seeds) == ("tiny", ("10-20", "48"), (7, 8, 9))
    assert chosen.config["levers"]["posts"] == 72


def test_each_channel_is_on_alone_and_off_alone() -> None:
    assert len(ROWS) == 22
    assert ROWS[NONE] == ()
    assert ROWS[ALL] == CHANNELS
    for name in CHANNELS:
        assert ROWS[name] == (name,)
        assert set(CHANNELS) - set(ROWS[f"{WITHOUT}{name}"]) == {name}


@pytest.mark.slow
def test_the_same_pairs_come_out_of_several_processes() -> None:
    rows = (NONE, "scope", ALL)
    one, two = (measure(plan([*SHORT, f"processes={count}"]), rows=rows) for count in (1, 2))
    assert one == two
    assert set(one) == set(rows)
    assert all(len(entries) == 2 for entries in one.values())


def test_a_run_that_fails_is_told_with_its_row_and_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(shared: Any, task: Any) -> Any:
        raise ValueError("no such luck")

    monkeypatch.setattr(channel_survey, "measure_pair", fails)
    with pytest.raises(CoCreateError, match="'all_ten' with seed 1 failed: ValueError: no such luck"):
        measure(plan(SHORT), rows=(ALL,))


@pytest.mark.slow
def test_a_survey_is_plain_and_finds_nothing_where_all_channels_are_off() -> None:
    seen: list[tuple[int, int]] = []
    said = survey(plan(SHORT), lambda done, total: seen.append((done, total)))
    assert seen[-1] == (44, 44)
    assert json.loads(json.dumps(said, allow_nan=False)) == said
    assert said["channels"][-1]["verdict"] == "never measured", "no project is put to the vote within two weeks"
    assert all(cells for _, _, rows in tables(said) for cells in rows)
    assert said[NONE]["identical"] == 2
    assert said[NONE]["differing"] == []
    assert [row["channel"] for row in said["channels"]] == list(CHANNELS)
    assert next(row for row in said["channels"] if row["channel"] == "ties")["silent"]
    assert said["command"] == "cocreate channels run.weeks=2 run.burn_in_weeks=0 replicates=2"


# how it is summed up


def made_up(seeds: int = 8) -> dict[str, list[dict[str, Any]]]:
    """Pairs with known effects: heads cost 3 points alone and 2 among the ten; all ten cost 5; ties do nothing."""
    luck = np.random.default_rng(3).normal(size=(len(ROWS), seeds, 2)) * 1e-3
    effect = {ALL: -0.05, "leader_supply": -0.03, f"{WITHOUT}leader_supply": -0.03}
    found: dict[str, list[dict[str, Any]]] = {}
    for k, row in enumerate(ROWS):
        gap = effect.get(row, -0.05 if row.startswith(WITHOUT) else 0.0)
        still = row in (NONE, "ties")
        found[row] = []
        for r in range(seeds):
            small, large = (0.1, 0.1) if still else (0.1 + gap + luck[k, r, 0], 0.1 + luck[k, r, 1])
            pair = dict.fromkeys(HEADLINE, (small, large)) | ({"direct": (2.0 + small, 1.0)} if len(ROWS[row]) == 1 else {})
            found[row].append({"pair": pair, "differing": [] if still else ["participation_week"]})
    return found


def test_effects_alone_and_taken_away_are_paired_by_seed() -> None:
    found = made_up()
    said = summarise(plan(["replicates=8"]), found)
    rows = {row["channel"]: row for row in said["channels"]}
    gaps = {k: np.array([e["pair"][HEADLINE[0]][0] - e["pair"][HEADLINE[0]][1] for e in v]) for k, v in found.items()}
    heads = rows["leader_supply"]
    assert heads["alone"][HEADLINE[0]]["difference"] == pytest.approx(gaps["leader_supply"].mean())
    error = gaps["leader_supply"].std(ddof=1) / math.sqrt(8)
    assert heads["alone"][HEADLINE[0]]["standard_error"] == pytest.approx(error)
    assert heads["alone"][HEADLINE[0]]["high"] == pytest.approx(gaps["leader_supply"].mean() + 2.3646 * error, rel=1e-4)
    lost = gaps[ALL] - gaps[f"{WITHOUT}leader_supply"]
    assert heads["taken_away"][HEADLINE[0]]["difference"] == pytest.approx(lost.mean())
    assert heads["taken_away"][HEADLINE[0]]["low"] == pytest.approx(
        lost.mean() - 2.3646 * lost.std(ddof=1) / math.sqrt(8), rel=1e-4
    )
    assert heads["verdict"] == "the other way", "small units have more, where fewer were expected"
    assert [k for k, row in rows.items() if row["silent"]] == ["ties"]
    told = " ".join(reading(said))
    assert re.search(r"Alone: against small units leader_supply -(2\.9|3\.0)", told)
    assert "ties alone changed nothing at all" in told


def test_what_surveys_agree_on_is_told_once_for_all() -> None:
    said = summarise(plan(["replicates=8"]), made_up())
    assert carriers(said, HEADLINE[0], "alone") == {"leader_supply": -1}
    assert carriers(said, HEADLINE[0], "taken_away") == {"leader_supply": -1}
    other = json.loads(json.dumps(said))
    rows = {row["channel"]: row for row in other["channels"]}
    rows["attention"]["alone"][HEADLINE[0]] |= {"difference": 0.01, "low": 0.009, "high": 0.011}
    rows["scope"]["alone"][HEADLINE[0]] |= {"difference": 0.002, "low": 0.001, "high": 0.003}
    assert carriers(other, HEADLINE[0], "alone") == {"leader_supply": -1, "attention": 1}, "scope is under a tenth of the largest"
    rows["leader_supply"]["taken_away"][HEADLINE[1]] |= {"difference": 0.03, "low": 0.02, "high": 0.04}
    one, two, never = in_short([said, other])
    assert "leader_supply counts against small units, none for them; no channel counts on either side" in one
    assert "no channel counts against small units, none for them; leader_supply counts on either side" in two
    assert "attention" not in never
    assert "scope" in never


@pytest.mark.parametrize(
    ("expected", "low", "high", "said"),
    [
        ("+", 1.0, 2.0, "as expected"), ("+", -2.0, -1.0, "the other way"), ("-", -2.0, -1.0, "as expected"),
        ("-", 1.0, 2.0, "the other way"), ("+", -1.0, 2.0, "no clear difference"), ("?", 1.0, 2.0, "more in small units"),
        ("?", -2.0, -1.0, "less in small units"), ("?", 0.0, 0.0, "no clear difference"),
        ("+", None, None, "not judged: one replicate"),
    ],
)  # fmt: skip
def test_verdicts(expected: str, low: float | None, high: float | None, said: str) -> None:
    middle = 1.0 if low is None or high is None else (low + high) / 2
    assert verdict(expected, {"difference": middle, "low": low, "high": high}) == said


def test_one_replicate_is_told_without_intervals() -> None:
    said = summarise(plan(["replicates=1"]), made_up(1))
    assert all("not judged" in row["verdict"] for row in said["channels"])
    assert "no channel has a clear effect" in " ".join(reading(said))
    assert all(cells for _, _, rows in tables(said) for cells in rows)


def test_points_have_the_digits_of_their_interval() -> None:
    assert points({"difference": -0.00846, "low": -0.00881, "high": -0.0081}) == "-0.846 (-0.881 to -0.810)"
    assert points({"difference": 0.0, "low": 0.0, "high": 0.0}) == "0"
    assert points({"difference": 0.25, "low": None, "high": None}) == "25"


# what is printed


def test_the_command_prints_the_tables_and_their_reading(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = kept(DOCS / "reference" / "channels" / "before_2022.json")
    monkeypatch.setattr(channel_survey, "survey", lambda *given: said)
    assert main(["channels", "--quiet"]) == OK
    out = capsys.readouterr().out
    assert all(f"\n{name} " in out for name in (*CHANNELS, "all ten", "no channel"))
    assert "identical in 20 of 20" in out
    assert "as expected" in out
    assert main(["channels", "--json", "--quiet"]) == OK
    assert json.loads(capsys.readouterr().out) == said


# the page


def again(path: Path, *words: str) -> channel_survey.Plan:
    """The plan of a kept survey, from the command that stands in it."""
    return plan([*shlex.split(kept(path)["command"])[2:], *words])


@pytest.mark.slow
@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_the_page_tells_what_the_model_does_now(path: Path) -> None:
    """The first replicate with all ten channels comes out as it was kept; if a change is meant: `make channels`."""
    chosen = again(path, "replicates=1")
    pair = measure_pair((chosen.config, chosen.sizes), (ALL, chosen.seeds[0]))["pair"]
    assert {k: list(v) for k, v in pair.items()} == kept(path)["first_replicate"][ALL], "run `make channels`"


@pytest.mark.long
@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_the_whole_page_comes_out_again(path: Path) -> None:
    now = json.loads(json.dumps(survey(again(path)), ensure_ascii=False))
    before = kept(path)

    def same(a: Any, b: Any, where: str) -> list[str]:
        if isinstance(a, dict) and isinstance(b, dict):
            return [w for k in a.keys() | b.keys() for w in same(a.get(k), b.get(k), f"{where}.{k}")]
        if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
            return [w for k, (x, y) in enumerate(zip(a, b, strict=True)) for w in same(x, y, f"{where}.{k}")]
        if isinstance(a, float) and isinstance(b, float):
            return [] if math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-15) else [where]
        return [] if a == b else [where]

    assert same(before, now, path.stem) == [], "run `make channels`"


def test_the_page_is_made_of_the_kept_surveys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(DOCS))
    page = runpy.run_path(str(DOCS / "channels.py"))
    assert sorted(page["SURVEYS"]) == [path.stem for path in KEPT]
    for path in KEPT:
        words = page["SURVEYS"][path.stem][1]
        assert shlex.split(kept(path)["command"])[2:] == words
    assert kept(KEPT[0])["command"] in (DOCS / "reference" / "channels.md").read_text(encoding="utf-8")
    sys.modules.pop("channels", None)
