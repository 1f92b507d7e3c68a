"""The small task in AgentPy: one agent per resident, methods called through agent lists."""

from __future__ import annotations

import math
import time

import agentpy
import numpy as np

from .task import BELONGING, DEGREE, DULLNESS, EXAMPLE, PACE, Outcome, Task, graph, start


class Resident(agentpy.Agent):
    def choose(self) -> None:
        seen = sum(other.took_part for other in self.neighbours)
        chance = 1.0 / (1.0 + math.exp(-(DULLNESS + BELONGING * self.belonging + EXAMPLE * (seen / DEGREE))))
        luck = self.model.luck
        self.takes_part = (self.model.random.random() if luck is None else luck[self.number]) < chance

    def settle(self) -> None:
        self.took_part = self.takes_part
        self.belonging += PACE * (self.took_part - self.belonging)


class Neighbourhood(agentpy.Model):
    def setup(self) -> None:
        task: Task = self.p.task
        self.luck = None
        self.counts: list[int] = []
        self.people = agentpy.AgentList(self, task.agents, Resident)
        numbers = range(task.agents)
        rows = graph(task.agents, task.seed).tolist()
        for number, resident, belonging in zip(numbers, self.people, start(task.agents, task.seed).tolist(), strict=True):
            resident.number, resident.belonging, resident.took_part, resident.takes_part = number, belonging, False, False
            resident.neighbours = [self.people[other] for other in rows[number]]

    def step(self) -> None:
        given = self.p.task.luck
        if given is not None:
            self.luck = given[len(self.counts)].tolist()
        self.people.choose()
        self.people.settle()
        self.counts.append(sum(resident.took_part for resident in self.people))


def run(task: Task) -> Outcome:
    """Run the task."""
    began = time.perf_counter()
    model = Neighbourhood({"task": task, "steps": task.weeks})
    model.sim_setup(task.weeks, task.seed)
    built = time.perf_counter()
    while model.running:
        model.sim_step()
    done = time.perf_counter()
    return Outcome(
        model.counts, np.array([r.belonging for r in model.people]), np.array([r.took_part for r in model.people], dtype=np.uint8),
        built - began, done - built,
    )  # fmt: skip
