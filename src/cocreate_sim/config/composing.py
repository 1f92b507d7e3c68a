"""From ``key=value`` words and YAML files to one complete, checked set of settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import ConfigError, unknown
from . import check, executor, experiment, settings, sources, timeline, worlds
from .overrides import Override, last_of_each, parse
from .scenarios import extensions_of, mechanisms_by_name
from .settings import SAMPLED, StudySettings
from .sources import GROUPS

_POLICY_FILE = ("policy", "levers", "timeline", "channels", "switches")


def compose(overrides: Sequence[str] = ()) -> dict[str, Any]:
    """Return the complete, checked settings that a list of ``key=value`` words selects.

    Parameters
    ----------
    overrides
        Words in Hydra's grammar: ``world=tiny`` chooses a file, ``levers.posts=72`` gives a value,
        ``levers.posts=40,72`` makes a factor, ``config_dir=PATH`` adds a folder of own files.

    Returns
    -------
    dict
        Plain values, fit for JSON: world, levers, timeline, channels, switches, uncertainties (a value or a prior each, or one
        value per world), run, policy, experiment (or None), executor, extensions, policies, replicates, processes, design,
        samples, points, worlds, cache, out, config_dir, several (addresses with more than one value).

    Raises
    ------
    ConfigError
        For anything unknown, of the wrong kind or out of range: with its place, what is allowed, and what is nearest.
    """
    glance(overrides)
    words = last_of_each(parse(overrides))
    own = _own_folder(words)
    sweeps = {word.key: list(word.values) for word in words if word.several and word.key != "policies"}
    fixed = [word for word in words if word.key not in sweeps]
    chosen = {word.key: word.value for word in fixed if word.key in GROUPS}
    composed = sources.compose_files(chosen, own)
    values = composed.values
    _check_files(composed)
    given = [word for word in fixed if word.key not in GROUPS]
    for word in given:
        _put(values, word.key.split("."), word.value)
    typed = {tuple(word.key.split(".")) for word in given}
    typed |= {("experiment", part, address) for part in ("factors", "reference") for address in sweeps}

    def place(parts: tuple[str, ...]) -> str:
        return "command line" if any(parts[: len(t)] == t for t in typed) else composed.place(parts)

    return _checked(values, composed.choices, sweeps, own, place)


def _checked(
    values: dict[str, Any], choices: Mapping[str, str | None], sweeps: dict[str, list[Any]], own: str | None, place: check.Place
) -> dict[str, Any]:
    check.refuse_unsafe(values, (), place)
    for key in values:
        if key not in settings.TOP:
            raise check.unknown_top(key, place((key,)))
    world = dict(check.mapping(values.get("world"), ("world",), place))
    world.setdefault("name", choices["world"])
    light = {
        name: check.section(cls, world if name == "world" else values.get(name), (name,), place)
        for name, cls in settings.LIGHT.items()
    }
    check.refuse_contradictions(light, place)
    study = check.section(StudySettings, {k: values[k] for k in settings.STUDY if k in values}, (), place)
    plain = _plain_keys(values, own, place)
    policy = _policy(values.get("policy"), choices["policy"], place)
    extensions = extensions_of(values.get("extensions"), place)
    mechanisms = mechanisms_by_name(extensions)
    described = experiment.from_sweeps(values.get("experiment"), sweeps)
    if isinstance(described, Mapping) and choices["experiment"]:
        described = {"name": choices["experiment"], **described}
    design = experiment.check(described, mechanisms, own, place, extensions)
    if design is not None:
        if "replicates" in values:
            design["replicates"] = study["replicates"]
        study["replicates"] = design["replicates"]
    uncertainties = check.uncertainties(values.get("uncertainties"), mechanisms, place)
    if plain["worlds"] is not None:
        given = check.mapping(values.get("uncertainties"), ("uncertainties",), place)
        worlds.refuse_with(given, study["design"], [d.value for d in SAMPLED], plain["worlds"])
        table = worlds.read(plain["worlds"], mechanisms, place(("worlds",)))
        if "replicates" not in values:  # one run of each arm in each world
            study["replicates"] = table.count
            design = None if design is None else {**design, "replicates": table.count}
        uncertainties = worlds.put(uncertainties, given, table, light["run"]["seed"])
    return {
        **light,
        "timeline": timeline.check(values.get("timeline"), light, place),
        "switches": check.switches(values.get("switches"), mechanisms, place),
        "uncertainties": uncertainties,
        "policy": policy,
        "experiment": design,
        "executor": executor.with_processes(executor.check(values.get("executor"), place), study["processes"]),
        "extensions": extensions,
        **study,
        **plain,
        "several": sorted(sweeps),
    }


def _own_folder(words: Sequence[Override]) -> str | None:
    folder = None
    for word in words:
        if word.key == "config_dir":
            if word.several or not isinstance(word.value, str) or not word.value:
                raise ConfigError(f"{word.text!r}: config_dir must name one folder (command line)")
            folder = word.value
    return folder


def glance(overrides: Sequence[str]) -> dict[str, Any]:
    """Check what was typed on its own and return it: typing errors are told at once, before files and mechanisms are loaded."""
    words = parse(overrides)
    own = _own_folder(words)
    typed: dict[str, Any] = {}
    for word in words:
        top = word.key.split(".")[0]
        if word.key in GROUPS:
            if word.key == "executor" and word.several:
                raise ConfigError(f"{word.text!r}: a study has one executor (command line)")
            for name in word.values:
                if not (word.key == "experiment" and name is None and not word.several):
                    sources.check_option(word.key, name, own, "command line")
            continue
        if top not in settings.TOP or top in ("policy", "experiment") or "/" in word.key:
            raise check.unknown_top(word.key, "command line")
        if word.several and (word.key in settings.PLAIN or top == "executor") and word.key != "policies":
            raise ConfigError(
                f"{word.text!r}: {word.key} takes one value; put quotes around a value that holds a comma (command line)"
            )
        for value in [word.value] if word.key == "policies" else word.values:
            _put(typed, word.key.split("."), value)
            check.refuse_unsafe(typed, (), _typed_here)
            for name, cls in settings.LIGHT.items():
                check.section(cls, typed.get(name), (name,), _typed_here)
            executor.check_parts(typed.get("executor"), _typed_here)
    check.section(StudySettings, {k: typed[k] for k in settings.STUDY if k in typed}, (), _typed_here)
    return typed | _plain_keys(typed, own, _typed_here)


def _typed_here(_: tuple[str, ...]) -> str:
    return "command line"


def _check_files(composed: sources.Composed) -> None:
    """A policy is what a government can set: refuse a policy file that sets anything else, and files in the wrong place."""
    for file in composed.files:
        group = file.path.parent.name
        if group in ("policy", "experiment") and file.package:
            raise ConfigError(f"{file.shown} must start with the line '# @package _global_'")
        if group in ("world", "uncertainties", "executor") and file.package != group:
            raise ConfigError(f"{file.shown} must not move its settings with '# @package'")
        for key in file.keys() if group == "policy" else []:
            if key not in _POLICY_FILE:
                line = file.line_of((key,))
                raise ConfigError(
                    f"{key} does not belong in a policy; allowed here: {', '.join(_POLICY_FILE)} ({file.shown}, line {line})"
                )


def _put(values: dict[str, Any], parts: list[str], value: Any) -> None:
    """Give a value to an address, making the levels above it."""
    for part in parts[:-1]:
        inner = values.get(part)
        values[part] = dict(inner) if isinstance(inner, Mapping) else {}
        values = values[part]
    values[parts[-1]] = value


def _plain_keys(values: Mapping[str, Any], own: str | None, place: check.Place) -> dict[str, Any]:
    out = values.get("out")
    if out is not None and (not isinstance(out, str | int) or isinstance(out, bool) or not str(out).strip()):
        raise ConfigError(f"out = {out!r} must name a folder{check.brackets(place(('out',)))}")
    policies = values.get("policies") or []
    names = policies if isinstance(policies, list) else [policies]
    where = place(("policies",))
    checked = [sources.check_option("policy", name, own, where, "policies") for name in names]
    if len(set(checked)) < len(checked):
        raise ConfigError(f"policies = {', '.join(checked)}: a policy is named twice{check.brackets(where)}")
    for name, what in (("points", "a CSV file"), ("worlds", "a CSV file"), ("cache", "a folder")):
        if values.get(name) is not None and not (isinstance(values[name], str) and values[name]):
            raise ConfigError(f"{name} = {values[name]!r} must name {what}{check.brackets(place((name,)))}")
    folder = None if out is None else str(Path(str(out)).expanduser())
    files = {name: values.get(name) for name in ("points", "worlds", "cache")}
    return {"out": folder, "policies": checked, "config_dir": own, **files}


def _policy(values: Any, name: str | None, place: check.Place) -> dict[str, str]:
    values = check.mapping(values, ("policy",), place)
    for key, value in values.items():
        if key not in ("label", "meaning"):
            raise unknown("policy", key, ("label", "meaning"), place(("policy", key)))
        if not isinstance(value, str):
            raise ConfigError(f"policy.{key} = {value!r} must be a text{check.brackets(place(('policy', key)))}")
    label = str(values.get("label") or str(name).replace("_", " "))
    return {"name": str(name), "label": label, "meaning": " ".join(str(values.get("meaning", "")).split())}
