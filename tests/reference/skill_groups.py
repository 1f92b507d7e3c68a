"""Skill groups: volunteers of a community by profession, their hours, and who finds them."""

from __future__ import annotations

from typing import Any

from cocreate_sim.world.residents import SKILLS

from .agents import Issue
from .clock import HOUR


def begin(model: Any) -> None:
    """There are no groups before the first Sunday."""
    model.skill_share = 0.0
    if model.is_on("skill_groups") and model.levers.skill_groups:
        model.skill_share = model.settings["skill_groups"].share
    for office in model.offices:
        office.skill_members, office.skill_hours = [0] * len(SKILLS), [0] * len(SKILLS)


def skill_groups(model: Any) -> None:
    """Each community groups its volunteers anew; a part of their helping hours goes to the group."""
    for office in model.offices:
        office.skill_members, office.skill_hours = [0] * len(SKILLS), [0] * len(SKILLS)
    helping = model.settings["volunteering"].solving_share * model.settings["skill_groups"].share
    for r in model.residents:
        if r.skill >= 0 and r.volunteer_since >= 0:
            r.household.community.skill_members[r.skill] += 1
            r.household.community.skill_hours[r.skill] += int(r.budget * helping * HOUR)


def work(model: Any, issue: Issue) -> int:
    """Microseconds that the group gives to an issue in a unit without the skill."""
    left = issue.office.skill_hours
    given = min(left[issue.skill], issue.work)
    left[issue.skill] -= given
    if given > 0:
        model.note("group_works", issue.a, issue.b, issue.skill, given)
    return int(given)
