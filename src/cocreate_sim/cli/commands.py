"""The commands: what each does, an example, and what it takes; help, completion and the reference page are made of these."""

from __future__ import annotations

from typing import NamedTuple


class Command(NamedTuple):
    """A command: what it does, an example, where its code is, and what it takes."""

    meaning: str
    example: str
    module: str
    """Module of this package that holds a function of the command's name."""
    words: tuple[str, str] = ("", "")
    """How the words after the command are called in its help, and what they are; empty when it takes none."""
    flags: tuple[tuple[str, str], ...] = ()
    """Flags, and what they do."""
    numbers: tuple[tuple[str, int, str], ...] = ()
    """Flags that take a whole number, their default, and what they do."""
    texts: tuple[tuple[str, str, str], ...] = ()
    """Flags that take a text, what the text is called, and what they do."""


_FILES = "world=NAME, policy=NAME and uncertainties=NAME choose files; levers.NAME=VALUE and the like set values"
_OUT = "out=DIR says where results go (`cocreate describe settings` lists all)"
_QUIET = (("--quiet", "no progress and no summary; errors are still told"),)
_LIMITS = (
    (("--fail-fast", "stop at the first run that fails"),),
    (
        ("--time-budget", 0, "stop after N seconds, keeping what is complete; 0 means never"),
        ("--run-seconds", 0, "stop a run that takes longer than N seconds: it counts as failed; 0 means never"),
    ),
)
"""Flags, and flags with a number, of commands that run many runs."""
_LANGUAGE = (("--language", "CODE", "language of figures and sentences: en, zh (simplified) or zh-Hant (traditional Chinese)"),)
COMMANDS = {
    "run": Command(
        "run one world under one policy and write tables, figures and a summary",
        "cocreate run world=tiny policy=posts_72 run.seed=7", "runs",
        ("KEY=VALUE", f"{_FILES}; {_OUT}"),
        (*_QUIET, ("--profile", "measure the time of each mechanism: a table at the end, and profile.csv")),
        (), _LANGUAGE,
    ),
    "compare": Command(
        "run several policies, or an experiment, on the same worlds and report paired differences",
        "cocreate compare policies=before_2022,posts_72 world=tiny replicates=20", "runs",
        ("KEY=VALUE", f"experiment=NAME, {_FILES}; {_OUT}"), _QUIET,
        (("--most-replicates", 1000, "the most that --until-halfwidth may spend"),),
        (
            ("--until-halfwidth", "OUTCOME=WIDTH", "add replicates until paired differences are known within WIDTH either way"),
            *_LANGUAGE,
        ),
    ),
    "sweep": Command(
        "run a design of points times replicates: a grid, a Latin hypercube, Sobol points, designs for sensitivity, or a list",
        "cocreate sweep world=tiny levers.posts=40,56,72 replicates=20", "studies",
        ("KEY=VALUE", f"{_FILES}; design=NAME, samples=N and interval(a,b) lay out points; {_OUT}"), (*_QUIET, *_LIMITS[0],
        ("--dry-run", "say how many runs, hours and GiB it would be, by three weeks of the first point")), _LIMITS[1], _LANGUAGE,
    ),
    "resume": Command(
        "go on with a sweep or comparison exactly where it stopped", "cocreate resume results/first", "studies",
        ("DIR KEY=VALUE", "the folder of the study; executor=NAME, executor.KEY=VALUE and processes=N say who goes on"),
        (*_QUIET, ("--retry", "do the runs that failed again too"), *_LIMITS[0]),
        (("--processes", 0, "runs at the same time; 0 means one per processor"), *_LIMITS[1]),
    ),
    "status": Command(
        "say how far a study is: done, failed, left, and how long it will take", "cocreate status results/first", "studies",
        ("DIR", "the folder of the study"),
    ),
    "sensitivity": Command(
        "say which uncertain settings matter, from a sweep whose design can tell (Sobol, Morris, PRCC, one at a time)",
        "cocreate sensitivity results/first", "answers",
        ("DIR KEY=VALUE", "the folder of a sweep; method=NAME (without: by its design), outcomes=A,B (without: its headline)"),
        (("--quiet", "write the table and the figure, print nothing; errors are still told"),), (), _LANGUAGE,
    ),
    "timeline": Command(
        "say what evaluations of a dated policy would find (before-after, interrupted time series, difference-in-differences), "
        "beside its true effect",
        "cocreate timeline results/first", "answers",
        ("DIR KEY=VALUE", "the folder of a comparison with a policy that has a timeline; outcomes=A,B (without: its headline)"),
        (("--quiet", "write the table and the figure, print nothing; errors are still told"),),
        (("--window", 26, "read at most N weeks before and after a change"),), _LANGUAGE,
    ),
    "report": Command(
        "write a report on one study, or on several side by side, as one HTML file that opens anywhere",
        "cocreate report results/first --language zh out=report.html", "report",
        ("DIR ... [out=FILE.html]", "folders of studies, and the file to write (without: report.html in the only folder)"),
        (("--quiet", "say nothing; errors are still told"),), (), _LANGUAGE,
    ),
    "places": Command(
        "do one replicate of a study again and show where it happened: a table by unit, maps, and the ties of one building",
        "cocreate places results/first", "places",
        ("DIR [arms=A,B]", "the folder of the study; arms=A,B names arms (without: the reference and the last one compared)"),
        _QUIET, (("--replicate", 0, "which replicate, from 0: one course of chance"),), _LANGUAGE,
    ),
    "verify": Command(
        "do a sample of stored runs again and compare every number", "cocreate verify results/first --sample 5", "studies",
        ("DIR", "the folder of the study"), (), (("--sample", 3, "how many runs, evenly spread over the study"),),
    ),
    "reproduce": Command(
        "run a published study again and say, number by number, whether it matches (exit code 1 when it does not)",
        "cocreate reproduce experiments/staffing", "reproduce",
        (
            "DIR",
            (
                "the folder of the published study; out=DIR keeps the new runs, processes=N; study=DIR compares a finished study "
                "instead of running; publish=DIR writes a finished study's numbers into the folder"
            ),
        ),
        (("--quiet", "no progress, and only the numbers that do not match"),),
        (("--replicates", 0, "a quicker look with N replicates: then a tolerance counts, not every digit"),),
    ),
    "world": Command(
        "make a world of your own place from a table of its compounds, one per line",
        "cocreate world from compounds.csv out=my_place.yaml", "world",
        (
            "from TABLE.csv out=FILE.yaml",
            (
                "the table (docs/how-to/own-world.md names its columns), the file to write, and settings of the world such as "
                "world.background=false"
            ),
        ),
    ),
    "diff": Command(
        "run two policies side by side with the same luck and tell the first event in which they part",
        "cocreate diff before_2022 posts_72 world=tiny", "diff",
        ("A B KEY=VALUE", "two policies, or two settings such as levers.posts=40 levers.posts=72, then what holds for both"),
        (("--quiet", "no progress"),), (("--replicate", 0, "the luck of replicate N of a comparison, from 0: seed + N"),),
    ),
    "validate": Command(
        "check the model against the formulas it must reduce to: expected, simulated, standard error (about a minute)",
        "cocreate validate erlang_c peers", "validate",
        (
            "NAME",
            (
                "formulas to check, all by default (`cocreate describe formulas` lists them); after one NAME, PARAMETER=VALUE "
                "words ask for parameters of your own, such as `erlang_c posts=5 load=4`"
            ),
        ),
        (
            ("--quick", "only the first case of each formula (about 20 seconds)"),
            ("--planted", "plant one small error per formula in the model and show whether it is noticed"),
            ("--quiet", "no progress and no table; errors are still told"),
        ),
    ),
    "calibrate": Command(
        "draw worlds from the priors and keep those that give what is known of the real place, for any study to run on",
        "cocreate calibrate world=bairuijing samples=500 out=results/calibration", "calibrate",
        ("KEY=VALUE", "world=NAME, samples=N (worlds in each wave), seed=N and uncertainties; out=DIR is for worlds.csv"),
        (*_QUIET, *_LIMITS[0]),
        (
            ("--accept", 0, "add waves, which run what has a fair chance, until N worlds are accepted; 0 means one wave"),
            ("--waves", 10, "at most N waves"), *_LIMITS[1],
        ),
        (
            ("--targets", "NAME", "what is known: a file of configs/targets, or FILE.yaml of your own (default: before_2022)"),
            *_LANGUAGE,
        ),
    ),
    "robustness": Command(
        "say in how many worlds each unit size is best, whether more posts help, and which claims fail",
        "cocreate robustness results/robustness", "worlds",
        ("DIR", "a study over unit sizes or posts whose replicates are worlds: worlds=FILE, or uncertainties=priors"),
        _QUIET, (), _LANGUAGE,
    ),
    "explore": Command(
        "say under which settings something happens: boxes (PRIM) and a tree over the worlds of a study",
        "cocreate explore results/robustness --where 'participation_week<0' --arm unit_size-10_posts-40 "
        "--reference unit_size-100_posts-40", "worlds",
        ("DIR", "a study whose replicates are worlds (worlds=FILE), or a sweep of sampled points"), _QUIET,
        (("--boxes", 3, "at most N boxes"),),
        (
            ("--where", "OUTCOME<NUMBER", "what happens; with --reference, of the difference in the same world"),
            ("--arm", "NAME", "which arm; not needed when there is one"),
            ("--reference", "NAME", "the arm that it is compared with"), *_LANGUAGE,
        ),
    ),
    "frontier": Command(
        "search levers for the policies that no other policy beats in all goals: what the least money reaches",
        "cocreate frontier world=quarter levers.posts=40,56,72 levers.partition=10-20,100,grid replicates=5 out=results/frontier",
        "frontier",
        (
            "KEY=VALUE",
            f"several values of a setting, or interval(a,b), say what may be chosen; {_FILES}; worlds=FILE, replicates=N; {_OUT}",
        ),
        (*_QUIET, *_LIMITS[0]),
        (
            ("--population", 16, "policies in each generation"), ("--generations", 6, "how many generations follow each other"),
            *_LIMITS[1],
        ),
        (
            ("--goals", "OUTCOME=most,...", "two outcomes or more (default: money, hours, waiting, participation, equity)"),
            ("--reach", "OUTCOME>NUMBER", "tell the policy that does best in the first goal among those that reach this"),
            *_LANGUAGE,
        ),
    ),
    "channels": Command(
        "measure which of the ten channels of unit size does what, in small and in large units (a minute or two)",
        "cocreate channels replicates=20 levers.partition=5,100", "channels",
        ("KEY=VALUE", f"{_FILES}; levers.partition=SMALL,LARGE names the two sizes (without: 5,100 in world=quarter)"), _QUIET,
    ),
    "dashboard": Command(
        "open the planner's page on this machine: move levers, watch runs beside a baseline, compare policies, download",
        "cocreate dashboard", "dashboard",
        (
            "KEY=VALUE",
            (
                "port=8050; world=NAME or FILE.yaml to begin with; config_dir=DIR of worlds and policies of your own; "
                "host=ADDRESS lets other machines in (without it, only this one)"
            ),
        ),
        (("--open", "open the page in the browser of this machine"), ("--quiet", "no progress; the address is still told")),
    ),
    "completion": Command(
        "print what lets the Tab key complete commands, settings and their values in a shell",
        "cocreate completion bash", "completion",
        ("SHELL", "bash, zsh or fish; the first lines of what is printed say where it belongs"),
    ),
    "schedule": Command(
        "print the order of a tick: every mechanism, what it reads and what it writes", "cocreate schedule", "describe"
    ),
    "describe": Command(
        "explain a mechanism, or list settings, outcomes, policies, figures of the article or the counts of a built world",
        "cocreate describe mechanism casework", "describe",
        (
            "TOPIC",
            (
                "mechanism [NAME] | settings [PART] | outcomes | policies | experiments | formulas | article | extensions | "
                "world=NAME [KEY=VALUE]"
            ),
        ),
    ),
}  # fmt: skip
