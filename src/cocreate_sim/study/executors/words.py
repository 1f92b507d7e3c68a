"""Going on with a study: the executor that began it, unless words choose another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...config import compose, glance
from ...config.executor import check, with_processes
from ...config.overrides import parse
from ...errors import ConfigError

_ABOUT = ("executor", "processes", "config_dir")
BEGUN = {"kind": "processes"}
"""The executor of a study that does not say which began it."""


def settings_to_go_on(words: Sequence[str], begun: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the settings of the executor that goes on with a study.

    Parameters
    ----------
    words
        ``executor=NAME``, ``executor.KEY=VALUE`` or ``processes=N``; values without a name change the executor that began.
    begun
        The settings of the executor that began the study.

    Raises
    ------
    ConfigError
        For any other word: a study that has begun keeps its settings.
    """
    keys = [word.key for word in parse(words)]
    for key, word in zip(keys, words, strict=True):
        if key.partition(".")[0] not in _ABOUT:
            raise ConfigError(
                f"{word!r}: a study goes on with the settings it was begun with; allowed: executor=NAME, executor.KEY=VALUE, "
                "processes=N (command line)"
            )
    if "executor" in keys:
        found: dict[str, Any] = compose(words)["executor"]
        return found
    typed = glance(words)
    processes = int(typed.get("processes") or 0)
    before = BEGUN if processes or not begun else begun
    return with_processes(check({**before, **typed.get("executor", {})}, lambda _: "command line"), processes)
