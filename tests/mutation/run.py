"""Mutation check: change one place of the program at a time, and see whether a test fails.

``python tests/mutation/run.py --count 400 --seed 1`` goes on where a stopped run left off; ``make mutants`` builds the environment.
"""

from __future__ import annotations

import argparse
import compileall
import contextlib
import hashlib
import json
import math
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ |= {"NUMBA_DISABLE_JIT": "1", "MPLBACKEND": "Agg", "HYPOTHESIS_PROFILE": "ci"} | dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)

from tests.mutation import report, stages, trial  # noqa: E402
from tests.mutation.operators import Mutant, mutants  # noqa: E402
from tests.mutation.sampling import sample  # noqa: E402

COPIED = ("src", "tests", "configs", "pyproject.toml")
PATIENCE = 10.0
"""A test that takes more seconds of processor time without compilation is left out: no mutant could afford it."""
SLACK_SECONDS, SLACK_TIMES = 20.0, 3.0
"""A mutant may take three times as long as the unchanged program, and twenty seconds."""


def digest(paths: Sequence[Path]) -> str:
    """A short hash of files and their names."""
    made = hashlib.sha256()
    for path in sorted(paths):
        made.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return made.hexdigest()[:12]


def tests_digest() -> str:
    """A short hash of everything that the tests read, besides the program."""
    return digest([p for p in (ROOT / "tests").rglob("*.py") if p.parent.name != "mutation"])


class Notes:
    """The results so far, one line of JSON each: what a stopped run has found is not lost."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[str, dict[str, Any]] = {}
        if path.exists():
            for line in path.read_text("utf-8").splitlines():
                if line.endswith("}"):  # the last one may be cut off
                    note = json.loads(line)
                    self.lines[note["name"]] = note

    def add(self, note: dict[str, Any]) -> None:
        """Keep one result."""
        self.lines[note["name"]] = note
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(note) + "\n")

    def holds(self, mutant: Mutant, source: str, tests: str) -> bool:
        """Whether a mutant of these sources is decided: killed once, or survivor of these very tests."""
        note = self.lines.get(mutant.name)
        return note is not None and note["source"] == source and (note["outcome"] != "survived" or note["tests"] == tests)


@dataclass
class Slot:
    """One source tree, in which one mutant at a time is tried."""

    tree: Path
    mutant: Mutant | None = None
    paths: Sequence[str] = ()
    stage: int = 0
    child: int = 0
    limit: float = 0.0
    since: float = 0.0
    spent: float = 0.0
    changed: tuple[str, str] = ("", "")

    @property
    def answer(self) -> Path:
        """Where the child writes what it found."""
        return self.tree / "answer.json"

    def begin(self, paths: Sequence[str], limit: float, plan: trial.Plan) -> None:
        """Start the tests."""
        self.answer.unlink(missing_ok=True)
        self.paths, self.limit, self.since = paths, limit, time.monotonic()
        self.child = trial.start(self.tree, paths, limit, plan, self.answer)

    def ended(self) -> tuple[trial.Verdict, dict[str, Any]] | None:
        """What became of it, or None while it runs; a child that does not move at all is stopped."""
        pid, status = os.waitpid(self.child, os.WNOHANG)
        if pid == 0:
            if time.monotonic() - self.since > 10 * self.limit + 120:
                os.killpg(self.child, signal.SIGKILL)
            return None
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == trial.BROKEN:
            sys.exit((self.tree / "error.txt").read_text("utf-8"))
        if not self.answer.exists():
            too_long = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)
            return trial.Verdict("timeout" if too_long else "killed", f"ended with status {status}", self.limit), {}
        found = json.loads(self.answer.read_text("utf-8"))
        return trial.Verdict("killed" if found["first"] else "survived", found["first"], found["seconds"]), found


@dataclass
class Check:
    """A run of the mutation check."""

    folder: Path
    jobs: int
    seconds: dict[str, float] = field(default_factory=dict)
    slots: list[Slot] = field(default_factory=list)

    def lay_trees(self) -> None:
        """Copy the sources once per job, byte code and all."""
        shutil.rmtree(self.folder / "trees", ignore_errors=True)
        compileall.compile_dir(ROOT / "src", quiet=1)
        for number in range(self.jobs):
            tree = self.folder / "trees" / str(number)
            for name in COPIED:
                if (ROOT / name).is_dir():
                    shutil.copytree(ROOT / name, tree / name)
                else:
                    shutil.copy2(ROOT / name, tree / name)
            self.slots.append(Slot(tree))

    def baseline(self, files: Sequence[str], tests: str) -> None:
        """Run all tests on the unchanged program: they must pass, and their seconds set the limits."""
        file = self.folder / "seconds.json"
        key = digest([ROOT / f for f in files]) + tests
        known: dict[str, Any] = {"key": key, "seconds": {}, "done": []}
        if file.exists() and (before := json.loads(file.read_text("utf-8")))["key"] == key:
            known = before
        self.seconds = known["seconds"]
        wanted = {(path, f in stages.COMPILED) for f in files for paths in stages.stages(f, ROOT) for path in paths}
        left = sorted(w for w in wanted if w[0] not in known["done"])
        for slot, verdict, found in self._each(iter(left), lambda s, w: s.begin([w[0]], 7200, trial.Plan({}, w[1], PATIENCE))):
            slow = sum(map(math.isinf, found.get("took", {}).values()))
            print(f"unchanged: {slot.paths[0]} {verdict.outcome} in {verdict.seconds:.0f} s, {slow} tests left out", flush=True)
            if verdict.outcome != "survived":
                sys.exit(f"the unchanged program fails {slot.paths[0]}: {verdict.by}")
            self.seconds |= found["took"]
            known["done"].append(slot.paths[0])
            file.write_text(json.dumps(known, indent=0), "utf-8")

    def try_all(self, drawn: Sequence[Mutant], notes: Notes, sources: Mapping[str, str], tests: str) -> None:
        """Try every mutant that is not decided yet."""
        waiting = [m for m in drawn if not notes.holds(m, sources[m.path], tests)]
        waiting.sort(key=lambda m: self.expected(m, 0))  # quick ones first: a stopped run has found more
        print(f"{len(drawn)} mutants, {len(drawn) - len(waiting)} decided before", flush=True)
        done = 0
        for slot, verdict, _ in self._each(iter(waiting), self._first_stage):
            slot.spent += verdict.seconds
            mutant = slot.mutant
            assert mutant is not None
            wider = stages.stages(mutant.path, ROOT)[1]
            if verdict.outcome == "survived" and slot.stage == 0 and wider:
                self._stage(slot, 1)
                continue
            (slot.tree / mutant.path).write_bytes((ROOT / mutant.path).read_bytes())
            notes.add({
                "name": mutant.name, **asdict(mutant), "before": slot.changed[0], "after": slot.changed[1], "outcome": verdict.outcome,
                "stage": slot.stage, "by": verdict.by, "seconds": round(slot.spent, 1), "source": sources[mutant.path], "tests": tests,
            })  # fmt: skip
            done += 1
            print(f"{done}/{len(waiting)} {verdict.outcome:8} {slot.spent:5.0f} s  {mutant.path}:{mutant.line}  "
                  f"{slot.changed[0]}  ->  {slot.changed[1]}", flush=True)  # fmt: skip

    def expected(self, mutant: Mutant, stage: int) -> float:
        """Seconds that the unchanged program takes for the tests of a stage."""
        paths = stages.stages(mutant.path, ROOT)[stage]
        return sum(
            s for name, s in self.seconds.items() if math.isfinite(s) and any(name.startswith((p + "::", p + "/")) for p in paths)
        )

    def _first_stage(self, slot: Slot, mutant: Mutant) -> None:
        code, original = mutant.code(ROOT), (ROOT / mutant.path).read_text("utf-8")
        slot.mutant, slot.spent = mutant, 0.0
        slot.changed = report.difference(original, code)
        (slot.tree / mutant.path).write_text(code, "utf-8")
        self._stage(slot, 0)

    def _stage(self, slot: Slot, stage: int) -> None:
        assert slot.mutant is not None
        slot.stage = stage
        limit = SLACK_SECONDS + SLACK_TIMES * self.expected(slot.mutant, stage)
        path = slot.mutant.path
        slot.begin(stages.stages(path, ROOT)[stage], limit, trial.Plan(self.seconds, path in stages.COMPILED))

    def _each(self, work: Iterator[Any], begin: Any) -> Iterator[tuple[Slot, trial.Verdict, dict[str, Any]]]:
        """Keep every slot busy; a slot whose new child the receiver has started by itself stays busy."""
        busy: list[Slot] = []
        try:
            while True:
                for slot in self.slots:
                    if slot not in busy and (task := next(work, None)) is not None:
                        begin(slot, task)
                        busy.append(slot)
                if not busy:
                    return
                time.sleep(0.05)
                for slot in list(busy):
                    if (ended := slot.ended()) is not None:
                        before = slot.child
                        yield slot, *ended
                        if slot.child == before:
                            busy.remove(slot)
        finally:
            for slot in busy:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(slot.child, signal.SIGKILL)


def main(arguments: list[str] | None = None) -> int:
    """Draw, try, and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=400, help="how many mutants to draw")
    parser.add_argument("--seed", type=int, default=1, help="which mutants to draw")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many to try at the same time")
    parser.add_argument(
        "--folder", type=Path, default=ROOT / "results" / "mutants", help="where results of stopped runs are kept"
    )
    parser.add_argument("--write", action="store_true", help="write tests/mutation/results.json and docs/reference/mutation.md")
    given = parser.parse_args(arguments)
    given.folder.mkdir(parents=True, exist_ok=True)
    files = sorted(p for folder in stages.MUTATED for p in (ROOT / folder).glob("*.py") if p.stat().st_size)
    every = {p.relative_to(ROOT).as_posix(): mutants(ROOT, p) for p in files}
    drawn = sample(every, given.count, given.seed)
    sources, tests = {f: digest([ROOT / f]) for f in every}, tests_digest()
    notes = Notes(given.folder / f"seed-{given.seed}.jsonl")
    check = Check(given.folder, given.jobs)
    if not all(notes.holds(m, sources[m.path], tests) for m in drawn):
        trial.preload()
        check.lay_trees()
        check.baseline(list(every), tests)
        check.try_all(drawn, notes, sources, tests)
    found = report.summary([notes.lines[m.name] for m in drawn], {f: len(all_) for f, all_ in every.items()}, given.seed)
    print(report.text(found))
    if given.write:
        report.write(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
