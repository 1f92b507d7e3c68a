"""``cocreate run`` and ``cocreate compare``: check everything, get ready, run, and say in sentences what came out."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from ..errors import ConfigError
from . import show
from .chart import LiveChart
from .progress import Progress


def run(options: argparse.Namespace) -> None:
    """Run one world under one policy."""
    config = _ready(options)
    if config["policies"]:
        raise ConfigError("policies= is for `cocreate compare`; a run has one policy=NAME (command line)")
    if config["several"]:
        raise ConfigError(
            f"{config['several'][0]} has several values, which `cocreate compare` compares; a run has one (command line)"
        )
    if config["experiment"]:
        raise ConfigError(
            f"experiment {config['experiment']['name']!r} has several arms, which `cocreate compare` runs (command line)"
        )
    if config["executor"]["kind"] in ("dask", "slurm"):
        raise ConfigError("executor= is for studies of many runs (`cocreate compare`, `sweep`); one run runs here (command line)")
    from ..study.run import run_one

    out = _folder(config, "run")
    with LiveChart(options.quiet) as chart:
        folder = run_one(options.words, out, chart, lambda: warm_up(options.quiet), options.profile, chart.curves)
    close(folder, options)
    if options.profile and not options.json:
        print("\nTime by mechanism:")
        print((folder / "profile.csv").read_text(encoding="utf-8"), end="")


def compare(options: argparse.Namespace) -> None:
    """Run several policies, or the arms of an experiment, on the same worlds."""
    config = _ready(options)
    if not config["policies"] and not config["experiment"]:
        from ..config import options as names

        raise ConfigError(
            f"nothing to compare: give policies=a,b (allowed: {', '.join(names('policy'))}), an experiment=NAME "
            f"(allowed: {', '.join(names('experiment'))}), or several values such as levers.posts=40,72"
        )
    from ..study.compare import compare as study
    from ..study.design import arms_of
    from ..study.until import asked

    until = asked(options.until_halfwidth, options.most_replicates)
    if until is not None:
        until.checked(config)
    arms_of(config, options.words)  # what cannot be compared is refused before a folder is made
    out = _folder(config, "compare")
    with Progress("runs", options.quiet) as progress:
        folder = study(options.words, out, None, progress, lambda: warm_up(options.quiet), until)
    close(folder, options)


def spoken(options: argparse.Namespace) -> str:
    """Return the language that was asked for; one that is not known, or that no font can draw, is refused."""
    language: str = getattr(options, "language", "") or "en"
    if language == "en":
        return language
    from ..analysis.languages import using

    with using(language):
        from ..report.figures.style import needs_font

        needs_font()
    return language


def _ready(options: argparse.Namespace) -> dict[str, Any]:
    """Refuse whatever cannot be used, before any work: words first, then the folder, then everything together."""
    spoken(options)
    from ..config import compose, glance

    asked = glance(options.words)["out"]
    if asked is not None:
        _check_folder(Path(asked))
    return compose(options.words)


def _folder(config: dict[str, Any], command: str) -> Path:
    """Return the folder for the results: the one that was asked for, or a new one."""
    if config["out"] is not None:
        return Path(config["out"])
    out = default_folder(command)
    _check_folder(out)
    return out


def default_folder(command: str) -> Path:
    """Return a new folder below results/, named by the command and the time."""
    stamp = f"{command}-{datetime.now():%Y%m%d-%H%M%S}"
    folder, count = Path("results") / stamp, 1
    while folder.exists():
        count += 1
        folder = Path("results") / f"{stamp}-{count}"
    return folder


def _check_folder(out: Path) -> None:
    from ..study.lock import release
    from ..study.output import prepare

    release(prepare(out))


def warm_up(quiet: bool) -> None:
    """Compile the loops when this is the first run with these sources, and say so."""
    from ..warming import is_warm
    from ..warming import warm_up as compile_loops

    if is_warm():
        return
    if not quiet:
        print("First run on this computer: compiling the model, once. This takes up to a minute.", file=sys.stderr)
    with Progress("loops compiled", quiet) as progress:
        compile_loops(progress)


def close(folder: Path, options: argparse.Namespace) -> None:
    """Say in sentences what came out, and where tables and figures are."""
    language = spoken(options)
    if language != "en":
        from ..study.results import write_in_language

        write_in_language(folder, language)
    summary = folder / ("summary.txt" if language == "en" else f"summary.{language}.txt")
    text = summary.read_text(encoding="utf-8").strip() if summary.is_file() else ""
    tables = sorted(p for p in folder.iterdir() if p.suffix in (".parquet", ".csv") or any(p.glob("*.parquet")))
    figures = sorted(p for p in (folder / "figures").glob("*") if p.suffix in (".svg", ".png"))
    if options.json:
        show.as_json(
            {"out": str(folder), "summary": text, "tables": [str(p) for p in tables], "figures": [str(p) for p in figures]}
        )
        return
    if options.quiet:
        return
    if text:
        print(text, end="\n\n")
    print(f"Tables:  {', '.join(p.name + (os.sep if p.is_dir() else '') for p in tables)} in {folder}{os.sep}")
    if figures:
        print(f"Figures: {len({p.name.partition('.')[0] for p in figures})} in {folder / 'figures'}{os.sep}")
