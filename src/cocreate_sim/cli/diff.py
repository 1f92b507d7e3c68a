"""``cocreate diff``: the first event in which two policies part, on the same world and with the same luck."""

from __future__ import annotations

import argparse
from typing import Any

from ..errors import ConfigError
from . import show
from .progress import Progress
from .runs import warm_up


def diff(options: argparse.Namespace) -> None:
    """Say where two policies, or two values of a setting, part for the first time."""
    from ..study.diff import diff as study

    names = [word for word in options.words if "=" not in word]
    words = [word for word in options.words if "=" in word]
    if len(names) not in (0, 2):
        raise ConfigError(f"{' '.join(names)}: two policies part, not {len(names)}; allowed: A B (command line)")
    if names:
        words.append(f"policies={','.join(names)}")
    with Progress("days", options.quiet) as progress:
        found = study(words, progress, lambda: warm_up(options.quiet))
    if not options.json:
        print(found.told())
        return
    parting = found.parting
    said: dict[str, Any] = {
        "arms": [arm.label for arm in found.arms], "seed": found.seed, "world": found.world, "equal_days": found.days,
        "equal_events": found.events, "parting": None,
    }  # fmt: skip
    if parting is not None:
        said["parting"] = [_plain(event) for event in (parting.one, parting.other)]
    show.as_json(said)


def _plain(event: Any) -> dict[str, Any] | None:
    """Return an event as plain values and words; None for what does not happen in a run."""
    if event is None:
        return None
    from ..outcomes.partings import in_words
    from ..world.events import KINDS

    columns = {name: event[name].item() for name in event.dtype.names if name != "kind"}
    return {"kind": KINDS[event.kind].name, "mechanism": KINDS[event.kind].mechanism, **columns, "words": in_words(event)}
