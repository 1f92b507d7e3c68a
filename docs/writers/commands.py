"""The page of commands: what `cocreate COMMAND --help` says, all on one page."""

from __future__ import annotations

from cocreate_sim.cli import BAD_INPUT, COMMANDS, FAILED, OK, STOPPED
from cocreate_sim.cli.commands import Command

from .tables import NOTE

WORDS = f"""`key=value` configures, in Hydra's grammar; flags only present or limit. A name that is not known is refused with the
nearest one. `cocreate COMMAND --help` prints the same as this page, `--json` after any command prints one JSON document for
programs, and `NO_COLOR` is respected. Words that configure stand in the pages of [settings](settings.md) and of the mechanisms.

| exit code | meaning |
| --- | --- |
| {OK} | done |
| {FAILED} | failed, or something that was compared does not match |
| {BAD_INPUT} | what was typed cannot be used; nothing was begun |
| {STOPPED} | stopped with Ctrl-C; what is complete is kept |
"""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _section(name: str, told: Command) -> str:
    rows = [f"| `{_cell(told.words[0])}` | {_cell(told.words[1])} |"] if told.words[0] else []
    rows += [f"| `{flag}` | {_cell(meaning)} |" for flag, meaning in told.flags]
    rows += [f"| `{flag} N` | {_cell(meaning)} (without: {default}) |" for flag, default, meaning in told.numbers]
    rows += [f"| `{flag} {_cell(what)}` | {_cell(meaning)} |" for flag, what, meaning in told.texts]
    table = "| word | meaning |\n| --- | --- |\n" + "\n".join(rows) + "\n\n" if rows else ""
    return f"## {name}\n\n{told.meaning[0].upper()}{told.meaning[1:]}.\n\n    {told.example}\n\n{table}"


def page() -> str:
    """The page."""
    listed = "\n".join(f"| [`{name}`](#{name}) | {told.meaning} |" for name, told in COMMANDS.items())
    sections = "".join(_section(name, told) for name, told in COMMANDS.items())
    return f"# Commands\n\n{NOTE}{WORDS}\n| command | does |\n| --- | --- |\n{listed}\n\n{sections}".rstrip() + "\n"
