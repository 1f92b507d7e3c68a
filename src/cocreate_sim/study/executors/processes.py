"""Many tasks in several processes: a worker that dies costs one retry, never the study."""

from __future__ import annotations

import os
import signal
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

from ...errors import CoCreateError, ConfigError
from .interface import Finished, Results, Work
from .serial import Serial
from .worker import start

HEARTBEAT_SECONDS = 1.0
MOST_FAILED_STARTS = 3


class Processes:
    """Does tasks in several processes of this machine.

    Parameters
    ----------
    workers
        How many; 0 means one per processor. One worker and no limit of time need no other process: tasks are done here.
    """

    def __init__(self, workers: int = 0) -> None:
        if isinstance(workers, bool) or not isinstance(workers, int) or not 0 <= workers <= 4096:
            raise ConfigError(f"processes = {workers!r} must be a whole number from 0 (one per processor) to 4096")
        self.asked = workers
        self.workers = workers or os.cpu_count() or 1

    @property
    def settings(self) -> dict[str, Any]:
        """The settings it was made from."""
        return {"kind": "processes", "workers": self.asked}

    def check(self, most_seconds: float | None = None) -> None:
        """Nothing can be missing."""

    def here(self, most_seconds: float | None = None) -> bool:
        """Say whether tasks are done in this very process."""
        return self.workers == 1 and most_seconds is None

    def run(self, work: Work, shared: Any, tasks: Sequence[Any], most_seconds: float | None = None) -> Results:
        """Do every task; see :class:`~cocreate_sim.study.executors.interface.Executor`."""
        if self.here(most_seconds):
            return Serial().run(work, shared, tasks)
        return _run_in_workers(work, shared, tasks, min(self.workers, len(tasks)), most_seconds)


def _run_in_workers(work: Work, shared: Any, tasks: Sequence[Any], processes: int, most_seconds: float | None) -> Results:
    crew = _Crew(work, shared, tasks, processes)
    try:
        while crew.waiting or any(worker.task is not None for worker in crew.workers):
            crew.fill()
            for worker in _with_news(crew.workers):
                news = _receive(worker)
                finished = crew.replace(worker) if news is None else crew.note(worker, news)
                if finished is not None:
                    yield finished
            yield from crew.stop_late(most_seconds)
            crew.hand_out()
            yield None
    finally:
        crew.dismiss()


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    pipe: Connection
    task: int | None = None
    since: float = 0.0
    ready: bool = False


class _Crew:
    """The workers of one study, the tasks that wait, and how often each task lost its worker."""

    def __init__(self, work: Work, shared: Any, tasks: Sequence[Any], processes: int) -> None:
        self.work, self.shared, self.tasks, self.processes = work, shared, tasks, processes
        self.waiting = deque(range(len(tasks)))
        self.losses = [0] * len(tasks)
        self.failed_starts = 0
        self.workers: list[_Worker] = []

    def fill(self) -> None:
        """Start workers while there are tasks for them."""
        idle = sum(worker.task is None for worker in self.workers)
        while len(self.workers) < self.processes and idle < len(self.waiting):
            self.workers.append(_Worker(*start(self.work, self.shared)))
            idle += 1

    def hand_out(self) -> None:
        """Give a waiting task to every worker that is ready and idle."""
        for worker in self.workers:
            if worker.ready and worker.task is None and self.waiting:
                number = self.waiting.popleft()
                worker.task, worker.since = number, time.perf_counter()
                with suppress(OSError):  # it died meanwhile: the next round finds out
                    worker.pipe.send((number, self.tasks[number]))

    def note(self, worker: _Worker, news: Any) -> Finished | None:
        """Take what a living worker says: that it is ready, or what became of its task."""
        if isinstance(news, Finished):
            worker.task = None
            return news
        worker.ready, self.failed_starts = True, 0
        return None

    def replace(self, worker: _Worker) -> Finished | None:
        """Bury a dead worker; its task is tried once more, or has failed when this was the second time."""
        self.workers.remove(worker)
        how = ending(_stop(worker))
        if worker.task is None:
            self.failed_starts += 0 if worker.ready else 1
            if self.failed_starts >= MOST_FAILED_STARTS:
                raise CoCreateError(f"worker processes cannot start ({how}); use processes=1")
            return None
        self.losses[worker.task] += 1
        if self.losses[worker.task] == 1:
            self.waiting.appendleft(worker.task)
            return None
        return Finished(worker.task, None, f"its worker process died twice ({how})", time.perf_counter() - worker.since)

    def stop_late(self, most_seconds: float | None) -> list[Finished]:
        """End the workers whose task takes too long; their tasks have failed."""
        if most_seconds is None:
            return []
        now, stopped = time.perf_counter(), []
        for worker in list(self.workers):
            if worker.task is None or now - worker.since <= most_seconds:
                continue
            assert worker.task is not None
            self.workers.remove(worker)
            worker.process.kill()
            _stop(worker)
            stopped.append(Finished(worker.task, None, f"stopped: it took longer than {most_seconds:g} s", now - worker.since))
        return stopped

    def dismiss(self) -> None:
        """End all workers, whatever they are doing."""
        for worker in self.workers:
            worker.process.terminate()
        for worker in self.workers:
            _stop(worker)
        self.workers.clear()


def ending(code: int | None) -> str:
    """Say how a process ended."""
    if code is not None and code < 0:
        name = signal.Signals(-code).name
        return f"ended by {name}{'; often because memory ran out' if name == 'SIGKILL' else ''}"
    return f"exit code {code}"


def _with_news(workers: Sequence[_Worker]) -> list[_Worker]:
    by_handle: dict[Any, _Worker] = {}
    for worker in workers:
        by_handle[worker.pipe] = worker
        by_handle[worker.process.sentinel] = worker
    speaking = {id(by_handle[handle]) for handle in connection.wait(list(by_handle), HEARTBEAT_SECONDS)}
    return [worker for worker in workers if id(worker) in speaking]


def _receive(worker: _Worker) -> Any:
    """Return what a worker says, or None when it is dead and has said all."""
    try:
        return worker.pipe.recv() if worker.pipe.poll() else None
    except (EOFError, OSError):
        return None


def _stop(worker: _Worker) -> int | None:
    worker.process.join(2.0)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()
    code = worker.process.exitcode
    worker.pipe.close()
    worker.process.close()
    return code
