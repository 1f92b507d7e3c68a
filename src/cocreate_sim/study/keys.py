"""What makes two runs the same run: a hash of the settings, the seed, the rules of the model and the numeric packages."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ..analysis.parts import key_of

DETERMINING = ("world", "levers", "timeline", "channels", "switches", "uncertainties", "run", "extensions")
"""Sections of a config that decide what a run computes."""
PINS = ("numpy", "scipy", "numba")
"""Packages whose version can change a digit."""
_PACKAGE = Path(__file__).resolve().parent.parent
_RULES = ("engine", "world", "mechanisms", "outcomes", "model.py", "schedule.py", "mechanism.py")
"""Sources that decide what a run computes; not the study, its statistics, its figures or its words."""


@cache
def code_hash() -> str:
    """Return a short hash of the model's rules and of the numeric packages; comments and layout do not count."""
    digest = sha256(" ".join(f"{name} {version(name)}" for name in PINS).encode())
    for name in _RULES:
        path = _PACKAGE / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(file.relative_to(_PACKAGE).as_posix().encode())
            digest.update(rules_of(file.read_text(encoding="utf-8")).encode())
    return digest.hexdigest()[:16]


def _rules_below(paths: Sequence[Path]) -> str:
    """Return a short hash of the rules of a package that is not ours."""
    return sha256("\n".join(rules_of(path.read_text(encoding="utf-8")) for path in paths).encode()).hexdigest()[:16]


def rules_of(source: str) -> str:
    """Return a source without comments, docstrings and layout."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            del body[0]
    return ast.unparse(tree)


def settings_hash(config: Mapping[str, Any]) -> str:
    """Return a short hash of all settings that a run is made from, its seed and the world's name aside."""
    sections = {name: config.get(name) for name in DETERMINING}
    sections["world"] = {k: v for k, v in (config.get("world") or {}).items() if k != "name"}
    sections["run"] = {k: v for k, v in (config.get("run") or {}).items() if k != "seed"}
    if sections["extensions"]:
        from ..extensions import sources  # mechanisms are slow to import, and few studies have others than ours

        sections["extensions"] = {name: _rules_below(paths) for name, paths in sources(sections["extensions"]).items()}
    return sha256(json.dumps(sections, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:16]


def run_key(settings: str, seed: int) -> str:
    """Return the key of one run: equal keys are the same run, whichever study asks for it."""
    return key_of(settings, seed, code_hash())
