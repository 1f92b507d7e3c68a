"""A world from a table: every cell is checked, the file works in every command, and a study does not need it any more."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from cocreate_sim.cli import BAD_INPUT, OK, main
from cocreate_sim.config import compose, load
from cocreate_sim.config.table import read
from cocreate_sim.errors import CoCreateError, ConfigError
from cocreate_sim.study.compare import compare
from cocreate_sim.study.executors import Processes
from cocreate_sim.study.going import Limits
from cocreate_sim.study.keys import settings_hash
from cocreate_sim.study.runner import resume
from cocreate_sim.study.sweep import sweep
from cocreate_sim.world.listed import COLUMNS

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "own_world" / "compounds.csv"
TABLE = """subdistrict,community,compound,households,grids,buildings,residents
West,One,A,30,2,3,70
East,Two,B,12,1,,
West,One,C,25,1,2,
"""
SHORT = ["run.weeks=3", "run.burn_in_weeks=1"]


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "compounds.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture
def place(table: Path) -> Path:
    assert main(["world", "from", "compounds.csv", "out=place.yaml"]) == OK
    return table.with_name("place.yaml")


def test_a_table_becomes_a_world(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["world", "from", "compounds.csv", "out=place.yaml"]) == OK
    said = capsys.readouterr().out
    assert said.startswith("Written: place.yaml: 3 compounds, 2 communities, 2 subdistricts, 4 grids and 67 households.")
    found = load("world=place.yaml").world
    assert [(c.compound, c.households, c.neighbourhood) for c in found.listed] == [("A", 30, "One"), ("C", 25, "One"), ("B", 12, "Two")]
    assert (found.name, found.compounds, found.households, found.grids) == ("place", 3, 67, 4)
    assert [row.residents for row in found.listed] == [70, None, None]
    assert main(["describe", "world=place.yaml", "--json"]) == OK
    told = json.loads(capsys.readouterr().out)
    assert (told["world"], told["households"], told["subdistricts"], told["communities"]) == ("place", 67, 2, 2)


@pytest.mark.parametrize("head", ["街道,社区,小区,户数,网格数,楼栋数,居民数", "街道,社區,小區,戶數,網格數,樓棟數,居民數"])
def test_columns_may_be_headed_in_chinese(table: Path, head: str) -> None:
    expected = read(table)
    table.write_text(TABLE.replace(TABLE.splitlines()[0], head), encoding="utf-8")
    assert read(table) == expected


def test_a_chinese_head_that_is_not_known_is_refused_with_the_nearest(table: Path) -> None:
    table.write_text(TABLE.replace("households", "总户数"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"did you mean '户数'.*小区 \(compound\)"):
        read(table)
    table.write_text(TABLE.replace(",", "，"), encoding="utf-8")
    with pytest.raises(ConfigError, match="not by semicolons, tabs or full-width marks"):
        read(table)


def test_settings_of_the_world_can_be_given_too(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["world", "from", "compounds.csv", "out=place.yaml", "world.background=false", "world.name=West_End", "--json"]) == OK
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "out": "place.yaml", "table": "compounds.csv", "subdistricts": 2, "communities": 2, "compounds": 3, "grids": 4, "households": 67,
    }  # fmt: skip
    found = load("world=place.yaml", "world.stair_size=8").world
    assert (found.background, found.name, found.stair_size) == (False, "West_End", 8)


def test_the_file_can_be_named_by_path_or_lie_in_a_folder_of_ones_own(place: Path) -> None:
    there = compose(["world=place.yaml"])
    own = place.parent / "mine" / "world"
    own.mkdir(parents=True)
    (own / "place.yaml").write_bytes(place.read_bytes())
    (place.parent / "my place.yaml").write_bytes(place.read_bytes())
    assert compose(["world=place", "config_dir=mine"])["world"] == there["world"]
    assert compose([f"world={place}"])["world"] == there["world"]
    assert compose(["world=./mine/world/place.yaml"])["world"] == there["world"]
    assert compose(["world='my place.yaml'"])["world"] == there["world"] | {"name": "my_place"}
    assert compose(["experiment=career", "world=place.yaml"])["world"] == there["world"], "an experiment may bring a world of its own"
    policy = compose(["world=place.yaml", "policy=posts_72"])
    assert (policy["world"], policy["levers"]["posts"]) == (there["world"], 72)


def test_content_is_what_counts_in_the_key_of_a_run(place: Path) -> None:
    one = settings_hash(compose(["world=place.yaml"]))
    place.with_name("copy.yaml").write_text("# the same\n" + place.read_text(encoding="utf-8"), encoding="utf-8")
    assert settings_hash(compose(["world=copy.yaml"])) == one
    place.write_text(place.read_text(encoding="utf-8").replace("residents: 70", "residents: 71"), encoding="utf-8")
    assert settings_hash(compose(["world=place.yaml"])) != one


def test_a_timeline_may_name_the_subdistricts_of_the_table(place: Path) -> None:
    dated = "timeline=[{at: 2, where: [1], levers: {posts: 44}}]"
    assert load("world=place.yaml", dated).timeline[0].subdistrict == 1
    with pytest.raises(ConfigError, match="there is no subdistrict 2"):
        load("world=place.yaml", dated.replace("[1]", "[2]"))


@pytest.mark.slow
def test_a_comparison_and_a_sweep_run_on_it_and_over_several_places(place: Path, table: Path) -> None:
    table.write_text(TABLE.replace(",30,", ",20,").replace(",70", ","), encoding="utf-8")
    assert main(["world", "from", "compounds.csv", "out=other.yaml"]) == OK
    folder = compare([*SHORT, "world=place.yaml,other.yaml", "replicates=1", "policy=posts_72"], place.parent / "compared", 1)
    runs = pd.read_parquet(folder / "runs.parquet").set_index("world")
    assert dict(runs["realised_households"]) == {"place.yaml": 67, "other.yaml": 57}


def test_a_study_goes_on_when_table_and_file_are_gone(place: Path, table: Path) -> None:
    words = [*SHORT, "world=place.yaml", "levers.posts=40,72", "replicates=2", "processes=1"]
    whole = sweep(words, place.parent / "whole")
    with pytest.raises(CoCreateError, match="the time budget is used up"):
        sweep(words, place.parent / "cut", limits=Limits(time_budget=0.0))
    place.unlink()
    table.unlink()
    folder, _ = resume(place.parent / "cut", Processes(1))
    one, other = (pd.read_parquet(f / "runs.parquet").drop(columns="wall_seconds") for f in (whole, folder))
    assert len(one) == 4
    assert_frame_equal(one, other, check_exact=True)


def test_the_example_is_read() -> None:
    rows = read(EXAMPLE)
    assert sum(row.households for row in rows) == 2140
    head = EXAMPLE.read_text(encoding="utf-8").splitlines()[0].split(",")
    assert set(head) == set(COLUMNS), "the example shows every column"


WRONG_TABLES: dict[str, tuple[str, str, list[str]]] = {
    "column": ("households,", "housholds,", ["line 1, column 4: 'housholds' is not known", "did you mean 'households'?", "allowed here: compound"]),
    "column twice": ("buildings", "grids", ["line 1, column 6: 'grids' stands there twice"]),
    "column missing": ("compound,", "", ["line 1: the column compound is missing; needed: compound, households"]),
    "semicolons": (",", ";", ["columns must be parted by commas"]),
    "number": (",30,", ",thirty,", ["line 2, column households = 'thirty' is not a whole number"]),
    "fraction": (",30,", ",30.5,", ["line 2, column households = '30.5' is not a whole number"]),
    "range": (",30,", ",0,", ["line 2, column households = 0 is outside its range 1 to 100000 family households"]),
    "empty": (",30,", ",,", ["line 2, column households is empty; needed: compound, households"]),
    "cells": ("B,12,1,,", "B,12", ["line 3 has 4 cells; allowed: 7, as in line 1"]),
    "too few": ("A,30,2,3,70", "A,30,2,31,70", ["line 2, column buildings: 31 is above households = 30; allowed: 1 to 30"]),
    "residents": (",70", ",241", ["line 2, column residents: 241 do not fit households = 30", "allowed: 30 to 240"]),
    "twice": ("One,C", "One,A", ["line 4, column compound: 'A' stands in line 2, too"]),
    "community": ("East,Two", "East,One", ["line 3, column community: 'One' lies in subdistrict 'East' here and in 'West' in line 2"]),
    "quotes": ("One,A", '"One,A', ["cannot be read"]),
    "name": ("One,A", "One," + "A" * 61, ["line 2, column compound: 'AAA", "1 to 60 printable characters"]),
    "reference": ("One,A", "One,${x}", ["references (${...}) are not read"]),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_TABLES)
def test_a_wrong_table_is_refused_with_its_place(name: str, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new, said = WRONG_TABLES[name]
    text = TABLE.replace(old, new) if name == "semicolons" else TABLE.replace(old, new, 1)
    if name == "column missing":
        text = "\n".join(",".join(line.split(",")[:2] + line.split(",")[3:]) for line in TABLE.splitlines())
    assert text != TABLE
    table.write_text(text, encoding="utf-8")
    assert main(["world", "from", "compounds.csv", "out=place.yaml"]) == BAD_INPUT
    told = capsys.readouterr().err
    assert all(t in told for t in ["compounds.csv", *said]), told
    assert not table.with_name("place.yaml").exists()


def test_other_files_are_refused(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (table.parent / "gbk.csv").write_bytes("compound,households\n小區,30\n".encode("gbk"))
    (table.parent / "empty.csv").write_text("\n", encoding="utf-8")
    (table.parent / "head.csv").write_text("compound,households\n", encoding="utf-8")
    (table.parent / "there.yaml").touch()
    for words, said in (
        (["from", "compound.csv", "out=x.yaml"], "compound.csv is not a file; did you mean 'compounds.csv'?"),
        (["from", "gbk.csv", "out=x.yaml"], "gbk.csv is not UTF-8 text"),
        (["from", "empty.csv", "out=x.yaml"], "empty.csv is empty; line 1 names the columns: compound, households"),
        (["from", "head.csv", "out=x.yaml"], "head.csv has 0 compounds; allowed: 1 to 10000"),
        (["form", "compounds.csv", "out=x.yaml"], "say from which table"),
        (["from", "compounds.csv"], "out = None must name a file that ends in .yaml"),
        (["from", "compounds.csv", "out=x.csv"], "out = x.csv must name a file that ends in .yaml"),
        (["from", "compounds.csv", "out=there.yaml"], "there.yaml is there already"),
        (["from", "compounds.csv", "out=x.yaml", "world.backgruond=false"], "world.backgruond is not known; did you mean 'background'?"),
        (["from", "compounds.csv", "out=x.yaml", "world.households=5"], "world.households = 5 (command line) contradicts world.listed, which has 67"),
        (["from", "compounds.csv", "out=x.yaml", "levers.posts=40"], "levers.posts is not known"),
        (["from", "compounds.csv", "out=x.yaml", "world.stair_size=4,6"], "has several values"),
    ):  # fmt: skip
        assert main(["world", *words]) == BAD_INPUT, words
        told = capsys.readouterr().err
        assert said in told, told
        assert not (table.parent / "x.yaml").exists()


WRONG_FILES: dict[str, tuple[str, str, list[str]]] = {
    "unknown": ("households: 30", "housholds: 30", ["world.listed[0].housholds is not known", "did you mean 'households'?", "line 4"]),
    "range": ("households: 30", "households: 0", ["world.listed[0].households = 0 is outside its range", "place.yaml, line 4"]),
    "missing": ("households: 30, ", "", ["world.listed[0].households is missing", "place.yaml, line 4"]),
    "kind": ("grids: 2", "grids: two", ["world.listed[0].grids = 'two' is not a number", "place.yaml, line 4"]),
    "rule": ("buildings: 3", "buildings: 33", ["world.listed[0].buildings: 33 is above households = 30", "place.yaml, line 4"]),
    "order": ("community: Two", "community: One", ["world.listed[2].community: 'One' lies in subdistrict 'East'", "place.yaml, line 6"]),
    "no mapping": ("  - {compound: A,", "  - 5\n  - {compound: A,", ["world.listed[0] = 5 must hold settings", "place.yaml, line 4"]),
    "defaults": ("listed:", "defaults: [tiny]\nlisted:", ["holds settings only, no list of defaults"]),
    "anchor": ("compound: A", "compound: &a A", ["line 4", "anchors"]),
    "code": ("listed:", "_target_: os.system\nlisted:", ["never code to call"]),
    "number": ("listed:", "compounds: 7\nlisted:", ["world.compounds = 7 (place.yaml, line 3) contradicts world.listed, which has 3"]),
}


@pytest.mark.parametrize("name", WRONG_FILES)
def test_a_file_changed_by_hand_is_refused_with_its_line(name: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new, said = WRONG_FILES[name]
    text = place.read_text(encoding="utf-8")
    assert old in text
    place.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load("world=place.yaml")
    told = str(refused.value)
    assert all(t in told for t in said), told


def test_compounds_may_be_listed_on_the_command_line() -> None:
    found = load("world.listed=[{compound: A, households: 30}, {compound: B, households: 12, grids: 2}]").world
    assert (found.compounds, found.grids, found.households) == (2, 3, 42)
    with pytest.raises(ConfigError, match=r"world.listed = 3 must be a list of at most 10000 compounds .* \(command line\)"):
        load("world.listed=3")


def test_what_is_no_world_file_is_refused_with_what_was_probably_meant(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for word, said in (
        ("world=plac.yaml", "world = 'plac.yaml' is not a file; did you mean 'place.yaml'?"),
        ("world=place", "did you mean 'place.yaml', the file?"),
        ("world=compounds.csv", "`cocreate world from compounds.csv out=compounds.yaml`"),
    ):
        assert main(["run", word]) == BAD_INPUT
        assert said in capsys.readouterr().err
