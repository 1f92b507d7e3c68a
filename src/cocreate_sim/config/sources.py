"""Where settings come from: the YAML files that Hydra composes, and in which file and line a value stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from ..errors import ConfigError
from . import userfiles

GROUPS = ("world", "policy", "uncertainties", "experiment", "executor")
"""The folders of a config: one file of each is chosen; an experiment is optional."""


def config_folder() -> Path:
    """Return the folder of the YAML files that ship: inside the package, or beside ``src`` in the repository."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "configs"
    return inside if inside.is_dir() else package.parents[1] / "configs"


def folders(own: str | None) -> list[Path]:
    """Return the folders in which options are looked up, the shipped one first."""
    return [config_folder()] if own is None else [config_folder(), userfiles.checked(own, config_folder(), GROUPS)]


def options(group: str, own: str | None = None) -> list[str]:
    """Return the names that may follow ``group=``."""
    return sorted({p.stem for folder in folders(own) for p in (folder / group).glob("*.yaml")})


def is_file(group: str, name: Any) -> bool:
    """Whether an option is a file that was named by its path: ``world=my_place.yaml``."""
    return group == "world" and isinstance(name, str) and name.endswith(".yaml")


def check_option(group: str, name: Any, own: str | None, where: str, said: str = "") -> str:
    """Return the name of an option, or refuse it with the list of those that exist; ``said`` is what the user calls the group."""
    if is_file(group, name):
        userfiles.world(name, where)
        return str(name)
    allowed = options(group, own)
    if name not in allowed:
        place = f" ({where})" if where else ""
        close = get_close_matches(str(name), allowed, n=1, cutoff=0.5)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        if group == "world" and str(name).endswith(".csv"):
            hint = f"; a table becomes a world with `cocreate world from {name} out={Path(str(name)).stem}.yaml`"
        elif group == "world" and Path(f"{name}.yaml").is_file():
            hint = f"; did you mean '{name}.yaml', the file?"
        raise ConfigError(
            f"{said or group} = {name!r} is not known{hint}; allowed here: {', '.join(allowed) or 'nothing'}{place}"
        )
    return str(name)


@dataclass(frozen=True, slots=True)
class File:
    """One composed YAML file, and the address under which its content is placed ("" is the top)."""

    path: Path
    shown: str
    package: str

    def keys(self) -> list[str]:
        """Return the topmost keys of the file, without its list of defaults."""
        node = _nodes(self.path, self.path.stat().st_mtime_ns)
        return [str(k.value) for k, _ in node.value if k.value != "defaults"] if _is_mapping(node) else []

    def line_of(self, parts: tuple[str, ...]) -> int | None:
        """Return the line in which a key stands, or None when this file does not hold it."""
        package = tuple(self.package.split(".")) if self.package else ()
        if parts[: len(package)] != package:
            return None
        node, line = _nodes(self.path, self.path.stat().st_mtime_ns), None
        for part in parts[len(package) :]:
            pairs = getattr(node, "value", None)
            if getattr(node, "id", "") == "sequence" and part.isdigit() and int(part) < len(pairs or ()):
                node = (pairs or ())[int(part)]
                line = node.start_mark.line + 1
                continue
            match = [(k, v) for k, v in pairs if k.value == part] if isinstance(pairs, list) and _is_mapping(node) else []
            if not match:
                return None
            line, node = match[-1][0].start_mark.line + 1, match[-1][1]
        return line


def _is_mapping(node: Any) -> bool:
    return getattr(node, "id", "") == "mapping"


@lru_cache(maxsize=256)
def _nodes(path: Path, _stamp: int) -> Any:
    import yaml

    return yaml.compose(path.read_text(encoding="utf-8"), Loader=userfiles.loader())


@dataclass(frozen=True, slots=True)
class Composed:
    """The merged content of the chosen files, before anything is checked."""

    values: dict[str, Any]
    choices: dict[str, str | None]
    files: tuple[File, ...]

    def place(self, parts: tuple[str, ...]) -> str:
        """Return the file and line that decided a value, or an empty text when no file holds it."""
        for file in reversed(self.files):
            line = file.line_of(parts)
            if line is not None:
                return f"{file.shown}, line {line}"
        return ""


def compose_files(choices: Mapping[str, str | None], own: str | None) -> Composed:
    """Merge the files of the chosen options as Hydra does; equal choices of unchanged files are merged once."""
    world = choices.get("world")
    if world is not None and is_file("world", world):
        return _with_world(compose_files({**choices, "world": default_choices()["world"]}, own), world)
    places = folders(own)
    files = [
        p for folder in places for pattern in ("*.yaml", *(f"{g}/*.yaml" for g in GROUPS)) for p in sorted(folder.glob(pattern))
    ]
    stamp = tuple((str(p), p.stat().st_mtime_ns) for p in files)
    return deepcopy(_compose(tuple(sorted(choices.items())), tuple(places), stamp))


def _with_world(composed: Composed, name: str) -> Composed:
    """Put the settings of a file in the place of those of the chosen world; other files still have the last word."""
    path = Path(name).expanduser()
    values = {**composed.values, "world": deepcopy(userfiles.world(name)) | (composed.values.get("world") or {})}
    called = re.sub(r"[^\w-]+", "_", path.stem)[:64]
    files = (File(path, name, "world"), *composed.files)
    return replace(composed, values=values, choices={**composed.choices, "world": called}, files=files)


@lru_cache(maxsize=64)
def _compose(choices: tuple[tuple[str, str | None], ...], places: tuple[Path, ...], _stamp: Any) -> Composed:
    import yaml
    from hydra import compose, initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra
    from hydra.errors import HydraException
    from hydra.types import RunMode
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    from .overrides import write

    outer, GlobalHydra.instance().hydra = GlobalHydra.instance().hydra, None
    words = [write(group, name) for group, name in choices if name is not None]
    if len(places) > 1:
        words.append(write("hydra.searchpath", [f"file://{places[1]}"]))
    try:
        with initialize_config_dir(str(places[0]), version_base="1.3"):
            merged = compose("config", overrides=words, return_hydra_config=True)
            order = GlobalHydra.instance().config_loader().compute_defaults_list("config", words, RunMode.RUN)
        known = merged.hydra.runtime.choices
        plain = OmegaConf.to_container(OmegaConf.masked_copy(merged, [str(k) for k in merged if k != "hydra"]), resolve=False)
    except yaml.YAMLError as error:
        raise ConfigError(f"a config file is not YAML: {' '.join(str(error).split())}") from None
    except (HydraException, OmegaConfBaseException, RecursionError) as error:
        reason = str(error) or str(error.__cause__ or type(error).__name__)
        raise ConfigError(f"the config files do not fit together: {' '.join(reason.split())[:600]}") from None
    finally:
        GlobalHydra.instance().hydra = outer  # a caller inside @hydra.main keeps its own
    if not isinstance(plain, dict):
        raise ConfigError("the config files do not hold settings")
    chosen = {group: known.get(group) for group in GROUPS}
    names = [(d.config_path, d.package) for d in order.defaults]
    return Composed({str(k): v for k, v in plain.items()}, chosen, _files(names, places))


def _files(names: list[tuple[str | None, str | None]], places: tuple[Path, ...]) -> tuple[File, ...]:
    found = []
    for name, package in names:
        if name is None or name.startswith("hydra/"):
            continue
        for folder in places:
            path = folder / f"{name}.yaml"
            if path.is_file():
                shown = f"{folder.name}/{name}.yaml" if folder == places[0] else str(path)
                found.append(File(path, shown, package or ""))
                break
    return tuple(found)


@cache
def default_choices() -> dict[str, str | None]:
    """Return the option of each group that is taken when none is named."""
    import yaml

    text = (config_folder() / "config.yaml").read_text(encoding="utf-8")
    entries = yaml.safe_load(text)["defaults"]
    return {group: name for entry in entries if isinstance(entry, dict) for group, name in entry.items()}
