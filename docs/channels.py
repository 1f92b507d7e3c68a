"""The reference page of the ten channels: measured by `cocreate channels`, kept as JSON, written in Markdown.

python docs/channels.py          measures all anew: writes docs/reference/channels/*.json (a quarter of an hour on two cores)
python docs/channels.py NAME     measures one of them

`make docs` then writes docs/reference/channels.md from these files and from the code.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from cocreate_sim.cli.progress import Progress
from cocreate_sim.validation.channel_survey import plan, survey
from cocreate_sim.validation.channel_words import in_short, reading, setting, tables
from cocreate_sim.validation.channels import TABLE

FOLDER = Path(__file__).resolve().parent / "reference" / "channels"
STAY = "switches.moving=false"
"""The same families stay, so that nothing but the channels differs."""
SURVEYS: dict[str, tuple[str, list[str]]] = {
    "before_2022": ("Units of 5 and of 100 households", ["replicates=20", STAY]),
    "subdistrict": ("The same in a whole subdistrict", ["world=subdistrict", "replicates=3", "run.weeks=52", STAY]),
    "article": ("Units of 10-20 households and grids, as in the article", ["levers.partition=10-20,grid", STAY]),
    "equal_total": ("Where all heads together give the same hours in every partition", ["levers.head_hours=equal_total", STAY]),
    "red_board": ("Before a red board", ["levers.red_board=true", STAY]),
}
"""Name of the file, title of the part, and the words after `cocreate channels`."""

BEFORE = """
The size of a unit stands in no formula of this model. It acts through ten channels, and through nothing else. Each can be
switched off by itself (`channels.NAME=false`); it then takes the **building** for the unit. The building is the physical
reference: walls, stairs and a building's chat group do not follow the partition. With all ten off, units of any size give the
same results to the last bit, and the tests demand it.

## What each channel is
"""
KEY = """
The last column says what the channel acts through. With that setting, switching the channel changes no outcome at all, to the
last bit, whether the other nine are on or off (`tests/test_channels.py`). So every channel acts through this one door.
"""
SHORT = f"""
## In short

What the {len(SURVEYS)} comparisons below agree on. A channel carries a result when its effect is clear and at least a tenth of
the largest one.
"""
AFTER = """
## What these tables do not say

- They hold for the worlds, the policy and the settings that stand above them, at the centre of the priors. How many adults
  would head a unit, how many helpers a party needs and how far issues reach decide most of the numbers, and nobody has
  measured them.
- "Alone" is measured where the other nine channels take the building, "taken away" where they take the unit. A channel may do
  much in one and nothing in the other: where no unit has a head, it does not matter how few hours its helpers have. The two
  columns are two ends of a range, not shares of a whole.
- An outcome that small units have less of is not thereby worse. Fewer issues solved by neighbours means more for staff; more
  visits mean more hours asked of heads.
"""


def page(note: str) -> str:
    """Return the page in Markdown."""
    rows = [
        (
            f"`{c.name}`", c.acts_on, c.off, f"{c.label} ({c.unit})",
            " or ".join("`" + " ".join(words) + "`" for words in c.silent),
        )
        for c in TABLE.values()
    ]  # fmt: skip
    head = ("channel", "what it is", "when it is off", "what it moves first", "it changes nothing with")
    surveys = {name: read(name) for name in SURVEYS}
    parts = [f"# The ten channels of unit size\n\n{note.strip()}\n{BEFORE}", markdown(head, rows), KEY]
    parts += [SHORT, *(f"- {line}" for line in in_short(list(surveys.values()))), ""]
    for name, said in surveys.items():
        parts.append(survey_part(SURVEYS[name][0], said, brief=name != next(iter(SURVEYS))))
    return "\n".join(parts) + AFTER


def survey_part(title: str, said: dict[str, Any], brief: bool) -> str:
    """Return what one survey found: the command, its tables and their reading."""
    lines = [f"## {title}\n", f"```sh\n{said['command']}\n```\n", f"{setting(said)}\n"]
    for caption, head, rows in tables(said)[1 if brief else 0 :]:
        lines += [f"{caption}.\n", markdown(head, rows)]
    lines += ["Read from these numbers:\n", *(f"- {line}" for line in reading(said)), ""]
    return "\n".join(lines)


def markdown(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Return a table in Markdown."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def read(name: str) -> dict[str, Any]:
    """Return a survey as it was measured last."""
    said: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return said


def main() -> int:
    """Measure, and keep what came out."""
    for name in sys.argv[1:] or SURVEYS:
        with Progress("pairs of runs") as progress:
            said = survey(plan(SURVEYS[name][1]), progress)
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{name}.json").write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print(f"{name}: measured; now `make docs`")
    return 0


if __name__ == "__main__":
    sys.exit(main())
