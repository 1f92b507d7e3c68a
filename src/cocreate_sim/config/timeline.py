"""A timeline: entries ``{at: DATE, where: all or [NUMBERS], levers: {NAME: VALUE}}``, checked and made into changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from ..engine.settings import build
from ..errors import ConfigError, unknown
from ..world.levers import Levers
from ..world.timeline import DATED, Change, Timeline, in_order
from .check import Place, brackets, day_of, one

TOP = "timeline"
KEYS = ("at", "where", "levers")
EXAMPLE = "{at: 2023-01, where: all, levers: {posts: 72}}"
MOST = 1000
WEEK = 7


def check(values: Any, light: Mapping[str, Mapping[str, Any]], place: Place) -> list[dict[str, Any]]:
    """Check the entries of a timeline and return them complete: ``at`` as a week of the horizon, levers as plain values.

    Parameters
    ----------
    values
        The list as it stands in YAML or on the command line; nothing counts as an empty one.
    light
        The checked sections: ``world`` says which subdistricts there are, ``run`` where the horizon begins and ends.
    place
        Where a value stands.
    """
    if values is None:
        return []
    if not isinstance(values, list) or len(values) > MOST:
        raise ConfigError(
            f"timeline = {str(values)[:80]} must be a list of at most {MOST} entries such as {EXAMPLE}{brackets(place((TOP,)))}"
        )
    entries = [_entry(k, entry, light, place) for k, entry in enumerate(values)]
    _refuse_contradictions(entries, light["world"]["subdistricts"], place)
    return entries


def changes(values: Any, light: Mapping[str, Mapping[str, Any]], place: Place) -> Timeline:
    """Check a timeline and return every change of one lever in one subdistrict, in order."""
    found = []
    for k, entry in enumerate(check(values, light, place)):
        levers = build(Levers, entry["levers"], f"{TOP}[{k}].levers")
        for subdistrict in places_of(entry, light["world"]["subdistricts"]):
            found += [Change(entry["at"], subdistrict, name, getattr(levers, name)) for name in entry["levers"]]
    return in_order(found)


def places_of(entry: Mapping[str, Any], subdistricts: int) -> list[int]:
    """Return the numbers of the subdistricts that an entry names."""
    return list(range(subdistricts)) if entry["where"] == "all" else list(entry["where"])


def day(week: int, start: str) -> date:
    """Return the day on which a week of the horizon begins."""
    return date.fromisoformat(start if len(start) > WEEK else f"{start}-01") + timedelta(days=WEEK * week)


def _entry(k: int, entry: Any, light: Mapping[str, Mapping[str, Any]], place: Place) -> dict[str, Any]:
    here, where = f"{TOP}[{k}]", place((TOP, str(k)))
    if not isinstance(entry, Mapping):
        raise ConfigError(f"{here} = {entry!r} must hold {', '.join(KEYS)}, such as {EXAMPLE}{brackets(where)}")
    for key in entry:
        if key not in KEYS:
            raise unknown(here, str(key), KEYS, where)
    for key in ("at", "levers"):
        if entry.get(key) in (None, {}, ""):
            raise ConfigError(f"{here}.{key} is missing; an entry needs {', '.join(KEYS)}, such as {EXAMPLE}{brackets(where)}")
    return {
        "at": _week(entry["at"], f"{here}.at", light["run"], place((TOP, str(k), "at"))),
        "where": _where(entry.get("where", "all"), f"{here}.where", light["world"], place((TOP, str(k), "where")) or where),
        "levers": _levers(entry["levers"], k, place),
    }


def _week(at: Any, address: str, run: Mapping[str, Any], where: str) -> int:
    """Return the week of a date: the first that begins on that day or after it."""
    weeks, start = run["weeks"], day(0, run["start"])
    if isinstance(at, int) and not isinstance(at, bool):
        week = at
    else:
        days = (day_of(at, address, where) - start).days
        week = -(-days // WEEK)
    if not 0 <= week < weeks:
        last = day(weeks, run["start"]) - timedelta(days=1)
        raise ConfigError(
            f"{address} = {at!r} is outside the horizon: {weeks} weeks (run.weeks) from {start} (run.start) to {last}; "
            f"allowed: such a date up to {day(weeks - 1, run['start'])}, or a week from 0 to {weeks - 1}{brackets(where)}"
        )
    return week


def _where(value: Any, address: str, world: Mapping[str, Any], where: str) -> str | list[int]:
    """Return ``all``, or the numbers of the subdistricts, each once and in order."""
    number = world["subdistricts"]
    allowed = "all, or a list of subdistricts from 0 to " + str(number - 1) if number > 1 else "all, or [0], the only subdistrict"
    if value == "all":
        return "all"
    given = value if isinstance(value, list) else [value]
    for one_of in given:
        if isinstance(one_of, bool) or not isinstance(one_of, int):
            raise ConfigError(f"{address} = {value!r} does not name subdistricts; allowed: {allowed}{brackets(where)}")
        if not 0 <= one_of < number:
            raise ConfigError(
                f"{address}: there is no subdistrict {one_of} in a world with world.subdistricts = {number}; "
                f"allowed: {allowed}{brackets(where)}"
            )
    if not given or len(set(given)) < len(given):
        raise ConfigError(f"{address} = {value!r} must name each subdistrict once; allowed: {allowed}{brackets(where)}")
    return sorted(given)


def _levers(values: Any, k: int, place: Place) -> dict[str, Any]:
    address, checked = (TOP, str(k), "levers"), {}
    here = f"{TOP}[{k}].levers"
    if not isinstance(values, Mapping):
        raise ConfigError(f"{here} = {values!r} must hold levers (name: value){brackets(place(address))}")
    known = Levers.__dataclass_fields__
    for name, value in values.items():
        where = place((*address, str(name)))
        if name not in known:
            raise unknown(here, str(name), known, where)
        if name not in DATED:
            raise ConfigError(
                f"{here}.{name} cannot be dated: this lever is read once, when the world is built; give it as levers.{name} "
                f"for the whole run; levers that can be dated: {', '.join(DATED)}{brackets(where)}"
            )

        def says(_: tuple[str, ...], where: str = where) -> str:
            return where

        checked[name] = one(Levers, name, value, (f"{here}.{name}",), says)
    return checked


def _refuse_contradictions(entries: list[dict[str, Any]], subdistricts: int, place: Place) -> None:
    """Refuse two changes of one lever in one week in one place, and name both."""
    taken: dict[tuple[int, int, str], int] = {}
    for k, entry in enumerate(entries):
        for name in entry["levers"]:
            for subdistrict in places_of(entry, subdistricts):
                first = taken.setdefault((entry["at"], subdistrict, name), k)
                if first != k:
                    told = [f"{TOP}[{j}].levers.{name}{brackets(place((TOP, str(j), 'levers', name)))}" for j in (first, k)]
                    raise ConfigError(
                        f"{told[0]} and {told[1]} both change {name} in subdistrict {subdistrict} in week {entry['at']}; "
                        "a lever changes once in a week and place"
                    )


def sentences(entries: list[dict[str, Any]], start: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return when and where each entry takes effect, in words and in the order of time, with its levers."""
    for entry in sorted(entries, key=lambda e: int(e["at"])):
        where = entry["where"]
        place = "everywhere" if where == "all" else f"in subdistrict{'s' if len(where) > 1 else ''} {', '.join(map(str, where))}"
        yield f"from {day(entry['at'], start)} (week {entry['at']}) {place}", entry["levers"]
