"""The small task in plain Mesa: one agent per resident, as its tutorials write."""

from __future__ import annotations

import math
import time

import mesa
import numpy as np

from .task import BELONGING, DEGREE, DULLNESS, EXAMPLE, PACE, Outcome, Task, graph, start


class Resident(mesa.Agent):
    def __init__(self, model: mesa.Model, number: int, belonging: float) -> None:
        super().__init__(model)
        self.number = number
        self.belonging = belonging
        self.neighbours: list[Resident] = []
        self.took_part = self.takes_part = False

    def choose(self) -> None:
        seen = sum(other.took_part for other in self.neighbours)
        chance = 1.0 / (1.0 + math.exp(-(DULLNESS + BELONGING * self.belonging + EXAMPLE * (seen / DEGREE))))
        luck = self.model.luck
        self.takes_part = (self.random.random() if luck is None else luck[self.number]) < chance

    def settle(self) -> None:
        self.took_part = self.takes_part
        self.belonging += PACE * (self.took_part - self.belonging)


class Neighbourhood(mesa.Model):
    def __init__(self, task: Task) -> None:
        super().__init__(rng=task.seed)
        self.given, self.luck = task.luck, None
        beginning = start(task.agents, task.seed).tolist()
        self.people = [Resident(self, number, belonging) for number, belonging in enumerate(beginning)]
        for resident, row in zip(self.people, graph(task.agents, task.seed).tolist(), strict=True):
            resident.neighbours = [self.people[other] for other in row]
        self.counts: list[int] = []

    def step(self) -> None:
        if self.given is not None:
            self.luck = self.given[len(self.counts)].tolist()
        self.agents.do("choose")
        self.agents.do("settle")
        self.counts.append(sum(resident.took_part for resident in self.people))


def run(task: Task) -> Outcome:
    """Run the task."""
    began = time.perf_counter()
    model = Neighbourhood(task)
    built = time.perf_counter()
    for _ in range(task.weeks):
        model.step()
    done = time.perf_counter()
    return Outcome(
        model.counts, np.array([r.belonging for r in model.people]), np.array([r.took_part for r in model.people], dtype=np.uint8),
        built - began, done - built,
    )  # fmt: skip
