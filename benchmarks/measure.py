"""Measuring in processes of their own: time, peak memory, and pairs taken in turns, since machines are noisy."""

from __future__ import annotations

import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
Row = dict[str, Any]
"""What one process said about itself: seconds, peak_gib, ...; ``absent`` says why there is nothing."""


def machine() -> dict[str, Any]:
    """Describe the machine."""
    model = ""
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return {
        "processor": model or platform.processor() or platform.machine(), "cores": os.cpu_count(), "memory_gib": round(memory, 1),
        "system": f"{platform.system()} {platform.release()}", "python": platform.python_version(),
        "compiler": _first_line("cc", "--version"), "load_at_start": round(load, 2),
    }  # fmt: skip


def _first_line(*words: str) -> str:
    if shutil.which(words[0]) is None:
        return "none"
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    return (done.stdout.splitlines() or ["?"])[0]


def interpreter(environment: str) -> str:
    """The Python of an environment beside ours (``bench``: .venv-bench), whether it is there or not."""
    base = Path(os.environ.get("BENCH_VENV") or Path(sys.prefix))
    return str(base.with_name(f"{base.name}-{environment}") / "bin" / "python")


def surroundings(threads: int = 1) -> dict[str, str]:
    """Environment of a child: our sources, and no more threads than it may have."""
    limits = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "POLARS_MAX_THREADS")
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return {**os.environ, **dict.fromkeys(limits, str(threads)), "PYTHONPATH": path, "COVASIM_VERBOSE": "0"}


def child(words: Sequence[str], python: str = sys.executable, threads: int = 1, **environment: str) -> Row:
    """Run a Python program that prints one JSON object last, and return that; a failure is a row with ``absent``."""
    if not Path(python).exists():
        return {"absent": f"{python} is not there: make peers"}
    asked = [python, *words]
    done = subprocess.run(
        asked, check=False, capture_output=True, text=True, cwd=ROOT, env={**surroundings(threads), **environment}
    )
    if done.returncode:
        return {"absent": (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]}
    row: Row = json.loads(done.stdout.splitlines()[-1])
    return row


def command(words: Sequence[str], python: str = sys.executable, **environment: str) -> Row:
    """Seconds and peak memory of a program as a user starts it; its output is not looked at."""
    watcher = (
        "import json,resource,subprocess,sys,time;s=time.perf_counter();"
        "d=subprocess.run(sys.argv[1:],capture_output=True,text=True);e=time.perf_counter()-s;"
        "assert d.returncode==0,d.stderr[-2000:];"
        "print(json.dumps({'seconds':e,'peak_gib':resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss/2**20}))"
    )
    return child(["-c", watcher, python, *words], **environment)


def alternate(programs: Mapping[str, Callable[[], Row]], repeats: int) -> dict[str, list[Row]]:
    """Run all programs in turns, every other round backwards, so that what changes on the machine meets all of them."""
    rows: dict[str, list[Row]] = {name: [] for name in programs}
    for turn in range(repeats):
        names = list(programs) if turn % 2 == 0 else list(programs)[::-1]
        for name in names:
            if not any("absent" in row for row in rows[name]):
                rows[name].append(programs[name]())
    return rows


def present(rows: Sequence[Row]) -> bool:
    """Whether a program ran."""
    return bool(rows) and not any("absent" in row for row in rows)


def median(rows: Sequence[Row], what: str = "seconds") -> float:
    """The middle of what several runs of a program took."""
    return statistics.median(float(row[what]) for row in rows)


def ratio(above: Sequence[Row], below: Sequence[Row], what: str = "seconds") -> float:
    """The middle of the ratios of runs that followed each other."""
    return statistics.median(float(a[what]) / float(b[what]) for a, b in zip(above, below, strict=False))


def own_peak() -> float:
    """Peak memory of this process in GiB; Linux's getrusage would count what its parent had before this program began, too."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next((line for line in status.read_text().splitlines() if line.startswith("VmHWM:")), "")
        if line:
            return int(line.split()[1]) / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def clock() -> float:
    """Seconds, for differences."""
    return time.perf_counter()
