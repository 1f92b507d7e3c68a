"""Studies that die on purpose: at a chosen write, or by a kill from outside; what is left on disk must be enough to go on."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.study import fakes

from cocreate_sim import disk
from cocreate_sim.errors import CoCreateError
from cocreate_sim.study import pieces, runner
from cocreate_sim.study.executors import Processes
from cocreate_sim.study.going import NO_LIMITS, Limits, Way

KILLED = 9
POSTS, REPLICATES = (40, 72), 3


def study(out: Path, limits: Limits = NO_LIMITS) -> Path:
    """Six made-up runs, each of which reaches the disk by itself."""
    arms, configs = fakes.arms_of(*POSTS)
    pieces.FLUSH_SECONDS = 0.0
    about = {"kind": "sweep", "headline": ["backlog"]}
    way = Way(ready=bool, limits=limits, simulate=fakes.simulate)
    return runner.run_study(arms, REPLICATES, 1, out, Processes(1), way, configs=configs, about=about)


def go_on(out: Path, **given: Any) -> tuple[Path, list[str]]:
    """The same study, from where it stopped."""
    pieces.FLUSH_SECONDS = 0.0
    return runner.resume(out, Processes(1), Way(simulate=fakes.simulate, ready=bool), **given)


def full_from(step: int, out: Path, work: str) -> bool:
    """Start the study or go on with it on a disk that is full from its n-th write on; say whether that was noticed."""
    left = [step]
    put = disk._put

    def full(stream: Any, data: bytes) -> None:
        left[0] -= 1
        if left[0] <= 0:
            stream.write(data[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        put(stream, data)

    disk._put = full
    try:
        study(out) if work == "begin" else go_on(out)
    except CoCreateError as error:
        if "No space left on device" not in str(error):
            raise
        return True
    finally:
        disk._put = put
    return False


def die_at(step: int, out: Path, work: str) -> None:
    """Start the study or go on with it, and vanish without a word just before its n-th touch of the disk (or within it)."""
    left = [step]

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def act(*given: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                os._exit(KILLED)
            return real(*given, **named)

        return act

    def half(stream: Any, data: bytes) -> None:
        left[0] -= 1
        if left[0] == 0:
            stream.write(data[: len(data) // 2])
            stream.flush()
            os._exit(KILLED)
        stream.write(data)

    os.fsync = counted(os.fsync)  # type: ignore[assignment]
    Path.replace = counted(Path.replace)  # type: ignore[method-assign]
    Path.unlink = counted(Path.unlink)  # type: ignore[method-assign]
    shutil.rmtree = counted(shutil.rmtree)  # type: ignore[assignment]
    disk._put = half
    study(out) if work == "begin" else go_on(out)
    os._exit(0)
