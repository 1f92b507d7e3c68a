"""Sentences say what the tables say, and never more than the intervals allow."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.analysis import made_up

from cocreate_sim.analysis import partitions, sentences, staffing, together, unit_size
from cocreate_sim.analysis.load import Study
from cocreate_sim.analysis.tables import comparison

SIZES = {"5": 5.0, "10": 10.0, "10-20": 14.6, "100": 96.0, "grid": 308.0}
Sizes = dict[tuple[str, str], float]


def exact(effects: dict[float, float], spread: float = 0.0) -> made_up.Values:
    """Waiting of 10 days at 40 posts, and a known fall (by load) at 72; ``spread`` makes the fall vary evenly around it."""

    def values(s: dict[str, Any], r: int, world: np.random.Generator, own: np.random.Generator) -> dict[str, float]:
        fall = (effects[s["rho_40"]] + spread * (-1) ** r) if s["posts"] == 72 else 0.0
        return {"wait_posts_mean_days": 10.0 - fall, "wait_mean_days": 10.0 - fall, "realised_rho_40": s["rho_40"]}

    return values


def test_posts_are_told_by_load_and_by_rule(tmp_path: Path) -> None:
    effects = {0.5: 0.0, 0.95: 4.1}
    study = made_up.study(tmp_path, made_up.staffing_arms([0.5, 0.95]), exact(effects, 0.9), 20)
    found = staffing.sentences(study)
    for rule in ("cases first", "protected mobilisation time"):
        assert (
            f"72 posts cut waiting at the posts by 41 % (37 to 45) at load 0.95; no clear effect at load 0.5 ({rule})." in found
        )
    assert all("load" in s and ("cases first" in s or "protected" in s) for s in found), "never an effect without load and rule"


def test_no_effect_at_any_load(tmp_path: Path) -> None:
    study = made_up.study(tmp_path, made_up.staffing_arms([0.5, 0.95], ["cases_first"]), exact({0.5: 0.0, 0.95: 0.1}, 0.9), 20)
    assert staffing.sentences(study)[0] == (
        "No clear effect of 72 posts on waiting at the posts at load 0.5 and 0.95 (cases first)."
    )


def test_more_posts_can_make_it_worse(tmp_path: Path) -> None:
    study = made_up.study(tmp_path, made_up.staffing_arms([0.5, 0.95], ["cases_first"]), exact({0.5: -2.0, 0.95: 2.0}, 0.1), 20)
    assert staffing.sentences(study)[0] == (
        "72 posts cut waiting at the posts by 20.0 % (19.5 to 20.5) at load 0.95 but raised waiting at the posts by "
        "20.0 % (19.5 to 20.5) at load 0.5 (cases first)."
    )


def test_the_claim_is_tested_against_a_tenth_of_a_working_day(tmp_path: Path) -> None:
    effects = {0.5: 0.05, 0.8: 0.1, 0.95: 0.15, 1.1: -0.2}
    study = made_up.study(tmp_path, made_up.staffing_arms(list(effects), ["cases_first"]), exact(effects, 0.02), 20)
    assert staffing.sentences(study)[-1] == (
        "The claim that 72 posts helped (cases first; it needs waiting at the posts to fall by at least 0.1 working day) "
        "stands at load 0.95 (a fall of 0.15 working days, 0.14 to 0.16); "
        "it fails at load 0.5 (a fall of 0.05 working days, 0.04 to 0.06) and "
        "at load 1.1 (a rise of 0.20 working days, 0.19 to 0.21); "
        "it is undecided at load 0.8 (a fall of 0.10 working days, 0.09 to 0.11)."
    )


def test_that_fewer_posts_help_is_nobodys_claim(tmp_path: Path) -> None:
    arms = [arm | {"reference": arm["name"].replace("posts-40", "posts-72")} for arm in made_up.staffing_arms([0.95], ["cases_first"])]
    found = staffing.sentences(made_up.study(tmp_path, arms, exact({0.95: 4.0}, 0.1), 20))
    assert found[0].startswith("40 posts raised waiting at the posts by 6")
    assert not any("claim" in sentence for sentence in found)


def test_one_replicate_tests_nothing(tmp_path: Path) -> None:
    study = made_up.study(tmp_path, made_up.staffing_arms([0.95], ["cases_first"]), exact({0.95: 5.0}), 1)
    text = " ".join([*staffing.sentences(study), *sentences.findings(study), *sentences.how_sure(study, comparison(study))])
    assert "No interval of the effect of 72 posts on waiting at the posts at load 0.95, as there is one replicate" in text
    assert "is not tested (one replicate)" in text
    assert "no difference can be told from chance" in text
    assert " cut " not in text
    assert "stands" not in text


def test_posts_come_with_the_front_line_and_the_load(tmp_path: Path) -> None:
    study = made_up.study(tmp_path, made_up.staffing_arms([0.5, 1.1]), exact({0.5: 0.0, 1.1: 1.0}), 3)
    notes = staffing.notes(study)
    assert notes[0] == (
        "From 40 to 72 posts is +80 % of the posts, but only +16 to +23 % of the front line, as 102 to 163 community workers "
        "stand beside 40 posts (C09)."
    )
    assert any("load of 1 or more" in n and "104 weeks" in n for n in notes)
    low = made_up.study(tmp_path / "low", made_up.staffing_arms([0.5]), exact({0.5: 0.0}), 3)
    assert not any("load of 1 or more" in n for n in staffing.notes(low))


def test_policies_with_more_posts_come_with_the_realised_load(tmp_path: Path) -> None:
    def values(s: dict[str, Any], r: int, world: np.random.Generator, own: np.random.Generator) -> dict[str, float]:
        return {"wait_posts_mean_days": 3.0 - (s["levers.posts"] > 40) + 0.1 * own.normal(), "realised_rho_40": 0.87}

    study = made_up.study(tmp_path, made_up.policy_arms(before_2022=40, posts_72=72), values, 10)
    assert "at load 0.87 (cases first)" in staffing.sentences(study)[0]
    assert "The load of 40 posts was 0.87 (mean over runs)." in staffing.notes(study)
    same = made_up.study(tmp_path / "same", made_up.policy_arms(a=40, b=40), values, 3)
    assert staffing.sentences(same) == staffing.notes(same) == []


def test_a_queue_that_never_settles_is_told_of_whatever_is_compared(tmp_path: Path) -> None:
    """1.3 times the work of 40 posts: too much for 40, not for 72; a comparison of other things, and a single run, say so too."""

    def overloaded(s: dict[str, Any], r: int, world: np.random.Generator, own: np.random.Generator) -> dict[str, float]:
        return {"wait_posts_mean_days": 3.0 + 0.1 * own.normal(), "realised_rho_40": 1.3}

    told = ["At a load of 1.3 for 40 posts their queue never settles: waiting depends on the horizon, here 104 weeks."]
    same = made_up.study(tmp_path / "same", made_up.policy_arms(a=40, b=40), overloaded, 3)
    assert staffing.notes(same) == told
    enough = made_up.study(tmp_path / "enough", made_up.policy_arms(a=72, b=72), overloaded, 3)
    assert staffing.notes(enough) == []
    one = made_up.study(tmp_path / "one", made_up.policy_arms(a=40), overloaded, 1)
    assert told[0] in sentences.summary(one)


def test_a_load_that_was_missed_is_told(tmp_path: Path) -> None:
    values = exact({0.95: 1.0})
    study = made_up.study(tmp_path, made_up.staffing_arms([0.95]), lambda s, *a: values(s, *a) | {"realised_rho_40": 0.9}, 3)
    assert "At load 0.95 the built worlds had 0.9 (mean over runs)." in staffing.notes(study)


def sized(tmp_path: Path, level: Callable[[str, str], float], noise: float = 0.001, replicates: int = 10, **more: Any) -> Study:
    """Participation by partition and head hours, around known levels, on worlds that differ much."""

    def values(s: dict[str, Any], r: int, world: np.random.Generator, own: np.random.Generator) -> dict[str, float]:
        partition = str(s["levers.partition"])
        return {
            "participation_week": level(partition, s["head_hours"]) + 0.02 * world.normal() + noise * own.normal(),
            "realised_mean_unit_size": SIZES[partition],
        }

    return made_up.study(tmp_path, made_up.unit_arms(list(SIZES)), values, replicates, **more)


def test_the_best_size_is_named_with_its_realised_size(tmp_path: Path) -> None:
    study = sized(tmp_path, lambda p, h: 0.2 + (0.05 if p == "10-20" else 0.0))
    found = unit_size.sentences(study)
    for words in ("the same hours for each head", "equal total head hours"):
        best = next(s for s in found if s.startswith(f"With {words}"))
        assert re.fullmatch(
            rf"With {words}, participation is highest in units of 10-20 households "
            r"\([\d.]+ % of residents; realised mean size 14\.6 households\), clearly above every other size that was run\.",
            best,
        )
        assert any(
            s.startswith(f"Units of 10-20 households against units of 100 households, {words}: participation ") for s in found
        )
        assert any(s.startswith(f"Units of 10-20 households against grids, {words}: participation ") for s in found)
    assert found[-1] == "Participation: units of 10-20 households are among the highest however head hours follow the partition."


def test_no_size_is_called_best_when_none_stands_out(tmp_path: Path) -> None:
    found = unit_size.sentences(sized(tmp_path, lambda p, h: 0.2, noise=0.01))
    assert "no unit size stands out in participation" in found[0]
    assert not any("clearly above" in s or "highest however" in s for s in found)
    assert any("no clear effect on participation; more in " in s for s in found)


@pytest.mark.slow
def test_equal_sizes_are_told_apart_in_at_most_one_study_of_twenty(tmp_path: Path) -> None:
    count, wrong = 400, 0
    study = sized(tmp_path, lambda p, h: 0.2, replicates=6)
    group = partitions.groups_of(study)[0]
    for n in range(count):
        rng = np.random.default_rng(n)
        for table in study.by_arm.values():
            table["participation_week"] = 0.2 + 0.01 * rng.normal(size=len(table))
        found = partitions.top(study, group, "participation_week")
        wrong += found is not None and found.alone
    assert wrong / count < 0.05 + 3 * np.sqrt(0.05 * 0.95 / count)


def test_a_tie_is_told(tmp_path: Path) -> None:
    study = sized(tmp_path, lambda p, h: 0.25 if p in ("10", "10-20") else 0.2, noise=0.003)
    best = unit_size.sentences(study)[0]
    assert "but cannot be told apart from units of 10" in best


def test_hours_that_explain_the_gain_are_told(tmp_path: Path) -> None:
    study = sized(tmp_path, lambda p, h: 0.2 + 0.05 * ((p == "5") if h == "per_head" else (p == "100")))
    assert unit_size.sentences(study)[-1] == (
        "Participation: no size is among the highest in both arms of head hours, so a gain may come from hours, not from size."
    )


def test_one_arm_of_head_hours_is_not_enough(tmp_path: Path) -> None:
    study = made_up.study(
        tmp_path,
        made_up.unit_arms(["10-20", "grid"], ["per_head"]),
        lambda s, r, w, o: {"participation_week": 0.1 + 0.01 * o.normal()},
        5,
    )
    assert unit_size.sentences(study)[-1].startswith("Only the same hours for each head was run, not equal total head hours")


def test_policies_that_differ_in_more_than_their_units_are_told_apart(tmp_path: Path) -> None:
    arms = [
        {
            "name": f"{size}_{upper}",
            "label": f"{size}, {upper}",
            "factors": {"policy": f"{size}_{upper}"},
            "differs": {"levers.partition": size, "levers.upper_heads": upper},
        }
        for size in ("10-20", "grid")
        for upper in (False, True)
    ]
    study = made_up.study(tmp_path, arms, lambda s, r, w, o: {"participation_week": 0.1 + 0.01 * o.normal()}, 5)
    found = [group.words for group in partitions.groups_of(study)]
    assert found == [f"the same hours for each head, {heads} above the units" for heads in ("no heads", "heads")]


@pytest.mark.parametrize(("gain", "verdict"), [(0.05, "is not refuted"), (-0.05, "fails")])
def test_the_claim_for_small_units_is_tested_over_the_priors(tmp_path: Path, gain: float, verdict: str) -> None:
    def level(partition: str, hours: str) -> float:
        return 0.2 + (gain if partition == "10-20" else 0.0)

    priors = {"participation": {"cost": {"kind": "uniform", "low": 0, "high": 1}}}
    drawn = sized(tmp_path / "drawn", level, uncertainties=priors)
    share = "10 of 10 replicates" if gain > 0 else "0 of 10 replicates"
    assert all(share in s and f"the claim that smaller units help {verdict}" in s for s in unit_size.falsifier(drawn))
    assert "drawn from their priors" in sentences.caution(drawn)
    table = {"participation": {"cost": {"kind": "worlds", "first": 1, "values": [0.1, 0.2, 0.3]}}}
    listed = sized(tmp_path / "listed", level, uncertainties=table)
    assert all(f"each in a world of a table: the claim that smaller units help {verdict} there" in s for s in unit_size.falsifier(listed))
    assert "those of a table of 3 worlds" in sentences.caution(listed)
    assert "priors" not in sentences.caution(listed)
    centre = sized(tmp_path / "centre", level)
    assert all(share in s and "they do not test over the priors" in s for s in unit_size.falsifier(centre))
    assert "centre values of priors, not facts" in sentences.caution(centre)


def test_the_curve_lies_over_the_realised_size(tmp_path: Path) -> None:
    study = sized(tmp_path, lambda p, h: 0.2)
    curve = partitions.curve(study, partitions.groups_of(study)[0], "participation_week")
    assert list(curve["size"]) == sorted(SIZES.values())
    assert list(curve["partition"]) == list(SIZES)
    assert (curve["low"] < curve["mean"]).all()
    assert (curve["mean"] < curve["high"]).all()


def test_a_whole_summary_reads_in_order(tmp_path: Path) -> None:
    study = made_up.study(
        tmp_path,
        made_up.staffing_arms([0.5, 0.95]),
        exact({0.5: 0.0, 0.95: 4.1}, 0.9),
        20,
        headline=["wait_posts_mean_days"],
        failed=[("rho_40-0.5_posts-72_protected", 3)],
    )
    text = sentences.summary(study)
    heads = ["What is made up?", "Posts", "Headline outcomes", "Read with this", "How sure", "Made by"]
    assert [line for line in text.splitlines() if line in heads] == heads
    assert "19 to 20 replicates in each arm; numbers in brackets are 95 % intervals" in text
    assert "1 run failed and is left out; the first error: ValueError: made up." in text
    assert "nan" not in text
    assert "None" not in text
    assert "inf" not in text.replace("infinite", "")
    assert text.endswith("- cocreate compare experiment=made_up\n")


def test_many_comparisons_are_counted(tmp_path: Path) -> None:
    study = made_up.study(
        tmp_path,
        made_up.staffing_arms([0.5, 0.8, 0.95, 1.1]),
        exact({0.5: 0.0, 0.8: 1.0, 0.95: 4.0, 1.1: -1.0}, 0.1),
        10,
        headline=["wait_mean_days"],
    )
    assert sentences.findings(study) == [
        (
            "Waiting, 8 comparisons: clearly higher in 2 (most by 10 % (9 to 11): 72 posts against 40 posts, load 1.1, "
            "cases first), clearly lower in 4 (most by 40 % (39 to 41): 72 posts against 40 posts, load 0.95, cases first), "
            "no clear effect in 2."
        )
    ]


def test_a_policy_under_a_shared_condition_is_told_once(tmp_path: Path) -> None:
    arms = [
        {
            "name": f"{policy}_{load}",
            "label": f"{policy}, load {load}",
            "reference": f"before_{load}",
            "factors": {"policy": policy, "rho_40": load},
            "differs": {},
        }
        for policy in ("before", "clubs")
        for load in (0.5, 0.9)
    ]
    study = made_up.study(tmp_path, arms, lambda s, r, w, o: {"wait_mean_days": 3.0}, 3, headline=["wait_mean_days"])
    assert sentences.findings(study) == [
        f"Clubs against before, load {load}: waiting: no difference in any replicate." for load in (0.5, 0.9)
    ]


def test_with_several_typed_levers_it_is_told_which_one_is_compared(tmp_path: Path) -> None:
    study = made_up.study(tmp_path, made_up.staffing_arms([0.5, 0.95]), exact({0.5: 0.0, 0.95: 1.0}), 4, experiment="command line")
    told = "Every comparison is of posts; staff rule is the same on both sides. To compare staff rule, name it first in the command."
    assert together.same_on_both_sides(study) == told
    assert told in sentences.summary(study)
    chosen = made_up.study(tmp_path / "b", made_up.staffing_arms([0.5, 0.95]), exact({0.5: 0.0, 0.95: 1.0}), 4, experiment="staffing")
    assert together.same_on_both_sides(chosen) == "", "an experiment says itself what it compares"


def test_a_question_that_was_composed_of_addresses_is_asked_in_words(tmp_path: Path) -> None:
    arms = made_up.staffing_arms([0.5, 0.95], ["cases_first"])
    study = made_up.study(
        tmp_path, arms, exact({0.5: 0.0, 0.95: 1.0}), 4, question="What changes with levers.posts and uncertainties.casework.rho_40?"
    )
    assert sentences.question(study) == "What changes with load and posts?"


def test_what_only_one_side_has_is_told_with_its_level(tmp_path: Path) -> None:
    def values(s: dict[str, Any], r: int, world: np.random.Generator, own: np.random.Generator) -> dict[str, float]:
        return {"wait_mean_days": 3.0 if s["levers.posts"] == 72 else np.nan, "participation_week": np.nan}

    arms = made_up.policy_arms(before_2022=40, posts_72=72)
    study = made_up.study(tmp_path, arms, values, 3, headline=["wait_mean_days", "participation_week"])
    assert sentences.findings(study) == [
        "Posts 72 against before 2022: waiting 3 working days, here only.",
        "Posts 72 against before 2022: participation: not measured.",
    ]


def test_one_run_is_told_without_any_certainty(tmp_path: Path) -> None:
    study = made_up.study(
        tmp_path, made_up.policy_arms(before_2022=40), lambda *_: {"wait_mean_days": 3.21, "realised_rho_40": 0.9}, 1
    )
    text = sentences.summary(study)
    assert text.startswith("Before 2022 in made_up, 104 weeks, seed 1. 40 posts; load of 40 posts 0.9.\n")
    assert "- Waiting: 3.21 working days." in text
    assert "One run shows one course of chance" in text


def test_an_interrupted_study_says_so(tmp_path: Path) -> None:
    study = made_up.study(
        tmp_path,
        made_up.policy_arms(a=40, b=72),
        lambda s, r, w, o: {"wait_mean_days": o.normal()},
        3,
        status="interrupted",
        runs={"asked": 20, "ok": 6, "failed": 0},
    )
    assert "The study did not finish: 6 of 20 runs are complete." in sentences.summary(study)
