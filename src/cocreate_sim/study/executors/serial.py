"""One task after the other in this process: for debuggers, and where no other process may be started."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...errors import ConfigError
from .interface import Results, Work, attempt


class Serial:
    """Does every task in this process."""

    workers = 1

    @property
    def settings(self) -> dict[str, Any]:
        """The settings it was made from."""
        return {"kind": "serial"}

    def check(self, most_seconds: float | None = None) -> None:
        """Refuse to stop a task that takes too long: nobody is there to do it."""
        if most_seconds is not None:
            raise ConfigError("executor = serial cannot stop a run that takes too long; use executor=processes (command line)")

    def here(self, most_seconds: float | None = None) -> bool:
        """Say whether tasks are done in this very process."""
        return True

    def run(self, work: Work, shared: Any, tasks: Sequence[Any], most_seconds: float | None = None) -> Results:
        """Do every task; see :class:`~cocreate_sim.study.executors.interface.Executor`."""
        self.check(most_seconds)
        for number, task in enumerate(tasks):
            yield attempt(work, shared, number, task)
