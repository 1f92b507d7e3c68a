"""Which arms are shown when there are many: never a mean over loads, the reference always."""

from __future__ import annotations

from cocreate_sim.report import choice
from cocreate_sim.report.figures.style import looks


def test_few_arms_are_all_shown_with_the_reference_first(tables):
    assert choice.chosen(tables["policies"])[0].name == "before_2022"
    assert len(choice.chosen(tables["policies"])) == 5


def test_many_arms_are_shown_as_pairs_at_loads_spread_over_the_design(tables):
    arms = choice.chosen(tables["staffing"])
    assert [(arm.factors["posts"], arm.factors["rho_40"]) for arm in arms] == [(p, r) for r in (0.5, 0.8, 1.1) for p in (40, 72)]
    assert {arm.factors["staff_rule"] for arm in arms} == {"cases_first"}
    shown = looks(tables["staffing"], arms)
    assert [look.hollow for look in shown] == [True, False] * 3
    assert len({look.colour for look in shown}) == 3


def test_without_loads_sizes_spread_over_the_design_are_shown(tables):
    arms = choice.chosen(tables["unit_sizes"])
    assert len(arms) == 6
    assert arms[0].factors == {"unit_size": "grid", "head_hours": "per_head"}
    assert {arm.factors["head_hours"] for arm in arms} == {"per_head"}


def test_comparisons_keep_each_arm_with_its_own_reference(tables):
    pairs = choice.comparisons(tables["staffing"], 4)
    assert [arm.factors["rho_40"] for arm, _ in pairs] == [0.5, 0.65, 0.95, 1.1]
    for arm, base in pairs:
        assert (arm.factors["posts"], base.factors["posts"]) == (72, 40)
        assert arm.factors["rho_40"] == base.factors["rho_40"]


def test_names_tell_arms_apart_and_put_the_policy_before_the_load(tables):
    arms = choice.chosen(tables["staffing"])
    assert list(choice.names(arms).values())[:2] == ["40 posts, load 0.5", "72 posts, load 0.5"]
    policies = tables["policies"].arms
    assert list(choice.names(policies).values()) == [arm.label for arm in policies]


def test_the_contrast_is_what_differs_from_the_reference(tables):
    assert choice.contrast(tables["staffing"]) == "posts"
    assert choice.contrast(tables["unit_sizes"]) == "unit_size"
    assert choice.contrast(tables["one_arm"]) is None
    assert choice.contrast_ends(tables["staffing"], "posts") == (40, 72)
