"""The small task in mesa-frames: a Polars table of residents, a column for each of the twelve neighbours."""

from __future__ import annotations

import time

import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars, ModelDF

from .task import BELONGING, DEGREE, DULLNESS, EXAMPLE, PACE, Outcome, Task, graph, start

NEIGHBOURS = [f"neighbour_{k}" for k in range(DEGREE)]


class Residents(AgentSetPolars):
    def __init__(self, model: ModelDF, task: Task) -> None:
        super().__init__(model)
        self.given = task.luck
        self.counts: list[int] = []
        columns = dict(zip(NEIGHBOURS, graph(task.agents, task.seed).T.astype(np.uint32), strict=True))
        self.add(pl.DataFrame({
            "unique_id": np.arange(task.agents, dtype=np.int64), "belonging": start(task.agents, task.seed),
            "took_part": np.zeros(task.agents, dtype=np.uint8), **columns,
        }))  # fmt: skip

    def step(self) -> None:
        size = len(self.agents)
        luck = self.model.random.random(size) if self.given is None else self.given[len(self.counts)]
        seen = pl.sum_horizontal([pl.col("took_part").gather(pl.col(name)) for name in NEIGHBOURS])
        drive = DULLNESS + BELONGING * pl.col("belonging") + EXAMPLE * (seen / DEGREE)
        self.agents = self.agents.with_columns(
            took_part=(pl.lit(pl.Series(luck)) < 1.0 / (1.0 + (-drive).exp())).cast(pl.UInt8)
        ).with_columns(belonging=pl.col("belonging") + PACE * (pl.col("took_part") - pl.col("belonging")))
        self.counts.append(int(self.agents["took_part"].cast(pl.Int64).sum()))


class Neighbourhood(ModelDF):
    def __init__(self, task: Task) -> None:
        super().__init__(seed=task.seed)
        self.residents = Residents(self, task)
        self.agents += self.residents


def run(task: Task) -> Outcome:
    """Run the task."""
    began = time.perf_counter()
    model = Neighbourhood(task)
    residents = model.get_agents_of_type(Residents)
    built = time.perf_counter()
    for _ in range(task.weeks):
        model.step()
    done = time.perf_counter()
    table = residents.agents
    return Outcome(residents.counts, table["belonging"].to_numpy(), table["took_part"].to_numpy(), built - began, done - built)
