"""Reads a Markdown page as a reader does: blocks of commands and code in order, and what the page says that they print.

What the blocks of a page mean, so that the page can be run:

- ``sh``: one command a line, ``cocreate`` first of all; what follows ``#`` is a remark.
- ``python``: runs in one namespace for the whole page.
- ``text`` right behind one of these: what its last command prints, as in a doctest (``...`` stands for anything).
- ``yaml``: a file, if the comment before it says where to save it.
- ``toml`` and blocks without a language are shown, not run; a test lists the pages that have the latter.

A comment before a block says what readers need not see: ``<!-- tests: add world=tiny -->`` adds words to its commands, so that they
run in seconds; ``<!-- tests: copy examples/own_world/compounds.csv -->`` puts a file into the folder in which the page is run,
and ``<!-- tests: save mine/policy/posts_first.yaml -->`` writes a block there.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(
    r"(?:^<!-- tests: (?P<asked>.*?) -->\n)?^(?P<indent> *)```(?P<language>[\w{}-]*)\n(?P<text>.*?)^(?P=indent)```$", re.M | re.S
)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page, with the line on which it begins and what is asked of the tests before it."""

    page: Path
    line: int
    language: str
    text: str
    asked: str
    follows_at_once: bool
    """Whether nothing but an empty line stands between this block and the one before."""

    @property
    def place(self) -> str:
        """Where it stands, for messages."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    def asks(self, what: str) -> list[str]:
        """The words behind `add` or `copy` in the comment before the block."""
        found = [part.strip() for part in self.asked.split(";") if part.strip().split(" ")[0] == what]
        return [word for part in found for word in shlex.split(part)[1:]]

    def commands(self) -> list[list[str]]:
        """The commands of a shell block, word by word; a backslash at the end of a line goes on with the next."""
        lines = self.text.replace("\\\n", " ").splitlines()
        parted = [shlex.split(part, comments=True) for line in lines for part in _parts(line)]
        return [words for words in parted if words]


def _parts(line: str) -> Iterator[str]:
    """The commands of a line, parted by semicolons that stand outside of quotation marks."""
    lexer = shlex.shlex(line, posix=False, punctuation_chars=";")
    lexer.whitespace_split, lexer.commenters = True, "#"
    words: list[str] = []
    for word in lexer:
        if word == ";":
            yield " ".join(words)
            words = []
        else:
            words.append(word)
    yield " ".join(words)


def blocks(page: Path) -> list[Block]:
    """All fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    made, end = [], 0
    for found in _BLOCK.finditer(text):
        line = text.count("\n", 0, found.start("language")) + 1
        body = re.sub(f"^{found['indent']}", "", found["text"], flags=re.M)
        close = bool(made) and not text[end : found.start()].strip()
        made.append(Block(page, line, found["language"].strip("{}"), body, found["asked"] or "", close))
        end = found.end()
    return made


def every_page() -> list[Path]:
    """All pages of the documentation, the README files and the guides at the top."""
    places = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "experiments").rglob("*.md")]
    places += [*(ROOT / "examples").rglob("*.md"), *(ROOT / "tests").rglob("*.md")]
    return sorted(p for p in places if not {"_build"} & set(p.parts))
