"""Every value is checked here before any work starts: known, of the right kind, inside its range, and where it stands."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from datetime import date
from difflib import get_close_matches
from enum import Enum
from typing import Any

from ..engine.settings import Prior, check_value, meta_of, parse_prior
from ..errors import ConfigError, nearest, unknown
from ..world.levers import Levers
from ..world.settings import WorldSettings
from . import correlations, listed
from .correlations import CORRELATIONS
from .settings import LIGHT, TOP, RunSettings

Place = Callable[[tuple[str, ...]], str]
"""Says where a value stands: "command line", a file and line, or nothing."""

DEFAULT = "default"
"""Key of ``uncertainties`` that says what settings without a value are: their ``centre``, or drawn from their ``prior``."""
FROM_PRIOR = "prior"
"""Value of an uncertainty that is to be drawn from its own prior."""
_LARGEST = 10**15
_DEEPEST = 8
_LONGEST = 2000


def brackets(place: str) -> str:
    """Return a place as it ends a message, or nothing when there is none."""
    return f" ({place})" if place else ""


def refuse_unsafe(value: Any, parts: tuple[str, ...], place: Place) -> None:
    """Refuse what no setting can be: code to call, references, huge numbers, endless texts, depth without end."""
    address = ".".join(parts) or "config"
    if len(parts) > _DEEPEST:
        raise ConfigError(f"{address[:200]} is nested deeper than {_DEEPEST} levels{brackets(place(parts[:2]))}")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise ConfigError(f"{address}: the key {key!r} is not a text{brackets(place(parts))}")
            if key.startswith("_") and key.endswith("_"):
                raise ConfigError(
                    f"{address}.{key} is refused: a config holds values, never code to call{brackets(place((*parts, key)))}"
                )
            refuse_unsafe(inner, (*parts, key), place)
    elif isinstance(value, list | tuple):
        for inner in value:
            refuse_unsafe(inner, (*parts, ""), place) if isinstance(inner, Mapping | list | tuple) else refuse_unsafe(
                inner, parts, place
            )
    elif isinstance(value, str):
        if "${" in value:
            raise ConfigError(
                f"{address} = {value[:80]!r} is refused: references (${{...}}) are not read{brackets(place(parts))}"
            )
        if len(value) > _LONGEST or "\0" in value:
            raise ConfigError(
                f"{address} = {value[:40]!r}... has {len(value)} characters; at most {_LONGEST} are read{brackets(place(parts))}"
            )
    elif isinstance(value, int) and abs(value) > _LARGEST:
        raise ConfigError(f"{address} is a whole number beyond {_LARGEST:g}, far outside every range{brackets(place(parts))}")
    elif value is not None and not isinstance(value, int | float):
        raise ConfigError(
            f"{address} = {value!r} must be a number, a text, yes or no, or a list of these{brackets(place(parts))}"
        )


def unknown_top(name: str, place: str) -> ConfigError:
    """Build the error for an address that starts with nothing known; a bare setting name is led to its full address."""
    full = {f.name: f"{s}.{f.name}" for s, cls in LIGHT.items() for f in dataclasses.fields(cls)} | {top: top for top in TOP}
    close = get_close_matches(name.split(".")[0], list(full), n=1, cutoff=0.55)
    hint = f"; did you mean {full[close[0]]!r}?" if close else ""
    return ConfigError(f"{name} is not known{hint}; allowed here: {', '.join(sorted(TOP))}{brackets(place)}")


def mapping(value: Any, parts: tuple[str, ...], place: Place) -> Mapping[str, Any]:
    """Return a section that holds settings, or refuse it; an empty one counts as holding none."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ConfigError(f"{'.'.join(parts)} = {value!r} must hold settings (name: value){brackets(place(parts))}")
    return value


def plain(value: Any) -> Any:
    """Return a value as it stands in YAML and JSON."""
    if isinstance(value, Prior):
        return value.as_mapping()
    if isinstance(value, tuple):
        return [row.as_mapping() for row in value]
    return value.value if isinstance(value, Enum) else value


def one(cls: type, name: str, value: Any, parts: tuple[str, ...], place: Place) -> Any:
    """Check one value of a settings class and return it as it stands in YAML."""
    address, where = ".".join(parts), place(parts)
    if cls is Levers and name == "partition":
        return _partition(value, address, where)
    if cls is WorldSettings and name == "listed":
        return listed.check(value, parts, place)
    checked = plain(check_value(cls, name, value, address, where))
    if cls is RunSettings and name == "start":
        day_of(checked, address, where)
    if cls is WorldSettings and name == "name" and not re.fullmatch(r"[\w-]{1,64}", checked):
        raise ConfigError(f"{address} = {value!r} must be 1 to 64 letters, digits, _ or -{brackets(where)}")
    return checked


CONTRADICTIONS: tuple[tuple[str, Any, str, Any, str], ...] = (
    ("levers.stations", True, "world.couriers_per_10k", 0.0, "there are no couriers for whom a station could open"),
    ("levers.keepers", "club", "levers.clubs", False, "there are no clubs that could keep a facility"),
)
"""Address and value, and another address and value that cannot go with it, with the reason."""


def refuse_contradictions(light: Mapping[str, Mapping[str, Any]], place: Place) -> None:
    """Refuse two settings that cannot both hold, and name both with their places."""
    for one_address, one_value, other_address, other_value, why in CONTRADICTIONS:
        one_part, other_part = one_address.split("."), other_address.split(".")
        if light[one_part[0]][one_part[1]] == one_value and light[other_part[0]][other_part[1]] == other_value:
            said = [
                f"{address} = {str(value).lower() if isinstance(value, bool) else value}{brackets(place(tuple(parts)))}"
                for address, value, parts in ((one_address, one_value, one_part), (other_address, other_value, other_part))
            ]
            raise ConfigError(f"{said[0]} contradicts {said[1]}: {why}")


def day_of(value: Any, address: str, where: str = "") -> date:
    """Read a date: a day (2022-06-01), or a month (2022-06), which stands for its first day."""
    text = str(value)
    try:
        if re.fullmatch(r"(19|20|21)\d{2}-\d{2}(-\d{2})?", text):
            return date.fromisoformat(text if len(text) > 7 else f"{text}-01")
    except ValueError:
        pass
    raise ConfigError(
        f"{address} = {value!r} is not a date from 1900 to 2199; allowed: a day such as 2022-06-01, or a month such as 2022-06"
        f"{brackets(where)}"
    )


def _partition(value: Any, address: str, where: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ConfigError(
            f"{address} = {value!r} is not a partition; allowed: a whole number of households from 1, 10-20, nested, grid"
            f"{brackets(where)}"
        )
    from ..world.levers import parse_rule

    try:
        parse_rule(value)
    except ConfigError as error:
        told = str(error).replace("levers.partition", address)
        raise ConfigError(f"{told}{nearest(str(value), ('10-20', 'nested', 'grid'))}{brackets(where)}") from None
    return str(value).strip()


def section(cls: type, values: Any, parts: tuple[str, ...], place: Place) -> dict[str, Any]:
    """Check one section and return it complete: every setting, with the default where none was given."""
    values = mapping(values, parts, place)
    names = [f.name for f in dataclasses.fields(cls)]
    for key in values:
        if key not in names:
            raise unknown(".".join(parts), key, names, place((*parts, key)))
    checked = {
        f.name: one(cls, f.name, values[f.name], (*parts, f.name), place) if f.name in values else plain(f.default)
        for f in dataclasses.fields(cls)
    }
    return listed.with_totals(checked, values, parts, place) if cls is WorldSettings else checked


def switches(values: Any, mechanisms: Mapping[str, type], place: Place) -> dict[str, bool]:
    """Check the switches and return one for every mechanism; what is not named is on."""
    values = mapping(values, ("switches",), place)
    for key, value in values.items():
        if key not in mechanisms:
            raise unknown("switches", key, mechanisms, place(("switches", key)))
        if not isinstance(value, bool):
            raise ConfigError(f"switches.{key} = {value!r} must be true or false{brackets(place(('switches', key)))}")
    return {name: bool(values.get(name, True)) for name in mechanisms}


def uncertainties(values: Any, mechanisms: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """Check the uncertainties and return each mechanism's settings in full, as a value or as a prior.

    Correlations of priors stand beside the mechanisms, under a key that is there only when there are any.
    """
    top = ("uncertainties",)
    values = mapping(values, top, place)
    rule = values.get(DEFAULT, "centre")
    if rule not in ("centre", FROM_PRIOR):
        raise ConfigError(
            f"uncertainties.{DEFAULT} = {rule!r} is not allowed; one of: centre, {FROM_PRIOR}"
            f"{nearest(str(rule), ('centre', FROM_PRIOR))}{brackets(place((*top, DEFAULT)))}"
        )
    for key in values:
        if key not in (DEFAULT, CORRELATIONS) and key not in mechanisms:
            raise unknown("uncertainties", key, [*mechanisms, DEFAULT, CORRELATIONS], place((*top, key)))
    result: dict[str, Any] = {}
    for name, mechanism in mechanisms.items():
        given = dict(mapping(values.get(name), (*top, name), place))
        drawn = {
            f.name: FROM_PRIOR
            for f in dataclasses.fields(mechanism.Settings)
            if rule == FROM_PRIOR and meta_of(mechanism.Settings, f.name).prior
        }
        priors = {
            k: uncertain(mechanism.Settings, k, v, (*top, name, k), place) for k, v in {**drawn, **given}.items() if is_prior(v)
        }
        fixed = section(mechanism.Settings, {k: v for k, v in given.items() if k not in priors}, (*top, name), place)
        result[name] = {**fixed, **priors}
    found = correlations.check(values.get(CORRELATIONS), result, place)
    return result | ({CORRELATIONS: found} if found else {})


def is_prior(value: Any) -> bool:
    """Whether a value says that a number is to be drawn."""
    return isinstance(value, Mapping) or value == FROM_PRIOR


def uncertain(cls: type, name: str, value: Any, parts: tuple[str, ...], place: Place) -> Any:
    """Check the value or the prior of one uncertainty and return it as it stands in YAML."""
    from .priors import check_prior

    names = [f.name for f in dataclasses.fields(cls)]
    if name not in names:
        raise unknown(".".join(parts[:-1]), name, names, place(parts))
    if not is_prior(value) or _is_text(cls, name):
        return one(cls, name, value, parts, place)
    address, where = ".".join(parts), place(parts)
    if isinstance(value, Mapping) and not isinstance(value.get("kind"), str):
        raise ConfigError(
            f"{address} = {dict(value)!r}: a prior needs a kind, such as {{kind: uniform, low: 0, high: 1}}{brackets(where)}"
        )
    prior = meta_of(cls, name).prior if value == FROM_PRIOR else parse_prior(value, address, where)
    if prior is None:
        raise ConfigError(
            f"{address} has no prior of its own; give a number, or {{kind: uniform, low: 0, high: 1}}{brackets(where)}"
        )
    check_prior(cls, name, prior, address, where)
    return plain(prior)


def _is_text(cls: type, name: str) -> bool:
    default = next(f.default for f in dataclasses.fields(cls) if f.name == name)
    return isinstance(default, str | bool | Enum)
