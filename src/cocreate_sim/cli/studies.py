"""``cocreate sweep``, ``resume``, ``status`` and ``verify``: studies of many runs, which can be stopped and gone on with."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError
from . import show
from .progress import Progress, duration
from .runs import close, default_folder, spoken, warm_up

if TYPE_CHECKING:
    from ..study.going import Limits
    from ..study.points import Plan


def sweep(options: argparse.Namespace) -> None:
    """Run a design of points times replicates."""
    from ..study.sweep import checked_plan
    from ..study.sweep import sweep as study

    spoken(options)
    layout, config = checked_plan(options.words)
    if options.dry_run:
        _tell_estimate(options, layout, config)
        return
    out = Path(config["out"]) if config["out"] is not None else default_folder("sweep")
    with Progress("runs", options.quiet) as progress:
        folder = study(options.words, out, None, progress, lambda: warm_up(options.quiet), limits(options))
    close(folder, options)


def _tell_estimate(options: argparse.Namespace, layout: Plan, config: dict[str, Any]) -> None:
    """Say how many runs a sweep has, and about how many hours and GiB they take, by three weeks of its first point."""
    from ..study.executors import executor_of
    from ..study.pilot import estimate

    points, replicates = len(layout.arms), int(config["replicates"])
    processes = executor_of(config["executor"]).workers
    warm_up(options.quiet)
    found = estimate(layout.configs[0], points * replicates, processes)
    if options.json:
        show.as_json({"points": points, "replicates": replicates, "runs": points * replicates} | found.as_dict())
        return
    print(f"{points:,} points, {replicates:,} replicates: {points * replicates:,} runs.")
    print(
        f"By three weeks of the first point: {duration(found.hours * 3600)} with {processes} at a time "
        f"({found.seconds_per_run:.2g} s a run), {found.memory_gib:.2g} GiB of memory in each, {found.disk_gib:.2g} GiB of disk."
    )
    print("Nothing was kept.")


def resume(options: argparse.Namespace) -> None:
    """Go on with a study where it stopped."""
    from ..analysis.parts import read_manifest
    from ..study.compare import finish
    from ..study.executors import executor_of
    from ..study.executors.words import settings_to_go_on
    from ..study.going import Way
    from ..study.runner import resume as go_on

    folder = folder_of(options.words[:1])
    words = [*options.words[1:], *([f"processes={options.processes}"] if options.processes else [])]
    begun = read_manifest(folder)
    executor = executor_of(settings_to_go_on(words, begun.get("executor")))
    one = begun["kind"] == "run"
    with Progress("weeks" if one else "runs", options.quiet) as progress:
        way = Way(
            progress=None if one else progress, ready=lambda: warm_up(options.quiet), limits=limits(options),
            weeks=progress if one else None,
        )  # fmt: skip
        _, damaged = go_on(folder, executor, way, retry=options.retry)
        finish(folder, executor, way)
    if damaged and not options.quiet and not options.json:
        print("Damaged, and done again:", *damaged, sep="\n  ")
    close(folder, options)


def status(options: argparse.Namespace) -> None:
    """Say how far a study is."""
    from ..study.status import status as look

    folder = folder_of(options.words)
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

    folder = folder_of(options.words)
    found = check(folder, options.sample)
    if options.json:
        show.as_json(found.as_dict())
    else:
        for text in found.different:
            print(text)
        print(f"{found.checked} of {found.runs} runs done again: {len(found.different)} differ.")
    if found.different:
        raise SystemExit(1)


def folder_of(words: Sequence[str]) -> Path:
    """Return the folder of a study that was named, or refuse anything else."""
    if len(words) != 1 or "=" in words[0]:
        raise ConfigError("name one folder of a study, such as results/first (command line)")
    return Path(words[0])


def limits(options: argparse.Namespace) -> Limits:
    """Return when to stop by itself, as it was typed."""
    from ..study.going import Limits

    return Limits(
        time_budget=options.time_budget or None, run_seconds=options.run_seconds or None, fail_fast=options.fail_fast
    )
