"""The command line: ``cocreate COMMAND key=value ... --flag``; words with ``=`` configure, flags only present or limit."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NoReturn

from .. import __version__
from ..errors import CoCreateError, ConfigError, OutputError, nearest
from .commands import COMMANDS as COMMANDS

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


def _parser(command: str) -> Parser:
    """Return the parser of one command."""
    told = COMMANDS[command]
    parser = Parser(
        prog=f"cocreate {command}", description=told.meaning, allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.example = told.example
    metavar, words = told.words
    if words:
        parser.add_argument("words", nargs="*", metavar=metavar, help=words)
    for flag, meaning in told.flags:
        parser.add_argument(flag, action="store_true", help=meaning)
    for flag, default, meaning in told.numbers:
        parser.add_argument(flag, type=int, default=default, metavar="N", help=meaning)
    for flag, metavar, meaning in told.texts:
        parser.add_argument(flag, default="", metavar=metavar, help=meaning)
    parser.add_argument("--json", action="store_true", help="print one JSON document for programs")
    return parser


def _main_parser() -> Parser:
    listed = "\n".join(f"  {name:<13}{command.meaning}" for name, command in COMMANDS.items())
    parser = Parser(
        prog="cocreate",
        usage="cocreate COMMAND [KEY=VALUE ...] [--quiet] [--json]",
        allow_abbrev=False,
        description=f"Simulate grassroots governance.\n\ncommands:\n{listed}",
        epilog="`cocreate COMMAND --help` shows an example. Exit codes: 0 done, 2 bad input, 130 stopped, 1 other failure.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.example = COMMANDS["compare"].example
    parser.add_argument("--version", action="version", version=f"cocreate-sim {__version__}")
    return parser


def _handler(command: str) -> Callable[[argparse.Namespace], None]:
    """Load the code of one command, and of no other."""
    found: Callable[[argparse.Namespace], None] = getattr(import_module(f".{COMMANDS[command].module}", __package__), command)
    return found


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
