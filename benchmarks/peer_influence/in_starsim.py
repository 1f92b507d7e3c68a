"""The small task in Starsim: a module with arrays of residents, and a network whose edges are the rings."""

from __future__ import annotations

import time

import numpy as np
import starsim as ss

from .task import BELONGING, DEGREE, DULLNESS, EXAMPLE, PACE, Outcome, Task, graph, start


class Rings(ss.Network):
    """Every edge of the graph once."""

    def __init__(self, task: Task, **words: object) -> None:
        super().__init__(**words)
        self.task = task

    def init_post(self) -> None:
        super().init_post()
        numbers = np.arange(self.task.agents)
        following = graph(self.task.agents, self.task.seed)[:, 1::2]
        p1, p2 = np.tile(numbers, DEGREE // 2), following.T.ravel()
        self.append(p1=ss.uids(p1), p2=ss.uids(p2), beta=np.ones(len(p1), dtype=np.float32))

    def step(self) -> None:
        """Neighbours stay."""


class Participation(ss.Module):
    def __init__(self, task: Task, **words: object) -> None:
        super().__init__(**words)
        self.task = task
        self.counts: list[int] = []
        self.define_states(ss.FloatArr("belonging"), ss.BoolArr("took_part", default=False))
        self.luck = ss.random()

    def init_post(self) -> None:
        super().init_post()
        self.belonging[:] = start(self.task.agents, self.task.seed)

    def step(self) -> None:
        edges, size = self.sim.networks[0].edges, self.task.agents
        took = self.took_part.values
        seen = np.bincount(edges.p2[took[edges.p1]], minlength=size) + np.bincount(edges.p1[took[edges.p2]], minlength=size)
        belonging = self.belonging.values
        chance = 1.0 / (1.0 + np.exp(-(DULLNESS + BELONGING * belonging + EXAMPLE * (seen / DEGREE))))
        given = self.task.luck
        luck = self.luck.rvs(self.sim.people.auids) if given is None else given[len(self.counts)]
        takes = luck < chance
        self.took_part[:] = takes
        self.belonging[:] = belonging + PACE * (takes - belonging)
        self.counts.append(int(takes.sum()))


def run(task: Task) -> Outcome:
    """Run the task; Starsim keeps numbers with 64 bits here, so that its decisions can be compared."""
    began = time.perf_counter()
    ss.options.set(precision=64)
    part = Participation(task, name="participation")
    sim = ss.Sim(
        n_agents=task.agents, modules=part, networks=Rings(task, name="rings"), dur=task.weeks - 1, rand_seed=task.seed,
        people_results=False, verbose=0, copy_inputs=False,
    )  # fmt: skip
    sim.init()
    built = time.perf_counter()
    sim.run(check_method_calls=False)
    done = time.perf_counter()
    return Outcome(
        part.counts, np.array(part.belonging.values), np.array(part.took_part.values, dtype=np.uint8), built - began, done - built
    )
