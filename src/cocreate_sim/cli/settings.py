"""``cocreate describe settings``: every setting with its default, unit, limits, prior, meaning and source."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from enum import Enum
from typing import Any

from ..errors import unknown
from . import show

TOLD_WHOLE = 3
"""Settings that are told in sentences; more are listed."""


def rows(extensions: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return one row per setting: address, default, unit, range or allowed words, prior, meaning, source."""
    from ..config.check import plain
    from ..config.executor import ExecutorSettings
    from ..config.settings import LIGHT, StudySettings
    from ..engine.settings import types_of
    from ..extensions import in_order

    mechanisms = in_order(extensions)
    sections: list[tuple[str, type]] = [(name, cls) for name, cls in LIGHT.items()]
    sections += [(f"uncertainties.{m.name}", m.Settings) for m in mechanisms]
    sections += [("", StudySettings), ("executor", ExecutorSettings)]
    found = []
    for section, cls in sections:
        kinds = types_of(cls)
        for f in dataclasses.fields(cls):
            meta = f.metadata["setting"]
            found.append(
                {
                    "address": f"{section}.{f.name}" if section else f.name,
                    "default": plain(f.default),
                    "unit": meta.unit,
                    "low": meta.low,
                    "high": meta.high,
                    "allowed": _words_of(kinds[f.name]),
                    "prior": None if meta.prior is None else str(meta.prior),
                    "meaning": meta.meaning,
                    "source": meta.source,
                }
            )
    found += [
        {
            "address": f"switches.{m.name}", "default": True, "unit": "on or off", "low": None, "high": None,
            "allowed": _words_of(bool), "prior": None,
            "meaning": m.sentence, "source": ", ".join(m.seed_facts),
        }
        for m in mechanisms
    ]  # fmt: skip
    return found


def _words_of(kind: Any) -> list[str] | None:
    """Return the words that a setting takes; None for numbers, dates, names and lists."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [str(each.value) for each in kind]
    return ["true", "false"] if kind is bool else None


def _range(row: dict[str, Any]) -> str:
    if row["allowed"]:
        return ", ".join(row["allowed"])
    if row["low"] is None and row["high"] is None:
        return "-"
    low = "" if row["low"] is None else f"{row['low']:,.10g}"
    high = "" if row["high"] is None else f"{row['high']:,.10g}"
    return f"{low} to {high}".strip()


def _default(row: dict[str, Any]) -> str:
    """Say a default as it is typed."""
    value = row["default"]
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.10g}" if isinstance(value, int | float) else show.number(value)


def settings(part: str, json: bool) -> None:
    """Print all settings, those of a part, or one."""
    every = rows()
    chosen = [r for r in every if not part or part in r["address"].split(".") or f"{r['address']}.".startswith(f"{part}.")]
    if not chosen:
        section = part.rpartition(".")[0]
        beside = {row["address"] for row in every if section and row["address"].startswith(f"{section}.")}
        pieces = {piece for row in every for piece in row["address"].split(".")[:2]}
        raise unknown("", part, beside or pieces, "describe settings")
    if json:
        show.as_json(chosen)
        return
    if len(chosen) <= TOLD_WHOLE:
        for row in chosen:
            tell(row, 0)
        return
    show.table(
        ("address", "default", "unit", "range", "prior", "source"),
        [(r["address"], _default(r), r["unit"], _range(r), r["prior"] or "-", r["source"]) for r in chosen],
    )


def tell(row: dict[str, Any], indent: int) -> None:
    """Print one setting with its meaning."""
    limits = {} if _range(row) == "-" else {"allowed:" if row["allowed"] else "range": _range(row)}
    told = {**limits, "prior": row["prior"], "source:": row["source"]}
    unit = "" if row["allowed"] or row["unit"] == "rule" else row["unit"]
    print(f"{' ' * indent}{row['address']} = {_default(row)} {unit}".rstrip())
    show.paragraph(f"{row['meaning']} ({'; '.join(f'{what} {said}' for what, said in told.items() if said)})", indent + 4)
