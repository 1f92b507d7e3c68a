"""What is typed or written in a config is either used as it stands or refused by name before any work."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.scenarios import world_settings

from cocreate_sim.config import Scenario, check, compose, config_folder, experiment, load, options, scenario
from cocreate_sim.config.overrides import parse, write
from cocreate_sim.config.settings import LIGHT, RunSettings
from cocreate_sim.engine.settings import meta_of
from cocreate_sim.errors import ConfigError
from cocreate_sim.schedule import BY_NAME
from cocreate_sim.world.levers import Channels, Levers
from cocreate_sim.world.settings import WorldSettings

CASE_SETTING = "uncertainties.casework.rho_40"


# what is typed, and words that the message must hold
BAD: list[tuple[list[str], list[str]]] = [
    (["world=tyni"], ["world = 'tyni' is not known", "did you mean 'tiny'?", "allowed here:", "wuchang", "(command line)"]),
    (["world=../../etc/passwd"], ["world =", "is not known"]),
    (["world=/etc/passwd"], ["world =", "is not known"]),
    (["world=3"], ["world = 3 is not known"]),
    (["world=null"], ["world = None is not known"]),
    (["world@x=tiny"], ["@ does not belong"]),
    (["policy=post_72"], ["policy = 'post_72'", "did you mean 'posts_72'?"]),
    (["policies=before_2022,post_72"], ["policies = 'post_72'", "did you mean 'posts_72'?"]),
    (["policies=posts_72,posts_72"], ["named twice"]),
    (["policies=[]x"], ["cannot be read"]),
    (["experiment=stafing"], ["experiment = 'stafing'", "did you mean 'staffing'?"]),
    (["uncertainties=prior"], ["uncertainties = 'prior'", "did you mean 'priors'?"]),
    (["levers.post=3"], ["levers.post is not known", "did you mean 'posts'?", "partition", "(command line)"]),
    (["+levers.post=3"], ["levers.post is not known", "did you mean 'posts'?"]),
    (["++levers.post=3"], ["levers.post is not known"]),
    (["+extra=3"], ["extra is not known", "allowed here:"]),
    (["levres.posts=3"], ["levres.posts is not known", "did you mean 'levers'?"]),
    (["posts=3"], ["posts is not known", "did you mean 'levers.posts'?"]),
    (["weeks=3"], ["did you mean 'run.weeks'?"]),
    (["hydra.run.dir=x"], ["hydra.run.dir is not known"]),
    (["hydra/launcher=basic"], ["is not known"]),
    (["hydra.searchpath=[/tmp]"], ["hydra.searchpath is not known"]),
    (["policy.label=x"], ["policy.label is not known"]),
    (["experiment.pair_by=x"], ["experiment.pair_by is not known"]),
    (["levers.posts=0"], ["levers.posts = 0 is outside its range 1 to 1000 posts per subdistrict (command line)"]),
    (["levers.posts=100000"], ["outside its range"]),
    (["levers.posts=40.5"], ["whole number"]),
    (["levers.posts=many"], ["levers.posts = 'many' is not a number"]),
    (["levers.posts=true"], ["not a number"]),
    (["levers.posts=null"], ["not a number"]),
    (["levers.posts=[40,72]"], ["not a number"]),
    (["levers.posts={kind: uniform, low: 40, high: 72}"], ["not a number"]),
    (["levers.posts=nan"], ["not finite"]),
    (["levers.posts=1e999"], ["not finite"]),
    (["levers.posts=" + "9" * 400], ["levers.posts is a whole number beyond 1e+15"]),
    (["levers.posts.extra=3"], ["levers.posts", "not a number"]),
    (["levers=3"], ["levers = 3 must hold settings"]),
    (["levers.posts"], ["not of the form key=value", "example: levers.posts=72"]),
    (["tiny"], ["'tiny' is not of the form key=value"]),
    (["levers.posts=40，72"], ["has marks that are not plain", "allowed: 'levers.posts=40,72'"]),
    (["levers.partition=10–20"], ["has marks that are not plain", "allowed: 'levers.partition=10-20'"]),
    (["world＝tiny"], ["not of the form key=value", "did you mean 'world=tiny'?"]),
    (["levers.posts=[1"], ["cannot be read as key=value"]),
    (["=3"], ["not of the form key=value"]),
    (["levers.posts==3"], ["levers.posts", "command line"]),
    (["x=" + "[" * 3000], ["cannot be read"]),
    (["x=" + "9" * 5000], ["5002 characters"]),
    (["~levers.posts"], ["nothing can be deleted"]),
    (["~levers.posts=3"], ["nothing can be deleted"]),
    (["levers.posts=interval(1,2)"], ["does not list its values"]),
    (["levers.posts=range(1,100000)"], ["1001 or more values"]),
    (["levers.posts=40,0"], ["levers.posts = 0 is outside its range"]),
    (["levers.partition=tne"], ["levers.partition", "10-20", "nested", "grid"]),
    (["levers.partition=nestd"], ["did you mean 'nested'?"]),
    (["levers.partition=0"], ["levers.partition"]),
    (["levers.partition=-5"], ["levers.partition"]),
    (["levers.partition=7.5"], ["levers.partition"]),
    (["levers.partition=true"], ["levers.partition"]),
    (["levers.partition=20-10"], ["levers.partition"]),
    (["levers.head_hours=per_heads"], ["one of: per_head, equal_total", "did you mean 'per_head'?"]),
    (["levers.red_board=1"], ["must be true or false"]),
    (["channels.tie=false"], ["channels.tie is not known", "did you mean 'ties'?"]),
    (["channels.ties=off"], ["must be true or false"]),
    (["world.households=1e12"], ["outside its range"]),
    (["world.name=../x"], ["world.name", "letters, digits"]),
    (["run.weeks=0"], ["run.weeks = 0 is outside its range"]),
    (["run.seed=-1"], ["run.seed = -1 is outside its range"]),
    (["seed=1.5"], ["run.seed = 1.5 must be a whole number"]),
    (["replicates=0"], ["replicates = 0 is outside its range"]),
    (["processes=-1"], ["processes = -1 is outside its range"]),
    (["out="], ["out = '' must name a folder"]),
    (["replicates=5,10"], ["replicates takes one value"]),
    (["run.seed=1,2"], ["run.seed cannot be a factor"]),
    (["config_dir=/no/such/folder"], ["config_dir = '/no/such/folder' is not a folder"]),
    (["config_dir=[a]"], ["config_dir = '[a]' is not a folder"]),
    (["config_dir="], ["config_dir must name one folder"]),
    (["levers._target_=os.system"], ["levers._target_ is refused", "never code to call"]),
    (["uncertainties.casework._target_=os.system"], ["_target_ is refused"]),
    (["levers.pay='${oc.env:HOME}'"], ["references (${...}) are not read"]),
    (["run.a.b.c.d.e.f.g.h.i=1"], ["deeper than"]),
    (["switches.casewrok=false"], ["switches.casewrok is not known", "did you mean 'casework'?"]),
    (["switches.casework=0"], ["switches.casework = 0 must be true or false"]),
    (["uncertainties.casewrok.rho_40=1"], ["uncertainties.casewrok is not known", "did you mean 'casework'?"]),
    (["uncertainties.casework.rho_4=1"], ["uncertainties.casework.rho_4 is not known", "did you mean 'rho_40'?"]),
    ([f"{CASE_SETTING}=-1"], [f"{CASE_SETTING} = -1 is outside its range"]),
    ([f"{CASE_SETTING}={{kind: unifrom, low: 0, high: 1}}"], [f"{CASE_SETTING}.kind", "did you mean 'uniform'?"]),
    (
        [f"{CASE_SETTING}={{kind: uniform, low: 500, high: 600}}"],
        [f"{CASE_SETTING} = uniform(low=500, high=600) lies outside its range"],
    ),
    ([f"{CASE_SETTING}={{kind: uniform, low: 1, high: 2, mid: 3}}"], ["mid is not known"]),
    (["uncertainties.default=priors"], ["uncertainties.default = 'priors'", "did you mean 'prior'?"]),
    (["uncertainties.casework=3"], ["uncertainties.casework = 3 must hold settings"]),
]


@pytest.mark.parametrize(("words", "message"), BAD, ids=[" ".join(w)[:50] for w, _ in BAD])
def test_bad_input_is_refused_naming_key_value_allowed_and_nearest(words: list[str], message: list[str]) -> None:
    with pytest.raises(ConfigError) as error:
        compose(words)
    for part in message:
        assert part in str(error.value)
    assert len(str(error.value)) < 2500


def test_a_word_that_is_no_text_is_refused() -> None:
    with pytest.raises(ConfigError, match="not a text"):
        compose([3])  # type: ignore[list-item]


def addresses() -> list[str]:
    return [f"{section}.{f.name}" for section, cls in LIGHT.items() for f in dataclasses.fields(cls)]


names = st.from_regex(r"[a-z][a-z0-9_]{0,14}", fullmatch=True)


@hypothesis_settings(deadline=None)
@given(
    section=st.sampled_from(["levers", "channels", "world", "run", "switches", "uncertainties", ""]),
    name=names,
    plus=st.sampled_from(["", "+", "++"]),
)
def test_any_unknown_key_is_refused(section: str, name: str, plus: str) -> None:
    address = f"{section}.{name}" if section else name
    known = set(addresses()) | {f"switches.{m}" for m in BY_NAME} | {f"uncertainties.{m}" for m in [*BY_NAME, "default"]}
    if address in known or address in compose() or name in ("config_dir", "seed", "policy"):
        return
    with pytest.raises(ConfigError, match="is not known"):
        compose([f"{plus}{address}=1"])


@hypothesis_settings(deadline=None)
@given(st.data())
def test_any_value_in_range_is_accepted_and_returned_equal_and_any_other_refused(data: st.DataObject) -> None:
    section, cls = data.draw(st.sampled_from([*LIGHT.items(), *((f"uncertainties.{n}", m.Settings) for n, m in BY_NAME.items())]))
    numeric = [f.name for f in dataclasses.fields(cls) if isinstance(f.default, int | float) and not isinstance(f.default, bool)]
    if not numeric:
        return
    name = data.draw(st.sampled_from(numeric))
    meta, whole = meta_of(cls, name), isinstance(getattr(cls(), name), int)
    number: st.SearchStrategy[Any] = st.integers(-(10**7), 10**7) if whole else st.floats(-1e7, 1e7, allow_nan=False)
    value = data.draw(number)
    inside = (meta.low is None or value >= meta.low) and (meta.high is None or value <= meta.high)
    word = write(f"{section}.{name}", value)
    if inside:
        found: Any = compose([word])
        for part in f"{section}.{name}".split("."):
            found = found[part]
        assert found == value
    else:
        with pytest.raises(ConfigError, match="outside its range"):
            compose([word])


plain_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)


@hypothesis_settings(deadline=None)
@given(plain_values)
def test_a_written_word_is_read_back_as_the_same_value(value: Any) -> None:
    if isinstance(value, str) and (len(value) > 1000 or "\0" in value):
        return
    (word,) = parse([write("levers.posts", value)])
    assert (word.key, word.value, word.several) == ("levers.posts", value, False)


@hypothesis_settings(deadline=None)
@given(data=st.data(), value=plain_values)
def test_whatever_is_typed_gives_a_config_or_a_config_error(data: st.DataObject, value: Any) -> None:
    every = [*addresses(), *check.TOP, *(f"switches.{m}" for m in BY_NAME), CASE_SETTING, "uncertainties.default"]
    address = data.draw(st.sampled_from([a for a in every if a != "config_dir"]))
    try:
        config = compose([write(address, value)])
    except ConfigError:
        return
    json.dumps(config, allow_nan=False)


@hypothesis_settings(deadline=None)
@given(st.text(max_size=30))
def test_whatever_is_typed_as_a_word_gives_a_config_or_a_config_error(word: str) -> None:
    with contextlib.suppress(ConfigError):
        compose([word])
    with contextlib.suppress(ConfigError):
        compose([f"levers.posts={word}"])


@hypothesis_settings(deadline=None)
@given(key=st.sampled_from(experiment.KEYS), value=plain_values, inside=st.sampled_from(["factors", "reference", ""]))
def test_whatever_stands_in_an_experiment_gives_a_design_or_a_config_error(key: str, value: Any, inside: str) -> None:
    design: dict[str, Any] = {
        "question": "q",
        "factors": {"levers.posts": [40, 72]},
        "reference": {"levers.posts": 40},
        "pair_by": "levers.posts",
    }
    design |= {inside: {"levers.posts": value}} if inside else {key: value}
    with contextlib.suppress(ConfigError):
        experiment.check(design, BY_NAME, None, lambda _: "here")


def test_several_values_are_kept_apart_from_a_list() -> None:
    several, listed, ranged = parse(["levers.posts=40,72", "levers.posts=[40,72]", "levers.posts=range(1,4)"])
    assert (several.value, several.several) == ([40, 72], True)
    assert (listed.value, listed.several) == ([40, 72], False)
    assert (ranged.value, ranged.several) == ([1, 2, 3], True)


def test_nothing_typed_gives_the_defaults_of_the_settings_classes() -> None:
    found = load()
    assert isinstance(found, Scenario)
    assert found.world == WorldSettings()
    assert found.levers == Levers()
    assert found.channels == Channels()
    assert found.run == RunSettings()
    assert found.switches == dict.fromkeys(BY_NAME, True)
    assert found.uncertainties == {name: mechanism.Settings() for name, mechanism in BY_NAME.items()}


def test_a_composed_config_is_plain_and_makes_the_same_scenario_after_json() -> None:
    config = compose(["world=tiny", "policy=small_units_and_posts_72", "uncertainties=priors", "experiment=staffing"])
    again = json.loads(json.dumps(config, allow_nan=False))
    assert again == config
    assert scenario(again) == scenario(config)


def test_command_line_beats_experiment_beats_files() -> None:
    assert load("policy=posts_72", "levers.posts=50").levers.posts == 50
    assert load("levers.posts=50", "policy=posts_72").levers.posts == 50
    assert load("seed=7").run.seed == load("run.seed=7").run.seed == 7
    assert compose(["experiment=staffing", "replicates=3"])["replicates"] == 3
    assert compose(["experiment=staffing", "replicates=3"])["experiment"]["replicates"] == 3
    assert compose(["+world=tiny"])["world"] == compose(["world=tiny"])["world"]
    assert compose(["experiment=null"])["experiment"] is None


@pytest.mark.parametrize("group", ["world", "policy", "uncertainties", "experiment", "executor"])
def test_every_file_that_ships_composes(group: str) -> None:
    assert options(group)
    for name in options(group):
        config = compose([f"{group}={name}"])
        assert scenario({k: v for k, v in config.items() if k != "several"})


def test_worlds_are_what_the_article_says() -> None:
    tiny, wuchang = load("world=tiny").world, load("world=wuchang").world
    assert (tiny.name, tiny.compounds, tiny.grids, tiny.communities, tiny.households) == ("tiny", 1, 1, 1, 48)
    assert (wuchang.subdistricts, wuchang.compounds, wuchang.grids, wuchang.communities, wuchang.households) == (
        14,
        568,
        1272,
        191,
        392_000,
    )
    assert wuchang.households == wuchang.subdistricts * wuchang.subdistrict_households
    assert load().world.households == load().world.subdistrict_households


@pytest.mark.parametrize("name", ["tiny", "quarter", "subdistrict", "wuchang"])
def test_worlds_of_tests_are_the_worlds_that_ship(name: str) -> None:
    assert load(f"world={name}").world == world_settings(name)


def test_every_value_in_a_shipped_file_carries_a_comment() -> None:
    for path in sorted(config_folder().rglob("*.yaml")):
        if path.parent.name == "targets":  # unit, place and source of each target are fields of it
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            key, _, value = line.strip().partition(": ")
            told = any(key.endswith(k) for k in ("label", "meaning", "question", "pair_by", "replicates", "policy", "experiment"))
            if value and not key.startswith(("#", "-")) and not told and path.name != "config.yaml":
                assert "  # " in line, f"{path.name}: {line}"


def test_no_shipped_file_repeats_a_default() -> None:
    for path in sorted((config_folder() / "world").glob("*.yaml")):
        import yaml

        for key, value in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items():
            assert getattr(WorldSettings(), key) != value, f"{path.name}: {key}"


FOLDERS = {
    "out=a b": "a b",
    "out='a,b'": "a,b",
    "out=a,b": "a,b",
    "out=2024": "2024",
    "out=武昌": "武昌",
    "out=~/a": "/home/somebody/a",
    "out=[1] (copy)": "[1] (copy)",
}


@pytest.mark.parametrize("word", FOLDERS)
def test_a_folder_for_results_may_have_any_name(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    assert compose([word])["out"] == FOLDERS[word]


def test_several_values_make_an_experiment_and_are_no_single_run() -> None:
    config = compose(["levers.posts=40,56,72", "policy=before_2022,red_board"])
    assert config["experiment"]["factors"] == {"levers.posts": [40, 56, 72], "policy": ["before_2022", "red_board"]}
    assert config["experiment"]["pair_by"] == "levers.posts"
    assert config["experiment"]["reference"] == {"levers.posts": 40, "policy": "before_2022"}
    with pytest.raises(ConfigError, match=r"levers\.posts has several values"):
        scenario(config)
    wider = compose(["experiment=staffing", "levers.posts=40,56,72"])["experiment"]
    assert wider["factors"]["levers.posts"] == [40, 56, 72]
    assert (wider["name"], wider["reference"]["levers.posts"]) == ("staffing", 40)


def test_a_scenario_from_a_mapping_of_ones_own_is_checked_too() -> None:
    assert scenario({}).levers == Levers()
    assert scenario({"levers": {"posts": 72}}).levers.posts == 72
    for config, words in [
        ({"levers": {"post": 72}}, "did you mean 'posts'"),
        ({"lever": {}}, "did you mean 'levers'"),
        ({"levers": {"posts": 0}}, "outside its range"),
        ({"levers": {1: 2}}, "not a text"),
        ({"levers": {"posts": object()}}, "must be a number"),
        ({"levers": {"_target_": "os.system"}}, "never code to call"),
    ]:
        with pytest.raises(ConfigError, match=words):
            scenario(config)  # type: ignore[arg-type]


def test_composing_leaves_hydra_as_it_was(tmp_path: Path) -> None:
    from hydra import initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra

    compose(["world=tiny"])
    assert not GlobalHydra.instance().is_initialized()
    with initialize_config_dir(str(tmp_path), version_base="1.3"):
        before = GlobalHydra.instance().hydra
        compose(["world=tiny", "policy=red_board"])
        assert GlobalHydra.instance().hydra is before


def test_what_one_caller_changes_in_a_config_no_other_caller_sees() -> None:
    compose(["world=tiny"])["levers"]["posts"] = 1
    compose(["world=tiny"])["uncertainties"].clear()
    assert compose(["world=tiny"])["levers"]["posts"] == 40
    assert compose(["world=tiny"])["uncertainties"]


def test_a_typing_error_is_told_before_the_mechanisms_are_loaded() -> None:
    code = (
        "import sys\nfrom cocreate_sim.config import compose\nfrom cocreate_sim.errors import ConfigError\n"
        "try: compose(['world=tyni'])\nexcept ConfigError: pass\n"
        "try: compose(['levers.post=1'])\nexcept ConfigError: pass\n"
        "print([m for m in ('numba', 'mesa', 'scipy', 'pandas', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["policy=couriers_and_stations", "world.couriers_per_10k=0"],
            ("levers.stations = true (", "couriers_and_stations.yaml, line", "contradicts world.couriers_per_10k = 0.0 (command line)"),
        ),
        (
            ["policy=wuchang_2024", "levers.clubs=false"],
            ("levers.keepers = club (", "wuchang_2024.yaml, line", "contradicts levers.clubs = false (command line)"),
        ),
    ],
)
def test_policies_that_contradict_themselves_are_refused_with_both_places(words: list[str], told: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError) as refused:
        compose(words)
    for part in told:
        assert part in str(refused.value)


def test_one_policy_for_each_part_of_wuchang_2024_takes_that_part_out_and_nothing_else() -> None:
    from cocreate_sim.policy import differences, policy, shipped

    whole, before = policy("wuchang_2024"), policy("before_2022")
    taken: set[str] = set()
    for name in shipped():
        if name.startswith("without_"):
            part = policy(name)
            changed = {lever for lever, value in part.levers.items() if value != whole.levers[lever]}
            assert changed, name
            assert all(part.levers[lever] == before.levers[lever] for lever in changed), name
            assert (part.channels, part.switches) == (whole.channels, whole.switches)
            taken |= changed
    assert taken == {lever for lever, value in whole.levers.items() if value != before.levers[lever]}
    assert len(differences(whole)) == len(taken)
