"""What is to be seen at a moment: how far the runs are, how far the player has come, curves, numbers and messages."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import ConfigError
from . import charts, page, results, text
from .asked import Asked
from .charts import Curve
from .places import Places
from .plans import Plan, plans
from .runs import DONE, FAILED, RUNNING, Run, Runs

PACE = {"fast": 12.0, "slow": 4.0}
"""Weeks a second."""
PATIENCE = 0.5
"""Seconds that an answer waits for the first week of a new run, rather than show nothing."""


@dataclass(frozen=True, slots=True)
class Player:
    """How far the page has played, in weeks with those of settling in."""

    on: bool
    week: float
    pace: str

    def follow(self, pressed: Any, dragged: Any, total: int, done: int) -> Player:
        """Return the player after what was pressed, or after a tick; ``done`` is how far the quickest run is."""
        week = self.week
        if pressed == "play":
            restart = not self.on and week >= total
            return replace(self, on=not self.on, week=0.0 if restart else min(week, done))
        if pressed == "again" or (pressed == "query" and self.pace != "all"):
            return replace(self, on=True, week=0.0 if self.pace != "all" else done)
        if pressed == "query":
            return replace(self, on=True, week=done)
        if pressed == "week" and isinstance(dragged, int | float):
            return replace(self, on=False, week=float(min(max(dragged, 0), total)))
        if not self.on:
            return replace(self, week=min(week, total))
        if self.pace == "all":
            return replace(self, week=done)
        return replace(self, week=min(week + PACE[self.pace] * page.TICK / 1000.0, done))


@dataclass(frozen=True)
class Sight:
    """All that changes on the page from one moment to the next."""

    player: Player
    total: int
    moving: bool
    """Whether there will be more to see soon."""
    figures: list[Any] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    table: Any = None
    sure: str = ""
    status: Any = None
    when: str = ""
    wrong: list[str] = field(default_factory=list)
    command: str = ""


def asked_runs(now: Asked, places: Places, runs: Runs, key: str) -> tuple[list[Plan], list[list[Run]], list[str]]:
    """Start what is not there yet; return the policies that run, the runs of each, luck by luck, and what is wrong."""
    planned, wrong = plans(now, places)
    try:
        by_luck = [plan.runs[k] for k in range(now.repeat) for plan in planned]
        found = runs.ask(key, by_luck, len(planned))
    except ConfigError as error:
        return [], [], [*wrong, str(error)]
    return planned, [found[k :: len(planned)] for k in range(len(planned))], wrong


def curves_of(planned: Sequence[Plan], found: Sequence[Sequence[Run]]) -> list[Curve]:
    """Return the curves: each policy with the first luck."""
    return [
        Curve(plan.number, plan.label, of_policy[0], plan.chosen.since) for plan, of_policy in zip(planned, found, strict=True)
    ]


def look(now: Asked, places: Places, runs: Runs, key: str, player: Player, pressed: Any, dragged: Any, smoothed: bool) -> Sight:
    """Return what is to be seen now."""
    planned, found, wrong = asked_runs(now, places, runs, key)
    if not found:
        return Sight(replace(player, on=False), 1, False, wrong=wrong)
    curves = curves_of(planned, found)
    if pressed == "query":
        runs.begin([curve.run for curve in curves], PATIENCE)
    total, done = curves[0].run.total, max(curve.run.weeks for curve in curves)
    player = player.follow(pressed, dragged, total, done)
    week = int(player.week)
    under_way = any(run.under_way for of_policy in found for run in of_policy)
    rows = results.rows(curves, found, week)
    return Sight(
        player, total, under_way or (player.on and week < done),
        [charts.figure(now, places.start, name, curves, week, smoothed) for name in now.charts],
        [charts.in_words(now, name, curves, week) for name in now.charts],
        _table(now, curves, rows), _sure(now, found), _status(now, curves), _when(now, places, curves[0].run, week), wrong,
        command(now, places, planned),
    )  # fmt: skip


def _table(now: Asked, curves: Sequence[Curve], rows: Sequence[results.Row]) -> Any:
    head = [text.say("outcome", now.language), text.say("unit", now.language), text.say("baseline", now.language)]
    head += [text.say("against", now.language, label=curve.label) for curve in curves[1:]]
    body = []
    for row in rows:
        label, unit = text.outcome(row.outcome, now.language)
        numbers = [results.said(row, k, now.language) for k in range(len(row.policies))]
        kinds = ["unclear" if found.low is not None and not found.clear else "" for _, found in row.policies]
        body.append(([label, unit, charts.number(row.base, charts.unit_of(row.outcome)), *numbers], ["", "", *kinds]))
    return page.table(head, body)


def _sure(now: Asked, found: Sequence[Sequence[Run]]) -> str:
    """Say how sure the numbers are."""
    lucks = results.complete(found)
    told = text.say("so_sure", now.language, n=lucks) if lucks >= 2 else text.say("one_luck", now.language)
    every = [run for of_policy in found for run in of_policy]
    done = sum(run.status == DONE for run in every)
    return (
        told
        if done == len(every) or now.repeat == 1
        else f"{told} {text.say('still', now.language, done=done, total=len(every))}"
    )


def _status(now: Asked, curves: Sequence[Curve]) -> Any:
    lines = []
    for curve in curves:
        run = curve.run
        name = text.say("policy", now.language, n=curve.number) if curve.number else text.say("baseline", now.language)
        state = text.say(run.status, now.language, why=run.error) if run.status == FAILED else text.say(run.status, now.language)
        weeks = text.say("computing", now.language, done=run.weeks, total=run.total)
        lines.append(f"{name}{text.say('colon', now.language)}{f'{state}, {weeks}' if run.status == RUNNING else state}")
    return page.lines(lines)


def _when(now: Asked, places: Places, run: Run, week: int) -> str:
    """Say at which week the page stands; weeks of settling in count down to zero."""
    return f"{text.say('week', now.language)} {week - run.burn_in} / {run.total - run.burn_in}".replace("-", "−")


def command(now: Asked, places: Places, planned: Sequence[Plan]) -> str:
    """Return what runs the same from the command line, policy by policy."""
    return "\n".join(shlex.join(["cocreate", "run", *places.words(now.world), *plan.words]) for plan in planned)
