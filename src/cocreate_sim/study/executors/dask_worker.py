"""What happens on a worker of a Dask cluster: it gets the study once, then chunks of tasks, and answers in plain bytes."""

from __future__ import annotations

import os
import pickle
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

from distributed import Worker, WorkerPlugin, get_worker

from ...errors import CoCreateError
from ..keys import code_hash
from .interface import ONE_THREAD, Finished, Work, attempt, describe


class Study(WorkerPlugin):  # type: ignore[misc]  # Dask is an extra: here it has no types
    """What every task of a study needs. Dask hands it to each worker once, and to workers that come later.

    Parameters
    ----------
    name
        Its name among all studies that the cluster works on.
    work, shared
        As in :class:`~cocreate_sim.study.executors.interface.Executor`.
    """

    def __init__(self, name: str, work: Work, shared: Any) -> None:
        self.name = name
        self.code = code_hash()
        self.packed = pickle.dumps((work, shared))

    def setup(self, worker: Worker) -> None:
        """Limit the threads of libraries, then import what the work needs: a limit of time is for runs, not for imports."""
        os.environ.update(ONE_THREAD)
        with suppress(Exception):  # told with the first chunk
            _ = self.unpacked

    @cached_property
    def unpacked(self) -> tuple[Work, Any]:
        """The work and what it shares."""
        if code_hash() != self.code:
            raise CoCreateError(
                f"it has other rules of the model or other numeric packages (code {code_hash()}, here {self.code}): "
                "install there what is installed here"
            )
        work, shared = pickle.loads(self.packed)
        return work, shared


def do_chunk(study: str, chunk: Sequence[tuple[int, Any]]) -> list[bytes]:
    """Do some tasks one after the other; each answer is a pickled :class:`Finished`."""
    plugin = get_worker().plugins[study]
    assert isinstance(plugin, Study)
    work, shared = plugin.unpacked
    return [_packed(attempt(work, shared, number, task)) for number, task in chunk]


def _packed(done: Finished) -> bytes:
    try:
        return pickle.dumps(done)
    except Exception as error:  # noqa: BLE001 - a value that cannot be sent
        return pickle.dumps(Finished(done.task, None, describe(error), done.seconds))
