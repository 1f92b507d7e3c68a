"""What every executor is: it does tasks somewhere, and tells what became of each in the order of finishing."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Protocol

from ...errors import CoCreateError
from .memory import give_back

ONE_THREAD = dict.fromkeys(
    ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""One run per core: libraries inside a worker must not start threads of their own."""

Work = Callable[[Any, Any], Any]
"""``work(shared, task)``: a function at the top of a module, so that workers can import it."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of one task: its value, or the text of its error."""

    task: int
    value: Any
    error: str
    seconds: float


Results = Generator[Finished | None, None, None]
"""What became of each task, in the order of finishing; None at least once a second, so that the caller can look up."""


class Executor(Protocol):
    """Where the runs of a study are computed. It is chosen by words (``executor=dask``) and changes no result."""

    @property
    def workers(self) -> int:
        """How many tasks go on at the same time."""

    @property
    def settings(self) -> dict[str, Any]:
        """The settings it was made from, as they stand in a manifest."""

    def check(self, most_seconds: float | None = None) -> None:
        """Refuse what cannot work (a missing package, an address where nobody answers) before anything is written.

        Raises
        ------
        ConfigError
            With what is missing and what to do about it.
        """

    def here(self, most_seconds: float | None = None) -> bool:
        """Say whether tasks are done in this very process."""

    def run(self, work: Work, shared: Any, tasks: Sequence[Any], most_seconds: float | None = None) -> Results:
        """Do every task and yield what became of it, in the order of finishing; None at least once a second.

        Parameters
        ----------
        work
            Called as ``work(shared, task)``.
        shared
            Plain data that every task needs; sent to each worker once.
        tasks
            Plain data, started in this order.
        most_seconds
            A task that takes longer is stopped and has failed.

        Notes
        -----
        An error inside ``work`` is the task's result. A worker that dies (killed, out of memory) is replaced and
        its task is started once more; a task that loses its worker twice has failed. Closing the iterator stops the workers.
        """


def attempt(work: Work, shared: Any, number: int, task: Any) -> Finished:
    """Do one task and turn any error into text."""
    start = time.perf_counter()
    try:
        value, error = work(shared, task), ""
    except KeyboardInterrupt:
        raise
    except BaseException as caught:  # noqa: BLE001 - SystemExit and MemoryError too: one bad run must not stop the rest
        value, error = None, describe(caught)
    seconds = time.perf_counter() - start
    give_back()
    return Finished(number, value, error, seconds)


def describe(error: BaseException) -> str:
    """Return an error as one line: its kind, its words, and the file and line that raised it."""
    said = " ".join("".join(traceback.format_exception_only(type(error), error)).split())
    frames = traceback.extract_tb(error.__traceback__)
    if isinstance(error, CoCreateError):
        return f"{type(error).__name__}: {error}"
    if not frames:
        return said
    return f"{said} (in {frames[-1].name}, {PurePath(frames[-1].filename).name}:{frames[-1].lineno})"
