"""Runs a page from top to bottom in a folder of its own, and compares what it prints with what the page says."""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.docs.pages import ROOT, Block, blocks

from cocreate_sim.cli import COMMANDS, OK, main
from cocreate_sim.cli.dashboard import KEYS, _given
from cocreate_sim.config import compose

_CHECKER = doctest.OutputChecker()
_RUNS = ("run", "compare", "sweep", "channels", "diff")
"""Commands to which a comment before a block may add words."""
_ELSEWHERE = {
    "reproduce": "tests/study/test_reproduce.py", "calibrate": "tests/docs/test_answers.py",
    "explore": "tests/docs/test_answers.py", "frontier": "tests/test_how_to_answers.py",
}  # fmt: skip
"""Commands that take minutes whatever is added to them, and the tests that run them."""
_TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))


def run_page(
    page: Path, folder: Path, chosen: Callable[[Block], bool] = lambda block: True, add: Sequence[str] = (), whole: bool = False
) -> dict[str, str]:
    """Run the chosen blocks of a page, with words added to what runs the model; return what each command printed.

    What Python printed last stands under ``python``. ``whole`` runs the commands too that have tests elsewhere.
    """
    said: dict[str, str] = {}
    last, namespace = "", {"__name__": "__main__"}
    for block in blocks(page):
        if not chosen(block):
            continue
        for name in block.asks("copy"):
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, folder / Path(name).name)
        if block.language == "sh":
            for words in block.commands():
                last = said[" ".join(words)] = _command(words, block, add, whole)
        elif block.language == "python":
            last = said["python"] = _python(block, namespace)
        elif block.language == "yaml":
            for name in block.asks("save"):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(block.text, encoding="utf-8")
        elif block.language == "text" and block.follows_at_once:
            _compare(block, last)
    return said


def _command(words: list[str], block: Block, add: Sequence[str], whole: bool) -> str:
    """Do what a line of a shell block says, as far as a test may, and return what it printed."""
    program, *rest = words
    if program.endswith("cocreate"):
        assert rest[0] in COMMANDS or rest[0].startswith("--"), f"{block.place}: {rest[0]} is not a command"
        if rest[0] == "dashboard":  # would serve until Ctrl-C: what is typed is checked; tests/dashboard opens pages
            assert set(_given([word for word in rest[1:] if "=" in word])) <= set(KEYS), block.place
            return ""
        missing = [word for word in rest[1:] if word.startswith("worlds=") and not Path(word.removeprefix("worlds=")).exists()]
        elsewhere = rest[0] in _ELSEWHERE and not whole and not (rest[0] == "reproduce" and Path(rest[1]).is_dir())
        if missing or elsewhere:
            assert rest[0] != "reproduce" or (ROOT / rest[1]).is_dir(), f"{block.place}: {rest[1]} is not there"
            return ""
        rest = _small(rest, [*add, *block.asks("add")]) if rest[0] in _RUNS else rest
        if "executor=slurm" in rest:  # tests/slurm runs it
            assert compose([word for word in rest[1:] if not word.startswith("--")])["executor"]
            return ""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            code = main(rest)
        assert code == OK, f"{block.place}: `cocreate {' '.join(rest)}` ended with {code}"
        return printed.getvalue()
    if program == "make":
        targets = [word for word in rest if "=" not in word]
        assert set(targets) <= _TARGETS, f"{block.place}: {' '.join(words)} names no target of the Makefile"
    elif program in ("python", "python3") and rest[:2] == ["-m", "pip"]:
        assert (ROOT / rest[-1]).exists() or rest[-1].startswith("cocreate-sim["), f"{block.place}: {rest[-1]} is not there"
    elif program in ("python", "python3"):
        assert (ROOT / rest[0]).is_file(), f"{block.place}: {rest[0]} is not there"
    elif program == "cd":
        assert len(rest) == 1, block.place
    elif program != "git":
        raise AssertionError(f"{block.place}: {program} is no command that a page may use")
    return ""


def _small(words: list[str], add: list[str]) -> list[str]:
    """A command with words added, in the place of those that say something else about the same setting."""
    if words[0] in ("run", "diff"):  # one run, or one pair
        add = [word for word in add if not word.startswith("replicates=")]
    larger = {  # units of many households need as many
        "channels": "world=quarter", "experiment=unit_size": "world=huajin", "experiment=unit_size_x_staffing": "world=quarter",
    }  # fmt: skip
    for word, world in larger.items():
        if word in words:
            add = [world if given == "world=tiny" else given for given in add]
    said = {word.partition("=")[0] for word in add}
    return [*(word for word in words if "=" not in word or word.partition("=")[0] not in said), *add]


def _python(block: Block, namespace: dict[str, Any]) -> str:
    printed = io.StringIO()
    code = compile("\n" * block.line + block.text, str(block.page), "exec", dont_inherit=True)
    with contextlib.redirect_stdout(printed):
        exec(code, namespace)
    return printed.getvalue()


def _compare(block: Block, said: str) -> None:
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    if not _CHECKER.check_output(block.text, said, options):
        example = doctest.Example("", block.text)
        raise AssertionError(f"{block.place}: the page is out of date\n{_CHECKER.output_difference(example, said, options)}")
