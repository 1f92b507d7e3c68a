"""The public API: what a program of somebody else may rest on. What is not in this list may change without notice."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple


class Group(NamedTuple):
    """Public names of one purpose."""

    title: str
    about: str
    names: tuple[str, ...]
    """Module and name, parted by a colon."""


PUBLIC = (
    Group("Run a model", "One world under one policy, day by day.", (
        "cocreate_sim:load", "cocreate_sim:CoCreateModel", "cocreate_sim.config:Scenario",
        "cocreate_sim.outcomes.record:RunResult",
    )),
    Group("Agents", "Residents and posts as Mesa agents, live views of columns.", (
        "cocreate_sim.agents:Resident", "cocreate_sim.agents:PartyMember", "cocreate_sim.agents:Volunteer",
        "cocreate_sim.agents:Staff",
    )),
    Group("Studies", "Many runs, in a folder; the same as the commands of these names.", (
        "cocreate_sim:compare", "cocreate_sim.study.sweep:sweep", "cocreate_sim.study.runner:resume",
        "cocreate_sim.study.status:status",
        "cocreate_sim.study.verify:verify", "cocreate_sim.study.reproduce:reproduce",
    )),
    Group("Read results", "Statistics on the tables of a study, never on the model.", (
        "cocreate_sim.analysis.load:load_study", "cocreate_sim.analysis.load:Study", "cocreate_sim.analysis.tables:comparison",
        "cocreate_sim.analysis.tables:against", "cocreate_sim.analysis.paired:paired", "cocreate_sim.analysis.paired:interval",
        "cocreate_sim.analysis.paired:Paired", "cocreate_sim.analysis.paired:Interval",
        "cocreate_sim.outcomes.catalogue:Outcome",
    )),
    Group("Write a mechanism", "What a package of one's own needs: see [the page](../how-to/own-mechanism.md).", (
        "cocreate_sim.extensions:Extension", "cocreate_sim.mechanism:Mechanism", "cocreate_sim.engine.settings:setting",
        "cocreate_sim.engine.settings:Prior", "cocreate_sim.engine.settings:uniform", "cocreate_sim.engine.settings:loguniform",
        "cocreate_sim.engine.settings:normal", "cocreate_sim.engine.settings:lognormal", "cocreate_sim.engine.settings:beta",
        "cocreate_sim.engine.settings:gamma", "cocreate_sim.engine.streams:uniform", "cocreate_sim.engine.streams:uniforms",
        "cocreate_sim.engine.kernels:kernel", "cocreate_sim.world.decisions:of_extension",
    )),
    Group("Errors", "Whatever is refused derives from the first; messages say what, where, what is allowed, and the nearest.", (
        "cocreate_sim.errors:CoCreateError", "cocreate_sim.errors:ConfigError", "cocreate_sim.errors:OutputError",
        "cocreate_sim.errors:InvariantError",
    )),
)  # fmt: skip
"""Every public name, by purpose."""


def every() -> list[str]:
    """Every public name."""
    return [name for group in PUBLIC for name in group.names]


def found(name: str) -> Any:
    """The object behind a public name."""
    module, _, attribute = name.partition(":")
    return getattr(import_module(module), attribute)
