"""A mechanism of one's own: installed as a package, chosen by name, and treated like every other.

Given the example package of examples/childrens_class, installed into a folder of its own; nothing in src/ knows it.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.scenarios import scenario

from cocreate_sim import CoCreateModel, load
from cocreate_sim.cli import BAD_INPUT, OK, main
from cocreate_sim.config import compose, experiment
from cocreate_sim.errors import CoCreateError, ConfigError
from cocreate_sim.extensions import by_name, checked_names, in_order
from cocreate_sim.outcomes.catalogue import Outcome
from cocreate_sim.world import decisions

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "how-to" / "own-mechanism.md"
PIP = ("-m", "pip", "-q", "--disable-pip-version-check", "install", "--no-deps", "--no-build-isolation", "--no-index")
AGENTS, FAST = "childrens_class", "childrens_class_fast"
SHORT = ("run.weeks=5", "run.burn_in_weeks=1", "run.seed=3")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example installed in it."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, *PIP, "--target", str(folder), str(ROOT / "examples" / "childrens_class")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def example(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The example can be imported, here and in processes that start from here."""
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(site), str(ROOT / "src")]))
    importlib.invalidate_caches()
    yield
    for name in [n for n in sys.modules if n.split(".")[0] == AGENTS]:
        del sys.modules[name]


def asked(name: str, *words: str, **settings: Any) -> tuple[str, ...]:
    """The words that ask for an extension and give it settings."""
    return (f"extensions={name}", *(f"uncertainties.{name}.{k}={v}" for k, v in settings.items()), *words)


def ran(*words: str) -> Any:
    """A model, run to its end, with its result."""
    model = CoCreateModel(load("world=tiny", *SHORT, *words))
    return SimpleNamespace(model=model, result=model.run(), world=model.world)


def own(summary: dict[str, float]) -> dict[str, float]:
    return {name.replace(FAST, AGENTS): value for name, value in summary.items() if name.startswith(AGENTS)}


# ------------------------------------------------------------------------------------------------ what it does


@pytest.mark.slow
@pytest.mark.usefixtures("example")
@pytest.mark.parametrize(
    "settings",
    [
        {"first_week": 1, "teach_chance": 0.9},
        {"first_week": 2, "weeks": 2, "teach_chance": 1.0, "seats": 2, "met": 1.0, "tie_gain": 0.3},
        {"first_week": 0, "teach_chance": 1.0, "come_chance": 1.0, "tie_gain": 0.0, "belonging_gain": 0.2},
    ],
)
@pytest.mark.parametrize("world", ["tiny", "quarter"])
def test_agents_and_columns_give_identical_results(settings: dict[str, Any], world: str) -> None:
    one, other = (ran(f"world={world}", *asked(name, **settings)) for name in (AGENTS, FAST))
    assert own(one.result.summary)["childrens_class_parents"] > 0
    assert own(one.result.summary) == own(other.result.summary)
    for column in one.world.residents._fields:
        assert np.array_equal(getattr(one.world.residents, column), getattr(other.world.residents, column)), column
    for column in one.world.ties._fields:
        assert np.array_equal(getattr(one.world.ties, column), getattr(other.world.ties, column)), column
    assert np.array_equal(one.world.extra[AGENTS], other.world.extra[FAST])
    for name, values in one.result.weekly.items():
        assert np.array_equal(values, other.result.weekly[name.replace(AGENTS, FAST)], equal_nan=True), name


@pytest.mark.usefixtures("example")
def test_parents_who_meet_get_ties_and_feel_more_at_home() -> None:
    settings = {"first_week": 1, "teach_chance": 1.0, "come_chance": 1.0, "tie_gain": 0.3, "belonging_gain": 0.2}
    without, with_it = ran(), ran(*asked(AGENTS, **settings))
    reached = np.flatnonzero(with_it.world.extra[AGENTS])
    assert with_it.result.summary["ties_per_resident"] > without.result.summary["ties_per_resident"]
    assert np.all(with_it.world.residents.belonging[reached] > without.world.residents.belonging[reached])


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize("name", [AGENTS, FAST])
def test_switched_off_or_out_of_the_holidays_nothing_changes(name: str) -> None:
    plain = ran().result
    for words in (asked(name, f"switches.{name}=false", first_week=1), asked(name, first_week=40)):
        given = ran(*words).result
        assert own(given.summary) == {"childrens_class_children": 0, "childrens_class_parents": 0}
        kept = {k: v for k, v in given.summary.items() if k in plain.summary}
        assert np.array_equal(list(kept.values()), list(plain.summary.values()), equal_nan=True)


@pytest.mark.slow
@pytest.mark.usefixtures("example")
def test_both_at_once_draw_the_same_luck_and_stand_one_behind_the_other() -> None:
    order = [m.name for m in in_order([FAST, AGENTS])]
    at = order.index("mobilisation")
    assert order[at : at + 4] == ["mobilisation", FAST, AGENTS, "clubs"]
    assert list(by_name([AGENTS])) == [n for n in order if n != FAST]
    given = ran(f"extensions={FAST},{AGENTS}", *(f"uncertainties.{n}.first_week=1" for n in (FAST, AGENTS)))
    assert np.array_equal(given.result.weekly[f"{FAST}_children"], given.result.weekly[f"{AGENTS}_children"])
    assert given.model.cocreate.extensions == (FAST, AGENTS)


# ------------------------------------------------------------------------------------------------ settings and choice


@pytest.mark.usefixtures("example")
def test_its_settings_are_settings_like_all_others() -> None:
    assert load("extensions=childrens_class").uncertainties[AGENTS].teach_chance == 0.2
    drawn = load("extensions=childrens_class", "uncertainties=priors").uncertainties[AGENTS]
    assert drawn.teach_chance != 0.2
    assert 0.05 <= drawn.teach_chance <= 0.5
    with pytest.raises(ConfigError, match=r"uncertainties.childrens_class.teach_chance = 2 is outside its range 0 to 1"):
        load("extensions=childrens_class", "uncertainties.childrens_class.teach_chance=2")
    with pytest.raises(ConfigError, match=r"uncertainties.childrens_class.seat is not known; did you mean 'seats'"):
        load("extensions=childrens_class", "uncertainties.childrens_class.seat=2")
    with pytest.raises(ConfigError, match=r"uncertainties.childrens_class is not known"):
        load("uncertainties.childrens_class.seats=2")


@pytest.mark.usefixtures("example")
def test_an_experiment_may_vary_and_report_it() -> None:
    config = compose(["extensions=[childrens_class]", "uncertainties.childrens_class.seats=1,8"])
    assert config["extensions"] == [AGENTS]
    assert config["experiment"]["factors"] == {"uncertainties.childrens_class.seats": [1, 8]}
    design = config["experiment"] | {"outcomes": ["childrens_class_children"]}
    design.pop("name")
    assert experiment.check(design, by_name([AGENTS]), None, lambda _: "", [AGENTS])["outcomes"] == ["childrens_class_children"]
    design |= {"factors": {"levers.posts": [1]}, "reference": {"levers.posts": 1}, "pair_by": "levers.posts"}
    with pytest.raises(ConfigError, match="'childrens_class_children' is not an outcome"):
        experiment.check(design, by_name(), None, lambda _: "")


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("extensions=childrens_clas", r"'childrens_clas' is not installed; did you mean 'childrens_class'\?; installed: childrens_class, childrens_class_fast"),
        ("extensions=childrens_class.agents", "is not installed"),
        ("extensions=[os]", "'os' is not installed"),
        ("extensions=ties", "ties is a mechanism of the model itself, switched by switches.ties"),
        ("extensions=[childrens_class,childrens_class]", "a name is given twice"),
        ("extensions=[1]", "must be a list of names"),
        ("extensions={a: b}", "must be a list of names"),
        ("extension=childrens_class", "extension is not known; did you mean 'extensions'"),
    ],
)
def test_what_is_not_installed_is_refused_with_what_is(word: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load(word)


def test_without_the_package_none_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch)
    with pytest.raises(ConfigError, match=r"'childrens_class' is not installed.*; installed: "):
        checked_names(["childrens_class"], "command line")


def test_none_is_asked_for_unless_named() -> None:
    assert load().extensions == ()
    assert compose()["extensions"] == []
    assert checked_names(None) == []


# ------------------------------------------------------------------------------------------------ what is offered badly


class Good:
    """The least that an extension can be."""

    name = "good"
    after = "ties"
    cadence = "weekly"
    sentence = without = "nothing happens"
    equations = reads = writes = seed_facts = ()
    outcomes = (Outcome("good_deeds", "Deeds", "deeds", "deeds done", "own", True, 1),)
    Settings = dataclasses.make_dataclass("Settings", [])

    def __init__(self, world: Any, settings: Any, on: bool) -> None:
        self.told: dict[str, float] = {"good_deeds": 1.0}

    def step(self, world: Any) -> None:
        pass

    def week(self, world: Any) -> dict[str, float]:
        return self.told

    def summary(self, world: Any, weeks: int) -> dict[str, float]:
        return {}


class Offer:
    """An entry point that nothing installed."""

    dist = None

    def __init__(self, kind: Any, name: str = "good", value: str = "somewhere:Good") -> None:
        self.kind, self.name, self.value = kind, name, value

    def load(self) -> Any:
        if isinstance(self.kind, Exception):
            raise self.kind
        return self.kind


def offer(monkeypatch: pytest.MonkeyPatch, *offers: Offer) -> None:
    monkeypatch.setattr("cocreate_sim.extensions.entry_points", lambda group: list(offers))


def outcome(name: str) -> Outcome:
    return Outcome(name, "a", "b", "c", "own", True, 0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "better"}, "is called 'better': entry point and name must be the same"),
        ({"cadence": "hourly"}, "has the cadence 'hourly'; allowed: daily, working day, weekly"),
        ({"after": "tie"}, "follows 'tie', which is no mechanism; did you mean 'ties'"),
        ({"after": 3}, "must have a text as after"),
        ({"reads": ["ties"]}, "must have a tuple as reads"),
        ({"Settings": 3}, "must have a dataclass as Settings"),
        ({"Settings": dataclasses.make_dataclass("S", [("seats", int, 3)])}, "has the setting seats without unit, meaning or source"),
        ({"outcomes": ("good_deeds",)}, "measures 'good_deeds', which is no Outcome"),
        ({"outcomes": (outcome("backlog"),)}, "measures 'backlog': the name of an outcome must begin with good_ and be new"),
        ({"outcomes": (outcome("good_a"), outcome("good_a"))}, "measures an outcome twice"),
    ],
)
def test_a_class_that_lacks_something_is_refused(changes: dict[str, Any], message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, Offer(type("Changed", (Good,), changes)))
    with pytest.raises(ConfigError, match=re.escape(f"extensions: good (somewhere:Good) {message}")):
        load("extensions=good")


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (Good(None, None, True), "is not a class"),
        (type("Empty", (), {}), "has no name, cadence, sentence, without, after, equations"),
        (ImportError("no module of that name"), "cannot be loaded: no module of that name"),
    ],
)
def test_what_is_no_mechanism_is_refused(kind: Any, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, Offer(kind))
    with pytest.raises(ConfigError, match=message):
        load("extensions=good")


def test_two_packages_must_not_offer_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, Offer(Good, value="a:Good"), Offer(Good, value="b:Good"))
    with pytest.raises(ConfigError, match="two installed packages offer the mechanism good: a:Good, b:Good"):
        load("extensions=good")


@pytest.mark.parametrize(
    ("method", "told", "message"),
    [
        ("week", {}, r"good.week\(\) must return good_deeds, but it returned nothing"),
        ("week", {"good_deeds": 1, "more": 2}, r"good.week\(\) must return good_deeds, but it returned good_deeds, more"),
        ("summary", {"good_deeds": 1}, r"good.summary\(\) must return nothing, but it returned good_deeds"),
    ],
)
def test_it_must_measure_what_it_promised(method: str, told: dict[str, float], message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, Offer(type("Liar", (Good,), {method: lambda self, world, weeks=0: told})))
    with pytest.raises(CoCreateError, match=message):
        ran("extensions=good")


def test_the_least_extension_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, Offer(Good))
    given = ran("extensions=good")
    assert given.result.summary["good_deeds"] == 1.0
    assert list(given.result.weekly["good_deeds"]) == [1.0] * 6
    assert given.model.mechanisms[-2].name == "good"
    assert given.model.mechanisms[-2].model is given.model


# ------------------------------------------------------------------------------------------------ its own draws


def test_decisions_have_numbers_by_name_away_from_the_models_own() -> None:
    given = decisions.of_extension("a.b")
    assert given == decisions.of_extension("a.b")
    assert given != decisions.of_extension("a.c")
    taken = [v for k, v in vars(decisions).items() if k.isupper()]
    assert max(taken) < 100_000 <= min(given, decisions.of_extension("a.c")) < 2**32


def test_two_decisions_never_share_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "_given", {decisions.of_extension("a.b"): "x.y"})
    with pytest.raises(ConfigError, match=r"x.y and a.b have the same number"):
        decisions.of_extension("a.b")


def test_a_scenario_made_by_hand_has_no_extensions() -> None:
    assert scenario("tiny").extensions == ()


# ------------------------------------------------------------------------------------------------ from the command line


def call(words: Sequence[str], folder: Path) -> str:
    """Run a command in a process of its own; what it printed."""
    done = subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.usefixtures("example")
def test_it_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "extensions", "--json"]) == OK
    rows = json.loads(capsys.readouterr().out)
    assert [(r["name"], r["package"], r["version"], r["after"]) for r in rows] == [
        (AGENTS, "childrens-class", "1.0.0", "mobilisation"),
        (FAST, "childrens-class", "1.0.0", "mobilisation"),
    ]
    assert main(["describe", "extensions"]) == OK
    assert "childrens-class 1.0.0" in capsys.readouterr().out
    assert main(["describe", "mechanism", AGENTS]) == OK
    assert "uncertainties.childrens_class.teach_chance = 0.2 chance per week" in capsys.readouterr().out
    assert main(["describe", "mechanism", "childrens"]) == BAD_INPUT


def test_where_there_are_none_a_page_is_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch)
    assert main(["describe", "extensions"]) == OK
    assert "docs/how-to/own-mechanism.md" in capsys.readouterr().out


def blocks(language: str) -> list[str]:
    """Blocks of code of the page."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("block", blocks("python") + blocks("toml"))
def test_every_piece_of_code_on_the_page_is_a_piece_of_the_example(block: str, site: Path, example: None) -> None:
    first, _, rest = block.partition("\n")
    file = re.fullmatch(r"# ([\w/]+\.(?:py|toml))", first)
    if file is None:  # a script of its own: it must run
        done = call(["-c", block], site)
        assert done.strip()
        return
    assert rest in (ROOT / "examples" / "childrens_class" / file[1]).read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.compiled
@pytest.mark.usefixtures("example")
def test_every_command_on_the_page_runs(tmp_path: Path) -> None:
    """Those that install are run by the fixture, into another folder; the others run as they stand."""
    lines = [shlex.split(line) for block in blocks("sh") for line in block.splitlines()]
    assert [line[:4] for line in lines if line[0] != "cocreate"] == [["python", "-m", "pip", "install"]]
    for line in lines:
        if line[0] == "cocreate":
            assert call(["-m", "cocreate_sim.cli", *line[1:]], tmp_path).strip(), line
    runs = pd.read_parquet(tmp_path / "results/class/runs.parquet")
    weekly = pd.read_parquet(tmp_path / "results/class/weekly")
    assert weekly["childrens_class_children"].mean() == runs["childrens_class_children"][0]
    assert runs["childrens_class_parents"][0] >= 0
    manifest = json.loads((tmp_path / "results/class/manifest.json").read_text(encoding="utf-8"))
    assert manifest["config"]["extensions"] == [AGENTS]
    assert manifest["packages"]["childrens-class"] == "1.0.0"
    # expect workers of a comparison to know it, too
    compared = pd.read_parquet(tmp_path / "results/with_and_without/runs.parquet").set_index("arm")
    assert set(compared["status"]) == {"ok"}
    parents = compared.groupby("arm")["childrens_class_parents"].sum()
    assert sorted(parents)[0] == 0 < sorted(parents)[1]
    table = pd.read_csv(tmp_path / "results/with_and_without/comparison.csv").set_index("outcome")
    assert table.loc["childrens_class_children", "difference"] > 0
