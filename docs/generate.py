"""Write the pages that the code knows: one per mechanism, the schedule, settings, outcomes, commands, and parts of the ODD.

python docs/generate.py          writes docs/reference
python docs/generate.py --check  exits with 1, naming the pages, when a page is missing or stale
"""

from __future__ import annotations

import sys

import channels
import speed
from writers import api, commands, glossary, mechanisms, odd
from writers.tables import DOCS, NOTE, settings_table

from cocreate_sim.article import BoundRow, bound_rows, counts
from cocreate_sim.outcomes.catalogue import OUTCOMES
from cocreate_sim.outcomes.places import BY_PLACE
from cocreate_sim.schedule import MECHANISMS
from cocreate_sim.world.couriers import COURIERS
from cocreate_sim.world.events import EVENTS, KINDS
from cocreate_sim.world.in_force import IN_FORCE
from cocreate_sim.world.issues import ISSUES
from cocreate_sim.world.leaders import ENVOYS
from cocreate_sim.world.levers import Channels, Levers
from cocreate_sim.world.organisations import NEEDS, TOWERS
from cocreate_sim.world.settings import WorldSettings
from cocreate_sim.world.sites import SITES
from cocreate_sim.world.staff import POSTS
from cocreate_sim.world.stations import STATIONS

ROOT = DOCS / "reference"


EVENT_WORDS = """## How sentences are filled in

| in a sentence | stands for |
| --- | --- |
| `{a}`, `{b}`, `{other}`, `{value}` | the column of that name |
| `{issue}` | `a`, `b`: household and its number, or the office of a case from outside the world and its number |
| `{office}`, `{office_a}`, `{office_value}` | the office in `other`, `a` or `value`: communities first, then subdistricts |
| `{code}` | `other`, as the reach of an issue, the stage of a project, a reason of failure or refusal, a favour or a lever |
| `{due}`, `{hours}` | `value`, microseconds as an instant or in hours |
| `{yes}`, `{satisfied}` | `value`, 1 is yes |
| `{reporter}` | the resident in `other`, or -1; `value` is 1 where a head reports |
| | where `value` is 2, the courier in `other`: (subdistrict << 24) + number |
| `{initiator}` | the resident in `other`, or -1 |
| `{envoy}` | the leader whose project is `b` (leader x 256 + n), or, where `value` is 1, the unit of community `b` |
| `{asker}` | the unit head where `value` is 1, otherwise staff |
| `{place}` | the site in `other`, or an activity of the building where it is -1 |
| `{stage}` | the stage in `value` |
| `{lever_value}` | `value`, as the value of the lever in `other` |
| `{favour}` | the kind of favour in `value` |
"""


def events_page() -> str:
    """One page: how to listen, the columns of the log, every kind of event."""
    columns = "\n".join(f"| `{n}` | {kind.__name__} | {text} |" for n, (kind, text) in EVENTS.items())
    kinds = "\n".join(
        f"| {code} | `{k.name}` | [{k.mechanism}](mechanisms/{k.mechanism}.md) | {k.sentence} |" for code, k in enumerate(KINDS)
    )
    return (
        f"# Events\n\n{NOTE}Every decision of a run can be written down, one row each. Nobody does so unless asked:\n\n"
        '```python\nfrom cocreate_sim import CoCreateModel, load\n\n'
        'model = CoCreateModel(load("world=tiny"))\nmodel.listen()\nmodel.step()\n'
        "events = model.events()  # of that day\n```\n\n"
        "`cocreate diff A B` runs two policies, or two settings, side by side with the same luck and tells the first event in\n"
        "which they part: where a lever begins to act. What is continuous (hours, belonging) may differ before any decision.\n\n"
        f"## Columns\n\n| column | type | meaning |\n| --- | --- | --- |\n{columns}\n\n"
        f"## Kinds\n\n| code | kind | mechanism | what happens |\n| --- | --- | --- | --- |\n{kinds}\n\n{EVENT_WORDS}"
    )


ARTICLE_WORDS = """The article is a report of Banyuetan (半月談網) on co-creation (共同締造) in Wuchang, spring 2024.
Statements are ours; figures, dates and names of places are the article's. It reports successes only: a row is an input, or a
check of what can happen in the model, never proof that a policy works. C rows are our arithmetic on its figures; a test computes
each again.

An **input** is bound when a setting, a configuration or a mechanism says that it rests on it; a **calibration target** or a
**validation** when a test, an outcome or a formula answers to it; a row that is **context** states why the model does not use it.
`cocreate describe article` prints the same rows, with `--json` for programs. A row that is bound to nothing fails the tests.
"""


def _linked(kind: str, name: str) -> str:
    """A binding as a link to where it is described, if it is."""
    part = name.split(".")
    places = {
        "mechanism": f"mechanisms/{name}.md", "outcome": "outcomes.md", "formula": "validation.md", "event": "events.md",
        "test": f"../../{name.partition('::')[0]}",
        **{folder: f"../../configs/{folder}/{name}.yaml" for folder in ("world", "policy", "experiment", "uncertainties")},
    }  # fmt: skip
    if kind == "setting" and part[0] == "uncertainties":
        places["setting"] = f"mechanisms/{part[1]}.md"
    elif kind == "setting" and part[0] in ("levers", "channels", "world"):
        places["setting"] = "settings.md"
    shown = name.partition("::")[2].removeprefix("test_").replace("_", " ") if kind == "test" else f"`{name}`"
    if kind == "context":
        return f"context: {name}"
    return f"{kind} [{shown}]({places[kind]})" if kind in places else f"{kind} {shown}"


def _article_row(one: BoundRow) -> str:
    row, bound = one.row, "; ".join(_linked(kind, name) for kind, name in one.bound)
    return f"| {row.id} | {row.says} | {row.told()} | {row.place} | {row.kind} | {one.status} | {bound or 'nothing'} |"


def article_page() -> str:
    """One page: every row of the article, and what answers to it."""
    rows = bound_rows()
    told = ", ".join(f"{number} {status}" for status, number in counts(rows).items())
    head = "| id | what it says | figures | place | kind | status | bound to |\n| --- | --- | --- | --- | --- | --- | --- |"
    parts = [
        f"## {title}\n\n{head}\n" + "\n".join(_article_row(one) for one in rows if one.row.id.startswith(letter))
        for letter, title in (("S", "What the article says"), ("C", "Arithmetic on its figures"))
    ]
    return f"# The article\n\n{NOTE}{ARTICLE_WORDS}\n{len(rows)} rows: {told}.\n\n" + "\n\n".join(parts) + "\n"


BY_HAND = ("index.md", "evidence.md", "validation.md", "mutation.md")
"""Pages below docs/reference that are written by hand, or by a command of their own."""


def pages() -> dict[str, str]:
    """Every generated page: path below docs/reference -> text."""
    made = {f"mechanisms/{m.name}.md": mechanisms.page(m) for m in MECHANISMS}
    rows = "\n".join(
        f"| {k} | [{m.name}](mechanisms/{m.name}.md) | {m.cadence} | {', '.join(m.reads)} | {', '.join(m.writes)} |"
        for k, m in enumerate(MECHANISMS, 1)
    )
    made["schedule.md"] = (
        f"# The order of a tick\n\n{NOTE}One tick is one day. Weekly mechanisms run on Sundays, after the daily ones.\n\n"
        f"| | mechanism | when | reads | writes |\n| --- | --- | --- | --- | --- |\n{rows}\n"
    )
    made["settings.md"] = (
        f"# Levers, channels and worlds\n\n{NOTE}Settings of mechanisms stand on their pages.\n\n## "
        f"Levers\n\n{settings_table(Levers, 'levers')}\n"
        f"## Channels of unit size\n\n{settings_table(Channels, 'channels')}\n## "
        f"Worlds\n\n{settings_table(WorldSettings, 'world')}"
    )
    rows = "\n".join(
        f"| `{o.name}` | {o.label} | {o.unit} | {o.meaning} | {o.family} | {'yes' if o.weekly else ''} |"
        for o in OUTCOMES.values()
    )
    made["outcomes.md"] = (
        f"# Outcomes\n\n{NOTE}| name | label | unit | meaning | family | weekly |\n| --- | --- | --- | --- | "
        f"--- | --- |\n{rows}\n\n"
        "## By subdistrict and week\n\nWorlds with several subdistricts leave `subdistricts/` too: one row per run, "
        "subdistrict and week.\n\n| column | meaning |\n| --- | --- |\n"
        + "".join(f"| `{n}` | {text} |\n" for n, text in BY_PLACE.items())
    )
    tables = {
        "Issues": ISSUES, "Sites": SITES, "Posts": POSTS, "Levers in force, by subdistrict": IN_FORCE, "Couriers": COURIERS,
        "Stations": STATIONS, "Office towers": TOWERS, "Needs of communities": NEEDS, "Leaders and units sent down": ENVOYS,
    }  # fmt: skip
    parts = [
        f"## {title}\n\n| column | type | meaning |\n| --- | --- | --- |\n"
        + "\n".join(f"| `{n}` | {kind.__name__} | {text} |" for n, (kind, text) in columns.items())
        for title, columns in tables.items()
    ]
    made["channels.md"] = channels.page(NOTE)
    made["benchmarks.md"] = speed.page(NOTE)
    made["events.md"] = events_page()
    made["article.md"] = article_page()
    made["commands.md"] = commands.page()
    made["glossary.md"] = glossary.page()
    made["api.md"] = api.page()
    made["state.md"] = f"# State variables\n\n{NOTE}" + "\n\n".join(parts) + "\n"
    return made


def main() -> int:
    """Write the pages, or check that they are up to date."""
    check = "--check" in sys.argv[1:]
    stale = []
    for name, text in (pages() | odd.pages()).items():
        path = ROOT / name
        if check:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    found = speed.latest()
    for path in speed.FILLED:
        text = path.read_text(encoding="utf-8")
        if check and speed.filled(text, found) != text:
            stale.append(path.name)
        elif not check:
            path.write_text(speed.filled(text, found), encoding="utf-8")
    known = set(pages())
    stale += [
        p.relative_to(ROOT).as_posix()
        for p in ROOT.rglob("*.md")
        if p.relative_to(ROOT).as_posix() not in known and p.name not in BY_HAND
    ]
    if stale:
        print("missing, stale or left over (run `make docs`):", ", ".join(sorted(stale)), file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
