"""A search for the policies that no other policy beats: generations of policies (NSGA-II), each run as a study."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from ..analysis.frontier import Goal, Reach, frontier, goals_of, reach_of
from ..analysis.frontier_words import as_dict, told
from ..analysis.languages import current, ending, using
from ..analysis.load import load_study
from ..analysis.parts import read_manifest
from ..config.executor import with_processes
from ..errors import CoCreateError, ConfigError, OutputError
from ..warming import get_ready
from .checks import check_worlds
from .compare import command, folder_of
from .executors import Executor, executor_of
from .going import NO_LIMITS, Limits, Progress, Way
from .levers_space import Space, space_of
from .output import write_csv, write_json, write_text
from .runner import begin_or_go_on
from .simulate import Simulate

GOALS = (
    "public_yuan=least,resident_hours=least,wait_mean_days=least,participation_week=most,building_gini_participation=least"
)
"""Public money, residents' hours, waiting, participation, equity."""
POPULATION, GENERATIONS = 16, 6


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched, for what."""

    space: Space
    goals: tuple[Goal, ...]
    reach: Reach | None
    population: int
    generations: int
    command: str

    @property
    def replicates(self) -> int:
        """Runs of each policy."""
        return int(self.space.config["replicates"])

    @property
    def seed(self) -> int:
        """Seed of the first replicate, and of the search."""
        return int(self.space.config["run"]["seed"])


def search_of(words: Sequence[str], goals: str, reach: str, population: int, generations: int) -> Search:
    """Check everything that was asked for, before any work."""
    from ..extensions import outcomes

    space = space_of(words)
    known = list(outcomes(space.config["extensions"]))
    for name, value, low, high in (("--population", population, 4, 1000), ("--generations", generations, 1, 1000)):
        if not low <= value <= high:
            raise ConfigError(f"{name} {value} must be a whole number from {low} to {high} (command line)")
    typed = command("frontier", words) + f" --goals {goals} --population {population} --generations {generations}"
    typed += f" --reach '{reach}'" if reach else ""
    search = Search(space, tuple(goals_of(goals or GOALS, known)), reach_of(reach, known), population, generations, typed)
    ends = [{lever.address: (lever.values or lever.span or ())[at] for lever in space.levers} for at in (0, -1)]
    check_worlds([space.arm("end", chosen)[1] for chosen in ends], search.seed)
    return search


def search(
    words: Sequence[str],
    out: str | Path | None = None,
    *,
    goals: str = GOALS,
    reach: str = "",
    population: int = POPULATION,
    generations: int = GENERATIONS,
    processes: int | None = None,
    progress: Progress | None = None,
    ready: Callable[[], None] = get_ready,
    limits: Limits = NO_LIMITS,
    simulate: Simulate | None = None,
) -> Path:
    """Search the levers for policies that no other beats in all goals, and leave ``frontier.csv`` in ``out``.

    A policy that was run already, here or in another study with the same ``cache``, is not run again; called again with the
    same words and folder, the search goes on where it stopped.

    Parameters
    ----------
    words
        ``levers.posts=40,56,72`` and ``'levers.pay=interval(3000,6000)'`` say what may be chosen; ``replicates=N``,
        ``world=NAME``, ``worlds=FILE`` and the like hold for every policy.
    out
        The folder; ``out=FOLDER`` among the words will do as well.
    goals
        Outcomes, each with ``=most`` or ``=least``.
    reach
        A level that a policy must reach, such as ``participation_week>0.03``: the cheapest that does is told.
    population, generations
        Policies in each generation, and how many generations there are.
    processes, progress, ready, limits, simulate
        As in :func:`cocreate_sim.study.runner.run_study`.

    Returns
    -------
    Path
        The folder.
    """
    asked = search_of(words, goals, reach, population, generations)
    folder = folder_of(out, asked.space.config["out"])
    cache = asked.space.config["cache"] or str(folder / "cache")
    executor = executor_of(with_processes(asked.space.config["executor"], processes or 0))
    points, runs = _generations(asked, folder, cache, executor, Way(progress, ready, limits, simulate))
    table = frontier(runs, points, asked.goals, asked.reach, asked.seed)
    write_csv(folder / "frontier.csv", table)
    names = {lever.address: lever.name for lever in asked.space.levers}
    write_json(folder / "summary.json", as_dict(table, asked.goals, asked.reach))
    for language in dict.fromkeys((current(), "en")):
        with using(language):
            text = told(table, names, asked.goals, asked.reach, asked.replicates, asked.space.size, asked.command)
            write_text(folder / f"summary{ending()}.txt", text)
    from ..report.figures.frontier import drawn  # Matplotlib is slow to import
    from ..report.figures.save import save

    save(drawn(table, names, asked.goals, asked.replicates, asked.command), folder / "figures", f"frontier{ending()}")
    return folder


def _optuna() -> Any:
    try:
        import optuna
    except ImportError:
        raise CoCreateError("optuna is needed here and is not installed: pip install 'cocreate-sim[analysis]'") from None
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna


def _generations(asked: Search, folder: Path, cache: str, executor: Executor, way: Way) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Let generations follow each other; return the policies and the runs of all of them."""
    if asked.space.size is not None and asked.space.size <= asked.population * asked.generations:
        return _whole(asked, folder, cache, executor, way)
    optuna = _optuna()
    sampler = optuna.samplers.NSGAIISampler(population_size=asked.population, seed=asked.seed)
    study = optuna.create_study(directions=["maximize"] * len(asked.goals), sampler=sampler)
    seen: dict[tuple[Any, ...], str] = {}
    points: list[dict[str, Any]] = []
    tables: list[pd.DataFrame] = []
    means: dict[str, list[float] | None] = {}
    for generation in range(1, asked.generations + 1):
        trials = [study.ask() for _ in range(asked.population)]
        chosen = [{lever.address: lever.suggested(trial) for lever in asked.space.levers} for trial in trials]
        fresh: dict[str, dict[str, Any]] = {}
        for one in chosen:
            key = tuple(one.values())
            if key not in seen:
                seen[key] = f"p{len(seen) + 1:04d}"
                fresh[seen[key]] = one
        if fresh:
            runs = _run(asked, folder / f"generation-{generation}", fresh, cache, executor, way)
            tables.append(runs)
            points += [{"point": name, **one} for name, one in fresh.items()]
            for name in fresh:
                mine = runs[runs["point"] == name]
                whole = mine[[goal.outcome for goal in asked.goals]].dropna()
                complete = len(whole) == asked.replicates
                means[name] = [g.sign * float(whole[g.outcome].mean()) for g in asked.goals] if complete else None
        for trial, one in zip(trials, chosen, strict=True):
            values = means[seen[tuple(one.values())]]
            state = optuna.trial.TrialState.FAIL if values is None else None
            study.tell(trial, values, state=state)
    return pd.DataFrame(points), pd.concat(tables, ignore_index=True)


def _whole(asked: Search, folder: Path, cache: str, executor: Executor, way: Way) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run every policy of a space that is no larger than the search would be."""
    levers = asked.space.levers
    every = product(*(lever.values for lever in levers))
    addresses = [lever.address for lever in levers]
    points = {f"p{k:04d}": dict(zip(addresses, one, strict=True)) for k, one in enumerate(every, 1)}
    runs = _run(asked, folder / "generation-1", points, cache, executor, way)
    return pd.DataFrame([{"point": name, **one} for name, one in points.items()]), runs


def _run(asked: Search, folder: Path, fresh: dict[str, dict[str, Any]], cache: str, executor: Executor, way: Way) -> pd.DataFrame:
    """Run new policies as one study, or what is left of it, and return its finished runs."""
    pairs = [asked.space.arm(name, one) for name, one in fresh.items()]
    if (folder / "manifest.json").is_file():
        manifest = read_manifest(folder)
        if [arm["factors"] for arm in manifest["arms"]] != [arm.factors for arm, _ in pairs]:
            raise OutputError(f"{folder} belongs to another search; give a folder that is new or empty")
    about = {"kind": "sweep", "cache": cache, "command": asked.command, "headline": [g.outcome for g in asked.goals]}
    begin_or_go_on(
        [arm for arm, _ in pairs], asked.replicates, asked.seed, folder, executor, way, configs=[config for _, config in pairs],
        about=about,
    )  # fmt: skip
    return load_study(folder).done.rename(columns={"arm": "point"})
