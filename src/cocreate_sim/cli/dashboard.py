"""``cocreate dashboard``: the planner's page, on this machine until Ctrl-C."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from ..errors import ConfigError, nearest
from . import show
from .progress import Progress

KEYS = ("port", "host", "world", "config_dir")


def dashboard(options: argparse.Namespace) -> None:
    """Serve the page until it is stopped with Ctrl-C."""
    given = _given(options.words)
    _installed()
    from ..dashboard.places import Places
    from ..dashboard.serve import HOST, PORT, is_loopback, served

    world = given.get("world")
    places = Places(world, given.get("config_dir"))
    places.world(places.first)
    for policy in (places.base, places.second):
        places.policy_settings(policy)
    host, port = given.get("host", HOST), given.get("port", PORT)
    with served(places, host, port) as (address, forever, _):
        _get_ready(options.quiet)
        if not is_loopback(host):
            print(f"Everybody who reaches {host} can start runs on this machine: there is no password.", file=sys.stderr)
        if options.json:
            show.as_json({"url": address.url, "host": address.host, "port": address.port})
        else:
            print(f"The page is at {address.url} until you press Ctrl-C here.")
        sys.stdout.flush()
        if options.open:
            import webbrowser

            webbrowser.open(address.url)
        forever()  # Ctrl-C ends it without a word
        raise KeyboardInterrupt("the page is closed")


def _given(words: list[str]) -> dict[str, Any]:
    """Return what was typed, or refuse it."""
    from ..config.overrides import last_of_each, parse

    found: dict[str, Any] = {}
    for word in last_of_each(parse(words)):
        if word.key not in KEYS:
            raise ConfigError(
                f"{word.key} is not for `cocreate dashboard`{nearest(word.key, KEYS)}; allowed: {', '.join(KEYS)}; "
                "levers are moved on the page (command line)"
            )
        if word.several or word.value in (None, ""):
            raise ConfigError(f"{word.text!r}: {word.key} takes one value (command line)")
        found[word.key] = word.value if word.key == "port" else str(word.value)
    port = found.get("port", 0)
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65_535:
        raise ConfigError(
            f"port = {port!r} is not a port; allowed: a whole number from 1 to 65535, or 0 for any free one (command line)"
        )
    if "world" in found:
        _check_world(found["world"], found.get("config_dir"))
    return found


def _check_world(name: str, own: str | None) -> None:
    from ..config import glance
    from ..config.overrides import write

    if name.endswith(".yaml") and not Path(name).is_file():
        raise ConfigError(f"world = {name!r} is not a file; allowed: the YAML file of a world (command line)")
    glance([f"world={name}" if name.endswith(".yaml") else write("world", name), *([write("config_dir", own)] if own else [])])


def _installed() -> None:
    from importlib.util import find_spec

    if find_spec("dash") is None:
        raise ConfigError("`cocreate dashboard` needs Dash, which is not installed: pip install 'cocreate-sim[dashboard]'")


def _get_ready(quiet: bool) -> None:
    """Load every compiled loop before the page opens, so that the first lever is answered at once; compile on a new machine."""
    from ..warming import is_warm, warm_up

    first = not is_warm()
    if first and not quiet:
        print("First run on this computer: compiling the model, once. This takes up to a minute.", file=sys.stderr)
    with Progress("loops compiled", quiet or not first) as progress:
        warm_up(progress)
