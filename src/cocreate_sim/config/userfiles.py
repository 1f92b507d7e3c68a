"""A folder of config files of one's own: found beside the shipped ones, never instead of them, and never trusted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..errors import ConfigError, nearest

LARGEST = 200_000
"""Largest file that is read, in bytes."""
LARGEST_WORLD = 2_000_000
"""Largest file of a world that lists its compounds."""
DEEPEST = 20
MOST_FILES = 1000


def checked(folder: str, shipped: Path, groups: Sequence[str]) -> Path:
    """Return the folder when every YAML file in its groups is safe to read; refuse it otherwise."""
    path = Path(folder).expanduser()
    if "\0" in folder or not path.is_dir():
        raise ConfigError(
            f"config_dir = {folder!r} is not a folder; allowed: a folder that holds {', '.join(groups)} (command line)"
        )
    path = path.resolve()
    files = [p for group in groups for p in sorted((path / group).glob("*.yaml"))]
    if len(files) > MOST_FILES:
        raise ConfigError(f"config_dir = {folder!r} holds {len(files)} files; at most {MOST_FILES} are read (command line)")
    for file in files:
        if (shipped / file.relative_to(path)).exists():
            raise ConfigError(f"config_dir: {file} has the name of a file that ships, which would be taken instead; rename it")
        stat = file.stat()
        _check(file, stat.st_mtime_ns, stat.st_size)
    return path


def world(name: str, where: str = "") -> dict[str, Any]:
    """Return the settings in a file of a world that was named by its path, when it is safe to read; refuse it otherwise."""
    path, place = Path(name).expanduser(), f" ({where})" if where else ""
    if "\0" in name or not path.is_file():
        there = sorted(str(p) for p in path.parent.glob("*.yaml"))[:MOST_FILES] if "\0" not in name else []
        raise ConfigError(f"world = {name!r} is not a file{nearest(name, there)}; allowed: the YAML file of a world{place}")
    stat = path.stat()
    content = _check(path, stat.st_mtime_ns, stat.st_size, LARGEST_WORLD)
    if "defaults" in content:
        raise ConfigError(f"{name}: a world that is named by its path holds settings only, no list of defaults{place}")
    return content


def loader() -> Any:
    """Return the safe loader of YAML, the quick one where it is there."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@lru_cache(maxsize=2 * MOST_FILES)
def _check(file: Path, _stamp: int, size: int, largest: int = LARGEST) -> dict[str, Any]:
    """Refuse files that are too large or too deep, that use anchors, or that reach outside their folder; return the others."""
    import yaml

    if size > largest:
        raise ConfigError(f"{file} has {size} bytes; at most {largest} are read")
    try:
        text = file.read_text(encoding="utf-8")
        depth = 0
        for token in yaml.scan(text, Loader=loader()):
            name = type(token).__name__
            if name in ("AnchorToken", "AliasToken", "TagToken"):
                line = token.start_mark.line + 1
                raise ConfigError(f"{file}, line {line}: anchors (&), aliases (*) and tags (!) are not allowed in a config")
            depth += name.endswith("StartToken") and "Stream" not in name and "Document" not in name
            depth -= name.endswith("EndToken") and "Stream" not in name and "Document" not in name
            if depth > DEEPEST:
                raise ConfigError(f"{file} is nested deeper than {DEEPEST} levels")
        content = yaml.load(text, Loader=loader())
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{file} is not YAML: {' '.join(str(error).split())}") from None
    if content is not None and not isinstance(content, dict):
        raise ConfigError(f"{file} must hold settings (name: value), not {type(content).__name__}")
    for name in _names(content.get("defaults") if content else None):
        if ".." in name or "${" in name or name.startswith("~"):
            raise ConfigError(f"{file}: defaults may name options only, not {name!r}")
    return content or {}


def _names(defaults: object) -> Iterator[str]:
    for entry in defaults if isinstance(defaults, list) else []:
        if isinstance(entry, dict):
            for key, value in entry.items():
                yield str(key)
                yield str(value)
        else:
            yield str(entry)
