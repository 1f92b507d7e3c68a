"""``cocreate describe`` and ``cocreate schedule``: what the model does, what can be set, what is measured."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from ..errors import ConfigError, nearest
from . import show
from .settings import rows as setting_rows
from .settings import settings, tell

TOPICS = (
    "mechanism", "settings", "outcomes", "policies", "worlds", "experiments", "formulas", "article", "extensions", "world=NAME",
)  # fmt: skip


def schedule(options: argparse.Namespace) -> None:
    """Print the tick table: every mechanism in its order."""
    from ..schedule import MECHANISMS

    rows = [
        {"name": m.name, "cadence": m.cadence, "sentence": m.sentence, "reads": list(m.reads), "writes": list(m.writes)}
        for m in MECHANISMS
    ]
    if options.json:
        show.as_json(rows)
        return
    print(f"The order of one tick (one day), {len(rows)} mechanisms; each sees what those above it wrote.\n")
    for place, row in enumerate(rows, 1):
        print(f"{place:>2}  {row['name']}  ({row['cadence']})")
        show.paragraph(str(row["sentence"]), 4)
        show.paragraph(f"reads:  {', '.join(row['reads'])}", 4)
        show.paragraph(f"writes: {', '.join(row['writes'])}", 4)


def describe(options: argparse.Namespace) -> None:
    """Print what one topic is about."""
    words = options.words
    if not words:
        print("What can be described:\n" + "\n".join(f"  cocreate describe {topic}" for topic in TOPICS))
        return
    if any("=" in word for word in words):
        _world(words, options.json)
        return
    topic, rest = words[0], words[1:]
    if topic == "mechanism":
        _mechanism(rest, options.json)
    elif topic == "settings":
        settings(_at_most_one(rest, topic), options.json)
    elif topic in _LISTS:
        if rest:
            raise ConfigError(f"`describe {topic}` takes nothing more, but {rest[0]!r} was given")
        _LISTS[topic](options.json)
    else:
        raise ConfigError(f"{topic!r} cannot be described{nearest(topic, TOPICS)}; allowed: {', '.join(TOPICS)}")


def _at_most_one(rest: Sequence[str], topic: str) -> str:
    if len(rest) > 1:
        raise ConfigError(f"`describe {topic}` takes one name, but {len(rest)} were given: {', '.join(rest)}")
    return rest[0] if rest else ""


def _mechanism(rest: Sequence[str], json: bool) -> None:
    from ..extensions import by_name, installed
    from ..schedule import BY_NAME

    name = _at_most_one(rest, "mechanism")
    if not name:
        rows = [{"name": m.name, "sentence": m.sentence} for m in BY_NAME.values()]
        show.as_json(rows) if json else show.table(("mechanism", "what happens"), [(r["name"], r["sentence"]) for r in rows])
        return
    own = [name] if name not in BY_NAME and name in installed() else []
    known = by_name(own)
    if name not in known:
        raise ConfigError(f"{name!r} is not a mechanism{nearest(name, known)}; allowed: {', '.join(known)}")
    m = known[name]
    own_settings = [row for row in setting_rows(own) if row["address"].startswith(f"uncertainties.{name}.")]
    if json:
        told = {k: getattr(m, k) for k in ("name", "cadence", "sentence", "without")}
        lists = {k: list(getattr(m, k)) for k in ("equations", "reads", "writes", "seed_facts")}
        show.as_json({**told, **lists, "settings": own_settings})
        return
    print(f"{name} ({m.cadence})\n")
    show.paragraph(m.sentence)
    print("\nEquations")
    for equation in m.equations:
        print(f"  {equation}")
    print()
    show.paragraph(f"Switched off (switches.{name}=false): {m.without}")
    show.paragraph(f"Reads: {', '.join(m.reads)}")
    show.paragraph(f"Writes: {', '.join(m.writes)}")
    show.paragraph(f"Sources in the article: {', '.join(m.seed_facts) or 'none'}")
    if own_settings:
        print("\nSettings")
        for row in own_settings:
            tell(row, 2)


def _outcomes(json: bool) -> None:
    from ..outcomes.catalogue import OUTCOMES

    fields = ("name", "label", "unit", "meaning", "family", "weekly", "better")
    rows = [{k: getattr(o, k) for k in fields} for o in OUTCOMES.values()]
    if json:
        show.as_json(rows)
        return
    show.table(("outcome", "unit", "family", "meaning"), [(r["name"], r["unit"], r["family"], r["meaning"]) for r in rows])


def _policies(json: bool) -> None:
    from ..policy import BASE, differences, policy, shipped

    base = policy(BASE)
    rows = []
    for name in shipped():
        p = policy(name)
        rows.append({"name": p.name, "label": p.label, "meaning": p.meaning, "differences": differences(p, base)})
    if json:
        show.as_json(rows)
        return
    for row in rows:
        print(f"{row['name']}: {row['meaning']}")
        for line in row["differences"]:
            show.paragraph(str(line), 4)


def _worlds(json: bool) -> None:
    """List the worlds that ship by their size; the first comment of each file says what it is."""
    from ..config import compose, options
    from ..config.sources import folders

    rows = []
    for name in options("world"):
        world = compose([f"world={name}"])["world"]
        path = next(path for folder in folders(None) if (path := folder / "world" / f"{name}.yaml").is_file())
        about = path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
        rows.append({"name": name, **{k: world[k] for k in ("subdistricts", "communities", "households")}, "about": about})
    rows.sort(key=lambda row: (row["households"], row["name"]))
    if json:
        show.as_json(rows)
        return
    show.table(tuple(rows[0]), [[show.number(value) for value in row.values()] for row in rows])
    print("\n`cocreate describe world=NAME` builds one and counts what is in it: residents, buildings, units, staff.")


def _experiments(json: bool) -> None:
    from ..config import compose, options

    rows = [compose([f"experiment={name}"])["experiment"] for name in options("experiment")]
    if json:
        show.as_json(rows)
        return
    for row in rows:
        print(row["name"])
        show.paragraph(row["question"], 4)
        for address, values in row["factors"].items():
            show.paragraph(f"{address}: {', '.join(str(v) for v in values)}", 4)


def _formulas(json: bool) -> None:
    from ..validation.catalogue import FORMULAS, NOT_YET

    rows = [
        {k: getattr(f, k) for k in ("name", "title", "text", "limit", "source")} | {"parameters": dict(f.parameters)}
        for f in FORMULAS.values()
    ]
    if json:
        show.as_json({"formulas": rows, "not_yet": NOT_YET})
        return
    for row in rows:
        print(f"{row['name']}: {row['title']}")
        show.paragraph(row["text"], 4)
        show.paragraph(f"holds when: {row['limit']}", 4)
        show.paragraph(f"source: {row['source']}", 4)
        for name, meaning in row["parameters"].items():
            show.paragraph(f"{name}: {meaning}", 8)
    print("\nNot checked:")
    for name, why in NOT_YET.items():
        show.paragraph(f"{name}: {why}", 4)


def _extensions(json: bool) -> None:
    from ..extensions import installed, load

    rows: list[dict[str, Any]] = [
        {
            "name": name, "package": point.dist.name if point.dist else "", "version": point.dist.version if point.dist else "",
            "after": kind.after, "sentence": kind.sentence, "outcomes": [o.name for o in kind.outcomes],
        }
        for name, point in installed().items() for kind in load([name])
    ]  # fmt: skip
    if json:
        show.as_json(rows)
    elif rows:
        head = ("extension", "package", "follows", "what happens")
        show.table(head, [(r["name"], f"{r['package']} {r['version']}", r["after"], r["sentence"]) for r in rows])
        print("\nA run asks for them by name: extensions=[NAME]; `cocreate describe mechanism NAME` tells more.")
    else:
        print("No installed package offers a mechanism of its own; docs/how-to/own-mechanism.md builds one.")


def _article(json: bool) -> None:
    from ..article import as_mapping, bound_rows, counts

    rows = bound_rows()
    count = counts(rows)
    if json:
        show.as_json({**count, "rows": [as_mapping(row) for row in rows]})
        return
    for one in rows:
        row = one.row
        print(f"{row.id}  {row.topic}, {row.place} ({row.kind}, {one.status})")
        show.paragraph(row.says, 5)
        show.paragraph(f"figures:  {row.told()}", 5)
        show.paragraph(f"bound to: {'; '.join(f'{kind} {name}' for kind, name in one.bound) or 'nothing'}", 5)
    told = ", ".join(f"{number} {status}" for status, number in count.items())
    print(f"\n{len(rows)} rows: {told}. Statements are ours, figures are the article's; it reports successes only.")


def _world(words: Sequence[str], json: bool) -> None:
    from ..config import load

    said = any(word.lstrip("+").startswith(("policy=", "levers.partition=")) for word in words)
    chosen = load(*words) if said else load("levers.partition=10-20", *words)  # no policy named: the article's units (S21)
    from ..config import compose
    from ..policy import dated
    from ..world.build import build_world

    world = build_world(chosen.world, chosen.levers, chosen.run.seed, timeline=chosen.timeline)
    counts, config = world.counts(), compose(words)
    changes = dated(config["timeline"], config["levers"], config["run"]["start"])
    if json:
        told = {"world": chosen.world.name, "seed": chosen.run.seed, "partition": chosen.levers.partition, **counts}
        show.as_json(told | ({"timeline": config["timeline"]} if changes else {}))
        return
    print(f"The world {chosen.world.name}, as built with seed {chosen.run.seed} and partition {chosen.levers.partition}:\n")
    show.table(("what", "count"), [(name.replace("_", " "), show.number(value)) for name, value in counts.items()])
    if changes:
        print("\nTimeline, with what was there at the start:")
        for change in changes:
            show.paragraph(change, 2)


_LISTS = {
    "outcomes": _outcomes, "policies": _policies, "worlds": _worlds, "experiments": _experiments, "formulas": _formulas,
    "article": _article, "extensions": _extensions,
}  # fmt: skip
