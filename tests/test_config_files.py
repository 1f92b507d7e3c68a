"""A config folder of one's own is used beside what ships; a bad file in it is refused by name and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cocreate_sim.config import compose, load, write
from cocreate_sim.config.experiment import HEADLINE
from cocreate_sim.errors import ConfigError
from cocreate_sim.outcomes.catalogue import OUTCOMES

CASE_SETTING = "uncertainties.casework.rho_40"

Write = Callable[..., list[str]]


@pytest.fixture
def own(tmp_path: Path) -> Write:
    """Write files into a config folder of one's own and return the words that use them."""

    def make(**files: str) -> list[str]:
        for name, text in files.items():
            group, _, stem = name.partition("__")
            (tmp_path / group).mkdir(exist_ok=True)
            (tmp_path / group / f"{stem}.yaml").write_text(text, encoding="utf-8")
        return [write("config_dir", str(tmp_path)), *(write(*name.split("__")) for name in files)]

    return make


def test_a_file_of_ones_own_is_found_beside_those_that_ship(own: Write) -> None:
    words = own(
        policy__mine="# @package _global_\ndefaults: [small_units]\nlevers: {posts: 55}\n",
        world__village="households: 500\ncompounds: 2\n",
    )
    found = load(*words, "levers.community_workers_per_10k=18")
    assert (found.levers.posts, found.levers.partition, found.levers.community_workers_per_10k) == (55, "10-20", 18)
    assert (found.world.name, found.world.households) == ("village", 500)
    assert compose([words[0], "policies=before_2022,mine"])["policies"] == ["before_2022", "mine"]
    with pytest.raises(ConfigError, match="is not known"):
        load("policy=mine")


@pytest.mark.parametrize(
    "name", ["with space", "quote's", 'double"', "comma,=[x]", "武昌", "back\\slash", "per%20cent", "dollar$"]
)
def test_any_name_of_a_folder_will_do(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name / "policy"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(f"{GLOBAL}levers: {{posts: 55}}\n", encoding="utf-8")
    assert load(write("config_dir", str(folder.parent)), "policy=mine").levers.posts == 55


def test_a_changed_file_is_read_again(own: Write) -> None:
    words = own(policy__mine="# @package _global_\nlevers: {posts: 55}\n")
    assert load(*words).levers.posts == 55
    own(policy__mine="# @package _global_\nlevers: {posts: 5}\n")
    assert load(*words).levers.posts == 5


GLOBAL = "# @package _global_\n"
BAD_FILES: list[tuple[str, str, list[str]]] = [
    ("policy__x", f"{GLOBAL}levers:\n  posts: 40\n  post: 3\n", ["levers.post is not known", "x.yaml, line 4"]),
    ("policy__x", f"{GLOBAL}levers:\n  posts: -3\n", ["levers.posts = -3", "x.yaml, line 3"]),
    ("policy__x", f"{GLOBAL}uncertainties: {{}}\n", ["does not belong in a policy", "x.yaml, line 2"]),
    ("policy__x", "levers: {posts: 50}\n", ["must start with the line '# @package _global_'"]),
    ("policy__x", f"{GLOBAL}policy: {{lable: x}}\n", ["policy.lable is not known", "did you mean 'label'?"]),
    ("policy__x", f"{GLOBAL}policy: {{label: 3}}\n", ["must be a text"]),
    ("policy__x", f"{GLOBAL}levers:\n  pay: ${{oc.env:HOME}}\n", ["references", "x.yaml, line 3"]),
    ("policy__x", f"{GLOBAL}levers:\n  _target_: os.system\n", ["levers._target_ is refused", "x.yaml, line 3"]),
    ("policy__x", f"{GLOBAL}levers: [1\n", ["is not YAML"]),
    ("policy__x", f"{GLOBAL}levers: !!python/object/apply:os.system [ls]\n", ["line 2", "tags (!) are not allowed"]),
    ("policy__x", f"{GLOBAL}levers: &a {{posts: 3}}\nchannels: *a\n", ["anchors (&)"]),
    ("policy__x", f"{GLOBAL}levers: {'[' * 30}{']' * 30}\n", ["nested deeper than 20"]),
    ("policy__x", "- 1\n- 2\n", ["must hold settings"]),
    ("policy__x", f"{GLOBAL}# {'x' * 200_000}\n", ["at most 200000"]),
    ("policy__x", f"{GLOBAL}defaults: [../../secrets]\n", ["defaults may name options only"]),
    ("policy__x", f"{GLOBAL}defaults: [no_such_policy]\n", ["no_such_policy"]),
    ("policy__x", f"{GLOBAL}levers: 3\n", ["levers = 3 must hold settings"]),
    ("policy__posts_72", f"{GLOBAL}levers: {{posts: 1}}\n", ["has the name of a file that ships"]),
    ("world__x", "household: 5\n", ["world.household is not known", "did you mean 'households'?", "x.yaml, line 1"]),
    ("world__x", "# @package _global_\nlevers: {posts: 3}\n", ["must not move its settings"]),
    ("uncertainties__x", "casework:\n  rho_4: 5\n", ["uncertainties.casework.rho_4 is not known", "x.yaml, line 2"]),
    ("uncertainties__x", "casework:\n  rho_40: {kind: uniform, low: 3, high: 2}\n", ["must be below", "x.yaml, line 2"]),
]  # fmt: skip

PLAIN_DESIGN = {
    "question": "q",
    "factors": "{levers.posts: [40, 72]}",
    "reference": "{levers.posts: 40}",
    "pair_by": "levers.posts",
}
"""An experiment without fault, in the order of its lines: question on line 3, factors 4, reference 5, pair_by 6."""
BAD_DESIGNS: list[tuple[dict[str, str], list[str]]] = [
    ({"question": "[q]"}, ["experiment.question = ['q'] must be a text", "line 3"]),
    ({"question": "''"}, ["experiment.question is missing or empty"]),
    ({"pairs": "x"}, ["experiment.pairs is not known", "did you mean 'pair_by'?", "line 7"]),
    ({"replicates": "0"}, ["experiment.replicates = 0 is outside its range 1 to 100000", "line 7"]),
    ({"outcomes": "[backlogs]"}, ["'backlogs' is not an outcome", "did you mean 'backlog'?"]),
    ({"outcomes": "backlog"}, ["must be a list of outcomes"]),
    ({"arms": "one_at_time"}, ["experiment.arms = 'one_at_time' is not allowed", "did you mean 'one_at_a_time'?", "line 7"]),
    ({"besides": "levers.posts"}, ["experiment.besides = 'levers.posts' must be a list of combinations"]),
    ({"besides": "[{levers.post: 72}]"}, ["experiment.besides[0].levers.post is not known", "did you mean 'levers.posts'?"]),
    ({"besides": "[{levers.posts: 73}]"}, ["experiment.besides[0].levers.posts = 73 is not among", "allowed: 40, 72"]),
    ({"figures": "[../x]"}, ["must be a list of figure names"]),
    ({"pair_by": "[levers.posts, x]"}, ["pair_by = 'x' is not a factor", "allowed: levers.posts", "line 6"]),
    ({"pair_by": "levers.post"}, ["pair_by = 'levers.post' is not a factor", "did you mean 'levers.posts'?", "line 6"]),
    ({"reference": "{levers.posts: 50}"}, ["reference.levers.posts = 50 is not among", "allowed: 40, 72", "line 5"]),
    ({"reference": "{levers.pay: 4000}"}, ["experiment.reference.levers.pay is not known", "allowed here: levers.posts"]),
    ({"reference": "[40]"}, ["must give one value to every factor"]),
    ({"factors": "{levers.posts: [40, 72], levers.pay: [4000]}"}, ["reference gives no value to levers.pay"]),
    ({"factors": "{levers.post: [40, 72]}"}, ["levers.post is not known", "did you mean 'posts'?", "line 4"]),
    ({"factors": "{levers.posts: [40, 0]}"}, ["levers.posts = 0 is outside its range", "line 4"]),
    ({"factors": "{levers.posts: 40}"}, ["must be a list of values"]),
    ({"factors": "{levers.posts: []}"}, ["must be a list of values"]),
    ({"factors": "{levers.posts: [40, 40.0]}"}, ["twice"]),
    ({"factors": "[levers.posts]"}, ["must be a mapping from addresses to lists"]),
    ({"factors": "{posts: [40]}"}, ["'posts' is not an address", "allowed:", "levers.NAME"]),
    ({"factors": "{policy: [post_72]}"}, ["policy = 'post_72'", "did you mean 'posts_72'?"]),
    ({"factors": "{switches.casewrok: [true]}"}, ["did you mean 'casework'?"]),
    ({"factors": "{switches.casework: [1]}"}, ["must be true or false"]),
    ({"factors": "{uncertainties.casewrok.x: [1]}"}, ["did you mean 'casework'?"]),
    ({"factors": "{uncertainties.casework.rho_4: [1]}"}, ["did you mean 'rho_40'?"]),
    ({"factors": f"{{{CASE_SETTING}: [prior]}}"}, ["are numbers or words, not priors"]),
    ({"factors": "{run.seed: [1, 2]}"}, ["run.seed cannot be a factor"]),
    ({"factors": f"{{run.weeks: {list(range(1, 999))}, levers.posts: {list(range(1, 999))}}}"}, ["996004 arms; at most"]),
]


@pytest.mark.parametrize(("change", "message"), BAD_DESIGNS, ids=[" ".join(c.values())[:50] for c, _ in BAD_DESIGNS])
def test_a_bad_experiment_is_refused_and_named(own: Write, change: dict[str, str], message: list[str]) -> None:
    lines = "".join(f"  {key}: {value}\n" for key, value in {**PLAIN_DESIGN, **change}.items())
    with pytest.raises(ConfigError) as error:
        compose(own(experiment__x=f"{GLOBAL}experiment:\n{lines}"))
    for part in message:
        assert part in str(error.value)


def test_an_experiment_without_fault_is_returned_complete(own: Write) -> None:
    lines = "".join(f"  {key}: {value}\n" for key, value in PLAIN_DESIGN.items())
    assert compose(own(experiment__x=f"{GLOBAL}experiment:\n{lines}replicates: 4\n"))["experiment"] == {
        "name": "x",
        "question": "q",
        "factors": {"levers.posts": [40, 72]},
        "arms": "all",
        "besides": [],
        "reference": {"levers.posts": 40},
        "pair_by": "levers.posts",
        "replicates": 4,
        "outcomes": list(HEADLINE),
        "figures": [],
        "interactions": None,
    }


def test_the_outcomes_reported_by_default_touch_every_family() -> None:
    """Except alliances, which are not there before a lever brings them."""
    assert {OUTCOMES[name].family for name in HEADLINE} == {o.family for o in OUTCOMES.values()} - {"alliances"}


def test_an_experiment_that_is_no_mapping_is_refused(own: Write) -> None:
    with pytest.raises(ConfigError, match="experiment = 3 must hold question"):
        compose(own(experiment__x=f"{GLOBAL}experiment: 3\n"))


@pytest.mark.parametrize(("name", "text", "message"), BAD_FILES, ids=range(len(BAD_FILES)))
def test_a_bad_file_is_refused_and_named(own: Write, name: str, text: str, message: list[str]) -> None:
    with pytest.raises(ConfigError) as error:
        compose(own(**{name: text}))
    for part in message:
        assert part in str(error.value)


def test_a_value_typed_over_a_bad_file_is_blamed_on_the_command_line_only_where_it_was_typed(own: Write) -> None:
    words = own(policy__x=f"{GLOBAL}levers:\n  posts: -3\n  pay: -1\n")
    with pytest.raises(ConfigError, match=r"levers\.pay = -1 .*x\.yaml, line 4"):
        compose([*words, "levers.posts=40"])
    with pytest.raises(ConfigError, match=r"levers\.posts = -2 .*command line"):
        compose([*words, "levers.posts=-2"])
