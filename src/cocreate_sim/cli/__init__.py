"""The command line: ``cocreate COMMAND key=value ... --flag``; words with ``=`` configure, flags only present or limit."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from .. import __version__
from ..errors import CoCreateError, ConfigError, OutputError, nearest

OK, FAILED, BAD_INPUT, STOPPED = 0, 1, 2, 130
"""Exit codes: done, another failure, something that was typed or chosen cannot be used, stopped with Ctrl-C."""


class Parser(argparse.ArgumentParser):
    """A parser whose help begins with an example."""

    example = ""

    def format_help(self) -> str:
        """Return the help, the example first."""
        head = f"example: {self.example}\n\n" if self.example else ""
        return head + super().format_help()

    def error(self, message: str) -> NoReturn:
        """Refuse what was typed, and say where help is."""
        raise ConfigError(f"{message}; `{self.prog} --help` shows what is possible")


COMMANDS = {
    "run": (
        "run one world under one policy and write tables, figures and a summary",
        "cocreate run world=tiny policy=posts_72 run.seed=7",
    ),
    "compare": (
        "run several policies, or an experiment, on the same worlds and report paired differences",
        "cocreate compare policies=before_2022,posts_72 world=tiny replicates=20",
    ),
    "diff": (
        "run two policies, or two settings, side by side with the same luck until the first event in which they part",
        "cocreate diff before_2022 posts_72 world=tiny --replicate 3",
    ),
    "schedule": ("print the order of a tick: every mechanism, what it reads and what it writes", "cocreate schedule"),
    "describe": (
        "explain a mechanism, or list settings, outcomes, policies, experiments or the counts of a built world",
        "cocreate describe mechanism casework",
    ),
}


def _parser(command: str) -> Parser:
    """Return the parser of one command."""
    meaning, example = COMMANDS[command]
    parser = Parser(
        prog=f"cocreate {command}", description=meaning, allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.example = example
    if command in ("run", "compare"):
        parser.add_argument(
            "words",
            nargs="*",
            metavar="KEY=VALUE",
            help="world=NAME, policy=NAME, uncertainties=NAME and experiment=NAME choose files; levers.NAME=VALUE and the like "
            "set values; out=DIR says where results go (`cocreate describe settings` lists all)",
        )
        parser.add_argument("--quiet", action="store_true", help="no progress and no summary; errors are still told")
    elif command == "diff":
        parser.add_argument(
            "words",
            nargs="*",
            metavar="WORD",
            help="the two sides first, each a policy or one KEY=VALUE, then KEY=VALUE words that hold for both, such as "
            "world=tiny, run.seed=7 or uncertainties.ties.most=10",
        )
        parser.add_argument(
            "--replicate", type=int, default=0, metavar="R", help="the luck of replicate R of a comparison: seed run.seed + R (0)"
        )
        parser.add_argument("--quiet", action="store_true", help="no progress; what was found is still told")
    elif command == "describe":
        parser.add_argument(
            "words",
            nargs="*",
            metavar="TOPIC",
            help="mechanism [NAME] | settings [PART] | outcomes | policies | experiments | world=NAME [KEY=VALUE ...]",
        )
    parser.add_argument("--json", action="store_true", help="print one JSON document for programs")
    return parser


def _main_parser() -> Parser:
    listed = "\n".join(f"  {name:<10}{meaning}" for name, (meaning, _) in COMMANDS.items())
    parser = Parser(
        prog="cocreate",
        usage="cocreate COMMAND [KEY=VALUE ...] [--quiet] [--json]",
        allow_abbrev=False,
        description=f"Simulate grassroots governance.\n\ncommands:\n{listed}",
        epilog="`cocreate COMMAND --help` shows an example. Exit codes: 0 done, 2 bad input, 130 stopped, 1 other failure.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.example = COMMANDS["compare"][1]
    parser.add_argument("--version", action="version", version=f"cocreate-sim {__version__}")
    return parser


def _handler(command: str) -> Callable[[argparse.Namespace], None]:
    """Load the code of one command, and of no other."""
    if command in ("run", "compare"):
        from .runs import compare, run

        return run if command == "run" else compare
    if command == "diff":
        from .diff import diff

        return diff
    from .describe import describe, schedule

    return schedule if command == "schedule" else describe


def _act(argv: Sequence[str]) -> None:
    command = argv[0] if argv else "--help"
    if command.startswith("-"):
        _main_parser().parse_args(list(argv) or ["--help"])
        return
    if command not in COMMANDS:
        raise ConfigError(f"{command!r} is not a command{nearest(command, COMMANDS)}; allowed: {', '.join(COMMANDS)}")
    options = _parser(command).parse_intermixed_args(list(argv[1:]))
    _handler(command)(options)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 failed, 2 bad input, 130 stopped with Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        _act(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except SystemExit as ended:  # argparse, after --help and --version
        return ended.code if isinstance(ended.code, int) else OK
    except (ConfigError, OutputError) as error:
        return _tell(str(error), BAD_INPUT)
    except CoCreateError as error:
        return _tell(str(error), FAILED)
    except KeyboardInterrupt as error:
        return _tell(str(error) or "stopped", STOPPED)
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return OK


def _tell(message: str, code: int) -> int:
    from .show import paint

    head = "cocreate:" if code == STOPPED else paint("cocreate: error:", "31", sys.stderr)
    print(f"{head} {message}", file=sys.stderr)
    return code
