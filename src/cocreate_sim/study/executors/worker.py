"""One worker process: started with one thread and without the caller's script, it does tasks until its pipe closes."""

from __future__ import annotations

import os
import signal
import sys
import threading
import types
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import connection, get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

from .interface import ONE_THREAD, Finished, Work, attempt, describe


def start(work: Work, shared: Any) -> tuple[SpawnProcess, Connection]:
    """Start a worker; it says "ready", then answers each ``(number, task)`` with what became of it."""
    context = get_context("spawn")  # explicit: importing Mesa changes the default of the whole process
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, work, shared), daemon=True)
    with one_thread(), without_script(), without_ctrl_c():
        process.start()
    theirs.close()
    return process, ours


def _serve(pipe: Connection, work: Work, shared: Any) -> None:
    """Answer tasks until the pipe closes; this is the life of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, OSError):  # no more is wanted, or the parent is gone
        pipe.send("ready")
        while True:
            number, task = pipe.recv()
            done = attempt(work, shared, number, task)
            try:
                pipe.send(done)
            except OSError:
                raise
            except Exception as error:  # noqa: BLE001 - a value that cannot be sent
                pipe.send(Finished(number, None, describe(error), done.seconds))


def _end_with_parent() -> None:
    """Leave when the parent has been killed: nobody would take the result."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


@contextmanager
def one_thread() -> Iterator[None]:
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
def without_script() -> Iterator[None]:
    """Keep a new process from running the caller's script again: a worker needs nothing of it."""
    script = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


@contextmanager
def without_ctrl_c() -> Iterator[None]:
    """Hold Ctrl-C back while a process or thread starts; what is started inherits that and is left alone."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # starting it later would let Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
