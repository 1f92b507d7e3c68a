"""Pieces that several pages need: the note on top, settings as a table, the sources that a text cites."""

from __future__ import annotations

import dataclasses
import re
from enum import Enum
from pathlib import Path
from typing import Any

from cocreate_sim.engine.settings import meta_of

DOCS = Path(__file__).resolve().parents[1]
CHECKOUT = DOCS.parent
NOTE = "<!-- written by docs/generate.py from the code; edit the code, then run `make docs` -->\n\n"


def shown(value: Any) -> str:
    """A value as one reads it in a table."""
    if isinstance(value, Enum):
        return str(value.value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def settings_table(cls: type, address: str) -> str:
    """All settings of a dataclass as a Markdown table."""
    if not dataclasses.fields(cls):
        return "None.\n"
    lines = ["| setting | default | unit | range | prior | meaning | source |", "| --- | --- | --- | --- | --- | --- | --- |"]
    for field in dataclasses.fields(cls):
        meta = meta_of(cls, field.name)
        span = (
            ""
            if meta.low is None and meta.high is None
            else f"{'' if meta.low is None else shown(meta.low)} to {'' if meta.high is None else shown(meta.high)}"
        )
        prior = "" if meta.prior is None else str(meta.prior)
        lines.append(
            f"| `{address}.{field.name}` | {shown(field.default)} | {meta.unit} | {span} | {prior} | "
            f"{meta.meaning} | {meta.source} |"
        )
    return "\n".join(lines) + "\n"


SOURCE = re.compile(r"\b[SABCEF]\d+(?:\.\d+)?\b")
"""Ids of rows of docs/reference/evidence.md."""


def known_sources() -> set[str]:
    """The ids that the page of evidence explains."""
    text = (DOCS / "reference" / "evidence.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| ([SABCEF]\d+(?:\.\d+)?) \|", text, re.M))


def written(text: str, where: str) -> str:
    """A text written by hand, on one line, refused when it cites a source that does not exist."""
    strangers = sorted(set(SOURCE.findall(text)) - known_sources())
    if strangers:
        raise SystemExit(f"{where} cites {', '.join(strangers)}, which docs/reference/evidence.md does not explain")
    return " ".join(text.split())
