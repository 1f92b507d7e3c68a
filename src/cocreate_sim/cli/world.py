"""``cocreate world from TABLE.csv``: a world of one's own place, from a table of its compounds."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..errors import ConfigError, OutputError, unknown
from . import show

EXAMPLE = "cocreate world from compounds.csv out=my_place.yaml"


def world(options: argparse.Namespace) -> None:
    """Check a table of compounds and write it as a world that every command can use."""
    from ..config import check, refuse_unsafe
    from ..config.table import as_yaml, in_words, read
    from ..engine.settings import build
    from ..world.build import check_buildable
    from ..world.levers import Levers
    from ..world.settings import WorldSettings

    table, out, given = _asked(options.words)
    rows = read(table)
    settings = {**given, "listed": [row.as_mapping() for row in rows]}
    refuse_unsafe(settings, ("world",), lambda _: str(table))
    checked = check.section(WorldSettings, settings, ("world",), _place(table, given))
    check_buildable(build(WorldSettings, checked, "world"), Levers(), 1)
    from ..study.output import write_text

    head = f"{in_words(rows)}, from {table.name}; made by `cocreate world from`.\nUse it: cocreate run world={out.name}"
    write_text(out, as_yaml(rows, {name: checked[name] for name in given}, head))
    if options.json:
        show.as_json({"out": str(out), "table": str(table), **{name: checked[name] for name in _COUNTED}})
    else:
        print(f"Written: {out}: {in_words(rows)}.\nUse it: cocreate run world={out}")


_COUNTED = ("subdistricts", "communities", "compounds", "grids", "households")


def _place(table: Path, given: dict[str, Any]) -> Any:
    return lambda parts: "command line" if len(parts) > 1 and parts[1] in given else str(table)


def _asked(words: list[str]) -> tuple[Path, Path, dict[str, Any]]:
    """Return the table, the file to write, and settings of the world that were typed."""
    from ..config.overrides import parse

    bare = [word for word in words if "=" not in word]
    if len(bare) != 2 or bare[0] != "from":
        raise ConfigError(f"say from which table, and into which file; example: {EXAMPLE} (command line)")
    out, given = None, {}
    for word in parse([word for word in words if "=" in word]):
        section, _, name = word.key.partition(".")
        if word.several:
            raise ConfigError(f"{word.text!r} has several values; a world has one (command line)")
        if word.key == "out":
            out = Path(str(word.value)).expanduser()
        elif section != "world" or not name or name == "listed":
            raise unknown("", word.key, ("out", "world.NAME (a setting of the world, such as world.background)"), "command line")
        else:
            given[name] = word.value
    if out is None or out.suffix != ".yaml":
        raise ConfigError(f"out = {out} must name a file that ends in .yaml; example: {EXAMPLE} (command line)")
    if out.exists():
        raise OutputError(f"{out} is there already; name another file, or remove it (nothing was changed)")
    return Path(bare[1]).expanduser(), out, given
