"""Every source id cited in code, configurations and docs has a row in docs/reference/evidence.md; no row is left over."""

from __future__ import annotations

import io
import re
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "evidence.md"
ARTICLE = ROOT / "docs" / "reference" / "article.md"  # the rows of the article themselves: it cites none of them

# S and C: figures of the article and arithmetic on them; A: published data; B: theory; E: unknowns; F: equations.
ID = r"(?:[SC]\d{2}|A[1-9](?:\.\d{1,2})?|B[1-9]|[EF][1-9]\d?)"
CITED = re.compile(rf"(?<![\w#.-])({ID})(?:[-–]({ID}))?(?![\w-])")
TEXT = {tokenize.STRING, tokenize.COMMENT, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}


def ids_in(text: str) -> Iterator[str]:
    """Ids in a text; a range such as S33-S36 counts as every id in it."""
    for match in CITED.finditer(text):
        first, last = match.groups()
        yield first
        if last is None:
            continue
        stem, start, end = first[: -len(number(first))], number(first), number(last)
        if last[: -len(end)] != stem or int(end) <= int(start):
            yield last
            continue
        yield from (f"{stem}{k:0{len(start) if first[0] in 'SC' else 1}}" for k in range(int(start) + 1, int(end) + 1))


def number(identifier: str) -> str:
    """The digits at the end of an id: 36 of S36, 16 of A1.16."""
    return str(re.findall(r"\d+", identifier)[-1])


def cited_in_code(text: str) -> Iterator[str]:
    """Ids in the strings and comments of Python code; names of variables do not count."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in TEXT:
            yield from ids_in(token.string)


@cache
def cited() -> dict[str, set[str]]:
    """Id -> files that cite it."""
    found: dict[str, set[str]] = defaultdict(set)
    for folder, pattern, ids in (("src", "*.py", cited_in_code), ("configs", "*.yaml", ids_in), ("docs", "*.md", ids_in)):
        for path in sorted((ROOT / folder).rglob(pattern)):
            if path != PAGE:
                for identifier in ids(path.read_text(encoding="utf-8")):
                    if path == ARTICLE and identifier[0] in "SC":
                        continue
                    found[identifier].add(path.relative_to(ROOT).as_posix())
    return found


def rows(text: str) -> list[str]:
    """Ids in the first column of the page's tables."""
    return re.findall(rf"^\| ({ID}) \|", text, flags=re.MULTILINE)


def test_every_cited_id_has_a_row() -> None:
    on_page = set(rows(PAGE.read_text(encoding="utf-8")))
    missing = [f"{k} ({', '.join(sorted(files))})" for k, files in sorted(cited().items()) if k not in on_page]
    assert not missing, f"no row in docs/reference/evidence.md for: {'; '.join(missing)}"


def test_every_row_is_cited_or_theory() -> None:
    known = cited()
    left_over = [k for k in rows(PAGE.read_text(encoding="utf-8")) if k not in known and not k.startswith("B")]
    assert not left_over, f"rows in docs/reference/evidence.md that nothing cites: {', '.join(left_over)}"


def test_ids_mentioned_on_the_page_have_a_row_there() -> None:
    text = PAGE.read_text(encoding="utf-8")
    missing = sorted(set(ids_in(text)) - set(rows(text)))
    assert not missing, f"mentioned in docs/reference/evidence.md without a row: {', '.join(missing)}"


def test_only_theory_has_several_rows_per_id() -> None:
    twice = [k for k, n in Counter(rows(PAGE.read_text(encoding="utf-8"))).items() if n > 1 and not k.startswith("B")]
    assert not twice, f"several rows in docs/reference/evidence.md for: {', '.join(twice)}"


def test_every_row_has_all_its_columns_filled_in() -> None:
    """Only a remark, the last column of the unknowns, may be empty."""
    width, faults = 0, []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| id |"):
            width = len(cells)
        elif re.match(rf"\| {ID} \|", line):
            needed = cells[:-1] if cells[0].startswith("E") else cells
            if len(cells) != width or not all(needed):
                faults.append(cells[0])
    assert not faults, f"rows in docs/reference/evidence.md with empty or missing cells: {', '.join(faults)}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("S32, C08; the norm is 18 (A5.7)", ["S32", "C08", "A5.7"]),
        ("E7: Dirichlet(4,3,3,3,1)", ["E7"]),
        ("A1.16: 72 hours. See A4.", ["A1.16", "A4"]),
        ("S33-S36", ["S33", "S34", "S35", "S36"]),
        ("A6.4-A6.5", ["A6.4", "A6.5"]),
        ("E9-E11", ["E9", "E10", "E11"]),
        ("C03 / 191", ["C03"]),
        ("noqa: E501, F401, C901, #F0E442, #C05, B006, x.S32, NAME_E1, E1A, S1, ISO-A4", []),
    ],
)
def test_what_counts_as_a_cited_id(text: str, expected: list[str]) -> None:
    assert list(ids_in(text)) == expected


def test_names_in_code_do_not_count() -> None:
    code = 'E1 = F2 + B3  # prior of E10\ndef A1() -> str:\n    """As F3 says."""\n    return f"{name} by S06"\n'
    assert list(cited_in_code(code)) == ["E10", "F3", "S06"]
