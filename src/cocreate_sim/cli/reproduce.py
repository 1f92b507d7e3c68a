"""``cocreate reproduce``: a published study run again, and a verdict on every number."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError, unknown
from . import show
from .progress import Progress
from .runs import warm_up

if TYPE_CHECKING:
    from ..study.reproduce import Reproduction

EXAMPLE = "cocreate reproduce experiments/staffing"
KEYS = ("out", "processes", "publish", "study")


def reproduce(options: argparse.Namespace) -> None:
    """Run a published study again, or publish one, or compare a finished one."""
    folder, asked = _asked(options)
    from ..analysis.load import load_study
    from ..study import reproduce as study

    if "publish" in asked:
        note = study.publish(folder, asked["publish"])
        told = {"folder": str(folder), "written": [str(folder / study.TABLE), str(note)]}
        show.as_json(told) if options.json else print(f"Written: {' and '.join(told['written'])}")
        return
    if "study" in asked:
        found = study.judge(study.read_expected(folder), load_study(asked["study"]))
    else:
        with Progress("runs", options.quiet) as progress:
            found = study.reproduce(
                folder, options.replicates or None, asked.get("out"), int(asked.get("processes", 0)) or None, progress,
                lambda: warm_up(options.quiet),
            )  # fmt: skip
    if options.json:
        show.as_json(_document(folder, found))
    else:
        _tell(found, options.quiet)
    if not found.matches:
        raise SystemExit(1)


def _asked(options: argparse.Namespace) -> tuple[Path, dict[str, str]]:
    """Return the folder and what was asked besides, or say what is wrong with it."""
    names = [word for word in options.words if "=" not in word]
    asked = dict(word.split("=", 1) for word in options.words if "=" in word)
    if len(names) != 1:
        raise ConfigError(f"name one folder of a published study; example: {EXAMPLE} (command line)")
    for key, value in asked.items():
        if key not in KEYS:
            raise unknown("", key, KEYS, "command line; what is run stands in the folder")
        if not value or (key == "processes" and not value.isdecimal()):
            wanted = "a whole number" if key == "processes" else "a folder"
            raise ConfigError(f"{key} = {value!r} must be {wanted} (command line)")
    if options.replicates < 0:
        raise ConfigError(f"--replicates {options.replicates} is not possible; allowed: from 1 (command line)")
    if len({"publish", "study"} & set(asked)) and (len(asked) > 1 or options.replicates):
        raise ConfigError("publish=STUDY and study=STUDY run nothing: each stands alone, without --replicates (command line)")
    return Path(names[0]), asked


def _tell(found: Reproduction, quiet: bool) -> None:
    from ..analysis.published import MATCHES

    table = found.table
    shown = table[~table["verdict"].isin(MATCHES)] if quiet else table
    if len(shown):
        rows = (
            (r.outcome, r.arm + (f" minus {r.reference}" if r.reference else ""), _digits(r.published), _digits(r.now), r.verdict)
            for r in shown.itertuples()
        )
        show.table(("outcome", "arm", "published", "now", "verdict"), rows)
    if quiet:
        return
    counts = ", ".join(f"{count} {verdict}" for verdict, count in table["verdict"].value_counts().items())
    print(f"\n{found.expected.command}, {found.replicates} replicates: of {len(table)} numbers {counts}.")
    if found.reason:
        print(f"Digits cannot be compared: {found.reason}. A number may be off by {found.expected.tolerance:g} standard errors.")
    print("It matches what was published." if found.matches else "It does not match what was published.")


def _digits(value: float) -> str:
    return "none" if value != value else f"{value:.7g}"


def _document(folder: Path, found: Reproduction) -> dict[str, Any]:
    from ..study.reproduce import here

    rows = [{k: None if v != v else v for k, v in row.items()} for row in found.table.to_dict("records")]
    expected = found.expected
    return {
        "folder": str(folder),
        "command": expected.command,
        "matches": found.matches,
        "exact": not found.reason,
        "why_not_exact": found.reason,
        "tolerance": expected.tolerance,
        "replicates": {"published": expected.replicates, "now": found.replicates},
        "published": {"version": expected.version, "code": expected.code, "machine": expected.machine},
        "here": here(),
        "numbers": rows,
    }
