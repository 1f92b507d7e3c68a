"""The points of a sweep: every combination, a sample of what is uncertain, one setting at a time, or a list from a file."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from ..config import compose
from ..config.correlations import CORRELATIONS, SHORT, rearranged
from ..config.experiment import ARMS, check_factor
from ..config.overrides import Override, Span, last_of_each, parse, write
from ..config.priors import at
from ..config.scenarios import mechanisms_by_name
from ..config.settings import LIGHT, SAMPLED, Design
from ..config.sources import GROUPS
from ..engine.settings import parse_prior, types_of
from ..errors import ConfigError
from .design import MOST_ARMS, Arm, cell, shared_words
from .shares import LEVELS, shares_of


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sweep runs: its points as arms, and the full config of each."""

    arms: list[Arm]
    configs: list[dict[str, Any]]
    notes: tuple[str, ...] = ()
    """What a reader must know about how the points lie."""
    design: Mapping[str, Any] = field(default_factory=dict)
    """Name, samples and seed of a design that samples; empty when nothing is sampled."""


def plan(words: Sequence[str]) -> Plan:
    """Lay out the points that a user asked for.

    Parameters
    ----------
    words
        As for ``cocreate sweep``: words with several values span a grid; ``interval(a,b)`` and settings that have a prior
        are sampled by ``design=latin_hypercube``, ``sobol``, ``one_at_a_time`` or ``factorial``, and each sample meets every
        point of the grid; ``design=list points=FILE.csv`` takes one point from each line.

    Raises
    ------
    ConfigError
        For a value that its setting cannot have, a design without anything to lay out, or more than 10,000 points.
    """
    typed = last_of_each(parse(words, spans=True))
    spans = {word.key: word.value for word in typed if not word.several and isinstance(word.value, Span)}
    config = compose(composable(typed))
    design = Design(config["design"])
    if (config["experiment"] or {}).get("arms", ARMS[0]) != ARMS[0]:
        raise ConfigError(
            f"experiment = {config['experiment']['name']} chooses its arms, which `cocreate compare` runs; a sweep runs every "
            "combination (command line)"
        )
    mechanisms = mechanisms_by_name(config["extensions"])
    grid = _grid(config, typed)
    if design is Design.LIST:
        if grid or spans:
            raise ConfigError("design=list takes its points from the file; give every other setting one value (command line)")
        points, shares = _listed(config["points"]), []
    else:
        samples, lying = _samples(design, config, spans, mechanisms)
        points = _crossed(samples, grid)
        shares = [share for share in lying for _ in range(len(points) // len(samples))]
    base = shared_words([word for word in typed if word.key not in spans], {a for p in points for a in p})
    if design in SAMPLED and config["uncertainties"].get(CORRELATIONS):
        base = (*base, write(f"uncertainties.{CORRELATIONS}", []))  # every correlated setting has a number in every point
    about = {"name": design.value, "samples": int(config["samples"]), "seed": int(config["run"]["seed"])} if shares else {}
    about |= {"levels": LEVELS} if design is Design.MORRIS else {}
    return _plan(points, shares, base, mechanisms, _notes(design, config), about)


def composable(typed: Sequence[Override]) -> list[str]:
    """Return words that compose: an interval of an uncertainty counts as the prior that it is, any other waits for its points."""
    found = []
    for word in typed:
        if not isinstance(word.value, Span):
            found.append(word.text)
        elif word.key.startswith("uncertainties.") and any(w.key.startswith(f"uncertainties.{CORRELATIONS}") for w in typed):
            found.append(write(word.key, {"kind": "uniform", "low": word.value.low, "high": word.value.high}))
    return found


def _notes(design: Design, config: Mapping[str, Any]) -> tuple[str, ...]:
    if design not in (Design.ONE_AT_A_TIME, Design.FACTORIAL) or not config["uncertainties"].get(CORRELATIONS):
        return ()
    said = f"Correlations of priors are not used by design={design.value}: it varies each setting over its own prior alone."
    return (said,)


def _grid(config: Mapping[str, Any], typed: Sequence[Override]) -> dict[str, list[Any]]:
    """Settings with several values: those typed, and the factors of an experiment; what is typed with one value has one."""
    fixed = {word.key for word in typed if not word.several}
    factors = (config.get("experiment") or {}).get("factors") or {}
    policies = {"policy": list(config["policies"])} if config["policies"] else {}
    return policies | {address: list(levels) for address, levels in factors.items() if address not in fixed}


def _samples(
    design: Design, config: Mapping[str, Any], spans: Mapping[str, Span], mechanisms: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], list[dict[str, float]]]:
    """Points in what is uncertain, and where each lies in the priors; one empty point where the design samples nothing."""
    if design not in SAMPLED:
        if spans:
            allowed = ", ".join(d.value for d in SAMPLED)
            raise ConfigError(f"{next(iter(spans))}=interval(...) needs a design that samples: {allowed} (command line)")
        return [{}], []
    axes = [_axis(address, span, mechanisms) for address, span in spans.items()] + priors_of(config, spans, mechanisms)
    if not axes:
        raise ConfigError(
            f"design={design.value} has nothing to sample: give uncertainties=priors, a prior, or interval(a,b) (command line)"
        )
    correlations = config["uncertainties"].get(CORRELATIONS, [])
    if correlations and design in (Design.MORRIS, Design.SALTELLI):
        raise ConfigError(
            f"design={design.value} moves each setting by itself, and uncertainties.{CORRELATIONS} ties settings together; give "
            f"'uncertainties.{CORRELATIONS}=[]', or design=latin_hypercube, which keeps correlations (command line)"
        )
    shares = shares_of(design, len(axes), int(config["samples"]), int(config["run"]["seed"]))
    if design in (Design.LATIN_HYPERCUBE, Design.SOBOL):
        shares = rearranged(shares, [axis.address.removeprefix(SHORT) for axis in axes], correlations)
    rows = [{a.address: float(u) for a, u in zip(axes, row, strict=True)} for row in shares]
    return [{a.address: a.value(row[a.address]) for a in axes} for row in rows], rows


@dataclass(frozen=True, slots=True)
class Axis:
    """One sampled setting: its value at each share between 0 and 1."""

    address: str
    cls: type
    name: str
    prior: Any

    def value(self, share: float) -> Any:
        """Return the value at a share of the prior."""
        return at(self.cls, self.name, self.prior, share)


def _axis(address: str, span: Span, mechanisms: Mapping[str, Any]) -> Axis:
    """A setting between two ends, all values alike; both ends must be allowed."""
    for end in (span.low, span.high):
        whole = int(end) if float(end).is_integer() else end
        check_factor(address, whole, mechanisms, None, lambda _: "command line")
    parts = address.split(".")
    cls = LIGHT[parts[0]] if parts[0] in LIGHT else mechanisms[parts[1]].Settings
    if types_of(cls)[parts[-1]] not in (int, float, float | None):
        raise ConfigError(f"{address} is not a number: it has no interval (command line)")
    return Axis(address, cls, parts[-1], parse_prior({"kind": "uniform", "low": span.low, "high": span.high}, address))


def priors_of(config: Mapping[str, Any], spans: Mapping[str, Span], mechanisms: Mapping[str, Any]) -> list[Axis]:
    """Every uncertainty that has a prior in the config."""
    found = []
    sections = {name: settings for name, settings in config["uncertainties"].items() if name != CORRELATIONS}
    for mechanism, settings in sections.items():
        for name, value in settings.items():
            address = f"uncertainties.{mechanism}.{name}"
            if isinstance(value, Mapping) and address not in spans:
                found.append(Axis(address, mechanisms[mechanism].Settings, name, parse_prior(value, address)))
    return found


def _crossed(samples: Sequence[dict[str, Any]], grid: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Every sample with every point of the grid."""
    count = len(samples) * math.prod(len(levels) for levels in grid.values())
    if count > MOST_ARMS:
        raise ConfigError(f"{count} points; at most {MOST_ARMS} are run")
    return [dict(zip(grid, levels, strict=True)) | sample for sample in samples for levels in product(*grid.values())]


def _listed(file: str | None) -> list[dict[str, Any]]:
    """Read one point per line; the head names the settings by their addresses."""
    if file is None:
        raise ConfigError("design=list needs points=FILE.csv: a head of addresses such as levers.posts, then one point per line")
    try:
        with Path(file).open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"points = {file}: {getattr(error, 'strerror', None) or error} (command line)") from None
    if not rows:
        raise ConfigError(f"points = {file} has no line beside its head (command line)")
    if len(rows) > MOST_ARMS:
        raise ConfigError(f"points = {file} has {len(rows)} points; at most {MOST_ARMS} are run")
    points = []
    for number, row in enumerate(rows, 2):
        if None in row or None in row.values():
            raise ConfigError(f"{file}, line {number}: not as many values as the head has addresses")
        points.append({address: _typed(address, text, f"{file}, line {number}") for address, text in row.items()})
    return points


def _typed(address: str, text: str, where: str) -> Any:
    """Read a cell as a word of the command line, so that numbers, yes and no, and names mean the same."""
    try:
        return parse([f"{address.strip()}={text.strip()}"])[0].value
    except ConfigError as error:
        raise ConfigError(str(error).replace("command line", where)) from None


def _plan(
    points: Sequence[dict[str, Any]],
    shares: Sequence[dict[str, float]],
    base: tuple[str, ...],
    mechanisms: Mapping[str, Any],
    notes: tuple[str, ...],
    design: Mapping[str, Any],
) -> Plan:
    """Turn points into arms with their configs: files are composed once per choice of files, values are put in."""
    if len(points) == 1 and not points[0]:
        raise ConfigError("nothing is varied: give several values, such as levers.posts=40,72, or a design that samples")
    composed: dict[tuple[str, ...], dict[str, Any]] = {}
    checked: dict[tuple[str, str], Any] = {}
    arms, configs = [], []
    digits = len(str(len(points)))
    names = _short({address for point in points for address in point})
    for number, point in enumerate(points, 1):
        files = tuple(write(address, value) for address, value in point.items() if address in GROUPS)
        if files not in composed:
            composed[files] = compose([*base, *files])
        config = composed[files]
        values = {address: value for address, value in point.items() if address not in GROUPS}
        for address, value in values.items():
            key = (address, repr(value))
            if key not in checked:
                checked[key] = check_factor(address, value, mechanisms, None, lambda _: "")
            config = _with(config, address.split("."), checked[key])
        words = (*base, *files, *(write(address, value) for address, value in values.items()))
        factors = {names[address]: cell(value) for address, value in point.items()}
        name = f"p{number:0{digits}d}"
        lying = {names[address]: share for address, share in shares[number - 1].items()} if shares else {}
        arms.append(Arm(name, ", ".join(f"{k} {v}" for k, v in factors.items()), words, factors, name, lying))
        configs.append(config)
    return Plan(arms, configs, notes, design)


def _with(config: dict[str, Any], parts: Sequence[str], value: Any) -> dict[str, Any]:
    """Return a config with one value changed; what does not change is shared."""
    inner = value if len(parts) == 1 else _with(config[parts[0]], parts[1:], value)
    return {**config, parts[0]: inner}


def _short(addresses: set[str]) -> dict[str, str]:
    """Name each factor by the end of its address, or by all of it where two end alike."""
    ends = [address.rpartition(".")[2] for address in addresses]
    return {a: e if ends.count(e) == 1 else a for a, e in ((a, a.rpartition(".")[2]) for a in sorted(addresses))}
