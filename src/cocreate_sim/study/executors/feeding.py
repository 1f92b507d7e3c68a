"""Feeds the workers of a Dask cluster: chunks of about a second, one per worker at a time, and what came of each."""

from __future__ import annotations

import pickle
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from distributed import Client, KilledWorker

from ...errors import CoCreateError
from .dask_worker import Study, do_chunk
from .interface import Finished, Results, Work, describe

HEARTBEAT_SECONDS = 1.0
CHUNK_SECONDS = 1.0
"""How long a chunk should take: much longer than handing it out (some milliseconds), short enough to lose."""
MOST_IN_CHUNK = 200
GATHER_SECONDS = 5.0
RESTART_SECONDS = 10.0


def feed(
    client: Client,
    work: Work,
    shared: Any,
    tasks: Sequence[Any],
    most_seconds: float | None,
    watch: Callable[[int], None],
) -> Results:
    """Do every task on the workers of a cluster; see :class:`~cocreate_sim.study.executors.interface.Executor`.

    Parameters
    ----------
    client
        Connected to the cluster.
    work, shared, tasks, most_seconds
        As for an executor.
    watch
        Called about once a second with the number of workers; raises when it makes no sense to go on.
    """
    study = Study(f"cocreate-{uuid.uuid4().hex}", work, shared)
    client.register_plugin(study)
    feeder = _Feeder(client, study.name, tasks, most_seconds)
    try:
        while feeder.waiting or feeder.running:
            if feeder.count_workers():
                watch(feeder.workers)
                yield from feeder.stop_late()
            feeder.hand_out()
            yield from feeder.collect()
            yield None
    finally:
        with suppress(Exception):  # the cluster may be gone
            client.cancel([chunk.future for chunk in feeder.running.values()])
            client.unregister_worker_plugin(study.name)


@dataclass(slots=True)
class _Chunk:
    numbers: list[int]
    future: Any
    since: float


class _Feeder:
    """The tasks that wait, the chunks that are out, and how often each task lost its worker."""

    def __init__(self, client: Client, study: str, tasks: Sequence[Any], most_seconds: float | None) -> None:
        self.client, self.study, self.tasks, self.most_seconds = client, study, tasks, most_seconds
        self.waiting = deque(range(len(tasks)))
        self.alone: set[int] = set()
        """Tasks of chunks that lost their worker: one of them may have been the reason, so each goes on its own."""
        self.losses = [0] * len(tasks)
        self.running: dict[str, _Chunk] = {}
        self.news: SimpleQueue[Any] = SimpleQueue()
        self.workers, self.counted = 0, -1e9
        self.handed_out = self.done = 0
        self.seconds = 0.0

    def count_workers(self) -> bool:
        """Look how many workers there are, at most once a second."""
        now = time.monotonic()
        if now - self.counted < HEARTBEAT_SECONDS:
            return False
        try:
            self.workers, self.counted = len(self.client.nthreads()), now
        except (OSError, TimeoutError) as error:
            raise CoCreateError(f"the Dask scheduler is gone ({describe(error)})") from None
        return True

    def hand_out(self) -> None:
        """Give every worker that has none a chunk: with one each, only what ran on a worker is lost with it."""
        while self.waiting and len(self.running) < self.workers:
            numbers = [self.waiting.popleft() for _ in range(self._size())]
            key = f"{self.study}-{self.handed_out}"
            self.handed_out += 1
            chunk = [(number, self.tasks[number]) for number in numbers]
            future = self.client.submit(do_chunk, self.study, chunk, key=key, pure=False)
            self.running[key] = _Chunk(numbers, future, time.monotonic())
            future.add_done_callback(self.news.put)

    def _size(self) -> int:
        """How many tasks the next chunk gets: a second's worth, and never so many that workers run dry at the end."""
        if self.most_seconds is not None or not self.done:
            return 1
        fair = len(self.waiting) // (2 * self.workers)
        size = max(1, min(int(CHUNK_SECONDS * self.done / max(self.seconds, 1e-9)), fair, MOST_IN_CHUNK))
        return next((k for k in range(size) if self.waiting[k] in self.alone), size) or 1

    def collect(self) -> Iterator[Finished]:
        """Wait a moment for a chunk to come back, and tell what became of its tasks."""
        try:
            future = self.news.get(timeout=HEARTBEAT_SECONDS)
        except Empty:
            return
        if future.key not in self.running:
            return  # it was stopped meanwhile
        try:
            answers = future.result(timeout=GATHER_SECONDS)
        except TimeoutError:  # the worker that held the answer is gone: Dask does the chunk again
            future.add_done_callback(self.news.put)
            return
        except KilledWorker as error:
            yield from self._lost(self.running.pop(future.key).numbers, error.allowed_failures + 1)
            return
        except Exception as error:  # noqa: BLE001 - whatever is missing there
            raise CoCreateError(f"a Dask worker can do no runs: {describe(error)}") from None
        del self.running[future.key]
        for answer in answers:
            finished: Finished = pickle.loads(answer)
            self.done += 1
            self.seconds += finished.seconds
            yield finished

    def _lost(self, numbers: list[int], times: int) -> Iterator[Finished]:
        """Tasks lost their worker: they are tried once more, each alone; what lost it twice has failed."""
        for number in reversed(numbers):
            self.losses[number] += times if len(numbers) == 1 else 0
            if self.losses[number] < 2:
                self.alone.add(number)
                self.waiting.appendleft(number)
            else:
                how = "twice" if self.losses[number] == 2 else f"{self.losses[number]} times"
                yield Finished(number, None, f"its worker died {how} (killed, or memory ran out)", 0.0)

    def stop_late(self) -> Iterator[Finished]:
        """End the workers whose task takes too long; their nannies start new ones."""
        now = time.monotonic()
        late = [c for c in self.running.values() if self.most_seconds is not None and now - c.since > self.most_seconds]
        if not late:
            return
        at = {key: worker for worker, keys in self.client.processing().items() for key in keys}
        for chunk in late:
            key = chunk.future.key
            if key not in at:
                chunk.since = now  # it has not begun: no worker was free
                continue
            del self.running[key]
            chunk.future.cancel()
            self.client.restart_workers([at[key]], timeout=RESTART_SECONDS, raise_for_error=False)
            why = f"stopped: it took longer than {self.most_seconds:g} s"
            yield Finished(chunk.numbers[0], None, why, now - chunk.since)
