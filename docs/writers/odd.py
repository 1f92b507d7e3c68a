"""The parts of the ODD page that the code knows, between markers: a changed rule with an unchanged page fails the build."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from cocreate_sim.config import config_folder
from cocreate_sim.engine.settings import meta_of
from cocreate_sim.outcomes.catalogue import OUTCOMES
from cocreate_sim.schedule import MECHANISMS
from cocreate_sim.world import clubs, decisions
from cocreate_sim.world.couriers import COURIERS
from cocreate_sim.world.issues import ISSUES
from cocreate_sim.world.levers import Channels, Levers
from cocreate_sim.world.organisations import TOWERS
from cocreate_sim.world.residents import KINDS, SKILLS
from cocreate_sim.world.settings import WorldSettings
from cocreate_sim.world.sites import REASONS, SITES, STAGES
from cocreate_sim.world.staff import POSTS
from cocreate_sim.world.stations import STATIONS

from .tables import CHECKOUT, DOCS, shown

PAGE = DOCS / "explanation" / "odd.md"
_WORLD = CHECKOUT / "src" / "cocreate_sim" / "world"


def _columns_of(file: str, name: str) -> list[tuple[str, str, str]]:
    """Name, type and meaning of the columns of a table that is written as a named tuple."""
    tree = ast.parse((_WORLD / file).read_text(encoding="utf-8"))
    table = next(n for n in ast.walk(tree) if isinstance(n, ast.ClassDef) and n.name == name)
    found: list[tuple[str, str, str]] = []
    for node in table.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            kind = re.sub(r"NDArray\[np\.(\w+?)_?\]", r"\1", ast.unparse(node.annotation)).replace("IntArray", "int32")
            found.append((node.target.id, kind, ""))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and found:
            found[-1] = (*found[-1][:2], " ".join(str(node.value.value).split()))
    return found


def entities() -> str:
    """Entities and their state variables."""
    tables = {
        "Households": _columns_of("places.py", "Households"),
        "Residents": _columns_of("residents.py", "Residents"),
        "Ties between residents": _columns_of("ties.py", "Ties"),
        **{
            title: [(n, kind.__name__, text) for n, (kind, text) in columns.items()]
            for title, columns in {
                "Posts": POSTS, "Issues": ISSUES, "Sites and their projects": SITES, "Clubs": clubs.CLUBS, "Couriers": COURIERS,
                "Stations": STATIONS, "Office towers": TOWERS,
            }.items()
        },
    }  # fmt: skip
    parts = []
    for title, rows in tables.items():
        lines = "\n".join(f"| `{name}` | {kind} | {text} |" for name, kind, text in rows)
        parts.append(f"**{title}** ({len(rows)} state variables)\n\n| variable | type | meaning |\n| --- | --- | --- |\n{lines}")
    lists = f"Kinds of residents: {', '.join(KINDS)}. Skills: {', '.join(SKILLS)}. Stages of a site: {', '.join(STAGES)}. "
    lists += f"Reasons why a project fails: {', '.join(REASONS)}. Interests of clubs: {', '.join(clubs.INTERESTS)}."
    return "\n\n".join([*parts, lists])


def schedule() -> str:
    """The order of a tick."""
    rows = "\n".join(
        f"| {k} | [{m.name}](../reference/mechanisms/{m.name}.md) | {m.cadence} | {m.sentence} |"
        for k, m in enumerate(MECHANISMS, 1)
    )
    return f"| | process | when | what happens |\n| --- | --- | --- | --- |\n{rows}"


def submodels() -> str:
    """Equations of every process."""
    parts = []
    for m in MECHANISMS:
        equations = "\n".join(f"- `{e}`" for e in m.equations)
        parts.append(f"**[{m.name}](../reference/mechanisms/{m.name}.md)**. Off: {m.without}.\n\n{equations}")
    return "\n\n".join(parts)


def settings() -> str:
    """Levers, channels, and what is known of the uncertainties."""
    levers = "\n".join(
        f"| `levers.{f.name}` | {shown(f.default)} | {meta_of(Levers, f.name).unit} | {meta_of(Levers, f.name).meaning} |"
        for f in dataclasses.fields(Levers)
    )
    rows = []
    for m in MECHANISMS:
        metas = [meta_of(m.Settings, f.name) for f in dataclasses.fields(m.Settings)]
        if metas:
            unknown = sum("no evidence" in meta.source for meta in metas)
            priors = sum(meta.prior is not None for meta in metas)
            rows.append(f"| [{m.name}](../reference/mechanisms/{m.name}.md) | {len(metas)} | {priors} | {unknown} |")
    channels = ", ".join(f"`{f.name}`" for f in dataclasses.fields(Channels))
    return (
        f"| lever | default | unit | meaning |\n| --- | --- | --- | --- |\n{levers}\n\n"
        f"Channels of unit size, each with a switch: {channels}.\n\n"
        "| uncertainties of | settings | with a prior | without evidence |\n| --- | --- | --- | --- |\n" + "\n".join(rows)
    )


def initialisation() -> str:
    """What a world is made from, and the worlds that ship."""
    rows = "\n".join(
        f"| `world.{f.name}` | {'drawn or none' if f.default in ((), None) else shown(f.default)} | "
        f"{meta_of(WorldSettings, f.name).unit} | "
        f"{meta_of(WorldSettings, f.name).meaning} | {meta_of(WorldSettings, f.name).source} |"
        for f in dataclasses.fields(WorldSettings)
    )
    worlds = ", ".join(f"`{p.stem}`" for p in sorted((config_folder() / "world").glob("*.yaml")))
    return (
        f"| setting | default | unit | meaning | source |\n| --- | --- | --- | --- | --- |\n{rows}\n\nWorlds that ship: {worlds}."
    )


def chance() -> str:
    """The random decisions, each with a number of its own."""
    lines = Path(decisions.__file__).read_text(encoding="utf-8").splitlines()
    rows, about = [], ""
    for line in lines:
        if line.startswith("# "):
            about = line[2:]
        elif named := re.match(r"([A-Z_]+\d?) = (\d+)$", line):
            rows.append((about, named[1].lower().replace("_", " ")))
    grouped: dict[str, list[str]] = {}
    for told, name in rows:
        grouped.setdefault(told, []).append(name)
    listed = "\n".join(f"| {told} | {', '.join(names)} |" for told, names in grouped.items())
    return (
        f"{len(rows)} kinds of random decisions:\n\n| part, and whose identity a draw has | decisions |\n| --- | --- |\n{listed}"
    )


def observation() -> str:
    """What is measured."""
    families = Counter(o.family for o in OUTCOMES.values())
    listed = ", ".join(f"{number} of {family.replace('_', '-')}" for family, number in families.items())
    weekly = sum(o.weekly for o in OUTCOMES.values())
    return f"{len(OUTCOMES)} [outcomes](../reference/outcomes.md): {listed}. {weekly} are kept week by week."


PARTS: dict[str, Callable[[], str]] = {
    part.__name__: part for part in (entities, schedule, settings, initialisation, chance, observation, submodels)
}


def pages() -> dict[str, str]:
    """The page with its parts written anew, by its path below docs/reference."""
    text = PAGE.read_text(encoding="utf-8")
    marked = re.findall(r"<!-- written by docs/generate.py: (\w+) -->", text)
    if sorted(marked) != sorted(PARTS):
        raise SystemExit(
            f"docs/explanation/odd.md must have each of these parts once: {', '.join(PARTS)}; it has {', '.join(marked)}"
        )
    for name, part in PARTS.items():
        inside = re.compile(rf"(<!-- written by docs/generate.py: {name} -->\n).*?(<!-- end of {name} -->)", re.S)
        text = inside.sub(lambda found, part=part: f"{found[1]}\n{part()}\n\n{found[2]}", text, count=1)
    return {"../explanation/odd.md": text}
