"""Skill groups: the volunteers of a community, grouped by profession, help where their skill is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..engine.kernels import kernel
from ..engine.settings import setting, uniform
from ..world.clock import HOUR
from ..world.world import World


@dataclass(frozen=True, slots=True)
class SkillGroupsSettings:
    """What volunteers with a profession give to their group."""

    share: float = setting(
        0.5, unit="share of helping hours", low=0.0, high=1.0, prior=uniform(0.1, 0.9),
        meaning="hours for issues that volunteers with a skill give through their group; the rest stays in their unit",
        source="S43; no evidence for the share",
    )  # fmt: skip


@kernel
def _week(residents, households, helping, members, hours):
    """Count the members of each group and the hours that they have this week."""
    members[:] = 0
    hours[:] = 0
    for i in range(residents.id.shape[0]):
        skill = residents.skill[i]
        if skill >= 0 and residents.volunteer_since[i] >= 0:
            community = households.community[residents.household[i]]
            members[community, skill] += 1
            hours[community, skill] += int(residents.budget[i] * helping * HOUR)


class SkillGroups:
    """Health, law and teaching: volunteers of the same profession in a community form a group."""

    name: ClassVar[str] = "skill_groups"
    cadence: ClassVar[str] = "weekly"
    sentence: ClassVar[str] = (
        "Volunteers with a profession form a group in their community; it helps units that lack the skill with their issues, and "
        "projects find the skill there."
    )
    equations: ClassVar[tuple[str, ...]] = (
        (
            "hours of a group = sum over its members of budget x solving_share x share; their unit has the rest: budget x "
            "solving_share x (1 - share)"
        ),
        "a project finds the skill in a group that has a member; an issue takes the group's hours, not the unit's",
    )
    without: ClassVar[str] = "there are no groups: a skill is in the unit, or staff search for it"
    reads: ClassVar[tuple[str, ...]] = ("volunteers", "skills")
    writes: ClassVar[tuple[str, ...]] = ("skill groups",)
    seed_facts: ClassVar[tuple[str, ...]] = ("S43",)
    Settings: ClassVar[type] = SkillGroupsSettings

    def __init__(self, world: World, settings: SkillGroupsSettings, on: bool) -> None:
        self.on = on and world.levers.skill_groups
        world.skill_share = settings.share if self.on else 0.0
        self.helping = world.uncertainties["volunteering"].solving_share * settings.share

    def step(self, world: World) -> None:
        """Form the groups anew, with the hours of the coming week."""
        if self.on:
            _week(world.residents, world.households, self.helping, world.skill_members, world.skill_hours)
