"""Runs as jobs of Slurm: each job is one or several workers of a Dask cluster whose scheduler is in this process."""

from __future__ import annotations

import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from shutil import which
from typing import TYPE_CHECKING, Any

from ...errors import CoCreateError, ConfigError
from .dask import END_SECONDS, attached, need, scheduler_options
from .interface import ONE_THREAD, Results, Work, describe
from .worker import without_ctrl_c

if TYPE_CHECKING:
    from distributed import Client

LOOK_SECONDS = 10.0
GONE_SECONDS = 60.0
"""How long there may be neither a worker nor a job; Dask takes some 15 seconds to replace a job that was lost."""
ASK_SECONDS = 60.0


class Slurm:
    """Does tasks on workers that Slurm starts as jobs; a job that is cancelled or comes to its time limit is replaced.

    Parameters
    ----------
    workers
        Runs at the same time.
    partition, account, memory, walltime
        Of each job, as ``sbatch`` takes them; ``memory`` is that of one worker. Empty ones are left to the cluster.
    workers_per_job
        For clusters that prefer few large jobs.
    interface
        Network interface by which jobs reach this process.
    logs
        Folder for what jobs say.

    Notes
    -----
    What a cluster needs besides (``module load``, a constraint) stands in Dask's own ``jobqueue.yaml``.
    """

    def __init__(
        self,
        workers: int,
        partition: str = "",
        account: str = "",
        memory: str = "2GB",
        walltime: str = "01:00:00",
        workers_per_job: int = 1,
        interface: str = "",
        logs: str = "slurm-logs",
    ) -> None:
        self.workers, self.workers_per_job = workers, workers_per_job
        self.partition, self.account, self.memory, self.walltime = partition, account, memory, walltime
        self.interface, self.logs = interface, logs

    @property
    def settings(self) -> dict[str, Any]:
        """The settings it was made from."""
        return {"kind": "slurm", **vars(self)}

    def check(self, most_seconds: float | None = None) -> None:
        """Refuse a missing package, a machine without Slurm, an unknown interface, and jobs that Slurm would not take."""
        need("dask_jobqueue", "slurm")
        for command in ("sbatch", "squeue", "scancel"):
            if which(command) is None:
                raise ConfigError(
                    f"executor = slurm: the command {command} is not found; start the study on a machine from which jobs are sent"
                )
        self._host()
        asked = {"partition": self.partition, "account": self.account, "time": self.walltime, "mem": f"{self._megabytes()}M"}
        words = [f"--{name}={value}" for name, value in asked.items() if value]
        try:
            _ask("sbatch", "--test-only", f"--cpus-per-task={self.workers_per_job}", *words, "--wrap=true")
        except CoCreateError as error:
            raise ConfigError(f"executor = slurm: Slurm would not take such jobs: {error}") from None

    def here(self, most_seconds: float | None = None) -> bool:
        """Say whether tasks are done in this very process."""
        return False

    def run(self, work: Work, shared: Any, tasks: Sequence[Any], most_seconds: float | None = None) -> Results:
        """Do every task; see :class:`~cocreate_sim.study.executors.interface.Executor`."""
        need("dask_jobqueue", "slurm")
        if not tasks:
            return
        from .feeding import feed

        name = f"cocreate-{uuid.uuid4().hex[:12]}"
        with self._cluster(name, min(self.workers, len(tasks))) as client:
            yield from feed(client, work, shared, tasks, most_seconds, self._watch(name))

    @contextmanager
    def _cluster(self, name: str, workers: int) -> Iterator[Client]:
        """Start a scheduler in this process, ask Slurm for workers, and cancel their jobs in the end."""
        import dask
        from dask_jobqueue import SLURMCluster

        given = {"queue": self.partition, "account": self.account, "interface": self.interface}
        limits = [f"export {limit}={threads}" for limit, threads in ONE_THREAD.items()]
        jobs = -(-workers // self.workers_per_job)
        with without_ctrl_c():
            cluster = SLURMCluster(
                cores=self.workers_per_job, processes=self.workers_per_job, memory=f"{self._megabytes()}MiB", job_name=name,
                walltime=self.walltime, log_directory=self.logs, silence_logs="critical",
                job_script_prologue=[*dask.config.get("jobqueue.slurm.job-script-prologue"), *limits],
                scheduler_options={**dask.config.get("jobqueue.slurm.scheduler-options"), **scheduler_options(self._host())},
                **{key: value for key, value in given.items() if value},
            )  # fmt: skip
        try:
            cluster.adapt(minimum_jobs=jobs, maximum_jobs=jobs)  # unlike scale(), it replaces jobs that are lost
            with attached(cluster) as client:
                yield client
        finally:
            with suppress(TimeoutError):
                cluster.close(timeout=END_SECONDS)
            with suppress(CoCreateError):
                _ask("scancel", f"--name={name}")

    def _watch(self, name: str) -> Callable[[int], None]:
        """Give up when neither workers nor jobs are left; jobs that wait their turn are waited for."""
        alive = looked = time.monotonic()

        def watch(workers: int) -> None:
            nonlocal alive, looked
            now = time.monotonic()
            if workers:
                alive = now
            elif now - looked > LOOK_SECONDS:
                looked = now
                if _ask("squeue", "--noheader", f"--name={name}"):
                    alive = now
                elif now - alive > GONE_SECONDS:
                    raise CoCreateError(f"the jobs ended, or Slurm took none, and no worker came: see {self.logs}/")

        return watch

    def _megabytes(self) -> int:
        from dask.utils import parse_bytes

        return max(1, round(int(parse_bytes(self.memory)) * self.workers_per_job / 2**20))

    def _host(self) -> str:
        """Return the address by which jobs reach this process."""
        from distributed.utils import get_ip, get_ip_interface

        try:
            return str(get_ip_interface(self.interface) if self.interface else get_ip())
        except ValueError as error:
            raise ConfigError(f"executor.interface = {self.interface!r} is not known here: {error}") from None


def _ask(*words: str) -> str:
    """Return what a command of Slurm answers."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=ASK_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CoCreateError(describe(error)) from None
    if done.returncode:
        raise CoCreateError(" ".join(done.stderr.split()) or f"{words[0]} ended with code {done.returncode}")
    return done.stdout.strip()
