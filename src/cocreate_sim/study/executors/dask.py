"""Runs on a Dask cluster: one that is started here, on loopback, or one that runs already; workers may come and go."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from ...errors import CoCreateError, ConfigError
from ..keys import code_hash
from .interface import ONE_THREAD, Results, Work, describe
from .worker import without_ctrl_c, without_script

if TYPE_CHECKING:
    from distributed import Client

CONNECT_SECONDS = 10.0
START_SECONDS = END_SECONDS = 60.0
"""For a cluster of our own: it comes up in a second or two, but not on a machine that is very busy."""
WORKER_SECONDS = 10.0
"""How long a scheduler may be without a worker before a study starts."""
PATIENCE_SECONDS = 120.0
"""The same, while a study runs."""


class Dask:
    """Does tasks on the workers of a Dask cluster.

    Parameters
    ----------
    workers
        Of a cluster that is started here for the time of a study: how many; 0 means one per processor.
    address
        Of a scheduler that runs already, with workers of one thread each; empty starts a cluster.
    """

    def __init__(self, workers: int = 0, address: str = "") -> None:
        self.asked, self.address = workers, address
        self.workers = workers or os.cpu_count() or 1

    @property
    def settings(self) -> dict[str, Any]:
        """The settings it was made from."""
        return {"kind": "dask", "workers": self.asked, "address": self.address}

    def check(self, most_seconds: float | None = None) -> None:
        """Refuse a missing package, an address where nobody answers, and workers that cannot do runs."""
        need("distributed", "dask")
        if not self.address:
            return
        with connected(self.address) as client:
            self.workers = _check_workers(client, self.address, most_seconds)

    def here(self, most_seconds: float | None = None) -> bool:
        """Say whether tasks are done in this very process."""
        return False

    def run(self, work: Work, shared: Any, tasks: Sequence[Any], most_seconds: float | None = None) -> Results:
        """Do every task; see :class:`~cocreate_sim.study.executors.interface.Executor`."""
        need("distributed", "dask")
        if not tasks:
            return
        from .feeding import feed

        with connected(self.address) if self.address else _local(min(self.workers, len(tasks))) as client:
            yield from feed(client, work, shared, tasks, most_seconds, _patient())


def need(package: str, extra: str) -> None:
    """Refuse to go on without a package that only an extra brings."""
    from importlib.util import find_spec

    if find_spec(package) is None:
        raise ConfigError(
            f"executor = {extra} needs the package {package!r}, which is not installed: pip install 'cocreate-sim[{extra}]'"
        )


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """Connect to a scheduler that runs already, or refuse its address within seconds."""
    from distributed import Client

    try:
        with quiet():
            client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise ConfigError(
            f"executor.address = {address}: no Dask scheduler answers there ({describe(error)}); start one with "
            "`dask scheduler`, or leave executor.address out for a cluster on this machine"
        ) from None
    try:
        yield client
    finally:
        with suppress(TimeoutError):
            client.close(timeout=CONNECT_SECONDS)


def _check_workers(client: Client, address: str, most_seconds: float | None) -> int:
    """Return how many workers a scheduler has; refuse workers that cannot do runs, and a scheduler without any."""
    end = time.monotonic() + WORKER_SECONDS
    while not (threads := client.nthreads()):
        if time.monotonic() > end:
            raise ConfigError(
                f"executor.address = {address}: the scheduler has no workers; start some with "
                f"`dask worker {address} --nthreads 1 --nworkers N`"
            )
        time.sleep(0.2)
    for worker, count in threads.items():
        if count != 1:
            raise ConfigError(f"the Dask worker at {worker} has {count} threads; start workers with --nthreads 1 --nworkers N")
    try:
        codes = client.run(code_hash)
    except Exception as error:  # noqa: BLE001 - whatever is missing there
        raise ConfigError(f"a worker of {address} cannot use cocreate-sim ({describe(error)}); install it there") from None
    for worker, code in codes.items():
        if code != code_hash():
            raise ConfigError(
                f"the Dask worker at {worker} has other rules of the model or other numeric packages (code {code}, here "
                f"{code_hash()}); install there what is installed here"
            )
    if most_seconds is not None:
        for worker, told in client.scheduler_info(n_workers=-1)["workers"].items():
            if not told.get("nanny"):
                raise ConfigError(f"the Dask worker at {worker} has no nanny, which alone can stop a run; start it with --nanny")
    return len(threads)


@contextmanager
def _local(workers: int) -> Iterator[Client]:
    """Start a scheduler in this process and workers beside it, all on loopback, and end them."""
    import dask
    from distributed import LocalCluster

    where = "distributed.nanny.pre-spawn-environ"
    settings = {where: {**dask.config.get(where), **ONE_THREAD}, "distributed.deploy.lost-worker-timeout": "1 hour"}
    # Nannies start workers at any time: all that while they must find no script to run again, and no Ctrl-C to die of. The
    # cluster must not take a worker away from its nanny: where a machine is busy, a new one takes longer than it would wait.
    with dask.config.set(settings), without_script():
        try:
            with without_ctrl_c():
                cluster = LocalCluster(
                    n_workers=workers, threads_per_worker=1, host="127.0.0.1", memory_limit=0, silence_logs=logging.CRITICAL,
                    worker_dashboard_address=None, dashboard_address=None, scheduler_kwargs=scheduler_options("127.0.0.1"),
                )  # fmt: skip
        except (OSError, RuntimeError, TimeoutError) as error:
            raise CoCreateError(f"a Dask cluster cannot start here ({describe(error)}); use executor=processes") from None
        try:
            with attached(cluster) as client:
                yield client
        finally:
            _end(cluster)


@contextmanager
def attached(cluster: Any) -> Iterator[Client]:
    """Connect to a cluster whose scheduler is in this process."""
    from distributed import Client

    client = Client(cluster, timeout=START_SECONDS, set_as_default=False)
    try:
        yield client
    finally:
        with suppress(TimeoutError):
            client.close(timeout=CONNECT_SECONDS)


def _end(cluster: Any) -> None:
    """End a cluster of this machine; workers that do not end by themselves, for they are busy, are killed."""
    pids = [nanny.pid for nanny in cluster.workers.values() if nanny.pid]
    try:
        cluster.close(timeout=END_SECONDS)
    except TimeoutError:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def scheduler_options(host: str) -> dict[str, Any]:
    """Return how a scheduler in this process is started: lost workers are counted by us, and no page of statistics is offered."""
    return {"allowed_failures": 0, "dashboard": False, "dashboard_address": f"{host}:0"}


def _patient() -> Callable[[int], None]:
    """Give up when there has been no worker for a long time."""
    last = time.monotonic()

    def watch(workers: int) -> None:
        nonlocal last
        if workers:
            last = time.monotonic()
        elif time.monotonic() - last > PATIENCE_SECONDS:
            raise CoCreateError(f"the Dask cluster has had no worker for {PATIENCE_SECONDS:g} s")

    return watch


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Dask from logging what is told as an error anyway."""
    logger = logging.getLogger("distributed")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
