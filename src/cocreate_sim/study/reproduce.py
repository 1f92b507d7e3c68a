"""A published study, run again: do its numbers come out?"""

from __future__ import annotations

import io
import platform
import re
import shlex
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from .. import __version__
from ..analysis.load import Study, load_study
from ..analysis.published import KEY, MATCHES, VALUES, numbers, verdicts
from ..errors import OutputError, nearest, unknown
from ..warming import get_ready
from .compare import compare
from .going import Progress
from .keys import code_hash
from .output import write_csv, write_text

TABLE, NOTE = "expected.csv", "expected.yaml"
"""What a folder of a published study holds besides its README: the numbers, and how they were made."""
COMMAND = ("cocreate", "compare")
TOLERANCE = 6.0
"""Standard errors by which a number may be off where digits cannot be compared. Two studies of six replicates differ by more
than six in one number of 7,500 (Student's t, ten degrees of freedom): a table of some 240 numbers raises a false alarm in one
reproduction of thirty."""
_NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")
_KINDS = {"command": str, "replicates": int, "version": str, "code": str, "machine": str, "tolerance": float}


@dataclass(frozen=True, slots=True)
class Expected:
    """What was published: the numbers, the command they came from, and with which rules of the model."""

    command: str
    replicates: int
    version: str
    code: str
    """Hash of the model's rules and of the numeric packages."""
    machine: str
    """Kind of processor: another one may round otherwise."""
    tolerance: float
    numbers: pd.DataFrame

    @property
    def words(self) -> list[str]:
        """What follows ``cocreate compare``."""
        return shlex.split(self.command)[len(COMMAND) :]


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What was published beside what came out, number by number."""

    expected: Expected
    replicates: int
    reason: str
    """Why a tolerance counts; empty where every digit does."""
    table: pd.DataFrame

    @property
    def matches(self) -> bool:
        """Whether every number was reproduced."""
        return bool(self.table["verdict"].isin(MATCHES).all())


def reproduce(
    folder: str | Path,
    replicates: int | None = None,
    out: str | Path | None = None,
    processes: int | None = None,
    progress: Progress | None = None,
    ready: Callable[[], None] = get_ready,
) -> Reproduction:
    """Run a published study again and compare its headline numbers with those that were published.

    Parameters
    ----------
    folder
        Of the published study, such as ``experiments/staffing``.
    replicates
        Fewer (or more) than were published, for a quicker look: then only the tolerance can be asked for.
    out
        A new or empty folder that keeps the study; without one it is thrown away.
    processes, progress, ready
        As for :func:`cocreate_sim.study.compare.compare`.

    Returns
    -------
    Reproduction
        Number by number what was published, what came out, and whether it matches.

    Raises
    ------
    OutputError
        When the folder holds nothing published, or what it holds cannot be read.
    """
    expected = read_expected(folder)
    words = expected.words if replicates is None else [*expected.words, f"replicates={replicates}"]
    with tempfile.TemporaryDirectory(prefix="cocreate-") as temporary:
        study = compare(words, out or Path(temporary) / "again", processes, progress, ready)
        return judge(expected, load_study(study))


def judge(expected: Expected, study: Study) -> Reproduction:
    """Compare a study with what was published; every digit counts where the same rules were run as often on such a processor."""
    made = study.manifest
    differing = {
        f"other rules of the model or numeric packages (published {expected.code}, here {made['code']})": "code",
        f"{made['replicates']} replicates instead of {expected.replicates}": "replicates",
        f"another processor (published {expected.machine}, here {made['machine']})": "machine",
    }
    reason = "; ".join(words for words, name in differing.items() if made[name] != getattr(expected, name))
    table = verdicts(expected.numbers, numbers(study), not reason, expected.tolerance)
    return Reproduction(expected, int(made["replicates"]), reason, table)


def publish(folder: str | Path, study_folder: str | Path) -> Path:
    """Write what a finished comparison found, and how, as the numbers to be reproduced.

    Raises
    ------
    OutputError
        When there is no such folder, or the study is not a finished comparison without failures and with an interval.
    """
    path = _folder(folder)
    study = load_study(study_folder)
    made = study.manifest
    state = f"{made['status']}, {made['runs']['failed']} failed, {made['replicates']} replicates"
    if made["kind"] != "compare" or made["status"] != "complete" or made["runs"]["failed"] or made["replicates"] < 2:
        raise OutputError(
            f"{study_folder} cannot be published ({made['kind']}, {state}); allowed: a comparison that is complete, without "
            "failed runs, with at least 2 replicates"
        )
    if made.get("until"):
        raise OutputError(
            f"{study_folder} cannot be published: --until-halfwidth chose its {made['replicates']} replicates by what it found. "
            f"Publish a study of replicates={made['replicates']} and another run.seed"
        )
    if alone := _only_here(made["command"], path):
        raise OutputError(
            f"{study_folder} cannot be published: its command needs {alone}, which others do not have. Put that into {path}, and "
            "run the study with its path there, from the folder in which others will type the command"
        )
    note = {
        "command": made["command"], "replicates": made["replicates"], "version": made["version"], "code": made["code"],
        "machine": made["machine"], "tolerance": TOLERANCE,
    }  # fmt: skip
    head = (
        f"# How the numbers in {TABLE} were made; `cocreate reproduce` runs the command again and compares them.\n"
        "# With this hash of rules and packages (code) every digit must be equal; otherwise a number may be off by so many\n"
        "# standard errors (tolerance): six are passed by chance once in 7,500 numbers where both studies have six replicates.\n"
    )
    write_csv(path / TABLE, numbers(study))
    return write_text(path / NOTE, head + yaml.safe_dump(note, sort_keys=False, allow_unicode=True, width=1000))


def _only_here(words: str, folder: Path) -> str:
    """Return the word of a command that names files which are not published with its numbers; nothing when there is none."""
    for word in shlex.split(words):
        key, _, value = word.partition("=")
        if key in ("config_dir", "worlds") or (key == "world" and value.endswith(".yaml")):
            places = [Path(part) for part in value.split(",")]
            if not all(not p.is_absolute() and p.resolve().is_relative_to(folder.resolve()) for p in places):
                return word
    return ""


def read_expected(folder: str | Path) -> Expected:
    """Read what a folder says was published, and refuse what cannot be compared with."""
    path = _folder(folder)
    missing = [name for name in (NOTE, TABLE) if not (path / name).is_file()]
    if missing:
        raise OutputError(
            f"{path} holds no numbers to compare with: {' and '.join(missing)} missing. What its README.md tells can be run by "
            f"hand; whoever publishes numbers writes both files with `cocreate reproduce {path} publish=STUDY`"
        )
    note = _note(path / NOTE)
    return Expected(**note, numbers=_table(path / TABLE))


def _folder(folder: str | Path) -> Path:
    path = Path(folder)
    if not path.is_dir():
        there = [str(p.parent) for p in sorted(path.parent.glob(f"*/{NOTE}"))]
        hint = nearest(str(path), there) + (f"; allowed here: {', '.join(there)}" if there else "")
        raise OutputError(f"{path} is not a folder{hint or '; allowed: a folder such as experiments/staffing'}")
    return path


def _note(path: Path) -> dict[str, Any]:
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise OutputError(f"{path} cannot be read: {' '.join(str(error).split())}") from None
    if not isinstance(values, dict):
        raise OutputError(f"{path} must hold {', '.join(_KINDS)}")
    for key in values:
        if key not in _KINDS:
            raise OutputError(str(unknown("", str(key), _KINDS, str(path))))
    for key, kind in _KINDS.items():
        value = values.get(key)
        values[key] = value = float(value) if kind is float and isinstance(value, int) else value
        if not isinstance(value, kind) or isinstance(value, bool) or (kind is not str and value <= 0):  # type: ignore[operator]
            wanted = {str: "a text in quotes", int: "a whole number above 0", float: "a number above 0"}[kind]
            raise OutputError(f"{key} = {value!r} must be {wanted} ({path})")
    try:
        start = tuple(shlex.split(values["command"])[:2])
    except ValueError:
        start = ()
    if start != COMMAND:
        raise OutputError(f"command = {values['command']!r} must be `{' '.join(COMMAND)} ...` ({path})")
    return dict(values)


def _table(path: Path) -> pd.DataFrame:
    wanted = [*KEY, *VALUES]
    try:
        text = path.read_text(encoding="utf-8")
        table = pd.read_csv(io.StringIO(text), dtype=str)
    except (OSError, ValueError, pd.errors.ParserError) as error:
        raise OutputError(f"{path} cannot be read: {' '.join(str(error).split())}") from None
    for name in wanted:
        if name not in table.columns:
            raise OutputError(f"{path}, line 1: the column {name} is missing{nearest(name, table.columns)}")
    for name in VALUES:
        cells = table[name].tolist()
        for line, cell in enumerate(cells, 2):
            if isinstance(cell, str) and not _NUMBER.fullmatch(cell):
                raise OutputError(f"{path}, line {line}: {name} = {cell!r} is not a number")
        table[name] = [float(cell) for cell in cells]  # Python's own reading of a number, so that no digit is lost
    table["reference"] = table["reference"].fillna("")
    twice = table.duplicated(list(KEY))
    if twice.any() or table.empty:
        told = f"line {int(twice.to_numpy().argmax()) + 2}: the number stands there twice" if twice.any() else "no number"
        raise OutputError(f"{path}, {told}")
    return table[wanted]


def here() -> dict[str, str]:
    """Return what decides whether digits can be compared: version, rules and packages, kind of processor."""
    return {"version": __version__, "code": code_hash(), "machine": platform.machine()}
