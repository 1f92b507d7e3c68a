"""``cocreate sweep``, ``resume``, ``status`` and ``verify``: studies of many runs, which can be stopped and gone on with."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ConfigError
from . import show
from .progress import Progress, duration
from .runs import close, default_folder, warm_up

if TYPE_CHECKING:
    from ..study.runner import Limits


def sweep(options: argparse.Namespace) -> None:
    """Run a design of points times replicates."""
    from ..study.sweep import checked_plan
    from ..study.sweep import sweep as study

    layout, config = checked_plan(options.words)
    runs = len(layout.arms) * int(config["replicates"])
    if options.dry_run:
        told = {"points": len(layout.arms), "replicates": int(config["replicates"]), "runs": runs}
        if options.json:
            show.as_json(told)
        else:
            print(f"{told['points']:,} points, {told['replicates']:,} replicates: {runs:,} runs. Nothing was run.")
        return
    out = Path(config["out"]) if config["out"] is not None else default_folder("sweep")
    with Progress("runs", options.quiet) as progress:
        folder = study(options.words, out, None, progress, lambda: warm_up(options.quiet), _limits(options))
    close(folder, options)


def resume(options: argparse.Namespace) -> None:
    """Go on with a study where it stopped."""
    from ..analysis.parts import read_manifest
    from ..study.executors import executor_of
    from ..study.executors.words import settings_to_go_on
    from ..study.results import write_results
    from ..study.runner import resume as go_on

    folder = _folder(options.words[:1])
    words = [*options.words[1:], *([f"processes={options.processes}"] if options.processes else [])]
    executor = executor_of(settings_to_go_on(words, read_manifest(folder).get("executor")))
    with Progress("runs", options.quiet) as progress:
        _, damaged = go_on(
            folder, None, progress, retry=options.retry, ready=lambda: warm_up(options.quiet), limits=_limits(options),
            executor=executor,
        )  # fmt: skip
    write_results(folder)
    if damaged and not options.quiet and not options.json:
        print("Damaged, and done again:", *damaged, sep="\n  ")
    close(folder, options)


def status(options: argparse.Namespace) -> None:
    """Say how far a study is."""
    from ..study.status import status as look

    folder = _folder(options.words)
    found = look(folder)
    if options.json:
        show.as_json(found.as_dict())
        return
    print(f"{folder}: {found.state}. {found.done:,} of {found.asked:,} runs done, {found.failed:,} failed, {found.left:,} left.")
    if found.left and found.seconds_left is not None and found.runs_per_minute is not None:
        print(f"At {found.runs_per_minute:.3g} runs a minute about {duration(found.seconds_left)} more.")
    if found.damaged:
        print(f"{found.damaged} pieces are damaged; going on does their runs again.")
    if found.state == "stopped":
        print(f"`cocreate resume {folder}` goes on.")


def verify(options: argparse.Namespace) -> None:
    """Run a sample of stored runs again and compare every number."""
    from ..study.verify import verify as check

    folder = _folder(options.words)
    found = check(folder, options.sample)
    if options.json:
        show.as_json(found.as_dict())
    else:
        for text in found.different:
            print(text)
        print(f"{found.checked} of {found.runs} runs done again: {len(found.different)} differ.")
    if found.different:
        raise SystemExit(1)


def _folder(words: Sequence[str]) -> Path:
    if len(words) != 1 or "=" in words[0]:
        raise ConfigError("name one folder of a study, such as results/first (command line)")
    return Path(words[0])


def _limits(options: argparse.Namespace) -> Limits:
    from ..study.runner import Limits

    return Limits(
        time_budget=options.time_budget or None, run_seconds=options.run_seconds or None, fail_fast=options.fail_fast
    )
