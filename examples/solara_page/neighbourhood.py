"""The model as Mesa's SolaraViz wants it: keyword arguments that a page can change, a data collector, one step a week."""

from __future__ import annotations

from typing import Any

from mesa import DataCollector

from cocreate_sim import CoCreateModel, load

WEEK = 7


def _latest(outcome: str) -> Any:
    """Return what reads the last week of an outcome."""
    return lambda model: float(model.record.weekly[outcome][model.world.week - 1])


class Neighbourhood(CoCreateModel):
    """A compound of 690 households; one step is one week."""

    def __init__(self, posts: int = 40, partition: str = "grid", red_board: bool = False, seed: int = 1) -> None:
        words = [f"levers.posts={posts}", f"levers.partition='{partition}'", f"levers.red_board={str(red_board).lower()}"]
        super().__init__(load("world=dushi_taoyuan", "run.weeks=104", "run.burn_in_weeks=0", *words), rng=int(seed))
        outcomes = ("participation_week", "backlog", "ties_per_resident")
        self.datacollector = DataCollector(model_reporters={name: _latest(name) for name in outcomes})

    def step(self) -> None:
        """Let one week happen, and collect its outcomes."""
        for _ in range(WEEK):
            super().step()
        self.datacollector.collect(self)
