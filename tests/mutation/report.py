"""What a mutation check found: a table by file, the score with its interval, and every survivor."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.mutation.sampling import wilson

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
PAGE = ROOT / "docs" / "reference" / "mutation.md"
DEAD = ("killed", "timeout")


def difference(before: str, after: str) -> tuple[str, str]:
    """The lines that differ, without their indentation: what stood there, and what stands there now."""
    old, new = before.splitlines(), after.splitlines()
    gone, come = [], []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += old[a:b]
            come += new[c:d]
    return " ".join(" ".join(gone).split()), " ".join(" ".join(come).split())


def reasons() -> list[dict[str, str]]:
    """Survivors that no test can kill, each with the reason."""
    return json.loads((HERE / "explained.json").read_text("utf-8"))


def explain(note: Mapping[str, Any], known: Sequence[Mapping[str, str]]) -> str:
    """Why a survivor is no gap of the tests, or nothing."""
    return next((k["reason"] for k in known if all(k[x] == note[x] for x in ("path", "before", "after"))), "")


def summary(notes: Sequence[Mapping[str, Any]], places: Mapping[str, int], seed: int) -> dict[str, Any]:
    """All that is worth keeping of a run."""
    known = reasons()
    files = {}
    for path in sorted(places):
        mine = [n for n in notes if n["path"] == path]
        outcomes = Counter(n["outcome"] for n in mine)
        files[path] = {
            "mutants": places[path], "tried": len(mine), "killed": outcomes["killed"], "timeout": outcomes["timeout"],
            "by_wider_tests": sum(n["stage"] == 1 and n["outcome"] in DEAD for n in mine), "survived": outcomes["survived"],
        }  # fmt: skip
    survivors = [
        {k: n[k] for k in ("path", "line", "operator", "before", "after")} | {"reason": explain(n, known)}
        for n in sorted(notes, key=lambda n: (n["path"], n["line"], n["column"]))
        if n["outcome"] == "survived"
    ]
    dead = sum(n["outcome"] in DEAD for n in notes)
    explained = sum(bool(s["reason"]) for s in survivors)
    low, high = wilson(dead, len(notes))
    killable = wilson(dead, len(notes) - explained)
    return {
        "seed": seed, "tried": len(notes), "dead": dead, "score": round(dead / max(len(notes), 1), 4), "interval": [round(low, 4), round(high, 4)],
        "explained": explained, "score_of_killable": round(dead / max(len(notes) - explained, 1), 4),
        "interval_of_killable": [round(x, 4) for x in killable],
        "processor_seconds": round(sum(n["seconds"] for n in notes)), "files": files, "survivors": survivors,
    }  # fmt: skip


def text(found: Mapping[str, Any]) -> str:
    """The same as Markdown."""
    rows = ["| file | mutants | tried | killed | of these by wider tests | too slow | survived |", "|" + " --- |" * 7]
    for path, f in found["files"].items():
        name = path.removeprefix("src/cocreate_sim/")
        rows.append(
            f"| `{name}` | {f['mutants']} | {f['tried']} | {f['killed']} | {f['by_wider_tests']} | {f['timeout']} | {f['survived']} |"
        )
    low, high = found["interval"]
    least, most = found["interval_of_killable"]
    score = (
        f"{found['dead']} of {found['tried']} mutants died: **{found['score']:.1%}** (95 % interval {low:.1%} to {high:.1%}, "
        f"seed {found['seed']}). Without the {found['explained']} that no test can kill: {found['score_of_killable']:.1%} "
        f"({least:.1%} to {most:.1%}). Processor time: {found['processor_seconds'] / 60:.0f} minutes."
    )
    lines = [score, "", *rows, ""]
    for title, wanted in (("Survivors that a better test could kill", False), ("Survivors that no test can kill", True)):
        mine = [s for s in found["survivors"] if bool(s["reason"]) == wanted]
        lines += [f"## {title}: {len(mine)}", ""]
        for s in mine:
            lines.append(f"- `{s['path'].removeprefix('src/cocreate_sim/')}:{s['line']}` `{s['before']}` -> `{s['after']}`")
            if s["reason"]:
                lines[-1] += f": {s['reason']}"
        lines.append("")
    return "\n".join(lines)


MARK = "<!-- below: written by `make mutants` -->"


def write(found: Mapping[str, Any]) -> None:
    """Write the numbers beside the tests, and the page for readers below what is written by hand."""
    (HERE / "results.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    above = PAGE.read_text("utf-8").split(MARK)[0]
    PAGE.write_text(above + MARK + "\n\n" + text(found), "utf-8")
