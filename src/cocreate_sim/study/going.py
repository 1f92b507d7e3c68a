"""A study that is going on: runs are handed out, reach the disk as they finish, and the study is closed however it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ..analysis.parts import FOLDER
from ..errors import CoCreateError, OutputError
from ..warming import get_ready
from . import cache
from .compaction import compact
from .ctrl_c import CtrlC
from .executors import Executor, Finished
from .keys import run_key
from .lock import release
from .manifest import now
from .output import write_json
from .pieces import Parts, remove_parts, write_piece
from .simulate import SAVE_SECONDS, Curves, Saving, Simulate, Weeks, simulate
from .tables import RunId, failed_run, finished_run

Progress = Callable[[int, int, int], None]
"""``progress(done, total, failed)``: finished runs, runs in all, and how many of the finished ones failed."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a study stops by itself, and what it does with a run that fails; nothing is lost when it stops."""

    time_budget: float | None = None
    """Seconds after which no new run is awaited."""
    run_seconds: float | None = None
    """Seconds after which a run is stopped and counts as failed (needs worker processes)."""
    fail_fast: bool = False
    """Stop at the first run that fails."""
    save_seconds: float = SAVE_SECONDS
    """A run that takes longer saves its state about so often, and goes on from there after a kill."""


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Way:
    """What happens beside the runs of a study; none of it changes a result."""

    progress: Progress | None = None
    ready: Callable[[], None] = get_ready
    """Called once before the first run, when everything has been checked: compiles what is not compiled yet."""
    limits: Limits = NO_LIMITS
    simulate: Simulate | None = None
    """Computes one run, in place of the model; importable by name unless runs are done in this process."""
    weeks: Weeks | None = None
    """Called after each week of a study of one run."""
    seconds: dict[str, float] | None = None
    """Filled with the seconds of each mechanism, in a study of one run."""
    curves: Curves | None = None
    """Called after each week with the weekly outcomes so far, in a study of one run."""

    def work(self, folder: Path, executor: Executor, ctrl_c: CtrlC) -> Simulate:
        """Return what does one run; in this process it looks for Ctrl-C after every week."""
        if self.simulate is not None:
            return self.simulate
        saving = Saving(str(folder.resolve()), self.limits.save_seconds)
        if not executor.here(self.limits.run_seconds):
            return partial(simulate, saving=saving)

        def week(done: int, total: int) -> None:
            ctrl_c.check()
            if self.weeks is not None:
                self.weeks(done, total)

        return partial(simulate, saving=saving, weeks=week, seconds=self.seconds, curves=self.curves)


PLAIN = Way()
"""Nothing besides."""


def go_on(
    folder: Path,
    manifest: dict[str, Any],
    configs: Sequence[Mapping[str, Any]],
    done: set[tuple[str, int]],
    executor: Executor,
    way: Way,
) -> Path:
    """Do the runs that are not done, replicate by replicate, and close the study."""
    going = _Going(folder, manifest, configs, executor, way)
    try:
        done = done | going.take_from_cache(done)
        tasks = [task for task in going.every if going.place(task) not in done]
        going.do(tasks)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(going.cut_short()) from None
    except TimeoutError:
        raise CoCreateError(f"the time budget is used up: {going.cut_short()}") from None
    except CoCreateError as error:
        raise CoCreateError(f"{error}; {going.cut_short()}") from None
    except BaseException:
        going.cut_short()
        raise
    going.close("complete")
    return folder


class _Going:
    """What a study needs while it goes on."""

    def __init__(
        self, folder: Path, manifest: dict[str, Any], configs: Sequence[Mapping[str, Any]], executor: Executor, way: Way
    ) -> None:
        self.folder, self.manifest, self.configs, self.executor, self.way = folder, manifest, configs, executor, way
        self.arms = [arm["name"] for arm in manifest["arms"]]
        self.settings = [arm["settings"] for arm in manifest["arms"]]
        self.every = [(arm, seed) for seed in manifest["seeds"] for arm in range(len(self.arms))]
        self.parts = Parts(folder)
        self.cache = Path(manifest["cache"]) if manifest.get("cache") else None

    def place(self, task: tuple[int, int]) -> tuple[str, int]:
        """Return the arm and the replicate of a run."""
        arm, seed = task
        return self.arms[arm], seed - int(self.manifest["base_seed"])

    def run_of(self, task: tuple[int, int]) -> RunId:
        """Return which run of the study it is."""
        return RunId(*self.place(task), task[1], run_key(self.settings[task[0]], task[1]))

    def take_from_cache(self, done: set[tuple[str, int]]) -> set[tuple[str, int]]:
        """Take over the runs that another study has done, and return them."""
        if self.cache is None:
            return set()
        cache.check(self.cache)
        wanted: dict[str, list[RunId]] = {}
        for task in self.every:
            if self.place(task) not in done:
                run = self.run_of(task)
                wanted.setdefault(run.key, []).append(run)
        taken: set[tuple[str, int]] = set()
        for tables in cache.fetch(self.cache, wanted):
            self.parts.pieces.append(write_piece(self.folder, self.parts.number, tables))
            taken |= set(zip(tables["runs"]["arm"], tables["runs"]["replicate"].astype(int), strict=True))
        self.manifest["runs"]["reused"] = int(self.manifest["runs"].get("reused", 0)) + len(taken)
        return taken

    def do(self, tasks: Sequence[tuple[int, int]]) -> None:
        """Do runs until none is left or a limit is reached."""
        limits, progress, asked = self.way.limits, self.way.progress, len(self.every)
        stop_at = None if limits.time_budget is None else time.monotonic() + limits.time_budget
        count, failed = asked - len(tasks), 0
        unwritten: list[tuple[int, int]] = []
        with CtrlC() as ctrl_c:
            work = self.way.work(self.folder / FOLDER, self.executor, ctrl_c)
            results = self.executor.run(work, list(self.configs), tasks, limits.run_seconds)
            with closing(results) as finished:
                for news in finished:
                    if news is not None:
                        task = tasks[news.task]
                        self.parts.add(self._rows(news, task))
                        unwritten.append(task)
                        count, failed = count + 1, failed + bool(news.error)
                        if progress is not None:
                            progress(count, asked, failed)
                        if news.error and limits.fail_fast:
                            arm, replicate = self.place(task)
                            raise CoCreateError(f"run {replicate} of {arm} failed: {news.error}")
                    if self.parts.flush():
                        self._forget_states(unwritten)
                    ctrl_c.check()
                    if stop_at is not None and time.monotonic() >= stop_at and count < asked:
                        raise TimeoutError

    def _forget_states(self, tasks: list[tuple[int, int]]) -> None:
        """Remove the states of runs that are on disk."""
        for arm, seed in tasks:
            Saving(str(self.folder / FOLDER)).path(arm, seed).unlink(missing_ok=True)
        tasks.clear()

    def _rows(self, news: Finished, task: tuple[int, int]) -> Any:
        run = self.run_of(task)
        if news.error:
            return failed_run(run, news.seconds, news.error)
        return finished_run(run, news.seconds, news.value, int(self.configs[task[0]]["run"]["burn_in_weeks"]))

    def close(self, status: str) -> int:
        """Turn pieces into tables, write how the study ended, and return the number of finished runs; the lock is given back."""
        try:
            self.parts.flush(at_once=True)
            states = list((self.folder / FOLDER).glob("state-*"))
            if not self.parts.pieces and not states:  # nothing finished: leave the folder as it was
                remove_parts(self.folder)
                (self.folder / "manifest.json").unlink(missing_ok=True)
                return 0
            self.manifest |= {"status": status, "ended": now()}
            ok = self._compact() if self.parts.pieces else 0
            write_json(self.folder / "manifest.json", self.manifest)
            if status == "complete" or not states:
                remove_parts(self.folder)
            return ok
        finally:
            release(self.folder)

    def _compact(self) -> int:
        """Turn pieces into tables, share the runs, and return how many succeeded."""
        runs, files = compact(self.folder, self.manifest)
        ok = int((runs["status"] == "ok").sum())
        self.manifest |= {"runs": {**self.manifest["runs"], "ok": ok, "failed": len(runs) - ok}, "files": files}
        if self.cache is not None:
            cache.keep(self.cache, self.folder, runs, {outcome["name"] for outcome in self.manifest["outcomes"]})
        return ok

    def cut_short(self) -> str:
        """Keep what is complete, and say how much that is."""
        asked = len(self.every)
        try:
            ok = self.close("interrupted")
        except OutputError:  # the disk is full, or the folder is gone: what there is must do
            return f"what had reached the disk is kept: `cocreate resume {self.folder}` goes on"
        if ok == 0 and not (self.folder / "manifest.json").is_file():
            return f"stopped before any of {asked} runs was complete; nothing was kept"
        kept = f"{ok} of {asked} runs are complete and can be read in {self.folder}"
        return f"stopped: {kept}; `cocreate resume {self.folder}` goes on"
