"""``cocreate completion``: what the shell offers after the Tab key, from the same tables that the commands read."""

from __future__ import annotations

import argparse
import ast
import dataclasses
from collections.abc import Iterable
from enum import Enum
from pathlib import Path
from typing import Any

from ..errors import ConfigError, nearest

SHELLS = ("bash", "zsh", "fish")
_BASH = """# cocreate: words after the Tab key. For every new shell: eval "$(cocreate completion bash)" in ~/.bashrc
_cocreate() {
    local line=${COMP_LINE:0:COMP_POINT} cur head
    cur=${line##*[[:space:]]}
    mapfile -t COMPREPLY < <(cocreate completion words "$line" 2> /dev/null)
    head=${cur%"${cur##*[=:]}"}
    [ -n "$head" ] && COMPREPLY=("${COMPREPLY[@]#"$head"}")
    if [ ${#COMPREPLY[@]} -gt 0 ]; then [[ ${COMPREPLY[0]} == *[=.] ]] && compopt -o nospace; fi
}
complete -o default -F _cocreate cocreate
"""
_ZSH = """#compdef cocreate
# cocreate: words after the Tab key. For every new shell: eval "$(cocreate completion zsh)" in ~/.zshrc, after compinit
_cocreate() {
    local -a found
    found=(${(f)"$(cocreate completion words "$LBUFFER" 2> /dev/null)"})
    (( $#found )) && compadd -S '' -Q -- $found || _files
}
compdef _cocreate cocreate
"""
_FISH = """# cocreate: words after the Tab key. Once: cocreate completion fish > ~/.config/fish/completions/cocreate.fish
complete -c cocreate -a '(cocreate completion words (commandline -cp) 2> /dev/null)'
"""
_SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}
_LISTS = {"policies": "policy"}
_CONFIGURED = ("run", "compare", "sweep", "channels", "describe", "diff")


def completion(options: argparse.Namespace) -> None:
    """Print the script for a shell, or what could stand at the end of a line."""
    if len(options.words) == 2 and options.words[0] == "words":
        print("\n".join(offers(options.words[1])))
        return
    if len(options.words) != 1 or options.words[0] not in SHELLS:
        given = " ".join(options.words)
        raise ConfigError(f"{given!r} is not a shell{nearest(given, SHELLS)}; allowed: {', '.join(SHELLS)}")
    print(_SCRIPTS[options.words[0]], end="")


def offers(line: str) -> list[str]:
    """Return the words that may stand where a line ends."""
    from . import COMMANDS

    words = line.split()
    current = "" if not words or line[-1:].isspace() else words[-1]
    before = words[1 : len(words) - bool(current)] if words else []
    if not before:
        return _beginning(current, [*COMMANDS, "--help", "--version"])
    command = COMMANDS.get(before[0])
    if command is None:
        return []
    if current.startswith("-"):
        texts, numbers = (name for name, *_ in command.texts), (name for name, *_ in command.numbers)
        return _beginning(current, [*(name for name, _ in command.flags), *numbers, *texts, "--json", "--help"])
    if before[0] == "describe" and len(before) == 2 and before[1] == "mechanism":
        return _beginning(current, mechanisms())
    found: list[str] = []
    if before[0] == "describe" and len(before) == 1:
        from .describe import TOPICS

        found = [topic for topic in TOPICS if "=" not in topic]
    if before[0] == "completion":
        return _beginning(current, SHELLS)
    return _beginning(current, found + (addresses(current) if before[0] in _CONFIGURED else []))


def _beginning(current: str, found: Iterable[str]) -> list[str]:
    return sorted({word for word in found if word.startswith(current)})


def addresses(current: str) -> list[str]:
    """Return settings that begin so, or the values of a setting whose name stands there with its ``=``."""
    from ..config.settings import LIGHT, PLAIN
    from ..config.sources import GROUPS, options

    key, equals, value = current.partition("=")
    if equals and key in (*GROUPS, *_LISTS):
        listed = value.rpartition(",")[0]
        return [f"{key}={listed + ',' if listed else ''}{name}" for name in options(_LISTS.get(key, key))]
    section, _, name = key.partition(".")
    if equals:
        kind = _type(LIGHT.get(section), name)
        kind = bool if section == "switches" else kind
        return [f"{key}={each}" for each in _values(kind, name)]
    if section == "uncertainties" and "." in name:
        mechanism = name.partition(".")[0]
        return [f"uncertainties.{mechanism}.{setting}=" for setting in settings_of(mechanism)]
    if section in ("uncertainties", "switches") and "." in key:
        end = "." if section == "uncertainties" else "="
        return [f"{section}.{mechanism}{end}" for mechanism in mechanisms()]
    if section in LIGHT and "." in key:
        return [f"{section}.{f.name}=" for f in dataclasses.fields(LIGHT[section])]
    plain = [f"{each}=" for each in (*GROUPS, *PLAIN, "seed", "timeline")]
    return [*plain, *(f"{each}." for each in (*LIGHT, "uncertainties", "switches"))]


def _type(cls: type | None, name: str) -> Any:
    from ..engine.settings import types_of

    return types_of(cls).get(name) if cls is not None else None


def _values(kind: Any, name: str) -> list[str]:
    if kind is bool:
        return ["true", "false"]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [str(each.value) for each in kind]
    return ["10-20", "nested", "grid"] if name == "partition" else []


def _folder() -> Path:
    return Path(__file__).resolve().parents[1] / "mechanisms"


def mechanisms() -> list[str]:
    """Return the names of the mechanisms without loading them: a Tab key should not wait for compiled loops."""
    return sorted(path.stem for path in _folder().glob("[!_]*.py") if settings_class(path.stem) is not None)


def settings_of(mechanism: str) -> list[str]:
    """Return the settings of a mechanism, as its source lists them."""
    found = settings_class(mechanism)
    return [node.target.id for node in found.body if _is_setting(node)] if found is not None else []  # type: ignore[attr-defined]


def _is_setting(node: ast.stmt) -> bool:
    return isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)


def settings_class(mechanism: str) -> ast.ClassDef | None:
    """Return the class of a mechanism's settings as it stands in its source, or nothing where there is none."""
    path = _folder() / f"{mechanism}.py"
    if not mechanism.isidentifier() or not path.is_file():
        return None
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return next((node for node in body if isinstance(node, ast.ClassDef) and node.name.endswith("Settings")), None)
