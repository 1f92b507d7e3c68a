"""One worker process: started with one thread and without the caller's script, it does tasks until its pipe closes."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection, get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import PurePath
from typing import Any

from ..errors import CoCreateError

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


def attempt(work: Work, shared: Any, number: int, task: Any) -> Finished:
    """Do one task and turn any error into text."""
    start = time.perf_counter()
    try:
        value, error = work(shared, task), ""
    except KeyboardInterrupt:
        raise
    except BaseException as caught:  # noqa: BLE001 - SystemExit and MemoryError too: one bad run must not stop the rest
        value, error = None, describe(caught)
    return Finished(number, value, error, time.perf_counter() - start)


def describe(error: BaseException) -> str:
    """Return an error as one line: its kind, its words, and the file and line that raised it."""
    said = " ".join("".join(traceback.format_exception_only(type(error), error)).split())
    frames = traceback.extract_tb(error.__traceback__)
    if isinstance(error, CoCreateError):
        return f"{type(error).__name__}: {error}"
    if not frames:
        return said
    return f"{said} (in {frames[-1].name}, {PurePath(frames[-1].filename).name}:{frames[-1].lineno})"


def start(work: Work, shared: Any) -> tuple[SpawnProcess, Connection]:
    """Start a worker; it says "ready", then answers each ``(number, task)`` with what became of it."""
    context = get_context("spawn")  # explicit: importing Mesa changes the default of the whole process
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, work, shared), daemon=True)
    with _one_thread(), _without_script(), _without_ctrl_c():
        process.start()
    theirs.close()
    return process, ours


def _serve(pipe: Connection, work: Work, shared: Any) -> None:
    """Answer tasks until the pipe closes; this is the life of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    threading.Thread(target=_end_with_parent, daemon=True).start()
    pipe.send("ready")
    while True:
        try:
            number, task = pipe.recv()
        except EOFError:
            return
        done = attempt(work, shared, number, task)
        try:
            pipe.send(done)
        except OSError:
            return  # the parent is gone
        except Exception as error:  # noqa: BLE001 - a value that cannot be sent
            pipe.send(Finished(number, None, describe(error), done.seconds))


def _end_with_parent() -> None:
    """Leave when the parent has been killed: nobody would take the result."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let a new process find the thread limits before it imports anything."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _without_script() -> Iterator[None]:
    """Keep a new process from running the caller's script again: a worker needs nothing of it."""
    script = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """Hold Ctrl-C back while a process starts; the new process inherits that and is left alone."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
