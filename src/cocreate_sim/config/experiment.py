"""An experiment: a question, the factors that are varied, the arm that others are compared with, what is reported."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from ..errors import ConfigError, nearest, unknown
from .check import Place, brackets, is_prior, one, uncertain
from .settings import LIGHT, REPLICATES, StudySettings
from .sources import GROUPS, check_option

KEYS = (
    "question", "reference", "factors", "arms", "besides", "pair_by", "replicates", "outcomes", "figures", "interactions",
)
ARMS = ("all", "one_at_a_time")
"""Which combinations of factors are run: every one, or those in which one factor at most differs from the reference."""
HEADLINE = (
    "participation_week",
    "hours_per_resident_year",
    "solved_in_unit_share",
    "wait_mean_days",
    "on_time_share",
    "backlog",
    "mobilisation_hours",
    "projects_finished",
    "ties_per_resident",
    "belonging_mean",
    "building_gini_participation",
    "head_hours",
    "public_yuan",
)
"""Outcomes that are reported first when nobody chose any: at least one of every family that is always there."""
MOST_ARMS = 10_000
_FIGURE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_NEEDED = ("question", "factors", "reference", "pair_by")
TOP = ("experiment",)


def check(
    values: Any, mechanisms: Mapping[str, Any], own: str | None, place: Place, extensions: Sequence[str] = ()
) -> dict[str, Any] | None:
    """Check an experiment and return it complete; None when there is none."""
    if values is None:
        return None
    if not isinstance(values, Mapping):
        raise ConfigError(f"experiment = {values!r} must hold {', '.join(KEYS)}{brackets(place(TOP))}")
    for key in values:
        if key not in (*KEYS, "name"):
            raise unknown("experiment", key, KEYS, place((*TOP, key)))
    for key in _NEEDED:
        if not values.get(key):
            raise ConfigError(
                f"experiment.{key} is missing or empty; an experiment needs {', '.join(_NEEDED)}{brackets(place(TOP))}"
            )
    factors = _factors(values["factors"], mechanisms, own, place)
    return {
        "name": str(values.get("name", "command line")),
        "question": _text(values["question"], "question", place),
        "factors": factors,
        "arms": _arms(values.get("arms", ARMS[0]), place),
        "besides": _besides(values.get("besides"), factors, place),
        "reference": _reference(values["reference"], factors, mechanisms, own, place),
        "pair_by": _pair_by(values["pair_by"], factors, place),
        "replicates": one(StudySettings, "replicates", values.get("replicates", REPLICATES), (*TOP, "replicates"), place),
        "outcomes": _outcomes(values.get("outcomes") or list(HEADLINE), place, extensions),
        "figures": _figures(values.get("figures") or [], place),
        "interactions": _interactions(values.get("interactions"), values["pair_by"], factors, place),
    }


def from_sweeps(values: Any, sweeps: Mapping[str, Sequence[Any]]) -> Any:
    """Add the factors that were typed as several values (``levers.posts=40,72``), or make an experiment of them."""
    if not sweeps:
        return values
    made = dict(values) if isinstance(values, Mapping) else {}
    factors, reference = dict(made.get("factors") or {}), dict(made.get("reference") or {})
    for address, several in sweeps.items():
        factors[address] = list(several)
        if reference.get(address) not in several:
            reference[address] = several[0]
    if made.get("besides"):
        made["besides"] = [row for row in made["besides"] if all(row.get(a) in (None, *several) for a, several in sweeps.items())]
    names = " and ".join(sweeps)
    return {
        "question": f"What changes with {names}?",
        "pair_by": next(iter(sweeps)),
        **made,
        "factors": factors,
        "reference": reference,
    }


def _text(value: Any, key: str, place: Place) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"experiment.{key} = {value!r} must be a text{brackets(place((*TOP, key)))}")
    return " ".join(value.split())


def check_factor(address: str, value: Any, mechanisms: Mapping[str, Any], own: str | None, place: Place) -> Any:
    """Check one value of one factor: its address must exist, and the value must be allowed there."""
    where = place(())
    parts = tuple(address.split("."))
    if address in GROUPS[:3]:
        return check_option(address, value, own, where)
    if len(parts) == 2 and parts[0] in LIGHT:
        names = [f.name for f in fields(LIGHT[parts[0]])]
        if parts[1] not in names:
            raise unknown(parts[0], parts[1], names, where)
        if parts[0] == "run" and parts[1] == "seed":
            raise ConfigError(f"run.seed cannot be a factor: replicates give each arm the same seeds{brackets(where)}")
        return one(LIGHT[parts[0]], parts[1], value, parts, place)
    if len(parts) == 2 and parts[0] == "switches":
        if parts[1] not in mechanisms:
            raise unknown("switches", parts[1], mechanisms, where)
        if not isinstance(value, bool):
            raise ConfigError(f"{address} = {value!r} must be true or false{brackets(where)}")
        return value
    if len(parts) == 3 and parts[0] == "uncertainties":
        if parts[1] not in mechanisms:
            raise unknown("uncertainties", parts[1], mechanisms, where)
        if is_prior(value):
            raise ConfigError(f"{address} = {value!r}: the values of a factor are numbers or words, not priors{brackets(where)}")
        return uncertain(mechanisms[parts[1]].Settings, parts[2], value, parts, place)
    allowed = [
        *GROUPS[:3],
        *(f"{s}.{f.name}" for s, c in LIGHT.items() for f in fields(c)),
        *(f"switches.{m}" for m in mechanisms),
    ]
    raise ConfigError(
        f"experiment.factors: {address!r} is not an address{nearest(address, allowed)}; allowed: {', '.join(GROUPS[:3])}, "
        f"levers.NAME, channels.NAME, switches.MECHANISM, uncertainties.MECHANISM.SETTING, world.NAME, run.NAME{brackets(where)}"
    )


def _always(here: str) -> Place:
    return lambda _: here


def _factors(values: Any, mechanisms: Mapping[str, Any], own: str | None, place: Place) -> dict[str, list[Any]]:
    where = place((*TOP, "factors"))
    if not isinstance(values, Mapping):
        raise ConfigError(f"experiment.factors = {values!r} must be a mapping from addresses to lists of values{brackets(where)}")
    result = {}
    for address, several in values.items():
        here = place((*TOP, "factors", address))
        if not isinstance(several, list) or not several:
            raise ConfigError(
                f"experiment.factors.{address} = {several!r} must be a list of values, such as [40, 72]{brackets(here)}"
            )
        checked = [check_factor(address, v, mechanisms, own, _always(here)) for v in several]
        twice = [v for i, v in enumerate(checked) if v in checked[:i]]
        if twice:
            raise ConfigError(f"experiment.factors.{address} holds {twice[0]!r} twice{brackets(here)}")
        result[address] = checked
    arms = math.prod(len(v) for v in result.values())
    if arms > MOST_ARMS:
        raise ConfigError(f"experiment.factors makes {arms} arms; at most {MOST_ARMS} are run{brackets(where)}")
    return result


def _arms(value: Any, place: Place) -> str:
    if value not in ARMS:
        raise ConfigError(
            f"experiment.arms = {value!r} is not allowed; one of: {', '.join(ARMS)}{nearest(str(value), ARMS)}"
            f"{brackets(place((*TOP, 'arms')))}"
        )
    return str(value)


def _besides(values: Any, factors: Mapping[str, list[Any]], place: Place) -> list[dict[str, Any]]:
    """Check the combinations that are run besides: each gives values to some factors, the others are at the reference."""
    where = place((*TOP, "besides"))
    if values is None:
        return []
    if not isinstance(values, list) or not all(isinstance(row, Mapping) and row for row in values):
        raise ConfigError(f"experiment.besides = {values!r} must be a list of combinations of factors{brackets(where)}")
    found = []
    for k, row in enumerate(values):
        for address, value in row.items():
            if address not in factors:
                raise unknown(f"experiment.besides[{k}]", str(address), factors, where)
            if not any(_same(value, level) for level in factors[address]):
                raise ConfigError(
                    f"experiment.besides[{k}].{address} = {value!r} is not among the values of that factor; "
                    f"allowed: {_list(factors[address])}{brackets(where)}"
                )
        found.append(dict(row))
    return found


def _same(one: Any, other: Any) -> bool:
    """Whether two values of a factor are the same, in whatever way they are written (15 and "15")."""
    return one == other or str(one) == str(other)


def wanted(experiment: Mapping[str, Any], levels: Mapping[str, Any], reference: Mapping[str, Any]) -> bool:
    """Whether an experiment runs a combination of factors (address to value)."""
    differ = [address for address, value in levels.items() if not _same(value, reference[address])]
    if experiment.get("arms", ARMS[0]) == ARMS[0] or len(differ) <= 1:
        return True
    rows = experiment.get("besides") or []
    return any(all(_same(v, {**reference, **row}[a]) for a, v in levels.items()) for row in rows)


def _reference(
    values: Any, factors: Mapping[str, list[Any]], mechanisms: Mapping[str, Any], own: str | None, place: Place
) -> dict[str, Any]:
    where = place((*TOP, "reference"))
    if not isinstance(values, Mapping):
        raise ConfigError(f"experiment.reference = {values!r} must give one value to every factor{brackets(where)}")
    for address in values:
        if address not in factors:
            raise unknown("experiment.reference", address, factors, place((*TOP, "reference", address)))
    result = {}
    for address, allowed in factors.items():
        if address not in values:
            raise ConfigError(f"experiment.reference gives no value to {address}; allowed: {_list(allowed)}{brackets(where)}")
        here = place((*TOP, "reference", address)) or where
        value = check_factor(address, values[address], mechanisms, own, _always(here))
        if value not in allowed:
            raise ConfigError(
                f"experiment.reference.{address} = {value!r} is not among the values of that factor; "
                f"allowed: {_list(allowed)}{brackets(here)}"
            )
        result[address] = value
    return result


def _pair_by(value: Any, factors: Mapping[str, Any], place: Place) -> str | list[str]:
    """Check which factors are compared: one, or a list of several, all of which the reference arm has at its values."""
    names = value if isinstance(value, list) else [value]
    for name in names:
        if not isinstance(name, str) or name not in factors:
            raise ConfigError(
                f"experiment.pair_by = {name!r} is not a factor{nearest(str(name), factors)}; allowed: {', '.join(factors)}"
                f"{brackets(place((*TOP, 'pair_by')))}"
            )
    return str(value) if isinstance(value, str) else [str(name) for name in names]


def _outcomes(values: Any, place: Place, extensions: Sequence[str]) -> list[str]:
    from ..extensions import outcomes

    known = outcomes(extensions)
    where = place((*TOP, "outcomes"))
    if not isinstance(values, list):
        raise ConfigError(f"experiment.outcomes = {values!r} must be a list of outcomes{brackets(where)}")
    for value in values:
        if not isinstance(value, str) or value not in known:
            raise ConfigError(
                f"experiment.outcomes: {value!r} is not an outcome{nearest(str(value), known)}; "
                f"`cocreate describe outcomes` lists all {len(known)}{brackets(where)}"
            )
    return list(values)


def _figures(values: Any, place: Place) -> list[str]:
    where = place((*TOP, "figures"))
    if not isinstance(values, list) or not all(isinstance(v, str) and _FIGURE.fullmatch(v) for v in values):
        raise ConfigError(
            f"experiment.figures = {values!r} must be a list of figure names (small letters, digits, _){brackets(where)}"
        )
    return list(values)


def _interactions(values: Any, pair_by: Any, factors: Mapping[str, list[Any]], place: Place) -> dict[str, Any] | None:
    """Check the second stage of an ablation: the policies with the largest effects, taken together two by two."""
    from ..outcomes.catalogue import OUTCOMES

    if values is None:
        return None
    address = (*TOP, "interactions")
    where = brackets(place(address))
    if not isinstance(values, Mapping) or set(values) != {"largest", "by"}:
        raise ConfigError(
            f"experiment.interactions = {values!r} must hold largest (a number of policies) and by (an outcome){where}"
        )
    if pair_by != "policy" or list(factors) != ["policy"]:
        raise ConfigError(f"experiment.interactions needs policy as the only factor, with pair_by: policy{where}")
    largest, most = values["largest"], len(factors["policy"]) - 1
    if isinstance(largest, bool) or not isinstance(largest, int) or not 2 <= largest <= most:
        raise ConfigError(f"experiment.interactions.largest = {largest!r} must be a whole number from 2 to {most}{where}")
    if values["by"] not in OUTCOMES:
        raise ConfigError(
            f"experiment.interactions.by = {values['by']!r} is not an outcome{nearest(str(values['by']), OUTCOMES)}; "
            f"`cocreate describe outcomes` lists all{where}"
        )
    return {"largest": largest, "by": str(values["by"])}


def _list(values: Sequence[Any]) -> str:
    return ", ".join(str(v) for v in values)
