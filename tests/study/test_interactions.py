"""An ablation with a second stage: which parts are paired, and what their interaction is by hand."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from cocreate_sim.cli import main
from cocreate_sim.config import compose, write
from cocreate_sim.errors import ConfigError
from cocreate_sim.policy import policy
from cocreate_sim.study.compare import compare
from cocreate_sim.study.interactions import _apart

pytestmark = pytest.mark.slow

ABLATION = """
# @package _global_
experiment:
  question: What carried it?
  factors:
    policy: [small_units_and_posts_72, small_units, posts_72, red_board]
  reference: {policy: small_units_and_posts_72}
  pair_by: policy
  replicates: 2
  outcomes: [belonging_mean]
  interactions: {largest: 2, by: participation_week}
"""


@pytest.fixture(scope="module")
def configs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("configs")
    (folder / "experiment").mkdir()
    (folder / "experiment" / "ablation.yaml").write_text(ABLATION, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def made(configs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    words = ["world=tiny", "run.weeks=8", "run.burn_in_weeks=2", f"config_dir={configs}", "experiment=ablation"]
    return compare(words, tmp_path_factory.mktemp("study") / "s", 1)


def test_the_two_parts_that_changed_most_are_taken_out_together(made: Path) -> None:
    first = pd.read_csv(made / "comparison.csv")
    sizes = first[first.outcome == "participation_week"].set_index("arm")["difference"].abs().sort_values(ascending=False)
    sizes = sizes.drop("red_board")  # it takes out all that the others take out, and more: it is no part
    arms = [a["name"] for a in json.loads((made / "interactions" / "manifest.json").read_text())["arms"]]
    one, two = sizes.index[:2]
    assert arms[0] == "small_units_and_posts_72"
    assert set(arms[1:3]) == {one, two}
    assert all({*a.split("+")} <= {one, two} for a in arms[1:])


def test_both_together_differ_in_what_either_differs_in(made: Path) -> None:
    arms = {a["name"]: a["differs"] for a in json.loads((made / "interactions" / "manifest.json").read_text())["arms"]}
    for name, differs in arms.items():
        if "+" in name:
            one, two = name.split("+")
            assert differs == arms[one] | arms[two]


def test_the_interaction_is_what_the_sum_of_each_alone_misses(made: Path) -> None:
    table = pd.read_csv(made / "interactions" / "interactions.csv")
    runs = pd.read_parquet(made / "interactions" / "runs.parquet").set_index(["arm", "replicate"])["participation_week"]
    for row in table[table.outcome == "participation_week"].to_dict("records"):
        names = (f"{row['first']}+{row['second']}", row["first"], row["second"], "small_units_and_posts_72")
        both, one, two, whole = (runs[name] for name in names)
        assert row["interaction"] == pytest.approx((both - one - two + whole).mean(), rel=1e-9, abs=1e-15)
        assert row["replicates"] == 2


def test_a_study_that_was_killed_before_its_second_stage_goes_on_with_it(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    shutil.copytree(made, folder)
    shutil.rmtree(folder / "interactions")
    assert main(["resume", str(folder), "--quiet"]) == 0
    for name in ("interactions/interactions.csv", "comparison.csv", "summary.txt"):
        assert (folder / name).read_bytes() == (made / name).read_bytes(), name


def test_the_summary_tells_of_pairs(made: Path) -> None:
    assert "Two at a time\n- Change of participation (percentage points)" in (made / "summary.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("{largest: 9, by: participation_week}", "experiment.interactions.largest = 9 must be a whole number from 2 to 3"),
        ("{largest: true, by: participation_week}", "largest = True must be a whole number from 2 to 3"),
        ("{largest: 2, by: particpation_week}", "did you mean 'participation_week'"),
        ("{largest: 2}", "must hold largest (a number of policies) and by (an outcome)"),
    ],
)
def test_a_second_stage_that_cannot_be_is_refused(configs: Path, change: str, told: str) -> None:
    file = configs / "experiment" / "wrong.yaml"
    file.write_text(ABLATION.replace("{largest: 2, by: participation_week}", change), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        compose([f"config_dir={configs}", "experiment=wrong"])
    assert told in str(refused.value)


def test_pairs_are_of_policies_only(configs: Path) -> None:
    file = configs / "experiment" / "wrong.yaml"
    text = ABLATION.replace("policy: [small_units_and_posts_72, small_units, posts_72, red_board]", "levers.posts: [40, 72, 80]")
    text = text.replace("reference: {policy: small_units_and_posts_72}", "reference: {levers.posts: 40}")
    file.write_text(text.replace("pair_by: policy", "pair_by: levers.posts"), encoding="utf-8")
    with pytest.raises(ConfigError, match="needs policy as the only factor"):
        compose([f"config_dir={configs}", "experiment=wrong"])


def test_a_policy_that_differs_in_its_dates_differs_in_its_timeline() -> None:
    dated, plain = policy("rollout"), policy("before_2022")
    assert _apart(dated, plain) == {"timeline": dated.timeline}
    words = [write(address, value) for address, value in _apart(dated, plain).items()]
    assert compose(words)["timeline"] == compose(["policy=rollout"])["timeline"]
